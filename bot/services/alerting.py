"""A story changed: who must hear of it, as what, and when; inside the ingest transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

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
from bot.domain.outbox import (
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    alert_key,
    nonce_of,
)
from bot.domain.posting import PlaceHistory, unite
from bot.domain.reason import Reason
from bot.domain.story import Story, StoryView
from bot.domain.story_facts import view
from bot.domain.subscription import Match, Place
from bot.locale import word
from bot.ports import Renderer, Stage, Transaction
from bot.services.alert_message import alert_message
from bot.services.catch_up import CatchUps
from bot.services.following import TOLD, Following, context_of
from bot.services.gathering import gather
from bot.services.happening import Happening, note_posting, note_stop
from bot.services.matcher import Matcher
from bot.services.merging import Merging
from bot.services.notices import Notices
from bot.services.review import ask_for_review
from bot.services.story_map import Locate

HOUR = timedelta(hours=1)
# Articles of one story whose texts are looked through for a query; the newest matter.
TEXTS_READ = 20
# Stops kept in the trail for one story: `/why` shows a server its own.
STOPS_KEPT = 50


@dataclass
class Alerting:
    """Turns a changed story into deliveries and edits."""

    matcher: Matcher
    renderer: Renderer
    notices: Notices
    max_age: timedelta
    locate: Locate
    _views: dict[tuple[int, GuildId | None], tuple[Story, StoryView | None]] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def catch_ups(self) -> CatchUps:
        """What quiet hours hold is gathered there."""
        return CatchUps(self.renderer, self.notices.status, self.max_age)

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
                continue
            digest = self.catch_ups.told_in(tx, alert)
            before = self._before(happening, place.guild_id)
            if self._go_now(tx, happening, occasion, found, alert, digest):
                continue
            if digest is not None:
                self._following.caught_up(tx, happening, before, occasion, found, digest)
            elif alert.state in TOLD:
                self._following.again(tx, happening, before, occasion, found, alert)
        self._following.people(tx, happening, alerts, self._view)
        for stop in stops[:STOPS_KEPT]:
            note_stop(tx, happening, stop)

    def stories_merged(self, tx: Transaction, closed: Story, kept: Story, now: datetime) -> None:
        """The alert of a merged story says so and links to the one that lives on."""
        self.matcher.follow(tx)
        self._views.clear()
        Merging(self._following).tell(tx, closed, kept, now, self._view)

    def flood_notice(self, tx: Transaction, feed: Feed, entries: int, now: datetime) -> None:
        """A feed was braked: one notice instead of many posts."""
        self.notices.flood(tx, feed, entries, now)

    @property
    def _following(self) -> Following:
        return Following(self.matcher, self.renderer, self.locate, self.catch_ups)

    def _before(self, happening: Happening, guild_id: GuildId | None) -> StoryView | None:
        known = happening.before
        return self._view(known, guild_id, happening.now) if known is not None else None

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
        held = posting.hold_until is not None and posting.review is None
        if posting.collapse is not None and not held:
            gather(tx, self.renderer, posting, occasion.view, now)
            note_posting(tx, happening, Stage.HELD, posting, word(posting.collapse))
            return
        key = alert_key(happening.after.id, place)
        context = context_of(tx, posting, now, nonce_of(key), self.locate)
        message = alert_message(occasion.view, context)
        due = posting.hold_until
        if posting.review is not None:
            due = ask_for_review(tx, self.renderer, posting, occasion.view, now)
        delivery = Delivery(
            id=DeliveryId(0),
            key=key,
            kind=DeliveryKind.ALERT,
            place=place,
            payload=self.renderer.payload(message, place.kind),
            created=now,
            story_id=happening.after.id,
            revision=happening.after.revision,
            due=due,
        )
        if held:
            self.catch_ups.hold(tx, delivery, posting, now)
        else:
            tx.outbox.enqueue(delivery)
        stage = Stage.HELD if due else Stage.ENQUEUED
        because = word(posting.hold_because) if posting.hold_because else ""
        because = word(Reason.of("why.hold.review")) if posting.review is not None else because
        reasons = "; ".join(word(reason) for reason in posting.reasons)
        note_posting(tx, happening, stage, posting, because or reasons)

    def _go_now(
        self,
        tx: Transaction,
        happening: Happening,
        occasion: Occasion,
        found: list[Match],
        alert: Delivery,
        digest: Delivery | None,
    ) -> bool:
        """Post a held alert at once when nothing holds it any more: it was confirmed meanwhile."""
        now, waits = happening.now, digest or alert
        held = waits.state is DeliveryState.PENDING and waits.attempts == 0
        if not found or not held or waits.due is None or waits.due <= now:
            return False
        posting = unite(found, occasion, _history(tx, alert.place, now), now)
        if posting.hold_until is not None or posting.review is not None:
            return False
        context = context_of(tx, posting, now, alert.nonce, self.locate)
        payload = self.renderer.payload(alert_message(occasion.view, context), alert.place.kind)
        freed = replace(alert, state=DeliveryState.PENDING, due=None, payload=payload)
        tx.outbox.save(replace(freed, revision=happening.after.revision))
        if digest is not None:
            self.catch_ups.take_out(tx, alert, digest, posting, now)
        reasons = "; ".join(word(reason) for reason in posting.reasons)
        note_posting(tx, happening, Stage.ENQUEUED, posting, reasons)
        return True


def _history(tx: Transaction, place: Place, now: datetime) -> PlaceHistory:
    """Alerts of the last hour; the newest one matters for the cooldown."""
    return PlaceHistory(
        last_alert=tx.outbox.last_created(place, DeliveryKind.ALERT),
        alerts_last_hour=tx.outbox.sent_since(place, DeliveryKind.ALERT, now - HOUR),
    )
