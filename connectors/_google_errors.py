"""How Google's interfaces refuse, as far as it makes a difference here."""

from __future__ import annotations

from connectors.base import ConnectorError, UnauthorizedError, UnavailableError


class StaleTokenError(UnauthorizedError):
    """The access token has ended; another one may do."""


class TurnedAwayError(UnavailableError):
    """The day's share or a limit is used up: Google did not look at the request."""


class RefusedError(ConnectorError):
    """Google said no to this request (status 400); it did not apply."""

    def __init__(self, message: str, reason: str = "") -> None:
        """Keep the reason that Google names."""
        super().__init__(message)
        self.reason = reason
