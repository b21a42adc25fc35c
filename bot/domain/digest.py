"""Digest schedules, and which stories a digest shows in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.feed import DeclaredIn, FeedHealth
from bot.domain.launch import Verdict
from bot.domain.query import parse
from bot.domain.reason import Reason
from bot.domain.story import Change, ChangeKind, StoryView
from bot.domain.subscription import Place, Topic, UserId

DigestId = NewType("DigestId", int)


class Every(StrEnum):
    """How often a digest is posted."""

    DAY = "daily"
    WEEKDAY = "weekdays"
    WEEK = "weekly"
    HOUR = "hourly"
    CUSTOM = "custom"  # named weekdays


class WhenEmpty(StrEnum):
    """What an empty digest does."""

    LINE = "line"  # one silent line with the coverage
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class LocalSchedule:
    """Local wall-clock times on some days in a zone (IANA name).

    `weekdays` are 0 = Monday to 6 = Sunday (`datetime.date.weekday`); people see names only.
    For HOUR, only the minute of `at` counts.
    """

    at: time
    timezone: str
    every: Every = Every.DAY
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestSchedule:
    """A digest a place gets regularly; `topic` or `query` narrows it, else everything stored."""

    id: DigestId
    place: Place
    schedule: LocalSchedule
    declared_in: DeclaredIn
    topic: Topic | None = None
    query: str | None = None
    max_stories: int = 10
    silent: bool = True
    when_empty: WhenEmpty = WhenEmpty.LINE
    locale: str = "en"
    paused: bool = False
    created_by: UserId | None = None
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One due run: the local date and the slot within it (minutes after local midnight)."""

    local_date: date
    slot: int
    due: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Coverage:
    """How complete our view was: silence must be explained. Counts of feeds."""

    fresh: int
    stale: int
    failing: int
    total: int
    backlog: int = 0
    last_poll: datetime | None = None
    new: int = 0  # not read yet: neither fresh nor stale


