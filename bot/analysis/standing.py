"""How a statement stands: a plan, threat or denial cancels it, "after" makes it background."""

from __future__ import annotations

from bot.analysis.free_standing import free_standing
from bot.analysis.lexicon import Grammar
from bot.analysis.reading import Clause, Role, Sentence, Zone
from bot.analysis.standings import CANCEL, TALK, Standing
from bot.analysis.terms import Mark
from bot.analysis.totals import is_total
from bot.domain.launch import WeaponClass

_AFTER = ("future", "possible", "threat", "inert_after")


def standing_of(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, pattern: str, grammar: Grammar
) -> tuple[Standing, str]:
    """Whether a weapon and its action are told as a fact, and the cue that says otherwise."""
    if clause.role is Role.CONDITION:
        return Standing.CANCELLED, "condition"
    if "engine" in clause.cues and not {"launch", "test"}.isdisjoint(action.means.actions):
        return Standing.CANCELLED, "engine"
    if grammar.order == "free":
        return free_standing(sentence, clause, weapon, action, grammar)
    start, end = min(weapon.start, action.start), max(weapon.end, action.end)
    scope = max(start, action.start)
    for mark in clause.marks:
        before = mark.end <= scope and start - mark.end <= 8 and mark is not weapon
        after = mark.start >= end and mark.start - end <= (6 if grammar.scope != "before" else 0)
        cues = mark.means.cues
        if before and not (mark.start >= start and mark.means.weapon):
            reason = _cancels(sentence, mark, action)
            if reason and (grammar.scope != "after" or mark.start < start):
                return Standing.CANCELLED, reason
        cancelling = _AFTER if grammar.scope == "before" else (*CANCEL, *_AFTER)
        reason = next((cue for cue in cancelling if cue in cues), "") if after else ""
        if reason == "inert_after" and "noun" not in pattern and mark.start != weapon.end:
            continue  # "missiles hit city centre": the object, not "missile city"
        if reason:
            return Standing.CANCELLED, reason
    if _none_of(sentence, clause, action.end, weapon.start):
        return Standing.CANCELLED, "negation"
    if _was_denied(sentence, end):
        return Standing.CANCELLED, "denial"
    if pattern == "weapon + event noun" and _to_come(sentence, action):
        return Standing.CANCELLED, "future"
    if pattern == "struck with weapon" and _answered(clause, action):
        return Standing.CANCELLED, "future"
    denied = _denied_before(sentence, clause)
    if denied:
        return Standing.CANCELLED, denied
    if is_total(sentence, clause, weapon):
        return Standing.BACKGROUND, "total"
    return _background(sentence, clause, start, end, pattern)


def _none_of(sentence: Sentence, clause: Clause, start: int, end: int) -> bool:
    """Whether the object is none at all: "fired no missile"."""
    return any(
        start <= mark.start < end and sentence.is_function_word(mark.start, "no")
        for mark in clause.marks
        if "negation" in mark.means.cues
    )


def _was_denied(sentence: Sentence, end: int) -> bool:
    """Whether what follows says that it was none: "... launch was a false alarm"."""
    for mark in sentence.marks:
        if "denial" in mark.means.cues and 1 <= mark.start - end <= 3:
            between = range(end, mark.start)
            if all(sentence.is_function_word(n, "be", "a", "the") for n in between):
                return True
    return False


def _to_come(sentence: Sentence, action: Mark) -> bool:
    """A headline's future: "missile tests to continue"."""
    words = sentence.tokens.words
    if sentence.zone is not Zone.TITLE or words[action.end - 1 : action.end] == ["to"]:
        return False
    follows = next((m for m in sentence.marks if m.start == action.end), None)
    to = follows is not None and "infinitive" in follows.means.cues
    return to and words[action.end + 1 : action.end + 2] not in (["blame"], [])


def _answered(clause: Clause, action: Mark) -> bool:
    """A threat: "any attack will be met with missiles", where the noun's own verb is to come."""
    noun = any("noun" in forms for forms in action.means.actions.values())
    return noun and any(m.start == action.end and "future" in m.means.cues for m in clause.marks)


