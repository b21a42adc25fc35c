"""Servers and channels as Discord shows them: declared channels resolved, newcomers welcomed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.outbox import Delivery, DeliveryId, DeliveryKind, nonce_of
from bot.domain.subscription import Place, PlaceKind
from bot.ports import Clock, Renderer, Store, Transaction
from bot.services.matcher import Matcher
from bot.services.panels.setup import welcome_panel


@dataclass(frozen=True, slots=True)
class Arrival:
    """What happens when the list of servers is complete, and when a server invites the bot."""

    store: Store
    clock: Clock
    matcher: Matcher
    renderer: Renderer
    wake: Callable[[], None]

    async def unresolved(self) -> frozenset[int]:
        """Channels of config.toml whose server and kind are not known yet, or may have changed."""

        def step(tx: Transaction) -> frozenset[int]:
            places = [each.place for each in tx.subscriptions.all()]
            places += [each.place for each in tx.digests.all()]
            return frozenset(place.id for place in places if place.kind is not PlaceKind.USER)

        return await self.store.read(step)

    async def resolve(self, known: Mapping[int, Place]) -> int:
        """Give subscriptions and digests the place as Discord shows it; how many changed."""

        def step(tx: Transaction) -> int:
            changed = 0
            for alert in tx.subscriptions.all():
                place = _found(alert.place, known)
                if place is not None:
                    tx.subscriptions.save(replace(alert, place=place))
                    changed += 1
            for digest in tx.digests.all():
                place = _found(digest.place, known)
                if place is not None:
                    tx.digests.save(replace(digest, place=place))
                    changed += 1
            return changed

        changed = await self.store.write(step)
        if changed:
            await self.matcher.refresh(self.store)
        return changed

    async def welcome(self, place: Place, locale: str) -> bool:
        """Offer the set-up once to a server; False when it was offered before."""
        now = self.clock.now()
        key = f"welcome:{place.guild_id}"

        def step(tx: Transaction) -> bool:
            message = replace(welcome_panel(locale), marker=nonce_of(key))
            return (
                tx.outbox.enqueue(
                    Delivery(
                        id=DeliveryId(0),
                        key=key,
                        kind=DeliveryKind.NOTICE,
                        place=place,
                        payload=self.renderer.payload(message, place.kind),
                        created=now,
                    )
                )
                is not None
            )

        offered = await self.store.write(step)
        self.wake()
        return offered


def _found(place: Place, known: Mapping[int, Place]) -> Place | None:
    """The place as Discord shows it, when that differs from what is stored."""
    found = known.get(place.id)
    if found is None or place.kind is PlaceKind.USER or found == place:
        return None
    return found
