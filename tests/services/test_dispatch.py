"""The dispatcher on a real SQLite file, with a recording deliverer and a clock set by hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.domain.outbox import (
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Edit,
    OutboxRules,
    Receipt,
)
from bot.domain.subscription import Place, PlaceKind
from bot.errors import (
    DeliveryError,
    HistoryUnavailable,
    PermanentDeliveryError,
    StoreError,
    StoreFull,
    TokenRefused,
    TransientDeliveryError,
    UnknownOutcome,
)
from bot.ports import Transaction
from bot.services.dispatch import IN_FLIGHT, Dispatch
from bot.store import SqlStore
from tests.services.newsroom import START, FakeClock

T = TypeVar("T")
ONE, TWO, THREE = (Place(PlaceKind.CHANNEL, number) for number in (101, 102, 103))
FORUM = Place(PlaceKind.FORUM, 104)
GONE = PermanentDeliveryError("The bot lacks a permission in this channel.", code=50013)
POSTED_JUST_NOW = 1_481_000_000_000_000_000  # a message id of the test's own day
Outcome = Exception | None


@dataclass
class Recorder:
    """Takes deliveries; `script` says what befalls the next sends of a key."""

    sent: list[tuple[str, str, Receipt | None]] = field(default_factory=list)
    edits: list[tuple[int, int]] = field(default_factory=list)
    looked_for: list[str] = field(default_factory=list)
    script: dict[str, list[Outcome]] = field(default_factory=dict)
    edit_script: list[Outcome] = field(default_factory=list)
    found: dict[str, Receipt | Exception] = field(default_factory=dict)
    hold: asyncio.Event | None = None
    under_way: int = 0
    most_under_way: int = 0
    on_send: Callable[[Delivery], None] = lambda _: None
    on_edit: Callable[[Edit], None] = lambda _: None

    async def send(self, delivery: Delivery, reply_to: Receipt | None) -> Receipt:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        self.on_send(delivery)
        try:
            self.sent.append((delivery.key, delivery.nonce, reply_to))
            if self.hold is not None:
                await self.hold.wait()
            else:
                await asyncio.sleep(0)
            outcome = (self.script.get(delivery.key) or [None]).pop(0)
            if outcome is not None:
                raise outcome
            return Receipt(POSTED_JUST_NOW + delivery.id, delivery.place.id)
        finally:
            self.under_way -= 1

    async def edit(self, edit: Edit) -> None:
        self.edits.append((edit.delivery_id, edit.revision))
        self.on_edit(edit)
        outcome = self.edit_script.pop(0) if self.edit_script else None
        if outcome is not None:
            raise outcome

    async def find(self, place: Place, marker: str, since: datetime) -> Receipt | None:
        del place, since
        self.looked_for.append(marker)
        answer = self.found.get(marker)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def keys(self) -> list[str]:
        return [key for key, _, _ in self.sent]


@dataclass
class Turns:
    """A pace that lets a fortieth of a second pass for each turn, on the test's clock."""

    clock: FakeClock
    count: int = 0

    async def turn(self) -> None:
        self.count += 1
        self.clock.advance(seconds=1 / 45)


@dataclass
class Unwilling:
    """A real store that refuses its next writes."""

    real: SqlStore
    refusals: list[StoreError] = field(default_factory=list)

    async def write(self, step: Callable[[Transaction], T]) -> T:
        if self.refusals:
            raise self.refusals.pop(0)
        return await self.real.write(step)

    async def read(self, step: Callable[[Transaction], T]) -> T:
        return await self.real.read(step)

    async def backup(self, keep: int) -> str:
        return await self.real.backup(keep)


