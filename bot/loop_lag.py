"""How late the event loop comes round: what blocks it also blocks Discord's heartbeat.

A probe sleeps for a moment and looks how much later it woke. More than `STALL` late is a stall. A
busy machine stalls a loop as well, so each stall is put down to one of two causes: the time the
loop's thread stood ready and got no processor is the machine's (the kernel counts it, schedstat);
what is left, our own computing, a blocking call or another thread that held the interpreter, is
ours. Where the system does not tell (not Linux), every stall is ours: rather one too many.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_log = logging.getLogger("launchwire.loop")

PROBE = 0.05  # seconds between two looks
STALL = 0.1  # seconds late: an interaction must be answered within three, a heartbeat within ten
_WAITED = Path("/proc/thread-self/schedstat")  # "ran waited slices", nanoseconds


def waited_for_processor() -> float:
    """Seconds this thread has stood ready without a processor so far; 0 where nobody counts it."""
    try:
        return int(_WAITED.read_bytes().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


@dataclass
class LoopLag:
    """Counts stalls since the start; `watch` runs until it is cancelled, in the loop it watches."""

    clock: Callable[[], float] = time.monotonic
    waited: Callable[[], float] = waited_for_processor
    ours: int = 0
    machines: int = 0
    longest: float = 0.0  # seconds, of ours
    _due: float = field(default=0.0, init=False)
    _waited: float = field(default=0.0, init=False)

    async def watch(self) -> None:
        """Look again and again."""
        self.start()
        while True:
            await asyncio.sleep(PROBE)
            self.look()

    def start(self) -> None:
        """Begin the first interval now."""
        self._due = self.clock() + PROBE
        self._waited = self.waited()

    def look(self) -> None:
        """Judge the interval that ends now, and begin the next one."""
        late = self.clock() - self._due
        if late > STALL:
            own = late - (self.waited() - self._waited)
            if own > STALL:
                self.ours += 1
                if own > self.longest:  # a line for each would drown the log
                    self.longest = own
                    _log.warning("event loop stalled seconds=%.3f, the longest so far", own)
            else:
                self.machines += 1
        self.start()
