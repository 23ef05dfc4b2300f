"""What the requests of Google's library go through: bounded, sent once, and refused in the words of `connectors.base`.

The library asks for an object with httplib2's ``request``. It gets nothing but success from here. Nothing that cannot
be undone leaves: of what changes the platform, each interface names the few requests that are let out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httplib2  # type: ignore[import-untyped]

from connectors._credential import Credential
from connectors._google_account import ZONE
from connectors._google_errors import RefusedError, StaleTokenError, TurnedAwayError
from connectors._http import Answer, Http
from connectors._oauth import ask
from connectors.base import (
    ConnectorError,
    ForbiddenError,
    GoneError,
    Means,
    UnauthorizedError,
    UnavailableError,
    UnsupportedError,
)

_QUOTA = ("quotaExceeded", "dailyLimitExceeded")
_RATE = ("rateLimitExceeded", "userRateLimitExceeded", "RESOURCE_EXHAUSTED")
_SCOPE = ("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
_UNPROVED = ("processingFailure",)
"""Reasons of status 400 that do not say whether the request was carried out."""
_CODE = re.compile(r"[A-Za-z_]{1,60}")


@dataclass(frozen=True, slots=True)
class Interface:
    """One of Google's interfaces."""

    platform: str
    """As people call it."""
    interface: str
    """Its name in the Google Cloud console."""
    name: str
    """Its name in the library."""
    version: str
    kind: str
    """What is counted of it in a day: the limit's name."""
    owner: str
    """Whose account to choose."""
    reversible: Callable[[str, str], bool]
    """Whether a request that changes the platform (method, address) can be undone, and so may be sent."""
    refusals: Mapping[str, Callable[[str], ConnectorError]]
    """What a reason of its own means (status 403), given the page."""


@dataclass
class Wire:
    """Sends requests for Google's library."""

    service: Interface
    http: Http
    tokens: str
    """The token endpoint."""
    means: Means
    clock: Callable[[], datetime]
    text: str = ""
    """The last answer, as Google wrote it."""
    ends: datetime | None = None
    """When the authorisation itself ends, where Google has said so: it does for an application in testing."""

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        """Send a request, as httplib2 would.

        Raises:
            UnsupportedError: for what could not be undone; it is not sent.
            ConnectorError: for everything but success.
        """
        if method != "GET" and not self.service.reversible(method, uri):
            raise UnsupportedError(f"Page {self.http.page}: this could not be undone, so OfRecord does not do it.")
        token = self._credential().parts.get("access_token") or self.renew().need("access_token")
        own = {name: text for name, text in (headers or {}).items() if name.lower() not in _NOT_SENT}
        answer = self.http.send(method, uri, headers={**own, "Authorization": f"Bearer {token}"}, body=body or None)
        self._require_success(answer)
        if answer.status != 204:
            self.http.json(answer)
        self.text = answer.body.decode(errors="replace")
        return httplib2.Response({"status": str(answer.status)}), answer.body

    def renew(self) -> Credential:
        """Get another access token, saved before it is used.

        Raises:
            ConnectorError: when there is none to be had.
        """
        credential = self._credential()
        fields = {"grant_type": "refresh_token", "refresh_token": credential.need("refresh_token")}
        now = self.clock()
        try:
            said = ask(self.http, self.tokens, fields, credential, basic=False)
        except UnauthorizedError as error:
            raise UnauthorizedError(
                f"{error} (An authorisation of an application whose publishing status is Testing ends after 7 days:"
                " publish the application first.)"
            ) from None
        renewed = credential.renewed(said, now)
        renewed.need("access_token")
        self.means.secret.save(renewed.text())
        lasts = said.get("refresh_token_expires_in")
        self.ends = now + timedelta(seconds=lasts) if isinstance(lasts, int) else None
        return renewed

    def nonsense(self) -> UnavailableError:
        """For an answer that is not what it should be."""
        return UnavailableError(
            f"Page {self.http.page}: {self.service.platform}'s answer is not what its interface says; it is tried"
            " again."
        )

    def _credential(self) -> Credential:
        return Credential.parse(self.http.page, self.means.secret.read())

    def _require_success(self, answer: Answer) -> None:
        if answer.ok:
            return
        page, platform = self.http.page, self.service.platform
        if answer.status == 401:
            raise StaleTokenError(
                f"Page {page}: {platform} does not accept the authorisation; run: ofrecord connect {page}"
            )
        reason = self._reason(answer)
        if reason in _QUOTA:
            raise self._spent(reason)
        if reason in _RATE or answer.status == 429:
            raise TurnedAwayError(
                f"Page {page}: too many requests to {platform}; it is tried again later.", answer.retry_after
            )
        if answer.status == 403 and reason:
            raise self._forbidden(reason)
        if answer.status == 404 and reason:
            raise GoneError(f"Page {page}: {platform} has no such thing ({reason}).")
        if answer.status == 400 and reason and reason not in _UNPROVED:
            raise RefusedError(f"Page {page}: {platform} refused the request ({reason}).", reason)
        raise UnavailableError(
            f"Page {page}: {platform} failed ({reason or f'status {answer.status}'}); it is tried again.",
            answer.retry_after,
        )

    def _reason(self, answer: Answer) -> str:
        """The reason that Google names; empty where it names none, as a wall before it does not."""
        try:
            error = self.http.json(answer)["error"]
            reason = error["errors"][0]["reason"] if error.get("errors") else error["status"]
        except (UnavailableError, AttributeError, KeyError, IndexError, TypeError):
            return ""
        return reason if isinstance(reason, str) and _CODE.fullmatch(reason) else ""

    def _spent(self, reason: str) -> TurnedAwayError:
        now = self.clock()
        tomorrow = now.astimezone(ZoneInfo(ZONE)).date() + timedelta(days=1)
        midnight = datetime.combine(tomorrow, time(), ZoneInfo(ZONE)).astimezone(now.tzinfo)
        self.means.budget.learn(self.service.kind, remaining=0, reset=midnight)
        return TurnedAwayError(
            f"Page {self.http.page}: the day's {self.service.kind} of the interface are used up ({reason}); they come"
            " back at midnight, Pacific time.",
            (midnight - now).total_seconds(),
        )

    def _forbidden(self, reason: str) -> ConnectorError:
        page = self.http.page
        if own := self.service.refusals.get(reason):
            return own(page)
        if reason == "accessNotConfigured":
            what = f"turn on the {self.service.interface} in the project of the application, then run: ofrecord check"
        elif reason in _SCOPE:
            what = f"a permission is missing from the authorisation; run: ofrecord connect {page}"
        else:
            what = f"run ofrecord connect {page} and choose {self.service.owner}"
        return ForbiddenError(f"Page {page}: {self.service.platform} refuses it ({reason}); {what}")


_NOT_SENT = ("user-agent", "content-length", "accept-encoding")
"""What the library says about itself, and what `Http` knows better."""
