"""Digests that servers and people schedule: added, changed, paused, removed, shown now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.digest import Digest, DigestId, DigestSchedule, Slot
from bot.domain.feed import DeclaredIn
from bot.domain.permission import Limits, Quota, check_quota
from bot.domain.schedule import next_slots
from bot.domain.subscription import Place, PlaceKind, UserId
from bot.errors import NotFound
from bot.locale import problem
from bot.ports import Clock, Store, Transaction
from bot.services.asking import (
    Asker,
    Drafts,
    ensure,
    ensure_pace,
    ensure_target,
    number_in,
    record,
)
from bot.services.digest_wishes import DigestWish, selected
from bot.services.digests import Digests
from bot.services.suggestions import Suggestions

RUNS_SHOWN = 3
# One page of "Show all".
PAGE = 10
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ListedDigest:
    """A schedule with its next runs, and why its place does not work, if so."""

    schedule: DigestSchedule
    next_runs: tuple[Slot, ...]
    trouble: str = ""


@dataclass
class DigestDesk:
    """The use cases of `/digest`, and of a person's own digest."""

    store: Store
    clock: Clock
    digests: Digests
    suggestions: Suggestions
    limits: Limits
    adds_per_hour: int
    replan: Callable[[], Awaitable[None]]
    wake: Callable[[], None]
    removed: Drafts[DigestSchedule]

    async def add(self, asker: Asker, wish: DigestWish) -> ListedDigest:
        """Save a schedule.

        Raises:
            RequestError: a quota is reached, or the keywords cannot be read.
        """
        topic, query = selected(wish.topic, wish.query)
        now = self.clock.now()
        personal = wish.place.kind is PlaceKind.USER

        def step(tx: Transaction) -> DigestSchedule:
            ensure_pace(tx, asker, now, self.adds_per_hour)
            same = [each for each in tx.digests.all() if _owner(each) == _owner_of(wish.place)]
            quota = Quota.PERSONAL if personal else Quota.DIGESTS
            ensure(check_quota(quota, len(same), self.limits))
            made = DigestSchedule(
                id=DigestId(0),
                place=wish.place,
                schedule=wish.schedule,
                declared_in=DeclaredIn.DISCORD,
                topic=topic,
                query=query,
                max_stories=wish.max_stories,
                silent=wish.silent,
                when_empty=wish.when_empty,
                locale=_language(tx, asker),
                created_by=asker.user_id,
                created=now,
            )
            saved = replace(made, id=tx.digests.add(made))
            _record(tx, asker, now, "digest add", saved)
            return saved

        return await self._done(asker, await self.store.write(step))

    async def change(
        self,
        asker: Asker,
        digest_id: DigestId,
        change: Callable[[DigestSchedule], DigestSchedule],
        action: str = "digest edit",
    ) -> ListedDigest:
        """Change a schedule.

        Raises:
            RequestError: not the asker's, the operator's, or unreadable keywords.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> DigestSchedule:
            after = change(_own(tx, asker, digest_id))
            tx.digests.save(after)
            _record(tx, asker, now, action, after)
            return after

        return await self._done(asker, await self.store.write(step))

    async def pause(self, asker: Asker, digest_id: DigestId, paused: bool) -> ListedDigest:
        """Pause or resume a schedule; runs missed in between are not made up for.

        Raises:
            RequestError: not the asker's, or the operator's.
        """
        now = self.clock.now()

        def resumed(found: DigestSchedule) -> DigestSchedule:
            # Due runs are counted from here when there was none before.
            return replace(found, paused=paused, created=found.created if paused else now)

        action = "digest pause" if paused else "digest resume"
        return await self.change(asker, digest_id, resumed, action)

    async def remove(self, asker: Asker, digest_id: DigestId) -> tuple[DigestSchedule, str]:
        """Remove a schedule; returns it and the token of its Undo.

        Raises:
            RequestError: not the asker's, or the operator's.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> DigestSchedule:
            found = _own(tx, asker, digest_id)
            tx.digests.remove(digest_id)
            _record(tx, asker, now, "digest remove", found)
            return found

        removed = await self.store.write(step)
        await self._done(asker, removed)
        return removed, self.removed.keep(asker, removed)

    async def restore(self, asker: Asker, token: str) -> ListedDigest:
        """Undo a removal.

        Raises:
            RequestError: too late.
        """
        removed, now = self.removed.take(asker, token), self.clock.now()

        def step(tx: Transaction) -> DigestSchedule:
            made = replace(removed, created=now)  # what came due meanwhile is not made up for
            saved = replace(made, id=tx.digests.add(made))
            _record(tx, asker, now, "digest undo", saved)
            return saved

        return await self._done(asker, await self.store.write(step))

    async def find(self, asker: Asker, text: str) -> DigestSchedule:
        """A schedule of the asker's server by its number.

        Raises:
            NotFound: there is none.
        """
        number = number_in(text)
        if number is None:
            raise problem(NotFound, "permission.not_found")
        return await self.store.read(lambda tx: _own(tx, asker, DigestId(number), changes=False))

    async def listed(self, asker: Asker) -> list[ListedDigest]:
        """The schedules of the asker's server; in direct messages, their own."""

        def step(tx: Transaction) -> list[ListedDigest]:
            parked = tx.outbox.parked_places()
            return [
                self._with_runs(each, parked.get(each.place, ("",))[0])
                for each in tx.digests.all()
                if asker.guild_id is not None and each.place.guild_id == asker.guild_id
            ]

        return await self.store.read(step)

    async def of_person(self, asker: Asker) -> list[ListedDigest]:
        """A person's own schedules."""
        own = Place(PlaceKind.USER, asker.user_id)

        def step(tx: Transaction) -> list[ListedDigest]:
            return [self._with_runs(each) for each in tx.digests.all() if each.place == own]

        return await self.store.read(step)

    async def preview(self, asker: Asker, digest_id: DigestId) -> Digest:
        """The digest as it would be posted now.

        Raises:
            NotFound: not the asker's.
        """
        found = await self.store.read(lambda tx: _own(tx, asker, digest_id, changes=False))
        return await self.digests.preview(found.id)

    async def post_now(self, asker: Asker, digest_id: DigestId, interaction_id: int) -> None:
        """Post it now, once for each interaction.

        Raises:
            NotFound: not the asker's.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> DigestSchedule:
            found = _own(tx, asker, digest_id, changes=False)
            _record(tx, asker, now, "digest now", found)
            return found

        found = await self.store.write(step)
        await self.digests.now(found, interaction_id)
        self.wake()

    async def whole(
        self, asker: Asker, digest_id: DigestId, since: datetime, until: datetime
    ) -> Digest:
        """Every story of a posted digest's window, for "Show all".

        Raises:
            NotFound: the schedule is gone, or its place is not where the asker is.
        """

        def step(tx: Transaction) -> Digest:
            found = _own(tx, asker, digest_id, changes=False)
            everything = replace(found, max_stories=MOST_SHOWN)
            return self.digests.compose(tx, everything, until, since=since)

        return await self.store.read(step)

    async def _done(self, asker: Asker, schedule: DigestSchedule) -> ListedDigest:
        self.suggestions.forget(asker.guild_id)
        await self.replan()
        return self._with_runs(schedule)

    def _with_runs(self, schedule: DigestSchedule, trouble: str = "") -> ListedDigest:
        runs = next_slots(schedule.schedule, self.clock.now(), RUNS_SHOWN)
        return ListedDigest(schedule, tuple(runs), trouble)


def _own(
    tx: Transaction, asker: Asker, digest_id: DigestId, *, changes: bool = True
) -> DigestSchedule:
    found = tx.digests.get(digest_id)
    if found is None:
        raise problem(NotFound, "permission.not_found")
    person = found.place.kind is PlaceKind.USER
    if not person and found.place.guild_id is None:
        raise problem(NotFound, "permission.not_found")
    ensure_target(
        asker,
        guild_id=found.place.guild_id,
        user_id=UserId(found.place.id) if person else None,
        declared_in=found.declared_in,
        changes=changes,
    )
    return found


def _owner(schedule: DigestSchedule) -> tuple[bool, int]:
    return _owner_of(schedule.place)


def _owner_of(place: Place) -> tuple[bool, int]:
    """Whose quota a place counts against: a person's, or a server's."""
    if place.kind is PlaceKind.USER:
        return True, place.id
    return False, place.guild_id or 0


def _language(tx: Transaction, asker: Asker) -> str:
    if asker.guild_id is None:
        return asker.locale
    return tx.records.guild_setting(asker.guild_id, "language") or asker.locale


def _record(
    tx: Transaction, asker: Asker, now: datetime, action: str, schedule: DigestSchedule
) -> None:
    """An audit row; what a person does for themselves is no server's business."""
    when = schedule.schedule
    detail = f"#{schedule.id} {when.every.value} {when.at:%H:%M} {when.timezone}"
    if schedule.place.kind is PlaceKind.USER:
        record(tx, replace(asker, guild_id=None), now, action, detail)
    else:
        record(tx, asker, now, action, f"{detail} in {schedule.place.key}")
