"""Headlines that report a firing without any verb.

A number with where they came from or when ("Around 250 rockets from Lebanon in a day"), a weapon
with where it went ("Балістика по Одесі"), a list of what an attack was made with. In scripts
without spaces a number of rounds with where they went ("イスラエルへロケット弾数十発"), or
with the side that is the subject ("北朝鮮、弾道ミサイル25発"); or a place, a weapon and the harm
("オデーサにミサイル、5人死亡").
"""

from __future__ import annotations

from bot.analysis.free_order import NOUN, VERB
from bot.analysis.lexicon import Grammar
from bot.analysis.numerals import is_counted
from bot.analysis.reading import Clause, Role, Sentence, Zone
from bot.analysis.sides import PARTING, QUOTES, TOPICS, postposes
from bot.analysis.terms import Mark

_NO_NEWS = (
    "trade", "deploy", "future", "possible", "ability", "history", "verdict_on", "disposal", "stop",
)  # fmt: skip
_NOT_SENT = frozenset({"trade", "deploy", "exercise", "future", "ability", "disposal", "possible"})
_JUST_NOW = frozenset({"overnight", "today", "yesterday"})
_FALLS = 3  # words from a missile to the "on" of what it falls on
_REACH = 6  # tokens between a weapon and where it came from or went
_ROUNDS = 6  # tokens between a weapon and the word for its rounds
_INTO = 8  # characters between "into" and its weapon ("病院にロシア軍のミサイル")
_PAUSES = PARTING | {"、", "，", "‖"}


def verbless(
    sentence: Sentence, clause: Clause, weapon: Mark, grammar: Grammar
) -> tuple[Mark, str, str] | None:
    """What stands for the verb, with kind and pattern; None where nothing says it was fired."""
    listed = _listed(sentence, clause)
    if listed is not None:
        return listed
    if sentence.zone is not Zone.TITLE or not clause.cues.isdisjoint({"trade", "deploy"}):
        return None
    if grammar.mode == "words":
        return (
            _counted(sentence, clause, weapon, grammar)
            or _on_its_way(sentence, clause, weapon)
            or _from_and_at(sentence, clause, weapon)
            or _falls_on(sentence, clause, weapon)
        )
    return _unspaced(sentence, clause, weapon, grammar)


def _unspaced(
    sentence: Sentence, clause: Clause, weapon: Mark, grammar: Grammar
) -> tuple[Mark, str, str] | None:
    """The same in scripts without spaces."""
    if _is_drill(sentence, clause, weapon):
        return None
    told = _rounds(sentence, clause, weapon, grammar)
    if told is not None:
        return told, "launch", "incoming weapon"
    if not postposes(grammar) or sentence.has(*_NO_NEWS):
        return None
    told = _into(sentence, clause, weapon) or _from(sentence, clause, weapon)
    told = told or _by_means_of(sentence, clause, weapon)
    return (told, "strike", "incoming weapon") if told is not None else None


def _counted(
    sentence: Sentence, clause: Clause, weapon: Mark, grammar: Grammar
) -> tuple[Mark, str, str] | None:
    """A headline that opens with so many missiles and where from or when, without a verb.

    "Around 250 rockets from Lebanon in a day", "Forty missiles overnight: Kyiv counts the cost".
    """
    if grammar.order != "verb-object":
        return None
    verbs = (form for m in clause.marks for form in m.means.actions.values())
    if any("noun" not in forms for forms in verbs) or not clause.cues.isdisjoint(_NOT_SENT):
        return None
    after = next((mark for mark in clause.marks if mark.start >= weapon.end), None)
    if after is None or after.start > weapon.end + 1 or not _opens_with_number(sentence, clause):
        return None
    source = next((m for m in clause.marks if m.start == after.end), None)
    came = "origin" in after.means.cues and source is not None and _came_from(sentence, source)
    timed = not after.means.time.isdisjoint(_JUST_NOW)
    return (after, "launch", "incoming weapon") if came or timed else None


def _came_from(sentence: Sentence, source: Mark) -> bool:
    """Whether they were fired from there, not a gift: "missiles from Norway for Ukraine"."""
    following = source.end < len(sentence.tokens.words)
    given = following and sentence.is_function_word(source.end, "recipient")
    return bool(source.means.actor or source.means.place) and not given


def _opens_with_number(sentence: Sentence, clause: Clause) -> bool:
    """Whether a clause begins with a number: "Around 250", "Dozens of"."""
    first = next((m for m in clause.marks if m.start == clause.start), None)
    hedged = first is not None and first.means.approx is not None
    start = first.end if first is not None and hedged else clause.start
    at = next((m for m in clause.marks if m.start == start), None)
    if at is not None:
        return at.means.number is not None or at.means.amount is not None
    return start < clause.end and sentence.tokens.words[start].isdigit()


def _listed(sentence: Sentence, clause: Clause) -> tuple[Mark, str, str] | None:
    """A list after a colon of what an attack was made with: "attacked with 50 means: 9 Kalibrs"."""
    words = sentence.tokens.words
    if not clause.start or words[clause.start - 1] != ":":
        return None
    if any(mark.means.actions for mark in clause.marks):
        return None
    before = next((one for one in sentence.clauses if one.end == clause.start - 1), None)
    if before is None or before.role is not Role.MAIN:
        return None
    for mark in reversed(before.marks):
        forms = mark.means.actions.get("strike") or mark.means.actions.get("launch") or frozenset()
        if forms & {"past", "present"}:
            return mark, "strike", "struck with weapon"
    return None


