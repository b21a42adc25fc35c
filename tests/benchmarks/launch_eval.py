"""Figures for verdict and facts on the evaluation data: `python -m tests.benchmarks.launch_eval`.

Reads `launches-dev.jsonl` from the folder that LAUNCHWIRE_EVAL_DATA names, else from the folder
`shared/eval` beside the checkout. A count is right when it equals the stated number, or when it is
hedged, holds it, and reaches at most to its double.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bot.analysis.launches import judge
from bot.domain.article import DatePrecision, Published
from bot.domain.launch import LaunchReport, Verdict

Row = dict[str, Any]
_CLASSES = (Verdict.LAUNCH, Verdict.RELATED, Verdict.NONE)


@dataclass(frozen=True, slots=True)
class Judged:
    """An item of the data, what the rules said, and how long it took."""

    row: Row
    report: LaunchReport
    seconds: float

    @property
    def borderline(self) -> bool:
        return "borderline" in (self.row.get("note") or "")

    @property
    def facts(self) -> Row:
        return self.row.get("facts") or {}


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def data_folder() -> Path:
    """Where the evaluation data lies; it may be absent."""
    given = os.environ.get("LAUNCHWIRE_EVAL_DATA")
    return Path(given) if given else Path(__file__).parents[3] / "shared" / "eval"


def judged(path: Path, language: str = "en") -> list[Judged]:
    """Judge every item of a data file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row.get("text") or ""
        paragraphs = [part.strip() for part in text.split("\n") if part.strip()]
        started = time.process_time()
        report = judge(
            row.get("title") or "",
            paragraphs,
            language=row.get("language") or language,
            published=published(row.get("date")),
        )
        found.append(Judged(row, report, time.process_time() - started))
    return found


def published(text: str | None) -> Published | None:
    """A date of the data (year, month or day) as a `Published`."""
    if not text:
        return None
    parts = [int(part) for part in text[:10].split("-")]
    precision = (DatePrecision.YEAR, DatePrecision.MONTH, DatePrecision.DAY)[len(parts) - 1]
    year, month, day = [*parts, 1, 1][:3]
    return Published(datetime(year, month, day, tzinfo=UTC), precision)


def launch_score(items: Sequence[Judged], *, borderline: bool) -> Score:
    """Precision and recall of `launch`, with or without the items two readers may differ on."""
    kept = [item for item in items if borderline or not item.borderline]
    flagged = [item for item in kept if item.report.verdict is Verdict.LAUNCH]
    gold = [item for item in kept if item.row["label"] == Verdict.LAUNCH]
    hits = sum(item.row["label"] == Verdict.LAUNCH for item in flagged)
    return Score(_share(hits, len(flagged)), _share(hits, len(gold)))


def macro_f1(items: Sequence[Judged]) -> float:
    """Mean F1 of the three verdicts."""
    scores = []
    for name in _CLASSES:
        hits = sum(item.row["label"] == name == item.report.verdict for item in items)
        said = sum(item.report.verdict is name for item in items)
        gold = sum(item.row["label"] == name for item in items)
        scores.append(Score(_share(hits, said), _share(hits, gold)).f1)
    return sum(scores) / len(scores)


def hard_negatives_flagged(items: Sequence[Judged]) -> float:
    """Share of the hard negatives of `none` that were called a launch."""
    hard = [item for item in items if item.row["label"] == "none" and "hard" in item.row["note"]]
    return _share(sum(item.report.verdict is Verdict.LAUNCH for item in hard), len(hard))


def actor_score(items: Sequence[Judged]) -> Score:
    """Canonical actors of the launches whose actor is stated; a missed launch counts as missed."""
    pairs = [
        ({_actor(name) for name in item.facts["actor"]}, actors(item))
        for item in _launches(items)
        if item.facts.get("actor")
    ]
    return _set_score(pairs)


def weapon_score(items: Sequence[Judged]) -> Score:
    """Kinds of weapon, each word of the data mapped to the kind its own words name."""
    pairs = []
    for item in _launches(items):
        if item.facts.get("weapons"):
            gold = _special({_kind(word) for word in item.facts["weapons"]} - {""})
            said = _special({_kind(word) for word in weapons(item)} - {""})
            if gold:
                pairs.append((gold, said))
    return _set_score(pairs)


def count_accuracy(items: Sequence[Judged]) -> float:
    """Share of stated counts that are right."""
    stated = [item for item in _launches(items) if item.facts.get("count") is not None]
    return _share(sum(count_is_right(item) for item in stated), len(stated))


def date_accuracy(items: Sequence[Judged]) -> float:
    """Share of recorded event dates that are right to the day."""
    stated = [item for item in _launches(items) if item.facts.get("event_date")]
    return _share(sum(date_is_right(item) for item in stated), len(stated))


def actors(item: Judged) -> set[str]:
    """The actors the rules found."""
    news = item.report.news
    return {fact.value for fact in news.actors} if news else set()


def weapons(item: Judged) -> set[str]:
    """The weapon classes the rules found."""
    news = item.report.news
    return {str(fact.value) for fact in news.weapons} if news else set()


def count_is_right(item: Judged) -> bool:
    """Whether the stated count was found, exactly or as a hedged range."""
    news, gold = item.report.news, int(item.facts["count"])
    if news is None or news.count is None:
        return False
    count = news.count.value
    if count.min == count.max == gold:
        return True
    high = count.max if count.max is not None else count.min * 2
    return news.count.hedged and count.min <= gold <= high <= 2 * count.min


def date_is_right(item: Judged) -> bool:
    """Whether the event date is the recorded one."""
    news = item.report.news
    found = news.time.value.day.isoformat() if news and news.time else None
    return found == str(item.facts["event_date"])


