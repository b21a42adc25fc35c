"""The HTTP client: what it refuses, what it caps, and how polite it is."""

from __future__ import annotations

import asyncio
import gzip
import logging
import os
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from aiohttp import web

from bot.domain.polling import FetchRules
from bot.errors import AddressRefused, FetchError, LaunchwireError, SourceError
from bot.sources.address_guard import AddressGuard
from bot.sources.http import Fetcher, HostGate, status_error
from tests.sources.loopback import (
    NOW,
    OPEN_RULES,
    DialRecorder,
    FakeClock,
    Origin,
    TableResolver,
)
from tests.sources.test_address_guard import CLOSED, GOOD

CLOSED_RULES = FetchRules(host_spacing=timedelta(0), total_seconds=3, connect_seconds=1)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.0.0.1:8080/", "http://[::1]/", "http://[::ffff:7f00:1]/",
        "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://192.0.0.192/",
        "http://[fd00:ec2::254]/", "http://[64:ff9b::7f00:1]/", "http://0.0.0.0/",
        "http://\uff11\uff12\uff17.0.0.1/", "http://93.184.216.34:22/", "http://[fe80::1%25eth0]/",
        "file:///etc/passwd", "ftp://93.184.216.34/", "gopher://127.0.0.1/", "//127.0.0.1/", "http://",
        "http:///x", "javascript:alert(1)", "/etc/passwd", "http://93.184.216.34:0/",
        "http://93.184.216.34:99999/", "http://exa\\mple/", "data:text/xml,<rss/>", "unix:///run/x",
    ],
)  # fmt: skip
async def test_closed_addresses_and_schemes_are_never_dialled(url: str) -> None:
    recorder = DialRecorder()
    resolver = TableResolver({})
    guard = recorder.guard(open_loopback=False)
    async with Fetcher(CLOSED_RULES, FakeClock(), guard=guard, resolver=resolver) as client:
        with pytest.raises(SourceError):
            await client.get(url)
    assert recorder.dialled == []


@pytest.mark.parametrize("address", CLOSED)
async def test_no_closed_address_is_dialled_as_such_or_behind_a_name(address: str) -> None:
    recorder = DialRecorder()
    resolver = TableResolver({"innocent.example": [address]})
    guard = recorder.guard(open_loopback=False)
    literal = f"[{address.replace('%', '%25')}]" if ":" in address else address
    async with Fetcher(CLOSED_RULES, FakeClock(), guard=guard, resolver=resolver) as client:
        for host in (literal, "innocent.example"):
            with pytest.raises(SourceError):
                await client.get(f"http://{host}/feed")
    assert recorder.dialled == []


@pytest.mark.parametrize("address", GOOD)
async def test_public_addresses_are_dialled_as_such_and_behind_a_name(address: str) -> None:
    recorder = DialRecorder()
    resolver = TableResolver({"news.example": [address]})
    guard = recorder.guard(open_loopback=False)
    literal = f"[{address}]" if ":" in address else address
    urls = [f"http://{literal}/feed", "http://news.example:8080/feed", "https://news.example/feed"]
    async with Fetcher(CLOSED_RULES, FakeClock(), guard=guard, resolver=resolver) as client:
        for url in urls:
            with pytest.raises(FetchError):  # the recorder dials nothing
                await client.get(url)
    assert [port for _, port in recorder.dialled] == [80, 8080, 443]


@pytest.mark.parametrize(
    "answer",
    ["127.0.0.1", "0.0.0.0", "::1", "::ffff:127.0.0.1", "10.9.8.7", "169.254.169.254",
     "64:ff9b::7f00:1", "2002:7f00:1::", "192.0.0.192", "fd00:ec2::254", "100.100.100.200",
     "127.0.0.1,::1"],
)  # fmt: skip
async def test_names_that_resolve_to_closed_addresses_are_refused(answer: str) -> None:
    recorder = DialRecorder()
    resolver = TableResolver({"innocent.example": [answer]})
    guard = recorder.guard(open_loopback=False)
    async with Fetcher(CLOSED_RULES, FakeClock(), guard=guard, resolver=resolver) as client:
        with pytest.raises(AddressRefused, match=r"innocent\.example is a private"):
            await client.get("http://innocent.example/feed")
    assert recorder.dialled == []


