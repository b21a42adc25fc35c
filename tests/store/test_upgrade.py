from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from bot.errors import SchemaTooNew, StoreError
from bot.store import SqlStore, schema
from bot.store.engine import make_engine
from bot.store.inspection import Inspection, inspect
from bot.store.schema_upgrade import _run, upgrade
from tests.store.released import content, fill, load

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RELEASED = sorted((HERE / "schemas").glob("v*.sql"))
NEXT = HERE / "next_schemas"
TABLES = schema.metadata.sorted_tables
OLD = Inspection("0001")


def structure(path: Path) -> dict[str, str]:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
    ).fetchall()
    connection.close()
    return {name: " ".join(sql.split()) for name, sql in rows}


def rows(path: Path, table: str) -> int:
    connection = sqlite3.connect(path)
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    connection.close()
    return int(count)


def revision_of(path: Path) -> str | None:
    return inspect(path, known=("0001", "0002")).revision


async def read_content(url: str) -> dict[str, object]:
    async with SqlStore.open(url) as store:
        return await store.read(content)


async def made_today(tmp_path: Path) -> dict[str, object]:
    url = f"sqlite:///{tmp_path}/today.db"
    async with SqlStore.open(url) as store:
        await store.write(fill)
    return await read_content(url)


def test_every_released_schema_has_its_dump() -> None:
    assert len(RELEASED) == len(schema.REVISIONS)


@pytest.mark.parametrize("dump", RELEASED, ids=lambda dump: dump.stem)
async def test_a_store_of_each_release_is_read_in_full(
    dump: Path, url: str, path: Path, tmp_path: Path
) -> None:
    load(dump, path)
    before = inspect(path).revision
    assert await read_content(url) == await made_today(tmp_path)
    assert inspect(path).revision == schema.HEAD
    kept = path.with_name(f"{path.name}.schema-{before}")
    assert kept.exists() == (before != schema.HEAD)


@pytest.mark.parametrize("dump", RELEASED, ids=lambda dump: dump.stem)
async def test_an_upgraded_store_has_the_structure_of_a_new_one(
    dump: Path, url: str, path: Path, tmp_path: Path
) -> None:
    load(dump, path)
    await read_content(url)
    await made_today(tmp_path)
    assert structure(path) == structure(tmp_path / "today.db")


async def test_the_steps_from_nothing_make_the_structure_of_a_new_store(tmp_path: Path) -> None:
    stepwise = tmp_path / "stepwise.db"
    engine = make_engine(stepwise)
    _run(engine, schema.HEAD, ())
    engine.dispose()
    await made_today(tmp_path)
    assert structure(stepwise) == structure(tmp_path / "today.db")


def test_the_last_step_is_the_one_the_release_expects() -> None:
    names = sorted((ROOT / "bot" / "store" / "migrations" / "versions").glob("r*.py"))
    assert [name.stem[1:5] for name in names] == list(schema.REVISIONS)


async def test_an_upgrade_keeps_every_row_and_a_copy_of_the_old_file(path: Path) -> None:
    load(RELEASED[0], path)
    copy = upgrade(path, OLD, head="0002", versions=(NEXT / "good",))
    assert revision_of(path) == "0002"
    assert "standing" in structure(path)["story"]
    # The table of stories was rebuilt: what refers to it must still be there.
    for table in ("story_key", "follow", "article", "outbox", "edit", "feed_state"):
        assert rows(path, table) > 0, table
    assert copy == path.with_name("launchwire.db.schema-0001")
    assert revision_of(copy) == "0001"
    assert rows(copy, "outbox") == 2


async def test_an_older_release_refuses_the_upgraded_file(url: str, path: Path) -> None:
    load(RELEASED[0], path)
    upgrade(path, OLD, head="0002", versions=(NEXT / "good",))
    with pytest.raises(SchemaTooNew, match="schema 0002"):
        await read_content(url)


async def test_a_failing_upgrade_leaves_the_old_schema_and_a_copy(
    url: str, path: Path, tmp_path: Path
) -> None:
    load(RELEASED[0], path)
    before = structure(path)
    with pytest.raises(StoreError, match="nowhere"):
        upgrade(path, OLD, head="0002", versions=(NEXT / "bad",))
    assert structure(path) == before
    assert revision_of(path.with_name("launchwire.db.schema-0001")) == "0001"
    assert await read_content(url) == await made_today(tmp_path)


async def test_an_upgrade_killed_midway_leaves_the_old_schema(
    url: str, path: Path, tmp_path: Path
) -> None:
    load(RELEASED[0], path)
    before = structure(path)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from bot.store.inspection import Inspection\n"
        "from bot.store.schema_upgrade import upgrade\n"
        "path, versions = map(Path, sys.argv[1:])\n"
        "upgrade(path, Inspection('0001'), head='0002', versions=(versions,))\n"
    )
    command = [sys.executable, "-c", code, str(path), str(NEXT / "deadly")]
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert await read_content(url) == await made_today(tmp_path)
    assert structure(path) == before


def test_an_upgrade_that_orphans_rows_is_taken_back(path: Path) -> None:
    load(RELEASED[0], path)
    with pytest.raises(StoreError, match="feed_state"):
        upgrade(path, OLD, head="0002", versions=(NEXT / "orphaning",))
    assert rows(path, "feed") == 1
    assert revision_of(path) == "0001"


def test_nothing_is_done_to_a_file_of_this_release(path: Path) -> None:
    load(RELEASED[-1], path)
    assert upgrade(path, inspect(path)) is None
    assert [file.name for file in path.parent.iterdir()] == ["launchwire.db"]


def test_alembic_is_not_loaded_when_there_is_nothing_to_upgrade(url: str) -> None:
    code = (
        "import asyncio, sys\n"
        "from bot.store import SqlStore\n"
        "async def main():\n"
        "    async with SqlStore.open(sys.argv[1]): pass\n"
        "asyncio.run(main())\n"
        "asyncio.run(main())\n"
        "sys.exit('alembic' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_every_table_can_be_made_in_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types it not
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in TABLES]
    for table in TABLES:
        made += [str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes]
    text = "\n".join(made)
    assert text.count("CREATE TABLE") == len(TABLES)
    assert "BIGSERIAL" in text
    assert "WHERE state IN ('pending', 'sending')" in text
