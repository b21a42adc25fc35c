"""What joins a weapon to its action, or parts them: prepositions, "and", another verb between."""

from __future__ import annotations

from bot.analysis.reading import Clause, Sentence, Zone
from bot.analysis.terms import Mark

_NOT_FLOWN = frozenset({"trade", "deploy", "disposal", "engine", "future", "ability"})
_JOINING = frozenset({",", "/", "'s", "、", "・", "，", '"', "“", "”", "‘", "’", "'"})


def aimed(clause: Clause, weapon: Mark) -> bool:
    """Whether "into", "at" or "toward" follows the weapon; "to" alone may be a delivery."""
    return any(
        "goal" in m.means.cues and 0 <= m.start - weapon.end <= 4 and not m.means.actions
        for m in clause.marks
    )


def in_test(sentence: Sentence, clause: Clause, weapon: Mark, action: Mark) -> bool:
    """Whether a test is where it flew ("Minuteman III streaks from Vandenberg in routine test").

    Or what it passed: "Agni-V clears final flight trial".
    """
    if action.means.actions.get("test", frozenset()).isdisjoint({"noun"}):
        return False
    if not 1 <= action.start - weapon.end <= 10 or not clause.cues.isdisjoint(_NOT_FLOWN):
        return False
    if sentence.is_function_word(weapon.end, "passing a test") and action.start - weapon.end <= 5:
        return True
    before = range(max(weapon.end, action.start - 4), action.start)
    return any(sentence.is_function_word(n, "during") for n in before)


def has_object(sentence: Sentence, action: Mark) -> bool:
    """Whether a verb's object or place follows: "rocket strikes the Green Zone", "near"."""
    if action.end >= len(sentence.tokens.words):
        return False
    return sentence.is_function_word(action.end, "a", "the", "possessive", "beside")


def headline_passive(sentence: Sentence, action: Mark) -> bool:
    """Whether a headline leaves out "was": "Agni-V missile tested from Odisha"."""
    words = sentence.tokens.words
    if sentence.zone is not Zone.TITLE or words[action.start] != "tested":
        return False
    if action.end == len(words) or not words[action.end][0].isalnum():
        return True
    return sentence.is_function_word(action.end, "preposition", "by", "and")


def plural(sentence: Sentence, weapon: Mark) -> bool:
    """Whether the weapon is an English plural."""
    last = sentence.tokens.words[weapon.end - 1]
    return last.endswith("s") and last.isalpha()


def joined(sentence: Sentence, clause: Clause, start: int, end: int) -> bool:
    """Whether nothing but "and drone", commas and other weapons stands between two tokens."""
    position = start
    marks = {mark.start: mark for mark in clause.marks if start <= mark.start < end}
    while position < end:
        mark = marks.get(position)
        if mark is not None:
            cues = mark.means.cues
            neutral = mark.means.weapon or not cues.isdisjoint({"and", "drone", "filler", "failed"})
            if not (neutral or mark.means.actor or mark.means.place or _is_noun(mark)):
                return False
            position = mark.end
        elif sentence.tokens.words[position] in _JOINING:
            position += 1
        else:
            return False
    return True


def _is_noun(mark: Mark) -> bool:
    return any("noun" in forms for forms in mark.means.actions.values())


def linked(clause: Clause, action: Mark, weapon: Mark, links: tuple[str, ...], reach: int) -> bool:
    """Whether a preposition at most `reach` words after the action joins it to the weapon."""
    for mark in clause.marks:
        if mark.start >= weapon.start:
            break
        near = mark.start >= action.end and mark.start - action.end <= reach
        if near and "of" in links and _carried(clause, mark.end, weapon):
            return False
        if near and not mark.means.cues.isdisjoint(links) and weapon.start - mark.end <= 6:
            return True
    return False


def _carried(clause: Clause, start: int, weapon: Mark) -> bool:
    """Whether it is the carrier that is launched: "launch of a destroyer fit for missiles"."""
    return any(
        start <= mark.start and mark.end < weapon.start and "inert_after" in mark.means.cues
        for mark in clause.marks
    )


def barrier(clause: Clause, start: int, end: int) -> bool:
    """Whether another verb or event parts two tokens."""
    for mark in clause.marks:
        if start <= mark.start < end:
            for kind, forms in mark.means.actions.items():
                if kind in {"launch", "strike", "intercept", "fall", "test"} and (
                    "past" in forms or "present" in forms
                ):
                    return True
            if not mark.means.cues.isdisjoint({"trade", "deploy", "disposal"}):
                return True
    return False