@dataclass
class Desk:
    """A dispatcher with everything it needs."""

    store: Unwilling
    clock: FakeClock = field(default_factory=FakeClock)
    deliverer: Recorder = field(default_factory=Recorder)
    parked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = Turns(self.clock)
        self.dispatch = self.new_dispatch()

    def new_dispatch(self) -> Dispatch:
        """Another life of the process."""
        return Dispatch(
            self.store, self.deliverer, self.clock, self.pace, OutboxRules(), self._on_parked
        )

    def _on_parked(self, _: Transaction, place: Place, reason: str, now: datetime) -> None:
        del now
        self.parked.append((place.key, reason))

    async def enqueue(
        self,
        key: str,
        place: Place = ONE,
        kind: DeliveryKind = DeliveryKind.ALERT,
        reply_to: DeliveryId | None = None,
        **more: object,
    ) -> DeliveryId:
        delivery = Delivery(
            DeliveryId(0), key, kind, place, {"content": key}, self.clock.now(), reply_to=reply_to
        )
        delivery = replace(delivery, **more)  # type: ignore[arg-type]  # tests name real fields
        number = await self.store.write(lambda tx: tx.outbox.enqueue(delivery))
        assert number is not None
        return number

    async def row(self, key: str) -> Delivery:
        found = await self.store.read(lambda tx: tx.outbox.by_key(key))
        assert found is not None
        return found

    async def state(self, key: str) -> DeliveryState:
        return (await self.row(key)).state

    async def drain_for(self, **span: float) -> None:
        """Deliver what is due now and within a while."""
        await self.dispatch.drain()
        end = self.clock.now() + timedelta(**span)
        while self.clock.now() < end:
            self.clock.advance(seconds=1)
            await self.dispatch.drain()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with SqlStore.open(f"sqlite:///{tmp_path / 'x.db'}") as store:
        yield Desk(Unwilling(store))


# -- the order of things -----------------------------------------------------------------------


async def until(predicate: Callable[[], object]) -> None:
    """Wait for something no event announces."""
    deadline = time.monotonic() + 10
    while not predicate():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.002)


async def until_sent(desk: Desk, count: int) -> None:
    await until(lambda: len(desk.deliverer.sent) >= count)


async def until_gone(desk: Desk, key: str) -> None:
    await until(lambda: key in desk.deliverer.keys)


async def test_the_claim_is_committed_before_the_request_leaves(desk: Desk, tmp_path: Path) -> None:
    import sqlite3

    states: list[str] = []

    def look(_: Delivery) -> None:
        with sqlite3.connect(f"file:{tmp_path / 'x.db'}?mode=ro", uri=True) as outside:
            states.extend(row[0] for row in outside.execute("SELECT state FROM outbox"))
        outside.close()

    desk.deliverer.on_send = look
    await desk.enqueue("alert:1:101")
    await desk.dispatch.drain()
    assert states == ["sending"]
    assert await desk.state("alert:1:101") is DeliveryState.SENT


async def test_nothing_is_posted_when_the_claim_cannot_be_written(desk: Desk) -> None:
    await desk.enqueue("alert:1:101")
    desk.store.refusals = [StoreFull("The disk is full.")]
    with pytest.raises(StoreFull):
        await desk.dispatch.drain()
    assert desk.deliverer.sent == []
    await desk.dispatch.drain()
    assert desk.deliverer.keys == ["alert:1:101"]


async def test_what_was_posted_is_recorded_once_the_store_takes_it(desk: Desk) -> None:
    await desk.enqueue("alert:1:101")
    full = StoreFull("The disk is full.")
    desk.deliverer.on_send = lambda _: desk.store.refusals.extend([full, full])
    await desk.dispatch.drain()
    assert (desk.deliverer.keys, desk.store.refusals) == (["alert:1:101"], [])
    assert await desk.state("alert:1:101") is DeliveryState.SENT


async def test_alerts_go_before_notices_and_digests(desk: Desk) -> None:
    await desk.enqueue("digest", TWO, DeliveryKind.DIGEST)
    await desk.enqueue("notice", THREE, DeliveryKind.NOTICE)
    await desk.enqueue("alert", ONE)
    await desk.dispatch.drain()
    assert desk.deliverer.keys == ["alert", "notice", "digest"]


async def test_a_channel_keeps_its_order_and_has_one_message_under_way(desk: Desk) -> None:
    for number in range(20):
        await desk.enqueue(f"a{number}", ONE)
        desk.clock.advance(seconds=1)
    await desk.dispatch.drain()
    assert desk.deliverer.keys == [f"a{number}" for number in range(20)]
    assert desk.deliverer.most_under_way == 1


async def test_a_bad_channel_stops_only_itself(desk: Desk) -> None:
    desk.deliverer.script["bad1"] = [UnknownOutcome("503")] * 3
    await desk.enqueue("bad1", ONE)
    await desk.enqueue("bad2", ONE)
    for number in range(5):
        await desk.enqueue(f"good{number}", TWO)
    await desk.dispatch.drain()
    assert desk.deliverer.keys == ["bad1", *(f"good{number}" for number in range(5))]
    await desk.drain_for(seconds=60)
    assert desk.deliverer.keys[6:] == ["bad1", "bad1", "bad1", "bad2"]


