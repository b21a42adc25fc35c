"""One running copy for each store: a lock of the operating system, freed when the process dies."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from bot.errors import AnotherCopyRuns, StoreError
from bot.store.engine import full, is_full


class StoreLock:
    """Holds `<database>.lock` while open; a kill -9 frees it, a leftover file means nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(
            path.with_name(path.name + ".lock"), timeout=0, mode=0o600, thread_local=False
        )

    def acquire(self) -> None:
        """Take the lock without waiting.

        Raises:
            AnotherCopyRuns: another process, or another store of this one, holds it.
            StoreFull: no space left.
            StoreError: the folder cannot be written, or knows no locks.
        """
        try:
            self._lock.acquire()
        except Timeout as problem:
            if not Path(self._lock.lock_file).exists():  # some folders refuse files in odd ways
                raise StoreError(
                    f"{self._path} cannot be locked: no file can be made in that folder."
                ) from problem
            raise AnotherCopyRuns(
                f"Another copy of Launchwire runs on {self._path}. Stop it first, or give this "
                "one a [store] url of its own."
            ) from problem
        except (OSError, NotImplementedError) as problem:
            if is_full(problem):
                raise full(self._path) from problem
            raise StoreError(f"{self._path} cannot be locked: {problem}.") from problem

    def release(self) -> None:
        """Let the next copy in; harmless when not held."""
        self._lock.release()

    def __enter__(self) -> StoreLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
