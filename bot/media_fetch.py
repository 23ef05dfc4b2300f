"""Fetching one attachment through the guard: bounded in size, time and hops, from checked addresses, of known types.

What is asked for was named by a stranger, and the server may be theirs. So nothing is sent along (no cookie, no
credential, no referrer), nothing is unpacked, and nothing that the server says about the file is believed.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import urljoin

from bot.media_addresses import Place, RefusedError, Resolver, addresses, place, system_resolver
from bot.media_types import ENOUGH, EXTENSIONS, type_of

Dial = Callable[[tuple[str, int], float], socket.socket]
"""Connects to an address and a port within so many seconds."""
_PIECE = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_HEADERS = {
    "Accept": "image/*,video/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "OfRecord (keeps the public record of a public agency's own pages)",
}


class NotNowError(Exception):
    """It did not come this time; another time it may. `status` is the server's answer, where there was one."""

    def __init__(self, status: int | None = None) -> None:
        """Keep the status."""
        super().__init__(f"status {status}" if status else "no whole answer")
        self.status = status


@dataclass(frozen=True, slots=True)
class Guard:
    """What is let through, and by which means it is fetched."""

    largest: int = 25 * 1024 * 1024
    """Bytes."""
    types: frozenset[str] = frozenset(EXTENSIONS)
    own: frozenset[str] = frozenset()
    """Origins of the Department's own servers."""
    hops: int = 3
    """How many redirects are followed."""
    connect: float = 5.0
    """Seconds until a connection is there."""
    silence: float = 10.0
    """Seconds without a single byte."""
    whole: float = 30.0
    """Seconds for everything: a server that drips never falls silent."""
    resolve: Resolver = system_resolver
    dial: Dial = socket.create_connection
    clock: Callable[[], float] = time.monotonic
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that came whole."""

    sha256: str
    size: int
    type: str


def fetch(url: str, into: IO[bytes], guard: Guard) -> Fetched:
    """Fetch a file.

    Args:
        url: where it is.
        into: takes its bytes; of no use when this raises.
        guard: what is let through.

    Raises:
        RefusedError: ``scheme``, ``credential``, ``port``, ``address``, ``redirects`` (too many), ``encoded``,
            ``size`` or ``type``.
        NotNowError: when the server cannot be reached, fails, is too slow, or breaks off.
        OSError: when `into` cannot take it.
    """
    until = guard.clock() + guard.whole
    for _ in range(guard.hops + 1):
        where = place(url, guard.own)
        with _asked(where, guard, until) as answer:
            if answer.status not in _REDIRECTS:
                return _take(answer, into, guard)
            with _server_fails():
                url = urljoin(url, answer.headers.get("Location", ""))
    raise RefusedError("redirects")


@contextmanager
def _asked(where: Place, guard: Guard, until: float) -> Iterator[http.client.HTTPResponse]:
    with _server_fails():
        found = addresses(where, guard.resolve)
        wire = _Wire(_connected(where, found, guard, until), guard, until)
    try:
        with _server_fails():
            if where.scheme == "https":
                wire.secure(where.host)
            connection = http.client.HTTPConnection(where.host, where.port)
            connection.sock = wire
            connection.request("GET", where.target, headers=_HEADERS)
            answer = connection.getresponse()
        yield answer
    finally:
        wire.hang_up()


@contextmanager
def _server_fails() -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError):
        # What a library says about it may hold the address, which is the commenter's.
        raise NotNowError from None


def _connected(where: Place, found: list[str], guard: Guard, until: float) -> socket.socket:
    for address in found[:3]:
        patience = min(guard.connect, until - guard.clock())
        if patience <= 0:
            break
        try:
            return guard.dial((address, where.port), patience)
        except OSError:
            continue
    raise NotNowError


def _take(answer: http.client.HTTPResponse, into: IO[bytes], guard: Guard) -> Fetched:
    if answer.status != _OK:
        raise NotNowError(answer.status)
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise RefusedError("encoded")
    promised = answer.length
    if promised is not None and promised > guard.largest:
        raise RefusedError("size")
    digest, size, head, kind = hashlib.sha256(), 0, b"", None
    while piece := _piece(answer):
        size += len(piece)
        if size > guard.largest:
            raise RefusedError("size")
        if kind is None:
            head += piece
            kind = _allowed(head, guard) if len(head) >= ENOUGH else None
        digest.update(piece)
        into.write(piece)
    if promised is not None and size < promised:
        raise NotNowError
    return Fetched(digest.hexdigest(), size, kind or _allowed(head, guard))


def _piece(answer: http.client.HTTPResponse) -> bytes:
    with _server_fails():
        return answer.read1(_PIECE)


def _allowed(head: bytes, guard: Guard) -> str:
    kind = type_of(head[:ENOUGH])
    if kind is None or kind not in guard.types:
        raise RefusedError("type")
    return kind


class _Wire:
    """As much of a socket as `http.client` uses. Every wait ends with the time that is left for the whole."""

    def __init__(self, connected: socket.socket, guard: Guard, until: float) -> None:
        self._socket, self._guard, self._until = connected, guard, until

    def secure(self, host: str) -> None:
        """Speak TLS, with a certificate for the name and not for the address."""
        self._socket.settimeout(self._patience())
        self._socket = self._guard.tls.wrap_socket(self._socket, server_hostname=host)

    def _patience(self) -> float:
        left = self._until - self._guard.clock()
        if left <= 0:
            raise TimeoutError
        return min(left, self._guard.silence)

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        self._socket.settimeout(self._patience())
        self._socket.sendall(data)

    def receive(self, buffer: memoryview) -> int:
        """Wait for the next bytes."""
        self._socket.settimeout(self._patience())
        count = self._socket.recv_into(buffer)
        self._patience()  # the wait itself may have used it up
        return count

    def makefile(self, *_: object) -> io.BufferedReader:
        """Give what comes in as a file."""
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """Go on: the answer is still read after `http.client` is done with the request."""

    def hang_up(self) -> None:
        """Close the connection."""
        self._socket.close()


class _Incoming(io.RawIOBase):
    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._wire.receive(buffer)
