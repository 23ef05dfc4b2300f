"""What mwclient speaks through: HTTP that is bounded in time and size, and never waits by itself.

mwclient answers a lasting failure by sleeping, with its defaults for two and a half hours in one call (its
``sleep.py``). So it gets no failure to see: each one leaves through it as an error of `base`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors._http import Answer, Http, NonsenseError, error_for
from connectors.base import ConnectorError, ForbiddenError, UnauthorizedError, UnavailableError

_LAG = "X-Database-Lag"


class BusyError(UnavailableError):
    """Turned away before anything was done: a limit, a lag of the database, a maintenance page with a time."""


class RefusalError(ConnectorError):
    """The API refused a call; `code` is its own word for the reason."""

    def __init__(self, page: str, code: str) -> None:
        super().__init__(f"Page {page}: the wiki refused ({code}).")
        self.code = code


@dataclass(frozen=True, slots=True)
class Response:
    """As much of a response as mwclient looks at; its status is 200."""

    text: str
    headers: Mapping[str, str]
    status_code: int = 200


class Wire:
    """Takes the place of a session of ``requests`` in mwclient."""

    def __init__(self, http: Http, agent: str = "") -> None:
        """Speak through a connection; `agent` says who calls, where the wiki asks for more than OfRecord's name."""
        self._http = http
        self._headers = {"User-Agent": agent} if agent else None

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        **_: object,
    ) -> Response:
        """Send a request; mwclient's own headers and limits give way to those of `Http`.

        Raises:
            ConnectorError: for every answer but a good one.
        """
        answer = self._http.send(method, url, params=_texts(params), form=_texts(data), headers=self._headers)
        if answer.status != 200 or _LAG in answer.headers:
            raise self._refusal(answer, url)
        return Response(answer.body.decode(errors="replace"), {})

    def _refusal(self, answer: Answer, url: str) -> ConnectorError:
        page, said = self._http.page, f"status {answer.status}"
        if _LAG in answer.headers or answer.status == 429 or (answer.status == 503 and answer.retry_after is not None):
            return BusyError(f"Page {page}: the wiki is busy ({said}); it is tried again.", answer.retry_after)
        if 300 <= answer.status < 400:
            there = urlsplit(answer.headers.get("Location", "")).hostname or "another address"
            return NonsenseError(f"Page {page}: {url} leads to {there}; set url to the wiki's own api.php.")
        if answer.status in (404, 410):
            return NonsenseError(f"Page {page}: no wiki answers at {url} ({said}); set url to its api.php.")
        kind = error_for(answer.status)
        if kind in (UnauthorizedError, ForbiddenError):
            return kind(f"Page {page}: the web server of the wiki refuses api.php ({said}); let OfRecord through.")
        return UnavailableError(f"Page {page}: the wiki cannot answer now ({said}); it is tried again.")


def _texts(fields: Mapping[str, Any] | None) -> dict[str, str] | None:
    return None if fields is None else {name: str(value) for name, value in fields.items()}
