"""What Mastodon.py takes for its session: bounded in time and size, never redirected, and nothing but reading.

By itself the library waits 300 seconds for an answer, sleeps out a limit inside a call, and puts whatever went wrong,
an error of ours too, into an exception of its own. So what came, or did not, is kept here and judged from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from connectors._http import Answer, Http
from connectors.base import ConnectorError, UnavailableError, UnsupportedError


class Wire:
    """Sends requests for the library, and keeps what became of the last one."""

    def __init__(self, http: Http) -> None:
        """Connect to nothing yet."""
        self._http = http
        self._outcome: Answer | ConnectorError | None = None

    def forget(self) -> None:
        """Have no last answer."""
        self._outcome = None

    @property
    def answer(self) -> Answer:
        """The last answer.

        Raises:
            ConnectorError: when none came.
        """
        if isinstance(self._outcome, ConnectorError):
            raise self._outcome from None
        assert self._outcome is not None, "the library made no request of this call"
        return self._outcome

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, Any] | None = None,
        **_: object,
    ) -> requests.Response:
        """Send one request, as `requests.Session.request` would.

        Raises:
            ConnectorError: when no whole answer came, or it was not one for reading.
        """
        try:
            self._outcome = self._send(method, url, headers, params or {})
        except ConnectorError as error:
            self._outcome = error
            raise
        return _response(self._outcome)

    def _send(self, method: str, url: str, headers: Mapping[str, str], params: Mapping[str, Any]) -> Answer:
        if method != "GET":
            raise UnsupportedError(f"Page {self._http.page}: on Mastodon OfRecord only reads.")
        # The token, and none of the library's other headings: the connection makes its own.
        kept = {name: value for name, value in headers.items() if name == "Authorization"}
        answer = self._http.send(method, url, headers=kept, params=_flat(params))
        if 300 <= answer.status < 400:
            raise UnavailableError(
                f"Page {self._http.page}: the server leads to another address; set server to that one."
            )
        return answer


def _flat(params: Mapping[str, Any]) -> dict[str, str]:
    """The query. Of a list, such as ``types[]``, one item is all that is ever asked for."""
    return {name: str(value[0] if isinstance(value, list) else value) for name, value in params.items()}


def _response(answer: Answer) -> requests.Response:
    """An answer as the library knows it, without the headings that it would warn of or stumble over."""
    response = requests.Response()
    response.status_code = answer.status
    response.encoding = "utf-8"
    response._content = answer.body  # noqa: SLF001 - requests has no other way to give a body that is read
    return response
