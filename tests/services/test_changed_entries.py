"""A feed that rewrites what it told before posts nothing again; only what is new is news."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.article import Published, RawArticle
from bot.domain.feed import Feed
from tests.services.newsroom import Newsroom, newsroom

LAUNCH = "North Korea fires two ballistic missiles into the East Sea"
TEXT = (
    "North Korea fired two ballistic missiles toward the East Sea on Wednesday, South Korea's "
    "Joint Chiefs of Staff said. The missiles flew about 400 kilometres."
)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as opened:
        yield opened


@pytest.fixture
async def feed(room: Newsroom) -> Feed:
    await room.subscribe()
    found = await room.add_feed()
    await room.baseline(found)
    return found


async def test_two_hundred_rewritten_guids_post_nothing_again(room: Newsroom, feed: Feed) -> None:
    known = [room.entry(feed, f"Council talks about item {n}", hours_old=n / 10) for n in range(19)]
    launch = room.entry(feed, LAUNCH, TEXT)
    older = [
        room.entry(feed, f"Parliament votes on item {n}", hours_old=60 + n) for n in range(180)
    ]
    for part in (known, [launch], older[:20], *(older[n : n + 20] for n in range(20, 180, 20))):
        await room.poll(feed, *part)
    before = await room.deliver()
    everything = [*known, launch, *older]
    rewritten = [replace(raw, guid=f"new-{number}") for number, raw in enumerate(everything)]
    result = await room.poll(feed, *rewritten)
    assert len(rewritten) == 200
    assert (result.new, result.braked) == (0, 0)
    assert await room.deliver() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: replace(raw, title=raw.title + ", officials say"),
        lambda raw: replace(raw, published=Published(raw.published.at + timedelta(minutes=9))),
        lambda raw: replace(raw, url=raw.url + "?utm_source=rss&utm_medium=feed"),
        lambda raw: replace(raw, guid="quite another"),
        lambda raw: replace(raw, body=raw.body + " It was the third launch this year."),
    ],
    ids=["title edited", "date moved", "link tagged", "guid changed", "text grew"],
)
async def test_a_changed_entry_is_never_posted_again(
    room: Newsroom, feed: Feed, change: Callable[[RawArticle], RawArticle]
) -> None:
    first = room.entry(feed, LAUNCH, TEXT)
    await room.poll(feed, first)
    assert len(await room.deliver()) == 1
    await room.poll(feed, change(first))
    assert len(await room.deliver()) == 1


async def test_a_guid_reused_for_another_story_is_news(room: Newsroom, feed: Feed) -> None:
    first = room.entry(feed, LAUNCH, TEXT)
    await room.poll(feed, first)
    other = room.entry(
        feed,
        "Iran fires a cruise missile toward the Gulf of Oman",
        "Iran fired a cruise missile toward the Gulf of Oman on Wednesday, the navy said.",
        guid=first.guid,
    )
    await room.poll(feed, other)
    assert len(await room.deliver()) == 2


async def test_a_guid_used_again_is_news_once_and_its_new_story_stays_editable(
    room: Newsroom, feed: Feed
) -> None:
    first = room.entry(feed, LAUNCH, TEXT)
    await room.poll(feed, first)
    other = room.entry(
        feed,
        "Iran fires a cruise missile toward the Gulf of Oman",
        "Iran fired a cruise missile toward the Gulf of Oman on Wednesday, the navy said.",
        guid=first.guid,
    )
    again = [await room.poll(feed, other) for _ in range(3)]
    assert [(each.new, each.known) for each in again] == [(1, 0), (0, 1), (0, 1)]
    edited = await room.poll(feed, replace(other, body=other.body + " Nobody was hurt."))
    assert (edited.new, edited.revised) == (0, 1)
    assert len(await room.deliver()) == 2
