"""Posts frozen payloads through discord.py's unmodified client; says exactly what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import aiohttp
import discord

from bot.delivery import discord_wire as wire
from bot.delivery.discord_forum import Forums
from bot.delivery.discord_limits import FLAG_CROSSPOSTED
from bot.delivery.discord_lookup import Lookup
from bot.delivery.discord_outcomes import (
    ALREADY_CROSSPOSTED,
    MISSING_PERMISSIONS,
    THREAD_ARCHIVED,
    UNKNOWN_CHANNEL,
    delivery_error,
)
from bot.delivery.discord_rights import insist_on_rights, may_attach
from bot.delivery.drawings import Draw, Drawings, NotYet
from bot.delivery.invalid_requests import InvalidRequests
from bot.domain.outbox import Delivery, DeliveryKind, Edit, Receipt
from bot.domain.subscription import Place, PlaceKind
from bot.errors import (
    DeliveryError,
    PermanentDeliveryError,
    TokenRefused,
    TransientDeliveryError,
    UnknownOutcome,
)
from bot.ports import Clock

T = TypeVar("T")
Json = dict[str, Any]

# An alert waits so long for its picture at most, counted from the beginning of the drawing; then
# the words go alone and an edit brings the picture. A digest is in no hurry.
PICTURE_SECONDS = 0.75
DIGEST_PICTURE_SECONDS = 5.0
PUBLISH_SECONDS = 10.0  # publishing is an extra; it must not hold up what waits behind it
_RAISED = (discord.DiscordException, aiohttp.ClientError, OSError, ValueError, KeyError)
"""What discord.py lets through; ValueError and KeyError come from answers it cannot read."""

_log = logging.getLogger("launchwire.delivery")


class DiscordChannels:
    """Implements `bot.ports.Deliverer` for Discord.

    `request_timeout` is `[outbox] request_timeout` in seconds and spans discord.py's own retries.
    Without `draw` messages go out without their pictures.
    """

    def __init__(
        self,
        client: discord.Client,
        clock: Clock,
        *,
        request_timeout: float,
        draw: Draw | None = None,
        breaker: InvalidRequests | None = None,
    ) -> None:
        self._client = client
        self._timeout = request_timeout
        self._drawings = Drawings(draw)
        self.breaker = breaker or InvalidRequests()
        self._clock = clock
        self._direct: dict[int, int] = {}
        self._lookup = Lookup(client, self._call)
        self._forums = Forums(client, self._call)

    def draw_with(self, draw: Draw) -> None:
        """Take the worker that draws pictures, once there is one."""
        self._drawings = Drawings(draw)

    # -- the port -----------------------------------------------------------------------------

    async def send(self, delivery: Delivery, reply_to: Receipt | None) -> Receipt:
        """Post a message with the delivery's nonce (see `bot.ports.Deliverer`)."""
        insist_on_rights(self._client, delivery.place, delivery.payload)
        patience = PICTURE_SECONDS
        if delivery.kind is DeliveryKind.DIGEST:
            patience = DIGEST_PICTURE_SECONDS
        owed = False
        try:
            payload, drawn = await self._with_pictures(delivery.payload, delivery.place, patience)
        except NotYet:
            payload, drawn = wire.without_pictures(delivery.payload), []
            # An edit's picture does not reach the followers of an announcement channel.
            owed = delivery.place.kind is not PlaceKind.ANNOUNCEMENT
        try:
            receipt = await self._send(delivery, reply_to, payload, drawn)
            return replace(receipt, picture_owed=owed)
        except PermanentDeliveryError as error:
            # A picture is an extra: without the right to attach files the words go alone.
            if not drawn or error.code != MISSING_PERMISSIONS:
                raise
            bare = wire.without_pictures(delivery.payload)
            return await self._send(delivery, reply_to, bare, [])

    async def _send(
        self,
        delivery: Delivery,
        reply_to: Receipt | None,
        payload: Json,
        drawn: list[tuple[Json, bytes]],
    ) -> Receipt:
        place, thread = delivery.place, delivery.payload.get("thread")
        if place.kind is PlaceKind.FORUM and reply_to is None:
            return await self._open_post(place, payload, drawn)
        if thread and reply_to and place.kind is PlaceKind.CHANNEL:
            posted = await self._in_thread(delivery, reply_to, payload, drawn)
            if posted is not None:
                return posted
        channel_id = await self._channel_id(place, reply_to)
        made = wire.created(payload, delivery.nonce, reply_to)
        receipt = await self._post_to(place, channel_id, made, drawn)
        if place.kind is PlaceKind.ANNOUNCEMENT:
            await self._publish(receipt)
        elif thread and place.kind is PlaceKind.CHANNEL and reply_to is None:
            await self._open_thread(receipt, thread["name"])
        return receipt

    async def _in_thread(
        self,
        delivery: Delivery,
        alert: Receipt,
        payload: Json,
        drawn: list[tuple[Json, bytes]],
    ) -> Receipt | None:
        """An update in its story's thread; None when there can be none: then it is a reply."""
        made = wire.created(payload, delivery.nonce, None)
        for again in (False, True):
            try:
                # The thread of a message has the message's own id.
                return await self._post(alert.message_id, made, drawn)
            except PermanentDeliveryError as error:
                _log.info("thread of %s unusable: %s", alert.message_id, error)
                if again or error.code != UNKNOWN_CHANNEL:
                    return None
                # It was not opened when the alert was posted: killed in between, or refused then.
                await self._open_thread(alert, delivery.payload["thread"]["name"])
        return None

    async def edit(self, edit: Edit) -> None:
        """Make a posted message show the newest revision (see `bot.ports.Deliverer`)."""
        payload, drawn = await self._with_pictures(edit.payload, edit.place)
        try:
            await self._edit_opened(edit, payload, drawn)
        except PermanentDeliveryError as error:
            # As for a post: a missing right to attach files costs the picture, not the words.
            if not drawn or error.code != MISSING_PERMISSIONS:
                raise
            await self._edit_opened(edit, wire.without_pictures(edit.payload), [])
        tags = (edit.payload.get("thread") or {}).get("tags")
        if edit.place.kind is PlaceKind.FORUM and tags is not None:
            await self._forums.retag(edit, tags)

    async def find(self, place: Place, marker: str, since: datetime) -> Receipt | None:
        """Look for our own message with this marker (see `bot.ports.Deliverer`).

        Also raises TransientDeliveryError when Discord cannot answer now (rate limit, timeout):
        looking again later is then better than guessing.
        """
        channel_id = await self._channel_id(place, None)
        found = await self._lookup.find(place, channel_id, marker, self._clock.real(since))
        if found is None:
            return None
        # Whether it was to have pictures only its payload knows.
        bare = not found.get("attachments") and place.kind is not PlaceKind.ANNOUNCEMENT
        receipt = Receipt(int(found["id"]), int(found["channel_id"]), picture_owed=bare)
        unpublished = not (found.get("flags") or 0) & FLAG_CROSSPOSTED
        if place.kind is PlaceKind.ANNOUNCEMENT and unpublished:
            await self._publish(receipt)
        return receipt

    # -- requests -----------------------------------------------------------------------------

    async def _edit_opened(
        self, edit: Edit, payload: Json, drawn: list[tuple[Json, bytes]]
    ) -> None:
        """Edit a message; the archived thread it may be in is opened first."""
        try:
            await self._edit(edit, payload, drawn)
        except PermanentDeliveryError as refused:
            if refused.code != THREAD_ARCHIVED:
                raise
            try:
                await self._call(
                    lambda: self._client.http.edit_channel(edit.channel_id, archived=False)
                )
            except PermanentDeliveryError as locked:  # of the thread: it says nothing of the place
                _log.info("thread %s not opened: %s", edit.channel_id, locked)
                raise refused from locked
            await self._edit(edit, payload, drawn)

    async def _edit(self, edit: Edit, payload: Json, drawn: list[tuple[Json, bytes]]) -> None:
        request = wire.request(wire.edited(payload), drawn)
        await self._call(
            lambda: self._client.http.edit_message(edit.channel_id, edit.message_id, params=request)
        )

    async def _with_pictures(
        self, payload: Mapping[str, Any], place: Place, within: float | None = None
    ) -> tuple[Json, list[tuple[Json, bytes]]]:
        """The payload with its drawn pictures, or without any where they cannot be had.

        Raises:
            NotYet: they are not ready `within` so many seconds.
        """
        if payload.get("files") and not may_attach(self._client, place):
            return wire.without_pictures(payload), []
        drawn = await self._drawings.of(payload, within)
        if drawn is None:
            return wire.without_pictures(payload), []
        return dict(payload), drawn

    async def _post_to(
        self, place: Place, channel_id: int, made: Json, drawn: list[tuple[Json, bytes]]
    ) -> Receipt:
        try:
            return await self._post(channel_id, made, drawn)
        except PermanentDeliveryError as error:
            if place.kind is PlaceKind.USER and error.code == UNKNOWN_CHANNEL:
                self._direct.pop(place.id, None)
            raise

    async def _post(self, channel_id: int, made: Json, drawn: list[tuple[Json, bytes]]) -> Receipt:
        request = wire.request(made, drawn)
        answer = await self._call(
            lambda: self._client.http.send_message(channel_id, params=request)
        )
        return _receipt(answer)

    async def _open_post(
        self, place: Place, payload: Json, drawn: list[tuple[Json, bytes]]
    ) -> Receipt:
        tags = await self._forums.tag_ids(place.id, payload["thread"].get("tags") or ())
        request = wire.request(wire.forum_post(payload, tags), drawn)
        answer: Any = await self._call(
            lambda: self._client.http.start_thread_in_forum(place.id, params=request)
        )
        thread = _receipt(answer)
        # The first message of a post has the id of its thread.
        return Receipt(thread.message_id, thread.message_id)

    async def _channel_id(self, place: Place, reply_to: Receipt | None) -> int:
        if reply_to is not None:
            return reply_to.channel_id
        if place.kind is not PlaceKind.USER:
            return place.id
        if place.id not in self._direct:
            try:
                answer = await self._call(lambda: self._client.http.start_private_message(place.id))
                self._direct[place.id] = _receipt(answer).message_id
            except UnknownOutcome as error:  # opening it twice does no harm
                raise TransientDeliveryError(error.text) from error
        return self._direct[place.id]

    # -- extras: the message is posted, so failures are only logged ----------------------------
    # Also a refused token: it would say "not posted", and the next request says it again.

    async def _publish(self, receipt: Receipt) -> None:
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._call(
                    lambda: self._client.http.publish_message(
                        receipt.channel_id, receipt.message_id
                    )
                )
        except (DeliveryError, TokenRefused, TimeoutError) as error:
            if getattr(error, "code", 0) != ALREADY_CROSSPOSTED:
                _log.warning("message %s not published: %s", receipt.message_id, error)

    async def _open_thread(self, receipt: Receipt, name: str) -> None:
        try:
            await self._call(
                lambda: self._client.http.start_thread_with_message(
                    receipt.channel_id,
                    receipt.message_id,
                    name=name,
                    auto_archive_duration=wire.ARCHIVE_MINUTES,
                )
            )
        except (DeliveryError, TokenRefused) as error:
            _log.warning("no thread for message %s: %s", receipt.message_id, error)

    # -- one door for every request ------------------------------------------------------------

    async def _call(self, make: Callable[[], Awaitable[T]]) -> T:
        """Make one request.

        Raises:
            DeliveryError, TokenRefused: what became of it.
        """
        wait = self.breaker.wait(self._real_now())
        if wait > 0:
            text = "Too many refused requests; pausing so that Discord does not ban this address."
            raise TransientDeliveryError(text, retry_after=timedelta(seconds=wait))
        if self._client.is_closed() or self._client.http.token is None:
            raise TransientDeliveryError("The bot is not connected to Discord.")
        try:
            async with asyncio.timeout(self._timeout):
                return await make()
        except _RAISED as error:
            self._count(error)
            raise delivery_error(error) from error
        except RuntimeError as error:
            if not self._client.is_closed():
                raise
            raise UnknownOutcome("The bot was stopped while posting.") from error

    def _real_now(self) -> float:
        """Seconds of real time: Discord's ten minutes do not run faster in a replay."""
        return self._clock.real(self._clock.now()).timestamp()

    def _count(self, error: BaseException) -> None:
        # With a trace on the client every request is counted there, also discord.py's retries.
        if self._client.http.http_trace is None and isinstance(error, discord.HTTPException):
            shared = error.response.headers.get("X-RateLimit-Scope") == "shared"
            self.breaker.note(error.status, self._real_now(), shared=shared)


def count_requests(breaker: InvalidRequests, clock: Clock) -> aiohttp.TraceConfig:
    """A trace for `discord.Client(http_trace=...)`, so that the breaker sees every answer."""
    trace = aiohttp.TraceConfig()

    async def count(_session: Any, _context: Any, end: aiohttp.TraceRequestEndParams) -> None:
        shared = end.response.headers.get("X-RateLimit-Scope") == "shared"
        now = clock.real(clock.now()).timestamp()
        breaker.note(end.response.status, now, shared=shared)

    trace.on_request_end.append(count)
    return trace


def _receipt(answer: Any) -> Receipt:
    """Where it landed; for channels and threads both ids are the thing's own.

    Raises:
        UnknownOutcome: the answer says nothing, so the message may exist.
    """
    try:
        own = int(answer["id"])
        return Receipt(own, int(answer.get("channel_id") or own))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise UnknownOutcome("Discord's answer could not be read.") from error
