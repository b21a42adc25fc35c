"""A watched feed: what it is, how it is doing, and what the last poll taught us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.article import FeedId, GuildId
from bot.domain.links import redact_feed, redact_feed_text


class DeclaredIn(StrEnum):
    """Where a feed, subscription or digest was declared; shown to people as its origin."""

    CONFIG = "config"  # config.toml, or an .opml list in seeds/
    DISCORD = "discord"  # a slash command of a server
    REHEARSAL = "rehearsal"  # the sample of a run without a token


class FeedHealth(StrEnum):
    """How a feed is doing, in words people see."""

    NEW = "new"  # not polled yet
    FRESH = "fresh"
    STALE = "stale"  # answers, but the last good poll is too old
    FAILING = "failing"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to poll. One address is polled once, however many servers want it.

    `guild_id` None means the operator declared it: everybody sees its articles.
    """

    id: FeedId
    url: str
    name: str
    declared_in: DeclaredIn
    guild_id: GuildId | None = None
    publisher: str | None = None
    family: str | None = None
    official: bool = False
    state_media: bool = False
    country: str | None = None
    full_text: bool = False
    backfill: bool = False  # at first contact, also deliver entries younger than max_age_hours
    paused: bool = False
    interval: timedelta | None = None  # asked no more often than this; None: as it publishes


@dataclass(frozen=True, slots=True)
class PollState:
    """What is remembered of a feed between polls; all times UTC.

    Validators are saved only together with the entries they came with. `publish_gap` is the
    smoothed time between new entries. `gone_count` counts consecutive 410 answers; `moved_to`
    with `moved_count` a permanent redirect seen on consecutive polls. `notified_failing` is set
    when the owner has been told, and cleared with the notice of recovery.
    """

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    next_poll: datetime | None = None
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_new_entry: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    last_status: int | None = None
    gone_count: int = 0
    moved_to: str | None = None
    moved_count: int = 0
    publish_gap: timedelta | None = None
    asked_interval: timedelta | None = None  # Cache-Control, Retry-After, ttl, sy:updatePeriod
    baseline_done: bool = False
    notified_failing: bool = False
    entries_seen: int = 0


def health_of(feed: Feed, state: PollState, now: datetime, stale_after: timedelta) -> FeedHealth:
    """How a feed is doing. Failing is said from the second failure on: one hiccup is no news."""
    if feed.paused:
        return FeedHealth.PAUSED
    if state.last_poll is None:
        return FeedHealth.NEW
    if state.failures >= FAILURES_BEFORE_FAILING:
        return FeedHealth.FAILING
    if state.last_success is None or now - state.last_success > stale_after:
        return FeedHealth.STALE
    return FeedHealth.FRESH


def shown_name(feed: Feed) -> str:
    """What a feed is called in logs and notices: short, and never an address with its secrets."""
    name = redact_feed_text(feed.name) or redact_feed(feed.url)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def worst_feeds(
    known: Iterable[tuple[Feed, PollState]], now: datetime, stale_after: timedelta
) -> list[Feed]:
    """The feeds that tell us nothing now, the longest silent first."""
    silent = [
        (state.last_success or _NEVER, feed.id, feed)
        for feed, state in known
        if health_of(feed, state, now, stale_after) in (FeedHealth.FAILING, FeedHealth.STALE)
    ]
    return [feed for _, _, feed in sorted(silent, key=lambda item: item[:2])]


FAILURES_BEFORE_FAILING = 2
LONGEST_NAME = 60
_NEVER = datetime.min.replace(tzinfo=UTC)
