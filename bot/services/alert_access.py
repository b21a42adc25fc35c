"""A server's alerts: which are its own to see or change, and how the audit names them."""

from __future__ import annotations

from bot.domain.subscription import (
    PlaceKind,
    QuietHours,
    Subscription,
    SubscriptionId,
    ThreadMode,
)
from bot.errors import NotFound
from bot.locale import problem
from bot.ports import Transaction
from bot.services.asking import Asker, ensure_target
from bot.services.suggestions import subject


def own_alert(
    tx: Transaction, asker: Asker, subscription_id: SubscriptionId, *, changes: bool = True
) -> Subscription:
    """An alert of the asker's server; with `changes`, only one that may be changed here.

    Raises:
        RequestError: there is none for them, or it is the operator's.
    """
    found = tx.subscriptions.get(subscription_id)
    if found is None or found.place.kind is PlaceKind.USER:
        raise problem(NotFound, "permission.not_found")
    if found.place.guild_id is None:  # declared for a channel that is not resolved yet
        raise problem(NotFound, "permission.not_found")
    ensure_target(
        asker, guild_id=found.place.guild_id, declared_in=found.declared_in, changes=changes
    )
    return found


def style_of(tx: Transaction, asker: Asker) -> ThreadMode:
    """Where a server's updates go unless an alert says otherwise."""
    return ThreadMode(tx.records.guild_setting(asker.guild, "threads") or "none")


def alert_detail(tx: Transaction, found: Subscription) -> str:
    """An alert in the audit."""
    return f"#{found.id} {subject(found, tx, 'en')} in {found.place.key}"


def quiet_detail(quiet: QuietHours | None) -> str:
    """Quiet hours in the audit."""
    if quiet is None:
        return "off"
    return f"{quiet.mode.value} {quiet.start:%H:%M}-{quiet.end:%H:%M} {quiet.timezone}"
