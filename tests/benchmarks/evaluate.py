"""One table of every figure about judgement, stories and summaries: `make eval`.

`python -m tests.benchmarks.evaluate [--show [N]] [--readme]`. The data is the folder that
LAUNCHWIRE_EVAL_DATA names, else `shared/eval` beside the checkout; a part whose file is not there
is skipped and named. Progress goes to stderr, the table to stdout.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.box import ASCII, ROUNDED, Box
from rich.console import Console
from rich.table import Table

from bot.domain.launch import Verdict
from bot.domain.story_group import group
from tests.benchmarks import languages_eval, launch_eval, story_eval, summary_eval
from tests.benchmarks.feeds_eval import feeds_with_expected_entries

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- eval:begin -->", "<!-- eval:end -->"
# A summary may fall this far below the best single method of its kind.
KIND_MARGIN = 0.01


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: what is measured, the figure as shown, the target, and whether it is reached."""

    name: str
    shown: str
    target: str = ""
    reached: bool | None = None

    @property
    def word(self) -> str:
        """`ok`, `below`, or nothing where no target is set."""
        return {True: "ok", False: "below", None: ""}[self.reached]


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one set of data, and its worst items, worst first."""

    title: str
    figures: tuple[Figure, ...]
    worst: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part that could not be measured because its data is not here."""

    title: str
    file: str


def at_least(name: str, value: float, target: float | None = None) -> Figure:
    """A figure that wants to be high."""
    if target is None:
        return Figure(name, f"{value:.3f}")
    return Figure(name, f"{value:.3f}", f">= {target:.2f}", value >= target)


def at_most(name: str, value: float, target: float) -> Figure:
    """A share that wants to be low."""
    return Figure(name, f"{value:.1%}", f"<= {target:.0%}", value <= target)


def verdicts(data: Path) -> Part:
    """Verdict and facts of English articles."""
    items = launch_eval.judged(data / "launches-dev.jsonl")
    strict = launch_eval.launch_score(items, borderline=False)
    loose = launch_eval.launch_score(items, borderline=True)
    figures = (
        at_least("launch precision, without borderline", strict.precision, 0.96),
        at_least("launch recall, without borderline", strict.recall, 0.94),
        at_least("launch F1, without borderline", strict.f1, 0.95),
        at_least("launch precision, with borderline", loose.precision),
        at_least("launch recall, with borderline", loose.recall),
        at_least("launch F1, with borderline", loose.f1, 0.91),
        at_least("three-class macro F1", launch_eval.macro_f1(items), 0.90),
        at_most("hard negatives flagged", launch_eval.hard_negatives_flagged(items), 0.01),
        at_least("actor F1", launch_eval.actor_score(items).f1, 0.92),
        at_least("weapon F1", launch_eval.weapon_score(items).f1),
        at_least("count right", launch_eval.count_accuracy(items), 0.92),
        at_least("event date right", launch_eval.date_accuracy(items)),
    )
    return Part(f"English articles ({len(items)})", figures, tuple(launch_eval.worst(items)))


def languages(data: Path) -> Part:
    """Launch verdicts in eleven other languages, title and lead."""
    scores = languages_eval.rows(data)
    pooled = scores["all"]
    figures = [
        at_least("launch precision, pooled", pooled.precision),
        at_least("launch recall, pooled", pooled.recall),
        at_least("launch F1, pooled", pooled.f1, 0.92),
    ]
    for script, codes in languages_eval.GROUPS.items():
        name = f"launch F1, {script} ({', '.join(codes)})"
        figures.append(at_least(name, scores[script].f1, 0.87))
    title_only = languages_eval.rows(data, title_only=True)["all"]
    figures.append(at_least("launch F1, pooled, title only", title_only.f1))
    if pooled.actors:
        figures.append(at_least("actor F1, of launches found", pooled.actor_f1))
    if pooled.counts:
        figures.append(at_least("count right, of launches found", pooled.count_accuracy))
    title = f"Eleven other languages ({pooled.items})"
    return Part(title, tuple(figures), tuple(_wrong_languages(data)))


