"""How an alert lives on: corrected, taken back, marked, in a thread, with a map."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.article import GuildId
from bot.domain.feed import Feed
from bot.domain.outbox import Delivery, DeliveryKind
from bot.domain.story import ChangeKind, Story, StoryId
from bot.domain.story_life import mark
from bot.domain.subscription import (
    Place,
    PlaceKind,
    RoleId,
    Silence,
    ThreadMode,
    UserId,
)
from bot.services.happening import Happening
from tests.services.newsroom import Newsroom, newsroom, text_of

TITLE = "North Korea fires a ballistic missile into the East Sea"
TEXT = (
    "North Korea fired a ballistic missile toward the East Sea on Wednesday, South Korea's Joint "
    "Chiefs of Staff said. The launch was detected from the Wonsan area."
)
NO_LAUNCH = "No launch by North Korea: military corrects report"
NO_LAUNCH_TEXT = (
    "South Korea's Joint Chiefs of Staff corrected an earlier statement. What was seen near Wonsan "
    "was a training flight of fighter jets, a spokesman said, and North Korea is expected to hold "
    "a parade next week."
)
SERVER = GuildId(5)
NEWS = Place(PlaceKind.CHANNEL, 100, SERVER)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as opened:
        yield opened


async def wire(room: Newsroom, name: str = "Example Wire") -> Feed:
    host = name.lower().replace(" ", "-")
    feed = await room.add_feed(f"https://{host}.example/feed", publisher=name)
    await room.baseline(feed)
    return feed


async def report(room: Newsroom, feed: Feed, title: str = TITLE, text: str = TEXT) -> None:
    entry = room.entry(feed, title, text, guid="one", url="https://wire.example/one")
    await room.poll(feed, entry)
    await room.deliver()
    room.clock.advance(minutes=5)


async def stories(room: Newsroom) -> list[Story]:
    return await room.store.read(lambda tx: tx.stories.recent(9))


def updates(room: Newsroom) -> list[Delivery]:
    return [each for each in room.deliverer.sent if each.kind is DeliveryKind.UPDATE]


def edited(room: Newsroom) -> dict[str, Any]:
    return room.deliverer.edits[-1].payload


# -- a source rewrites its article -------------------------------------------------------------


async def test_a_rewritten_article_is_a_retraction_as_loud_as_the_alert(room: Newsroom) -> None:
    await room.subscribe(NEWS, role_id=RoleId(7))
    feed = await wire(room)
    await report(room, feed)
    await report(room, feed, NO_LAUNCH, NO_LAUNCH_TEXT)
    (update,) = updates(room)
    assert update.payload["allowed_mentions"]["roles"] == ["7"]
    assert update.payload["content"].startswith("⚪ RETRACTED: North Korea fires")
    assert "Example Wire no longer reports a launch" in update.payload["content"]
    assert NO_LAUNCH in text_of(update)
    assert edited(room)["content"].startswith("⚪ RETRACTED: North Korea fires")
    assert "now says" in str(edited(room))
    (story,) = await stories(room)
    assert story.history[-1].kind is ChangeKind.RETRACTION


async def test_what_was_taken_back_may_be_told_again(room: Newsroom) -> None:
    await room.subscribe(NEWS, role_id=RoleId(7))
    feed = await wire(room)
    await report(room, feed)
    await report(room, feed, NO_LAUNCH, NO_LAUNCH_TEXT)
    await report(room, feed, TITLE + " after all", TEXT)
    _, back = updates(room)
    assert back.payload["content"].startswith("🟠 UPDATE: status: Retracted → ")
    assert back.payload["allowed_mentions"]["roles"] == ["7"]
    assert "RETRACTED" not in edited(room)["content"]


async def test_a_query_that_the_rewritten_words_no_longer_meet_is_told_all_the_same(
    room: Newsroom,
) -> None:
    await room.subscribe(NEWS, topic=None, query="ballistic", role_id=RoleId(7), locale="ko")
    feed = await wire(room)
    await report(room, feed)
    await report(room, feed, NO_LAUNCH, NO_LAUNCH_TEXT)
    (update,) = updates(room)
    assert update.payload["allowed_mentions"]["roles"] == ["7"]
    assert update.payload["content"].startswith("⚪ 철회")


async def test_one_of_two_sources_that_rewrites_is_a_silent_edit(room: Newsroom) -> None:
    await room.subscribe(NEWS, role_id=RoleId(7))
    one, two = await wire(room), await wire(room, "Broadcaster")
    await report(room, one)
    await room.poll(two, room.entry(two, TITLE + ", Seoul says", TEXT))
    await room.deliver()
    told = len(updates(room))
    room.clock.advance(minutes=5)
    await report(room, one, NO_LAUNCH, NO_LAUNCH_TEXT)
    assert len(updates(room)) == told
    (story,) = await stories(room)
    assert ChangeKind.WITHDRAWN in {change.kind for change in story.history}


async def test_an_outlet_that_took_its_report_back_is_no_longer_named_for_it(
    room: Newsroom,
) -> None:
    await room.subscribe(NEWS)
    one, two = await wire(room), await wire(room, "Broadcaster")
    await report(room, one)
    words = "North Korea fired a ballistic missile on Wednesday, Japan's defence minister said."
    await room.poll(two, room.entry(two, "North Korea fires missile, Japan says", words))
    await room.deliver()
    room.clock.advance(minutes=5)
    await report(room, one, NO_LAUNCH, NO_LAUNCH_TEXT)
    said = str(edited(room))
    assert "Broadcaster says" in said
    assert "Example Wire" not in said
    assert "Joint Chiefs of Staff" not in said


async def test_a_mere_teaser_of_a_known_article_takes_nothing_back(room: Newsroom) -> None:
    await room.subscribe(NEWS, role_id=RoleId(7))
    feed = await wire(room)
    await report(room, feed, "Seoul: activity near Wonsan", TEXT)
    assert len(room.deliverer.sent) == 1
    await report(room, feed, "Seoul: activity near Wonsan", "Read more on our page.")
    assert updates(room) == []
    (story,) = await stories(room)
    assert not story.reports[0].withdrawn


async def test_a_retraction_before_the_alert_was_posted_calls_nobody(room: Newsroom) -> None:
    await room.subscribe(NEWS, role_id=RoleId(7))
    feed = await wire(room)
    entry = room.entry(feed, TITLE, TEXT, guid="one", url="https://wire.example/one")
    await room.poll(feed, entry)
    later = room.entry(feed, NO_LAUNCH, NO_LAUNCH_TEXT, guid="one", url=entry.url)
    await room.poll(feed, later)
    await room.deliver()
    (alert,) = room.deliverer.sent
    assert alert.payload["content"].startswith("⚪ RETRACTED")
    assert alert.payload["allowed_mentions"]["roles"] == []


async def test_a_muted_story_is_only_edited_and_its_retraction_calls_nobody(
    room: Newsroom,
) -> None:
    await room.subscribe(NEWS, role_id=RoleId(7))
    one, two = await wire(room), await wire(room, "Broadcaster")
    await report(room, one)
    now = room.clock.now()
    silence = Silence(0, SERVER, now.replace(year=2030), UserId(1), "", now, story_id=StoryId(1))
    await room.store.write(lambda tx: tx.subscriptions.add_silence(silence))
    title = "North Korea fires three ballistic missiles into the East Sea"
    await room.poll(two, room.entry(two, title, guid="two", url="https://b.example/2"))
    await room.deliver()
    assert updates(room) == []
    assert room.deliverer.edits
    room.clock.advance(minutes=5)
    await report(room, one, NO_LAUNCH, NO_LAUNCH_TEXT)
    gone = room.entry(two, NO_LAUNCH, NO_LAUNCH_TEXT, guid="two", url="https://b.example/2")
    await room.poll(two, gone)
    await room.deliver()
    (update,) = updates(room)
    assert update.payload["allowed_mentions"]["roles"] == []


# -- a person says that it is no launch --------------------------------------------------------


async def judge(room: Newsroom, *, wrong: bool) -> None:
    (before,) = await stories(room)
    after = mark(before, wrong, room.clock.now())

    def step(tx: Any) -> None:
        saved = room.ingest.grouping.save(tx, after, room.clock.now())
        lead = tx.articles.get(saved.reports[0].article_id)
        happening = Happening(before, saved, lead.article, lead.id, room.clock.now())
        room.ingest.alerting.story_changed(tx, happening)

    await room.store.write(step)
    await room.deliver()


async def test_a_persons_mark_edits_the_alert_and_leaves_the_claim_readable(
    room: Newsroom,
) -> None:
    await room.subscribe(NEWS, role_id=RoleId(7))
    await report(room, await wire(room))
    await judge(room, wrong=True)
    assert updates(room) == []
    words = edited(room)["content"]
    assert words.startswith("⚪ MARKED AS NOT A LAUNCH: North Korea fires ballistic missile")
    assert "It is a launch" in str(edited(room))
    assert "by a person at this newswire" in str(edited(room))
    await judge(room, wrong=False)
    assert updates(room) == []
    assert "LAUNCH REPORT" in edited(room)["content"]
    assert "Not a launch" in str(edited(room))


# -- what changed, and who says so -------------------------------------------------------------


async def test_an_update_says_from_what_to_what_and_who_says_so(room: Newsroom) -> None:
    await room.subscribe(NEWS, role_id=RoleId(7))
    one, two = await wire(room), await wire(room, "Broadcaster")
    await report(room, one)
    text = (
        "North Korea fired two ballistic missiles into the Sea of Japan on Wednesday, Japanese "
        "Defense Minister Taro Sato told reporters."
    )
    title = "North Korea fired two ballistic missiles, Japan says"
    await room.poll(two, room.entry(two, title, text))
    await room.deliver()
    (update,) = updates(room)
    assert "now says 2 ballistic missiles (was 1)" in update.payload["content"]
    words = text_of(update)
    assert "Broadcaster: 2; " in words or "; Broadcaster: 2" in words
    assert "Example Wire: 1" in words


async def test_the_reply_names_its_outlet_in_every_language(room: Newsroom) -> None:
    for number, locale in enumerate(("ko", "ja")):
        await room.subscribe(Place(PlaceKind.CHANNEL, 200 + number, SERVER), locale=locale)
    one, two = await wire(room), await wire(room, "Broadcaster")
    await report(room, one)
    title = "North Korea fires three ballistic missiles into the East Sea"
    await room.poll(two, room.entry(two, title))
    await room.deliver()
    korean, japanese = (update.payload["content"] for update in updates(room))
    assert "Broadcaster: 이제 탄도미사일 3발 (이전 1)" in korean
    assert "Broadcaster：現在は弾道ミサイル3発（以前は1）" in japanese


# -- threads, forums, maps ---------------------------------------------------------------------


async def grow(room: Newsroom, place: Place, **more: Any) -> tuple[Delivery, Delivery]:
    """An alert and its first material update."""
    await room.subscribe(place, role_id=RoleId(7), **more)
    one, two = await wire(room), await wire(room, "Broadcaster")
    await report(room, one)
    title = "North Korea fires three ballistic missiles into the East Sea"
    await room.poll(two, room.entry(two, title))
    await room.deliver()
    alert, update = room.deliverer.sent
    return alert, update


async def test_with_the_thread_style_updates_go_into_the_storys_thread_and_ping(
    room: Newsroom,
) -> None:
    alert, update = await grow(room, NEWS, thread_mode=ThreadMode.THREAD)
    assert alert.payload["thread"]["name"].startswith("#1 North Korea fires ballistic missile")
    assert "thread" in update.payload
    assert update.payload["allowed_mentions"]["roles"] == ["7"]
    assert "thread" in edited(room)


async def test_without_the_thread_style_updates_are_replies(room: Newsroom) -> None:
    alert, update = await grow(room, NEWS)
    assert "thread" not in alert.payload
    assert "thread" not in update.payload


async def test_the_tags_of_a_forum_post_follow_the_status(room: Newsroom) -> None:
    forum = Place(PlaceKind.FORUM, 300, SERVER)
    alert, _ = await grow(room, forum, locale="ko")
    assert set(alert.payload["thread"]["tags"]) == {"보도됨", "Reported", "시험", "Test"}
    assert set(edited(room)["thread"]["tags"]) == {"확인됨", "Confirmed", "시험", "Test"}


async def test_an_alert_carries_a_map_that_a_sentence_describes(room: Newsroom) -> None:
    alert, update = await grow(room, NEWS)
    (picture,) = alert.payload["files"]
    assert picture["name"] == "launch-map"
    assert picture["alt"].startswith("Map: fired from the area of Wonsan toward the area of")
    assert "not exact points" in picture["alt"]
    assert "files" in edited(room)
    assert "files" not in update.payload


@pytest.mark.parametrize("kind", [PlaceKind.ANNOUNCEMENT, PlaceKind.CHANNEL])
async def test_no_map_where_it_is_switched_off_or_an_edit_would_not_reach_followers(
    room: Newsroom, kind: PlaceKind
) -> None:
    if kind is PlaceKind.CHANNEL:
        await room.store.write(lambda tx: tx.records.set_guild_setting(SERVER, "maps", False))
    alert, _ = await grow(room, Place(kind, 100, SERVER))
    assert "files" not in alert.payload


async def test_a_retracted_launch_has_no_map(room: Newsroom) -> None:
    await room.subscribe(NEWS)
    feed = await wire(room)
    await report(room, feed)
    await report(room, feed, NO_LAUNCH, NO_LAUNCH_TEXT)
    assert "files" not in edited(room)


async def test_an_edited_alert_still_names_the_feed_it_is_shown_for(room: Newsroom) -> None:
    feed = await room.add_feed(publisher="Example Wire", name="Wire desk")
    await room.baseline(feed)
    await room.subscribe(NEWS, topic=None, feed_id=feed.id, only_launches=True)
    await report(room, feed)
    await report(room, feed, NO_LAUNCH, NO_LAUNCH_TEXT)
    reasons = str(edited(room))
    assert "launches from the feed Wire desk" in reasons
    assert f"the feed {feed.id}" not in reasons
