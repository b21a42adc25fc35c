"""The one way to the outside world: guarded, capped, polite HTTP.

Redirects are followed by hand (each hop is judged), bodies are read in pieces against a cap, and a
total time limit ends slow drips. No proxies or passwords of the environment are used.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot import __version__
from bot.domain.links import redact, same_origin
from bot.domain.poll_order import server_of
from bot.domain.polling import FetchRules
from bot.errors import AddressRefused, FetchError
from bot.ports import Clock
from bot.sources.address_guard import AddressGuard, RefusedByGuard, refused
from bot.sources.http_headers import retry_after

USER_AGENT = f"Launchwire/{__version__} (news feed reader)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_CHUNK = 64 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` are lower-case; `url` is where the body came from.

    `permanent_to` is the address a chain of only permanent redirects led to, None without one.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    permanent_to: str | None = None

    @property
    def charset(self) -> str | None:
        """The charset the Content-Type header names."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'") or None
        return None


class HostGate:
    """One request per host at a time, and a pause between them."""

    def __init__(self, spacing: timedelta, clock: Clock) -> None:
        self._spacing, self._clock = spacing, clock
        self._locks: dict[str, asyncio.Lock] = {}
        self._free_at: dict[str, datetime] = {}
        self._waiting: dict[str, int] = {}

    @contextlib.asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn and hold it."""
        lock = self._locks.setdefault(host, asyncio.Lock())
        self._waiting[host] = self._waiting.get(host, 0) + 1
        try:
            async with lock:
                await self._pause(host)
                try:
                    yield
                finally:
                    self._free_at[host] = self._clock.now() + self._spacing
        finally:
            self._waiting[host] -= 1
            self._forget(host)

    async def _pause(self, host: str) -> None:
        free_at = self._free_at.get(host)
        if free_at is None:
            return
        # Never longer than the spacing, even when the system's clock was set back.
        wait = min(free_at - self._clock.now(), self._spacing)
        if wait > timedelta():
            await self._clock.sleep(wait.total_seconds())

    def _forget(self, host: str) -> None:
        """Drop a host nobody waits for once its pause is over (and others with it)."""
        if not self._waiting[host]:
            del self._waiting[host], self._locks[host]
        if len(self._free_at) > 1000:
            now = self._clock.now()
            self._free_at = {name: at for name, at in self._free_at.items() if at > now}


class Fetcher:
    """Fetches addresses under the rules. One per process; used inside `async with`."""

    def __init__(
        self,
        rules: FetchRules,
        clock: Clock,
        *,
        guard: AddressGuard | None = None,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._rules, self._clock = rules, clock
        self._guard = guard or AddressGuard(rules.allow_networks)
        self._resolver, self._tls = resolver, tls
        self._gate = HostGate(rules.host_spacing, clock)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Fetcher:
        """Nothing is opened before the first request."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close what is open."""
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET an address, following redirects; answers of any status are returned.

        Raises:
            AddressRefused: the address, or one it redirects to, is closed.
            FetchError: no usable answer (no connection, time, size, redirect loop, encoding).
        """
        hop, permanent_to, still_permanent = _checked(url), None, True
        budget = self._rules.total_seconds
        for _ in range(self._rules.max_redirects + 1):
            async with self._gate.turn(server_of(hop)):
                began = asyncio.get_running_loop().time()
                carry = headers or {}
                answer, location = await self._once(hop, url, carry, budget)
                budget -= asyncio.get_running_loop().time() - began
            if location is None:
                return Answer(answer.status, hop, answer.headers, answer.body, permanent_to)
            hop = _without_credentials(_checked(urljoin(hop, location)))
            still_permanent = still_permanent and answer.status in _PERMANENT
            permanent_to = hop if still_permanent else permanent_to
        raise FetchError(
            f"{redact(url)} redirects more than {self._rules.max_redirects} times.",
            key="source.redirects",
            address=redact(url),
        )

    async def _once(
        self, hop: str, first: str, headers: Mapping[str, str], budget: float
    ) -> tuple[Answer, str | None]:
        """One request; the second value is where it redirects to."""
        parts = urlsplit(hop)
        self._guard.check_literal(parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme])
        try:
            async with asyncio.timeout(max(budget, 0.0)):
                return await self._exchange(hop, first, headers)
        except TimeoutError as error:
            raise FetchError(
                f"{redact(hop)} did not answer fully within {self._rules.total_seconds:g} s.",
                key="source.timeout",
                address=redact(hop),
            ) from error
        except aiohttp.ClientError as error:
            raise _sentence(hop, error) from None
        except (OSError, ValueError) as error:
            raise FetchError(
                f"{redact(hop)} cannot be asked: {type(error).__name__}.",
                key="source.no_answer",
                address=redact(hop),
            ) from None

    async def _exchange(
        self, hop: str, first: str, headers: Mapping[str, str]
    ) -> tuple[Answer, str | None]:
        session = self._opened()
        async with session.get(
            URL(_without_credentials(hop)),
            headers=headers,
            allow_redirects=False,
            # Credentials of the given address go to that origin only, never to a redirect's.
            auth=_credentials(first) if same_origin(first, hop) else None,
        ) as response:
            found = {name.lower(): value for name, value in response.headers.items()}
            location = found.get("location") if response.status in _REDIRECTS else None
            body = b"" if location else await self._capped(response, hop)
            return Answer(response.status, hop, found, body), location

    async def _capped(self, response: aiohttp.ClientResponse, hop: str) -> bytes:
        limit, pieces, size = self._rules.max_body_bytes, [], 0
        async for piece in response.content.iter_chunked(_CHUNK):
            size += len(piece)
            if size > limit:
                response.close()
                raise FetchError(
                    f"{redact(hop)} sends more than {limit / 1e6:g} MB; it was not read.",
                    status=response.status,
                    key="source.too_large",
                    address=redact(hop),
                )
            pieces.append(piece)
        return b"".join(pieces)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    socket_factory=self._guard.make_socket,
                    resolver=self._resolver,
                    ssl=self._tls or True,
                    limit=100,
                    # An idle TLS connection costs 300 kB; a handshake costs a millisecond.
                    force_close=True,
                    use_dns_cache=False,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._rules.connect_seconds),
                trust_env=False,
                max_line_size=16_384,
                max_field_size=16_384,
            )
        return self._session


def status_error(answer: Answer, now: datetime) -> FetchError:
    """The sentence for an answer whose status is not 200."""
    host = redact(answer.url)
    texts = {
        401: f"{host} wants a password (401).",
        403: f"{host} refuses to be read (403).",
        404: f"{host} does not exist (404). Check the address.",
        410: f"{host} is gone for good (410).",
        429: f"{host} asks for fewer requests (429).",
    }
    return FetchError(
        texts.get(answer.status, f"{host} answered with status {answer.status}."),
        status=answer.status,
        retry_after=retry_after(answer.headers.get("retry-after"), now),
        key=f"source.status.{answer.status if answer.status in texts else 'other'}",
        address=host,
        code=answer.status,
    )


def _checked(url: str) -> str:
    """The address, if it is one that may be asked at all."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(c in url.strip() for c in "\r\n\t\\"):
        raise AddressRefused(
            f"{redact(url)} is not a web address that can be read; it must start with http:// "
            "or https:// and name a host.",
            key="source.bad_address",
            address=redact(url),
        )
    return url.strip()


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _credentials(url: str) -> aiohttp.BasicAuth | None:
    parts = urlsplit(url)
    if not parts.username and not parts.password:
        return None
    return aiohttp.BasicAuth(unquote(parts.username or ""), unquote(parts.password or ""))


