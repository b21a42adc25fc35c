"""Which sentences of an article may stand in its summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.boilerplate import find_dateline, is_boilerplate
from bot.analysis.sentences import split_sentences
from bot.analysis.words import count_words
from bot.domain.leaning import leaning

MIN_WORDS = 5
_CAPITALS = 4  # letters by which a dateline is looked for
MAX_SENTENCES = 200  # LexRank is quadratic; what comes later in an article is not its news

_CLOSERS = "\"'”’»)]」』）"
_STOPS = ".!?。！？؟…।"
_CUT_OFF = ("...", "…", "[…]", "[...]")
# "…, Sunil says, ?": a quotation that got lost behind its comma
_QUOTE_LOST = re.compile(r"[,:;，：；、][\s\"'”’?]*[.!?。！？]*$")
# "Moving up: Josh Elliott (left) joined …": a caption or a heading that runs into a sentence. What
# somebody said stands in quotation marks, a dateline's town in capitals.
_LABEL = re.compile(r"['‘“\"]?(?![A-Z\s]+:)([A-Z][^:.!?]{0,40}?):\s[A-Z]")
_LABEL_WORDS, _LONGEST_LABEL = 5, 45
_POST_SIGNS = ("pic.twitter.com", "http://", "https://", "/t.co/")  # a post pasted into the text
_HANDLE = re.compile(r"\(@\w+\)")
_TAIL = 12
_HEADING_WORDS = 14  # "Harbour view ." is one; in a sentence a link stood before the full stop
_QUESTION = ("?", "؟", "？")
_OPENERS = {"“": "”", "«": "»", "「": "」", "『": "』", "(": ")"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its place in the article, and what speaks against it in a summary.

    `sound` is False for a fragment. `refers`: it opens with "He", which the sentence before
    explains; `joins`: with "But". `words` is its length, in twos of characters in Chinese and
    Japanese.
    """

    text: str
    order: int
    sound: bool
    words: int = 0
    refers: bool = False
    joins: bool = False
    asks: bool = False


def candidates(paragraphs: Sequence[str], language: str) -> list[Candidate]:
    """The sentences that carry news, in order; at most `MAX_SENTENCES`.

    Bylines, datelines, captions, calls and sentences under five words are left out unless nothing
    else is there. Fragments (broken quotes, cut-off teasers, headings) stay, marked as not sound.
    """
    found: list[str] = []
    for paragraph in paragraphs:
        found += map(_without_dateline, split_sentences(paragraph, language))
        if len(found) >= MAX_SENTENCES:
            break
    found = found[:MAX_SENTENCES]
    lengths = [(text, count_words(text, language)) for text in found]
    kept = [
        (text, words) for text, words in lengths if words >= MIN_WORDS and not is_boilerplate(text)
    ] or [(text, words) for text, words in lengths if not is_boilerplate(text)]
    return [_candidate(text, order, words, language) for order, (text, words) in enumerate(kept)]


def _without_dateline(sentence: str) -> str:
    """A feed's teaser may stand before the dateline, in one paragraph with it."""
    dateline = find_dateline(sentence) if sentence[:_CAPITALS].isupper() else None
    return sentence[dateline.end :] if dateline else sentence


def _candidate(text: str, order: int, words: int, language: str) -> Candidate:
    refers, joins = leaning(text, language)
    asks = text.rstrip(_CLOSERS).endswith(_QUESTION)
    return Candidate(text, order, is_sound(text), words, refers, joins, asks)


def is_sound(sentence: str) -> bool:
    """A whole sentence of the news.

    It ends as one, its quotes and brackets match, it is not cut off, and it is no caption with a
    label and no pasted post.
    """
    core = sentence.rstrip(_CLOSERS)
    if not core or core[-1] not in _STOPS or core.endswith(_CUT_OFF) or sentence.endswith(_CUT_OFF):
        return False
    if core.endswith(" .") and core.count(" ") < _HEADING_WORDS:
        return False
    if _QUOTE_LOST.search(sentence[-_TAIL:]):
        return False
    return not (_has_label(sentence) or _is_post(sentence) or has_broken_quote(sentence))


def _has_label(sentence: str) -> bool:
    label = _LABEL.match(sentence) if ":" in sentence[:_LONGEST_LABEL] else None
    return label is not None and len(label.group(1).split()) <= _LABEL_WORDS


def _is_post(sentence: str) -> bool:
    return any(sign in sentence for sign in _POST_SIGNS) or bool(
        "(@" in sentence and _HANDLE.search(sentence)
    )


def has_broken_quote(sentence: str) -> bool:
    """Does a quotation open here and not close, or close without having been opened?"""
    for left, right in _OPENERS.items():
        if (left in sentence or right in sentence) and sentence.count(left) != sentence.count(
            right
        ):
            return True
    return sentence.count('"') % 2 == 1
