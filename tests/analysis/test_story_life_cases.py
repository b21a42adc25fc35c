"""Runs the case files of tests/cases/story_life: the word for a story, and what deserves a ping."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.analysis.launches import judge_whole
from bot.analysis.publishers import outlet_table
from bot.domain.article import ArticleId, Origin, Published, SourceKind
from bot.domain.publisher import resolve_publisher
from bot.domain.story import Story, StoryId, StoryReport, StoryView
from bot.domain.story_changes import changes, is_material
from bot.domain.story_facts import view
from bot.domain.story_life import add_report, revise_report, start_story

FOLDER = Path(__file__).parents[1] / "cases" / "story_life"
WITHDRAWN = "[withdrawn] "
START = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)
AGE = timedelta(hours=48)


@dataclass
class Case:
    """A story: (report, status after it, effect) in order."""

    name: str
    steps: list[tuple[StoryReport, str, str]] = field(default_factory=list)


def read_cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.txt")):
        case: Case | None = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                if case is not None:
                    yield case
                case = Case(f"{path.stem}: {line.removeprefix('== ')}")
            elif line.strip() and case is not None:
                told, _, wanted = line.rpartition(" => ")
                status, effect = wanted.split(", ")
                case.steps.append((read_report(told, len(case.steps)), status, effect))
        if case is not None:
            yield case


def read_report(line: str, number: int) -> StoryReport:
    """A report as the bot makes it, judged by the real rules."""
    outlet, headline = (part.strip() for part in line.split("|", 1))
    withdrawn = headline.startswith(WITHDRAWN)
    headline, _, lead = headline.removeprefix(WITHDRAWN).partition(" // ")
    language = next(
        (code for code, first in (("ko", "가"), ("ja", "ぁ")) if _in(first, lead)), "en"
    )
    origin = Origin(SourceKind.FEED, "1", outlet, publisher=outlet)
    paragraphs = (lead,) if lead else (headline,)
    publisher = resolve_publisher(origin, outlet_table(), title=headline, paragraphs=paragraphs)
    at = START + timedelta(hours=number)
    told = (lead,) if lead else ()
    judged = judge_whole(headline, told, language=language, published=Published(at))
    return StoryReport(
        article_id=ArticleId(number + 1),
        title=headline,
        publisher=publisher.name,
        family=publisher.family,
        url=None,
        language=language,
        published=at,
        detected=at,
        report=judged.report,
        official_feed=publisher.official,
        state_media=publisher.state_media,
        withdrawn=withdrawn,
        entities=judged.entities,
    )


def _in(first: str, text: str) -> bool:
    last = {"가": "힣", "ぁ": "ヿ"}[first]
    return any(first <= letter <= last for letter in text)


def _with(story: Story, report: StoryReport) -> Story:
    """The story with a further report, or with one that was taken back."""
    if not report.withdrawn:
        return add_report(story, report, report.detected)
    told = [one for one in story.reports if one.title == report.title]
    return revise_report(story, replace(report, article_id=told[-1].article_id), report.detected)


@pytest.mark.parametrize("case", list(read_cases()), ids=lambda case: case.name)
def test_story_goes_as_written(case: Case) -> None:
    story: Story | None = None
    seen: StoryView | None = None
    lines = []
    for report, _, _ in case.steps:
        now = report.detected
        story = (
            replace(start_story(report, now), id=StoryId(1))
            if story is None
            else _with(story, report)
        )
        before, seen = seen, view(story, None, now, AGE)
        assert seen is not None
        material = is_material(changes(before, seen, now))
        lines.append((report.title, seen.status.value, "ping" if material else "silent"))
    assert lines == [(report.title, status, effect) for report, status, effect in case.steps]
