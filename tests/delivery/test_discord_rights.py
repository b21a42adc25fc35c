"""What the bot knows of its own rights: refusals it need not ask for, silence it must not trust."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import discord
import pytest

from bot.delivery.discord_channel import DiscordChannels
from bot.delivery.discord_render import DiscordRenderer
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind
from bot.domain.subscription import Place, PlaceKind
from bot.errors import HistoryUnavailable, PermanentDeliveryError
from tests.delivery import examples
from tests.delivery.conftest import StoppedClock
from tests.fake_discord.fixtures import running
from tests.fake_discord.model import Channel, ChannelType, Guild
from tests.fake_discord.permissions import Permission
from tests.fake_discord.server import FakeDiscord

LONG_AGO = datetime(2015, 1, 2, tzinfo=UTC)
KINDS = {ChannelType.ANNOUNCEMENT: PlaceKind.ANNOUNCEMENT, ChannelType.FORUM: PlaceKind.FORUM}


def to(channel: Channel, **payload: object) -> Delivery:
    place = Place(KINDS.get(channel.type, PlaceKind.CHANNEL), channel.id)
    return Delivery(
        DeliveryId(1), "alert:1:1", DeliveryKind.ALERT, place, {"content": "news", **payload},
        datetime(2024, 5, 1, 12, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def guild(fake_discord: FakeDiscord) -> Guild:
    return fake_discord.add_guild("desk")


@pytest.fixture
async def connected(fake_discord: FakeDiscord, guild: Guild) -> AsyncIterator[discord.Client]:
    client = discord.Client(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
    async with running(client, fake_discord):
        yield client


@pytest.mark.parametrize("kind", [ChannelType.TEXT, ChannelType.ANNOUNCEMENT])
@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.EMBED_LINKS, 50013),
    ],
)
async def test_a_sure_refusal_costs_no_request(
    fake_discord: FakeDiscord,
    guild: Guild,
    connected: discord.Client,
    clock: StoppedClock,
    kind: ChannelType,
    missing: Permission,
    code: int,
) -> None:
    channel = fake_discord.add_channel(guild, "alerts", kind)
    await fake_discord.wait_for(lambda: connected.get_channel(channel.id))
    deliverer = DiscordChannels(connected, clock, request_timeout=5)
    fake_discord.deny_bot(channel, missing)
    await fake_discord.wait_for(
        lambda: connected.get_channel(channel.id).overwrites  # type: ignore[union-attr]  # it is there
    )
    with pytest.raises(PermanentDeliveryError) as caught:
        await deliverer.send(to(channel, embeds=[{"title": "x"}]), None)
    assert (caught.value.code, caught.value.target_gone) == (code, True)
    assert not fake_discord.journal.calls("POST", "/messages")
    fake_discord.allow_bot(channel)
    await fake_discord.wait_for(
        lambda: not connected.get_channel(channel.id).overwrites  # type: ignore[union-attr]  # it is there
    )
    await deliverer.send(to(channel, embeds=[{"title": "x"}]), None)


async def test_five_hundred_channels_that_lost_a_right_cost_no_refused_request(
    fake_discord: FakeDiscord, guild: Guild, connected: discord.Client, clock: StoppedClock
) -> None:
    channels = [fake_discord.add_channel(guild, f"c{number}") for number in range(500)]
    fake_discord.set_bot_permissions(guild, int(Permission.VIEW_CHANNEL))
    everyone = guild.roles[guild.id]
    fake_discord.update_role(everyone, permissions=int(Permission.VIEW_CHANNEL))
    last = fake_discord.add_channel(guild, "last")
    await fake_discord.wait_for(lambda: connected.get_channel(last.id))
    deliverer = DiscordChannels(connected, clock, request_timeout=5)
    for channel in channels:
        with pytest.raises(PermanentDeliveryError):
            await deliverer.send(to(channel), None)
    assert fake_discord.journal.invalid_requests == 0


async def test_an_empty_list_of_a_channel_we_may_not_read_is_no_proof_of_absence(
    fake_discord: FakeDiscord, guild: Guild, client: discord.Client, clock: StoppedClock
) -> None:
    channel = fake_discord.add_channel(guild, "alerts")
    deliverer = DiscordChannels(client, clock, request_timeout=5)
    sent = to(channel)
    await deliverer.send(sent, None)
    fake_discord.deny_bot(channel, Permission.READ_MESSAGE_HISTORY)
    with pytest.raises(HistoryUnavailable, match="Read Message History"):
        await deliverer.find(sent.place, sent.nonce, LONG_AGO)


async def test_an_empty_list_of_an_empty_channel_means_it_was_never_posted(
    fake_discord: FakeDiscord, guild: Guild, client: discord.Client, clock: StoppedClock
) -> None:
    channel = fake_discord.add_channel(guild, "alerts")
    deliverer = DiscordChannels(client, clock, request_timeout=5)
    assert await deliverer.find(to(channel).place, to(channel).nonce, LONG_AGO) is None
    fake_discord.post_as(fake_discord.add_user("someone"), channel, "before")
    after = datetime.fromtimestamp(fake_discord.clock.now() + 600, UTC)
    assert await deliverer.find(to(channel).place, to(channel).nonce, after) is None


async def test_without_the_right_to_attach_files_the_words_go_without_the_picture(
    fake_discord: FakeDiscord, guild: Guild, connected: discord.Client, clock: StoppedClock
) -> None:
    async def drawn(name: str, data: str) -> bytes:
        return b"\x89PNG"

    channel = fake_discord.add_channel(guild, "digests")
    await fake_discord.wait_for(lambda: connected.get_channel(channel.id))
    fake_discord.deny_bot(channel, Permission.ATTACH_FILES)
    deliverer = DiscordChannels(connected, clock, request_timeout=5, draw=drawn)
    payload = DiscordRenderer().payload(examples.digest(), PlaceKind.CHANNEL)
    await deliverer.send(replace(to(channel), payload=payload), None)
    (message,) = fake_discord.bot_messages
    assert message.attachments == []
