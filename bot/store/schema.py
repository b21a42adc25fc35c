"""The tables, in portable SQL: SQLite today, PostgreSQL when somebody needs it.

A family keeps its whole record as JSON (`bot.store.codec`) beside the columns that are searched,
so that a new optional field needs no migration. The outbox alone is spread over columns, because
its rows change several times and its payloads do not. Ids are never used twice: outbox keys, feed
keys and people name them long after a row is gone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    text,
)

REVISIONS = ("0001",)
"""Every schema revision this release knows, oldest first."""

HEAD = REVISIONS[-1]

VERSION_TABLE = "alembic_version"

APPLICATION_ID = 0x4C57_4952
"""SQLite's application_id of our files: "LWIR"."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime as whole microseconds since 1970 in UTC.

    Integers compare exactly and alike in every database; ISO texts with and without a fraction,
    or with different offsets, do not.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuses a naive datetime: it would be read back as another instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time must be aware, not {value!r}")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always aware, UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class OutsideText(TypeDecorator[str]):
    """Text from outside in a column of its own: no half characters and no NULs.

    No database stores a lone surrogate in UTF-8, PostgreSQL no NUL; a broken title must not stop
    the transaction that holds it. The JSON record keeps the text as it came.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replaces what cannot be stored with "?"."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite numbers rows by itself only when the primary key is exactly INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_autoincrement=True)


def _id() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


story = _table(
    "story",
    _id(),
    Column("verdict", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("updated", Instant, nullable=False),
    Column("merged_into", BigInteger),
    Column("headline", OutsideText, nullable=False),  # at most 300 characters, for people
    Column("search_text", OutsideText, nullable=False),  # the same, folded into words
    Column("record", Text, nullable=False),
    # Everything an autocomplete needs, so that it never touches the records.
    Index("ix_story_search", "updated", "id", "merged_into", "search_text", "headline"),
)

story_key = Table(
    "story_key",
    metadata,
    Column("story_id", ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    Column("key", OutsideText, primary_key=True),
    # The story's `updated`, at most a day behind: bounds the search for a frequent key without
    # rewriting every key whenever a story changes.
    Column("touched", Instant, nullable=False),
    Index("ix_story_key_key", "key", "touched", "story_id"),
    sqlite_with_rowid=False,
)

article = _table(
    "article",
    _id(),
    Column("source_key", Text, nullable=False),
    Column("guild_id", BigInteger),
    Column("story_id", ForeignKey("story.id", ondelete="SET NULL"), index=True),
    Column("link", OutsideText, nullable=False, index=True),
    Column("path", OutsideText, index=True),
    Column("verdict", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stored", Instant, nullable=False),
    Column("record", Text, nullable=False),
    # Also counts for `/status` without touching the records.
    Index("ix_article_stored", "stored", "id", "guild_id", "verdict"),
)

article_key = Table(
    "article_key",
    metadata,
    Column("hash", LargeBinary(16), primary_key=True),
    Column("kind", Text, nullable=False),  # guid, link, content; seen-* for entries never stored
    Column("source_key", Text, nullable=False),
    # NULL: the entry is known but there is no article (baseline, brake, pruned).
    Column("article_id", ForeignKey("article.id", ondelete="SET NULL"), index=True),
    Column("noted", Instant, nullable=False),
    sqlite_with_rowid=False,
)

feed = _table(
    "feed",
    _id(),
    Column("guild_id", BigInteger),
    Column("paused", Boolean, nullable=False),
    Column("record", Text, nullable=False),
)

feed_state = Table(
    "feed_state",
    metadata,
    Column("feed_id", ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True),
    Column("next_poll", Instant, nullable=False, index=True),  # 1970 for "never polled"
    Column("record", Text, nullable=False),
)

subscription = _table(
    "subscription",
    _id(),
    Column("guild_id", BigInteger, index=True),
    Column("user_id", BigInteger, index=True),  # set when the place is a person's messages
    Column("record", Text, nullable=False),
)

silence = _table(
    "silence",
    _id(),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("expires", Instant, nullable=False),
    Column("record", Text, nullable=False),
)

follow = Table(
    "follow",
    metadata,
    Column("story_id", ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, index=True),
    Column("at", Instant, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

digest = _table(
    "digest",
    _id(),
    Column("guild_id", BigInteger, index=True),
    Column("user_id", BigInteger),
    Column("record", Text, nullable=False),
)

digest_run = Table(
    "digest_run",
    metadata,
    Column("digest_id", ForeignKey("digest.id", ondelete="CASCADE"), primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("slot", Integer, primary_key=True),  # minutes after local midnight
    Column("due", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_digest_run_due", "digest_id", "due"),
)

_UNFINISHED = text("state IN ('pending', 'sending')")
_STUCK = text("state IN ('parked', 'uncertain')")

outbox = _table(
    "outbox",
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("place", Text, nullable=False),  # Place.key: what order and parking go by
    Column("place_kind", Text, nullable=False),
    Column("place_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("state", Text, nullable=False),
    Column("story_id", BigInteger, index=True),
    Column("revision", Integer, nullable=False),
    Column("created", Instant, nullable=False),
    Column("due", Instant),
    # Its place in the line: `due` or `created`, and never before the message it replies to.
    Column("ready", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_try", Instant),
    Column("next_try", Instant),
    Column("message_id", BigInteger),
    Column("channel_id", BigInteger),
    Column("reply_to", BigInteger, index=True),
    Column("error", OutsideText, nullable=False),
    Column("payload", Text, nullable=False),
    # Not led by the state: SQLite would take it for the queue and sort all that waits.
    Index("ix_outbox_created", "created", "state"),
    Index("ix_outbox_stuck", "guild_id", "id", sqlite_where=_STUCK, postgresql_where=_STUCK),
    Index("ix_outbox_place", "place", "created"),
    Index(
        "ix_outbox_next",
        "priority",
        "ready",
        "id",
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    ),
    Index(
        "ix_outbox_line",
        "place",
        "priority",
        "ready",
        "id",
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    ),
)

_BEHIND = text("applied < revision")

edit = Table(
    "edit",
    metadata,
    Column("delivery_id", ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("applied", Integer, nullable=False),
    Column("due", Instant, nullable=False),  # 1970 for "at once"
    Column("attempts", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Index("ix_edit_due", "due", "delivery_id", sqlite_where=_BEHIND, postgresql_where=_BEHIND),
)

parked_place = Table(
    "parked_place",
    metadata,
    Column("place", Text, primary_key=True),
    Column("place_kind", Text, nullable=False),
    Column("place_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("reason", OutsideText, nullable=False),
    Column("at", Instant, nullable=False),
)

trail = _table(
    "trail",
    _id(),
    Column("at", Instant, nullable=False, index=True),
    Column("stage", Text, nullable=False),
    Column("detail", OutsideText, nullable=False),
    Column("article_id", BigInteger, index=True),
    Column("link", OutsideText, nullable=False, index=True),
    Column("story_id", BigInteger),
    Column("guild_id", BigInteger),
)

audit = _table(
    "audit",
    _id(),
    Column("at", Instant, nullable=False, index=True),
    Column("guild_id", BigInteger),
    Column("user_id", BigInteger, index=True),
    Column("action", Text, nullable=False),
    Column("detail", OutsideText, nullable=False),
    Index("ix_audit_guild_id", "guild_id", "id"),
)

fact = Table(
    "fact",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

guild_setting = Table(
    "guild_setting",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

version = Table(
    VERSION_TABLE,
    MetaData(),  # Alembic's own table: created and compared by it, not with ours
    Column("version_num", Text, primary_key=True),
)

NEVER = _EPOCH
"""Stands for "no time" in columns that are sorted: databases disagree on where NULL sorts."""
