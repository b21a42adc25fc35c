"""systemd hears that the program is ready and alive, and no longer when it is not healthy."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from bot.errors import StoreError
from bot.ports import Health
from bot.watchdog import Watchdog

Systemd = tuple[socket.socket, dict[str, str]]


@pytest.fixture
def systemd() -> Iterator[Systemd]:
    """A listening socket with an abstract address, and the environment that names it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind("")  # Linux chooses a free abstract address
        door.setblocking(False)
        name = door.getsockname()
        address = name.decode() if isinstance(name, bytes) else name
        yield door, {"NOTIFY_SOCKET": address.replace("\0", "@", 1), "WATCHDOG_USEC": "20000"}


def heard(door: socket.socket) -> list[str]:
    states = []
    while True:
        try:
            states.append(door.recv(100).decode())
        except BlockingIOError:
            return states


async def heard_until(door: socket.socket, state: str, times: int) -> list[str]:
    states: list[str] = []
    async with asyncio.timeout(10):
        while states.count(state) < times:
            await asyncio.sleep(0.01)
            states += heard(door)
    return states


async def healthy() -> Health:
    return Health(healthy=True, problems=())


async def sick() -> Health:
    return Health(healthy=False, problems=("task dispatch ended",))


async def broken() -> Health:
    raise StoreError("the database cannot be read")


async def test_systemd_hears_ready_alive_and_stopping(systemd: Systemd) -> None:
    door, environment = systemd
    async with Watchdog(environment).told(healthy):
        states = await heard_until(door, "WATCHDOG=1", 2)
    states += heard(door)
    assert states[0] == "READY=1"
    assert states[-1] == "STOPPING=1"


@pytest.mark.parametrize("health", [sick, broken])
async def test_a_sick_program_is_not_called_alive(systemd: Systemd, health: object) -> None:
    door, environment = systemd
    async with Watchdog(environment).told(health):  # type: ignore[arg-type]  # a parameter
        await asyncio.sleep(0.05)
    assert heard(door) == ["READY=1", "STOPPING=1"]


async def test_without_a_watchdog_only_the_start_and_the_end_are_told(systemd: Systemd) -> None:
    door, environment = systemd
    async with Watchdog({"NOTIFY_SOCKET": environment["NOTIFY_SOCKET"]}).told(healthy):
        await asyncio.sleep(0.02)
    assert heard(door) == ["READY=1", "STOPPING=1"]


async def test_without_systemd_nothing_happens() -> None:
    assert Watchdog({}).say("READY=1") is False
    async with Watchdog({}).told(healthy):
        pass


def test_a_socket_that_is_gone_is_no_failure() -> None:
    assert Watchdog({"NOTIFY_SOCKET": "@launchwire-nobody-listens"}).say("READY=1") is False


def test_a_listener_that_reads_nothing_holds_nobody_up(systemd: Systemd) -> None:
    _, environment = systemd
    watchdog = Watchdog(environment)
    # Linux keeps a few datagrams for a reader, then a blocking sender would wait for ever.
    assert False in [watchdog.say("WATCHDOG=1") for _ in range(2_000)]
