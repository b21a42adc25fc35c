"""The store behind its async facade: one writer thread, one reader thread, one lock."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from bot.errors import StoreError
from bot.ports import Transaction
from bot.store.backup import backup_file
from bot.store.engine import BUSY_SECONDS, database_path, full, is_full, make_engine, translated
from bot.store.inspection import inspect
from bot.store.lane import Lane
from bot.store.lock import StoreLock
from bot.store.schema_upgrade import create, upgrade

T = TypeVar("T")


class SqlStore:
    """`bot.ports.Store` on a SQLite file; `async with SqlStore.open(url) as store`.

    A step that is cancelled while it runs is still committed or rolled back as a whole.
    """

    def __init__(self, path: Path, *, busy: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy = busy
        self._lock = StoreLock(path)
        self._writer = Lane(path, "store-writer")
        self._reader = Lane(path, "store-reader", read_only=True)
        self._copier = Lane(path, "store-copier")

    @classmethod
    def open(cls, url: str, *, busy: float = BUSY_SECONDS) -> SqlStore:
        """A store to be entered with `async with`; `busy` is in seconds.

        Raises:
            SettingsError: the url names no SQLite file.
        """
        return cls(database_path(url), busy=busy)

    async def __aenter__(self) -> SqlStore:
        """Lock, check, create or upgrade, connect.

        Raises:
            AnotherCopyRuns: the store is in use.
            StoreCorrupt: the file fails its quick_check; nothing was changed.
            SchemaTooNew: a newer release wrote it; nothing was changed.
            StoreFull: no space left.
            StoreError: no right to write, or no such folder.
        """
        try:
            await self._writer.call(self._prepare)
            await self._writer.open(make_engine(self.path, busy=self._busy))
            await self._reader.open(make_engine(self.path, read_only=True, busy=self._busy))
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def write(self, step: Callable[[Transaction], T]) -> T:
        """See the port."""
        return await self._writer.step(step)

    async def read(self, step: Callable[[Transaction], T]) -> T:
        """See the port; a step that tries to write is refused."""
        return await self._reader.step(step)

    async def backup(self, keep: int) -> str:
        """See the port; readers and the writer go on meanwhile."""
        copy = await self._copier.call(lambda: backup_file(self.path, keep))
        return copy.name

    async def close(self) -> None:
        """Finish every queued step, close, and free the lock; harmless when closed.

        It happens in the writer thread, also when the caller is cancelled.
        """
        others = [future for lane in (self._copier, self._reader) if (future := lane.finish())]

        def unlock() -> None:
            wait(others)
            self._lock.release()

        last = self._writer.finish(unlock)
        if last is not None:
            await asyncio.shield(asyncio.wrap_future(last))

    def _prepare(self) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
            # SQLite gives its journal files the rights of the database file.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as problem:
            if is_full(problem):
                raise full(self.path) from problem
            raise StoreError(
                f"{self.path} cannot be written: {problem.strerror}. Give the account that runs "
                "Launchwire the right to write the file and its folder."
            ) from problem
        found = inspect(self.path)
        if found.revision is None:
            self._create()
        else:
            upgrade(self.path, found)

    def _create(self) -> None:
        engine = make_engine(self.path, busy=self._busy)
        try:
            with translated(self.path):
                create(engine)
        finally:
            engine.dispose()
