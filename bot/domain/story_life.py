"""The life of a story: reports are added and revised, people mark, merge and split."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.article import ArticleId
from bot.domain.copies import COPY_RESEMBLANCE, estimate
from bot.domain.launch import Verdict
from bot.domain.story import (
    Change,
    ChangeKind,
    Story,
    StoryId,
    StoryReport,
)
from bot.domain.story_changes import changes
from bot.domain.story_facts import view
from bot.domain.story_words import STEMMED_VERY_COMMON
from bot.domain.story_words import words as words_of
from bot.errors import InvalidInput

# How old an event is makes no difference to its history.
_ANY_AGE = timedelta(days=36525)
_HISTORY_KEPT = 200


def start_story(report: StoryReport, now: datetime) -> Story:
    """A new story (id 0 until stored) with its first report."""
    story = Story(
        id=StoryId(0),
        verdict=report.report.verdict,
        reports=(report,),
        created=now,
        updated=now,
        day=_day((report,)),
    )
    return replace(story, history=_history(None, story, report, now))


def add_report(story: Story, report: StoryReport, now: datetime) -> Story:
    """The story with one more report; a report that is already there is replaced."""
    if any(one.article_id == report.article_id for one in story.reports):
        return revise_report(story, report, now)
    return _with_reports(story, (*story.reports, report), report, now)


def revise_report(story: Story, report: StoryReport, now: datetime) -> Story:
    """The story with the newest state of a report; what it copies and when it came are kept.

    A report of a launch whose page reports none any more counts as withdrawn: the earlier claim
    stays readable. It stands again when the page tells of a launch again. A page that moved on to
    another subject (live pages do) takes nothing back: its report stays as it was.

    Raises:
        InvalidInput: the story holds no report of this article.
    """
    old = next((one for one in story.reports if one.article_id == report.article_id), None)
    if old is None:
        raise InvalidInput(f"Article {report.article_id} is not part of story {story.id}.")
    fresh = replace(report, detected=old.detected, copy_of=report.copy_of or old.copy_of)
    if report.withdrawn:
        # A withdrawal says what is no longer true; what it was about stays readable.
        kept = replace(old.report, retracted=report.report.retracted)
        fresh = replace(old, report=kept, withdrawn=True)
    elif _no_longer_a_launch(old, report):
        if _moved_on(old, report):
            return story
        fresh = replace(old, withdrawn=True, rewritten=report.title or report.lead)
    if fresh == old:
        return story
    reports = tuple(fresh if one is old else one for one in story.reports)
    return _with_reports(story, reports, fresh, now)


def mark(story: Story, wrong: bool, now: datetime) -> Story:
    """The story as a person judges it: no launch (`wrong`), or one after all; noted, never loud."""
    if story.marked_not_launch is wrong:
        return story
    marked = replace(story, marked_not_launch=wrong, updated=now, revision=story.revision + 1)
    return replace(marked, history=_history(story, marked, None, now))


def merge(a: Story, b: Story, now: datetime, by: str) -> tuple[Story, Story]:
    """Merge two stories for a person (`by`): the older one lives on, with all reports.

    Returns the surviving story and the other, which points to it; both are pinned.

    Raises:
        InvalidInput: they are the same story, or one was merged before.
    """
    if a.id == b.id:
        raise InvalidInput(f"Story {a.id} cannot be merged with itself.")
    gone = next((one for one in (a, b) if one.merged_into is not None), None)
    if gone is not None:
        raise InvalidInput(f"Story {gone.id} was already merged into story {gone.merged_into}.")
    kept, other = sorted((a, b), key=lambda one: (one.created, one.id))
    kept, closed = _united(kept, other, now)
    kept = _noted(kept, Change(ChangeKind.MERGED, now, False, before=str(other.id), after=by))
    closed = _noted(closed, Change(ChangeKind.MERGED, now, False, after=f"{kept.id}, {by}"))
    return replace(kept, pinned=True), replace(closed, pinned=True)


def absorb(kept: Story, other: Story, now: datetime) -> tuple[Story, Story]:
    """Join two stories that turned out to be one: `kept` lives on, `other` points to it.

    The machine's own merge (`bot.domain.story_bridge`): neither may have been touched by a person,
    neither is pinned by it.

    Raises:
        InvalidInput: they are the same story, pinned, or merged before.
    """
    if kept.id == other.id or any(
        one.pinned or one.merged_into is not None for one in (kept, other)
    ):
        raise InvalidInput(f"Stories {kept.id} and {other.id} are not the machine's to join.")
    kept, closed = _united(kept, other, now)
    kept = _noted(kept, Change(ChangeKind.MERGED, now, False, after=str(other.id)))
    return kept, _noted(closed, Change(ChangeKind.MERGED, now, False, after=str(kept.id)))


def _united(kept: Story, other: Story, now: datetime) -> tuple[Story, Story]:
    known = {one.article_id for one in kept.reports}
    added = tuple(one for one in other.reports if one.article_id not in known)
    survivor = replace(
        _with_reports(kept, (*kept.reports, *added), None, now),
        marked_not_launch=kept.marked_not_launch and other.marked_not_launch,
    )
    closed = replace(other, merged_into=kept.id, updated=now, revision=other.revision + 1)
    return survivor, closed


def _noted(story: Story, note: Change) -> Story:
    return replace(story, history=(*story.history, note)[-_HISTORY_KEPT:])


def split(
    story: Story, article_ids: Collection[ArticleId], now: datetime, by: str
) -> tuple[Story, Story]:
    """Take articles out of a story into a new one (id 0) for a person; both are pinned.

    Raises:
        InvalidInput: none or all of its articles are named, or an article is not part of it.
    """
    wanted = set(article_ids)
    taken = tuple(one for one in story.reports if one.article_id in wanted)
    rest = tuple(one for one in story.reports if one.article_id not in wanted)
    if len(taken) != len(wanted):
        raise InvalidInput(f"Story {story.id} does not hold all of these articles.")
    if not taken or not rest:
        raise InvalidInput("A split must take some of a story's articles, and leave some.")
    note = Change(ChangeKind.SPLIT, now, material=False, before=str(len(taken)), after=by)
    left = replace(_with_reports(story, _uncopied(rest), None, now), pinned=True)
    left = replace(left, history=(*left.history, note)[-_HISTORY_KEPT:])
    first, *others = _uncopied(taken)
    new = start_story(first, now)
    if others:
        new = _with_reports(new, (first, *others), None, now)
    note = Change(ChangeKind.SPLIT, now, material=False, before=f"#{story.id}", after=by)
    return left, replace(new, pinned=True, revision=1, history=(*new.history, note))


def _no_longer_a_launch(old: StoryReport, new: StoryReport) -> bool:
    """Whether a page that told of a launch tells of none any more."""
    return old.report.verdict is Verdict.LAUNCH and new.report.verdict is not Verdict.LAUNCH


def _moved_on(old: StoryReport, new: StoryReport) -> bool:
    """Whether the page now treats of something else altogether."""
    if set(words_of(old.title)) & set(words_of(new.title)) - STEMMED_VERY_COMMON:
        return False
    if set(old.entities) & set(new.entities):
        return False
    return estimate(old.rare_terms, new.rare_terms) < COPY_RESEMBLANCE


def _with_reports(
    story: Story, reports: tuple[StoryReport, ...], cause: StoryReport | None, now: datetime
) -> Story:
    ordered = tuple(sorted(reports, key=lambda one: (one.detected, one.article_id)))
    fresh = replace(
        story,
        reports=ordered,
        verdict=_highest(ordered),
        updated=now,
        revision=story.revision + 1,
        day=_day(ordered),
    )
    return replace(fresh, history=_history(story, fresh, cause, now))


def _history(
    before: Story | None, after: Story, cause: StoryReport | None, now: datetime
) -> tuple[Change, ...]:
    """The history with what changed for everyone; a server's own feed leaves no trace in it."""
    known = before.history if before is not None else ()
    if cause is not None and cause.guild_id is not None:
        return known
    seen = view(after, None, now, _ANY_AGE)
    if seen is None:
        return known
    earlier = view(before, None, now, _ANY_AGE) if before is not None else None
    fresh = changes(earlier, seen, now)
    if cause is not None:
        fresh = tuple(
            replace(one, publisher=cause.publisher, article_id=cause.article_id) for one in fresh
        )
    return (*known, *fresh)[-_HISTORY_KEPT:]


def _highest(reports: Sequence[StoryReport]) -> Verdict:
    verdicts = {one.report.verdict for one in reports}
    return next(one for one in Verdict if one in verdicts)


def _day(reports: Sequence[StoryReport]) -> date:
    """The event's day where a report states it, else that of the first report."""
    for report in reports:
        event = report.report.news
        if event is not None and event.time is not None:
            return event.time.value.day
    first = reports[0]
    return (first.published or first.detected).astimezone(UTC).date()


def _uncopied(reports: Sequence[StoryReport]) -> tuple[StoryReport, ...]:
    """Reports without references to articles that are no longer beside them."""
    here = {one.article_id for one in reports}
    return tuple(
        one if one.copy_of is None or one.copy_of in here else replace(one, copy_of=None)
        for one in reports
    )
