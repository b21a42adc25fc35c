"""Backup and restore from the command line."""

from __future__ import annotations

from pathlib import Path

from bot.app import absolute_store_url
from bot.settings import Loaded
from bot.store.backup import backup, backup_folder, list_backups, restore
from bot.store.engine import database_path


def backup_now(loaded: Loaded) -> str:
    """Write a verified copy, also while the bot runs; returns a sentence that names it.

    Raises:
        StoreError: no copy was made.
    """
    settings = loaded.settings.store
    copy = backup(absolute_store_url(settings.url, loaded.base), settings.backup_keep)
    return f"Backup written and verified: {copy}"


def list_copies(loaded: Loaded, again: str) -> str:
    """The backups there are, newest first, and how to choose one; `again` is the command for it.

    Raises:
        SettingsError: the store's address cannot be used.
    """
    url = absolute_store_url(loaded.settings.store.url, loaded.base)
    path = database_path(url)
    copies = list_backups(url)
    if not copies:
        return f"There are no backups of {path} yet: the folder {backup_folder(path)} has none."
    rows = [
        f"  {copy.made:%Y-%m-%d %H:%M}  {_size(copy.size):>8}  {copy.path.name}" for copy in copies
    ]
    return "\n".join(
        [
            f"Backups of {path}, newest first (times in UTC).",
            f"They are in {backup_folder(path)}.",
            "",
            *rows,
            "",
            "To put one in the place of the store (which is kept beside it), stop the bot, then:",
            f"  {again} {copies[0].path.name}",
        ]
    )


def _size(count: int) -> str:
    """Bytes for people: 212 kB, 3.4 MB."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def restore_copy(loaded: Loaded, copy: Path) -> str:
    """Put a copy in the place of the store, which must not run; returns what was done.

    A bare name that is no file here is looked for among the backups.

    Raises:
        AnotherCopyRuns: stop the bot first.
        StoreError: the copy cannot be used; nothing was changed.
    """
    url = absolute_store_url(loaded.settings.store.url, loaded.base)
    listed = backup_folder(database_path(url)) / copy.name
    if not copy.is_file() and copy.name == str(copy) and listed.is_file():
        copy = listed
    done = restore(copy, url)
    kept = f" What was there before is kept as {done.kept}." if done.kept else ""
    return f"Restored {copy}.{kept}"
