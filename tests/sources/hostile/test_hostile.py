"""The hostile corpus through real workers: nothing crashes, nothing is opened, workers survive."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from bot.errors import WorkerKilled
from bot.ports import SeedBatch
from bot.sources.feed_links import announced_feeds
from bot.sources.seed_formats import read_seed
from bot.worker import ProcessWorkers, WorkerLimits
from tests.sources.hostile.corpus import Hostile, corpus
from tests.sources.loopback import NOW, item, rss

CORPUS = corpus()
CHEAP = [one for one in CORPUS if not one.costly]
COSTLY = [one for one in CORPUS if one.costly]
# Generous: what is proven is that nothing crashes, not how fast this machine is today.
WALL_SECONDS = 60.0
BATCH = 12
_opened: list[str] = []
_watched = False


def read_and_watch(path: str, body: bytes) -> tuple[SeedBatch, list[str]]:
    """Read one file as seeds and polls do; also tell what was opened or dialled meanwhile."""
    global _watched
    if not _watched:
        sys.addaudithook(_note)
        _watched = True
    _opened.clear()
    batch = read_seed(path, body, NOW)
    announced_feeds(body, "https://example.org/")
    return batch, list(_opened)


def _note(event: str, args: tuple[object, ...]) -> None:
    if event == "open" and isinstance(args[0], str):
        # Python's own modules, and data of the libraries, are read at their first use.
        if not any(part in args[0] for part in ("/lib/python", "site-packages", "/bot/", ".pyc")):
            _opened.append(f"open {args[0]}")
    elif event in {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"}:
        _opened.append(f"{event} {args}")


@pytest.fixture
async def workers() -> AsyncIterator[ProcessWorkers]:
    limits = WorkerLimits(preload=("bot.sources.seed_formats",))
    async with ProcessWorkers(2, limits) as pool:
        yield pool


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len({(one.name, one.suffix) for one in CORPUS}) == len(CORPUS) >= 120


async def test_cheap_ones_are_read_or_refused_within_the_limits(workers: ProcessWorkers) -> None:
    lost: list[tuple[str, str]] = []
    opened: list[tuple[str, str]] = []
    for start in range(0, len(CHEAP), BATCH):
        batch = CHEAP[start : start + BATCH]
        results = await asyncio.gather(
            *(
                workers.run(read_and_watch, one.path, one.body, wall_seconds=WALL_SECONDS)
                for one in batch
            ),
            return_exceptions=True,
        )
        for one, result in zip(batch, results, strict=True):
            if isinstance(result, BaseException):
                lost.append((one.path, repr(result)))
            else:
                opened.extend((one.path, what) for what in result[1])
                assert result[0].problem is None or result[0].problem.sentence.endswith((".", ")"))
    assert lost == []
    assert opened == []
    assert workers.replaced == 0


@pytest.mark.parametrize("one", COSTLY, ids=lambda one: one.path)
async def test_costly_ones_are_stopped_and_the_worker_is_replaced(
    workers: ProcessWorkers, one: Hostile
) -> None:
    before = workers.replaced
    began = asyncio.get_running_loop().time()
    with pytest.raises(WorkerKilled):
        await workers.run(read_and_watch, one.path, one.body, wall_seconds=2.0)
    assert asyncio.get_running_loop().time() - began < 8
    assert workers.replaced >= before
    batch, _ = await workers.run(read_and_watch, "good.xml", rss(item()))
    assert len(batch.articles) == 1
