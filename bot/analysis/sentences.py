"""Sentences of a paragraph: `sentencex` for twelve languages, corrected by rules of our own.

Every sentence is a verbatim substring of the paragraph, so that it can be quoted.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

import regex
import sentencex

_CHUNK = 4_000  # characters; sentencex is quadratic on quotes that never close
_MAX_QUOTE = 400  # a quote longer than this is cut at its full stops

_PAIRS = {"「": "」", "『": "』", "（": "）", "【": "】", "《": "》", "〈": "〉", "“": "”"}
_CJK = frozenset({"ja", "zh"})
_CASED = frozenset({"en", "de", "fr", "es", "ru", "uk"})

_FIRST_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_BEFORE_WORD = re.compile(r"[\s(\[“\"«„'‘]")
_OPENERS = "\"“”«„‘'([¿¡—–- "
_INITIAL = regex.compile(r"^\p{Lu}$|^\p{Lu}\p{Ll}?(?:[.-]\p{Lu}\p{Ll}?)*$")
_SHORT_ORDINAL = regex.compile(r"^\d{1,2}$")
_LETTERS_WITH_STOPS = regex.compile(r"^(?:\p{Lu}\.)+\p{Lu}$")
_CLOSES = re.compile(r"[,;:)\]%»]|[”’](?!\S)|[”’»]$")
_SAID = re.compile(r"と(?:述べ|話|語|発表|説明|主張|し)")

_NAME_END = r"(?:NET|JS|CD|COM|AI|IO|TV|ORG)\b"  # What.CD, ASP.NET
# "…the row.Prime Minister…": the space after a full stop was lost.
_LOST_SPACE = regex.compile(
    r"(?<=[\p{Ll}\d][\p{Ll}\d)%][.!?…]|[\p{Ll}\d][.!?]?[.!?][”\"’»])"
    rf"(?=[“\"‘«]?(?!{_NAME_END})\p{{Lu}}\p{{Ll}}*[\s,’'])"
)
# "…450 km. It fell": sentencex never cuts after some abbreviations; our starters tell.
_MISSED = re.compile(r"\.\s+(?=([^\W\d_][\w'’]*))")
# "…into the sea (Reporting by A. B.; …", "…in the U.S. Reporting by A. B.": who wrote is no news
_SIGNED = re.compile(
    r"\(?(?:(?:Additional|Further)\s[Rr]eporting|Reporting|Writing|Editing|Compiled|Translated)"
    r"(?:\s(?:and|&)\s(?:[Ww]riting|[Ee]diting|[Rr]eporting))?\s[Bb]y\s"
    r"[A-Z][\w.'’-]*\s(?:(?:[Bb]in|de|van|al)\s)?[A-Z]"
)
_CJK_STOP = regex.compile(r"(?<=[。！？][」』”）]?)(?![」』”）。！？])")
_ENDERS = regex.compile(r"(?<=[؟。！？])\s+")


@dataclass(frozen=True, slots=True)
class _Abbreviations:
    never: frozenset[str]
    number: frozenset[str]
    maybe: frozenset[str]
    starters: frozenset[str]
    ordinals: bool


@cache
def _abbreviations(language: str) -> _Abbreviations:
    text = (resources.files("bot.analysis") / "text_rules" / "abbreviations.toml").read_text(
        "utf-8"
    )
    tables = tomllib.loads(text)
    table = tables.get(language, tables["en"])
    return _Abbreviations(
        never=frozenset(table["never"]),
        number=frozenset(table["number"]),
        maybe=frozenset(table["maybe"]),
        starters=frozenset(table["starters"]),
        ordinals=bool(table.get("ordinals", False)),
    )


def split_sentences(paragraph: str, language: str) -> list[str]:
    """Cut a paragraph into sentences, in order; each occurs in it verbatim.

    `language` is an ISO 639-1 code; an unknown one is read by the English rules. Line breaks that
    part blocks are sentence ends.
    """
    return list(_split(paragraph, language))


@lru_cache(maxsize=1_024)  # the judge and the summary ask for the same paragraphs
def _split(paragraph: str, language: str) -> tuple[str, ...]:
    pieces: list[str] = []
    for chunk in _chunks(paragraph):
        spans = _first_cut(chunk, language)
        merged = _merge(chunk, spans, language)
        pieces += [text for start, end in merged if (text := chunk[start:end].strip())]
    return tuple(pieces)


def _chunks(paragraph: str) -> list[str]:
    if len(paragraph) <= _CHUNK:
        return [paragraph]
    chunks = []
    start = 0
    while len(paragraph) - start > _CHUNK:
        window = paragraph[start : start + _CHUNK]
        cut = max(window.rfind(mark) + len(mark) for mark in (". ", "。", "! ", "? ", "\n"))
        if cut < _CHUNK // 4:
            cut = window.rfind(" ") + 1 or _CHUNK
        chunks.append(paragraph[start : start + cut])
        start += cut
    chunks.append(paragraph[start:])
    return chunks


def _first_cut(text: str, language: str) -> list[tuple[int, int]]:
    """Spans by sentencex, cut once more where it is known to cut too little."""
    cuts = {0, len(text)}
    start = 0
    for piece in sentencex.segment(language, text):
        start += len(piece)
        cuts.add(start)
    if language in _CJK:
        cuts.update(match.start() for match in _CJK_STOP.finditer(text))
    else:
        cuts.update(match.start() for match in _LOST_SPACE.finditer(text))
        if any(mark in text for mark in "؟。！？"):
            cuts.update(match.end() for match in _ENDERS.finditer(text))
        cuts.update(_missed(text, cuts, language))
        if " by " in text:
            cuts.update(m.start() for m in _SIGNED.finditer(text) if _parts(text, m.start()))
    return [(a, b) for a, b in pairwise(sorted(cuts)) if not text[a:b].isspace()]


def _parts(text: str, start: int) -> bool:
    """Whether a signature may begin here: after a blank, and not within a list of signatures."""
    return start > 0 and text[start - 1].isspace() and text[:start].rstrip()[-1:] not in ";,:(&"


def _missed(text: str, cuts: set[int], language: str) -> list[int]:
    if language not in _CASED:
        return []
    rules = _abbreviations(language)
    missed = []
    for match in _MISSED.finditer(text):
        following = match.group(1)
        if following[0].isupper() and following.lower() in rules.starters:
            begin = text.rfind(" ", 0, match.start()) + 1
            word = text[begin : match.start()].lower()
            # "U.S. Officials said": an abbreviation that opens a sentence does not end it
            if begin not in cuts and (word in rules.maybe or word in rules.number):
                missed.append(match.end())
    return missed


def _merge(text: str, spans: list[tuple[int, int]], language: str) -> list[tuple[int, int]]:
    rules = _abbreviations(language)
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and _belongs(text, merged[-1], (start, end), language, rules):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _belongs(
    text: str, left: tuple[int, int], right: tuple[int, int], language: str, rules: _Abbreviations
) -> bool:
    """Was the cut between `left` and `right` wrong?"""
    before, after = text[slice(*left)].rstrip(), text[slice(*right)].strip()
    if "\n\n" in text[left[0] + len(before) : right[0]] or _SIGNED.match(after):
        return False
    if language in _CJK or language == "ko":
        return _open_quote(text, left, right)
    if _CLOSES.match(after):
        return True
    if not text[left[1] - 1].isspace() and re.match(_NAME_END, after):
        return True
    stripped = after.lstrip(_OPENERS)
    if language in _CASED and stripped[:1].islower() and not _quoted_end(before):
        return True
    if not before.endswith("."):
        return False
    return _after_abbreviation(before, stripped, rules, language)


def _quoted_end(before: str) -> bool:
    """Does a finished quotation end here? `“Go!” he said` is one sentence, `now. he` is not two."""
    return before.endswith(("!”.", '!".'))


def _open_quote(text: str, left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Is a CJK quotation or bracket of the left side closed only on the right or later?"""
    before = text[slice(*left)]
    for opening, closing in _PAIRS.items():
        if before.count(opening) > before.count(closing):
            close_at = text.find(closing, right[0])
            if 0 <= close_at - left[0] <= _MAX_QUOTE:
                return True
    after = text[slice(*right)].strip()
    return after[:1] in "」』）】》〉”’" or bool(_SAID.match(after))


