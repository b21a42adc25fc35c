# ruff: noqa: ASYNC240 - these tests may wait for a small local file
from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from bot.domain.article import ArticleId
from bot.errors import AnotherCopyRuns, SchemaTooNew, StoreCorrupt, StoreError
from bot.store import SqlStore
from bot.store.backup import backup, backup_folder, list_backups, restore
from bot.store.inspection import inspect
from bot.store.schema import HEAD
from tests.store import samples
from tests.store.samples import NOW


async def write(url: str, *numbers: int) -> None:
    async with SqlStore.open(url) as store:
        for number in numbers:
            article = samples.article(number)
            await store.write(lambda tx, a=article: tx.articles.add(a, None, NOW))  # type: ignore[misc]  # bound now


async def stored(url: str) -> list[ArticleId]:
    async with SqlStore.open(url) as store:
        return sorted(row.id for row in await store.read(lambda tx: tx.articles.recent(99)))


async def test_the_drill_what_was_lost_is_back_after_a_restore(url: str, path: Path) -> None:
    await write(url, 1, 2)
    copy = backup(url, keep=7)
    await write(url, 3)
    path.write_bytes(b"not a database any more" * 500)
    with pytest.raises(StoreCorrupt):
        await stored(url)
    done = restore(copy, url)
    assert await stored(url) == [1, 2]
    assert done.kept is not None
    assert done.kept.read_bytes().startswith(b"not a database")
    assert (done.database, done.backup) == (path, copy)


@pytest.mark.parametrize("before", [[], [1, 2]], ids=["empty backup", "backup"])
async def test_no_number_is_given_twice_after_a_restore(url: str, before: list[int]) -> None:
    await write(url, *before)
    copy = backup(url, keep=7) if before else await backup_of_nothing(url)
    await write(url, 3, 4)  # lost: what was posted of them is numbered
    lost = set(await stored(url)) - set(before)
    restore(copy, url)
    await write(url, 5)
    assert set(await stored(url)) & lost == set()


async def backup_of_nothing(url: str) -> Path:
    async with SqlStore.open(url):
        return backup(url, keep=7)


async def test_a_copy_is_made_while_the_store_is_written(url: str, path: Path) -> None:
    async with SqlStore.open(url) as store:
        copying = asyncio.create_task(store.backup(7))
        for number in range(30):
            article = samples.article(number)
            await store.write(lambda tx, a=article: tx.articles.add(a, None, NOW))  # type: ignore[misc]  # bound now
        name = await copying
    copy = backup_folder(path) / name
    assert inspect(copy, thorough=True).revision == HEAD
    assert len(await stored(url)) == 30


async def test_a_copy_holds_what_is_still_in_the_journal(url: str, path: Path) -> None:
    async with SqlStore.open(url) as store:
        await store.write(lambda tx: tx.records.put("a", 1))
        copy = backup(url, keep=1)
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT value FROM fact").fetchall() == [("1",)]
    connection.close()


async def test_copies_are_private_and_the_newest_are_kept(url: str, path: Path) -> None:
    await write(url, 1)
    copies = [backup(url, keep=3) for _ in range(5)]
    assert copies == sorted(copies)
    listed = list_backups(url)
    assert [item.path for item in listed] == copies[:1:-1]
    assert {stat.S_IMODE(copy.path.stat().st_mode) for copy in listed} == {0o600}
    assert listed[0].size > 0
    assert listed[0].made >= listed[1].made
    assert sorted(backup_folder(path).iterdir()) == sorted(copies[2:])
    backup(url, keep=0)
    assert len(list_backups(url)) == 1


def test_a_store_without_copies_lists_none(url: str) -> None:
    assert list_backups(url) == []
    with pytest.raises(StoreError, match="no database"):
        backup(url, keep=1)


async def test_a_damaged_store_is_not_copied_over_good_copies(url: str, path: Path) -> None:
    await write(url, *range(60))
    good = backup(url, keep=1)
    content = bytearray(path.read_bytes())
    content[4096 * 30 : 4096 * 60] = bytes(4096 * 30)
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        backup(url, keep=1)
    assert [item.path for item in list_backups(url)] == [good]
    assert list(backup_folder(path).iterdir()) == [good]


async def test_a_running_store_is_not_replaced(url: str) -> None:
    await write(url, 1)
    copy = backup(url, keep=1)
    async with SqlStore.open(url):
        with pytest.raises(AnotherCopyRuns):
            restore(copy, url)
    assert await stored(url) == [1]


async def test_a_damaged_copy_replaces_nothing(url: str, path: Path) -> None:
    await write(url, *range(60))
    copy = backup(url, keep=1)
    content = bytearray(copy.read_bytes())
    content[4096 * 30 : 4096 * 40] = bytes(4096 * 10)
    copy.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        restore(copy, url)
    assert len(await stored(url)) == 60


@pytest.mark.parametrize("content", [b"", b"my notes" * 100])
async def test_a_file_that_is_no_copy_replaces_nothing(
    url: str, tmp_path: Path, content: bytes
) -> None:
    await write(url, 1)
    other = tmp_path / "other"
    other.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        restore(other, url)
    with pytest.raises(StoreError, match="no backup at"):
        restore(tmp_path / "absent", url)
    assert await stored(url) == [1]


async def test_a_copy_of_a_newer_release_replaces_nothing(url: str) -> None:
    await write(url, 1)
    copy = backup(url, keep=1)
    connection = sqlite3.connect(copy)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(SchemaTooNew):
        restore(copy, url)
    assert await stored(url) == [1]


async def test_a_store_can_be_restored_to_a_new_place(url: str, tmp_path: Path) -> None:
    await write(url, 1)
    copy = backup(url, keep=1)
    elsewhere = f"sqlite:///{tmp_path}/new/place/launchwire.db"
    assert restore(copy, elsewhere).kept is None
    assert await stored(elsewhere) == [1]


async def test_a_left_over_journal_is_not_replayed_into_the_restored_file(
    url: str, path: Path
) -> None:
    await write(url, 1)
    copy = backup(url, keep=1)
    writer = sqlite3.connect(path)  # keeps the journal: it is removed by the last to close
    writer.execute("SELECT count(*) FROM article").fetchall()
    await write(url, 2)
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    first = restore(copy, url)
    second = restore(copy, url)
    writer.close()
    assert await stored(url) == [1]
    assert first.kept is not None
    assert second.kept != first.kept
    kept = sqlite3.connect(first.kept)  # with its journal, nothing of it is lost
    assert kept.execute("SELECT count(*) FROM article").fetchone() == (2,)
    kept.close()