def _wrong_languages(data: Path) -> Iterator[str]:
    for item in languages_eval.items(data):
        report = languages_eval.judged(item)
        if (item["label"] == "launch") != (report.verdict is Verdict.LAUNCH):
            rule = report.evidence[0].rule if report.evidence else "no rule"
            yield (
                f"{item['id']} {item['language']} {item['label']} -> {report.verdict.value} | "
                f"{item['title']} | {rule}"
            )


def stories(data: Path) -> Part:
    """Grouping of headlines, as one batch and one at a time, B-cubed."""
    figures, worst = [], []
    for name, target, live_target in (("general", 0.86, 0.86), ("missile", 0.88, 0.94)):
        items = story_eval.load(name, data)
        gold = [item["story"] for item in items]
        reports = [story_eval.report_of(number, item) for number, item in enumerate(items, 1)]
        found = group(reports)
        score = story_eval.b_cubed(gold, found)
        live = story_eval.b_cubed(gold, story_eval.group_live(reports))
        figures += [
            at_least(f"{name} stories, B-cubed precision", score.precision),
            at_least(f"{name} stories, B-cubed recall", score.recall),
            at_least(f"{name} stories, B-cubed F1", score.f1, target),
            at_least(f"{name} stories, F1 one report at a time", live.f1, live_target),
        ]
        for own, story, lines in story_eval.worst(items, found, len(items)):
            if own < 1:
                titles = "".join(f"\n    {label:>5} {title}" for label, title in lines)
                worst.append(f"{name} {story} F1 {own:.2f}{titles}")
    return Part("Stories, headlines only", tuple(figures), tuple(worst))


def summaries(data: Path) -> Part:
    """ROUGE-1/2/L of ours beside the lead and each of Sumy's methods, per kind."""
    found: dict[str, summary_eval.Row] = {}
    for name in summary_eval.METHODS:
        _progress(f"summaries: {name}")
        found.update((row.method, row) for row in summary_eval.rows(data, [name]))
    ours = found.pop("launchwire")
    figures = []
    for kind in (*summary_eval.KINDS, "together"):
        best = _best(found.values(), kind)
        figures.append(_summary_figure(kind, ours, best))
        figures += [Figure(f"    {row.method}", _rouge(row, kind)) for row in found.values()]
    worst = tuple(f"ROUGE-1 {value:.3f} | {text}" for value, text in ours.worst)
    return Part("Summaries, ROUGE-1 / 2 / L", tuple(figures), worst)


def _best(rows: Iterable[summary_eval.Row], kind: str) -> summary_eval.Row:
    return max(rows, key=lambda row: row.scores[kind][0])


def _summary_figure(kind: str, ours: summary_eval.Row, best: summary_eval.Row) -> Figure:
    name = summary_eval.KINDS.get(kind, "all kinds together")
    value = ours.scores[kind][0]
    if kind == "together":
        return Figure(name, _rouge(ours, kind), ">= 0.43", value >= 0.43)
    floor = best.scores[kind][0] - KIND_MARGIN
    target = f">= {floor:.3f} ({best.method} - {KIND_MARGIN})"
    return Figure(f"{name}: {kind}", _rouge(ours, kind), target, value >= floor)


def _rouge(row: summary_eval.Row, kind: str) -> str:
    return " / ".join(f"{value:.3f}" for value in row.scores[kind])


def feeds(data: Path) -> Part:
    """Captured feed files that give the entries their manifest expects."""
    score = feeds_with_expected_entries(data / "feeds")
    name = f"feed files with the expected entries ({score.right} of {score.total})"
    figure = Figure(name, f"{score.share:.1%}", ">= 99%", score.share >= 0.99)
    worst = tuple(
        f"{file}: {found} entries, {wanted} expected" for file, found, wanted in score.misses
    )
    return Part("Feeds", (figure,), worst)


