"""Sentences that were stored in English, said again in a reader's language.

A refusal of Discord is kept beside the place it stopped, and read by people of several languages;
so are a feed's last failure, the reason of a story's status, and the stages of an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.locale.strings import FALLBACK, HOLE, has, keys, plain
from bot.locale.words import list_words

# Families whose sentences are stored. Those with a hole are said here only: what stores them (the
# domain, for one) words them in English itself, exactly as the catalogue does; tests compare them.
_STORED = (
    "trouble.",
    "status.unconfirmed",
    "status.reported",
    "status.confirmed",
    "status.disputed",
    "status.retracted",
    "why.",
    "source.",
    "error.too_hard",
    "standing.{}",
    "judged.{}",
    "grouped.{}",
    "poll.{}",
)
_FAMILIES = tuple(family.removesuffix("{}") for family in _STORED)
_NAMES = ("right.", "topic.launches", "topic.missiles", "verdict.", "status.", "actor.", "place.")
_JOINTS = re.compile(r", | and ")
# "Yonhap, NHK and 2 more"
_AND_MORE = re.compile(r"(?P<first>.+) and (?P<count>\d+) more")


def say_again(text: str, locale: str) -> str:
    """A stored English sentence of the catalogue in another language; any other text as it is."""
    for key, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            params: dict[str, str | int] = {
                name: int(value) if name == "count" else _again(value, locale)
                for name, value in found.groupdict().items()
            }
            return plain(key, locale, **params)
    return text


def _again(value: str, locale: str) -> str:
    """A list of names, each by its name in the language; other words stay as they are."""
    more = _AND_MORE.fullmatch(value)
    if more is not None:
        rest = plain("more", locale, count=more["count"])
        return f"{_again(more['first'], locale)} {rest}"
    known, pieces = _names(), _JOINTS.split(value)
    if not any(each in known for each in pieces):
        return value
    return list_words([plain(known[e], locale) if e in known else e for e in pieces], locale)


@cache
def _names() -> dict[str, str]:
    return {str(text): key for key, text in keys(FALLBACK).items() if key.startswith(_NAMES)}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (key, re.compile(_as_regex(form)))
        for key in keys(FALLBACK)
        if key.startswith(_FAMILIES) and has(key)
        for form in _forms(key)
    )


def _forms(key: str) -> Iterator[str]:
    pattern = keys(FALLBACK)[key]
    yield from [pattern] if isinstance(pattern, str) else pattern.values()


def _as_regex(form: str) -> str:
    literal, at, seen = "", 0, set[str]()
    for hole in HOLE.finditer(form):
        name = hole["name"]
        literal += re.escape(form[at : hole.start()])
        literal += f"(?P={name})" if name in seen else rf"(?P<{name}>{_holds(name)})"
        seen.add(name)
        at = hole.end()
    return literal + re.escape(form[at:])


def _holds(name: str) -> str:
    """What may fill a hole: "Confirmed by 3 independent publishers" names no publisher."""
    return {"count": r"\d+", "expires": r"\S+"}.get(name, ".+")
