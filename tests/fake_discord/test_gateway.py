"""Connections that come and go, through discord.py's real client."""

from __future__ import annotations

import asyncio

import discord
import pytest

from tests.fake_discord.fixtures import running
from tests.fake_discord.model import Guild
from tests.fake_discord.sample_bot import SampleBot
from tests.fake_discord.server import FakeDiscord


class Sharded(discord.AutoShardedClient):
    async def before_identify_hook(
        self, _shard_id: int | None, *, initial: bool = False
    ) -> None: ...


@pytest.fixture
def guild(fake_discord: FakeDiscord) -> Guild:
    guild = fake_discord.add_guild("Desk")
    fake_discord.add_channel(guild, "alerts")
    return guild


@pytest.mark.parametrize("how", ["close", "abort", "reconnect"])
async def test_lost_connection_is_resumed_and_missed_events_arrive(
    fake_discord: FakeDiscord, guild: Guild, how: str
) -> None:
    bot = SampleBot()
    async with running(bot, fake_discord):
        gateway = fake_discord.gateway
        {
            "close": lambda: gateway.close(4000),
            "abort": gateway.abort,
            "reconnect": gateway.request_reconnect,
        }[how]()
        await fake_discord.wait_for(lambda: not gateway.connected)
        missed = fake_discord.add_channel(guild, "made meanwhile")
        await fake_discord.wait_for(lambda: bot.resumed == 1, 10)
        assert bot.get_channel(missed.id) is not None
        assert (gateway.identifies, gateway.resumes) == (1, 1)


async def test_invalid_session_starts_a_new_one(fake_discord: FakeDiscord, guild: Guild) -> None:
    bot = SampleBot()
    async with running(bot, fake_discord):
        fake_discord.gateway.invalidate()
        await fake_discord.wait_for(lambda: fake_discord.gateway.identifies == 2, 10)
        await fake_discord.wait_for(lambda: bot.get_guild(guild.id))


async def test_resume_of_a_forgotten_session_starts_a_new_one(
    fake_discord: FakeDiscord, guild: Guild
) -> None:
    async with running(SampleBot(), fake_discord):
        fake_discord.gateway.forget_sessions()
        fake_discord.gateway.close(4000)
        await fake_discord.wait_for(lambda: fake_discord.gateway.identifies == 2, 15)
        assert fake_discord.gateway.resumes == 1


async def test_stand_in_that_goes_away_and_comes_back(
    fake_discord: FakeDiscord, guild: Guild
) -> None:
    bot = SampleBot()
    async with running(bot, fake_discord):
        await fake_discord.stop()
        await fake_discord.start()
        await fake_discord.wait_for(lambda: bot.resumed == 1, 20)


async def test_malformed_event_ends_the_client(fake_discord: FakeDiscord, guild: Guild) -> None:
    async with running(SampleBot(), fake_discord) as task:
        fake_discord.gateway.send_malformed_event()
        with pytest.raises(KeyError):
            await asyncio.wait_for(task, 5)


async def test_wrong_token_at_the_gateway_ends_the_client(
    fake_discord: FakeDiscord, guild: Guild
) -> None:
    async with running(SampleBot(), fake_discord) as task:
        fake_discord.revoke_token()
        with pytest.raises(discord.ConnectionClosed) as caught:
            await asyncio.wait_for(task, 5)
        assert caught.value.code == 4004


async def test_privileged_intents_are_refused(fake_discord: FakeDiscord, guild: Guild) -> None:
    client = discord.Client(intents=discord.Intents.all())
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(client, fake_discord):
            pass


async def test_unanswered_heartbeats_make_the_client_reconnect(
    fake_discord: FakeDiscord, guild: Guild
) -> None:
    fake_discord.gateway.heartbeat_interval = 0.2
    async with running(SampleBot(heartbeat_timeout=0.5), fake_discord):
        fake_discord.gateway.answers_heartbeats = False
        await fake_discord.wait_for(lambda: fake_discord.gateway.resumes == 1, 10)
        fake_discord.gateway.answers_heartbeats = True


async def test_guilds_come_go_and_fail(fake_discord: FakeDiscord, guild: Guild) -> None:
    bot = SampleBot()
    async with running(bot, fake_discord):
        second = fake_discord.add_guild("Second")
        await fake_discord.wait_for(lambda: bot.get_guild(second.id))
        fake_discord.lose_guild(second)
        await fake_discord.wait_for(lambda: bot.get_guild(second.id).unavailable)  # type: ignore[union-attr]  # it is there
        fake_discord.restore_guild(second)
        await fake_discord.wait_for(lambda: not bot.get_guild(second.id).unavailable)  # type: ignore[union-attr]  # it is there
        fake_discord.remove_bot(second)
        await fake_discord.wait_for(lambda: bot.removed == [second.id])


async def test_roles_and_channels_change(fake_discord: FakeDiscord, guild: Guild) -> None:
    bot = SampleBot()
    async with running(bot, fake_discord):
        seen = bot.get_guild(guild.id)
        assert seen is not None
        assert not seen.me.guild_permissions.manage_guild
        fake_discord.set_bot_permissions(guild, discord.Permissions(manage_guild=True).value)
        await fake_discord.wait_for(lambda: seen.me.guild_permissions.manage_guild)
        fake_discord.set_bot_roles(guild, set())
        await fake_discord.wait_for(lambda: not seen.me.guild_permissions.manage_guild)
        (channel,) = guild.channels.values()
        fake_discord.update_channel(channel, name="renamed")
        await fake_discord.wait_for(lambda: seen.channels[0].name == "renamed")
        role = fake_discord.add_role(guild, "Alerts")
        await fake_discord.wait_for(lambda: seen.get_role(role.id))
        fake_discord.delete_role(role)
        await fake_discord.wait_for(lambda: seen.get_role(role.id) is None)


async def test_members_are_found_by_name_and_id(fake_discord: FakeDiscord, guild: Guild) -> None:
    ann = fake_discord.add_user("ann")
    fake_discord.add_member(guild, ann)
    bot = SampleBot()
    async with running(bot, fake_discord):
        seen = bot.get_guild(guild.id)
        assert seen is not None
        assert [member.id for member in await seen.query_members("an")] == [ann.id]
        assert [m.id for m in await seen.query_members(user_ids=[ann.id, 5])] == [ann.id]


async def test_compressed_stream(fake_discord: FakeDiscord, guild: Guild) -> None:
    fake_discord.gateway.compresses = True
    bot = SampleBot()
    async with running(bot, fake_discord):
        assert bot.get_guild(guild.id) is not None


async def test_shards_get_their_own_guilds(fake_discord: FakeDiscord, guild: Guild) -> None:
    guilds = {guild.id, *(fake_discord.add_guild(f"g{n}").id for n in range(4))}
    client = Sharded(intents=discord.Intents(guilds=True), shard_count=2, guild_ready_timeout=0.05)
    async with running(client, fake_discord):
        assert {g.id for g in client.guilds} == guilds
        assert {s.shard for s in fake_discord.gateway.sessions.values()} == {(0, 2), (1, 2)}