def _is_first_to(sentence: Sentence, position: int) -> bool:
    """Whether a feat is told, not an aim: "becomes first warship to fire a Tomahawk"."""
    before = range(max(0, position - 7), position)
    return any(sentence.is_function_word(n, "achieving") for n in before)


def _fired_to(sentence: Sentence, position: int) -> bool:
    """Whether "to" follows an interceptor that was used: "used two Patriots to bring down"."""
    marks = sentence.marks
    at = next((n for n, m in enumerate(marks) if m.end == position and m.means.weapon), None)
    weapon = marks[at].means.weapon if at is not None else None
    if at is None or weapon is None or weapon.value != WeaponClass.INTERCEPTOR:
        return False
    verbs = (mark.means.actions for mark in marks[:at] if position - mark.end <= 5)
    return any(not {"use", "launch"}.isdisjoint(forms) for forms in verbs)


def _cancels(sentence: Sentence, mark: Mark, action: Mark) -> str:
    cues = mark.means.cues
    if "infinitive" in cues:
        base = "base" in frozenset().union(*action.means.actions.values())
        done = _is_first_to(sentence, mark.start) or _fired_to(sentence, mark.start)
        aim = mark.end == action.start and base and not done
        return "infinitive" if aim else ""
    if mark.means.actions and not cues.isdisjoint(("verdict_on", "trend")):
        return ""
    return next((cue for cue in CANCEL if cue in cues), "")


def _denied_before(sentence: Sentence, clause: Clause) -> str:
    """A denial or question governs the clauses that follow it ("denies that it fired ...")."""
    for other in sentence.clauses:
        if other.start >= clause.start:
            break
        if "denial" in other.cues and clause.role in (Role.RELATIVE, Role.MAIN):
            return "denial"
    return ""


def _background(
    sentence: Sentence, clause: Clause, start: int, end: int, pattern: str
) -> tuple[Standing, str]:
    if clause.role is Role.BACKGROUND:
        return Standing.BACKGROUND, "background"
    if clause.role is Role.RELATIVE:
        return Standing.BACKGROUND, "relative"
    nominal = "noun" in pattern
    if pattern in {"weapon used", "weapon fired", "weapon strikes"} and _is_traded(clause, start):
        return Standing.BACKGROUND, "trade"
    for mark in clause.marks:
        if mark.start >= end:
            if nominal and mark.start - end <= 2 and "judged" in mark.means.cues:
                return Standing.BACKGROUND, "judged"
            continue
        for cue in TALK if mark.end <= start else ():
            near = 3 if cue in {"trend", "history"} else 12
            talks = nominal or not mark.means.actions
            if cue in mark.means.cues and start - mark.end <= near and talks:
                if pattern == "fires weapon" and _charges(sentence, mark, start):
                    continue
                if not nominal and _speaks_anew(sentence, mark.end, start):
                    continue
                return Standing.BACKGROUND, cue
    return Standing.ACTUAL, ""


def _charges(sentence: Sentence, mark: Mark, start: int) -> bool:
    """Whether the talk is the claim itself: "accuses Pyongyang of firing missiles"."""
    if sentence.has("history", "investigation"):
        return False
    of = sentence.is_function_word(start - 1, "of name")
    return of and sentence.is_function_word(mark.start, "accusing")


def _speaks_anew(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a new verb of saying parts the talk from the event ("condemns X, says it downed")."""
    words = sentence.tokens.words
    return any(
        "speaks" in mark.means.attribution and words[mark.start - 1] in {",", "and"}
        for mark in sentence.marks
        if start < mark.start < end
    )


def _is_traded(clause: Clause, start: int) -> bool:
    """Whether the weapon is the object of a sale ("supplied missiles used in ...")."""
    before = (mark for mark in clause.marks if 0 <= start - mark.end <= 2)
    return any("trade" in mark.means.cues and not mark.means.actions for mark in before)
