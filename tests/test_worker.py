"""The killable workers: limits, replacement, typed errors, shutdown."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator

import pytest

from bot.errors import AnalysisError, NotAFeed, WorkerKilled
from bot.worker import ProcessWorkers


def double(number: int) -> int:
    return number * 2


def spin() -> None:
    while True:
        pass


def nap(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def take_memory() -> int:
    return len(bytearray(2_000_000_000))


def crash() -> None:
    ctypes.string_at(0)


def refuse() -> None:
    raise NotAFeed("That is no feed.", key="source.not_a_feed", host="example.org")


def break_unexpectedly() -> None:
    raise KeyError("surprise")


def import_numpy_and_lxml() -> float:
    import lxml.etree
    import numpy as np

    lxml.etree.fromstring(b"<a/>")
    return float(np.ones((300, 300)).dot(np.ones((300, 300))).sum())


def own_pid() -> int:
    return os.getpid()


@pytest.fixture
async def workers() -> AsyncIterator[ProcessWorkers]:
    async with ProcessWorkers(1) as pool:
        yield pool


async def test_a_worker_gives_back_the_result(workers: ProcessWorkers) -> None:
    assert await workers.run(double, 21) == 42


async def test_numpy_and_lxml_fit_into_the_memory_limit(workers: ProcessWorkers) -> None:
    assert await workers.run(import_numpy_and_lxml) == pytest.approx(27_000_000)


async def test_over_the_wall_limit_the_worker_is_killed_and_replaced(
    workers: ProcessWorkers,
) -> None:
    with pytest.raises(WorkerKilled, match=r"longer than 0\.5 s"):
        await workers.run(nap, 30, wall_seconds=0.5)
    assert await workers.run(double, 4) == 8
    assert workers.replaced == 1


async def test_over_the_processor_limit_the_worker_is_killed(workers: ProcessWorkers) -> None:
    with pytest.raises(WorkerKilled):
        await workers.run(spin, wall_seconds=1.4)
    assert await workers.run(double, 4) == 8


async def test_too_much_memory_is_refused(workers: ProcessWorkers) -> None:
    with pytest.raises(WorkerKilled, match="memory"):
        await workers.run(take_memory)
    assert await workers.run(double, 4) == 8


async def test_a_crash_is_reported_and_the_worker_replaced(workers: ProcessWorkers) -> None:
    with pytest.raises(WorkerKilled, match="SIGSEGV"):
        await workers.run(crash)
    assert await workers.run(double, 4) == 8


async def test_expected_errors_keep_their_type_and_words(workers: ProcessWorkers) -> None:
    with pytest.raises(NotAFeed, match=r"That is no feed\.") as caught:
        await workers.run(refuse)
    assert caught.value.key == "source.not_a_feed"
    assert caught.value.params == {"host": "example.org"}


async def test_unexpected_errors_are_logged_with_a_reference(
    workers: ProcessWorkers, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(AnalysisError, match=r"reference [0-9a-f]{8}"):
        await workers.run(break_unexpectedly)
    assert "KeyError" in caplog.text


async def test_an_idle_worker_killed_from_outside_is_replaced(workers: ProcessWorkers) -> None:
    pid = await workers.run(own_pid)
    os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0.3)
    assert await workers.run(double, 4) == 8
    assert workers.replaced <= 1


async def test_work_whose_worker_is_killed_from_outside_is_done_by_the_next(
    workers: ProcessWorkers,
) -> None:
    pid = await workers.run(own_pid)
    working = asyncio.create_task(workers.run(nap, 0.5))
    await asyncio.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    assert await working == "rested"


async def test_the_event_loop_runs_on_while_a_worker_spins(workers: ProcessWorkers) -> None:
    await workers.run(double, 1)
    task = asyncio.create_task(workers.run(spin, wall_seconds=1.0))
    worst = 0.0
    while not task.done():
        before = asyncio.get_running_loop().time()
        await asyncio.sleep(0.01)
        worst = max(worst, asyncio.get_running_loop().time() - before)
    assert isinstance(task.exception(), WorkerKilled)
    assert worst < 0.25  # generous: the machine has two processors and other work


async def test_after_close_no_work_is_taken_and_no_child_is_left() -> None:
    pool = ProcessWorkers(1)
    pid = await pool.run(own_pid)
    await pool.close()
    with pytest.raises(WorkerKilled, match="shutting down"):
        await pool.run(double, 1)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_close_lets_running_work_finish() -> None:
    pool = ProcessWorkers(1)
    await pool.run(double, 1)
    task = asyncio.create_task(pool.run(nap, 0.4))
    await asyncio.sleep(0.1)
    await pool.close()
    assert await task == "rested"


def test_children_end_when_the_parent_is_killed() -> None:
    program = textwrap.dedent(
        """
        import asyncio, os, sys
        from bot.worker import ProcessWorkers

        async def main():
            pool = ProcessWorkers(1)
            print(await pool.run(os.getpid), flush=True)
            await asyncio.sleep(60)

        if __name__ == "__main__":
            asyncio.run(main())
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if _is_zombie(child):
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child outlived its parent")


def _is_zombie(pid: int) -> bool:
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "Z"
