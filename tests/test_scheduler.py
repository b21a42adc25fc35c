"""Jobs that raise, hang or come late: counted, logged, and run again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day

import pytest

from bot.clock import AcceleratedClock, SystemClock
from bot.domain.digest import LocalSchedule
from bot.errors import StoreError, TokenRefused
from bot.scheduler import Scheduler
from bot.supervision import Supervisor

SOON = timedelta(seconds=0.05)


@pytest.fixture
async def scheduler() -> AsyncIterator[Scheduler]:
    made = Scheduler(SystemClock(), longest_run=timedelta(seconds=0.2))
    yield made
    made.close()


async def until(predicate: Callable[[], object], within: float = 5.0) -> None:
    deadline = time.monotonic() + within
    while not predicate():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("failure", [ValueError("a bug"), StoreError("The disk is full.")])
async def test_a_job_that_raises_is_counted_logged_and_runs_again(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    runs = []

    async def job() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise failure

    scheduler.every("work", SOON, job, at_once=True)
    scheduler.start()
    await until(lambda: scheduler.health["work"].runs >= 2)
    assert scheduler.health["work"].errors == 1
    assert "work" in caplog.text


async def test_a_job_that_hangs_is_ended_counted_and_runs_again(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    runs = []

    async def job() -> None:
        runs.append(1)
        if len(runs) == 1:
            await asyncio.Event().wait()

    scheduler.every("work", SOON, job, at_once=True)
    scheduler.start()
    await until(lambda: scheduler.health["work"].runs >= 2)
    assert scheduler.health["work"].errors == 1
    assert scheduler.health["work"].missed >= 1  # the turns that found it still running
    assert "work hung" in caplog.text


async def test_a_hanging_job_holds_up_no_other(scheduler: Scheduler) -> None:
    async def hangs() -> None:
        await asyncio.Event().wait()

    async def works() -> None:
        return

    scheduler.every("hangs", SOON, hangs, at_once=True)
    scheduler.every("works", SOON, works, at_once=True)
    scheduler.start()
    await until(lambda: scheduler.health["works"].runs >= 5)


async def test_a_blocked_loop_delays_a_job_but_loses_none(scheduler: Scheduler) -> None:
    ran = []

    async def job() -> None:
        ran.append(1)

    async def blocks() -> None:
        time.sleep(0.4)  # noqa: ASYNC251 - the point

    scheduler.every("blocks", timedelta(hours=1), blocks, at_once=True)
    scheduler.every("work", SOON, job)
    scheduler.start()
    await until(lambda: len(ran) >= 3)
    assert scheduler.health["work"].errors == 0


async def test_a_local_time_fires_once_on_an_accelerated_clock() -> None:
    clock = AcceleratedClock(datetime(2026, 3, 4, 7, 59, 50, tzinfo=UTC), 60)
    scheduler = Scheduler(clock)
    fired: list[datetime] = []

    async def job() -> None:
        fired.append(clock.now())

    scheduler.local("digest", LocalSchedule(time_of_day(8, 0), "UTC"), job)
    scheduler.start()
    await until(lambda: fired)
    await asyncio.sleep(0.5)
    scheduler.close()
    assert len(fired) == 1
    assert timedelta(0) <= fired[0] - datetime(2026, 3, 4, 8, 0, tzinfo=UTC) < timedelta(minutes=1)


async def test_pausing_fires_nothing_more_and_lets_running_work_end(scheduler: Scheduler) -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        started.set()
        await asyncio.sleep(0.1)
        ended.set()

    scheduler.every("work", SOON, job, at_once=True)
    scheduler.start()
    await started.wait()
    scheduler.pause()
    await asyncio.wait_for(ended.wait(), 1)
    runs = scheduler.health["work"].runs
    await asyncio.sleep(0.2)
    assert scheduler.health["work"].runs <= runs + 1


# -- long-lived tasks --------------------------------------------------------------------------


async def test_at_the_end_running_jobs_end_by_themselves_or_are_cut_off_without_noise(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scheduler = Scheduler(SystemClock())
    begun, ended = [], []

    def job(name: str, seconds: float) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            begun.append(name)
            await asyncio.sleep(seconds)
            ended.append(name)

        return run

    scheduler.every("short", timedelta(hours=1), job("short", 0.05), at_once=True)
    scheduler.every("endless", timedelta(hours=1), job("endless", 600), at_once=True)
    scheduler.start()
    await until(lambda: len(begun) == 2)
    with caplog.at_level(logging.INFO):
        await scheduler.drain(0.3)
        scheduler.close()
        await asyncio.sleep(0.05)
    assert ended == ["short"]
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []
    assert "job=endless was cut off by the end" in caplog.text


async def test_a_task_that_fails_is_started_again_and_counted(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.supervision.RESTART_DELAYS", (0.01,))
    supervisor, runs = Supervisor(), []

    async def work() -> None:
        runs.append(1)
        if len(runs) < 3:
            raise KeyError("surprise")
        await asyncio.Event().wait()

    supervisor.start("work", work)
    await until(lambda: len(runs) == 3)
    assert supervisor.failures == {"work": 2}
    assert supervisor.alive() == {"work": True}
    assert [r.levelno for r in caplog.records if "reference" in r.message] == [logging.ERROR] * 2
    await supervisor.close()


async def test_a_refused_token_ends_the_task_for_good() -> None:
    supervisor = Supervisor()

    async def work() -> None:
        raise TokenRefused("401")

    supervisor.start("dispatch", work)
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(supervisor.wait(), 1)
    assert supervisor.alive() == {"dispatch": False}
    await supervisor.close()
