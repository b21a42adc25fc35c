"""What people ask of a channel alert, new or changed, in typed values; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.feed import DeclaredIn
from bot.domain.launch import WeaponClass
from bot.domain.query import parse
from bot.domain.story import StoryStatus
from bot.domain.subscription import (
    ChannelId,
    Place,
    RoleId,
    Subscription,
    SubscriptionId,
    ThreadMode,
    Topic,
    UserId,
)
from bot.errors import InvalidInput
from bot.locale import problem

ACK_AFTER = timedelta(minutes=10)
"""When the second role is pinged if nobody said when."""


@dataclass(frozen=True, slots=True)
class AlertWish:
    """What a person asks for in `/alert add`; exactly one of topic and query.

    `thread_mode` None takes the server's alert style; `hourly_cap` None the usual cap.

    Raises:
        InvalidInput: the review channel is the alert's own, or a time without a second role.
    """

    place: Place
    topic: Topic | None = None
    query: str | None = None
    role_id: RoleId | None = None
    countries: tuple[str, ...] = ()
    weapons: tuple[WeaponClass, ...] = ()
    min_status: StoryStatus = StoryStatus.UNCONFIRMED
    ping_status: StoryStatus = StoryStatus.UNCONFIRMED
    min_sources: int = 1
    cooldown: timedelta = timedelta(0)
    hourly_cap: int | None = None
    thread_mode: ThreadMode | None = None
    review_channel: ChannelId | None = None
    ack_role: RoleId | None = None
    ack_after: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.ack_after and self.ack_role is None:
            raise problem(InvalidInput, "error.ack_alone")
        if self.review_channel == self.place.id:
            raise problem(InvalidInput, "error.review_same")

    def made(self, author: UserId, now: datetime) -> Subscription:
        """The wish as a subscription that is not saved yet (id 0)."""
        found = Subscription(
            id=SubscriptionId(0),
            place=self.place,
            declared_in=DeclaredIn.DISCORD,
            topic=self.topic,
            query=str(parse(self.query)) if self.query else None,
            role_id=self.role_id,
            countries=self.countries,
            weapons=self.weapons,
            min_status=self.min_status,
            ping_status=self.ping_status,
            min_sources=self.min_sources,
            cooldown=self.cooldown,
            thread_mode=self.thread_mode or ThreadMode.NONE,
            created_by=author,
            created=now,
            review_channel=self.review_channel,
            ack_role=self.ack_role,
            ack_after=self.ack_after,
        )
        return found if self.hourly_cap is None else replace(found, hourly_cap=self.hourly_cap)


class Clearable(StrEnum):
    """What `/alert edit clear` takes away again; the values are the options' names."""

    ROLE = "role"
    COUNTRIES = "countries"
    WEAPONS = "weapons"
    REVIEW_CHANNEL = "review_channel"
    ACK_ROLE = "ack_role"


_CLEARED: dict[Clearable, dict[str, Any]] = {
    Clearable.ROLE: {"role_id": None},
    Clearable.COUNTRIES: {"countries": ()},
    Clearable.WEAPONS: {"weapons": ()},
    Clearable.REVIEW_CHANNEL: {"review_channel": None},
    Clearable.ACK_ROLE: {"ack_role": None, "ack_after": timedelta(0)},
}


@dataclass(frozen=True, slots=True)
class AlertChange:
    """What is changed of an alert: `fields` by name of `Subscription`; every other one stays."""

    fields: dict[str, Any] = field(default_factory=dict, hash=False)
    clear: Clearable | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.fields) or self.clear is not None

    def applied(self, before: Subscription) -> Subscription:
        """The changed alert, its query written as it was understood.

        Raises:
            InvalidInput: topic and query at once, either for a feed's alert, or unreadable; the
                review channel is the alert's own, or a time without a second role.
        """
        fields = dict(self.fields)
        topic, query = fields.get("topic"), fields.get("query")
        if topic is not None or query is not None:
            if before.feed_id is not None:
                raise problem(InvalidInput, "error.feed_alert")
            ensure_one_selector(topic, query)
            fields |= {"topic": topic, "query": str(parse(query)) if query else None}
        if fields.get("ack_role") and not (before.ack_after or fields.get("ack_after")):
            fields["ack_after"] = ACK_AFTER
        after = replace(before, **fields, **(_CLEARED[self.clear] if self.clear else {}))
        if self.fields.get("ack_after") and after.ack_role is None:
            raise problem(InvalidInput, "error.ack_alone")
        moved = "review_channel" in fields or "place" in fields
        if moved and after.review_channel == after.place.id:
            raise problem(InvalidInput, "error.review_same")
        return after


def ensure_one_selector(topic: Topic | None, query: str | None) -> None:
    """A wish has either a topic or keywords.

    Raises:
        InvalidInput: neither or both; or the keywords cannot be read.
    """
    if (topic is None) == (not query):
        raise problem(InvalidInput, "error.one_of", options=("topic", "keywords"))
    if query:
        parse(query)
