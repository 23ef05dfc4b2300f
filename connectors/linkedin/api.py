"""Reading LinkedIn's versioned interface (Rest.li): its headings, its lists and its tokens.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts: ``protocol-version``, ``pagination``
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors._credential import Credential
from connectors._http import Answer, Http
from connectors._json import items, members
from connectors._oauth import renew
from connectors.base import ConnectorError, Means, UnavailableError
from connectors.linkedin.refusal import error_of

LIMIT = "calls"
AT_ONCE = 100
"""What a list is asked for at once; LinkedIn may give less, and says so."""
_RENEWED_AHEAD = timedelta(days=30)
"""A token lasts 60 days, and is renewed when half of them are left."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list."""

    rows: tuple[tuple[dict[str, Any], str], ...]
    """Each element, with its JSON as LinkedIn wrote it."""
    onward: int | None
    """Where the next page starts; None at the end."""


class Api:
    """Requests on behalf of one page. Sends nothing, and reads no secret, when made."""

    def __init__(
        self, http: Http, addresses: tuple[str, str], version: str, means: Means, clock: Callable[[], datetime]
    ) -> None:
        """Connect to nothing yet.

        Args:
            http: the connection.
            addresses: of the interface, and where tokens come from.
            version: year and month, such as ``202606``.
            means: the secret is a `Credential` with ``access_token`` and, where LinkedIn grants one, ``refresh_token``.
            clock: the present moment.
        """
        self.page = http.page
        self.clock = clock
        self.budget = means.budget
        self._http = http
        self._api, self._tokens = addresses
        self._version = version
        self._secret = means.secret

    @property
    def credential(self) -> Credential:
        """What the secret file holds now: another process may have renewed it."""
        return Credential.parse(self.page, self._secret.read())

    def get(
        self, path: str, params: Mapping[str, str] | None = None, *, act: bool = False
    ) -> tuple[dict[str, Any], str]:
        """Read one object, and its JSON as LinkedIn wrote it.

        Args:
            path: below ``/rest/``, with every URN in it encoded.
            params: the query.
            act: whether it serves a task of a person, for which something is reserved.

        Raises:
            ConnectorError: when it could not be read.
        """
        answer = self._asked(path, params, act=act)
        said = self._http.json(answer)
        if not isinstance(said, dict):
            raise UnavailableError(f"Page {self.page}: LinkedIn's answer is no object; it is tried again.")
        return said, answer.body.decode(errors="replace")

    def listed(self, path: str, params: Mapping[str, str], start: int, *, act: bool = False) -> Listed:
        """Read one page of a list.

        Raises:
            ConnectorError: when it could not be read.
        """
        said, text = self.get(path, {**params, "start": str(start), "count": str(AT_ONCE)}, act=act)
        try:
            rows = tuple((json.loads(each), each) for each in items(members(text)["elements"]))
        except (ValueError, KeyError, RecursionError):
            raise UnavailableError(f"Page {self.page}: LinkedIn's list is none; it is tried again.") from None
        return Listed(
            tuple(row for row in rows if isinstance(row[0], dict)), _onward(said.get("paging"), start, len(rows))
        )

    def renew(self) -> None:
        """Renew the token where LinkedIn granted a refresh token and less than half of the time is left.

        An outage, or a refusal, is no reason to stop: there are weeks left, and the end is told ahead.
        """
        credential = self.credential
        ends = credential.expires_at
        if ends is None or ends - self.clock() > _RENEWED_AHEAD or not credential.parts.get("refresh_token"):
            return
        try:
            renew(self._http, self._tokens, credential, self._secret, self.clock(), basic=False)
        except ConnectorError:
            return

    def _asked(self, path: str, params: Mapping[str, str] | None, *, act: bool) -> Answer:
        token = self.credential.need("access_token")
        answer = self._sent(path, params, token, act=act)
        if answer.status == 401 and (another := self._instead_of(token)):
            answer = self._sent(path, params, another, act=act)
        if not answer.ok:
            raise error_of(self.page, self._version, answer, self.clock())
        return answer

    def _sent(self, path: str, params: Mapping[str, str] | None, token: str, *, act: bool) -> Answer:
        self.budget.spend(LIMIT, act=act)
        headers = {
            "Authorization": f"Bearer {token}",
            "LinkedIn-Version": self._version,
            "X-Restli-Protocol-Version": "2.0.0",
        }
        return self._http.send("GET", f"{self._api}/rest/{path}", params=params, headers=headers)

    def _instead_of(self, refused: str) -> str | None:
        """Another token than one that was refused; None where there is no way to get one."""
        credential = self.credential
        if credential.need("access_token") != refused:
            return credential.need("access_token")
        if not credential.parts.get("refresh_token"):
            return None
        return renew(self._http, self._tokens, credential, self._secret, self.clock(), basic=False).need("access_token")


def encoded(urn: str) -> str:
    """A URN as it stands in a path: without a sign that Rest.li would read."""
    return quote(urn, safe="")


def _onward(paging: object, start: int, found: int) -> int | None:
    """Where the next page starts. A short page can have left out what may not be shown, and need not be the last."""
    said = paging if isinstance(paging, dict) else {}
    count = _whole(said.get("count")) or AT_ONCE
    links = said.get("links")
    named = isinstance(links, list) and any(isinstance(each, dict) and each.get("rel") == "next" for each in links)
    more = named or (_whole(said.get("total")) or 0) > start + count or found >= count
    return start + count if more else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
