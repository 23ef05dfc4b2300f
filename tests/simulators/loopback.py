"""A web server on a loopback port for simulated platforms, and what goes wrong between them and their readers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

JSON = {"Content-Type": "application/json; charset=UTF-8"}
HTML = {"Content-Type": "text/html; charset=UTF-8"}


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def basic_auth(self) -> tuple[str, str] | None:
        """User and password of basic authentication."""
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return None
        user, _, password = base64.b64decode(value).decode().partition(":")
        return user, password


@dataclass(frozen=True)
class Reply:
    """What goes out."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0
    """So many bytes are promised by the length and never sent."""
    midway: Callable[[], object] | None = None
    """What happens after the first half of the body was sent."""
    lost: bool = False
    """The connection closes without an answer."""


def json_reply(content: object, headers: Mapping[str, str] | None = None, status: int = 200) -> Reply:
    """Answer with JSON."""
    return Reply(status, json.dumps(content).encode(), {**JSON, **(headers or {})})


Fault = Callable[[Request, Callable[[], Reply]], Reply]
"""Gets a request and the means to have it done; gives what the reader gets instead."""


@dataclass
class Wire:
    """What passes between a reader and a platform: everything asked, and what goes wrong next."""

    requests: list[Request] = field(default_factory=list)
    _faults: list[tuple[str, Fault]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def next(self, fault: Fault, method: str = "*", times: int = 1) -> None:
        """Let the next requests of a method (``*``: any) go wrong."""
        self._faults.extend([(method, fault)] * times)

    def count(self, method: str) -> int:
        """How many requests of a method came."""
        return sum(each.method == method for each in self.requests)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let nothing go wrong and note nothing meanwhile: a visitor looks at the page."""
        kept = self.requests, self._faults
        self.requests, self._faults = [], []
        try:
            yield
        finally:
            self.requests, self._faults = kept

    def calm(self) -> None:
        """Let nothing go wrong any more."""
        self._faults.clear()

    def carry(self, request: Request, do: Callable[[], Reply]) -> Reply:
        """Take a request to the platform, through the fault that waits for it."""
        with self._lock:
            self.requests.append(request)
            fault = self._take(request.method)
        return fault(request, do) if fault else do()

    def _take(self, method: str) -> Fault | None:
        for number, (wanted, fault) in enumerate(self._faults):
            if wanted in ("*", method):
                del self._faults[number]
                return fault
        return None


def web_page(status: int = 200, headers: Mapping[str, str] | None = None) -> Fault:
    """A web page instead of JSON: a security plugin's challenge (200), a proxy's error (502)."""
    return lambda request, do: Reply(status, b"<!doctype html><h1>Just a moment</h1>", {**(headers or {}), **HTML})


def too_many(retry_after: str | None = None) -> Fault:
    """A limit in front of the platform, with or without ``Retry-After``."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return lambda request, do: json_reply({"code": "too_many_requests"}, headers, 429)


def broken(status: int = 500) -> Fault:
    """An error that says nothing about what was done before it."""
    return lambda request, do: json_reply({"code": "internal_server_error"}, status=status)


def lost_after_doing() -> Fault:
    """The work is done and the answer never comes."""

    def lose(request: Request, do: Callable[[], Reply]) -> Reply:
        do()
        return Reply(0, lost=True)

    return lose


def truncated(*, length_tells: bool = True) -> Fault:
    """Half of the answer. The promised length tells, or a proxy has corrected it."""

    def cut(request: Request, do: Callable[[], Reply]) -> Reply:
        reply = do()
        half = len(reply.body) // 2
        return Reply(reply.status, reply.body[:half], reply.headers, missing=half if length_tells else 0)

    return cut


def dragging(wait: Callable[[], object]) -> Fault:
    """The answer comes in pieces, the next one before the reader loses patience, the last one never soon."""

    def drag(request: Request, do: Callable[[], Reply]) -> Reply:
        reply = do()
        return Reply(reply.status, reply.body, reply.headers, midway=wait)

    return drag


def huge(size: int) -> Fault:
    """More than anybody should read."""
    return lambda request, do: Reply(200, b"[" + b" " * size + b"]", JSON)


def redirecting(target: str) -> Fault:
    """The platform has moved."""
    return lambda request, do: Reply(301, b"", {"Location": target})


def meanwhile(act: Callable[[], object]) -> Fault:
    """Something else happens just after the request was answered."""

    def answer_first(request: Request, do: Callable[[], Reply]) -> Reply:
        reply = do()
        act()
        return reply

    return answer_first


@contextmanager
def serving(answer: Callable[[Request], Reply]) -> Iterator[str]:
    """Answer on a free loopback port; gives the address."""
    handler = type("Answering", (_Handler,), {"answer": staticmethod(answer)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    answer: Callable[[Request], Reply]

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        request = Request(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body)
        reply = self.answer(request)
        if not reply.lost:
            self._send(reply)

    do_GET = do_POST = do_PUT = do_DELETE = respond  # noqa: N815 - http.server's names

    def _send(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(reply.body) + reply.missing)}.items():
            self.send_header(name, value)
        self.end_headers()
        half = len(reply.body) // 2 if reply.midway else len(reply.body)
        try:
            self.wfile.write(reply.body[:half])
            if reply.midway:
                reply.midway()
            self.wfile.write(reply.body[half:])
        except OSError:
            self.close_connection = True  # the reader lost its patience, as it should

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet."""
