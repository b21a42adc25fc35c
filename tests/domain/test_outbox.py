from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.edits import OLD_EDIT_HOLD, edit_due, edit_retry, posted_at
from bot.domain.outbox import (
    LEASE,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Edit,
    NextStep,
    OutboxRules,
    Receipt,
    after_failure,
    after_look_failed,
    after_not_found,
    after_success,
    after_unparked,
    claimed,
    next_step,
    nonce_of,
    parks_place,
    recovered,
    retry_delay,
)
from bot.domain.subscription import Place, PlaceKind
from bot.errors import (
    DeliveryError,
    HistoryUnavailable,
    PermanentDeliveryError,
    TokenRefused,
    TransientDeliveryError,
    UnknownOutcome,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RULES = OutboxRules()
WINDOW = RULES.nonce_window
HERE = Place(PlaceKind.CHANNEL, 10)
UNKNOWN = UnknownOutcome("no answer")
LATER = TransientDeliveryError("rate limited")
GONE = PermanentDeliveryError("no such channel", code=10003)
REFUSED = PermanentDeliveryError("embed too long", code=50035, target_gone=False)


def delivery(kind: DeliveryKind = DeliveryKind.ALERT, place: Place = HERE) -> Delivery:
    return Delivery(DeliveryId(1), f"{kind}:1:{place.key}", kind, place, {}, NOW)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def failed(row: Delivery, error: DeliveryError | TokenRefused, at: datetime) -> Delivery:
    return after_failure(claimed(row, at), error, at, RULES)


def test_a_nonce_fits_discord_and_never_changes() -> None:
    assert nonce_of("alert:1:10") == nonce_of("alert:1:10")
    assert len(nonce_of("alert:1:10")) == 24
    assert nonce_of("alert:1:10") != nonce_of("alert:1:11")


def test_a_new_delivery_is_sent() -> None:
    assert next_step(delivery(), NOW, WINDOW) is NextStep.SEND


def test_a_held_delivery_waits_for_its_time() -> None:
    held = replace(delivery(), due=after(60))
    assert next_step(held, after(59), WINDOW) is NextStep.WAIT
    assert next_step(held, after(60), WINDOW) is NextStep.SEND


def test_a_claim_is_written_down_before_the_request() -> None:
    row = claimed(delivery(), NOW)
    assert row.state is DeliveryState.SENDING
    assert row.first_try == NOW
    assert row.attempts == 1
    assert next_step(row, NOW, WINDOW) is NextStep.WAIT


def test_an_unknown_outcome_is_retried_after_1_3_9_and_27_seconds_with_the_same_nonce() -> None:
    row, at, delays = delivery(), NOW, []
    for _ in range(4):
        row = failed(row, UNKNOWN, at)
        assert row.next_try is not None
        delays.append((row.next_try - at).total_seconds())
        at = row.next_try
        assert next_step(row, at, WINDOW) is NextStep.SEND
    assert delays == [1, 3, 9, 27]
    assert row.first_try == NOW
    assert row.nonce == delivery().nonce


def test_an_unknown_outcome_is_looked_for_once_the_nonce_is_forgotten() -> None:
    row = failed(delivery(), UNKNOWN, NOW)
    assert next_step(row, after(89.9), WINDOW) is NextStep.SEND
    assert next_step(row, after(90), WINDOW) is NextStep.LOOK_FIRST


def test_a_forum_post_has_no_nonce_and_is_always_looked_for() -> None:
    row = failed(delivery(place=Place(PlaceKind.FORUM, 10)), UNKNOWN, NOW)
    assert next_step(row, after(1), WINDOW) is NextStep.LOOK_FIRST


def test_a_clock_set_back_does_not_make_the_nonce_young_again() -> None:
    row = failed(delivery(), UNKNOWN, NOW)
    row = replace(row, next_try=None)
    assert next_step(row, after(-3600), WINDOW) is NextStep.LOOK_FIRST


def test_a_certain_failure_starts_the_nonce_time_anew() -> None:
    row = failed(delivery(), LATER, NOW)
    assert row.first_try is None
    assert next_step(row, after(500), WINDOW) is NextStep.SEND


def test_a_certain_failure_after_an_unknown_one_leaves_the_first_in_doubt() -> None:
    row = failed(delivery(), UNKNOWN, NOW)
    row = failed(row, LATER, after(2))
    assert row.first_try == NOW
    assert next_step(row, after(100), WINDOW) is NextStep.LOOK_FIRST


def test_retry_after_is_obeyed() -> None:
    error = TransientDeliveryError("slow down", retry_after=timedelta(seconds=42))
    assert failed(delivery(), error, NOW).next_try == after(42)


def test_a_row_whose_process_died_is_found_again() -> None:
    row = claimed(delivery(), NOW)
    assert next_step(recovered(row), after(5), WINDOW) is NextStep.SEND
    assert next_step(recovered(row), after(95), WINDOW) is NextStep.LOOK_FIRST
    assert next_step(row, NOW + LEASE, WINDOW) is NextStep.LOOK_FIRST


def test_what_was_found_is_sent_and_what_was_not_is_posted() -> None:
    row = failed(delivery(), UNKNOWN, NOW)
    found = after_success(row, Receipt(7, 10))
    assert (found.state, found.message_id, found.channel_id) == (DeliveryState.SENT, 7, 10)
    assert next_step(found, after(1), WINDOW) is NextStep.WAIT
    missing = after_not_found(row, after(100))
    assert next_step(missing, after(100), WINDOW) is NextStep.SEND


@pytest.mark.parametrize("kind", [DeliveryKind.ALERT, DeliveryKind.UPDATE, DeliveryKind.NOTICE])
def test_what_matters_is_sent_again_when_looking_is_impossible(kind: DeliveryKind) -> None:
    row = failed(delivery(kind), UNKNOWN, NOW)
    row = after_look_failed(row, HistoryUnavailable("no permission"), after(100), RULES)
    assert next_step(row, after(100), WINDOW) is NextStep.SEND


def test_a_digest_is_held_as_uncertain_when_looking_is_impossible() -> None:
    row = failed(delivery(DeliveryKind.DIGEST), UNKNOWN, NOW)
    row = after_look_failed(row, HistoryUnavailable("no permission"), after(100), RULES)
    assert row.state is DeliveryState.UNCERTAIN


def test_a_passing_failure_of_the_look_only_postpones_it() -> None:
    row = failed(delivery(DeliveryKind.DIGEST), UNKNOWN, NOW)
    row = after_look_failed(row, LATER, after(100), RULES)
    assert row.state is DeliveryState.PENDING
    assert next_step(row, after(100), WINDOW) is NextStep.WAIT
    assert next_step(row, after(400), WINDOW) is NextStep.LOOK_FIRST


def test_a_place_that_is_gone_is_parked_with_everything_for_it() -> None:
    row = failed(delivery(), GONE, NOW)
    assert row.state is DeliveryState.PARKED
    assert row.error == "no such channel"
    assert parks_place(GONE)


def test_a_refused_payload_parks_only_itself() -> None:
    assert failed(delivery(), REFUSED, NOW).state is DeliveryState.PARKED
    assert not parks_place(REFUSED)


def test_a_message_deleted_between_two_tries_counts_as_sent() -> None:
    deleted = PermanentDeliveryError("Unknown Message", code=10008)
    row = failed(delivery(), UNKNOWN, NOW)
    assert failed(row, deleted, after(2)).state is DeliveryState.SENT
    assert not parks_place(deleted)


def test_a_refused_token_leaves_the_message_waiting() -> None:
    row = failed(delivery(), TokenRefused("token revoked"), NOW)
    assert row.state is DeliveryState.PENDING
    assert next_step(row, after(1), WINDOW) is NextStep.SEND


def test_an_alert_is_tried_for_two_days_and_then_shown_as_parked() -> None:
    week = timedelta(days=2, seconds=1)
    assert failed(delivery(), LATER, NOW + timedelta(days=1)).state is DeliveryState.PENDING
    assert failed(delivery(), LATER, NOW + week).state is DeliveryState.PARKED


def test_a_digest_is_cancelled_when_the_next_one_covers_it() -> None:
    late = NOW + timedelta(hours=7)
    assert failed(delivery(DeliveryKind.DIGEST), LATER, late).state is DeliveryState.CANCELLED


def test_a_digest_in_doubt_is_looked_for_before_it_is_given_up() -> None:
    row = failed(delivery(DeliveryKind.DIGEST), UNKNOWN, NOW)
    row = failed(row, LATER, NOW + timedelta(hours=7))
    assert row.state is DeliveryState.PENDING


def test_time_held_in_quiet_hours_does_not_count_against_an_alert() -> None:
    held = replace(delivery(), due=NOW + timedelta(hours=60))
    assert failed(held, LATER, NOW + timedelta(hours=61)).state is DeliveryState.PENDING


def test_a_place_that_works_again_gets_its_news_but_not_its_history() -> None:
    parked = failed(delivery(), GONE, NOW)
    again = after_unparked(parked, after(3600), RULES)
    assert again.state is DeliveryState.PENDING
    assert again.attempts == 0
    old = after_unparked(parked, NOW + timedelta(days=3), RULES)
    assert old.state is DeliveryState.CANCELLED


def test_unparking_keeps_a_doubt_about_an_earlier_attempt() -> None:
    row = failed(failed(delivery(), UNKNOWN, NOW), GONE, after(2))
    again = after_unparked(row, after(3600), RULES)
    assert next_step(again, after(3600), WINDOW) is NextStep.LOOK_FIRST


def test_delays_stop_growing() -> None:
    assert [retry_delay(n, RULES).total_seconds() for n in (1, 2, 3, 4, 5, 6, 99)] == [
        1, 3, 9, 27, 81, 243, 300,
    ]  # fmt: skip


class Place_:
    """A channel with Discord's nonce memory, and readable history."""

    def __init__(self) -> None:
        self.posts: list[datetime] = []

    def post(self, at: datetime) -> None:
        if not self.posts or at - self.posts[-1] >= timedelta(seconds=120):
            self.posts.append(at)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "posted",
                "posted, no answer",
                "lost",
                "refused for now",
                "crash after",
                "crash before",
            ]
        ),
        st.floats(min_value=0, max_value=300),
    ),
    max_size=12,
)


