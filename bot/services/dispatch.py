"""The outbox on its way: claim, send, record, for each message; then edits.

One dispatcher, paced, alerts first, order kept for each place. The claim is committed before the
request leaves; what follows each outcome is decided by `bot.domain.outbox`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.edits import (
    REFUSED_EDIT_HOLD,
    EditRefusal,
    edit_due,
    edit_refused,
    edit_retry,
)
from bot.domain.outbox import (
    LOOK_BACK,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Edit,
    NextStep,
    OutboxRules,
    Receipt,
    after_failure,
    after_look_failed,
    after_not_found,
    after_success,
    claimed,
    latest_retry,
    next_step,
    parks_place,
    recovered,
    with_picture_owed,
)
from bot.domain.subscription import Place
from bot.errors import (
    DeliveryError,
    PermanentDeliveryError,
    StoreError,
    TokenRefused,
    UnknownOutcome,
    report_unexpected,
)
from bot.ports import Clock, Deliverer, Stage, Store, TrailEntry, Transaction

_log = logging.getLogger("launchwire.dispatch")

# Messages under way at once; a slow channel takes one of these, never the whole dispatcher.
IN_FLIGHT = 24
EDITS_IN_FLIGHT = 4
# How long an idle dispatcher sleeps at most: retries and held messages become due meanwhile.
IDLE_SECONDS = 0.5
# Less than this is how clocks are kept right, and holds nothing up.
CLOCK_JITTER = timedelta(seconds=1)
# A store that cannot record what was sent is asked again: the message must not be sent twice.
RECORD_DELAYS = (0.2, 1.0, 3.0, 10.0, 30.0, 60.0)

Parked = Callable[[Transaction, Place, str, datetime], None]


class Pace(Protocol):
    """Limits requests to Discord over all channels."""

    async def turn(self) -> None:
        """Wait for one's turn."""
        ...


