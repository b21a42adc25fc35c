"""A newsroom on a real SQLite file: real services, a clock set by hand, recorded deliveries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.analysis.analyser import analyse
from bot.analysis.coordinates import locate
from bot.analysis.phrases import PhraseIndex
from bot.delivery.discord_render import DiscordRenderer
from bot.domain.article import (
    Article,
    FeedId,
    Markup,
    Origin,
    Published,
    RawArticle,
    SourceKind,
)
from bot.domain.feed import DeclaredIn, Feed, PollState
from bot.domain.outbox import Delivery, Edit, OutboxRules, Receipt
from bot.domain.subscription import (
    Place,
    PlaceKind,
    Subscription,
    SubscriptionId,
    Topic,
)
from bot.errors import DeliveryError, SourceError
from bot.ports import PollResult, SeedBatch
from bot.services.alerting import Alerting
from bot.services.digests import Digests
from bot.services.dispatch import Dispatch
from bot.services.grouping import Grouping
from bot.services.ingest import Ingest, Ingested, IngestRules
from bot.services.matcher import Matcher
from bot.services.notices import Notices
from bot.services.status import StatusService
from bot.store import SqlStore

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MAX_AGE = timedelta(hours=48)
CHANNEL = Place(PlaceKind.CHANNEL, 100, None)


@dataclass
class FakeClock:
    """Time moves only when a test says so."""

    at: datetime = START
    speed: float = 1000.0  # idle waits of the dispatcher take no real time

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def real(self, at: datetime) -> datetime:
        return at

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


class HereAnalyser:
    """The real analysis, in this process."""

    async def analyse(self, raw: RawArticle, *, sentences: int = 3) -> Article:
        return analyse(raw, sentences)


class NoPages:
    """Pages that a test has put here; others cannot be had."""

    def __init__(self) -> None:
        self.bodies: dict[str, str] = {}

    async def fetch(self, url: str, now: datetime) -> RawArticle:
        if url not in self.bodies:
            raise SourceError("there is no such page")
        origin = Origin(SourceKind.REQUEST, "request", "request")
        return RawArticle(origin, "", self.bodies[url], Markup.PLAIN, now)


class NoPace:
    """As fast as it goes."""

    async def turn(self) -> None:
        return


@dataclass
class RecordingDeliverer:
    """Keeps what is sent; fails as told, in order, before or after the message is made."""

    clock: FakeClock
    sent: list[Delivery] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    replies: dict[int, Receipt | None] = field(default_factory=dict)
    failures: list[DeliveryError] = field(default_factory=list)
    failures_after: list[DeliveryError] = field(default_factory=list)
    edit_failures: list[DeliveryError] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    blind: DeliveryError | None = None
    made: dict[str, Receipt] = field(default_factory=dict)

    async def send(self, delivery: Delivery, reply_to: Receipt | None) -> Receipt:
        if self.failures:
            raise self.failures.pop(0)
        if delivery.nonce not in self.made:
            self.sent.append(delivery)
            # Discord's ids carry their time: milliseconds since 2015.
            milliseconds = int(self.clock.now().timestamp() * 1000) - 1_420_070_400_000
            number = (milliseconds << 22) + len(self.sent)
            self.made[delivery.nonce] = Receipt(number, delivery.place.id)
            self.replies[delivery.id] = reply_to
        if self.failures_after:
            raise self.failures_after.pop(0)
        return self.made[delivery.nonce]

    async def edit(self, edit: Edit) -> None:
        if self.edit_failures:
            raise self.edit_failures.pop(0)
        self.edits.append(edit)

    async def find(self, place: Place, marker: str, since: datetime) -> Receipt | None:
        self.looks.append(marker)
        if self.blind is not None:
            raise self.blind
        return self.made.get(marker)

    def texts(self) -> list[str]:
        """The content line of every message, or the first text of a card."""
        return [text_of(delivery) for delivery in self.sent]


def text_of(delivery: Delivery) -> str:
    """Everything a message says, in one string."""
    found: list[str] = []

    def walk(item: object) -> None:
        if isinstance(item, dict):
            for key, value in item.items():
                wanted = ("content", "title", "description", "text", "label", "name", "value")
                if key in wanted and isinstance(value, str):
                    found.append(value)
                else:
                    walk(value)
        elif isinstance(item, list):
            for each in item:
                walk(each)

    walk(delivery.payload)
    return "\n".join(found)


@dataclass
class Newsroom:
    """The services of one bot, and shorthands to feed it."""

    store: SqlStore
    clock: FakeClock
    deliverer: RecordingDeliverer
    ingest: Ingest
    dispatch: Dispatch
    digests: Digests
    notices: Notices
    pages: NoPages

    async def subscribe(
        self, place: Place = CHANNEL, topic: Topic | None = Topic.LAUNCHES, **more: object
    ) -> SubscriptionId:
        subscription = Subscription(
            SubscriptionId(0), place, DeclaredIn.DISCORD, topic=topic, created=self.clock.now()
        )
        wanted = replace(subscription, **more)  # type: ignore[arg-type]  # tests name real fields
        return await self.store.write(lambda tx: tx.subscriptions.add(wanted))

    async def add_feed(self, url: str = "https://one.example/feed", **more: object) -> Feed:
        feed = Feed(FeedId(0), url, url, DeclaredIn.CONFIG)
        wanted = replace(feed, **more)  # type: ignore[arg-type]  # tests name real fields
        feed_id = await self.store.write(lambda tx: tx.feeds.add(wanted, PollState()))
        return replace(wanted, id=feed_id)

    async def poll(self, feed: Feed, *raws: RawArticle) -> Ingested:
        """One poll that brings these entries, after the baseline unless the feed is new."""
        before = await self.store.read(lambda tx: tx.feeds.state(feed.id))
        now = self.clock.now()
        after = replace(before, last_poll=now, last_success=now, etag=f'"{len(raws)}"')
        return await self.ingest.poll(feed, before, PollResult(raws, after))

    async def baseline(self, feed: Feed) -> None:
        await self.poll(feed)

    async def seed(self, path: str, text: str, **more: object) -> Ingested:
        raw = RawArticle(
            Origin(SourceKind.SEED, "seeds", "seeds"),
            "",
            text,
            Markup.PLAIN,
            self.clock.now(),
            path=path,
        )
        wanted = replace(raw, **more)  # type: ignore[arg-type]  # tests name real fields
        return await self.ingest.seed(SeedBatch(path, (wanted,)))

    async def deliver(self) -> list[str]:
        """Deliver what is due; the texts of everything sent so far."""
        await self.dispatch.drain()
        return self.deliverer.texts()

    def entry(
        self, feed: Feed, title: str, text: str = "", *, hours_old: float = 0.2, **more: object
    ) -> RawArticle:
        now = self.clock.now()
        name = feed.publisher or feed.name
        raw = RawArticle(
            Origin(
                SourceKind.FEED,
                str(feed.id),
                feed.name,
                publisher=name,
                family=feed.family or name,
                official=feed.official,
                feed_id=feed.id,
                guild_id=feed.guild_id,
            ),
            title,
            text,
            Markup.PLAIN,
            now,
            guid=f"{title}-{len(text)}",
            url=f"https://{abs(hash((feed.url, title)))}.example/story",
            published=Published(now - timedelta(hours=hours_old)),
        )
        return replace(raw, **more)  # type: ignore[arg-type]  # tests name real fields


@asynccontextmanager
async def newsroom(folder: Path) -> AsyncIterator[Newsroom]:
    """Open a newsroom on a database in a folder; opening it again goes on with the same file."""
    clock = FakeClock()
    renderer = DiscordRenderer()
    deliverer = RecordingDeliverer(clock)
    pages = NoPages()
    async with SqlStore.open(f"sqlite:///{folder / 'launchwire.db'}") as store:
        matcher = Matcher(PhraseIndex)
        status = StatusService(store, clock, timedelta(hours=6), 0.5)
        notices = Notices(store, clock, renderer, status, owner_channel=900)
        ingest = Ingest(
            store,
            HereAnalyser(),
            pages,
            Grouping(MAX_AGE),
            Alerting(matcher, renderer, notices, MAX_AGE, locate),
            clock,
            IngestRules(MAX_AGE),
        )
        dispatch = Dispatch(store, deliverer, clock, NoPace(), OutboxRules(), notices.parked)
        digests = Digests(store, clock, renderer, status, PhraseIndex, MAX_AGE, timedelta(hours=6))
        await dispatch.recover()
        yield Newsroom(store, clock, deliverer, ingest, dispatch, digests, notices, pages)
