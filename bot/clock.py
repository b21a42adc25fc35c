"""The two clocks: the system's, and an accelerated one for replay, soak and tests.

Nothing else in the project reads the wall clock.
"""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """The computer's own time, UTC."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        return datetime.now(UTC)

    @property
    def speed(self) -> float:
        """One second a second."""
        return 1.0

    async def sleep(self, seconds: float) -> None:
        """Wait for so many real seconds."""
        await asyncio.sleep(seconds)

    def real(self, at: datetime) -> datetime:
        """This clock is the real one."""
        return at


class AcceleratedClock:
    """A clock that started at `epoch` and runs `speed` times as fast as the real one.

    With a file, the epoch and the real instant at which it began are kept there, so that a process
    that was killed and started again goes on in the same virtual time.
    """

    def __init__(self, epoch: datetime, speed: float, path: Path | None = None) -> None:
        if epoch.tzinfo is None or speed <= 0:
            raise ValueError("an accelerated clock needs an aware epoch and a positive speed")
        self._epoch, self._speed, self._began = epoch.astimezone(UTC), speed, datetime.now(UTC)
        if path is None:
            return
        if path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            self._epoch = datetime.fromisoformat(kept["epoch"])
            self._began = datetime.fromisoformat(kept["began"])
            self._speed = float(kept["speed"])
        else:
            self._keep(path)

    @property
    def speed(self) -> float:
        """Virtual seconds per real second."""
        return self._speed

    def now(self) -> datetime:
        """The current virtual instant, aware, UTC."""
        real = datetime.now(UTC) - self._began
        return self._epoch + timedelta(seconds=real.total_seconds() * self._speed)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many virtual seconds."""
        await asyncio.sleep(seconds / self._speed)

    def real(self, at: datetime) -> datetime:
        """The real instant at which this clock shows `at`."""
        return self._began + (at - self._epoch) / self._speed

    def _keep(self, path: Path) -> None:
        text = json.dumps(
            {
                "epoch": self._epoch.isoformat(),
                "began": self._began.isoformat(),
                "speed": self._speed,
            }
        )
        part = path.with_name(path.name + ".part")
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
