"""A web server on 127.0.0.1 that plays the world's feeds and news sites, and their bad days."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web

RSS_TYPE = "application/rss+xml; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
BOMB_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed; an empty field is left out of it."""

    title: str
    link: str = ""
    guid: str = ""
    summary: str = ""
    published: datetime | None = None


def rss(entries: Iterable[Entry], title: str = "Test wire", extra: str = "") -> str:
    """Return an RSS 2.0 feed; `extra` is put into the channel (a `<ttl>`, for example)."""
    items = []
    for entry in entries:
        fields = [f"<title>{escape(entry.title)}</title>"]
        fields += [f"<link>{escape(entry.link)}</link>"] if entry.link else []
        guid = f'<guid isPermaLink="false">{escape(entry.guid)}</guid>'
        fields += [guid] if entry.guid else []
        summary = f"<description>{escape(entry.summary)}</description>"
        fields += [summary] if entry.summary else []
        if entry.published is not None:
            fields.append(f"<pubDate>{format_datetime(entry.published.astimezone(UTC))}</pubDate>")
        items.append(f"<item>{''.join(fields)}</item>")
    head = f"<title>{escape(title)}</title><link>http://127.0.0.1/</link>"
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"{head}<description>for tests</description>{extra}{''.join(items)}</channel></rss>"
    )


def article_page(title: str, paragraphs: Iterable[str], feed: str = "") -> str:
    """Return a news page with menus around the text; `feed` is offered for discovery."""
    offer = f'<link rel="alternate" type="application/rss+xml" href="{feed}">' if feed else ""
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html><head><title>{escape(title)}</title>{offer}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/world'>World</a></li></ul></nav>"
        f"<article><h1>{escape(title)}</h1>{text}</article>"
        "<footer>Cookies, terms and a newsletter you did not ask for</footer></body></html>"
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as it came in; `status` is what was answered (0: nothing, or cut off)."""

    path: str
    headers: dict[str, str]
    at: float
    status: int


@dataclass(slots=True)
class Page:
    """What one path answers; change its fields whenever you like.

    `status` other than 200 answers that with `headers`. `validators` turns ETag, Last-Modified
    and 304 on. `delay` seconds pass before the answer (`hang` never answers). `drip` sends one
    byte in that many seconds. `bomb` sends so many megabytes of zeros as a small gzip body.
    `cut` closes the connection in the middle of the body. `compressed` sends gzip.
    """

    body: bytes = b""
    content_type: str = RSS_TYPE
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    validators: bool = True
    modified: datetime = datetime(2024, 1, 1, tzinfo=UTC)
    compressed: bool = False
    delay: float = 0.0
    hang: bool = False
    drip: float = 0.0
    bomb: int = 0
    cut: bool = False

    @property
    def etag(self) -> str:
        """A strong validator of the present body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'

    def set_entries(self, entries: Iterable[Entry], **keys: str) -> None:
        """Make the body an RSS feed of these entries."""
        self.body = rss(entries, **keys).encode()
        self.modified = datetime.fromtimestamp(int(time.time()), UTC)


