"""When things happen: APScheduler's only door.

It is used as a clock only: jobs live in memory and are rebuilt from our own tables at start, what
is due is decided by `bot.domain.schedule`, and a failed or missed job is counted and runs again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.digest import DigestId, LocalSchedule
from bot.domain.schedule import next_slot
from bot.errors import LaunchwireError, report_unexpected
from bot.ports import Clock

_log = logging.getLogger("launchwire.scheduler")

Job = Callable[[], Awaitable[None]]

# Of real time: the nightly backup of a large store takes minutes, a job that hangs takes for ever.
LONGEST_RUN = timedelta(minutes=15)


class LocalTimeTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler publishes no types
    """Fires at local wall-clock times, exactly once a local day and slot across DST changes.

    APScheduler's CronTrigger misses or doubles runs around DST changes; this one asks the domain
    rule. `clock` turns our instants into real ones, so that an accelerated clock fires early.
    """

    def __init__(self, schedule: LocalSchedule, clock: Clock) -> None:
        self._schedule = schedule
        self._clock = clock

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """The next real instant to fire at, None when the schedule never fires."""
        del previous_fire_time, now  # ours is a rule over our own clock
        virtual = self._clock.now()
        slot = next_slot(self._schedule, virtual)
        if slot is None:
            return None
        return self._clock.real(slot.due)


@dataclass
class JobHealth:
    """How a job is doing, for `/status`, `/healthz` and the metrics."""

    runs: int = 0
    errors: int = 0
    missed: int = 0
    last_run: datetime | None = None


@dataclass
class Scheduler:
    """Named jobs on the event loop. Must be started from within the loop."""

    clock: Clock
    longest_run: timedelta = LONGEST_RUN
    health: dict[str, JobHealth] = field(default_factory=dict)
    _under_way: set[asyncio.Task[object]] = field(default_factory=set)
    _ending: bool = False

    def __post_init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # Grace None: a late job still runs; the default of 1 s deletes it silently.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(
            self._noted,
            EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES | EVENT_JOB_EXECUTED,
        )

    def every(self, name: str, period: timedelta, job: Job, *, at_once: bool = False) -> None:
        """Run a job again and again; `period` is in our clock's time.

        A run that hangs is ended after `longest_run`, counted, and made again at its next turn.
        """
        seconds = max(0.05, period.total_seconds() / self.clock.speed)
        first = self.clock.real(self.clock.now()) if at_once else None
        self._add(name, IntervalTrigger(seconds=seconds, timezone=UTC), job, first)

    def local(self, name: str, schedule: LocalSchedule, job: Job) -> None:
        """Run a job at local times."""
        self._add(name, LocalTimeTrigger(schedule, self.clock), job, None)

    def _add(self, name: str, trigger: BaseTrigger, job: Job, first: datetime | None) -> None:
        self.health.setdefault(name, JobHealth())
        timing = {} if first is None else {"next_run_time": first}
        self._scheduler.add_job(
            self._noticed(_guarded(name, job, self.longest_run), name),
            trigger,
            id=name,
            replace_existing=True,
            **timing,
        )

    def remove(self, name: str) -> None:
        """Forget a job; one that does not exist is fine."""
        if self._scheduler.get_job(name) is not None:
            self._scheduler.remove_job(name)
        self.health.pop(name, None)

    def names(self) -> list[str]:
        """The jobs that exist."""
        return [job.id for job in self._scheduler.get_jobs()]

    def start(self) -> None:
        """Begin to fire."""
        self._scheduler.start()

    def pause(self) -> None:
        """Fire nothing more; running jobs go on (shutdown(wait=True) would cancel them)."""
        if self._scheduler.running:
            self._scheduler.pause()

    async def drain(self, within: float) -> None:
        """Let running jobs end within so many seconds; what takes longer is cancelled."""
        self.pause()
        await asyncio.sleep(0)  # what was fired a moment ago begins
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=within)
            self._ending = True
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        self._ending = True

    def _noticed(self, job: Job, name: str) -> Job:
        """Remember a job while it runs; one that the end cuts off is no error."""

        async def run() -> None:
            task = asyncio.current_task()
            if task is not None:
                self._under_way.add(task)
            try:
                await job()
            except asyncio.CancelledError:
                if not self._ending:
                    raise
                _log.info("job=%s was cut off by the end", name)
            finally:
                if task is not None:
                    self._under_way.discard(task)

        return run

    def close(self) -> None:
        """End; call after running work has been drained."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _noted(self, event: JobEvent) -> None:
        health = self.health.get(event.job_id)
        if health is None:
            return
        health.last_run = self.clock.now()
        if event.code == EVENT_JOB_EXECUTED:
            health.runs += 1
        elif event.code == EVENT_JOB_ERROR:
            health.errors += 1
        else:
            health.missed += 1
            _log.warning("job=%s missed; it still runs at its next turn", event.job_id)


def digest_job(digest_id: DigestId) -> str:
    """The job name of a digest schedule."""
    return f"digest:{digest_id}"


def _guarded(name: str, job: Job, longest: timedelta) -> Job:
    """Report what a job raises, then let APScheduler count it as an error."""

    async def run() -> None:
        try:
            async with asyncio.timeout(longest.total_seconds()) as limit:
                await job()
        except TimeoutError as error:
            if not limit.expired():
                report_unexpected(error, f"job {name}")
            else:
                _log.error("job=%s hung and was ended after %s", name, longest)
            raise
        except LaunchwireError as error:
            _log.warning("job=%s failed error=%s", name, error)
            raise
        except Exception as error:
            report_unexpected(error, f"job {name}")
            raise

    return run
