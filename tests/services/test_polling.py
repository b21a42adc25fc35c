"""Polling with the real store and a clock set by hand: who is asked when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.feed import Feed, PollState
from bot.domain.poll_order import server_of
from bot.ports import DiscoveredFeed, PollResult
from bot.services.polling import Polling
from tests.services.newsroom import Newsroom, newsroom

PLACES = 4
SPACING = timedelta(seconds=2)


@dataclass
class Sites:
    """Feeds that answer when a test lets them; remembers who was asked and how many at once."""

    room: Newsroom
    asked: list[str] = field(default_factory=list)
    under_way: list[str] = field(default_factory=list)
    most: int = 0
    together: set[str] = field(default_factory=set)
    slow: asyncio.Event | None = None

    async def poll(self, feed: Feed, state: PollState, now: datetime) -> PollResult:
        server = server_of(feed.url)
        if server in self.under_way:
            self.together.add(server)
        self.asked.append(feed.url)
        self.under_way.append(server)
        self.most = max(self.most, len(self.under_way))
        try:
            if self.slow is not None:
                await self.slow.wait()
            await asyncio.sleep(0)
        finally:
            self.under_way.remove(server)
        after = replace(state, last_poll=now, next_poll=now + timedelta(hours=1))
        return PollResult((), after)

    async def discover(self, url: str) -> list[DiscoveredFeed]:
        raise NotImplementedError(url)


class Paused:
    """The test's clock, whose sleepers wake only when the test has moved it far enough."""

    def __init__(self, room: Newsroom) -> None:
        self._clock = room.clock
        self.speed = 1000.0

    def now(self) -> datetime:
        return self._clock.now()

    def real(self, at: datetime) -> datetime:
        return at

    async def sleep(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        while self.now() < until:  # noqa: ASYNC110  no event tells that the clock was moved
            await asyncio.sleep(0.001)


@dataclass
class Desk:
    """Polling of many sites."""

    room: Newsroom
    sites: Sites
    polling: Polling

    async def add(self, *urls: str) -> None:
        for url in urls:
            await self.room.add_feed(url)

    async def until_asked(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.sites.asked) < count:  # noqa: ASYNC110  no event tells it
                await asyncio.sleep(0.002)

    async def settle(self) -> None:
        """Let everything run that can run without time passing."""
        quiet = 0
        while quiet < 5:
            before = (len(self.sites.asked), len(self.sites.under_way))
            await self.room.store.read(lambda tx: tx.feeds.due(self.room.clock.now()))
            await asyncio.sleep(0.005)
            quiet = quiet + 1 if before == (len(self.sites.asked), len(self.sites.under_way)) else 0


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with newsroom(tmp_path) as room:
        sites = Sites(room)
        polling = Polling(room.store, sites, room.ingest, Paused(room), PLACES, SPACING)
        yield Desk(room, sites, polling)
        await polling.close()


def feeds_of(server: str, count: int) -> list[str]:
    return [f"https://{server}/{number}" for number in range(count)]


async def test_many_feeds_of_one_host_delay_no_other_host(desk: Desk) -> None:
    await desk.add(
        *feeds_of("big.example", 20), "https://small.example/1", "https://tiny.example/1"
    )
    await desk.polling.tick()
    await desk.settle()
    assert desk.sites.asked == [
        "https://big.example/0",
        "https://small.example/1",
        "https://tiny.example/1",
    ]


async def test_one_host_is_asked_again_after_its_rest_without_waiting_for_a_tick(
    desk: Desk,
) -> None:
    await desk.add(*feeds_of("big.example", 3))
    await desk.polling.tick()
    await desk.settle()
    assert len(desk.sites.asked) == 1
    desk.room.clock.advance(seconds=1.9)
    await desk.settle()
    assert len(desk.sites.asked) == 1
    desk.room.clock.advance(seconds=0.2)
    await desk.until_asked(2)


async def test_a_slow_host_takes_one_place_and_the_next_feed_gets_what_is_free(desk: Desk) -> None:
    desk.sites.slow = asyncio.Event()
    await desk.add(*feeds_of("slow.example", 9), *(f"https://s{n}.example/" for n in range(9)))
    for _ in range(3):
        await desk.polling.tick()
        await desk.settle()
    assert desk.sites.most == PLACES
    assert sum("slow.example" in url for url in desk.sites.asked) == 1
    desk.sites.slow.set()
    await desk.settle()
    assert sum("slow.example" not in url for url in desk.sites.asked) == 9


async def test_no_feed_is_asked_twice_and_no_host_twice_at_once(desk: Desk) -> None:
    urls = [*feeds_of("one.example", 5), *feeds_of("two.example", 5), *feeds_of("three.example", 2)]
    await desk.add(*urls)
    for _ in range(12):
        await asyncio.gather(desk.polling.tick(), desk.polling.tick())
        await desk.settle()
        desk.room.clock.advance(seconds=1)
    await desk.settle()
    assert sorted(desk.sites.asked) == sorted(urls)
    assert desk.sites.together == set()


async def test_once_polls_every_due_feed_also_beyond_the_places(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        sites = Sites(room)
        polling = Polling(room.store, sites, room.ingest, room.clock, PLACES, SPACING)
        for url in [*feeds_of("one.example", 6), *(f"https://s{n}.example/" for n in range(20))]:
            await room.add_feed(url)
        await polling.tick()
        await asyncio.wait_for(polling.drain(), 20)
        assert len(set(sites.asked)) == len(sites.asked) == 26
        assert sites.most <= PLACES


async def test_a_feed_removed_while_it_waits_is_not_asked(desk: Desk) -> None:
    await desk.add(*feeds_of("one.example", 2))
    await desk.polling.tick()
    await desk.settle()
    gone = (await desk.room.store.read(lambda tx: tx.feeds.all()))[1]
    await desk.room.store.write(lambda tx: tx.feeds.remove(gone.id))
    desk.room.clock.advance(seconds=5)
    await desk.settle()
    assert desk.sites.asked == ["https://one.example/0"]


# -- what the log says ---------------------------------------------------------------------------


@dataclass
class Moody:
    """A feed whose polls fail and succeed as a test says."""

    moods: list[str | None]

    async def poll(self, feed: Feed, state: PollState, now: datetime) -> PollResult:
        error = self.moods.pop(0)
        after = replace(
            state,
            last_poll=now,
            next_poll=now,
            failures=state.failures + 1 if error else 0,
            last_error=error,
        )
        return PollResult((), after, error=error)

    async def discover(self, url: str) -> list[DiscoveredFeed]:
        raise NotImplementedError(url)


async def test_a_feed_that_begins_to_fail_and_one_that_recovers_are_said_once_each(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "launchwire.polling")
    async with newsroom(tmp_path) as room:
        url = "https://ann:hunter2@wire.example/feed?token=s3cr3t"
        await room.add_feed(url, name="The Wire")
        source = Moody([None, "It broke.", "It broke.", "It broke.", None, None, "Gone.", None])
        polling = Polling(room.store, source, room.ingest, room.clock, PLACES)
        for _ in range(8):
            await polling.tick()
            await polling.drain()
    said = [r.getMessage() for r in caplog.records if r.name == "launchwire.polling"]
    assert not [line for line in said if "hunter2" in line or "s3cr3t" in line]
    assert all("(https://wire.example/feed?token=" in line for line in said)
    assert [line.split(" (https:")[0] for line in said] == [
        'feed=1 "The Wire" fails: It broke.',
        'feed=1 "The Wire" works again; polls that failed: 3',
        'feed=1 "The Wire" fails: Gone.',
        'feed=1 "The Wire" works again; polls that failed: 1',
    ]
