"""The stand-in's clock: real time that a test can push forward or speed up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

DISCORD_EPOCH_MS = 1_420_070_400_000  # 2015-01-01, the zero of every Discord id


@dataclass(slots=True)
class ServerClock:
    """Seconds since 1970 as the stand-in sees them; nonce memory, ids and time stamps follow it."""

    offset: float = 0.0
    speed: float = 1.0
    _origin: float = field(default_factory=time.time)
    _last_id: int = 0

    def now(self) -> float:
        """Return the stand-in's time in seconds since 1970 (UTC)."""
        return self._origin + (time.time() - self._origin) * self.speed + self.offset

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self.offset += seconds

    def iso(self) -> str:
        """Return the time as Discord writes it (ISO 8601 with offset)."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    def snowflake(self) -> int:
        """Return a new id: greater than every one before it, its upper bits telling the time."""
        candidate = (int(self.now() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last_id = max(candidate, self._last_id + 1)
        return self._last_id
