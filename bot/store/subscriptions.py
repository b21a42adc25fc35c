"""Subscriptions, silences, follows, and everything that is deleted for a person or a server."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from bot.domain.article import FeedId, GuildId
from bot.domain.digest import DigestSchedule
from bot.domain.story import ACKNOWLEDGED, StoryId
from bot.domain.subscription import PlaceKind, Silence, Subscription, SubscriptionId, UserId
from bot.errors import StoreError
from bot.store import codec
from bot.store.engine import new_id
from bot.store.feeds import FeedTables
from bot.store.schema import (
    audit,
    counter,
    digest,
    fact,
    feed,
    follow,
    guild_setting,
    outbox,
    parked_place,
    story,
)
from bot.store.schema import silence as silence_table
from bot.store.schema import subscription as subscription_table

_VERSION = "subscriptions"
_NOBODY = UserId(0)
_NO_NAME = "—"

_ALL = select(subscription_table.c.id, subscription_table.c.record).order_by(
    subscription_table.c.id
)
_READ_VERSION = select(counter.c.value).where(counter.c.name == _VERSION)
_FOLLOWERS = (
    select(follow.c.user_id)
    .where(follow.c.story_id == bindparam("story_id"))
    .order_by(follow.c.at, follow.c.user_id)
)


class SubscriptionTables:
    """`bot.ports.Subscriptions` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Subscription]:
        """See the port; in the order they were added."""
        return [_subscription(row[0], row[1]) for row in self._connection.execute(_ALL)]

    def of_guild(self, guild_id: GuildId) -> list[Subscription]:
        """See the port."""
        rows = self._connection.execute(_ALL.where(subscription_table.c.guild_id == guild_id))
        return [_subscription(row[0], row[1]) for row in rows]

    def of_user(self, user_id: UserId) -> list[Subscription]:
        """See the port: those that come by direct message."""
        rows = self._connection.execute(_ALL.where(subscription_table.c.user_id == user_id))
        return [_subscription(row[0], row[1]) for row in rows]

    def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """See the port."""
        query = select(subscription_table.c.record).where(
            subscription_table.c.id == subscription_id
        )
        record = self._connection.execute(query).scalar()
        return None if record is None else _subscription(subscription_id, record)

    def add(self, subscription: Subscription) -> SubscriptionId:
        """See the port."""
        result = self._connection.execute(insert(subscription_table).values(_values(subscription)))
        self._changed()
        return SubscriptionId(new_id(result))

    def save(self, subscription: Subscription) -> None:
        """See the port.

        Raises:
            StoreError: the subscription was removed.
        """
        here = subscription_table.c.id == subscription.id
        changed = update(subscription_table).where(here).values(_values(subscription))
        if self._connection.execute(changed).rowcount == 0:
            raise StoreError(f"Subscription {subscription.id} was removed.")
        self._changed()

    def remove(self, subscription_id: SubscriptionId) -> None:
        """See the port."""
        here = subscription_table.c.id == subscription_id
        if self._connection.execute(delete(subscription_table).where(here)).rowcount:
            self._changed()

    def version(self) -> int:
        """See the port."""
        return self._connection.execute(_READ_VERSION).scalar() or 0

    def silences(self, now: datetime, guild_id: GuildId | None = None) -> list[Silence]:
        """See the port."""
        query = select(silence_table.c.id, silence_table.c.record).where(
            silence_table.c.expires > now
        )
        if guild_id is not None:
            query = query.where(silence_table.c.guild_id == guild_id)
        rows = self._connection.execute(query.order_by(silence_table.c.id))
        return [codec.loads_numbered(Silence, row[0], row[1]) for row in rows]

    def add_silence(self, silence: Silence) -> int:
        """See the port."""
        result = self._connection.execute(
            insert(silence_table).values(
                guild_id=silence.guild_id,
                expires=silence.expires,
                record=codec.dumps(Silence, silence),
            )
        )
        return new_id(result)

    def remove_silence(self, silence_id: int) -> None:
        """See the port."""
        self._connection.execute(delete(silence_table).where(silence_table.c.id == silence_id))

    def follow(self, story_id: StoryId, user_id: UserId, at: datetime) -> bool:
        """See the port."""
        if user_id in self.followers(story_id):
            return False
        self._connection.execute(insert(follow).values(story_id=story_id, user_id=user_id, at=at))
        return True

    def unfollow(self, story_id: StoryId, user_id: UserId) -> bool:
        """See the port."""
        here = (follow.c.story_id == story_id) & (follow.c.user_id == user_id)
        return self._connection.execute(delete(follow).where(here)).rowcount > 0

    def followers(self, story_id: StoryId) -> list[UserId]:
        """See the port; in the order they came."""
        rows = self._connection.execute(_FOLLOWERS, {"story_id": story_id})
        return [UserId(row[0]) for row in rows]

    def followed(self, user_id: UserId) -> list[StoryId]:
        """See the port."""
        query = select(follow.c.story_id).where(follow.c.user_id == user_id)
        return [StoryId(row[0]) for row in self._connection.execute(query)]

    def forget_user(self, user_id: UserId) -> int:
        """See the port; what they set up for a server stays, without their name.

        Counts deleted rows and rows the name was taken out of.
        """
        count = self._delete(subscription_table, subscription_table.c.user_id == user_id)
        count += self._delete(digest, digest.c.user_id == user_id)
        count += self._delete(follow, follow.c.user_id == user_id)
        for table in (outbox, parked_place):
            theirs = (table.c.place_kind == PlaceKind.USER.value) & (table.c.place_id == user_id)
            count += self._delete(table, theirs)
        unnamed = update(audit).where(audit.c.user_id == user_id).values(user_id=None)
        count += self._connection.execute(unnamed).rowcount
        count += self._unname(user_id)
        self._changed()
        return count

    def remove_guild(self, guild_id: GuildId) -> None:
        """See the port; articles of its own feeds stay hidden from everybody else."""
        for feed_id in self._connection.execute(
            select(feed.c.id).where(feed.c.guild_id == guild_id)
        ).scalars():
            FeedTables(self._connection).remove(FeedId(feed_id))
        for table in (subscription_table, digest, silence_table, guild_setting):
            self._delete(table, table.c.guild_id == guild_id)
        self._changed()

    def _unname(self, user_id: UserId) -> int:
        """Take a person's name out of records that belong to a server."""
        count = 0
        for found in self.all():
            if found.created_by == user_id:
                self.save(replace(found, created_by=None))
                count += 1
        count += self._unname_digests(user_id) + self._unname_stories(user_id)
        rows = self._connection.execute(select(silence_table.c.id, silence_table.c.record)).all()
        for number, record in rows:
            mute = codec.loads_numbered(Silence, number, record)
            if mute.author == user_id:
                anonymous = codec.dumps(Silence, replace(mute, author=_NOBODY))
                here = silence_table.c.id == number
                self._connection.execute(update(silence_table).where(here).values(record=anonymous))
                count += 1
        return count

    def _unname_digests(self, user_id: UserId) -> int:
        count = 0
        for number, record in self._connection.execute(select(digest.c.id, digest.c.record)).all():
            schedule = codec.loads_numbered(DigestSchedule, number, record)
            if schedule.created_by == user_id:
                anonymous = codec.dumps(DigestSchedule, replace(schedule, created_by=None))
                here = digest.c.id == number
                self._connection.execute(update(digest).where(here).values(record=anonymous))
                count += 1
        return count

    def _unname_stories(self, user_id: UserId) -> int:
        """Acknowledgements stay, or the desk would be called again; nobody has given them."""
        count = 0
        given = select(fact.c.name, fact.c.value).where(
            fact.c.name.startswith(ACKNOWLEDGED), fact.c.value.contains(str(user_id))
        )
        for name, value in self._connection.execute(given).all():
            known = json.loads(value)
            if known.get("user") == user_id:
                known |= {"user": _NOBODY, "name": _NO_NAME}
                here = fact.c.name == name
                text = codec.json_text(known)
                self._connection.execute(update(fact).where(here).values(value=text))
                count += 1
        # Earlier releases wrote into a story's history which person merged or split it.
        for before in ('"', ", "):
            theirs = f'{before}user {user_id}"'
            noted = story.c.record.contains(theirs)
            unnamed = func.replace(story.c.record, theirs, f'{before}a person"')
            changed = update(story).where(noted).values(record=unnamed)
            count += self._connection.execute(changed).rowcount
        return count

    def _delete(self, table: Table, where: object) -> int:
        return self._connection.execute(delete(table).where(where)).rowcount  # type: ignore[arg-type]  # a comparison of columns

    def _changed(self) -> None:
        here = counter.c.name == _VERSION
        raised = update(counter).where(here).values(value=counter.c.value + 1)
        if self._connection.execute(raised).rowcount == 0:
            self._connection.execute(insert(counter).values(name=_VERSION, value=1))


def _subscription(number: int, record: str) -> Subscription:
    return codec.loads_numbered(Subscription, number, record)


def _values(subscription: Subscription) -> dict[str, object]:
    place = subscription.place
    return {
        "guild_id": place.guild_id,
        "user_id": place.id if place.kind is PlaceKind.USER else None,
        "record": codec.dumps(Subscription, subscription),
    }
