"""The address guard: decides at the socket which addresses may be dialled.

Only the socket factory sees the address really used: a check of the address line loses to DNS
rebinding, and a check in the resolver is not asked for literal addresses.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any

from bot.domain.polling import Network
from bot.errors import AddressRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
AddrInfo = tuple[Any, Any, int, str, tuple[Any, ...]]

OPEN_PORTS = frozenset({80, 443, 8080, 8443})

# The IANA special-purpose registries, with what Synapse and changedetection.io add to them, and two
# addresses of cloud metadata services. `ipaddress.is_global` alone calls eight of these global.
_BLOCKED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32",
        "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
        "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
        "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
        "100:0:0:1::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7",
        "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
_TRANSLATED = tuple(  # NAT64 (RFC 6052, 8215) and SIIT (RFC 2765): IPv4 in the last 32 bits
    ipaddress.IPv6Network(block) for block in ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96")
)
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def refusal(address: str, port: int, allow: Sequence[Network] = ()) -> str | None:
    """Why an address must not be dialled, in words; None when it may be. Fails closed.

    Addresses inside `allow` (opened by the operator) may use any port; an IPv4 address hidden in an
    IPv6 one is judged too, so that an opened IPv6 block cannot lead to a closed IPv4 address.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "is not an address"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if _within(parsed, allow):
        hidden = _embedded(parsed)
        if all(_within(inner, allow) or _is_public(inner) for inner in hidden):
            return None
        return "hides a private or reserved address"
    if not _is_public(parsed):
        return "is a private, local or reserved address"
    if port not in OPEN_PORTS:
        return f"uses port {port}; only {', '.join(map(str, sorted(OPEN_PORTS)))} are open"
    return None


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == net.version and address in net for net in networks)


def _is_public(address: Address) -> bool:
    return (
        address.is_global
        and not _within(address, _BLOCKED)
        and all(_is_public(inner) for inner in _embedded(address))
    )


def _embedded(address: Address) -> list[Address]:
    """IPv4 addresses inside an IPv6 one: 6to4, Teredo, NAT64 and SIIT, IPv4-compatible."""
    if not isinstance(address, ipaddress.IPv6Address):
        return []
    inner: list[Address] = []
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner.extend(address.teredo)
    low = int(address)
    # ::1 and :: are themselves in the block list and hide nothing.
    if any(address in block for block in _TRANSLATED) or (address in _COMPATIBLE and low > 1):
        inner.append(ipaddress.IPv4Address(low & 0xFFFF_FFFF))
    return inner


def _plain_socket(info: AddrInfo) -> socket.socket:
    family, kind, protocol, _, _ = info
    return socket.socket(family, kind, protocol)


class RefusedByGuard(OSError):
    """Raised inside the connector (which only tries on after an OSError)."""


class AddressGuard:
    """Makes the sockets of the HTTP client, or refuses to.

    `open_socket` stands in for the operating system in tests, which record what would be dialled.
    """

    def __init__(
        self,
        allow: Sequence[Network] = (),
        open_socket: Callable[[AddrInfo], socket.socket] = _plain_socket,
    ) -> None:
        self._allow = tuple(allow)
        self._open = open_socket

    def make_socket(self, info: AddrInfo) -> socket.socket:
        """The `socket_factory` of aiohttp's connector.

        Raises:
            RefusedByGuard: the address is closed.
        """
        target = info[4]
        reason = refusal(str(target[0]), int(target[1]), self._allow)
        if reason is not None:
            raise RefusedByGuard(reason)
        return self._open(info)

    def check_literal(self, host: str, port: int) -> None:
        """Refuse a literal address early, for a clear sentence; names are judged at the socket.

        Raises:
            AddressRefused: the literal address is closed.
        """
        try:
            ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return
        reason = refusal(host, port, self._allow)
        if reason is not None:
            raise refused(host, reason)


def refused(host: str, reason: str) -> AddressRefused:
    """The sentence for a closed address."""
    return AddressRefused(
        f"{host} {reason}. An operator can open networks in config.toml ([fetch] allow_networks).",
        key="source.address_refused",
        host=host,
    )
