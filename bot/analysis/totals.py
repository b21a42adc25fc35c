"""A total over a span of time is no event: "Russia has fired 300 missiles since the war began"."""

from __future__ import annotations

import re

from bot.analysis.reading import Clause, Sentence
from bot.analysis.terms import Mark

_REACH = 8  # words in front of a weapon in which its number stands
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b")
_RECENT = frozenset({"today", "yesterday", "overnight"}) | {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
}  # fmt: skip


def is_total(sentence: Sentence, clause: Clause, weapon: Mark) -> bool:
    """Whether a number of missiles is counted over months or a whole war.

    Not so where a launch is ranked in that time ("the biggest attack since ...", "10th this year")
    or has a day of its own.
    """
    if not sentence.has("total") or sentence.has("ranked"):
        return False
    if _ORDINAL.search(sentence.text):
        return False
    if any(not mark.means.time.isdisjoint(_RECENT) for mark in sentence.marks):
        return False
    return _counted(sentence, clause, weapon)


def _counted(sentence: Sentence, clause: Clause, weapon: Mark) -> bool:
    words = sentence.tokens.words
    near = range(max(clause.start, weapon.start - _REACH), min(clause.end, weapon.end + _REACH))
    if any(words[n][0].isdigit() for n in near if not weapon.start <= n < weapon.end):
        return True
    return any(m.start in near and (m.means.number or m.means.amount) for m in clause.marks)
