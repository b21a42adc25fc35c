"""Places that stopped working, and servers that let the bot in or put it out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.article import GuildId
from bot.domain.outbox import OutboxRules, after_unparked
from bot.domain.subscription import Place, PlaceKind
from bot.ports import Clock, Store, Transaction

_log = logging.getLogger("launchwire.places")

# A parked place is tried again after this long even if Discord told us of no change.
RETRY_AFTER = timedelta(hours=24)
# A server that removed the bot is forgotten after this long; coming back earlier loses nothing.
FORGET_AFTER = timedelta(days=30)


def _left_key(guild_id: int) -> str:
    return f"left:{guild_id}"


@dataclass(frozen=True, slots=True)
class Places:
    """What happens when a channel, a role, a permission or a membership changes."""

    store: Store
    clock: Clock
    wake: Callable[[], None]

    async def changed(self, guild_id: int, channels: Collection[int] = ()) -> None:
        """Something changed in a server: its parked places are tried again.

        `channels` are its channels: places of config.toml may not know their server yet.
        """

        def step(tx: Transaction) -> int:
            if tx.records.get(_left_key(guild_id)):
                tx.records.put(_left_key(guild_id), None)
            parked = [
                place
                for place in tx.outbox.parked_places()
                if place.guild_id == guild_id
                or (place.kind is not PlaceKind.USER and place.id in channels)
            ]
            return sum(unpark(tx, place, self.clock.now()) for place in parked)

        if await self.store.write(step):
            self.wake()

    async def left(self, guild_id: int) -> None:
        """The bot was removed from a server: nothing is posted there until it comes back."""
        now = self.clock.now()

        await self.store.write(lambda tx: _leave(tx, guild_id, now))
        _log.info("guild=%s removed the bot", guild_id)

    async def connected(self, guild_ids: Collection[int]) -> None:
        """The servers the bot is in: others removed it while it was not there to be told."""
        now = self.clock.now()

        def step(tx: Transaction) -> list[int]:
            places = [alert.place for alert in tx.subscriptions.all()]
            places += [schedule.place for schedule in tx.digests.all()]
            guilds = {place.guild_id for place in places if place.kind is not PlaceKind.USER}
            gone = [
                guild_id
                for guild_id in guilds - {None, *guild_ids}
                if guild_id is not None and not tx.records.get(_left_key(guild_id))
            ]
            for guild_id in gone:
                _leave(tx, guild_id, now)
            return [int(guild_id) for guild_id in gone]

        for guild_id in await self.store.write(step):
            _log.info("guild=%s removed the bot while it was away", guild_id)

    async def retry_parked(self) -> None:
        """Try every place again that has been parked for a day, and forget servers long left."""
        now = self.clock.now()

        def step(tx: Transaction) -> int:
            freed = 0
            for place, (_, since) in tx.outbox.parked_places().items():
                gone = place.guild_id is not None and tx.records.get(_left_key(place.guild_id))
                if now - since >= RETRY_AFTER and not gone:
                    freed += unpark(tx, place, now)
            _forget(tx, now)
            return freed

        if await self.store.write(step):
            self.wake()


def _leave(tx: Transaction, guild_id: int, now: datetime) -> None:
    tx.records.put(_left_key(guild_id), now.isoformat())
    for place in _places_of(tx, guild_id):
        tx.outbox.park_place(place, "the bot was removed from the server", now)


def _places_of(tx: Transaction, guild_id: int) -> set[Place]:
    """Every place of a server that something is, or would be, posted to."""
    places = {delivery.place for delivery in tx.outbox.pending()}
    places |= {subscription.place for subscription in tx.subscriptions.all()}
    places |= {schedule.place for schedule in tx.digests.all()}
    return {place for place in places if place.guild_id == guild_id}


def unpark(tx: Transaction, place: Place, now: datetime) -> int:
    """Try a place again; what is no longer news is cancelled instead of posted late.

    What was not parked, even on its way this moment, is left alone.
    """
    waiting = {each.id for each in tx.outbox.pending(place)}
    freed = tx.outbox.unpark_place(place)
    for each in tx.outbox.pending(place):
        if each.id not in waiting:
            tx.outbox.save(after_unparked(each, now, OutboxRules()))
    return freed


def _forget(tx: Transaction, now: datetime) -> None:
    guilds = {subscription.place.guild_id for subscription in tx.subscriptions.all()}
    guilds |= {schedule.place.guild_id for schedule in tx.digests.all()}
    guilds |= {feed.guild_id for feed in tx.feeds.all()}
    for guild_id in guilds - {None}:
        left = tx.records.get(_left_key(guild_id or 0))
        if left and now - datetime.fromisoformat(left) >= FORGET_AFTER:
            tx.subscriptions.remove_guild(GuildId(guild_id or 0))
            tx.records.put(_left_key(guild_id or 0), None)
