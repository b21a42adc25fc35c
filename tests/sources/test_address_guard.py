"""The address guard, as a pure rule: what may be dialled and what may not."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from bot.sources.address_guard import AddressGuard, RefusedByGuard, refusal
from tests.sources.loopback import DialRecorder


def _listed(text: str) -> list[str]:
    return text.split()


CLOSED = _listed(
    """
0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.1 10.1.2.3 10.255.255.255 100.64.0.1 100.100.100.200
100.127.255.254 127.0.0.1 127.0.0.2 127.1.1.1 127.255.255.254 168.63.129.16 169.254.0.1
169.254.169.254 169.254.170.2 169.254.255.255 172.16.0.1 172.20.10.1 172.31.255.254 192.0.0.1
192.0.0.8 192.0.0.170 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.88.99.255
192.168.0.1 192.168.1.254 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.254 198.51.100.7
203.0.113.9 224.0.0.1 224.0.0.251 232.1.1.1 239.255.255.250 240.0.0.1 250.1.2.3 255.255.255.254
255.255.255.255
:: ::1 ::2 ::127.0.0.1 ::10.0.0.1 ::8.8.8.8 ::ffff:0.0.0.0 ::ffff:10.0.0.1 ::ffff:127.0.0.1
::ffff:7f00:1 ::ffff:169.254.169.254 ::ffff:192.168.1.1 ::ffff:172.16.5.5 ::ffff:100.64.0.1
::ffff:224.0.0.1 ::ffff:255.255.255.255 ::ffff:192.0.0.192 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::192.168.0.1
64:ff9b:1::1 64:ff9b:1::7f00:1 64:ff9b:1:ffff::10.0.0.1
100::1 100::ffff 100:0:0:1::1
2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1
2001:30::1 2001:db8::1 2001:db8:1:2::3
2002:7f00:1:: 2002:0a00:0001:: 2002:c0a8:0101::1 2002:a9fe:a9fe:: 2002:ac10:1::
2620:4f:8000::1 3fff::1 3fff:fff::1 5f00::1
fc00::1 fc00::ffff fd00::1 fd00:ec2::254 fd12:3456:789a::1 fdff::1
fe80::1 fe80::a00:27ff:fe4e:66a1 fe80::1%eth0 febf::1 fec0::1 fec0:0:0:ffff::1 feff::1
ff00::1 ff01::1 ff02::1 ff02::fb ff05::2 ff0e::1
"""
)

NO_ADDRESSES = ["", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3", "::g",
                "1.1.1.1.1", "[::1]", "127.0.0.1:80", " 8.8.8.8", "८.8.8.8",
                "8.8.8.8\x00"]  # fmt: skip

GOOD = _listed(
    """
1.1.1.1 8.8.8.8 9.9.9.9 11.0.0.1 23.215.0.136 45.33.32.156 64.233.160.0 93.184.216.34 99.86.0.1
100.63.255.255 100.128.0.1 104.16.0.1 126.255.255.255 128.0.0.1 151.101.1.69 168.63.129.17
169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1 185.60.216.35 191.255.255.255 192.0.1.1
192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1 203.0.114.1 212.58.244.22 223.255.255.254
2001:4860:4860::8888 2606:4700:4700::1111 2620:fe::fe 2a00:1450:4001:80b::200e 2a02:26f0::1
2600:1406::1 2404:6800::1 2c0f:fb50::1 ::ffff:8.8.8.8 ::ffff:93.184.216.34
"""
)


@pytest.mark.parametrize("address", CLOSED + NO_ADDRESSES)
def test_closed_addresses_are_refused_on_every_open_port(address: str) -> None:
    for port in (80, 443, 8080, 8443):
        assert refusal(address, port) is not None


def test_the_list_of_closed_addresses_is_long_enough_to_mean_something() -> None:
    assert len(set(CLOSED)) >= 100
    assert len(set(GOOD)) >= 30


@pytest.mark.parametrize("address", GOOD)
def test_public_addresses_are_open(address: str) -> None:
    for port in (80, 443, 8080, 8443):
        assert refusal(address, port) is None


@pytest.mark.parametrize("port", [0, 1, 21, 22, 23, 25, 53, 110, 389, 445, 3306, 5432, 6379, 9200,
                                  11211, 27017, 65535])  # fmt: skip
def test_other_ports_are_closed(port: int) -> None:
    assert refusal("93.184.216.34", port) is not None


def test_an_opened_network_may_use_any_port() -> None:
    allow = (ipaddress.ip_network("10.1.0.0/16"),)
    assert refusal("10.1.2.3", 5000, allow) is None
    assert refusal("::ffff:10.1.2.3", 5000, allow) is None
    assert refusal("10.2.0.1", 80, allow) is not None
    assert refusal("93.184.216.34", 5000, allow) is not None


def test_an_opened_ipv6_network_does_not_open_ipv4_addresses_hidden_in_it() -> None:
    allow = (ipaddress.ip_network("64:ff9b::/96"),)
    assert refusal("64:ff9b::808:808", 443, allow) is None
    assert refusal("64:ff9b::7f00:1", 443, allow) is not None
    assert refusal("64:ff9b::a9fe:a9fe", 443, allow) is not None


def test_the_socket_is_not_made_for_a_closed_address() -> None:
    recorder = DialRecorder()
    guard = AddressGuard((), recorder)
    for address in CLOSED:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with pytest.raises(RefusedByGuard):
            guard.make_socket((family, socket.SOCK_STREAM, 6, "", (address, 443)))
    assert recorder.dialled == []
