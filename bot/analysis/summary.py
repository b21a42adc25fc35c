"""Summaries: Sumy's ranking, joined with the place in the article and the headline.

Sumy's only door. The sentences of a summary are the article's own, in its order. The fast classes
give what Sumy's give, with the pairwise loops as matrix products and each word stemmed once.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.edmundson import EdmundsonSummarizer
from sumy.summarizers.kl import KLSummarizer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.reduction import ReductionSummarizer
from sumy.summarizers.sum_basic import SumBasicSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from bot.analysis.candidates import MAX_SENTENCES, candidates
from bot.analysis.choosing import Floats, choose, scores_of, share_of
from bot.analysis.words import Tokenizer, light_stem, own_stop_words

_KL_LIMIT = 60  # sentences; KL is cubic
_ONE_THREAD = 2**18  # multiplications up to which OpenBLAS, numpy's library, starts no thread
_MEMO_LIMIT = 100_000  # words
_LIGHT = frozenset({"ko", "fa", "he", "ja", "zh"})  # stemmed by our own rules
_NAMES = {  # as Sumy calls them; it stems each of these without further packages
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "ru": "russian",
    "uk": "ukrainian", "ar": "arabic", "he": "hebrew", "ko": "korean", "ja": "japanese",
    "zh": "chinese", "it": "italian", "pt": "portuguese", "sv": "swedish", "nl": "dutch",
    "cs": "czech", "da": "danish", "no": "norwegian", "fi": "finnish", "hu": "hungarian",
    "ro": "romanian",
}  # fmt: skip


class Method(StrEnum):
    """What a person can ask for; `COMBINED` is Launchwire's own, the rest are Sumy's."""

    COMBINED = "combined"
    LEX_RANK = "lexrank"
    TEXT_RANK = "textrank"
    LUHN = "luhn"
    LSA = "lsa"
    REDUCTION = "reduction"
    SUM_BASIC = "sumbasic"
    EDMUNDSON = "edmundson"
    KL = "kl"


def _counts(sentences: list[list[str]]) -> Floats:
    """How often each stem (column) occurs in each sentence (row)."""
    column: dict[str, int] = {}
    cells = [column.setdefault(word, len(column)) for sentence in sentences for word in sentence]
    width = max(1, len(column))
    rows = np.repeat(np.arange(len(sentences)), [len(sentence) for sentence in sentences])
    flat = np.bincount(
        rows * width + np.array(cells, dtype=np.intp), minlength=len(sentences) * width
    )
    return flat.reshape(len(sentences), width).astype(float)


class FastLexRank(LexRankSummarizer):  # type: ignore[misc]  # Sumy publishes no types
    """LexRank with the same matrix from one product instead of n² Python loops."""

    @staticmethod
    def _compute_idf(sentences: list[list[str]]) -> dict[str, float]:
        containing: dict[str, int] = {}
        for sentence in sentences:
            for term in set(sentence):
                containing[term] = containing.get(term, 0) + 1
        total = len(sentences)
        return {term: math.log(total / (1 + n)) for term, n in containing.items()}

    def _create_matrix(
        self,
        sentences: list[list[str]],
        threshold: float,
        tf_metrics: list[dict[str, float]],
        idf_metrics: dict[str, float],
    ) -> Floats:
        return self.matrix_of(_counts(sentences), threshold)

    @staticmethod
    def matrix_of(counts: Floats, threshold: float = LexRankSummarizer.threshold) -> Floats:
        """The same from the counts: idf-modified cosine, cut at the threshold, rows sum to 1."""
        most = counts.max(axis=1, keepdims=True)
        most[most == 0] = 1
        containing = (counts > 0).sum(axis=0)
        weights = counts / most * np.log(len(counts) / (1 + containing))
        norms = np.sqrt((weights**2).sum(axis=1))
        lengths = np.outer(norms, norms)
        product = _product(weights, containing)
        cosine = np.divide(product, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        np.fill_diagonal(cosine, norms > 0)
        linked = (cosine > threshold).astype(float)
        degrees = linked.sum(axis=1)
        degrees[degrees == 0] = 1
        matrix: Floats = linked / degrees[:, np.newaxis]
        return matrix


def _product(weights: Floats, containing: NDArray[np.intp]) -> Floats:
    """How much each two sentences share; a sentence's product with itself is left open.

    Three words of four stand in one sentence only and join nothing. Without them, and in parts, the
    product stays small enough for one thread: the waiting of others costs far more than the work.
    """
    shared = weights[:, containing > 1]
    rows = max(1, _ONE_THREAD // max(1, shared.size))
    parts = [shared[at : at + rows] @ shared.T for at in range(0, len(shared), rows)]
    product: Floats = np.concatenate(parts)
    return product


def _log_lengths(counts: Floats) -> Floats:
    logs = np.log(np.maximum(counts.sum(axis=1), 1.0))
    sums: Floats = logs[:, np.newaxis] + logs[np.newaxis, :]
    return sums


class FastTextRank(TextRankSummarizer):  # type: ignore[misc]  # Sumy publishes no types
    """TextRank with the same matrix from one product."""

    def _create_matrix(self, document: ObjectDocumentModel) -> Floats:
        counts = _counts([self._to_words_set(s) for s in document.sentences])
        rank, norm = counts @ counts.T, _log_lengths(counts)
        one_word = np.isclose(norm, 0.0)  # both sentences have a single word: Sumy keeps the count
        weights = np.where(one_word, rank, rank / np.where(one_word, 1.0, norm))
        weights[rank == 0] = 0.0
        weights /= weights.sum(axis=1)[:, np.newaxis] + self._ZERO_DIVISION_PREVENTION
        size = len(counts)
        matrix: Floats = np.full((size, size), (1.0 - self.damping) / size) + self.damping * weights
        return matrix


class FastReduction(ReductionSummarizer):  # type: ignore[misc]  # Sumy publishes no types
    """Reduction with the same ratings from one product."""

    def rate_sentences(self, document: ObjectDocumentModel) -> dict[Sentence, float]:
        """A rating per sentence, as Sumy asks for it."""
        counts = _counts([self._to_words_set(s) for s in document.sentences])
        ratings: dict[Sentence, float] = {}
        for sentence, rating in zip(document.sentences, self.ratings_of(counts), strict=True):
            ratings[sentence] = ratings.get(sentence, 0.0) + float(rating)
        return ratings

    @staticmethod
    def ratings_of(counts: Floats) -> Floats:
        """One rating per sentence, in order, from the counts."""
        rank, norm = _product(counts, (counts > 0).sum(axis=0)), _log_lengths(counts)
        edges = np.divide(rank, norm, out=np.zeros_like(rank), where=norm != 0)
        np.fill_diagonal(edges, 0.0)
        total: Floats = edges.sum(axis=1)
        return total


class FastLsa(LsaSummarizer):  # type: ignore[misc]  # Sumy publishes no types
    """LSA with its two cell-by-cell loops as array operations, and its words in a fixed order.

    Sumy numbers the words of a set, whose order changes from process to process; between nearly
    equal sentences the decomposition's last digits then decide differently each time.
    """

    def _create_dictionary(self, document: Any) -> dict[str, int]:
        return {word: row for row, word in enumerate(sorted(super()._create_dictionary(document)))}

    def _compute_term_frequency(self, matrix: Floats, smooth: float = 0.4) -> Floats:
        highest = np.max(matrix, axis=0)
        used = highest != 0
        matrix[:, used] = smooth + (1.0 - smooth) * (matrix[:, used] / highest[used])
        return matrix

    def _compute_ranks(self, sigma: Floats, v_matrix: Floats) -> list[float]:
        dimensions = max(self.MIN_DIMENSIONS, int(len(sigma) * self.REDUCTION_RATIO))
        powered = np.where(np.arange(len(sigma)) < dimensions, sigma**2, 0.0)
        ranks: list[float] = np.sqrt(powered @ v_matrix**2).tolist()
        return ranks


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    """A stemmer that remembers: stemming is two thirds of a summary's time."""
    if language in _LIGHT or language not in _NAMES:
        return lru_cache(maxsize=50_000)(lambda word: light_stem(word, language))
    return lru_cache(maxsize=50_000)(Stemmer(_NAMES[language]))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Sumy's list joined with ours; ours alone where Sumy has none (Russian, Persian)."""
    try:
        theirs = frozenset(get_stop_words(_NAMES.get(language, language)))
    except LookupError:
        theirs = frozenset()
    return theirs | own_stop_words(language)


