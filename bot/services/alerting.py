"""A story changed: who must hear of it, as what, and when; inside the ingest transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.article import GuildId
from bot.domain.feed import Feed
from bot.domain.matching import (
    Occasion,
    Rule,
    SeenArticle,
    Stop,
    decide,
    with_feed_name,
)
from bot.domain.message import Message
from bot.domain.outbox import (
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    alert_key,
    nonce_of,
    update_key,
)
from bot.domain.posting import PlaceHistory, Posting, Update, unite
from bot.domain.reason import Reason
from bot.domain.story import Change, Story, StoryStatus, StoryView
from bot.domain.story_facts import view
from bot.domain.story_life import changes
from bot.domain.subscription import Match, Place, PlaceKind, RoleId
from bot.locale import word
from bot.ports import Renderer, Stage, Transaction
from bot.services.alert_message import (
    AlertContext,
    alert_message,
    merged_message,
    update_message,
)
from bot.services.gathering import gather
from bot.services.happening import Happening, note_posting, note_stop
from bot.services.matcher import Matcher
from bot.services.notices import Notices
from bot.services.review import ask_for_review

HOUR = timedelta(hours=1)
# Articles of one story whose texts are looked through for a query; the newest matter.
TEXTS_READ = 20
# Stops kept in the trail for one story: `/why` shows a server its own.
STOPS_KEPT = 50

_TOLD = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT)


@dataclass
class Alerting:
    """Turns a changed story into deliveries and edits."""

    matcher: Matcher
    renderer: Renderer
    notices: Notices
    max_age: timedelta
    _views: dict[tuple[int, GuildId | None], tuple[Story, StoryView | None]] = field(
        default_factory=dict, init=False, repr=False
    )

    def story_changed(self, tx: Transaction, happening: Happening) -> None:
        """Enqueue alerts for new places, replies for material changes, edits for the rest."""
        self.matcher.follow(tx)
        self._views.clear()
        story = happening.after
        alerts = {
            delivery.place: delivery
            for delivery in tx.outbox.of_story(story.id)
            if delivery.kind is DeliveryKind.ALERT
        }
        seen = self._articles(tx, happening)
        matches, stops = self._decisions(tx, happening, seen, alerts)
        for place in dict.fromkeys([*alerts, *matches]):
            after = self._view(story, place.guild_id, happening.now)
            if after is None:
                continue
            occasion = self._occasion(story, after, seen, told=place in alerts)
            found = matches.get(place, [])
            alert = alerts.get(place)
            if alert is None:
                self._first(tx, happening, occasion, found)
            elif alert.state in _TOLD:
                self._again(tx, happening, occasion, found, alert)
        self._followers(tx, happening, alerts)
        for stop in stops[:STOPS_KEPT]:
            note_stop(tx, happening, stop)

    def stories_merged(self, tx: Transaction, closed: Story, kept: Story, now: datetime) -> None:
        """The alert of a merged story says so and links to the one that lives on."""
        deliveries = {
            d.place: d for d in tx.outbox.of_story(kept.id) if d.kind is DeliveryKind.ALERT
        }
        for alert in tx.outbox.of_story(closed.id):
            if alert.kind is not DeliveryKind.ALERT or alert.state is not DeliveryState.SENT:
                continue
            after = self._view(kept, alert.place.guild_id, now)
            if after is None:
                continue
            there = deliveries.get(alert.place)
            context = AlertContext(now=now, marker=alert.nonce)
            message = merged_message(after, context, message_url(there) if there else "")
            payload = self.renderer.payload(message, alert.place.kind)
            tx.outbox.request_edit(alert.id, payload, closed.revision + 1)

    def _followers(
        self, tx: Transaction, happening: Happening, alerts: dict[Place, Delivery]
    ) -> None:
        """People who follow the story hear of material changes by direct message."""
        if happening.before is None:
            return
        for user_id in tx.subscriptions.followers(happening.after.id):
            place = Place(PlaceKind.USER, user_id)
            before = self._view(happening.before, None, happening.now)
            after = self._view(happening.after, None, happening.now)
            if place in alerts or before is None or after is None:
                continue
            found = changes(before, after, happening.now)
            material = [change for change in found if change.material]
            if material:
                key = update_key(happening.after.id, place, happening.after.revision)
                context = AlertContext(happening.now, marker=nonce_of(key))
                message = update_message(after, material, context)
                tx.outbox.enqueue(self._update(happening, place, key, message))

    def _update(self, happening: Happening, place: Place, key: str, message: Message) -> Delivery:
        return Delivery(
            id=DeliveryId(0),
            key=key,
            kind=DeliveryKind.UPDATE,
            place=place,
            payload=self.renderer.payload(message, place.kind),
            created=happening.now,
            story_id=happening.after.id,
            revision=happening.after.revision,
        )

    def flood_notice(self, tx: Transaction, feed: Feed, entries: int, now: datetime) -> None:
        """A feed was braked: one notice instead of many posts."""
        self.notices.flood(tx, feed, entries, now)

    # -- deciding -------------------------------------------------------------------------------

    def _decisions(
        self,
        tx: Transaction,
        happening: Happening,
        seen: Sequence[SeenArticle],
        alerts: dict[Place, Delivery],
    ) -> tuple[dict[Place, list[Match]], list[Stop]]:
        matches: dict[Place, list[Match]] = {}
        stops: list[Stop] = []
        now = happening.now
        silences = tx.subscriptions.silences(now)
        occasions: dict[tuple[GuildId | None, bool], Occasion | None] = {}
        for subscription in self.matcher.candidates(seen):
            place = subscription.place
            key = (place.guild_id, place in alerts)
            if key not in occasions:
                after = self._view(happening.after, place.guild_id, now)
                told = place in alerts
                occasions[key] = (
                    self._occasion(happening.after, after, seen, told=told) if after else None
                )
            occasion = occasions[key]
            if occasion is None:
                continue
            decision = decide(subscription, occasion, silences, now)
            if isinstance(decision, Stop):
                stops.append(decision)
            elif happening.held_back is not None and place not in alerts:
                stops.append(Stop(subscription, Rule.HELD_BACK, happening.held_back))
            else:
                matches.setdefault(place, []).append(self._named(tx, decision))
        return matches, stops

    def _articles(self, tx: Transaction, happening: Happening) -> list[SeenArticle]:
        """What was found in the texts of the story's articles, the new one first."""
        seen = [self.matcher.seen(happening.article)]
        for report in happening.after.reports[-TEXTS_READ:]:
            if report.article_id == happening.article_id:
                continue
            stored = tx.articles.get(report.article_id)
            if stored is not None:
                seen.append(self.matcher.seen(stored.article))
        return seen

    def _view(self, story: Story, guild_id: GuildId | None, now: datetime) -> StoryView | None:
        """The story for one server; servers without reports of their own see the same."""
        own = any(report.guild_id == guild_id for report in story.reports) if guild_id else False
        audience = guild_id if own else None
        key = (id(story), audience)
        if key not in self._views:
            # The story is kept beside its view, so that its id stays its own.
            self._views[key] = (story, view(story, audience, now, self.max_age))
        return self._views[key][1]

    def _occasion(
        self, story: Story, after: StoryView, seen: Sequence[SeenArticle], *, told: bool
    ) -> Occasion:
        return Occasion(
            view=after,
            articles=seen,
            max_age=self.max_age,
            marked_not_launch=story.marked_not_launch,
            told=told,
        )

    def _named(self, tx: Transaction, match: Match) -> Match:
        feed_id = match.subscription.feed_id
        feed = tx.feeds.get(feed_id) if feed_id is not None else None
        return with_feed_name(match, feed.name) if feed is not None else match

    # -- a place that hears of it for the first time --------------------------------------------

    def _first(
        self, tx: Transaction, happening: Happening, occasion: Occasion, found: list[Match]
    ) -> None:
        if not found:
            return
        place, now = found[0].subscription.place, happening.now
        history = _history(tx, place, now)
        posting = unite(found, occasion, history, now)
        if posting.collapse is not None:
            gather(tx, self.renderer, posting, occasion.view, now)
            note_posting(tx, happening, Stage.HELD, posting, word(posting.collapse))
            return
        key = alert_key(happening.after.id, place)
        payload = self._alert_payload(happening, occasion, posting, key)
        due = posting.hold_until
        if posting.review is not None:
            due = ask_for_review(tx, self.renderer, posting, occasion.view, now)
        delivery = Delivery(
            id=DeliveryId(0),
            key=key,
            kind=DeliveryKind.ALERT,
            place=place,
            payload=payload,
            created=now,
            story_id=happening.after.id,
            revision=happening.after.revision,
            due=due,
        )
        tx.outbox.enqueue(delivery)
        stage = Stage.HELD if due else Stage.ENQUEUED
        because = word(posting.hold_because) if posting.hold_because else ""
        because = word(Reason.of("why.hold.review")) if posting.review is not None else because
        reasons = "; ".join(word(reason) for reason in posting.reasons)
        note_posting(tx, happening, stage, posting, because or reasons)

    def _alert_payload(
        self, happening: Happening, occasion: Occasion, posting: Posting, key: str
    ) -> dict[str, Any]:
        context = _context(posting, happening.now, nonce_of(key))
        return self.renderer.payload(alert_message(occasion.view, context), posting.place.kind)

    # -- a place that knows the story -----------------------------------------------------------

    def _again(
        self,
        tx: Transaction,
        happening: Happening,
        occasion: Occasion,
        found: list[Match],
        alert: Delivery,
    ) -> None:
        guild_id = alert.place.guild_id
        known = happening.before
        before = self._view(known, guild_id, happening.now) if known else None
        found_changes = changes(before, occasion.view, happening.now) if before else ()
        alerted = pinged_roles(alert.payload)
        retracted = occasion.view.status is StoryStatus.RETRACTED and (
            before is None or before.status is not StoryStatus.RETRACTED
        )
        material = tuple(change for change in found_changes if change.material)
        history = _history(tx, alert.place, happening.now)
        update = Update(bool(material), retracted, alerted)
        posting = unite(found, occasion, history, happening.now, update) if found else None
        self._edit(tx, happening, occasion, alert, posting, alerted)
        if material and alert.state is DeliveryState.SENT:
            self._reply(tx, happening, occasion, material, alert, posting)

    def _edit(
        self,
        tx: Transaction,
        happening: Happening,
        occasion: Occasion,
        alert: Delivery,
        posting: Posting | None,
        alerted: frozenset[RoleId],
    ) -> None:
        """Show the newest state: in the payload while it waits, by an edit once it is posted."""
        shown = posting or Posting(place=alert.place, matches=(), reasons=())
        context = AlertContext(
            now=happening.now,
            locale=shown.locale,
            roles=tuple(alerted),
            reasons=tuple(word(reason, shown.locale) for reason in shown.reasons),
            marker=alert.nonce,
            desk=_asks_acknowledgement(shown),
        )
        payload = self.renderer.payload(alert_message(occasion.view, context), alert.place.kind)
        revision = happening.after.revision
        if alert.state is DeliveryState.PENDING and alert.attempts == 0:
            tx.outbox.save(replace(alert, payload=payload, revision=revision))
        else:
            tx.outbox.request_edit(alert.id, payload, revision)

    def _reply(
        self,
        tx: Transaction,
        happening: Happening,
        occasion: Occasion,
        material: Sequence[Change],
        alert: Delivery,
        posting: Posting | None,
    ) -> None:
        """One reply that says what changed, as loud as the alert was."""
        key = update_key(happening.after.id, alert.place, happening.after.revision)
        shown = posting or Posting(place=alert.place, matches=(), reasons=())
        context = _context(shown, happening.now, nonce_of(key))
        message = update_message(occasion.view, material, context, message_url(alert))
        delivery = self._update(happening, alert.place, key, message)
        due = posting.hold_until if posting else None
        tx.outbox.enqueue(replace(delivery, due=due, reply_to=alert.id))


