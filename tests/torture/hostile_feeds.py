"""The real bot polls the whole hostile corpus while launches are told by good feeds beside it.

Hostile: every feed, page and text of the corpus, guid floods, bombs, slow drips, hangs and loops.
What must come out of it: no crash, every launch posted once, and an event loop that was never
stopped for more than 100 ms by work of ours (`bot.loop_lag` tells that from a busy machine).
"""

from __future__ import annotations

import asyncio
import re
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.end_to_end.live import Live
from tests.end_to_end.news import LAUNCHES
from tests.end_to_end.origin import Entry, Origin, Page
from tests.fake_discord.model import Channel
from tests.sources.hostile.corpus import Hostile

# What is polled as a feed; a list of feeds (.opml) would send the bot outside loopback.
AS_FEEDS, AS_SEEDS = {".xml", ".json"}, {".txt", ".md"}
JSON_TYPE = "application/feed+json"


@dataclass(frozen=True, slots=True)
class HostileResult:
    """What came of it; stalls of more than 100 ms are `ours` or the busy machine's."""

    feeds: int
    launches: int
    lost: int
    doubled: int
    crashes: int
    unexpected: int
    unread: int
    workers_replaced: int
    stalls: int
    stalls_of_the_machine: int
    longest: float
    slowest_alert: float
    seconds: float

    @property
    def wrong(self) -> int:
        """How many things are not as promised, besides what was lost or doubled."""
        unreplaced = int(self.workers_replaced < 1)
        return self.crashes + self.unexpected + self.unread + self.stalls + unreplaced

    @property
    def notes(self) -> str:
        """For the table of results."""
        return (
            f"{self.stalls} by our work, {self.stalls_of_the_machine} by the busy machine, longest "
            f"of ours {self.longest:.2f} s; {self.workers_replaced} workers replaced; "
            f"slowest alert {self.slowest_alert:.0f} s"
        )


