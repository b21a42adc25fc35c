"""Rendered messages as answers to interactions, so that cogs and channel posts share one renderer.

Buttons are not handled here: every custom_id belongs to a `discord.ui.DynamicItem` of a cog.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from typing import Any

import discord

from bot.delivery.discord_limits import CONTENT, FLAG_COMPONENTS_V2
from bot.delivery.discord_text import Pen
from bot.delivery.discord_wire import without_pictures
from bot.delivery.drawings import Draw, Drawings
from bot.domain.message import Line, Message
from bot.domain.subscription import PlaceKind
from bot.ports import Renderer

_log = logging.getLogger("launchwire.delivery")


class RenderedView(discord.ui.LayoutView):
    """A view that shows rendered component dicts and handles nothing itself."""

    def __init__(self, components: list[dict[str, Any]], *, is_card: bool) -> None:
        super().__init__(timeout=None)
        self._rendered = components
        self._is_card = is_card
        # A finished view is sent like any other but not kept for dispatching.
        self.stop()

    def to_components(self) -> list[dict[str, Any]]:
        """The rendered components, as they are."""
        return self._rendered

    def has_components_v2(self) -> bool:
        """Whether the message needs Discord's Components V2 flag."""
        return self._is_card

    def is_dispatchable(self) -> bool:
        """Never: dynamic items answer the buttons."""
        return False


class Replies:
    """Turns messages into keyword arguments for interaction responses, follow-ups and edits."""

    def __init__(self, renderer: Renderer, draw: Draw | None = None) -> None:
        self._renderer = renderer
        self._drawings = Drawings(draw)

    async def sending(self, message: Message, *, ephemeral: bool = True) -> dict[str, Any]:
        """For `interaction.response.send_message` and `interaction.followup.send`."""
        made, files = await self._parts(message)
        if files:
            made["files"] = files
        return made | {"ephemeral": ephemeral}

    async def editing(self, message: Message) -> dict[str, Any]:
        """For `interaction.response.edit_message` and `interaction.edit_original_response`.

        A card cannot become a classic message again (Discord keeps the flag).
        """
        made, files = await self._parts(message)
        made["attachments"] = files
        if not made.get("view"):
            made["view"] = None
        elif not made["view"].has_components_v2():
            made = {"content": None, "embeds": []} | made
        return made

    async def answer(
        self,
        interaction: discord.Interaction[Any],
        message: Message,
        *,
        ephemeral: bool = True,
    ) -> None:
        """Answer an interaction, or follow up when it has been answered or deferred."""
        made = await self.sending(message, ephemeral=ephemeral)
        if interaction.response.is_done():
            await interaction.followup.send(**made)
        else:
            await interaction.response.send_message(**made)

    async def _parts(self, message: Message) -> tuple[dict[str, Any], list[discord.File]]:
        payload = self._renderer.payload(message, PlaceKind.CHANNEL)
        drawn = await self._drawings.of(payload)
        if drawn is None:
            payload, drawn = without_pictures(payload), []
        files = [
            discord.File(io.BytesIO(data), item["filename"], description=item["alt"] or None)
            for item, data in drawn
        ]
        return reply_arguments(payload), files


def reply_arguments(payload: dict[str, Any]) -> dict[str, Any]:
    """A payload without files as discord.py's keyword arguments."""
    roles = [discord.Object(int(role)) for role in payload["allowed_mentions"]["roles"]]
    made: dict[str, Any] = {
        "allowed_mentions": discord.AllowedMentions(
            everyone=False, users=False, roles=roles, replied_user=False
        )
    }
    if payload.get("content"):
        made["content"] = payload["content"]
    if payload.get("embeds"):
        made["embeds"] = [discord.Embed.from_dict(embed) for embed in payload["embeds"]]
    if payload.get("components"):
        is_card = bool(payload.get("flags", 0) & FLAG_COMPONENTS_V2)
        made["view"] = RenderedView(payload["components"], is_card=is_card)
    return made


async def send_problem(
    interaction: discord.Interaction[Any], line: Line, commands: Mapping[str, int]
) -> None:
    """Tell one person in one line what went wrong; an interaction that ended is only logged.

    `commands` are the ids of our commands by name, for those that the line tells to use.
    """
    words = Pen(commands).line(line, CONTENT, "problem")
    quiet = discord.AllowedMentions.none()
    try:
        if interaction.response.is_done():
            await interaction.followup.send(words, ephemeral=True, allowed_mentions=quiet)
        else:
            await interaction.response.send_message(words, ephemeral=True, allowed_mentions=quiet)
    except discord.HTTPException as error:
        _log.warning("interaction=%s could not be told: %s", interaction.id, error)
