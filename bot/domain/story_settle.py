"""The last step of grouping a batch: reports that are no launch move to the group they fit best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.story_event import EventSketch
from bot.domain.story_terms import Profile, Terms, TermStatistics, belonging, telling
from bot.domain.story_wording import FARTHEST_DAYS, fading, in_days, talk_counts

# Found on development data (`make eval`).
_MOVE = 0.4
_STAY_SIZE = 20
# So many reports make even a common word the group's own.
_OWN_WORDS = 4
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Settling:
    """The reports of a batch, in parallel: terms, day, launch (or None), whether it is `none`."""

    bags: Sequence[Terms]
    statistics: TermStatistics
    days: Sequence[float]
    events: Sequence[EventSketch | None]
    foreign: Sequence[bool]

    def run(self, labels: list[int]) -> list[int]:
        """Let every report that is no launch move, a few times; the new labels."""
        for turn in range(1, _ROUNDS + 1):
            groups = _Groups.of(self, labels)
            moved = [
                label if self.events[at] is not None else self._best(at, label, groups, turn)
                for at, label in enumerate(labels)
            ]
            if moved == labels:
                break
            labels = moved
        return labels

    def _best(self, at: int, label: int, groups: _Groups, turn: int) -> int:
        near = {
            other
            for other in set[int]().union(*(groups.users[term] for term in self.bags[at]))
            if groups.profiles[other].size > 1
            and not (self.foreign[at] and other in groups.launches)
            and abs(groups.day(other) - self.days[at]) <= FARTHEST_DAYS
        }
        fits = {other: self._fit(at, other, label, groups) for other in sorted(near | {label})}
        own = fits.pop(label)
        better = [
            other
            for other, value in fits.items()
            if value > max(own, _MOVE) and self._tells(at, groups.profiles[other])
        ]
        if better:
            return max(better, key=lambda other: (fits[other], -other))
        size = groups.profiles[label].size - 1
        if size and own < _MOVE * size / (size + _STAY_SIZE):
            return turn * len(self.bags) + at
        return label

    def _fit(self, at: int, other: int, label: int, groups: _Groups) -> float:
        if other in groups.launches and not talk_counts(self.days[at], groups.launches[other]):
            return 0.0
        profile, day = groups.profiles[other], groups.day(other)
        value = belonging(self.bags[at], profile, self.statistics, member=other == label)
        return value * fading(abs(day - self.days[at]))

    def _tells(self, at: int, profile: Profile) -> bool:
        return profile.size >= _OWN_WORDS or telling(self.bags[at] & profile.counts.keys())


@dataclass(frozen=True, slots=True)
class _Groups:
    """The groups of one round: wording, sum of days, first launch, and which use a term."""

    profiles: dict[int, Profile] = field(default_factory=lambda: defaultdict(Profile))
    sums: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    launches: dict[int, float] = field(default_factory=dict)
    users: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, batch: Settling, labels: Sequence[int]) -> _Groups:
        groups = cls()
        for at, label in enumerate(labels):
            groups.profiles[label].add(batch.bags[at])
            groups.sums[label] += batch.days[at]
            event = batch.events[at]
            if event is not None:
                first = in_days(event.reported)
                groups.launches[label] = min(first, groups.launches.get(label, first))
            for term in batch.bags[at]:
                groups.users[term].add(label)
        return groups

    def day(self, label: int) -> float:
        """The middle of its reports' days."""
        return self.sums[label] / self.profiles[label].size
