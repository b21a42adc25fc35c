"""No test dials anything outside loopback: such a connection is stopped and fails the test."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Generator

import pytest

outside: list[str] = []


class DialledOutside(RuntimeError):
    """A test wanted to connect to somewhere that is not this machine."""


def is_inside(address: object) -> bool:
    """Whether a socket address is on loopback, a file of this machine, or no address at all."""
    if not isinstance(address, tuple) or not address:
        return True  # a Unix socket
    try:
        return ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback
    except ValueError:
        return str(address[0]) in ("localhost", "")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto") and not is_inside(arguments[1]):
        outside.append(f"{event} {arguments[1]}")
        raise DialledOutside(f"not on loopback: {arguments[1]}")


# An audit hook cannot be taken away again: once for the process, before any test.
sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def _nothing_outside_is_dialled() -> Generator[None]:
    """Fail the test that tried, also where its code swallowed the error."""
    outside.clear()
    yield
    assert outside == []
