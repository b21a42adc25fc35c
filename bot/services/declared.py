"""What config.toml and seeds/*.opml declare, brought in line with the store at each start.

Declared things live beside those that servers set by slash command; each carries its origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from datetime import time as time_of_day
from urllib.parse import urlsplit

from bot.domain.article import FeedId
from bot.domain.digest import DigestId, DigestSchedule, LocalSchedule
from bot.domain.feed import DeclaredIn, Feed, PollState
from bot.domain.links import canonical_link, redact_feed
from bot.domain.schedule import parse_days
from bot.domain.subscription import (
    Place,
    PlaceKind,
    Subscription,
    SubscriptionId,
    Topic,
)
from bot.ports import Transaction
from bot.settings import AlertSettings, DigestSettings, FeedSettings, Settings

# Declarations follow the configuration; what servers set (DISCORD) is theirs.
OURS = (DeclaredIn.CONFIG, DeclaredIn.REHEARSAL)
# The channel id a rehearsal's sample uses; no channel of Discord has it.
REHEARSAL_CHANNEL = 1


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations of a configuration as domain objects, ids still 0."""

    feeds: tuple[Feed, ...]
    alerts: tuple[Subscription, ...]
    digests: tuple[DigestSchedule, ...]


def declared_in(settings: Settings, now: datetime) -> Declared:
    """The declarations in the file's order; the settings have checked every query and day list."""
    return Declared(
        tuple(_feed(feed) for feed in settings.feeds),
        tuple(_alert(alert, now) for alert in settings.alerts),
        tuple(_digest(digest, now) for digest in settings.digests),
    )


def bring_in_line(tx: Transaction, declared: Declared) -> None:
    """Add what is newly declared, change what changed, remove what is no longer declared."""
    _feeds(tx, declared.feeds)
    _alerts(tx, declared.alerts)
    _digests(tx, declared.digests)


def rehearsal_sample(declared: Declared, now: datetime) -> Declared:
    """What a rehearsal shows where nothing is declared: a channel on `launches` with a digest."""
    place = Place(PlaceKind.CHANNEL, REHEARSAL_CHANNEL)
    alert = Subscription(
        SubscriptionId(0), place, DeclaredIn.REHEARSAL, topic=Topic.LAUNCHES, created=now
    )
    morning = LocalSchedule(time_of_day(8, 0), "UTC")
    digest = DigestSchedule(DigestId(0), place, morning, DeclaredIn.REHEARSAL, created=now)
    return Declared(declared.feeds, (alert,), (digest,))


def feed_list(tx: Transaction, path: str, feeds: Sequence[tuple[str, str]]) -> None:
    """Bring the feeds of one .opml file of seeds/ in line; other lists keep theirs."""
    name = f"opml:{path}"
    before = set(tx.records.get(name) or [])
    urls = {url for url, _ in feeds}
    others = {feed.url: feed for feed in tx.feeds.all() if feed.guild_id is None}
    for url, title in feeds:
        if url not in others:
            new = Feed(FeedId(0), url, title or feed_name(url), DeclaredIn.CONFIG)
            tx.feeds.add(new, PollState())
    for url in before - urls:
        gone = others.get(url)
        if gone is not None:
            tx.feeds.remove(gone.id)
    tx.records.put(name, sorted(urls))


def feed_name(url: str) -> str:
    """What a feed without a name is called: its host. An address may hold a secret."""
    try:
        return urlsplit(url).hostname or redact_feed(url)
    except ValueError:
        return redact_feed(url)


def _feed(item: FeedSettings) -> Feed:
    return Feed(
        id=FeedId(0),
        url=item.url,
        name=item.name or feed_name(item.url),
        declared_in=DeclaredIn.CONFIG,
        publisher=item.publisher or None,
        family=item.family or None,
        official=item.official,
        state_media=item.state_media,
        country=item.country or None,
        full_text=item.full_text,
        backfill=item.backfill,
    )


def _alert(item: AlertSettings, now: datetime) -> Subscription:
    return Subscription(
        id=SubscriptionId(0),
        place=Place(PlaceKind.CHANNEL, item.channel),
        declared_in=DeclaredIn.CONFIG,
        topic=Topic(item.topic) if item.topic else None,
        query=item.query,
        role_id=item.role or None,  # type: ignore[arg-type]  # NewType of int
        created=now,
    )


def _digest(item: DigestSettings, now: datetime) -> DigestSchedule:
    every, weekdays = parse_days(item.days)
    at = time_of_day.fromisoformat(item.time)
    return DigestSchedule(
        id=DigestId(0),
        place=Place(PlaceKind.CHANNEL, item.channel),
        schedule=LocalSchedule(at, item.timezone, every, weekdays),
        declared_in=DeclaredIn.CONFIG,
        created=now,
    )


def _feeds(tx: Transaction, wanted: Sequence[Feed]) -> None:
    listed = {url for record in tx.records.names("opml:") for url in tx.records.get(record) or []}
    stored = {
        canonical_link(feed.url): feed
        for feed in tx.feeds.all()
        if feed.declared_in in OURS and feed.guild_id is None
    }
    for feed in wanted:
        known = stored.pop(canonical_link(feed.url), None)
        if known is None:
            tx.feeds.add(feed, PollState())
        elif replace(feed, id=known.id, paused=known.paused) != known:
            tx.feeds.save(replace(feed, id=known.id, paused=known.paused))
    for gone in stored.values():
        if gone.url not in listed:
            tx.feeds.remove(gone.id)


def _alerts(tx: Transaction, wanted: Sequence[Subscription]) -> None:
    stored = {_alert_key(s): s for s in tx.subscriptions.all() if s.declared_in in OURS}
    for alert in wanted:
        if stored.pop(_alert_key(alert), None) is None:
            tx.subscriptions.add(alert)
    for gone in stored.values():
        tx.subscriptions.remove(gone.id)


def _digests(tx: Transaction, wanted: Sequence[DigestSchedule]) -> None:
    stored = {_digest_key(d): d for d in tx.digests.all() if d.declared_in in OURS}
    for digest in wanted:
        if stored.pop(_digest_key(digest), None) is None:
            tx.digests.add(digest)
    for gone in stored.values():
        tx.digests.remove(gone.id)


def _alert_key(item: Subscription) -> tuple[object, ...]:
    return (item.place.id, item.topic, item.query, item.role_id)


def _digest_key(item: DigestSchedule) -> tuple[object, ...]:
    return (item.place.id, item.schedule)
