"""The outbox: deliveries in their lines, edits of posted messages, and places that are parked."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.domain.article import GuildId
from bot.domain.outbox import (
    PRIORITY_OF,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Edit,
    Priority,
)
from bot.domain.story import StoryId
from bot.domain.subscription import Place
from bot.store import codec
from bot.store import outbox_sql as sql
from bot.store.engine import new_id
from bot.store.schema import NEVER, edit, outbox, parked_place


class OutboxTables:
    """`bot.ports.Outbox` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enqueue(self, delivery: Delivery) -> DeliveryId | None:
        """See the port; for a parked place it is parked at once and goes when the place does."""
        place, state = delivery.place, delivery.state
        entry = self._connection.execute(sql.ENTRY, {"key": delivery.key, "place": place.key})
        is_there, is_parked = entry.one()
        if is_there:
            return None
        if is_parked and state is DeliveryState.PENDING:
            state = DeliveryState.PARKED
        result = self._connection.execute(
            sql.INSERT,
            {
                "key": delivery.key,
                "kind": delivery.kind.value,
                "priority": int(PRIORITY_OF[delivery.kind]),
                "place": place.key,
                "place_kind": place.kind.value,
                "place_id": place.id,
                "guild_id": place.guild_id,
                "story_id": delivery.story_id,
                "created": delivery.created,
                "reply_to": delivery.reply_to,
                **self._mutable(delivery),
                "state": state.value,
            },
        )
        return DeliveryId(new_id(result))

    def by_key(self, key: str) -> Delivery | None:
        """See the port."""
        row = self._connection.execute(sql.BY_KEY, {"key": key}).first()
        return None if row is None else sql.delivery_of(row)

    def get(self, delivery_id: DeliveryId) -> Delivery | None:
        """See the port."""
        row = self._connection.execute(sql.GET, {"wanted": delivery_id}).first()
        return None if row is None else sql.delivery_of(row)

    def claimable(self, now: datetime, limit: int) -> list[Delivery]:
        """See the port, and `bot.store.outbox_sql` for what the head of a line is.

        A delivery that is being sent is returned too unless its `next_try` is ahead: claiming sets
        it, so that a row left by a killed process is found again by itself.
        """
        rows = self._connection.execute(sql.CLAIMABLE, {"now": now, "limit": limit * len(Priority)})
        best: dict[str, Any] = {}
        for row in rows:
            best.setdefault(row.place, row)
            if len(best) == limit:
                break
        rows.close()
        return [sql.delivery_of(row[:-1]) for row in best.values()]

    def save(self, delivery: Delivery) -> None:
        """See the port; nothing for a row that was deleted meanwhile (`/privacy`, pruning)."""
        before = self._connection.execute(sql.READY, {"wanted": delivery.id}).scalar()
        values = self._mutable(delivery)
        self._connection.execute(sql.SAVE, {"wanted": delivery.id, **values})
        if before is not None and before != values["ready"]:
            self._connection.execute(
                sql.MOVE_REPLIES, {"wanted": delivery.id, "moved": values["ready"]}
            )

    def of_story(self, story_id: StoryId) -> list[Delivery]:
        """See the port."""
        return self._all(outbox.c.story_id == story_id)

    def alerts_since(self, place: Place, since: datetime) -> list[Delivery]:
        """See the port."""
        alerts = outbox.c.kind == DeliveryKind.ALERT.value
        return self._all(outbox.c.place == place.key, alerts, outbox.c.created >= since)

    def pending(self, place: Place | None = None) -> list[Delivery]:
        """See the port; oldest first."""
        if place is None:
            return self._all(sql.in_states(outbox, sql.UNFINISHED))
        return self._all(sql.in_states(outbox, sql.UNFINISHED), outbox.c.place == place.key)

    def counts(self, guild_id: GuildId | None = None) -> dict[DeliveryState, int]:
        """See the port; every state is there, with 0 when it has none."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        queries = [query]
        if guild_id is not None:  # one for each partial index: all that was sent is not walked
            own = query.where(outbox.c.guild_id == guild_id)
            queries = [own.where(sql.in_states(outbox, s)) for s in (sql.UNFINISHED, sql.STUCK)]
        rows = [row for each in queries for row in self._connection.execute(each)]
        found = {DeliveryState(row[0]): row[1] for row in rows}
        return {state: found.get(state, 0) for state in DeliveryState}

    def oldest_pending(
        self, now: datetime | None = None, guild_id: GuildId | None = None
    ) -> datetime | None:
        """See the port; a held message counts from the time it was held until.

        Without `now` those that were held back at all are left out.
        """
        query = select(func.min(outbox.c.ready)).where(sql.in_states(outbox, sql.UNFINISHED))
        query = query.where(outbox.c.due.is_(None) if now is None else outbox.c.ready <= now)
        if guild_id is not None:
            query = query.where(outbox.c.guild_id == guild_id)
        found: datetime | None = self._connection.execute(query).scalar()
        return found

    def parked(self, guild_id: GuildId | None = None) -> list[Delivery]:
        """See the port; oldest first."""
        where = [sql.in_states(outbox, sql.STUCK)]
        if guild_id is not None:
            where.append(outbox.c.guild_id == guild_id)
        return self._all(*where)

    def sent_since(self, place: Place, kind: DeliveryKind, since: datetime) -> int:
        """See the port; those on their way count, or a burst would pass before the first is out."""
        query = select(func.count()).where(
            outbox.c.place == place.key,
            outbox.c.kind == kind.value,
            outbox.c.created >= since,
            ~sql.in_states(outbox, sql.NEVER_OUT),
        )
        return self._connection.execute(query).scalar_one()

    def last_created(self, place: Place, kind: DeliveryKind) -> datetime | None:
        """See the port."""
        query = select(func.max(outbox.c.created)).where(
            outbox.c.place == place.key,
            outbox.c.kind == kind.value,
            ~sql.in_states(outbox, sql.NEVER_OUT),
        )
        found: datetime | None = self._connection.execute(query).scalar()
        return found

    def request_edit(self, delivery_id: DeliveryId, payload: dict[str, Any], revision: int) -> None:
        """See the port; a hold (`edit_later`) outlives the request, an older revision is ignored.

        A delivery that does not exist any more needs no edit.
        """
        run = self._connection.execute
        here = edit.c.delivery_id == delivery_id
        text = codec.json_text(payload)
        present = run(select(edit.c.revision).where(here)).scalar()
        if present is None:
            shown = run(select(outbox.c.revision).where(outbox.c.id == delivery_id)).scalar()
            if shown is not None and shown < revision:
                run(
                    insert(edit).values(
                        delivery_id=delivery_id,
                        revision=revision,
                        applied=shown,
                        due=NEVER,
                        attempts=0,
                        payload=text,
                    )
                )
        elif present < revision:
            run(update(edit).where(here).values(revision=revision, payload=text))

    def edits_due(self, now: datetime, limit: int) -> list[Edit]:
        """See the port; messages that are not posted yet, and parked places, wait."""
        rows = self._connection.execute(sql.EDITS_DUE, {"now": now, "limit": limit})
        return [
            Edit(
                delivery_id=DeliveryId(row.delivery_id),
                place=sql.place_of(row),
                channel_id=row.place_id if row.channel_id is None else row.channel_id,
                message_id=row.message_id,
                payload=json.loads(row.payload),
                revision=row.revision,
                applied=row.applied,
                due=None if row.due == NEVER else row.due,
                attempts=row.attempts,
            )
            for row in rows
        ]

    def edit_done(self, delivery_id: DeliveryId, revision: int) -> None:
        """See the port; a newer request stays due."""
        self._connection.execute(
            update(edit)
            .where(edit.c.delivery_id == delivery_id, edit.c.applied < revision)
            .values(applied=revision, due=NEVER, attempts=0)
        )

    def edit_later(self, delivery_id: DeliveryId, due: datetime) -> None:
        """See the port; counts an attempt."""
        self._connection.execute(
            update(edit)
            .where(edit.c.delivery_id == delivery_id)
            .values(due=due, attempts=edit.c.attempts + 1)
        )

    def clock_set_back(self, now: datetime, latest: datetime) -> None:
        """See the port."""
        self._connection.execute(sql.NOT_CREATED_LATER, {"now": now})
        for statement in (sql.TRIED_AGAIN_BY, sql.EDITED_BY):
            self._connection.execute(statement, {"latest": latest})

    def park_place(self, place: Place, reason: str, at: datetime) -> bool:
        """See the port; what waits for the place is parked with it."""
        run = self._connection.execute
        run(
            update(outbox)
            .where(outbox.c.place == place.key, outbox.c.state == DeliveryState.PENDING.value)
            .values(state=DeliveryState.PARKED.value, error=reason)
        )
        here = parked_place.c.place == place.key
        if run(update(parked_place).where(here).values(reason=reason)).rowcount:
            return False
        run(
            insert(parked_place).values(
                place=place.key,
                place_kind=place.kind.value,
                place_id=place.id,
                guild_id=place.guild_id,
                reason=reason,
                at=at,
            )
        )
        return True

    def parked_places(self) -> dict[Place, tuple[str, datetime]]:
        """See the port; longest parked first."""
        rows = self._connection.execute(
            select(parked_place).order_by(parked_place.c.at, parked_place.c.place)
        )
        return {sql.place_of(row): (row.reason, row.at) for row in rows}

    def unpark_place(self, place: Place) -> int:
        """See the port; `first_try` stays, as an earlier attempt may have posted unknown to us."""
        run = self._connection.execute
        run(delete(parked_place).where(parked_place.c.place == place.key))
        return run(
            update(outbox)
            .where(outbox.c.place == place.key, outbox.c.state == DeliveryState.PARKED.value)
            .values(
                state=DeliveryState.PENDING.value,
                attempts=0,
                next_try=None,
                error="",
            )
        ).rowcount

    def prune(self, before: datetime) -> int:
        """See the port; parked and uncertain ones are finished too, their edits go with them."""
        return self._connection.execute(
            delete(outbox).where(sql.in_states(outbox, sql.FINISHED), outbox.c.created < before)
        ).rowcount

    def _all(self, *where: ColumnElement[bool]) -> list[Delivery]:
        rows = self._connection.execute(select(*sql.COLUMNS).where(*where).order_by(outbox.c.id))
        return [sql.delivery_of(row) for row in rows]

    def _mutable(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "state": delivery.state.value,
            "due": delivery.due,
            "ready": self._ready(delivery),
            "attempts": delivery.attempts,
            "first_try": delivery.first_try,
            "next_try": delivery.next_try,
            "message_id": delivery.message_id,
            "channel_id": delivery.channel_id,
            "revision": delivery.revision,
            "error": delivery.error,
            "payload": codec.json_text(delivery.payload),
        }

    def _ready(self, delivery: Delivery) -> datetime:
        own = delivery.due or delivery.created
        if delivery.reply_to is None:
            return own
        answered = self._connection.execute(sql.READY, {"wanted": delivery.reply_to}).scalar()
        return own if answered is None else max(own, answered)
