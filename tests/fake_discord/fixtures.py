"""Fixtures for tests that talk to the stand-in; a conftest takes them by `from ... import`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.fake_discord.server import FakeDiscord
from tests.fake_discord.specification import absence_reason, locate


@contextmanager
def pointed_at(server: FakeDiscord) -> Iterator[None]:
    """Point discord.py at the stand-in for a while (these attributes are global)."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = server.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@asynccontextmanager
async def running(client: discord.Client, server: FakeDiscord) -> AsyncIterator[asyncio.Task[None]]:
    """Run a discord.py client against the stand-in until READY, and close it afterwards."""
    task = asyncio.create_task(client.start(server.token))
    ready = asyncio.create_task(client.wait_until_ready())
    try:
        # A client that fails at login never gets ready: whichever comes first.
        await asyncio.wait({task, ready}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield task
    finally:
        ready.cancel()
        await client.close()
        with suppress(asyncio.CancelledError, discord.DiscordException, AttributeError, KeyError):
            await task


@pytest.fixture
async def fake_discord() -> AsyncIterator[FakeDiscord]:
    """Start a stand-in, with discord.py pointed at it; fail on any finding at the end.

    A test that breaks rules on purpose takes its findings with `findings.clear()`.
    """
    async with FakeDiscord() as server:
        with pointed_at(server):
            yield server
    assert not server.findings, "\n".join(str(finding) for finding in server.findings)


@pytest.fixture
def _needs_specification() -> None:
    """Skip a test, with the reason, where Discord's specification is absent."""
    if locate() is None:
        pytest.skip(absence_reason())
