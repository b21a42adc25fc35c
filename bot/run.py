"""`launchwire run`: live with a token, or a rehearsal on this machine without one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import AcceleratedClock, SystemClock
from bot.logs import set_up_logging
from bot.ports import Clock, Preview
from bot.rehearsal_store import rehearsal_store
from bot.settings import ClockSettings, Loaded
from bot.watchdog import Watchdog

if TYPE_CHECKING:
    from bot.app import App
    from bot.client import LaunchwireBot

_log = logging.getLogger("launchwire.run")

# How long the start waits for Discord's list of servers before it begins without it.
READY_SECONDS = 20.0
# What the sample channel of a rehearsal is called.
REHEARSAL_NAME = "launch-alerts"


async def run_bot(loaded: Loaded, *, once: bool, keep: Path | None) -> int:
    """Run until stopped (or once); returns the exit status.

    Raises:
        LaunchwireError: the store, the token or the configuration cannot be used.
    """
    token = loaded.token.get_secret_value() if loaded.token else ""
    log = loaded.settings.log
    set_up_logging(log.level, log.format, secrets=[token])
    _warn_of_no_seeds(loaded)
    if loaded.token is None:
        return await _rehearse(loaded, once=once, keep=keep)
    return await _live(loaded, token, once=once)


def _warn_of_no_seeds(loaded: Loaded) -> None:
    folder = loaded.settings.seeds_path(loaded.base)
    if not folder.is_dir():
        _log.warning(
            "%s is no folder: nothing is read from there until it is made ([seeds] path)", folder
        )


def clock_of(settings: ClockSettings, base: Path) -> Clock:
    """The system's clock, or the accelerated one the settings ask for."""
    if not settings.epoch and settings.speed == 1:
        return SystemClock()
    epoch = datetime.fromisoformat(settings.epoch) if settings.epoch else SystemClock().now()
    path = base / "data" / "clock.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return AcceleratedClock(epoch, settings.speed, path)


async def _rehearse(loaded: Loaded, *, once: bool, keep: Path | None) -> int:
    from bot.app import build
    from bot.delivery.preview import PreviewPage
    from bot.delivery.terminal import RehearsalDeliverer, announce
    from bot.services.declared import REHEARSAL_CHANNEL

    settings = loaded.settings
    clock = clock_of(settings.clock, loaded.base)
    preview = PreviewPage({str(REHEARSAL_CHANNEL): REHEARSAL_NAME})
    deliverer = RehearsalDeliverer(clock, preview, names={REHEARSAL_CHANNEL: REHEARSAL_NAME})
    stop = _stop_event()
    with rehearsal_store(keep) as store:
        app = build(
            settings, loaded.base, clock, deliverer, store_url=f"sqlite:///{store}", rehearsal=True
        )
        deliverer.draw_with(app.draw)
        async with app, _http(app, preview) as address:
            announce(
                address=address,
                watching=settings.seeds_path(loaded.base),
                feeds=len(settings.feeds),
                once=once,
            )
            await _first_round(app, stop)
            if not once and not stop.is_set():
                await app.keep_going(stop)
    return 0


async def _first_round(app: App, stop: asyncio.Event) -> None:
    """Show what is there and the digest; a stop ends it earlier."""

    async def work() -> None:
        await app.take_in_everything()
        await app.show_digests()

    working, stopped = asyncio.create_task(work()), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        await working
        return
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    await app.land()


async def _live(loaded: Loaded, token: str, *, once: bool) -> int:
    from bot.app import build, draw_picture
    from bot.client import LaunchwireBot, use_addresses
    from bot.delivery.discord_channel import DiscordChannels, count_requests
    from bot.delivery.invalid_requests import InvalidRequests
    from bot.worker import ProcessWorkers

    settings = loaded.settings
    use_addresses(settings.discord)
    clock = clock_of(settings.clock, loaded.base)
    breaker = InvalidRequests()
    client = LaunchwireBot(settings.discord, count_requests(breaker, clock))
    drawers = ProcessWorkers()
    deliverer = DiscordChannels(
        client,
        clock,
        request_timeout=settings.outbox.request_timeout,
        draw=lambda name, data: draw_picture(drawers, name, data),
        breaker=breaker,
    )
    app = build(settings, loaded.base, clock, deliverer, drawers=drawers)
    stop = _stop_event()
    async with app, client, _http(app, None) as address:
        client.app = app
        app.dispatch.hold()
        login_seconds = settings.outbox.request_timeout
        connection = asyncio.create_task(client.stay_online(token, login_seconds), name="gateway")
        opening = asyncio.create_task(_open_outbox(client, app, address), name="opening")
        try:
            await _settled(client, opening, connection, stop)
            if not opening.done():
                _log.info("reading feeds and seeds without Discord http=%s", address or "off")
            async with Watchdog(os.environ).told(app.health):
                if once:
                    await _one_round(app, opening, connection, stop)
                else:
                    await app.keep_going(stop, connection)
        finally:
            opening.cancel()
            await client.close()
            connection.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await connection
    return 0


async def _open_outbox(client: LaunchwireBot, app: App, address: str) -> None:
    """Let messages out once logged in, if possible with the servers and our rights known."""
    await client.logged_in.wait()
    try:
        async with asyncio.timeout(READY_SECONDS):
            await client.wait_until_ready()
    except TimeoutError:
        _log.warning(
            "Discord's gateway is not ready after %s s; going on without it", READY_SECONDS
        )
    app.dispatch.release()
    _log.info("live guilds=%s http=%s", len(client.guilds), address or "off")


async def _settled(
    client: LaunchwireBot,
    opening: asyncio.Task[None],
    connection: asyncio.Task[None],
    stop: asyncio.Event,
) -> None:
    """Wait until Discord is there or turned us away, not for ever: articles are taken in meanwhile.

    Raises:
        TokenRefused: Discord does not accept the token.
    """
    turned_away = asyncio.create_task(client.turned_away.wait())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait(
        {opening, connection, turned_away, stopped},
        timeout=READY_SECONDS,
        return_when=asyncio.FIRST_COMPLETED,
    )
    turned_away.cancel()
    stopped.cancel()
    if connection.done():
        await connection


async def _one_round(
    app: App, opening: asyncio.Task[None], connection: asyncio.Task[None], stop: asyncio.Event
) -> None:
    """`--once`: take everything in, deliver it once Discord is there; a stop ends it earlier."""

    async def work() -> None:
        await app.take_in_everything()
        await opening
        await app.show_digests()

    working, stopped = asyncio.create_task(work()), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped, connection}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if connection.done():
        working.cancel()
        await connection
    elif working.done():
        await working
    else:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
        await app.land()


def _stop_event() -> asyncio.Event:
    """Set by Ctrl-C and SIGTERM, so that the end is orderly."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows loops have no signal handlers; Ctrl-C raises KeyboardInterrupt there.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def _http(app: App, preview: Preview | None) -> AsyncIterator[str]:
    """The loopback server while it can be had; a busy port is a warning, never a failure."""
    from bot.http_server import HttpServer

    settings = app.settings.http
    server = HttpServer(
        host=settings.host,
        port=settings.port,
        health=app.health,
        registry=app.metrics.registry,
        refresh=app.refresh_metrics,
        preview=preview,
        exports=app.exports(),
    )
    address = ""
    try:
        address = await server.start()
    except OSError as error:
        _log.warning(
            "port %s on %s cannot be used (%s): no preview page and no /healthz; "
            "set [http] port to a free one",
            settings.port,
            settings.host,
            error.strerror or error,
        )
    try:
        yield address
    finally:
        await server.close()
