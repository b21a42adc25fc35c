"""A real SQLite file for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import SqlStore


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/launchwire.db"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "launchwire.db"


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    async with SqlStore.open(url, busy=0.2) as opened:
        yield opened
