"""The instant of an event: a clock time of the text with its zone, on a day already known.

Section [time] of a lexicon names zones ("zone UTC" = ["GMT", ...]; local = ["local time"]), and
`am`, `pm`, `noon`. A time without a zone is local where it happened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.analysis.reading import Sentence
from bot.analysis.terms import Mark
from bot.domain.article import DatePrecision, Published

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")
_FOUR = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_HOUR = re.compile(r"1[0-2]|[1-9]")
_ZONE = "zone "
_NEAR = 7  # words between a clock time and its zone
_HAPPENS = frozenset({"launch", "test", "strike", "fall", "harm", "intercept"})
_SLACK = timedelta(minutes=15)  # clocks of publishers differ


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A clock time as printed; `zone` None where it is local or says nothing."""

    at: time
    zone: ZoneInfo | None
    weekday: int | None  # "2206 GMT Wednesday"


def weekday_of(mark: Mark) -> int | None:
    """The weekday a mark names, 0 for Monday."""
    tags = mark.means.time
    return next((n for n, name in enumerate(WEEKDAYS) if name in tags), None) if tags else None


def zone_named(mark: Mark) -> ZoneInfo | None:
    """The zone a mark names ("KST", "Washington time")."""
    for value in mark.means.time:
        if value.startswith(_ZONE):
            return ZoneInfo(value.removeprefix(_ZONE))
    return None


def instant_of(
    sentences: Sequence[Sentence], day: date, home: ZoneInfo | None, published: Published | None
) -> datetime | None:
    """The instant of an event on `day` in its own zone `home`, where a sentence tells the clock.

    A time in another zone moves to the day that makes it fall on `day` at home. One that is later
    than its own publication is not of this event.
    """
    for sentence in sentences:
        if not any(not _HAPPENS.isdisjoint(mark.means.actions) for mark in sentence.marks):
            continue
        told = clock_times(sentence)
        for clock in sorted(told, key=lambda one: one.zone is None):
            found = _resolve(clock, day, home)
            if found is not None and not _after(found, published):
                return found
    return None


def clock_times(sentence: Sentence) -> list[ClockTime]:
    """Every clock time of a sentence, in order."""
    found: list[ClockTime] = []
    words = sentence.tokens.words
    marks = {mark.start: mark for mark in sentence.marks}
    for position, word in enumerate(words):
        noon = position in marks and "noon" in marks[position].means.time
        if not word[0].isdigit() and not noon:
            continue
        half = _half(words, position + 1)
        at = time(12) if noon else _time_at(word, half)
        start = position + (2 if half else 1)
        zone, named, weekday = _zone_after(sentence, start)
        if at is None and named and _FOUR.fullmatch(word):
            at = time(int(word[:2]), int(word[2:]))
        if at is not None:
            found.append(ClockTime(at, zone, weekday))
    return found


def _half(words: Sequence[str], position: int) -> str:
    """The "am" or "pm" after a time, else nothing."""
    word = words[position].replace(".", "") if position < len(words) else ""
    return word if word in {"am", "pm"} else ""


def _time_at(word: str, half: str) -> time | None:
    match = _CLOCK.fullmatch(word)
    if match is not None and (half or ":" in word):
        hour, minute = int(match[1]), int(match[2])
    elif half and _HOUR.fullmatch(word):
        hour, minute = int(word), 0
    else:
        return None
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 else None


def _zone_after(sentence: Sentence, start: int) -> tuple[ZoneInfo | None, bool, int | None]:
    """The zone after a time, whether one is named (also "local"), and the weekday with it."""
    zone: ZoneInfo | None = None
    named = False
    for mark in sentence.marks:
        if mark.start < start or mark.start - start > _NEAR:
            continue
        between = sentence.tokens.words[start : mark.start]
        if not named and any(word in {",", ".", ";", "(", ")"} for word in between):
            break
        if not named and any(_CLOCK.fullmatch(word) for word in between) and mark.start - start > 4:
            break
        if not named and ("local" in mark.means.time or zone_named(mark) is not None):
            zone, named = zone_named(mark), True
            start = mark.end
            continue
        weekday = weekday_of(mark)
        if named and mark.start - start <= 1 and weekday is not None:
            return zone, True, weekday
    return zone, named, None


def _resolve(clock: ClockTime, day: date, home: ZoneInfo | None) -> datetime | None:
    zone = clock.zone or home
    if zone is None:
        return None
    if home is None:
        return datetime.combine(day, clock.at, zone).astimezone(UTC)
    for shift in (0, -1, 1):
        told = day + timedelta(days=shift)
        at = datetime.combine(told, clock.at, zone)
        fits = at.astimezone(home).date() == day
        if fits and clock.weekday in (None, told.weekday()):
            return at.astimezone(UTC)
    return None


def _after(found: datetime, published: Published | None) -> bool:
    if published is None or published.precision is not DatePrecision.INSTANT:
        return False
    return found > published.at + _SLACK
