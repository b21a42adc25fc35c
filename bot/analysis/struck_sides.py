"""Which side is struck: the object of a verb of striking, or the subject of what it suffers."""

from __future__ import annotations

from bot.analysis.lexicon import Grammar
from bot.analysis.reading import Sentence
from bot.analysis.sides import PARTING, comes_from, is_event, owns_next, unbroken
from bot.analysis.terms import Mark

_PASSIVE = 10  # words between "wurde" and its participle


def is_object(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Does a verb of striking stand right before it ("атаковала Украину", "炸敘利亞")?

    Or is it the subject of what it suffers ("Kiev visée par", "Kiew wurde mit Raketen beschossen")?
    """
    if _suffers(sentence, actor) and not comes_from(sentence, actor, grammar):
        return True
    if undergoes(sentence, actor):
        return True
    start = actor.start
    while start and sentence.is_function_word(start - 1, "a", "the", "side"):
        start -= 1  # "обстреляла север Израиля"
    before = next((mark for mark in sentence.marks if mark.end in (start, actor.start)), None)
    if before is not None and before.means.weapon and start < actor.start:
        # "обстреляли ракетами юг Израиля"
        before = next((mark for mark in sentence.marks if mark.end == before.start), before)
    if before is None:
        return False
    if grammar.subject == "after verb" and not _has_subject(sentence, before, actor):
        return False  # what follows the verb is its subject, unless that came before
    if is_event(before) and sentence.quote(actor.start, actor.end).islower():
        return False  # "bombardeo israelí": without its accent the verb is the noun
    forms = before.means.actions.get("strike", frozenset())
    return bool(forms - {"noun"} if grammar.mode == "words" else forms)


def undergoes(sentence: Sentence, actor: Mark) -> bool:
    """Is it the subject of what it suffers ("Одесса подверглась обстрелу", "Київ атакують")?"""
    if sentence.is_function_word(actor.start, "accusative"):
        return True
    for n in range(actor.end, min(actor.end + 4, len(sentence.tokens.words))):
        if sentence.is_function_word(n, "undergoing"):
            return True
        one = actor.means.place or sentence.is_function_word(actor.start, "one land")
        if one and n == actor.end and sentence.is_function_word(n, "impersonal"):
            return True  # a city or land is no subject of a plural verb
        other = next((m for m in sentence.marks if m.start <= n < m.end), None)
        if sentence.tokens.words[n] in PARTING or (other and other.means.actions):
            return False
        if other is not None and (other.means.actor or other.means.weapon):
            return False  # "иранской ракеты пострадали": it fired
    return False


def _has_subject(sentence: Sentence, verb: Mark, actor: Mark) -> bool:
    """Has an Arabic verb its subject already: before it, or in itself ("قصفنا")?"""
    if sentence.is_function_word(verb.start, "we acted"):
        return True
    city = actor.means.actor is not None and actor.means.actor.form == "capital"
    before = (m for m in sentence.marks if m.means.actor and m.end <= verb.start)
    # "القسام تعلن قصف تل أبيب": a city does not bombard
    return any(
        m.end == verb.start or (city and unbroken(sentence, m.end, verb.start)) for m in before
    )


def _suffers(sentence: Sentence, actor: Mark) -> bool:
    """Whether a verb of suffering or a participle of striking is told of it."""
    words = sentence.tokens.words
    skipped = {n for m in sentence.marks if _with_what(m) for n in range(m.start, m.end)}
    with_it = False
    if owns_next(sentence, actor):
        return False
    n = actor.end
    if n + 1 < len(words) and sentence.is_function_word(n, "have"):
        n += 1  # "a été visée", but not "a visé"
        if not sentence.is_function_word(n, "be"):
            return False
    passive = n < len(words) and sentence.is_function_word(n, "be")
    while n < len(words):
        by = n + 1 < len(words) and sentence.is_function_word(n + 1, "by")
        if sentence.is_function_word(n, "struck"):
            return True
        if (by or passive) and sentence.is_function_word(n, "struck if by"):
            return True  # "touché par": without accents the participle is the verb
        with_it = with_it or sentence.is_function_word(n, "with")
        light = sentence.is_function_word(n, "be", "a", "the", "with") or (with_it and n in skipped)
        far = not passive or words[n] in PARTING or n - actor.end > _PASSIVE
        if far and not light and not (n == actor.end and words[n] == ","):
            return False
        n += 1
    return False


def _with_what(mark: Mark) -> bool:
    means = mark.means
    return bool(means.weapon or means.number or means.amount or "drone" in means.cues)
