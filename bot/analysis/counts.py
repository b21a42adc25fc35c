"""How many missiles: the number in front of the weapon, a clear singular, or nothing.

It is the number fired: "shot down 31 of 44 missiles" gives 44. Where only what was shot down is
counted ("downed 29 missiles"), that number stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.analysis import free_order
from bot.analysis.lexicon import Lexicon
from bot.analysis.reading import Sentence
from bot.analysis.shared_noun import shared_noun
from bot.analysis.statements import Statement
from bot.analysis.terms import Mark
from bot.domain.launch import Count, Fact, WeaponClass

_DIGITS = re.compile(r"\d{1,3}(?:[, ]\d{3})+|\d+")
_ORDINAL = re.compile(
    r"\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
)
_HYPHENS = frozenset("-‐‑–－")
_REACH = 7  # words between a number and its weapon
_SINGLE_PATTERNS = frozenset(
    {"fires weapon", "weapon fired", "intercepts weapon", "weapon intercepted", "weapon strikes"}
    | {"weapon fell or flew", "harmed by weapon", "incoming weapon", "struck with weapon"}
)


def count_of(found: Sequence[Statement], lexicon: Lexicon) -> Fact[Count] | None:
    """The count of the first statement that gives one; numbers joined by "and" are added up."""
    for item in found:
        count = _stated(item, lexicon)
        if count is not None:
            return count
    for item in found:
        if _is_singular(item, lexicon):
            return Fact(Count(1, 1), item.sentence.text)
    return None


def _stated(item: Statement, lexicon: Lexicon) -> Fact[Count] | None:
    if item.pattern == "weapon + event noun":
        return None  # "two missile tests": tests are counted, not missiles
    own = _number_before(item.sentence, item.weapon, lexicon)
    if own is None:
        return None
    count, hedged = own
    floor = item.weapon.end
    for other in item.clause.marks:
        # "5 Scuds and 2 Nodongs": another counted weapon of the same verb
        if other.start >= floor and other.means.weapon and _adds(item, other):
            more = _number_before(item.sentence, other, lexicon, floor)
            floor = other.end if more is not None else floor
            if more is not None and count.max is not None and more[0].max is not None:
                count = Count(count.min + more[0].min, count.max + more[0].max)
    return Fact(count, item.sentence.text, hedged)


def _adds(item: Statement, other: Mark) -> bool:
    marks = [m for m in item.clause.marks if item.weapon.end <= m.start < other.start]
    joined = any("and" in mark.means.cues for mark in marks)
    plain = all(not mark.means.actions and "origin" not in mark.means.cues for mark in marks)
    return joined and plain


def _number_before(
    sentence: Sentence, weapon: Mark, lexicon: Lexicon, floor: int = 0
) -> tuple[Count, bool] | None:
    if lexicon.grammar.mode == "substring":
        return _number_near(sentence, weapon)
    marks = {mark.end: mark for mark in sentence.marks if mark.end <= weapon.start}
    words = sentence.tokens.words
    opening, _ = shared_noun(sentence, weapon)
    position = opening
    while position > floor and opening - position <= _REACH:
        mark = marks.get(position)
        word = words[position - 1]
        if mark is not None:
            if mark.means.number is not None:
                return _hedge(int(mark.means.number), marks.get(mark.start), words, mark.start)
            if mark.means.amount is not None:
                return _range(mark.means.amount), True
            if _stops(mark):
                return None
            position = mark.start
            continue
        if _DIGITS.fullmatch(word):
            if position < len(words) and not _is_quantity(sentence, position):
                return None
            return _hedge(
                int(re.sub(r"\D", "", word)), marks.get(position - 1), words, position - 1
            )
        if not word[:1].isalpha():
            return None
        position -= 1
    return None


def _stops(mark: Mark) -> bool:
    means = mark.means
    if means.actor or means.weapon or means.counter:
        return False
    if means.actions and not means.cues:
        return True
    passing = {
        "recent",
        "another",
        "hedge",
        "filler",
        "failed",
        "drone",
        "incoming",
        "inert_before",
    }
    return means.cues.isdisjoint(passing) or bool(means.actions)


def _is_quantity(sentence: Sentence, position: int) -> bool:
    """Whether the digits before this token count things: not "600 mm", "24-hour", "KN-02"."""
    tokens = sentence.tokens
    after = tokens.text[tokens.ends[position - 1] : tokens.starts[position]]
    before = tokens.text[max(0, tokens.starts[position - 1] - 1) : tokens.starts[position - 1]]
    plain = after == " " and before not in {"-", "$", "€", "£"}
    return plain and not sentence.is_function_word(position, "unit")


def _hedge(
    number: int, before: Mark | None, words: Sequence[str], start: int
) -> tuple[Count, bool] | None:
    if number == 0 or (1900 <= number <= 2100):
        return None
    approx = before.means.approx if before is not None else None
    if approx == "least":
        return Count(number, number * 2), True
    if approx == "more":
        return Count(number, None), True
    if approx == "most":
        return Count(max(1, -(-number // 2)), number), True
    return Count(number, number), approx == "near"


def _range(amount: str) -> Count:
    low, _, high = amount.partition("-")
    return Count(int(low), int(high) if high else None)


def _number_near(sentence: Sentence, weapon: Mark) -> tuple[Count, bool] | None:
    """Scripts without spaces: "飞弹2枚", "미사일 두 발", "两枚导弹": a number with its counter."""
    words = sentence.tokens.words
    counters = [mark for mark in sentence.marks if mark.means.counter]
    for counter in counters:
        if not -8 <= counter.start - weapon.end <= 10 and not 0 <= weapon.start - counter.end <= 8:
            continue
        position = counter.start
        mark = next((m for m in sentence.marks if m.end == position and m.means.number), None)
        hedges = {m.end: m for m in sentence.marks if m.means.approx}
        if mark is not None and mark.means.number is not None:
            return _hedge(int(mark.means.number), hedges.get(mark.start), words, mark.start)
        if position and _DIGITS.fullmatch(words[position - 1]):
            number = int(re.sub(r"\D", "", words[position - 1]))
            return _hedge(number, hedges.get(position - 1), words, position - 1)
        vague = next((m for m in sentence.marks if m.end == position and m.means.amount), None)
        if vague is not None and vague.means.amount is not None:
            return _range(vague.means.amount), True
    position = weapon.start  # "22導彈": a headline leaves the counter out
    named = any(m.means.weapon and m.start < position <= m.end for m in sentence.marks)
    if named or (position > 1 and words[position - 2] in _HYPHENS):
        return None  # "火星-19洲际弹道导弹": the number of a name
    if position and _DIGITS.fullmatch(words[position - 1]):
        before = next((m for m in sentence.marks if m.end == position - 1 and m.means.approx), None)
        return _hedge(int(re.sub(r"\D", "", words[position - 1])), before, words, position - 1)
    return None


def _is_singular(item: Statement, lexicon: Lexicon) -> bool:
    """Exactly one, clearly: "a missile", "another missile", "Rocket fired at ..."."""
    if "singular" in item.weapon.means.cues and item.kind != "test":
        return item.pattern == free_order.VERB
    if "a" not in lexicon.function_words:
        return False  # a language without articles tells nothing by leaving out the number
    words = item.sentence.tokens.words
    weapon = item.weapon
    last = words[_phrase_end(item) - 1]
    if last.endswith("s") and last not in {"frogs"} and not last.isdigit():
        return False
    if weapon.end < len(words) and item.sentence.is_function_word(weapon.end, "not one"):
        return False
    if item.pattern == "weapon + event noun" or _event_follows(item):
        return False  # "a missile barrage" is one barrage
    tag = weapon.means.weapon
    if tag is not None and tag.value == WeaponClass.SPACE_LAUNCH and item.kind == "launch":
        return True
    article = _article(item)
    if article is not None:
        return article
    return item.pattern in _SINGLE_PATTERNS and item.kind != "test"


def _phrase_end(item: Statement) -> int:
    """The end of "Tomahawk cruise missiles": weapon words that stand side by side are one name."""
    end = item.weapon.end
    for mark in item.clause.marks:
        if mark.start == end and mark.means.weapon:
            end = mark.end
    return end


def _event_follows(item: Statement) -> bool:
    follows = (
        m for m in item.clause.marks if m.start == _phrase_end(item) and m is not item.action
    )
    return any(_event(mark) for mark in follows)


def _event(mark: Mark) -> bool:
    return any("noun" in forms for forms in mark.means.actions.values())


def _article(item: Statement) -> bool | None:
    """True for "a (new ballistic) missile", False for "the missile", None without an article."""
    words = item.sentence.tokens.words
    for position in range(item.weapon.start - 1, max(-1, item.weapon.start - 7), -1):
        if item.sentence.is_function_word(position, "a") or _ORDINAL.fullmatch(words[position]):
            return True
        if item.sentence.is_function_word(position, "the", "possessive"):
            return False
        if item.sentence.is_function_word(position, "preposition", "and") or words[position] == ",":
            return None
    return None
