"""Stories, the index keys that find candidates, and the search behind autocomplete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Connection, Text, bindparam, cast, delete, insert, or_, select, update

from bot.domain.launch import Verdict
from bot.domain.story import Story, StoryId
from bot.errors import StoreError
from bot.store import codec
from bot.store.engine import new_id
from bot.store.schema import story as table
from bot.store.schema import story_key
from bot.store.search_text import HEADLINE_CHARACTERS, patterns, search_text

_TOUCH_EVERY = timedelta(days=1)

_VALUES = (
    "verdict",
    "status",
    "created",
    "updated",
    "merged_into",
    "headline",
    "search_text",
    "record",
)
_INSERT = insert(table).values({name: bindparam(name) for name in _VALUES})
_UPDATE = (
    update(table)
    .where(table.c.id == bindparam("wanted"))
    .values({name: bindparam(name) for name in _VALUES})
)
_GET = select(table.c.id, table.c.record).where(table.c.id == bindparam("wanted"))
_KEYS = select(story_key.c.key, story_key.c.touched).where(
    story_key.c.story_id == bindparam("wanted")
)
_INSERT_KEY = insert(story_key)
_DELETE_KEYS = delete(story_key).where(
    story_key.c.story_id == bindparam("wanted"),
    story_key.c.key.in_(bindparam("gone", expanding=True)),
)
_TOUCH = (
    update(story_key)
    .where(story_key.c.story_id == bindparam("wanted"))
    .values(touched=bindparam("touched"))
)
_CANDIDATES = (
    select(table.c.id, table.c.record)
    .where(
        table.c.id.in_(
            select(story_key.c.story_id).where(
                story_key.c.key.in_(bindparam("keys", expanding=True)),
                story_key.c.touched >= bindparam("touched"),
            )
        ),
        table.c.updated >= bindparam("since"),
        table.c.merged_into.is_(None),
    )
    .order_by(table.c.id)
)


@lru_cache(maxsize=256)
def _decoded(story_id: int, record: str) -> Story:
    """A candidate, by its very text: the same few open stories are looked at for every article."""
    return codec.loads_numbered(Story, story_id, record)


class StoryTables:
    """`bot.ports.Stories` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, story_id: StoryId) -> Story | None:
        """See the port."""
        row = self._connection.execute(_GET, {"wanted": story_id}).first()
        return None if row is None else codec.loads_numbered(Story, row[0], row[1])

    def candidates(self, keys: Sequence[str], since: datetime) -> list[Story]:
        """See the port; oldest first."""
        if not keys:
            return []
        rows = self._connection.execute(
            _CANDIDATES,
            {"keys": list(dict.fromkeys(keys)), "since": since, "touched": since - _TOUCH_EVERY},
        )
        return [_decoded(row[0], row[1]) for row in rows]

    def save(self, story: Story, keys: Sequence[str], *, headline: str, status: str) -> StoryId:
        """See the port."""
        values = {
            "verdict": story.verdict.value,
            "status": status,
            "created": story.created,
            "updated": story.updated,
            "merged_into": story.merged_into,
            "headline": headline[:HEADLINE_CHARACTERS],
            "search_text": search_text(headline),
            "record": codec.dumps(Story, story),
        }
        if story.id == 0:
            return self._insert(story, values, keys)
        result = self._connection.execute(_UPDATE, {**values, "wanted": story.id})
        if result.rowcount == 0:
            raise StoreError(f"Story {story.id} is not stored.")
        self._index(story.id, keys, story.updated)
        return story.id

    def recent(
        self,
        limit: int,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        verdict: Verdict | None = None,
    ) -> list[Story]:
        """See the port; `since` <= updated < `until`."""
        query = select(table.c.id, table.c.record).where(table.c.merged_into.is_(None))
        if since is not None:
            query = query.where(table.c.updated >= since)
        if until is not None:
            query = query.where(table.c.updated < until)
        if verdict is not None:
            query = query.where(table.c.verdict == verdict.value)
        query = query.order_by(table.c.updated.desc(), table.c.id.desc()).limit(limit)
        rows = self._connection.execute(query)
        return [codec.loads_numbered(Story, row[0], row[1]) for row in rows]

    def search(self, words: str, limit: int) -> list[tuple[StoryId, str]]:
        """See the port; a number fits by its first digits, "#12" too."""
        query = select(table.c.id, table.c.headline).where(table.c.merged_into.is_(None))
        fits = [table.c.search_text.like(pattern) for pattern in patterns(words)]
        number = words.strip().removeprefix("#")
        if number.isascii() and number.isdecimal():
            query = query.where(or_(cast(table.c.id, Text).like(f"{number}%"), *fits))
        else:
            query = query.where(*fits)
        query = query.order_by(table.c.updated.desc(), table.c.id.desc()).limit(limit)
        return [(StoryId(row[0]), row[1]) for row in self._connection.execute(query)]

    def _insert(self, story: Story, values: Mapping[str, object], keys: Sequence[str]) -> StoryId:
        result = self._connection.execute(_INSERT, values)
        story_id = StoryId(new_id(result))
        self._add_keys(story_id, set(keys), story.updated)
        return story_id

    def _index(self, story_id: StoryId, keys: Sequence[str], updated: datetime) -> None:
        """Write the difference only: a story changes often, its keys seldom."""
        rows = self._connection.execute(_KEYS, {"wanted": story_id})
        present: dict[str, datetime] = {row[0]: row[1] for row in rows}
        wanted = set(keys)
        gone = present.keys() - wanted
        if gone:
            self._connection.execute(_DELETE_KEYS, {"wanted": story_id, "gone": sorted(gone)})
        self._add_keys(story_id, wanted - present.keys(), updated)
        if any(updated - touched >= _TOUCH_EVERY for touched in present.values()):
            self._connection.execute(_TOUCH, {"wanted": story_id, "touched": updated})

    def _add_keys(self, story_id: StoryId, keys: set[str], updated: datetime) -> None:
        if keys:
            rows = [{"story_id": story_id, "key": key, "touched": updated} for key in sorted(keys)]
            self._connection.execute(_INSERT_KEY, rows)
