"""Builds reports and launches for the story tests in one line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.article import ArticleId
from bot.domain.launch import (
    Attribution,
    Count,
    EventKind,
    EventTime,
    Fact,
    LaunchEvent,
    LaunchReport,
    SourceClass,
    Verdict,
    WeaponClass,
)
from bot.domain.story import Story, StoryId, StoryReport
from bot.domain.story_life import add_report, start_story

NOON = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)
AGE = timedelta(hours=48)


def event(
    actor: str | None = "North Korea",
    weapon: WeaponClass | None = WeaponClass.BALLISTIC,
    count: int | Count | None = None,
    target: str | None = None,
    *,
    kind: EventKind = EventKind.TEST,
    day: date | None = None,
    hedged: bool = False,
    **more: Any,
) -> LaunchEvent:
    """A launch; facts that are not given are not stated."""
    stated = Count(count, count) if isinstance(count, int) else count
    return LaunchEvent(
        kind=kind,
        is_news=True,
        actors=(Fact(actor, "q"),) if actor else (),
        weapons=(Fact(weapon, "q", hedged),) if weapon else (),
        count=Fact(stated, "q") if stated else None,
        target=Fact(target, "q") if target else None,
        time=Fact(EventTime(day, day), "q") if day else None,
        **more,
    )


def official(named: bool = True) -> Attribution:
    """A statement by an official."""
    return Attribution("General Kim", SourceClass.OFFICIAL, "q", named=named)


def report(
    number: int,
    title: str = "North Korea fires ballistic missiles",
    *,
    by: str | None = None,
    family: str | None = None,
    launch: LaunchEvent | None = None,
    verdict: Verdict | None = None,
    after: timedelta = timedelta(0),
    attribution: tuple[Attribution, ...] = (),
    denied: str | None = None,
    **more: Any,
) -> StoryReport:
    """A report published some time after noon, detected at once."""
    judged = verdict or (Verdict.LAUNCH if launch else Verdict.NONE)
    publisher = by or f"Outlet {number}"
    return StoryReport(
        article_id=ArticleId(number),
        title=title,
        publisher=publisher,
        family=family or publisher,
        url=None,
        language=more.pop("language", "en"),
        published=NOON + after,
        detected=NOON + after,
        report=LaunchReport(
            judged,
            0.9,
            events=(launch,) if launch else (),
            attribution=attribution,
            denied=Fact(denied, denied) if denied else None,
        ),
        **more,
    )


def story(*reports: StoryReport, number: int = 1) -> Story:
    """A stored story of these reports."""
    first, *others = reports
    made = replace(start_story(first, first.detected), id=StoryId(number))
    for one in others:
        made = add_report(made, one, one.detected)
    return made
