"""When an edit of a posted message goes out: at once, or gathered with later ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.outbox import Edit, OutboxRules, parks_place, retry_delay
from bot.domain.subscription import PlaceKind
from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError

# https://docs.discord.com/developers/reference#snowflakes : milliseconds since 2015.
DISCORD_EPOCH_MS = 1_420_070_400_000
# Discord refuses (30046) frequent edits of messages older than an hour: gather them.
OLD_MESSAGE = timedelta(hours=1)
OLD_EDIT_HOLD = timedelta(minutes=10)
# What only a person can change (a locked thread) is asked for again so often ...
REFUSED_EDIT_HOLD = timedelta(hours=24)
# ... until the message is so old: nobody reads it for news any more.
REFUSED_EDIT_LIFE = timedelta(days=7)
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_UNKNOWN_CHANNEL, _THREAD_ARCHIVED, _THREAD_LOCKED = 10003, 50083, 160005


class EditRefusal(StrEnum):
    """What follows when Discord refuses an edit for good."""

    GIVE_UP = "given up"  # the message is gone, or this payload is refused
    LATER = "later"  # its thread is closed: the place itself is well
    PARK = "its place is parked"  # the edit stays due, and goes when the place works again


def posted_at(message_id: int) -> datetime:
    """When Discord made a message, from its id."""
    milliseconds = (message_id >> 22) + DISCORD_EPOCH_MS
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def edit_due(edit: Edit, now: datetime) -> datetime:
    """When an edit may go out: at once, but an old message's edits are gathered for a while."""
    held = now
    if now - posted_at(edit.message_id) >= OLD_MESSAGE and edit.applied > 0:
        held = now + OLD_EDIT_HOLD
    return max(held, edit.due) if edit.due is not None else held


def edit_retry(edit: Edit, error: DeliveryError, now: datetime, rules: OutboxRules) -> datetime:
    """When a failed edit is tried again; edits are idempotent, so nothing can be doubled."""
    delay = retry_delay(edit.attempts + 1, rules)
    retry_after = error.retry_after if isinstance(error, TransientDeliveryError) else None
    if retry_after is not None:
        delay = max(delay, retry_after)
    elif now - posted_at(edit.message_id) >= OLD_MESSAGE:
        delay = max(delay, OLD_EDIT_HOLD)
    return now + delay


def edit_refused(edit: Edit, error: PermanentDeliveryError, now: datetime) -> EditRefusal:
    """What follows a refused edit: a lost right comes back, a deleted message does not."""
    in_thread = edit.place.kind is not PlaceKind.USER and edit.channel_id != edit.place.id
    if now - posted_at(edit.message_id) >= REFUSED_EDIT_LIFE:
        return EditRefusal.GIVE_UP
    if in_thread and error.code == _UNKNOWN_CHANNEL:  # the message went with its thread
        return EditRefusal.GIVE_UP
    if error.code == _THREAD_ARCHIVED or (in_thread and error.code == _THREAD_LOCKED):
        return EditRefusal.LATER
    return EditRefusal.PARK if parks_place(error) else EditRefusal.GIVE_UP
