"""For desks: alerts a person releases first, and alerts that someone must acknowledge in time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.article import GuildId
from bot.domain.message import (
    Button,
    ButtonStyle,
    Controls,
    Form,
    Message,
    Paragraph,
    RoleMention,
    Severity,
    Text,
)
from bot.domain.outbox import (
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    nonce_of,
)
from bot.domain.posting import Posting
from bot.domain.story import ACKNOWLEDGED, StoryId, StoryView
from bot.domain.subscription import ChannelId, Place, PlaceKind, RoleId, Subscription
from bot.locale import say
from bot.ports import Clock, Renderer, Store, Transaction
from bot.services.alert_message import AlertContext, alert_message

# An alert nobody released is no news any more after this long.
REVIEW_LIFE = timedelta(hours=48)
# Held alerts are due "never": only a person's release makes them due.
NEVER = timedelta(days=3650)
# Alerts are looked at for a missing acknowledgement for this long.
ESCALATION_WINDOW = timedelta(hours=6)


def acknowledgement_name(story_id: StoryId, guild_id: GuildId | None) -> str:
    """The record that says who acknowledged a story in a server."""
    return f"{ACKNOWLEDGED}{guild_id}:{story_id}"


def ask_for_review(
    tx: Transaction, renderer: Renderer, posting: Posting, view: StoryView, now: datetime
) -> datetime:
    """Show the alert in the review channel with a button; returns until when the alert is held."""
    channel = posting.review or ChannelId(posting.place.id)
    place = Place(PlaceKind.CHANNEL, channel, posting.place.guild_id)
    key = f"review:{view.story_id}:{posting.place.key}:{channel}"
    context = AlertContext(now=now, locale=posting.locale, marker=nonce_of(key))
    message = alert_message(view, context)
    release = Button(
        say("button.release", posting.locale),
        f"story:{view.story_id}:release",
        style=ButtonStyle.SUCCESS,
    )
    why = Paragraph((Text(say("why.hold.review", posting.locale), strong=True),))
    reviewed = replace(message, blocks=(why, *message.blocks, Controls((release,))))
    tx.outbox.enqueue(_notice(key, place, renderer, reviewed, view.story_id, now))
    return now + NEVER


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """Looks every minute for alerts that nobody acknowledged or released."""

    store: Store
    clock: Clock
    renderer: Renderer

    async def check(self) -> int:
        """Escalate what is overdue and drop what nobody released; how many messages were made."""
        now = self.clock.now()

        def step(tx: Transaction) -> int:
            wanted = [s for s in tx.subscriptions.all() if s.ack_role and s.ack_after]
            reviewed = [s for s in tx.subscriptions.all() if s.review_channel]
            for place in dict.fromkeys(s.place for s in reviewed):
                _drop_unreleased(tx, place, now)
            return sum(self._escalate(tx, subscription, now) for subscription in wanted)

        return await self.store.write(step)

    def _escalate(self, tx: Transaction, subscription: Subscription, now: datetime) -> int:
        place, made = subscription.place, 0
        for alert in tx.outbox.alerts_since(place, now - ESCALATION_WINDOW):
            overdue = now - alert.created >= subscription.ack_after
            if not overdue or alert.state is not DeliveryState.SENT or alert.story_id is None:
                continue
            if tx.records.get(acknowledgement_name(alert.story_id, place.guild_id)):
                continue
            made += self._remind(tx, subscription, alert, now)
        return made

    def _remind(
        self, tx: Transaction, subscription: Subscription, alert: Delivery, now: datetime
    ) -> int:
        role = RoleId(subscription.ack_role or 0)
        key = f"escalation:{alert.key}:{role}"
        words = say(
            "notice.escalation",
            subscription.locale,
            story=alert.story_id,
            duration=subscription.ack_after,
        )
        label = say("button.acknowledge", subscription.locale)
        acknowledge = Button(label, f"story:{alert.story_id}:ack")
        message = _reminder(words, role, acknowledge, nonce_of(key))
        delivery = _notice(key, alert.place, self.renderer, message, alert.story_id, now)
        return int(tx.outbox.enqueue(replace(delivery, reply_to=alert.id)) is not None)


def _reminder(words: str, role: RoleId, acknowledge: Button, marker: str) -> Message:
    return Message(
        form=Form.ALERT,
        severity=Severity.UPDATE,
        push=(Text(words + " "), RoleMention(role)),
        blocks=(Controls((acknowledge,)),),
        pings=(role,),
        marker=marker,
    )


def _drop_unreleased(tx: Transaction, place: Place, now: datetime) -> None:
    for alert in tx.outbox.pending(place):
        held = alert.due is not None and alert.due - alert.created >= NEVER
        if held and now - alert.created > REVIEW_LIFE:
            error = "nobody released it in time"
            tx.outbox.save(replace(alert, state=DeliveryState.CANCELLED, error=error))


def _notice(
    key: str,
    place: Place,
    renderer: Renderer,
    message: Message,
    story_id: StoryId | None,
    now: datetime,
) -> Delivery:
    return Delivery(
        id=DeliveryId(0),
        key=key,
        kind=DeliveryKind.NOTICE,
        place=place,
        payload=renderer.payload(message, place.kind),
        created=now,
        story_id=story_id,
    )
