"""Runs a stand-in in a thread of its own, for scripts and tests without an event loop.

Everything that touches the stand-in goes through `call` or `run`, which work in its thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.fake_discord.server import FakeDiscord

T = TypeVar("T")


class BackgroundDiscord:
    """`with BackgroundDiscord() as background: guild = background.call(make_guild)`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-discord")
        self._server: FakeDiscord | None = None

    @property
    def server(self) -> FakeDiscord:
        """The stand-in: its addresses may be read from anywhere, all else through `call`."""
        assert self._server is not None, "not started"
        return self._server

    def __enter__(self) -> Self:
        self._thread.start()

        async def start() -> FakeDiscord:
            server = FakeDiscord()
            await server.start()
            return server

        self._server = self.run(start())
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.run(self.server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T], timeout: float = 60.0) -> T:
        """Run a coroutine in the stand-in's thread and return its value."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def call(self, work: Callable[[FakeDiscord], T], timeout: float = 10.0) -> T:
        """Call a function with the stand-in, in its thread, and return its value."""

        async def perform() -> T:
            return work(self.server)

        return self.run(perform(), timeout)
