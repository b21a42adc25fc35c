"""What is kept about the work itself: trail, audit, servers' settings, and single facts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from bot.domain.article import ArticleId, GuildId
from bot.domain.story import StoryId
from bot.domain.subscription import UserId
from bot.ports import AuditEntry, Stage, TrailEntry
from bot.store import codec
from bot.store.schema import audit, fact, guild_setting, trail

_INSERT_TRAIL = insert(trail).values(
    {
        name: bindparam(name)
        for name in ("at", "stage", "detail", "article_id", "link", "story_id", "guild_id")
    }
)


class RecordTables:
    """`bot.ports.Records` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trail(self, entry: TrailEntry) -> None:
        """See the port."""
        self._connection.execute(
            _INSERT_TRAIL,
            {
                "at": entry.at,
                "stage": entry.stage.value,
                "detail": entry.detail,
                "article_id": entry.article_id,
                "link": entry.link,
                "story_id": entry.story_id,
                "guild_id": entry.guild_id,
            },
        )

    def trail_of(self, *, article_id: ArticleId | None = None, link: str = "") -> list[TrailEntry]:
        """See the port; with both, what fits either."""
        wanted = []
        if article_id is not None:
            wanted.append(trail.c.article_id == article_id)
        if link:
            wanted.append(trail.c.link == link)
        if not wanted:
            return []
        query = select(trail).where(or_(*wanted)).order_by(trail.c.id)
        return [
            TrailEntry(
                at=row.at,
                stage=Stage(row.stage),
                detail=row.detail,
                article_id=None if row.article_id is None else ArticleId(row.article_id),
                link=row.link,
                story_id=None if row.story_id is None else StoryId(row.story_id),
                guild_id=None if row.guild_id is None else GuildId(row.guild_id),
            )
            for row in self._connection.execute(query)
        ]

    def audit(self, entry: AuditEntry) -> None:
        """See the port."""
        self._connection.execute(
            insert(audit).values(
                at=entry.at,
                guild_id=entry.guild_id,
                user_id=entry.user_id,
                action=entry.action,
                detail=entry.detail,
            )
        )

    def audit_of(self, guild_id: GuildId, limit: int) -> list[AuditEntry]:
        """See the port."""
        query = (
            select(audit)
            .where(audit.c.guild_id == guild_id)
            .order_by(audit.c.id.desc())
            .limit(limit)
        )
        return [
            AuditEntry(
                at=row.at,
                guild_id=GuildId(row.guild_id),
                user_id=None if row.user_id is None else UserId(row.user_id),
                action=row.action,
                detail=row.detail,
            )
            for row in self._connection.execute(query)
        ]

    def get(self, name: str) -> Any:
        """See the port."""
        text = self._connection.execute(select(fact.c.value).where(fact.c.name == name)).scalar()
        return None if text is None else json.loads(text)

    def put(self, name: str, value: Any) -> None:
        """See the port; None removes it."""
        here = fact.c.name == name
        if value is None:
            self._connection.execute(delete(fact).where(here))
            return
        text = codec.json_text(value)
        if self._connection.execute(update(fact).where(here).values(value=text)).rowcount == 0:
            self._connection.execute(insert(fact).values(name=name, value=text))

    def names(self, prefix: str) -> list[str]:
        """See the port; in order."""
        query = select(fact.c.name).where(fact.c.name.startswith(prefix, autoescape=True))
        rows = self._connection.execute(query.order_by(fact.c.name)).scalars()
        return [name for name in rows if name.startswith(prefix)]  # LIKE folds case in SQLite

    def guild_setting(self, guild_id: GuildId, name: str) -> Any:
        """See the port."""
        query = select(guild_setting.c.value).where(
            guild_setting.c.guild_id == guild_id, guild_setting.c.name == name
        )
        text = self._connection.execute(query).scalar()
        return None if text is None else json.loads(text)

    def set_guild_setting(self, guild_id: GuildId, name: str, value: Any) -> None:
        """See the port; None removes it."""
        self._connection.execute(
            delete(guild_setting).where(
                guild_setting.c.guild_id == guild_id, guild_setting.c.name == name
            )
        )
        if value is not None:
            self._connection.execute(
                insert(guild_setting).values(
                    guild_id=guild_id, name=name, value=codec.json_text(value)
                )
            )

    def prune(self, before: datetime) -> int:
        """See the port."""
        return sum(
            self._connection.execute(delete(table).where(table.c.at < before)).rowcount
            for table in (trail, audit)
        )
