"""Requests to an account's server through the atproto library, with one session that is renewed when it is over.

The library would renew by this machine's clock, before it knows whether that is right; here the server's word counts.
Its models are not used to read answers: one odd record in a thread would make it refuse the whole thread.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from atproto import Client, Request, Session  # type: ignore[import-untyped]
from atproto.exceptions import AtProtocolError  # type: ignore[import-untyped]
from atproto_client.models.dot_dict import DotDict  # type: ignore[import-untyped]

from connectors._http import Answer, Http, NonsenseError
from connectors.base import ForbiddenError, Means, UnauthorizedError
from connectors.bluesky.refusals import RefusedError, SessionOverError, error_of, reset_of
from connectors.bluesky.session import Kept
from connectors.bluesky.wire import Wire

REQUESTS, WRITES, WRITES_A_DAY, SESSIONS = "requests", "writes", "writes_a_day", "sessions"
PUT = 2
"""Points that a put takes of the limits on writing (docs.bsky.app/docs/advanced-guides/rate-limits)."""
_BY_WINDOW = {300: REQUESTS, 3600: WRITES, 86400: WRITES_A_DAY}
"""Which limit a heading speaks of, by the seconds of its window."""
_TRIES = 3
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Found:
    """A good answer."""

    fields: dict[str, Any]
    text: str = field(repr=False)


class Api:
    """The server of one account. Sends nothing, and reads no secret, when made."""

    def __init__(self, http: Http, service: str, account: str, means: Means, clock: Callable[[], datetime]) -> None:
        """Connect to nothing yet.

        Args:
            http: the connection.
            service: where sessions are given out, such as ``https://bsky.social``.
            account: its handle or DID, in small letters.
            means: the secret is a `Credential` with ``app_password``; ``session`` is added to it.
            clock: the present moment (UTC).
        """
        self.page = http.page
        self._http = http
        self._service = service
        self._account = account
        self._budget = means.budget
        self._clock = clock
        self._kept = Kept(http.page, account, means.secret)
        self._wire = Wire(http)
        self._client = Client(service, request=Request(transport=self._wire, trust_env=False))
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The present session; asked for once there is one."""
        assert self._session is not None, "asked only after a request"
        return self._session

    @property
    def did(self) -> str:
        """The account's DID."""
        return str(self.session.did)

    def enter(self, *, act: bool = False) -> None:
        """Have a session: the one in memory, the one that was saved, or a new one.

        Raises:
            ConnectorError: when there is none to be had.
        """
        if self._session is not None:
            return
        if (saved := self._kept.session) is not None:
            self._use(saved)
        else:
            self._open(act=act)

    def query(self, method: str, params: Mapping[str, str | int], *, act: bool = False) -> Found:
        """Ask something.

        Args:
            method: its name, such as ``app.bsky.feed.getPostThread``.
            params: what is asked.
            act: whether it serves a hide or a restore.

        Raises:
            GoneError: when what was asked for is not there.
            ConnectorError: when there is no answer.
        """
        self._budget.spend(REQUESTS, act=act)
        self.enter(act=act)
        asked = DotDict(dict(params))
        return self._with_session(
            lambda: self._client.invoke_query(method, params=asked, ignore_session_check=True), act=act
        )

    def pay_for_put(self) -> None:
        """Count a put before anything of it is sent.

        Raises:
            BudgetSpentError: when the budget does not allow it.
        """
        self._budget.spend(REQUESTS, 0, act=True)
        self._budget.spend(WRITES, 0, act=True)
        self._budget.spend(WRITES_A_DAY, PUT, act=True)
        self._budget.spend(WRITES, PUT, act=True)
        self._budget.spend(REQUESTS, act=True)

    def put(self, collection: str, key: str, record: Mapping[str, Any], was: str | None) -> Found:
        """Write a record of the account's own, in place of the version `was` (None: where there is none yet).

        It was paid for. The library's own model would leave out a ``swapRecord`` that is null, and with it the promise
        that nobody else has written the record meanwhile.

        Raises:
            SwapError: when another version is there by now.
            NotSentError, LimitReachedError, RefusedError, …: it was certainly not done.
            UnavailableError: it cannot be told.
        """
        fields = {"repo": self.did, "collection": collection, "rkey": key, "record": record, "swapRecord": was}
        return self._with_session(lambda: self._procedure("com.atproto.repo.putRecord", fields), act=True)

    def _procedure(self, method: str, fields: Mapping[str, Any] | None = None, **headers: str) -> object:
        content = {} if fields is None else {"content": json.dumps(fields).encode()}
        heading = headers if fields is None else {**_JSON, **headers}
        return self._client.invoke_procedure(method, **content, headers=heading, ignore_session_check=True)

    def _with_session(self, send: Callable[[], object], *, act: bool) -> Found:
        """Send, and again with a new session when the present one is over: then nothing was done the first time."""
        for _ in range(_TRIES - 1):
            try:
                return self._said(send)
            except SessionOverError:
                self._renew(act=act)
        return self._said(send)

    def _said(self, send: Callable[[], object]) -> Found:
        # The library's exceptions say less than the answer itself, and may hold a token.
        self._wire.forget()
        with suppress(AtProtocolError, ValueError):
            send()
        answer = self._wire.answer
        self._learn(answer)
        if not answer.ok:
            raise error_of(answer, self.page)
        fields = self._http.json(answer)
        if not isinstance(fields, dict):
            raise NonsenseError(f"Page {self.page}: the platform answered with something else than was asked for.")
        return Found(fields, answer.body.decode("utf-8-sig", errors="replace"))

    def _renew(self, *, act: bool) -> None:
        """Have another session: one that another program has saved meanwhile, a renewed one, or a new one."""
        saved = self._kept.session
        if saved is not None and saved.access_jwt != self.session.access_jwt:
            self._use(saved)
            return
        self._budget.spend(REQUESTS, act=act)
        bearer = f"Bearer {self.session.refresh_jwt}"
        try:
            said = self._said(lambda: self._procedure("com.atproto.server.refreshSession", Authorization=bearer))
        except (SessionOverError, RefusedError):
            self._open(act=act)
        else:
            self._use(self._kept.keep(said.fields, self.session.pds_endpoint or self._service))

    def _open(self, *, act: bool) -> None:
        """Sign in with the app password."""
        password = self._kept.password
        self._budget.spend(SESSIONS, act=act)
        self._budget.spend(REQUESTS, act=act)
        self._client.update_base_url(self._service)
        fields = {"identifier": self._account, "password": password}
        try:
            said = self._said(lambda: self._procedure("com.atproto.server.createSession", fields))
        except (SessionOverError, RefusedError):
            raise UnauthorizedError(
                f"Page {self.page}: the platform does not accept the account's name and app password; make a new app"
                f" password, then run: ofrecord connect {self.page}"
            ) from None
        if said.fields.get("active") is False:
            raise ForbiddenError(
                f"Page {self.page}: the account is {said.fields.get('status') or 'not active'}; sign in to Bluesky and"
                " see to it."
            )
        self._use(self._kept.keep(said.fields, self._service))

    def _use(self, session: Session) -> None:
        """Speak with a session from now on. It was saved before."""
        self._client.login(session_string=session.export(), fetch_bsky_profile=False)
        self._session = session

    def _learn(self, answer: Answer) -> None:
        """Take over what the headings say about a limit, the moment by this machine's clock."""
        headers = answer.headers
        policy = re.fullmatch(r"(\d{1,9});w=(\d{1,6})", headers.get("RateLimit-Policy", ""))
        kind = _BY_WINDOW.get(int(policy[2])) if policy else None
        remaining = headers.get("RateLimit-Remaining", "")
        if policy is None or kind is None or not re.fullmatch(r"\d{1,9}", remaining):
            return
        if kind == REQUESTS and int(policy[1]) < 1000:
            return  # a limit of one method alone, such as that on new sessions
        reset, date = reset_of(answer), answer.date
        if reset is not None and date is not None:
            reset = self._clock() + (reset - date)
        self._budget.learn(kind, limit=int(policy[1]), remaining=int(remaining), reset=reset)
