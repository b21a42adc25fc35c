"""When an edit of a posted message goes out: at once, or gathered with later ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.outbox import Edit, OutboxRules, retry_delay
from bot.errors import DeliveryError, TransientDeliveryError

# https://docs.discord.com/developers/reference#snowflakes : milliseconds since 2015.
DISCORD_EPOCH_MS = 1_420_070_400_000
# Discord refuses (30046) frequent edits of messages older than an hour: gather them.
OLD_MESSAGE = timedelta(hours=1)
OLD_EDIT_HOLD = timedelta(minutes=10)


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
