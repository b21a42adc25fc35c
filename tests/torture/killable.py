"""Runs `python -m bot` with a named point at which the process kills itself (SIGKILL).

The product knows nothing of this: its functions are wrapped from outside before it starts.
`TORTURE_KILL` is the point's name; without it this is the bot, only started a little faster.
"""

from __future__ import annotations

import functools
import os
import runpy
import signal
from collections.abc import Callable
from typing import Any

from tests.torture.kill_points import KillPoint

ENVIRONMENT = "TORTURE_KILL"


def die() -> None:
    """End this process as the kernel would: no cleaning up, no last words."""
    os.kill(os.getpid(), signal.SIGKILL)


def prepare(wanted: KillPoint | None) -> None:
    """Wrap what the wanted point needs."""
    import bot.client
    from bot.delivery.discord_channel import DiscordChannels
    from bot.services.dispatch import Dispatch
    from bot.services.ingest import Ingest
    from bot.store.outbox import OutboxTables

    _start_quickly(bot.client.LaunchwireBot)
    match wanted:
        case KillPoint.BEFORE_STORE:
            _wrap(Ingest, "_commit", before=_has_articles)
        case KillPoint.IN_STORE:
            _wrap(Ingest, "_commit", after=_has_articles)
        case KillPoint.STORED:
            _wrap_async(Ingest, "_take", after=_brought_something)
        case KillPoint.IN_CLAIM:
            _wrap(OutboxTables, "save", after=_saves("sending"))
        case KillPoint.CLAIMED:
            _wrap_async(Dispatch, "_claim", after=lambda result, *_: result is not None)
        case KillPoint.ANSWERED:
            _wrap_async(DiscordChannels, "send", after=lambda *_: True)
        case KillPoint.IN_MARK:
            _wrap(OutboxTables, "save", after=_saves("sent"))
        case KillPoint.MARKED:
            _wrap_async(Dispatch, "_record", after=lambda _, args: args[2].state == "sent")
        case KillPoint.BEFORE_EDIT:
            _wrap_async(DiscordChannels, "edit", before=lambda *_: True)
        case KillPoint.EDIT_MARKED:
            _wrap_async(Dispatch, "_edit", after=lambda *_: True)
        case _:
            return  # free, or struck from outside


def _start_quickly(client: Any) -> None:
    """No commands and no wait for late servers: hundreds of starts have to fit into minutes."""
    import bot.client

    bot.client.EXTENSIONS = ()  # type: ignore[assignment]  # replaced as a whole, on purpose
    made = client.__init__

    @functools.wraps(made)
    def quick(self: Any, *args: Any, **keys: Any) -> None:
        made(self, *args, **keys)
        self._connection.guild_ready_timeout = 0.05

    client.__init__ = quick


Test = Callable[[Any, tuple[Any, ...]], bool]


def _has_articles(_: Any, args: tuple[Any, ...]) -> bool:
    return bool(args[3])  # (self, tx, noted, taken, feed, state)


def _brought_something(result: Any, _: tuple[Any, ...]) -> bool:
    return bool(result.new or result.revised)


def _saves(state: str) -> Test:
    return lambda _, args: args[1].state == state


def _wrap(owner: Any, name: str, *, before: Test | None = None, after: Test | None = None) -> None:
    function = getattr(owner, name)

    @functools.wraps(function)
    def wrapped(*args: Any, **keys: Any) -> Any:
        if before is not None and before(None, args):
            die()
        result = function(*args, **keys)
        if after is not None and after(result, args):
            die()
        return result

    setattr(owner, name, wrapped)


def _wrap_async(
    owner: Any, name: str, *, before: Test | None = None, after: Test | None = None
) -> None:
    function = getattr(owner, name)

    @functools.wraps(function)
    async def wrapped(*args: Any, **keys: Any) -> Any:
        if before is not None and before(None, args):
            die()
        result = await function(*args, **keys)
        if after is not None and after(result, args):
            die()
        return result

    setattr(owner, name, wrapped)


if __name__ == "__main__":
    name = os.environ.pop(ENVIRONMENT, "")
    prepare(KillPoint[name] if name else None)
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
