"""A world for each test, and news dated now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.end_to_end.live import Live


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    async with Live(tmp_path / "world") as world:
        yield world


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)
