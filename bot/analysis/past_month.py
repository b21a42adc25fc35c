"""Months without a day ("in October", "in July 2014"): no date, but enough for old news."""

from __future__ import annotations

import calendar
import re
from datetime import date

from bot.analysis.event_time import MONTHS
from bot.analysis.reading import Clause, Sentence

_YEAR = re.compile(r"(?:19|20)\d\d")


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
            return date(year, month, calendar.monthrange(year, month)[1])
    return None
