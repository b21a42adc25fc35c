"""What systemd is told (sd_notify): ready, still alive, stopping. Without systemd nothing happens.

The protocol is a datagram to the socket that NOTIFY_SOCKET names (sd_notify(3)).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from bot.errors import LaunchwireError
from bot.ports import Health

_log = logging.getLogger("launchwire.watchdog")


class Watchdog:
    """The door to systemd; `environment` is the process's."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # A leading @ stands for the null byte of Linux's abstract addresses.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        period = environment.get("WATCHDOG_USEC", "")
        # sd_watchdog_enabled(3) advises to answer in half of the time; seconds.
        self.interval = int(period) / 2e6 if period.isdigit() and int(period) else None

    def say(self, state: str) -> bool:
        """Send a state such as `READY=1`; False where nobody listens."""
        if not self._address:
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
                door.setblocking(False)  # a listener that does not read must not hold up the loop
                door.connect(self._address)
                door.sendall(state.encode())
        except OSError as error:
            _log.warning("systemd was not told %s: %s", state, error)
            return False
        return True

    @asynccontextmanager
    async def told(self, health: Callable[[], Awaitable[Health]]) -> AsyncIterator[None]:
        """Ready on entering, alive while healthy, stopping on leaving.

        A loop that hangs, or a program that is not healthy, stops answering: systemd restarts it.
        """
        self.say("READY=1")
        beat = asyncio.create_task(self._beat(health), name="watchdog")
        try:
            yield
        finally:
            self.say("STOPPING=1")
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat

    async def _beat(self, health: Callable[[], Awaitable[Health]]) -> None:
        if self.interval is None or not self._address:
            return
        while True:
            try:
                state = await health()
            except LaunchwireError as error:
                state = Health(healthy=False, problems=(str(error),))
            if state.healthy:
                self.say("WATCHDOG=1")
            else:
                _log.warning("not healthy: %s", "; ".join(state.problems))
            await asyncio.sleep(self.interval)