@dataclass(frozen=True, slots=True)
class DigestStory:
    """A story in a digest with what changed since the last one ("" when it is new).

    `changes` are the changes themselves, newest last, for those who word them.
    """

    view: StoryView
    is_new: bool
    changed: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything a digest message is composed from; `since`/`until` bound the window (UTC)."""

    schedule: DigestSchedule
    since: datetime
    until: datetime
    stories: tuple[DigestStory, ...]
    articles: int
    launches: int
    coverage: Coverage
    per_day: tuple[tuple[date, int], ...] = ()  # launches a day, for the chart
    late_since: datetime | None = None  # set when a missed run is posted late
    next_run: datetime | None = None
    overflow: int = 0  # stories that did not fit
    skipped: tuple[Slot, ...] = ()  # runs that were too late to be posted


@dataclass(frozen=True, slots=True)
class DigestCandidate:
    """A story that may belong to a digest: as its audience sees it, and what happened to it.

    `found` holds, for each article, the phrases of the digest's query that stand in it.
    """

    view: StoryView
    changes: tuple[Change, ...] = ()
    found: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """What a digest shows: the stories that fit, how many did not, and the totals of all."""

    stories: tuple[DigestStory, ...]
    overflow: int
    articles: int
    launches: int


_RANK = {Verdict.LAUNCH: 0, Verdict.RELATED: 1, Verdict.NONE: 2}
# Changes worth a line in a digest; the others are seen in the story itself.
_TOLD = frozenset(ChangeKind) - {ChangeKind.FIRST_REPORT, ChangeKind.DETAIL, ChangeKind.SPLIT}


def select(
    candidates: Iterable[DigestCandidate],
    schedule: DigestSchedule,
    since: datetime,
    until: datetime,
    shown_before: frozenset[int] = frozenset(),
) -> Selection:
    """The stories of a window (after `since`, up to `until`), most important first.

    A story belongs to it when a report of it was detected, or something about it changed, in the
    window. Launches come first, then what more independent publishers report, then the newest.
    `shown_before` are the ids of stories an earlier digest of this schedule has shown.
    """
    chosen = [
        each for each in candidates if _wanted(each, schedule) and _in_window(each, since, until)
    ]
    chosen.sort(key=_importance)
    shown = chosen[: max(schedule.max_stories, 0)]
    return Selection(
        stories=tuple(_told(each, since, until, shown_before) for each in shown),
        overflow=len(chosen) - len(shown),
        articles=sum(_new_reports(each.view, since, until) for each in chosen),
        launches=sum(each.view.verdict is Verdict.LAUNCH for each in chosen),
    )


def launches_per_day(
    views: Iterable[StoryView], last: date, days: int = 14
) -> tuple[tuple[date, int], ...]:
    """Launch stories for each day up to `last`, by the day of the event (else of its detection)."""
    counts = {last - timedelta(days=back): 0 for back in range(days - 1, -1, -1)}
    for view in views:
        time_of_event = view.facts.time
        day = time_of_event.day if time_of_event else view.lead.detected.date()
        if view.verdict is Verdict.LAUNCH and day in counts:
            counts[day] += 1
    return tuple(counts.items())


def cover(
    healths: Sequence[FeedHealth], *, backlog: int = 0, last_poll: datetime | None = None
) -> Coverage:
    """How complete our view is; paused feeds do not count, those never read yet wait."""
    watched = [health for health in healths if health is not FeedHealth.PAUSED]
    return Coverage(
        fresh=watched.count(FeedHealth.FRESH),
        stale=watched.count(FeedHealth.STALE),
        failing=watched.count(FeedHealth.FAILING),
        total=len(watched),
        backlog=backlog,
        last_poll=last_poll,
        new=watched.count(FeedHealth.NEW),
    )


def is_blind(coverage: Coverage, share: float) -> bool:
    """Whether so few feeds are fresh that silence means nothing; never before a feed was read."""
    read = coverage.total - coverage.new
    return read > 0 and coverage.fresh < share * read


def coverage_reason(coverage: Coverage) -> Reason:
    """The coverage as a sentence: "38 of 40 feeds fresh, 2 failing"."""
    if coverage.total == 0:
        return Reason.of("coverage.no_feeds")
    parts = [Reason.of("coverage.line", fresh=coverage.fresh, total=coverage.total)]
    for name, count in (
        ("new", coverage.new),
        ("stale", coverage.stale),
        ("failing", coverage.failing),
        ("backlog", coverage.backlog),
    ):
        if count:
            parts.append(Reason.of(f"coverage.{name}", count=count))
    return Reason.of("coverage.parts", parts=tuple(parts))


def _wanted(candidate: DigestCandidate, schedule: DigestSchedule) -> bool:
    verdict = candidate.view.verdict
    if schedule.topic is Topic.LAUNCHES:
        return verdict is Verdict.LAUNCH
    if schedule.topic is Topic.MISSILES:
        return verdict is not Verdict.NONE
    if schedule.query is not None:
        query = parse(schedule.query)
        return any(query.matches(found) for found in candidate.found)
    return True


def _in_window(candidate: DigestCandidate, since: datetime, until: datetime) -> bool:
    return _new_reports(candidate.view, since, until) > 0 or bool(_changes(candidate, since, until))


def _new_reports(view: StoryView, since: datetime, until: datetime) -> int:
    return sum(since < report.detected <= until for report in view.reports)


def _changes(candidate: DigestCandidate, since: datetime, until: datetime) -> tuple[Change, ...]:
    """What is worth telling of a window; the newest of each kind, in order of time."""
    newest = {
        change.kind: change
        for change in candidate.changes
        if since < change.at <= until and change.kind in _TOLD
    }
    return tuple(sorted(newest.values(), key=lambda change: change.at))


def _told(
    candidate: DigestCandidate, since: datetime, until: datetime, shown_before: frozenset[int]
) -> DigestStory:
    view = candidate.view
    is_new = view.story_id not in shown_before and all(
        report.detected > since for report in view.reports
    )
    changes = () if is_new else _changes(candidate, since, until)
    return DigestStory(view, is_new, changes=changes)


def _importance(candidate: DigestCandidate) -> tuple[int, int, float, int]:
    view = candidate.view
    newest = max(report.detected for report in view.reports)
    return (
        _RANK[view.verdict],
        -len(set(view.families)),
        -newest.timestamp(),
        int(view.story_id),
    )
