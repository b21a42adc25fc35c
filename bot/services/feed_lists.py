"""Lists of feeds: OPML in and out, the starter set, and which of the new ones answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import quoteattr

from bot.domain.feed import Feed, PollState
from bot.domain.links import redact_feed
from bot.domain.permission import Limits
from bot.errors import InvalidInput, SourceError
from bot.locale import problem
from bot.ports import Clock, FeedSource, Store, Transaction
from bot.services.asking import Asker, record
from bot.services.feeds import new_feed, own_count, same_feed
from bot.services.matcher import Matcher
from bot.services.suggestions import Suggestions
from bot.starter import StarterFeed

FeedListReader = Callable[[bytes], Awaitable[Sequence[tuple[str, str]]]]
"""Reads an OPML list into (address, name), in a worker."""

MAX_LIST_BYTES = 1024 * 1024
# How long new feeds are tried for the report, and how many at once; polling goes on regardless.
TRY_SECONDS = 20.0
TRIED_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an imported list; `feeds` are those that were added."""

    added: tuple[str, ...]
    present: tuple[str, ...]
    refused: tuple[str, ...]  # over the quota, or no web address
    feeds: tuple[Feed, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """Which of some new feeds answered; each that did not with the reason."""

    answered: int
    failed: tuple[tuple[str, str], ...] = ()
    unknown: int = 0  # no answer in time: not asked yet, or slow


@dataclass
class FeedLists:
    """The use cases of `/feed import` and `/feed export`, and the starter set."""

    store: Store
    clock: Clock
    source: FeedSource
    matcher: Matcher
    suggestions: Suggestions
    limits: Limits
    read_list: FeedListReader
    try_seconds: float = TRY_SECONDS

    async def import_list(self, asker: Asker, name: str, data: bytes) -> ImportReport:
        """Add the feeds of an OPML list, also those that do not answer now.

        Raises:
            RequestError: too large, or no list.
        """
        if len(data) > MAX_LIST_BYTES:
            size, most = f"{len(data) // 1024} kB", f"{MAX_LIST_BYTES // 1024} kB"
            raise problem(InvalidInput, "error.file_too_big", size=size, most=most)
        try:
            entries = await self.read_list(data)
        except SourceError as error:
            raise problem(InvalidInput, "error.opml", name=name) from error
        return await self._add_all(asker, [new_feed(asker, url, name) for url, name in entries])

    async def add_starter(self, asker: Asker, feeds: Sequence[StarterFeed]) -> ImportReport:
        """Add feeds of the starter set, with what is known of their publishers."""
        wanted = [
            replace(
                new_feed(asker, feed.url, feed.name),
                publisher=feed.name,
                family=feed.family or None,
                country=feed.country or None,
                state_media=feed.state_media,
                official=feed.official,
            )
            for feed in feeds
        ]
        return await self._add_all(asker, wanted)

    async def first_answers(self, feeds: Sequence[Feed]) -> FirstAnswers:
        """Ask each feed once, within a time a person waits; nothing of it is stored."""
        room = asyncio.Semaphore(TRIED_AT_ONCE)

        async def ask(feed: Feed) -> tuple[str, str | None]:
            async with room:
                polled = await self.source.poll(feed, PollState(), self.clock.now())
            return feed.name, polled.error

        asked = [asyncio.create_task(ask(feed), name=f"try:{feed.id}") for feed in feeds]
        if not asked:
            return FirstAnswers(0)
        done, late = await asyncio.wait(asked, timeout=self.try_seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        results = [task.result() for task in asked if task in done]
        failed = tuple((name, error) for name, error in results if error is not None)
        return FirstAnswers(len(results) - len(failed), failed, len(late))

    async def export(self, asker: Asker) -> bytes:
        """The feeds this server sees as an OPML list; secrets in addresses only of its own."""
        feeds = await self.store.read(lambda tx: tx.feeds.all(asker.guild))
        rows = [
            f"    <outline type={quoteattr('rss')} text={quoteattr(feed.name)} "
            f"xmlUrl={quoteattr(feed.url if feed.guild_id else redact_feed(feed.url))}/>"
            for feed in feeds
        ]
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<opml version="2.0">',
            "  <head><title>Launchwire</title></head>",
            "  <body>",
            *rows,
            "  </body>",
            "</opml>",
            "",
        ]
        return "\n".join(lines).encode()

    async def _add_all(self, asker: Asker, wanted: Sequence[Feed]) -> ImportReport:
        now = self.clock.now()

        def step(tx: Transaction) -> ImportReport:
            known = tx.feeds.all(asker.guild)
            room = self.limits.feeds_per_guild - own_count(known, asker.guild)
            added: list[Feed] = []
            present: list[str] = []
            refused: list[str] = []
            for feed in wanted:
                if same_feed(known, feed.url) is not None:
                    present.append(feed.name)
                elif not feed.url.startswith(("http://", "https://")) or len(added) >= room:
                    refused.append(feed.name)
                else:
                    stored = replace(feed, id=tx.feeds.add(feed, PollState()))
                    known.append(stored)
                    added.append(stored)
            if added:
                record(tx, asker, now, "feed import", f"{len(added)}")
            names = tuple(feed.name for feed in added)
            return ImportReport(names, tuple(present), tuple(refused), tuple(added))

        report = await self.store.write(step)
        self.suggestions.forget(asker.guild_id)
        await self.matcher.refresh(self.store)
        return report
