"""Which sentences of an article may stand in its summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.boilerplate import is_boilerplate
from bot.analysis.sentences import split_sentences
from bot.analysis.words import count_words

MIN_WORDS = 5
MAX_SENTENCES = 200  # LexRank is quadratic; what comes later in an article is not its news

_CLOSERS = "\"'”’»)]」』）"
_STOPS = ".!?。！？؟…।"
_CUT_OFF = ("...", "…", "[…]", "[...]")
_OPENERS = {"“": "”", "«": "»", "「": "」", "『": "』", "(": ")"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its place in the article; `sound` is False for a fragment."""

    text: str
    order: int
    sound: bool


def candidates(paragraphs: Sequence[str], language: str) -> list[Candidate]:
    """The sentences that carry news, in order; at most `MAX_SENTENCES`.

    Bylines, datelines, captions, calls and sentences under five words are left out unless nothing
    else is there. Fragments (broken quotes, cut-off teasers, headings) stay, marked as not sound.
    """
    found: list[str] = []
    for paragraph in paragraphs:
        found += split_sentences(paragraph, language)
        if len(found) >= MAX_SENTENCES:
            break
    found = found[:MAX_SENTENCES]
    kept = [
        text
        for text in found
        if count_words(text, language) >= MIN_WORDS and not is_boilerplate(text)
    ] or [text for text in found if not is_boilerplate(text)]
    return [Candidate(text, order, is_sound(text)) for order, text in enumerate(kept)]


def is_sound(sentence: str) -> bool:
    """A whole sentence: it ends as one, its quotes and brackets match, it is not cut off."""
    core = sentence.rstrip(_CLOSERS)
    if not core or core[-1] not in _STOPS or core.endswith(_CUT_OFF) or sentence.endswith(_CUT_OFF):
        return False
    return not core.endswith(" .") and not has_broken_quote(sentence)


def has_broken_quote(sentence: str) -> bool:
    """Does a quotation open here and not close, or close without having been opened?"""
    for left, right in _OPENERS.items():
        if (left in sentence or right in sentence) and sentence.count(left) != sentence.count(
            right
        ):
            return True
    return sentence.count('"') % 2 == 1
