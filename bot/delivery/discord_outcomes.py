"""What an answer of Discord, or its absence, means for a delivery.

The rule behind all of it: an error says "not posted" only when Discord, or the network before it,
certainly refused. Whatever may have happened after the request left is an unknown outcome.
"""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import discord

from bot.errors import (
    DeliveryError,
    PermanentDeliveryError,
    TokenRefused,
    TransientDeliveryError,
    UnknownOutcome,
)
from bot.locale import say

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
SLOWMODE = 20016
WRITE_LIMIT = 20028
TOO_MANY_EDITS = 30046
ALREADY_CROSSPOSTED = 40033
OPENING_DMS_TOO_FAST = 40003
TAG_REQUIRED = 40067
MISSING_ACCESS = 50001
NOT_OUR_MESSAGE = 50005
CANNOT_MESSAGE_USER = 50007
MISSING_PERMISSIONS = 50013
INVALID_FORM = 50035
THREAD_ARCHIVED = 50083
NO_MUTUAL_GUILDS = 50278
THREAD_LOCKED = 160005

_LATER = {SLOWMODE: 60, WRITE_LIMIT: 60, TOO_MANY_EDITS: 900, OPENING_DMS_TOO_FAST: 600}
"""Codes that mean "not now", with seconds to wait when the answer names none."""

_BUSY = frozenset({408, 425})
SENTENCES = {
    code: say(f"trouble.{name}")
    for code, name in (
        (UNKNOWN_CHANNEL, "channel_gone"),
        (MISSING_ACCESS, "permissions"),
        (MISSING_PERMISSIONS, "permissions"),
        (CANNOT_MESSAGE_USER, "dm_closed"),
        (NO_MUTUAL_GUILDS, "no_mutual"),
        (UNKNOWN_MESSAGE, "message_gone"),
        (TAG_REQUIRED, "tag_required"),
        (THREAD_LOCKED, "thread_locked"),
        (TOO_MANY_EDITS, "too_many_edits"),
    )
}
"""What a refusal means, in English; panels say it again in the reader's language."""

_NOT_THE_PLACE = frozenset(
    {UNKNOWN_MESSAGE, NOT_OUR_MESSAGE, INVALID_FORM, 40005, 200000, 200001, 240000}
)
"""Refusals of the payload or of one message; the place itself can still be used."""


def delivery_error(error: BaseException) -> DeliveryError | TokenRefused:
    """The project's error for one that discord.py, aiohttp or the clock raised."""
    if isinstance(error, discord.RateLimited):
        return _later("Discord asks the bot to slow down.", error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _of_answer(error)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return _later(f"Discord cannot be reached ({type(error).__name__}).", None)
    return UnknownOutcome(f"Discord did not answer ({type(error).__name__}).")


def _of_answer(error: discord.HTTPException) -> DeliveryError | TokenRefused:
    status, code = error.status, error.code
    if status == 401:
        return TokenRefused(
            "Discord refused the bot's token. Make a new one in the Developer Portal and set "
            "DISCORD_TOKEN or DISCORD_TOKEN_FILE."
        )
    if status == 429 or code in _LATER:
        return _later(_sentence(error), _retry_after(error) or _LATER.get(code, 60))
    if status >= 500 or status in _BUSY:
        return UnknownOutcome(f"Discord answered {status}; the message may have been posted.")
    if code == 0 and status in (403, 404):
        # No JSON from Discord itself: a proxy or Cloudflare stands in between.
        return _later(f"Something in front of Discord answered {status}.", 60)
    gone = status in (403, 404) or code in (TAG_REQUIRED, THREAD_LOCKED)
    return PermanentDeliveryError(
        _sentence(error), code=code, target_gone=gone and code not in _NOT_THE_PLACE
    )


def _sentence(error: discord.HTTPException) -> str:
    known = SENTENCES.get(error.code)
    words = " ".join(error.text.split())[:300] if error.code else ""
    return known or f"Discord refused ({error.status}, code {error.code}): {words or 'no reason'}"


def _retry_after(error: discord.HTTPException) -> float | None:
    value = error.response.headers.get("Retry-After", "")
    try:
        return min(max(float(value), 0.0), 24 * 3600.0)
    except ValueError:
        return None


def _later(text: str, seconds: float | None) -> TransientDeliveryError:
    wait = None if seconds is None else timedelta(seconds=seconds)
    return TransientDeliveryError(text, retry_after=wait)
