"""A store with a row of everything; how the dumps in `schemas/` were made, one for each schema.

Run as a module it writes the dump of today's schema: `python -m tests.store.released > v2.sql`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bot.domain.digest import Slot
from bot.domain.feed import PollState
from bot.domain.outbox import DeliveryKind
from bot.ports import AuditEntry, Stage, TrailEntry, Transaction
from bot.store import SqlStore
from bot.store.schema import APPLICATION_ID
from tests.store import samples
from tests.store.samples import CHANNEL, NOW, OTHER_CHANNEL, OUR_GUILD, PERSON


def fill(tx: Transaction) -> None:
    """One of each kind of record."""
    state = PollState(etag='W/"7"', next_poll=NOW, publish_gap=timedelta(minutes=20))
    feed_id = tx.feeds.add(samples.feed(), state)
    article_id = tx.articles.add(samples.article(source=str(feed_id)), None, NOW)
    tx.articles.note_seen(str(feed_id), samples.article(2).identity, NOW)
    story_id = tx.stories.save(
        samples.story(reports=2), ["actor:north korea"], headline="Two missiles", status="reported"
    )
    tx.articles.move(article_id, story_id)
    tx.subscriptions.add(samples.subscription())
    tx.subscriptions.add_silence(samples.silence())
    tx.subscriptions.follow(story_id, PERSON, NOW)
    digest_id = tx.digests.add(samples.schedule())
    tx.digests.record_run(digest_id, Slot(date(2021, 3, 25), 480, NOW), NOW, "")
    alert = tx.outbox.enqueue(samples.delivery("alert:1:901", story_id=story_id, revision=1))
    tx.outbox.enqueue(samples.delivery("digest:1", DeliveryKind.DIGEST, OTHER_CHANNEL))
    if alert is not None:
        tx.outbox.request_edit(alert, {"content": "Three missiles"}, 2)
    tx.outbox.park_place(OTHER_CHANNEL, "no right to write", NOW)
    tx.records.trail(TrailEntry(NOW, Stage.STORED, "stored", article_id=article_id))
    tx.records.audit(AuditEntry(NOW, OUR_GUILD, PERSON, "alert add", "launches"))
    tx.records.put("commands", {"feed add": "1"})
    tx.records.set_guild_setting(OUR_GUILD, "timezone", "Asia/Seoul")


def content(tx: Transaction) -> dict[str, object]:
    """Everything `fill` wrote, read back through the ports."""
    story = tx.stories.candidates(["actor:north korea"], NOW)
    return {
        "feeds": [(tx.feeds.get(number), tx.feeds.state(number)) for number in tx.feeds.due(NOW)],
        "articles": tx.articles.recent(9),
        "seen": tx.articles.seen("1", samples.article(2).identity),
        "found": tx.articles.find("1", samples.article(1).identity),
        "stories": story,
        "search": tx.stories.search("miss", 9),
        "subscriptions": (tx.subscriptions.all(), tx.subscriptions.version()),
        "silences": tx.subscriptions.silences(NOW),
        "followers": tx.subscriptions.followers(story[0].id),
        "digests": [(item, tx.digests.last_run(item.id)) for item in tx.digests.all()],
        "claimable": tx.outbox.claimable(NOW, 9),
        "parked": (tx.outbox.parked(), tx.outbox.parked_places()),
        "trail": tx.records.trail_of(article_id=tx.articles.recent(1)[0].id),
        "audit": tx.records.audit_of(OUR_GUILD, 9),
        "fact": tx.records.get("commands"),
        "setting": tx.records.guild_setting(OUR_GUILD, "timezone"),
        "alerts": [item.place == CHANNEL for item in tx.outbox.of_story(story[0].id)],
    }


def load(dump: Path, path: Path) -> None:
    """Make a database from a dump."""
    path.parent.mkdir(exist_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(dump.read_text(encoding="utf-8"))
    connection.close()


def dump_lines() -> Iterator[str]:
    """Today's schema with a row of everything, as SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"

        async def make() -> None:
            async with SqlStore.open(f"sqlite:///{path}") as store:
                await store.write(fill)

        asyncio.run(make())
        connection = sqlite3.connect(path)
        yield f"PRAGMA application_id = {APPLICATION_ID};"
        yield from connection.iterdump()
        connection.close()


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in dump_lines())
