"""What a refusal of Meta's Graph API means, by its code alone: the message that comes with it can hold the token.

Codes: https://developers.facebook.com/docs/graph-api/guides/error-handling and, for limits,
https://developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.base import (
    ConnectorError,
    ForbiddenError,
    GoneError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedError,
)

_TOKEN = frozenset((102, 190))
_WHY = {
    458: "the app was removed from the account",
    459: "the account has to pass a security check; log in to it in a browser",
    460: "the account's password was changed",
    463: "it has expired",
    464: "the account is not confirmed",
    467: "it is not valid any more",
    492: "its account lost its role on the Page",
}
_LIMITS = frozenset((4, 17, 32, 341, 613, *range(80_000, 80_015)))
"""80000 and above are the limits by business use case."""
_PERMISSIONS = frozenset((3, 10, *range(200, 300)))
_BLOCKED = 368
_PARAMETER = 100
_NO_SUCH_OBJECT = 33
_NO_SUCH_RESOURCE = 24
"""Instagram's and Threads's other word for the same; not documented."""
_OLD_VERSION = frozenset((12, 2635))


class LimitReachedError(UnavailableError):
    """Turned away by a limit, before anything was done."""


class ParameterError(ForbiddenError):
    """The platform does not accept the request as it is: something in it is wrong, or a permission is missing."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as the Graph API tells it."""

    code: int
    subcode: int
    transient: bool
    status: int

    @classmethod
    def of(cls, said: object, status: int) -> Refusal:
        """Read the ``error`` of an answer, whatever it is."""
        error = said if isinstance(said, Mapping) else {}
        return cls(
            _number(error.get("code")), _number(error.get("error_subcode")), error.get("is_transient") is True, status
        )

    @property
    def words(self) -> str:
        """Status and codes."""
        codes = f"error {self.code}" + (f"/{self.subcode}" if self.subcode else "")
        return f"status {self.status}, {codes}" if self.code else f"status {self.status}"

    def error(self, page: str, retry_after: float | None) -> ConnectorError:
        """Say what it means, and what to do."""
        if self.code in _TOKEN:
            return self._token(page)
        if self.code in _LIMITS or self.status == 429:
            return LimitReachedError(
                f"Page {page}: the platform's limit is reached ({self.words}); it goes on by itself.", retry_after
            )
        if self.transient or self.status >= 500:
            return UnavailableError(
                f"Page {page}: the platform cannot answer now ({self.words}); it is tried again.", retry_after
            )
        return self._lasting(page, retry_after)

    def _token(self, page: str) -> UnauthorizedError:
        why = _WHY.get(self.subcode, "it is not accepted")
        return UnauthorizedError(f"Page {page}: the access token: {why} ({self.words}); run: ofrecord connect {page}")

    def _lasting(self, page: str, retry_after: float | None) -> ConnectorError:
        if self.code in _PERMISSIONS:
            return ForbiddenError(
                f"Page {page}: a permission is missing ({self.words}); ofrecord check names it. Then run: ofrecord"
                f" connect {page}"
            )
        if self.code == _BLOCKED:
            return ForbiddenError(
                f"Page {page}: the platform has blocked this for the app or its account ({self.words}); look at the"
                " app's dashboard and at the account's support inbox."
            )
        if (self.code, self.subcode) == (_PARAMETER, _NO_SUCH_OBJECT) or self.code == _NO_SUCH_RESOURCE:
            return GoneError(f"Page {page}: it does not exist, or may not be seen with this token ({self.words}).")
        if self.code == _PARAMETER:
            return ParameterError(
                f"Page {page}: the platform does not accept the request ({self.words}); check the page's ids, then its"
                " permissions with ofrecord check."
            )
        if self.code in _OLD_VERSION:
            return UnsupportedError(f"Page {page}: this version of the API is closed ({self.words}); raise version.")
        return UnavailableError(f"Page {page}: the platform cannot answer now ({self.words}).", retry_after)


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
