"""From a `[store] url` to connections, and from the database's errors to ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from bot.errors import SettingsError, StoreCorrupt, StoreError, StoreFull

BUSY_SECONDS = 5.0
"""How long a statement waits for another program's lock before it gives up."""

_WAL_BYTES_KEPT = 64 * 1024 * 1024


def database_path(url: str) -> Path:
    """The file behind a `sqlite:///` address, absolute and with symbolic links followed.

    Raises:
        SettingsError: another kind of database, one in memory, or no address at all.
    """
    wanted = "expected sqlite:///PATH, for example sqlite:///data/launchwire.db"
    try:
        parsed = make_url(url)
    except exc.ArgumentError as problem:
        raise SettingsError(f"[store] url cannot be read; {wanted}.") from problem
    name = parsed.database
    if parsed.get_backend_name() != "sqlite" or parsed.query or not name or name == ":memory:":
        raise SettingsError(
            f"[store] url = {parsed.render_as_string()!r} is no SQLite file; {wanted}."
        )
    return Path(name).expanduser().resolve()


def make_engine(
    path: Path, *, read_only: bool = False, foreign_keys: bool = True, busy: float = BUSY_SECONDS
) -> Engine:
    """An engine on an existing file; each `connect()` opens a connection of its own.

    The driver begins nothing by itself: use `transaction`. `foreign_keys=False` is for migrations
    that rebuild a table.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": busy, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _pragmas(read_only=read_only, foreign_keys=foreign_keys):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


@contextmanager
def transaction(connection: Connection, *, read_only: bool = False) -> Iterator[None]:
    """Commit what happens inside, or roll all of it back when it raises.

    Writing begins with BEGIN IMMEDIATE: a transaction that reads first and writes later would
    otherwise fail at once with SQLITE_BUSY_SNAPSHOT, whatever the timeout
    (https://www.sqlite.org/rescode.html#busy_snapshot). Reading begins deferred: one snapshot.
    Not through SQLAlchemy's "begin" event: such a listener costs at every statement.
    """
    with connection.begin():
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")
        yield


def _pragmas(*, read_only: bool, foreign_keys: bool) -> tuple[str, ...]:
    common = ("trusted_schema=OFF", "cell_size_check=ON", f"foreign_keys={foreign_keys:d}")
    if read_only:
        return (*common, "query_only=ON")
    # FULL: NORMAL may forget the last commits at power loss, and a forgotten "sent" posts twice.
    return (
        *common,
        "journal_mode=WAL",
        "synchronous=FULL",
        f"journal_size_limit={_WAL_BYTES_KEPT}",
    )


def new_id(result: CursorResult[Any]) -> int:
    """The number a row got when it was inserted."""
    number: int = result.inserted_primary_key[0]  # type: ignore[index]  # None only for other SQL
    return number


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the database's failures into `StoreError` and its kinds; other errors pass.

    Raises:
        StoreFull: no space left.
        StoreCorrupt: the file is damaged, or no database.
        StoreError: locked, read-only, unreadable, or refused by a constraint.
    """
    try:
        yield
    except exc.DBAPIError as problem:
        raise store_error(problem.orig, path) from problem
    except sqlite3.Error as problem:
        raise store_error(problem, path) from problem
    except exc.SQLAlchemyError as problem:
        raise StoreError(f"The database {path.name} refused: {problem}") from problem


def store_error(problem: BaseException | None, path: Path) -> StoreError:
    """The error of ours for one of SQLite's (https://www.sqlite.org/rescode.html)."""
    code = getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    name = path.name
    if code == sqlite3.SQLITE_FULL:
        return full(path)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return corrupt(path, str(problem))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            f"{name} is busy: another program holds it locked; nothing was written. Close it "
            "(a database browser, an import) or wait."
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return StoreError(
            f"{name} is read-only here; nothing was written. Give the account that runs "
            "Launchwire the right to write the file and its folder."
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreError(
            f"{path} cannot be opened. Check that the folder exists and that this account may "
            "write in it."
        )
    return StoreError(f"The database {name} refused: {problem}.")


def is_full(problem: BaseException) -> bool:
    """Whether an error of the operating system says that no space, or no quota, is left."""
    return getattr(problem, "errno", None) in (errno.ENOSPC, errno.EDQUOT)


def full(path: Path) -> StoreFull:
    """What is said when the disk is full, while the program runs and when it ends by it."""
    happened = f"No space is left for {path.name}; nothing was written."
    return StoreFull(
        f"{happened} Free some space; work goes on by itself then.",
        last_words=f"{happened} Free some space and start Launchwire again.",
    )


def corrupt(path: Path, detail: str) -> StoreCorrupt:
    """What is said of a damaged file."""
    return StoreCorrupt(
        f"{path} is damaged ({detail}). Nothing was changed. Restore the newest backup: "
        "the command `restore` lists them and says how."
    )
