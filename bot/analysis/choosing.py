"""Which sentences make a summary: coverage, place and headline weighed; no two say the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.analysis.candidates import Candidate

Floats = NDArray[np.float64]

# The weights were fitted on news of four kinds with two-fold cross-validation; the figures hardly
# move when a weight changes by a third (tests/benchmarks/summary_eval.py prints them).
_WHOLE = 0.4  # share of the article asked for from which coverage counts in full
_COVER_GROWTH = 2.0
_CENTRAL, _LINKED = 1.1, 0.2  # Reduction and LexRank
_PLACE, _PLACE_DECAY = 0.8, 3.0  # news comes first
_HEADLINE = 0.2
_OPENING = 1.0  # the first sentence, if nothing speaks against it, also where coverage counts
_NEWS_LEFT = 0.3  # what is left of place and headline where coverage counts in full
_LEANS_BACK = 0.05  # a sentence that opens with "He" or "But" needs the one before
_ORPHAN = 0.3  # it stands in the summary without the one before
_ASKS = 0.6
_ECHO = 1.5  # it says nothing that the headline does not
_EASY, _LONG = 45, 0.5  # words that are read with ease; what each 30 words more cost
_UNSOUND = 2.0  # more than all the rest together: fragments only when nothing else is left
_SAME_NEWS = 0.8  # share of the shorter sentence's words that the other one repeats
_ROUNDS = 4


def share_of(asked: int, there: int) -> float:
    """How much of an article is asked for: 1 from two fifths on."""
    return min(1.0, asked / there / _WHOLE)


def scores_of(
    found: Sequence[Candidate],
    stems: Sequence[Sequence[str]],
    title: frozenset[str],
    ranks: tuple[Floats, Floats],
    share: float,
    *,
    single: bool,
) -> Floats:
    """A score per candidate; `ranks` are Reduction's and LexRank's ratings.

    One sentence has to stand for the whole article, so it is the most central one. A few sentences
    open with the news: place and headline decide. The more of an article is asked for (`share`, 1
    from two fifths on), the more coverage counts instead.
    """
    central, linked = _scaled(ranks[0]), _scaled(ranks[1])
    order = np.array([c.order for c in found], dtype=float)
    headline = np.array([len(title.intersection(s)) for s in stems], dtype=float)
    if single:
        scores = central + linked + 0.5 * np.exp(-order / 10.0) + _HEADLINE * _scaled(headline)
    else:
        cover = share**_COVER_GROWTH
        news = _PLACE * np.exp(-order / _PLACE_DECAY) + _HEADLINE * _scaled(headline)
        scores = cover * (_CENTRAL * central + _LINKED * linked)
        scores += (1.0 - (1.0 - _NEWS_LEFT) * cover) * news
    against = np.array([_against(c) for c in found])
    against += _ECHO * np.array([bool(s) and title.issuperset(s) for s in stems])
    result: Floats = scores - against
    if not single and against[0] == 0:
        result[0] += _OPENING
    return result


def _against(candidate: Candidate) -> float:
    """What speaks against a sentence, wherever it stands."""
    return (
        _LEANS_BACK * (candidate.refers or candidate.joins)
        + _ASKS * candidate.asks
        + _LONG * max(0, candidate.words - _EASY) / 30
        + _UNSOUND * (not candidate.sound)
    )


def _scaled(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    scaled: Floats = (values - low) / (high - low) if high - low > 1e-12 else np.zeros_like(values)
    return scaled


def choose(
    scores: Floats, found: Sequence[Candidate], count: int, said: Sequence[frozenset[str]]
) -> list[int]:
    """The best sentences in reading order, of which no two say the same; `said` are their stems.

    A pronoun whose sentence before is not chosen makes room for the next best sentence.
    """
    scores = scores.copy()
    chosen = _best(scores, count, said)
    for _ in range(_ROUNDS):
        orphans = [n for n in chosen if _is_orphan(n, found, chosen) and scores[n] > -_UNSOUND]
        if not orphans:
            break
        scores[orphans] -= _ORPHAN
        chosen = _best(scores, count, said)
    return sorted(chosen)


def _is_orphan(number: int, found: Sequence[Candidate], chosen: Sequence[int]) -> bool:
    return found[number].refers and number > 0 and number - 1 not in chosen


def _best(scores: Floats, count: int, said: Sequence[frozenset[str]]) -> list[int]:
    chosen: list[int] = []
    for number in map(int, np.argsort(-scores, kind="stable")):
        if len(chosen) >= count:
            break
        if not any(_repeats(said[number], said[other]) for other in chosen):
            chosen.append(number)
    return chosen


def _repeats(left: frozenset[str], right: frozenset[str]) -> bool:
    """Do two sentences share most of the shorter one's words?"""
    if not left or not right:
        return left == right
    return len(left & right) > _SAME_NEWS * min(len(left), len(right))
