"""A speaker that tells of its own missiles, in languages whose lexicon says `order = "free"`."""

from __future__ import annotations

from bot.analysis.lexicon import Grammar, places
from bot.analysis.reading import Clause, Sentence
from bot.analysis.sides import comes_from, is_told, unbroken
from bot.analysis.terms import Mark


def claims(sentence: Sentence, actor: Mark, action: Mark) -> bool:
    """Does a speaker tell of its own deed ("قالت جماعة الحوثي إنها استهدفت")?"""
    itself = action.start - 1
    return (
        actor.end <= itself
        and sentence.is_function_word(itself, "itself")
        and unbroken(sentence, actor.end, itself)
    )


def in_first_person(clause: Clause, sentence: Sentence, speaking: list[Mark]) -> list[str]:
    """The speaker that says "we": "الحرس الثوري: استهدفنا", "سپاه: هدف قرار دادیم"."""
    acted = any(sentence.is_function_word(n, "we acted") for n in range(clause.start, clause.end))
    downs = any("intercept" in mark.means.actions for mark in clause.marks)
    return [_side(speaking[-1])] if acted and speaking and not downs else []


def in_own_words(
    sentence: Sentence,
    clause: Clause,
    action: Mark,
    kind: str,
    speaking: list[Mark],
    aimed_at: list[Mark],
    grammar: Grammar,
) -> list[str]:
    """Where no side acts: one that tells of its own firing, or on whose soil was tested."""
    # those who only ever report ("Воздушные силы") are no side of their own words
    told = [m for m in speaking if m not in aimed_at and "reported" not in m.means.cues]
    # "Seúl detecta", "Taipei denuncia": who only saw what another fired
    told = [m for m in told if not is_told(sentence, m, "watching")]
    if kind == "launch" and _seen_from_afar(sentence, clause, told, grammar):
        return []
    sides = {_side(m) for m in aimed_at}
    placed = (places().get(m.means.place.value) for m in sentence.marks if m.means.place)
    sides |= {place.country for place in placed if place is not None and place.country}
    aimed = bool(sides) and not any(_side(m) in sides for m in speaking)
    tells = kind in {"launch", "test", "use"} or (kind == "strike" and aimed)
    tells = tells or sentence.is_function_word(action.start, "we did")  # "תקפנו"
    if told and tells:
        return [_side(told[-1])]
    if "test" in action.means.actions and kind in {"launch", "test"}:
        return [_side(m) for m in aimed_at[:1]]  # "В Израиле испытали ракету"
    return []


def _seen_from_afar(
    sentence: Sentence, clause: Clause, speaking: list[Mark], grammar: Grammar
) -> bool:
    """Does the speaker only detect it, or tell of a place that is not its own ("من غزة")?"""
    if any("incoming" in m.means.cues and "goal" not in m.means.cues for m in clause.marks):
        return True
    origins = (m for m in sentence.marks if m.means.place and comes_from(sentence, m, grammar))
    land = {places()[m.means.place.value].country for m in origins if m.means.place}
    return bool(land) and not any(_side(m) in land for m in speaking)


def _side(mark: Mark) -> str:
    return mark.means.actor.value if mark.means.actor else ""
