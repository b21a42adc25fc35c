"""A server that removes the bot: nothing is posted there, and after 30 days it is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.article import GuildId
from bot.ports import Transaction
from bot.services.places import FORGET_AFTER, RETRY_AFTER, Places
from tests.cogs.house import House


@dataclass
class Later:
    """The system's time and something more."""

    at: datetime
    speed: float = 1.0

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nobody sleeps {seconds} s here")

    def real(self, at: datetime) -> datetime:
        return at


def places_in(house: House, passed: timedelta) -> Places:
    later = Later(house.app.clock.now() + passed)
    return Places(house.app.store, later, lambda: None)


async def until(house: House, predicate: Callable[[Transaction], bool]) -> None:
    """Wait for what an event of the gateway brings into the store."""
    async with asyncio.timeout(20):
        while not await house.app.store.read(predicate):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)


async def remove_the_bot(house: House) -> None:
    house.discord.remove_bot(house.guild)
    await house.discord.wait_for(lambda: house.bot.get_guild(house.guild.id) is None)
    key = f"left:{house.guild.id}"
    await until(house, lambda tx: bool(tx.records.get(key)))


async def alerts_of(house: House) -> int:
    guild = GuildId(house.guild.id)
    return len(await house.app.store.read(lambda tx: tx.subscriptions.of_guild(guild)))


async def test_nothing_is_tried_where_the_bot_was_removed(house: House) -> None:
    await house.alerting()
    await remove_the_bot(house)
    before = len(house.discord.journal.calls("POST", f"/channels/{house.channel.id}/messages"))
    await house.launch()
    await places_in(house, RETRY_AFTER * 2).retry_parked()
    await house.app.dispatch.drain()
    calls = house.discord.journal.calls("POST", f"/channels/{house.channel.id}/messages")
    assert len(calls) == before
    assert house.discord.journal.invalid_requests == 0
    assert await alerts_of(house) == 1


async def test_a_server_that_comes_back_finds_its_alerts_and_its_news(house: House) -> None:
    await house.alerting()
    await remove_the_bot(house)
    await house.launch()
    posted = len(house.discord.journal.calls("POST", f"/channels/{house.channel.id}/messages"))
    house.discord.invite_bot(house.guild)
    await house.discord.wait_for(lambda: house.bot.get_guild(house.guild.id))
    await until(house, lambda tx: not tx.outbox.parked_places())
    await house.app.dispatch.drain()
    calls = house.discord.journal.calls("POST", f"/channels/{house.channel.id}/messages")
    assert any("missiles" in str(call.body) for call in calls[posted:])
    await places_in(house, FORGET_AFTER * 2).retry_parked()
    assert await alerts_of(house) == 1


async def test_after_thirty_days_the_server_is_forgotten(house: House) -> None:
    await house.alerting()
    await remove_the_bot(house)
    await places_in(house, FORGET_AFTER - timedelta(hours=1)).retry_parked()
    assert await alerts_of(house) == 1
    await places_in(house, FORGET_AFTER + timedelta(hours=1)).retry_parked()
    assert await alerts_of(house) == 0


async def test_a_server_left_while_the_bot_was_off_is_noticed_at_the_next_start(
    house: House,
) -> None:
    await house.alerting()
    key = f"left:{house.guild.id}"
    await house.app.places.connected({house.guild.id})
    assert not await house.app.store.read(lambda tx: tx.records.get(key))
    await house.app.places.connected({1, 2})
    noticed = await house.app.store.read(lambda tx: tx.records.get(key))
    assert noticed
    parked = await house.app.store.read(lambda tx: tx.outbox.parked_places())
    assert [place.id for place in parked] == [house.channel.id]
    await house.app.places.connected({1, 2})
    assert await house.app.store.read(lambda tx: tx.records.get(key)) == noticed
