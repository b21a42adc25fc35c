"""What the source tests share: a loopback origin, a recording guard, a resolver and a clock."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.polling import FetchRules
from bot.sources.address_guard import AddressGuard, AddrInfo

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LOOPBACK = ip_network("127.0.0.0/8")
OPEN_RULES = FetchRules(
    min_interval=timedelta(seconds=60),
    max_interval=timedelta(hours=1),
    host_spacing=timedelta(0),
    allow_networks=(LOOPBACK,),
    total_seconds=3.0,
    connect_seconds=1.0,
)


class FakeClock:
    """A clock that moves when told, or when somebody sleeps."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    @property
    def speed(self) -> float:
        return 1.0

    def real(self, at: datetime) -> datetime:
        return at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class DialRecorder:
    """Stands in for the operating system's sockets; only loopback is ever really opened."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, int]] = []

    def __call__(self, info: AddrInfo) -> socket.socket:
        family, kind, protocol, _, target = info
        self.dialled.append((str(target[0]), int(target[1])))
        if not str(target[0]).startswith("127."):
            raise OSError("outside loopback; recorded, not dialled")
        return socket.socket(family, kind, protocol)

    def guard(self, *, open_loopback: bool = True) -> AddressGuard:
        return AddressGuard((LOOPBACK,) if open_loopback else (), self)


class TableResolver(AbstractResolver):
    """Answers names from a table; each name gives its next answer, the last one for ever."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        self.table = {name: list(answers) for name, answers in table.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answers = self.table.get(host)
        if not answers:
            raise OSError("no such host")
        address = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in address.split(",")
        ]

    async def close(self) -> None:
        """Nothing is open."""


class Origin:
    """A small web server on loopback whose answers tests script by path."""

    def __init__(self) -> None:
        self.routes: dict[str, Handler] = {}
        self.requests: list[web.BaseRequest] = []
        self.at_once = 0
        self.most_at_once = 0
        self.port = 0
        self._runner: web.ServerRunner | None = None

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> str:
        """Answer a path always the same way; returns its address."""

        async def answer(_: web.BaseRequest) -> web.Response:
            data = body.encode() if isinstance(body, str) else body
            return web.Response(status=status, body=data, headers=headers)

        self.routes[path] = answer
        return self.url(path)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        return self.serve(path, status=status, headers={"Location": to})

    async def start(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._answer, access_log=None))
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, shutdown_timeout=0.1)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            handler: Any = self.routes.get(request.path)
            if handler is None:
                return web.Response(status=404)
            answer: web.StreamResponse = await handler(request)
            return answer
        finally:
            self.at_once -= 1


def rss(*items: str, head: str = "") -> bytes:
    """A small RSS 2.0 feed."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        f"<title>Test Wire</title><link>https://example.org/</link>{head}{''.join(items)}"
        "</channel></rss>"
    ).encode()


def item(
    title: str = "Missile test reported",
    guid: str | None = "g1",
    link: str | None = "https://example.org/a/1",
    date: str | None = "Sun, 01 Mar 2026 11:00:00 GMT",
    text: str = "Officials said a missile was fired.",
) -> str:
    """One RSS item."""
    return (
        f"<item><title>{title}</title>"
        + (f'<guid isPermaLink="false">{guid}</guid>' if guid else "")
        + (f"<link>{link}</link>" if link else "")
        + (f"<pubDate>{date}</pubDate>" if date else "")
        + f"<description>{text}</description></item>"
    )