async def test_many_channels_share_what_may_be_under_way(desk: Desk) -> None:
    desk.deliverer.hold = asyncio.Event()
    for number in range(60):
        await desk.enqueue(f"a{number}", Place(PlaceKind.CHANNEL, 500 + number))
    draining = asyncio.create_task(desk.dispatch.drain())
    await until(lambda: desk.deliverer.under_way >= IN_FLIGHT)
    await asyncio.sleep(0.05)
    assert desk.deliverer.under_way == IN_FLIGHT
    desk.deliverer.hold.set()
    await draining
    assert sorted(desk.deliverer.keys) == sorted(f"a{number}" for number in range(60))


async def test_a_reply_answers_the_message_as_it_was_posted(desk: Desk) -> None:
    alert = await desk.enqueue("alert")
    await desk.enqueue("update", kind=DeliveryKind.UPDATE, reply_to=alert)
    await desk.dispatch.drain()
    assert [(key, reply) for key, _, reply in desk.deliverer.sent] == [
        ("alert", None),
        ("update", Receipt(POSTED_JUST_NOW + alert, 101)),
    ]


# -- outcomes ----------------------------------------------------------------------------------


async def test_an_unknown_outcome_is_tried_again_with_the_same_nonce(desk: Desk) -> None:
    desk.deliverer.script["alert"] = [UnknownOutcome("cut"), UnknownOutcome("503")]
    await desk.enqueue("alert")
    await desk.drain_for(seconds=10)
    nonces = {nonce for _, nonce, _ in desk.deliverer.sent}
    assert (len(desk.deliverer.sent), len(nonces)) == (3, 1)
    assert desk.deliverer.looked_for == []
    assert await desk.state("alert") is DeliveryState.SENT


@pytest.mark.parametrize("failure", [ValueError("a bug"), KeyError("id"), RuntimeError("closed")])
async def test_a_failure_nobody_foresaw_counts_as_perhaps_posted(
    desk: Desk, failure: Exception
) -> None:
    desk.deliverer.script["alert"] = [failure]
    await desk.enqueue("alert")
    await desk.dispatch.drain()
    row = await desk.row("alert")
    assert (row.state, row.first_try) == (DeliveryState.PENDING, START + timedelta(seconds=1 / 45))
    await desk.drain_for(seconds=5)
    assert len({nonce for _, nonce, _ in desk.deliverer.sent}) == 1
    assert await desk.state("alert") is DeliveryState.SENT


async def test_after_the_nonce_window_it_looks_before_it_posts(desk: Desk) -> None:
    number = await desk.enqueue("alert")
    desk.deliverer.script["alert"] = [UnknownOutcome("cut")]
    await desk.dispatch.drain()
    desk.clock.advance(hours=1)
    nonce = (await desk.row("alert")).nonce
    desk.deliverer.found[nonce] = Receipt(7, 101)
    await desk.dispatch.drain()
    assert desk.deliverer.looked_for == [nonce]
    assert len(desk.deliverer.sent) == 1
    row = await desk.row("alert")
    assert (row.id, row.state, row.message_id) == (number, DeliveryState.SENT, 7)


async def test_what_is_not_found_is_posted_with_the_same_nonce(desk: Desk) -> None:
    await desk.enqueue("digest", kind=DeliveryKind.DIGEST)
    desk.deliverer.script["digest"] = [UnknownOutcome("cut")]
    await desk.dispatch.drain()
    desk.clock.advance(minutes=5)
    await desk.dispatch.drain()
    assert len(desk.deliverer.looked_for) == 1
    assert len({nonce for _, nonce, _ in desk.deliverer.sent}) == 1
    assert await desk.state("digest") is DeliveryState.SENT


@pytest.mark.parametrize(
    ("kind", "sends", "state"),
    [
        (DeliveryKind.ALERT, 2, DeliveryState.SENT),
        (DeliveryKind.NOTICE, 2, DeliveryState.SENT),
        (DeliveryKind.DIGEST, 1, DeliveryState.UNCERTAIN),
    ],
)
async def test_where_it_cannot_look_alerts_are_sent_again_and_digests_held(
    desk: Desk, kind: DeliveryKind, sends: int, state: DeliveryState
) -> None:
    await desk.enqueue("it", kind=kind)
    desk.deliverer.script["it"] = [UnknownOutcome("cut")]
    await desk.dispatch.drain()
    desk.clock.advance(hours=1)
    nonce = (await desk.row("it")).nonce
    desk.deliverer.found[nonce] = HistoryUnavailable("No right to read.")
    await desk.dispatch.drain()
    assert (len(desk.deliverer.sent), await desk.state("it")) == (sends, state)


