"""Polls feeds that are due, many at once, each on its own: a slow feed delays only itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.article import FeedId
from bot.domain.feed import Feed, PollState, shown_name
from bot.domain.links import redact_feed
from bot.domain.poll_order import Servers, next_polls, server_of
from bot.errors import LaunchwireError, report_unexpected
from bot.locale import error_words, say
from bot.ports import Clock, FeedSource, Store, Transaction
from bot.services.ingest import Ingest

_log = logging.getLogger("launchwire.polling")

# A feed whose poll failed in a way nobody foresaw waits this long; its state stays as it was.
AFTER_UNEXPECTED = timedelta(minutes=5)


@dataclass
class Polling:
    """The polling use case. `tick` is called every second or so and never waits for a feed.

    A feed takes one of the `max_concurrent` places only when its server is free, so that many
    feeds of one server delay nobody else's.
    """

    store: Store
    source: FeedSource
    ingest: Ingest
    clock: Clock
    max_concurrent: int
    spacing: timedelta = timedelta()
    _running: dict[FeedId, asyncio.Task[None]] = field(default_factory=dict)
    _queue: dict[FeedId, str] = field(default_factory=dict)  # due, with their servers, in order
    _server_of: dict[FeedId, str] = field(default_factory=dict)
    _resting: set[asyncio.Task[None]] = field(default_factory=set)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _closed: bool = False

    def __post_init__(self) -> None:
        self._servers = Servers(self.spacing)

    async def tick(self) -> None:
        """See what is due, and start what may start now."""
        async with self._starting:
            now = self.clock.now()
            due = await self.store.read(lambda tx: tx.feeds.due(now))
            await self._learn_servers(due)
            self._queue = {
                feed_id: self._server_of[feed_id]
                for feed_id in due
                if feed_id in self._server_of and feed_id not in self._running
            }
            await self._start_some()

    async def drain(self) -> None:
        """Poll everything the last `tick` found due, and wait for it (`--once`)."""
        while self._running or self._resting or self._queue:
            under_way = {*self._running.values(), *self._resting}
            if under_way:
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            else:  # a server asked by somebody else rests
                await self.clock.sleep(max(self.spacing.total_seconds(), 0.05))
            await self._start()

    async def close(self) -> None:
        """Cancel the polls under way: what they have not committed is fetched again."""
        self._closed = True
        tasks = [*self._running.values(), *self._resting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _learn_servers(self, due: Iterable[FeedId]) -> None:
        """Looked up once: a feed that moves is noticed at its next poll."""
        if all(feed_id in self._server_of for feed_id in due):
            return
        feeds = await self.store.read(lambda tx: tx.feeds.all())
        self._server_of = {feed.id: server_of(feed.url) for feed in feeds}

    async def _start(self) -> None:
        async with self._starting:
            await self._start_some()

    async def _start_some(self) -> None:
        """Start polls of what waits, as far as there is room and servers are free."""
        room = self.max_concurrent - len(self._running)
        chosen = next_polls(self._queue.items(), self._servers.taken(self.clock.now()), room)
        if not chosen or self._closed:
            return
        for feed_id in chosen:
            del self._queue[feed_id]

        def step(tx: Transaction) -> list[tuple[Feed | None, PollState]]:
            return [(tx.feeds.get(feed_id), tx.feeds.state(feed_id)) for feed_id in chosen]

        for feed, state in await self.store.read(step):
            if feed is not None and not feed.paused:
                server = self._server_of[feed.id] = server_of(feed.url)
                self._servers.begin(server)
                task = asyncio.create_task(self._turn(feed, state, server), name=f"poll:{feed.id}")
                self._running[feed.id] = task

    async def _turn(self, feed: Feed, state: PollState, server: str) -> None:
        try:
            await self._poll(feed, state)
        finally:
            self._running.pop(feed.id, None)
            self._servers.end(server, self.clock.now())
            if self._queue and not self._closed:
                rest = asyncio.create_task(self._after_rest(), name=f"rest:{server}")
                self._resting.add(rest)
                rest.add_done_callback(self._resting.discard)

    async def _after_rest(self) -> None:
        """A place is free at once, the server after its rest."""
        try:
            await self._start()
            if self.spacing:
                await self.clock.sleep(self.spacing.total_seconds())
                await self._start()
        except LaunchwireError as error:
            _log.warning("polls not started error=%s", error)  # the next tick starts them

    async def _poll(self, feed: Feed, state: PollState) -> None:
        try:
            result = await self.source.poll(feed, state, self.clock.now())
            self._log_change(feed, state, result.state)
            await self.ingest.poll(feed, state, result)
        except LaunchwireError as error:
            _log.warning("feed=%s poll failed error=%s", feed.id, error)
            await self._wait_longer(feed, state, error_words(error))
        except Exception as error:  # noqa: BLE001 - an entry from outside: one feed never stops others
            reference = report_unexpected(error, "poll", feed=feed.id)
            await self._wait_longer(feed, state, say("poll.unexpected", reference=reference))

    def _log_change(self, feed: Feed, before: PollState, after: PollState) -> None:
        """One line when a feed begins to fail, and one when it works again."""
        name, address = shown_name(feed), redact_feed(feed.url)
        if after.failures and not before.failures:
            _log.warning('feed=%s "%s" fails: %s (%s)', feed.id, name, after.last_error, address)
        elif before.failures and not after.failures:
            tries = before.failures
            _log.info(
                'feed=%s "%s" works again; polls that failed: %s (%s)',
                feed.id,
                name,
                tries,
                address,
            )

    async def _wait_longer(self, feed: Feed, state: PollState, sentence: str) -> None:
        now: datetime = self.clock.now()
        later = replace(
            state,
            failures=state.failures + 1,
            last_poll=now,
            last_error=sentence,
            next_poll=now + AFTER_UNEXPECTED,
        )
        try:
            await self.store.write(lambda tx: tx.feeds.save_state(feed.id, later))
        except LaunchwireError as error:
            _log.warning("feed=%s state not saved error=%s", feed.id, error)
