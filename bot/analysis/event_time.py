"""When it happened: weekdays, dates and words like "overnight", against the published date.

Section [time] of a lexicon names the words: monday ... sunday, today, yesterday, overnight,
weekend, this_week, last_week, last_month, days_ago, weeks_ago, long_ago (years and months), last,
next, january ... december, month and day (suffixes of numeric dates: "3월 25일", and "25日" alone),
morning, afternoon, evening, and zones (see `clock_time.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.analysis.calendar_dates import calendar, day_of_month, existing_day
from bot.analysis.clock_time import clock_times, instant_of, weekday_of, zone_named
from bot.analysis.reading import Sentence
from bot.analysis.terms import Mark
from bot.domain.article import DatePrecision, Published
from bot.domain.launch import EventTime, Fact

_SAID_BEFORE = 2  # sentences after one that only tells when somebody spoke
_FIRING = frozenset({"launch", "test", "strike", "fall", "intercept"})
_PARTS = {"morning": 8, "afternoon": 15, "evening": 20}  # an hour within the part of the day
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")


@dataclass(frozen=True, slots=True)
class TimeWord:
    """A time expression of a sentence, resolved: the days it spans, and where it stands."""

    first: date
    last: date
    start: int


def published_day(published: Published | None, home: ZoneInfo | None = None) -> date | None:
    """The calendar day of publication; None when only a month is known.

    In the zone of the event (`home`) where the instant and the zone are known, else in the
    source's own zone.
    """
    if published is None or published.precision in (DatePrecision.YEAR, DatePrecision.MONTH):
        return None
    if home is not None and published.precision is DatePrecision.INSTANT:
        return published.at.astimezone(home).date()
    return published.at.date()


def time_words(
    sentence: Sentence, today: date | None, home: ZoneInfo | None = None
) -> list[TimeWord]:
    """Every time expression of a sentence that can be resolved, in order."""
    found: list[TimeWord] = []
    for mark in sentence.marks:
        if not mark.means.time:
            continue
        span = calendar(sentence, mark, today) or (
            (_relative(sentence, mark, today, home) or day_of_month(sentence, mark, today))
            if today
            else None
        )
        if span is not None:
            found.append(TimeWord(*span, mark.start))
    for match in _ISO.finditer(sentence.text):
        day = existing_day(int(match[1]), int(match[2]), int(match[3]))
        if day is not None:
            found.append(TimeWord(day, day, len(sentence.tokens.words)))
    return _joined(sentence, found)


def event_time(
    sentences: Sequence[Sentence], published: Published | None, home: ZoneInfo | None = None
) -> Fact[EventTime] | None:
    """The time of an event from its sentences, first come first served.

    `home` is the zone where it happened. Without any time expression the published day stands in,
    marked as hedged: news of a launch is printed on its day or the day after.
    """
    today = published_day(published, home)
    told: tuple[TimeWord, Sentence] | None = None
    for number, sentence in enumerate(sentences):
        # other sentences tell of older events too
        firing = sentence.index <= 1 and any(_fires(mark) for mark in sentence.marks)
        oldest = timedelta(days=(6 if firing else 3) if number else 365_000)
        words = time_words(sentence, today, home)
        recent = [w for w in _of_events(sentence, words) if _may_be(w, today, oldest)]
        if not recent:
            continue
        told = told or (recent[0], sentence)
        if recent[0] not in _spoken(sentence, words):
            told = recent[0], sentence
            break
        if number >= _SAID_BEFORE:
            break
    if told is not None:
        word, sentence = told
        instant = None
        if word.first == word.last:
            instant = instant_of(sentences, word.first, home, published)
        return Fact(EventTime(word.first, word.last, instant), sentence.text)
    if today is not None and sentences:
        instant = instant_of(sentences, today, home, published)
        fact = EventTime(today, today, instant)
        return Fact(fact, sentences[0].text, hedged=instant is None)
    return None


def nearest_time(sentence: Sentence, start: int, today: date | None) -> TimeWord | None:
    """The time expression of a sentence that stands nearest to a token, where it has any.

    The day on which somebody spoke is none.
    """
    words = _of_events(sentence, time_words(sentence, today))
    spoken = _spoken(sentence, words)
    words = [word for word in words if word not in spoken]
    return min(words, key=lambda word: abs(word.start - start)) if words else None


def _of_events(sentence: Sentence, found: list[TimeWord]) -> list[TimeWord]:
    """Without the day of the speaking ("said on Friday it had fired ... on Thursday").

    It goes only where another time stands after it: alone it may be the day of the firing too.
    """
    if len(found) < 2:
        return found
    spoken = _spoken(sentence, found[:-1])
    kept = [word for word in found if word not in spoken]
    fired = (mark.start for mark in sentence.marks if _fires(mark))
    tells = any(word.start < start for word in spoken for start in fired)
    return kept if tells else found


def _spoken(sentence: Sentence, found: Sequence[TimeWord]) -> list[TimeWord]:
    """The days of the speaking: "said today", "said on Friday"."""
    said = {m.end for m in sentence.marks if "speaks" in m.means.attribution}
    return [
        word
        for word in found
        if word.start in said
        or (word.start - 1 in said and sentence.is_function_word(word.start - 1, "preposition"))
    ]


def _fires(mark: Mark) -> bool:
    return not _FIRING.isdisjoint(mark.means.actions)


def _may_be(word: TimeWord, today: date | None, oldest: timedelta) -> bool:
    return today is None or today - oldest <= word.last <= today + timedelta(days=1)


def _joined(sentence: Sentence, found: list[TimeWord]) -> list[TimeWord]:
    """Read "overnight into Wednesday" and "Monday night into Tuesday" as one night each."""
    kept: list[TimeWord] = []
    for word in found:
        before = kept[-1] if kept else None
        between = sentence.tokens.words[before.start : word.start] if before else ()
        if before is not None and len(between) <= 4 and "into" in between:
            kept[-1] = TimeWord(min(before.first, word.first), word.last, before.start)
        else:
            kept.append(word)
    return kept


def _relative(
    sentence: Sentence, mark: Mark, today: date, home: ZoneInfo | None
) -> tuple[date, date] | None:
    tags = mark.means.time
    number = weekday_of(mark)
    if number is not None:
        return _weekday(sentence, mark, today, number, home)
    if "today" in tags or "overnight" in tags:
        return today, today
    if "yesterday" in tags:
        return today - timedelta(days=1), today - timedelta(days=1)
    if "weekend" in tags:
        saturday = today - timedelta(days=(today.weekday() - 5) % 7)
        return saturday, min(saturday + timedelta(days=1), today)
    monday = today - timedelta(days=today.weekday())
    if "this_week" in tags:
        return monday, today
    if "last_week" in tags:
        return monday - timedelta(days=7), monday - timedelta(days=1)
    if "last_month" in tags:
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    return _ago(sentence, mark, today)


def _ago(sentence: Sentence, mark: Mark, today: date) -> tuple[date, date] | None:
    """Read "three days ago" as a day, "two weeks ago" as that week."""
    tags = mark.means.time
    number = _number(sentence, mark) if tags & {"days_ago", "weeks_ago"} else None
    if number is None:
        return None
    if "days_ago" in tags:
        day = today - timedelta(days=number)
        return day, day
    return today - timedelta(days=7 * number + 3), today - timedelta(days=7 * number - 3)


def _weekday(
    sentence: Sentence, mark: Mark, today: date, number: int, home: ZoneInfo | None
) -> tuple[date, date] | None:
    back = (today.weekday() - number) % 7
    before = next((m for m in sentence.marks if m.end == mark.start), None)
    if before is not None and "next" in before.means.time:
        return None
    if before is not None and "last" in before.means.time and back == 0:
        back = 7
    # a weekday that is tomorrow has begun where it happened: news from Asia printed in America
    day = today + timedelta(days=1) if back == 6 else today - timedelta(days=back)
    after = [m for m in sentence.marks if mark.end <= m.start <= mark.end + 4]
    if any("publisher_zone" in m.means.time for m in after):
        return None
    near = (m for m in sentence.marks if 0 <= mark.start - m.end <= 1)
    said = next((found for m in near if (found := zone_named(m)) is not None), None)
    if said is not None and home is not None:
        return _clock_day(sentence, day, number, said, home)
    zone = next((found for m in after if (found := zone_named(m)) is not None), None)
    if zone is None or zone == home or _has_clock(sentence, mark):
        return day, day
    # "Wednesday evening, Washington time" of an event in Asia: its own day, where a part is told
    part = next(
        (hour for m in after for name, hour in _PARTS.items() if name in m.means.time), None
    )
    if part is None or home is None:
        return None
    local = datetime.combine(day, time(part), zone).astimezone(home).date()
    return local, local


def _clock_day(
    sentence: Sentence, day: date, number: int, zone: ZoneInfo, home: ZoneInfo
) -> tuple[date, date] | None:
    """The day at home of "2206 GMT Wednesday"."""
    clocks = (clock for clock in clock_times(sentence) if clock.weekday == number)
    clock = next(clocks, None)
    if clock is None:
        return None
    local = datetime.combine(day, clock.at, zone).astimezone(home).date()
    return local, local


def _has_clock(sentence: Sentence, mark: Mark) -> bool:
    """Whether the zone after a weekday belongs to a clock time ("Friday at 06:30 KST")."""
    words = sentence.tokens.words[mark.end : mark.end + 5]
    return any(word[0].isdigit() for word in words)


def _number(sentence: Sentence, mark: Mark) -> int | None:
    before = next((m for m in sentence.marks if m.end == mark.start and m.means.number), None)
    if before is not None and before.means.number is not None:
        return int(before.means.number)
    word = sentence.tokens.words[mark.start - 1] if mark.start else ""
    return int(word) if word.isdigit() and len(word) < 4 else None