def _last_words(before: str) -> list[str]:
    """The last word without its full stop, and the last two ("z. B")."""
    words = before[-40:-1].rsplit(None, 2)[-2:]
    if not words or not words[-1]:
        return []
    last = _BEFORE_WORD.split(words[-1])[-1]
    return [last, " ".join(words)] if len(words) == 2 and last == words[-1] else [last]


def _after_abbreviation(before: str, after: str, rules: _Abbreviations, language: str) -> bool:
    first = _FIRST_WORD.match(after)
    next_word = first.group().lower() if first else ""
    ends = _last_words(before)
    starts_new = next_word in rules.starters
    for raw in ends:
        word = raw.lower()
        if word in rules.number and after[:1].isdigit():
            return True
        if word in rules.maybe:
            return bool(after) and not starts_new and not after[:1].isdigit()
        if word in rules.never and not (starts_new and len(word) == 1):
            return True
    if not ends:
        return False
    last = ends[0]
    if rules.ordinals and _SHORT_ORDINAL.match(last):
        return bool(next_word) and not starts_new
    if _LETTERS_WITH_STOPS.match(last):  # an acronym with stops that no list knows
        return bool(next_word) and not starts_new
    return (
        language in _CASED
        and bool(_INITIAL.match(last))
        and len(last) <= 3
        and ("." in last or len(last) == 1)
        and bool(next_word)
        and not starts_new
    )
