"""Is one report a copy of another: reprints and edited agency copy, by their rare terms.

The rare terms of an article are pairs of neighbouring words, picked by their hash
(`bot.analysis.copies`), so that two versions of a text pick the same ones: a bottom-k sketch
(Broder, 1997) whose overlap estimates the Jaccard likeness of the whole texts.
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

from bot.domain.story import StoryReport
from bot.domain.story_words import words

# Two versions of a text with 8 % of the words changed share about 0.7 of their pairs; independent
# articles on one event below 0.1. The estimate from 24 terms errs by less than 0.1.
COPY_RESEMBLANCE = 0.3
_FEWEST_TERMS = 8
_FEWEST_TITLE_WORDS = 5
_TITLE_SLACK = 16  # characters: little words and marks that do not count


def term_order(term: str) -> tuple[int, str]:
    """The order in which rare terms are picked: the same on every machine and in every run."""
    return crc32(term.encode("utf-8", "surrogatepass")), term


def estimate(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """The estimated Jaccard likeness of two texts from their rare terms (0 to 1)."""
    size = min(len(one), len(other))
    if not size:
        return 0.0
    ours, theirs = set(one), set(other)
    if ours.isdisjoint(theirs):
        return 0.0
    lowest = sorted(ours | theirs, key=term_order)[:size]
    return sum(term in ours and term in theirs for term in lowest) / size


def resemblance(one: StoryReport, other: StoryReport) -> float:
    """The likeness of two reports' texts when one copies the other, else 0."""
    if min(len(one.rare_terms), len(other.rare_terms)) < _FEWEST_TERMS:
        return 0.0
    alike = estimate(one.rare_terms, other.rare_terms)
    return alike if alike >= COPY_RESEMBLANCE else 0.0


def same_headline(one: StoryReport, other: StoryReport) -> bool:
    """Whether a headline of some length is repeated word for word by another outlet's headline.

    Where both texts are known they decide alone: a live page keeps its headline for days.
    """
    if one.publisher == other.publisher:
        return False
    if abs(len(one.title) - len(other.title)) > _TITLE_SLACK:
        return False
    if min(len(one.rare_terms), len(other.rare_terms)) >= _FEWEST_TERMS:
        return False
    title = _title_words(one.title)
    return len(title) >= _FEWEST_TITLE_WORDS and title == _title_words(other.title)


@lru_cache(maxsize=8192)
def _title_words(title: str) -> tuple[str, ...]:
    return tuple(words(title))
