"""How the matches of one place become one message: united, held, collapsed, pinging or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.launch import Verdict
from bot.domain.matching import STATUS_RANK, Occasion, is_old, match_reason
from bot.domain.reason import Reason
from bot.domain.schedule import local_instant
from bot.domain.story import StoryStatus, StoryView
from bot.domain.subscription import (
    ChannelId,
    Match,
    Place,
    PlaceKind,
    QuietHours,
    QuietMode,
    RoleId,
    Subscription,
    ThreadMode,
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlaceHistory:
    """What a place was told lately: alerts with a message of their own."""

    last_alert: datetime | None = None
    alerts_last_hour: int = 0


@dataclass(frozen=True, slots=True)
class Update:
    """What happened to a story that a place already knows; `alerted` are the roles pinged then."""

    material: bool
    retracted: bool = False
    alerted: frozenset[RoleId] = frozenset()


@dataclass(frozen=True, slots=True)
class Posting:
    """One message for one place, with everything its subscriptions ask for united.

    `ping` are the roles to mention; `quiet_because` says why others are not. `silent` asks Discord
    for no notification: a person's status is not reached, or everybody has quiet hours.
    `hold_until` (UTC) holds it back for quiet hours. `collapse` asks for a line in a gathering
    message instead of a message of its own. `review` is the channel where a person releases it
    first.
    """

    place: Place
    matches: tuple[Match, ...]
    reasons: tuple[Reason, ...]
    ping: tuple[RoleId, ...] = ()
    quiet_because: tuple[Reason, ...] = ()
    silent: bool = False
    hold_until: datetime | None = None
    hold_because: Reason | None = None
    collapse: Reason | None = None
    review: ChannelId | None = None
    thread_mode: ThreadMode = ThreadMode.NONE
    locale: str = "en"


def postings(
    matches: Sequence[Match],
    occasion: Occasion,
    histories: Mapping[Place, PlaceHistory],
    now: datetime,
) -> list[Posting]:
    """One posting for each place that has a match, in the order of the places' first match."""
    by_place: dict[Place, list[Match]] = {}
    for match in matches:
        by_place.setdefault(match.subscription.place, []).append(match)
    return [
        unite(found, occasion, histories.get(place, PlaceHistory()), now)
        for place, found in by_place.items()
    ]


def unite(
    matches: Sequence[Match],
    occasion: Occasion,
    history: PlaceHistory,
    now: datetime,
    update: Update | None = None,
) -> Posting:
    """All matches of one place as one posting; the most eager subscription decides when."""
    subscriptions = [match.subscription for match in matches]
    place = subscriptions[0].place
    hold = _hold(subscriptions, occasion.view, now)
    collapse = None if update else _collapse(subscriptions, history, now)
    ping, quiet = _pings(subscriptions, occasion, update, hold[0] if hold else now)
    if collapse is not None:
        ping, quiet = (), (collapse,)
    at = hold[0] if hold else now
    asleep = all(sleeps_until(each, occasion.view, at) is not None for each in subscriptions)
    heard = bool(ping) or any(ping_stop(each, occasion, update) is None for each in subscriptions)
    reviewers = [each.review_channel for each in subscriptions]
    threads = any(each.thread_mode is ThreadMode.THREAD for each in subscriptions)
    return Posting(
        place=place,
        matches=tuple(matches),
        reasons=tuple(dict.fromkeys(match_reason(match) for match in matches)),
        ping=ping,
        quiet_because=quiet,
        silent=asleep or (place.kind is PlaceKind.USER and not heard),
        hold_until=hold[0] if hold else None,
        hold_because=hold[1] if hold else None,
        collapse=collapse,
        review=reviewers[0] if all(reviewers) else None,
        thread_mode=ThreadMode.THREAD if threads else ThreadMode.NONE,
        locale=subscriptions[0].locale,
    )


def ping_stop(
    subscription: Subscription, occasion: Occasion, update: Update | None = None
) -> Reason | None:
    """Why a subscription's role is not pinged; None when it is.

    The first alert pings from `ping_status` up, an update only when something material changed.
    A retraction is as loud as the alert was, whatever the status is now.
    """
    view = occasion.view
    if update and update.retracted:
        if subscription.role_id is None or subscription.role_id in update.alerted:
            return None
        return Reason.of("why.quiet.alert_was_quiet")
    if update and not update.material:
        return Reason.of("why.quiet.not_material")
    if is_old(view, occasion.max_age):
        return Reason.of("why.quiet.old", date=_date_of(view))
    if STATUS_RANK[view.status] < STATUS_RANK[subscription.ping_status]:
        wanted = subscription.ping_status
        return Reason.of("why.quiet.status", status=view.status, wanted=wanted)
    return None


