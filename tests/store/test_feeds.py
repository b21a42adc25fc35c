from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.article import FeedId
from bot.domain.feed import PollState
from bot.errors import StoreError
from bot.store import SqlStore
from tests.store import samples
from tests.store.samples import NOW, OTHER_GUILD, OUR_GUILD

STATE = PollState(
    etag='W/"1"',
    last_modified="Thu, 25 Mar 2021 07:00:00 GMT",
    next_poll=NOW + timedelta(minutes=5),
    last_poll=NOW,
    failures=2,
    last_error="timeout",
    publish_gap=timedelta(hours=1, microseconds=7),
    baseline_done=True,
    entries_seen=40,
)


async def test_a_feed_and_its_state_come_back_whole(store: SqlStore) -> None:
    feed = samples.feed(official=True, country="Japan", family="example")
    number = await store.write(lambda tx: tx.feeds.add(feed, STATE))
    assert await store.read(lambda tx: tx.feeds.get(number)) == replace(feed, id=number)
    assert await store.read(lambda tx: tx.feeds.state(number)) == STATE
    assert await store.read(lambda tx: tx.feeds.states()) == {number: STATE}
    assert await store.read(lambda tx: tx.feeds.get(FeedId(9))) is None


async def test_a_server_sees_the_operators_feeds_and_its_own(store: SqlStore) -> None:
    for name, guild_id in (("all", None), ("ours", OUR_GUILD), ("theirs", OTHER_GUILD)):
        feed = samples.feed(name, guild_id=guild_id)
        await store.write(lambda tx, f=feed: tx.feeds.add(f, PollState()))  # type: ignore[misc]  # bound now
    every = await store.read(lambda tx: tx.feeds.all())
    ours = await store.read(lambda tx: tx.feeds.all(OUR_GUILD))
    assert [feed.name for feed in every] == ["all", "ours", "theirs"]
    assert [feed.name for feed in ours] == ["all", "ours"]


async def test_due_feeds_are_longest_overdue_first_without_paused_ones(store: SqlStore) -> None:
    polls = {"soon": 5, "late": -60, "now": 0, "new": None, "paused": -90}
    for name, minutes in polls.items():
        feed = samples.feed(name, paused=name == "paused")
        due = None if minutes is None else NOW + timedelta(minutes=minutes)
        await store.write(lambda tx, f=feed, d=due: tx.feeds.add(f, PollState(next_poll=d)))  # type: ignore[misc]  # bound now
    found = await store.read(lambda tx: [tx.feeds.get(number) for number in tx.feeds.due(NOW)])
    assert [feed.name for feed in found if feed is not None] == ["new", "late", "now"]


async def test_a_feed_and_its_state_are_saved_apart(store: SqlStore) -> None:
    number = await store.write(lambda tx: tx.feeds.add(samples.feed(), PollState()))
    paused = samples.feed(id=number, paused=True)
    await store.write(lambda tx: tx.feeds.save(paused))
    await store.write(lambda tx: tx.feeds.save_state(number, STATE))
    assert await store.read(lambda tx: tx.feeds.get(number)) == paused
    assert await store.read(lambda tx: tx.feeds.state(number)) == STATE


async def test_a_removed_feed_leaves_its_articles(store: SqlStore) -> None:
    number = await store.write(lambda tx: tx.feeds.add(samples.feed(), STATE))
    article = samples.article(source=str(number))
    article_id = await store.write(lambda tx: tx.articles.add(article, None, NOW))
    await store.write(lambda tx: tx.feeds.remove(number))
    assert await store.read(lambda tx: tx.feeds.all()) == []
    assert await store.read(lambda tx: tx.feeds.states()) == {}
    assert await store.read(lambda tx: tx.articles.get(article_id)) is not None


async def test_the_number_of_a_removed_feed_is_never_given_again(store: SqlStore) -> None:
    first = await store.write(lambda tx: tx.feeds.add(samples.feed(), STATE))
    await store.write(lambda tx: tx.feeds.remove(first))
    assert await store.write(lambda tx: tx.feeds.add(samples.feed(), STATE)) > first


async def test_a_poll_that_ends_after_its_feed_was_removed_saves_nothing(store: SqlStore) -> None:
    number = await store.write(lambda tx: tx.feeds.add(samples.feed(), PollState()))
    await store.write(lambda tx: tx.feeds.remove(number))
    await store.write(lambda tx: tx.feeds.save_state(number, STATE))
    assert await store.read(lambda tx: tx.feeds.state(number)) == PollState()
    with pytest.raises(StoreError, match="was removed"):
        await store.write(lambda tx: tx.feeds.save(samples.feed(id=number)))
