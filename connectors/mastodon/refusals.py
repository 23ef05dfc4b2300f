"""What a refusal of Mastodon's means, by its status alone: of what it says, nothing is repeated.

404 is also said of what is not for this account, such as the statuses of somebody who blocks it (read in
``app/policies/status_policy.rb``), and by whatever else answers at a wrong address, but then not in JSON.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from connectors._http import Answer, NonsenseError
from connectors.base import ConnectorError, ForbiddenError, GoneError, UnauthorizedError, UnavailableError
from connectors.mastodon.rows import moment


class RefusedError(ConnectorError):
    """The request was understood and not carried out."""


def error_of(answer: Answer, page: str) -> ConnectorError:
    """The error that a refusing answer stands for."""
    status, again = answer.status, f"run: ofrecord connect {page}"
    if status in (404, 410):
        if _is_mastodon_s(answer):
            return GoneError(f"Page {page}: it is not there ({status}).")
        return NonsenseError(f"Page {page}: no Mastodon answers at this address ({status}); correct server.")
    if status in (401, 422):
        return UnauthorizedError(f"Page {page}: the server does not accept the token ({status}); {again}")
    if status == 403:
        return ForbiddenError(
            f"Page {page}: the server refuses the account (403): a permission is missing, or the account is disabled."
            f" Sign in there and look, then {again}"
        )
    if status == 429:
        return UnavailableError(f"Page {page}: a limit of the server is reached (429).", wait_of(answer))
    if status >= 500:
        return UnavailableError(f"Page {page}: the server failed ({status}); it is tried again.", answer.retry_after)
    return RefusedError(f"Page {page}: the server refused the request ({status}); correct server.")


def reset_of(answer: Answer) -> datetime | None:
    """When the limit's window ends, by the server's clock (UTC). Some programs give a Unix time."""
    said = answer.headers.get("X-RateLimit-Reset", "")
    if said.isascii() and said.isdigit() and len(said) < 12:
        return datetime.fromtimestamp(int(said), UTC)
    return moment(said) if "T" in said else None


def wait_of(answer: Answer) -> float | None:
    """Seconds to wait, by the server's clock alone, or None."""
    reset = reset_of(answer)
    if answer.retry_after is not None or reset is None or answer.date is None:
        return answer.retry_after
    return max(0.0, (reset - answer.date).total_seconds())


def _is_mastodon_s(answer: Answer) -> bool:
    """Whether it is an object with an error (recorded: ``{"error":"Not Found"}``), and no web page."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and "error" in said
