from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.ports import Transaction
from bot.store import SqlStore
from tests.store.samples import NOW

ROOT = Path(__file__).parents[2]


def crash(url: str, whole: int, after: int) -> None:
    command = [sys.executable, "-m", "tests.store.crash", url, str(whole), str(after)]
    done = subprocess.run(command, cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


# 400 articles overflow SQLite's page cache: part of the transaction is in the journal already.
@pytest.mark.parametrize("after", [0, 1, 400])
def test_a_killed_process_leaves_whole_transactions_only(url: str, after: int) -> None:
    crash(url, 3, after)

    def look(tx: Transaction) -> tuple[int, int, int]:
        articles = tx.articles.recent(1000)
        stories = tx.stories.recent(1000)
        return len(articles), len(stories), len(tx.outbox.claimable(NOW, 10))

    async def reopen() -> tuple[int, int, int]:
        async with SqlStore.open(url) as store:
            return await store.read(look)

    assert asyncio.run(reopen()) == (3, 3, 1)
