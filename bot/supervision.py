"""Keeps long-lived tasks alive: an unexpected exception is reported and the task starts again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.errors import LaunchwireError, TokenRefused, report_unexpected

_log = logging.getLogger("launchwire.supervision")

# Seconds before a failed task starts again, growing with consecutive failures.
RESTART_DELAYS = (1.0, 2.0, 5.0, 15.0, 60.0)


@dataclass
class Supervisor:
    """Runs named tasks until `close`; counts their failures for `/status` and the watchdog."""

    failures: dict[str, int] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` in the background and again whenever it fails."""
        self._tasks[name] = asyncio.create_task(self._keep(name, work), name=name)

    def alive(self) -> dict[str, bool]:
        """Which tasks did not fail for good; one that came to its end is well."""
        return {
            name: not task.done() or (not task.cancelled() and task.exception() is None)
            for name, task in self._tasks.items()
        }

    def failed(self) -> BaseException | None:
        """The error a task gave up with (a refused token), if any."""
        for task in self._tasks.values():
            if task.done() and not task.cancelled() and task.exception() is not None:
                return task.exception()
        return None

    async def wait(self) -> None:
        """Wait until a task gives up for good, and raise its error."""
        while self._tasks:
            done, _ = await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                await task
            return

    async def close(self) -> None:
        """Cancel every task and wait for its end."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        in_a_row = 0
        while True:
            try:
                await work()
                return
            except TokenRefused:
                raise
            except LaunchwireError as error:
                _log.warning("task=%s failed error=%s", name, error)
            except Exception as error:  # noqa: BLE001 - an entry from outside: reported, then restarted
                report_unexpected(error, name)
            self.failures[name] = self.failures.get(name, 0) + 1
            await asyncio.sleep(RESTART_DELAYS[min(in_a_row, len(RESTART_DELAYS) - 1)])
            in_a_row += 1
