"""Weapons that share one noun: "cruise and ballistic missiles" names two classes."""

from __future__ import annotations

from bot.analysis.reading import Sentence
from bot.analysis.terms import Mark
from bot.domain.launch import WeaponClass

# The first half of a class's name, by the name of the language's words for it.
_HALVES = {
    "half cruise": WeaponClass.CRUISE,
    "half ballistic": WeaponClass.BALLISTIC,
    "half hypersonic": WeaponClass.HYPERSONIC,
}


def shared_noun(sentence: Sentence, weapon: Mark) -> tuple[int, tuple[WeaponClass, ...]]:
    """The token at which the joined weapons begin, and the classes named before this one."""
    start, found = weapon.start, list[WeaponClass]()
    words = sentence.tokens.words
    while start >= 2 and (words[start - 1] == "," or sentence.is_function_word(start - 1, "and")):
        at = start - 2
        half = next((v for k, v in _HALVES.items() if sentence.is_function_word(at, k)), None)
        if half is None:
            break
        found.append(half)
        start = at
    return start, tuple(reversed(found))
