"""How much of their wording a report and a story share, and what that is worth.

Likeness is the mean cosine between the report's terms and those of the story's reports, faded by
the days between them; between a launch and earlier talk of missiles it counts for less.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.domain.launch import Verdict
from bot.domain.story import Story, StoryId, StoryReport
from bot.domain.story_event import EventSketch
from bot.domain.story_terms import TermStatistics, telling, terms

# What talk of missiles and a launch have in common counts for less, least where the talk came
# first: news of a launch is hardly ever one more report of that day's threat, never of the day
# before's.
_TALK = 0.7
_EARLY_TALK = 0.3
_EARLIER_DAYS = 0.5
_GRACE_DAYS = 1.0
_HALVING_DAYS = 1.5
_ENDS = 6
# By then even equal headlines have faded below what joins.
FARTHEST_DAYS = 8.0


def ends(story: Story) -> tuple[StoryReport, ...]:
    """The first and the newest reports of a story: more of them tell nothing more."""
    reports = story.reports
    if len(reports) <= 2 * _ENDS:
        return reports
    return reports[:_ENDS] + reports[-_ENDS:]


def tells_launch(story: Story) -> bool:
    """Whether a report of the story has a launch as its news."""
    return any(
        one.report.verdict is Verdict.LAUNCH and one.report.news is not None
        for one in story.reports
    )


def mean_day(reports: Sequence[StoryReport]) -> float:
    """When reports appeared in the middle, in days."""
    return sum(day_of(one) for one in reports) / len(reports)


def day_of(report: StoryReport) -> float:
    """When a report appeared, in days."""
    return in_days(report.published or report.detected)


def in_days(moment: datetime) -> float:
    """A moment as days since 1970."""
    return moment.astimezone(UTC).timestamp() / 86400


def fading(days: float) -> float:
    """How much the wording still counts after so many days between two reports (1 to 0)."""
    return float(0.5 ** (max(0.0, days - _GRACE_DAYS) / _HALVING_DAYS))


def talk_counts(talk: float, launch: float) -> float:
    """What share of their likeness counts between talk of missiles and a launch, by their days."""
    if talk >= launch:
        return _TALK
    return _EARLY_TALK if launch - talk <= _EARLIER_DAYS else 0.0


def likenesses(report: StoryReport, stories: Sequence[Story]) -> dict[StoryId, float]:
    """The mean likeness of a report to each story's reports, faded by the days between them."""
    bags = {story.id: [terms(other) for other in ends(story)] for story in stories}
    own = terms(report)
    statistics = TermStatistics.of(bag for many in bags.values() for bag in many)
    statistics.add(own)
    vector = statistics.vector(own)
    found = {}
    for story in stories:
        many = bags[story.id]
        shared = own.intersection(frozenset().union(*many))
        value = 0.0
        if telling(shared):
            value = fading(abs(mean_day(ends(story)) - day_of(report))) / len(many)
            value *= sum(
                sum(vector[term] * statistics.weight(term) for term in own & bag)
                / statistics.length(bag)
                for bag in many
                if not own.isdisjoint(bag)
            )
        found[story.id] = value
    return found


def counting(report: StoryReport, event: EventSketch | None, story: Story) -> float:
    """How much shared wording counts between a report and a story, by what they are about."""
    told = tells_launch(story)
    if (event is not None) == told:
        return 1.0
    if report.report.foreign or story.verdict is Verdict.NONE:
        return 0.0  # only a copy of it, whatever the words have in common
    if event is not None:
        return talk_counts(mean_day(ends(story)), day_of(report))
    first = min(day_of(one) for one in story.reports if one.report.verdict is Verdict.LAUNCH)
    return talk_counts(day_of(report), first)
