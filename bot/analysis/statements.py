"""The grammar: which clauses say that a missile was fired, struck, intercepted or fell.

A statement joins one weapon and one action of a clause by a pattern ("fires ... missile", "missile
attack", "hit by ... missile"), and then asks what stands around it: a plan, a threat, a denial or a
capability cancels it; "after", "which" or talk about it makes it background.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from bot.analysis import free_order
from bot.analysis.joints import (
    aimed,
    barrier,
    has_object,
    headline_passive,
    in_test,
    joined,
    linked,
    plural,
)
from bot.analysis.lexicon import Grammar
from bot.analysis.reading import Clause, Sentence
from bot.analysis.sides import glued
from bot.analysis.standing import standing_of
from bot.analysis.standings import Standing
from bot.analysis.terms import Mark
from bot.analysis.verbless import verbless
from bot.domain.launch import WeaponClass

_MOST_WEAPONS, _MOST_ACTIONS = 16, 32  # of one clause; more is no sentence of a person
_LAUNCHING = ("launch", "test")
_HURTING = ("strike", "harm")
_NOT_FIRED = frozenset({WeaponClass.DRONE, WeaponClass.PROJECTILE})
_DEFENDING = frozenset({WeaponClass.INTERCEPTOR, WeaponClass.SURFACE_TO_AIR})
_LEADING = frozenset({"recent", "another", "singular", "filler"})  # words before a weapon's name


@dataclass(frozen=True, slots=True)
class Statement:
    """A weapon and what happened to it, in one clause."""

    sentence: Sentence
    clause: Clause
    weapon: Mark
    action: Mark
    kind: str  # launch, test, strike, use, intercept, fall, harm
    pattern: str
    standing: Standing
    reason: str = ""  # the cue that cancelled it or moved it to the background

    @property
    def start(self) -> int:
        """First token of the statement."""
        return min(self.weapon.start, self.action.start)

    @property
    def end(self) -> int:
        """The token after the statement."""
        return max(self.weapon.end, self.action.end)


def statements(sentence: Sentence, grammar: Grammar) -> list[Statement]:
    """Every statement of a sentence, in order of its weapons; the best action for each weapon."""
    found: list[Statement] = []
    if not any(mark.means.weapon for mark in sentence.marks):
        return found
    for clause in sentence.clauses:
        live = (mark for mark in clause.marks if is_live(mark, clause, sentence))
        weapons = list(islice(live, _MOST_WEAPONS))
        if not weapons:
            continue
        actions = [mark for mark in clause.marks if mark.means.actions][:_MOST_ACTIONS]
        for weapon in weapons:
            told = _told(sentence, clause, weapon, actions, grammar)
            if told is not None:
                found.append(told)
    return found


def is_live(mark: Mark, clause: Clause, sentence: Sentence) -> bool:
    """Whether a weapon mark is a munition, not part of a topic ("missile defence")."""
    weapon = mark.means.weapon
    if weapon is None or weapon.value in _NOT_FIRED:
        return False
    return not is_inert(mark, clause, sentence)


def is_inert(mark: Mark, clause: Clause, sentence: Sentence) -> bool:
    """Whether words beside a weapon make it a topic ("missile sites", "engine for a missile").

    A word before it does not where a preposition is glued to it ("يستهدف قاعدة بصواريخ").
    """
    reach, opening = mark.end, _phrase_start(mark, clause)
    means = glued(sentence, mark, ("goal",))
    for other in clause.marks:
        before = other.end in (mark.start, opening) and not means
        if before and "inert_before" in other.means.cues:
            return True
        if other.start == reach:
            if "inert_after" in other.means.cues and not other.means.actions:
                return True
            # "missile and drone arsenal", "missile and air defence"
            if not other.means.cues.isdisjoint({"and", "drone"}) or other.means.weapon:
                reach = other.end
    return False


def _phrase_start(mark: Mark, clause: Clause) -> int:
    """Where "a new Hwasong-20 ICBM" begins: before the names and "new" in front of a weapon."""
    start = mark.start
    for other in reversed(clause.marks):
        passing = other.means.weapon or not other.means.cues.isdisjoint(_LEADING)
        # a quote may open the name: "производство ракет «Нептун»"
        named = other.means.weapon and mark.means.weapon and mark.means.weapon.name
        if (
            (other.end == start or (named and start - other.end == 1))
            and passing
            and "inert_before" not in other.means.cues
        ):
            start = other.start
    return start


def _told(
    sentence: Sentence, clause: Clause, weapon: Mark, actions: list[Mark], grammar: Grammar
) -> Statement | None:
    """What is told of a weapon: the nearest fact; failing that, the nearest that is no fact."""
    best: Statement | None = None
    for action, kind, pattern in _matches(sentence, clause, weapon, actions, grammar):
        standing, reason = standing_of(sentence, clause, weapon, action, pattern, grammar)
        told = Statement(sentence, clause, weapon, action, kind, pattern, standing, reason)
        if standing is not Standing.CANCELLED:
            return told
        best = best or told
    return best


def _matches(
    sentence: Sentence, clause: Clause, weapon: Mark, actions: list[Mark], grammar: Grammar
) -> list[tuple[Mark, str, str]]:
    """The actions that a pattern joins to a weapon, with kind and pattern, nearest first."""
    found: list[tuple[int, Mark, str, str]] = []
    for action in actions:
        if grammar.order == "free":
            match = free_order.relation(sentence, clause, weapon, action, grammar)
            distance = max(action.start - weapon.end, weapon.start - action.end)
        elif action.start >= weapon.end:
            match = _action_after(sentence, clause, weapon, action, grammar)
            distance = action.start - weapon.end
        elif action.end <= weapon.start:
            match = _action_before(sentence, clause, weapon, action, grammar)
            distance = weapon.start - action.end
        else:
            continue
        if match is not None:
            found.append((distance, action, *match))
    found.sort(key=lambda item: item[0])
    matches = [(action, kind, pattern) for _, action, kind, pattern in found]
    incoming = None
    if not matches:
        incoming = _incoming(clause, weapon) or verbless(sentence, clause, weapon, grammar)
    return [incoming] if incoming is not None else matches


def _incoming(clause: Clause, weapon: Mark) -> tuple[Mark, str, str] | None:
    """Somebody fired it: "incoming missile", "missile heading toward Turkey"."""
    for mark in clause.marks:
        if "incoming" in mark.means.cues and (mark.end == weapon.start or mark.start == weapon.end):
            return mark, "launch", "incoming weapon"
    return None


def _action_after(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, grammar: Grammar
) -> tuple[str, str] | None:
    """The action after the weapon: "missile attack", "missile hits", "missiles were fired"."""
    forms = action.means.actions
    gap = action.start - weapon.end
    if "disposal" in action.means.cues and not sentence.has("drone", "incoming", "defences"):
        return None  # "banned missiles destroyed"
    near = grammar.order == "verb-object" and gap == 0
    verbal = near and (plural(sentence, weapon) or has_object(sentence, action))
    if verbal and not forms.get("strike", frozenset()).isdisjoint({"present"}):
        return "strike", "weapon strikes"  # "rockets strike", "rocket strikes the" are verbs
    if gap <= 4 and joined(sentence, clause, weapon.end, action.start):
        for kind in ("intercept", "launch", "test", "strike", "use"):
            if not forms.get(kind, frozenset()).isdisjoint({"noun", "any"}):
                return kind, "weapon + event noun"
    if gap > grammar.gap:
        return None
    return _subject(sentence, clause, weapon, action, gap, grammar)


def _subject(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, gap: int, grammar: Grammar
) -> tuple[str, str] | None:
    forms = action.means.actions
    if in_test(sentence, clause, weapon, action):
        return "test", "weapon in test"
    if grammar.order != "verb-object":
        for kind, found in forms.items():
            if kind != "destroy" and found != {"noun"}:
                return kind, "weapon ... action"
    if barrier(clause, weapon.end, action.start):
        return None
    past = {kind for kind, found in forms.items() if "past" in found}
    between = range(weapon.end, action.start)
    being = any(sentence.is_function_word(position, "be") for position in between)
    if "intercept" in past and gap <= 6 and "disposal" not in clause.cues:
        return "intercept", "weapon intercepted"
    if "launch" in past and gap <= 6:
        return "launch", "weapon fired"
    if "fall" in forms and gap <= 6 and forms["fall"] != {"noun"}:
        return "fall", "weapon fell or flew"
    if "use" in past and gap <= 3:
        return "use", "weapon used"
    if "strike" in forms and forms["strike"] != {"noun"} and not being and gap <= 5:
        return "strike", "weapon strikes"
    if "test" in past and gap <= 4 and (being or headline_passive(sentence, action)):
        return "test", "weapon tested"
    return None


def _brings_down(clause: Clause, weapon: Mark) -> bool:
    """Whether it is fired at another missile: "used two Patriots to intercept a Scud"."""
    own = weapon.means.weapon
    if own is None or own.value not in _DEFENDING:
        return False
    after = [mark for mark in clause.marks if mark.start >= weapon.end]
    downs = next((m for m in after if "intercept" in m.means.actions), None)
    if downs is None or downs.start - weapon.end > 3:
        return False
    return any(m.start >= downs.end and m.means.weapon for m in after)


def _action_before(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, grammar: Grammar
) -> tuple[str, str] | None:
    """The action before the weapon: "fires two missiles", "barrage of missiles", "hit by"."""
    if _brings_down(clause, weapon):
        return None
    forms = action.means.actions
    gap = weapon.start - action.end
    verbal = {kind for kind, found in forms.items() if found - {"noun"}}
    if gap <= 6 and linked(clause, action, weapon, ("of",), 0):
        for kind in ("launch", "test", "use", "strike", "intercept"):
            if "noun" in forms.get(kind, ()) or "ing" in forms.get(kind, ()):
                return kind, "event noun of weapon"
    if "intercept" in verbal and linked(clause, action, weapon, ("with", "by"), 9):
        return "strike", "struck with weapon"  # "shoots down a helicopter with a missile"
    if (
        "intercept" in verbal
        and gap <= grammar.gap
        and not barrier(clause, action.end, weapon.start)
    ):
        return "intercept", "intercepts weapon"
    for kind in _LAUNCHING:
        fires = kind in verbal and forms[kind] != {"aimed"}
        if fires and gap <= grammar.gap and not barrier(clause, action.end, weapon.start):
            return kind, "fires weapon"
    if "aimed" in forms.get("launch", ()) and gap <= 6 and aimed(clause, weapon):
        return "launch", "fires weapon"  # "sends 20 rockets into Galilee"
    if "use" in verbal and gap <= 6:
        return "use", "uses weapon"
    if "destroy" in verbal and gap <= 6 and sentence.has("drone", "incoming", "defences"):
        return "intercept", "air defence destroys weapon"
    links = ("with", "by", "origin") if "harm" in forms or "launch" in forms else ("with", "by")
    if (set(forms) & {"strike", "harm", "launch"}) and linked(clause, action, weapon, links, 9):
        return "strike", "struck with weapon"
    harmed = "harm" in forms and gap <= 4 and not barrier(clause, action.end, weapon.start)
    if harmed and (
        linked(clause, action, weapon, ("by", "origin", "in"), 2) or "ing" in forms["harm"]
    ):
        return "strike", "harmed by weapon"
    return None