def _on_its_way(sentence: Sentence, clause: Clause, weapon: Mark) -> tuple[Mark, str, str] | None:
    """A headline without a verb: "Балістика по Одесі", "רקטות לעבר הדרום", "טיל מתימן"."""
    if not clause.cues.isdisjoint({"exercise", "future", "possible"}):
        return None
    words, n = sentence.tokens.words, weapon.end
    while n < len(words) and words[n] in QUOTES:
        n += 1
    if n == len(words):
        return None
    beyond = next((m for m in clause.marks if 1 <= m.start - n <= 2), None)
    aimed_at = beyond is not None and bool(beyond.means.place or beyond.means.actor)
    if sentence.is_function_word(n, "sent from", "toward"):
        return weapon, "launch", NOUN
    return (weapon, "strike", NOUN) if aimed_at and _at(sentence, n) else None


def _at(sentence: Sentence, position: int) -> bool:
    return sentence.is_function_word(position, "strikes at")


def _from_and_at(sentence: Sentence, clause: Clause, weapon: Mark) -> tuple[Mark, str, str] | None:
    """A headline without a verb: "60 صاروخا من لبنان على شمال إسرائيل" (from, at)."""
    if not clause.cues.isdisjoint({"exercise", "verdict_on"}):
        return None
    left = False
    for mark in clause.marks:
        near = 0 <= mark.start - weapon.end <= _REACH
        left = left or (near and "origin" in mark.means.cues)
        if near and left and sentence.is_function_word(mark.start, "volley at"):
            return mark, "launch", VERB
    return None


def _falls_on(sentence: Sentence, clause: Clause, weapon: Mark) -> tuple[Mark, str, str] | None:
    """A headline without a verb: "Iranische Raketen auf Israel", "Misiles rusos sobre Kiev"."""
    if not clause.cues.isdisjoint({"exercise", "history", "topic"}):
        return None
    for mark in clause.marks:
        falls = sentence.is_function_word(mark.start, "falls on")
        if falls and 0 <= mark.start - weapon.end <= _FALLS:
            beside = (m for m in clause.marks if m.start == mark.end)
            if any(m.means.place or m.means.actor for m in beside):
                return mark, "launch", NOUN
    return None


def _rounds(sentence: Sentence, clause: Clause, weapon: Mark, grammar: Grammar) -> Mark | None:
    aimed = not clause.cues.isdisjoint({"goal", "origin"})
    for mark in clause.marks:
        tokens = range(mark.start, mark.end)
        rounds = any(sentence.is_function_word(n, "rounds") for n in tokens)
        if not (rounds and mark.means.counter) or not 0 <= mark.start - weapon.end <= _ROUNDS:
            continue
        if not is_counted(sentence, mark.start, mark.end):
            continue
        if aimed or (_ends(sentence, clause, mark.end) and _is_subjects(sentence, clause, weapon)):
            return mark
    return None


def _is_subjects(sentence: Sentence, clause: Clause, weapon: Mark) -> bool:
    """Whether the subject of the headline is a side, and nothing says what it does with them."""
    sides = [m for m in clause.marks if m.means.actor and m.end <= weapon.start]
    subject = bool(sides) and sentence.tokens.words[sides[-1].end] in TOPICS
    return subject and not sentence.has(*_NO_NEWS)


def _into(sentence: Sentence, clause: Clause, weapon: Mark) -> Mark | None:
    """The "into" of a headline that ends in its weapon, and tells of harm, an attack or a sea."""
    if not _ends(sentence, clause, weapon.end):
        return None
    for mark in reversed(clause.marks):
        near = 0 <= weapon.start - mark.end <= _INTO
        if not near or not sentence.is_function_word(mark.end - 1, "into"):
            continue
        before = mark.end - 2
        water = before >= 0 and sentence.is_function_word(before, "waters")
        told = sentence.has("aftermath", "attack") or (water and _has_subject(sentence, weapon))
        return mark if told and "goal" in mark.means.cues else None
    return None


def _from(sentence: Sentence, clause: Clause, weapon: Mark) -> Mark | None:
    """The "from" right before a weapon that ends its part ("ガザからロケット弾")."""
    if not _ends(sentence, clause, weapon.end):
        return None
    before = (m for m in clause.marks if m.end == weapon.start and "origin" in m.means.cues)
    return next(before, None)


def _by_means_of(sentence: Sentence, clause: Clause, weapon: Mark) -> Mark | None:
    """The word "by" right after a weapon that did harm ("러 미사일에 쇼핑몰 화염")."""
    if weapon.end >= clause.end or not sentence.is_function_word(weapon.end, "by means of"):
        return None
    if not sentence.has("aftermath"):
        return None
    return next((m for m in sentence.marks if "aftermath" in m.means.cues), None)


def _has_subject(sentence: Sentence, weapon: Mark) -> bool:
    sides = (m for m in sentence.marks if m.means.actor and m.end <= weapon.start)
    return any(sentence.tokens.words[m.end] in TOPICS for m in sides)


def _is_drill(sentence: Sentence, clause: Clause, weapon: Mark) -> bool:
    """Whether the part of the headline that names the weapon is about an exercise."""
    words = sentence.tokens.words
    stop = next((n for n in range(weapon.end, clause.end) if words[n] in _PAUSES), clause.end)
    return any("exercise" in m.means.cues for m in clause.marks if m.start < stop)


def _ends(sentence: Sentence, clause: Clause, end: int) -> bool:
    return end == clause.end or sentence.tokens.words[end] in _PAUSES
