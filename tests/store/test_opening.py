# ruff: noqa: ASYNC240 - these tests may wait for a small local file
from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import (
    AnotherCopyRuns,
    SchemaTooNew,
    SettingsError,
    StoreCorrupt,
    StoreError,
    StoreFull,
)
from bot.store import SqlStore
from bot.store.engine import database_path, make_engine
from bot.store.schema import APPLICATION_ID, HEAD
from tests.store import samples
from tests.store.samples import NOW

NOBODY = 65534


async def opened(url: str) -> None:
    async with SqlStore.open(url, busy=0.2):
        pass


def sql(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


async def test_a_first_start_makes_the_folder_and_a_private_file(url: str, path: Path) -> None:
    async with SqlStore.open(url) as store:
        await store.write(lambda tx: tx.records.put("a", 1))
        files = sorted(path.parent.iterdir())
        assert [file.name for file in files] == [
            "launchwire.db",
            "launchwire.db-shm",
            "launchwire.db-wal",
            "launchwire.db.lock",
        ]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_the_file_says_whose_it_is_and_of_which_schema(url: str, path: Path) -> None:
    await opened(url)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    connection.close()


async def test_writing_connections_are_durable_and_keep_references(store: SqlStore) -> None:
    engine = make_engine(store.path, busy=5.0)
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


async def test_what_was_written_is_there_after_reopening(url: str) -> None:
    async with SqlStore.open(url) as store:
        await store.write(lambda tx: tx.articles.add(samples.article(), None, NOW))
    async with SqlStore.open(url) as store:
        assert len(await store.read(lambda tx: tx.articles.recent(5))) == 1


async def test_a_second_copy_is_refused_until_the_first_ends(url: str) -> None:
    async with SqlStore.open(url):
        with pytest.raises(AnotherCopyRuns, match="Another copy"):
            await opened(url)
    await opened(url)


async def test_a_second_copy_is_recognised_by_another_name_of_the_file(
    url: str, path: Path, tmp_path: Path
) -> None:
    async with SqlStore.open(url):
        (tmp_path / "link").symlink_to(path.parent)
        with pytest.raises(AnotherCopyRuns):
            await opened(f"sqlite:///{tmp_path}/link/launchwire.db")


async def test_the_lock_of_a_killed_process_is_free(url: str, path: Path) -> None:
    await opened(url)
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from bot.store.lock import StoreLock\n"
        "lock = StoreLock(Path(sys.argv[1]))\n"
        "lock.acquire()\n"
        "print('held', flush=True)\n"
        "time.sleep(60)\n"
    )
    child = subprocess.Popen(  # noqa: ASYNC220 - a test may wait for its child
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(AnotherCopyRuns):
        await opened(url)
    child.kill()
    child.communicate()
    await opened(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "launchwire.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=ro&uri=true",
        "postgresql://user:secret@host/db",
    ],
)
def test_a_url_that_is_no_file_is_a_wrong_setting_and_shows_no_password(url: str) -> None:
    with pytest.raises(SettingsError, match=r"\[store\] url") as caught:
        SqlStore.open(url)
    assert "secret" not in str(caught.value)
    assert "sqlite:///data/launchwire.db" in str(caught.value)


def test_a_relative_path_is_made_absolute() -> None:
    assert database_path("sqlite:///data/x.db") == Path.cwd() / "data" / "x.db"


async def test_a_text_file_is_named_as_damaged_and_left_alone(url: str, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("these are my notes " * 100)
    with pytest.raises(StoreCorrupt, match="command `restore`"):
        await opened(url)
    assert path.read_text().startswith("these are my notes")


async def test_flipped_bytes_are_found_before_anything_is_written(url: str, path: Path) -> None:
    async with SqlStore.open(url) as store:
        for number in range(50):
            article = samples.article(number)
            await store.write(lambda tx, a=article: tx.articles.add(a, None, NOW))  # type: ignore[misc]  # bound now
    content = bytearray(path.read_bytes())
    for at in range(4096 * 30, len(content), 4096):
        content[at : at + 64] = bytes(255 - byte for byte in content[at : at + 64])
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt, match="is damaged"):
        await opened(url)
    assert path.read_bytes() == bytes(content)


async def test_a_cut_off_file_is_found(url: str, path: Path) -> None:
    await opened(url)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreCorrupt):
        await opened(url)


async def test_a_newer_schema_is_refused_untouched(url: str, path: Path) -> None:
    await opened(url)
    sql(path, "UPDATE alembic_version SET version_num = '0099'")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew, match="newer release"):
        await opened(url)
    assert path.read_bytes() == before
    again = SqlStore.open(url)
    with pytest.raises(SchemaTooNew):  # and the lock was freed
        await again.__aenter__()


async def test_an_unknown_schema_is_refused(url: str, path: Path) -> None:
    await opened(url)
    sql(path, "UPDATE alembic_version SET version_num = ''")
    with pytest.raises(StoreCorrupt, match="nobody made"):
        await opened(url)


async def test_another_programs_database_is_refused_untouched(url: str, path: Path) -> None:
    path.parent.mkdir()
    sql(path, "CREATE TABLE places (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        await opened(url)
    assert path.read_bytes() == before


async def test_an_empty_file_becomes_a_database(url: str, path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    await opened(url)
    assert path.stat().st_size > 0


async def test_a_folder_in_place_of_the_file_is_named(url: str, path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be written"):
        await opened(url)


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder, and no rights of the superuser (for whom nothing is read-only)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "store"
        folder.mkdir()
        as_root = os.geteuid() == 0
        if as_root:
            Path(name).chmod(0o755)
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if as_root:
                os.seteuid(0)
            folder.chmod(0o700)


async def test_a_read_only_folder_is_named(unprivileged: Path) -> None:
    unprivileged.chmod(0o500)
    with pytest.raises(StoreError, match=r"cannot be (written|locked)"):
        await opened(f"sqlite:///{unprivileged}/launchwire.db")


async def test_a_folder_that_cannot_be_made_is_named(unprivileged: Path) -> None:
    unprivileged.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be written"):
        await opened(f"sqlite:///{unprivileged}/deeper/launchwire.db")


async def test_a_read_only_file_is_named(unprivileged: Path) -> None:
    url = f"sqlite:///{unprivileged}/launchwire.db"
    await opened(url)
    (unprivileged / "launchwire.db").chmod(0o400)
    with pytest.raises(StoreError, match="cannot be written"):
        await opened(url)


@pytest.mark.parametrize("refused", ["open", "insert"])
async def test_a_disk_full_at_the_start_asks_to_start_again(
    refused: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def no_pages(_: object) -> None:
        connection = sqlite3.connect(":memory:")
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("CREATE TABLE more (x)")

    if refused == "open":
        monkeypatch.setattr("bot.store.sql_store.os.open", no_space)
    else:
        monkeypatch.setattr("bot.store.sql_store.create", no_pages)
    with pytest.raises(StoreFull) as caught:
        await opened(url)
    assert caught.value.last_words.endswith("Free some space and start Launchwire again.")
    assert "by itself" not in caught.value.last_words
