"""What a feed posts by itself: its own subscriptions in the channels of a server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.article import FeedId, GuildId
from bot.domain.feed import DeclaredIn, Feed
from bot.domain.permission import Limits, Quota, check_quota
from bot.domain.subscription import Place, RoleId, Subscription, SubscriptionId, ThreadMode
from bot.errors import InvalidInput
from bot.locale import problem
from bot.ports import Transaction
from bot.services.asking import Asker, ensure, record
from bot.services.quiet_hours import quiet_of_server


class FeedClearable(StrEnum):
    """What `/feed edit clear` takes away again."""

    CHANNEL = "channel"  # the feed's own posts end
    ROLE = "role"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class Posts:
    """What is asked of a feed's own posts; None leaves a field as it is."""

    place: Place | None = None
    role_id: RoleId | None = None
    only_launches: bool | None = None
    clear: FeedClearable | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        cleared = self.clear in (FeedClearable.CHANNEL, FeedClearable.ROLE)
        asked = (self.place, self.role_id, self.only_launches)
        return cleared or any(each is not None for each in asked)


def posts_of(tx: Transaction, guild_id: GuildId, feed_id: FeedId) -> list[Subscription]:
    """Where a feed posts by itself in a server."""
    return [each for each in tx.subscriptions.of_guild(guild_id) if each.feed_id == feed_id]


def change_posts(
    tx: Transaction, asker: Asker, feed: Feed, wish: Posts, limits: Limits, now: datetime
) -> None:
    """Begin, move, change or end the posts of a feed.

    Raises:
        InvalidInput: it posts nowhere yet and no channel is given, or in several.
        QuotaReached: a further alert is too many.
    """
    known = posts_of(tx, asker.guild, feed.id)
    here = [each for each in known if each.place == wish.place]
    if wish.clear is FeedClearable.CHANNEL:
        for each in known:
            tx.subscriptions.remove(each.id)
            record(tx, asker, now, "alert remove", f"#{each.id} feed {feed.name}")
        return
    if not known:
        if wish.place is None:
            raise problem(InvalidInput, "error.feed_posts_nowhere", name=feed.name)
        _begin(tx, asker, feed, wish, limits, now)
        return
    if not here and len(known) > 1:
        raise problem(InvalidInput, "error.feed_posts_in_many", name=feed.name, count=len(known))
    found = (here or known)[0]
    role = None if wish.clear is FeedClearable.ROLE else wish.role_id or found.role_id
    only = found.only_launches if wish.only_launches is None else wish.only_launches
    place = wish.place or found.place
    tx.subscriptions.save(replace(found, place=place, role_id=role, only_launches=only))
    record(tx, asker, now, "alert edit", f"#{found.id} feed {feed.name} in {place.key}")


def _begin(
    tx: Transaction, asker: Asker, feed: Feed, wish: Posts, limits: Limits, now: datetime
) -> None:
    assert wish.place is not None  # the caller looked
    theirs = tx.subscriptions.of_guild(asker.guild)
    ensure(check_quota(Quota.SUBSCRIPTIONS, len(theirs), limits))
    tx.subscriptions.add(
        Subscription(
            id=SubscriptionId(0),
            place=wish.place,
            declared_in=DeclaredIn.DISCORD,
            feed_id=feed.id,
            only_launches=bool(wish.only_launches),
            role_id=wish.role_id,
            quiet=quiet_of_server(tx, asker.guild),
            thread_mode=ThreadMode(tx.records.guild_setting(asker.guild, "threads") or "none"),
            locale=tx.records.guild_setting(asker.guild, "language") or asker.locale,
            created_by=asker.user_id,
            created=now,
        )
    )
    record(tx, asker, now, "alert add", f"feed {feed.name}")
