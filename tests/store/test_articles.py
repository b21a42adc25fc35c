from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.article import ArticleId, ArticleIdentity, GuildId
from bot.domain.feed import PollState
from bot.domain.launch import Verdict
from bot.domain.story import StoryId
from bot.errors import StoreError
from bot.ports import Transaction
from bot.store import SqlStore
from tests.store import samples
from tests.store.samples import NOW, OTHER_GUILD, OUR_GUILD


async def add_feed(store: SqlStore, name: str, guild_id: GuildId | None) -> str:
    feed = samples.feed(name, guild_id=guild_id)
    return str(await store.write(lambda tx: tx.feeds.add(feed, PollState())))


async def found(
    store: SqlStore, source: str, *, guid: str = "", link: str = "", content: str = ""
) -> ArticleId | None:
    identity = ArticleIdentity(guid, link, content)
    stored = await store.read(lambda tx: tx.articles.find(source, identity))
    return stored.id if stored else None


async def test_an_article_comes_back_whole(store: SqlStore) -> None:
    article = samples.article()
    number = await store.write(lambda tx: tx.articles.add(article, None, NOW))
    stored = await store.read(lambda tx: tx.articles.get(number))
    assert stored is not None
    assert (stored.article, stored.revision, stored.stored) == (article, 1, NOW)
    assert stored.story_id is None
    assert await store.read(lambda tx: tx.articles.get(ArticleId(99))) is None


async def test_an_article_is_known_by_each_of_its_keys(store: SqlStore) -> None:
    number = await store.write(lambda tx: tx.articles.add(samples.article(), None, NOW))
    assert await found(store, "seeds", guid="guid-1") == number
    assert await found(store, "elsewhere", link="https://news.example/1") == number
    assert await found(store, "elsewhere", content="content-1") == number
    assert await found(store, "seeds") is None


async def test_a_guid_counts_within_its_source_only(store: SqlStore) -> None:
    await store.write(lambda tx: tx.articles.add(samples.article(), None, NOW))
    assert await found(store, "elsewhere", guid="guid-1") is None


async def test_an_empty_key_is_no_key(store: SqlStore) -> None:
    bare = samples.article(guid="", link="")
    await store.write(lambda tx: tx.articles.add(bare, None, NOW))
    assert await found(store, "seeds", content="content-2") is None
    assert await found(store, "seeds") is None
    assert await store.read(lambda tx: tx.articles.by_link("")) is None


async def test_a_link_cannot_be_taken_for_a_content_hash(store: SqlStore) -> None:
    await store.write(lambda tx: tx.articles.add(samples.article(link="same"), None, NOW))
    assert await found(store, "seeds", content="same") is None


async def test_a_servers_own_article_does_not_hide_the_same_news_from_others(
    store: SqlStore,
) -> None:
    ours = await add_feed(store, "ours", OUR_GUILD)
    theirs = await add_feed(store, "theirs", OTHER_GUILD)
    everybody = await add_feed(store, "everybody", None)
    private = samples.article(source=ours, guild_id=OUR_GUILD)
    number = await store.write(lambda tx: tx.articles.add(private, None, NOW))
    link = "https://news.example/1"
    assert await found(store, ours, link=link) == number
    assert await found(store, theirs, link=link) is None
    assert await found(store, everybody, link=link) is None
    public = samples.article(source=everybody)
    shared = await store.write(lambda tx: tx.articles.add(public, None, NOW))
    assert await found(store, theirs, link=link) == shared
    assert await found(store, ours, link=link) == number


async def test_what_was_noted_as_seen_is_seen_in_that_source_only(store: SqlStore) -> None:
    identity = samples.article().identity
    await store.write(lambda tx: tx.articles.note_seen("7", identity, NOW))
    await store.write(lambda tx: tx.articles.note_seen("7", identity, NOW))
    by_link = ArticleIdentity("", identity.link, "")
    assert await store.read(lambda tx: tx.articles.seen("7", identity))
    assert await store.read(lambda tx: tx.articles.seen("7", by_link))
    assert not await store.read(lambda tx: tx.articles.seen("8", identity))
    assert await store.read(lambda tx: tx.articles.find("7", identity)) is None


async def test_a_stored_article_is_not_merely_seen(store: SqlStore) -> None:
    article = samples.article()
    await store.write(lambda tx: tx.articles.add(article, None, NOW))
    assert not await store.read(lambda tx: tx.articles.seen("seeds", article.identity))


async def test_the_baseline_goes_with_its_feed(store: SqlStore) -> None:
    source = await add_feed(store, "ours", OUR_GUILD)
    identity = samples.article().identity
    await store.write(lambda tx: tx.articles.note_seen(source, identity, NOW))
    await store.write(lambda tx: tx.subscriptions.remove_guild(OUR_GUILD))
    assert not await store.read(lambda tx: tx.articles.seen(source, identity))


async def test_a_revision_replaces_the_content_and_is_known_by_old_and_new_keys(
    store: SqlStore,
) -> None:
    number = await store.write(lambda tx: tx.articles.add(samples.article(), None, NOW))
    revised = replace(samples.article(2, guid="guid-1"), title="Corrected")
    assert await store.write(lambda tx: tx.articles.revise(number, revised, NOW)) == 2
    assert await store.write(lambda tx: tx.articles.revise(number, revised, NOW)) == 3
    stored = await store.read(lambda tx: tx.articles.get(number))
    assert stored is not None
    assert stored.article == revised
    assert await found(store, "seeds", content="content-1") == number
    assert await found(store, "seeds", content="content-2") == number


async def test_a_revision_of_nothing_is_refused(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="no longer stored"):
        await store.write(lambda tx: tx.articles.revise(ArticleId(5), samples.article(), NOW))


