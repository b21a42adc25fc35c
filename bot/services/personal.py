"""What people set up for themselves: subscriptions by direct message, and all they left with us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.digest import DigestSchedule
from bot.domain.feed import DeclaredIn
from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, nonce_of, notice_key
from bot.domain.permission import Limits, Quota, check_quota, check_rate
from bot.domain.query import parse
from bot.domain.story import StoryId
from bot.domain.subscription import (
    Place,
    PlaceKind,
    QuietHours,
    Subscription,
    SubscriptionId,
    UserId,
)
from bot.errors import InvalidInput, NotFound
from bot.locale import problem, say
from bot.ports import Clock, PhraseIndexFactory, Renderer, Store, Transaction
from bot.services.alert_wishes import ensure_one_selector
from bot.services.asking import Asker, Drafts, ensure, ensure_target, number_in
from bot.services.foresight import Foresight, foresee
from bot.services.matcher import Matcher
from bot.services.panels.limits import selection_words
from bot.services.personal_wishes import PersonalWish, greeting
from bot.services.places import unpark
from bot.services.quiet_hours import set_quiet
from bot.services.reader_language import note_language
from bot.services.subscriptions import Listed
from bot.services.suggestions import Suggestions, subject

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class StoredAbout:
    """What is stored about a person; `changes_here` are their rows in this server's audit."""

    subscriptions: tuple[str, ...]
    follows: tuple[StoryId, ...]
    digests: tuple[DigestSchedule, ...]
    changes_here: int


# Of a server's audit, so many of its newest rows are looked at for a person's own.
_AUDIT_LOOKED_AT = 10_000


