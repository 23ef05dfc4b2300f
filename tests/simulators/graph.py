"""What the simulated platforms of Meta share: tokens, permissions, versions, limits, lists in pages, refusals.

Each behaviour names where it was learned: an address at developers.facebook.com (*doc*), the source of facebook-sdk
3.1.0 or another program (*src*), recorded traffic (*rec*), or common knowledge that nobody here confirmed (*know*).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Self, TypeVar
from urllib.parse import parse_qsl, urlencode

from tests.simulators.loopback import Fault, Reply, Request, Wire, json_reply

T = TypeVar("T")
_FIELDS = re.compile(r"([a-z_]+)(?:\.[a-z_]+\([^)]*\))*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})?")
Refused = tuple[int, int]
"""A code and a subcode."""
GONE: Refused = (100, 33)
"""One answer for what is gone and for what this token may not see (know; the text is in rec error_data.json)."""
EXPIRED: Refused = (190, 463)
PASSWORD_CHANGED: Refused = (190, 460)
"""doc: graph-api/guides/error-handling."""


def graph_error(code: int, subcode: int = 0, status: int = 400, *, message: str = "", **more: Any) -> Reply:
    """A refusal in the form of the Graph API (rec: base/error_data.json)."""
    codes = {"code": code, **({"error_subcode": subcode} if subcode else {})}
    error = {"message": message or f"(#{code}) no", "type": "OAuthException", **codes, **more, "fbtrace_id": "Abc"}
    return json_reply({"error": error}, status=status)


def refusing(code: int, subcode: int = 0, status: int = 400, **more: Any) -> Fault:
    """The next request is refused."""
    return lambda request, do: graph_error(code, subcode, status, **more)


def empty_outage() -> Fault:
    """An outage that answers with JSON and without an error: facebook-sdk gives it as an empty list (src)."""
    return lambda request, do: json_reply({"data": []}, status=503)


def untyped() -> Fault:
    """No content-type: facebook-sdk stops with a KeyError (src)."""

    def strip(request: Request, do: Callable[[], Reply]) -> Reply:
        reply = do()
        return replace(reply, headers={each: value for each, value in reply.headers.items() if each != "Content-Type"})

    return strip


def telling_the_token(token: str) -> Fault:
    """A refusal whose message holds the token (know: "Malformed access token EAAB…")."""
    return lambda request, do: graph_error(190, 0, message=f"Malformed access token {token}")


@dataclass
class GraphSite:
    """The platform, its switches, and what was asked of it."""

    token: str = "EAAGtokenofthepage0123456789"
    app_id: str = "123456789012345"
    app_secret: str = "0123456789abcdef0123456789abcdef"
    scopes: set[str] = field(default_factory=set)
    expires_at: datetime | None = None
    """When the token ends; None: never, as a system user's does not."""
    data_access_expires_at: datetime | None = None
    refused: Refused | None = None
    """Why every token is refused from now on."""
    usage: int | None = None
    """Percent of the limit in use (doc: graph-api/overview/rate-limiting)."""
    regain_minutes: int = 0
    throttled: Refused | None = None
    """The code of a limit that is reached, such as 80001 or 32 (doc: as above)."""
    served_version: str = ""
    """A closed version is answered by the oldest open one, which the header tells (know)."""
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    skew: timedelta = timedelta(0)
    """How far the ``Date`` heading is off."""
    page_size: int = 100
    """The most rows in a page of a list, whatever is asked for."""
    overlap: int = 0
    """So many rows of each page come again on the next one, as when others came meanwhile."""
    omitted: set[str] = field(default_factory=set)
    """Left out of a page after it was cut: it is short, or empty, and there is a next one (know: privacy)."""
    loops: bool = False
    """The next page is the same one again."""
    wire: Wire = field(default_factory=Wire)
    url: str = ""
    _last: int = 1000

    def secret(self, **more: str) -> str:
        """What the page's secret file holds."""
        parts = {"access_token": self.token, "app_id": self.app_id, "app_secret": self.app_secret}
        return json.dumps({**parts, **more})

    def new_id(self) -> str:
        """Another number."""
        self._last += 1
        return str(self._last)

    # --- what the web server does ---------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        reply = self.wire.carry(request, lambda: self._answered(request))
        return replace(reply, headers={**self._told(request), **reply.headers})

    def route(self, path: str, call: Call) -> Reply:
        """Answer a request that is allowed; by the platform."""
        raise NotImplementedError

    def knows(self, token: str) -> bool:
        """Whether a token may ask at all."""
        return token == self.token

    def _told(self, request: Request) -> dict[str, str]:
        asked = request.path.split("/")[1]
        told = {"Date": format_datetime(self.clock() + self.skew, usegmt=True)}
        told["facebook-api-version"] = self.served_version or asked
        if self.usage is not None:
            row = {"type": "pages", "call_count": self.usage, "total_cputime": 2, "total_time": 3}
            usage = {self.app_id: [{**row, "estimated_time_to_regain_access": self.regain_minutes}]}
            told["X-Business-Use-Case-Usage"] = json.dumps(usage)
        return told

    def _answered(self, request: Request) -> Reply:
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True)) if request.method == "POST" else {}
        call = Call(self, request.method, {**request.params, **form}, request)
        path = request.path.split("/", 2)[2] if request.path.count("/") > 1 else ""
        if path == "debug_token":
            return self._debugged(call)
        if refusal := self._refusal(call):
            return graph_error(*refusal)
        return self.route(path.rstrip("/"), call)

    def _refusal(self, call: Call) -> Refused | None:
        token = call.params.get("access_token", "")
        if self.refused:
            return self.refused
        if not self.knows(token):
            return (190, 467)
        if self.expires_at and self.clock() >= self.expires_at:
            return EXPIRED
        proof = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if self.app_secret and call.params.get("appsecret_proof") != proof:
            return (100, 0)  # "Invalid appsecret_proof provided in the API argument" (know)
        return self.throttled

    def _debugged(self, call: Call) -> Reply:
        """doc: graph-api/reference/debug_token; rec: base/token_info.json."""
        asking, asked = call.params.get("access_token", ""), call.params.get("input_token", "")
        if asking != f"{self.app_id}|{self.app_secret}" and not self.knows(asking):
            return graph_error(190, 0)
        dead = self.expires_at is not None and self.clock() >= self.expires_at
        data: dict[str, Any] = {
            "app_id": self.app_id,
            "type": "PAGE",
            "application": "OfRecord",
            "is_valid": self.knows(asked) and self.refused is None and not dead,
            "scopes": sorted(self.scopes),
            "granular_scopes": [self.granular(scope) for scope in sorted(self.scopes)],
            "expires_at": int(self.expires_at.timestamp()) if self.expires_at else 0,
            "user_id": "77",
        }
        if self.data_access_expires_at:
            data["data_access_expires_at"] = int(self.data_access_expires_at.timestamp())
        return json_reply({"data": data})

    def granular(self, scope: str) -> dict[str, Any]:
        """A permission, and for what it was given."""
        return {"scope": scope}

    # --- lists ----------------------------------------------------------------------------------------------------

    def listed(
        self,
        call: Call,
        rows: Sequence[dict[str, Any]],
        show: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    ) -> Reply:
        """One page of a list, with cursors and, unless it is the last one, an address that holds the token (rec)."""
        size = min(int(call.params.get("limit", 25)), self.page_size)
        start = int(call.params.get("after", "c0")[1:])
        page = rows[start : start + size]
        onward = start if self.loops else max(start + 1, start + size - self.overlap)
        paging: dict[str, Any] = {"cursors": {"before": f"c{start}", "after": f"c{onward}"}}
        if start + size < len(rows):
            query = urlencode({"access_token": self.token, "limit": size, "after": f"c{onward}"})
            paging["next"] = f"https://graph.facebook.com{call.request.path}?{query}"
        shown = [(show or call.chosen)(row) for row in page if row.get("id") not in self.omitted]
        return json_reply({"data": shown, **({"paging": paging} if rows else {})})


@dataclass(frozen=True)
class Call:
    """A request to the API."""

    site: GraphSite
    method: str
    params: Mapping[str, str]
    request: Request

    def chosen(self, row: Mapping[str, Any], fields: str | None = None) -> dict[str, Any]:
        """The fields that were asked for, ``id`` always, as far as there are any."""
        wanted = dict(_FIELDS.findall(self.params.get("fields", "") if fields is None else fields))
        chosen: dict[str, Any] = {}
        for name in ["id", *(each for each in wanted if each != "id")]:
            if name in row:
                chosen[name] = self._inner(row[name], wanted.get(name, ""))
        return chosen

    def asks_for(self, name: str) -> str | None:
        """What is asked for within a field, such as the ``replies`` of a comment; None when it is not asked for."""
        return dict(_FIELDS.findall(self.params.get("fields", ""))).get(name)

    def _inner(self, value: Any, fields: str) -> Any:
        if isinstance(value, dict) and fields:
            return self.chosen(value, fields[1:-1])
        return value


@dataclass
class Clock:
    """The time on the platform, which passes only when a test says so."""

    now: datetime = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> Self:
        """Let time pass, in the units of `timedelta`."""
        self.now += timedelta(**by)
        return self
