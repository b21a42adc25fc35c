"""Runs the case files of tests/cases/stories through the real rules and the real grouping."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.analysis.launches import judge_whole
from bot.analysis.lexicon import languages
from bot.domain.article import ArticleId, Published
from bot.domain.story import StoryReport
from bot.domain.story_group import group

FOLDER = Path(__file__).parents[1] / "cases" / "stories"


def read_case(path: Path) -> tuple[list[StoryReport], list[int]]:
    """The reports of a case file, and the number of the story each belongs to."""
    reports: list[StoryReport] = []
    stories: list[int] = []
    story = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if not line.strip():
            story += 1
            continue
        when, outlet, headline = (part.strip() for part in line.split("|", 2))
        language = "en"
        if headline[2:4] == ": ":
            language, headline = headline[:2], headline[4:]
        at = datetime.fromisoformat(when).replace(tzinfo=UTC)
        judged = judge_whole(headline, (), language=language, published=Published(at))
        reports.append(
            StoryReport(
                article_id=ArticleId(len(reports) + 1),
                title=headline,
                publisher=outlet,
                family=outlet,
                url=None,
                language=language,
                published=at,
                detected=at,
                report=judged.report,
                entities=judged.entities,
            )
        )
        stories.append(story)
    return reports, stories


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_case_is_grouped_as_written(path: Path) -> None:
    reports, stories = read_case(path)
    missing = {report.language for report in reports} - set(languages())
    if missing:
        pytest.skip(f"no lexicon for {', '.join(sorted(missing))}")
    found = group(reports)
    assert _partition(found, reports) == _partition([str(one) for one in stories], reports)


def _partition(labels: list[str], reports: list[StoryReport]) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for label, report in zip(labels, reports, strict=True):
        groups.setdefault(label, set()).add(report.title)
    return {frozenset(titles) for titles in groups.values()}
