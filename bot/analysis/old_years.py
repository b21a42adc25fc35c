"""Words that make a fact an old one without a day: "in 2014", "in July 2024", "two years ago"."""

from __future__ import annotations

import re
from datetime import date

from bot.analysis.calendar_dates import MONTHS, last_day_of_month
from bot.analysis.sides import unbroken
from bot.analysis.statements import Statement

_YEAR = re.compile(r"(?:19|20)\d\d")
_NEAR = 7  # words between a statement and the time at which it happened
_BETWEEN = 2  # words between a month and its year ("julio de 2024")


def words_to_old_time(item: Statement, today: date) -> int | None:
    """How many words part a statement from the long past time it is told of; None without one.

    "The first since 2017" speaks of today, and a comma parts a time from the statement.
    """
    found = [_gap(item, position) for position in _old_positions(item, today)]
    near = [gap for gap in found if gap is not None and gap <= _NEAR]
    last = last_day_of_month(item.sentence, item.clause, today)
    if not near and last is not None and (today - last).days > _NEAR:
        return _NEAR
    return min(near, default=None)


def _gap(item: Statement, position: int) -> int | None:
    first, last = min(position, item.end), max(position, item.start)
    return max(last - first, 0) if unbroken(item.sentence, first, last) else None


def _old_positions(item: Statement, today: date) -> list[int]:
    sentence = item.sentence
    found = [mark.start for mark in sentence.marks if "long_ago" in mark.means.time]
    months = {m.end: m for m in sentence.marks if not m.means.time.isdisjoint(MONTHS)}
    for n, word in enumerate(sentence.tokens.words):
        if not n or not _YEAR.fullmatch(word) or int(word) >= today.year:
            continue
        dated = any(n - back in months for back in range(_BETWEEN))
        if dated or sentence.is_function_word(n - 1, "in year"):
            found.append(n)
    return found
