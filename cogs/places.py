"""Channels and roles that a person names: both sides' rights there are checked, every time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import discord
from discord import app_commands

from bot.domain.article import GuildId
from bot.domain.permission import (
    BOT_NEEDS_FOR_THREADS,
    Decision,
    Refused,
    Right,
    RoleFacts,
    check_channel,
    check_role,
)
from bot.domain.subscription import ChannelId, Place, PlaceKind, RoleId
from bot.errors import NotFound
from bot.locale import problem
from cogs.asking import Interaction, actor_of

AnyChannel: TypeAlias = app_commands.AppCommandChannel | app_commands.AppCommandThread
Where: TypeAlias = AnyChannel | Place
"""A channel of an option, or one that an alert already has."""

POSTABLE = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.public_thread,
    discord.ChannelType.news_thread,
)
_KINDS = {
    discord.ChannelType.news: PlaceKind.ANNOUNCEMENT,
    discord.ChannelType.forum: PlaceKind.FORUM,
}
_THREADS = (discord.ChannelType.public_thread, discord.ChannelType.news_thread)


class PostingChannel(app_commands.Transformer):
    """A channel that messages can be posted in, with what the invoker may do there."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """What Discord offers."""
        return list(POSTABLE)

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> AnyChannel:
        """As Discord sent it, with the invoker's permissions."""
        del interaction
        assert isinstance(value, AnyChannel)  # the option's type says so
        return value


Postable = app_commands.Transform[AnyChannel, PostingChannel]


def place_of(interaction: Interaction, where: Where, *, threads: bool = False) -> Place:
    """The place behind a channel, after both sides' rights there were checked.

    Raises:
        NotAllowed: with the channel and the permission that is missing, to whom.
        NotFound: a known place whose channel is gone.
    """
    spot = _spot(interaction, where)
    in_thread = spot.type in _THREADS
    bot_rights = _rights(spot.ours, in_thread) if spot.ours is not None else frozenset()
    also = BOT_NEEDS_FOR_THREADS if threads or spot.type is discord.ChannelType.forum else ()
    decision = check_channel(_rights(spot.invoker, in_thread), bot_rights, where.id, also)
    _ensure_named(decision, channel=f"#{spot.name}")
    kind = _KINDS.get(spot.type, PlaceKind.CHANNEL)
    return Place(kind, where.id, GuildId(interaction.guild_id or 0))


@dataclass(frozen=True, slots=True)
class _Spot:
    """A channel with what the person, and we if we see it, may do there."""

    name: str
    type: discord.ChannelType
    invoker: discord.Permissions
    ours: discord.Permissions | None


def _spot(interaction: Interaction, where: Where) -> _Spot:
    guild = interaction.guild
    found = guild.get_channel_or_thread(where.id) if guild is not None else None
    ours = found.permissions_for(guild.me) if found is not None and guild is not None else None
    if not isinstance(where, Place):
        return _Spot(where.name, where.type, where.permissions, ours)
    if found is None or not isinstance(interaction.user, discord.Member):
        raise problem(NotFound, "error.channel_gone")
    invoker = found.permissions_for(interaction.user)
    return _Spot(found.name, found.type, invoker, ours)


def _rights(found: discord.Permissions, thread: bool) -> frozenset[Right]:
    """Discord's permissions as ours; in a thread, "send" is the right to send in threads."""
    held = {right for right in Right if getattr(found, right.value)}
    if thread:
        held.discard(Right.SEND)
        if found.send_messages_in_threads:
            held.add(Right.SEND)
    # Without one of these two Discord takes others away too; only the cause is worth naming.
    # https://docs.discord.com/developers/topics/permissions#implicit-permissions
    if Right.VIEW not in held:
        return frozenset(Right) - {Right.VIEW}
    if Right.SEND not in held:
        held |= {Right.EMBED, Right.ATTACH}
    return frozenset(held)


def role_of(interaction: Interaction, role: discord.Role | None, where: Where) -> RoleId | None:
    """A role that may be pinged in a channel, by this person and by us.

    Raises:
        NotAllowed: whose right is missing.
        NotFound: a known place whose channel is gone.
    """
    if role is None:
        return None
    spot = _spot(interaction, where)
    facts = RoleFacts(RoleId(role.id), GuildId(role.guild.id), role.mentionable, role.is_default())
    decision = check_role(
        facts,
        actor_of(interaction),
        invoker_mentions_all=spot.invoker.mention_everyone,
        bot_mentions_all=spot.ours is not None and spot.ours.mention_everyone,
    )
    _ensure_named(decision, role=role.name)
    return RoleId(role.id)


def known_role(interaction: Interaction, role_id: RoleId | None) -> discord.Role | None:
    """A stored role as Discord knows it; None when it was deleted."""
    guild = interaction.guild
    return guild.get_role(role_id) if guild is not None and role_id is not None else None


def channel_id_of(interaction: Interaction, channel: AnyChannel | None) -> ChannelId | None:
    """A second channel of an alert, its rights checked like those of the first."""
    return ChannelId(place_of(interaction, channel).id) if channel is not None else None


def _ensure_named(decision: Decision, **names: str) -> None:
    """Go on when it is allowed; a sentence can hold no mention, so ids in it become names."""
    if isinstance(decision, Refused):
        params = decision.reason.as_dict()
        known = {key: name for key, name in names.items() if key in params}
        raise problem(decision.error, decision.reason.key, **{**params, **known})