async def test_a_revision_that_takes_anothers_link_leaves_it_there(store: SqlStore) -> None:
    first = await store.write(lambda tx: tx.articles.add(samples.article(1), None, NOW))
    second = await store.write(lambda tx: tx.articles.add(samples.article(2), None, NOW))
    moved = samples.article(2, link="https://news.example/1")
    await store.write(lambda tx: tx.articles.revise(second, moved, NOW))
    assert await found(store, "elsewhere", link="https://news.example/1") == first


async def test_an_article_can_be_moved_to_another_story(store: SqlStore) -> None:
    def step(tx: Transaction) -> tuple[ArticleId, StoryId]:
        number = tx.articles.add(samples.article(), None, NOW)
        story_id = tx.stories.save(samples.story(), ["k"], headline="h", status="reported")
        tx.articles.move(number, story_id)
        return number, story_id

    number, story_id = await store.write(step)
    stored = await store.read(lambda tx: tx.articles.get(number))
    assert stored is not None
    assert stored.story_id == story_id


async def test_an_article_is_found_by_link_or_seed_path(store: SqlStore) -> None:
    seed = replace(samples.article(), path="north/launch.txt")
    number = await store.write(lambda tx: tx.articles.add(seed, None, NOW))
    for link in ("https://news.example/1", "north/launch.txt"):
        stored = await store.read(lambda tx, link=link: tx.articles.by_link(link))  # type: ignore[misc]  # bound now
        assert stored is not None
        assert stored.id == number
    assert await store.read(lambda tx: tx.articles.by_link("nowhere")) is None


async def test_of_one_link_in_several_audiences_everybodys_article_is_found(
    store: SqlStore,
) -> None:
    for number, guild_id in enumerate((OUR_GUILD, None, OTHER_GUILD)):
        article = samples.article(source=str(number), guild_id=guild_id, link="https://a.example")
        await store.write(lambda tx, a=article: tx.articles.add(a, None, NOW))  # type: ignore[misc]  # bound now
    stored = await store.read(lambda tx: tx.articles.by_link("https://a.example"))
    assert stored is not None
    assert stored.article.origin.guild_id is None


async def test_recent_articles_are_newest_first_and_keep_servers_apart(store: SqlStore) -> None:
    guilds = [None, OUR_GUILD, OTHER_GUILD, None]
    for number, guild_id in enumerate(guilds):
        article = samples.article(number, source=str(number + 50), guild_id=guild_id)
        at = NOW + timedelta(minutes=number)
        await store.write(lambda tx, a=article, t=at: tx.articles.add(a, None, t))  # type: ignore[misc]  # bound now

    async def titles(**only: object) -> list[str]:
        rows = await store.read(lambda tx: tx.articles.recent(10, **only))  # type: ignore[arg-type]  # one helper for all
        return [row.article.title[-1] for row in rows]

    assert await titles(guild_id=OUR_GUILD) == ["3", "1", "0"]
    assert await titles(guild_id=OTHER_GUILD) == ["3", "2", "0"]
    assert await titles() == ["3", "0"]
    assert await titles(since=NOW + timedelta(minutes=1), guild_id=OUR_GUILD) == ["3", "1"]
    assert len(await store.read(lambda tx: tx.articles.recent(1))) == 1


async def test_a_pruned_article_is_gone_but_still_recognised(store: SqlStore) -> None:
    old, new = samples.article(1), samples.article(2)
    number = await store.write(lambda tx: tx.articles.add(old, None, NOW))
    await store.write(lambda tx: tx.articles.add(new, None, NOW + timedelta(days=2)))
    assert await store.write(lambda tx: tx.articles.prune(NOW + timedelta(days=1))) == 1
    assert await store.read(lambda tx: tx.articles.get(number)) is None
    assert await store.read(lambda tx: tx.articles.find("seeds", old.identity)) is None
    assert await store.read(lambda tx: tx.articles.seen("seeds", old.identity))
    again = await store.write(lambda tx: tx.articles.add(old, None, NOW + timedelta(days=3)))
    assert again > number
    assert await found(store, "seeds", guid="guid-1") == again


async def test_keys_of_a_pruned_article_go_after_400_days(store: SqlStore) -> None:
    old = samples.article(1)
    await store.write(lambda tx: tx.articles.add(old, None, NOW))
    await store.write(lambda tx: tx.articles.prune(NOW + timedelta(days=1)))
    await store.write(lambda tx: tx.articles.prune(NOW + timedelta(days=401)))
    assert not await store.read(lambda tx: tx.articles.seen("seeds", old.identity))


async def test_half_characters_in_a_title_and_link_are_stored(store: SqlStore) -> None:
    broken = replace(samples.article(link="https://x.example/\ud800\0"), title="half \ud83d")
    number = await store.write(lambda tx: tx.articles.add(broken, None, NOW))
    stored = await store.read(lambda tx: tx.articles.get(number))
    assert stored is not None
    assert stored.article == broken


async def test_articles_are_counted_by_verdict_for_one_audience(store: SqlStore) -> None:
    for number, guild_id in enumerate((None, OUR_GUILD, OTHER_GUILD)):
        article = samples.article(number, source=str(number + 50), guild_id=guild_id)
        await store.write(lambda tx, a=article: tx.articles.add(a, None, NOW))  # type: ignore[misc]  # bound now

    async def launches(**only: object) -> int:
        counts = await store.read(lambda tx: tx.articles.counts(**only))  # type: ignore[arg-type]  # one helper for all
        assert counts[Verdict.NONE] == counts[Verdict.RELATED] == 0
        return counts[Verdict.LAUNCH]

    assert await launches(since=NOW) == 1
    assert await launches(since=NOW, guild_id=OUR_GUILD) == 2
    assert await launches(since=NOW + timedelta(seconds=1)) == 0
