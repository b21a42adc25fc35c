"""`/status`, `/help` and `/about`."""

from __future__ import annotations

import re

from discord import app_commands
from discord.ext import commands

import bot as launchwire
from bot.client import LaunchwireBot
from bot.domain.message import STATUS_ACTION, Message
from bot.domain.permission import Action
from bot.locale import say
from bot.services.asking import Asker
from bot.services.panels import about as panels
from bot.services.panels.server import status_panel
from bot.services.suggestions import Suggestions
from cogs.asking import (
    Choices,
    Interaction,
    answer,
    choices,
    desk_of,
    for_everyone,
    is_allowed,
    permit,
    update,
)
from cogs.pressing import Values, on_press
from cogs.wording import describe, description


async def _topics(interaction: Interaction, typed: str) -> Choices:
    return choices(interaction, Suggestions.help_topics(typed))


class About(commands.Cog):
    """How it is doing, what it can do, and what it is."""

    @app_commands.command(name="status", description=description("status"))
    @for_everyone
    async def status(self, interaction: Interaction) -> None:
        """How complete our view is; details for those who manage."""
        asker = await permit(interaction, Action.STATUS)
        await answer(interaction, await _status(interaction, asker))

    @app_commands.command(name="help", description=description("help"))
    @describe("help", "topic")
    @app_commands.autocomplete(topic=_topics)
    @for_everyone
    async def help(
        self, interaction: Interaction, topic: app_commands.Range[str, 1, 30] | None = None
    ) -> None:
        """What it does and how to begin."""
        asker = await permit(interaction, Action.HELP)
        await answer(interaction, panels.help_panel((topic or "").lstrip("/"), asker.locale))

    @app_commands.command(name="about", description=description("about"))
    @for_everyone
    async def about(self, interaction: Interaction) -> None:
        """Version, licence, honesty, what is stored."""
        asker = await permit(interaction, Action.ABOUT)
        desk = desk_of(interaction)
        uptime = desk.clock.now() - desk.started
        message = panels.about_panel(launchwire.__version__, uptime, "", asker.locale)
        await answer(interaction, message)


async def _status(interaction: Interaction, asker: Asker) -> Message:
    desk = desk_of(interaction)
    status = await desk.status.status(asker.guild_id)
    next_digest = None
    details = None
    if await is_allowed(interaction, Action.FEED_LIST):
        listed = await desk.digests.listed(asker)
        runs = [each.next_runs[0].due for each in listed if each.next_runs]
        next_digest = min(runs, default=None)
        uptime = desk.clock.now() - desk.started
        latency = round(interaction.client.latency * 1000) if interaction.client.latency else 0
        details = [
            say("status.latency", asker.locale, milliseconds=latency),
            say("status.version", asker.locale, version=launchwire.__version__, uptime=uptime),
        ]
    return status_panel(status, next_digest, details, asker.locale)


@on_press(STATUS_ACTION)
async def show_status(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """How complete our view is, for the person who presses."""
    del match, values
    asker = await permit(interaction, Action.STATUS)
    await answer(interaction, await _status(interaction, asker))


@on_press(r"help:topic")
async def choose_topic(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another topic."""
    del match
    asker = await permit(interaction, Action.HELP)
    topic = str(values[0]) if values and values[0] != panels.HELP_OVERVIEW else ""
    await update(interaction, panels.help_panel(topic, asker.locale))


async def setup(bot: LaunchwireBot) -> None:
    """Add the commands and buttons."""
    bot.add_dynamic_items(choose_topic, show_status)
    await bot.add_cog(About())
