"""Which agency a text gives as its origin: in a dateline, between brackets, or in words.

"SEOUL (AP)", "(서울=연합뉴스)", "【ソウル共同】", "/ТАСС/". What may stand around an agency's
name is a table of patterns, so that a language is added without touching the rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

# Where a text names its origin: in the first sentences, at the very end, in the first words.
LEAD_CHARACTERS = 350
TAIL_CHARACTERS = 300
_DATELINE_CHARACTERS = 80

_BRACKETS = re.compile(r"[(\[【〔](?P<name>[^()\[\]【】〔〕]{2,40})[)\]】〕]")
_OPENING = re.compile(r"\s*[(\[【〔](?P<name>[^()\[\]【】〔〕]{2,40})[)\]】〕]")
_PARTS = re.compile(r"[/,=·]|\s-\s")
# Place, or place and date, right before a name: "ソウル共同", "5月3日 AFP".
_PLACE_AND_DATE = re.compile(r"[\u30a0-\u30ff\u3400-\u9fff0-9 ・]{2,14}")
_SHORT = 5
# Letters that never join the one before them: NFKC of a text may be cut before one.
_BOUNDARY = re.compile(r"[\x00-\x7f\u3400-\u9fff\uac00-\ud7a3]")
_LETTERS = (
    ("A-Za-z0-9", re.compile(r"[A-Za-z0-9]")),
    ("\u0400-\u04ff", re.compile(r"[\u0400-\u04ff]")),
    ("\u0590-\u05ff", re.compile(r"[\u0590-\u05ff]")),
    ("\u0620-\u06d3", re.compile(r"[\u0620-\u06d3]")),
)


@dataclass(frozen=True, slots=True)
class CreditPatterns:
    """Regular expressions with the place of the name as {agency}: in the lead, in a dateline."""

    cited: tuple[str, ...] = ()
    dateline: tuple[str, ...] = ()


def bracketed(text: str) -> Iterator[str]:
    """Names between brackets at the beginning and the end of a text, in order."""
    for part in (_beginning(text, LEAD_CHARACTERS), _ending(text, TAIL_CHARACTERS)):
        for found in _BRACKETS.finditer(part):
            yield from (each.strip() for each in _PARTS.split(found["name"]))


def _beginning(text: str, characters: int) -> str:
    """The first characters of the text's NFKC; only as much of it is read as that takes."""
    size = characters
    while size < len(text):
        boundary = _BOUNDARY.search(text, size)
        if boundary is None:
            break
        plain = unicodedata.normalize("NFKC", text[: boundary.start()])
        if len(plain) >= characters:
            return plain[:characters]
        size = 2 * boundary.start()
    return unicodedata.normalize("NFKC", text)[:characters]


def _ending(text: str, characters: int) -> str:
    """The last characters of the text's NFKC, as cheaply."""
    size = 2 * characters
    while size < len(text):
        boundary = _BOUNDARY.search(text, len(text) - size)
        if boundary is not None:
            plain = unicodedata.normalize("NFKC", text[boundary.start() :])
            if len(plain) >= characters:
                return plain[-characters:]
        size *= 2
    return unicodedata.normalize("NFKC", text)[-characters:]


def placed(text: str, names: Mapping[str, object]) -> str | None:
    """The agency that follows a place or a date inside the bracket which opens a text."""
    found = _OPENING.match(unicodedata.normalize("NFKC", text[:LEAD_CHARACTERS]))
    if found is None:
        return None
    inside = found["name"].strip()
    for name in sorted(names, key=lambda one: (-len(one), one)):
        if inside.endswith(name) and _PLACE_AND_DATE.fullmatch(inside.removesuffix(name)):
            return name
    return None


def credited(text: str, names: Mapping[str, object], patterns: CreditPatterns) -> str | None:
    """The agency that the dateline or the lead gives as the origin; the first one named."""
    lead = unicodedata.normalize("NFKC", text[:LEAD_CHARACTERS]).replace("’", "'")
    lead = " ".join(lead.split())
    folded = lead.casefold()
    best: tuple[int, int, str] | None = None
    for name in names:
        if name.casefold() not in folded:
            continue
        dateline = _compiled(patterns.dateline, name).search(lead[:_DATELINE_CHARACTERS])
        found = dateline or _compiled(patterns.cited, name).search(lead)
        if found is not None:
            rank = (found.end(), -len(name), name)
            best = rank if best is None else min(best, rank)
    return best[2] if best is not None else None


@lru_cache(maxsize=512)
def _compiled(patterns: tuple[str, ...], name: str) -> re.Pattern[str]:
    letters = next((kind for kind, one in _LETTERS if one.match(name)), None)
    shown = re.escape(name)
    if name.isascii() and len(name) <= _SHORT:
        shown = f"(?-i:{shown})"  # "AP" is an agency, "ap" is not
    if letters is not None:
        shown = f"(?<![{letters}]){shown}(?![{letters}])"
    every = "|".join(f"(?:{one.replace('{agency}', shown)})" for one in patterns)
    return re.compile(every or r"(?!)", re.IGNORECASE)
