"""The loopback stand-in for Discord: REST, gateway and files on one port of 127.0.0.1."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from tests import told_secrets
from tests.fake_discord.actions import Actions
from tests.fake_discord.clock import ServerClock
from tests.fake_discord.faults import FaultPlan
from tests.fake_discord.gateway import Gateway
from tests.fake_discord.interaction_routes import InteractionRoutes
from tests.fake_discord.journal import Journal
from tests.fake_discord.limits import Limits
from tests.fake_discord.message_routes import MessageRoutes
from tests.fake_discord.model import Message
from tests.fake_discord.place_routes import PlaceRoutes
from tests.fake_discord.rest import Rest
from tests.fake_discord.specification import Finding, Specification, locate
from tests.fake_discord.world import World

T = TypeVar("T")
TOKEN = told_secrets.STAND_IN_TOKEN
MAX_REQUEST = 30 * 1024 * 1024


@cache
def shared_specification() -> Specification | None:
    """Load Discord's specification once per process; None where it is absent."""
    path = locate()
    return Specification.load(path) if path is not None else None


class FakeDiscord(Actions):
    """Discord on loopback: `async with FakeDiscord() as discord: ...`.

    Make guilds, channels and users with the methods of `World`, let users act with those of
    `Actions`, order faults through `faults`, look at `journal` and `findings` afterwards.
    """

    api_path = "/api/v10"

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        told_secrets.declared.add(token)
        told_secrets.worlds.append(self)
        self.token_revoked = False
        self.port = 0
        self.closing = asyncio.Event()
        self.findings: list[Finding] = []
        self.journal = Journal()
        self.faults = FaultPlan()
        self.limits = Limits()
        self.specification = shared_specification()
        self.gateway = Gateway(self)
        super().__init__(ServerClock(), self.gateway.dispatch, lambda: self.address)
        messages = MessageRoutes(self, self.limits)
        self.old_edits = messages.old_edits
        self.interactions = InteractionRoutes(self)
        routes = messages.routes() + PlaceRoutes(self).routes() + self.interactions.routes()
        self._rest = Rest(self, routes)
        self._runner: web.AppRunner | None = None

    @property
    def world(self) -> World:
        """The state, for the parts that only need that."""
        return self

    # -- running ------------------------------------------------------------------------------

    @property
    def address(self) -> str:
        """The stand-in's root, for files."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_base(self) -> str:
        """What `[discord] api_base` must be (discord.py's Route.BASE)."""
        return self.address + self.api_path

    @property
    def gateway_url(self) -> str:
        """What `[discord] gateway_url` must be (discord.py's DEFAULT_GATEWAY)."""
        return f"ws://127.0.0.1:{self.port}/gateway/"

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1 (the same one as before after a stop)."""
        self.closing = asyncio.Event()
        app = web.Application(client_max_size=MAX_REQUEST)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{file}/{name}", self._serve_file)
        app.router.add_route("*", self.api_path + "/{tail:.*}", self._rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and cut every connection; state and sessions stay."""
        self.closing.set()
        self.gateway.abort()
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

    async def _serve_file(self, request: web.Request) -> web.Response:
        kept = self.files.get(int(request.match_info["file"]))
        if kept is None:
            return web.Response(status=404)
        return web.Response(
            body=kept.data, content_type=kept.content_type or "application/octet-stream"
        )

    # -- the token ----------------------------------------------------------------------------

    def accepts_token(self, token: str) -> bool:
        """Whether this is the bot's token and it still holds."""
        return token == self.token and not self.token_revoked

    def revoke_token(self) -> None:
        """Refuse the token from now on, and close the gateway with 4004."""
        self.token_revoked = True
        self.gateway.close(4004)

    # -- looking ------------------------------------------------------------------------------

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Wait until something is true on the stand-in; see `Journal.wait_for`."""
        return await self.journal.wait_for(predicate, timeout)

    async def wait_until_connected(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Wait until a bot is identified and connected."""
        await self.wait_for(lambda: self.gateway.connected, timeout)

    @property
    def bot_messages(self) -> list[Message]:
        """Every message of the bot that everyone sees, in all channels, oldest first."""
        found = [m for c in self.channels.values() for m in c.messages if m.author is self.bot]
        return sorted(found, key=lambda message: message.id)

    @property
    def messages_per_channel(self) -> dict[int, int]:
        """How many of the bot's messages stand in each channel that has any."""
        return dict(Counter(message.channel_id for message in self.bot_messages))

    def duplicates(
        self, key: Callable[[Message], object] = lambda m: (m.channel_id, m.revisions[0].content)
    ) -> list[object]:
        """Return the keys that more than one of the bot's messages share.

        The usual key is the channel and the content as first posted.
        """
        counts = Counter(repr(key(message)) for message in self.bot_messages)
        return [item for item, count in counts.items() if count > 1]