def quiet_until(quiet: QuietHours, now: datetime) -> datetime | None:
    """When the quiet hours end that reign now (UTC); None when there are none.

    Equal times mean no quiet hours. Clock changes move the ends as they move digests.
    """
    if quiet.start == quiet.end:
        return None
    zone = ZoneInfo(quiet.timezone)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        last_day = day if quiet.start < quiet.end else day + _DAY
        end = local_instant(last_day, quiet.end, zone)
        if local_instant(day, quiet.start, zone) <= now < end:
            return end
    return None


def next_quiet(quiet: QuietHours, now: datetime) -> tuple[datetime, datetime] | None:
    """The span (UTC) of the quiet hours that reign now, or of the next ones; None: there are none.

    A span that a clock change leaves empty is passed over.
    """
    if quiet.start == quiet.end:
        return None
    zone = ZoneInfo(quiet.timezone)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today, today + _DAY, today + 2 * _DAY):
        start = local_instant(day, quiet.start, zone)
        last_day = day if quiet.start < quiet.end else day + _DAY
        end = local_instant(last_day, quiet.end, zone)
        if start < end and now < end:
            return start, end
    return None


def sleeps_until(subscription: Subscription, view: StoryView, now: datetime) -> datetime | None:
    """Until when a subscription's quiet hours keep a story from disturbing (UTC); None: never."""
    quiet = subscription.quiet
    if quiet is None or (quiet.override_confirmed and _is_confirmed_launch(view)):
        return None
    return quiet_until(quiet, now)


def release_time(subscription: Subscription, view: StoryView, now: datetime) -> datetime | None:
    """Until when a subscription's quiet hours hold a story (UTC); None when they do not."""
    quiet = subscription.quiet
    if quiet is None or quiet.mode is not QuietMode.HOLD:
        return None
    return sleeps_until(subscription, view, now)


def _is_confirmed_launch(view: StoryView) -> bool:
    return view.status is StoryStatus.CONFIRMED and view.verdict is Verdict.LAUNCH


def _hold(
    subscriptions: Sequence[Subscription], view: StoryView, now: datetime
) -> tuple[datetime, Reason] | None:
    """The earliest release when every subscription holds the story."""
    releases = [(release_time(each, view, now), each) for each in subscriptions]
    holding = [(release, each) for release, each in releases if release is not None]
    if len(holding) < len(releases):
        return None
    release, subscription = min(holding, key=lambda pair: pair[0])
    zone = subscription.quiet.timezone if subscription.quiet else "UTC"
    local = release.astimezone(ZoneInfo(zone)).time()
    return release, Reason.of("why.hold.quiet", time=local, zone=zone)


def _pings(
    subscriptions: Sequence[Subscription],
    occasion: Occasion,
    update: Update | None,
    at: datetime,
) -> tuple[tuple[RoleId, ...], tuple[Reason, ...]]:
    """Roles to mention at the time of posting, and why the others are not."""
    ping: dict[RoleId, None] = {}
    quiet: dict[Reason, None] = {}
    for each in subscriptions:
        if each.role_id is None:
            continue
        stop = ping_stop(each, occasion, update)
        if stop is None and sleeps_until(each, occasion.view, at) is not None:
            stop = Reason.of("why.quiet.hours")
        if stop is None:
            ping[each.role_id] = None
        else:
            quiet[stop] = None
    return tuple(ping), tuple(quiet)


def _collapse(
    subscriptions: Sequence[Subscription], history: PlaceHistory, now: datetime
) -> Reason | None:
    """Why a new alert becomes a line in a gathering message: every subscription asks for it."""
    reasons = [_flooded(each, history, now) for each in subscriptions]
    return reasons[0] if all(reasons) else None


def _flooded(subscription: Subscription, history: PlaceHistory, now: datetime) -> Reason | None:
    if history.alerts_last_hour >= subscription.hourly_cap:
        return Reason.of("why.collapse.cap", count=subscription.hourly_cap)
    last = history.last_alert
    if last is not None and now - last < subscription.cooldown:
        return Reason.of("why.collapse.cooldown", cooldown=subscription.cooldown)
    return None


def _date_of(view: StoryView) -> object:
    """The day an old story is from: the event's, else its newest report's."""
    if view.facts.time is not None:
        return view.facts.time.day
    return max(report.published or report.detected for report in view.reports).date()
