"""Languages in which word order tells little: what joins a weapon to its action, and who fired.

Used for every language whose lexicon says `order = "free"`. Endings, particles and prepositions do
the work that positions do in English; the lexicon gives them as cues (`goal`, `by`, `origin`).
"""

from __future__ import annotations

from bot.analysis.lexicon import Grammar, actor_kinds, places, weapon_names
from bot.analysis.reading import Clause, Sentence
from bot.analysis.sides import (
    TOPICS,
    acts_between,
    comes_from,
    is_goal,
    is_object,
    postposes,
    speaks,
    unbroken,
)
from bot.analysis.terms import Mark
from bot.domain.launch import WeaponClass

_KINDS = ("intercept", "launch", "test", "strike", "use", "fall", "harm")
_REACH = 6  # tokens between an actor and the word that says what it is
_ATTACKS = frozenset({"launch", "strike", "use"})
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
        m for m in marks if is_goal(sentence, m, grammar) or is_object(sentence, m, grammar)
    ]
    for m in marks:  # "襲以色列阿聯酋": both are struck
        if m not in aimed_at and any(m.start == other.end for other in aimed_at):
            aimed_at.append(m)
    speaking = [m for m in marks if speaks(sentence, m)]
    soil = [m for m in marks if only_soil(weapon, _name(m)) and comes_from(sentence, m, grammar)]
    firing = [m for m in marks if m not in aimed_at and m not in speaking and m not in soil]
    if grammar.mode == "words":
        told = (m for m in marks if _fired(sentence, m))
        fired_by = next((m for m in told if not comes_from(sentence, m, grammar)), None)
        if fired_by is not None:  # "ракету, запущену хуситами", "أطلقت إيران"
            return _together(sentence, fired_by, firing)
        ends = {weapon.end} | {
            m.end for m in clause.marks if m.start == weapon.end and _is_event(m)
        }  # "misil iraní", "موشک ایران", "ракетную атаку Израиля"
        owned = next((m for m in firing if m.start in ends and _follows(sentence, m)), None)
        if owned is not None:
            return [_name(owned)]
    linked = [m for m in firing if comes_from(sentence, m, grammar)]
    if soil and not linked:
        return []
    if linked:
        return _together(sentence, linked[0], firing)
    if kind == "intercept":
        owner = [m for m in firing if 0 <= weapon.start - m.end <= 2]
        owner = [m for m in owner if not acts_between(sentence, m.end, weapon.start)]
        return [_name(owner[-1])] if owner else []
    start = min(weapon.start, action.start)
    own = [m for m in firing if clause.start <= m.start < clause.end]
    before = [m for m in own if m.end <= start]
    inside = [m for m in own if start <= m.start < max(weapon.start, action.start)]
    after = [m for m in own if m.start >= max(weapon.end, action.end)]
    elsewhere = [m for m in firing if m.end <= clause.start]
    known = _owner(sentence, weapon)
    if known and not before and not inside:
        return [known]  # "«Нептуны» поразили крейсер" tells who fired
    topics = [m for m in before if _is_topic(sentence, m)] if postposes(grammar) else []
    for chosen in (topics[-1:], before[-1:], inside[:1], after[:1], elsewhere[-1:], firing[:1]):
        if chosen:
            return _together(sentence, chosen[0], firing)
    return _in_own_words(sentence, action, kind, aimed_at, speaking)


def _in_own_words(
    sentence: Sentence, action: Mark, kind: str, aimed_at: list[Mark], speaking: list[Mark]
) -> list[str]:
    """Where no side acts: one that tells of its own firing, or on whose soil was tested."""
    struck = {_name(m) for m in aimed_at}
    placed = [places().get(m.means.place.value) for m in sentence.marks if m.means.place]
    struck |= {place.country for place in placed if place is not None and place.country}
    aimed = bool(struck) and not any(_name(m) in struck for m in speaking)
    tells = kind in {"launch", "test"} or (kind == "strike" and aimed)
    tells = tells or sentence.is_function_word(action.start, "we did")  # "תקפנו"
    # those who only ever report ("Воздушные силы") are no side of their own words
    own_words = [m for m in speaking if m not in aimed_at and "reported" not in m.means.cues]
    if own_words and tells:
        return [_name(own_words[-1])]
    if "test" in action.means.actions and kind in {"launch", "test"}:
        return [_name(m) for m in aimed_at[:1]]  # "В Израиле испытали ракету"
    return []