@dataclass
class PersonalDesk:
    """The use cases of `/subscribe`, `/subscriptions` and `/privacy`."""

    store: Store
    clock: Clock
    matcher: Matcher
    index: PhraseIndexFactory
    renderer: Renderer
    suggestions: Suggestions
    limits: Limits
    adds_per_hour: int
    wake: Callable[[], None]
    removed: Drafts[Subscription]
    # Who was told that their direct messages are closed; after a restart they are told again.
    _told: set[UserId] = field(default_factory=set)

    async def subscribe(self, asker: Asker, wish: PersonalWish) -> tuple[Listed, Foresight]:
        """Save a subscription and greet its owner by direct message, which may not arrive.

        Raises:
            RequestError: it is there already, a quota is reached, or the keywords cannot be read.
        """
        ensure_one_selector(wish.topic, wish.query)
        now = self.clock.now()
        place = Place(PlaceKind.USER, asker.user_id)

        def step(tx: Transaction) -> tuple[Listed, Foresight]:
            own = tx.subscriptions.of_user(asker.user_id)
            query = str(parse(wish.query)) if wish.query else None
            _ensure_new(tx, asker, own, wish, query)
            ensure(check_quota(Quota.PERSONAL, len(own), self.limits))
            made_at = [each.created for each in own if each.created is not None]
            ensure(check_rate(made_at, now, self.adds_per_hour, _HOUR))
            made = Subscription(
                id=SubscriptionId(0),
                place=place,
                declared_in=DeclaredIn.DISCORD,
                topic=wish.topic,
                query=query,
                countries=wish.countries,
                weapons=wish.weapons,
                min_status=wish.min_status,
                quiet=next((each.quiet for each in own if each.quiet is not None), None),
                locale=asker.locale,
                created_by=asker.user_id,
                created=now,
            )
            ahead = foresee(tx, made, self.index, now)
            saved = replace(made, id=tx.subscriptions.add(made))
            listed = Listed(saved, subject(saved, tx, asker.locale))
            # Whoever subscribes again has opened their direct messages, or wants to know.
            unpark(tx, place, now)
            self._greet(tx, asker, listed, now)
            return listed, ahead

        made = await self.store.write(step)
        await self._changed(asker)
        self.wake()
        return made

    def _greet(self, tx: Transaction, asker: Asker, listed: Listed, now: datetime) -> None:
        """Enqueue the direct message that says what was subscribed to."""
        place = listed.subscription.place
        key = notice_key(f"subscribed-{listed.subscription.id}", place, now)
        message = greeting(listed, asker.locale, nonce_of(key))
        tx.outbox.enqueue(
            Delivery(
                id=DeliveryId(0),
                key=key,
                kind=DeliveryKind.NOTICE,
                place=place,
                payload=self.renderer.payload(message, PlaceKind.USER),
                created=now,
            )
        )

    async def listed(self, asker: Asker) -> list[Listed]:
        """A person's subscriptions, with why they do not arrive, if so."""
        place = Place(PlaceKind.USER, asker.user_id)

        def step(tx: Transaction) -> list[Listed]:
            trouble = tx.outbox.parked_places().get(place, ("",))[0]
            return [
                Listed(each, subject(each, tx, asker.locale), _trouble(each, trouble, asker.locale))
                for each in tx.subscriptions.of_user(asker.user_id)
            ]

        return await self.store.read(step)

    async def is_closed(self, asker: Asker) -> bool:
        """Whether subscriptions of a person wait for open direct messages, said once."""
        own = await self.store.read(lambda tx: tx.subscriptions.of_user(asker.user_id))
        if not any(each.paused and each.paused_reason for each in own):
            self._told.discard(asker.user_id)
            return False
        if asker.user_id in self._told:
            return False
        self._told.add(asker.user_id)
        return True

    async def remove(self, asker: Asker, subscription_id: SubscriptionId) -> tuple[Listed, str]:
        """Remove one's own subscription; returns it and the token of its Undo.

        Raises:
            NotFound: not one's own.
        """

        def step(tx: Transaction) -> Listed:
            found = _own(tx, asker, subscription_id)
            tx.subscriptions.remove(subscription_id)
            return Listed(found, subject(found, tx, asker.locale))

        listed = await self.store.write(step)
        await self._changed(asker)
        return listed, self.removed.keep(self._as_person(asker), listed.subscription)

    async def restore(self, asker: Asker, token: str) -> Listed:
        """Undo a removal.

        Raises:
            RequestError: too late.
        """
        removed = self.removed.take(self._as_person(asker), token)

        def step(tx: Transaction) -> Listed:
            saved = replace(removed, id=tx.subscriptions.add(removed))
            return Listed(saved, subject(saved, tx, asker.locale))

        restored = await self.store.write(step)
        await self._changed(asker)
        return restored

    async def pause(
        self, asker: Asker, subscription_id: SubscriptionId, paused: bool
    ) -> Subscription:
        """Pause or resume one's own subscription; resuming tries closed direct messages again.

        Raises:
            NotFound: not one's own.
        """

        def step(tx: Transaction) -> Subscription:
            found = _own(tx, asker, subscription_id)
            after = replace(found, paused=paused, paused_reason="")
            tx.subscriptions.save(after)
            if not paused:
                unpark(tx, found.place, self.clock.now())
            return after

        saved = await self.store.write(step)
        await self._changed(asker)
        self.wake()
        return saved

    async def quiet_hours(self, asker: Asker, quiet: QuietHours | None) -> int:
        """Set or end quiet hours for all of one's own subscriptions; how many there are."""
        now = self.clock.now()

        def step(tx: Transaction) -> int:
            return set_quiet(tx, tx.subscriptions.of_user(asker.user_id), quiet, now)

        changed = await self.store.write(step)
        await self._changed(asker)
        self.wake()
        return changed

    async def find(self, asker: Asker, text: str) -> Subscription:
        """One's own subscription by its number.

        Raises:
            NotFound: not one's own.
        """
        number = SubscriptionId(number_in(text) or 0)
        return await self.store.read(lambda tx: _own(tx, asker, number))

    async def stored_about(self, asker: Asker) -> StoredAbout:
        """Everything stored about a person, by name."""

        def step(tx: Transaction) -> StoredAbout:
            own = tx.subscriptions.of_user(asker.user_id)
            mine = Place(PlaceKind.USER, asker.user_id)
            changes = 0
            if asker.guild_id is not None:
                entries = tx.records.audit_of(asker.guild_id, _AUDIT_LOOKED_AT)
                changes = sum(entry.user_id == asker.user_id for entry in entries)
            return StoredAbout(
                subscriptions=tuple(_whole(each, tx, asker.locale) for each in own),
                follows=tuple(tx.subscriptions.followed(asker.user_id)),
                digests=tuple(each for each in tx.digests.all() if each.place == mine),
                changes_here=changes,
            )

        return await self.store.read(step)

    async def forget(self, asker: Asker) -> int:
        """Delete everything stored about a person; returns how many rows."""

        def step(tx: Transaction) -> int:
            note_language(tx, asker.user_id, None)
            return tx.subscriptions.forget_user(asker.user_id)

        count = await self.store.write(step)
        await self._changed(asker)
        return count

    async def _changed(self, asker: Asker) -> None:
        self.suggestions.forget(asker.user_id)
        await self.matcher.refresh(self.store)

    @staticmethod
    def _as_person(asker: Asker) -> Asker:
        """What is one's own is one's own in every server."""
        return replace(asker, guild_id=None)


def _own(tx: Transaction, asker: Asker, subscription_id: SubscriptionId) -> Subscription:
    found = tx.subscriptions.get(subscription_id)
    if found is None or found.place.kind is not PlaceKind.USER:
        raise problem(NotFound, "permission.not_found")
    ensure_target(asker, user_id=UserId(found.place.id), declared_in=found.declared_in)
    return found


def _whole(subscription: Subscription, tx: Transaction, locale: str) -> str:
    return selection_words(subject(subscription, tx, locale), subscription, locale)


def _trouble(subscription: Subscription, parked: str, locale: str) -> str:
    """Why a subscription does not arrive, if so; closed messages with the way out."""
    if subscription.paused and subscription.paused_reason:
        return say("notice.dms_closed", locale)
    return parked


def _ensure_new(
    tx: Transaction, asker: Asker, own: list[Subscription], wish: PersonalWish, query: str | None
) -> None:
    wanted = (wish.topic, query, wish.countries, wish.weapons, wish.min_status)
    for each in own:
        if (each.topic, each.query, each.countries, each.weapons, each.min_status) == wanted:
            what = f"#{each.id} {_whole(each, tx, asker.locale)}"
            raise problem(InvalidInput, "subscribe.already", what=what)
