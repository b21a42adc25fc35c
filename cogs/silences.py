"""`/alert silence`, `unsilence` and `silences`: what is muted for a while, by whom and why."""

from __future__ import annotations

import re
from datetime import timedelta

from discord import app_commands
from discord.ext import commands

from bot.domain.permission import Action
from bot.domain.story import StoryId
from bot.domain.subscription import ChannelId
from bot.locale import say
from bot.services.asking import number_in
from bot.services.panels import alerts as panels
from bot.services.panels.parts import note
from cogs.asking import Interaction, answer, desk_of, permit, update
from cogs.completing import silence_names, story_names
from cogs.places import Postable
from cogs.pressing import Values, number, on_press
from cogs.wording import describe, description


class SilenceCommands(commands.Cog):
    """The commands about silences in the group `/alert`; the cog of that group inherits them."""

    @app_commands.command(name="silence", description=description("alert silence"))
    @describe("alert silence", "duration", "story", "keywords", "channel", "reason")
    @app_commands.autocomplete(story=story_names)
    async def silence(
        self,
        interaction: Interaction,
        duration: app_commands.Range[float, 0.1, 720.0],
        story: str | None = None,
        keywords: app_commands.Range[str, 1, 200] | None = None,
        channel: Postable | None = None,
        reason: app_commands.Range[str, 1, 200] | None = None,
    ) -> None:
        """Mute one story, or what a query finds."""
        asker = await permit(interaction, Action.ALERT_SILENCE)
        wanted = number_in(story) if story else None
        silence = await desk_of(interaction).silences.add(
            asker,
            story=StoryId(wanted or 0) if story else None,
            query=keywords,
            span=timedelta(hours=duration),
            reason=reason or "",
            channel_id=ChannelId(channel.id) if channel is not None else None,
        )
        await answer(interaction, panels.silenced_note(silence, asker.locale))

    @app_commands.command(name="unsilence", description=description("alert unsilence"))
    @describe("alert unsilence", "silence")
    @app_commands.autocomplete(silence=silence_names)
    async def unsilence(self, interaction: Interaction, silence: str) -> None:
        """End a silence."""
        asker = await permit(interaction, Action.ALERT_UNSILENCE)
        await desk_of(interaction).silences.end(asker, number_in(silence) or 0)
        await answer(interaction, note(say("alert.unsilenced", asker.locale)))

    @app_commands.command(name="silences", description=description("alert silences"))
    async def silences(self, interaction: Interaction) -> None:
        """What is muted."""
        asker = await permit(interaction, Action.ALERT_SILENCES)
        found = await desk_of(interaction).silences.listed(asker)
        await answer(interaction, panels.silences_panel(found, 0, asker.locale))


@on_press(r"silence:(?P<id>\d+):end")
async def end_silence(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """End a silence from its list, or take it back at once."""
    del values
    asker = await permit(interaction, Action.ALERT_UNSILENCE)
    await desk_of(interaction).silences.end(asker, number(match, "id"))
    await update(interaction, note(say("alert.unsilenced", asker.locale)))


@on_press(r"list:silences:\w+:(?P<page>\d+):\w+")
async def turn_silences(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another page of what is muted."""
    del values
    asker = await permit(interaction, Action.ALERT_SILENCES)
    found = await desk_of(interaction).silences.listed(asker)
    await update(interaction, panels.silences_panel(found, number(match, "page"), asker.locale))
