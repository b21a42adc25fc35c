"""A place or person that knows a story hears how it goes on: edits and replies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.article import GuildId
from bot.domain.matching import Occasion, stays_informed, with_feed_name
from bot.domain.message import Message
from bot.domain.outbox import (
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    nonce_of,
    update_key,
)
from bot.domain.posting import PlaceHistory, Posting, Update, unite
from bot.domain.story import Change, Story, StoryStatus, StoryView
from bot.domain.story_changes import changes
from bot.domain.subscription import Match, Place, PlaceKind, RoleId, ThreadMode, UserId
from bot.locale import word
from bot.ports import Renderer, Transaction
from bot.services.alert_message import AlertContext, alert_message
from bot.services.catch_up import CatchUps, pinged_roles, still_waits
from bot.services.happening import Happening
from bot.services.matcher import Matcher
from bot.services.reader_language import language_of
from bot.services.story_map import Locate
from bot.services.update_message import update_message

TOLD = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT)

ViewOf = Callable[[Story, GuildId | None, datetime], StoryView | None]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What happened to a told story: its material changes, and how its place hears of them."""

    material: tuple[Change, ...]
    retracted: bool
    posting: Posting | None  # None: nobody there wants it any more

    @property
    def is_told(self) -> bool:
        """Whether a reply is due."""
        return bool(self.material) and (self.posting is not None or self.retracted)


@dataclass(frozen=True, slots=True)
class Following:
    """Brings posted alerts up to date and says what changed."""

    matcher: Matcher
    renderer: Renderer
    locate: Locate
    catch_ups: CatchUps

    def again(
        self,
        tx: Transaction,
        happening: Happening,
        before: StoryView | None,
        occasion: Occasion,
        found: Sequence[Match],
        alert: Delivery,
    ) -> None:
        """Edit the alert, and reply when something material changed.

        Where nobody wants the story any more (muted, paused, subscription removed) only the edit is
        made; a retraction is said there too, without a ping.
        """
        weighed = self._weigh(tx, happening, before, occasion, found, alert)
        shown = weighed.posting or self.shown_at(alert.place)
        waiting = alert.state is DeliveryState.PENDING and alert.attempts == 0
        self._edit(tx, happening, occasion.view, alert, shown, waiting=waiting)
        if not waiting and weighed.is_told:
            self._reply(tx, happening, occasion.view, weighed.material, alert, shown)

    def caught_up(
        self,
        tx: Transaction,
        happening: Happening,
        before: StoryView | None,
        occasion: Occasion,
        found: Sequence[Match],
        digest: Delivery,
    ) -> None:
        """A story a catch-up digest tells: changed there while it waits, else in a reply to it."""
        weighed = self._weigh(tx, happening, before, occasion, found, digest)
        shown = replace(weighed.posting or self.shown_at(digest.place), thread_mode=ThreadMode.NONE)
        if still_waits(digest):
            self.catch_ups.refresh(tx, digest, shown, happening.now)
        elif weighed.is_told:
            self._reply(tx, happening, occasion.view, weighed.material, digest, shown)

    def _weigh(
        self,
        tx: Transaction,
        happening: Happening,
        before: StoryView | None,
        occasion: Occasion,
        found: Sequence[Match],
        told: Delivery,
    ) -> _Weighed:
        """What changed since `told`, the message that told the story there, and who hears of it."""
        after, now = occasion.view, happening.now
        material = tuple(c for c in changes(before, after, now) if c.material) if before else ()
        alerted = pinged_roles(told.payload)
        retracted = _newly_retracted(before, after)
        informed = found or self._informed(tx, occasion, told, alerted, now)
        update = Update(bool(material), retracted, alerted)
        named = [_named(tx, match) for match in informed]
        posting = unite(named, occasion, PlaceHistory(), now, update) if named else None
        return _Weighed(material, retracted, posting)

    def shown_at(self, place: Place) -> Posting:
        """How a place is written to where nobody wants the story any more."""
        return Posting(place=place, matches=(), reasons=(), locale=self.locale_at(place))

    def people(
        self,
        tx: Transaction,
        happening: Happening,
        alerts: Mapping[Place, Delivery],
        view_of: ViewOf,
    ) -> None:
        """People who follow the story hear of material changes by direct message."""
        if happening.before is None:
            return
        for user_id in tx.subscriptions.followers(happening.after.id):
            place = Place(PlaceKind.USER, user_id)
            before = view_of(happening.before, None, happening.now)
            after = view_of(happening.after, None, happening.now)
            if place in alerts or before is None or after is None:
                continue
            found = changes(before, after, happening.now)
            material = [change for change in found if change.material]
            if material:
                key = update_key(happening.after.id, place, happening.after.revision)
                locale = self._locale_of(tx, user_id, place)
                context = AlertContext(happening.now, locale=locale, marker=nonce_of(key))
                message = update_message(after, material, context)
                tx.outbox.enqueue(self._update(happening, place, key, message))

    def _locale_of(self, tx: Transaction, user_id: UserId, place: Place) -> str:
        """A person's language: of their subscriptions, else as noted when they began to follow."""
        own = self.matcher.at(place)
        return own[0].locale if own else language_of(tx, user_id)

    def locale_at(self, place: Place) -> str:
        """The language of a place's posts, from its subscriptions."""
        return next((each.locale for each in self.matcher.at(place)), "en")

    def _informed(
        self,
        tx: Transaction,
        occasion: Occasion,
        alert: Delivery,
        alerted: frozenset[RoleId],
        now: datetime,
    ) -> list[Match]:
        """Subscriptions that were alerted and whose own wish has not changed."""
        silences = tx.subscriptions.silences(now)
        return [
            match
            for each in self.matcher.at(alert.place)
            if each.role_id is None or each.role_id in alerted
            if (match := stays_informed(each, occasion, silences, now)) is not None
        ]

    def _edit(
        self,
        tx: Transaction,
        happening: Happening,
        view: StoryView,
        alert: Delivery,
        shown: Posting,
        *,
        waiting: bool,
    ) -> None:
        """Show the newest state: in the payload while it waits, by an edit once it is posted."""
        context = context_of(tx, shown, happening.now, alert.nonce, self.locate)
        alerted = pinged_roles(alert.payload)
        if waiting and view.status is StoryStatus.RETRACTED:
            alerted = frozenset()  # nobody was told, so nobody needs to be called
        context = replace(context, roles=tuple(alerted))
        payload = self.renderer.payload(alert_message(view, context), alert.place.kind)
        revision = happening.after.revision
        if waiting:
            tx.outbox.save(replace(alert, payload=payload, revision=revision))
        else:
            tx.outbox.request_edit(alert.id, payload, revision)

    def _reply(
        self,
        tx: Transaction,
        happening: Happening,
        view: StoryView,
        material: Sequence[Change],
        alert: Delivery,
        shown: Posting,
    ) -> None:
        """One reply that says what changed, as loud as the alert was; into the story's thread."""
        key = update_key(happening.after.id, alert.place, happening.after.revision)
        context = context_of(tx, shown, happening.now, nonce_of(key), self.locate)
        message = update_message(view, material, context, message_url(alert))
        delivery = self._update(happening, alert.place, key, message)
        reply = replace(delivery, reply_to=alert.id)
        if shown.hold_until is not None:
            self.catch_ups.hold(tx, reply, shown, happening.now)
        elif alert.kind is DeliveryKind.NOTICE and alert.state is not DeliveryState.SENT:
            # In the line of the catch-up digest it answers, or it would overtake it.
            tx.outbox.enqueue(replace(reply, kind=DeliveryKind.NOTICE))
        else:
            tx.outbox.enqueue(reply)

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


