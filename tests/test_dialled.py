"""The watch that keeps every test on loopback."""

from __future__ import annotations

import socket

import pytest

from tests import dialled


@pytest.mark.parametrize("address", ["93.184.216.34", "10.0.0.1", "169.254.169.254"])
def test_a_connection_to_elsewhere_is_stopped_before_it_leaves(address: str) -> None:
    with socket.socket() as one, pytest.raises(dialled.DialledOutside):
        one.connect((address, 80))
    assert dialled.outside == [f"socket.connect ('{address}', 80)"]
    dialled.outside.clear()  # or this test itself would fail for it


def test_loopback_and_sockets_of_this_machine_are_let_through() -> None:
    inside = [("127.0.0.1", 80), ("::1", 80, 0, 0), ("127.9.9.9", 1), "/run/x", b"\0abstract"]
    assert all(dialled.is_inside(address) for address in inside)
    assert not dialled.is_inside(("fe80::1%eth0", 80, 0, 0))