@dataclass
class HostileFeeds:
    """One world: good feeds, an attacker's server and a slow one, for the polls of one bot."""

    folder: Path
    corpus: Sequence[Hostile]
    flood: int = 10_000
    launches: int = 10
    within: float = 600.0
    patient: bool = True  # wait until every feed was read to its end
    live: Live = field(init=False)
    attacker: Origin = field(default_factory=Origin)
    slow: Origin = field(default_factory=Origin)
    told: dict[int, float] = field(default_factory=dict)
    posted: dict[int, float] = field(default_factory=dict)
    _floods: list[tuple[Page, int, str]] = field(default_factory=list)

    async def run(self) -> HostileResult:
        """Poll until every hostile feed was met and every launch is posted, or time is over."""
        self.live = Live(self.folder)
        began = time.monotonic()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.live)
            await stack.enter_async_context(self.attacker)
            await stack.enter_async_context(self.slow)
            channel = self.live.channel("launches")
            addresses = self._prepare(channel)
            await self.live.bot.start()
            await self.live.until_live()
            await self._work(channel, len(addresses))
            return self._result(channel, addresses, time.monotonic() - began)

    # -- the world ----------------------------------------------------------------------------

    def _prepare(self, channel: Channel) -> list[str]:
        live, now = self.live, datetime.now(UTC)
        live.discord.limits.lift()
        old = [_old_news(number, now) for number in range(40)]
        self.page = live.origin.feed("/one.xml", old)
        self.entries = old
        feeds: list[dict[str, object]] = [
            {"url": live.origin.url("/one.xml"), "name": "Good wire", "backfill": True}
        ]
        hostile = [*self._corpus_feeds(), *self._flood_feeds(now), *self._slow_feeds()]
        feeds += [
            {"url": url, "name": f"Hostile {number}", "backfill": True, "full_text": "pages" in url}
            for number, url in enumerate(hostile)
        ]
        for number, one in enumerate(self.corpus):
            if one.suffix in AS_SEEDS:
                (live.seeds / f"{number}{one.suffix}").write_bytes(one.body)
        live.configure(
            feeds=feeds,
            alerts=[{"channel": channel.id, "topic": "launches"}],
            # Costly feeds are asked again and again, but not every second.
            sections={"fetch": {"max_interval": 5}},
        )
        return hostile

    def _corpus_feeds(self) -> Iterator[str]:
        pages = []
        for number, one in enumerate(self.corpus):
            path = f"/{number}{one.suffix}"
            if one.suffix in AS_FEEDS:
                kind = JSON_TYPE if one.suffix == ".json" else "application/rss+xml"
                self.attacker.document(path, one.body, kind)
                yield self.attacker.url(path)
            elif one.suffix == ".html":
                self.attacker.document(path, one.body)
                pages.append(Entry(f"Teaser {number}", self.attacker.url(path), str(number)))
        # Pages are read for feeds that give teasers only.
        self.attacker.feed("/pages.xml", pages)
        yield self.attacker.url("/pages.xml")

    def _flood_feeds(self, now: datetime) -> Iterator[str]:
        """Feeds that look harmless at first, and mostly new at every further poll."""
        for number, count in enumerate((self.flood, self.flood // 10, 200)):
            path = f"/flood-{number}.xml"
            page = self.attacker.feed(path, [_old_news(n, now) for n in range(20)])
            self._floods.append((page, count, path))
            yield self.attacker.url(path)

    def _slow_feeds(self) -> Iterator[str]:
        self.slow.feed("/bomb.xml").bomb = 400
        self.slow.feed("/hang.xml").hang = True
        self.slow.feed("/drip.xml").drip = 0.05
        self.slow.feed("/cut.xml", [_old_news(0, datetime.now(UTC))]).cut = True
        self.slow.redirect("/loop.xml", self.slow.url("/loop.xml"), 301)
        self.slow.document("/large.xml", b"<rss><channel>" + b"<item/>" * 1_000_000)
        self.slow.feed("/gone.xml")
        self.slow.fail("/gone.xml", 410)
        self.slow.feed("/wait.xml")
        self.slow.fail("/wait.xml", 429, 10**9)
        return (self.slow.url(path) for path in list(self.slow.pages))

    # -- the run ------------------------------------------------------------------------------

    async def _work(self, channel: Channel, feeds: int) -> None:
        deadline = time.monotonic() + self.within
        rounds = [0] * len(self._floods)
        least = feeds if self.patient else 0
        while time.monotonic() < deadline and self.live.bot.running:
            self._flood_anew(rounds)
            self._look(channel)
            if len(self.told) < self.launches and len(self.posted) == len(self.told):
                self._tell()
            elif len(self.posted) == self.launches and min(rounds) > 1 and self._met() > least:
                break
            await asyncio.sleep(0.1)

    def _flood_anew(self, rounds: list[int]) -> None:
        for number, (page, count, path) in enumerate(self._floods):
            visits = len(self.attacker.visits_to(path))
            if visits > rounds[number]:
                rounds[number] = visits
                now = datetime.now(UTC)
                page.set_entries(_new_entry(f"{visits}-{n}", now) for n in range(count))

    def _tell(self) -> None:
        launch = LAUNCHES[len(self.told)]
        self.entries = [launch.first_report(datetime.now(UTC)), *self.entries]
        self.page.set_entries(self.entries)
        self.told[launch.number] = time.monotonic()

    def _look(self, channel: Channel) -> None:
        for message in self.live.posted(channel):
            for launch in LAUNCHES[: len(self.told)]:
                if f"one.example/launch/{launch.number}" in repr(message.embeds):
                    self.posted.setdefault(launch.number, time.monotonic())

    def _met(self) -> int:
        """How many feeds were polled to an end, good or bad."""
        rows = self.live.rows(
            "SELECT count(*) FROM feed_state WHERE json_extract(record, '$.last_poll') IS NOT NULL"
        )
        return int(rows[0][0]) if rows else 0

    def _result(self, channel: Channel, addresses: list[str], seconds: float) -> HostileResult:
        live = self.live
        metrics = _metrics(live.bot.stderr) if live.bot.running else ""
        waits = [at - self.told[number] for number, at in self.posted.items()]
        nonces = [message.nonce for message in live.posted(channel)]
        return HostileResult(
            feeds=len(addresses),
            launches=len(self.told),
            lost=self.launches - len(self.posted),
            doubled=len(nonces) - len(set(nonces)),
            crashes=0 if live.bot.running else 1,
            unexpected=live.bot.output_of_all_runs.count("unexpected reference="),
            unread=len(addresses) + 1 - self._met(),
            workers_replaced=int(_value(metrics, "launchwire_workers_replaced")),
            stalls=int(_value(metrics, 'launchwire_loop_stalls{cause="ours"}')),
            stalls_of_the_machine=int(_value(metrics, 'launchwire_loop_stalls{cause="machine"}')),
            longest=_value(metrics, "launchwire_loop_longest_stall_seconds"),
            slowest_alert=max(waits, default=0.0),
            seconds=seconds,
        )


def _metrics(said: str) -> str:
    found = re.search(r"http=(http://\S+)", said)
    if found is None:
        return ""
    with urllib.request.urlopen(found[1] + "metrics", timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def _value(metrics: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)", metrics, re.MULTILINE)
    return float(found[1]) if found else -1.0


def _new_entry(name: str, now: datetime) -> Entry:
    return Entry(
        title=f"Council discusses paragraph {name}",
        link=f"https://flood.example/{name}",
        guid=name,
        summary="The council discussed another paragraph for a whole day.",
        published=now,
    )


def _old_news(number: int, now: datetime) -> Entry:
    return Entry(
        title=f"Parliament debates item {number} of the budget",
        link=f"https://one.example/old/{number}",
        guid=f"old-{number}",
        summary="A debate about money took all day.",
        published=now - timedelta(days=5, hours=number),
    )
