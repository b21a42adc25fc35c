"""Languages in which word order tells little: what joins a weapon to its action, and who fired.

Used for every language whose lexicon says `order = "free"`. Endings, particles and prepositions do
the work that positions do in English; the lexicon gives them as cues (`goal`, `by`, `origin`).
"""

from __future__ import annotations

from bot.analysis.lexicon import Grammar, actor_kinds, weapon_names
from bot.analysis.own_words import claims, in_first_person, in_own_words
from bot.analysis.reading import Clause, Sentence, Zone
from bot.analysis.sides import (
    COMMAS,
    QUOTES,
    TOPICS,
    acts_between,
    comes_from,
    glued,
    is_goal,
    is_instrument,
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
    if gap > grammar.gap or _of_another(sentence, weapon, action, grammar):
        return None
    if "destroy" in forms and "disposal" not in clause.cues and _downs(sentence, weapon, action):
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


def _of_another(sentence: Sentence, weapon: Mark, action: Mark, grammar: Grammar) -> bool:
    """Whether a new subject after a pause strikes back ("ロケット弾、イスラエル軍が空爆")."""
    if not postposes(grammar) or not action.means.actions.keys() & {"strike", "use"}:
        return False
    words = sentence.tokens.words
    return any(
        m.means.actor and weapon.end < m.start < action.start and is_topic(sentence, m)
        for m in sentence.marks
        if words[m.start - 1] in {"、", ","}
    )


def _downs(sentence: Sentence, weapon: Mark, action: Mark) -> bool:
    """Does a verb of destroying tell of a missile in the air?

    Where the verb also strikes, the missile must be its object: "يدمر صاروخا".
    """
    if "strike" not in action.means.actions:
        return sentence.has("incoming", "military")
    return 0 <= weapon.start - action.end <= 2 and not glued(sentence, weapon, ("goal",))


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
    speaking = [m for m in marks if speaks(sentence, m) and not claims(sentence, m, action)]
    soil = [m for m in marks if only_soil(weapon, name_of(m)) and comes_from(sentence, m, grammar)]
    firing = [m for m in marks if m not in aimed_at and m not in speaking and m not in soil]
    if grammar.mode == "words":
        told = [] if kind == "intercept" else in_first_person(clause, sentence, speaking)
        told = told or _told_outright(sentence, clause, weapon, action, firing, grammar)
        if told:
            return told
        firing = [m for m in firing if not _intercepts(sentence, m, weapon, kind)]
    linked = [m for m in firing if comes_from(sentence, m, grammar)]
    if soil and not linked:
        return []
    if linked:
        return _together(sentence, linked[0], firing)
    if kind == "strike" and _suffered(clause):
        firing = [m for m in firing if not clause.start <= m.start < clause.end]
    if kind == "intercept":
        owner = [m for m in firing if 0 <= weapon.start - m.end <= 2]
        owner = [m for m in owner if not acts_between(sentence, m.end, weapon.start)]
        return [name_of(owner[-1])] if owner else []
    start = min(weapon.start, action.start)
    own = [m for m in firing if clause.start <= m.start < clause.end]
    before = [m for m in own if m.end <= start]
    inside = [m for m in own if start <= m.start < max(weapon.start, action.start)]
    after = [m for m in own if m.start >= max(weapon.end, action.end)]
    elsewhere = [m for m in firing if m.end <= clause.start]
    known = _owner(sentence, weapon)
    if known and not before and not inside:
        return [known]  # "«Нептуны» поразили крейсер" tells who fired
    topics = [m for m in before if is_topic(sentence, m)] if postposes(grammar) else []
    for chosen in (topics[-1:], before[-1:], inside[:1], after[:1], elsewhere[-1:], firing[:1]):
        if chosen:
            return _together(sentence, chosen[0], firing)
    return in_own_words(sentence, clause, action, kind, speaking, aimed_at, grammar)


def _owner(sentence: Sentence, weapon: Mark) -> str:
    """The side that practically alone has a weapon of this name ("ракеты «Калибр»")."""
    for mark in sentence.marks:
        tag = mark.means.weapon
        beside = mark is weapon or 0 <= mark.start - weapon.end <= 1
        known = weapon_names().get(tag.name) if tag is not None and beside else None
        if known is not None and known.actor and known.weapon != WeaponClass.INTERCEPTOR:
            return known.actor
    return ""


def _told_outright(
    sentence: Sentence,
    clause: Clause,
    weapon: Mark,
    action: Mark,
    firing: list[Mark],
    grammar: Grammar,
) -> list[str]:
    """Who stands where only the firing side does: beside its verb of firing, or after its weapon.

    "ракету, запущену хуситами", "أطلقت إيران"; "إيران أطلقت 20 صاروخا من سوريا"; "misil iraní",
    "موشک ایران", "ракетную атаку Израиля", "صواريخ أتاكمز أوكرانية".
    """
    told = (m for m in sentence.marks if m.means.actor and _fired(sentence, m))
    fired_by = next((m for m in told if not comes_from(sentence, m, grammar)), None)
    if fired_by is not None:
        return _together(sentence, fired_by, firing)
    verbal = action.means.actions.get("launch", frozenset()) - {"noun"}
    subject = next((m for m in firing if verbal and m.end == action.start), None)
    if subject is not None:
        return _together(sentence, subject, firing)
    ends = phrase_ends(sentence, weapon)
    ends |= {m.end for m in clause.marks if m.start in ends and is_event(m)}
    owned = next((m for m in firing if m.start in ends and _follows(sentence, m)), None)
    if owned is None or _lent(sentence, clause, weapon, action, firing):
        return []
    return [name_of(owned)]  # what follows may be struck: "قصفت صواريخ إيرانية إسرائيل"


def _lent(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, firing: list[Mark]
) -> bool:
    """Does another fire it: "أوكرانيا تقصف بيلغورود بصواريخ أمريكية", "با موشک‌های آمریکایی"?"""
    forms = action.means.actions
    acts = bool(forms.get("strike", frozenset()) - {"noun"}) and "harm" not in forms
    if not acts or _suffered(clause) or not is_instrument(sentence, weapon):
        return False
    return any(clause.start <= m.start and m.end <= weapon.start for m in firing)


def phrase_ends(sentence: Sentence, weapon: Mark) -> set[int]:
    """The tokens at which a weapon may end: with the names and quotes that stand after it."""
    words, end = sentence.tokens.words, weapon.end
    ends = {end}
    marks = {m.start: m for m in sentence.marks if m.means.weapon}
    while end < len(words) and (end in marks or words[end] in QUOTES):
        end = marks[end].end if end in marks else end + 1
        ends.add(end)
    return ends


def _intercepts(sentence: Sentence, actor: Mark, weapon: Mark, kind: str) -> bool:
    """Does it down what another fired ("السعودية تدمر صواريخ أطلقت من صعدة")?"""
    if kind == "intercept" or actor.end > weapon.start:
        return False
    between = (m for m in sentence.marks if actor.end <= m.start < m.end <= weapon.start)
    downs = any("intercept" in m.means.actions or "destroy" in m.means.actions for m in between)
    return downs and unbroken(sentence, actor.end, weapon.start)


def _suffered(clause: Clause) -> bool:
    """Is the subject of the clause the one that was struck ("تتعرض لهجوم", "هدف قرار گرفت")?"""
    return "suffered" in clause.cues


def _fired(sentence: Sentence, actor: Mark) -> bool:
    """Does a verb of firing stand right before it: its subject, or by whom?"""
    before = next((m for m in sentence.marks if m.end == actor.start), None)
    if before is None or not _follows(sentence, actor) or "goal" in before.means.cues:
        return False
    if before.means.actions.get("strike", frozenset()) - {"noun"}:  # "обстріляли Ізраїль"
        return False
    return bool(before.means.actions.get("launch", frozenset()) - {"noun"})


def is_event(mark: Mark) -> bool:
    return any("noun" in forms for forms in mark.means.actions.values())


def is_topic(sentence: Sentence, actor: Mark) -> bool:
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


def name_of(mark: Mark) -> str:
    return mark.means.actor.value if mark.means.actor else ""


def _together(sentence: Sentence, chosen: Mark, firing: list[Mark]) -> list[str]:
    """The chosen side and those joined to it directly or by "and" ("美英法", "EE.UU. y Israel")."""
    names = [name_of(chosen)]
    ands = {mark.start: mark.end for mark in sentence.marks if "and" in mark.means.cues}
    end = chosen.end
    for mark in firing:
        if mark.start in (end, ands.get(end)) and mark.start > chosen.start:
            names.append(name_of(mark))
            end = mark.end
    start = chosen.start
    for mark in reversed(firing):
        listed = len(names) > 1 and start == mark.end + 1
        listed = listed and sentence.tokens.words[mark.end] in COMMAS  # "A, B and C"
        if (start in (mark.end, ands.get(mark.end)) or listed) and mark.end <= chosen.start:
            names.insert(0, name_of(mark))
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
            downs = not {"destroy", "intercept"}.isdisjoint(other.means.actions)
            if not told or downs or "guard" in other.means.cues:
                continue
            acts = 0 <= other.start - mark.end <= 2 and unbroken(sentence, mark.end, other.start)
            acts = acts and not acts_between(sentence, mark.end, other.start)
            owns = other.end == mark.start and bool(is_event(other) or other.means.weapon)
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
