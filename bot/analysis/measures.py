"""Numbers about the flight and its victims: distance, apogee, killed and injured."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.analysis.reading import Sentence
from bot.analysis.terms import Mark
from bot.domain.launch import Casualties, Fact

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_KM_PER_MILE = 1.609344
_KM_PER_NAUTICAL_MILE = 1.852
_LEAD = 4  # sentences in which the fuller count may stand
_AND_SOME = frozenset("여余餘多")  # between a number and its unit ("600여km")
_NEAR = 8  # words between a number and what it measures


def distance_and_apogee(
    sentences: Sequence[Sentence],
) -> tuple[Fact[int] | None, Fact[int] | None]:
    """Kilometres flown and high, the first stated of each; of a range the upper end, hedged."""
    distance: Fact[int] | None = None
    apogee: Fact[int] | None = None
    for sentence in sentences:
        lengths = _lengths(sentence)
        units = [unit for _, unit in lengths]
        for kilometres, unit in lengths:
            if any(_spans(sentence, unit, other) for other in units):
                continue  # the upper end follows
            what = _what(sentence, unit, units)
            if what not in {"height", "distance"}:
                continue
            upper = any(_spans(sentence, other, unit) for other in units)
            fact = Fact(kilometres, sentence.text, upper or _is_vague(sentence, unit))
            if what == "height":
                apogee = apogee or fact
            else:
                distance = distance or fact
    return distance, apogee


def _spans(sentence: Sentence, unit: Mark, other: Mark) -> bool:
    """Whether two lengths are the ends of one range ("between 110 km and 670 km")."""
    words = sentence.tokens.words[unit.end : other.start - 1]
    return 0 < len(words) <= 2 and words[0] in {"and", "to"} and other.start > unit.end


def _is_vague(sentence: Sentence, unit: Mark) -> bool:
    """Whether the length is hedged or the upper end of a range ("350 to 400 km")."""
    tokens, number = sentence.tokens, unit.start - 1
    if tokens.words[number] in _AND_SOME:
        return True
    if any(mark.end == number and mark.means.approx for mark in sentence.marks):
        return True
    before = tokens.words[max(0, number - 2) : number]
    spanned = len(before) == 2 and before[0][0].isdigit() and before[1] in {"to", "and", "–"}
    hyphen = number > 0 and tokens.text[tokens.ends[number - 1] : tokens.starts[number]] == "-"
    return spanned or (hyphen and tokens.words[number - 1][0].isdigit())


def casualties_of(sentences: Sequence[Sentence]) -> Fact[Casualties] | None:
    """Killed and injured of the first sentence that counts them.

    A sentence of the lead that gives the same of one and tells the other too is taken instead.
    """
    first: Fact[Casualties] | None = None
    for sentence in sentences:
        told = Casualties(_people(sentence, "killed"), _people(sentence, "injured"))
        if told == Casualties(None, None):
            continue
        vague = any(mark.means.approx for mark in sentence.marks)
        fact = Fact(told, sentence.text, vague)
        if first is None:
            first = fact
        elif sentence.index <= _LEAD and _fuller(told, first.value):
            return fact
    return first


def _fuller(one: Casualties, other: Casualties) -> bool:
    agree = other.killed in (None, one.killed) and other.injured in (None, one.injured)
    return agree and None not in (one.killed, one.injured)


def _lengths(sentence: Sentence) -> list[tuple[int, Mark]]:
    found = []
    words = sentence.tokens.words
    converted = False  # "500 km (300 miles)": the second is the first again
    for mark in sentence.marks:
        units = mark.means.measures & {"km", "mile", "nautical"}
        number = mark.start - 1
        if number > 0 and words[number] in _AND_SOME:
            number -= 1
        if not units or number < 0 or not _NUMBER.fullmatch(words[number]):
            continue
        bracketed = number > 0 and words[number - 1] in {"(", "（"}
        if bracketed and converted:
            continue
        value = float(words[number].replace(",", ""))
        scale = _KM_PER_NAUTICAL_MILE if "nautical" in units else _KM_PER_MILE
        found.append((round(value if "km" in units else value * scale), mark))
        converted = True
    return found


def _what(sentence: Sentence, unit: Mark, units: Sequence[Mark]) -> str | None:
    """The measure word nearest to a length; "altitude of 100 km" belongs to its own number."""
    best: tuple[int, str] | None = None
    for mark in sentence.marks:
        for what in ("height", "distance", "range"):
            if what in mark.means.measures and mark is not unit:
                if mark.start >= unit.end and _has_own_number(mark, unit, units):
                    continue
                # words after the number bind closer ("97 km high", "120 km off Wonsan")
                gap = mark.start - unit.end if mark.start >= unit.end else unit.start - mark.end + 1
                if 0 <= gap <= _NEAR and (best is None or gap < best[0]):
                    best = (gap, what)
    return best[1] if best else None


def _has_own_number(mark: Mark, unit: Mark, units: Sequence[Mark]) -> bool:
    return any(0 < other.start - mark.end <= 4 for other in units if other is not unit)


def _people(sentence: Sentence, what: str) -> int | None:
    for mark in sentence.marks:
        if what not in mark.means.measures:
            continue
        before = _count_ending(sentence, mark)
        if before is not None:
            return before
        after = _count_after(sentence, mark)
        if after is not None:
            return after
    return None


def _count_ending(sentence: Sentence, mark: Mark) -> int | None:
    """The number before the word ("12 people killed", "two dead")."""
    for position in range(mark.start - 1, max(-1, mark.start - 5), -1):
        number = _number_at(sentence, position)
        if number is not None:
            nobody = position > 0 and sentence.tokens.words[position - 1] in {"no", "not"}
            return None if nobody else number
        if sentence.tokens.words[position] in {",", ".", ";", "and"}:
            return None
    return None


def _count_after(sentence: Sentence, mark: Mark) -> int | None:
    """The number after the word ("kills at least 16", "wounding 33")."""
    for position in range(mark.end, min(len(sentence.tokens.words), mark.end + 4)):
        number = _number_at(sentence, position)
        if number is not None:
            following = sentence.tokens.words[position + 1 : position + 2]
            return None if following and following[0] in {"km", "miles", "days"} else number
        if sentence.tokens.words[position] in {",", ".", ";", "in"}:
            return None
    return None


def _number_at(sentence: Sentence, position: int) -> int | None:
    word = sentence.tokens.words[position]
    if word.replace(",", "").isdigit():
        number = int(word.replace(",", ""))
        return None if 1900 <= number <= 2100 else number
    for mark in sentence.marks:
        if mark.start <= position < mark.end and mark.means.number:
            return int(mark.means.number)
    return None
