"""The statements of the outbox, and how its rows become deliveries.

The line of a place is ordered by `ready`: the time it was created or, when it was held back, the
time it is held until; a reply is never ready before the message it answers. So a message held for
quiet hours does not stop one that may pass, while a head that is being retried stops its line.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from bot.domain.article import GuildId
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, DeliveryState
from bot.domain.story import StoryId
from bot.domain.subscription import Place, PlaceKind
from bot.store.schema import edit, outbox, parked_place

UNFINISHED = (DeliveryState.PENDING, DeliveryState.SENDING)
STUCK = (DeliveryState.PARKED, DeliveryState.UNCERTAIN)
FINISHED = tuple(state for state in DeliveryState if state not in UNFINISHED)
NEVER_OUT = (DeliveryState.PARKED, DeliveryState.CANCELLED)

_earlier = outbox.alias("earlier")


def in_states(table: FromClause, states: tuple[DeliveryState, ...]) -> ColumnElement[bool]:
    """Written out in the SQL: SQLite uses a partial index only when it sees its very words."""
    return table.c.state.in_([literal_column(f"'{state}'") for state in states])


COLUMNS = (
    outbox.c.id,
    outbox.c.key,
    outbox.c.kind,
    outbox.c.place_kind,
    outbox.c.place_id,
    outbox.c.guild_id,
    outbox.c.state,
    outbox.c.story_id,
    outbox.c.revision,
    outbox.c.created,
    outbox.c.due,
    outbox.c.attempts,
    outbox.c.first_try,
    outbox.c.next_try,
    outbox.c.message_id,
    outbox.c.channel_id,
    outbox.c.reply_to,
    outbox.c.error,
    outbox.c.payload,
)
GET = select(*COLUMNS).where(outbox.c.id == bindparam("wanted"))
BY_KEY = select(*COLUMNS).where(outbox.c.key == bindparam("key"))
READY = select(outbox.c.ready).where(
    outbox.c.id == bindparam("wanted"), in_states(outbox, UNFINISHED)
)
# (is the key taken, is the place parked)
ENTRY = select(
    exists().where(outbox.c.key == bindparam("key")),
    exists().where(parked_place.c.place == bindparam("place")),
)
INSERT = insert(outbox).values(
    {column.name: bindparam(column.name) for column in outbox.c if column.name != "id"}
)
CLAIMABLE = (
    select(*COLUMNS, outbox.c.place)
    .where(
        in_states(outbox, UNFINISHED),
        outbox.c.ready <= bindparam("now"),
        or_(outbox.c.next_try.is_(None), outbox.c.next_try <= bindparam("now")),
        ~exists().where(
            in_states(_earlier, UNFINISHED),
            _earlier.c.place == outbox.c.place,
            _earlier.c.priority == outbox.c.priority,
            or_(
                _earlier.c.ready < outbox.c.ready,
                and_(_earlier.c.ready == outbox.c.ready, _earlier.c.id < outbox.c.id),
            ),
        ),
    )
    .order_by(outbox.c.priority, outbox.c.ready, outbox.c.id)
    .limit(bindparam("limit"))
)
_SAVED = (
    "state",
    "due",
    "ready",
    "attempts",
    "first_try",
    "next_try",
    "message_id",
    "channel_id",
    "revision",
    "error",
    "payload",
)
SAVE = (
    update(outbox)
    .where(outbox.c.id == bindparam("wanted"))
    .values({name: bindparam(name) for name in _SAVED})
)
_own_ready = func.coalesce(outbox.c.due, outbox.c.created)
MOVE_REPLIES = (
    update(outbox)
    .where(outbox.c.reply_to == bindparam("wanted"), in_states(outbox, UNFINISHED))
    .values(ready=case((_own_ready > bindparam("moved"), _own_ready), else_=bindparam("moved")))
)
# A reply that waits for a held message is ready with it; a held message when it is due.
_now = bindparam("now", type_=outbox.c.created.type)
NOT_CREATED_LATER = (
    update(outbox)
    .where(in_states(outbox, UNFINISHED), outbox.c.created > _now)
    .values(
        ready=case(
            (
                and_(outbox.c.due.is_(None), outbox.c.ready == outbox.c.created),
                _now,
            ),
            else_=outbox.c.ready,
        ),
        created=_now,
    )
)
TRIED_AGAIN_BY = (
    update(outbox)
    .where(in_states(outbox, (DeliveryState.PENDING,)), outbox.c.next_try > bindparam("latest"))
    .values(next_try=bindparam("latest"))
)
EDITED_BY = (
    update(edit)
    .where(edit.c.applied < edit.c.revision, edit.c.due > bindparam("latest"))
    .values(due=bindparam("latest"))
)
EDITS_DUE = (
    select(
        edit.c.delivery_id,
        outbox.c.place_kind,
        outbox.c.place_id,
        outbox.c.guild_id,
        outbox.c.channel_id,
        outbox.c.message_id,
        edit.c.payload,
        edit.c.revision,
        edit.c.applied,
        edit.c.due,
        edit.c.attempts,
    )
    .join_from(edit, outbox, outbox.c.id == edit.c.delivery_id)
    .where(
        edit.c.applied < edit.c.revision,
        edit.c.due <= bindparam("now"),
        # A message whose payload was renewed before it was posted shows that revision already.
        edit.c.revision > outbox.c.revision,
        outbox.c.message_id.is_not(None),
        ~exists().where(parked_place.c.place == outbox.c.place),
    )
    .order_by(edit.c.due, edit.c.delivery_id)
    .limit(bindparam("limit"))
)


def place_of(row: Any) -> Place:
    """The place of a row that has its three columns."""
    guild_id = None if row.guild_id is None else GuildId(row.guild_id)
    return Place(PlaceKind(row.place_kind), row.place_id, guild_id)


def delivery_of(row: Sequence[Any]) -> Delivery:
    """The delivery of a row of `COLUMNS`."""
    (number, key, kind, place_kind, place_id, guild_id, state, *rest) = row
    (story_id, revision, created, due, attempts, first_try, next_try, *rest) = rest
    (message_id, channel_id, reply_to, error, payload) = rest
    return Delivery(
        id=DeliveryId(number),
        key=key,
        kind=DeliveryKind(kind),
        place=Place(
            PlaceKind(place_kind), place_id, None if guild_id is None else GuildId(guild_id)
        ),
        payload=json.loads(payload),
        created=created,
        state=DeliveryState(state),
        story_id=None if story_id is None else StoryId(story_id),
        revision=revision,
        due=due,
        attempts=attempts,
        first_try=first_try,
        next_try=next_try,
        message_id=message_id,
        channel_id=channel_id,
        reply_to=None if reply_to is None else DeliveryId(reply_to),
        error=error,
    )