async def test_a_look_that_fails_for_now_is_made_again_and_nothing_is_posted_meanwhile(
    desk: Desk,
) -> None:
    await desk.enqueue("alert")
    desk.deliverer.script["alert"] = [UnknownOutcome("cut")]
    await desk.dispatch.drain()
    desk.clock.advance(minutes=10)
    nonce = (await desk.row("alert")).nonce
    desk.deliverer.found[nonce] = TransientDeliveryError("Rate limited.")
    await desk.dispatch.drain()
    assert (len(desk.deliverer.looked_for), len(desk.deliverer.sent)) == (1, 1)
    desk.deliverer.found[nonce] = Receipt(7, 101)
    await desk.drain_for(minutes=1)
    assert (len(desk.deliverer.sent), await desk.state("alert")) == (1, DeliveryState.SENT)


async def test_a_rate_limit_is_waited_for_as_long_as_discord_asks(desk: Desk) -> None:
    desk.deliverer.script["alert"] = [
        TransientDeliveryError("Slow down.", retry_after=timedelta(seconds=40))
    ]
    await desk.enqueue("alert")
    await desk.drain_for(seconds=30)
    assert len(desk.deliverer.sent) == 1
    await desk.drain_for(seconds=15)
    assert (len(desk.deliverer.sent), await desk.state("alert")) == (2, DeliveryState.SENT)


async def test_a_refused_token_stops_everything_and_loses_nothing(desk: Desk) -> None:
    await desk.enqueue("alert")
    desk.deliverer.script["alert"] = [TokenRefused("401")]
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(desk.dispatch.run(), 5)
    assert await desk.state("alert") is DeliveryState.PENDING
    assert len(desk.deliverer.sent) == 1


async def test_while_held_nothing_is_claimed_and_nothing_ages(desk: Desk) -> None:
    posted = await desk.enqueue("first")
    await desk.dispatch.drain()
    desk.dispatch.hold()
    await desk.enqueue("alert")
    await ask_for_edit(desk, posted, 2)
    await desk.drain_for(seconds=30)
    assert (desk.deliverer.keys, desk.deliverer.edits) == (["first"], [])
    assert (await desk.row("alert")).attempts == 0
    desk.dispatch.release()
    await desk.dispatch.drain()
    assert desk.deliverer.keys == ["first", "alert"]
    assert desk.deliverer.edits == [(posted, 2)]


async def test_a_refused_message_stops_only_itself(desk: Desk) -> None:
    await desk.enqueue("poison")
    await desk.enqueue("next")
    desk.deliverer.script["poison"] = [
        PermanentDeliveryError("Invalid form.", code=50035, target_gone=False)
    ]
    await desk.dispatch.drain()
    assert desk.deliverer.keys == ["poison", "next"]
    assert await desk.state("poison") is DeliveryState.PARKED
    assert await desk.state("next") is DeliveryState.SENT
    assert desk.parked == []


# -- places that stop working ------------------------------------------------------------------


async def test_a_place_that_refuses_is_parked_and_its_owner_told_once(desk: Desk) -> None:
    for number in range(5):
        await desk.enqueue(f"a{number}")
    await desk.enqueue("elsewhere", TWO)
    desk.deliverer.script["a0"] = [GONE]
    await desk.dispatch.drain()
    assert desk.deliverer.keys.count("a0") == 1
    assert set(desk.deliverer.keys) == {"a0", "elsewhere"}
    assert desk.parked == [("101", str(GONE))]
    await desk.enqueue("later")
    await desk.dispatch.drain()
    assert await desk.state("later") is DeliveryState.PARKED
    assert len(desk.parked) == 1


