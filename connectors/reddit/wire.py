"""What praw's requests go through: bounded, sent once, and refused in the words of `connectors.base`.

By itself prawcore sleeps and sends again after a failure, a changing call too; its limiter sleeps until a window ends;
and its exceptions hold the token. It gets nothing but success from here, and no word about the limit, which goes to the
budget alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from prawcore import Requestor
from prawcore.const import ACCESS_TOKEN_PATH
from requests.structures import CaseInsensitiveDict

from connectors._credential import Credential
from connectors._http import Answer, Http
from connectors.base import ForbiddenError, GoneError, Means, UnauthorizedError, UnavailableError
from connectors.reddit.errors import StaleTokenError, TurnedAwayError

LIMIT = "requests"


@dataclass
class Wire:
    """Sends requests for praw."""

    http: Http
    agent: str
    """Reddit wants to know from each request who asks: ``<platform>:<app ID>:<version> (by /u/NAME)``."""
    means: Means
    clock: Callable[[], datetime]
    text: str = ""
    """The last answer of the interface, as Reddit wrote it."""

    def carry(
        self,
        method: str,
        url: str,
        *,
        auth: tuple[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request.

        Raises:
            ConnectorError: for everything but success.
        """
        answer = self.http.send(
            method.upper(),
            url,
            auth=(auth[0].encode(), auth[1].encode()) if auth else None,
            params={name: str(value) for name, value in (params or {}).items()},
            form={name: str(value) for name, value in data} if data else None,
            headers={**(headers or {}), "User-Agent": self.agent},
        )
        if url.endswith(ACCESS_TOKEN_PATH):
            self._take_token(answer)
        else:
            self._learn(answer)
            self._require_success(answer)
            self.text = answer.body.decode(errors="replace")
        return _response(answer)

    def credential(self) -> Credential:
        """What the secret file holds.

        Raises:
            UnauthorizedError: when it is not what it should be.
        """
        return Credential.parse(self.http.page, self.means.secret.read())

    def nonsense(self) -> UnavailableError:
        """For an answer that is not what it should be."""
        return UnavailableError(
            f"Page {self.http.page}: Reddit's answer is not what its interface says; it is tried again."
        )

    def _take_token(self, answer: Answer) -> None:
        """Look at what the token endpoint said; a new refresh token is saved before anything is done with it.

        Of a refresh token that is no good, Reddit says status 400 and no more (recorded).
        """
        said = self.http.json(answer) if answer.ok else {}
        error = said.get("error") if isinstance(said, dict) else None
        if answer.status in (400, 401) or error:
            raise self._unauthorized(UnauthorizedError)
        if not answer.ok:
            raise self._failed(answer)
        if not isinstance(said, dict) or not {"access_token", "expires_in", "scope"} <= said.keys():
            raise self.nonsense()
        credential = self.credential()
        if said.get("refresh_token") not in (None, credential.parts.get("refresh_token")):
            renewed = credential.renewed({"refresh_token": said["refresh_token"]}, self.clock())
            self.means.secret.save(renewed.text())

    def _learn(self, answer: Answer) -> None:
        """Tell the budget what is left; Reddit writes ``594.0`` (recorded)."""
        try:
            remaining = max(0, int(float(answer.headers["x-ratelimit-remaining"])))
            most = remaining + int(float(answer.headers["x-ratelimit-used"]))
            ends = self.clock() + timedelta(seconds=float(answer.headers["x-ratelimit-reset"]))
        except (KeyError, ValueError, OverflowError):
            return
        self.means.budget.learn(LIMIT, limit=most, remaining=remaining, reset=ends)

    def _require_success(self, answer: Answer) -> None:
        if answer.ok:
            return
        if answer.status == 401:
            raise self._unauthorized(StaleTokenError)
        if answer.status == 403 and "json" in answer.headers.get("content-type", "").lower():
            raise self._forbidden(answer)
        if answer.status in (301, 302, 404):
            raise GoneError(
                f"Page {self.http.page}: Reddit has no such thing ({answer.status}); correct its subreddit."
            )
        if answer.status == 429:
            wait = answer.retry_after if answer.retry_after is not None else _seconds(answer)
            raise TurnedAwayError(f"Page {self.http.page}: too many requests to Reddit; it is tried again later.", wait)
        raise self._failed(answer)

    def _unauthorized(self, kind: type[UnauthorizedError]) -> UnauthorizedError:
        return kind(
            f"Page {self.http.page}: Reddit does not accept the authorisation; run: ofrecord connect {self.http.page}"
        )

    def _forbidden(self, answer: Answer) -> ForbiddenError:
        """Reddit's own refusal. A 403 that is a web page comes from a wall before the interface and says nothing."""
        if "insufficient_scope" in answer.headers.get("www-authenticate", ""):
            what = f"a permission is missing from the authorisation; run: ofrecord connect {self.http.page}"
        else:
            what = "make the account a moderator with the permission Manage Posts & Comments, then run: ofrecord check"
        return ForbiddenError(f"Page {self.http.page}: Reddit refuses the account (403); {what}")

    def _failed(self, answer: Answer) -> UnavailableError:
        return UnavailableError(
            f"Page {self.http.page}: Reddit failed (status {answer.status}); it is tried again. If it lasts, see"
            " https://www.redditstatus.com.",
            answer.retry_after,
        )


class WireRequestor(Requestor):
    """What praw sends its requests by."""

    def __init__(self, *, wire: Wire, **settings: Any) -> None:
        """Take what praw gives, and the wire."""
        super().__init__(**settings)
        self._wire = wire

    def request(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> requests.Response:  # noqa: ARG002
        """Hand over what a request to Reddit is made of."""
        used = {name: kwargs[name] for name in ("auth", "params", "data", "headers") if kwargs.get(name)}
        return self._wire.carry(*args, **used)


def _response(answer: Answer) -> requests.Response:
    """An answer as praw knows it, without what would make its limiter sleep."""
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(
        (name, value) for name, value in answer.headers.items() if not name.lower().startswith("x-ratelimit")
    )
    response.encoding = "utf-8"
    response.raw = io.BytesIO(answer.body)
    return response


def _seconds(answer: Answer) -> float | None:
    """Until the window ends."""
    try:
        return max(0.0, float(answer.headers["x-ratelimit-reset"]))
    except (KeyError, ValueError):
        return None