def pinged_roles(payload: dict[str, Any]) -> frozenset[RoleId]:
    """The roles a payload may mention."""
    roles = (payload.get("allowed_mentions") or {}).get("roles") or []
    return frozenset(RoleId(int(role)) for role in roles)


def message_url(delivery: Delivery) -> str:
    """Where a posted message can be opened; empty before it is posted."""
    if delivery.message_id is None:
        return ""
    guild = delivery.place.guild_id or "@me"
    channel = delivery.channel_id or delivery.place.id
    return f"https://discord.com/channels/{guild}/{channel}/{delivery.message_id}"


def _context(posting: Posting, now: datetime, marker: str) -> AlertContext:
    return AlertContext(
        now=now,
        locale=posting.locale,
        roles=tuple(posting.ping),
        reasons=tuple(word(reason, posting.locale) for reason in posting.reasons),
        marker=marker,
        desk=_asks_acknowledgement(posting),
    )


def _asks_acknowledgement(posting: Posting) -> bool:
    return any(match.subscription.ack_role for match in posting.matches)


def _history(tx: Transaction, place: Place, now: datetime) -> PlaceHistory:
    """Alerts of the last hour; the newest one matters for the cooldown."""
    return PlaceHistory(
        last_alert=tx.outbox.last_created(place, DeliveryKind.ALERT),
        alerts_last_hour=tx.outbox.sent_since(place, DeliveryKind.ALERT, now - HOUR),
    )
