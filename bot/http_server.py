"""The loopback HTTP server: the preview page, /healthz, /metrics and exports."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from bot.errors import report_unexpected
from bot.ports import Export, Health, Preview

_log = logging.getLogger("launchwire.http")


@dataclass
class HttpServer:
    """Serves what operators look at. A busy port is the caller's to report, never fatal."""

    host: str
    port: int
    health: Callable[[], Awaitable[Health]]
    registry: CollectorRegistry
    refresh: Callable[[], Awaitable[None]]
    preview: Preview | None = None
    exports: dict[str, Export] | None = None
    _runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen; returns the address people can open.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application(middlewares=[_reported])
        app.router.add_get("/", self._page)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/export/{name}", self._export)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        try:
            await site.start()
        except OSError:
            await self.close()
            raise
        addresses = self._runner.addresses
        port = addresses[0][1] if addresses else self.port
        return f"http://{self.host}:{port}/"

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _page(self, request: web.Request) -> web.Response:
        del request
        if self.preview is None:
            text = "Launchwire is connected to Discord. /healthz and /metrics answer here.\n"
            return web.Response(text=text)
        return web.Response(
            text=self.preview.page(),
            content_type="text/html",
            headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
        )

    async def _healthz(self, request: web.Request) -> web.Response:
        del request
        health = await self.health()
        text = "ok\n" if health.healthy else "\n".join(health.problems) + "\n"
        return web.Response(text=text, status=200 if health.healthy else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        del request
        await self.refresh()
        body = generate_latest(self.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _export(self, request: web.Request) -> web.Response:
        export = (self.exports or {}).get(request.match_info["name"])
        if export is None:
            known = ", ".join(sorted(self.exports or {})) or "none"
            return web.Response(text=f"There is no such export. Known: {known}.\n", status=404)
        content_type, text = await export()
        return web.Response(text=text, content_type=content_type)


@web.middleware
async def _reported(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Unknown failures get a reference id instead of a bare 500."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - an entry from outside: reported with an id
        reference = report_unexpected(error, f"http {request.path}")
        return web.Response(
            text=f"This page failed (reference {reference}); the log holds the details.\n",
            status=500,
        )
