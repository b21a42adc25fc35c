"""The sides a sentence names as firing, where no statement about a missile tells who fired.

For languages whose lexicon says `order = "free"`.
"""

from __future__ import annotations

from bot.analysis.allies import accused_of, name_of, together
from bot.analysis.free_order import only_soil
from bot.analysis.lexicon import Grammar, actor_kinds
from bot.analysis.reading import Sentence
from bot.analysis.sides import (
    acts_between,
    comes_from,
    is_event,
    is_goal,
    is_told,
    speaks,
    unbroken,
)
from bot.analysis.struck_sides import is_object
from bot.analysis.terms import Mark

_REACH = 6  # tokens between a side and the word that it answers for
_ATTACKS = frozenset({"launch", "strike", "use"})


def claimant(sentence: Sentence, grammar: Grammar) -> list[str]:
    """Who claims it: "ответственность взяла «Хезболла»", "חיזבאללה קיבל אחריות"."""
    for n in range(len(sentence.tokens.words)):
        if not sentence.is_function_word(n, "responsibility"):
            continue
        for mark in sentence.marks:
            low, high = min(mark.start, n), max(mark.end, n)
            near = high - low <= _REACH and unbroken(sentence, low, high)
            if mark.means.actor and near and not is_goal(sentence, mark, grammar):
                return [mark.means.actor.value]
    return []


def named_source(sentence: Sentence, grammar: Grammar) -> list[str]:
    """The side a sentence says it came from, or by whom ("על ידי חיזבאללה", "из Йемена")."""
    weapon = next((m for m in sentence.marks if m.means.weapon), None)
    for mark in sentence.marks:
        if mark.means.actor and only_soil(weapon, mark.means.actor.value):
            continue
        if mark.means.actor and comes_from(sentence, mark, grammar):
            return [mark.means.actor.value]
    return []


def attackers(sentence: Sentence, grammar: Grammar) -> list[str]:
    """Who attacks in a sentence that need not name a weapon ("L'attaque russe", "Rusia ataca")."""
    sides = [mark for mark in sentence.marks if mark.means.actor]
    accused = accused_of(sentence, sides)
    if accused is not None:
        return together(sentence, accused, sides)
    weapon = next((m for m in sentence.marks if m.means.weapon), None)
    for mark in sides:
        if is_goal(sentence, mark, grammar) or is_object(sentence, mark, grammar):
            continue
        admits = is_told(sentence, mark, "admitting")  # "l'Iran reconnaît avoir abattu"
        if speaks(sentence, mark) and not admits:
            continue
        if only_soil(weapon, name_of(mark)) and comes_from(sentence, mark, grammar):
            continue
        if any(_attacks(sentence, mark, other, admits=admits) for other in sentence.marks):
            return together(sentence, mark, sides)
    return []


def _attacks(sentence: Sentence, side: Mark, other: Mark, *, admits: bool) -> bool:
    """Whether an attack or weapon is this side's: it acts, or owns it."""
    actions = other.means.actions
    downs = not {"destroy", "intercept"}.isdisjoint(actions) and not admits
    told = other.means.weapon or admits or not _ATTACKS.isdisjoint(actions)
    if not told or downs or "guard" in other.means.cues:
        return False
    acts = 0 <= other.start - side.end <= 2 and unbroken(sentence, side.end, other.start)
    acts = acts and not acts_between(sentence, side.end, other.start)
    acts = acts and bool(other.means.weapon or actions)
    # "Russland hat am Montag Kiew beschossen"
    done = is_told(sentence, side, "have") and other.start > side.end
    acts = acts or (done and bool(actions) and not is_event(other))
    owns = other.end == side.start and bool(is_event(other) or other.means.weapon)
    return acts or owns


def group_named(sentence: Sentence, grammar: Grammar) -> list[str]:
    """A group that a sentence names and does not aim at ("חיזבאללה נטל אחריות לירי")."""
    for mark in sentence.marks:
        actor = mark.means.actor
        if actor is None or actor_kinds().get(actor.value) != "group":
            continue
        if not is_goal(sentence, mark, grammar) and not is_object(sentence, mark, grammar):
            return [actor.value]
    return []
