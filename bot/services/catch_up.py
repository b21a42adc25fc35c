"""What quiet hours held: one message goes out as itself, two or more as one catch-up digest.

A story told in a catch-up digest keeps its alert row, cancelled, with the time it was held until:
the place knows the story, and what changes later is a reply to the digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot.domain.digest import DigestCandidate, DigestId, DigestSchedule, LocalSchedule, select
from bot.domain.feed import DeclaredIn
from bot.domain.outbox import (
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
)
from bot.domain.posting import Posting
from bot.domain.story import StoryId
from bot.domain.story_facts import view
from bot.domain.subscription import Place, RoleId
from bot.ports import Renderer, Transaction
from bot.services.catch_up_message import CatchUp, catch_up_message
from bot.services.change_words import change_words
from bot.services.status import StatusService

# Stories listed before "and n more"; the rest is in /launch recent.
LISTED = 10
_HELD = (DeliveryKind.ALERT, DeliveryKind.UPDATE)
_CHANGEABLE = (DeliveryState.PENDING, DeliveryState.PARKED, DeliveryState.CANCELLED)
_A_MOMENT = timedelta(seconds=1)


def catch_up_key(place: Place, release: datetime, number: int = 1) -> str:
    """One catch-up digest for each place and end of its quiet hours.

    Quiet hours that were ended early and set again the same night have another one (`number`).
    """
    key = f"catch-up:{place.key}:{int(release.timestamp())}"
    return key if number == 1 else f"{key}:{number}"


def still_waits(message: Delivery) -> bool:
    """Whether a message was certainly never posted, so that it may say something else."""
    return message.state in _CHANGEABLE and message.first_try is None


@dataclass(frozen=True, slots=True)
class CatchUps:
    """Gathers what is held; everything happens in the transaction that would have posted it."""

    renderer: Renderer
    status: StatusService
    max_age: timedelta

    def hold(self, tx: Transaction, delivery: Delivery, posting: Posting, now: datetime) -> None:
        """Enqueue a message that quiet hours hold, on its own or within the catch-up digest."""
        release = posting.hold_until
        assert release is not None  # the caller looked
        key = _gathering(tx, delivery.place, release)
        others = _waiting(tx, delivery.place, release)
        digest = tx.outbox.by_key(key)
        record = _Record.read(tx, key) if digest is not None else None
        if record is None and not others:
            tx.outbox.enqueue(replace(delivery, due=release))
            return
        record = record or _Record(now)
        for each in others:
            tx.outbox.save(replace(each, state=DeliveryState.CANCELLED))
            record = record.with_delivery(each)
        held = replace(delivery, due=release, state=DeliveryState.CANCELLED)
        tx.outbox.enqueue(held)
        record = record.with_delivery(held)
        record.write(tx, key)
        digest = digest or Delivery(
            id=DeliveryId(0),
            key=key,
            # It carries alerts: unlike a digest it is never given up for the next one.
            kind=DeliveryKind.NOTICE,
            place=delivery.place,
            payload={},
            created=now,
            due=release,
        )
        self._show(tx, digest, posting, record, now)

    def told_in(self, tx: Transaction, alert: Delivery) -> Delivery | None:
        """The catch-up digest that tells the story of a cancelled alert, if one does."""
        if alert.state is not DeliveryState.CANCELLED or alert.due is None:
            return None
        for number in count(1):
            key = catch_up_key(alert.place, alert.due, number)
            record = _Record.read(tx, key)
            if record is None:
                return None
            found = tx.outbox.by_key(key) if alert.story_id in record.stories else None
            if found is not None and found.state is not DeliveryState.CANCELLED:
                return found
        return None

    def refresh(self, tx: Transaction, digest: Delivery, posting: Posting, now: datetime) -> None:
        """Show the newest state of its stories in a catch-up digest that still waits."""
        record = _Record.read(tx, digest.key)
        if record is not None:
            self._show(tx, digest, posting, record, now)

    def take_out(
        self, tx: Transaction, alert: Delivery, digest: Delivery, posting: Posting, now: datetime
    ) -> None:
        """A held story may go out at once after all; the digest goes on without it."""
        record = _Record.read(tx, digest.key)
        if record is None or alert.story_id is None:
            return
        rest = record.without(alert.story_id)
        rest.write(tx, digest.key)
        if rest.stories:
            self.refresh(tx, digest, posting, now)
        else:
            tx.outbox.save(replace(digest, state=DeliveryState.CANCELLED))

    def _show(
        self, tx: Transaction, digest: Delivery, posting: Posting, record: _Record, now: datetime
    ) -> None:
        """Write the digest as its record is now; one that may have been posted stays as it is."""
        told = self._composed(tx, digest.place, posting.locale, _zone(posting), record, now)
        payload = self.renderer.payload(catch_up_message(told, digest.nonce), digest.place.kind)
        shown = replace(digest, payload=payload)
        if digest.id == DeliveryId(0):
            tx.outbox.enqueue(shown)
        elif still_waits(digest):
            cancelled = digest.state is DeliveryState.CANCELLED
            state = DeliveryState.PENDING if cancelled else digest.state
            tx.outbox.save(replace(shown, state=state))

    def _composed(
        self,
        tx: Transaction,
        place: Place,
        locale: str,
        zone: str,
        record: _Record,
        now: datetime,
    ) -> CatchUp:
        candidates = []
        since = record.since
        for story_id in record.stories:
            story = tx.stories.get(story_id)
            seen = view(story, place.guild_id, now, self.max_age) if story else None
            if story is None or seen is None:
                continue
            candidates.append(DigestCandidate(seen, story.history))
            if story_id not in record.known:
                since = min(since, *(report.detected for report in seen.reports))
        schedule = DigestSchedule(
            DigestId(0),
            place,
            LocalSchedule(now.time(), zone),
            DeclaredIn.DISCORD,
            max_stories=LISTED,
            locale=locale,
        )
        known = frozenset(int(story_id) for story_id in record.known)
        chosen = select(candidates, schedule, since - _A_MOMENT, now, known)
        stories = tuple(
            replace(item, changed="; ".join(change_words(each, locale) for each in item.changes))
            for item in chosen.stories
        )
        # What waits here is this very message; it says nothing of how much we see.
        coverage = replace(self.status.coverage(tx, now, place.guild_id), backlog=0)
        return CatchUp(
            stories, chosen.overflow, chosen.launches, coverage, record.since, record.roles, locale
        )


@dataclass(frozen=True, slots=True)
class _Record:
    """What a catch-up digest is made of: its stories, those known before, roles to mention."""

    since: datetime
    stories: tuple[StoryId, ...] = ()
    known: tuple[StoryId, ...] = ()
    roles: tuple[RoleId, ...] = ()

    @staticmethod
    def read(tx: Transaction, key: str) -> _Record | None:
        stored: dict[str, Any] | None = tx.records.get(key)
        if stored is None:
            return None
        return _Record(
            datetime.fromisoformat(stored["since"]),
            tuple(StoryId(each) for each in stored["stories"]),
            tuple(StoryId(each) for each in stored["known"]),
            tuple(RoleId(each) for each in stored["roles"]),
        )

    def write(self, tx: Transaction, key: str) -> None:
        found = {"stories": list(self.stories), "known": list(self.known)}
        tx.records.put(key, {"since": self.since.isoformat(), "roles": list(self.roles), **found})

    def with_delivery(self, held: Delivery) -> _Record:
        if held.story_id is None:
            return self
        known = () if held.kind is DeliveryKind.ALERT else (held.story_id,)
        if held.story_id in self.stories:
            known = ()
        return replace(
            self,
            since=min(self.since, held.created),
            stories=_united(self.stories, (held.story_id,)),
            known=_united(self.known, known),
            roles=_united(self.roles, sorted(pinged_roles(held.payload))),
        )

    def without(self, story_id: StoryId) -> _Record:
        return replace(
            self,
            stories=tuple(each for each in self.stories if each != story_id),
            known=tuple(each for each in self.known if each != story_id),
        )


def pinged_roles(payload: dict[str, Any]) -> frozenset[RoleId]:
    """The roles a payload may mention."""
    roles = (payload.get("allowed_mentions") or {}).get("roles") or []
    return frozenset(RoleId(int(role)) for role in roles)


def _united(first: Iterable[Any], second: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys([*first, *second]))


def _gathering(tx: Transaction, place: Place, release: datetime) -> str:
    """The key of the catch-up digest that takes in what is held now: none that is on its way.

    Quiet hours that end early send theirs at once; what is held after them needs the next one.
    """
    number = 1
    while (digest := tx.outbox.by_key(catch_up_key(place, release, number))) is not None:
        if still_waits(digest) and digest.due == release:
            break
        number += 1
    return catch_up_key(place, release, number)


def _waiting(tx: Transaction, place: Place, release: datetime) -> list[Delivery]:
    """What is held for the same moment and was never tried."""
    return [
        each
        for each in tx.outbox.pending(place)
        if each.due == release and each.attempts == 0 and each.kind in _HELD
    ]


def _zone(posting: Posting) -> str:
    for match in posting.matches:
        if match.subscription.quiet is not None:
            return match.subscription.quiet.timezone
    return "UTC"
