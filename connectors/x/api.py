"""The X API v2 through tweepy, and what that library leaves open.

tweepy 4.17 composes the request. It has no timeout, one fixed host, a debug log with the token in it, exceptions that
hold the answer's text, and with ``wait_on_rate_limit`` it sleeps inside the call or, on a 429 without a reset time,
calls itself until the stack ends. So its session here is `connectors._http`, its log is silent, it never waits, and
what it says of a failure is not looked at: the answer itself is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from connectors._credential import Credential
from connectors._http import Answer, Http
from connectors._library import library
from connectors._oauth import renew
from connectors.base import Budget, Means, Secret, UnauthorizedError, UnavailableError
from connectors.x.refusal import TurnedAwayError, error_of

_USUAL = "https://api.twitter.com"
"""The host that is written into tweepy's `BaseClient.request`."""
_EARLY = timedelta(minutes=2)
"""A token is renewed so long before it ends: clocks differ."""

Call = Callable[[Any], object]
"""What to do with tweepy's client."""


class Api:
    """Requests on behalf of one page. Sends nothing, and reads no secret, when made."""

    def __init__(self, http: Http, api: str, means: Means, clock: Callable[[], datetime]) -> None:
        """Connect to nothing yet.

        Args:
            http: the connection.
            api: the address, such as ``https://api.x.com``.
            means: the secret is a `Credential` with OAuth's tokens and the client's id and secret.
            clock: the present moment.
        """
        with library("tweepy", "tweepy.client", "requests_oauthlib", "oauthlib"):
            import tweepy  # type: ignore[import-untyped]
        self.page = http.page
        self.clock = clock
        self.budget: Budget = means.budget
        self._tokens = _Tokens(http, f"{api}/2/oauth2/token", means.secret, clock)
        self._wire = _Wire(http, api)
        self._client: Any = tweepy.Client(return_type=requests.Response, wait_on_rate_limit=False)
        self._client.session = self._wire
        self._broken = (tweepy.TweepyException, ValueError, TypeError, AttributeError)

    @property
    def credential(self) -> Credential:
        """What the secret file holds."""
        return self._tokens.credential

    @property
    def now(self) -> datetime:
        """X's clock (UTC) where an answer told it, else this machine's."""
        answer = self._wire.answer
        return (answer.date if answer else None) or self.clock()

    def get(self, kind: str, call: Call, *, units: int = 1, paid: bool = False) -> Answer:
        """Read something.

        Args:
            kind: the limit that it counts against.
            call: the call.
            units: how much it counts.
            paid: whether it was counted already.

        Raises:
            ConnectorError: when it could not be read.
        """
        if not paid:
            self.budget.spend(kind, units)
        answer = self.send(kind, call)
        if not answer.ok:
            raise error_of(self.page, answer)
        return answer

    def send(self, kind: str, call: Call) -> Answer:
        """Make a call that was counted before; gives the answer, whatever it is.

        A token that X does not take any more is renewed once, and the call made again: it was not carried out.

        Raises:
            NotSentError: no connection came about.
            UnavailableError: no whole answer came.
            UnauthorizedError: when the token cannot be renewed.
        """
        token = self._tokens.good()
        answer = self._once(call, token)
        if answer.status == 401 and (another := self._tokens.instead_of(token)):
            answer = self._once(call, another)
        self._learn(kind, answer.headers)
        return answer

    def _once(self, call: Call, token: str) -> Answer:
        self._wire.answer = None
        self._client.bearer_token = token
        with suppress(*self._broken):  # what they say can hold the answer's text; the answer itself is judged
            call(self._client)
        if self._wire.answer is None:
            raise TypeError("tweepy made no request of this call")
        return self._wire.answer

    def _learn(self, kind: str, headers: Mapping[str, str]) -> None:
        """Take over the window that X tells of (docs.x.com, fundamentals/rate-limits); it ends by X's clock."""
        limit, remaining, reset = (_whole(headers.get(f"x-rate-limit-{name}")) for name in _WINDOW)
        if limit is None or remaining is None:
            return
        ends = self.clock() + timedelta(seconds=max(0.0, reset - self.now.timestamp())) if reset is not None else None
        self.budget.learn(kind, limit=limit, remaining=remaining, reset=ends)


_WINDOW = ("limit", "remaining", "reset")


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 13 else None


class _Tokens:
    """The access token: two hours long, renewed with a refresh token that works once."""

    def __init__(self, http: Http, url: str, secret: Secret, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._url = url
        self._secret = secret
        self._clock = clock

    @property
    def credential(self) -> Credential:
        """What the secret file holds now: another process may have renewed it."""
        return Credential.parse(self._http.page, self._secret.read())

    def good(self) -> str:
        """Give a token that has not ended."""
        credential = self.credential
        ends = credential.expires_at
        if ends is not None and ends - _EARLY <= self._clock() and credential.parts.get("refresh_token"):
            credential = self._renewed(credential)
        return credential.need("access_token")

    def instead_of(self, refused: str) -> str | None:
        """Give another token than one that was refused; None where there is no way to get one."""
        credential = self.credential
        if credential.need("access_token") != refused:
            return credential.need("access_token")
        return self._renewed(credential).need("access_token") if credential.parts.get("refresh_token") else None

    def _renewed(self, credential: Credential) -> Credential:
        """Renew it: what X answers is saved before it is used, because the refresh token it came for is dead by then.

        Where another process was first, its tokens are in the file. Without an answer, whatever the token was for has
        not been sent.
        """
        try:
            return renew(self._http, self._url, credential, self._secret, self._clock(), basic=True)
        except UnauthorizedError:
            if (newer := self.credential).parts.get("refresh_token") != credential.parts.get("refresh_token"):
                return newer
            raise
        except UnavailableError as error:
            raise TurnedAwayError(str(error), error.retry_after) from None


class _Wire:
    """What tweepy takes for its session: bounded in time and size, never redirected, on the host of the settings."""

    def __init__(self, http: Http, api: str) -> None:
        self._http = http
        self._api = api
        self.answer: Answer | None = None
        """The last answer."""

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any],
        json: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        auth: object,  # noqa: ARG002 - None: the token is in the headings
    ) -> requests.Response:
        """Send one request, as `requests.Session.request` would."""
        asked = {name: str(value) for name, value in params.items()}
        address = self._api + url.removeprefix(_USUAL)
        self.answer = self._http.send(method, address, params=asked, fields=json, headers=headers)
        return _response(self.answer)


def _response(answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers.update(answer.headers)
    response._content = answer.body  # noqa: SLF001 - requests has no other way to give a body that is read
    return response


def at(stamp: float) -> datetime:
    """A Unix time in seconds as a moment (UTC)."""
    return datetime.fromtimestamp(stamp, UTC)