@example([("crash after", 0.0), ("refused for now", 0.0), ("posted", 120.0)], DeliveryKind.ALERT)
@given(EVENTS, st.sampled_from([DeliveryKind.ALERT, DeliveryKind.DIGEST]))
def test_whatever_happens_it_is_posted_exactly_once(
    events: list[tuple[str, float]], kind: DeliveryKind
) -> None:
    channel, row, now = Place_(), delivery(kind), NOW
    plays = [*events, *[("posted", 1.0)] * 3]
    while plays and row.state is not DeliveryState.SENT:
        event, wait = plays.pop(0)
        now = max(now + timedelta(seconds=wait), row.next_try or now)
        step = next_step(row, now, WINDOW)
        assert step is not NextStep.WAIT
        if step is NextStep.LOOK_FIRST:
            row = after_success(row, Receipt(1, 1)) if channel.posts else after_not_found(row, now)
            plays.append(("posted", 1.0))
            continue
        row = claimed(row, now)
        if event in ("posted", "posted, no answer", "crash after"):
            channel.post(now)
        if event == "posted":
            row = after_success(row, Receipt(1, 1))
        elif event.startswith("crash"):
            row = recovered(row)
        else:
            row = after_failure(row, LATER if event == "refused for now" else UNKNOWN, now, RULES)
    assert row.state is DeliveryState.SENT
    assert len(channel.posts) == 1