def context_of(
    tx: Transaction, posting: Posting, now: datetime, marker: str, locate: Locate
) -> AlertContext:
    """How a place wants its alerts: language, roles, reasons, thread, map."""
    return AlertContext(
        now=now,
        locale=posting.locale,
        roles=tuple(posting.ping),
        reasons=tuple(word(reason, posting.locale) for reason in posting.reasons),
        marker=marker,
        desk=any(match.subscription.ack_role for match in posting.matches),
        locate=locate if wants_map(tx, posting.place) else None,
        thread=posting.thread_mode is ThreadMode.THREAD,
        silent=posting.silent,
    )


def _named(tx: Transaction, match: Match) -> Match:
    """A match by feed, said with the feed's name."""
    feed_id = match.subscription.feed_id
    feed = tx.feeds.get(feed_id) if feed_id is not None else None
    return with_feed_name(match, feed.name) if feed is not None else match


def wants_map(tx: Transaction, place: Place) -> bool:
    """Whether alerts there carry a map: unless the server said no.

    Never in announcement channels: followers would keep an old picture when the alert is edited
    (https://github.com/discord/discord-api-docs/issues/6856).
    """
    if place.kind is PlaceKind.ANNOUNCEMENT:
        return False
    return place.guild_id is None or tx.records.guild_setting(place.guild_id, "maps") is not False


def message_url(delivery: Delivery) -> str:
    """Where a posted message can be opened; empty before it is posted."""
    if delivery.message_id is None:
        return ""
    guild = delivery.place.guild_id or "@me"
    channel = delivery.channel_id or delivery.place.id
    return f"https://discord.com/channels/{guild}/{channel}/{delivery.message_id}"


def _newly_retracted(before: StoryView | None, after: StoryView) -> bool:
    was = before is not None and before.status is StoryStatus.RETRACTED
    return after.status is StoryStatus.RETRACTED and not was