@cache
def _tokenizer(language: str) -> Tokenizer:
    return Tokenizer(language)


_CLASSES: dict[Method, type[Any]] = {
    Method.LEX_RANK: FastLexRank,
    Method.TEXT_RANK: FastTextRank,
    Method.LUHN: LuhnSummarizer,
    Method.LSA: FastLsa,
    Method.REDUCTION: FastReduction,
    Method.SUM_BASIC: SumBasicSummarizer,
    Method.KL: KLSummarizer,
}


@cache
def _summarizer(method: Method, language: str) -> Any:
    made = _CLASSES[method](_stemmer(language))
    made.stop_words = stop_words(language)
    return made


def _document(groups: Iterable[Sequence[str]], language: str, title: str = "") -> Any:
    tokenizer = _tokenizer(language)
    paragraphs = [Paragraph([Sentence(text, tokenizer) for text in group]) for group in groups]
    if title:
        paragraphs.insert(0, Paragraph([Sentence(title, tokenizer, is_heading=True)]))
    return ObjectDocumentModel(paragraphs)


def summarize_with(
    method: Method,
    title: str,
    paragraphs: Sequence[str],
    *,
    language: str,
    sentences: int = 3,
    filtered: bool = True,
) -> tuple[str, ...]:
    """The sentences that one method chooses, in the article's order.

    `filtered=False` ranks every sentence, as Sumy by itself would (for comparison).
    """
    if method is Method.COMBINED:
        return summarize(title, paragraphs, language=language, sentences=sentences)
    tokenizer = _tokenizer(language)
    if filtered:
        found = candidates(paragraphs, language)
        texts = [c.text for c in found if c.sound] or [c.text for c in found]
        groups: list[list[str]] = [texts]
    else:
        groups = [list(tokenizer.to_sentences(paragraph)) for paragraph in paragraphs]
    groups = _first(groups, _KL_LIMIT if method is Method.KL else MAX_SENTENCES)
    if not any(groups):
        return ()
    document = _document(groups, language, title)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # Sumy warns of articles with few words
        if method is Method.EDMUNDSON:
            chosen = _edmundson(title, language)(document, sentences)
        else:
            chosen = _summarizer(method, language)(document, sentences)
    return tuple(str(sentence) for sentence in chosen)


