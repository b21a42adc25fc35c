"""`make soak`: a virtual day in ten minutes, with 500 feeds, 200 servers, faults and kills.

In the first half the bot is killed again and again while Discord and the feeds misbehave; in the
second half it is left alone, and its memory, connections and tasks are watched.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import re
import shutil
import statistics
import sys
import time
import urllib.request
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.end_to_end.live import Live, Verdict, share_clock
from tests.end_to_end.news import LAUNCHES, Launch
from tests.end_to_end.origin import Entry
from tests.fake_discord.faults import Fault, FaultKind, FaultPlan, edits_message, posts_message
from tests.fake_discord.journal import Exchange
from tests.fake_discord.model import Channel
from tests.torture import results

KINDS = (
    (FaultKind.STATUS_BEFORE, 500),
    (FaultKind.STATUS_BEFORE, 503),
    (FaultKind.STATUS_AFTER, 502),
    (FaultKind.STATUS_AFTER, 503),
    (FaultKind.RESET_BEFORE, 0),
    (FaultKind.RESET_AFTER, 0),
    (FaultKind.CLOSE_AFTER, 0),
    (FaultKind.LIMIT_BUCKET, 429),
    (FaultKind.LIMIT_NO_VIA, 429),
    (FaultKind.SLOW, 0),
)
HOME = Path(__file__).resolve().parents[2] / ".torture" / "soak"
WARM_UP = 45.0  # seconds of the calm half in which caches fill
SETTLE = 240.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; `minutes` real, `hours` virtual."""

    minutes: float = 10.0
    hours: float = 24.0
    feeds: int = 500
    servers: int = 200
    kills: int = 20
    fault_share: float = 0.05
    launches: int = len(LAUNCHES)

    @property
    def speed(self) -> float:
        """Virtual seconds in a real one."""
        return self.hours * 60 / self.minutes


class FrequentFaults(FaultPlan):
    """Every twentieth or so post, edit and look meets a fault."""

    def __init__(self, share: float, draw: random.Random) -> None:
        super().__init__()
        self._share, self._draw = share, draw
        self.struck = 0

    def take(self, exchange: Exchange) -> Fault | None:
        """A fault of some kind, or none."""
        if not (posts_message(exchange) or edits_message(exchange)):
            return None
        if self._draw.random() >= self._share:
            return None
        kind, status = self._draw.choice(KINDS)
        self.struck += 1
        return Fault(kind, status=status, seconds=0.2)


@dataclass
class Sample:
    """The bot as the system sees it at one moment."""

    at: float
    megabytes: float
    descriptors: int
    sockets: int
    threads: int
    tasks: int


@dataclass
class SoakResult:
    """What a soak came to."""

    size: Size
    verdict: Verdict
    alerts: int
    digests: int
    kills: int
    faults: int
    polls: int
    memory_growth: float
    memory: float
    sockets: tuple[int, int]
    tasks: tuple[int, int]
    unexpected: int
    seconds: float
    missing: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """Everything that is not as promised."""
        found = [f"lost {key}" for key in (*self.verdict.lost, *self.missing)]
        found += [f"doubled {key}" for key in self.verdict.doubled]
        found += [f"stale {key}" for key in self.verdict.stale]
        if self.memory_growth >= 0.10:
            found.append(f"memory grew by {self.memory_growth:.1%}")
        if self.sockets[1] > self.sockets[0] + 10:
            found.append(f"sockets {self.sockets}")
        if self.tasks[1] > self.tasks[0] + 20:
            found.append(f"tasks {self.tasks}")
        if self.unexpected:
            found.append(f"{self.unexpected} failures nobody foresaw, see the logs")
        return found


