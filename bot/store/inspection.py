"""Looks at a database file before anything is changed in it: ours, whole, and of which schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SchemaTooNew, StoreCorrupt, StoreError
from bot.store.engine import BUSY_SECONDS, corrupt, translated
from bot.store.schema import APPLICATION_ID, REVISIONS, VERSION_TABLE


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is. `revision` None: an empty file, a database to be."""

    revision: str | None


def inspect(
    path: Path, *, thorough: bool = False, known: tuple[str, ...] = REVISIONS
) -> Inspection:
    """Check a file without writing to it.

    `thorough` runs integrity_check (indexes against tables, for backups) instead of quick_check.

    Raises:
        StoreCorrupt: damaged, or no database.
        SchemaTooNew: written by a newer release.
        StoreError: a database of another program, or unreadable.
    """
    if not path.exists() or path.stat().st_size == 0:
        return Inspection(None)
    with translated(path), _reading(path) as connection:
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not tables:
            return Inspection(None)  # a first start that was killed before its first commit
        if owner != APPLICATION_ID or VERSION_TABLE not in tables:
            raise StoreError(f"{path} is a database of another program; nothing was changed in it.")
        row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
        revision = _known_revision(path, row[0] if row else "", known)
        _check(connection, path, thorough=thorough)
    return Inspection(revision)


def _known_revision(path: Path, revision: str, known: tuple[str, ...]) -> str:
    if revision in known:
        return revision
    if revision > known[-1]:
        raise SchemaTooNew(
            f"{path} was written by a newer release of Launchwire (schema {revision}, this one "
            f"knows up to {known[-1]}). Install that release again, or restore an older backup."
        )
    raise StoreCorrupt(f"{path} names a schema nobody made: {revision!r}. Restore a backup.")


def _check(connection: sqlite3.Connection, path: Path, *, thorough: bool) -> None:
    check = "integrity_check" if thorough else "quick_check"
    found = [row[0] for row in connection.execute(f"PRAGMA {check}(3)")]
    if found != ["ok"]:
        raise corrupt(path, " ".join("; ".join(found).split()))
    if thorough and connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise corrupt(path, "rows refer to rows that are not there")


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{path.as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as connection:
        yield connection
