from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.digest import DigestId, Slot
from bot.errors import StoreError
from bot.store import SqlStore
from tests.store import samples
from tests.store.samples import NOW


def slot(day: int, minutes: int = 480) -> Slot:
    return Slot(date(2021, 3, day), minutes, NOW + timedelta(days=day, minutes=minutes))


async def add(store: SqlStore) -> DigestId:
    return await store.write(lambda tx: tx.digests.add(samples.schedule()))


async def record(store: SqlStore, digest_id: DigestId, run: Slot, note: str = "") -> bool:
    return await store.write(lambda tx: tx.digests.record_run(digest_id, run, NOW, note))


async def test_a_schedule_comes_back_whole(store: SqlStore) -> None:
    number = await add(store)
    expected = samples.schedule(id=number)
    assert await store.read(lambda tx: tx.digests.get(number)) == expected
    assert await store.read(lambda tx: tx.digests.all()) == [expected]
    changed = replace(expected, paused=True)
    await store.write(lambda tx: tx.digests.save(changed))
    assert await store.read(lambda tx: tx.digests.get(number)) == changed


async def test_a_local_day_and_slot_has_one_run(store: SqlStore) -> None:
    number, other = await add(store), await add(store)
    assert await record(store, number, slot(25))
    moved = replace(slot(25), due=NOW)  # the zone's rules changed: still the same local slot
    assert not await record(store, number, moved)
    assert await record(store, number, slot(25, 540))
    assert await record(store, number, slot(26))
    assert await record(store, other, slot(25))


async def test_the_last_run_is_the_one_due_last(store: SqlStore) -> None:
    number = await add(store)
    assert await store.read(lambda tx: tx.digests.last_run(number)) is None
    for day in (26, 25):
        await record(store, number, slot(day))
    assert await store.read(lambda tx: tx.digests.last_run(number)) == (slot(26), NOW)


async def test_skipped_runs_are_told_from_posted_ones(store: SqlStore) -> None:
    number = await add(store)
    await record(store, number, slot(24), "skipped: asleep")
    await record(store, number, slot(25), "skipped: asleep")
    await record(store, number, slot(26), "late by 2 h")
    since = slot(25).due
    assert await store.read(lambda tx: tx.digests.skipped_since(number, since)) == [slot(25)]


async def test_a_removed_schedule_takes_its_runs_and_takes_no_more(store: SqlStore) -> None:
    number = await add(store)
    await record(store, number, slot(25))
    await store.write(lambda tx: tx.digests.remove(number))
    assert await store.read(lambda tx: tx.digests.get(number)) is None
    assert await store.read(lambda tx: tx.digests.last_run(number)) is None
    assert not await record(store, number, slot(26))
    with pytest.raises(StoreError, match="was removed"):
        await store.write(lambda tx: tx.digests.save(samples.schedule(id=number)))