class Origin:
    """The server: `async with Origin() as origin: origin.feed("/wire.xml", [...])`."""

    def __init__(self) -> None:
        self.port = 0
        self.pages: dict[str, Page] = {}
        self.visits: list[Visit] = []
        self.closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    # -- pages --------------------------------------------------------------------------------

    def feed(self, path: str, entries: Iterable[Entry] = (), **keys: str) -> Page:
        """Serve an RSS feed; change it later with `page.set_entries(...)`."""
        page = self.pages[path] = Page()
        page.set_entries(entries, **keys)
        return page

    def document(self, path: str, text: str | bytes, content_type: str = HTML_TYPE) -> Page:
        """Serve any text or bytes."""
        body = text.encode() if isinstance(text, str) else text
        page = self.pages[path] = Page(body, content_type)
        return page

    def article(self, path: str, title: str, paragraphs: Iterable[str], feed: str = "") -> Page:
        """Serve a news page."""
        return self.document(path, article_page(title, paragraphs, feed))

    def redirect(self, path: str, target: str, status: int = 302) -> Page:
        """Answer a path with a redirect (to itself: a loop)."""
        page = self.pages[path] = Page(status=status, headers={"Location": target})
        return page

    def redirect_chain(self, path: str, hops: int, target: str, status: int = 302) -> None:
        """Answer a path with so many redirects, the last one to `target`."""
        for hop in range(hops):
            here = path if hop == 0 else f"{path}/{hop}"
            there = target if hop == hops - 1 else f"{path}/{hop + 1}"
            self.redirect(here, there, status)

    def fail(self, path: str, status: int, retry_after: int | datetime | None = None) -> None:
        """Let a known path fail: 404, 410, 429, 500, 503 ...; Retry-After in seconds or a date."""
        page = self.pages.setdefault(path, Page())
        page.status = status
        page.headers.pop("Retry-After", None)
        if isinstance(retry_after, datetime):
            page.headers["Retry-After"] = format_datetime(retry_after.astimezone(UTC), usegmt=True)
        elif retry_after is not None:
            page.headers["Retry-After"] = str(retry_after)

    def recover(self, path: str) -> None:
        """Let a path work again."""
        page = self.pages[path]
        page.status = 200
        page.headers.pop("Retry-After", None)
        page.hang = page.cut = False
        page.delay = page.drip = 0.0

    # -- looking ------------------------------------------------------------------------------

    def visits_to(self, path: str) -> list[Visit]:
        """Return the requests of one path, oldest first."""
        return [visit for visit in self.visits if visit.path == path]

    async def wait_for_visits(self, path: str, count: int, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Wait until a path was asked for `count` times in all.

        Raises:
            TimeoutError: it was not.
        """
        await self.wait_for(lambda: len(self.visits_to(path)) >= count, timeout)

    async def wait_for(self, predicate: Callable[[], object], timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Wait until something is true, looked at fifty times a second.

        Raises:
            TimeoutError: it stayed false.
        """
        deadline = time.monotonic() + timeout
        while not predicate():
            if time.monotonic() > deadline:
                last = [(visit.path, visit.status) for visit in self.visits[-10:]]
                raise TimeoutError(f"not true within {timeout} s; last visits: {last}")
            await asyncio.sleep(0.02)

    # -- serving ------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1 (the same one as before after a stop)."""
        self.closing = asyncio.Event()
        app = web.Application()
        app.router.add_get("/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        self.closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        page = self.pages.get(request.path, Page(b"not here", HTML_TYPE, 404))
        at = time.monotonic()
        status = 304 if self._unchanged(page, request) else page.status
        quiet = page.hang or page.cut
        self.visits.append(Visit(request.path, dict(request.headers), at, 0 if quiet else status))
        if page.delay or page.hang:
            await self._pause(3600.0 if page.hang else page.delay)
        headers = dict(page.headers)
        if page.validators and page.status == 200:
            headers["ETag"] = page.etag
            headers["Last-Modified"] = format_datetime(page.modified, usegmt=True)
        if status == 304:
            return web.Response(status=304, headers=headers)
        headers.setdefault("Content-Type", page.content_type)
        if page.bomb:
            return await self._send_bomb(request, page, headers)
        if page.drip or page.cut:
            return await self._send_slowly(request, page, headers)
        body = page.body
        if page.compressed:
            body = gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
        return web.Response(status=status, body=body, headers=headers)

    def _unchanged(self, page: Page, request: web.Request) -> bool:
        if not page.validators or page.status != 200:
            return False
        asked = request.headers.get("If-None-Match")
        if asked is not None:
            return asked.removeprefix("W/") == page.etag
        since = request.if_modified_since
        return since is not None and page.modified <= since

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return

    async def _send_bomb(
        self, request: web.Request, page: Page, headers: dict[str, str]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=headers | {"Content-Encoding": "gzip"})
        await response.prepare(request)
        packed = gzip.compress(bytes(BOMB_CHUNK))  # gzip members may follow one another
        try:
            for _ in range(page.bomb):
                await response.write(packed)
        except ConnectionError:
            pass  # the reader had enough, as it should
        return response

    async def _send_slowly(
        self, request: web.Request, page: Page, headers: dict[str, str]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=headers)
        response.content_length = len(page.body)
        await response.prepare(request)
        try:
            for number, byte in enumerate(page.body):
                if page.cut and number >= len(page.body) // 2 and request.transport is not None:
                    request.transport.close()
                    break
                await response.write(bytes([byte]))
                if page.drip:
                    await self._pause(page.drip)
                if self.closing.is_set():
                    break
        except ConnectionError:
            pass  # the reader had enough
        return response
