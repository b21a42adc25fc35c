"""`/feed import` and `/feed export`: OPML lists in and out, with a report."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.permission import Action
from bot.locale import say
from bot.services.panels import feeds as panels
from cogs.asking import Interaction, answer, desk_of, permit, thinking
from cogs.wording import describe, description


class FeedListCommands(commands.Cog):
    """The commands about lists in the group `/feed`; the cog of that group inherits them."""

    @app_commands.command(name="import", description=description("feed import"))
    @describe("feed import", "file")
    async def import_(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Add the feeds of an OPML file; a second answer says which of them can be read."""
        asker = await permit(interaction, Action.FEED_IMPORT)
        await thinking(interaction)
        lists = desk_of(interaction).feed_lists
        report = await lists.import_list(asker, file.filename, await file.read())
        await answer(interaction, panels.import_panel(report, asker.locale))
        if report.feeds:
            answers = await lists.first_answers(report.feeds)
            await answer(interaction, panels.first_answers_panel(answers, asker.locale))

    @app_commands.command(name="export", description=description("feed export"))
    async def export(self, interaction: Interaction) -> None:
        """Give this server's feeds as an OPML file."""
        asker = await permit(interaction, Action.FEED_EXPORT)
        data = await desk_of(interaction).feed_lists.export(asker)
        words = say("feed.exported", asker.locale, count=data.count(b"<outline "))
        file = discord.File(io.BytesIO(data), "launchwire-feeds.opml")
        await interaction.response.send_message(words, file=file, ephemeral=True)
