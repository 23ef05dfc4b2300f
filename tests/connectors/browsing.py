"""Asking a WSGI application without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: str


def get(site: WSGIApplication, path: str) -> Seen:
    """Read a page; `path` may have a query."""
    path, _, query = path.partition("?")
    return _ask(site, {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query})


def post(site: WSGIApplication, path: str, form: dict[str, str], **more: str) -> Seen:
    """Send a form, as a browser would; `more` are further entries of the environment."""
    content = urlencode(form, errors="surrogatepass").encode()
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": str(len(content)), **more}
    return _ask(site, environ, content)


def _ask(site: WSGIApplication, given: dict[str, str], content: bytes = b"") -> Seen:
    environ: dict[str, Any] = {"REMOTE_ADDR": "127.0.0.1", "wsgi.input": BytesIO(content), **given}
    setup_testing_defaults(environ)
    heard: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        heard.append((status, headers))
        return lambda chunk: None

    answered: Iterable[bytes] = site(environ, start)
    body = b"".join(answered).decode()
    status, headers = heard[0]
    return Seen(int(status[:3]), {name.lower(): value for name, value in headers}, body)
