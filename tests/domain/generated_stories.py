"""Stories no newsroom would write: every kind of fact, hostile and endless texts, seeded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from bot.domain.article import ArticleId
from bot.domain.launch import (
    Attribution,
    Casualties,
    Count,
    EventKind,
    EventTime,
    Evidence,
    Fact,
    LaunchEvent,
    LaunchReport,
    SourceClass,
    Verdict,
    WeaponClass,
)
from bot.domain.story import Story, StoryId, StoryReport
from bot.domain.story_life import add_report, mark, revise_report, start_story
from tests.delivery.hostile import HOSTILE

T = TypeVar("T")

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
ACTORS = ("North Korea", "Iran", "Houthis", "Russia", "United States", "Nowhere-on-Sea", "북한")
PLACES = ("Wonsan", "Sea of Japan (East Sea)", "Israel", "Semnan", "Kyiv", "a village", "청진")
PIECES = ("미사일 발사 ", "ミサイル", "صاروخ باليستي ", "🚀🔴 ", "e\u0301")
ADDRESSES = (
    None,
    "https://wire.example/story",
    "https://wire.example/" + "a" * 2500,
    "https://user:secret@wire.example/x?key=1&b=<c>",
    "https://xn--80ak6aa92e.example/[x](y)",
    "javascript:alert(1)",
)


@dataclass(frozen=True, slots=True)
class Course:
    """A story at two moments of its life."""

    before: Story
    after: Story


def course(seed: int) -> Course:
    """The same story for the same seed, on every machine."""
    return _Maker(Random(seed)).course(seed)


@dataclass(frozen=True, slots=True)
class _Maker:
    chance: Random

    def course(self, seed: int) -> Course:
        size = self.chance.choice((1, 1, 2, 3, 5, 8, 40 if seed % 25 == 0 else 4))
        first, *others = [self.report(number) for number in range(1, size + 1)]
        story = replace(
            start_story(first, first.detected),
            id=StoryId(seed + self.chance.choice((1, 10**6, 10**17))),
        )
        cut = self.chance.randint(0, len(others))
        for report in others[:cut]:
            story = add_report(story, report, report.detected)
        before = story
        for report in others[cut:]:
            story = add_report(story, report, report.detected)
        later = START + timedelta(days=2)
        for report in story.reports:
            if self.chance.random() < 0.2:
                again = replace(self.report(report.article_id), withdrawn=self.maybe(0.5))
                story = revise_report(story, again, later)
        if self.maybe(0.1):
            story = mark(story, True, later)
        return Course(before, story)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def some(self, value: T, share: float = 0.5) -> T | None:
        return value if self.maybe(share) else None

    def words(self, most: int = 600) -> str:
        """A text somebody could have put into a feed."""
        kind = self.chance.random()
        if kind < 0.4:
            return self.chance.choice(HOSTILE)
        if kind < 0.6:
            piece = self.chance.choice(
                ("미사일 발사 ", "ミサイル", "صاروخ باليستي ", "🚀🔴 ", "e\u0301")
            )
            return (piece * most)[:most]
        if kind < 0.7:
            return "".join(chr(self.chance.randint(32, 0x2FFF)) for _ in range(most // 4))
        return "North Korea fires two ballistic missiles, officials in Seoul say. " * (most // 80)

    def report(self, number: int) -> StoryReport:
        detected = START + timedelta(minutes=number * self.chance.randint(1, 50))
        name = self.words(300) if self.maybe(0.2) else f"Outlet {number % 9}"
        return StoryReport(
            article_id=ArticleId(number),
            title=self.words() if self.maybe(0.9) else "",
            publisher=name or "x",
            family=name or "x",
            url=self.chance.choice(ADDRESSES),
            language=self.chance.choice(("en", "ko", "ar")),
            published=self.some(detected - timedelta(hours=self.chance.randint(0, 99)), 0.8),
            detected=detected,
            report=self.judgement(),
            lead=self.words() if self.maybe(0.7) else "",
            sentences=tuple(self.words() for _ in range(self.chance.randint(0, 4))),
            official_feed=self.maybe(0.1),
            state_media=self.maybe(0.2),
            copy_of=self.some(ArticleId(self.chance.randint(1, 9)), 0.1),
            withdrawn=self.maybe(0.1),
            published_day_only=self.maybe(0.2),
        )

    def judgement(self) -> LaunchReport:
        verdict = self.chance.choices(list(Verdict), (6, 2, 1))[0]
        denied = Fact(self.words(), self.words()) if self.maybe(0.1) else None
        return LaunchReport(
            verdict,
            self.chance.random(),
            evidence=(Evidence(self.words(), "rule"),),
            events=(self.event(),) if verdict is Verdict.LAUNCH else (),
            attribution=tuple(self.attribution() for _ in range(self.chance.choice((0, 1, 2, 9)))),
            denied=denied,
        )

    def attribution(self) -> Attribution:
        return Attribution(
            who=self.words(200),
            source_class=self.chance.choice(list(SourceClass)),
            quote=self.words(),
            named=self.maybe(0.5),
            actor=self.some(self.chance.choice(ACTORS)),
        )

    def fact(self, value: T) -> Fact[T]:
        return Fact(value, self.words(), self.maybe(0.2))

    def several(self, values: Any) -> tuple[Fact[Any], ...]:
        chosen = self.chance.sample(values, self.chance.randint(0, min(6, len(values))))
        return tuple(self.fact(value) for value in chosen)

    def event(self) -> LaunchEvent:
        low = self.chance.choice((0, 1, 1, 2, 40, 10**9))
        high = self.chance.choice((None, low, low + 3))
        day = (START + timedelta(days=self.chance.randint(-2000, 1))).date()
        until = day + timedelta(days=self.chance.choice((0, 0, 2)))
        time = EventTime(day, until, self.some(START, 0.3))
        toll = Casualties(self.some(self.chance.randint(0, 5000)), self.some(7))
        return LaunchEvent(
            kind=self.chance.choice(list(EventKind)),
            is_news=True,
            actors=self.several(ACTORS),
            weapons=self.several(list(WeaponClass)),
            names=self.several(("Hwasong-17", "Fattah", self.words(80), self.words(80))),
            count=self.some(self.fact(Count(low, high))),
            site=self.some(self.fact(self.chance.choice((*PLACES, self.words(200))))),
            target=self.some(self.fact(self.chance.choice((*PLACES, self.words(200))))),
            time=self.some(self.fact(time)),
            distance_km=self.some(self.fact(self.chance.randint(1, 20_000))),
            apogee_km=self.some(self.fact(self.chance.randint(1, 9_000))),
            overflight=self.some(self.fact(self.chance.choice(PLACES)), 0.3),
            eez=self.some(self.fact("outside Japan's EEZ"), 0.3),
            casualties=self.some(self.fact(toll), 0.3),
            failed=self.some(self.fact(self.maybe(0.5)), 0.2),
        )
