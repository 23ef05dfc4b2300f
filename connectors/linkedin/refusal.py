"""What LinkedIn's refusals mean, by status. Of their texts only a short name is repeated: they can hold the token.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts: ``error-handling``, ``rate-limits``
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, time, timedelta

from connectors._http import Answer, error_for
from connectors.base import ConnectorError, ForbiddenError, GoneError, UnauthorizedError, UnavailableError

_CODE = re.compile(r"[A-Z][A-Z_]{2,60}")
_CLOSED = 426
_MOST_WAIT = 3600.0
"""Seconds. The day's limit is not tried again at once, nor left alone until midnight: it may be raised meanwhile."""


def error_of(page: str, version: str, answer: Answer, now: datetime) -> ConnectorError:
    """The error that an answer other than a success stands for.

    Args:
        page: the page's name in the configuration.
        version: the version of the interface that was asked for.
        answer: the answer.
        now: the present moment.
    """
    short = f"{answer.status} {_code(answer)}".strip()
    if answer.status == 429:
        return _turned_away(page, answer, short, now)
    if answer.status == _CLOSED:
        return ForbiddenError(
            f"Page {page}: LinkedIn has closed version {version} of its interface ({short}); set pages.{page}.version"
            " to a newer one, then restart OfRecord."
        )
    kind = error_for(answer.status)
    if kind is UnauthorizedError:
        return kind(f"Page {page}: LinkedIn does not accept the token ({short}); run: ofrecord connect {page}")
    if kind is ForbiddenError:
        return kind(
            f"Page {page}: LinkedIn refuses this ({short}); see that the app has the Community Management API with"
            " r_organization_social and rw_organization_admin, and that whoever agreed administers the Page, then run:"
            f" ofrecord connect {page}"
        )
    if kind is GoneError:
        return kind(f"Page {page}: LinkedIn does not know this ({short}).")
    return UnavailableError(
        f"Page {page}: LinkedIn cannot answer now ({short}); it is tried again.", answer.retry_after
    )


def _turned_away(page: str, answer: Answer, short: str, now: datetime) -> UnavailableError:
    """A limit. LinkedIn tells no numbers and no time; its days end at midnight UTC."""
    if b" DAY " not in answer.body:
        return UnavailableError(
            f"Page {page}: LinkedIn asks for a pause ({short}); it is tried again.", answer.retry_after
        )
    today = now.astimezone(UTC)
    left = datetime.combine(today.date() + timedelta(days=1), time(), UTC) - today
    return UnavailableError(
        f"Page {page}: LinkedIn's limit for the day is reached ({short}); it ends at midnight UTC, and is tried again"
        " every hour. Analytics of the app at linkedin.com/developers shows the limit.",
        answer.retry_after or min(_MOST_WAIT, max(1.0, left.total_seconds())),
    )


def _code(answer: Answer) -> str:
    """The name of the kind of error, such as ``ACCESS_DENIED``; empty where none is told."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""