async def test_a_place_that_works_again_gets_what_waited_in_order(desk: Desk) -> None:
    for number in range(3):
        await desk.enqueue(f"a{number}")
        desk.clock.advance(seconds=1)
    desk.deliverer.script["a0"] = [GONE]
    await desk.dispatch.drain()
    await desk.store.write(lambda tx: tx.outbox.unpark_place(ONE))
    await desk.dispatch.drain()
    assert desk.deliverer.keys == ["a0", "a0", "a1", "a2"]
    assert {await desk.state(f"a{number}") for number in range(3)} == {DeliveryState.SENT}


async def test_a_place_that_still_refuses_is_parked_again_and_asked_once(desk: Desk) -> None:
    for number in range(3):
        await desk.enqueue(f"a{number}")
    desk.deliverer.script = {f"a{number}": [GONE, GONE] for number in range(3)}
    await desk.dispatch.drain()
    await desk.store.write(lambda tx: tx.outbox.unpark_place(ONE))
    await desk.dispatch.drain()
    assert len(desk.deliverer.sent) == 2


# -- starting and stopping ---------------------------------------------------------------------


async def test_what_was_under_way_when_the_process_died_is_finished_by_the_next(
    desk: Desk,
) -> None:
    await desk.enqueue("alert")
    desk.deliverer.hold = asyncio.Event()
    dying = asyncio.create_task(desk.dispatch.run())
    await until(lambda: desk.deliverer.under_way)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert await desk.state("alert") is DeliveryState.SENDING
    desk.deliverer.hold = None
    desk.dispatch = desk.new_dispatch()
    assert await desk.dispatch.recover() == 1
    await desk.dispatch.drain()
    assert len({nonce for _, nonce, _ in desk.deliverer.sent}) == 1
    assert await desk.state("alert") is DeliveryState.SENT


async def test_a_stop_waits_for_what_is_under_way_and_claims_nothing_more(desk: Desk) -> None:
    await desk.enqueue("under way")
    desk.deliverer.hold = asyncio.Event()
    running = asyncio.create_task(desk.dispatch.run())
    await until(lambda: desk.deliverer.under_way)
    await desk.enqueue("next", TWO)
    closing = asyncio.create_task(desk.dispatch.close(5))
    await asyncio.sleep(0.05)
    desk.deliverer.hold.set()
    await closing
    await asyncio.wait_for(running, 2)
    assert await desk.state("under way") is DeliveryState.SENT
    assert desk.deliverer.keys[0] == "under way"
    assert desk.deliverer.keys.count("under way") == 1


# -- a clock that is set back ---------------------------------------------------------------------


async def fail_once_and_set_back(desk: Desk) -> DeliveryId:
    """One edit and one alert that wait for a retry, by a clock that was three hours ahead."""
    edited = await desk.enqueue("edited", TWO)
    await desk.dispatch.drain()
    desk.deliverer.script["alert"] = [TransientDeliveryError("Discord is away.")]
    desk.deliverer.edit_script = [TransientDeliveryError("Discord is away.")]
    await desk.enqueue("alert")
    await desk.enqueue("next")
    await ask_for_edit(desk, edited, 2)
    await desk.dispatch.drain()
    desk.clock.advance(hours=-3)
    return edited


async def test_a_clock_set_back_under_way_holds_nothing_up(desk: Desk) -> None:
    edited = await fail_once_and_set_back(desk)
    await desk.dispatch.drain()
    assert desk.deliverer.keys == ["edited", "alert", "alert", "next"]
    assert desk.deliverer.edits == [(edited, 2)] * 2


async def test_a_clock_set_back_while_the_program_was_off_holds_nothing_up(desk: Desk) -> None:
    edited = await fail_once_and_set_back(desk)
    desk.dispatch = desk.new_dispatch()
    await desk.dispatch.recover()
    await desk.dispatch.drain()
    assert desk.deliverer.keys == ["edited", "alert", "alert", "next"]
    assert desk.deliverer.edits == [(edited, 2)] * 2


async def test_a_clock_set_back_while_something_is_sent_does_not_hold_its_retry(
    desk: Desk,
) -> None:
    await desk.enqueue("alert")
    desk.deliverer.script["alert"] = [TransientDeliveryError("Discord is away.")]
    desk.deliverer.on_send = lambda _: desk.clock.advance(hours=-3)
    await desk.dispatch.drain()
    desk.deliverer.on_send = lambda _: None
    await desk.drain_for(seconds=30)
    assert desk.deliverer.keys == ["alert", "alert"]


