"""The fourteen moments of killing, on the way poll -> store -> claim -> send -> mark -> edit.

Most are inside the process (`tests.torture.killable` strikes there); some can only be seen from
outside, when a request has reached the other side: there the trial strikes.
"""

from __future__ import annotations

from enum import StrEnum


class KillPoint(StrEnum):
    """A moment in the life of an article; the value is its name in tables."""

    FEED_ASKED = "the feed was asked, no answer yet"
    BEFORE_STORE = "article analysed, nothing written"
    IN_STORE = "article, story and messages written, not committed"
    STORED = "article, story and messages committed"
    IN_CLAIM = "message claimed, not committed"
    CLAIMED = "claim committed, no request yet"
    POST_ARRIVED = "post under way; Discord makes it after the death"
    POSTED = "posted by Discord, no answer yet"
    ANSWERED = "answer read, nothing written"
    IN_MARK = "marked as sent, not committed"
    MARKED = "mark committed"
    BEFORE_EDIT = "edit chosen, no request yet"
    EDITED = "edited by Discord, no answer yet"
    EDIT_MARKED = "edit recorded"


OUTSIDE = frozenset(
    {KillPoint.FEED_ASKED, KillPoint.POST_ARRIVED, KillPoint.POSTED, KillPoint.EDITED}
)
"""Points at which the trial strikes, not the process itself."""


def every_pair() -> list[KillPoint]:
    """A sequence in which each of the 196 ordered pairs stands side by side (197 kills).

    A closed walk over all edges of the complete directed graph with loops (Hierholzer): killing
    along it kills at every point after every other with one start for each kill.
    """
    points = list(KillPoint)
    waiting = {point: list(points) for point in points}
    walk, stack = [], [points[0]]
    while stack:
        here = stack[-1]
        if waiting[here]:
            stack.append(waiting[here].pop())
        else:
            walk.append(stack.pop())
    return walk[::-1]


def short_walk() -> list[KillPoint]:
    """Every point, and 21 different ordered pairs: what `make test` has time for (22 kills)."""
    points = list(KillPoint)
    return [*points, *points[0:12:3], points[13], points[4], points[9], points[6]]
