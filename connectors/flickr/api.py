"""Calls to Flickr's interface: signed, counted, and judged by what the answer says, which is rarely its status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from connectors._credential import Credential
from connectors._http import Answer, Http, NonsenseError
from connectors._oauth1 import authorization, refusal
from connectors.base import (
    ConnectorError,
    ForbiddenError,
    GoneError,
    Means,
    UnauthorizedError,
    UnavailableError,
)

CALLS = "calls"
_FORMAT = {"format": "json", "nojsoncallback": "1"}
_NOT_FOUND = 1
_BAD_CREDENTIAL = frozenset((96, 97, 98, 100))
"""Invalid signature, none, invalid token, invalid or expired key."""
_NOT_ALLOWED = frozenset((2, 99))
"""Permission denied; not signed in, or too few permissions."""
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Said:
    """What Flickr answered."""

    fields: dict[str, Any]
    text: str
    """The very answer, for what is kept as evidence."""


class Api:
    """Calls on behalf of one page. Sends nothing, and reads no secret, when made."""

    def __init__(self, http: Http, address: str, means: Means, clock: Callable[[], datetime]) -> None:
        """Connect to nothing yet.

        Args:
            http: the connection.
            address: such as ``https://api.flickr.com``.
            means: the secret is a `Credential` with the key, its secret, and a token with its secret.
            clock: the present moment.
        """
        self.page = http.page
        self._http = http
        self._url = f"{address}/services/rest/"
        self._means = means
        self._clock = clock

    def call(self, method: str, arguments: Mapping[str, str], *, act: bool = False) -> Said:
        """Call one method that reads.

        Args:
            method: its name without ``flickr.`` before it.
            arguments: its arguments.
            act: whether it serves a task, which may use what polling leaves.

        Raises:
            GoneError: Flickr's code 1, of whatever the method is asked about.
            ConnectorError: when it could not be read.
        """
        credential = Credential.parse(self.page, self._means.secret.read())
        credential.need("access_token")
        credential.need("token_secret")
        self._means.budget.spend(CALLS, act=act)
        asked = {"method": f"flickr.{method}", **_FORMAT, **arguments}
        headings = authorization("GET", self._url, asked, credential, self._clock())
        answer = self._http.send("GET", f"{self._url}?{urlencode(asked, quote_via=quote)}", headers=headings)
        return self._judged(answer)

    def _judged(self, answer: Answer) -> Said:
        if error := refusal(self.page, answer):
            raise error
        if not answer.ok:
            raise self._failed(answer)
        said = self._http.json(answer)
        if not isinstance(said, dict) or said.get("stat") not in ("ok", "fail"):
            raise nonsense(self.page)
        if said["stat"] == "fail":
            raise self._refused(said.get("code"))
        try:
            return Said(said, answer.body.decode())
        except UnicodeDecodeError:
            raise nonsense(self.page) from None

    def _failed(self, answer: Answer) -> ConnectorError:
        if answer.status == _TOO_MANY:
            return UnavailableError(f"Page {self.page}: Flickr asks to wait; it is tried again.", answer.retry_after)
        return UnavailableError(
            f"Page {self.page}: Flickr failed (status {answer.status}); it is tried again.", answer.retry_after
        )

    def _refused(self, code: object) -> ConnectorError:
        """What a refusal means, by its code alone: the message that comes with it can repeat what was sent."""
        number = int(str(code)) if str(code).isascii() and str(code).isdigit() and len(str(code)) < 6 else -1
        if number in _BAD_CREDENTIAL:
            return UnauthorizedError(
                f"Page {self.page}: Flickr does not take the key or the token (code {number}); see at"
                f" flickr.com/services/apps/by/me whether the key is alive, then run: ofrecord connect {self.page}"
            )
        if number in _NOT_ALLOWED:
            return ForbiddenError(
                f"Page {self.page}: Flickr does not let this token read (code {number});"
                f" run: ofrecord connect {self.page}"
            )
        if number == _NOT_FOUND:
            return GoneError(f"Page {self.page}: Flickr does not find it any more.")
        return UnavailableError(f"Page {self.page}: Flickr did not answer the question (code {number}).")


def nonsense(page: str) -> NonsenseError:
    """An answer that is JSON and still not what Flickr documents."""
    return NonsenseError(f"Page {page}: Flickr's answer is not what it documents; it is tried again.")
