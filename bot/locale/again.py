"""Sentences that were stored in English, said again in a reader's language.

A refusal of Discord is kept beside the place it stopped, and read by people of several languages.
"""

from __future__ import annotations

import re
from functools import cache

from bot.locale.strings import FALLBACK, HOLE, has, keys, plain
from bot.locale.words import list_words

# Families whose sentences are stored; the names that may fill their holes.
_STORED = ("trouble.", "why.")
_NAMES = ("right.", "topic.launches", "topic.missiles", "verdict.", "status.", "actor.", "place.")
_JOINTS = re.compile(r", | and ")


def say_again(text: str, locale: str) -> str:
    """A stored English sentence of the catalogue in another language; any other text as it is."""
    for key, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            params = {name: _again(value, locale) for name, value in found.groupdict().items()}
            return plain(key, locale, **params)
    return text


def _again(value: str, locale: str) -> str:
    """A list of names, each by its name in the language."""
    known = _names()
    words = [plain(known[each], locale) if each in known else each for each in _JOINTS.split(value)]
    return list_words(words, locale)


@cache
def _names() -> dict[str, str]:
    return {str(text): key for key, text in keys(FALLBACK).items() if key.startswith(_NAMES)}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    made = []
    for key, text in keys(FALLBACK).items():
        if key.startswith(_STORED) and isinstance(text, str) and has(key):
            literal, at = "", 0
            for hole in HOLE.finditer(text):
                literal += re.escape(text[at : hole.start()]) + f"(?P<{hole['name']}>.+)"
                at = hole.end()
            made.append((key, re.compile(literal + re.escape(text[at:]))))
    return tuple(made)
