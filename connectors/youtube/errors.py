"""How YouTube refuses, as far as it makes a difference here."""

from __future__ import annotations

from connectors.base import ConnectorError, ForbiddenError, UnauthorizedError, UnavailableError


class StaleTokenError(UnauthorizedError):
    """The access token has ended; another one may do."""


class TurnedAwayError(UnavailableError):
    """The day's units or a limit are used up: YouTube did not look at the request."""


class DisabledError(ForbiddenError):
    """Comments are turned off below this video; below others they may not be."""


class RefusedError(ConnectorError):
    """YouTube said no to this request (status 400); it did not apply."""
