"""How many missiles: the number in front of the weapon, a clear singular, or nothing.

It is the number fired: "shot down 31 of 44 missiles" gives 44. Where only what was shot down is
counted ("downed 29 missiles"), that number stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

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
_QUOTES = frozenset("«»\"“”„‟'‘’")
_DASHES = frozenset({"-", "‐", "‑", "–", "—", "~", "∼", "〜", "～", "至", "到", "或", "か", "또는"})
_HYPHENS = frozenset("-‐‑–－")
_LEAD = 3  # sentences in which a number counts whatever is told of it
_REACH = 7  # words between a number and its weapon
_SINGLE_PATTERNS = frozenset(
    {"fires weapon", "weapon fired", "intercepts weapon", "weapon intercepted", "weapon strikes"}
    | {"weapon fell or flew", "harmed by weapon", "incoming weapon", "struck with weapon"}
)


def count_of(
    found: Sequence[Statement], near: Sequence[Sentence], lexicon: Lexicon
) -> Fact[Count] | None:
    """The count of the first statement that gives one; numbers joined by "and" are added up.

    In languages of free order a number of the lead (`near`) stands in where no statement has one.
    """
    for item in found:
        count = _stated(item, lexicon)
        if count is not None:
            return count
    if lexicon.grammar.order == "free":
        count = _of_lead(near, lexicon)
        if count is not None:
            return count
    for item in found:
        if _is_singular(item, lexicon):
            return Fact(Count(1, 1), item.sentence.text)
    return None


def _of_lead(near: Sequence[Sentence], lexicon: Lexicon) -> Fact[Count] | None:
    """A number of missiles in headline or lead, whatever is told of them ("発射されたのは2発")."""
    for sentence in near:
        if sentence.index > _LEAD or sentence.has("trade", "deploy", "future", "history"):
            continue
        for mark in sentence.marks:
            weapon = mark.means.weapon
            shots = lexicon.grammar.mode == "substring" and mark.means.counter
            if not shots and (weapon is None or weapon.value == WeaponClass.DRONE):
                continue
            own = _number_before(sentence, mark, lexicon)
            if own is not None and (own[0] != Count(1, 1) or mark.means.weapon):
                return Fact(own[0], sentence.text, own[1])
    return None


def _stated(item: Statement, lexicon: Lexicon) -> Fact[Count] | None:
    if item.pattern == "weapon + event noun":
        return None  # "two missile tests": tests are counted, not missiles
    dual = item.weapon.means.number  # "صاروخين": the word itself says two
    if dual is not None:
        return Fact(Count(int(dual), int(dual)), item.sentence.text)
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
                number = int(mark.means.number)
                spread = _spread(sentence, marks, mark.start, number)
                return spread or _hedge(number, marks.get(mark.start), words, mark.start)
            if mark.means.amount is not None:
                return _range(mark.means.amount), True
            if _stops(mark):
                return None
            position = mark.start
            continue
        if _DIGITS.fullmatch(word):
            before, number = marks.get(position - 1), int(re.sub(r"\D", "", word))
            spread = _spread(sentence, marks, position - 1, number)
            glued = spread is not None or (before is not None and before.means.approx)
            if position < len(words) and not _is_quantity(sentence, position, glued=bool(glued)):
                return None
            if position > 1 and sentence.is_function_word(position - 2, "designation"):
                return None  # "Type 88 missile"
            return spread or _hedge(number, before, words, position - 1)
        if not word[:1].isalpha() and word not in _QUOTES:
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


def _spread(
    sentence: Sentence, marks: Mapping[int, Mark], start: int, high: int
) -> tuple[Count, bool] | None:
    """The range that ends in a number at token `start`: "2-3", "two to three", "2 à 3"."""
    words, tokens = sentence.tokens.words, sentence.tokens
    end = start
    if not start:
        return None
    between = start > 2 and sentence.is_function_word(start - 3, "between")
    if between or sentence.is_function_word(start - 1, "range") or words[start - 1] in _DASHES:
        end = start - 1
    elif tokens.text[tokens.ends[start - 1] : tokens.starts[start]] not in _DASHES:
        return None
    mark = marks.get(end)
    if mark is not None and mark.means.number is not None:
        low = int(mark.means.number)
    elif end and words[end - 1].isdigit():
        low = int(words[end - 1])
    else:
        return None
    return (Count(low, high), True) if 0 < low < high <= 3 * low + 2 else None


def _is_quantity(sentence: Sentence, position: int, *, glued: bool = False) -> bool:
    """Whether the digits before this token count things: not "600 mm", "24-hour", "KN-02".

    `glued` is true of what a known word or number is joined to ("כ-25", "2-3").
    """
    tokens = sentence.tokens
    after = tokens.text[tokens.ends[position - 1] : tokens.starts[position]]
    before = tokens.text[max(0, tokens.starts[position - 1] - 1) : tokens.starts[position - 1]]
    plain = after == " " and (glued or before not in {"-", "$", "€", "£"})
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
        ends = {m.end: m for m in sentence.marks}
        mark = next((m for m in sentence.marks if m.end == position and m.means.number), None)
        start, number = position, 0
        if mark is not None and mark.means.number is not None:
            start, number = mark.start, int(mark.means.number)
        elif position and _DIGITS.fullmatch(words[position - 1]):
            start, number = position - 1, int(re.sub(r"\D", "", words[position - 1]))
        if number:
            after = next((m for m in sentence.marks if m.start == counter.end), None)
            hedge = after if after is not None and after.means.approx else ends.get(start)
            spread = _spread(sentence, ends, start, number)
            return spread or _hedge(number, hedge, words, start)
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
    if any(
        item.sentence.is_function_word(n, "one") for n in range(item.weapon.start, item.weapon.end)
    ):
        return True
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
    article = _article(item) or _one_event(item)
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


def _one_event(item: Statement) -> bool | None:
    """True for "un tir de missile": one launch of a missile."""
    action = item.action
    if item.pattern != free_order.NOUN or not 0 <= item.weapon.start - action.end <= 1:
        return None
    before = action.start - 1
    one = before >= 0 and item.sentence.is_function_word(before, "a")
    return True if one else None


def _article(item: Statement) -> bool | None:
    """True for "a (new ballistic) missile", False for "the missile", None without an article."""
    words = item.sentence.tokens.words
    for position in range(item.weapon.start - 1, max(-1, item.weapon.start - 7), -1):
        if item.sentence.is_function_word(position, "a") or _ORDINAL.fullmatch(words[position]):
            return True
        if item.sentence.is_function_word(position, "the", "possessive"):
            # "prueba con éxito el misil Agni"; English says "the missile" of a kind too
            return item.pattern == free_order.VERB and item.kind in {"launch", "test"}
        if item.sentence.is_function_word(position, "preposition", "and") or words[position] == ",":
            return None
    return None
