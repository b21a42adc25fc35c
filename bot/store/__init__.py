"""The only door to the database."""

from bot.store.sql_store import SqlStore

__all__ = ["SqlStore"]