@dataclass
class Dispatch:
    """Brings what is enqueued to its place. `run` never ends by itself."""

    store: Store
    deliverer: Deliverer
    clock: Clock
    pace: Pace
    rules: OutboxRules
    on_parked: Parked
    sent: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _flying: dict[Place, asyncio.Task[None]] = field(default_factory=dict)
    _editing: set[asyncio.Task[None]] = field(default_factory=set)
    _edited: set[int] = field(default_factory=set)
    _stepping: asyncio.Lock = field(default_factory=asyncio.Lock)
    _refused: TokenRefused | None = None
    _closing: bool = False
    _held: bool = False
    _looked: datetime | None = None

    def hold(self) -> None:
        """Claim nothing: Discord cannot be reached yet. What is enqueued waits."""
        self._held = True

    def release(self) -> None:
        """Begin, or go on, to deliver."""
        self._held = False
        self._wake.set()

    def wake(self) -> None:
        """Something was enqueued: look now."""
        self._wake.set()

    async def recover(self) -> int:
        """At start: what was being sent when the process died has an unknown outcome.

        The clock may have been set back while the program was off.
        """
        now = self.clock.now()

        def step(tx: Transaction) -> int:
            pending = tx.outbox.pending()
            stuck = [d for d in pending if d.state is DeliveryState.SENDING]
            for delivery in stuck:
                tx.outbox.save(recovered(delivery))
            tx.outbox.clock_set_back(now, latest_retry(pending, now))
            return len(stuck)

        return await self.store.write(step)

    async def run(self) -> None:
        """Deliver for ever.

        Raises:
            TokenRefused: Discord does not accept the token; nothing can be sent.
        """
        while not self._closing:
            self._wake.clear()
            busy = await self._step()
            if self._refused is not None:
                raise self._refused
            if not busy:
                await self._idle()

    async def drain(self) -> None:
        """Deliver until nothing is due any more (what waits for a retry stays)."""
        while True:
            # Looked at before the step: what lands during it may free its place for the next one.
            flying = [*self._flying.values(), *self._editing]
            busy = await self._step()
            if self._refused is not None:
                raise self._refused
            if not busy and not flying:
                return
            if not busy:
                await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)

    async def close(self, within: float) -> None:
        """Claim nothing more and wait for what is under way; its outcome is recorded."""
        self._closing = True
        self._wake.set()
        try:
            async with asyncio.timeout(within):
                async with self._stepping:  # a claim that is being written gets under way first
                    flying = [*self._flying.values(), *self._editing]
                if flying:
                    await asyncio.wait(flying)
        except TimeoutError:
            _log.warning("stopped with %s messages under way", len(self._flying))

    async def _idle(self) -> None:
        seconds = max(0.02, IDLE_SECONDS / self.clock.speed)
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=seconds)
        except TimeoutError:
            return

    async def _step(self) -> bool:
        """Start what may start now; False when there was nothing."""
        started = False
        async with self._stepping:
            await self._heed_clock()
            while self._may_claim() and await self._anything():
                # The turn first, then the claim: whatever is most urgent at that moment goes.
                await self.pace.turn()
                claim = await self._claim() if self._may_claim() else None
                if claim is None:
                    break
                self._fly(*claim)
                started = True
            return await self._start_edits() or started

    async def _heed_clock(self) -> None:
        """Times of before the clock was set back are ahead now: nothing waits for them."""
        now, before = self.clock.now(), self._looked
        if before is not None and before - now > CLOCK_JITTER:
            _log.warning("the clock was set back by %s: what waits is tried now", before - now)
            await self.store.write(lambda tx: tx.outbox.clock_set_back(now, now))
        self._looked = now

    def _may_claim(self) -> bool:
        if self._closing or self._held or self._refused is not None:
            return False
        return len(self._flying) < IN_FLIGHT

    async def _anything(self) -> bool:
        now = self.clock.now()
        limit = len(self._flying) + 1
        heads = await self.store.read(lambda tx: tx.outbox.claimable(now, limit))
        return any(head.place not in self._flying for head in heads)

    async def _claim(self) -> tuple[Delivery, bool] | None:
        """Mark the most urgent delivery as being sent; if that cannot be written, nothing goes.

        With it: whether it must be looked for before it may be sent again.
        """
        now = self.clock.now()
        flying = set(self._flying)

        def step(tx: Transaction) -> tuple[Delivery, bool] | None:
            for head in tx.outbox.claimable(now, len(flying) + 1):
                what = next_step(head, now, self.rules.nonce_window)
                if head.place not in flying and what is not NextStep.WAIT:
                    taken = claimed(head, now)
                    tx.outbox.save(taken)
                    return taken, what is NextStep.LOOK_FIRST
            return None

        return await self.store.write(step)

    def _fly(self, delivery: Delivery, look_first: bool) -> None:
        task = asyncio.create_task(
            self._deliver(delivery, look_first), name=f"deliver:{delivery.id}"
        )
        self._flying[delivery.place] = task

        def landed(_: asyncio.Task[None]) -> None:
            self._flying.pop(delivery.place, None)
            self._wake.set()

        task.add_done_callback(landed)

    async def _deliver(self, delivery: Delivery, look_first: bool) -> None:
        error: DeliveryError | TokenRefused | None
        try:
            after, error = await self._attempt(delivery, look_first)
        except Exception as failure:  # noqa: BLE001 - an entry from outside: may have been posted
            reference = report_unexpected(failure, "dispatch", delivery=delivery.id)
            error = UnknownOutcome(f"unexpected failure, reference {reference}")
            after = after_failure(delivery, error, self.clock.now(), self.rules)
        await self._record(delivery, after, error)
        if isinstance(error, TokenRefused):
            self._refused = error

    async def _attempt(
        self, delivery: Delivery, look_first: bool
    ) -> tuple[Delivery, DeliveryError | TokenRefused | None]:
        """Send, or look for it first; returns the row as it is afterwards."""
        if look_first:
            since = (delivery.first_try or delivery.created) - LOOK_BACK
            try:
                found = await self.deliverer.find(delivery.place, delivery.nonce, since)
            except (DeliveryError, TokenRefused) as error:
                now = self.clock.now()
                return after_look_failed(delivery, error, now, self.rules), error
            if found is None:
                return after_not_found(delivery, self.clock.now()), None
            _log.info("delivery=%s found in its channel", delivery.id)
            return _landed(delivery, found), None
        try:
            receipt = await self.deliverer.send(delivery, await self._answers(delivery))
        except (DeliveryError, TokenRefused) as error:
            return after_failure(delivery, error, self.clock.now(), self.rules), error
        return _landed(delivery, receipt), None

    async def _answers(self, delivery: Delivery) -> Receipt | None:
        """The message this one replies to, once it is posted."""
        reply_to = delivery.reply_to
        if reply_to is None:
            return None
        original = await self.store.read(lambda tx: tx.outbox.get(reply_to))
        if original is None or original.message_id is None:
            return None
        return Receipt(original.message_id, original.channel_id or original.place.id)

    async def _record(
        self, before: Delivery, after: Delivery, error: DeliveryError | TokenRefused | None
    ) -> None:
        """Write down what happened, however long the store needs to take it."""
        now = self.clock.now()

        def step(tx: Transaction) -> None:
            tx.outbox.save(after)
            if after.created > now:  # the clock was set back while it was being sent
                tx.outbox.clock_set_back(now, latest_retry([after], now))
            if after.revision < before.revision:  # its picture is owed
                tx.outbox.request_edit(after.id, before.payload, before.revision)
            if after.state is DeliveryState.SENT and before.kind is not DeliveryKind.NOTICE:
                tx.records.trail(_sent(after, now))
            if error is not None and parks_place(error):
                reason = str(error)
                if tx.outbox.park_place(after.place, reason, now):
                    self.on_parked(tx, after.place, reason, now)

        for delay in (*RECORD_DELAYS, None):
            try:
                await self.store.write(step)
                break
            except StoreError as failure:
                _log.error("delivery=%s outcome not recorded yet: %s", after.id, failure)
                if delay is None:
                    raise
                await asyncio.sleep(delay)
        self.sent += after.state is DeliveryState.SENT
        level = logging.INFO if error is None else logging.WARNING
        _log.log(
            level,
            "delivery=%s kind=%s story=%s place=%s state=%s %s",
            after.id,
            after.kind,
            after.story_id,
            after.place.key,
            after.state,
            error or "",
        )

    async def _start_edits(self) -> bool:
        """Edits use what is left of the pace: alerts are claimed before each of them."""
        now = self.clock.now()
        room = EDITS_IN_FLIGHT - len(self._editing)
        if room <= 0 or self._closing or self._held:
            return False
        # Noted before the read: an edit that ends meanwhile must not be taken for a new one.
        under_way = set(self._edited)
        due = await self.store.read(lambda tx: tx.outbox.edits_due(now, EDITS_IN_FLIGHT * 2))
        started = False
        for edit in due:
            if edit.delivery_id in under_way or len(self._editing) >= EDITS_IN_FLIGHT:
                continue
            held = edit_due(edit, now)
            if held > now and edit.attempts == 0:
                await self._hold(edit, held)
                continue
            self._edited.add(edit.delivery_id)
            task = asyncio.create_task(self._edit(edit), name=f"edit:{edit.delivery_id}")
            self._editing.add(task)
            task.add_done_callback(self._editing.discard)
            started = True
        return started

    async def _hold(self, edit: Edit, due: datetime) -> None:
        """Gather the edits of an old message: Discord refuses many of them (30046)."""
        await self.store.write(lambda tx: tx.outbox.edit_later(edit.delivery_id, due))

    async def _edit(self, edit: Edit) -> None:
        try:
            await self.pace.turn()
            await self.deliverer.edit(edit)
            await self.store.write(lambda tx: tx.outbox.edit_done(edit.delivery_id, edit.revision))
        except PermanentDeliveryError as error:
            await self._edit_refused(edit, error)
        except TokenRefused as error:
            self._refused = error
        except (DeliveryError, StoreError) as error:
            await self._edit_again(edit, error)
        except Exception as failure:  # noqa: BLE001 - an entry from outside: edits are idempotent
            report_unexpected(failure, "edit", delivery=edit.delivery_id)
            await self._edit_again(edit, UnknownOutcome("unexpected failure"))
        finally:
            self._edited.discard(edit.delivery_id)
            self._wake.set()

    async def _edit_refused(self, edit: Edit, error: PermanentDeliveryError) -> None:
        now, reason = self.clock.now(), str(error)
        what = edit_refused(edit, error, now)
        _log.warning("delivery=%s edit refused (%s): %s", edit.delivery_id, what, error)

        def step(tx: Transaction) -> None:
            if what is EditRefusal.GIVE_UP:
                tx.outbox.edit_done(edit.delivery_id, edit.revision)
            elif what is EditRefusal.LATER:
                tx.outbox.edit_later(edit.delivery_id, now + REFUSED_EDIT_HOLD)
            elif tx.outbox.park_place(edit.place, reason, now):
                self.on_parked(tx, edit.place, reason, now)

        try:
            await self.store.write(step)
        except StoreError as failure:
            _log.warning("delivery=%s refusal not recorded: %s", edit.delivery_id, failure)

    async def _edit_again(self, edit: Edit, error: DeliveryError | StoreError) -> None:
        cause = error if isinstance(error, DeliveryError) else UnknownOutcome(str(error))
        due = edit_retry(edit, cause, self.clock.now(), self.rules)
        _log.info("delivery=%s edit held until %s: %s", edit.delivery_id, due.isoformat(), error)
        try:
            await self.store.write(lambda tx: tx.outbox.edit_later(edit.delivery_id, due))
        except StoreError as failure:
            _log.warning("delivery=%s edit not held: %s", edit.delivery_id, failure)


def _landed(delivery: Delivery, receipt: Receipt) -> Delivery:
    """The row of a posted message; an edit must follow where its pictures are owed."""
    posted = after_success(delivery, receipt)
    owed = receipt.picture_owed and bool(delivery.payload.get("files"))
    return with_picture_owed(posted) if owed else posted


def _sent(delivery: Delivery, now: datetime) -> TrailEntry:
    detail = f"{delivery.kind.value} {delivery.key} -> message {delivery.message_id}"
    guild_id = delivery.place.guild_id
    return TrailEntry(now, Stage.SENT, detail, story_id=delivery.story_id, guild_id=guild_id)
