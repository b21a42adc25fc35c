"""The watched folder: whole files only, changes within 2 s, problems once, nothing from outside."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.ports import SeedBatch
from bot.sources.seeds import SeedFolder
from tests.sources.conftest import InProcess
from tests.sources.loopback import FakeClock

TEXT = "The army said that two missiles were fired."


@pytest.fixture
def folder(tmp_path: Path, in_process: InProcess, clock: FakeClock) -> SeedFolder:
    (tmp_path / "seeds").mkdir()
    return SeedFolder(tmp_path / "seeds", in_process, clock)


@asynccontextmanager
async def watching(folder: SeedFolder) -> AsyncIterator[asyncio.Queue[SeedBatch]]:
    found: asyncio.Queue[SeedBatch] = asyncio.Queue()

    async def collect() -> None:
        async for batch in folder.watch():
            found.put_nowait(batch)

    task = asyncio.create_task(collect())
    await asyncio.sleep(0.15)
    yield found
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def within(found: asyncio.Queue[SeedBatch], seconds: float = 2.0) -> SeedBatch:
    async with asyncio.timeout(seconds):
        return await found.get()


async def test_a_scan_reads_every_file_in_the_order_of_names(
    folder: SeedFolder, tmp_path: Path
) -> None:
    (tmp_path / "seeds" / "sub").mkdir()
    for name in ("b.txt", "a.txt", "sub/c.md", ".hidden.txt", "notes.docx", "d.txt.part"):
        (tmp_path / "seeds" / name).write_text(TEXT)
    batches = await folder.scan()
    read = [batch.path for batch in batches if batch.problem is None]
    assert read == ["a.txt", "b.txt", "sub/c.md"]
    assert await folder.scan() == []


async def test_a_missing_folder_is_empty_and_may_appear_later(
    in_process: InProcess, clock: FakeClock, tmp_path: Path
) -> None:
    late = SeedFolder(tmp_path / "late", in_process, clock)
    assert await late.scan() == []
    async with watching(late) as found:
        (tmp_path / "late").mkdir()
        (tmp_path / "late" / "a.txt").write_text(TEXT)
        assert (await within(found)).path == "a.txt"


async def test_new_changed_and_renamed_files_are_noticed_within_two_seconds(
    folder: SeedFolder, tmp_path: Path
) -> None:
    seeds = tmp_path / "seeds"
    async with watching(folder) as found:
        (seeds / "a.txt").write_text(TEXT)
        assert (await within(found)).articles[0].body == TEXT
        (seeds / "a.txt").write_text(TEXT + " More.")
        assert (await within(found)).articles[0].body == TEXT + " More."
        (tmp_path / "ready").write_text("Atomically renamed text.")
        os.replace(tmp_path / "ready", seeds / "a.txt")
        assert (await within(found)).articles[0].body == "Atomically renamed text."


async def test_a_file_held_open_waits_until_it_is_closed(
    folder: SeedFolder, tmp_path: Path
) -> None:
    async with watching(folder) as found:
        with (tmp_path / "seeds" / "a.txt").open("w") as writing:
            writing.write("First half, ")
            writing.flush()
            await asyncio.sleep(1.0)
            assert found.empty()
            writing.write("second half.")
        assert (await within(found)).articles[0].body == "First half, second half."


async def test_a_file_written_in_quick_pieces_is_read_once_and_whole(
    folder: SeedFolder, tmp_path: Path
) -> None:
    path = tmp_path / "seeds" / "a.txt"
    async with watching(folder) as found:
        for number in range(5):
            with path.open("a") as writing:
                writing.write(f"piece {number} ")
            await asyncio.sleep(0.1)
        assert (await within(found)).articles[0].body.endswith("piece 4")
        assert found.empty()


async def test_touching_a_file_or_deleting_it_says_nothing(
    folder: SeedFolder, tmp_path: Path
) -> None:
    path = tmp_path / "seeds" / "a.txt"
    path.write_text(TEXT)
    await folder.scan()
    async with watching(folder) as found:
        path.touch()
        await asyncio.sleep(0.8)
        path.unlink()
        await asyncio.sleep(0.5)
        assert found.empty()


async def test_bad_files_are_told_once_each_and_the_others_go_on(
    folder: SeedFolder, tmp_path: Path
) -> None:
    seeds = tmp_path / "seeds"
    os.mkfifo(seeds / "fifo.txt")
    (tmp_path / "outside.txt").write_text("secret of the machine")
    (seeds / "link.txt").symlink_to(tmp_path / "outside.txt")
    (seeds / "dangling.txt").symlink_to(seeds / "nowhere.txt")
    (seeds / "empty.txt").touch()
    (seeds / "binary.txt").write_bytes(b"\0\1\2" * 99)
    with (seeds / "huge.txt").open("wb") as huge:
        huge.truncate(50_000_000)
    (seeds / "folder.txt").mkdir()
    (seeds / "good.txt").write_text(TEXT)
    batches = {batch.path: batch for batch in await folder.scan()}
    assert [path for path, batch in batches.items() if batch.problem is None] == ["good.txt"]
    told = {path: batch.problem.sentence for path, batch in batches.items() if batch.problem}
    assert "no regular file" in told["fifo.txt"]
    assert "out of the seeds folder" in told["link.txt"]
    assert "leads nowhere" in told["dangling.txt"]
    assert "empty" in told["empty.txt"]
    assert "binary" in told["binary.txt"]
    assert "larger than 5 MB" in told["huge.txt"]
    assert all("secret" not in sentence for sentence in told.values())
    assert await folder.scan() == []
    (seeds / "empty.txt").write_text("No longer empty, at last.")
    assert [batch.path for batch in await folder.scan()] == ["empty.txt"]


async def test_a_file_of_unknown_kind_is_told_once_and_scratch_files_never(
    folder: SeedFolder, tmp_path: Path
) -> None:
    seeds = tmp_path / "seeds"
    unknown = ["a.jsonl", "b.docx", "c.PDF", "report"]
    quiet = ["a.txt~", "b.part", "c.tmp", ".d.swp", "e.swp", "README", "readme.rst", "LICENSE"]
    for name in (*unknown, *quiet):
        (seeds / name).write_text(TEXT)
    (seeds / "a.folder").mkdir()
    os.mkfifo(seeds / "pipe")
    told = {batch.path: batch.problem for batch in await folder.scan()}
    assert sorted(told) == unknown
    assert told["b.docx"] is not None
    assert told["b.docx"].sentence.startswith("b.docx: This kind of file is not read; .atom ")
    (seeds / "b.docx").write_text("Another text.")
    assert await folder.scan() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_an_unreadable_file_is_told(folder: SeedFolder, tmp_path: Path) -> None:
    path = tmp_path / "seeds" / "a.txt"
    path.write_text(TEXT)
    path.chmod(0)
    (batch,) = await folder.scan()
    assert batch.problem is not None
    assert "Permission denied" in batch.problem.sentence


async def test_a_link_inside_the_folder_is_followed(folder: SeedFolder, tmp_path: Path) -> None:
    real = tmp_path / "seeds" / ".data"
    real.mkdir()
    (real / "a.txt").write_text(TEXT)
    (tmp_path / "seeds" / "a.txt").symlink_to(real / "a.txt")
    (batch,) = await folder.scan()
    assert batch.articles[0].body == TEXT


@pytest.mark.parametrize("way", ["file", "folder", "absolute"])
async def test_a_link_that_climbs_out_is_not_followed(
    folder: SeedFolder, tmp_path: Path, way: str
) -> None:
    seeds = tmp_path / "seeds"
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret of the machine")
    if way == "file":
        (seeds / "a.txt").symlink_to(Path("..", "outside", "secret.txt"))
    elif way == "folder":
        (seeds / "inside").symlink_to(Path("..", "outside"), target_is_directory=True)
    else:
        (seeds / "a.txt").symlink_to(outside / "secret.txt")
    batches = await folder.scan()
    assert all(batch.problem is not None and not batch.articles for batch in batches)
    assert len(batches) == (0 if way == "folder" else 1)


async def test_a_thousand_files_are_read(folder: SeedFolder, tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / "seeds" / f"{number:04}.txt").write_text(f"{TEXT} Number {number}.")
    assert len(await folder.scan()) == 1000
