"""Every kind of message about a story, made by the real builders from a few fixed reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.analysis.coordinates import locate
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
from bot.domain.message import Message
from bot.domain.story import Story, StoryId, StoryReport, StoryView
from bot.domain.story_changes import changes
from bot.domain.story_facts import view
from bot.domain.story_life import add_report, mark, revise_report, split, start_story
from bot.domain.subscription import PlaceKind
from bot.services.alert_message import AlertContext, alert_message
from bot.services.panels.stories import details_panel, sources_panel
from bot.services.register import Shown
from bot.services.update_message import merged_message, update_message

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
MARKER = "KQ4ZT7A2MB5XW3C6DNEYF2GH"
ROLE = 456_000_000_000_000_000
ALERT_URL = "https://discord.com/channels/1/2/3"
JCS = "North Korea fired a ballistic missile toward the East Sea, the Joint Chiefs of Staff said."
TOKYO = "North Korea fired two ballistic missiles, Defense Minister Taro Sato told reporters."


@dataclass(frozen=True, slots=True)
class Golden:
    """A message and where it goes."""

    message: Message
    place: PlaceKind = PlaceKind.CHANNEL


def event(quote: str = JCS, count: int | None = 1, **more: Any) -> LaunchEvent:
    """What a wire reports of a test."""
    day = date(2026, 3, 4)
    made = LaunchEvent(
        kind=EventKind.TEST,
        is_news=True,
        actors=(Fact("North Korea", quote),),
        weapons=(Fact(WeaponClass.BALLISTIC, quote),),
        count=Fact(Count(count, count), quote) if count else None,
        site=Fact("Wonsan", quote),
        target=Fact("Sea of Japan (East Sea)", quote),
        time=Fact(EventTime(day, day, NOW - timedelta(minutes=50)), quote),
    )
    return replace(made, **more)


def report(number: int, publisher: str, launch: LaunchEvent | None, **more: Any) -> StoryReport:
    """One outlet's report, ten minutes after the one before."""
    at = NOW + timedelta(minutes=10 * (number - 1))
    host = publisher.lower().replace(" ", "-")
    made = StoryReport(
        article_id=ArticleId(number),
        title="North Korea fires ballistic missile, Seoul says",
        publisher=publisher,
        family=publisher,
        url=f"https://{host}.example/{number}",
        language="en",
        published=at - timedelta(minutes=4),
        detected=at,
        report=LaunchReport(
            Verdict.LAUNCH if launch else Verdict.RELATED, 0.9, events=(launch,) if launch else ()
        ),
        lead=JCS,
    )
    return replace(made, **more)


def said_by(one: StoryReport, *who: Attribution) -> StoryReport:
    return replace(one, report=replace(one.report, attribution=who))


SEOUL = Attribution("the Joint Chiefs of Staff", SourceClass.OFFICIAL, JCS, True, "South Korea")
SATO = Attribution("Defense Minister Taro Sato", SourceClass.OFFICIAL, TOKYO, True, "Japan")
WIRE = report(1, "Example Wire", event())
WIRE_QUOTING = said_by(WIRE, SEOUL)
BROADCASTER = said_by(report(2, "Broadcaster", event(TOKYO, 2), lead=TOKYO), SATO)
DAILY = said_by(report(3, "Daily", event()), SEOUL)
TALK = report(
    4,
    "Magazine",
    None,
    title="What is known of North Korea's missiles",
    lead="Experts count six kinds of missiles.",
)
NO_LAUNCH = replace(report(1, "Example Wire", None), title="Correction: no missile was fired")
WITHDRAWN = replace(
    WIRE,
    withdrawn=True,
    report=replace(WIRE.report, retracted=Fact("retracted", "This story has been retracted.")),
)
DENIAL = replace(
    TALK,
    title="Seoul: nothing was fired",
    lead="Nothing was fired, Seoul said.",
    report=replace(TALK.report, denied=Fact("Seoul", "Nothing was fired, Seoul said.")),
)
IRAN = event(
    "Iran claims that 3 missiles were fired.",
    3,
    actors=(Fact("Iran", "q"),),
    weapons=(Fact(WeaponClass.CRUISE, "q"), Fact(WeaponClass.SHORT_RANGE, "q", hedged=True)),
    names=(Fact("Fattah", "q"),),
    kind=EventKind.STRIKE,
)


def story(*reports: StoryReport) -> Story:
    made = replace(start_story(reports[0], reports[0].detected), id=StoryId(1842))
    for one in reports[1:]:
        made = add_report(made, one, one.detected)
    return made


def seen(one: Story) -> StoryView:
    found = view(one, None, NOW, timedelta(hours=48))
    assert found is not None
    return found


def context(locale: str = "en", **more: Any) -> AlertContext:
    made = AlertContext(
        now=NOW, locale=locale, roles=(ROLE,), reasons=("topic: launches",), marker=MARKER
    )
    return replace(made, **more)


def alert(one: Story, locale: str = "en", **more: Any) -> Message:
    return alert_message(seen(one), context(locale, locate=locate, **more))


def update(before: Story, after: Story, locale: str = "en", **more: Any) -> Message:
    old, new = seen(before), seen(after)
    return update_message(new, changes(old, new, NOW), context(locale, **more), ALERT_URL)


