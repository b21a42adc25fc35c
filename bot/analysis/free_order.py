"""Languages in which word order tells little: what joins a weapon to its action, and who fired.

Used for every language whose lexicon says `order = "free"`. Endings, particles and prepositions do
the work that positions do in English; the lexicon gives them as cues (`goal`, `by`, `origin`).
"""

from __future__ import annotations

from bot.analysis.lexicon import Grammar
from bot.analysis.reading import Clause, Sentence
from bot.analysis.terms import Mark

_KINDS = ("intercept", "launch", "test", "strike", "use", "fall", "harm")
_REACH = 6  # tokens between an actor and the word that says what it is
_TIGHT = {"use": 4, "harm": 6}
NOUN = "event noun with weapon"
VERB = "action with weapon"


def relation(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, grammar: Grammar
) -> tuple[str, str] | None:
    """Kind and pattern when an action of the clause is told of the weapon, on either side of it."""
    forms = action.means.actions
    gap = max(action.start - weapon.end, weapon.start - action.end)
    if gap > grammar.gap:
        return None
    if (
        "destroy" in forms
        and sentence.has("incoming", "military")
        and "disposal" not in clause.cues
    ):
        return "intercept", VERB
    for kind in _KINDS:
        found = forms.get(kind)
        if not found or gap > _TIGHT.get(kind, grammar.gap):
            continue
        if kind == "test" and "base" in found:
            continue
        pattern = NOUN if found <= {"noun"} else VERB
        return ("strike" if kind == "harm" else kind), pattern
    return None


def agents(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, kind: str, grammar: Grammar
) -> list[str]:
    """The side that fired: not the one fired at, nor the one that intercepts."""
    marks = [mark for mark in sentence.marks if mark.means.actor]
    aimed_at = [
        m for m in marks if _is_goal(sentence, m, grammar) or _is_object(sentence, m, grammar)
    ]
    speaking = [m for m in marks if _speaks(sentence, m)]
    firing = [m for m in marks if m not in aimed_at and m not in speaking]
    owned = next((m for m in firing if m.start == weapon.end and _follows(sentence, m)), None)
    if owned is not None and grammar.mode == "words":  # "misil iraní", "موشک ایران"
        return [_name(owned)]
    linked = [m for m in firing if _comes_from(sentence, m, grammar)]
    if linked:
        return _together(sentence, linked[0], firing)
    done_by = [m for m in firing if m.start == action.end and action.start >= weapon.end]
    if done_by and kind == "launch" and grammar.mode == "words":  # "ракету, запущену хуситами"
        return _together(sentence, done_by[0], firing)
    if kind == "intercept":
        owner = [m for m in firing if 0 <= weapon.start - m.end <= 2]
        return [_name(owner[-1])] if owner else []
    start = min(weapon.start, action.start)
    own = [m for m in firing if clause.start <= m.start < clause.end]
    before = [m for m in own if m.end <= start]
    inside = [m for m in own if start <= m.start < max(weapon.start, action.start)]
    after = [m for m in own if m.start >= max(weapon.end, action.end)]
    elsewhere = [m for m in firing if m.end <= clause.start]
    for chosen in (before[-1:], inside[:1], after[:1], elsewhere[-1:], firing[:1]):
        if chosen:
            return _together(sentence, chosen[0], firing)
    own_words = [m for m in speaking if m not in aimed_at]
    return [_name(own_words[-1])] if own_words else []


def _follows(sentence: Sentence, actor: Mark) -> bool:
    """Not so with a glued Arabic "and", which begins another clause ("وسيول تعتبره")."""
    return not sentence.quote(actor.start, actor.end).startswith("و")


def named_source(sentence: Sentence, grammar: Grammar) -> str:
    """The side a sentence says it came from, or by whom ("על ידי חיזבאללה", "из Йемена")."""
    for mark in sentence.marks:
        if mark.means.actor and _comes_from(sentence, mark, grammar):
            return mark.means.actor.value
    return ""


