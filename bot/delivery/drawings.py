"""Pictures of payloads, drawn once however many channels get them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import AnalysisError

Draw = Callable[[str, str], Awaitable[bytes]]
"""Draws the named picture from its JSON data in the worker; PNG."""

FORGET_FAILURE = 60.0  # seconds until a picture that could not be drawn is tried again
_FAILURES = (AnalysisError, ValueError, OSError)

_log = logging.getLogger("launchwire.delivery")


class NotYet(Exception):
    """A picture is still being drawn: the words can go without it."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    task: asyncio.Task[bytes]
    begun: float  # the loop's time


class Drawings:
    """The newest pictures by name and data; a failure is a missing picture, never an error."""

    def __init__(self, draw: Draw | None, keep: int = 32) -> None:
        self._draw = draw
        self._keep = keep
        self._drawings: OrderedDict[tuple[str, str], _Drawing] = OrderedDict()

    async def of(
        self, payload: Mapping[str, Any], within: float | None = None
    ) -> list[tuple[dict[str, Any], bytes]] | None:
        """The payload's files with their bytes; None when one of them could not be drawn.

        Raises:
            NotYet: one is not ready `within` so many seconds after its drawing began.
        """
        drawn: list[tuple[dict[str, Any], bytes]] = []
        for item in payload.get("files") or ():
            data = await self.one(item["name"], item["data"], within)
            if data is None:
                return None
            drawn.append((item, data))
        return drawn

    async def one(self, name: str, data: str, within: float | None = None) -> bytes | None:
        """One picture, or None when it could not be drawn.

        Raises:
            NotYet: see `of`. The drawing goes on meanwhile.
        """
        if self._draw is None:
            return None
        drawing = self._begun(name, data)
        now = asyncio.get_running_loop().time()
        left = None if within is None else max(0.0, drawing.begun + within - now)
        await asyncio.wait({drawing.task}, timeout=left)
        if not drawing.task.done():
            raise NotYet
        try:
            return drawing.task.result()
        except _FAILURES:
            return None

    def _begun(self, name: str, data: str) -> _Drawing:
        """The drawing of a picture, under way or done; a failure is remembered for a while."""
        now = asyncio.get_running_loop().time()
        key = (name, data)
        known = self._drawings.get(key)
        if known is not None and not (_failed(known) and now - known.begun > FORGET_FAILURE):
            return known
        assert self._draw is not None  # the caller looked
        task = asyncio.ensure_future(_logged(name, self._draw(name, data)))
        self._drawings[key] = _Drawing(task, now)
        while len(self._drawings) > self._keep:
            self._drawings.popitem(last=False)
        return self._drawings[key]


def _failed(drawing: _Drawing) -> bool:
    task = drawing.task
    return task.done() and (task.cancelled() or task.exception() is not None)


async def _logged(name: str, drawing: Awaitable[bytes]) -> bytes:
    try:
        return await drawing
    except _FAILURES as error:
        _log.warning("picture %s not drawn: %s", name, error)
        raise
