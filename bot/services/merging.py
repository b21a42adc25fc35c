"""Two stories became one: alerts of the one that is closed say so, or are never posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.outbox import Delivery, DeliveryKind, DeliveryState
from bot.domain.story import Story, StoryView
from bot.ports import Transaction
from bot.services.alert_message import AlertContext
from bot.services.catch_up import still_waits
from bot.services.following import TOLD, Following, ViewOf, message_url
from bot.services.update_message import merged_message


@dataclass(frozen=True, slots=True)
class Merging:
    """Tells each place that knows a merged story, or was about to hear of it."""

    following: Following

    def tell(
        self, tx: Transaction, closed: Story, kept: Story, now: datetime, view_of: ViewOf
    ) -> None:
        """Alerts of a merged story say so and link to the one that lives on.

        One that was certainly never posted is dropped where its place hears of the other.
        """
        alive = {d.place: d for d in tx.outbox.of_story(kept.id) if d.kind is DeliveryKind.ALERT}
        messages = tx.outbox.of_story(closed.id)
        for alert in messages:
            after = view_of(kept, alert.place.guild_id, now)
            if alert.kind is not DeliveryKind.ALERT or after is None:
                continue
            there = alive.get(alert.place)
            is_told = there is not None and self._is_told(tx, there)
            if alert.state is DeliveryState.CANCELLED:
                if is_told:
                    self._take_out(tx, alert, now)
            elif is_told and still_waits(alert):
                _drop(tx, alert, messages)
            else:
                # An edit waits until its message is posted, and goes nowhere if it never is.
                self._note(tx, alert, there, closed, after, now)

    def _is_told(self, tx: Transaction, alert: Delivery) -> bool:
        """Whether its place knows the story or will hear of it."""
        return alert.state in TOLD or self.following.catch_ups.told_in(tx, alert) is not None

    def _take_out(self, tx: Transaction, alert: Delivery, now: datetime) -> None:
        """A catch-up digest that still waits goes on without the story."""
        digest = self.following.catch_ups.told_in(tx, alert)
        if digest is not None and still_waits(digest):
            shown = self.following.shown_at(alert.place)
            self.following.catch_ups.take_out(tx, alert, digest, shown, now)

    def _note(
        self,
        tx: Transaction,
        alert: Delivery,
        there: Delivery | None,
        closed: Story,
        after: StoryView,
        now: datetime,
    ) -> None:
        locale = self.following.locale_at(alert.place)
        context = AlertContext(now=now, locale=locale, marker=alert.nonce)
        message = merged_message(after, context, message_url(there) if there else "")
        payload = self.following.renderer.payload(message, alert.place.kind)
        tx.outbox.request_edit(alert.id, payload, closed.revision + 1)


def _drop(tx: Transaction, alert: Delivery, messages: Sequence[Delivery]) -> None:
    """Cancel an alert and what was to answer it."""
    for each in messages:
        if each.id == alert.id or (each.reply_to == alert.id and still_waits(each)):
            error = "its story was merged into another"
            tx.outbox.save(replace(each, state=DeliveryState.CANCELLED, error=error))