def snowflake(at: datetime) -> int:
    return (int(at.timestamp() * 1000) - 1_420_070_400_000) << 22


def edit(posted: datetime, applied: int = 1) -> Edit:
    return Edit(DeliveryId(1), HERE, 10, snowflake(posted), {}, applied + 1, applied)


def test_the_age_of_a_message_is_read_from_its_id() -> None:
    assert posted_at(snowflake(NOW)) == NOW
    assert posted_at(175928847299117063).year == 2016


def test_a_young_message_is_edited_at_once_and_an_old_one_gathers_its_edits() -> None:
    assert edit_due(edit(NOW), after(600)) == after(600)
    assert edit_due(edit(NOW), after(3601)) == after(3601) + OLD_EDIT_HOLD


def test_a_held_edit_is_not_brought_forward() -> None:
    assert edit_due(replace(edit(NOW), due=after(900)), after(600)) == after(900)


def test_a_failed_edit_of_an_old_message_is_held_longer() -> None:
    refused = TransientDeliveryError("too many edits of an old message")
    assert edit_retry(edit(NOW), refused, after(10), RULES) == after(11)
    assert edit_retry(edit(NOW), refused, after(4000), RULES) == after(4000) + OLD_EDIT_HOLD
    wait = TransientDeliveryError("slow down", retry_after=timedelta(seconds=90))
    assert edit_retry(edit(NOW), wait, after(10), RULES) == after(100)
