"""Languages in which word order tells little: what joins a weapon to its action, and who fired.

Used for every language whose lexicon says `order = "free"`. Endings, particles and prepositions do
the work that positions do in English; the lexicon gives them as cues (`goal`, `by`, `origin`).
"""

from __future__ import annotations

from bot.analysis.lexicon import Grammar, actor_kinds, places
from bot.analysis.reading import Clause, Sentence
from bot.analysis.terms import Mark
from bot.domain.launch import WeaponClass

_KINDS = ("intercept", "launch", "test", "strike", "use", "fall", "harm")
_REACH = 6  # tokens between an actor and the word that says what it is
_PARTING = frozenset({",", ";", ":", "–", "—", "|", "…", "،", "؛"})
_TOPICS = frozenset({"、", ",", "が", "は", "이", "가", "은", "는"})
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
    soil = [m for m in marks if only_soil(weapon, _name(m)) and _comes_from(sentence, m, grammar)]
    firing = [m for m in marks if m not in aimed_at and m not in speaking and m not in soil]
    if grammar.mode == "words":
        told = (m for m in marks if _fired(sentence, m))
        fired_by = next((m for m in told if not _comes_from(sentence, m, grammar)), None)
        if fired_by is not None:  # "ракету, запущену хуситами", "أطلقت إيران"
            return _together(sentence, fired_by, firing)
        ends = {weapon.end} | {
            m.end for m in clause.marks if m.start == weapon.end and _is_event(m)
        }  # "misil iraní", "موشک ایران", "ракетную атаку Израиля"
        owned = next((m for m in firing if m.start in ends and _follows(sentence, m)), None)
        if owned is not None:
            return [_name(owned)]
    linked = [m for m in firing if _comes_from(sentence, m, grammar)]
    if soil and not linked:
        return []
    if linked:
        return _together(sentence, linked[0], firing)
    if kind == "intercept":
        owner = [m for m in firing if 0 <= weapon.start - m.end <= 2]
        owner = [m for m in owner if not _acts(sentence, m.end, weapon.start)]
        return [_name(owner[-1])] if owner else []
    start = min(weapon.start, action.start)
    own = [m for m in firing if clause.start <= m.start < clause.end]
    before = [m for m in own if m.end <= start]
    inside = [m for m in own if start <= m.start < max(weapon.start, action.start)]
    after = [m for m in own if m.start >= max(weapon.end, action.end)]
    elsewhere = [m for m in firing if m.end <= clause.start]
    topics = [m for m in before if _is_topic(sentence, m)] if postposes(grammar) else []
    for chosen in (topics[-1:], before[-1:], inside[:1], after[:1], elsewhere[-1:], firing[:1]):
        if chosen:
            return _together(sentence, chosen[0], firing)
    sides = {_name(m) for m in aimed_at}
    sides |= {places()[m.means.place.value].country or "" for m in marks if m.means.place}
    aimed = bool(aimed_at) and not any(_name(m) in sides for m in speaking)
    tells = kind in {"launch", "test"} or (kind == "strike" and aimed)
    own_words = [m for m in speaking if m not in aimed_at and tells]
    return [_name(own_words[-1])] if own_words else []


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


def _acts(sentence: Sentence, start: int, end: int) -> bool:
    return any(start <= m.start < end and m.means.actions for m in sentence.marks)


def _is_topic(sentence: Sentence, actor: Mark) -> bool:
    """Is it the subject of a headline ("イスラエル、…", "이란, …", "北朝鮮が")?"""
    words = sentence.tokens.words
    return actor.end < len(words) and words[actor.end] in _TOPICS


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