def _name(mark: Mark) -> str:
    return mark.means.actor.value if mark.means.actor else ""


def _together(sentence: Sentence, chosen: Mark, firing: list[Mark]) -> list[str]:
    """The chosen side and those joined to it directly or by "and" ("美英法", "EE.UU. y Israel")."""
    names = [_name(chosen)]
    ands = {mark.start: mark.end for mark in sentence.marks if "and" in mark.means.cues}
    end = chosen.end
    for mark in firing:
        if mark.start in (end, ands.get(end)) and mark.start > chosen.start:
            names.append(_name(mark))
            end = mark.end
    start = chosen.start
    for mark in reversed(firing):
        if start in (mark.end, ands.get(mark.end)) and mark.end <= chosen.start:
            names.insert(0, _name(mark))
            start = mark.start
    return list(dict.fromkeys(names))


def _is_goal(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Is it fired at ("на Украину", "イスラエルに", "gegen Israel", "이스라엘을")?"""
    if _has_particle(sentence, actor, grammar, "goal"):
        return True
    return not _postposes(grammar) and _has(sentence, actor, "goal", before=True)


def _comes_from(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Is it named as the source ("из Йемена", "예멘에서", "par les houthis")?"""
    if _postposes(grammar):
        return _has(sentence, actor, "by", "origin", before=False)
    return _has(sentence, actor, "by", "origin", before=True) or _is_of(sentence, actor)


def _is_of(sentence: Sentence, actor: Mark) -> bool:
    """Does it own the event or weapon right before it ("ataque de Rusia", "tir de l'Iran")?"""
    for mark in sentence.marks:
        if "of" in mark.means.cues and 0 <= actor.start - mark.end <= 1:
            owned = (m for m in sentence.marks if m.end == mark.start)
            return any(m.means.weapon or m.means.actions for m in owned)
    return False


def _postposes(grammar: Grammar) -> bool:
    """Korean and Japanese set their particles after the noun; Chinese before and after."""
    return grammar.mode == "substring" and grammar.scope == "both"


def _has_particle(sentence: Sentence, actor: Mark, grammar: Grammar, cue: str) -> bool:
    """A particle after it; in Chinese a word of place ("境內"): "向" belongs to what follows."""
    if grammar.mode != "substring":
        return False
    least = 1 if _postposes(grammar) else 2
    after = (mark for mark in sentence.marks if mark.start == actor.end)
    return any(cue in mark.means.cues and mark.end - mark.start >= least for mark in after)


def _is_object(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Does a verb of striking stand right before it ("атаковала Украину", "炸敘利亞")?"""
    if grammar.subject == "after verb":
        return False
    before = next((mark for mark in sentence.marks if mark.end == actor.start), None)
    return before is not None and "strike" in before.means.actions


def _speaks(sentence: Sentence, actor: Mark) -> bool:
    """Does it only report ("韓国軍は…と発表", "según Seúl", "Seoul: ...")?"""
    words = sentence.tokens.words
    if actor.end < len(words) and words[actor.end] in {":", "："}:
        return True
    return _has(sentence, actor, "reported", before=True) or _has(
        sentence, actor, "reported", before=False
    )


def _has(sentence: Sentence, actor: Mark, *cues: str, before: bool) -> bool:
    """Does a cue stand right beside the actor, or is it glued to it ("מתימן", from Yemen)?"""
    if not actor.means.cues.isdisjoint(cues):
        return True
    starts = [actor.start]
    while before and starts[-1] and sentence.is_function_word(starts[-1] - 1, "a", "the"):
        starts.append(starts[-1] - 1)
    for mark in sentence.marks:
        beside = mark.end in starts if before else mark.start == actor.end
        if beside and not mark.means.cues.isdisjoint(cues):
            return not (before and mark.means.actor)
    return False