async def _play(
    url: str,
    table: dict[str, list[str]],
    origin: Origin,
    times: int = 1,
) -> tuple[DialRecorder, list[LaunchwireError]]:
    """Fetch with only 127.0.0.1/32 (the origin) open; the rest of loopback is "inside"."""
    recorder = DialRecorder()
    guard = AddressGuard((ip_network("127.0.0.1/32"),), recorder)
    errors: list[LaunchwireError] = []
    resolver = TableResolver(table)
    async with Fetcher(OPEN_RULES, FakeClock(), guard=guard, resolver=resolver) as client:
        for _ in range(times):
            try:
                await client.get(url)
            except LaunchwireError as error:
                errors.append(error)
    assert all(host == "127.0.0.1" and port == origin.port for host, port in recorder.dialled)
    return recorder, errors


INSIDE = [
    "http://127.0.0.2/secret", "http://[::1]/secret", "http://169.254.169.254/latest/",
    "http://10.0.0.1:8080/", "http://inside.example/", "//127.0.0.3/secret", "file:///etc/passwd",
    "http://[::ffff:127.0.0.2]/", "http://user:pass@127.0.0.2/", "gopher://127.0.0.2:70/",
    "http://93.184.216.34:6379/", "http://[64:ff9b::7f00:2]/",
]  # fmt: skip


@pytest.mark.parametrize("target", INSIDE)
@pytest.mark.parametrize("status", [301, 302, 307])
async def test_a_redirect_to_the_inside_is_refused(
    origin: Origin, target: str, status: int
) -> None:
    url = origin.redirect("/feed", target, status)
    _, errors = await _play(url, {"inside.example": ["127.0.0.2"]}, origin)
    assert len(errors) == 1
    assert isinstance(errors[0], AddressRefused)


async def test_a_chain_of_redirects_is_judged_at_every_hop(origin: Origin) -> None:
    origin.redirect("/c", "http://127.0.0.2/secret")
    origin.redirect("/b", "/c")
    url = origin.redirect("/a", "/b")
    _, errors = await _play(url, {}, origin)
    assert isinstance(errors[0], AddressRefused)
    assert len(origin.requests) == 3


async def test_dns_rebinding_is_refused_when_the_second_answer_is_inside(origin: Origin) -> None:
    origin.serve("/feed", b"ok")
    url = f"http://rebind.example:{origin.port}/feed"
    recorder, errors = await _play(
        url, {"rebind.example": ["127.0.0.1", "127.0.0.2"]}, origin, times=2
    )
    assert len(recorder.dialled) == 1
    assert isinstance(errors[0], AddressRefused)


async def test_a_redirect_back_to_a_rebound_name_is_refused(origin: Origin) -> None:
    url = f"http://rebind.example:{origin.port}/feed"
    origin.redirect("/feed", url)
    _, errors = await _play(url, {"rebind.example": ["127.0.0.1", "10.0.0.1"]}, origin)
    assert isinstance(errors[0], AddressRefused)


async def test_a_mixed_answer_leads_only_to_the_open_address(origin: Origin) -> None:
    origin.serve("/feed", b"ok")
    url = f"http://mixed.example:{origin.port}/feed"
    recorder, errors = await _play(url, {"mixed.example": ["127.0.0.2,127.0.0.1"]}, origin)
    assert errors == []
    assert recorder.dialled == [("127.0.0.1", origin.port)]


@pytest.fixture
def proxy_in_environment() -> Iterator[None]:
    names = ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "http://127.0.0.9:3128"))
    yield
    for name, value in before.items():
        if value is None:
            os.environ.pop(name)
        else:
            os.environ[name] = value


