"""What the requests of Google's library go through: bounded, sent once, and refused in the words of `connectors.base`.

The library asks for an object with httplib2's ``request``. It gets nothing but success from here. Nothing that cannot
be undone leaves: a comment is held for review or published, and whatever else changes the platform is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import httplib2  # type: ignore[import-untyped]

from connectors._credential import Credential
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
from connectors.youtube.errors import DisabledError, RefusedError, StaleTokenError, TurnedAwayError

UNITS = "units"
ZONE = "America/Los_Angeles"
"""Where the day of the units ends at midnight."""
_REVERSIBLE = {"heldForReview", "published"}
_QUOTA = ("quotaExceeded", "dailyLimitExceeded")
_RATE = ("rateLimitExceeded", "userRateLimitExceeded")
_SCOPE = ("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
_CODE = re.compile(r"[A-Za-z_]{1,60}")


@dataclass
class Wire:
    """Sends requests for Google's library."""

    http: Http
    tokens: str
    """The token endpoint."""
    means: Means
    clock: Callable[[], datetime]
    text: str = ""
    """The last answer, as YouTube wrote it."""
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
        self._require_reversible(method, uri)
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

    def until_midnight(self) -> tuple[datetime, float]:
        """When the units come back, and the seconds until then."""
        now = self.clock()
        tomorrow = now.astimezone(ZoneInfo(ZONE)).date() + timedelta(days=1)
        midnight = datetime.combine(tomorrow, time(), ZoneInfo(ZONE)).astimezone(now.tzinfo)
        return midnight, (midnight - now).total_seconds()

    def nonsense(self) -> UnavailableError:
        """For an answer that is not what it should be."""
        return UnavailableError(
            f"Page {self.http.page}: YouTube's answer is not what its interface says; it is tried again."
        )

    def _credential(self) -> Credential:
        return Credential.parse(self.http.page, self.means.secret.read())

    def _require_reversible(self, method: str, uri: str) -> None:
        """A rejected comment can never be published again, and a ban comes with a rejection only."""
        if method == "GET":
            return
        address = urlsplit(uri)
        asked = parse_qs(address.query, keep_blank_values=True)
        wanted = set(asked.pop("moderationStatus", ()))
        ids = asked.pop("id", [])
        asked.pop("alt", None)
        known = (
            method == "POST"
            and address.path.endswith("/comments/setModerationStatus")
            and len(ids) == 1
            and "," not in ids[0]
        )
        if not known or len(wanted) != 1 or not wanted <= _REVERSIBLE or asked:
            raise UnsupportedError(f"Page {self.http.page}: this could not be undone, so OfRecord does not do it.")

    def _require_success(self, answer: Answer) -> None:
        if answer.ok:
            return
        if answer.status == 401:
            raise StaleTokenError(
                f"Page {self.http.page}: YouTube does not accept the authorisation; run:"
                f" ofrecord connect {self.http.page}"
            )
        reason = self._reason(answer)
        if reason in _QUOTA:
            raise self._spent(reason)
        if reason in _RATE or answer.status == 429:
            raise TurnedAwayError(
                f"Page {self.http.page}: too many requests to YouTube; it is tried again later.", answer.retry_after
            )
        if answer.status == 403 and reason:
            raise self._forbidden(reason)
        if answer.status == 404 and reason:
            raise GoneError(f"Page {self.http.page}: YouTube has no such thing ({reason}).")
        if answer.status == 400 and reason and reason != "processingFailure":
            raise RefusedError(f"Page {self.http.page}: YouTube refused the request ({reason}).")
        raise UnavailableError(
            f"Page {self.http.page}: YouTube failed ({reason or f'status {answer.status}'}); it is tried again.",
            answer.retry_after,
        )

    def _reason(self, answer: Answer) -> str:
        """The reason that YouTube names; empty where it names none, as a wall before it does not."""
        try:
            error = self.http.json(answer)["error"]
            reason = error["errors"][0]["reason"]
        except (UnavailableError, KeyError, IndexError, TypeError):
            return ""
        return reason if isinstance(reason, str) and _CODE.fullmatch(reason) else ""

    def _spent(self, reason: str) -> TurnedAwayError:
        midnight, wait = self.until_midnight()
        self.means.budget.learn(UNITS, remaining=0, reset=midnight)
        return TurnedAwayError(
            f"Page {self.http.page}: the day's units of the interface are used up ({reason}); they come back at"
            " midnight, Pacific time.",
            wait,
        )

    def _forbidden(self, reason: str) -> ConnectorError:
        page = self.http.page
        if reason == "commentsDisabled":
            return DisabledError(
                f"Page {page}: comments are turned off below this video; turn them on in its settings."
            )
        if reason == "accessNotConfigured":
            what = "turn on the YouTube Data API v3 in the project of the application, then run: ofrecord check"
        elif reason in _SCOPE:
            what = f"a permission is missing from the authorisation; run: ofrecord connect {page}"
        else:
            what = f"run ofrecord connect {page} and choose the account of the channel itself"
        return ForbiddenError(f"Page {page}: YouTube refuses it ({reason}); {what}")


_NOT_SENT = ("user-agent", "content-length", "accept-encoding")
"""What the library says about itself, and what `Http` knows better."""
