"""Why Discord did not let us in, and how long it asks to stay away."""

from __future__ import annotations

import os

import aiohttp
import discord

LONGEST_ASKED = 3600.0  # seconds; a Retry-After beyond this is not waited for


def login_trouble(error: BaseException, seconds: float) -> str:
    """Why Discord did not let us in, in words."""
    if isinstance(error, discord.HTTPException):
        hint = " (is [discord] api_base right?)" if error.status == 404 else ""
        return f"it answered {error.status}{hint}"
    if isinstance(error, discord.RateLimited):
        return "it asks the bot to slow down"
    if isinstance(error, TimeoutError):
        return f"no answer within {seconds:g} s"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno
        reason = os.strerror(number).lower() if number else "no such host, or no network"
        return f"{error.host}:{error.port} cannot be reached ({reason})"
    return f"its answer cannot be used ({type(error).__name__})"


def asked_pause(error: BaseException) -> float | None:
    """The seconds an answer asks to wait, if it does."""
    if isinstance(error, discord.RateLimited):
        return min(error.retry_after, LONGEST_ASKED)
    if not isinstance(error, discord.HTTPException):
        return None
    try:
        return min(float(error.response.headers.get("Retry-After", "")), LONGEST_ASKED)
    except ValueError:
        return None