def bare(**more: Any) -> Story:
    """A launch of which nothing is known but that it happened."""
    nothing = LaunchEvent(kind=EventKind.TEST, is_news=True)
    return story(replace(report(1, "Example Wire", nothing), **more))


OLD_DAY = date(2021, 3, 25)
OLD_TIME = Fact(EventTime(OLD_DAY, OLD_DAY), JCS)
ONE, TWO = story(WIRE), story(WIRE, BROADCASTER)
QUOTED, CONFIRMED = story(WIRE_QUOTING), story(WIRE_QUOTING, DAILY)
REWRITTEN = revise_report(ONE, NO_LAUNCH, NOW)
MARKED = mark(ONE, True, NOW)
SPLIT, _ = split(story(WIRE, TALK), {ArticleId(1)}, NOW, "user 7")
SPACE = story(
    report(
        1,
        "Example Wire",
        event(kind=EventKind.SPACE, weapons=(Fact(WeaponClass.SPACE_LAUNCH, JCS),), target=None),
    )
)
FORUM, NEWS, DIRECT = PlaceKind.FORUM, PlaceKind.ANNOUNCEMENT, PlaceKind.USER

MESSAGES: dict[str, Callable[[], Golden]] = {
    "alert-unconfirmed": lambda: Golden(alert(ONE)),
    "alert-reported": lambda: Golden(alert(QUOTED)),
    "alert-confirmed": lambda: Golden(alert(CONFIRMED)),
    "alert-disputed": lambda: Golden(alert(story(WIRE_QUOTING, DENIAL))),
    "alert-claims-differ": lambda: Golden(alert(story(WIRE_QUOTING, BROADCASTER))),
    "alert-denied": lambda: Golden(alert(story(WIRE, DENIAL))),
    "alert-withdrawn": lambda: Golden(alert(revise_report(ONE, WITHDRAWN, NOW))),
    "alert-rewritten": lambda: Golden(alert(REWRITTEN)),
    "alert-marked": lambda: Golden(alert(MARKED)),
    "alert-split": lambda: Golden(alert(SPLIT)),
    "alert-no-facts": lambda: Golden(alert(bare())),
    "alert-no-title": lambda: Golden(alert(bare(title="", lead="", url=None))),
    "alert-several-kinds": lambda: Golden(alert(story(report(1, "Example Wire", IRAN)))),
    "alert-long-title": lambda: Golden(alert(bare(title="A very long headline " * 15))),
    "alert-korean": lambda: Golden(
        alert(bare(title="북한, 동해상으로 미사일 발사", language="ko"), "ko")
    ),
    "alert-japanese": lambda: Golden(alert(QUOTED, "ja")),
    "alert-arabic": lambda: Golden(alert(bare(title="كوريا الشمالية تطلق صاروخا", language="ar"))),
    "alert-old": lambda: Golden(
        alert(
            story(report(1, "Archive", event(time=Fact(EventTime(OLD_DAY, OLD_DAY), JCS)))),
            roles=(),
        )
    ),
    "alert-space": lambda: Golden(alert(SPACE)),
    "alert-test": lambda: Golden(alert(ONE, test=True, roles=())),
    "alert-article": lambda: Golden(alert(story(TALK), reasons=("matched missiles",))),
    "alert-desk": lambda: Golden(alert(ONE, desk=True)),
    "alert-thread": lambda: Golden(alert(ONE, thread=True)),
    "alert-announcement": lambda: Golden(alert_message(seen(QUOTED), context()), NEWS),
    "alert-forum": lambda: Golden(alert(CONFIRMED, "ko"), FORUM),
    "alert-forum-space": lambda: Golden(alert(SPACE), FORUM),
    "alert-direct": lambda: Golden(alert(ONE, roles=()), DIRECT),
    "update-count": lambda: Golden(update(ONE, TWO)),
    "update-count-korean": lambda: Golden(update(ONE, TWO, "ko")),
    "update-count-japanese": lambda: Golden(update(ONE, TWO, "ja")),
    "update-announcement": lambda: Golden(update(ONE, TWO), NEWS),
    "update-thread": lambda: Golden(update(ONE, TWO, thread=True)),
    "update-disputed": lambda: Golden(update(QUOTED, story(WIRE_QUOTING, DENIAL))),
    "update-stands-again": lambda: Golden(update(REWRITTEN, revise_report(REWRITTEN, WIRE, NOW))),
    "retraction-denied": lambda: Golden(update(ONE, story(WIRE, DENIAL))),
    "retraction-rewritten": lambda: Golden(update(ONE, REWRITTEN)),
    "retraction-withdrawn-korean": lambda: Golden(
        update(ONE, revise_report(ONE, WITHDRAWN, NOW), "ko")
    ),
    "merged": lambda: Golden(merged_message(seen(TWO), context(), ALERT_URL)),
    "details": lambda: Golden(details_panel(Shown(seen(TWO), TWO.history), locate, "en")),
    "details-korean": lambda: Golden(details_panel(Shown(seen(TWO), TWO.history), locate, "ko")),
    "details-marked": lambda: Golden(
        details_panel(Shown(seen(MARKED), MARKED.history), locate, "en")
    ),
    "sources": lambda: Golden(sources_panel(Shown(seen(CONFIRMED), ()), 0, "en")),
}
