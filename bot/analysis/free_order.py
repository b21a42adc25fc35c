"""Languages in which word order tells little: what joins a weapon to its action, and who fired.

Used for every language whose lexicon says `order = "free"`. Endings, particles and prepositions do
the work that positions do in English; the lexicon gives them as cues (`goal`, `by`, `origin`).
"""

from __future__ import annotations

from bot.analysis.allies import accused_of, name_of, together
from bot.analysis.lexicon import Grammar, actor_kinds, weapon_names
from bot.analysis.own_words import claims, in_first_person, in_own_words
from bot.analysis.reading import Clause, Sentence
from bot.analysis.sides import (
    QUOTES,
    TOPICS,
    acts_between,
    comes_from,
    glued,
    is_event,
    is_goal,
    is_instrument,
    is_told,
    postposes,
    speaks,
    unbroken,
)
from bot.analysis.struck_sides import is_object
from bot.analysis.terms import Mark
from bot.domain.launch import WeaponClass

_KINDS = ("intercept", "launch", "test", "strike", "use", "fall", "harm")
_MEANS = 8  # words between "with" and the weapon
_TIGHT = {"use": 4, "harm": 6}
NOUN = "event noun with weapon"
VERB = "action with weapon"


def relation(
    sentence: Sentence, clause: Clause, weapon: Mark, action: Mark, grammar: Grammar
) -> tuple[str, str] | None:
    """Kind and pattern when an action of the clause is told of the weapon, on either side of it."""
    forms = action.means.actions
    gap = max(action.start - weapon.end, weapon.start - action.end)
    means = weapon.start > action.end and _is_means(sentence, weapon)
    reach = 2 * grammar.gap if means else grammar.gap
    if gap > reach or _of_another(sentence, weapon, action, grammar):
        return None
    if "destroy" in forms and "disposal" not in clause.cues and _downs(sentence, weapon, action):
        return "intercept", VERB
    for kind in _KINDS:
        found = forms.get(kind)
        if kind == "intercept" and not _shoots_down(sentence, clause, weapon, action):
            continue
        if not found or gap > _TIGHT.get(kind, gap):
            continue
        if kind == "test" and "base" in found:
            continue
        pattern = NOUN if found <= {"noun"} else VERB
        strikes = kind == "harm" or (kind == "intercept" and means and gap <= grammar.gap)
        return ("strike" if strikes else kind), pattern
    return None


def _is_means(sentence: Sentence, weapon: Mark) -> bool:
    """Whether it is what one strikes with ("derriba un satélite con un misil", "con drones y")."""
    if "with" not in sentence.function_words:
        return False
    marks = {m.end: m for m in sentence.marks if 0 <= weapon.start - m.end <= _MEANS}
    n = weapon.start
    while n > 0 and not sentence.is_function_word(n - 1, "with"):
        mark = marks.get(n)
        counted = mark is not None and (mark.means.number or mark.means.amount)
        shared = mark is not None and not mark.means.cues.isdisjoint({"drone", "and"})
        plain = sentence.is_function_word(n - 1, "a") or sentence.tokens.words[n - 1].isdigit()
        if not (counted or shared or plain):
            return False
        n = mark.start if mark is not None else n - 1
    return n > 0


def _shoots_down(sentence: Sentence, clause: Clause, weapon: Mark, action: Mark) -> bool:
    """Where one verb means firing and downing ("schießt ... ab"): by air defence, or another's."""
    if "launch" not in action.means.actions or "defences" in clause.cues:
        return True
    sides = {name_of(m): m for m in sentence.marks if m.means.actor}
    owner = next((m for m in sides.values() if m.end == weapon.start), None)
    return owner is not None and len(sides) > 1


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
    accused = accused_of(sentence, marks)
    if accused is not None:
        return together(sentence, accused, marks)
    aimed_at = [
        m for m in marks if is_goal(sentence, m, grammar) or is_object(sentence, m, grammar)
    ]
    for m in marks:  # "襲以色列阿聯酋": both are struck
        if m not in aimed_at and any(m.start == other.end for other in aimed_at):
            aimed_at.append(m)
    speaking = [m for m in marks if speaks(sentence, m) and not claims(sentence, m, action)]
    soil = [m for m in marks if only_soil(weapon, name_of(m)) and comes_from(sentence, m, grammar)]
    firing = [m for m in marks if m not in aimed_at and m not in speaking and m not in soil]
    firing = [m for m in firing if m.start < weapon.end or not is_told(sentence, m, "answering")]
    told = [] if kind == "intercept" else in_first_person(clause, sentence, speaking)
    told = told or _told_outright(sentence, clause, weapon, action, kind, firing, grammar)
    if told:
        return told
    firing = [m for m in firing if not _intercepts(sentence, m, weapon, kind)]
    linked = [m for m in firing if comes_from(sentence, m, grammar)]
    if soil and not linked:
        return []
    if linked:
        return together(sentence, linked[0], firing)
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
    for chosen in (before[-1:], inside[:1], after[:1], elsewhere[-1:], firing[:1]):
        if chosen:
            return together(sentence, chosen[0], firing)
    told = in_own_words(sentence, clause, action, kind, speaking, aimed_at, grammar)
    return told or (_tested_at_home(sentence, action, marks) if kind == "launch" else [])


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
    kind: str,
    firing: list[Mark],
    grammar: Grammar,
) -> list[str]:
    """Who stands where only the firing side does: beside its verb of firing, or after its weapon.

    "ракету, запущену хуситами", "أطلقت إيران"; "إيران أطلقت 20 صاروخا من سوريا"; "misil iraní",
    "موشک ایران", "ракетную атаку Израиля", "صواريخ أتاكمز أوكرانية".
    """
    subjects = (m for m in firing if m.end <= weapon.start and _acts(sentence, clause, m))
    acting = next(subjects, None)
    if acting is not None and kind != "intercept":  # "Kiev tire des missiles britanniques"
        return together(sentence, acting, firing)
    told = (m for m in sentence.marks if m.means.actor and _fired(sentence, m))
    fired_by = next((m for m in told if not comes_from(sentence, m, grammar)), None)
    if fired_by is not None:
        return together(sentence, fired_by, firing)
    ends = phrase_ends(sentence, weapon)
    ends |= {m.end for m in clause.marks if m.start in ends and is_event(m)}
    owned = next((m for m in firing if m.start in ends and _follows(sentence, m)), None)
    if owned is None or _lent(sentence, clause, weapon, action, firing):
        return []
    return [name_of(owned)]  # what follows may be struck: "قصفت صواريخ إيرانية إسرائيل"


def _acts(sentence: Sentence, clause: Clause, actor: Mark) -> bool:
    """Is it named at once before a verb of firing ("Rusia golpea ... de Ucrania con misiles")?"""
    verb = next((m for m in clause.marks if m.start == actor.end), None)
    if verb is None or {"launch", "strike", "use"}.isdisjoint(verb.means.actions):
        return False
    verbal = any(forms - {"noun"} for forms in verb.means.actions.values())
    return verbal and not sentence.is_function_word(verb.start, "struck")


def _tested_at_home(sentence: Sentence, action: Mark, marks: list[Mark]) -> list[str]:
    """The only land named, where a test was held ("Erneuter Raketentest in Nordkorea")."""
    names = list(dict.fromkeys(name_of(m) for m in marks))
    held = sentence.is_function_word(action.end - 1, "testing")
    return names if held and len(names) == 1 and marks[0].start >= action.end else []


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
    if kind == "intercept" or actor.end > weapon.start or is_instrument(sentence, weapon):
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
