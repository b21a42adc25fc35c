"""Fixtures of the tests that drive commands, buttons, modals and menus end to end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cogs.house import House, house_at
from tests.fake_discord.fixtures import fake_discord
from tests.fake_discord.server import FakeDiscord

__all__ = ["fake_discord"]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment of the machine out of these tests."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def house(fake_discord: FakeDiscord, tmp_path: Path) -> AsyncIterator[House]:
    """The whole program in a server with an admin and a guest."""
    fake_discord.settle = 0.02
    async with house_at(fake_discord, tmp_path) as made:
        yield made
