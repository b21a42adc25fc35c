"""Polls feeds that are due, many at once, each on its own: a slow feed delays only itself."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.article import FeedId
from bot.domain.feed import Feed, PollState
from bot.errors import LaunchwireError, report_unexpected
from bot.ports import Clock, FeedSource, Store
from bot.services.ingest import Ingest

_log = logging.getLogger("launchwire.polling")

# A feed whose poll failed in a way nobody foresaw waits this long; its state stays as it was.
AFTER_UNEXPECTED = timedelta(minutes=5)


@dataclass
class Polling:
    """The polling use case. `tick` is called every second or so and never waits for a feed."""

    store: Store
    source: FeedSource
    ingest: Ingest
    clock: Clock
    max_concurrent: int
    _running: dict[FeedId, asyncio.Task[None]] = field(default_factory=dict)

    async def tick(self) -> None:
        """Start a poll of every feed that is due and not being polled."""
        now = self.clock.now()
        room = self.max_concurrent - len(self._running)
        if room <= 0:
            return
        wanted = room + len(self._running)
        for feed, state in await self.store.read(lambda tx: tx.feeds.due(now, wanted)):
            if feed.id not in self._running and len(self._running) < self.max_concurrent:
                task = asyncio.create_task(self._poll(feed, state), name=f"poll:{feed.id}")
                self._running[feed.id] = task

    async def drain(self) -> None:
        """Wait for the polls under way; used by `--once` and at the end."""
        while self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def close(self) -> None:
        """Cancel the polls under way: what they have not committed is fetched again."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _poll(self, feed: Feed, state: PollState) -> None:
        try:
            result = await self.source.poll(feed, state, self.clock.now())
            await self.ingest.poll(feed, state, result)
        except LaunchwireError as error:
            _log.warning("feed=%s poll failed error=%s", feed.id, error)
            await self._wait_longer(feed, state, str(error))
        except Exception as error:  # noqa: BLE001 - an entry from outside: one feed never stops others
            reference = report_unexpected(error, "poll", feed=feed.id)
            await self._wait_longer(feed, state, f"unexpected failure, reference {reference}")
        finally:
            self._running.pop(feed.id, None)

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
