"""One of Google's interfaces through google-api-python-client, one of its own for each page.

The description of the interface comes with the library (``static_discovery``): nothing is fetched to open it. Answers
are read from their own bytes, because those are what is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.api_core.client_options import ClientOptions
from googleapiclient.discovery import build  # type: ignore[import-untyped]
from googleapiclient.errors import Error  # type: ignore[import-untyped]

from connectors._google_errors import StaleTokenError
from connectors._google_wire import Interface, Wire
from connectors._http import Http
from connectors._json import items, members
from connectors.base import Means

_TESTING = (
    "Google ends this authorisation by itself, as it does for an application in Testing: set its publishing status to"
    " In production, then run: ofrecord connect {page}."
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing: each resource as it is written."""

    items: tuple[str, ...]
    onward: str | None


class Google:
    """Requests to an interface on behalf of one page."""

    def __init__(
        self,
        service: Interface,
        addresses: tuple[str, str],
        means: Means,
        http: Http,
        clock: Callable[[], datetime],
    ) -> None:
        """Connect to nothing yet, and read no secret.

        Args:
            service: the interface.
            addresses: of the interface, and of the token endpoint.
            means: the credential and the budget.
            http: the connection.
            clock: the present moment (UTC).
        """
        self.page = http.page
        self.budget = means.budget
        self.wire = Wire(service, http, addresses[1], means, clock)
        self._address = addresses[0]
        self._library: Any = None

    def spend(self, units: int = 1, *, act: bool = False) -> None:
        """Count units before they are used.

        Raises:
            BudgetSpentError: when the budget does not allow them.
        """
        self.budget.spend(self.wire.service.kind, units, act=act)

    @property
    def pace(self) -> float:
        """Units a second that reading may use without running out before the day ends."""
        return self.budget.pace(self.wire.service.kind)

    def listed(self, ask: Callable[[Any], Any]) -> Page:
        """Ask for one page of a listing, in units that were counted already.

        Raises:
            ConnectorError: when there is no such answer.
        """
        said = self.call(ask)
        if not isinstance(said, dict) or "error" in said or not isinstance(said.get("items", []), list):
            raise self.wire.nonsense()
        following = said.get("nextPageToken")
        onward = following if isinstance(following, str) and following else None
        return Page(tuple(items(members(self.wire.text).get("items", "[]"))), onward)

    def call(self, ask: Callable[[Any], Any]) -> Any:
        """Do it, once more with another access token when the one at hand has ended.

        Args:
            ask: makes the request of the library's object for the interface.

        Raises:
            ConnectorError: what kind, says what became of it.
        """
        try:
            return self._tried(ask)
        except StaleTokenError:
            self.wire.renew()
        return self._tried(ask)

    def warnings(self) -> tuple[str, ...]:
        """What works today and will not for ever, after the access token was renewed."""
        return (_TESTING.format(page=self.page),) if self.wire.ends else ()

    def _tried(self, ask: Callable[[Any], Any]) -> Any:
        if self._library is None:
            self._library = self._opened()
        try:
            return ask(self._library).execute(num_retries=0)
        except (Error, TypeError, ValueError):
            # Their texts can hold what was sent.
            raise self.wire.nonsense() from None

    def _opened(self) -> Any:
        service, options = self.wire.service, ClientOptions(api_endpoint=self._address)
        return build(
            service.name,
            service.version,
            http=self.wire,
            static_discovery=True,
            cache_discovery=False,
            client_options=options,
        )


def due(looked: float | None, cost: int, now: float, pace: float, shortest: float) -> bool:
    """Whether it is time for a look, at a pace (units a second) that lasts until the day ends.

    Args:
        looked: when the last look was (Unix time), if there was one.
        cost: the units that it took.
        now: the present moment (Unix time).
        pace: see `Google.pace`.
        shortest: seconds that have to pass in any case.
    """
    if looked is None or pace <= 0 or now < looked:
        return True
    return now - looked >= max(shortest, cost / pace)
