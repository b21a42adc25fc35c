"""Articles, and the keys by which an entry is known again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.domain.article import Article, ArticleId, ArticleIdentity, FeedId, GuildId
from bot.domain.launch import Verdict
from bot.domain.story import StoryId
from bot.errors import StoreError
from bot.ports import StoredArticle
from bot.store import article_keys as keys
from bot.store import codec
from bot.store.engine import new_id
from bot.store.schema import article as table
from bot.store.schema import article_key, feed

_KEYS_LIVE = timedelta(days=400)
"""How long the keys of a pruned article stay, so that an old entry still listed is not news."""

_COLUMNS = (
    table.c.id,
    table.c.story_id,
    table.c.revision,
    table.c.stored,
    table.c.record,
)
_GET = select(*_COLUMNS).where(table.c.id == bindparam("wanted"))
_BY_LINK = (
    select(*_COLUMNS)
    .where(or_(table.c.link == bindparam("link"), table.c.path == bindparam("link")))
    .order_by(table.c.guild_id.is_not(None), table.c.id.desc())
    .limit(1)
)
_KNOWN = select(article_key.c.hash, article_key.c.article_id).where(
    article_key.c.hash.in_(bindparam("hashes", expanding=True))
)
_INSERT = insert(table).values(
    {
        name: bindparam(name)
        for name in (
            "source_key",
            "guild_id",
            "story_id",
            "link",
            "path",
            "verdict",
            "revision",
            "stored",
            "record",
        )
    }
)
_INSERT_KEY = insert(article_key)
_REVISE = (
    update(table)
    .where(table.c.id == bindparam("wanted"))
    .values({name: bindparam(name) for name in ("link", "path", "verdict", "revision", "record")})
)
_MOVE = (
    update(table).where(table.c.id == bindparam("wanted")).values(story_id=bindparam("story_id"))
)
_ADOPT = (
    update(article_key)
    .where(article_key.c.hash.in_(bindparam("hashes", expanding=True)))
    .values(article_id=bindparam("article_id"), noted=bindparam("noted"))
)
_GUILD_OF_FEED = select(feed.c.guild_id).where(feed.c.id == bindparam("wanted"))


class ArticleTables:
    """`bot.ports.Articles` on one connection.

    A link or content is known within one audience: an article of a server's own feed is not taken
    for one of everybody's, or the others would never see it. That server's feeds know both.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._guilds: dict[str, GuildId | None] = {}  # of sources, within one transaction

    def find(self, source_key: str, identity: ArticleIdentity) -> StoredArticle | None:
        """See the port; the guid counts before the link, the link before the content."""
        guild_id = self._guild_of(source_key)
        audiences = [None] if guild_id is None else [guild_id, None]
        wanted = list(keys.hashes(source_key, identity, audiences))
        if not wanted:
            return None
        rows = self._connection.execute(_KNOWN, {"hashes": [hashed for _, hashed in wanted]})
        found: dict[bytes, int | None] = {row[0]: row[1] for row in rows}
        for _, hashed in wanted:
            article_id = found.get(hashed)
            if article_id is not None:
                return self.get(ArticleId(article_id))
        return None

    def seen(self, source_key: str, identity: ArticleIdentity) -> bool:
        """See the port; also True for articles that were pruned."""
        guild_id = self._guild_of(source_key)
        audiences = [None] if guild_id is None else [guild_id, None]
        wanted = [hashed for _, hashed in keys.hashes(source_key, identity, audiences)]
        wanted += [hashed for _, hashed in keys.seen_hashes(source_key, identity)]
        if not wanted:
            return False
        rows = self._connection.execute(_KNOWN, {"hashes": wanted})
        return any(row[1] is None for row in rows)

    def note_seen(self, source_key: str, identity: ArticleIdentity, at: datetime) -> None:
        """See the port; counts for this source only: another may bring the same as news."""
        self._add_keys(source_key, None, keys.seen_hashes(source_key, identity), at)

    def add(self, article: Article, story_id: StoryId | None, at: datetime) -> ArticleId:
        """See the port."""
        origin = article.origin
        result = self._connection.execute(
            _INSERT,
            {
                "source_key": origin.key,
                "guild_id": origin.guild_id,
                "story_id": story_id,
                "link": article.identity.link,
                "path": article.path,
                "verdict": article.report.verdict.value,
                "revision": 1,
                "stored": at,
                "record": codec.dumps(Article, article),
            },
        )
        article_id = ArticleId(new_id(result))
        hashes = keys.hashes(origin.key, article.identity, [origin.guild_id])
        self._add_keys(origin.key, article_id, hashes, at)
        return article_id

    def revise(self, article_id: ArticleId, article: Article, at: datetime) -> int:
        """See the port; the former keys keep naming the article."""
        stored = self.get(article_id)
        if stored is None:
            raise StoreError(f"Article {article_id} is no longer stored.")
        revision = stored.revision + 1
        self._connection.execute(
            _REVISE,
            {
                "wanted": article_id,
                "link": article.identity.link,
                "path": article.path,
                "verdict": article.report.verdict.value,
                "revision": revision,
                "record": codec.dumps(Article, article),
            },
        )
        origin = article.origin
        hashes = keys.hashes(origin.key, article.identity, [origin.guild_id])
        self._add_keys(origin.key, article_id, hashes, at)
        return revision

    def move(self, article_id: ArticleId, story_id: StoryId) -> None:
        """See the port."""
        self._connection.execute(_MOVE, {"wanted": article_id, "story_id": story_id})

    def get(self, article_id: ArticleId) -> StoredArticle | None:
        """See the port."""
        row = self._connection.execute(_GET, {"wanted": article_id}).first()
        return None if row is None else _stored(row)

    def by_link(self, link: str) -> StoredArticle | None:
        """See the port; where several audiences have it, everybody's, then the newest."""
        if not link:
            return None
        row = self._connection.execute(_BY_LINK, {"link": link}).first()
        return None if row is None else _stored(row)

    def recent(
        self, limit: int, *, since: datetime | None = None, guild_id: GuildId | None = None
    ) -> list[StoredArticle]:
        """See the port; without a guild only what everybody may see."""
        query = select(*_COLUMNS).where(_visible_to(guild_id))
        if since is not None:
            query = query.where(table.c.stored >= since)
        query = query.order_by(table.c.stored.desc(), table.c.id.desc()).limit(limit)
        return [_stored(row) for row in self._connection.execute(query)]

    def counts(self, since: datetime, guild_id: GuildId | None = None) -> dict[Verdict, int]:
        """See the port; every verdict is there."""
        rows = self._connection.execute(
            select(table.c.verdict, func.count())
            .where(table.c.stored >= since, _visible_to(guild_id))
            .group_by(table.c.verdict)
        )
        found = {Verdict(row[0]): row[1] for row in rows}
        return {verdict: found.get(verdict, 0) for verdict in Verdict}

    def prune(self, before: datetime) -> int:
        """See the port; the keys stay for 400 days, so that an old entry is not news again."""
        self._connection.execute(
            delete(article_key).where(
                article_key.c.article_id.is_(None),
                article_key.c.kind.not_like("seen-%"),
                article_key.c.noted < before - _KEYS_LIVE,
            )
        )
        return self._connection.execute(delete(table).where(table.c.stored < before)).rowcount

    def _guild_of(self, source_key: str) -> GuildId | None:
        if not source_key.isdecimal():
            return None
        if source_key not in self._guilds:
            wanted = {"wanted": FeedId(int(source_key))}
            self._guilds[source_key] = self._connection.execute(_GUILD_OF_FEED, wanted).scalar()
        return self._guilds[source_key]

    def _add_keys(
        self,
        source_key: str,
        article_id: ArticleId | None,
        hashes: Iterable[tuple[str, bytes]],
        at: datetime,
    ) -> None:
        """Add keys that nobody has; a key whose article was pruned gets the new one."""
        wanted = {hashed: kind for kind, hashed in hashes}
        if not wanted:
            return
        rows = self._connection.execute(_KNOWN, {"hashes": list(wanted)})
        taken: dict[bytes, int | None] = {row[0]: row[1] for row in rows}
        fresh = [
            {
                "hash": hashed,
                "kind": kind,
                "source_key": source_key,
                "article_id": article_id,
                "noted": at,
            }
            for hashed, kind in wanted.items()
            if hashed not in taken
        ]
        if fresh:
            self._connection.execute(_INSERT_KEY, fresh)
        orphans = [hashed for hashed, owner in taken.items() if owner is None]
        if orphans and article_id is not None:
            self._connection.execute(
                _ADOPT, {"hashes": orphans, "article_id": article_id, "noted": at}
            )


def forget_source(connection: Connection, source_key: str) -> None:
    """Drop the baseline of a source that is removed; its articles and their keys stay."""
    connection.execute(
        delete(article_key).where(
            article_key.c.source_key == source_key, article_key.c.kind.like("seen-%")
        )
    )


def _visible_to(guild_id: GuildId | None) -> ColumnElement[bool]:
    return or_(table.c.guild_id.is_(None), table.c.guild_id == guild_id)


def _stored(row: Any) -> StoredArticle:
    article_id, story_id, revision, stored, record = row
    return StoredArticle(
        id=ArticleId(article_id),
        article=codec.loads(Article, record),
        story_id=None if story_id is None else StoryId(story_id),
        revision=revision,
        stored=stored,
    )
