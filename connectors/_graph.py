"""Meta's Graph API through facebook-sdk, and what that library leaves open.

facebook-sdk 3.1.0 (2018) composes the request, sends the token with it, and reads the error in an answer. It knows
versions up to 3.1 only and has neither a timeout nor an eye for the HTTP status: an outage answered with JSON counts as
an empty list. Its exceptions hold the address, and so the token. All of that is settled here: the version goes past its
check, its session is `connectors._http`, and every failure comes out as an error of `connectors.base`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors._credential import Credential
from connectors._graph_answer import Found, not_that
from connectors._graph_errors import Refusal
from connectors._graph_usage import Usage, learn
from connectors._http import Answer, Http
from connectors._library import library
from connectors.base import Means


class Graph:
    """Requests to one host of the Graph API on behalf of one page. Sends nothing, and reads no secret, when made."""

    def __init__(self, http: Http, api: str, version: str, means: Means) -> None:
        """Connect to nothing yet.

        Args:
            http: the connection.
            api: the address, such as ``https://graph.facebook.com``.
            version: such as ``v26.0``.
            means: the secret is a `Credential` with ``access_token`` and, where there is one, ``app_secret``.
        """
        with library("facebook"):
            import facebook  # type: ignore[import-untyped]
        self.page = http.page
        self.version = version
        self.budget = means.budget
        self._library: Any = facebook
        self._means = means
        self._wire = _Wire(http, api, facebook.FACEBOOK_GRAPH_URL)
        self._sdk: Any = None
        self._app_secret = ""

    @property
    def credential(self) -> Credential:
        """What the secret file holds."""
        return Credential.parse(self.page, self._means.secret.read())

    def use(self, token: str) -> None:
        """Speak with this token from now on."""
        self._app_secret = self.credential.parts.get("app_secret", "")
        # Its `version` argument refuses every version since 4.0; `_call` gives the version with each path instead.
        self._sdk = self._library.GraphAPI(token, session=self._wire)

    def keep(self, credential: Credential) -> None:
        """Save a renewed credential, and only then speak with it."""
        self._means.secret.save(credential.text())
        self.use(credential.need("access_token"))

    def spend(self, calls: int = 1, *, act: bool = False) -> None:
        """Count calls before they are made.

        Raises:
            BudgetSpentError: when the budget does not allow them.
        """
        self.budget.spend("usage", 0, act=act)
        self.budget.spend("calls", calls, act=act)

    def get(self, path: str, args: Mapping[str, str], *, paid: bool = False, act: bool = False) -> Found:
        """Read something.

        Args:
            path: below the version; with a slash before it, one that has no version.
            args: the query.
            paid: whether the call was counted already.
            act: whether it serves a hide or a restore.

        Raises:
            ConnectorError: when it could not be read.
        """
        if not paid:
            self.spend(act=act)
        return self._call(path, args, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Found:
        """Change something; the call was counted before.

        Raises:
            NotSentError, LimitReachedError: it was certainly not done.
            UnauthorizedError, ForbiddenError, UnsupportedError, GoneError: it was refused.
            UnavailableError: it cannot be told.
        """
        return self._call(path, None, fields)

    def _call(self, path: str, args: Mapping[str, str] | None, fields: Mapping[str, str] | None) -> Found:
        if self._sdk is None:
            self.use(self.credential.need("access_token"))
        below = path[1:] if path.startswith("/") else f"{self.version}/{path}"
        said = self._said(below, args, fields)
        answer = self._wire.answer
        if not answer.ok:
            raise Refusal.of(said.get("error"), answer.status).error(self.page, _wait(answer))
        return Found(self.page, said, _text(answer), answer.headers.get("facebook-api-version", ""))

    def _said(self, path: str, args: Mapping[str, str] | None, fields: Mapping[str, str] | None) -> dict[str, Any]:
        """What the API says: an object, of whatever status. An error within it is raised."""
        error: Any = None
        said: Any = None
        try:
            said = self._sdk.request(path, self._proved(args), self._proved(fields))
        except self._library.GraphAPIError as refused:
            error = refused.result
        finally:
            if self._wire.answered:
                learn(self.budget, Usage.of(self._wire.answer.headers))
        if error is not None:
            answer = self._wire.answer
            raise Refusal.of(error.get("error"), answer.status).error(self.page, _wait(answer)) from None
        if not isinstance(said, dict):
            raise not_that(self.page)
        return said

    def _proved(self, args: Mapping[str, str] | None) -> dict[str, str] | None:
        """Add the proof that whoever sends the token knows the app's secret (its ``appsecret_proof``)."""
        if args is None:
            return None
        token = args.get("access_token", self._sdk.access_token)
        # facebook-sdk adds the token to what it is given: never hand it a mapping that is used again.
        proof = {"appsecret_proof": _proof(self._app_secret, token)} if self._app_secret else {}
        return {**args, **proof}


@dataclass(slots=True)
class _Reply:
    """What facebook-sdk reads of an answer. It takes for JSON what the header calls so, and stumbles without one."""

    _read: Callable[[], Any]
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    def json(self) -> Any:
        return self._read()


class _Wire:
    """What facebook-sdk takes for its session: bounded in time and size, and without its own exceptions."""

    def __init__(self, http: Http, api: str, usual: str) -> None:
        self._http = http
        self._api = api.rstrip("/") + "/"
        self._usual = usual
        self._answer: Answer | None = None

    @property
    def answered(self) -> bool:
        """Whether the last request was answered."""
        return self._answer is not None

    @property
    def answer(self) -> Answer:
        """The last answer."""
        assert self._answer is not None, "asked only after one"
        return self._answer

    def request(
        self, method: str, url: str, *, params: dict[str, str] | None, data: dict[str, str] | None, **_: object
    ) -> _Reply:
        """Send one request, as `requests.Session.request` would."""
        self._answer = None
        address = self._api + url.removeprefix(self._usual)
        answer = self._answer = self._http.send(method, address, params=params, form=data)
        return _Reply(lambda: self._http.json(answer))


def _proof(secret: str, token: str) -> str:
    return hmac.new(secret.encode(), token.encode(), "sha256").hexdigest()


def _wait(answer: Answer) -> float | None:
    return Usage.of(answer.headers).regain or answer.retry_after


def _text(answer: Answer) -> str:
    return answer.body.decode("utf-8-sig", errors="surrogatepass")
