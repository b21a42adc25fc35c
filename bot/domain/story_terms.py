"""What two texts have in common, weighed by how telling it is: the textual side of grouping.

Weights come from how often a term occurs in the reports at hand together with a small prior for
English news words; nothing is learned ahead or downloaded.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.domain.story import StoryReport
from bot.domain.story_words import STEMMED_COMMON, STEMMED_VERY_COMMON, words

# The prior speaks as so many documents would: it decides among a handful of reports and fades
# among thousands.
PRIOR_DOCUMENTS = 400
_VERY_COMMON_SHARE = 0.03
_COMMON_SHARE = 0.008
_OTHER_SHARE = 0.0005
# Countries and cities: news of missiles names the same few every day.
_NAME_SHARE = 0.05
_SHRINK = 4  # how many reports a story needs before its own wording counts in full

Terms = frozenset[str]
Vector = dict[str, float]


def terms(report: StoryReport) -> Terms:
    """The terms of a report: telling words of its title, and what it names in any language."""
    return _terms(report.title, report.entities)


@lru_cache(maxsize=8192)
def _terms(title: str, entities: tuple[str, ...]) -> Terms:
    return frozenset(words(title)) | {f"@{name}" for name in entities}


@lru_cache(maxsize=65536)
def _share(term: str) -> float:
    if term in STEMMED_VERY_COMMON:
        return _VERY_COMMON_SHARE
    if term.startswith("@"):
        return _NAME_SHARE
    return _COMMON_SHARE if term in STEMMED_COMMON else _OTHER_SHARE


@dataclass(slots=True)
class TermStatistics:
    """In how many reports each term occurs, and what that makes it worth."""

    reports: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    _weights: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, many: Iterable[Terms]) -> TermStatistics:
        """Count the terms of reports."""
        statistics = cls()
        for one in many:
            statistics.add(one)
        return statistics

    def add(self, one: Terms) -> None:
        """Count one more report."""
        self.reports += 1
        self.counts.update(one)
        self._weights.clear()

    def weight(self, term: str) -> float:
        """The inverse document frequency of a term, prior included."""
        known = self._weights.get(term)
        if known is None:
            seen = self.counts[term] + PRIOR_DOCUMENTS * _share(term)
            known = math.log((self.reports + PRIOR_DOCUMENTS + 1) / max(seen, 0.5))
            self._weights[term] = known
        return known

    def length(self, one: Terms) -> float:
        """The length of the weights of some terms as a vector."""
        return math.sqrt(sum(self.weight(term) ** 2 for term in one))

    def vector(self, one: Terms) -> Vector:
        """The terms with their weights, of length 1."""
        length = self.length(one)
        return {term: self.weight(term) / length for term in one} if length else {}


def telling(shared: Terms) -> bool:
    """Whether shared terms can tie two texts: an uncommon word, two names, or four common words."""
    names = sum(term.startswith("@") for term in shared)
    common = sum(term in STEMMED_COMMON for term in shared)
    vague = sum(term in STEMMED_VERY_COMMON for term in shared)
    return len(shared) > names + common + vague or names > 1 or common > 3


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine of two vectors of length 1 (or the mean over a sum of such vectors)."""
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[term] for term, value in one.items() if term in other)


@dataclass(slots=True)
class Profile:
    """The wording of a group of reports: how many of them use a term."""

    size: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, one: Terms) -> None:
        """Take a report in."""
        self.size += 1
        self.counts.update(one)


def belonging(
    one: Terms, profile: Profile, statistics: TermStatistics, *, member: bool = False
) -> float:
    """How much of a report's weight a group's own wording explains (0 to about 3).

    A term counts by its weight, by the share of the group that uses it, and by how much it is the
    group's alone among all reports. With `member`, the report's own contribution is taken out.
    """
    own = 1 if member else 0
    size = profile.size - own
    if size <= 0:
        return 0.0
    explained = total = 0.0
    for term in one:
        weight = statistics.weight(term)
        total += weight
        inside = profile.counts.get(term, 0) - own
        if inside > 0:
            alone = inside / max(1, statistics.counts[term] - 1)
            explained += weight * math.sqrt(inside / (size + _SHRINK)) * alone
    return explained / math.sqrt(total) if total else 0.0
