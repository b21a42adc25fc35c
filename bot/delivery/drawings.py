"""Pictures of payloads, drawn once however many channels get them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.errors import AnalysisError

Draw = Callable[[str, str], Awaitable[bytes]]
"""Draws the named picture from its JSON data in the worker; PNG."""

_log = logging.getLogger("launchwire.delivery")


class Drawings:
    """The newest pictures by name and data; a failure is a missing picture, never an error."""

    def __init__(self, draw: Draw | None, keep: int = 32) -> None:
        self._draw = draw
        self._keep = keep
        self._tasks: OrderedDict[tuple[str, str], asyncio.Task[bytes]] = OrderedDict()

    async def of(self, payload: Mapping[str, Any]) -> list[tuple[dict[str, Any], bytes]] | None:
        """The payload's files with their bytes; None when one of them could not be drawn."""
        drawn: list[tuple[dict[str, Any], bytes]] = []
        for item in payload.get("files") or ():
            data = await self.one(item["name"], item["data"])
            if data is None:
                return None
            drawn.append((item, data))
        return drawn

    async def one(self, name: str, data: str) -> bytes | None:
        """One picture, or None when it could not be drawn."""
        if self._draw is None:
            return None
        key = (name, data)
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.ensure_future(_as_coroutine(self._draw(name, data)))
            while len(self._tasks) > self._keep:
                self._tasks.popitem(last=False)
        try:
            return await asyncio.shield(task)
        except (AnalysisError, ValueError, OSError) as error:
            _log.warning("picture %s not drawn: %s", name, error)
            self._tasks.pop(key, None)
            return None


async def _as_coroutine(drawing: Awaitable[bytes]) -> bytes:
    return await drawing
