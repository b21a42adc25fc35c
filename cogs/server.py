"""`/settings`, `/audit` and `/why`."""

from __future__ import annotations

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import LaunchwireBot
from bot.domain.message import Message
from bot.domain.permission import Action
from bot.domain.subscription import RoleId, ThreadMode
from bot.errors import InvalidInput
from bot.locale import LOCALES, problem
from bot.services.asking import Asker
from bot.services.panels import server as panels
from cogs.asking import (
    Interaction,
    answer,
    desk_of,
    for_members,
    managing,
    permit,
    update,
)
from cogs.completing import zone_names
from cogs.pressing import Values, number, on_press
from cogs.setup_walk import begin
from cogs.wording import choice, describe, description

LANGUAGES = [choice(f"language.{locale}", locale) for locale in LOCALES]
STYLES = [choice("choice.style.reply", "none"), choice("choice.style.thread", "thread")]


@managing
class Settings(commands.GroupCog, group_name="settings", group_description=description("settings")):
    """What a server chooses."""

    @app_commands.command(name="show", description=description("settings show"))
    async def show(self, interaction: Interaction) -> None:
        """The settings as they are."""
        asker = await permit(interaction, Action.SETTINGS_SHOW)
        await answer(interaction, await _shown(interaction, asker))

    @app_commands.command(name="timezone", description=description("settings timezone"))
    @describe("settings timezone", "timezone")
    @app_commands.autocomplete(timezone=zone_names)
    async def timezone(
        self, interaction: Interaction, timezone: app_commands.Range[str, 1, 60]
    ) -> None:
        """The zone of new digests and quiet hours."""
        asker = await permit(interaction, Action.SETTINGS_TIMEZONE)
        await desk_of(interaction).settings.set_timezone(asker, timezone)
        await answer(interaction, await _shown(interaction, asker))

    @app_commands.command(name="language", description=description("settings language"))
    @describe("settings language", "language")
    @app_commands.choices(language=LANGUAGES)
    async def language(self, interaction: Interaction, language: str) -> None:
        """The language of posts."""
        asker = await permit(interaction, Action.SETTINGS_LANGUAGE)
        await desk_of(interaction).settings.set_language(asker, language)
        await answer(interaction, await _shown(interaction, asker))

    @app_commands.command(name="alert-style", description=description("settings alert-style"))
    @describe("settings alert-style", "style", "maps")
    @app_commands.choices(style=STYLES)
    async def alert_style(
        self, interaction: Interaction, style: str | None = None, maps: bool | None = None
    ) -> None:
        """Where updates of a story go, and whether alerts carry a map."""
        asker = await permit(interaction, Action.SETTINGS_ALERT_STYLE)
        settings = desk_of(interaction).settings
        if style is not None:
            await settings.set_threads(asker, ThreadMode(style))
        if maps is not None:
            await settings.set_maps(asker, maps)
        await answer(interaction, await _shown(interaction, asker))

    @app_commands.command(name="managers", description=description("settings managers"))
    @describe("settings managers", "role")
    async def managers(self, interaction: Interaction, role: discord.Role | None = None) -> None:
        """Who may manage besides people with Manage Server."""
        asker = await permit(interaction, Action.SETTINGS_MANAGERS)
        if role is not None and role.is_default():
            raise problem(InvalidInput, "permission.role_everyone")
        roles = (RoleId(role.id),) if role is not None else ()
        await desk_of(interaction).settings.set_managers(asker, roles)
        await answer(interaction, await _shown(interaction, asker))

    @app_commands.command(name="setup", description=description("settings setup"))
    async def setup(self, interaction: Interaction) -> None:
        """The walk: channel, topic, time zone, starter feeds."""
        asker = await permit(interaction, Action.SETTINGS_SETUP)
        await begin(interaction, asker)


class Explaining(commands.Cog):
    """Why something was posted or not, and who changed what."""

    @app_commands.command(name="why", description=description("why"))
    @describe("why", "link")
    @for_members
    async def why(self, interaction: Interaction, link: app_commands.Range[str, 1, 1000]) -> None:
        """The stages an article went through."""
        asker = await permit(interaction, Action.WHY)
        desk = desk_of(interaction)
        explanation = await desk.explain.why(asker, link)
        await answer(interaction, panels.why_panel(explanation, desk.keep_days, asker.locale))

    @app_commands.command(name="audit", description=description("audit"))
    @managing
    async def audit(self, interaction: Interaction) -> None:
        """Who changed what in this server."""
        asker = await permit(interaction, Action.AUDIT)
        entries = await desk_of(interaction).explain.audit(asker)
        await answer(interaction, panels.audit_panel(entries, 0, asker.locale))


async def _shown(interaction: Interaction, asker: Asker) -> Message:
    desk = desk_of(interaction)
    settings = await desk.settings.settings(asker.guild)
    return panels.settings_panel(settings, desk.clock.now(), asker.locale)


@on_press(r"list:audit:\w+:(?P<page>\d+):\w+")
async def turn_audit(interaction: Interaction, match: re.Match[str], values: Values) -> None:
    """Another page."""
    del values
    asker = await permit(interaction, Action.AUDIT)
    entries = await desk_of(interaction).explain.audit(asker)
    await update(interaction, panels.audit_panel(entries, number(match, "page"), asker.locale))


async def setup(bot: LaunchwireBot) -> None:
    """Add the commands and buttons."""
    bot.add_dynamic_items(turn_audit)
    await bot.add_cog(Settings())
    await bot.add_cog(Explaining())
