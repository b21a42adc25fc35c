"""Fixtures of the source tests: an origin on loopback, and one pool of workers for all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest

from bot.sources.http import Fetcher
from tests.sources.loopback import OPEN_RULES, DialRecorder, FakeClock, Origin

T = TypeVar("T")


class InProcess:
    """A `WorkerPool` that works here and now: for tests that are not about killing."""

    def __init__(self) -> None:
        self.calls = 0

    async def run(self, function: Callable[..., T], /, *args: Any, wall_seconds: float = 8.0) -> T:
        self.calls += 1
        return function(*args)


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    server = Origin()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def recorder() -> DialRecorder:
    return DialRecorder()


@pytest.fixture
def in_process() -> InProcess:
    return InProcess()


@pytest.fixture
async def fetcher(clock: FakeClock, recorder: DialRecorder) -> AsyncIterator[Fetcher]:
    async with Fetcher(OPEN_RULES, clock, guard=recorder.guard()) as client:
        yield client
    assert all(host.startswith("127.") for host, _ in recorder.dialled)