def figures(items: Sequence[Judged]) -> dict[str, float]:
    """Every figure by name."""
    strict, loose = launch_score(items, borderline=False), launch_score(items, borderline=True)
    times = [item.seconds * 1_000 for item in items]
    return {
        "launch precision": strict.precision,
        "launch recall": strict.recall,
        "launch F1": strict.f1,
        "launch F1 with borderline": loose.f1,
        "hard negatives flagged": hard_negatives_flagged(items),
        "three-class macro F1": macro_f1(items),
        "actor F1": actor_score(items).f1,
        "weapon F1": weapon_score(items).f1,
        "count right": count_accuracy(items),
        "date right": date_accuracy(items),
        "milliseconds, median": median(times),
        "milliseconds, 95th percentile": quantiles(times, n=20)[-1],
    }


def worst(items: Sequence[Judged]) -> Iterable[str]:
    """A line for every item that went wrong, by kind of fault."""
    checks: tuple[tuple[str, Callable[[Judged], bool]], ...] = (
        ("verdict", lambda item: item.row["label"] != item.report.verdict),
        ("actor", lambda item: _differs(item, "actor")),
        ("weapon", lambda item: _differs(item, "weapons")),
        ("count", lambda item: _fact_wrong(item, "count", count_is_right)),
        ("date", lambda item: _fact_wrong(item, "event_date", date_is_right)),
    )
    for name, wrong in checks:
        for item in items:
            if wrong(item):
                yield f"{name:8} {_line(item, name)}"


def _differs(item: Judged, key: str) -> bool:
    if item.row["label"] != "launch" or not item.facts.get(key) or item.report.news is None:
        return False
    if key == "actor":
        return {_actor(name) for name in item.facts[key]} != actors(item)
    gold = _special({_kind(word) for word in item.facts[key]} - {""})
    return bool(gold) and gold != _special({_kind(word) for word in weapons(item)} - {""})


def _fact_wrong(item: Judged, key: str, right: Callable[[Judged], bool]) -> bool:
    stated = item.row["label"] == "launch" and item.facts.get(key) is not None
    return stated and item.report.news is not None and not right(item)


def _line(item: Judged, name: str) -> str:
    news = item.report.news
    said = {
        "verdict": f"{item.row['label']} -> {item.report.verdict} {item.row['note']}",
        "actor": f"{item.facts.get('actor')} -> {sorted(actors(item))}",
        "weapon": f"{item.facts.get('weapons')} -> {sorted(weapons(item))}",
        "count": f"{item.facts.get('count')} -> "
        f"{news.count.value if news and news.count else None}",
        "date": f"{item.facts.get('event_date')} -> "
        f"{news.time.value.day if news and news.time else None}",
    }[name]
    rule = item.report.evidence[0].rule if item.report.evidence else ""
    text = " ".join((item.row.get("text") or "").split())
    return f"{item.row['id']} {said} | {item.row['title'][:110]} || {text[:110]} | {rule}"


def _launches(items: Sequence[Judged]) -> list[Judged]:
    return [item for item in items if item.row["label"] == "launch"]


def _actor(name: str) -> str:
    return "Houthis" if "Houthi" in name else name


_KINDS = (
    ("slbm|submarine.launched|kn-11|pukguksong-1", "submarine-launched"),
    ("icbm|intercontinental|inter-contin|hwasong-15|taepodong-2|unha", "intercontinental"),
    ("irbm|intermediate-range|oreshnik|hwasong-12|musudan", "intermediate"),
    ("mrbm|medium-range ballistic|nodong|pukguksong-2|khorramshahr|sejjil", "medium"),
    ("srbm|short-range ballistic|scud|kn-02|precision strike", "short"),
    ("hypersonic", "hypersonic"),
    ("anti-ship|silkworm|antiship", "anti-ship"),
    ("cruise|storm shadow|tomahawk", "cruise"),
    ("surface-to-air|sa-2|kn-06|akash", "surface-to-air"),
    ("air.to.air|astra|air-launched", "air-launched"),
    ("rocket launcher|600mm|rocket artillery|frog|free rocket", "artillery"),
    ("patriot|interceptor", "interceptor"),
    ("satellite|space", "space"),
    ("ballistic", "ballistic"),
    ("rocket", "rocket"),
    ("missile", "missile"),
)
_BALLISTIC = {"submarine-launched", "intercontinental", "intermediate", "medium", "short"}


def _kind(word: str) -> str:
    folded = word.lower()
    return next((kind for pattern, kind in _KINDS if re.search(pattern, folded)), "")


def _special(kinds: set[str]) -> set[str]:
    if kinds & _BALLISTIC:
        kinds = kinds - {"ballistic"}
    special = kinds - {"missile", "rocket"}
    return special or kinds


def _set_score(pairs: Sequence[tuple[set[str], set[str]]]) -> Score:
    hits = sum(len(gold & said) for gold, said in pairs)
    said_all = sum(len(said) for _, said in pairs)
    return Score(_share(hits, said_all), _share(hits, sum(len(gold) for gold, _ in pairs)))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures, and with --show the items that went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="list the items that went wrong")
    options = parser.parse_args(arguments)
    path = data_folder() / "launches-dev.jsonl"
    if not path.exists():
        sys.stdout.write(f"Skipped: there is no {path.name} in the evaluation folder.\n")
        return 0
    judge("warm up", [], language="en")
    items = judged(path)
    for name, value in figures(items).items():
        sys.stdout.write(f"{name:32} {value:7.3f}\n")
    if options.show:
        sys.stdout.writelines(line + "\n" for line in worst(items))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