def _sentence(hop: str, error: aiohttp.ClientError) -> AddressRefused | FetchError:
    """An error of the client in our words: its own text may hold addresses with secrets."""
    guard = _find_refusal(error)
    if guard is not None:
        return refused(urlsplit(hop).hostname or "", str(guard))
    shown = redact(hop)
    for kind, key, words in _CLIENT_ERRORS:
        if isinstance(error, kind):
            made = AddressRefused if kind is aiohttp.InvalidURL else FetchError
            return made(words.format(shown), key=key, address=shown)
    return FetchError(
        f"{shown} gave no proper answer ({type(error).__name__}).",
        key="source.no_answer",
        address=shown,
    )


# The client's errors, the narrower before the wider.
_CLIENT_ERRORS: tuple[tuple[type[aiohttp.ClientError], str, str], ...] = (
    (aiohttp.ClientConnectorDNSError, "source.no_host", "The host of {} is not known."),
    (aiohttp.ClientSSLError, "source.tls", "{} has no valid TLS certificate."),
    (aiohttp.ClientConnectorError, "source.unreachable", "{} cannot be reached."),
    (aiohttp.InvalidURL, "source.bad_address", "{} is not a web address."),
    (aiohttp.ClientPayloadError, "source.broken", "{} broke off its answer."),
)


def _find_refusal(error: BaseException) -> RefusedByGuard | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, RefusedByGuard):
            return seen
        if isinstance(seen, BaseExceptionGroup):
            for inner in seen.exceptions:
                found = _find_refusal(inner)
                if found is not None:
                    return found
        seen = seen.__cause__ or getattr(seen, "os_error", None) or seen.__context__
    return None
