"""Feeds and what their polls taught us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from bot.domain.article import FeedId, GuildId
from bot.domain.feed import Feed, PollState
from bot.errors import StoreError
from bot.store import codec
from bot.store.articles import forget_source
from bot.store.engine import new_id
from bot.store.schema import NEVER, feed_state
from bot.store.schema import feed as table

_DUE = (
    select(table.c.id)
    .join_from(feed_state, table, table.c.id == feed_state.c.feed_id)
    .where(feed_state.c.next_poll <= bindparam("now"), table.c.paused.is_(False))
    .order_by(feed_state.c.next_poll, table.c.id)
)
_STATE = select(feed_state.c.record).where(feed_state.c.feed_id == bindparam("wanted"))
_SAVE_STATE = (
    update(feed_state)
    .where(feed_state.c.feed_id == bindparam("wanted"))
    .values(next_poll=bindparam("next_poll"), record=bindparam("record"))
)


class FeedTables:
    """`bot.ports.Feeds` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, guild_id: GuildId | None = None) -> list[Feed]:
        """See the port; in the order they were added."""
        query = select(table.c.id, table.c.record).order_by(table.c.id)
        if guild_id is not None:
            query = query.where(or_(table.c.guild_id.is_(None), table.c.guild_id == guild_id))
        rows = self._connection.execute(query)
        return [codec.loads_numbered(Feed, row[0], row[1]) for row in rows]

    def get(self, feed_id: FeedId) -> Feed | None:
        """See the port."""
        query = select(table.c.record).where(table.c.id == feed_id)
        record = self._connection.execute(query).scalar()
        return None if record is None else codec.loads_numbered(Feed, feed_id, record)

    def due(self, now: datetime) -> list[FeedId]:
        """See the port; never polled ones first."""
        return [FeedId(row[0]) for row in self._connection.execute(_DUE, {"now": now})]

    def state(self, feed_id: FeedId) -> PollState:
        """See the port; the state of a feed that is gone is empty."""
        record = self._connection.execute(_STATE, {"wanted": feed_id}).scalar()
        return PollState() if record is None else codec.loads(PollState, record)

    def states(self) -> dict[FeedId, PollState]:
        """See the port."""
        rows = self._connection.execute(select(feed_state.c.feed_id, feed_state.c.record))
        return {FeedId(row[0]): codec.loads(PollState, row[1]) for row in rows}

    def add(self, feed: Feed, state: PollState) -> FeedId:
        """See the port."""
        result = self._connection.execute(insert(table).values(_values(feed)))
        feed_id = FeedId(new_id(result))
        self._connection.execute(insert(feed_state).values(feed_id=feed_id, **_state_values(state)))
        return feed_id

    def save(self, feed: Feed) -> None:
        """See the port.

        Raises:
            StoreError: the feed was removed.
        """
        changed = update(table).where(table.c.id == feed.id).values(_values(feed))
        if self._connection.execute(changed).rowcount == 0:
            raise StoreError(f"Feed {feed.id} was removed.")

    def save_state(self, feed_id: FeedId, state: PollState) -> None:
        """See the port; nothing for a feed that was removed during its poll."""
        self._connection.execute(_SAVE_STATE, {"wanted": feed_id, **_state_values(state)})

    def remove(self, feed_id: FeedId) -> None:
        """See the port; its baseline goes with it."""
        self._connection.execute(delete(table).where(table.c.id == feed_id))
        forget_source(self._connection, str(feed_id))


def _values(feed: Feed) -> dict[str, object]:
    return {
        "guild_id": feed.guild_id,
        "paused": feed.paused,
        "record": codec.dumps(Feed, feed),
    }


def _state_values(state: PollState) -> dict[str, object]:
    return {
        "next_poll": state.next_poll or NEVER,
        "record": codec.dumps(PollState, state),
    }
