"""The clocks: real time, and virtual time that survives a restart."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import AcceleratedClock, SystemClock

EPOCH = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_system_clock_is_aware_and_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


async def test_an_accelerated_clock_starts_at_its_epoch_and_runs_fast() -> None:
    clock = AcceleratedClock(EPOCH, speed=3600)
    assert clock.now() - EPOCH < timedelta(minutes=30)
    before = asyncio.get_running_loop().time()
    await clock.sleep(360)
    assert asyncio.get_running_loop().time() - before < 1.0
    assert clock.now() - EPOCH >= timedelta(seconds=360)


def test_an_accelerated_clock_goes_on_after_a_restart(tmp_path: Path) -> None:
    kept = tmp_path / "clock.json"
    first = AcceleratedClock(EPOCH, speed=1000, path=kept)
    seen = first.now()
    second = AcceleratedClock(EPOCH + timedelta(days=9), speed=1, path=kept)
    assert seen <= second.now() < EPOCH + timedelta(days=1)
    assert second.speed == 1000


def test_a_clock_without_zone_or_speed_is_refused() -> None:
    with pytest.raises(ValueError, match="aware epoch"):
        AcceleratedClock(EPOCH.replace(tzinfo=None), speed=1)
    with pytest.raises(ValueError, match="positive speed"):
        AcceleratedClock(EPOCH, speed=0)
