"""Measures the copy index: time of a look-up, recall on edited copies, false pairs.

`python tests/benchmarks/copies_bench.py [ARTICLES]` (default 100,000). Articles are 300 words drawn
from a Zipf-like vocabulary; every tenth is a copy of an earlier one with 4 % of its words dropped
and 4 % replaced. The look-up is the bot's own: twelve keys, then the estimate on what they find.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from statistics import median
from time import perf_counter

from bot.analysis.copies import rare_terms
from bot.domain.copies import COPY_RESEMBLANCE, estimate
from bot.domain.story_words import COMMON, EMPTY, VERY_COMMON

KEYS = 12
_WORDS = 300
_VOCABULARY = 30_000


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds are per look-up and insertion over the last tenth; terms are picked before."""

    articles: int
    median_ms: float
    p99_ms: float
    picking_ms: float
    recall: float
    false_pairs: int


def run(articles: int, seed: int = 1) -> Result:
    """Fill the index one article at a time, looking each one up first."""
    dice = Random(seed)
    # As in real news, the most frequent words are those of the lists of frequent words.
    frequent = [*sorted(EMPTY), *sorted(VERY_COMMON), *sorted(COMMON)]
    vocabulary = [*frequent, *(f"w{number:x}q" for number in range(_VOCABULARY - len(frequent)))]
    weights = list(accumulate(1 / (rank + 2) for rank in range(_VOCABULARY)))
    index: dict[str, list[int]] = defaultdict(list)
    terms: list[tuple[str, ...]] = []
    texts: dict[int, list[str]] = {}
    picking: list[float] = []
    times: list[float] = []
    found = wanted = false_pairs = 0
    for number in range(articles):
        origin = None
        if number % 10 == 9 and texts:
            origin = dice.choice(list(texts))
            words = _edited(texts[origin], dice, vocabulary)
        else:
            words = dice.choices(vocabulary, cum_weights=weights, k=_WORDS)
        start = perf_counter()
        own = rare_terms((" ".join(words),))
        picked = perf_counter()
        near = {other for key in own[:KEYS] for other in index.get(key, ())}
        copies = [other for other in near if estimate(own, terms[other]) >= COPY_RESEMBLANCE]
        for key in own[:KEYS]:
            index[key].append(number)
        times.append(perf_counter() - picked)
        picking.append(picked - start)
        terms.append(own)
        if origin is None:
            false_pairs += len(copies)
            if number % 25 == 0:
                texts[number] = words
                if len(texts) > 200:
                    del texts[next(iter(texts))]
        else:
            wanted += 1
            found += origin in copies
    last = sorted(times[-max(1, articles // 10) :])
    return Result(
        articles,
        median(last) * 1000,
        last[int(len(last) * 0.99)] * 1000,
        median(picking) * 1000,
        found / max(1, wanted),
        false_pairs,
    )


def _edited(words: list[str], dice: Random, vocabulary: list[str]) -> list[str]:
    kept = [word for word in words if dice.random() >= 0.04]
    return [dice.choice(vocabulary) if dice.random() < 0.04 else word for word in kept]


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    sys.stdout.write(f"{run(size)}\n")
