"""A bare year that makes a fact an old one: "un misil abatió el avión en 2014"."""

from __future__ import annotations

import re
from datetime import date

from bot.analysis.sides import unbroken
from bot.analysis.statements import Statement

_YEAR = re.compile(r"(?:19|20)\d\d")
_NEAR = 6  # words between a statement and the year in which it happened


def of_an_earlier_year(item: Statement, today: date) -> bool:
    """Whether the statement is told of an earlier year, by the words that lead to a year.

    "The first since 2017" speaks of today, and a comma parts the year from the statement.
    """
    sentence = item.sentence
    for n, word in enumerate(sentence.tokens.words):
        if not n or not _YEAR.fullmatch(word) or int(word) >= today.year:
            continue
        if sentence.is_function_word(n - 1, "in year"):
            first, last = min(n, item.end), max(n, item.start)
            if last - first <= _NEAR and unbroken(sentence, first, last):
                return True
    return False
