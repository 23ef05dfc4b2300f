"""How Reddit says no, where `connectors.base` makes no difference."""

from __future__ import annotations

from connectors.base import ConnectorError, UnauthorizedError, UnavailableError


class TurnedAwayError(UnavailableError):
    """Too many requests: Reddit did not look at this one."""


class RefusedError(ConnectorError):
    """Reddit understood the request and said no."""


class StaleTokenError(UnauthorizedError):
    """The access token has ended, as it does after a day."""
