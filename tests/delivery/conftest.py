"""Fixtures: discord.py's real client, logged in at the stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import discord
import pytest

from tests.fake_discord.fixtures import fake_discord
from tests.fake_discord.server import FakeDiscord

__all__ = ["fake_discord"]


@dataclass
class StoppedClock:
    """A clock that stands still until a test moves it."""

    at: datetime = field(default_factory=lambda: datetime(2024, 5, 1, 12, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    @property
    def speed(self) -> float:
        return 1.0

    def real(self, at: datetime) -> datetime:
        return at

    async def sleep(self, seconds: float) -> None:
        del seconds


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def client(fake_discord: FakeDiscord) -> AsyncIterator[discord.Client]:
    """The unmodified client, logged in, without a gateway connection."""
    client = discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=30)
    await client.login(fake_discord.token)
    yield client
    await client.close()
