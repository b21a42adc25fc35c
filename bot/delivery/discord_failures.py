"""What a person is told when a command, button or modal failed: each failure in its own words."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands

from bot.delivery.discord_outcomes import (
    CANNOT_MESSAGE_USER,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NO_MUTUAL_GUILDS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
)
from bot.delivery.discord_reply import send_problem
from bot.domain.command_names import command_line
from bot.domain.permission import BOT_NEEDS
from bot.domain.reason import Reason
from bot.errors import LaunchwireError, StoreError, WorkerKilled, report_unexpected
from bot.locale import error_words, say

_log = logging.getLogger("launchwire.client")

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060
UNKNOWN_WEBHOOK, DEAD_TOKEN = 10015, 50027  # the fifteen minutes of an interaction ran out
_SENTENCE_OF_CODE = {
    UNKNOWN_CHANNEL: "error.channel_gone",
    UNKNOWN_MESSAGE: "error.message_gone",
    CANNOT_MESSAGE_USER: "error.dm_closed",
    NO_MUTUAL_GUILDS: "error.dm_closed",
}
_LACKS = (MISSING_PERMISSIONS, MISSING_ACCESS)
_NOBODY_LEFT = (UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, DEAD_TOKEN)


async def answer_failure(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the person what went wrong, in their language; used by commands, buttons and modals."""
    cause: BaseException = getattr(error, "original", error)
    if isinstance(cause, discord.HTTPException) and cause.code in _NOBODY_LEFT:
        # Three seconds, or fifteen minutes, ran out: there is nobody left to answer.
        _log.warning("interaction=%s answered too late (%s)", interaction.id, cause.code)
        return
    if isinstance(cause, discord.HTTPException) and cause.code == ALREADY_ANSWERED:
        _log.warning("interaction=%s was answered already", interaction.id)
        return
    words = failure_words(interaction, cause, str(interaction.locale))
    app = getattr(interaction.client, "app", None)  # absent while the bot starts
    await send_problem(interaction, command_line(words), app.command_ids if app else {})


def failure_words(interaction: discord.Interaction[Any], cause: BaseException, locale: str) -> str:
    """The sentence for a failure; an unknown one is logged, and its reference id is in both."""
    match cause:
        case StoreError():
            reference = report_unexpected(cause, "store", interaction=interaction.id)
            tail = say("error.reference", locale, reference=reference)
            return f"{say('error.store', locale)} {tail}"
        case WorkerKilled():
            return say("error.too_hard", locale)
        case LaunchwireError():
            return error_words(cause, locale)
        case app_commands.CommandOnCooldown():
            return say("error.cooldown", locale, seconds=max(1, round(cause.retry_after)))
        case app_commands.MissingPermissions() | app_commands.NoPrivateMessage():
            return say("error.not_allowed", locale)
        case app_commands.TransformerError():
            return say("error.unreadable", locale, value=str(cause.value)[:100])
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return say("error.outdated_command", locale)
        case discord.RateLimited():
            return say("error.rate_limited", locale, wait=timedelta(seconds=cause.retry_after))
        case discord.HTTPException():
            if (said := _of_discord(interaction, cause, locale)) is not None:
                return said
    name = interaction.command.qualified_name if interaction.command else "component"
    reference = report_unexpected(cause, f"interaction {name}", interaction=interaction.id)
    return say("error.unexpected", locale, reference=reference)


def _of_discord(
    interaction: discord.Interaction[Any], error: discord.HTTPException, locale: str
) -> str | None:
    """What Discord's refusal means for the person; None for one we do not foresee."""
    if error.code in _LACKS:
        held = interaction.app_permissions
        lacking = [right for right in BOT_NEEDS if not getattr(held, right.value)]
        if not lacking:
            return say("error.bot_not_allowed", locale)
        names = tuple(Reason.of(f"right.{right.value}") for right in lacking)
        return say("error.bot_lacks", locale, rights=names)
    if error.code in _SENTENCE_OF_CODE:
        return say(_SENTENCE_OF_CODE[error.code], locale)
    if error.status == 429:
        return say("error.rate_limited", locale, wait=timedelta(minutes=1))
    if error.status >= 500:
        return say("error.discord_down", locale)
    return None
