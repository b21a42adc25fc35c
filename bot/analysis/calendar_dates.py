"""Dates of the calendar as a text prints them: "March 25", "3月25日", "the 3rd of March 2021"."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.analysis.reading import Clause, Sentence
from bot.analysis.terms import Mark

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DAY = re.compile(r"\d{1,2}")
_ORDINAL = frozenset({"st", "nd", "rd", "th", "of", "de", ".", "er"})
_NO_DATE = frozenset("간째차만본대정間本目内后後前ぶ第月")  # "3일간" is three days, "日本" Japan
_DAYS = frozenset(str(number) for number in range(1, 32))
_YEAR = re.compile(r"(?:19|20)\d\d")


def calendar(sentence: Sentence, mark: Mark, today: date | None) -> tuple[date, date] | None:
    """A calendar date: "March 25", "25 March 2021", "3月25日" (the month a suffix of digits)."""
    words = sentence.tokens.words
    month = next((n for n, name in enumerate(MONTHS, 1) if name in mark.means.time), 0)
    if "month" in mark.means.time:
        previous = words[mark.start - 1] if mark.start else ""
        month = int(previous) if previous.isdigit() and 1 <= int(previous) <= 12 else 0
    if not month:
        return None
    following = words[mark.end] if mark.end < len(words) else ""
    skip = 1 if following == "." and mark.end + 1 < len(words) else 0
    following = words[mark.end + skip] if mark.end + skip < len(words) else ""
    at = mark.start - 1
    while at > 0 and words[at] in _ORDINAL:  # "the 3rd of March"
        at -= 1
    preceding = words[at] if at >= 0 else ""
    day = _DAY.fullmatch(following) or _DAY.fullmatch(preceding)
    if day is None:
        return None
    year = next((w for w in words[mark.end : mark.end + 4 + skip] if _YEAR.fullmatch(w)), None)
    resolved = _in_year(int(year) if year else None, month, int(day[0]), today)
    return (resolved, resolved) if resolved else None


def day_of_month(sentence: Sentence, mark: Mark, today: date) -> tuple[date, date] | None:
    """The latest "25日" that is not later than tomorrow."""
    words = sentence.tokens.words
    if "day" not in mark.means.time or not mark.start or words[mark.start - 1] not in _DAYS:
        return None
    if words[mark.end : mark.end + 1] and words[mark.end] in _NO_DATE:
        return None
    if any(m.end == mark.start - 1 and "month" in m.means.time for m in sentence.marks):
        return None  # "3月25日" is told by its month
    for back in range(-1, 40):
        day = today - timedelta(days=back)
        if day.day == int(words[mark.start - 1]):
            return day, day
    return None


def _in_year(year: int | None, month: int, day: int, today: date | None) -> date | None:
    """The date in its year; without one the latest that is past (a week ahead is still now)."""
    if year is not None:
        return existing_day(year, month, day)
    if today is None:
        return None
    resolved = existing_day(today.year, month, day)
    if resolved is not None and resolved > today + timedelta(days=7):
        resolved = existing_day(today.year - 1, month, day)
    return resolved


def existing_day(year: int, month: int, day: int) -> date | None:
    """The day; None where the calendar has none ("February 30")."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_day_of_month(sentence: Sentence, clause: Clause, today: date) -> date | None:
    """The last day of the month in which a clause says that something happened.

    Without a year it is the latest such month that has begun. None where no month stands after
    "in" or "during", or it has not begun.
    """
    words = sentence.tokens.words
    for mark in clause.marks:
        month = next((n for n, name in enumerate(MONTHS, 1) if name in mark.means.time), 0)
        if not month or not mark.start or not sentence.is_function_word(mark.start - 1, "during"):
            continue
        following = words[mark.end] if mark.end < len(words) else ""
        if _YEAR.fullmatch(following):
            year = int(following)
        elif following.isdigit():
            continue  # "in March 3 talks"
        else:
            year = today.year if month <= today.month else today.year - 1
        if (year, month) <= (today.year, today.month):
            return date(year, month, monthrange(year, month)[1])
    return None
