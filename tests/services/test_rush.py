"""The hour at which thousands of messages are due: within Discord's limits, and none is dropped."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import SecondPace
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
from bot.errors import TransientDeliveryError
from bot.services.dispatch import Dispatch
from bot.store import SqlStore
from tests.services.newsroom import START, FakeClock

A_SECOND = timedelta(seconds=1)
PACE = 45
BUCKET, WINDOW = 5, timedelta(seconds=5)  # messages of one channel, as Discord usually answers
GLOBAL = 50
SERVERS, BUSY = 2_400, 200


@dataclass
class LimitedDiscord:
    """Refuses what goes over the limit of a channel or of the whole bot, as Discord does."""

    clock: FakeClock
    posted: list[tuple[str, datetime]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    _recent: deque[datetime] = field(default_factory=deque)
    _windows: dict[int, tuple[datetime, int]] = field(default_factory=dict)

    async def send(self, delivery: Delivery, reply_to: Receipt | None) -> Receipt:
        del reply_to
        now = self.clock.now()
        while self._recent and self._recent[0] <= now - A_SECOND:
            self._recent.popleft()
        if len(self._recent) >= GLOBAL:
            self.refused["global"] += 1
            raise TransientDeliveryError("slow down", retry_after=A_SECOND)
        self._recent.append(now)
        began, used = self._windows.get(delivery.place.id, (now, 0))
        if now >= began + WINDOW:
            began, used = now, 0
        if used >= BUCKET:
            self.refused["channel"] += 1
            raise TransientDeliveryError("slow down", retry_after=began + WINDOW - now)
        self._windows[delivery.place.id] = (began, used + 1)
        self.posted.append((delivery.key, now))
        return Receipt(len(self.posted), delivery.place.id)

    async def edit(self, edit: Edit) -> None:
        raise AssertionError(f"nothing to edit: {edit}")

    async def find(self, place: Place, marker: str, since: datetime) -> Receipt | None:
        raise AssertionError(f"nothing is in doubt: {place} {marker} {since}")


@dataclass
class ClockPace:
    """The dispatcher's pace on the test's clock; `SecondPace` itself is measured below."""

    clock: FakeClock

    async def turn(self) -> None:
        self.clock.advance(seconds=1 / PACE)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with SqlStore.open(f"sqlite:///{tmp_path / 'x.db'}") as opened:
        yield opened


def due(key: str, kind: DeliveryKind, channel: int) -> Delivery:
    place = Place(PlaceKind.CHANNEL, channel)
    return Delivery(DeliveryId(0), key, kind, place, {"content": key}, START)


async def test_five_thousand_messages_keep_to_the_limits_and_none_is_dropped(
    store: SqlStore,
) -> None:
    rows = [
        due(f"digest:{server}:{part}", DeliveryKind.DIGEST, 10_000 + server)
        for server in range(SERVERS)
        for part in range(2)
    ]
    rows += [due(f"alert:{number}", DeliveryKind.ALERT, 7) for number in range(BUSY)]
    await store.write(lambda tx: [tx.outbox.enqueue(row) for row in rows])
    clock = FakeClock()
    discord = LimitedDiscord(clock)
    dispatch = Dispatch(
        store, discord, clock, ClockPace(clock), OutboxRules(), lambda *_: pytest.fail("parked")
    )
    end = START + timedelta(minutes=10)
    while len(discord.posted) < len(rows) and clock.now() < end:
        await dispatch.drain()
        clock.advance(seconds=1)
    assert len(rows) == 5_000
    assert Counter(key for key, _ in discord.posted) == Counter(row.key for row in rows)
    counts = await store.read(lambda tx: tx.outbox.counts())
    assert counts[DeliveryState.SENT] == 5_000
    assert discord.refused["global"] == 0
    assert most_in_a_second(at for _, at in discord.posted) <= PACE + 1
    digests = [at for key, at in discord.posted if key.startswith("digest")]
    assert max(digests) - START < timedelta(seconds=150)
    # Discord bans for 10,000 refusals in ten minutes.
    assert discord.refused["channel"] < 1_000
    order = [key for key, _ in discord.posted if key.startswith("alert")]
    assert order == [f"alert:{number}" for number in range(BUSY)]


def most_in_a_second(times: Iterable[datetime]) -> int:
    recent: deque[datetime] = deque()
    most = 0
    for at in times:
        recent.append(at)
        while recent[0] <= at - A_SECOND:
            recent.popleft()
        most = max(most, len(recent))
    return most


async def test_the_pace_lets_no_burst_through() -> None:
    pace = SecondPace(100.0)
    began = time.monotonic()
    turns: dict[int, int] = defaultdict(int)
    for _ in range(60):
        await pace.turn()
        turns[int((time.monotonic() - began) * 10)] += 1
    assert time.monotonic() - began >= 59 / 100 * 0.9
    assert max(turns.values()) <= 12, "ten in a tenth of a second, and the edges"