async def test_a_start_keeps_the_pause_that_discord_asked_for(desk: Desk) -> None:
    await desk.enqueue("alert")
    pause = TransientDeliveryError("Slow down.", retry_after=timedelta(minutes=10))
    desk.deliverer.script["alert"] = [pause]
    await desk.dispatch.drain()
    desk.dispatch = desk.new_dispatch()
    await desk.dispatch.recover()
    await desk.drain_for(minutes=9)
    assert desk.deliverer.keys == ["alert"]


# -- edits -------------------------------------------------------------------------------------


async def ask_for_edit(desk: Desk, number: DeliveryId, revision: int) -> None:
    payload = {"content": f"revision {revision}"}
    await desk.store.write(lambda tx: tx.outbox.request_edit(number, payload, revision))


async def test_only_the_newest_revision_is_shown(desk: Desk) -> None:
    number = await desk.enqueue("alert")
    await desk.dispatch.drain()
    for revision in (2, 3, 4):
        await ask_for_edit(desk, number, revision)
    await desk.dispatch.drain()
    assert desk.deliverer.edits == [(number, 4)]
    await desk.dispatch.drain()
    assert len(desk.deliverer.edits) == 1


@pytest.mark.parametrize(
    "failure",
    [
        TransientDeliveryError("Too many edits.", retry_after=timedelta(seconds=20)),
        UnknownOutcome("cut"),
        ValueError("a bug"),
        StoreError("busy"),
    ],
)
async def test_an_edit_that_fails_is_made_again(desk: Desk, failure: Exception) -> None:
    number = await desk.enqueue("alert")
    await desk.dispatch.drain()
    desk.deliverer.edit_script = [failure]
    await ask_for_edit(desk, number, 2)
    await desk.drain_for(seconds=30)
    assert desk.deliverer.edits == [(number, 2)] * 2


async def test_edits_that_discord_refuses_for_an_old_message_are_held_and_become_one(
    desk: Desk,
) -> None:
    number = await desk.enqueue("alert", revision=1)
    await desk.dispatch.drain()
    desk.clock.advance(days=30)
    desk.deliverer.edit_script = [
        TransientDeliveryError("Too many edits.", retry_after=timedelta(minutes=15))
    ]
    await ask_for_edit(desk, number, 2)
    await desk.dispatch.drain()
    desk.clock.advance(minutes=11)
    await desk.dispatch.drain()
    for revision in (3, 4, 5):
        await ask_for_edit(desk, number, revision)
        desk.clock.advance(minutes=4)
        await desk.dispatch.drain()
    assert desk.deliverer.edits == [(number, 2)]
    desk.clock.advance(minutes=4)
    await desk.dispatch.drain()
    assert desk.deliverer.edits == [(number, 2), (number, 5)]


async def test_edits_of_an_old_message_are_gathered_before_discord_refuses(desk: Desk) -> None:
    number = await desk.enqueue("alert", revision=1)
    await desk.dispatch.drain()
    desk.clock.advance(days=30)
    for revision in (2, 3, 4):
        await ask_for_edit(desk, number, revision)
        await desk.dispatch.drain()
        desk.clock.advance(minutes=2)
    assert desk.deliverer.edits == []
    desk.clock.advance(minutes=10)
    await desk.dispatch.drain()
    assert desk.deliverer.edits == [(number, 4)]


async def test_an_edit_of_a_deleted_message_is_given_up(desk: Desk) -> None:
    number = await desk.enqueue("alert")
    await desk.dispatch.drain()
    deleted: DeliveryError = PermanentDeliveryError("Gone.", code=10008, target_gone=False)
    desk.deliverer.edit_script = [deleted]
    await ask_for_edit(desk, number, 2)
    await desk.drain_for(seconds=30)
    assert desk.deliverer.edits == [(number, 2)]


async def test_an_edit_that_a_lost_right_refuses_parks_its_place_and_goes_when_it_is_back(
    desk: Desk,
) -> None:
    number = await desk.enqueue("alert")
    await desk.dispatch.drain()
    desk.deliverer.edit_script = [GONE]
    await ask_for_edit(desk, number, 2)
    await desk.enqueue("elsewhere", TWO)
    await desk.drain_for(seconds=30)
    assert desk.deliverer.edits == [(number, 2)]
    assert desk.parked == [("101", str(GONE))]
    await desk.store.write(lambda tx: tx.outbox.unpark_place(ONE))
    await desk.drain_for(seconds=2)
    assert desk.deliverer.edits == [(number, 2), (number, 2)]
    await desk.drain_for(seconds=30)
    assert len(desk.deliverer.edits) == 2


