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
    UNKNOWN_CHANNEL: "The channel no longer exists. Choose another one.",
    MISSING_ACCESS: "The bot cannot see this channel. Give it View Channel there.",
    MISSING_PERMISSIONS: (
        "The bot lacks a permission in this channel: it needs View Channel, Send Messages, "
        "Embed Links, Attach Files and Read Message History (in forums also Create Posts)."
    ),
    CANNOT_MESSAGE_USER: (
        "This person does not accept direct messages from the bot. They can allow them in the "
        "server's privacy settings."
    ),
    NO_MUTUAL_GUILDS: "The bot shares no server with this person any more.",
    UNKNOWN_MESSAGE: "The message was deleted.",
    TAG_REQUIRED: "This forum asks for a tag on every post, and none of ours exists there.",
    THREAD_LOCKED: "The thread is locked.",
    TOO_MANY_EDITS: "Discord allows no more edits of this older message for now.",
}
_NOT_THE_PLACE = frozenset({UNKNOWN_MESSAGE, INVALID_FORM, 40005, 200000, 200001, 240000})
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