def _first(groups: list[list[str]], limit: int) -> list[list[str]]:
    kept, left = [], limit
    for group in groups:
        kept.append(group[:left])
        left -= len(kept[-1])
    return [group for group in kept if group]


def _edmundson(title: str, language: str) -> EdmundsonSummarizer:
    """Edmundson with the headline's words as cue words and our stop words as null words."""
    summarizer = EdmundsonSummarizer(_stemmer(language))
    stops = stop_words(language) or frozenset({"-"})
    words = _tokenizer(language).to_words(title)
    summarizer.bonus_words = [word for word in words if word.lower() not in stops] or ["-"]
    summarizer.stigma_words = ["-"]  # Sumy refuses an empty set
    summarizer.null_words = stops
    return summarizer


def summarize(
    title: str, paragraphs: Sequence[str], *, language: str, sentences: int = 3
) -> tuple[str, ...]:
    """The sentences that tell an article best, verbatim, in its order; at most `sentences`."""
    found = candidates(paragraphs, language)
    if not found or sentences < 1:
        return ()
    stems = _stems([c.text for c in found], language)
    headline = frozenset(_stems([title], language)[0])
    share = share_of(sentences, len(found))
    scores = scores_of(found, stems, headline, _ranks(stems), share, single=sentences == 1)
    chosen = choose(scores, found, sentences, [frozenset(s) for s in stems])
    return tuple(found[number].text for number in chosen)


class _Memo(dict[str, str]):
    """Raw word -> stem, empty for a stop word; each word is worked out once per process."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._stem, self._stops = _stemmer(language), stop_words(language)

    def __missing__(self, word: str) -> str:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        lower = word.lower()
        stem = self[word] = "" if lower in self._stops else self._stem(lower)
        return stem


@cache
def _memo(language: str) -> _Memo:
    return _Memo(language)


def _stems(texts: Sequence[str], language: str) -> list[list[str]]:
    to_words, memo = _tokenizer(language).to_words, _memo(language)
    return [[stem for word in to_words(text) if (stem := memo[word])] for text in texts]


def _ranks(stems: list[list[str]]) -> tuple[Floats, Floats]:
    """What Reduction and LexRank give each sentence, by Sumy's own steps."""
    counts = _counts(stems)
    with np.errstate(all="ignore"):  # two sentences without a common word give 0/0
        matrix = FastLexRank.matrix_of(counts)
        linked: Floats = np.nan_to_num(FastLexRank.power_method(matrix, FastLexRank.epsilon))
    return FastReduction.ratings_of(counts), linked
