"""What happened on the stand-in: every REST exchange, and waiting until something is true."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tests.fake_discord.model import Json

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Exchange:
    """One REST request with its answer; times are seconds of the monotonic clock.

    `done_at` is when the work was done (None: it was not), `status` 0 while there is no answer,
    and stays 0 when a fault cut the connection.
    """

    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Json | list[Json] | None
    files: dict[str, tuple[str, bytes]]
    form: str
    arrived_at: float
    wall_time: float
    operation: str = ""
    status: int = 0
    answer: Json | list[Json] | None = None
    done_at: float | None = None
    answered_at: float | None = None
    fault: str | None = None
    scope: str | None = None

    @property
    def code(self) -> int | None:
        """Discord's error number of the answer, when it has one."""
        return self.answer.get("code") if isinstance(self.answer, dict) else None

    def __str__(self) -> str:
        """Return one line for a failing test."""
        note = f" [{self.fault}]" if self.fault else ""
        return f"#{self.number} {self.method} {self.path} -> {self.status} {self.code or ''}{note}"


@dataclass
class Journal:
    """Every exchange in order of arrival, and who waits for what."""

    exchanges: list[Exchange] = field(default_factory=list)
    _waiting: set[asyncio.Event] = field(default_factory=set)

    @staticmethod
    def now() -> float:
        """Return the clock of every `*_at` (monotonic seconds)."""
        return time.monotonic()

    def changed(self) -> None:
        """Tell everyone who waits that something happened."""
        for event in self._waiting:
            event.set()

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Wait until `predicate()` is true and return its value.

        It is looked at on every change on the stand-in, and ten times a second for changes
        elsewhere (a file, a process).

        Raises:
            TimeoutError: it stayed false; the text ends with the last exchanges.
        """
        deadline = time.monotonic() + timeout
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            while True:
                event.clear()
                value = predicate()
                if value:
                    return value
                left = deadline - time.monotonic()
                if left <= 0:
                    tail = "\n  ".join(str(exchange) for exchange in self.exchanges[-12:])
                    raise TimeoutError(f"not true within {timeout} s; last exchanges:\n  {tail}")
                try:
                    await asyncio.wait_for(event.wait(), min(left, 0.1))
                except TimeoutError:
                    continue
        finally:
            self._waiting.discard(event)

    def calls(self, method: str, path_part: str = "") -> list[Exchange]:
        """Return the exchanges of a method whose path contains `path_part`."""
        return [e for e in self.exchanges if e.method == method and path_part in e.path]

    @property
    def max_requests_per_second(self) -> int:
        """The most requests that arrived within any one second, interaction answers left out."""
        window: deque[float] = deque()
        most = 0
        for exchange in self.exchanges:
            if exchange.path.startswith("/interactions/"):
                continue
            window.append(exchange.arrived_at)
            while window[0] <= exchange.arrived_at - 1.0:
                window.popleft()
            most = max(most, len(window))
        return most

    @property
    def invalid_requests(self) -> int:
        """Answers that count towards Discord's ban at 10,000 in 10 minutes: 401, 403, 429."""
        return sum(
            exchange.status in (401, 403) or (exchange.status == 429 and exchange.scope != "shared")
            for exchange in self.exchanges
        )
