"""A credential of several parts, such as OAuth's tokens, as its secret file keeps it: one JSON object of texts.

Its names are OAuth's (RFC 6749, 5.1): ``client_id``, ``client_secret``, ``access_token``, ``refresh_token``, ``scope``,
and ``expires_at``, a moment in UTC (ISO 8601) in place of OAuth's seconds. ``ofrecord connect`` writes such a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from connectors.base import UnauthorizedError

EXPIRES_AT = "expires_at"
_FROM_THE_SERVER = ("access_token", "refresh_token", "scope", "token_type")


@dataclass(frozen=True, slots=True)
class Credential:
    """The parts of a credential of one page. They never show in its `repr`."""

    page: str
    parts: Mapping[str, str] = field(repr=False)

    @classmethod
    def parse(cls, page: str, text: str) -> Self:
        """Read what the secret file holds.

        Raises:
            UnauthorizedError: when it is not an object of texts.
        """
        try:
            parts = json.loads(text)
        except (ValueError, RecursionError):
            parts = None
        if not isinstance(parts, dict) or not all(isinstance(part, str) for part in parts.values()):
            raise UnauthorizedError(
                f"Page {page}: its secret file is not what was expected; run: ofrecord connect {page}"
            )
        return cls(page, parts)

    def need(self, name: str) -> str:
        """Give one part.

        Raises:
            UnauthorizedError: when it is missing or empty.
        """
        if not (part := self.parts.get(name, "")):
            raise UnauthorizedError(
                f"Page {self.page}: its secret file has no {name}; run: ofrecord connect {self.page}"
            )
        return part

    @property
    def expires_at(self) -> datetime | None:
        """When the access token ends (UTC); None when the file does not say."""
        try:
            moment = datetime.fromisoformat(self.parts.get(EXPIRES_AT, ""))
        except ValueError:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def renewed(self, answer: Mapping[str, Any], now: datetime) -> Credential:
        """Take over what a token endpoint answered (RFC 6749, 5.1); what it leaves out stays as it is (section 6)."""
        new = {name: str(answer[name]) for name in _FROM_THE_SERVER if answer.get(name)}
        kept = {name: part for name, part in self.parts.items() if name != EXPIRES_AT}
        try:
            ends = {EXPIRES_AT: (now + timedelta(seconds=float(answer["expires_in"]))).isoformat()}
        except (KeyError, TypeError, ValueError, OverflowError):
            ends = {}
        return Credential(self.page, {**kept, **new, **ends})

    def text(self) -> str:
        """The credential as the secret file keeps it."""
        return json.dumps(dict(self.parts), indent=1, sort_keys=True)
