"""The number in front of a weapon: digits, words, ranges and hedges, in every language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.analysis.lexicon import Lexicon
from bot.analysis.reading import Sentence
from bot.analysis.shared_noun import shared_noun
from bot.analysis.terms import Mark
from bot.domain.launch import Count

_DIGITS = re.compile(r"\d{1,3}(?:[, ]\d{3})+|\d+")
_QUOTES = frozenset("«»\"“”„‟'‘’")
_DASHES = frozenset({"-", "‐", "‑", "–", "—", "~", "∼", "〜", "～", "至", "到", "或", "か", "또는"})
_HYPHENS = frozenset("-‐‑–－")
_POWERS = frozenset({100, 1000, 1_000_000})
_GLUED_AND = "و"  # Arabic writes "and" as one word with the number after it
_REACH = 7  # words between a number and its weapon
_DESCRIBED = 16  # characters between: "1发携载训练模拟弹头的洲际弹道导弹"
_PAUSES = frozenset("、，,；;‖")


def number_before(
    sentence: Sentence, weapon: Mark, lexicon: Lexicon, floor: int = 0
) -> tuple[Count, bool] | None:
    """The number of a weapon and whether it is hedged; `floor` is where another weapon ends."""
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
            number, first = _compound(sentence, marks, mark)
            if number and not (mark.means.amount and first == mark.start):
                spread = _spread(sentence, marks, first, number)
                return spread or _hedge(number, marks.get(first), words, first)
            if mark.means.amount is not None:
                return _range(mark.means.amount), True
            if _stops(mark) and not _hyphened(sentence, mark.start):
                return None
            position = mark.start
            continue
        if _DIGITS.fullmatch(word):
            before, number = marks.get(position - 1), int(re.sub(r"\D", "", word))
            spread = _spread(sentence, marks, position - 1, number)
            glued = spread is not None or (before is not None and before.means.approx)
            if position < len(words) and sentence.is_function_word(position, "size"):
                position -= 1  # "six 240mm rockets"
                continue
            if position < len(words) and not _is_quantity(sentence, position, glued=bool(glued)):
                return None
            if position > 1 and sentence.is_function_word(position - 2, "designation"):
                return None  # "Type 88 missile"
            return spread or _hedge(number, before, words, position - 1)
        if not word[:1].isalpha() and word not in _QUOTES:
            return None
        position -= 1
    return None


def _compound(sentence: Sentence, marks: Mapping[int, Mark], mark: Mark) -> tuple[int, int]:
    """A number of several words and its first token: "5 آلاف", "بیست و پنج", "خمسة وعشرين"."""
    part = total = int(mark.means.number or 0)
    start = mark.start
    while part and start:
        factor, before = _number_at(sentence, marks, start)
        if factor and 0 < factor < part and part in _POWERS:
            total += (factor - 1) * part
            part, start = factor, before
            continue
        end = start
        joined = sentence.tokens.words[start].startswith(_GLUED_AND)
        joined = joined or _hyphened(sentence, start)  # "thirty-three"
        if sentence.is_function_word(start - 1, "and of numbers"):
            joined, end = True, start - 1
        more, before = _number_at(sentence, marks, end) if joined else (0, end)
        tens = {more, part} if more < 100 and part < 100 else set[int]()
        units = bool(tens) and 0 < min(tens) < 10 <= max(tens) and max(tens) % 10 == 0
        if not units and not (more >= 100 and more % 100 == 0 and more > total):
            break
        total, part, start = total + more, more, before
    return total, start


def _number_at(sentence: Sentence, marks: Mapping[int, Mark], end: int) -> tuple[int, int]:
    """The number that ends right before a token, in a word or in digits, and its first token."""
    mark = marks.get(end)
    if mark is not None and mark.means.number is not None:
        return int(mark.means.number), mark.start
    word = sentence.tokens.words[end - 1] if end else ""
    return (int(word), end - 1) if word.isdecimal() else (0, end)


def _hyphened(sentence: Sentence, position: int) -> bool:
    """Whether a hyphen joins it to the word before: "extended-range", "short- and medium-range"."""
    if not position:
        return False
    tokens = sentence.tokens
    return "-" in tokens.text[tokens.ends[position - 1] : tokens.starts[position]]


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


def is_counted(sentence: Sentence, start: int, end: int) -> bool:
    """Whether rounds are counted between two tokens ("ミサイル2発", "3枚飛彈", "수발")."""
    return any(
        counter.means.counter and start <= counter.start < end and amount(sentence, counter)
        for counter in sentence.marks
    )


def amount(sentence: Sentence, counter: Mark) -> tuple[Count, bool] | None:
    """The number or amount right before a counter ("2발", "数十発", "兩枚")."""
    words = sentence.tokens.words
    position = counter.start
    ends = {m.end: m for m in sentence.marks}
    mark = next((m for m in sentence.marks if m.end == position and m.means.number), None)
    start, number = position, 0
    if mark is not None and mark.means.number is not None:
        start, number = mark.start, int(mark.means.number)
    elif position and _DIGITS.fullmatch(words[position - 1]):
        start, number = position - 1, int(re.sub(r"\D", "", words[position - 1]))
    if number and sentence.is_function_word(counter.start, "and some"):
        step = 100 if number % 100 == 0 else 10  # "240여발", "30多枚": and some more
        return Count(number, number + step - 1), True
    if number:
        after = next((m for m in sentence.marks if m.start == counter.end), None)
        hedge = after if after is not None and after.means.approx else ends.get(start)
        spread = _spread(sentence, ends, start, number)
        return spread or _hedge(number, hedge, words, start)
    vague = next((m for m in sentence.marks if m.end == position and m.means.amount), None)
    if vague is None and counter.means.amount:
        vague = counter  # "多枚": the amount is part of the counter
    if vague is not None and vague.means.amount is not None:
        return _range(vague.means.amount), True
    return None


def _number_near(sentence: Sentence, weapon: Mark) -> tuple[Count, bool] | None:
    """Scripts without spaces: "飞弹2枚", "미사일 두 발", "两枚导弹": a number with its counter."""
    words = sentence.tokens.words
    for counter in sentence.marks:
        after, ahead = counter.start - weapon.end, weapon.start - counter.end
        if not counter.means.counter or not (-8 <= after <= 10 or 0 <= ahead <= _DESCRIBED):
            continue
        if ahead > 0 and not _PAUSES.isdisjoint(words[counter.end : weapon.start]):
            continue  # "射6枚，飛彈…": another clause
        found = amount(sentence, counter)
        if found is not None:
            return found
    position = weapon.start  # "22導彈": a headline leaves the counter out
    named = any(m.means.weapon and m.start < position <= m.end for m in sentence.marks)
    if named or (position > 1 and words[position - 2] in _HYPHENS):
        return None  # "火星-19洲际弹道导弹": the number of a name
    if position and _DIGITS.fullmatch(words[position - 1]):
        before = next((m for m in sentence.marks if m.end == position - 1 and m.means.approx), None)
        return _hedge(int(re.sub(r"\D", "", words[position - 1])), before, words, position - 1)
    return None
