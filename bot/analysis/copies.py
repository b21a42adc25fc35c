"""Picks the rare terms by which a copy of an article is known again."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from itertools import pairwise

from bot.domain.copies import term_order
from bot.domain.story_words import STEMMED_COMMON, STEMMED_VERY_COMMON, words

RARE_TERMS = 24
_FREQUENT = STEMMED_COMMON | STEMMED_VERY_COMMON


def rare_terms(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """At most 24 pairs of neighbouring telling words, the lowest by hash.

    A pair in which both words are frequent in the news is passed over, so that the index over all
    articles stays short. An edit touches only the pairs around it. The headline is
    left out, since reprints change it first.
    """
    found: set[tuple[str, str]] = set()
    for paragraph in paragraphs:
        found.update(pairwise(words(paragraph)))
    telling = (f"{a} {b}" for a, b in found if a not in _FREQUENT or b not in _FREQUENT)
    return tuple(nsmallest(RARE_TERMS, telling, key=term_order))
