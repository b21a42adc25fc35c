"""Faults a test can order: what goes wrong, for which requests, how often."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from tests.fake_discord.journal import Exchange

Matcher = Callable[[Exchange], bool]


class FaultKind(Enum):
    """Ways to fail. "Before" leaves no trace on the server; "after" did the work first."""

    STATUS_BEFORE = "an error status, nothing done"
    STATUS_AFTER = "an error status, although it is done"
    RESET_BEFORE = "connection reset, nothing done"
    RESET_AFTER = "connection reset, although it is done"
    CLOSE_BEFORE = "connection closed in order (FIN), nothing done"
    CLOSE_AFTER = "connection closed in order (FIN), although it is done"
    HANG_BEFORE = "no answer for `seconds`, then the connection is cut; nothing done"
    HANG_AFTER = "no answer for `seconds`, then the connection is cut; it is done"
    SLOW = "the answer comes `seconds` late, and is right"
    SLOW_BEFORE = "the work begins `seconds` late, and the answer is right"
    LIMIT_BUCKET = "429 of the route's bucket, `seconds` to wait"
    LIMIT_GLOBAL = "429 of the whole bot, `seconds` to wait"
    LIMIT_SHARED = "429 of a resource shared with others, `seconds` to wait"
    LIMIT_NO_VIA = "429 without a Via header, as from Discord's edge"
    GARBAGE = "done, and the answer's body is cut off in the middle"
    WRONG_TYPE = "done, and the answer calls its JSON text/html"


AFTER = frozenset(
    {
        FaultKind.STATUS_AFTER,
        FaultKind.RESET_AFTER,
        FaultKind.CLOSE_AFTER,
        FaultKind.HANG_AFTER,
        FaultKind.SLOW,
        FaultKind.GARBAGE,
        FaultKind.WRONG_TYPE,
    }
)


@dataclass(slots=True, eq=False)
class Fault:
    """A fault for the next `times` matching requests, after `skip` of them went well.

    `status` and `code` are used by the status kinds (code is Discord's own error number);
    `seconds` by the hanging, slow and 429 kinds. `done` counts how often it struck.
    """

    kind: FaultKind
    match: Matcher = field(default=lambda exchange: True)
    times: int = 1
    skip: int = 0
    status: int = 500
    code: int = 0
    message: str = "ordered by a test"
    seconds: float = 1.0
    done: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether it has struck as often as ordered."""
        return self.done >= self.times


def on(method: str, path: str = "", text: str = "") -> Matcher:
    """Match requests by method, a regular expression in the path, and a piece of the body.

    Example: `on("POST", r"/channels/\\d+/messages$", text="Hwasong")`.
    """
    pattern = re.compile(path)

    def matches(exchange: Exchange) -> bool:
        if method not in ("*", exchange.method) or not pattern.search(exchange.path):
            return False
        return not text or text in repr(exchange.body)

    return matches


posts_message = on("POST", r"^/channels/\d+/messages$")
edits_message = on("PATCH", r"^/channels/\d+/messages/\d+$")


@dataclass
class FaultPlan:
    """The faults still to come; the first that matches a request strikes."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> Fault:
        """Order a fault."""
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        """Forget the faults still to come."""
        self.faults.clear()

    def take(self, exchange: Exchange) -> Fault | None:
        """Return the fault that strikes this request, or None."""
        for fault in self.faults:
            if fault.exhausted or not fault.match(exchange):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.done += 1
            return fault
        return None
