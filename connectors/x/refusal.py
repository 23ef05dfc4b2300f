"""What X's refusals mean, by status and by the kind of problem; of its texts nothing is repeated but a short name.

https://docs.x.com/x-api/fundamentals/response-codes-and-errors
"""

from __future__ import annotations

import json
import re
from typing import Any

from connectors._http import Answer, error_for
from connectors.base import (
    ConnectorError,
    ForbiddenError,
    GoneError,
    UnauthorizedError,
    UnavailableError,
)

_HOUR = 3600.0
_NAME = re.compile(r"[a-z][a-z-]{2,60}")
_CREDITS = ("credits", "credits-depleted", "usage-capped", "spend-cap-reached")
"""Problems of money. That of 402 is told of by users of the API; whether a 403 ever says it is not known."""
NOT_FOUND = "resource-not-found"


class TurnedAwayError(UnavailableError):
    """Turned away by a limit or for want of credits, before anything was done."""


def problem(answer: Answer) -> str:
    """The kind of problem, such as ``resource-not-found``; empty where none is told."""
    return kind_of(said(answer))


def kind_of(fields: object) -> str:
    """The last part of a problem's ``type``, which is an address."""
    kind = fields.get("type") if isinstance(fields, dict) else None
    name = kind.rpartition("/")[2] if isinstance(kind, str) else ""
    return name if _NAME.fullmatch(name) else ""


def said(answer: Answer) -> dict[str, Any]:
    """The answer as an object; an empty one where it is none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def in_short(answer: Answer) -> str:
    """Status and kind of problem."""
    return f"{answer.status} {problem(answer)}".strip()


def error_of(page: str, answer: Answer) -> ConnectorError:
    """The error that an answer other than a success stands for."""
    short = in_short(answer)
    if answer.status == 402 or (answer.status in (403, 429) and problem(answer) in _CREDITS):
        return TurnedAwayError(
            f"Page {page}: the credits at X are used up, or its spending limit is reached ({short}); add credits at"
            " console.x.com. It is tried again every hour.",
            _HOUR,
        )
    if answer.status == 429:
        return TurnedAwayError(f"Page {page}: X's limit is reached ({short}); it is tried again.", wait(answer))
    kind = error_for(answer.status)
    if kind is UnauthorizedError:
        return UnauthorizedError(f"Page {page}: X does not accept the token ({short}); run: ofrecord connect {page}")
    if kind is ForbiddenError:
        return ForbiddenError(
            f"Page {page}: X refuses this to the app or the account ({short}); look at the app's permissions at"
            f" console.x.com, then run: ofrecord connect {page}"
        )
    if kind is GoneError:
        return GoneError(f"Page {page}: X does not know this ({short}).")
    return UnavailableError(f"Page {page}: X cannot answer now ({short}); it is tried again.", answer.retry_after)


def wait(answer: Answer) -> float | None:
    """Seconds until the window ends, by X's own clock; None where it does not say."""
    reset = answer.headers.get("x-rate-limit-reset", "")
    if not re.fullmatch(r"\d{1,12}", reset) or answer.date is None:
        return answer.retry_after
    return max(1.0, int(reset) - answer.date.timestamp())
