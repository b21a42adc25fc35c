"""Which feeds are asked next: longest overdue first, one for each server, and only free servers.

A feed whose server is taken holds nothing: the others go past it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.domain.article import FeedId


def server_of(url: str) -> str:
    """Host and port: what counts as one server to be polite to; empty when there is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def next_polls(
    due: Iterable[tuple[FeedId, str]], taken: Iterable[str], room: int
) -> tuple[FeedId, ...]:
    """The feeds to ask now, at most `room`; `due` is in order, each feed with its server.

    `taken` are the servers that are being asked or rest after a request.
    """
    closed, chosen = set(taken), list[FeedId]()
    for feed_id, server in due:
        if len(chosen) >= room:
            break
        if server not in closed:
            closed.add(server)
            chosen.append(feed_id)
    return tuple(chosen)


@dataclass
class Servers:
    """Which servers are being asked, and until when the others rest (`[fetch] host_spacing`)."""

    spacing: timedelta
    _asked: set[str] = field(default_factory=set)
    _rest: dict[str, datetime] = field(default_factory=dict)

    def begin(self, server: str) -> None:
        """A request to it begins."""
        self._asked.add(server)

    def end(self, server: str, now: datetime) -> None:
        """The request is over."""
        self._asked.discard(server)
        if self.spacing > timedelta():
            self._rest[server] = now + self.spacing

    def taken(self, now: datetime) -> frozenset[str]:
        """Those that may not be asked now."""
        # A clock that was set back must not close a server for longer than its rest.
        latest = now + self.spacing
        self._rest = {server: at for server, at in self._rest.items() if now < at <= latest}
        return frozenset(self._asked | self._rest.keys())
