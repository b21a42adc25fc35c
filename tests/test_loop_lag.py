"""Stalls of the event loop are counted, and told from a machine that gave us no processor."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.loop_lag import PROBE, STALL, LoopLag, waited_for_processor


@dataclass
class Machine:
    """Time, and how much of it the thread stood in the queue for a processor."""

    now: float = 100.0
    waited: float = 0.0

    def lag(self) -> LoopLag:
        lag = LoopLag(clock=lambda: self.now, waited=lambda: self.waited)
        lag.start()
        return lag


def test_a_loop_in_time_has_no_stalls() -> None:
    machine = Machine()
    lag = machine.lag()
    for late in (0.0, 0.02, STALL - 0.001):
        machine.now += PROBE + late
        lag.look()
    assert (lag.ours, lag.machines, lag.longest) == (0, 0, 0.0)


def test_work_that_blocks_the_loop_is_ours(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    lag = machine.lag()
    for late in (0.5, 0.2):
        machine.now += PROBE + late
        lag.look()
    assert (lag.ours, lag.machines) == (2, 0)
    assert lag.longest == pytest.approx(0.5)
    assert caplog.text.count("event loop stalled") == 1, "only a new longest one is a line"


def test_waiting_for_a_processor_is_the_machines() -> None:
    machine = Machine()
    lag = machine.lag()
    machine.now += PROBE + 0.5
    machine.waited += 0.45
    lag.look()
    assert (lag.ours, lag.machines, lag.longest) == (0, 1, 0.0)


def test_one_late_look_does_not_make_the_next_one_late() -> None:
    machine = Machine()
    lag = machine.lag()
    machine.now += 5.0
    lag.look()
    machine.now += PROBE
    lag.look()
    assert lag.ours == 1


async def test_a_real_loop_that_is_blocked_is_seen() -> None:
    lag = LoopLag()
    watching = asyncio.create_task(lag.watch())
    await asyncio.sleep(0)
    time.sleep(PROBE + 3 * STALL)  # noqa: ASYNC251 - the blocking call to be found
    await asyncio.sleep(2 * PROBE)
    watching.cancel()
    assert lag.ours + lag.machines >= 1


def test_what_the_system_does_not_tell_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.loop_lag._WAITED", Path("/nowhere"))
    assert waited_for_processor() == 0.0


def test_each_thread_has_a_waiting_time_of_its_own() -> None:
    found: list[float] = []
    thread = threading.Thread(target=lambda: found.append(waited_for_processor()))
    thread.start()
    thread.join()
    assert found[0] >= 0.0
