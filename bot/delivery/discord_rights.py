"""What the bot may do in a channel, from what the gateway told: a sure refusal is not asked for.

Discord bans addresses that make too many refused requests, so five hundred channels that lost a
permission must not cost five hundred requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot.delivery.discord_outcomes import MISSING_ACCESS, MISSING_PERMISSIONS
from bot.domain.permission import Right
from bot.domain.reason import Reason
from bot.domain.subscription import Place, PlaceKind
from bot.errors import PermanentDeliveryError
from bot.locale import say


def insist_on_rights(client: discord.Client, place: Place, payload: Mapping[str, Any]) -> None:
    """Refuse what Discord would certainly refuse; where nothing is known, Discord decides.

    Raises:
        PermanentDeliveryError: View Channel, Send Messages or Embed Links is missing.
    """
    channel = client.get_channel(place.id)
    if place.kind is PlaceKind.USER or not isinstance(channel, discord.abc.GuildChannel):
        return
    # Our own member comes with the guild; it is absent while the guild is not available.
    me: discord.Member | None = channel.guild.me
    if me is None:
        return
    rights = channel.permissions_for(me)
    needed = [Right.SEND, *((Right.EMBED,) if payload.get("embeds") else ())]
    if not rights.view_channel:
        raise _lacking([Right.VIEW], MISSING_ACCESS)
    if lacking := [right for right in needed if not getattr(rights, right.value)]:
        # Without Send Messages Discord takes Embed Links away too; only the cause is worth naming.
        raise _lacking(lacking[:1], MISSING_PERMISSIONS)


def _lacking(rights: Sequence[Right], code: int) -> PermanentDeliveryError:
    """The refusal that names exactly the permissions that lack."""
    names = tuple(Reason.of(f"right.{right.value}") for right in rights)
    return PermanentDeliveryError(say("trouble.lacks", rights=names), code=code)


def may_attach(client: discord.Client, place: Place) -> bool:
    """Whether pictures may be uploaded there; True where nothing is known."""
    channel = client.get_channel(place.id)
    if place.kind is PlaceKind.USER or not isinstance(channel, discord.abc.GuildChannel):
        return True
    me: discord.Member | None = channel.guild.me
    return me is None or channel.permissions_for(me).attach_files
