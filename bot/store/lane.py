"""One thread with one connection: work is done in the order it came, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from bot.errors import StoreError
from bot.ports import Transaction
from bot.store.engine import transaction, translated
from bot.store.transaction import SqlTransaction

T = TypeVar("T")


class Lane:
    """A thread of its own for an engine, with a connection that stays open."""

    def __init__(self, path: Path, name: str, *, read_only: bool = False) -> None:
        self._path = path
        self._read_only = read_only
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._finished = False

    async def call(self, work: Callable[[], T]) -> T:
        """Run something in the thread.

        A cancelled caller stops waiting; work that has begun is finished all the same. Work that
        has not begun by the time the caller sees its cancellation is never begun.
        """
        if self._finished:
            raise StoreError("The store is closed.")
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def open(self, engine: Engine) -> None:
        """Connect.

        Raises:
            StoreError: no connection.
        """

        def connect() -> None:
            self._engine = engine
            with translated(self._path):
                self._connection = engine.connect()

        await self.call(connect)

    async def step(self, step: Callable[[Transaction], T]) -> T:
        """Run a step in one transaction: committed when it returns, rolled back when it raises.

        Raises:
            StoreError: not open, or the database refused; nothing was written.
        """
        return await self.call(lambda: self._in_transaction(step))

    def finish(self, last: Callable[[], None] | None = None) -> Future[None] | None:
        """Take no more work; do what is queued, close, and call `last`, in the thread.

        None when it was finished before.
        """
        if self._finished:
            return None
        self._finished = True
        future = self._executor.submit(self._disconnect, last)
        self._executor.shutdown(wait=False)  # what is queued is still done
        return future

    def _in_transaction(self, step: Callable[[Transaction], T]) -> T:
        connection = self._connection
        if connection is None:
            raise StoreError("The store is not open yet.")
        with translated(self._path), transaction(connection, read_only=self._read_only):
            return step(SqlTransaction(connection))

    def _disconnect(self, last: Callable[[], None] | None) -> None:
        try:
            connection, self._connection = self._connection, None
            with translated(self._path):
                if connection is not None:
                    connection.close()
                if self._engine is not None:
                    self._engine.dispose()
        finally:
            if last is not None:
                last()
