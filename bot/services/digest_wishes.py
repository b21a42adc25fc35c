"""What people ask of a digest, new or changed, in typed values; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

from bot.domain.digest import DigestSchedule, Every, LocalSchedule, WhenEmpty
from bot.domain.query import parse
from bot.domain.schedule import parse_days, parse_time
from bot.domain.subscription import Place, Topic
from bot.domain.zones import parse_zone
from bot.errors import InvalidInput
from bot.locale import problem


@dataclass(frozen=True, slots=True)
class DigestWish:
    """What a person asks for in `/digest add`; with neither topic nor query, everything."""

    place: Place
    schedule: LocalSchedule
    topic: Topic | None = None
    query: str | None = None
    max_stories: int = 10
    silent: bool = True
    when_empty: WhenEmpty = WhenEmpty.LINE


@dataclass(frozen=True, slots=True)
class DigestChange:
    """What `/digest edit` changes; None leaves a field as it is.

    `time`, `timezone` and `days` are as a person wrote them; `everything` takes topic and query
    away again.
    """

    place: Place | None = None
    time: str | None = None
    timezone: str | None = None
    every: Every | None = None
    days: str | None = None
    topic: Topic | None = None
    query: str | None = None
    everything: bool = False
    max_stories: int | None = None
    silent: bool | None = None
    when_empty: WhenEmpty | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return self != DigestChange()

    def applied(self, before: DigestSchedule) -> DigestSchedule:
        """The changed schedule, its query written as it was understood.

        Raises:
            InvalidInput: a time, zone, days or query cannot be read; topic and query at once.
        """
        topic, query = selected(self.topic, self.query)
        if topic is None and query is None and not self.everything:
            topic, query = before.topic, before.query
        return replace(
            before,
            place=self.place or before.place,
            schedule=self._schedule(before.schedule),
            topic=topic,
            query=query,
            max_stories=self.max_stories or before.max_stories,
            silent=before.silent if self.silent is None else self.silent,
            when_empty=self.when_empty or before.when_empty,
        )

    def _schedule(self, before: LocalSchedule) -> LocalSchedule:
        at = parse_time(self.time) if self.time else before.at
        zone = parse_zone(self.timezone) if self.timezone else before.timezone
        if self.every is None and self.days is None:
            return replace(before, at=at, timezone=zone)
        made = local_schedule(at, zone, self.every, self.days)
        kept = self.every is Every.WEEK and self.days is None and len(before.weekdays) == 1
        return replace(made, weekdays=before.weekdays) if kept else made


def local_schedule(
    at: time | str, zone: str, every: Every | None, days: str | None = None
) -> LocalSchedule:
    """A schedule of what a person chose and wrote; with neither `every` nor days, daily.

    Raises:
        InvalidInput: the time, the zone or the days cannot be read, none are named, or `every`
            says something else than the days.
    """
    at = parse_time(at) if isinstance(at, str) else at
    zone = parse_zone(zone)
    if not days:
        if every is Every.CUSTOM:
            parse_days("")
        return LocalSchedule(at, zone, every or Every.DAY)
    named, weekdays = parse_days(days)
    if every in (Every.DAY, Every.WEEKDAY, Every.HOUR) and named is not every:
        raise problem(InvalidInput, "error.days_conflict", given=days)
    kind = Every.WEEK if every is Every.WEEK and len(weekdays) == 1 else named
    return LocalSchedule(at, zone, kind, weekdays)


def selected(topic: Topic | None, query: str | None) -> tuple[Topic | None, str | None]:
    """At most one of topic and query, the query as it was understood.

    Raises:
        InvalidInput: both, or the query cannot be read.
    """
    if topic is not None and query:
        raise problem(InvalidInput, "error.one_of", options=("topic", "keywords"))
    return topic, str(parse(query)) if query else None
