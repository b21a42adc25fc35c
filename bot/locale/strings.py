"""The catalogue's files: a key's pattern in a language, and how its holes are filled.

How the files are written, and how to add a language, is in `bot/locale/README.md`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from bot.locale.korean import particle

Pattern = str | Mapping[str, str]

FALLBACK = "en"
LOCALES = ("en", "ko", "ja")

# {name} is a parameter; {이/가} a Korean particle that depends on what stands before it.
HOLE = re.compile(r"\{(?:(?P<name>[a-z_]+)|(?P<closed>[^{}/]+)/(?P<open>[^{}/]+))\}")


class MissingString(KeyError):
    """English does not know this key, or a parameter was not given: a mistake in our code."""


def has(key: str) -> bool:
    """Whether the catalogue knows a key."""
    return key in keys(FALLBACK)


@cache
def keys(locale: str = FALLBACK) -> Mapping[str, Pattern]:
    """Every key of a language with its pattern, as the file has it."""
    text = files("bot.locale").joinpath(f"{locale}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def best_locale(tag: str | None) -> str:
    """The catalogue's language for a tag as Discord gives it ("en-GB", "ko"); else English."""
    language = (tag or FALLBACK).replace("_", "-").split("-")[0].lower()
    return language if language in LOCALES else FALLBACK


def pattern_of(key: str, locale: str, count: object = None) -> tuple[str, str]:
    """The language that has the key (else English) and its pattern for this count.

    Raises:
        MissingString: English does not have the key either.
    """
    language = best_locale(locale)
    pattern = keys(language).get(key)
    if pattern is None:
        language, pattern = FALLBACK, keys(FALLBACK).get(key)
    if pattern is None:
        raise MissingString(key)
    if isinstance(pattern, str):
        return language, pattern
    return language, pattern["one"] if count == 1 and "one" in pattern else pattern["other"]


def fill(pattern: str, key: str, params: Mapping[str, str]) -> str:
    """A pattern with its holes filled.

    Raises:
        MissingString: a parameter is missing.
    """
    filled, at = "", 0
    for hole in HOLE.finditer(pattern):
        filled += pattern[at : hole.start()]
        at = hole.end()
        if hole["closed"]:
            filled += particle(filled, hole["closed"], hole["open"])
        elif hole["name"] not in params:
            raise MissingString(f"{key}: no parameter {hole['name']}")
        else:
            filled += params[hole["name"]]
    return filled + pattern[at:]


def plain(key: str, locale: str, **params: str | int) -> str:
    """A sentence whose parameters are text and numbers only."""
    _, pattern = pattern_of(key, locale, params.get("count"))
    return fill(pattern, key, {name: str(value) for name, value in params.items()})
