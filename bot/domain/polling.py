"""When to poll a feed, what to remember of an answer, and what to do with what looks new."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.article import DatePrecision, Published, RawArticle
from bot.domain.feed import Feed, PollState

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

JITTER = 0.10  # of the interval, so that feeds added together drift apart
RETRY_AFTER_CAP = timedelta(hours=24)
MOVES_NEEDED = 3  # the same permanent redirect on so many polls: a feed may be hijacked once
GONE_NEEDED = 2  # 410 answers after which a feed is asked at the longest interval only
FLOOD_ENTRIES = 20
FLOOD_SHARE = 0.60
FLOOD_SHARE_FROM = 5  # entries that must be new before a share of them means anything
FLOOD_READ = 100  # of a flood, the newest are read and stored; no feed may hold up the others
POLLS_PER_GAP = 10  # a feed with an entry an hour is asked every six minutes
IDLE_SHARE = 50  # a feed silent for 50 hours is asked hourly at most
_CLOCK_SKEW = timedelta(hours=1)
_WRONG_ZONE = timedelta(hours=26)  # the widest gap between two local times is 26 hours
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # no feed is older; 1970 is a broken clock


@dataclass(frozen=True, slots=True)
class FetchRules:
    """How politely and how far the outside world is asked; intervals from `[fetch]`."""

    min_interval: timedelta = timedelta(seconds=60)
    max_interval: timedelta = timedelta(seconds=3600)
    host_spacing: timedelta = timedelta(seconds=2)
    allow_networks: tuple[Network, ...] = ()
    max_body_bytes: int = 5_000_000  # decoded
    total_seconds: float = 20.0  # a whole answer with its redirects; the only cure for a slow drip
    connect_seconds: float = 5.0
    max_redirects: int = 5


def next_poll(
    rules: FetchRules,
    state: PollState,
    now: datetime,
    *,
    jitter: float,
    wait: timedelta | None,
    chosen: timedelta | None = None,
) -> datetime:
    """When to ask again. `state` is the one after this poll, `jitter` a draw from [0, 1).

    The interval follows what the feed publishes and asks for, between the two limits; failures
    double it. An interval `chosen` by people takes the place of what it publishes, within the same
    limits. Only a `wait` demanded by the server (Retry-After, at most 24 h) goes past the limit.
    """
    interval = _clamp(_wanted_interval(rules, state, chosen), rules)
    due = now + _jittered(interval, jitter, rules)
    if wait is not None:
        due = max(due, now + min(wait, RETRY_AFTER_CAP))
    return due


def _wanted_interval(rules: FetchRules, state: PollState, chosen: timedelta | None) -> timedelta:
    if state.gone_count >= GONE_NEEDED:
        return rules.max_interval
    if state.failures:
        doubled = rules.min_interval * (1 << min(state.failures, 16))
        return max(doubled, chosen or timedelta())
    if chosen is not None:
        return max(chosen, state.asked_interval or timedelta())
    wanted = rules.min_interval
    if state.publish_gap is not None:
        wanted = max(wanted, state.publish_gap / POLLS_PER_GAP)
    if state.last_new_entry is not None and state.last_poll is not None:
        wanted = max(wanted, (state.last_poll - state.last_new_entry) / IDLE_SHARE)
    return max(wanted, state.asked_interval or timedelta())


def _clamp(interval: timedelta, rules: FetchRules) -> timedelta:
    return max(rules.min_interval, min(interval, rules.max_interval))


def _jittered(interval: timedelta, jitter: float, rules: FetchRules) -> timedelta:
    """Later by up to 10 %; at the longest interval earlier by up to 10 %; within both limits."""
    room = interval * JITTER
    if interval + room <= rules.max_interval:
        return interval + room * jitter
    return max(rules.min_interval, min(interval, rules.max_interval) - room * jitter)


def after_failure(state: PollState, now: datetime, error: str, status: int | None) -> PollState:
    """The state after a poll that gave nothing usable: validators and last good state are kept."""
    return replace(
        state,
        last_poll=now,
        failures=state.failures + 1,
        last_error=error,
        last_status=status,
        gone_count=state.gone_count + 1 if status == 410 else 0,
    )


def after_success(state: PollState, now: datetime, status: int) -> PollState:
    """The state after an answer that is fine, changed or not."""
    return replace(
        state,
        last_poll=now,
        last_success=now,
        failures=0,
        last_error=None,
        last_status=status,
        gone_count=0,
    )


def after_redirect(state: PollState, url: str, permanent_to: str | None) -> PollState:
    """Count consecutive polls that were permanently redirected to the same address.

    A move from https to http is never counted: it would give a safe feed away for good.
    """
    downgrade = url.startswith("https:") and not (permanent_to or "").startswith("https:")
    if permanent_to is None or permanent_to == url or downgrade:
        return replace(state, moved_to=None, moved_count=0)
    count = state.moved_count + 1 if permanent_to == state.moved_to else 1
    return replace(state, moved_to=permanent_to, moved_count=count)


def permanent_move(state: PollState) -> str | None:
    """The address a feed has moved to for good; None until three polls in a row said the same."""
    return state.moved_to if state.moved_count >= MOVES_NEEDED else None


def after_entries(
    state: PollState, now: datetime, dates: Sequence[datetime], *, changed: bool
) -> PollState:
    """Learn how often a feed publishes, from the dates of its entries (credible ones).

    A feed without dates is judged by when its body was seen to change.
    """
    times = sorted({when for when in dates if when <= now}, reverse=True)
    newest = times[0] if times else None
    if newest is None:
        return _learn_from_change(state, now) if changed else state
    recent = times[:10]
    if len(recent) < 2:
        return replace(state, last_new_entry=newest)
    return replace(
        state, last_new_entry=newest, publish_gap=(recent[0] - recent[-1]) / (len(recent) - 1)
    )


def _learn_from_change(state: PollState, now: datetime) -> PollState:
    if state.last_new_entry is None:
        return replace(state, last_new_entry=now)
    gap = now - state.last_new_entry
    smoothed = gap if state.publish_gap is None else (state.publish_gap * 2 + gap) / 3
    return replace(state, last_new_entry=now, publish_gap=smoothed)


def credible_date(published: Published | None, first_seen: datetime) -> Published | None:
    """The date of a feed entry, if it can be true.

    A date slightly in the future (a wrong zone) becomes the instant we saw the entry. One far in
    the future, before 1990 or absent is no date: `effective_date` then gives `first_seen`.
    """
    if published is None or published.at < _EARLIEST:
        return None
    ahead = published.at - first_seen
    if ahead <= _CLOCK_SKEW:
        return published
    return Published(first_seen, DatePrecision.INSTANT) if ahead <= _WRONG_ZONE else None


def effective_date(raw: RawArticle) -> datetime:
    """When an article counts as published: its own date, else when we first saw it."""
    return raw.published.at if raw.published is not None else raw.first_seen


def too_old(raw: RawArticle, now: datetime, max_age: timedelta) -> bool:
    """Whether an article is older than what is alerted; a date without a time counts to its end."""
    when = effective_date(raw)
    if raw.published is not None and raw.published.precision is not DatePrecision.INSTANT:
        when += timedelta(days=1)
    return now - when > max_age


class Intake(StrEnum):
    """What happens to an entry that looks new."""

    DELIVER = "deliver"
    BASELINE = "baseline"  # first contact: noted as seen, not stored
    BRAKE = "brake"  # a known feed suddenly looks mostly new: stored, one notice, no alerts
    SKIP = "skip"  # beyond the newest of a flood: noted as seen, not read
    TOO_OLD = "too old"  # stored, not alerted


def flooded(new: int, total: int, expected: float = 0.0) -> bool:
    """Whether a known feed suddenly looks mostly new: over 20 entries, or over 60 % of them.

    `expected` is how many new ones are no surprise (see `_expected`).
    """
    surprising = new - expected
    return surprising > FLOOD_ENTRIES or (
        new >= FLOOD_SHARE_FROM and surprising > FLOOD_SHARE * total
    )


def _expected(state: PollState, new: Sequence[RawArticle], now: datetime) -> float:
    """How many new entries a longer pause of ours explains, at the feed's usual pace.

    Only entries dated since the last good poll are explained, and never more than three times the
    usual number: rewritten guids keep their old dates, and a hostile flood comes between two polls.
    """
    if state.last_success is None or not state.publish_gap:
        return 0.0
    since = sum(
        1 for raw in new if raw.published is not None and raw.published.at > state.last_success
    )
    return min(float(since), 3 * ((now - state.last_success) / state.publish_gap))


def intake(
    feed: Feed,
    state: PollState,
    new: Sequence[RawArticle],
    total: int,
    now: datetime,
    max_age: timedelta,
) -> tuple[Intake, ...]:
    """Decide about the new entries of one poll; `state` is the state BEFORE this poll.

    `total` counts all entries of the answer. At first contact everything is baseline, except what
    is younger than `max_age` when the operator asked for it (`backfill`). The caller sets
    `baseline_done` in the transaction that stores the baseline.
    """
    if not state.baseline_done:
        return tuple(
            Intake.DELIVER if feed.backfill and not too_old(raw, now, max_age) else Intake.BASELINE
            for raw in new
        )
    if flooded(len(new), total, _expected(state, new, now)):
        by_age = sorted(range(len(new)), key=lambda n: effective_date(new[n]), reverse=True)
        read = set(by_age[:FLOOD_READ])
        return tuple(Intake.BRAKE if n in read else Intake.SKIP for n in range(len(new)))
    return tuple(Intake.TOO_OLD if too_old(raw, now, max_age) else Intake.DELIVER for raw in new)
