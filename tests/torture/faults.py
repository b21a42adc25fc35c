"""Twenty ways in which Discord misbehaves while messages are posted; nothing is lost or doubled.

The real store, dispatcher, deliverer and discord.py run in this process, against the stand-in on
loopback. Every message meets the fault once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import discord

from bot.client import LaunchwireBot
from bot.clock import SystemClock
from bot.delivery.discord_channel import DiscordChannels
from bot.delivery.discord_render import DiscordRenderer
from bot.domain.message import Form, Message, Paragraph, Severity, Text
from bot.domain.outbox import (
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    OutboxRules,
    nonce_of,
)
from bot.domain.subscription import Place, PlaceKind
from bot.services.dispatch import Dispatch
from bot.settings import DiscordSettings
from bot.store import SqlStore
from tests.fake_discord.faults import Fault, FaultKind, posts_message
from tests.fake_discord.fixtures import pointed_at
from tests.fake_discord.journal import Exchange
from tests.fake_discord.model import Channel
from tests.fake_discord.server import FakeDiscord

REQUEST_TIMEOUT = 8.0  # spans discord.py's own retries of 1 + 3 s
HANG_TIMEOUT = 1.0
CHANNELS = 10
WITHIN = 120.0


class FaultMode(Enum):
    """What goes wrong: a fault of the request, or something done to the gateway."""

    STATUS_500 = "500, not posted"
    STATUS_500_POSTED = "500, although posted"
    STATUS_502_POSTED = "502, although posted"
    STATUS_503 = "503, not posted"
    STATUS_503_POSTED = "503, although posted"
    STATUS_408_POSTED = "408, although posted"
    RESET = "connection reset, not posted"
    RESET_POSTED = "connection reset, although posted"
    CLOSED = "connection closed, not posted"
    CLOSED_POSTED = "connection closed, although posted"
    HANG = "no answer, not posted"
    HANG_POSTED = "no answer, although posted"
    LIMIT_BUCKET = "429 of the channel"
    LIMIT_GLOBAL = "429 of the whole bot"
    LIMIT_SHARED = "429 of a shared resource"
    LIMIT_EDGE = "429 from the edge, without Via"
    GATEWAY_LOST = "gateway cut off (TCP reset)"
    GATEWAY_RESUMED = "gateway closed, session resumed"
    SESSION_INVALID = "session invalid, identified anew"
    MALFORMED_EVENT = "malformed gateway event"


_FAULTS: dict[FaultMode, tuple[FaultKind, int]] = {
    FaultMode.STATUS_500: (FaultKind.STATUS_BEFORE, 500),
    FaultMode.STATUS_500_POSTED: (FaultKind.STATUS_AFTER, 500),
    FaultMode.STATUS_502_POSTED: (FaultKind.STATUS_AFTER, 502),
    FaultMode.STATUS_503: (FaultKind.STATUS_BEFORE, 503),
    FaultMode.STATUS_503_POSTED: (FaultKind.STATUS_AFTER, 503),
    FaultMode.STATUS_408_POSTED: (FaultKind.STATUS_AFTER, 408),
    FaultMode.RESET: (FaultKind.RESET_BEFORE, 0),
    FaultMode.RESET_POSTED: (FaultKind.RESET_AFTER, 0),
    FaultMode.CLOSED: (FaultKind.CLOSE_BEFORE, 0),
    FaultMode.CLOSED_POSTED: (FaultKind.CLOSE_AFTER, 0),
    FaultMode.HANG: (FaultKind.HANG_BEFORE, 0),
    FaultMode.HANG_POSTED: (FaultKind.HANG_AFTER, 0),
    FaultMode.LIMIT_BUCKET: (FaultKind.LIMIT_BUCKET, 429),
    FaultMode.LIMIT_GLOBAL: (FaultKind.LIMIT_GLOBAL, 429),
    FaultMode.LIMIT_SHARED: (FaultKind.LIMIT_SHARED, 429),
    FaultMode.LIMIT_EDGE: (FaultKind.LIMIT_NO_VIA, 429),
}
_GATEWAY: dict[FaultMode, Callable[[FakeDiscord], None]] = {
    FaultMode.GATEWAY_LOST: lambda discord: discord.gateway.abort(),
    FaultMode.GATEWAY_RESUMED: lambda discord: discord.gateway.close(4000),
    FaultMode.SESSION_INVALID: lambda discord: discord.gateway.invalidate(),
    FaultMode.MALFORMED_EVENT: lambda discord: discord.gateway.send_malformed_event(),
}


@dataclass(frozen=True, slots=True)
class FaultResult:
    """What a mode did to so many messages; a gateway that stays away is a wrong state too."""

    mode: FaultMode
    messages: int
    lost: int
    doubled: int
    wrong_states: int
    struck: int
    seconds: float

    @property
    def clean(self) -> bool:
        """Each message once, each row sent, and the fault really struck."""
        return not (self.lost or self.doubled or self.wrong_states) and self.struck > 0


class _Eager:
    """No pacing: the faults are what is measured."""

    async def turn(self) -> None:
        """At once."""


class _Bot(LaunchwireBot):
    """The product's client without its commands and services."""

    def __init__(self) -> None:
        super().__init__(DiscordSettings())
        self._connection.guild_ready_timeout = 0.05

    async def setup_hook(self) -> None:
        """No cogs."""

    async def _sync_or_later(self) -> None:
        """No commands to sync."""

    async def on_ready(self) -> None:
        """No services to tell."""

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """No services to tell."""


