"""Polling a feed: validators, redirects, failures, politeness, and finding feeds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from aiohttp import web

from bot.domain.article import FeedId, GuildId
from bot.domain.feed import DeclaredIn, Feed, PollState
from bot.domain.polling import permanent_move
from bot.errors import SourceError
from bot.ports import PollResult
from bot.sources.http import Fetcher
from bot.sources.poller import FeedPoller
from bot.worker import ProcessWorkers
from tests.sources.conftest import InProcess
from tests.sources.loopback import NOW, OPEN_RULES, FakeClock, Origin, item, rss

T = TypeVar("T")


@pytest.fixture
def poller(fetcher: Fetcher, in_process: InProcess, clock: FakeClock) -> FeedPoller:
    return FeedPoller(fetcher, in_process, OPEN_RULES, clock, draw=lambda: 0.0)


def feed(url: str) -> Feed:
    return Feed(FeedId(5), url, "Wire", DeclaredIn.CONFIG, publisher="Wire Agency")


async def poll(poller: FeedPoller, url: str, state: PollState | None = None) -> PollResult:
    return await poller.poll(feed(url), state or PollState(), NOW)


async def test_a_first_poll_gives_entries_and_validators(
    poller: FeedPoller, origin: Origin
) -> None:
    headers = {"ETag": 'W/"1"', "Last-Modified": "Sun, 01 Mar 2026 10:00:00 GMT"}
    result = await poll(poller, origin.serve("/f", rss(item()), headers=headers))
    (raw,) = result.articles
    assert (raw.origin.key, raw.origin.publisher, raw.origin.feed_id) == ("5", "Wire Agency", 5)
    assert raw.first_seen == NOW
    assert result.title == "Test Wire"
    assert result.error is None
    state = result.state
    assert (state.etag, state.last_modified) == (
        'W/"1"',
        "Sun, 01 Mar 2026 10:00:00 GMT",
    )
    assert (state.last_success, state.last_poll, state.last_status) == (NOW, NOW, 200)
    assert state.next_poll is not None
    assert not state.baseline_done


async def test_a_feed_of_one_server_marks_its_articles(poller: FeedPoller, origin: Origin) -> None:
    own = replace(feed(origin.serve("/f", rss(item()))), guild_id=GuildId(9))
    result = await poller.poll(own, PollState(), NOW)
    assert result.articles[0].origin.guild_id == 9


async def test_the_second_poll_is_conditional_and_304_keeps_everything(
    poller: FeedPoller, origin: Origin, in_process: InProcess
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"changed"'})
        return web.Response(body=rss(item()), headers={"ETag": '"1"'})

    origin.routes["/f"] = answer
    first = await poll(poller, origin.url("/f"))
    second = await poll(poller, origin.url("/f"), first.state)
    assert second.not_modified
    assert second.articles == ()
    assert second.state.etag == '"1"'
    assert second.state.failures == 0
    assert in_process.calls == 1


async def test_an_unchanged_body_without_validators_is_not_parsed_again(
    poller: FeedPoller, origin: Origin, in_process: InProcess
) -> None:
    url = origin.serve("/f", rss(item()))
    first = await poll(poller, url)
    second = await poll(poller, url, first.state)
    assert second.not_modified
    assert in_process.calls == 1


async def test_a_changed_body_with_the_same_etag_is_read(
    poller: FeedPoller, origin: Origin
) -> None:
    url = origin.serve("/f", rss(item()), headers={"ETag": '"1"'})
    first = await poll(poller, url)
    origin.serve("/f", rss(item(), item(guid="g2")), headers={"ETag": '"1"'})
    assert len((await poll(poller, url, first.state)).articles) == 2


@pytest.mark.parametrize("headers", [{}, {"Expires": "0"}, {"Expires": "0", "Pragma": "no-cache"}])
async def test_weak_validators_and_expired_answers_are_sent_back_as_they_came(
    poller: FeedPoller, origin: Origin, headers: dict[str, str]
) -> None:
    asked: list[tuple[str | None, str | None]] = []
    date = "Sun, 01 Mar 2026 10:00:00 GMT"

    async def answer(request: web.Request) -> web.StreamResponse:
        known = request.headers.get("If-None-Match")
        asked.append((known, request.headers.get("If-Modified-Since")))
        if known == 'W/"7"':
            return web.Response(status=304, headers=headers)
        validators = {"ETag": 'W/"7"', "Last-Modified": date}
        return web.Response(body=rss(item()), headers=headers | validators)

    origin.routes["/f"] = answer
    first = await poll(poller, origin.url("/f"))
    second = await poll(poller, origin.url("/f"), first.state)
    assert asked == [(None, None), ('W/"7"', date)]
    assert second.not_modified
    assert (second.state.etag, second.state.last_modified) == ('W/"7"', date)


async def test_an_unasked_304_is_a_failure(poller: FeedPoller, origin: Origin) -> None:
    result = await poll(poller, origin.serve("/f", status=304))
    assert result.error is not None
    assert not result.not_modified


@pytest.mark.parametrize("body", [b"", b"<html><body>Sorry</body></html>", b"broken"])
async def test_an_unreadable_answer_with_200_saves_no_validators(
    poller: FeedPoller, origin: Origin, body: bytes
) -> None:
    url = origin.serve("/f", rss(item()), headers={"ETag": '"good"'})
    good = (await poll(poller, url)).state
    origin.serve("/f", body, headers={"ETag": '"bad"'})
    result = await poll(poller, url, good)
    assert result.error is not None
    assert result.error.endswith(".")
    assert (result.state.etag, result.state.body_hash) == ('"good"', good.body_hash)
    assert (result.state.failures, result.state.last_success) == (1, NOW)


async def test_a_web_page_is_named_with_the_feeds_it_announces(
    poller: FeedPoller, origin: Origin
) -> None:
    page = "<html><head><link rel=alternate type=application/rss+xml href=/news.rss></head></html>"
    result = await poll(poller, origin.serve("/f", page))
    assert result.error is not None
    assert "web page" in result.error
    assert origin.url("/news.rss") in result.error


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 502, 503, 504])
async def test_error_statuses_are_sentences_and_the_feed_is_asked_later(
    poller: FeedPoller, origin: Origin, status: int
) -> None:
    result = await poll(poller, origin.serve("/f", status=status))
    assert result.error is not None
    assert str(status) in result.error
    assert result.state.last_status == status
    assert result.state.next_poll == NOW + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7200", timedelta(hours=2)),
        ("Sun, 01 Mar 2026 15:00:00 GMT", timedelta(hours=3)),
        ("999999999", timedelta(hours=24)),
        ("Sun, 01 Mar 2099 15:00:00 GMT", timedelta(hours=24)),
        ("Sun, 01 Mar 2020 15:00:00 GMT", timedelta(minutes=2)),
        ("-5", timedelta(minutes=2)),
        ("soon", timedelta(minutes=2)),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_obeyed_in_seconds_and_as_a_date(
    poller: FeedPoller, origin: Origin, header: str, wait: timedelta, status: int
) -> None:
    url = origin.serve("/f", status=status, headers={"Retry-After": header})
    assert (await poll(poller, url)).state.next_poll == NOW + wait


async def test_gone_twice_is_asked_at_the_longest_interval_and_can_come_back(
    poller: FeedPoller, origin: Origin
) -> None:
    url = origin.serve("/f", status=410)
    state = (await poll(poller, url)).state
    state = (await poll(poller, url, state)).state
    assert state.next_poll == NOW + timedelta(hours=1)
    origin.serve("/f", rss(item()))
    back = await poll(poller, url, state)
    assert back.error is None
    assert (back.state.gone_count, back.state.failures) == (0, 0)


@pytest.mark.parametrize(
    ("headers", "head", "minutes"),
    [
        ({"Cache-Control": "public, max-age=1200"}, "", 20),
        ({"Cache-Control": "no-cache, max-age=1200"}, "", 1),
        ({}, "<ttl>30</ttl>", 30),
        ({"Cache-Control": "max-age=1200"}, "<ttl>30</ttl>", 30),
        ({"Cache-Control": "max-age=999999"}, "", 60),
    ],
)
async def test_the_asked_interval_is_kept(
    poller: FeedPoller, origin: Origin, headers: dict[str, str], head: str, minutes: int
) -> None:
    result = await poll(
        poller, origin.serve("/f", rss(item(date=None), head=head), headers=headers)
    )
    due = result.state.next_poll
    assert due == NOW + timedelta(minutes=minutes)


async def test_a_feed_has_moved_after_three_polls_that_say_so(
    poller: FeedPoller, origin: Origin
) -> None:
    new = origin.serve("/new", rss(item()))
    old, state = origin.redirect("/old", "/new", 301), PollState()
    moves = []
    for _ in range(3):
        result = await poll(poller, old, state)
        state = result.state
        moves.append(permanent_move(state))
    assert moves == [None, None, new]


async def test_a_permanent_redirect_to_something_that_is_no_feed_is_no_move(
    poller: FeedPoller, origin: Origin
) -> None:
    origin.serve("/new", "<html>parked</html>")
    old, state = origin.redirect("/old", "/new", 301), PollState()
    for _ in range(4):
        state = (await poll(poller, old, state)).state
    assert permanent_move(state) is None
    assert state.failures == 4


async def test_a_closed_address_is_told_and_never_dialled(poller: FeedPoller) -> None:
    result = await poll(poller, "http://10.0.0.1/feed")
    assert result.error is not None
    assert "allow_networks" in result.error


async def test_a_hanging_feed_is_a_failure_not_a_hang(poller: FeedPoller, origin: Origin) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    origin.routes["/f"] = hang
    async with asyncio.timeout(4.5):
        result = await poll(poller, origin.url("/f"))
    assert result.error is not None
    assert "did not answer" in result.error


async def test_a_feed_too_costly_to_read_is_a_failure_and_the_next_one_is_read(
    fetcher: Fetcher, clock: FakeClock, origin: Origin
) -> None:
    bomb = b"<rss><channel><item " + b" ".join(b'a%d="x"' % n for n in range(60_000)) + b"/>"
    hostile, good = origin.serve("/bomb", bomb), origin.serve("/f", rss(item()))
    async with ProcessWorkers(1) as workers:
        real = FeedPoller(fetcher, _Impatient(workers), OPEN_RULES, clock)
        result = await poll(real, hostile)
        assert result.error is not None
        assert "stopped" in result.error
        assert len((await poll(real, good)).articles) == 1


class _Impatient(InProcess):
    """Real workers with a wall limit fit for a test."""

    def __init__(self, workers: ProcessWorkers) -> None:
        super().__init__()
        self._workers = workers

    async def run(self, function: Callable[..., T], /, *args: Any, wall_seconds: float = 8.0) -> T:
        return await self._workers.run(function, *args, wall_seconds=2.0)


async def test_discovery_finds_the_feed_itself(poller: FeedPoller, origin: Origin) -> None:
    url = origin.serve("/f", rss(item(), item(guid="g2")))
    (found,) = await poller.discover(url)
    assert (found.url, found.title, len(found.articles)) == (url, "Test Wire", 2)


async def test_discovery_finds_what_a_page_announces(poller: FeedPoller, origin: Origin) -> None:
    link = "<link rel=alternate type=application/rss+xml href={}>"
    page = f"<html><head>{link.format('/dead')}{link.format('/live')}</head></html>"
    origin.serve("/live", rss(item()))
    (found,) = await poller.discover(origin.serve("/", page))
    assert found.url == origin.url("/live")


async def test_discovery_tries_the_usual_places_last(poller: FeedPoller, origin: Origin) -> None:
    origin.serve("/rss.xml", rss(item()))
    (found,) = await poller.discover(origin.serve("/news", "<html><body>x</body></html>"))
    assert found.url == origin.url("/rss.xml")


async def test_discovery_without_result_says_why(poller: FeedPoller, origin: Origin) -> None:
    with pytest.raises(SourceError, match="announces no feed"):
        await poller.discover(origin.serve("/", "<html><body>x</body></html>"))
    with pytest.raises(SourceError, match="404"):
        await poller.discover(origin.url("/absent"))
