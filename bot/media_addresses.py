"""Where attachments may be fetched from: public addresses of the internet, and servers that the Department names.

Whoever writes a comment chooses the address of what is attached. Without this, they could have OfRecord knock at
machines that only it can reach.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import quote, urlsplit

Resolver = Callable[[str, int], list[str]]
"""Gives the addresses of a host, as text; raises `OSError` when there are none."""
_PORTS = {"https": 443, "http": 80}
_PUBLIC_V6: Final = ip_network("2000::/3")
_CARRIES_V4: Final = tuple(map(IPv6Network, ("2002::/16", "2001::/32")))
"""6to4 and Teredo: another address stands within them. What IPv4 maps to (::ffff:, 64:ff9b::) is not in 2000::/3."""
_METADATA: Final = frozenset(map(ip_address, ("168.63.129.16", "100.100.100.200", "fd00:ec2::254")))
"""What clouds tell their machines, keys among it, where that address is not link-local."""
_SAFE_IN_A_PATH = "/%:@!$&'()*+,;=~-._"


class RefusedError(Exception):
    """The guard does not let it through, and asking again would not change that. `reason` is one word of the log."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """An address that may be asked, taken apart."""

    scheme: str
    host: str
    """In lower case and in ASCII."""
    port: int
    target: str
    """Path and query, as they go into the request."""
    own: bool
    """Whether it is a server that the Department named: it may lie in its own network, and speak plain http."""


def origin(address: str) -> str | None:
    """Scheme, host and port of an address, written in one way; None when it is not one of the web."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, KeyError):
        return None
    return f"{parts.scheme}://{host}:{port}" if host else None


def place(url: str, own: frozenset[str] = frozenset()) -> Place:
    """Take an address apart, if it may be asked at all.

    Args:
        url: the address.
        own: origins (as `origin` writes them) of the Department's own servers.

    Raises:
        RefusedError: ``scheme``, ``credential`` (a name or a password stands in it), ``port``, or ``address``.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise RefusedError("address") from None
    if parts.scheme not in _PORTS:
        raise RefusedError("scheme")
    at = origin(url)
    if at is None:
        raise RefusedError("address")
    is_own = at in own
    if parts.scheme != "https" and not is_own:
        raise RefusedError("scheme")
    if parts.username is not None or parts.password is not None:
        raise RefusedError("credential")
    port = int(at.rpartition(":")[2])
    if port != _PORTS[parts.scheme] and not is_own:
        raise RefusedError("port")
    host = at.removeprefix(f"{parts.scheme}://").rpartition(":")[0]
    query = f"?{quote(parts.query, safe=_SAFE_IN_A_PATH + '?')}" if parts.query else ""
    target = (quote(parts.path, safe=_SAFE_IN_A_PATH) or "/") + query
    return Place(parts.scheme, host, port, target, is_own)


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the machine's own resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def addresses(where: Place, resolve: Resolver) -> list[str]:
    """Look a host up, once. Connect to what this gives, and never to the name: a second answer may be another one.

    Raises:
        RefusedError: ``address``, when one of them may not be connected to, even if others may.
        OSError: when the name has no address.
    """
    found = resolve(where.host, where.port)
    if not all(map(_may_be_own if where.own else _is_public, found)):
        raise RefusedError("address")
    return found


def _is_public(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and (address not in _PUBLIC_V6 or any(address in each for each in _CARRIES_V4)):
        return False
    return address.is_global and not address.is_multicast and address not in _METADATA


def _may_be_own(text: str) -> bool:
    """A server of the Department's may be private, or this machine. What clouds tell their machines never is."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return False
    never = address.is_link_local or address.is_multicast or address.is_unspecified
    return not never and (address not in _METADATA) and (address.is_loopback or not address.is_reserved)
