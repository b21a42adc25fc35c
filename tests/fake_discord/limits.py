"""Rate limits: a bucket per route and place, and the bot's global limit.

Sizes are those observed by library authors, not promised by Discord; a test may set others.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from dataclasses import dataclass, field

UNLIMITED = 1_000_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many requests in so many seconds."""

    size: int
    seconds: float


@dataclass(slots=True)
class _Window:
    started: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 429: its scope (user, global, shared) and how long to wait."""

    scope: str
    retry_after: float


@dataclass
class Limits:
    """The limits in force; `buckets` maps an operation's name to its bucket."""

    buckets: dict[str, Bucket] = field(
        default_factory=lambda: {
            "create_message": Bucket(5, 5.0),
            "update_message": Bucket(5, 5.0),
            "delete_message": Bucket(5, 1.0),
            "create_thread": Bucket(10, 10.0),
            "create_thread_from_message": Bucket(10, 10.0),
            "create_dm": Bucket(10, 10.0),
        }
    )
    usual: Bucket = Bucket(50, 1.0)
    global_per_second: int = 50
    publishes: Bucket = Bucket(10, 3600.0)
    _windows: dict[tuple[str, str], _Window] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)

    def lift(self) -> None:
        """Let everything through (for tests about something else)."""
        self.buckets.clear()
        self.usual = Bucket(UNLIMITED, 1.0)
        self.global_per_second = UNLIMITED

    def take_global(self) -> Refusal | None:
        """Count a request against the whole bot's limit."""
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - 1.0:
            self._recent.popleft()
        if len(self._recent) >= self.global_per_second:
            return Refusal("global", round(self._recent[0] + 1.0 - now, 3))
        self._recent.append(now)
        return None

    def take(self, operation: str, major: str) -> tuple[Refusal | None, dict[str, str]]:
        """Count a request against its bucket; return the refusal, and the headers to answer."""
        bucket = self.buckets.get(operation, self.usual)
        refusal, window = self._count(bucket, operation, major)
        left = max(0.0, window.started + bucket.seconds - time.monotonic())
        headers = {
            "X-RateLimit-Limit": str(bucket.size),
            "X-RateLimit-Remaining": str(max(0, bucket.size - window.used)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(operation.encode()).hexdigest()[:32],
        }
        return refusal, headers

    def take_publish(self, channel_id: str) -> Refusal | None:
        """Count a crosspost: the hourly limit of a channel shows in no header, only as a 429."""
        refusal, _ = self._count(self.publishes, "publish", channel_id)
        return refusal

    def _count(self, bucket: Bucket, operation: str, major: str) -> tuple[Refusal | None, _Window]:
        now = time.monotonic()
        window = self._windows.get((operation, major))
        if window is None or now >= window.started + bucket.seconds:
            window = self._windows[(operation, major)] = _Window(now)
        if window.used >= bucket.size:
            return Refusal("user", round(window.started + bucket.seconds - now, 3)), window
        window.used += 1
        return None, window
