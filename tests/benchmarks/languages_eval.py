"""Verdicts and main facts in eleven languages: `python -m tests.benchmarks.languages_eval`.

Composed items (`synthetic` in the note) are left out, borderline ones by default.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.analysis.launches import judge
from bot.domain.launch import LaunchReport, Verdict

FILE = "languages-dev.jsonl"
GROUPS = {
    "CJK": ("ko", "ja", "zh"),
    "Cyrillic": ("ru", "uk"),
    "RTL": ("he", "ar", "fa"),
    "Latin": ("es", "fr", "de"),
}


@dataclass(slots=True)
class Score:
    """What was counted of a set of items."""

    hits: int = 0
    false: int = 0
    missed: int = 0
    actors: list[tuple[int, int, int]] = field(default_factory=list)
    counts: list[bool] = field(default_factory=list)
    right: int = 0
    items: int = 0

    @property
    def precision(self) -> float:
        """Of the items called a launch."""
        return self.hits / (self.hits + self.false) if self.hits else 0.0

    @property
    def recall(self) -> float:
        """Of the items that are a launch."""
        return self.hits / (self.hits + self.missed) if self.hits else 0.0

    @property
    def f1(self) -> float:
        """Of the verdict `launch`."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    @property
    def actor_f1(self) -> float:
        """Of canonical names, over the launches found that name an actor."""
        hits, given, named = (sum(column) for column in zip(*self.actors, strict=True))
        return 2 * hits / (given + named) if given + named else 0.0

    @property
    def count_accuracy(self) -> float:
        """Over the launches found that state a number."""
        return sum(self.counts) / len(self.counts) if self.counts else 0.0

    @property
    def accuracy(self) -> float:
        """Of all three verdicts."""
        return self.right / self.items if self.items else 0.0


def items(data: Path, *, borderline: bool = False) -> list[dict[str, Any]]:
    """The items that count."""
    rows = [json.loads(line) for line in (data / FILE).read_text("utf-8").splitlines()]
    left_out = ("synthetic",) if borderline else ("synthetic", "borderline")
    return [row for row in rows if not any(word in (row["note"] or "") for word in left_out)]


def judged(item: dict[str, Any], *, title_only: bool = False) -> LaunchReport:
    """The report on one item."""
    paragraphs = () if title_only or not item["text"] else (item["text"],)
    return judge(item["title"] or "", paragraphs, language=item["language"])


def add(score: Score, item: dict[str, Any], report: LaunchReport) -> None:
    """Count one item."""
    launch, said = item["label"] == "launch", report.verdict is Verdict.LAUNCH
    score.items += 1
    score.right += item["label"] == report.verdict.value
    score.hits += launch and said
    score.false += said and not launch
    score.missed += launch and not said
    if not (launch and said):
        return
    actors, count = item["facts"].get("actor") or [], item["facts"].get("count")
    found = [fact.value for fact in report.news.actors] if report.news else []
    if actors:
        score.actors.append((len({*actors} & {*found}), len(actors), len(found)))
    if count is not None:
        value = report.news.count.value if report.news and report.news.count else None
        score.counts.append(
            value is not None
            and value.min <= count
            and (value.max is None or count <= value.max <= 2 * count)
        )


def rows(data: Path, *, title_only: bool = False, borderline: bool = False) -> dict[str, Score]:
    """Scores by language, by group and of all together."""
    scores: dict[str, Score] = {}
    for item in items(data, borderline=borderline):
        report = judged(item, title_only=title_only)
        group = next(name for name, codes in GROUPS.items() if item["language"] in codes)
        for key in (item["language"], group, "all"):
            add(scores.setdefault(key, Score()), item, report)
    return scores


def table(scores: dict[str, Score]) -> str:
    """The scores as text."""
    lines = [f"{'':10}  items     P     R    F1  3-class  actor F1  count"]
    order = [*(code for codes in GROUPS.values() for code in codes), *GROUPS, "all"]
    for key in order:
        score = scores.get(key)
        if score is not None:
            actor = score.actor_f1 if score.actors else 0.0
            lines.append(
                f"{key:10}{score.items:7}{score.precision:6.2f}{score.recall:6.2f}{score.f1:6.2f}"
                f"{score.accuracy:9.2f}{actor:10.2f}{score.count_accuracy:7.2f}"
            )
    return "\n".join(lines)


def _show(data: Path, language: str | None, out: Any) -> None:
    for item in items(data, borderline=True):
        report = judged(item)
        wrong = (item["label"] == "launch") != (report.verdict is Verdict.LAUNCH)
        if wrong and language in (None, item["language"]):
            rule = report.evidence[0].rule if report.evidence else "-"
            out.write(f"{item['id']} {item['language']} {item['label']} {item['title']} [{rule}]\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; `--show` lists the wrong items."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[3] / "shared" / "eval")
    parser.add_argument("--show", nargs="?", const="", default=None, metavar="LANGUAGE")
    options = parser.parse_args(arguments)
    if not (options.data / FILE).is_file():
        sys.stdout.write(f"skipped: no {FILE} in {options.data}\n")
        return 0
    for label, title_only in (("title and lead", False), ("title only", True)):
        sys.stdout.write(f"{label}\n{table(rows(options.data, title_only=title_only))}\n")
    with_borderline = rows(options.data, borderline=True)["all"]
    sys.stdout.write(f"launch F1 with borderline items {with_borderline.f1:.3f}\n")
    if options.show is not None:
        _show(options.data, options.show or None, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
