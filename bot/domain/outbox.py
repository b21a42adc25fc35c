"""Deliveries: the states they pass, their keys and nonces, and what to do after each outcome.

The contract is in README, "Posted once, whatever dies".
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, NewType

from bot.domain.story import StoryId
from bot.domain.subscription import Place, PlaceKind
from bot.errors import (
    DeliveryError,
    HistoryUnavailable,
    PermanentDeliveryError,
    TokenRefused,
    TransientDeliveryError,
    UnknownOutcome,
)

DeliveryId = NewType("DeliveryId", int)

# https://docs.discord.com/developers/resources/message#create-message : at most 25 characters.
NONCE_LENGTH = 24


class DeliveryState(StrEnum):
    """pending -> sending -> sent | parked | uncertain | cancelled."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class DeliveryKind(StrEnum):
    """What a delivery carries; decides priority and what happens when its outcome is unknown."""

    ALERT = "alert"
    UPDATE = "update"
    DIGEST = "digest"
    NOTICE = "notice"


class Priority(IntEnum):
    """Lower goes first. Alerts, updates and retractions never wait behind digests."""

    ALERT = 0
    NOTICE = 1
    DIGEST = 2


PRIORITY_OF = {
    DeliveryKind.ALERT: Priority.ALERT,
    DeliveryKind.UPDATE: Priority.ALERT,
    DeliveryKind.NOTICE: Priority.NOTICE,
    DeliveryKind.DIGEST: Priority.DIGEST,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way. `payload` is frozen when the row is first claimed.

    `due` holds a message back (quiet hours); `reply_to` is the delivery whose message this answers.
    `payload` may hold "files": names of pictures to draw, never bytes. `revision` is the one of
    its story that the message shows in full.
    """

    id: DeliveryId
    key: str
    kind: DeliveryKind
    place: Place
    payload: dict[str, Any] = field(hash=False)
    created: datetime
    state: DeliveryState = DeliveryState.PENDING
    story_id: StoryId | None = None
    revision: int = 0
    due: datetime | None = None
    attempts: int = 0
    first_try: datetime | None = None
    next_try: datetime | None = None
    message_id: int | None = None
    channel_id: int | None = None  # the channel the message landed in (a DM's or thread's own id)
    reply_to: DeliveryId | None = None
    error: str = ""

    @property
    def nonce(self) -> str:
        """What Discord deduplicates by."""
        return nonce_of(self.key)


@dataclass(frozen=True, slots=True)
class Edit:
    """The newest revision a posted message should show; `applied` is the one it shows."""

    delivery_id: DeliveryId
    place: Place
    channel_id: int
    message_id: int
    payload: dict[str, Any] = field(hash=False)
    revision: int
    applied: int
    due: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a message landed.

    `picture_owed`: it went without its pictures, which were not drawn yet; an edit brings them.
    """

    message_id: int
    channel_id: int
    picture_owed: bool = field(default=False, compare=False)


def nonce_of(key: str) -> str:
    """The first 24 characters of base32(sha256(key)): stable over retries and restarts."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:NONCE_LENGTH]


def alert_key(story_id: StoryId, place: Place) -> str:
    """One alert for each story and place, however many subscriptions match."""
    return f"alert:{story_id}:{place.key}"


def update_key(story_id: StoryId, place: Place, revision: int) -> str:
    """One reply for each material revision of a story in a place."""
    return f"update:{story_id}:{place.key}:{revision}"


def digest_key(digest_id: int, local_date: date, slot: int, part: int) -> str:
    """One digest part for each schedule, local day and slot."""
    return f"digest:{digest_id}:{local_date.isoformat()}:{slot}:{part}"


def digest_now_key(interaction_id: int) -> str:
    """A digest a person asked for now."""
    return f"digest-now:{interaction_id}"


def notice_key(subject: str, place: Place, at: datetime) -> str:
    """A notice to an operator or server (feed failing, target parked, blind)."""
    return f"notice:{subject}:{place.key}:{int(at.timestamp())}"


# What follows each outcome. `first_try` is set while an attempt may have posted without our
# knowing: it starts the time in which Discord knows the nonce. While a row is `sending`, `next_try`
# is the end of its lease: a row whose process died is found again by itself.

LEASE = timedelta(seconds=120)
# Our own messages are read back from this long before the first try: clocks differ.
LOOK_BACK = timedelta(seconds=60)
# Discord hardly ever asks for a longer one (30046: a quarter of an hour).
LONGEST_WAIT = timedelta(minutes=20)
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
UNKNOWN_MESSAGE = 10008


class NextStep(StrEnum):
    """What to do with a delivery now."""

    SEND = "send"
    LOOK_FIRST = "look first"  # among our own messages: the nonce is no longer remembered
    WAIT = "wait"


class Outcome(StrEnum):
    """How an attempt failed."""

    TRANSIENT = "transient"  # certainly not posted; try again
    UNKNOWN = "unknown"  # may have been posted
    TARGET_GONE = "target gone"  # the place cannot be used: park it
    REFUSED = "refused"  # this payload was refused: park this message only
    TOKEN = "token"  # nothing can be sent at all
    BLIND = "blind"  # our own messages cannot be read back


@dataclass(frozen=True, slots=True)
class OutboxRules:
    """How long to try. Delays grow threefold up to `longest_delay`.

    After `alert_life` an alert or notice that could never be posted is parked (shown in `/status`);
    after `digest_life` a digest is cancelled, because the next one covers its time.
    """

    nonce_window: timedelta = timedelta(seconds=90)
    first_delay: timedelta = timedelta(seconds=1)
    longest_delay: timedelta = timedelta(minutes=5)
    alert_life: timedelta = timedelta(hours=48)
    digest_life: timedelta = timedelta(hours=6)


def outcome_of(error: DeliveryError | TokenRefused) -> Outcome:
    """The kind of a delivery error; an unknown kind counts as "may have been posted"."""
    match error:
        case TokenRefused():
            return Outcome.TOKEN
        case TransientDeliveryError():
            return Outcome.TRANSIENT
        case PermanentDeliveryError():
            return Outcome.TARGET_GONE if error.target_gone else Outcome.REFUSED
        case HistoryUnavailable():
            return Outcome.BLIND
        case UnknownOutcome():
            return Outcome.UNKNOWN
    return Outcome.UNKNOWN


def next_step(delivery: Delivery, now: datetime, nonce_window: timedelta) -> NextStep:
    """Send, look for it first, or wait.

    A forum post has no nonce: after an unknown outcome it is always looked for.
    """
    if delivery.state not in (DeliveryState.PENDING, DeliveryState.SENDING):
        return NextStep.WAIT
    if any(moment is not None and moment > now for moment in (delivery.due, delivery.next_try)):
        return NextStep.WAIT
    if delivery.first_try is None:
        return NextStep.SEND
    window = timedelta(0) if delivery.place.kind is PlaceKind.FORUM else nonce_window
    age = now - delivery.first_try
    # A first try in the future means that the clock was set back: nothing is known of its age.
    return NextStep.SEND if timedelta(0) <= age < window else NextStep.LOOK_FIRST


def claimed(delivery: Delivery, now: datetime) -> Delivery:
    """The row as it is committed before the request leaves."""
    # An earlier try was earlier, also by a clock that stood still: `after_failure` tells by it.
    first_try = now if delivery.first_try is None else delivery.first_try
    if delivery.first_try == now:
        first_try = now - timedelta(microseconds=1)
    return replace(
        delivery,
        state=DeliveryState.SENDING,
        attempts=delivery.attempts + 1,
        first_try=first_try,
        next_try=now + LEASE,
    )


def recovered(delivery: Delivery) -> Delivery:
    """A row that was being sent when the process died: its outcome is unknown."""
    return replace(
        delivery, state=DeliveryState.PENDING, next_try=None, error="interrupted while sending"
    )


def after_success(delivery: Delivery, receipt: Receipt) -> Delivery:
    """Posted, or found among our own messages."""
    return replace(
        delivery,
        state=DeliveryState.SENT,
        message_id=receipt.message_id,
        channel_id=receipt.channel_id,
        next_try=None,
        error="",
    )


def with_picture_owed(delivery: Delivery) -> Delivery:
    """A posted row that shows its revision only in words: the same payload is due as an edit.

    The picture is drawn from the frozen payload, so a kill at any instant loses nothing of it.
    """
    return replace(delivery, revision=delivery.revision - 1)


def after_failure(
    delivery: Delivery, error: DeliveryError | TokenRefused, now: datetime, rules: OutboxRules
) -> Delivery:
    """The row after an attempt that was claimed and failed."""
    outcome = outcome_of(error)
    only_attempt = delivery.next_try == _lease_of(delivery.first_try)
    if _was_deleted(error) and not only_attempt:
        return replace(
            delivery, state=DeliveryState.SENT, next_try=None, error="deleted since: " + error.text
        )
    if outcome in (Outcome.TARGET_GONE, Outcome.REFUSED):
        return _final(delivery, DeliveryState.PARKED, error.text)
    # Certainly not posted now; if nothing was unknown before, the nonce's time starts anew.
    settled = outcome in (Outcome.TRANSIENT, Outcome.TOKEN) and only_attempt
    first_try = None if settled else delivery.first_try
    if outcome is Outcome.TOKEN:
        return _again(delivery, first_try, now, error.text)
    given_up = _given_up(delivery, now, rules, error.text)
    if given_up is not None and first_try is None:  # else it is looked for before giving up
        return given_up
    delay = retry_delay(delivery.attempts, rules)
    if isinstance(error, TransientDeliveryError) and error.retry_after is not None:
        delay = max(delay, error.retry_after)
    return _again(delivery, first_try, now + delay, error.text)


def after_not_found(delivery: Delivery, now: datetime) -> Delivery:
    """Looked for and not there: it was never posted, and is sent now with the same nonce."""
    return _again(delivery, None, now, delivery.error)


def after_look_failed(
    delivery: Delivery, error: DeliveryError | TokenRefused, now: datetime, rules: OutboxRules
) -> Delivery:
    """The row when our own messages could not be looked through.

    When they cannot be read at all, what matters is sent again, and a digest is held as uncertain.
    A passing failure only postpones the look.
    """
    outcome = outcome_of(error)
    if outcome is Outcome.TARGET_GONE:
        return _final(delivery, DeliveryState.PARKED, error.text)
    if outcome in (Outcome.BLIND, Outcome.REFUSED):
        if delivery.kind is DeliveryKind.DIGEST:
            return _final(delivery, DeliveryState.UNCERTAIN, error.text)
        return _again(delivery, None, now, "sent again unseen: " + error.text)
    if (given_up := _given_up(delivery, now, rules, error.text)) is not None:
        return replace(given_up, state=DeliveryState.UNCERTAIN)
    delay = retry_delay(delivery.attempts + 1, rules)
    looked = replace(delivery, attempts=delivery.attempts + 1)
    return _again(looked, delivery.first_try, now + delay, error.text)


def after_unparked(delivery: Delivery, now: datetime, rules: OutboxRules) -> Delivery:
    """A parked row whose place may work again; what is no longer news is cancelled."""
    given_up = _given_up(delivery, now, rules, delivery.error)
    if given_up is not None:
        return replace(given_up, state=DeliveryState.CANCELLED, error="too old to be news")
    return replace(_again(delivery, delivery.first_try, now, ""), attempts=0)


def parks_place(error: DeliveryError | TokenRefused) -> bool:
    """Whether an error says that the whole place is unusable, not only this message."""
    return outcome_of(error) is Outcome.TARGET_GONE and not _was_deleted(error)


def latest_retry(pending: Iterable[Delivery], now: datetime) -> datetime:
    """At a start: until when what waits may wait at most; a clock that was set back says longer.

    Something of a time still ahead proves that it was.
    """
    ahead = any(max(each.created, each.first_try or each.created) > now for each in pending)
    return now if ahead else now + LONGEST_WAIT


def retry_delay(attempts: int, rules: OutboxRules) -> timedelta:
    """1, 3, 9, 27 seconds ... after so many attempts."""
    delay: timedelta = rules.first_delay * 3 ** min(max(attempts - 1, 0), 12)
    return min(delay, rules.longest_delay)


def _lease_of(first_try: datetime | None) -> datetime | None:
    return None if first_try is None else first_try + LEASE


def _was_deleted(error: DeliveryError | TokenRefused) -> bool:
    """Discord knows the nonce, but the message it belongs to was deleted: it had been posted."""
    return isinstance(error, PermanentDeliveryError) and error.code == UNKNOWN_MESSAGE


def _given_up(delivery: Delivery, now: datetime, rules: OutboxRules, error: str) -> Delivery | None:
    age = now - (delivery.due or delivery.created)
    if delivery.kind is DeliveryKind.DIGEST:
        return _final(delivery, DeliveryState.CANCELLED, error) if age > rules.digest_life else None
    return _final(delivery, DeliveryState.PARKED, error) if age > rules.alert_life else None


def _final(delivery: Delivery, state: DeliveryState, error: str) -> Delivery:
    return replace(delivery, state=state, next_try=None, error=error)


def _again(
    delivery: Delivery, first_try: datetime | None, next_try: datetime, error: str
) -> Delivery:
    return replace(
        delivery,
        state=DeliveryState.PENDING,
        first_try=first_try,
        next_try=next_try,
        error=error,
    )
