"""First contact with a feed that is ill just then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.polling import after_failure
from bot.ports import PollResult
from tests.services.newsroom import Newsroom, newsroom


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as opened:
        yield opened


async def test_a_failed_first_poll_is_no_first_contact(room: Newsroom) -> None:
    await room.subscribe()
    feed = await room.add_feed()
    before = await room.store.read(lambda tx: tx.feeds.state(feed.id))
    failed = after_failure(before, room.clock.now(), "The server answered 503.", 503)
    await room.ingest.poll(feed, before, PollResult((), failed, error="503"))
    entries = [room.entry(feed, f"Iran fires {n} ballistic missiles at Israel") for n in range(3)]
    ill = await room.store.read(lambda tx: tx.feeds.state(feed.id))
    well = replace(ill, failures=0, last_success=room.clock.now())
    taken = await room.ingest.poll(feed, ill, PollResult(tuple(entries), well))
    assert (taken.noted, taken.new, taken.braked) == (3, 0, 0)
    assert await room.deliver() == []
    after = await room.store.read(lambda tx: tx.feeds.state(feed.id))
    assert after.baseline_done
    await room.poll(feed, *entries, room.entry(feed, "North Korea fires a ballistic missile"))
    assert len(await room.deliver()) == 1


async def test_a_later_failure_forgets_no_baseline(room: Newsroom) -> None:
    feed = await room.add_feed()
    await room.baseline(feed)
    before = await room.store.read(lambda tx: tx.feeds.state(feed.id))
    failed = after_failure(before, room.clock.now(), "The server answered 503.", 503)
    await room.ingest.poll(feed, before, PollResult((), failed, error="503"))
    assert (await room.store.read(lambda tx: tx.feeds.state(feed.id))).baseline_done