PARTS: tuple[tuple[str, tuple[str, ...], Callable[[Path], Part]], ...] = (
    ("verdicts", ("launches-dev.jsonl",), verdicts),
    ("languages", (languages_eval.FILE,), languages),
    ("stories", tuple(story_eval.SETS.values()), stories),
    ("summaries", (summary_eval.FILE,), summaries),
    ("feeds", ("feeds/manifest.json",), feeds),
)


def measure(data: Path) -> Iterator[Part | Skipped]:
    """Each part as it is done; a part without its data is `Skipped`."""
    for title, files, work in PARTS:
        absent = [name for name in files if not (data / name).is_file()]
        if absent:
            yield Skipped(title, absent[0])
        else:
            _progress(title)
            yield work(data)


def table(parts: Iterable[Part], lines: Box) -> Table:
    """The one table."""
    title = "Launchwire, measured on the evaluation data"
    drawn = Table(title=title, title_justify="left", box=lines)
    drawn.add_column("measure", no_wrap=True)
    drawn.add_column("figure", justify="right", no_wrap=True)
    drawn.add_column("target", no_wrap=True)
    drawn.add_column("", no_wrap=True)
    for part in parts:
        drawn.add_row(part.title, style="bold")
        for figure in part.figures:
            style = {"ok": "green", "below": "bold red", "": "dim"}[figure.word]
            drawn.add_row(f"  {figure.name}", figure.shown, figure.target, figure.word, style=style)
        drawn.add_section()
    return drawn


def markdown(parts: Iterable[Part]) -> str:
    """The same for README, without the single methods a summary is compared with."""
    lines = ["| measure | figure | target | |", "|---|---|---|---|"]
    for part in parts:
        lines.append(f"| **{part.title}** | | | |")
        lines += [
            f"| {figure.name} | {figure.shown} | {figure.target} | {figure.word} |"
            for figure in part.figures
            if not figure.name.startswith(" ")
        ]
    return "\n".join(lines).replace(">=", "≥").replace("<=", "≤")


def with_table(readme: str, text: str) -> str:
    """README with what stands between the markers replaced."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README has no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def _progress(text: str) -> None:
    sys.stderr.write(f"measuring {text} ...\n")
    sys.stderr.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what can be measured; 0 also where there is no data (said on stdout)."""
    parser = argparse.ArgumentParser(description="Measure Launchwire on the evaluation data.")
    parser.add_argument(
        "--show", nargs="?", type=int, const=10, default=0, metavar="N",
        help="list the N worst items of each part (10)",
    )  # fmt: skip
    parser.add_argument("--readme", action="store_true", help="write the table into README.md")
    options = parser.parse_args(arguments)
    results = list(measure(launch_eval.data_folder()))
    parts = [one for one in results if isinstance(one, Part)]
    skipped = [one for one in results if isinstance(one, Skipped)]
    # A pipe gets plain text, as wide as it needs.
    console = (
        Console(highlight=False) if sys.stdout.isatty() else Console(width=150, color_system=None)
    )
    if parts:
        console.print(table(parts, ROUNDED if sys.stdout.isatty() else ASCII))
        goals = [figure for part in parts for figure in part.figures if figure.reached is not None]
        reached = sum(figure.reached is True for figure in goals)
        console.print(f"{reached} of {len(goals)} targets reached.")
    for part in [part for part in parts if part.worst and options.show]:
        console.print(f"\nWorst of: {part.title}", style="bold", markup=False)
        for line in part.worst[: options.show]:
            console.print(f"  {line}", markup=False)
    for one in skipped:
        console.print(f"Skipped: {one.title}: there is no {one.file} in the evaluation folder.")
    if skipped:
        console.print("LAUNCHWIRE_EVAL_DATA names the folder that holds the evaluation data.")
    if options.readme and parts:
        README.write_text(with_table(README.read_text("utf-8"), markdown(parts)), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