async def test_an_edit_in_a_locked_thread_waits_a_day_and_its_forum_goes_on(desk: Desk) -> None:
    number = await desk.enqueue("alert", FORUM)
    await desk.dispatch.drain()
    desk.deliverer.edit_script = [PermanentDeliveryError("Locked.", code=160005)]
    await desk.store.write(lambda tx: tx.outbox.save(_in_thread(tx, number)))
    await ask_for_edit(desk, number, 2)
    await desk.drain_for(seconds=30)
    assert (desk.deliverer.edits, desk.parked) == ([(number, 2)], [])
    desk.clock.advance(hours=24)
    await desk.dispatch.drain()
    assert desk.deliverer.edits == [(number, 2)] * 2


def _in_thread(tx: Transaction, number: DeliveryId) -> Delivery:
    posted = tx.outbox.get(number)
    assert posted is not None
    return replace(posted, channel_id=posted.message_id)


@dataclass
class LatePictures(Recorder):
    """Posts words only: the picture is not drawn yet."""

    async def send(self, delivery: Delivery, reply_to: Receipt | None) -> Receipt:
        return replace(await super().send(delivery, reply_to), picture_owed=True)


WITH_PICTURE = {"content": "news", "files": [{"name": "launch-map", "data": "{}"}]}


async def test_a_picture_that_came_late_is_one_edit_with_the_frozen_payload(desk: Desk) -> None:
    late = LatePictures()
    desk.dispatch.deliverer = late
    number = await desk.enqueue("alert", payload=WITH_PICTURE, revision=3)
    await desk.enqueue("no picture", TWO)
    owed: list[tuple[int, object]] = []
    late.on_edit = lambda edit: owed.append((edit.delivery_id, edit.payload))
    await desk.drain_for(seconds=30)
    assert owed == [(number, WITH_PICTURE)]


async def test_a_picture_is_still_owed_after_the_process_died(desk: Desk) -> None:
    late = LatePictures()
    desk.dispatch.deliverer = late
    late.edit_script = [TransientDeliveryError("Stopped while it was drawn.")]
    number = await desk.enqueue("alert", payload=WITH_PICTURE, revision=3)
    await desk.dispatch.drain()
    await desk.new_dispatch().recover()
    again = LatePictures()
    desk.dispatch = desk.new_dispatch()
    desk.dispatch.deliverer = again
    await desk.drain_for(seconds=30)
    assert again.edits == [(number, 3)]


async def test_a_newer_revision_brings_the_late_picture_with_it(desk: Desk) -> None:
    late = LatePictures()
    desk.dispatch.deliverer = late
    number = await desk.enqueue("alert", payload=WITH_PICTURE, revision=3)
    await ask_for_edit(desk, number, 4)
    await desk.dispatch.drain()
    await desk.dispatch.drain()
    assert late.edits == [(number, 4)]
    await ask_for_edit(desk, number, 5)
    await desk.dispatch.drain()
    assert late.edits == [(number, 4), (number, 5)]


# -- a rush ------------------------------------------------------------------------------------


async def test_ten_thousand_digests_never_delay_an_alert_by_more_than_a_second(
    desk: Desk,
) -> None:
    digests = [
        Delivery(
            DeliveryId(0),
            f"digest:{number}",
            DeliveryKind.DIGEST,
            Place(PlaceKind.CHANNEL, 10_000 + number),
            {"content": "digest"},
            START,
        )
        for number in range(10_000)
    ]
    await desk.store.write(lambda tx: [tx.outbox.enqueue(digest) for digest in digests])
    running = asyncio.create_task(desk.dispatch.run())
    waits: list[timedelta] = []
    for number in range(5):
        await until_sent(desk, 40 * (number + 1))
        asked = desk.clock.now()
        key = f"alert:{number}"
        await desk.enqueue(key, Place(PlaceKind.CHANNEL, 10_000 + number * 7))
        desk.dispatch.wake()
        await until_gone(desk, key)
        waits.append(desk.clock.now() - asked)
    await desk.dispatch.close(5)
    await running
    assert len(desk.deliverer.sent) < 5_000, "the rush was over too soon to show anything"
    assert max(waits) <= timedelta(seconds=1)
