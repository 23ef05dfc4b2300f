"""How the requests of the atproto library go out: bounded in time and size, never redirected, never in the clear."""

from __future__ import annotations

import httpx

from connectors._http import Answer, Http
from connectors.base import UnavailableError
from models.loopback import is_loopback

_OWN = frozenset(("host", "content-length", "connection", "accept-encoding", "user-agent"))
"""Headings that the connection makes itself."""
_PACKED = frozenset(("content-encoding", "content-length", "transfer-encoding"))
"""Headings of an answer that are not true any more once it was unpacked."""


class Wire(httpx.BaseTransport):
    """Stands below the library's HTTP client, and keeps the last answer as it came."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._answer: Answer | None = None

    @property
    def answer(self) -> Answer:
        """The last answer."""
        assert self._answer is not None, "asked only after one"
        return self._answer

    def forget(self) -> None:
        """Have no last answer."""
        self._answer = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.

        Raises:
            UnavailableError: when no whole answer came, or one from which the library would go elsewhere.
        """
        self.forget()
        if not safe(request.url):
            raise UnavailableError(
                f"Page {self._http.page}: {request.url.host} is not reached by https, so nothing was sent to it; run:"
                f" ofrecord connect {self._http.page}"
            )
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OWN}
        answer = self._http.send(request.method, str(request.url), headers=headers, body=request.read() or None)
        if 300 <= answer.status < 400:
            raise UnavailableError(
                f"Page {self._http.page}: {request.url.host} leads to another address; set service to that one."
            )
        self._answer = answer
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _PACKED]
        return httpx.Response(answer.status, headers=kept, content=answer.body)


def safe(url: httpx.URL) -> bool:
    """Whether nobody on the way can read what is sent to an address."""
    return url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))
