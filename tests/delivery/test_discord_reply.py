"""Rendered messages as answers of slash commands and buttons, driven by the real client."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import discord
import pytest
from discord import app_commands

from bot.delivery.discord_marker import MARKER_TAIL
from bot.delivery.discord_render import DiscordRenderer
from bot.delivery.discord_reply import Replies, send_problem
from bot.domain.message import Text
from tests.delivery import examples
from tests.fake_discord.fixtures import running
from tests.fake_discord.model import Channel, Guild, User
from tests.fake_discord.server import FakeDiscord


async def draw(name: str, data: str) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + name.encode() + data[:1].encode()


def replies() -> Replies:
    """New ones each time: a drawing belongs to the event loop it began on."""
    return Replies(DiscordRenderer(), draw)


class Details(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.LayoutView]],
    template=r"story:(?P<id>\d+):details" + MARKER_TAIL,
):
    """A button of a rendered message, handled by its custom_id."""

    def __init__(self, story: int) -> None:
        super().__init__(discord.ui.Button(label="Details", custom_id=f"story:{story}:details"))
        self.story = story

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: discord.ui.Item[discord.ui.LayoutView],
        match: re.Match[str],
        /,
    ) -> Details:
        return cls(int(match["id"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(**await replies().editing(examples.empty_digest()))


class Cogless(discord.Client):
    """The real client with commands that answer with rendered messages."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Details)

        @self.tree.command(name="digest", description="a card")
        async def digest(interaction: discord.Interaction) -> None:
            await replies().answer(interaction, examples.digest())

        @self.tree.command(name="alert", description="a classic message, deferred")
        async def alert(interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=False, thinking=True)
            await replies().answer(interaction, examples.alert(), ephemeral=False)

        @self.tree.command(name="problem", description="a sentence")
        async def problem(interaction: discord.Interaction) -> None:
            line = (Text("No feed called [x](https://evil.example) @everyone."),)
            await send_problem(interaction, line, {})

        await self.tree.sync()


@dataclass
class Desk:
    server: FakeDiscord
    guild: Guild
    channel: Channel
    user: User


@pytest.fixture
async def desk(fake_discord: FakeDiscord) -> AsyncIterator[Desk]:
    guild = fake_discord.add_guild("desk")
    channel = fake_discord.add_channel(guild, "alerts")
    user = fake_discord.add_user("ann")
    fake_discord.add_member(guild, user)
    async with running(Cogless(), fake_discord):
        yield Desk(fake_discord, guild, channel, user)


async def test_a_card_is_an_ephemeral_answer_with_its_picture(desk: Desk) -> None:
    result = await desk.server.slash(desk.guild, desk.channel, desk.user, "digest")
    assert result.ephemeral
    assert "Daily digest" in str(result.reply.components)
    assert [a.filename for a in result.reply.attachments] == ["launches-per-day-1.png"]


async def test_a_button_of_a_rendered_message_reaches_its_handler(desk: Desk) -> None:
    result = await desk.server.slash(desk.guild, desk.channel, desk.user, "digest")
    pressed = await desk.server.press(desk.user, result.reply, "story:1851:details")
    assert pressed.updated
    assert "No launches" in str(result.reply.components)


async def test_a_classic_message_follows_a_deferred_answer_and_pings_nobody_else(
    desk: Desk,
) -> None:
    result = await desk.server.slash(desk.guild, desk.channel, desk.user, "alert")
    assert not result.ephemeral
    assert str(result.reply.content).startswith("🔴 LAUNCH REPORTED")
    assert result.reply.embeds[0]["title"].startswith("2 ballistic missiles")
    assert not result.reply.pinged_everyone


async def test_a_problem_is_one_harmless_ephemeral_sentence(desk: Desk) -> None:
    result = await desk.server.slash(desk.guild, desk.channel, desk.user, "problem")
    assert result.ephemeral
    assert str(result.reply.content).startswith("No feed called \\[x\\]\\(https\\://evil")
    assert "@everyone" not in str(result.reply.content)
