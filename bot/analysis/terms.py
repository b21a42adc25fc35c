"""What lexicon terms are made of: folded words, and the meanings a term can have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S.
    r"|\d+(?:[.,:]\d+)*"  # 1,000  7.5  11:41
    # don't, O'Neill; vowel signs of Arabic and Hebrew stay with their word
    r"|[^\W\d_]+(?:[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+[^\W\d_]*)*"
    r"(?:['’](?!s\b)[^\W\d_]+)*"
    r"|['’]s\b"
    r"|(?<=\s)-+(?=\s)|--+"  # a dash, unlike a hyphen, parts clauses
    r"|[^\w\s\u200c\u200d-]"  # a joiner of Persian parts a word from its ending
)
# The same for plain ASCII, which most English sentences are; the sets are three times as fast.
_ASCII_TOKEN = re.compile(
    r"[A-Za-z]\.(?:[A-Za-z]\.)+"
    r"|[A-Za-z]+(?:'(?!s\b)[A-Za-z]+)*"
    r"|[0-9]+(?:[.,:][0-9]+)*"
    r"|'s\b"
    r"|(?<=\s)-+(?=\s)|--+"
    r"|[^\w\s-]"
)
_MARKS_AND_TATWEEL = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0640]")
_ARABIC = str.maketrans("أإآىةيك", "اااىهیک")
_ARABIC_YEH = str.maketrans("ىي", "یی")


class Tag(NamedTuple):
    """What a term means: kind ("weapon", "action", "cue" ...), value, form, canonical name."""

    kind: str
    value: str
    form: str = ""
    name: str = ""


class Entry(NamedTuple):
    """A term as the lexicon writes it, and its meaning."""

    term: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class Meaning:
    """All that one term can mean, ready to be asked: built once per term."""

    tags: tuple[Tag, ...]
    weapon: Tag | None
    actor: Tag | None
    place: Tag | None
    actions: Mapping[str, frozenset[str]]  # action -> forms
    cues: frozenset[str]
    number: str | None
    amount: str | None
    approx: str | None
    counter: bool
    time: frozenset[str]
    attribution: frozenset[str]
    measures: frozenset[str]

    @classmethod
    def of(cls, tags: tuple[Tag, ...]) -> Meaning:
        """Sort the tags of a term by kind; of several weapons or actors the first counts."""
        first: dict[str, Tag] = {}
        actions: dict[str, frozenset[str]] = {}
        for tag in tags:
            first.setdefault(tag.kind, tag)
            if tag.kind == "action":
                actions[tag.value] = actions.get(tag.value, frozenset()) | {tag.form}
        values = {kind: frozenset(t.value for t in tags if t.kind == kind) for kind in first}
        plain = {kind: tag.value for kind, tag in first.items()}
        return cls(
            tags=tags,
            weapon=first.get("weapon"),
            actor=first.get("actor"),
            place=first.get("place"),
            actions=actions,
            cues=values.get("cue", frozenset()),
            number=plain.get("number"),
            amount=plain.get("amount"),
            approx=plain.get("approx"),
            counter="counters" in first,
            time=values.get("time", frozenset()),
            attribution=values.get("attribution", frozenset()),
            measures=values.get("measures", frozenset()),
        )


class Mark(NamedTuple):
    """A term found in a sentence: what it means, over the tokens `start` to `end` (exclusive)."""

    means: Meaning
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one sentence: folded words, and where each stands in the text."""

    text: str
    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]

    def quote(self, start: int, end: int) -> str:
        """The text printed at the tokens `start` to `end` (exclusive)."""
        return self.text[self.starts[start] : self.ends[end - 1]] if end > start else ""


@lru_cache(maxsize=20_000)
def _fold_known(word: str) -> str:
    return "'s" if word == "’s" else fold(word)


def fold(word: str) -> str:
    """Lower case, without accents, vowel points and tatweel; one spelling of Arabic letters."""
    lower = word.lower()
    if lower.isascii():
        return lower
    if "\u0600" <= lower[0] <= "\u06ff":
        plain = _MARKS_AND_TATWEEL.sub("", lower)
        return plain.translate(_ARABIC).translate(_ARABIC_YEH)
    if "\u0590" <= lower[0] <= "\u05ff":
        plain = _MARKS_AND_TATWEEL.sub("", lower)
        return plain.replace("\u05f4", '"').replace("\u05f3", "'")
    if "\uac00" <= lower[0] <= "\ud7a3" or "\u3040" <= lower[0] <= "\u9fff":
        return lower
    # й and ё are letters of their own; only Latin accents are dropped
    if "\u0400" <= lower[0] <= "\u04ff":
        return lower.replace("ё", "е")
    parts = unicodedata.normalize("NFKD", lower.replace("’", "'"))
    return _MARKS_AND_TATWEEL.sub("", parts)


def tokenize(text: str) -> Tokens:
    """Split a sentence of a script with spaces into words, numbers and punctuation."""
    plain = text.replace("’", "'").replace("“", '"').replace("”", '"')
    if plain.isascii():
        lower = plain.lower()
        spans = [match.span() for match in _ASCII_TOKEN.finditer(plain)]
        words = [lower[start:end] for start, end in spans]
    else:
        spans = [match.span() for match in _TOKEN.finditer(text)]
        words = [_fold_known(text[start:end]) for start, end in spans]
    return Tokens(text, words, [start for start, _ in spans], [end for _, end in spans])
