"""Quiet hours of alerts and of people: read, set for one or all, ended with what they held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from bot.domain.article import GuildId
from bot.domain.outbox import DeliveryState
from bot.domain.posting import quiet_until
from bot.domain.schedule import parse_time
from bot.domain.subscription import Place, QuietHours, QuietMode, Subscription
from bot.domain.zones import parse_zone
from bot.errors import InvalidInput
from bot.locale import problem
from bot.ports import Transaction

_SETTING = "quiet"
# Nothing is held by quiet hours for longer; what is due later waits for a person.
_LONGEST = timedelta(days=2)


def read_quiet(
    start: str | None, end: str | None, zone: str, mode: QuietMode, *, confirmed: bool
) -> QuietHours:
    """Quiet hours as a person wrote them; `confirmed` lets confirmed launches through.

    Raises:
        InvalidInput: a time is missing or unreadable, both are the same, or no such zone.
    """
    if not start or not end:
        raise problem(InvalidInput, "error.quiet_times")
    first, last = parse_time(start), parse_time(end)
    if first == last:
        raise problem(InvalidInput, "error.quiet_same", time=first)
    return QuietHours(first, last, parse_zone(zone), confirmed, mode)


def set_quiet(
    tx: Transaction, subscriptions: Iterable[Subscription], quiet: QuietHours | None, now: datetime
) -> int:
    """Give these subscriptions quiet hours, or none; what nothing holds any more goes out now."""
    changed = 0
    places: dict[Place, None] = {}
    for each in subscriptions:
        tx.subscriptions.save(replace(each, quiet=quiet))
        places[each.place] = None
        changed += 1
    still = {each.place for each in tx.subscriptions.all() if _holds(each, now)}
    for place in places:
        if place not in still:
            _release(tx, place, now)
    return changed


def keep_for_new(tx: Transaction, guild_id: GuildId, quiet: QuietHours | None) -> None:
    """Remember a server's quiet hours: alerts that are added later have them too."""
    value: dict[str, Any] | None = None
    if quiet is not None:
        value = {
            "start": quiet.start.isoformat(),
            "end": quiet.end.isoformat(),
            "timezone": quiet.timezone,
            "confirmed": quiet.override_confirmed,
            "mode": quiet.mode.value,
        }
    tx.records.set_guild_setting(guild_id, _SETTING, value)


def quiet_of_server(tx: Transaction, guild_id: GuildId) -> QuietHours | None:
    """The quiet hours that new alerts of a server have."""
    value: dict[str, Any] | None = tx.records.guild_setting(guild_id, _SETTING)
    if value is None:
        return None
    return QuietHours(
        time.fromisoformat(value["start"]),
        time.fromisoformat(value["end"]),
        value["timezone"],
        value["confirmed"],
        QuietMode(value["mode"]),
    )


def _holds(subscription: Subscription, now: datetime) -> bool:
    quiet = subscription.quiet
    held = quiet is not None and quiet.mode is QuietMode.HOLD
    return held and quiet is not None and quiet_until(quiet, now) is not None


def _release(tx: Transaction, place: Place, now: datetime) -> None:
    for each in tx.outbox.pending(place):
        untried = each.state is DeliveryState.PENDING and each.attempts == 0
        if untried and each.due is not None and now < each.due <= now + _LONGEST:
            tx.outbox.save(replace(each, due=now))
