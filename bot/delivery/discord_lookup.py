"""Looks for a message of our own by its marker, after an outcome stayed unknown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import discord

from bot.delivery.discord_marker import marker_of
from bot.domain.subscription import Place, PlaceKind
from bot.errors import (
    DeliveryError,
    HistoryUnavailable,
    PermanentDeliveryError,
    TransientDeliveryError,
    UnknownOutcome,
)

Json = dict[str, Any]
Call = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]

PAGES = 5
PAGE = 100  # https://docs.discord.com/developers/resources/message#get-channel-messages
THREADS = 20
CLOCK_SLACK = timedelta(seconds=60)  # our clock and Discord's may differ


class Lookup:
    """Reads own messages of a channel, and of the threads that hang below it."""

    def __init__(self, client: discord.Client, call: Call) -> None:
        self._client = client
        self._call = call

    async def find(
        self, place: Place, channel_id: int, marker: str, since: datetime
    ) -> Json | None:
        """Our message with this marker, newer than `since`, as Discord's JSON.

        Raises:
            HistoryUnavailable: the place cannot be read (403, 404 or Discord's own 5xx).
            TransientDeliveryError: not now.
        """
        after = discord.utils.time_snowflake(since - CLOCK_SLACK)
        if place.kind is not PlaceKind.FORUM:
            found = await self._in_channel(channel_id, marker, after)
            if found is not None or place.kind is not PlaceKind.CHANNEL:
                return found
        for thread_id in await self._threads(place, after):
            # The first message of a thread has the thread's id, so look from just before it.
            found = await self._in_channel(thread_id, marker, max(after, 0))
            if found is not None:
                return found
        return None

    async def _in_channel(self, channel_id: int, marker: str, after: int) -> Json | None:
        own = self._client.user.id if self._client.user else 0
        for number in range(PAGES):
            page: list[Json] = await self._read(
                partial(self._client.http.logs_from, channel_id, PAGE, after=after)
            )
            for message in page:
                is_own = int(message["author"]["id"]) == own
                if is_own and marker_of(message) == marker:
                    return message
            if not page and number == 0:
                await self._insist_on_silence(channel_id, after)
            if len(page) < PAGE:
                return None
            after = max(int(message["id"]) for message in page)
        return None

    async def _insist_on_silence(self, channel_id: int, after: int) -> None:
        """Tell an empty channel from one that we may not read: Discord answers [] to both.

        https://docs.discord.com/developers/resources/message#get-channel-messages
        """
        channel: Json = await self._read(lambda: self._client.http.get_channel(channel_id))
        if int(channel.get("last_message_id") or 0) > after:
            raise HistoryUnavailable(
                "The bot cannot read its own messages here. Give it Read Message History."
            )

    async def _threads(self, place: Place, after: int) -> list[int]:
        """Threads below the place in which something was said since, newest first."""
        channel = self._client.get_channel(place.id)
        guild_id = place.guild_id or getattr(getattr(channel, "guild", None), "id", None)
        if guild_id is None:
            if place.kind is PlaceKind.FORUM:
                raise HistoryUnavailable("The server of this forum is not known.")
            return []
        answer: Json = await self._read(lambda: self._client.http.get_active_threads(int(guild_id)))
        threads = [
            thread
            for thread in answer.get("threads") or ()
            if int(thread.get("parent_id") or 0) == place.id
            and int(thread.get("last_message_id") or thread["id"]) >= after
        ]
        ids = sorted((int(thread["id"]) for thread in threads), reverse=True)
        return ids[:THREADS]

    async def _read(self, make: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await self._call(make)
        except PermanentDeliveryError as error:
            raise HistoryUnavailable(error.text) from error
        except UnknownOutcome as error:
            status = getattr(error.__cause__, "status", 0)
            if status >= 500:
                raise HistoryUnavailable(error.text) from error
            raise TransientDeliveryError(error.text) from error
        except DeliveryError:
            raise
