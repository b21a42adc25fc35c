"""Records as the other rooms make them, for the store's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.domain.article import (
    Article,
    ArticleId,
    ArticleIdentity,
    DatePrecision,
    FeedId,
    GuildId,
    Origin,
    Published,
    SourceKind,
)
from bot.domain.digest import DigestId, DigestSchedule, Every, LocalSchedule
from bot.domain.feed import DeclaredIn, Feed
from bot.domain.launch import (
    Attribution,
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
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind
from bot.domain.story import Change, ChangeKind, Story, StoryId, StoryReport
from bot.domain.subscription import (
    Place,
    PlaceKind,
    QuietHours,
    RoleId,
    Silence,
    Subscription,
    SubscriptionId,
    Topic,
    UserId,
)

NOW = datetime(2021, 3, 25, 7, 15, tzinfo=UTC)
OUR_GUILD = GuildId(111)
OTHER_GUILD = GuildId(222)
CHANNEL = Place(PlaceKind.CHANNEL, 901, OUR_GUILD)
OTHER_CHANNEL = Place(PlaceKind.CHANNEL, 902, OTHER_GUILD)
PERSON = UserId(77)
PERSONAL = Place(PlaceKind.USER, PERSON)


def report() -> LaunchReport:
    """A launch with every kind of fact a record may hold."""
    quote = "Two missiles were fired from the coast on Thursday."
    event = LaunchEvent(
        kind=EventKind.TEST,
        is_news=True,
        actors=(Fact("North Korea", quote),),
        weapons=(Fact(WeaponClass.SHORT_RANGE, quote, hedged=True),),
        count=Fact(Count(2, 2), quote),
        time=Fact(EventTime(date(2021, 3, 25), date(2021, 3, 25), NOW), quote),
        distance_km=Fact(450, quote),
        failed=Fact(False, quote),
    )
    return LaunchReport(
        verdict=Verdict.LAUNCH,
        confidence=0.93,
        evidence=(Evidence(quote, "fired missiles"),),
        events=(event,),
        attribution=(Attribution("the coast guard", SourceClass.OFFICIAL, quote, named=True),),
    )


def article(
    number: int = 1,
    *,
    source: str = "seeds",
    guild_id: GuildId | None = None,
    guid: str | None = None,
    link: str | None = None,
    content: str | None = None,
) -> Article:
    """An analysed article of about 3 kB; every number is another article."""
    return Article(
        origin=Origin(SourceKind.FEED, source, "Example News", guild_id=guild_id),
        identity=ArticleIdentity(
            guid=f"guid-{number}" if guid is None else guid,
            link=f"https://news.example/{number}" if link is None else link,
            content=f"content-{number}" if content is None else content,
        ),
        title=f"Two missiles fired into the sea, report {number}",
        paragraphs=("The coast guard saw two missiles fall into the sea. " * 12,) * 5,
        language="en",
        report=report(),
        first_seen=NOW,
        summary=("The coast guard saw two missiles fall into the sea.",),
        keywords=("missiles",),
        published=Published(datetime(2021, 3, 25, tzinfo=UTC), DatePrecision.DAY),
    )


def story_report(number: int = 1, **changes: Any) -> StoryReport:
    """One publisher's report."""
    made = StoryReport(
        article_id=ArticleId(number),
        title=f"Report {number}",
        publisher=f"Publisher {number}",
        family=f"family-{number}",
        url=f"https://news.example/{number}",
        language="en",
        published=NOW - timedelta(minutes=5),
        detected=NOW,
        report=report(),
        sentences=("The coast guard saw two missiles fall into the sea.",),
    )
    return replace(made, **changes)


def story(number: int = 0, *, reports: int = 1, **changes: Any) -> Story:
    """A story; number 0 is one that is not stored yet."""
    made = Story(
        id=StoryId(number),
        verdict=Verdict.LAUNCH,
        reports=tuple(story_report(item + 1) for item in range(reports)),
        created=NOW,
        updated=NOW,
        history=(Change(ChangeKind.FIRST_REPORT, NOW, material=True, publisher="Publisher 1"),),
        day=date(2021, 3, 25),
    )
    return replace(made, **changes)


def feed(name: str = "one", **changes: Any) -> Feed:
    """A feed the operator declared."""
    made = Feed(FeedId(0), f"https://{name}.example/rss", name, DeclaredIn.CONFIG)
    return replace(made, **changes)


def subscription(place: Place = CHANNEL, **changes: Any) -> Subscription:
    """A channel's wish to hear of launches, with quiet hours and a role."""
    made = Subscription(
        id=SubscriptionId(0),
        place=place,
        declared_in=DeclaredIn.DISCORD,
        topic=Topic.LAUNCHES,
        role_id=RoleId(55),
        countries=("North Korea",),
        weapons=(WeaponClass.BALLISTIC, WeaponClass.CRUISE),
        quiet=QuietHours(time(23), time(7, 30), "Asia/Seoul"),
        cooldown=timedelta(minutes=10),
        created_by=PERSON,
        created=NOW,
    )
    return replace(made, **changes)


def silence(guild_id: GuildId = OUR_GUILD, **changes: Any) -> Silence:
    """A mute of one hour."""
    made = Silence(0, guild_id, NOW + timedelta(hours=1), PERSON, "exercise", NOW, query="drill")
    return replace(made, **changes)


def schedule(place: Place = CHANNEL, **changes: Any) -> DigestSchedule:
    """A morning digest on two weekdays."""
    made = DigestSchedule(
        id=DigestId(0),
        place=place,
        schedule=LocalSchedule(time(8), "Asia/Seoul", Every.CUSTOM, (0, 3)),
        declared_in=DeclaredIn.DISCORD,
        created_by=PERSON,
    )
    return replace(made, **changes)


def delivery(
    key: str, kind: DeliveryKind = DeliveryKind.ALERT, place: Place = CHANNEL, **changes: Any
) -> Delivery:
    """A delivery that is due at once."""
    payload = {"content": "Two missiles", "embeds": [{"title": key}], "nonce": key[:24]}
    made = Delivery(DeliveryId(0), key, kind, place, payload, NOW)
    return replace(made, **changes)
