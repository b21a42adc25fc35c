"""ROUGE of summaries per kind of news: ours, the lead, and each of Sumy's methods by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from rouge_score.rouge_scorer import RougeScorer

from bot.analysis.sentences import split_sentences
from bot.analysis.summary import Method, summarize, summarize_with
from bot.analysis.text import clean_text
from bot.domain.article import Markup

FILE = "summaries-dev.jsonl"
KINDS = {
    "one sentence": "XSum",
    "extractive": "BBC",
    "highlights": "CNN/DailyMail",
    "60-word brief": "Inshorts",
}
_METRICS = ("rouge1", "rouge2", "rougeL")


@dataclass(slots=True)
class Row:
    """Mean ROUGE-1/2/L F1 of one method, per kind and of all items ("together")."""

    method: str
    scores: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    worst: list[tuple[float, str]] = field(default_factory=list)

    @property
    def together(self) -> float:
        """Mean ROUGE-1 of all items."""
        return self.scores["together"][0]


def asked_for(item: dict[str, Any]) -> int:
    """Sentences the protocol asks for: the reference's lines for BBC, 1 for XSum, else 3."""
    if item["kind"] == "extractive":
        return len(item["summary"].strip().splitlines())
    return 1 if item["kind"] == "one sentence" else 3


def _ours(item: dict[str, Any]) -> Sequence[str]:
    text = clean_text(item["title"], item["text"], Markup.PLAIN)
    return summarize(text.title, text.paragraphs, language="en", sentences=asked_for(item))


def _lead(item: dict[str, Any]) -> Sequence[str]:
    return _plain_sentences(item["text"])[: asked_for(item)]


def _plain(method: Method) -> Callable[[dict[str, Any]], Sequence[str]]:
    def run(item: dict[str, Any]) -> Sequence[str]:
        paragraphs = re.split(r"\n+", item["text"])
        count = asked_for(item)
        return summarize_with(
            method, item["title"], paragraphs, language="en", sentences=count, filtered=False
        )

    return run


def _plain_sentences(text: str) -> list[str]:
    return [s for block in re.split(r"\n+", text) for s in split_sentences(block, "en")]


METHODS: dict[str, Callable[[dict[str, Any]], Sequence[str]]] = {
    "launchwire": _ours,
    "lead": _lead,
    **{f"sumy {m}": _plain(m) for m in Method if m not in (Method.COMBINED, Method.KL)},
}


def rows(data: Path, methods: Sequence[str] = tuple(METHODS)) -> Iterator[Row]:
    """One row per method; `data` is the folder of the evaluation data."""
    items = [json.loads(line) for line in (data / FILE).read_text("utf-8").splitlines()]
    scorer = RougeScorer(list(_METRICS), use_stemmer=True)
    for name in methods:
        per_kind: dict[str, list[tuple[float, ...]]] = {kind: [] for kind in KINDS}
        row = Row(name)
        for item in items:
            result = scorer.score(item["summary"], "\n".join(METHODS[name](item)))
            per_kind[item["kind"]].append(tuple(result[m].fmeasure for m in _METRICS))
            row.worst.append((result["rouge1"].fmeasure, item["summary"][:80]))
        everything = [score for scores in per_kind.values() for score in scores]
        for kind, scores in (*per_kind.items(), ("together", everything)):
            one, two, longest = (fmean(column) for column in zip(*scores, strict=True))
            row.scores[kind] = (one, two, longest)
        row.worst.sort()
        yield row


def table(results: Sequence[Row]) -> str:
    """The rows as text: ROUGE-1/2/L per kind."""
    kinds = [*KINDS, "together"]
    lines = [f"{'method':18}" + "".join(f"{KINDS.get(kind, kind):>19}" for kind in kinds)]
    for row in results:
        cells = "".join(
            f"{'/'.join(f'{value:.3f}' for value in row.scores[kind]):>19}" for kind in kinds
        )
        lines.append(f"{row.method:18}{cells}")
    return "\n".join(lines)