async def run_mode(folder: Path, mode: FaultMode, messages: int) -> FaultResult:
    """Post so many messages while one thing goes wrong, and count."""
    began = time.monotonic()
    async with FakeDiscord() as server:
        server.limits.lift()
        guild = server.add_guild("desk")
        channels = [server.add_channel(guild, f"c{n}") for n in range(min(CHANNELS, messages))]
        with pointed_at(server):
            async with _connected(server) as client:
                struck = await _post(folder, server, client, mode, channels, messages)
                back = await _connected_again(server)
        counts = Counter(message.nonce for message in server.bot_messages)
    wanted = {nonce_of(_key(number)) for number in range(messages)}
    states = await _states(folder)
    return FaultResult(
        mode,
        messages,
        lost=len(wanted - set(counts)),
        doubled=sum(count - 1 for count in counts.values()),
        wrong_states=messages - states.get(DeliveryState.SENT, 0) + (not back),
        struck=struck,
        seconds=time.monotonic() - began,
    )


async def _connected_again(server: FakeDiscord) -> bool:
    await asyncio.sleep(0.2)  # the last blow may not have landed yet
    with suppress(TimeoutError):
        return bool(await server.wait_for(lambda: server.gateway.connected, 20.0))
    return False


@asynccontextmanager
async def _connected(server: FakeDiscord) -> AsyncIterator[_Bot]:
    client = _Bot()
    await client.login(server.token)
    connection = asyncio.create_task(client.connect())
    try:
        await client.wait_until_ready()
        yield client
    finally:
        await client.close()
        connection.cancel()
        with suppress(asyncio.CancelledError):
            await connection


async def _post(
    folder: Path,
    server: FakeDiscord,
    client: discord.Client,
    mode: FaultMode,
    channels: list[Channel],
    messages: int,
) -> int:
    clock = SystemClock()
    timeout = HANG_TIMEOUT if mode in (FaultMode.HANG, FaultMode.HANG_POSTED) else REQUEST_TIMEOUT
    deliverer = DiscordChannels(client, clock, request_timeout=timeout)
    async with SqlStore.open(f"sqlite:///{folder / 'faults.db'}") as store:
        dispatch = Dispatch(
            store, deliverer, clock, _Eager(), OutboxRules(), on_parked=lambda *_: None
        )
        rows = [_delivery(number, channels, clock) for number in range(messages)]
        await store.write(lambda tx: [tx.outbox.enqueue(row) for row in rows])
        strikes, trouble = _arm(server, mode)
        work: list[Awaitable[None]] = [dispatch.run(), *trouble]
        tasks = [asyncio.ensure_future(each) for each in work]
        deadline = time.monotonic() + WITHIN
        while time.monotonic() < deadline:
            counts = await store.read(lambda tx: tx.outbox.counts())
            if counts[DeliveryState.PENDING] + counts[DeliveryState.SENDING] == 0:
                break
            await asyncio.sleep(0.05)
        await dispatch.close(1.0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return strikes()


def _arm(server: FakeDiscord, mode: FaultMode) -> tuple[Callable[[], int], list[Awaitable[None]]]:
    """Order the fault; returns how to count it, and what must run meanwhile."""
    if mode in _FAULTS:
        kind, status = _FAULTS[mode]
        seconds = 2 * HANG_TIMEOUT if kind.name.startswith("HANG") else 0.2
        matcher = _first_of_each_message()
        fault = Fault(kind, matcher, times=1_000_000, status=status, seconds=seconds)
        server.faults.add(fault)
        return lambda: fault.done, []
    strikes = [0]

    async def disturb() -> None:
        # Slow answers, so that requests are under way whenever the gateway is hit.
        server.faults.add(Fault(FaultKind.SLOW, posts_message, times=1_000_000, seconds=0.15))
        while True:
            if server.gateway.connected:
                _GATEWAY[mode](server)
                strikes[0] += 1
            await asyncio.sleep(0.3)

    return lambda: strikes[0], [disturb()]


def _first_of_each_message() -> Callable[[Exchange], bool]:
    seen: set[str] = set()

    def matches(exchange: Exchange) -> bool:
        if not posts_message(exchange) or not isinstance(exchange.body, dict):
            return False
        nonce = str(exchange.body.get("nonce"))
        if nonce in seen:
            return False
        seen.add(nonce)
        return True

    return matches


def _key(number: int) -> str:
    return f"alert:{number}:fault"


def _delivery(number: int, channels: list[Channel], clock: SystemClock) -> Delivery:
    channel = channels[number % len(channels)]
    key = _key(number)
    message = Message(
        form=Form.CARD,
        severity=Severity.UPDATE,
        blocks=(Paragraph((Text(f"Message {number}"),)),),
        silent=True,
        marker=nonce_of(key),
    )
    place = Place(PlaceKind.CHANNEL, channel.id)
    blank = Delivery(DeliveryId(0), key, DeliveryKind.ALERT, place, {}, clock.now())
    return replace(blank, payload=DiscordRenderer().payload(message, place.kind))


async def _states(folder: Path) -> dict[DeliveryState, int]:
    async with SqlStore.open(f"sqlite:///{folder / 'faults.db'}") as store:
        return await store.read(lambda tx: tx.outbox.counts())
