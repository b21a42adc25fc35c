"""The feed origin itself: validators, redirects, failures and attacks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import feedparser
import pytest

from tests.end_to_end.origin import Entry, Origin


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


async def test_feed_changes_at_run_time_and_knows_its_validators(
    origin: Origin, session: aiohttp.ClientSession
) -> None:
    published = datetime(2024, 5, 1, tzinfo=UTC)
    page = origin.feed("/wire.xml", [Entry("One <b>", "http://x.test/1", "g1", "s", published)])
    first = await session.get(origin.url("/wire.xml"))
    (entry,) = feedparser.parse(await first.read()).entries
    assert (entry.title, entry.id) == ("One <b>", "g1")
    again = {"If-None-Match": first.headers["ETag"]}
    assert (await session.get(origin.url("/wire.xml"), headers=again)).status == 304
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert (await session.get(origin.url("/wire.xml"), headers=since)).status == 304
    page.set_entries([Entry("Two"), Entry("One")])
    changed = await session.get(origin.url("/wire.xml"), headers=again)
    assert len(feedparser.parse(await changed.read()).entries) == 2
    assert [visit.status for visit in origin.visits_to("/wire.xml")] == [200, 304, 304, 200]


async def test_redirect_chains_and_loops(origin: Origin, session: aiohttp.ClientSession) -> None:
    origin.feed("/wire.xml")
    origin.redirect_chain("/old", 3, "/wire.xml", 301)
    answer = await session.get(origin.url("/old"))
    assert [hop.status for hop in answer.history] == [301, 301, 301]
    origin.redirect("/loop", "/loop")
    with pytest.raises(aiohttp.TooManyRedirects):
        await session.get(origin.url("/loop"))


async def test_failures_and_recovery(origin: Origin, session: aiohttp.ClientSession) -> None:
    origin.feed("/wire.xml")
    origin.fail("/wire.xml", 429, retry_after=120)
    answer = await session.get(origin.url("/wire.xml"))
    assert (answer.status, answer.headers["Retry-After"]) == (429, "120")
    origin.fail("/wire.xml", 503, retry_after=datetime(2030, 1, 2, tzinfo=UTC))
    answer = await session.get(origin.url("/wire.xml"))
    assert answer.headers["Retry-After"] == "Wed, 02 Jan 2030 00:00:00 GMT"
    origin.recover("/wire.xml")
    assert (await session.get(origin.url("/wire.xml"))).status == 200
    assert (await session.get(origin.url("/nowhere"))).status == 404


async def test_compressed_feed_and_bomb(origin: Origin, session: aiohttp.ClientSession) -> None:
    origin.feed("/wire.xml", [Entry("One")]).compressed = True
    answer = await session.get(origin.url("/wire.xml"))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"One" in await answer.read()
    origin.document("/bomb", "").bomb = 20
    answer = await session.get(origin.url("/bomb"))
    total = 0
    async for chunk in answer.content.iter_chunked(65536):
        total += len(chunk)
        if total > 3_000_000:
            break
    answer.close()
    assert total > 3_000_000


async def test_hang_drip_and_cut(origin: Origin, session: aiohttp.ClientSession) -> None:
    page = origin.feed("/wire.xml", [Entry("One")])
    page.hang = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(session.get(origin.url("/wire.xml")), 0.2)
    origin.recover("/wire.xml")
    page.drip = 0.01
    answer = await session.get(origin.url("/wire.xml"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(answer.read(), 0.2)
    origin.recover("/wire.xml")
    page.cut = True
    answer = await session.get(origin.url("/wire.xml"))
    with pytest.raises(aiohttp.ClientPayloadError):
        await answer.read()


async def test_article_page_offers_its_feed(origin: Origin, session: aiohttp.ClientSession) -> None:
    origin.article("/news/1", "Two missiles", ["First.", "Second."], feed="/wire.xml")
    text = await (await session.get(origin.url("/news/1"))).text()
    assert "<p>First.</p>" in text
    assert 'href="/wire.xml"' in text
