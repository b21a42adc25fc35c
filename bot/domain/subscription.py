"""Who wants to hear of what, where: subscriptions of channels and of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.article import FeedId, GuildId
from bot.domain.feed import DeclaredIn
from bot.domain.launch import WeaponClass
from bot.domain.story import StoryId, StoryStatus

SubscriptionId = NewType("SubscriptionId", int)
ChannelId = NewType("ChannelId", int)
UserId = NewType("UserId", int)
RoleId = NewType("RoleId", int)


class PlaceKind(StrEnum):
    """What stands behind an address a message can go to."""

    CHANNEL = "channel"  # text channel, or an existing thread
    ANNOUNCEMENT = "announcement"  # embeds with inline links, published afterwards
    FORUM = "forum"  # one post per story; Discord knows no nonce here
    USER = "user"  # a direct message


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a message goes: a channel of a server, or a person's direct messages."""

    kind: PlaceKind
    id: int
    guild_id: GuildId | None = None

    @property
    def key(self) -> str:
        """The place as it stands in outbox keys: the channel id, or `user-<id>`."""
        return f"user-{self.id}" if self.kind is PlaceKind.USER else str(self.id)


class Topic(StrEnum):
    """What can be subscribed to without writing a query."""

    LAUNCHES = "launches"  # verdict launch
    MISSILES = "missiles"  # launch or related


class QuietMode(StrEnum):
    """What quiet hours do to an alert."""

    HOLD = "hold"  # held until they end; two or more become one catch-up digest
    SILENT = "silent"  # posted at once, without ping or notification


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local hours in which a subscription disturbs nobody; `start` > `end` spans midnight.

    start == end means no quiet hours at all, never "always" (a classic trap).
    `override_confirmed` lets a Confirmed launch through, with its ping.
    """

    start: time
    end: time
    timezone: str
    override_confirmed: bool = True
    mode: QuietMode = QuietMode.HOLD


class ThreadMode(StrEnum):
    """Whether updates of a story get a thread of their own."""

    NONE = "none"
    THREAD = "thread"


USUAL_CAP = 200
"""Alerts an hour for a place, unless its people chose fewer: more is a fault, not news."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One wish to be alerted. Exactly one of `topic`, `query`, `feed_id` selects articles.

    `min_status` posts from that status up; `ping_status` pings from that status up. Scoped rules
    fail closed: with `countries` set, a story whose actor is unknown does not match. `cooldown`
    and `hourly_cap` collapse floods into one line. `announced_old` is the policy age in hours.
    """

    id: SubscriptionId
    place: Place
    declared_in: DeclaredIn
    topic: Topic | None = None
    query: str | None = None
    feed_id: FeedId | None = None
    only_launches: bool = False
    role_id: RoleId | None = None
    countries: tuple[str, ...] = ()
    weapons: tuple[WeaponClass, ...] = ()
    min_status: StoryStatus = StoryStatus.UNCONFIRMED
    ping_status: StoryStatus = StoryStatus.UNCONFIRMED
    min_sources: int = 1
    quiet: QuietHours | None = None
    cooldown: timedelta = timedelta(0)
    hourly_cap: int = USUAL_CAP
    thread_mode: ThreadMode = ThreadMode.NONE
    paused: bool = False
    paused_reason: str = ""
    locale: str = "en"
    created_by: UserId | None = None
    created: datetime | None = None
    review_channel: ChannelId | None = None  # desks: a person releases the alert there first
    ack_role: RoleId | None = None  # desks: pinged when nobody acknowledges in time
    ack_after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Match:
    """Why a story reaches a place: the subscription and the words or topic that matched."""

    subscription: Subscription
    reason: str  # the topic's name, or the query
    words: tuple[str, ...] = ()  # matched keywords as printed


@dataclass(frozen=True, slots=True)
class Silence:
    """A mute set by a person: one story or everything a query matches, until it expires."""

    id: int
    guild_id: GuildId
    expires: datetime
    author: UserId
    reason: str
    created: datetime
    story_id: StoryId | None = None
    query: str | None = None
    channel_id: ChannelId | None = None
