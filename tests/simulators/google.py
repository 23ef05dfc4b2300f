"""What a simulated platform of Google's has: tokens, the day's share, and refusals in Google's form.

*doc* is https://developers.google.com; *know* common knowledge that nobody here confirmed; *rec* recorded answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from tests.simulators.loopback import Fault, Reply, Request, Wire, json_reply, serving


class RefusedByPlatformError(Exception):
    """The platform takes no such comment."""


class ApiError(Exception):
    """A refusal with its reason."""

    def __init__(self, status: int, reason: str) -> None:
        """Keep both."""
        super().__init__(reason)
        self.reply = google_error(status, reason)


def google_error(status: int, reason: str, message: str = "no") -> Reply:
    """A refusal in the form of Google's interfaces (rec: youtube/error_response.json)."""
    error = {
        "code": status,
        "message": message,
        "errors": [{"message": message, "domain": "global", "reason": reason}],
    }
    return json_reply({"error": error}, status=status)


def refusing(status: int, reason: str, message: str = "no") -> Fault:
    """The next request is refused."""
    return lambda request, do: google_error(status, reason, message)


@dataclass
class GoogleSite:
    """One page of Google's, the authorisation of its owner, and what was asked of it."""

    scope: ClassVar[str]

    client_id: str = "1234567890-client.apps.googleusercontent.com"
    client_secret: str = "GOCSPX-secretofthe-client"
    access_token: str = "ya29.firstaccesstoken0001"
    refresh_token: str = "1//refreshtoken-of-the-owner"
    granted: str = ""
    """What the person agreed to; empty: what is needed."""
    rotates: bool = False
    """A renewal gives another refresh token, and the old one dies (RFC 6749, 6)."""
    testing: bool = False
    """The application's publishing status: the authorisation ends after 7 days; the token endpoint says so (know)."""
    units: int = 10_000
    """In a day that ends at midnight, Pacific time (doc: quota)."""
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    wire: Wire = field(default_factory=Wire)
    url: str = ""
    spent: dict[str, int] = field(default_factory=dict)
    """Units by Pacific day."""
    _good: set[str] = field(default_factory=set)
    _refresh: set[str] = field(default_factory=set)
    _last: int = 1000

    def __post_init__(self) -> None:
        """Know the first tokens."""
        self._good.add(self.access_token)
        self._refresh.add(self.refresh_token)

    def secret(self) -> str:
        """What the page's secret file holds."""
        names = ("client_id", "client_secret", "access_token", "refresh_token")
        return json.dumps({**{name: getattr(self, name) for name in names}, "scope": self.scope})

    def revoke(self) -> None:
        """End the authorisation."""
        self._good.clear()
        self._refresh.clear()

    def end_access(self) -> None:
        """Let the access token end, as it does after an hour."""
        self._good.clear()

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        return self.wire.carry(request, lambda: self._answered(request))

    def routed(self, request: Request) -> Reply:
        """Answer what an authorisation asks."""
        raise NotImplementedError

    def spend(self, units: int) -> None:
        """Count units; even a refused request costs (doc: "all API requests, including invalid ones")."""
        day = str(self.clock().astimezone(ZoneInfo("America/Los_Angeles")).date())
        if self.spent.get(day, 0) + units > self.units:
            raise ApiError(403, "quotaExceeded")
        self.spent[day] = self.spent.get(day, 0) + units

    def _answered(self, request: Request) -> Reply:
        try:
            return self._token(request) if request.path == "/token" else self._authorised(request)
        except ApiError as error:
            return error.reply

    def _authorised(self, request: Request) -> Reply:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._good:
            raise ApiError(401, "authError")
        return self.routed(request)

    def _token(self, request: Request) -> Reply:
        form = dict(parse_qsl(request.body.decode()))
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return json_reply({"error": "invalid_client"}, status=401)
        if form.get("grant_type") == "authorization_code":
            self._refresh.add(self.refresh_token)
            return self._given({"refresh_token": self.refresh_token})
        if form.get("refresh_token") not in self._refresh:
            return json_reply({"error": "invalid_grant", "error_description": "expired or revoked"}, status=400)
        if not self.rotates:
            return self._given({})
        self._refresh = {self.new("1//another-refresh-token")}
        return self._given({"refresh_token": next(iter(self._refresh))})

    def _given(self, more: dict[str, str]) -> Reply:
        access = f"ya29.{self.new('accesstoken')}"
        self._good.add(access)
        scope = self.granted or self.scope
        said: dict[str, Any] = {"access_token": access, "expires_in": 3599, "scope": scope, "token_type": "Bearer"}
        if self.testing:
            said["refresh_token_expires_in"] = 604_799
        return json_reply({**said, **more})

    def new(self, before: str) -> str:
        """Something that was not there yet."""
        self._last += 1
        return f"{before}xyz{self._last:08d}"


Site = TypeVar("Site", bound=GoogleSite)


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """Let a page answer on a free loopback port."""
    with serving(site.answer) as site.url:
        yield site
