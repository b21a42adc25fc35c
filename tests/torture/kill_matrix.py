"""Kills the real process along a walk of points or times, and looks for anything lost or doubled.

Each kill has a launch of its own in the feeds; what a kill leaves behind is finished by the runs
after it. All kills of a trial share one database, one Discord and one feed.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.end_to_end.live import Live, Verdict
from tests.end_to_end.news import LAUNCHES, Launch
from tests.end_to_end.origin import Entry, Page
from tests.fake_discord.faults import Fault, FaultKind, edits_message, posts_message
from tests.fake_discord.model import Channel
from tests.torture.kill_points import OUTSIDE, KillPoint
from tests.torture.killable import ENVIRONMENT

MOST_KILLS = len(LAUNCHES) - 1
"""Kills in one trial: each needs a launch that no other is taken for."""

REACHED_WITHIN = 60.0  # seconds until a point must have been reached, on a busy machine
SETTLED_WITHIN = 90.0
# Discord makes a post under way only after the bot died: the nastiest moment.
LATE = 0.5
HELD = timedelta(minutes=15)  # edits of old messages are gathered for ten minutes
# More new entries at once are a flood, which is braked on purpose.
MOST_UNTAKEN = 10
Kill = KillPoint | float


@dataclass
class Trial:
    """One world and the kills it survives; a float kills so many seconds after the start.

    `jump` is how much time passes between every fourth death and the next start: an hour is more
    than Discord remembers a nonce, so that the bot has to look for its message.
    """

    folder: Path
    kills: Sequence[Kill]
    jump: timedelta = timedelta(0)
    progress: Callable[[str], None] = lambda _: None
    live: Live = field(init=False)
    channels: list[Channel] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    told: list[Launch] = field(default_factory=list)
    seconded: set[int] = field(default_factory=set)

    async def run(self) -> Verdict:
        """Every kill, then a run that is left alone until all is settled.

        Raises:
            AssertionError: a point was not reached, or the end never settled.
        """
        assert len(self.kills) <= MOST_KILLS, "more kills than launches"
        self.live = Live(self.folder, module="tests.torture.killable")
        async with self.live:
            self._prepare()
            for number, kill in enumerate(self.kills):
                await self._live_and_die(kill, LAUNCHES[number])
                if self.jump and number % 4 == 3:
                    self._pass_time(self.jump)
            return await self._settle()

    # -- the world ----------------------------------------------------------------------------

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.live.discord.clock.now(), UTC)

    def _prepare(self) -> None:
        live = self.live
        live.discord.limits.lift()
        self.channels = [live.channel("first"), live.channel("second")]
        for name in ("one", "two"):
            self.pages[name] = live.origin.feed(f"/{name}.xml")
            self.entries[name] = [_old_news(name, n, self._now()) for n in range(40)]
            self.pages[name].set_entries(self.entries[name])
        live.configure(
            feeds=[
                {"url": live.origin.url(f"/{name}.xml"), "name": f"Wire {name}", "backfill": True}
                for name in self.pages
            ],
            alerts=[{"channel": channel.id, "topic": "launches"} for channel in self.channels],
            sections={"clock": {"epoch": self._now().isoformat()}},
        )
        self._write_clock()

    def _write_clock(self) -> None:
        """Make the bot's clock show what the stand-in's shows."""
        path = self.live.folder / "data" / "clock.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {
            "epoch": self._now().isoformat(),
            "began": datetime.now(UTC).isoformat(),
            "speed": 1.0,
        }
        path.write_text(json.dumps(kept), encoding="utf-8")

    def _pass_time(self, delta: timedelta) -> None:
        self.live.discord.clock.advance(delta.total_seconds())
        self._write_clock()

    def _publish(self, outlet: str, entry: Entry) -> None:
        self.entries[outlet].insert(0, entry)
        self.pages[outlet].set_entries(self.entries[outlet])

    def _tell(self, launch: Launch) -> None:
        self.told.append(launch)
        self._publish("one", launch.first_report(self._now()))

    def _untaken(self) -> int:
        """Launches told and not stored yet: bots that die young take nothing in."""
        stored = self.live.rows("SELECT count(*) FROM article WHERE link LIKE 'one.example/%'")
        return len(self.told) - (stored[0][0] if stored else 0)

    def _second_what_is_posted(self, *, everything: bool = False) -> None:
        """The second outlet follows once every channel has the alert."""
        for launch in self.told:
            if launch.number in self.seconded:
                continue
            if everything or all(self._has(channel, launch) for channel in self.channels):
                self.seconded.add(launch.number)
                self._publish("two", launch.second_report(self._now()))

    def _has(self, channel: Channel, launch: Launch) -> bool:
        link = f"one.example/launch/{launch.number}"
        return any(
            link in repr(m.embeds) + repr(m.components) + m.content
            for m in self.live.posted(channel)
        )

    # -- one life -----------------------------------------------------------------------------

    async def _live_and_die(self, kill: Kill, launch: Launch) -> None:
        live, bot = self.live, self.live.bot
        if self._untaken() < MOST_UNTAKEN:
            self._tell(launch)
        inside = isinstance(kill, KillPoint) and kill not in OUTSIDE
        bot.environment = {**bot.environment, ENVIRONMENT: kill.name if inside else ""}  # type: ignore[union-attr]  # inside says so
        began = time.monotonic()
        seen = len(live.discord.journal.exchanges), len(live.origin.visits)
        fault = self._arm(kill)
        await bot.start()
        try:
            while bot.running:
                self._second_what_is_posted()
                if self._struck(kill, began, seen, fault):
                    await bot.kill_only_main()
                assert time.monotonic() - began < REACHED_WITHIN, (
                    f"{kill!r} was not reached\n{bot.stderr[-3000:]}"
                )
                await asyncio.sleep(0.01)
        finally:
            await bot.kill()  # its workers
            live.discord.faults.clear()
            live.origin.recover("/one.xml")
        code = bot.process.returncode if bot.process else None
        assert code == -9, f"ended with {code} instead of being killed\n{bot.stderr[-3000:]}"
        await asyncio.sleep(LATE if kill is KillPoint.POST_ARRIVED else 0)
        self._complain_of_doubles(kill)
        name = kill.name if isinstance(kill, KillPoint) else f"{kill:.2f} s"
        self.progress(f"{name} after {time.monotonic() - began:.1f} s")

    def _arm(self, kill: Kill) -> Fault | None:
        faults = self.live.discord.faults
        if kill is KillPoint.FEED_ASKED:
            self.pages["one"].hang = True
        if kill is KillPoint.POST_ARRIVED:
            return faults.add(Fault(FaultKind.SLOW_BEFORE, posts_message, seconds=LATE))
        if kill is KillPoint.POSTED:
            return faults.add(Fault(FaultKind.HANG_AFTER, posts_message, seconds=5.0))
        if kill is KillPoint.EDITED:
            return faults.add(Fault(FaultKind.HANG_AFTER, edits_message, seconds=5.0))
        return None

    def _struck(self, kill: Kill, began: float, seen: tuple[int, int], fault: Fault | None) -> bool:
        """Whether the moment has come at which the trial kills."""
        if isinstance(kill, float):
            return time.monotonic() - began >= kill
        if kill is KillPoint.FEED_ASKED:
            return any(v.path == "/one.xml" for v in self.live.origin.visits[seen[1] :])
        if fault is None or not fault.done:
            return False
        new = [e for e in self.live.discord.journal.exchanges[seen[0] :] if e.fault]
        return kill is KillPoint.POST_ARRIVED or any(e.done_at is not None for e in new)

    def _complain_of_doubles(self, kill: Kill) -> None:
        nonces = [m.nonce for m in self.live.discord.bot_messages]
        double = {nonce for nonce in nonces if nonces.count(nonce) > 1}
        assert not double, f"posted twice after a kill at {kill!r}: {double}"

    # -- the end ------------------------------------------------------------------------------

    async def _settle(self) -> Verdict:
        """A life without a kill, and one more where edits are held for a while."""
        bot = self.live.bot
        bot.environment = {**bot.environment, ENVIRONMENT: ""}
        for held in (True, False):
            await bot.start()
            self._second_what_is_posted(everything=True)
            await self._wait_for_work(SETTLED_WITHIN, held=held)
            if held:
                await self._wait_for_work(2.0, held=False)
            finished = self._done(held=False)
            await bot.kill()
            if finished:
                break
            self._pass_time(HELD)
        return self._verdict()

    async def _wait_for_work(self, seconds: float, *, held: bool) -> None:
        deadline = time.monotonic() + seconds
        while not self._done(held=held) and time.monotonic() < deadline:
            bot = self.live.bot
            assert bot.running, f"ended by itself\n{bot.stderr[-3000:]}"
            await asyncio.sleep(0.05)

    def _done(self, *, held: bool) -> bool:
        """Whether every report is stored and nothing waits (`held`: edits may wait their time)."""
        live = self.live
        articles = live.rows("SELECT count(*) FROM article")
        if not articles or articles[0][0] < 2 * len(self.told):
            return False
        waiting = live.rows("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")
        return waiting[0][0] == 0 if held else live.backlog() == 0

    def _verdict(self) -> Verdict:
        verdict = self.live.verdict()
        missing = [
            f"launch {launch.number} in {channel.name}"
            for launch in self.told
            for channel in self.channels
            if not self._has(channel, launch)
        ]
        alerts = [key for (key,) in self.live.rows("SELECT key FROM outbox WHERE kind = 'alert'")]
        extra = len(alerts) - len(self.told) * len(self.channels)
        doubled = list(verdict.doubled) + ([f"{extra} alerts too many"] if extra > 0 else [])
        return Verdict(verdict.deliveries, (*verdict.lost, *missing), tuple(doubled), verdict.stale)


def _old_news(outlet: str, number: int, now: datetime) -> Entry:
    """What a feed holds besides: too old to be alerted, so that new entries stay a small share."""
    return Entry(
        title=f"Parliament debates item {number} of the budget",
        link=f"https://{outlet}.example/old/{number}",
        guid=f"{outlet}-old-{number}",
        summary="A debate about money took all day.",
        published=now - timedelta(days=5, hours=number),
    )
