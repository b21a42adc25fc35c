"""When feeds are polled, how redirects and failures count, what happens to new entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article import (
    DatePrecision,
    FeedId,
    Markup,
    Origin,
    Published,
    RawArticle,
    SourceKind,
)
from bot.domain.feed import DeclaredIn, Feed, PollState
from bot.domain.polling import (
    FLOOD_READ,
    FetchRules,
    Intake,
    after_entries,
    after_failure,
    after_redirect,
    after_success,
    credible_date,
    effective_date,
    flooded,
    intake,
    next_poll,
    permanent_move,
    too_old,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RULES = FetchRules(min_interval=timedelta(seconds=60), max_interval=timedelta(hours=1))
EACH_SECOND = FetchRules(
    min_interval=timedelta(seconds=1), max_interval=timedelta(seconds=1), host_spacing=timedelta(0)
)
FEED = Feed(FeedId(1), "https://example.org/feed", "Wire", DeclaredIn.CONFIG)
MAX_AGE = timedelta(hours=48)


def wait(rules: FetchRules, state: PollState, jitter: float = 0.0) -> timedelta:
    return next_poll(rules, state, NOW, jitter=jitter, wait=None) - NOW


def entry(number: int, age: timedelta = timedelta(hours=1)) -> RawArticle:
    return RawArticle(
        origin=Origin(kind=SourceKind.FEED, key="1", name="Wire"),
        title=f"Entry {number}",
        body="",
        markup=Markup.PLAIN,
        first_seen=NOW,
        guid=str(number),
        published=Published(NOW - age),
    )


@pytest.mark.parametrize("jitter", [0.0, 0.5, 0.999])
@pytest.mark.parametrize(
    "state",
    [
        PollState(),
        PollState(failures=7),
        PollState(gone_count=5, failures=5),
        PollState(asked_interval=timedelta(days=1)),
        PollState(publish_gap=timedelta(days=3), last_new_entry=NOW - timedelta(days=90)),
    ],
)
def test_with_both_intervals_at_one_second_every_feed_is_polled_each_second(
    state: PollState, jitter: float
) -> None:
    assert wait(EACH_SECOND, state, jitter) == timedelta(seconds=1)


def test_a_busy_feed_is_polled_at_the_shortest_interval_a_rare_one_less_often() -> None:
    busy = PollState(publish_gap=timedelta(minutes=5), last_poll=NOW, last_new_entry=NOW)
    hourly = replace(busy, publish_gap=timedelta(hours=1))
    rare = replace(busy, publish_gap=timedelta(days=7))
    assert wait(RULES, busy) == timedelta(seconds=60)
    assert wait(RULES, hourly) == timedelta(minutes=6)
    assert wait(RULES, rare) == timedelta(hours=1)


def test_a_feed_that_fell_silent_is_polled_less_often() -> None:
    state = PollState(
        publish_gap=timedelta(minutes=5), last_poll=NOW, last_new_entry=NOW - timedelta(hours=10)
    )
    assert wait(RULES, state) == timedelta(minutes=12)


def test_what_the_feed_asks_for_is_respected_up_to_the_longest_interval() -> None:
    assert wait(RULES, PollState(asked_interval=timedelta(minutes=20))) == timedelta(minutes=20)
    assert wait(RULES, PollState(asked_interval=timedelta(days=1))) == timedelta(hours=1)


def test_failures_double_the_interval_up_to_the_longest() -> None:
    waits = [wait(RULES, PollState(failures=n)).total_seconds() / 60 for n in range(1, 9)]
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert wait(RULES, PollState(failures=100_000)) == timedelta(hours=1)


def test_retry_after_is_obeyed_beyond_the_longest_interval_but_at_most_a_day() -> None:
    for asked, given_wait in ((2, 2), (100, 24)):
        due = next_poll(RULES, PollState(), NOW, jitter=0.0, wait=timedelta(hours=asked))
        assert due - NOW == timedelta(hours=given_wait)


@given(
    st.floats(0, 0.999999),
    st.integers(0, 30),
    st.integers(0, 3),
    st.one_of(st.none(), st.integers(0, 10**6)),
    st.integers(1, 4000),
    st.integers(1, 4000),
)
def test_every_wait_lies_within_the_limits_and_jitter_is_at_most_ten_percent(
    jitter: float, failures: int, gone: int, asked: int | None, low: int, high: int
) -> None:
    rules = FetchRules(
        min_interval=timedelta(seconds=min(low, high)),
        max_interval=timedelta(seconds=max(low, high)),
    )
    state = PollState(
        failures=failures,
        gone_count=gone,
        asked_interval=None if asked is None else timedelta(seconds=asked),
    )
    plain, drawn = wait(rules, state), wait(rules, state, jitter)
    assert rules.min_interval <= drawn <= rules.max_interval
    assert abs(drawn - plain) <= plain * 0.1 + timedelta(microseconds=2)


def test_feeds_at_the_longest_interval_drift_apart_too() -> None:
    state = PollState(failures=20)
    assert wait(RULES, state, 0.0) == timedelta(hours=1)
    assert wait(RULES, state, 0.9) < timedelta(hours=1)


def test_a_feed_gone_once_is_asked_soon_again_gone_twice_at_the_longest_interval() -> None:
    once = after_failure(PollState(), NOW, "gone", 410)
    twice = after_failure(once, NOW, "gone", 410)
    assert wait(RULES, once) == timedelta(minutes=2)
    assert wait(RULES, twice) == timedelta(hours=1)
    assert after_failure(once, NOW, "error", 500).gone_count == 0
    assert after_success(twice, NOW, 200).gone_count == 0


def test_a_failure_keeps_validators_and_the_last_good_state() -> None:
    good = PollState(etag='"1"', body_hash="h", last_success=NOW - timedelta(hours=1))
    failed = after_failure(good, NOW, "broken", 200)
    assert (failed.etag, failed.body_hash, failed.last_success) == (
        '"1"',
        "h",
        NOW - timedelta(hours=1),
    )
    assert (failed.failures, failed.last_error) == (1, "broken")


def test_a_feed_moves_after_three_equal_permanent_redirects() -> None:
    state, old, new = PollState(), "https://old.org/f", "https://new.org/f"
    for expected in (None, None, new):
        state = after_redirect(state, old, new)
        assert permanent_move(state) == expected


def test_another_target_or_a_direct_answer_starts_the_count_anew() -> None:
    state = PollState(moved_to="https://new.org/f", moved_count=2)
    assert after_redirect(state, "https://old.org/f", "https://evil.org/").moved_count == 1
    assert after_redirect(state, "https://old.org/f", None).moved_count == 0


def test_a_move_from_https_to_http_is_never_counted() -> None:
    state = PollState()
    for _ in range(5):
        state = after_redirect(state, "https://old.org/f", "http://old.org/f")
    assert permanent_move(state) is None
    assert after_redirect(PollState(), "http://o.org/", "https://o.org/").moved_count == 1


def test_the_pace_of_a_feed_is_learnt_from_the_dates_of_its_entries() -> None:
    dates = [NOW - timedelta(hours=n) for n in range(20)] + [NOW + timedelta(days=3)]
    state = after_entries(PollState(), NOW, dates, changed=True)
    assert state.publish_gap == timedelta(hours=1)
    assert state.last_new_entry == NOW


def test_the_pace_of_a_feed_without_dates_is_learnt_from_its_changes() -> None:
    state = after_entries(PollState(), NOW - timedelta(hours=2), [], changed=True)
    state = after_entries(state, NOW, [], changed=True)
    assert state.publish_gap == timedelta(hours=2)
    assert after_entries(state, NOW, [], changed=False) == state


@pytest.mark.parametrize("year", [1, 1969, 1970, 1989, 2027, 2100, 9999])
def test_dates_that_cannot_be_true_are_dropped(year: int) -> None:
    wrong = Published(datetime(year, 6, 1, tzinfo=UTC))
    assert credible_date(wrong, NOW) is None
    assert effective_date(replace(entry(1), published=None)) == NOW


def test_a_date_in_the_wrong_zone_becomes_the_instant_we_saw_it() -> None:
    ahead = Published(NOW + timedelta(hours=9))
    assert credible_date(ahead, NOW) == Published(NOW)
    assert credible_date(Published(NOW + timedelta(minutes=5)), NOW) is not None
    assert credible_date(None, NOW) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_credible_date_is_never_ahead_of_the_clock_by_more_than_its_skew(when: datetime) -> None:
    kept = credible_date(Published(when), NOW)
    assert kept is None or datetime(1990, 1, 1, tzinfo=UTC) <= kept.at <= NOW + timedelta(hours=1)


def test_a_day_counts_as_old_only_after_its_end() -> None:
    day = Published(datetime(2026, 2, 27, tzinfo=UTC), DatePrecision.DAY)
    raw = replace(entry(1), published=day)
    assert not too_old(raw, NOW, MAX_AGE)
    assert too_old(raw, NOW + timedelta(hours=13), MAX_AGE)
    assert too_old(replace(raw, published=Published(day.at)), NOW, MAX_AGE)


def test_first_contact_is_a_baseline() -> None:
    entries = [entry(n) for n in range(10)]
    assert set(intake(FEED, PollState(), entries, 10, NOW, MAX_AGE)) == {Intake.BASELINE}


def test_an_operator_can_ask_for_the_young_entries_of_first_contact() -> None:
    feed = replace(FEED, backfill=True)
    entries = [entry(1), entry(2, timedelta(hours=60))]
    assert intake(feed, PollState(), entries, 2, NOW, MAX_AGE) == (
        Intake.DELIVER,
        Intake.BASELINE,
    )


def test_a_known_feed_delivers_young_entries_and_stores_old_ones() -> None:
    known = PollState(baseline_done=True)
    entries = [entry(1), entry(2, timedelta(hours=60))]
    assert intake(FEED, known, entries, 20, NOW, MAX_AGE) == (Intake.DELIVER, Intake.TOO_OLD)


@pytest.mark.parametrize(
    ("new", "total", "brake"),
    [(20, 100, False), (21, 100, True), (13, 20, True), (12, 20, False), (4, 4, False),
     (5, 5, True)],
)  # fmt: skip
def test_a_known_feed_that_suddenly_looks_mostly_new_is_braked(
    new: int, total: int, brake: bool
) -> None:
    assert flooded(new, total) is brake
    known = PollState(baseline_done=True)
    decisions = intake(FEED, known, [entry(n) for n in range(new)], total, NOW, MAX_AGE)
    assert (set(decisions) == {Intake.BRAKE}) is brake


def test_what_a_feed_published_while_we_were_down_is_no_flood() -> None:
    known = PollState(
        baseline_done=True,
        last_success=NOW - timedelta(hours=12),
        publish_gap=timedelta(minutes=30),
    )
    missed = [entry(n, timedelta(minutes=30 * n)) for n in range(24)]
    assert set(intake(FEED, known, missed, 25, NOW, MAX_AGE)) == {Intake.DELIVER}


def test_new_dates_do_not_excuse_a_flood_between_two_polls() -> None:
    known = PollState(
        baseline_done=True,
        last_success=NOW - timedelta(minutes=1),
        publish_gap=timedelta(minutes=30),
    )
    flood = [entry(n, timedelta(seconds=n % 50)) for n in range(500)]
    assert Intake.DELIVER not in intake(FEED, known, flood, 500, NOW, MAX_AGE)


def test_of_a_flood_the_newest_are_read_and_the_rest_is_only_noted() -> None:
    known = PollState(baseline_done=True)
    flood = [entry(n, timedelta(minutes=n)) for n in reversed(range(10_000))]
    decisions = intake(FEED, known, flood, len(flood), NOW, timedelta(days=30))
    assert decisions[-FLOOD_READ:] == (Intake.BRAKE,) * FLOOD_READ
    assert set(decisions[:-FLOOD_READ]) == {Intake.SKIP}


@pytest.mark.parametrize(
    ("chosen", "waits"),
    [(timedelta(minutes=30), 30), (timedelta(seconds=1), 1), (timedelta(hours=9), 60)],
)
def test_a_chosen_interval_replaces_the_feeds_own_within_the_operators_limits(
    chosen: timedelta, waits: int
) -> None:
    busy = PollState(publish_gap=timedelta(hours=5), last_poll=NOW, last_new_entry=NOW)
    due = next_poll(RULES, busy, NOW, jitter=0.0, wait=None, chosen=chosen)
    assert due - NOW == timedelta(minutes=waits)


def test_a_failing_feed_with_a_chosen_interval_is_asked_no_sooner() -> None:
    failing = PollState(failures=1)
    due = next_poll(RULES, failing, NOW, jitter=0.0, wait=None, chosen=timedelta(minutes=30))
    assert due - NOW == timedelta(minutes=30)
