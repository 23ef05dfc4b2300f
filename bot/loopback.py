"""Waiting on 127.0.0.1 for the browser that comes back from a platform's consent page (RFC 8252, 7.3)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

_DONE = b"<!doctype html><meta charset=utf-8><title>OfRecord</title><p>Thank you. Go back to the terminal."


class NoAnswerError(Exception):
    """The browser did not come back, or the platform said no. The message says what to do."""


@dataclass
class Loopback:
    """Listens on one port of this machine alone, while the block runs."""

    port: int
    path: str = "/"
    _server: HTTPServer = field(init=False)
    _query: dict[str, list[str]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        came = self._query
        path = self.path

        class Asked(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                asked = urlsplit(self.path)
                found = asked.path == path and any(key in asked.query for key in ("code=", "error="))
                if found and not came:
                    came.update(parse_qs(asked.query))
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(_DONE if found else b"")

            def log_message(self, *_: object) -> None:
                """Say nothing: the query holds the code."""

        try:
            self._server = HTTPServer(("127.0.0.1", self.port), Asked)
        except OSError as error:
            raise NoAnswerError(
                f"Port {self.port} of this machine is taken ({error.strerror}); free it first."
            ) from None
        self._server.timeout = 1.0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where the platform has to send the browser."""
        return f"http://127.0.0.1:{self._server.server_port}{self.path}"

    def code(self, state: str, seconds: int = 300) -> str:
        """Wait for the browser, and give the code that it brings.

        Args:
            state: what the consent page was asked with; an answer with another one is not to that question.
            seconds: how long to wait.

        Raises:
            NoAnswerError: when nobody came, the platform said no, or the answer is to another question.
        """
        for _ in range(seconds):
            self._server.handle_request()
            if self._query:
                break
        said = {name: values[0] for name, values in self._query.items()}
        if not said:
            raise NoAnswerError("The browser did not come back in time; start again.")
        if not secrets.compare_digest(said.get("state", "").encode(), state.encode()):
            raise NoAnswerError("The answer is to another question (wrong state); start again, and open no other link.")
        if "code" not in said:
            raise NoAnswerError("The platform says that consent was not given; start again and agree.")
        return said["code"]
