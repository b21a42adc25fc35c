"""Measures grouping: B-cubed precision, recall and F1 on headlines with known stories.

`python tests/benchmarks/story_eval.py [--live] [--show N]` prints the table and, with `--show`, the
worst stories. `--live` takes the reports one by one as the bot does; without it they are grouped
as one batch, as `python -m bot analyze` does.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.analysis.launches import judge_whole
from bot.domain.article import ArticleId, DatePrecision, Published
from bot.domain.story import Story, StoryId, StoryReport
from bot.domain.story_bridge import bridge
from bot.domain.story_group import group
from bot.domain.story_life import absorb, add_report, start_story
from bot.domain.story_match import choose_story, index_keys

CANDIDATE_SECONDS = 7 * 86400
SETS = {"general": "stories-dev.jsonl", "missile": "stories-missile-dev.jsonl"}


@dataclass(frozen=True, slots=True)
class Score:
    """B-cubed (Bagga and Baldwin, 1998): the mean over items of each item's own P and R."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def b_cubed(gold: Sequence[str], found: Sequence[str]) -> Score:
    """Score a grouping against the known stories."""
    stories: dict[str, set[int]] = defaultdict(set)
    groups: dict[str, set[int]] = defaultdict(set)
    for at, (story, label) in enumerate(zip(gold, found, strict=True)):
        stories[story].add(at)
        groups[label].add(at)
    precision = recall = 0.0
    for story, label in zip(gold, found, strict=True):
        common = len(stories[story] & groups[label])
        precision += common / len(groups[label])
        recall += common / len(stories[story])
    return Score(precision / len(gold), recall / len(gold))


def data_folder() -> Path:
    """`LAUNCHWIRE_EVAL_DATA`, else the folder `shared/eval` beside the checkout."""
    named = os.environ.get("LAUNCHWIRE_EVAL_DATA")
    return Path(named) if named else Path(__file__).parents[3] / "shared" / "eval"


def load(name: str, folder: Path | None = None) -> list[dict[str, Any]]:
    """The headlines of a set ("general" or "missile")."""
    path = (folder or data_folder()) / SETS[name]
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def report_of(number: int, item: dict[str, Any]) -> StoryReport:
    """A headline as the bot would hold it, judged by the real rules."""
    at = datetime.fromisoformat(item["date"].replace("Z", "+00:00"))
    day_only = at.tzinfo is None
    at = at.replace(tzinfo=UTC) if day_only else at
    precision = DatePrecision.DAY if day_only else DatePrecision.INSTANT
    judged = judge_whole(item["title"], (), language="en", published=Published(at, precision))
    return StoryReport(
        article_id=ArticleId(number),
        title=item["title"],
        publisher=item["publisher"],
        family=item["publisher"],
        url=item.get("url"),
        language="en",
        published=at,
        detected=at,
        report=judged.report,
        entities=judged.entities,
        published_day_only=day_only,
    )


def group_live(reports: Sequence[StoryReport]) -> list[str]:
    """Group as the running bot does: one report at a time, candidates by their index keys.

    The second look merges what a new report ties together, as it does where no alert was posted.
    """
    stories: dict[StoryId, Story] = {}
    index: dict[str, set[StoryId]] = defaultdict(set)
    for report in reports:
        keys = index_keys(report)
        candidates = [
            stories[one]
            for one in sorted(set().union(*(index[key] for key in keys)))
            if stories[one].merged_into is None
            and abs((stories[one].updated - report.detected).total_seconds()) < CANDIDATE_SECONDS
        ]
        decision = choose_story(report, candidates, report.detected)
        if decision.story_id is None:
            number = StoryId(len(stories) + 1)
            stories[number] = replace(start_story(report, report.detected), id=number)
        else:
            number = decision.story_id
            copy = replace(report, copy_of=decision.copy_of)
            stories[number] = add_report(stories[number], copy, report.detected)
            number = _second_look(stories, index, stories[number], candidates, copy)
        for key in keys:
            index[key].add(number)
    labels = {
        report.article_id: str(story.id)
        for story in stories.values()
        if story.merged_into is None
        for report in story.reports
    }
    return [labels[report.article_id] for report in reports]


def _second_look(
    stories: dict[StoryId, Story],
    index: dict[str, set[StoryId]],
    story: Story,
    candidates: Sequence[Story],
    newest: StoryReport,
) -> StoryId:
    others = [one.id for one in candidates]
    while (found := bridge(story, [stories[one] for one in others], newest)) is not None:
        older, younger = sorted((story, stories[found.story_id]), key=lambda one: one.id)
        story, closed = absorb(older, younger, story.updated)
        stories[story.id], stories[closed.id] = story, closed
        for report in closed.reports:
            for key in index_keys(report):
                index[key].add(story.id)
    return story.id


def measure(name: str, *, live: bool = False, folder: Path | None = None) -> Score:
    """The score of a set, for `make eval`."""
    items = load(name, folder)
    reports = [report_of(number, item) for number, item in enumerate(items, 1)]
    found = group_live(reports) if live else group(reports)
    return b_cubed([item["story"] for item in items], found)


def worst(
    items: Sequence[dict[str, Any]], found: Sequence[str], most: int
) -> list[tuple[float, str, list[tuple[str, str]]]]:
    """The stories that were grouped worst: F1 of each, and its headlines with their labels."""
    gold = [item["story"] for item in items]
    ranked = []
    for story in dict.fromkeys(gold):
        inside = [at for at, one in enumerate(gold) if one == story]
        around = {at for at, label in enumerate(found) if label in {found[i] for i in inside}}
        ordered = sorted(around, key=lambda at: (found[at], gold[at] != story))
        score = _own_score(gold, found, inside)
        lines = [
            (found[at], ("" if gold[at] == story else "!! ") + items[at]["title"]) for at in ordered
        ]
        ranked.append((score, story, lines))
    return sorted(ranked, key=lambda one: one[0])[:most]


def _own_score(gold: Sequence[str], found: Sequence[str], inside: Sequence[int]) -> float:
    precision = recall = 0.0
    for at in inside:
        group_of = [other for other, label in enumerate(found) if label == found[at]]
        common = sum(gold[other] == gold[at] for other in group_of)
        precision += common / len(group_of)
        recall += common / len(inside)
    return Score(precision / len(inside), recall / len(inside)).f1


def main(arguments: Sequence[str] | None = None) -> None:
    """Print scores and, on request, the worst stories."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="the N worst stories")
    parser.add_argument("--live", action="store_true", help="one report at a time")
    parser.add_argument("--shuffle", type=int, default=None, metavar="SEED")
    options = parser.parse_args(arguments)
    for name in SETS:
        items = load(name)
        if options.shuffle is not None:
            random.Random(options.shuffle).shuffle(items)
        reports = [report_of(number, item) for number, item in enumerate(items, 1)]
        found = group_live(reports) if options.live else group(reports)
        score = b_cubed([item["story"] for item in items], found)
        _say(f"{name:8} P {score.precision:.3f} R {score.recall:.3f} F1 {score.f1:.3f}")
        for own, story, lines in worst(items, found, options.show):
            _say(f"\n  {story}  F1 {own:.2f}")
            for label, title in lines:
                _say(f"    {label:>5} {title}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
