"""Two stories that turn out to be one: the second look, when a new report ties them together.

Which story a report joins is decided at its arrival, from what is known then. The first headlines
of an event often share no telling word; a later one holds the words of both. Only stories that no
person has touched are looked at, and only through reports that everyone may see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.launch import Verdict
from bot.domain.story import Story, StoryId, StoryReport
from bot.domain.story_event import contradiction, same_event
from bot.domain.story_match import MOST_REPORTS, story_sketch
from bot.domain.story_terms import Terms, TermStatistics, Vector, likeness, telling, terms
from bot.domain.story_wording import ends, fading, mean_day, tells_launch

# Found on development data (`make eval`): mean cosine between the reports of two stories.
MERGE_LIKENESS = 0.06
_SAME_LAUNCH = 0.12
# Talk of missiles is seldom the launch itself, and such a merge would raise an alert.
_TALK = 0.3


@dataclass(frozen=True, slots=True)
class Bridge:
    """The story that is the same event as the one looked at, with the reason for `/why`."""

    story_id: StoryId
    likeness: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Side:
    story: Story
    bags: tuple[Terms, ...]
    words: Terms
    day: float


def bridge(story: Story, others: Iterable[Story], newest: StoryReport) -> Bridge | None:
    """The story among `others` that `newest` shows to be the same event as `story`.

    `newest` is a report of `story`; a story that shares no telling word with it is passed over.
    Wording is compared as the mean over all pairs of reports, so that one headline with words of
    both does not tie two long stories together. Launches that contradict each other never join;
    a launch and other news never do.
    """
    own = _side(story)
    new = terms(newest)
    sides = [
        side
        for other in sorted(others, key=lambda one: one.id)
        if other.id != story.id and (side := _side(other)) is not None and telling(new & side.words)
    ]
    if own is None or not sides:
        return None
    statistics = TermStatistics.of(bag for side in (own, *sides) for bag in side.bags)
    vector = _summed(own.bags, statistics)
    best: Bridge | None = None
    for side in sides:
        value = _alike(own, vector, side, statistics)
        if value >= MERGE_LIKENESS and (best is None or value > best.likeness):
            reason = f"story {side.story.id} turned out to be the same event ({value:.2f})"
            best = Bridge(side.story.id, value, reason)
    return best


def _side(story: Story) -> _Side | None:
    """What everyone may see of a story; None when it is not the machine's to move."""
    if story.pinned or story.merged_into is not None or story.marked_not_launch:
        return None
    reports = tuple(one for one in ends(story) if one.guild_id is None and not one.withdrawn)
    if not reports:
        return None
    bags = tuple(terms(one) for one in reports)
    return _Side(story, bags, frozenset[str]().union(*bags), mean_day(reports))


def _summed(bags: Sequence[Terms], statistics: TermStatistics) -> Vector:
    total: Counter[str] = Counter()
    for bag in bags:
        total.update(statistics.vector(bag))
    return dict(total)


def _alike(own: _Side, vector: Vector, other: _Side, statistics: TermStatistics) -> float:
    full = len(own.story.reports) + len(other.story.reports) > MOST_REPORTS
    if full or not telling(own.words & other.words):
        return 0.0
    value = likeness(vector, _summed(other.bags, statistics)) / (len(own.bags) * len(other.bags))
    value *= fading(abs(own.day - other.day))
    if value + _SAME_LAUNCH < MERGE_LIKENESS:
        return 0.0
    launches = tells_launch(own.story) + tells_launch(other.story)
    if launches == 2:
        return _alike_launches(own.story, other.story, value)
    if launches == 1:
        foreign = Verdict.NONE in (own.story.verdict, other.story.verdict)
        return 0.0 if foreign else value * _TALK
    return value


def _alike_launches(one: Story, other: Story, value: float) -> float:
    ours, theirs = story_sketch(one), story_sketch(other)
    if ours is None or theirs is None or contradiction(ours, theirs) is not None:
        return 0.0
    return value + _SAME_LAUNCH if same_event(ours, theirs) is not None else 0.0
