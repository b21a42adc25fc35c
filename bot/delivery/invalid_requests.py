"""A circuit breaker for refused requests: Discord bans addresses that make too many of them."""

from __future__ import annotations

from collections import deque

# https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans :
# 10,000 answers of 401, 403 or 429 (other than scope "shared") in 10 minutes. We stop far below.
WINDOW_SECONDS = 600.0
MOST_INVALID = 1_000
INVALID_STATUSES = frozenset({401, 403, 429})


class InvalidRequests:
    """Counts refused requests over ten minutes; open (True to stop) from `most` on.

    Times are seconds of one clock, given by the caller.
    """

    def __init__(self, most: int = MOST_INVALID, window: float = WINDOW_SECONDS) -> None:
        self._most = most
        self._window = window
        self._refused: deque[float] = deque()

    def note(self, status: int, now: float, *, shared: bool = False) -> None:
        """Count an answer; only 401, 403 and 429 matter, and of those no shared limits."""
        if status in INVALID_STATUSES and not shared:
            self._refused.append(now)
        self._forget(now)

    def count(self, now: float) -> int:
        """Refused requests within the window."""
        self._forget(now)
        return len(self._refused)

    def wait(self, now: float) -> float:
        """Seconds until requests may be made again; 0 when they may be made now."""
        self._forget(now)
        surplus = len(self._refused) - self._most
        if surplus < 0:
            return 0.0
        return max(0.0, self._refused[surplus] + self._window - now)

    def _forget(self, now: float) -> None:
        while self._refused and self._refused[0] <= now - self._window:
            self._refused.popleft()
