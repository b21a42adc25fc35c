"""Buttons and selects that outlive restarts: a pattern of custom ids and what it does."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeAlias

import discord

from bot.delivery.discord_failures import answer_failure
from bot.delivery.discord_marker import MARKER_TAIL
from cogs.asking import Interaction

Values: TypeAlias = list[Any]
Handler: TypeAlias = Callable[[Interaction, re.Match[str], Values], Awaitable[None]]
Pressed: TypeAlias = type[discord.ui.DynamicItem[discord.ui.Item[Any]]]


def on_press(template: str) -> Callable[[Handler], Pressed]:
    """Make a dynamic item of a handler; it gets the match and a select's values.

    Custom ids are input like any other: each handler checks permissions itself.
    """

    def wrap(handle: Handler) -> Pressed:
        class Item(discord.ui.DynamicItem[discord.ui.Item[Any]], template=template + MARKER_TAIL):
            """One button or select of this kind."""

            def __init__(self, item: discord.ui.Item[Any], match: re.Match[str]) -> None:
                super().__init__(item)
                self.match = match

            @classmethod
            async def from_custom_id(
                cls,
                interaction: discord.Interaction[Any],
                item: discord.ui.Item[Any],
                match: re.Match[str],
                /,
            ) -> Self:
                """Nothing is kept between presses."""
                del interaction
                return cls(item, match)

            async def callback(self, interaction: discord.Interaction[Any]) -> None:
                """Do it; every failure becomes a sentence for the person."""
                values = list(getattr(self.item, "values", ()) or ())
                try:
                    await handle(interaction, self.match, values)
                except Exception as error:  # noqa: BLE001 - an entry from outside
                    await answer_failure(interaction, error)

        Item.__name__ = Item.__qualname__ = handle.__name__
        return Item

    return wrap


def number(match: re.Match[str], name: str, default: int = 0) -> int:
    """A number of a custom id."""
    found = match.groupdict().get(name)
    return int(found) if found else default