def attacker(sentence: Sentence, grammar: Grammar) -> str:
    """Who attacks in a sentence that need not name a weapon ("L'attaque russe", "Rusia ataca")."""
    for mark in sentence.marks:
        if mark.means.actor is None or is_goal(sentence, mark, grammar):
            continue
        if is_object(sentence, mark, grammar) or speaks(sentence, mark):
            continue
        for other in sentence.marks:
            told = other.means.weapon or not {"launch", "strike"}.isdisjoint(other.means.actions)
            if not told or "guard" in other.means.cues:
                continue
            acts = 0 <= other.start - mark.end <= 2 and _unbroken(sentence, mark.end, other.start)
            owns = other.end == mark.start and bool(_is_event(other) or other.means.weapon)
            if acts or owns:
                return mark.means.actor.value
    return ""


def _unbroken(sentence: Sentence, start: int, end: int) -> bool:
    return not _PARTING.intersection(sentence.tokens.words[start:end])


def group_named(sentence: Sentence, grammar: Grammar) -> str:
    """A group that a sentence names and does not aim at ("חיזבאללה נטל אחריות לירי")."""
    for mark in sentence.marks:
        actor = mark.means.actor
        if actor is None or actor_kinds().get(actor.value) != "group":
            continue
        if not is_goal(sentence, mark, grammar) and not is_object(sentence, mark, grammar):
            return actor.value
    return ""