async def test_proxies_of_the_environment_are_not_used(
    origin: Origin, proxy_in_environment: None
) -> None:
    url = origin.serve("/feed", b"ok")
    recorder, errors = await _play(url, {}, origin)
    assert errors == []
    assert recorder.dialled == [("127.0.0.1", origin.port)]


async def test_a_redirect_loop_ends(origin: Origin, fetcher: Fetcher) -> None:
    origin.redirect("/a", "/b")
    origin.redirect("/b", "/a")
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        await fetcher.get(origin.url("/a"))
    assert len(origin.requests) == 6


async def test_only_a_purely_permanent_chain_counts_as_a_move(
    origin: Origin, fetcher: Fetcher
) -> None:
    final = origin.serve("/new", b"x")
    origin.redirect("/moved", "/new", 301)
    origin.redirect("/twice", "/moved", 308)
    origin.redirect("/mixed", "/moved", 302)
    assert (await fetcher.get(origin.url("/moved"))).permanent_to == final
    assert (await fetcher.get(origin.url("/twice"))).permanent_to == final
    assert (await fetcher.get(origin.url("/mixed"))).permanent_to is None
    assert (await fetcher.get(final)).permanent_to is None


async def test_a_permanent_step_followed_by_a_temporary_one_moves_to_the_permanent_part(
    origin: Origin, fetcher: Fetcher
) -> None:
    origin.serve("/end", b"x")
    middle = origin.redirect("/middle", "/end", 302)
    origin.redirect("/start", "/middle", 301)
    answer = await fetcher.get(origin.url("/start"))
    assert (answer.url, answer.permanent_to) == (origin.url("/end"), middle)


async def test_credentials_go_to_their_own_origin_only(origin: Origin, fetcher: Fetcher) -> None:
    other = Origin()
    await other.start()
    other.serve("/feed", b"x")
    origin.redirect("/same", "/feed")
    origin.serve("/feed", b"x")
    origin.redirect("/away", f"http://me:again@127.0.0.1:{other.port}/feed")
    inside = f"http://me:s3cret@127.0.0.1:{origin.port}"
    await fetcher.get(f"{inside}/same")
    await fetcher.get(f"{inside}/away")
    assert all("Authorization" in request.headers for request in origin.requests)
    assert [request.headers.get("Authorization") for request in other.requests] == [None]
    await other.stop()


async def test_a_gzip_bomb_stops_at_the_cap(origin: Origin, clock: FakeClock) -> None:
    bomb = gzip.compress(b"\0" * 100_000_000, 9)
    url = origin.serve("/bomb", bomb, headers={"Content-Encoding": "gzip"})
    async with Fetcher(OPEN_RULES, clock) as client:
        with pytest.raises(FetchError, match="more than 5 MB"):
            await client.get(url)


async def test_an_endless_body_stops_at_the_cap(origin: Origin, fetcher: Fetcher) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(10_000):
            await response.write(b"x" * 65_536)
        return response

    origin.routes["/endless"] = endless
    with pytest.raises(FetchError, match="more than 5 MB"):
        await fetcher.get(origin.url("/endless"))


async def test_a_slow_drip_ends_at_the_total_limit(origin: Origin, clock: FakeClock) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"<")
            await asyncio.sleep(0.05)
        return response

    origin.routes["/drip"] = drip
    async with Fetcher(replace(OPEN_RULES, total_seconds=0.4), clock) as client:
        began = asyncio.get_running_loop().time()
        with pytest.raises(FetchError, match=r"within 0\.4 s"):
            await client.get(origin.url("/drip"))
        assert asyncio.get_running_loop().time() - began < 2


