"""Sorts a whole batch of reports into stories (`python -m bot analyze`, back-fill, measuring).

With everything at hand the order of arrival need not matter: the pair of groups that is most alike
is joined first (average linkage), events that contradict each other are never joined, and then each
report moves to the group whose own wording explains it best. Labels depend on the set of reports
and their times only.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.copies import COPY_RESEMBLANCE, resemblance, same_headline
from bot.domain.story import StoryReport
from bot.domain.story_event import EventSketch, contradiction, merged, same_event, sketch
from bot.domain.story_settle import Settling
from bot.domain.story_terms import Terms, TermStatistics, Vector, likeness, telling, terms
from bot.domain.story_wording import FARTHEST_DAYS, day_of, fading, in_days, talk_counts

# Found on development data (`make eval`).
_LINK = 0.06
_SAME_EVENT_BONUS = 0.12
_COPY_BONUS = 1.0
# A term in more reports than this joins nobody by itself; it still counts in the likeness.
_FREQUENT_TERM = 400


@dataclass(slots=True)
class _Group:
    """Reports joined so far, with the sums that make joining cheap."""

    members: list[int]
    vector: Vector
    day: float
    events: list[EventSketch]
    event: EventSketch | None
    foreign: bool = False  # holds a report that has nothing to do with missiles
    neighbours: set[int] = field(default_factory=set)
    version: int = 0

    @property
    def size(self) -> int:
        return len(self.members)


def group(reports: Sequence[StoryReport]) -> list[str]:
    """A story label ("s1", "s2" ...) for each report, numbered by first appearance."""
    bags = [terms(report) for report in reports]
    statistics = TermStatistics.of(bags)
    days = [day_of(report) for report in reports]
    events = [sketch(report) for report in reports]
    clusters = _Linkage(reports, bags, statistics, days, events).run()
    foreign = [one.report.foreign for one in reports]
    settled = Settling(bags, statistics, days, events, foreign).run(clusters)
    names: dict[int, str] = {}
    return [names.setdefault(label, f"s{len(names) + 1}") for label in settled]


class _Linkage:
    """Average-linkage clustering over the pairs of reports that share a term."""

    def __init__(
        self,
        reports: Sequence[StoryReport],
        bags: Sequence[Terms],
        statistics: TermStatistics,
        days: Sequence[float],
        events: Sequence[EventSketch | None],
    ) -> None:
        self._reports = reports
        self._groups: dict[int, _Group] = {
            at: _Group(
                [at],
                statistics.vector(bag),
                days[at],
                _listed(events[at]),
                events[at],
                reports[at].report.foreign,
            )
            for at, bag in enumerate(bags)
        }
        self._queue: list[tuple[float, float, float, int, int, int, int]] = []
        self._copies: set[tuple[int, int]] = set()
        self._connect(bags)

    def run(self) -> list[int]:
        """Join until no two groups are alike enough; the group's number for each report."""
        while self._queue:
            *_, a, b, version_a, version_b = heapq.heappop(self._queue)
            one, other = self._groups.get(a), self._groups.get(b)
            if one is None or other is None:
                continue
            if one.version == version_a and other.version == version_b:
                self._join(a, b)
        labels = [0] * len(self._reports)
        for label, found in self._groups.items():
            for member in found.members:
                labels[member] = label
        return labels

    def _connect(self, bags: Sequence[Terms]) -> None:
        holders: dict[str, list[int]] = defaultdict(list)
        for at, report in enumerate(self._reports):
            event = self._groups[at].event
            known = {f"actor {name}" for name in event.actors} if event else set()
            for term in sorted(bags[at] | known | set(report.rare_terms)):
                near = holders[term]
                if len(near) < _FREQUENT_TERM or term in known:
                    self._groups[at].neighbours.update(near)
                near.append(at)
            day = self._groups[at].day
            self._groups[at].neighbours = {
                other
                for other in self._groups[at].neighbours
                if abs(self._groups[other].day - day) <= FARTHEST_DAYS
            }
        for at in range(len(self._reports)):
            for other in sorted(self._groups[at].neighbours):
                self._groups[other].neighbours.add(at)
                if other < at:
                    self._note_copy(other, at)
                    self._queue_pair(other, at)

    def _note_copy(self, a: int, b: int) -> None:
        one, other = self._reports[a], self._reports[b]
        if same_headline(one, other) or resemblance(one, other) >= COPY_RESEMBLANCE:
            self._copies.add((a, b))

    def _queue_pair(self, a: int, b: int) -> None:
        a, b = min(a, b), max(a, b)
        one, other = self._groups[a], self._groups[b]
        value = self._alike(one, other)
        if value >= _LINK:
            # Ties go to the older pair, so that the order of input does not decide.
            old, young = min(one.day, other.day), max(one.day, other.day)
            entry = (-value, old, young, a, b, one.version, other.version)
            heapq.heappush(self._queue, entry)

    def _alike(self, one: _Group, other: _Group) -> float:
        wording = likeness(one.vector, other.vector) / (one.size * other.size)
        value = wording * fading(abs(one.day - other.day))
        # Two titles of a small batch may share nothing but a word that every other title has.
        if value >= _LINK and not telling(frozenset(one.vector.keys() & other.vector.keys())):
            value = 0.0
        if one.event is not None and other.event is not None:
            if contradiction(one.event, other.event) is not None:
                return 0.0
            if same_event(one.event, other.event) is not None:
                value += _SAME_EVENT_BONUS
        elif one.event is not None or other.event is not None:
            if one.foreign or other.foreign:
                value = 0.0  # only a copy of it, whatever the words have in common
            talk = one if one.event is None else other
            event = one.event or other.event
            value *= talk_counts(talk.day, in_days(event.reported)) if event else 1.0
        if one.size == other.size == 1 and (one.members[0], other.members[0]) in self._copies:
            value += _COPY_BONUS
        return value

    def _join(self, a: int, b: int) -> None:
        one, other = self._groups[a], self._groups.pop(b)
        for term, weight in other.vector.items():
            one.vector[term] = one.vector.get(term, 0.0) + weight
        one.day = (one.day * one.size + other.day * other.size) / (one.size + other.size)
        one.members.extend(other.members)
        one.events.extend(other.events)
        one.event = merged(one.events)
        one.foreign = one.event is None and (one.foreign or other.foreign)
        one.version += 1
        one.neighbours = (one.neighbours | other.neighbours) - {a, b}
        one.neighbours = {near for near in one.neighbours if near in self._groups}
        for near in sorted(one.neighbours):
            self._groups[near].neighbours.discard(b)
            self._groups[near].neighbours.add(a)
            self._queue_pair(a, near)


def _listed(event: EventSketch | None) -> list[EventSketch]:
    return [event] if event is not None else []