def is_goal(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Is it fired at ("на Украину", "イスラエルに", "gegen Israel", "이스라엘을")?"""
    if _has_particle(sentence, actor, grammar, "goal") or tells_where(sentence, actor, grammar):
        return True
    if postposes(grammar):
        return False
    return _has(sentence, actor, "goal", before=True) or _aimed(sentence, actor)


def _aimed(sentence: Sentence, mark: Mark) -> bool:
    """Does "at" stand before the thing of it that is struck ("по объектам хуситов")?"""
    for n in range(mark.start - 1, max(-1, mark.start - 4), -1):
        if sentence.is_function_word(n, "at"):
            return True
        if sentence.tokens.words[n] in _PARTING:
            return False
        at = next((m for m in sentence.marks if m.start <= n < m.end), None)
        if at is not None and (at.means.actor or at.means.weapon or at.means.actions):
            return False
    return False


def tells_where(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Does it only say whose a place is ("die ukrainische Hauptstadt Kiew", "US-Botschaft")?"""
    if actor.means.actor is None:
        return False
    words = sentence.tokens.words
    if grammar.mode != "words":  # "예멘 호데이다항에"
        beside = (m for m in sentence.marks if m.start == actor.end and m.means.place)
        land = actor.means.actor.value
        whole = words[actor.end - 1] not in _TOPICS
        return whole and any(_lies_in(m.means.place.value, land) for m in beside if m.means.place)
    around = range(max(0, actor.start - 3), min(len(words), actor.end + 1))
    seats = [n for n in around if sentence.is_function_word(n, "seat")]
    if any(n >= actor.end or _joins(sentence, n, actor.start) for n in seats):
        return True
    country = actor.means.actor.value
    if actor.means.place or words[actor.end : actor.end + 1] in ([","], [":"]):
        return False
    return any(
        m.means.place and 0 <= m.start - actor.end <= 1 and _lies_in(m.means.place.value, country)
        for m in sentence.marks
        if not _acts(sentence, actor.end, m.start)
    )


def _joins(sentence: Sentence, seat: int, actor: int) -> bool:
    """Whether no verb or preposition parts "base" from its owner ("Stützpunkt in Katar")."""
    between = (m for m in sentence.marks if seat < m.start < actor)
    return not any(m.means.actions or "goal" in m.means.cues for m in between)


def _lies_in(name: str, country: str) -> bool:
    place = places().get(name)
    return place is not None and place.country == country


def _comes_from(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Is it named as the source ("из Йемена", "예멘에서", "par les houthis")?"""
    if postposes(grammar):
        return _has(sentence, actor, "by", "origin", before=False)
    return _has(sentence, actor, "by", "origin", before=True) or _is_of(sentence, actor)


def _is_of(sentence: Sentence, actor: Mark) -> bool:
    """Does it own the event or weapon right before it ("ataque de Rusia", "tir de l'Iran")?"""
    for mark in sentence.marks:
        if "of" in mark.means.cues and 0 <= actor.start - mark.end <= 1:
            owned = (m for m in sentence.marks if m.end == mark.start)
            return any(m.means.weapon or m.means.actions for m in owned)
    return False


def postposes(grammar: Grammar) -> bool:
    """Korean and Japanese set their particles after the noun; Chinese before and after."""
    return grammar.mode == "substring" and grammar.scope == "both"


def _has_particle(sentence: Sentence, actor: Mark, grammar: Grammar, cue: str) -> bool:
    """A particle after it; in Chinese a word of place ("境內"): "向" belongs to what follows."""
    if grammar.mode != "substring":
        return False
    least = 1 if postposes(grammar) else 2
    after = (mark for mark in sentence.marks if mark.start == actor.end)
    return any(cue in mark.means.cues and mark.end - mark.start >= least for mark in after)


def is_object(sentence: Sentence, actor: Mark, grammar: Grammar) -> bool:
    """Does a verb of striking stand right before it ("атаковала Украину", "炸敘利亞")?"""
    if grammar.subject == "after verb":
        return False
    start = actor.start
    while start and sentence.is_function_word(start - 1, "a", "the", "side"):
        start -= 1  # "обстреляла север Израиля"
    before = next((mark for mark in sentence.marks if mark.end in (start, actor.start)), None)
    forms = before.means.actions.get("strike", frozenset()) if before is not None else frozenset()
    return bool(forms - {"noun"} if grammar.mode == "words" else forms)


def speaks(sentence: Sentence, actor: Mark) -> bool:
    """Does it only report ("韓国軍は…と発表", "según Seúl", "Seoul: ...")?"""
    words = sentence.tokens.words
    if actor.end < len(words) and words[actor.end] in {":", "："}:
        return True
    before = _reporting(sentence, actor)
    if before is not None:
        # "según Seúl", but not "Syrien meldet israelischen Angriff"
        return not any(m.means.actor and m.end == before.start for m in sentence.marks)
    return _has(sentence, actor, "reported", before=False)


def _reporting(sentence: Sentence, actor: Mark) -> Mark | None:
    """The "selon" before it, or before its office ("selon les autorités ukrainiennes")."""
    for mark in sentence.marks:
        gap = actor.start - mark.end
        if "reported" not in mark.means.cues or not 0 <= gap <= 3:
            continue
        between = [m for m in sentence.marks if mark.end <= m.start < actor.start]
        offices = all("official" in m.means.attribution for m in between)
        if gap == 0 or (between and offices and _unbroken(sentence, mark.end, actor.start)):
            return mark
    return None


def glued(sentence: Sentence, mark: Mark, cues: tuple[str, ...]) -> bool:
    """Whether a preposition is part of the word ("לחיפה", to Haifa; "מעזה", from Gaza)."""
    word = sentence.tokens.words[mark.start]
    letters = sentence.function_words
    return (
        any(word[0] in letters.get(f"glued {cue}", ()) for cue in cues)
        and len(word) > 3
        and not sentence.is_function_word(mark.start, "whole")
    )


def _has(sentence: Sentence, actor: Mark, *cues: str, before: bool) -> bool:
    """Does a cue stand right beside the actor, or is it glued to it ("מתימן", from Yemen)?"""
    if not actor.means.cues.isdisjoint(cues) or (before and glued(sentence, actor, cues)):
        return True
    starts = [actor.start]
    while before and starts[-1] and sentence.is_function_word(starts[-1] - 1, "a", "the", "side"):
        starts.append(starts[-1] - 1)
    for mark in sentence.marks:
        beside = mark.end in starts if before else mark.start == actor.end
        if beside and not mark.means.cues.isdisjoint(cues):
            return not (before and mark.means.actor)
    return False