async def test_redirects_share_one_total_limit(origin: Origin, clock: FakeClock) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.2)
        return web.Response(status=302, headers={"Location": "/slow"})

    origin.routes["/slow"] = slow
    async with Fetcher(replace(OPEN_RULES, total_seconds=0.5), clock) as client:
        with pytest.raises(FetchError, match="did not answer"):
            await client.get(origin.url("/slow"))
    assert len(origin.requests) <= 3


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
async def test_compressed_answers_are_unpacked(
    origin: Origin, fetcher: Fetcher, encoding: str, pack: object
) -> None:
    assert callable(pack)
    url = origin.serve("/z", pack(b"hello " * 50), headers={"Content-Encoding": encoding})
    assert (await fetcher.get(url)).body == b"hello " * 50
    assert "gzip" in origin.requests[0].headers["Accept-Encoding"]


async def test_broken_compression_and_broken_answers_are_sentences(
    origin: Origin, fetcher: Fetcher
) -> None:
    url = origin.serve("/z", b"\x1f\x8bnot gzip", headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError):
        await fetcher.get(url)

    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return response

    origin.routes["/broken"] = broken
    with pytest.raises(FetchError, match="broke off"):
        await fetcher.get(origin.url("/broken"))


async def test_an_unknown_host_is_a_sentence(recorder: DialRecorder, clock: FakeClock) -> None:
    async with Fetcher(
        OPEN_RULES, clock, guard=recorder.guard(), resolver=TableResolver({})
    ) as client:
        with pytest.raises(FetchError, match=r"host of http://nowhere\.example/ is not known"):
            await client.get("http://nowhere.example/")


async def test_a_closed_door_is_a_sentence(clock: FakeClock) -> None:
    server = Origin()
    await server.start()
    url = server.url("/feed")
    await server.stop()
    async with Fetcher(OPEN_RULES, clock) as client:
        with pytest.raises(FetchError, match="cannot be reached"):
            await client.get(url)


SECRET_URLS = [
    "http://user:Hunter2pass@{host}/feed",
    "http://{host}/feed?token=Hunter2pass",
    "http://{host}/feed?a=1&api_key=Hunter2pass&b=2",
    "http://{host}/feed?sig=Hunter2pass",
    "http://{host}/api/webhooks/123/Hunter2pass",
    "http://{host}/feed#Hunter2pass",
]


@pytest.mark.parametrize("pattern", SECRET_URLS)
async def test_secrets_of_an_address_are_in_no_error_and_no_log(
    origin: Origin, clock: FakeClock, pattern: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    fast = replace(OPEN_RULES, total_seconds=0.3, max_body_bytes=10)
    async with Fetcher(fast, clock, resolver=TableResolver({})) as client:
        for host in (f"127.0.0.1:{origin.port}", "127.0.0.1:1", "nowhere.example", "10.0.0.1"):
            url = pattern.format(host=host)
            try:
                told.append(str(status_error(await client.get(url), NOW)))
            except LaunchwireError as error:
                told.append(str(error))
    assert len(told) == 4
    assert "Hunter2pass" not in "".join(told) + caplog.text


async def test_one_request_per_host_at_a_time_with_a_pause_between(
    origin: Origin, clock: FakeClock
) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.02)
        return web.Response(body=b"x")

    origin.routes["/slow"] = slow
    rules = replace(OPEN_RULES, host_spacing=timedelta(seconds=2))
    async with Fetcher(rules, clock) as client:
        await asyncio.gather(*(client.get(origin.url("/slow")) for _ in range(4)))
    assert origin.most_at_once == 1
    assert clock.slept == [2.0, 2.0, 2.0]


async def test_different_hosts_do_not_wait_for_each_other(clock: FakeClock) -> None:
    gate = HostGate(timedelta(seconds=2), clock)
    async with gate.turn("a"), asyncio.timeout(1), gate.turn("b"):
        pass
    assert clock.slept == []


async def test_a_clock_set_back_does_not_lengthen_the_pause(clock: FakeClock) -> None:
    gate = HostGate(timedelta(seconds=2), clock)
    async with gate.turn("a"):
        pass
    clock.at -= timedelta(days=1)
    async with gate.turn("a"):
        pass
    assert clock.slept == [2.0]
