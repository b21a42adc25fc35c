"""Verified copies of the database, and the way back. Plain functions, also for the command line."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import StoreCorrupt, StoreError
from bot.store.engine import BUSY_SECONDS, database_path, translated
from bot.store.inspection import inspect
from bot.store.lock import StoreLock

_SIDE_FILES = ("-wal", "-shm")
GAP = 100_000  # numbers left out by a restore: more than stories come between two backups


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy in the backup folder; `made` (UTC) and `size` (bytes) are the file's own."""

    path: Path
    made: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: `kept` is the database that was there before, None if there was none."""

    database: Path
    backup: Path
    kept: Path | None


def backup_folder(path: Path) -> Path:
    """Where the copies of a database lie: `backups/` beside it."""
    return path.parent / "backups"


def list_backups(url: str) -> list[Backup]:
    """The copies of this store, newest first."""
    path = database_path(url)
    found = sorted(backup_folder(path).glob(f"{path.stem}-*.db"), reverse=True)
    return [Backup(copy, _made(copy), copy.stat().st_size) for copy in found]


def backup(url: str, keep: int) -> Path:
    """Copy a store, running or not, verify the copy, and keep the newest `keep` (at least 1).

    Raises:
        StoreError: no copy was made; older ones are untouched.
    """
    path = database_path(url)
    if not path.exists():
        raise StoreError(f"There is no database at {path} to copy.")
    return backup_file(path, keep)


def backup_file(path: Path, keep: int) -> Path:
    """`backup` for a path."""
    folder = backup_folder(path)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        fresh = folder / f"{path.stem}.part-{os.getpid()}"
        copy_verified(path, fresh)
        # The file's own time, so that the name agrees with what a listing of the folder shows.
        final = folder / f"{path.stem}-{_made(fresh):%Y%m%d-%H%M%S-%f}.db"
        fresh.replace(final)
        _sync_folder(folder)
        for old in sorted(folder.glob(f"{path.stem}-*.db"), reverse=True)[max(keep, 1) :]:
            old.unlink(missing_ok=True)
    except OSError as problem:
        raise StoreError(f"No backup of {path.name} could be written: {problem}.") from problem
    return final


def copy_verified(path: Path, copy: Path) -> None:
    """Write one consistent, compact copy (VACUUM INTO) and check it; readers and writers go on.

    Raises:
        StoreCorrupt: the source, or what was written, fails its check.
        StoreError: the copy cannot be written; it is removed.
    """
    try:
        copy.unlink(missing_ok=True)
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with translated(path), closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        _sync_file(copy)
        if inspect(copy, thorough=True).revision is None:
            raise StoreCorrupt(f"The copy of {path.name} came out empty.")
    except OSError as problem:
        copy.unlink(missing_ok=True)
        raise StoreError(f"{copy} could not be written: {problem}.") from problem
    except StoreError:
        copy.unlink(missing_ok=True)
        raise


def restore(backup: Path, url: str) -> Restored:
    """Put a copy in the place of a store that is not running; what was there is kept.

    Checked first: the copy is whole, is ours, and is no newer than this release. The order of the
    steps is such that a kill in between leaves either database, never a mixture of both.

    Raises:
        AnotherCopyRuns: the store is in use.
        StoreCorrupt: the copy is damaged; nothing was changed.
        SchemaTooNew: the copy was made by a newer release; nothing was changed.
        StoreError: no such copy, no space, or no right to write.
    """
    path = database_path(url)
    if not backup.is_file():
        raise StoreError(
            f"There is no backup at {backup}. The command `restore` without a name lists them."
        )
    if inspect(backup, thorough=True).revision is None:
        raise StoreCorrupt(f"{backup} is empty: no backup.")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with StoreLock(path):
            fresh = path.with_name(path.name + ".restoring")
            copy_verified(backup, fresh)
            _leave_a_gap(fresh)
            kept = _keep(path) if path.exists() else None
            for suffix in _SIDE_FILES:  # a journal left here would be replayed into the new file
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            fresh.replace(path)
            _sync_folder(path.parent)
    except OSError as problem:
        raise StoreError(f"{path} could not be replaced: {problem}.") from problem
    return Restored(path, backup, kept)


def _leave_a_gap(database: Path) -> None:
    """Give no number twice: those of the time since the backup stand in posted messages.

    A new story with the number of a lost one would have its nonce too, and Discord (or our look
    into the channel) would take the alert for one that is posted already.
    """
    with translated(database), closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = seq + ?", (GAP,))
        connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT name, ? FROM sqlite_master "
            "WHERE sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence)",
            (GAP,),
        )
        connection.commit()


def _keep(path: Path) -> Path:
    """Copy a database, damaged or not, with its journal, to a name beside it."""
    number = 1
    while (kept := path.with_name(f"{path.name}.replaced-{number}")).exists():
        number += 1
    for suffix in ("", *_SIDE_FILES):
        side = path.with_name(path.name + suffix)
        if side.exists():
            target = kept.with_name(kept.name + suffix)
            shutil.copy2(side, target)
            _sync_file(target)
    return kept


def _made(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _sync_file(path: Path) -> None:
    # Opened for writing: Windows syncs no other handle.
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there, and renames are durable by themselves
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
