"""Sides named together ("la France, l'Italie et l'Espagne"), and the side that is accused."""

from __future__ import annotations

from bot.analysis.reading import Sentence
from bot.analysis.sides import COMMAS
from bot.analysis.terms import Mark

_ACCUSED = 3  # words from "accuse" to the accused


def together(sentence: Sentence, chosen: Mark, firing: list[Mark]) -> list[str]:
    """The chosen side and those joined to it ("美英法", "EE.UU. y Israel", "Francia, Italia y")."""
    if chosen not in firing:
        return [name_of(chosen)]
    at = firing.index(chosen)
    first = last = listed = at
    while listed + 1 < len(firing):
        link = _link(sentence, firing[listed], firing[listed + 1])
        if link is None:
            break
        listed += 1
        last = listed if link != "," else last  # a list ends in "and"; else the comma parts clauses
    while first and (link := _link(sentence, firing[first - 1], firing[first])) is not None:
        if link == "," and first == last:
            break
        first -= 1
    return list(dict.fromkeys(name_of(mark) for mark in firing[first : last + 1]))


def _link(sentence: Sentence, one: Mark, other: Mark) -> str | None:
    """What joins two sides: nothing, "and" or a comma; None where other words part them."""
    ands = {n for m in sentence.marks if "and" in m.means.cues for n in range(m.start, m.end)}
    between = range(one.end, other.start)
    if not between:
        return ""
    words = sentence.tokens.words
    light = (
        n in ands or words[n] in COMMAS or sentence.is_function_word(n, "the") for n in between
    )
    if not all(light) or not (between.start in ands or words[between.start] in COMMAS):
        return None
    return "and" if any(n in ands for n in between) else ","


def accused_of(sentence: Sentence, marks: list[Mark]) -> Mark | None:
    """The side said to have fired ("acusa a Rusia de lanzar", "wirft Moskau vor")."""
    for n in range(len(sentence.tokens.words)):
        if sentence.is_function_word(n, "accusing"):
            after = next((m for m in marks if 0 < m.start - n <= _ACCUSED), None)
            between = range(n + 1, after.start if after is not None else 0)
            if all(sentence.is_function_word(k, "the", "preposition") for k in between):
                return after
    return None


def name_of(mark: Mark) -> str:
    """Canonical name of a mark's actor."""
    return mark.means.actor.value if mark.means.actor else ""
