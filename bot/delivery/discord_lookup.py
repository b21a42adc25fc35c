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
OLDER_THREADS = 3
CLOCK_SLACK = timedelta(seconds=60)  # our clock and Discord's may differ


class _TooBusy(HistoryUnavailable):
    """More was said in one channel or thread than is looked through; others may still tell."""


class Lookup:
    """Reads own messages of a channel, and of the threads that hang below it."""

    def __init__(self, client: discord.Client, call: Call) -> None:
        self._client = client
        self._call = call

    async def find(
        self, place: Place, channel_id: int, marker: str, since: datetime
    ) -> Json | None:
        """Our message with this marker, newer than `since` or shortly before, as Discord's JSON.

        Raises:
            HistoryUnavailable: the place cannot be read (403, 404 or Discord's own 5xx), or too
                much was said in it to look through.
            TransientDeliveryError: not now.
        """
        after = discord.utils.time_snowflake(since - CLOCK_SLACK)
        busy: _TooBusy | None = None
        if place.kind is not PlaceKind.FORUM:
            try:
                found = await self._in_channel(channel_id, marker, after)
            except _TooBusy as error:
                found, busy = None, error
            if found is not None:
                return found
        threads: list[int] = []
        if place.kind in (PlaceKind.FORUM, PlaceKind.CHANNEL):
            threads = await self._threads(place, after)
        for thread_id in threads:
            # The first message of a thread has the thread's id, so look from just before it.
            try:
                found = await self._in_channel(thread_id, marker, max(after, 0))
            except _TooBusy as error:
                found, busy = None, error
            if found is not None:
                return found
        if busy is not None:
            raise busy
        return None

    async def _in_channel(self, channel_id: int, marker: str, after: int) -> Json | None:
        start = after
        for number in range(PAGES):
            page = await self._page(channel_id, after=after)
            if (found := self._ours(page, marker)) is not None:
                return found
            if number == 0:
                # A clock of ours that is ahead of Discord's puts the message before our time.
                older = await self._page(channel_id, before=start + 1)
                if (found := self._ours(older, marker)) is not None:
                    return found
                if not page and not older:
                    await self._insist_on_silence(channel_id, start)
            if len(page) < PAGE:
                return None
            after = max(int(message["id"]) for message in page)
        raise _TooBusy("Too much was said here since to find the bot's own message.")

    async def _page(self, channel_id: int, **where: int) -> list[Json]:
        page: list[Json] = await self._read(
            partial(self._client.http.logs_from, channel_id, PAGE, **where)
        )
        return page

    def _ours(self, page: list[Json], marker: str) -> Json | None:
        own = self._client.user.id if self._client.user else 0
        for message in page:
            if int(message["author"]["id"]) == own and marker_of(message) == marker:
                return message
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
        """Threads below the place in which something was said since, newest first; a few others."""
        channel = self._client.get_channel(place.id)
        guild_id = place.guild_id or getattr(getattr(channel, "guild", None), "id", None)
        if guild_id is None:
            if place.kind is PlaceKind.FORUM:
                raise HistoryUnavailable("The server of this forum is not known.")
            return []
        answer: Json = await self._read(lambda: self._client.http.get_active_threads(int(guild_id)))
        last = {
            int(thread["id"]): int(thread.get("last_message_id") or thread["id"])
            for thread in answer.get("threads") or ()
            if int(thread.get("parent_id") or 0) == place.id
        }
        since = sorted((number for number in last if last[number] >= after), reverse=True)
        # With a clock that is ahead it is one of those in which something was said last.
        before = sorted((number for number in last if last[number] < after), key=lambda n: -last[n])
        return (since + before[:OLDER_THREADS])[:THREADS]

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