class Soak:
    """One soak in a folder."""

    def __init__(self, folder: Path, size: Size, seed: int) -> None:
        self.size = size
        self.draw = random.Random(seed)
        self.live = Live(folder)
        self.channels: list[Channel] = []
        self.entries: dict[str, list[Entry]] = {}
        self.samples: list[Sample] = []
        self.began = 0.0
        self.killed = 0

    async def run(self) -> SoakResult:
        """A virtual day, then until all is settled."""
        live, size = self.live, self.size
        live.discord.specification = None  # checked in other tests; here it would be the load
        live.discord.faults = faults = FrequentFaults(size.fault_share, self.draw)
        async with live:
            self._prepare()
            self.began = time.monotonic()
            await live.bot.start()
            await asyncio.gather(
                self._publish(), self._trouble_feeds(), self._kill(), self._watch()
            )
            live.discord.faults = FaultPlan()
            missing = await self._settle()
            verdict = live.verdict()
            unexpected = live.bot.output_of_all_runs.count("unexpected reference=")
            return self._result(verdict, faults.struck, unexpected, missing)

    # -- the world ----------------------------------------------------------------------------

    def _prepare(self) -> None:
        live, size = self.live, self.size
        speed = size.speed
        # A few seconds of real time are long on this clock; what is about requests stays real.
        live.discord.nonce_window = 180.0 * speed
        epoch = datetime.now(UTC).replace(hour=0, minute=5, second=0, microsecond=0)
        share_clock(live, epoch, speed)
        for number in range(size.servers):
            guild = live.discord.add_guild(f"server {number}")
            self.channels.append(live.discord.add_channel(guild, "launches"))
        for number in range(size.feeds):
            path = f"/feed/{number}.xml"
            self.entries[path] = [
                Entry(
                    f"Council meets again, part {n}",
                    f"https://f{number}.example/{n}",
                    f"{n}",
                    published=epoch - timedelta(days=4, hours=n),  # noted, not analysed
                )
                for n in range(12)
            ]
            live.origin.feed(path, self.entries[path])
        live.configure(
            feeds=[
                {"url": live.origin.url(path), "name": f"Wire {n}", "backfill": True}
                for n, path in enumerate(self.entries)
            ],
            alerts=[{"channel": channel.id, "topic": "launches"} for channel in self.channels],
            digests=[
                {"channel": channel.id, "time": f"{3 + n % 20:02d}:{n % 4 * 15:02d}"}
                for n, channel in enumerate(self.channels)
            ],
            sections={
                "fetch": {"min_interval": 3600, "max_interval": 3600},
                "outbox": {"request_timeout": 5, "nonce_window": 90 * speed},
                "clock": {"epoch": epoch.isoformat(), "speed": speed},
            },
        )

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.live.discord.clock.now(), UTC)

    def _left(self, share: float = 1.0) -> float:
        """Real seconds until so much of the day is over."""
        return self.began + 60 * self.size.minutes * share - time.monotonic()

    def _add(self, path: str, entry: Entry) -> None:
        self.entries[path].insert(0, entry)
        self.live.origin.pages[path].set_entries(self.entries[path])

    async def _publish(self) -> None:
        """Launches all over the day; a second outlet follows half an hour or two hours later."""
        gap = 60 * self.size.minutes * 0.85 / self.size.launches
        await asyncio.sleep(gap)
        seconds = set()
        for launch in LAUNCHES[: self.size.launches]:
            first, second = self.draw.sample(list(self.entries), 2)
            self._add(first, launch.first_report(self._now()))
            task = asyncio.create_task(self._second(launch, second))
            seconds.add(task)
            await asyncio.sleep(gap)
        await asyncio.gather(*seconds)

    async def _second(self, launch: Launch, path: str) -> None:
        # Half an hour or two hours of a whole day, less of a shorter one.
        share = self.draw.choice((1 / 48, 1 / 12))
        await asyncio.sleep(60 * self.size.minutes * share)
        self._add(path, launch.second_report(self._now()))

    async def _trouble_feeds(self) -> None:
        """Some feeds fail for a while, in several ways."""
        pages = list(self.live.origin.pages)
        count = max(1, round(self.size.fault_share * len(pages)))
        while self._left(0.9) > 0:
            ill = self.draw.sample(pages, count)
            for path in ill:
                page = self.live.origin.pages[path]
                page.status, page.cut = self.draw.choice(((500, False), (503, False), (200, True)))
            await asyncio.sleep(min(3.0, self.size.minutes * 6))
            for path in ill:
                self.live.origin.recover(path)

    async def _kill(self) -> None:
        """Deaths in the first half, at random times."""
        moments = sorted(self.draw.uniform(0.02, 0.5) for _ in range(self.size.kills))
        for moment in moments:
            await asyncio.sleep(max(0.0, self._left(moment)))
            await self.live.bot.restart()
            self.killed += 1
            _say(f"kill {self.killed} at {self._now():%H:%M}; {self._progress()}")

    async def _watch(self) -> None:
        """Look at the process through the calm half."""
        await asyncio.sleep(max(0.0, self._left(0.52)) + min(WARM_UP, self.size.minutes * 6))
        while self._left() > 0:
            self.samples.append(await asyncio.to_thread(self._sample))
            if len(self.samples) % 6 == 1:
                _say(f"{self._now():%H:%M} {self._progress()} {self.samples[-1]}")
            await asyncio.sleep(min(5.0, self.size.minutes))

    def _sample(self) -> Sample:
        pid = self.live.bot.pid
        links = [_link(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        threads = re.search(r"Threads:\s+(\d+)", status)
        return Sample(
            at=round(time.monotonic() - self.began, 1),
            megabytes=round(self.live.bot.resident_megabytes, 1),
            descriptors=len(links),
            sockets=sum(link.startswith("socket:") for link in links),
            threads=int(threads[1]) if threads else 0,
            tasks=self._tasks(),
        )

    def _tasks(self) -> int:
        found = re.search(r"http=(http://\S+)", self.live.bot.stderr)
        if found is None:
            return 0
        with urllib.request.urlopen(found[1] + "metrics", timeout=10) as answer:
            text = answer.read().decode()
        number = re.search(r"^launchwire_tasks ([\d.]+)", text, re.MULTILINE)
        return int(float(number[1])) if number else 0

    def _progress(self) -> str:
        posts = len(self.live.discord.bot_messages)
        return f"{posts} messages, {len(self.live.origin.visits)} polls"

    # -- the end ------------------------------------------------------------------------------

    async def _settle(self) -> list[str]:
        """Wait until every report is stored and nothing waits; returns what never came."""
        deadline = time.monotonic() + SETTLE
        missing = ["nothing was looked at"]
        while time.monotonic() < deadline:
            if not self.live.bot.running:
                return [f"the bot ended by itself: {self.live.bot.stderr[-2000:]}"]
            missing = self._missing()
            if not missing and self.live.backlog() == 0:
                return []
            await asyncio.sleep(1.0)
        return missing or [f"{self.live.backlog()} still wait"]

    def _missing(self) -> list[str]:
        alerts = dict.fromkeys(self.channels, 0)
        rows = self.live.rows(
            "SELECT place_id, count(*) FROM outbox WHERE kind = 'alert' AND state = 'sent' "
            "GROUP BY place_id"
        )
        counts = dict(rows)
        short = [
            f"{self.size.launches - counts.get(channel.id, 0)} alerts in {channel.id}"
            for channel in alerts
            if counts.get(channel.id, 0) != self.size.launches
        ]
        articles = self.live.rows(
            "SELECT count(*) FROM article WHERE link LIKE '%one.example%' "
            "OR link LIKE '%two.example%'"
        )
        stored = articles[0][0] if articles else 0
        if stored < 2 * self.size.launches:
            short.append(f"{2 * self.size.launches - stored} reports not stored")
        return short

    def _result(
        self, verdict: Verdict, faults: int, unexpected: int, missing: list[str]
    ) -> SoakResult:
        kinds = dict(self.live.rows("SELECT kind, count(*) FROM outbox GROUP BY kind"))
        edge = max(1, len(self.samples) // 4)
        first, last = self.samples[:edge], self.samples[-edge:]
        before = statistics.median(sample.megabytes for sample in first)
        after = statistics.median(sample.megabytes for sample in last)
        return SoakResult(
            size=self.size,
            verdict=verdict,
            alerts=kinds.get("alert", 0),
            digests=kinds.get("digest", 0),
            kills=self.killed,
            faults=faults,
            polls=len(self.live.origin.visits),
            memory_growth=round(after / before - 1, 4),
            memory=after,
            sockets=(min(s.sockets for s in first), min(s.sockets for s in last)),
            tasks=(min(s.tasks for s in first), min(s.tasks for s in last)),
            unexpected=unexpected,
            seconds=round(time.monotonic() - self.began, 1),
            missing=missing,
        )


def line_of(result: SoakResult) -> results.Line:
    """The soak's line in the table."""
    size = result.size
    notes = (
        f"{size.hours:g} virtual hours, {size.feeds} feeds, {size.servers} servers, "
        f"{result.faults:,} faults; memory {result.memory_growth:+.1%}"
    )
    lost = len(result.verdict.lost) + len(result.missing)
    return results.Line(
        "soak", "kills", result.kills, result.kills, result.verdict.deliveries, lost,
        len(result.verdict.doubled), len(result.verdict.stale), result.seconds, notes,
    )  # fmt: skip


def _link(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""  # closed meanwhile


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def main() -> int:
    """Run, keep the line, show it; 1 when anything is not as promised."""
    full = Size()
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    for name in ("minutes", "hours"):
        parser.add_argument(f"--{name}", type=float, default=getattr(full, name))
    for name in ("feeds", "servers", "kills", "launches"):
        parser.add_argument(f"--{name}", type=int, default=getattr(full, name))
    parser.add_argument("--seed", type=int, default=2021)
    parser.add_argument("--results", type=Path, default=results.RESULTS)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    shutil.rmtree(HOME, ignore_errors=True)
    size = Size(
        minutes=options.minutes,
        hours=options.hours,
        feeds=options.feeds,
        servers=options.servers,
        kills=options.kills,
        launches=options.launches,
    )
    result = asyncio.run(Soak(HOME, size, options.seed).run())
    shown = {k: v for k, v in asdict(result).items() if k not in ("size", "verdict", "missing")}
    _say(f"{result.verdict.deliveries} deliveries {shown}")
    for problem in result.problems[:40]:
        _say(f"NOT AS PROMISED: {problem}")
    results.save([line_of(result)], options.results)
    kept = results.load(options.results)
    if options.results == results.RESULTS:
        results.show_in(results.README, kept)
    sys.stdout.write(results.table(kept) + "\n")
    return int(bool(result.problems))


if __name__ == "__main__":
    sys.exit(main())
