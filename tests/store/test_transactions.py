from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.feed import PollState
from bot.errors import NotFound, StoreError, StoreFull
from bot.ports import Stage, Store, TrailEntry, Transaction
from bot.store import SqlStore
from tests.store import samples
from tests.store.samples import NOW


def everything(tx: Transaction) -> None:
    """What one new article writes."""
    feed_id = tx.feeds.add(samples.feed(), PollState())
    article_id = tx.articles.add(samples.article(source=str(feed_id)), None, NOW)
    story_id = tx.stories.save(samples.story(), ["k"], headline="h", status="reported")
    tx.articles.move(article_id, story_id)
    tx.outbox.enqueue(samples.delivery("alert:1:901", story_id=story_id))
    tx.feeds.save_state(feed_id, PollState(etag="1"))
    tx.records.trail(TrailEntry(NOW, Stage.STORED, "", article_id=article_id))


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has, seen by another program."""
    connection = sqlite3.connect(path)
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if name not in ("alembic_version", "sqlite_sequence")
    ]
    counts = {
        name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names
    }
    connection.close()
    return {name: count for name, count in counts.items() if count}


def port(store: SqlStore) -> Store:
    """The type checker proves here that the facade is the port."""
    return store


async def test_a_step_commits_as_a_whole(store: SqlStore) -> None:
    await port(store).write(everything)
    assert rows(store.path) == {
        "article": 1,
        "article_key": 3,
        "feed": 1,
        "feed_state": 1,
        "outbox": 1,
        "story": 1,
        "story_key": 1,
        "trail": 1,
    }


@pytest.mark.parametrize("error", [NotFound("no such story"), ZeroDivisionError()])
async def test_a_step_that_raises_writes_nothing(store: SqlStore, error: Exception) -> None:
    def step(tx: Transaction) -> None:
        everything(tx)
        raise error

    with pytest.raises(type(error)):
        await store.write(step)
    assert rows(store.path) == {}
    await store.write(everything)
    assert rows(store.path)["article"] == 1


async def test_a_step_sees_what_it_wrote_before(store: SqlStore) -> None:
    def step(tx: Transaction) -> tuple[object, object]:
        tx.records.put("a", 1)
        return tx.records.get("a"), tx.records.get("b")

    assert await store.write(step) == (1, None)


async def test_a_reading_step_cannot_write(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="read-only"):
        await store.read(lambda tx: tx.records.put("a", 1))
    assert rows(store.path) == {}


async def test_a_reading_step_sees_one_moment(store: SqlStore) -> None:
    began, written = threading.Event(), threading.Event()

    def slow_read(tx: Transaction) -> tuple[object, object]:
        before = tx.records.get("a")
        began.set()
        written.wait(5)
        return before, tx.records.get("a")

    reading = asyncio.create_task(store.read(slow_read))
    await asyncio.to_thread(began.wait, 5)
    await store.write(lambda tx: tx.records.put("a", 1))  # a reader does not hold the writer up
    written.set()
    assert await reading == (None, None)
    assert await store.read(lambda tx: tx.records.get("a")) == 1


async def test_what_a_step_reads_cannot_change_before_it_writes(store: SqlStore) -> None:
    def count(tx: Transaction) -> None:
        tx.records.put("n", (tx.records.get("n") or 0) + 1)

    await asyncio.gather(*(store.write(count) for _ in range(50)))
    assert await store.read(lambda tx: tx.records.get("n")) == 50


async def test_the_event_loop_runs_on_while_a_step_is_slow(store: SqlStore) -> None:
    writing = asyncio.create_task(store.write(lambda tx: time.sleep(0.3)))
    ticks = 0
    while not writing.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 10


async def test_a_cancelled_step_that_has_begun_is_committed_as_a_whole(store: SqlStore) -> None:
    began, go_on = threading.Event(), threading.Event()

    def step(tx: Transaction) -> None:
        tx.records.put("first", 1)
        began.set()
        go_on.wait(5)
        tx.records.put("second", 2)

    writing = asyncio.create_task(store.write(step))
    await asyncio.to_thread(began.wait, 5)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    go_on.set()
    names = await store.write(lambda tx: (tx.records.get("first"), tx.records.get("second")))
    assert names == (1, 2)


async def test_a_cancelled_step_that_has_not_begun_never_runs(store: SqlStore) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        begun.set()
        go_on.wait(30)

    first = asyncio.create_task(store.write(hold))
    await asyncio.to_thread(begun.wait, 30)
    second = asyncio.create_task(store.write(lambda tx: tx.records.put("second", 2)))
    await asyncio.sleep(0.05)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second  # the loop hands the cancellation on; only then may the writer go on
    go_on.set()
    await first
    assert await store.write(lambda tx: tx.records.get("second")) is None


async def test_closing_finishes_what_is_queued(url: str, path: Path) -> None:
    store = SqlStore.open(url)
    async with store:
        slow = asyncio.create_task(store.write(lambda tx: time.sleep(0.2)))
        queued = asyncio.create_task(store.write(everything))
        await asyncio.sleep(0)
    await asyncio.gather(slow, queued)
    assert rows(path)["article"] == 1
    await store.close()


async def test_a_closed_store_says_so(url: str) -> None:
    async with SqlStore.open(url) as store:
        pass
    for call in (store.write, store.read):
        with pytest.raises(StoreError, match="is closed"):
            await call(everything)


async def test_a_closing_that_is_cancelled_still_closes(url: str) -> None:
    store = await SqlStore.open(url).__aenter__()
    slow = asyncio.create_task(store.write(lambda tx: time.sleep(0.2)))
    await asyncio.sleep(0.01)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0.01)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    await slow
    await asyncio.sleep(0.2)
    async with SqlStore.open(url):  # the lock is free
        pass


async def test_another_programs_lock_is_waited_for_and_then_named(store: SqlStore) -> None:
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="is busy: another program"):
        await store.write(everything)
    waiting = asyncio.create_task(store.write(everything))
    await asyncio.sleep(0.05)
    other.execute("COMMIT")
    await waiting
    other.close()
    assert rows(store.path)["article"] == 1


async def test_a_reader_is_not_stopped_by_another_programs_writing(store: SqlStore) -> None:
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert await store.read(lambda tx: tx.records.get("a")) is None
    other.close()


def limit_pages(store: SqlStore, pages: int | None) -> Callable[[Transaction], None]:
    """A full disk, as SQLite sees it; None takes it away."""

    def step(tx: Transaction) -> None:
        connection = store._writer._connection
        assert connection is not None
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        limit = 1_000_000 if pages is None else used + pages
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit}")

    return step


async def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_space(
    store: SqlStore,
) -> None:
    await store.write(everything)
    before = rows(store.path)
    await store.write(limit_pages(store, 1))

    def many(tx: Transaction) -> None:
        for number in range(2, 40):
            tx.articles.add(samples.article(number), None, NOW)

    for _ in range(2):
        with pytest.raises(StoreFull, match="nothing was written"):
            await store.write(many)
    assert rows(store.path) == before
    assert await store.read(lambda tx: tx.articles.recent(5)) != []
    await store.write(limit_pages(store, None))
    await store.write(many)
    assert rows(store.path)["article"] == 39


async def test_a_claim_that_cannot_be_written_is_an_error_for_the_caller(store: SqlStore) -> None:
    await store.write(limit_pages(store, 0))

    def claim(tx: Transaction) -> None:
        for number in range(500):
            tx.outbox.enqueue(samples.delivery(f"alert:{number}:901"))

    with pytest.raises(StoreFull):
        await store.write(claim)
    assert await store.read(lambda tx: tx.outbox.pending()) == []
