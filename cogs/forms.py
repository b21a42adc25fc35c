"""Modals where several values are asked at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord

from bot.delivery.discord_failures import answer_failure
from bot.delivery.discord_limits import SELECT_OPTIONS
from bot.services.alert_message import shorten
from cogs.asking import Interaction

TITLE = 45  # https://docs.discord.com/developers/interactions/receiving-and-responding
LABEL = 45
Answers: TypeAlias = dict[str, list[Any]]
Submitted: TypeAlias = Callable[[Interaction, Answers], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a modal. With `options` a select, else a line of text."""

    key: str
    label: str
    default: str = ""
    required: bool = False
    most: int = 200
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()  # (value, label)
    role: bool = False


class Form(discord.ui.Modal):
    """A modal of questions; `then` gets the answers as lists by key."""

    def __init__(self, title: str, asks: Sequence[Ask], then: Submitted) -> None:
        super().__init__(title=shorten(title, TITLE), timeout=900)
        self._then = then
        self._inputs: dict[str, discord.ui.Item[Any]] = {}
        for ask in asks:
            item = _input(ask)
            self._inputs[ask.key] = item
            self.add_item(discord.ui.Label(text=shorten(ask.label, LABEL), component=item))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Hand the answers on."""
        answers: Answers = {}
        for key, item in self._inputs.items():
            if isinstance(item, discord.ui.TextInput):
                answers[key] = [item.value.strip()] if item.value.strip() else []
            else:
                answers[key] = list(getattr(item, "values", ()) or ())
        await self._then(interaction, answers)

    async def on_error(  # type: ignore[override]  # a modal's has no item, as discord.py calls it
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Every failure becomes a sentence for the person."""
        await answer_failure(interaction, error)


def _input(ask: Ask) -> discord.ui.Item[Any]:
    if ask.role:
        return discord.ui.RoleSelect(
            custom_id=ask.key, required=ask.required, min_values=0 if not ask.required else 1
        )
    if ask.options:
        options = [
            discord.SelectOption(label=label[:100], value=value, default=value == ask.default)
            for value, label in ask.options[:SELECT_OPTIONS]
        ]
        return discord.ui.Select(
            custom_id=ask.key,
            options=options,
            required=ask.required,
            min_values=1 if ask.required else 0,
        )
    return discord.ui.TextInput(
        custom_id=ask.key,
        default=ask.default or None,
        required=ask.required,
        max_length=ask.most,
        placeholder=ask.hint[:100] or None,
    )


def first(answers: Answers, key: str) -> Any:
    """The one answer to a question, None when it was left empty."""
    found = answers.get(key) or [None]
    return found[0]