def _owner(sentence: Sentence, weapon: Mark) -> str:
    """The side that practically alone has a weapon of this name ("ракеты «Калибр»")."""
    for mark in sentence.marks:
        tag = mark.means.weapon
        beside = mark is weapon or 0 <= mark.start - weapon.end <= 1
        known = weapon_names().get(tag.name) if tag is not None and beside else None
        if known is not None and known.actor and known.weapon != WeaponClass.INTERCEPTOR:
            return known.actor
    return ""


def _fired(sentence: Sentence, actor: Mark) -> bool:
    """Does a verb of firing stand right before it: its subject, or by whom?"""
    before = next((m for m in sentence.marks if m.end == actor.start), None)
    if before is None or not _follows(sentence, actor) or "goal" in before.means.cues:
        return False
    if before.means.actions.get("strike", frozenset()) - {"noun"}:  # "обстріляли Ізраїль"
        return False
    return bool(before.means.actions.get("launch", frozenset()) - {"noun"})


def _is_event(mark: Mark) -> bool:
    return any("noun" in forms for forms in mark.means.actions.values())


def _is_topic(sentence: Sentence, actor: Mark) -> bool:
    """Is it the subject of a headline ("イスラエル、…", "이란, …", "北朝鮮が")?"""
    words = sentence.tokens.words
    return actor.end < len(words) and words[actor.end] in TOPICS


def _follows(sentence: Sentence, actor: Mark) -> bool:
    """Not so with a glued Arabic "and", which begins another clause ("وسيول تعتبره")."""
    return not sentence.quote(actor.start, actor.end).startswith("و")


def only_soil(weapon: Mark | None, name: str) -> bool:
    """Whether only the soil is named ("rockets fired from Lebanon"), not who fired."""
    if actor_kinds().get(name) != "country":
        return False
    kind = weapon.means.weapon if weapon is not None else None
    rocket = kind is not None and kind.value in (WeaponClass.ROCKET, WeaponClass.ROCKET_ARTILLERY)
    return rocket or name == "Lebanon"  # its own army fires none


def named_source(sentence: Sentence, grammar: Grammar) -> str:
    """The side a sentence says it came from, or by whom ("על ידי חיזבאללה", "из Йемена")."""
    weapon = next((m for m in sentence.marks if m.means.weapon), None)
    for mark in sentence.marks:
        if mark.means.actor and only_soil(weapon, mark.means.actor.value):
            continue
        if mark.means.actor and comes_from(sentence, mark, grammar):
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


def attacker(sentence: Sentence, grammar: Grammar) -> str:
    """Who attacks in a sentence that need not name a weapon ("L'attaque russe", "Rusia ataca")."""
    for mark in sentence.marks:
        if mark.means.actor is None or is_goal(sentence, mark, grammar):
            continue
        if is_object(sentence, mark, grammar) or speaks(sentence, mark):
            continue
        weapon = next((m for m in sentence.marks if m.means.weapon), None)
        if only_soil(weapon, mark.means.actor.value) and comes_from(sentence, mark, grammar):
            continue
        for other in sentence.marks:
            told = other.means.weapon or not _ATTACKS.isdisjoint(other.means.actions)
            if not told or "guard" in other.means.cues:
                continue
            acts = 0 <= other.start - mark.end <= 2 and unbroken(sentence, mark.end, other.start)
            acts = acts and not acts_between(sentence, mark.end, other.start)
            owns = other.end == mark.start and bool(_is_event(other) or other.means.weapon)
            if acts or owns:
                return mark.means.actor.value
    return ""


def claimant(sentence: Sentence, grammar: Grammar) -> str:
    """Who claims it: "ответственность взяла «Хезболла»", "חיזבאללה קיבל אחריות"."""
    for n in range(len(sentence.tokens.words)):
        if not sentence.is_function_word(n, "responsibility"):
            continue
        for mark in sentence.marks:
            low, high = min(mark.start, n), max(mark.end, n)
            near = high - low <= _REACH and unbroken(sentence, low, high)
            if mark.means.actor and near and not is_goal(sentence, mark, grammar):
                return mark.means.actor.value
    return ""


def group_named(sentence: Sentence, grammar: Grammar) -> str:
    """A group that a sentence names and does not aim at ("חיזבאללה נטל אחריות לירי")."""
    for mark in sentence.marks:
        actor = mark.means.actor
        if actor is None or actor_kinds().get(actor.value) != "group":
            continue
        if not is_goal(sentence, mark, grammar) and not is_object(sentence, mark, grammar):
            return actor.value
    return ""
