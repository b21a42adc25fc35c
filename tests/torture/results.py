"""The table of results: one line for each kind of trial, written by the runs, shown in README."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")
README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- torture:begin -->", "<!-- torture:end -->"


@dataclass(frozen=True, slots=True)
class Line:
    """What one kind of trial came to; `wanted` is how many the full run makes."""

    trial: str
    unit: str
    done: int
    wanted: int
    messages: int
    lost: int
    doubled: int
    wrong: int
    seconds: float
    notes: str = ""


def load(path: Path = RESULTS) -> dict[str, Line]:
    """The lines kept so far, by trial."""
    if not path.exists():
        return {}
    return {item["trial"]: Line(**item) for item in json.loads(path.read_text("utf-8"))}


def save(lines: Iterable[Line], path: Path = RESULTS) -> None:
    """Keep the lines; those of other trials stay as they are."""
    kept = load(path) | {line.trial: line for line in lines}
    items = [asdict(kept[trial]) for trial in sorted(kept)]
    path.write_text(json.dumps(items, indent=1) + "\n", encoding="utf-8")


def table(lines: Mapping[str, Line]) -> str:
    """The lines as a Markdown table."""
    rows = [
        "| trial | done | messages | lost | doubled | wrong end state |",
        "|---|---|---|---|---|---|",
    ]
    for line in lines.values():
        done = f"{line.done:,} {line.unit}"
        if line.done < line.wanted:
            done += f" of {line.wanted:,}"
        notes = f" ({line.notes})" if line.notes else ""
        rows.append(
            f"| {line.trial}{notes} | {done} | {line.messages:,} | {line.lost} | {line.doubled} "
            f"| {line.wrong} |"
        )
    return "\n".join(rows)


def show_in(readme: Path, lines: Mapping[str, Line]) -> bool:
    """Put the table between the markers of README; False where there are none."""
    text = readme.read_text("utf-8") if readme.exists() else ""
    if BEGIN not in text or END not in text:
        return False
    head, rest = text.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    new = f"{head}{BEGIN}\n{table(lines)}\n{END}{tail}"
    if new != text:
        readme.write_text(new, encoding="utf-8")
    return True
