"""Where a rehearsal keeps its articles: a temporary file, or one the operator names to keep."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import Loaded

# https://www.sqlite.org/fileformat.html#the_database_header
SQLITE_MARK = b"SQLite format 3\0"


def keep_problem(keep: Path, loaded: Loaded) -> str | None:
    """Why a store cannot be kept at a path, as the rest of a sentence; None if it can."""
    from bot.app import absolute_store_url

    where = "name a file in a folder you may write, such as rehearsal.db"
    live = absolute_store_url(loaded.settings.store.url, loaded.base)
    if keep.resolve() == Path(live.removeprefix("sqlite:///")).resolve():
        return f"{keep} is the store of [store] url, which a rehearsal never touches; {where}."
    if keep.name in ("", ".", "..") or "?" in str(keep):
        return f"{str(keep)!r} is not a usable file name; {where}."
    if keep.exists() and not keep.is_file():
        return f"{keep} is not a file; {where}."
    new = not keep.exists()
    try:
        keep.parent.mkdir(parents=True, exist_ok=True)
        with keep.open("ab"):
            pass
        with keep.open("rb") as file:
            start = file.read(len(SQLITE_MARK))
        if new:
            keep.unlink()
    except OSError as error:
        return f"{keep} cannot be written ({error.strerror or error}); {where}."
    if start not in (b"", SQLITE_MARK):
        return f"{keep} is a file of another kind and was left alone; {where}."
    return None


@contextmanager
def rehearsal_store(keep: Path | None) -> Iterator[Path]:
    """The path of a rehearsal's store: `keep`, or one in a folder that is deleted on leaving."""
    if keep is not None:
        keep.parent.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="launchwire-") as folder:
        yield Path(folder) / "rehearsal.db"
