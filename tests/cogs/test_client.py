"""Logging in, syncing commands, and what servers and channels do to the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.client import EXTENSIONS, LaunchwireBot
from bot.errors import TokenRefused
from bot.settings import DiscordSettings
from tests.cogs.house import House, house_at
from tests.fake_discord.model import ChannelType
from tests.fake_discord.server import FakeDiscord

MANAGING = {"feed", "alert", "digest", "settings", "audit"}
EVERYWHERE = {
    "subscribe",
    "subscriptions",
    "privacy",
    "launch",
    "summarize",
    "status",
    "help",
    "about",
    "Summarize article",
    "Check for launch",
}


async def test_refused_token_is_a_typed_error(fake_discord: FakeDiscord) -> None:
    bot = LaunchwireBot(DiscordSettings())
    fake_discord.revoke_token()
    async with bot:
        with pytest.raises(TokenRefused, match="401"):
            await bot.log_in(fake_discord.token)


async def test_commands_are_split_by_audience(house: House) -> None:
    offered = {command["name"]: command for command in house.discord.global_commands}
    assert set(offered) == MANAGING | EVERYWHERE | {"why"}
    for name in MANAGING:
        assert offered[name]["default_member_permissions"] == "32"
        assert offered[name]["contexts"] == [0]
        assert offered[name]["integration_types"] == [0]
    for name in EVERYWHERE:
        assert offered[name].get("default_member_permissions") is None
        assert sorted(offered[name]["contexts"]) == [0, 1, 2]
        assert sorted(offered[name]["integration_types"]) == [0, 1]
    assert offered["why"]["contexts"] == [0]


async def test_commands_are_described_in_korean_and_japanese(house: House) -> None:
    (feed,) = [c for c in house.discord.global_commands if c["name"] == "feed"]
    assert set(feed["description_localizations"]) == {"ko", "ja"}
    (menu,) = [c for c in house.discord.global_commands if c["name"] == "Summarize article"]
    assert set(menu["name_localizations"]) == {"ko", "ja"}
    for option in feed["options"]:
        assert set(option["description_localizations"]) == {"ko", "ja"}
        for inner in option.get("options", []):
            assert set(inner["description_localizations"]) == {"ko", "ja"}


async def test_unchanged_commands_are_not_synced_again(house: House) -> None:
    def syncs() -> int:
        return len(house.discord.journal.calls("PUT", "/commands"))

    assert syncs() == 1
    known = dict(house.app.command_ids)
    house.app.command_ids.clear()
    await house.bot._sync()
    assert syncs() == 1
    assert house.app.command_ids == known


async def test_commands_of_named_servers_are_synced_there(
    fake_discord: FakeDiscord, tmp_path: Path
) -> None:
    home = fake_discord.add_guild("Home")
    async with house_at(fake_discord, tmp_path, discord={"guild_ids": [home.id]}) as house:
        assert {c["name"] for c in fake_discord.guild_commands[home.id]} >= {"feed", "status"}
        assert fake_discord.global_commands == []
        assert house.app.desk.homes(home.id)  # type: ignore[arg-type]  # a guild's id
        assert not house.app.desk.homes(house.guild.id)  # type: ignore[arg-type]  # a guild's id


async def test_channels_of_the_configuration_become_places(
    fake_discord: FakeDiscord, tmp_path: Path
) -> None:
    guild = fake_discord.add_guild("Home")
    news = fake_discord.add_channel(guild, "news", ChannelType.ANNOUNCEMENT)
    alerts = [{"channel": news.id, "topic": "launches"}]
    digests = [{"channel": news.id}]
    async with house_at(fake_discord, tmp_path, alerts=alerts, digests=digests) as house:
        await house.bot.on_ready()  # again, as after a lost session: nothing changes twice
        (alert,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
        (digest,) = await house.app.store.read(lambda tx: tx.digests.all())
        assert alert.place.guild_id == guild.id
        assert alert.place.kind.value == "announcement"
        assert digest.place == alert.place


async def test_every_extension_loads(house: House) -> None:
    assert set(house.bot.extensions) == set(EXTENSIONS)
