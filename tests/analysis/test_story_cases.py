"""Runs the case files of tests/cases/stories through the real rules and the real grouping.

Each situation is grouped twice: as one batch (`analyze`), and one report at a time (the bot).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.analysis.launches import judge_whole
from bot.domain.article import ArticleId, Published
from bot.domain.launch import Verdict
from bot.domain.story import StoryReport
from bot.domain.story_group import group
from tests.benchmarks.story_eval import group_live

FOLDER = Path(__file__).parents[1] / "cases" / "stories"
TALK = "[talk] "


@dataclass
class Case:
    """One situation: its reports, the story each belongs to, and which must be no launch."""

    name: str
    reports: list[StoryReport] = field(default_factory=list)
    stories: list[int] = field(default_factory=list)
    talk: list[str] = field(default_factory=list)


def read_cases(path: Path) -> Iterator[Case]:
    """The situations of a case file."""
    case = Case(path.stem)
    story = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            if case.reports:
                yield case
            case = Case(f"{path.stem}: {line.removeprefix('== ')}")
        elif not line.strip():
            story += 1
        elif not line.startswith("#"):
            case.reports.append(read_report(line, case))
            case.stories.append(story)
    yield case


def read_report(line: str, case: Case) -> StoryReport:
    """A report of a case, judged by the real rules."""
    when, outlet, headline = (part.strip() for part in line.split("|", 2))
    if headline.startswith(TALK):
        headline = headline.removeprefix(TALK)
        case.talk.append(headline)
    language = "en"
    if headline[2:4] == ": ":
        language, headline = headline[:2], headline[4:]
    headline, _, lead = headline.partition(" // ")
    at = datetime.fromisoformat(when).replace(tzinfo=UTC)
    paragraphs = (lead,) if lead else ()
    judged = judge_whole(headline, paragraphs, language=language, published=Published(at))
    return StoryReport(
        article_id=ArticleId(len(case.reports) + 1),
        title=headline,
        publisher=outlet,
        family=outlet,
        url=None,
        language=language,
        published=at,
        detected=at,
        report=judged.report,
        lead=lead,
        entities=judged.entities,
    )


CASES = [case for path in sorted(FOLDER.glob("*.txt")) for case in read_cases(path)]


def in_order_of_arrival(reports: Sequence[StoryReport]) -> list[str]:
    """The live grouping, given the reports as they came."""
    arrived = sorted(reports, key=lambda one: (one.detected, one.article_id))
    labels = dict(zip((one.article_id for one in arrived), group_live(arrived), strict=True))
    return [labels[one.article_id] for one in reports]


@pytest.mark.parametrize("way", [group, in_order_of_arrival], ids=["batch", "live"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_is_grouped_as_written(
    case: Case, way: Callable[[Sequence[StoryReport]], list[str]]
) -> None:
    found = way(case.reports)
    wanted = [str(one) for one in case.stories]
    assert _partition(found, case.reports) == _partition(wanted, case.reports)


@pytest.mark.parametrize("case", [case for case in CASES if case.talk], ids=lambda case: case.name)
def test_talk_is_no_launch(case: Case) -> None:
    launches = [one.title for one in case.reports if one.report.verdict is Verdict.LAUNCH]
    assert not set(launches) & set(case.talk)


def _partition(labels: Sequence[str], reports: Sequence[StoryReport]) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for label, report in zip(labels, reports, strict=True):
        groups.setdefault(label, set()).add(f"{report.detected:%d %H:%M} {report.title}")
    return {frozenset(titles) for titles in groups.values()}
