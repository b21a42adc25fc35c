"""Two stories that a later report ties together: joined where nobody was told of both."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.outbox import DeliveryKind
from bot.domain.story import Story
from bot.ports import TrailEntry, Transaction
from tests.services.newsroom import CHANNEL, Newsroom, newsroom

TAKEOVER = "Norvelda to buy rival Quistfoods"
BANANAS = "Biggest banana company planned"
BOTH = "Norvelda and Quistfoods plan biggest banana company"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as found:
        yield found


async def open_stories(room: Newsroom) -> list[Story]:
    found = await room.store.read(lambda tx: tx.stories.recent(10))
    return sorted(found, key=lambda one: one.id)


async def arrive(room: Newsroom, *titles: str) -> None:
    for title in titles:
        feed = await room.add_feed(f"https://feed{len(title)}.example/feed")
        await room.baseline(feed)
        await room.poll(feed, room.entry(feed, title))
        room.clock.advance(minutes=5)


async def test_stories_nobody_was_told_of_become_one(room: Newsroom) -> None:
    await arrive(room, TAKEOVER, BANANAS, BOTH)
    (only,) = await open_stories(room)
    assert {one.title for one in only.reports} == {TAKEOVER, BANANAS, BOTH}
    assert only.id == 1

    def articles(tx: Transaction) -> list[int | None]:
        stored = [tx.articles.get(one.article_id) for one in only.reports]
        return [one.story_id for one in stored if one is not None]

    assert await room.store.read(articles) == [1, 1, 1]
    closed = await room.store.read(lambda tx: tx.stories.get(type(only.id)(2)))
    assert closed is not None
    assert closed.merged_into == 1


async def test_the_trail_says_why_they_were_joined(room: Newsroom) -> None:
    await arrive(room, TAKEOVER, BANANAS, BOTH)
    (only,) = await open_stories(room)

    def trail(tx: Transaction) -> list[TrailEntry]:
        return tx.records.trail_of(article_id=only.reports[-1].article_id)

    details = [entry.detail for entry in await room.store.read(trail)]
    assert any("turned out to be the same event" in detail for detail in details)


async def test_a_story_that_was_posted_lives_on_and_is_edited(room: Newsroom) -> None:
    await room.subscribe(topic=None, query="banana")
    await arrive(room, TAKEOVER, BANANAS)
    assert len(await room.deliver()) == 1
    await arrive(room, BOTH)
    (only,) = await open_stories(room)
    assert only.id == 2  # the posted one, though the other is older
    await room.deliver()
    alerts = [one for one in room.deliverer.sent if one.kind is DeliveryKind.ALERT]
    assert [one.story_id for one in alerts] == [2]
    assert "Quistfoods" in str(room.deliverer.edits[-1].payload)


async def test_two_posted_stories_are_left_to_a_person(room: Newsroom) -> None:
    await room.subscribe(topic=None, query="banana")
    await room.subscribe(replace(CHANNEL, id=101), topic=None, query="quistfoods")
    await arrive(room, TAKEOVER, BANANAS)
    assert len(await room.deliver()) == 2
    await arrive(room, BOTH)
    assert len(await open_stories(room)) == 2
