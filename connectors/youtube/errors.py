"""How YouTube refuses, beside what all of Google's interfaces do."""

from __future__ import annotations

from connectors.base import ForbiddenError


class DisabledError(ForbiddenError):
    """Comments are turned off below this video; below others they may not be."""
