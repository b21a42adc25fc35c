"""What is offered while a person types: alerts, feeds, digests, countries, zones, stories."""

from __future__ import annotations

from discord import app_commands

from bot.domain.article import GuildId
from bot.domain.permission import Action
from bot.domain.story import StoryStatus
from bot.domain.subscription import Topic
from bot.services.vocabulary import suggest_countries, suggest_weapons
from cogs.asking import Choices, Interaction, choices, desk_of, is_allowed, locale_of
from cogs.wording import choice

TOPICS = [choice(f"topic.{topic.value}", topic.value) for topic in Topic]
STATUSES = [
    choice(f"status.{status.value}", status.value)
    for status in (StoryStatus.UNCONFIRMED, StoryStatus.REPORTED, StoryStatus.CONFIRMED)
]


async def alert_names(interaction: Interaction, typed: str) -> Choices:
    """The alerts of this server."""
    if not await is_allowed(interaction, Action.ALERT_LIST):
        return []
    guild = GuildId(interaction.guild_id or 0)
    suggestions = desk_of(interaction).suggestions
    return choices(interaction, await suggestions.alerts(guild, typed, locale_of(interaction)))


async def feed_names(interaction: Interaction, typed: str) -> Choices:
    """The feeds this server sees."""
    if not await is_allowed(interaction, Action.FEED_LIST):
        return []
    guild = GuildId(interaction.guild_id or 0)
    return choices(interaction, await desk_of(interaction).suggestions.feeds(guild, typed))


async def digest_names(interaction: Interaction, typed: str) -> Choices:
    """The digests of this server."""
    if not await is_allowed(interaction, Action.DIGEST_LIST):
        return []
    guild = GuildId(interaction.guild_id or 0)
    suggestions = desk_of(interaction).suggestions
    return choices(interaction, await suggestions.digests(guild, typed, locale_of(interaction)))


async def country_names(interaction: Interaction, typed: str) -> Choices:
    """Countries and groups, also for the last of a list."""
    found = suggest_countries(typed, locale_of(interaction))
    return [app_commands.Choice(name=label[:100], value=value[:100]) for value, label in found]


async def weapon_names(interaction: Interaction, typed: str) -> Choices:
    """Weapon classes, also for the last of a list."""
    found = suggest_weapons(typed, locale_of(interaction))
    return [app_commands.Choice(name=label[:100], value=value[:100]) for value, label in found]


async def zone_names(interaction: Interaction, typed: str) -> Choices:
    """Time zones with the time there now."""
    return choices(interaction, desk_of(interaction).suggestions.zones(typed))


async def story_names(interaction: Interaction, typed: str) -> Choices:
    """Stories by number or headline."""
    guild = GuildId(interaction.guild_id) if interaction.guild_id else None
    if guild is not None and not interaction.is_guild_integration():
        guild = None
    return choices(interaction, await desk_of(interaction).suggestions.stories(guild, typed))


async def silence_names(interaction: Interaction, typed: str) -> Choices:
    """What is muted in this server."""
    if not await is_allowed(interaction, Action.ALERT_SILENCES):
        return []
    guild = GuildId(interaction.guild_id or 0)
    suggestions = desk_of(interaction).suggestions
    return choices(interaction, await suggestions.silences(guild, typed, locale_of(interaction)))
