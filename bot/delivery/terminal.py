"""The rehearsal's deliverer: every message goes to the terminal and the preview page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.delivery.drawings import Draw, Drawings
from bot.delivery.shown import Shown
from bot.delivery.stdout import Stdout
from bot.delivery.terminal_view import TerminalView
from bot.domain.outbox import Delivery, Edit, Receipt
from bot.domain.subscription import Place, PlaceKind
from bot.ports import Clock, Preview

# https://docs.discord.com/developers/reference#snowflakes
DISCORD_EPOCH_MS = 1_420_070_400_000

_KINDS = {
    PlaceKind.CHANNEL: "channel",
    PlaceKind.ANNOUNCEMENT: "announcement channel",
    PlaceKind.FORUM: "forum",
    PlaceKind.USER: "direct messages of",
}


class RehearsalDeliverer:
    """Implements `bot.ports.Deliverer` without Discord; receipts carry ids like Discord's.

    `names` says how places are called ("launch-alerts"); others go by their id. Without `draw`
    pictures are shown by their alt text.
    """

    def __init__(
        self,
        clock: Clock,
        preview: Preview,
        *,
        draw: Draw | None = None,
        names: Mapping[int, str] | None = None,
        console: Console | None = None,
    ) -> None:
        self._clock = clock
        self._preview = preview
        self._drawings = Drawings(draw)
        self._names = dict(names or {})
        self._view = TerminalView(console)
        self._last_id = 0
        self._sent: dict[tuple[Place, str], Receipt] = {}

    def draw_with(self, draw: Draw) -> None:
        """Take the worker that draws pictures, once there is one."""
        self._drawings = Drawings(draw)

    async def send(self, delivery: Delivery, reply_to: Receipt | None) -> Receipt:
        """Show a message; the same nonce at the same place shows nothing new, as in Discord."""
        known = self._sent.get((delivery.place, delivery.nonce))
        if known is not None:
            return known
        receipt = Receipt(self._next_id(), delivery.place.id)
        if reply_to is not None:
            receipt = Receipt(receipt.message_id, reply_to.channel_id)
        self._sent[delivery.place, delivery.nonce] = receipt
        await self._show(delivery.place, delivery.payload, edited=False)
        return receipt

    async def edit(self, edit: Edit) -> None:
        """Show the newest revision."""
        await self._show(edit.place, edit.payload, edited=True)

    async def find(self, place: Place, marker: str, since: datetime) -> Receipt | None:
        """The message with this marker, when it was shown."""
        del since
        return self._sent.get((place, marker))

    async def _show(self, place: Place, payload: dict[str, Any], *, edited: bool) -> None:
        at = self._clock.now()
        name = self._names.get(place.id) or f"{_KINDS[place.kind]} {place.id}"
        self._view.show(Shown(name, payload, at, edited))
        drawn = await self._drawings.of(payload)
        if drawn:
            files = [item | {"png": data} for item, data in drawn]
            payload = payload | {"files": files}
        self._preview.show(name, payload, at=at, edited=edited)

    def _next_id(self) -> int:
        milliseconds = int(self._clock.now().timestamp() * 1000) - DISCORD_EPOCH_MS
        self._last_id = max(self._last_id + 1, max(milliseconds, 0) << 22)
        return self._last_id


def announce(*, address: str, watching: Path, feeds: int, once: bool) -> None:
    """Say on stdout that this is a rehearsal, what it does, and how to connect a server.

    `address` is the preview page's, empty without one; it lives only as long as the program.
    """
    console = Stdout(soft_wrap=True)
    headline = "Launchwire rehearses: no Discord token is set, so nothing is posted anywhere."
    console.print(Text(headline, "bold"))
    if not once:
        if address:
            console.print(Text(f"The same messages as Discord would show them: {address}"))
        count = {0: "no feeds are declared", 1: "and one feed"}.get(feeds, f"and {feeds} feeds")
        console.print(Text(f"Watching {watching} ({count}); Ctrl-C ends it."))
    console.print(
        Text(
            "To connect a server, make an application and its token at\n"
            "  https://discord.com/developers/applications\n"
            "then set DISCORD_TOKEN and start again (README, “Connecting to Discord”).\n"
        )
    )
