"""HTTP as connectors need it: bounded in time and size, never redirected, and every failure a fact of `base`.

Messages name the page and the host and never hold what a library says about a failed request, because that can hold
a credential.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from connectors.base import (
    ConnectorError,
    ForbiddenError,
    GoneError,
    UnauthorizedError,
    UnavailableError,
)

_BETWEEN = re.compile(r"[\s,]*")
_CHUNK = 64 * 1024
_AGENT = "OfRecord (comment moderation of a public agency's own pages)"


class NotSentError(UnavailableError):
    """No connection came about, so the request was certainly not carried out."""


class NonsenseError(UnavailableError):
    """An answer came, and it is not what the platform's interface says: a web page, or half of one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how large an answer may be."""

    connect: float = 5.0
    """Seconds until a connection is there."""
    silence: float = 15.0
    """Seconds without a single byte."""
    whole: float = 30.0
    """Seconds for the whole body: a server that drips never falls silent."""
    body: int = 64 * 1024 * 1024
    """Bytes of the body, unpacked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer of any status."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status says that the request was carried out (200 to 299)."""
        return 200 <= self.status < 300

    @property
    def date(self) -> datetime | None:
        """The server's clock (UTC) when it answered, or None when it does not say."""
        return _http_date(self.headers.get("Date", ""))

    @property
    def retry_after(self) -> float | None:
        """Seconds that the server asks to wait (RFC 9110, 10.2.3), or None. A date goes by the server's clock."""
        value = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"\d{1,9}", value):
            return float(value)
        until = _http_date(value)
        if until is None or self.date is None:
            return None
        return max(0.0, (until - self.date).total_seconds())

    @property
    def count(self) -> str:
        """The size of the body, for messages."""
        return f"{len(self.body)} bytes"


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def error_for(status: int) -> type[ConnectorError]:
    """The kind of error that a refusing HTTP status stands for on most platforms."""
    kinds = {401: UnauthorizedError, 403: ForbiddenError, 404: GoneError, 410: GoneError}
    return kinds.get(status, UnavailableError)


class Http:
    """The connection to one host on behalf of one page."""

    def __init__(self, page: str, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Connect to nothing yet.

        Args:
            page: the page's name in the configuration, for messages.
            limits: how long and how large answers may be; None for the usual.
            clock: seconds from any fixed point, for the limit on the whole answer.
        """
        self.page = page
        self._limits = limits or Limits()
        self._clock = clock
        self._session = requests.Session()
        # Reddit, for one, turns away programs that do not say what they are.
        self._session.headers["User-Agent"] = _AGENT

    def send(
        self,
        method: str,
        url: str,
        *,
        auth: tuple[bytes, bytes] | None = None,
        params: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send one request and read the whole answer. Redirects are answers like any other: never followed.

        Args:
            method: GET, POST or PUT.
            url: the address, without a credential in it.
            auth: user and password for basic authentication.
            params: the query.
            fields: the body, sent as a JSON object.
            form: the body, sent as a form.
            headers: further headings, such as those that a platform's library has made.
            body: the body as it is.

        Raises:
            NotSentError: when no connection came about.
            UnavailableError: when the answer did not come, or not whole.
        """
        until = self._clock() + self._limits.whole
        limits = (self._limits.connect, self._limits.silence)
        host = urlsplit(url).netloc
        try:
            with self._session.request(
                method,
                url,
                auth=HTTPBasicAuth(*auth) if auth else None,
                params=params,
                json=fields,
                data=form if body is None else body,
                headers=headers,
                timeout=limits,
                allow_redirects=False,
                stream=True,
            ) as response:
                return Answer(response.status_code, response.headers, self._body(response, until, host))
        except (requests.RequestException, HTTPError) as error:
            raise self._failure(error, host) from None

    def json(self, answer: Answer) -> Any:
        """Read a JSON body.

        Raises:
            NonsenseError: when it is not JSON.
        """
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise self._nonsense(answer) from None

    def objects(self, answer: Answer) -> list[tuple[dict[str, Any], bytes]]:
        """Read a JSON array of objects, each with the very bytes that it came as.

        Raises:
            NonsenseError: when it is not such an array.
        """
        try:
            return _split(answer.body.decode())
        except (ValueError, RecursionError):
            raise self._nonsense(answer) from None

    def _body(self, response: requests.Response, until: float, host: str) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := response.raw.read1(_CHUNK, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > self._limits.body:
                raise UnavailableError(
                    f"Page {self.page}: {host} sent more than {self._limits.body} bytes; see what it sends."
                )
            if self._clock() > until:
                raise self._too_slow(host)
        return b"".join(parts)

    def _failure(self, error: Exception, host: str) -> UnavailableError:
        if isinstance(error, requests.ConnectTimeout) or _never_connected(error):
            return NotSentError(
                f"Page {self.page}: no connection to {host}; it is tried again. If it lasts, check the address and the"
                " network."
            )
        if isinstance(error, requests.exceptions.SSLError):
            return UnavailableError(
                f"Page {self.page}: {host} shows no valid certificate; renew it, or correct the address."
            )
        if isinstance(error, requests.Timeout):
            return self._too_slow(host)
        return UnavailableError(f"Page {self.page}: {host} broke off its answer; it is tried again.")

    def _too_slow(self, host: str) -> UnavailableError:
        return UnavailableError(f"Page {self.page}: {host} did not answer in time; it is tried again.")

    def _nonsense(self, answer: Answer) -> NonsenseError:
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()[:40] or "nothing"
        return NonsenseError(
            f"Page {self.page}: the answer (status {answer.status}, {kind}, {answer.count}) is not the JSON that was"
            " asked for; it is tried again. Open the address in a browser if it lasts.",
            answer.retry_after,
        )


def _never_connected(error: Exception) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _split(text: str) -> list[tuple[dict[str, Any], bytes]]:
    start = text.index("[")
    if text[:start].strip("\ufeff \t\r\n"):
        raise ValueError("something stands before the array")
    decoder = json.JSONDecoder()
    found: list[tuple[dict[str, Any], bytes]] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        value, end = decoder.raw_decode(text, at)
        if not isinstance(value, dict):
            raise ValueError("something in the array is no object")  # noqa: TRY004 - of the text, not of the caller
        found.append((value, text[at:end].encode()))
        at = _skip(text, end)
    return found


def _skip(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at
