"""Requests to a Mastodon server through Mastodon.py, and what that library leaves open.

It takes a token that is the name of a file for that file, makes models of its own of every answer, and guesses their
types from the name of its caller. So it gets the token only once it is made, and what it makes is not looked at:
answers are read from their own bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mastodon import Mastodon
from mastodon.errors import MastodonError

from connectors._credential import Credential
from connectors._http import Answer, Http, NonsenseError
from connectors._json import items, members
from connectors.base import ConnectorError, ForbiddenError, GoneError, Means, UnauthorizedError
from connectors.mastodon.refusals import error_of, reset_of
from connectors.mastodon.rows import View, an_id
from connectors.mastodon.wire import Wire

REQUESTS = "requests"
_SECONDS = 20
_ITS_OWN = (MastodonError, ValueError, TypeError, AttributeError, KeyError)
"""What the library raises; what it says can hold the answer's text, so the answer itself is judged."""

Call = Callable[[Any], object]
"""What to do with the library's client."""


class UnshownError(ConnectorError):
    """Whether something is there cannot be told: not to the account, and strangers are told nothing."""


class WrongAccountError(ForbiddenError):
    """The token is good, and another account's."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token it is."""

    id: str
    fields: dict[str, Any] = field(repr=False)


class Api:
    """One server, for one account. Sends nothing, and reads no secret, when made."""

    def __init__(self, http: Http, server: str, account: str, means: Means, clock: Callable[[], datetime]) -> None:
        """Connect to nothing yet.

        Args:
            http: the connection.
            server: its address, such as ``https://mastodon.example``.
            account: the account's name there.
            means: the secret is a `Credential` with ``access_token``.
            clock: the present moment (UTC).
        """
        self.page = http.page
        self.server = server
        self._account = account
        self._secret = means.secret
        self._budget = means.budget
        self._clock = clock
        self._wire = Wire(http)
        session: Any = self._wire
        self._client: Any = Mastodon(
            api_base_url=server,
            session=session,
            ratelimit_method="throw",
            request_timeout=_SECONDS,
            version_check_mode="none",
        )
        self._known: tuple[str, Account] | None = None

    @property
    def credential(self) -> Credential:
        """What the secret file holds."""
        return Credential.parse(self.page, self._secret.read())

    def account(self, *, fresh: bool = False) -> Account:
        """Whose token it is; asked for once, or when there is another token.

        Raises:
            WrongAccountError: when it is somebody else's.
            ConnectorError: when it could not be read.
        """
        token = self.credential.need("access_token")
        if fresh or self._known is None or self._known[0] != token:
            self._known = token, self._required(self.fields(lambda client: client.account_verify_credentials()))
        return self._known[1]

    def get(self, call: Call, *, act: bool = False) -> str:
        """Read something: the JSON as the server wrote it.

        Raises:
            GoneError: when it is not there, or not for this account.
            ConnectorError: when it could not be read.
        """
        return self._text(call, self.credential.need("access_token"), act=act)

    def fields(self, call: Call) -> dict[str, Any]:
        """Read one object; raises as `get`."""
        return self._object(self.get(call))

    def rows(self, call: Call) -> list[tuple[dict[str, Any], str]]:
        """Read a list, each row with the text that it came as; raises as `get`."""
        return self._rows(self.get(call))

    def views(self, call: Call) -> list[View]:
        """Read a list of statuses; raises as `get`."""
        return _views(self.rows(call))

    def around(self, status: str) -> tuple[list[View], list[View]]:
        """The statuses above one and below it, as far as the account is shown them.

        Raises:
            GoneError: when the status is not there.
            ConnectorError: when it could not be read.
        """
        text = self.get(lambda client: client.status_context(status))
        try:
            parts = members(text)
            above, below = (self._rows(parts[name]) for name in ("ancestors", "descendants"))
        except (ValueError, KeyError, RecursionError):
            raise self.nonsense() from None
        return _views(above), _views(below)

    def one(self, status: str, *, act: bool = False) -> View | None:
        """Read one status; None when it is gone for everybody.

        What is not there for the account is asked for once more as a stranger: the statuses of somebody who blocks the
        Department are there for everybody else.

        Raises:
            UnshownError: when the server tells strangers nothing.
            ConnectorError: when it could not be read.
        """
        try:
            return self._view(self.get(lambda client: client.status(status), act=act))
        except GoneError:
            pass
        try:
            return self._view(self._text(lambda client: client.status(status), None, act=act))
        except GoneError:
            return None
        except (UnauthorizedError, ForbiddenError):
            raise UnshownError(
                f"Page {self.page}: the server shows this account nothing there, and strangers nothing at all; look"
                " at the link."
            ) from None

    def nonsense(self) -> NonsenseError:
        """For an answer that is not what it should be."""
        return NonsenseError(f"Page {self.page}: the server answered with something else than was asked for.")

    def _text(self, call: Call, token: str | None, *, act: bool) -> str:
        self._budget.spend(REQUESTS, act=act)
        self._wire.forget()
        self._client.access_token = token
        with suppress(*_ITS_OWN):
            call(self._client)
        answer = self._wire.answer
        if token is not None:  # a stranger's limit is another one
            self._learn(answer)
        if not answer.ok:
            raise error_of(answer, self.page)
        return answer.body.decode("utf-8-sig", errors="replace")

    def _learn(self, answer: Answer) -> None:
        """Take over what the headings say about the limit, the moment by this machine's clock."""
        limit, remaining = (answer.headers.get(f"X-RateLimit-{name}", "") for name in ("Limit", "Remaining"))
        if not all(each.isascii() and each.isdigit() and len(each) < 10 for each in (limit, remaining)):
            return
        reset, date = reset_of(answer), answer.date
        if reset is not None and date is not None:
            reset = self._clock() + (reset - date)
        self._budget.learn(REQUESTS, limit=int(limit), remaining=int(remaining), reset=reset)

    def _required(self, fields: dict[str, Any]) -> Account:
        found, name = an_id(fields.get("id")), str(fields.get("username") or "")
        if not found:
            raise self.nonsense()
        if name.casefold() != self._account.casefold():
            raise WrongAccountError(
                f"Page {self.page}: the token belongs to another account than {self._account}; correct account, or sign"
                f" in as {self._account} and run: ofrecord connect {self.page}"
            )
        return Account(found, fields)

    def _rows(self, text: str) -> list[tuple[dict[str, Any], str]]:
        try:
            rows = [(json.loads(each), each) for each in items(text)]
        except (ValueError, RecursionError):
            raise self.nonsense() from None
        if not all(isinstance(fields, dict) for fields, _ in rows):
            raise self.nonsense()
        return rows

    def _object(self, text: str) -> dict[str, Any]:
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            raise self.nonsense()
        return fields

    def _view(self, text: str) -> View:
        view = View.of(self._object(text), text)
        if view is None:
            raise self.nonsense()
        return view


def _views(rows: list[tuple[dict[str, Any], str]]) -> list[View]:
    return [view for row in rows if (view := View.of(*row))]
