"""From an interaction to who asks, with permissions checked every time, and back to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

import discord
from discord import app_commands

from bot.domain.article import GuildId
from bot.domain.message import Message
from bot.domain.permission import (
    NO_COMMANDS,
    Action,
    Actor,
    Decision,
    Refused,
    decide,
)
from bot.domain.subscription import RoleId, UserId
from bot.errors import NotFound, RequestError
from bot.locale import best_locale, problem
from bot.services.asking import Asker, ensure
from bot.services.desk import Desk
from bot.services.suggestions import Suggestion

if TYPE_CHECKING:
    from bot.client import LaunchwireBot

T = TypeVar("T")

Interaction: TypeAlias = "discord.Interaction[LaunchwireBot]"
Choices: TypeAlias = "list[app_commands.Choice[str]]"
AnyChannel: TypeAlias = app_commands.AppCommandChannel | app_commands.AppCommandThread


def desk_of(interaction: Interaction) -> Desk:
    """The use cases.

    Raises:
        NotFound: the bot is still starting.
    """
    app = getattr(interaction.client, "app", None)
    if app is None:
        raise problem(NotFound, "error.starting")
    found: Desk = app.desk
    return found


def locale_of(interaction: Interaction) -> str:
    """The reader's language."""
    return best_locale(str(interaction.locale))


def actor_of(interaction: Interaction) -> Actor:
    """The person with the rights that Discord sent along."""
    user, guild_id = interaction.user, interaction.guild_id
    rights = interaction.permissions
    roles = user.roles if isinstance(user, discord.Member) else []
    guild = interaction.guild
    return Actor(
        user_id=UserId(user.id),
        guild_id=GuildId(guild_id) if guild_id is not None else None,
        installed=guild_id is not None and interaction.is_guild_integration(),
        manage_guild=guild_id is not None and rights.manage_guild,
        administrator=guild_id is not None and rights.administrator,
        guild_owner=guild is not None and guild.owner_id == user.id,
        roles=frozenset(RoleId(role.id) for role in roles),
    )


async def permit(interaction: Interaction, action: Action) -> Asker:
    """Check that a person may do this now; buttons and modals are checked like commands.

    Raises:
        NotAllowed: with the right that is missing.
    """
    actor = actor_of(interaction)
    desk = desk_of(interaction)
    managers: frozenset[RoleId] = frozenset()
    if actor.guild_id is not None and actor.installed:
        managers = await desk.settings.manager_roles(actor.guild_id)
    _ensure_worded(decide(actor, action, None, managers), action)
    return Asker(actor.user_id, actor.guild_id, locale_of(interaction))


# What is refused under a button, which has no command to name.
_BUTTON_WORDS = {
    "permission.manager": "permission.button_manager",
    "permission.server_only": "permission.button_server_only",
    "permission.not_installed": "permission.button_not_installed",
}
_MUTING = (Action.STORY_MUTE, Action.STORY_WRONG)


def _ensure_worded(decision: Decision, action: Action) -> None:
    """Go on when it is allowed; a refusal names only commands that exist."""
    if isinstance(decision, Refused) and action.label.split()[0] in NO_COMMANDS:
        key = _BUTTON_WORDS.get(decision.reason.key, decision.reason.key)
        if key == "permission.button_server_only" and action in _MUTING:
            key = "permission.mute_server_only"
        raise problem(decision.error, key, **decision.reason.as_dict())
    ensure(decision)


async def is_allowed(interaction: Interaction, action: Action) -> bool:
    """Whether `permit` would go on; for autocomplete, which answers with nothing instead."""
    actor = actor_of(interaction)
    managers: frozenset[RoleId] = frozenset()
    if actor.guild_id is not None and actor.installed:
        managers = await desk_of(interaction).settings.manager_roles(actor.guild_id)
    try:
        ensure(decide(actor, action, None, managers))
    except RequestError:
        return False
    return True


async def answer(interaction: Interaction, message: Message, *, ephemeral: bool = True) -> None:
    """Answer, or follow up when it was answered or deferred."""
    await interaction.client.replies.answer(interaction, message, ephemeral=ephemeral)


async def update(interaction: Interaction, message: Message) -> None:
    """Change the message that a button or select stands on."""
    made = await interaction.client.replies.editing(message)
    if interaction.response.is_done():
        await interaction.edit_original_response(**made)
    else:
        await interaction.response.edit_message(**made)


async def thinking(interaction: Interaction, *, ephemeral: bool = True) -> None:
    """Ask for time: the network or a worker is needed."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=ephemeral, thinking=True)


def choices(interaction: Interaction, found: list[Suggestion]) -> Choices:
    """Suggestions as Discord's choices, with the names of their channels."""
    made = []
    for each in found:
        label = each.label
        if each.place is not None and interaction.guild is not None:
            channel = interaction.guild.get_channel_or_thread(each.place)
            label = f"{label} · #{channel.name}" if channel is not None else label
        made.append(app_commands.Choice(name=label[:100], value=each.value))
    return made


def managing(group: T) -> T:
    """A command for those who manage a server: hidden from others, and only where the bot is."""
    hidden = app_commands.default_permissions(manage_guild=True)(group)
    installed = app_commands.allowed_installs(guilds=True, users=False)(hidden)
    return app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(installed)


def for_everyone(command: T) -> T:
    """A command for everybody, also in direct messages and as a user-installed app."""
    installed = app_commands.allowed_installs(guilds=True, users=True)(command)
    return app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(installed)


def for_members(command: T) -> T:
    """A command for the members of a server that has the bot."""
    installed = app_commands.allowed_installs(guilds=True, users=False)(command)
    return app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(installed)
