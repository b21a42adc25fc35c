"""Backup and restore from the command line."""

from __future__ import annotations

from pathlib import Path

from bot.app import absolute_store_url
from bot.settings import Loaded
from bot.store.backup import backup, restore


def backup_now(loaded: Loaded) -> str:
    """Write a verified copy, also while the bot runs; returns a sentence that names it.

    Raises:
        StoreError: no copy was made.
    """
    settings = loaded.settings.store
    copy = backup(absolute_store_url(settings.url, loaded.base), settings.backup_keep)
    return f"Backup written and verified: {copy}"


def restore_copy(loaded: Loaded, copy: Path) -> str:
    """Put a copy in the place of the store, which must not run; returns what was done.

    Raises:
        AnotherCopyRuns: stop the bot first.
        StoreError: the copy cannot be used; nothing was changed.
    """
    done = restore(copy, absolute_store_url(loaded.settings.store.url, loaded.base))
    kept = f" What was there before is kept as {done.kept}." if done.kept else ""
    return f"Restored {copy}.{kept}"
