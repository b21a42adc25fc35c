"""Every case of tests/cases/launches: what must be flagged, what must not, and the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.analysis.launches import judge
from bot.domain.article import DatePrecision, Published
from bot.domain.launch import LaunchEvent, LaunchReport

_FOLDER = Path(__file__).parents[1] / "cases" / "launches"


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    header: dict[str, str]
    paragraphs: tuple[str, ...]


def _cases() -> Iterator[Case]:
    for path in sorted(_FOLDER.glob("*.txt")):
        for number, block in enumerate(path.read_text(encoding="utf-8").split("\n---\n"), 1):
            head, _, text = block.strip().partition("\n\n")
            header = dict(line.split(": ", 1) for line in head.splitlines())
            paragraphs = tuple(part.strip() for part in text.split("\n\n") if part.strip())
            yield Case(f"{path.stem}-{number}", header, paragraphs)


def _published(text: str | None) -> Published | None:
    if text is None:
        return None
    if "T" in text:
        return Published(datetime.fromisoformat(text))
    day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Published(day, DatePrecision.DAY)


def _listed(values: Iterator[str]) -> str:
    return ", ".join(sorted(values)) or "none"


def _range(event: LaunchEvent) -> str:
    if event.count is None:
        return "none"
    count = event.count.value
    if count.min == count.max:
        return str(count.min)
    return f"{count.min}-{'' if count.max is None else count.max}"


def _text(value: object) -> str:
    return "none" if value is None else str(value)


_FACTS: dict[str, Callable[[LaunchEvent], str]] = {
    "actors": lambda e: _listed(fact.value for fact in e.actors),
    "weapons": lambda e: _listed(fact.value for fact in e.weapons),
    "names": lambda e: _listed(fact.value for fact in e.names),
    "count": _range,
    "date": lambda e: _text(e.time and e.time.value.day.isoformat()),
    "site": lambda e: _text(e.site and e.site.value),
    "target": lambda e: _text(e.target and e.target.value),
    "kind": lambda e: e.kind.value,
    "distance": lambda e: _text(e.distance_km and e.distance_km.value),
    "apogee": lambda e: _text(e.apogee_km and e.apogee_km.value),
    "killed": lambda e: _text(e.casualties and e.casualties.value.killed),
    "injured": lambda e: _text(e.casualties and e.casualties.value.injured),
    "eez": lambda e: _text(e.eez and e.eez.value.split()[0]),
    "overflight": lambda e: _text(e.overflight and e.overflight.value),
    "failed": lambda e: "yes" if e.failed and e.failed.value else "no",
}
_ALL = tuple(_cases())


def _report(case: Case) -> LaunchReport:
    return judge(
        case.header.get("title", ""),
        case.paragraphs,
        language=case.header.get("language", "en"),
        published=_published(case.header.get("published")),
    )


@pytest.mark.parametrize("case", _ALL, ids=[case.name for case in _ALL])
def test_article_is_judged_as_its_case_says(case: Case) -> None:
    report = _report(case)
    assert report.verdict == case.header["expect"], report.evidence
    if report.news is not None:
        for key, read in _FACTS.items():
            if key in case.header:
                wanted = case.header[key]
                if key in {"actors", "weapons", "names"}:
                    wanted = _listed(iter(wanted.split(", ")))
                assert read(report.news) == wanted, key
    if "events" in case.header:
        assert len(report.events) == int(case.header["events"])
    if "denied" in case.header:
        assert case.header["denied"] == ("no" if report.denied is None else "yes")
    if "retracted" in case.header:
        assert case.header["retracted"] == ("no" if report.retracted is None else "yes")
    if "attribution" in case.header:
        assert case.header["attribution"] in {item.who for item in report.attribution}


def test_every_header_line_of_the_cases_is_one_that_is_checked() -> None:
    known = {"expect", "title", "language", "published", "events", "attribution", *_FACTS}
    known |= {"denied", "retracted"}
    assert {key for case in _ALL for key in case.header} <= known


def test_every_fact_quotes_a_sentence_of_its_article() -> None:
    for case in _ALL:
        text = " ".join([case.header.get("title", ""), *case.paragraphs])
        for event in _report(case).events:
            for fact in (*event.actors, *event.weapons, *event.names, event.count, event.target):
                assert fact is None or fact.quote in text, case.name
