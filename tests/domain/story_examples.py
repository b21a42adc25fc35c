"""Stories and subscriptions for the tests of the rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.article import ArticleId, GuildId
from bot.domain.feed import DeclaredIn
from bot.domain.launch import LaunchReport, Verdict, WeaponClass
from bot.domain.story import StoryFacts, StoryId, StoryReport, StoryStatus, StoryView
from bot.domain.subscription import Place, PlaceKind, Subscription, SubscriptionId

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
GUILD = GuildId(1)
CHANNEL = Place(PlaceKind.CHANNEL, 10, GUILD)
OTHER_CHANNEL = Place(PlaceKind.CHANNEL, 11, GUILD)
FACTS = StoryFacts(actors=("North Korea",), weapons=(WeaponClass.SHORT_RANGE,))


def report(
    number: int = 1,
    *,
    detected: datetime = NOW,
    published: datetime | None = NOW,
    from_seed: bool = False,
    day_only: bool = False,
) -> StoryReport:
    return StoryReport(
        article_id=ArticleId(number),
        title=f"Article {number}",
        publisher=f"Outlet {number}",
        family=f"family {number}",
        url=f"https://example.com/{number}",
        language="en",
        published=published,
        detected=detected,
        report=LaunchReport(Verdict.LAUNCH, 0.9),
        from_seed=from_seed,
        published_day_only=day_only,
    )


def view(
    number: int = 7,
    *,
    verdict: Verdict = Verdict.LAUNCH,
    status: StoryStatus = StoryStatus.REPORTED,
    facts: StoryFacts = FACTS,
    reports: tuple[StoryReport, ...] = (),
    event_is_old: bool = False,
) -> StoryView:
    reports = reports or (report(),)
    return StoryView(
        story_id=StoryId(number),
        revision=1,
        verdict=verdict,
        status=status,
        status_words=status.value.title(),
        headline=f"Story {number}",
        facts=facts,
        reports=reports,
        families=tuple(each.family for each in reports),
        summary=(),
        lead=reports[0],
        event_is_old=event_is_old,
    )


def subscription(place: Place = CHANNEL, number: int = 1, **changes: object) -> Subscription:
    if not {"topic", "query", "feed_id"} & set(changes):
        changes["query"] = "missile"
    plain = Subscription(SubscriptionId(number), place, DeclaredIn.DISCORD)
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields by name


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)
