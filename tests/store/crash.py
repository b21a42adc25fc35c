"""Run as a process of its own: opens a store, begins to write, and kills itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from bot.ports import Transaction
from bot.store import SqlStore
from tests.store import samples
from tests.store.samples import NOW


def article(tx: Transaction, number: int) -> None:
    made = tx.articles.add(samples.article(number), None, NOW)
    story_id = tx.stories.save(samples.story(), [f"k{number}"], headline="h", status="reported")
    tx.articles.move(made, story_id)
    tx.outbox.enqueue(samples.delivery(f"alert:{story_id}:901", story_id=story_id))


async def main(url: str, whole: int, after: int) -> None:
    """Commit `whole` articles, then die inside the next step after `after` of its writes."""

    def fatal(tx: Transaction) -> None:
        for number in range(after):
            article(tx, 1000 + number)
        os.kill(os.getpid(), signal.SIGKILL)

    async with SqlStore.open(url) as store:
        for number in range(whole):
            await store.write(lambda tx, n=number: article(tx, n))  # type: ignore[misc]  # bound now
        await store.write(fatal)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
