"""`/alert test`: the very message an alert would post of the newest story, marked as a test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.matching import match_reason, with_feed_name
from bot.domain.message import Message
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, nonce_of, notice_key
from bot.domain.story_facts import view
from bot.domain.subscription import Match, Subscription
from bot.locale import word
from bot.ports import PhraseIndexFactory, Renderer, Transaction
from bot.services.alert_message import AlertContext, alert_message
from bot.services.following import wants_map
from bot.services.foresight import Foresight, foresee
from bot.services.story_map import Locate


@dataclass(frozen=True, slots=True)
class TriedAlert:
    """An alert to try; `post` is the interaction's id when it is also to be posted, else 0.

    Only with `ping` its role is mentioned. Stories older than `max_age` are shown as old ones.
    """

    subscription: Subscription
    now: datetime
    max_age: timedelta
    post: int = 0
    ping: bool = False
    locate: Locate | None = None  # draws a map, as real alerts there have one


@dataclass(frozen=True, slots=True)
class AlertTrial:
    """What `/alert test` shows."""

    subscription: Subscription
    foresight: Foresight
    message: Message | None = None  # None when nothing is stored yet
    posted: bool = False


def try_alert(
    tx: Transaction, tried: TriedAlert, index: PhraseIndexFactory, renderer: Renderer
) -> AlertTrial:
    """Compose the test, and enqueue it when it is to be posted and something matched."""
    found, now = tried.subscription, tried.now
    ahead = foresee(tx, replace(found, paused=False), index, now)
    key = notice_key(f"test-{tried.post}", found.place, now)
    message = _message(tx, tried, ahead, key)
    if message is None:
        return AlertTrial(found, ahead)
    posted = bool(tried.post) and isinstance(ahead.newest_decision, Match)
    if posted:
        tx.outbox.enqueue(
            Delivery(
                id=DeliveryId(0),
                key=key,
                kind=DeliveryKind.NOTICE,
                place=found.place,
                payload=renderer.payload(message, found.place.kind),
                created=now,
            )
        )
    return AlertTrial(found, ahead, message, posted)


def _message(tx: Transaction, tried: TriedAlert, ahead: Foresight, key: str) -> Message | None:
    found, story, decision = tried.subscription, ahead.newest, ahead.newest_decision
    seen = view(story, found.place.guild_id, tried.now, tried.max_age) if story else None
    if seen is None:
        return None
    reasons: tuple[str, ...] = ()
    if isinstance(decision, Match):
        feed = tx.feeds.get(found.feed_id) if found.feed_id is not None else None
        named = with_feed_name(decision, feed.name) if feed is not None else decision
        reasons = (word(match_reason(named), found.locale),)
    context = AlertContext(
        now=tried.now,
        locale=found.locale,
        roles=(found.role_id,) if tried.ping and found.role_id is not None else (),
        reasons=reasons,
        marker=nonce_of(key) if tried.post and reasons else "",
        test=True,
        desk=found.ack_role is not None,
        locate=tried.locate if wants_map(tx, found.place) else None,
    )
    return alert_message(seen, context)
