"""The REST front: token, faults, limits, checks and the journal around every request."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

from tests.fake_discord.compose import BrokenRules
from tests.fake_discord.errors import ApiError, form_error
from tests.fake_discord.faults import AFTER, Fault, FaultKind
from tests.fake_discord.gateway import reset_connection
from tests.fake_discord.journal import Exchange
from tests.fake_discord.limits import Refusal
from tests.fake_discord.model import Json
from tests.fake_discord.specification import Finding

if TYPE_CHECKING:
    from tests.fake_discord.server import FakeDiscord

JSON_TYPE = "application/json"  # exactly: discord.py reads anything else as text
VIA = "1.1 google"
CUT = {
    FaultKind.RESET_BEFORE: "reset",
    FaultKind.RESET_AFTER: "reset",
    FaultKind.CLOSE_BEFORE: "close",
    FaultKind.CLOSE_AFTER: "close",
    FaultKind.HANG_BEFORE: "hang",
    FaultKind.HANG_AFTER: "hang",
}
Answer = tuple[int, Json | list[Json] | None]


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: the exchange and the ids in its path."""

    exchange: Exchange
    params: dict[str, str]

    @property
    def payload(self) -> Json:
        """The request's JSON object (empty without a body)."""
        return self.exchange.body if isinstance(self.exchange.body, dict) else {}

    def id(self, name: str) -> int:
        """Return an id from the path.

        Raises:
            ApiError: it is no number (50035).
        """
        try:
            return int(self.params[name])
        except ValueError:
            raise form_error([(name, "is not a snowflake")]) from None


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: `major` names the id in the path that has a bucket of its own."""

    method: str
    pattern: re.Pattern[str]
    operation: str
    handler: Handler
    major: str = ""
    needs_token: bool = True


def route(
    method: str,
    template: str,
    operation: str,
    handler: Handler,
    major: str = "",
    *,
    needs_token: bool = True,
) -> Route:
    """Make a route from a template like `/channels/{channel_id}/messages`."""
    pattern = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) + "$")
    return Route(method, pattern, operation, handler, major, needs_token)


class Rest:
    """Serves every REST request of the stand-in."""

    def __init__(self, server: FakeDiscord, routes: list[Route]) -> None:
        self.server = server
        self.routes = routes

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request under /api/v10."""
        exchange = await self._read(request)
        self.server.journal.exchanges.append(exchange)
        self.server.journal.changed()
        fault = self.server.faults.take(exchange)
        if fault is not None:
            exchange.fault = fault.kind.name
            if fault.kind is FaultKind.SLOW_BEFORE:
                await self._pause(fault.seconds)
            elif fault.kind not in AFTER:
                return await self._fail_before(request, exchange, fault)
        headers: dict[str, str] = {}
        try:
            status, body = self._serve(exchange, request, headers)
            exchange.done_at = time.monotonic() if status < 400 else None
        except ApiError as error:
            status, body = error.status, error.body
            if status == 429:
                scope = str(error.extra.pop("scope", "user"))
                body.pop("scope", None)
                exchange.scope = scope
                headers |= {"Via": VIA, "Retry-After": "1", "X-RateLimit-Scope": scope}
        exchange.answer = body
        self.server.journal.changed()
        if fault is not None and fault.kind in AFTER:
            return await self._fail_after(request, exchange, fault, status, headers)
        return self._answer(exchange, status, body, headers)

    # -- reading ------------------------------------------------------------------------------

    async def _read(self, request: web.Request) -> Exchange:
        path = request.path.removeprefix(self.server.api_path)
        files: dict[str, tuple[str, bytes]] = {}
        body: Json | list[Json] | None = None
        form = request.content_type if request.body_exists else ""
        if form == "multipart/form-data":
            body = await self._read_parts(request, files)
        elif request.body_exists:
            raw = await request.read()
            body = json.loads(raw) if raw else None
        return Exchange(
            number=len(self.server.journal.exchanges) + 1,
            method=request.method,
            path=path,
            query=dict(request.query),
            headers={k: v for k, v in request.headers.items() if k != "Authorization"},
            body=body,
            files=files,
            form=form,
            arrived_at=time.monotonic(),
            wall_time=self.server.world.clock.now(),
        )

    async def _read_parts(
        self, request: web.Request, files: dict[str, tuple[str, bytes]]
    ) -> Json | list[Json] | None:
        body = None
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            data = bytes(await part.read(decode=True))
            if part.name == "payload_json":
                body = json.loads(data)
            else:
                files[part.name] = (part.filename or "", data)
        return body

    # -- serving ------------------------------------------------------------------------------

    def _serve(self, exchange: Exchange, request: web.Request, headers: dict[str, str]) -> Answer:
        found, params = self._find(exchange)
        exchange.operation = found.operation
        if found.needs_token:
            token = request.headers.get("Authorization", "").removeprefix("Bot ")
            if not self.server.accepts_token(token):
                return 401, {"message": "401: Unauthorized", "code": 0}
            refusal = self.server.limits.take_global()
            if refusal is not None:
                return self._refuse(exchange, refusal, headers)
        if found.operation != "create_interaction_response":
            refusal, shown = self.server.limits.take(found.operation, params.get(found.major, ""))
            headers |= shown
            if refusal is not None:
                return self._refuse(exchange, refusal, headers)
        findings = self._check_request(exchange)
        wrong = [f for f in findings if f.where.startswith("body") and f.what != "undocumented key"]
        if wrong:
            raise form_error([(f.where.removeprefix("body.") or "body", f.what) for f in wrong])
        try:
            return found.handler(Call(exchange, params))
        except BrokenRules as error:
            self.server.findings += [
                Finding(found.operation, "rule", violation.place, violation.rule.value)
                for violation in error.violations
            ]
            raise

    def _find(self, exchange: Exchange) -> tuple[Route, dict[str, str]]:
        for candidate in self.routes:
            match = candidate.pattern.match(exchange.path)
            if match and candidate.method == exchange.method:
                return candidate, match.groupdict()
        text = f"{exchange.method} {exchange.path}"
        self.server.findings.append(Finding(text, "request", "path", "not known to the stand-in"))
        raise ApiError(0)

    def _refuse(self, exchange: Exchange, refusal: Refusal, headers: dict[str, str]) -> Answer:
        exchange.scope = refusal.scope
        headers |= {
            "Via": VIA,
            "Retry-After": str(max(1, round(refusal.retry_after))),
            "X-RateLimit-Scope": refusal.scope,
        }
        if refusal.scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return 429, {
            "message": "You are being rate limited.",
            "retry_after": refusal.retry_after,
            "global": refusal.scope == "global",
            "code": 0,
        }

    # -- checking -----------------------------------------------------------------------------

    def _check_request(self, exchange: Exchange) -> list[Finding]:
        specification = self.server.specification
        if specification is None:
            return []
        operation = specification.operation(exchange.method, exchange.path)
        if operation is None:
            text = f"{exchange.method} {exchange.path}"
            found = [Finding(text, "request", "path", "not documented")]
        else:
            found = specification.check_request(
                operation,
                exchange.path,
                exchange.query,
                exchange.body,
                exchange.files,
                exchange.form,
            )
        self.server.findings += found
        return found

    def _check_answer(self, exchange: Exchange) -> None:
        specification = self.server.specification
        if specification is None or exchange.status == 401:
            return
        operation = specification.operation(exchange.method, exchange.path)
        if operation is not None:
            self.server.findings += specification.check_answer(
                operation, exchange.status, exchange.answer
            )

    # -- answering ----------------------------------------------------------------------------

    def _answer(
        self,
        exchange: Exchange,
        status: int,
        body: Json | list[Json] | None,
        headers: dict[str, str],
        *,
        checked: bool = True,
    ) -> web.Response:
        exchange.status, exchange.answer = status, body
        exchange.answered_at = time.monotonic()
        if checked:
            self._check_answer(exchange)
        self.server.journal.changed()
        if body is None:
            return web.Response(status=status, headers=headers)
        data = json.dumps(body, ensure_ascii=False).encode()
        return web.Response(status=status, body=data, headers=headers | {"Content-Type": JSON_TYPE})

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.server.closing.wait(), seconds)
        except TimeoutError:
            return

    async def _fail_before(
        self, request: web.Request, exchange: Exchange, fault: Fault
    ) -> web.StreamResponse:
        if fault.kind in CUT:
            return await self._cut(request, CUT[fault.kind], fault.seconds)
        if fault.kind is FaultKind.STATUS_BEFORE:
            return self._ordered_status(exchange, fault)
        scopes = {FaultKind.LIMIT_GLOBAL: "global", FaultKind.LIMIT_SHARED: "shared"}
        headers: dict[str, str] = {}
        refusal = Refusal(scopes.get(fault.kind, "user"), fault.seconds)
        status, body = self._refuse(exchange, refusal, headers)
        if fault.kind is FaultKind.LIMIT_NO_VIA:
            del headers["Via"]
        return self._answer(exchange, status, body, headers, checked=False)

    async def _fail_after(
        self,
        request: web.Request,
        exchange: Exchange,
        fault: Fault,
        status: int,
        headers: dict[str, str],
    ) -> web.StreamResponse:
        body = exchange.answer
        if fault.kind in CUT:
            return await self._cut(request, CUT[fault.kind], fault.seconds)
        if fault.kind is FaultKind.STATUS_AFTER:
            return self._ordered_status(exchange, fault)
        if fault.kind is FaultKind.SLOW:
            await self._pause(fault.seconds)
            return self._answer(exchange, status, body, headers)
        response = self._answer(exchange, status, body, headers, checked=False)
        if fault.kind is FaultKind.WRONG_TYPE:
            response.headers["Content-Type"] = "text/html"
            return response
        whole = response.body if isinstance(response.body, bytes) else b"{}"
        return web.Response(
            status=status,
            body=whole[: len(whole) // 2],
            headers=headers | {"Content-Type": JSON_TYPE},
        )

    def _ordered_status(self, exchange: Exchange, fault: Fault) -> web.Response:
        if fault.status >= 500 or fault.status == 408:
            # Such answers come from the edge: a page of text, not JSON.
            exchange.status, exchange.answered_at = fault.status, time.monotonic()
            self.server.journal.changed()
            return web.Response(status=fault.status, text=f"<html>error {fault.status}</html>")
        body: Json = {"message": fault.message, "code": fault.code}
        return self._answer(exchange, fault.status, body, {}, checked=False)

    async def _cut(self, request: web.Request, how: str, seconds: float) -> web.StreamResponse:
        if how == "hang":
            await self._pause(seconds)
        if how == "close" and request.transport is not None:
            request.transport.close()
        else:
            reset_connection(request.transport)
        return web.Response(status=500)  # never reaches anybody: the connection is gone
