"""What a refusal of Bluesky's means: the name of its error, mostly, for 400 says little.

Seen on a development network, or read in @atproto/pds 0.4.217; an expired token is a 400, not a 401.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from connectors._http import Answer
from connectors.base import (
    ConnectorError,
    ForbiddenError,
    GoneError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedError,
)

_CODE = re.compile(r"[A-Za-z]{1,60}")
_SESSION_IS_OVER = frozenset(("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"))
_NOT_THERE = frozenset(("NotFound", "RecordNotFound"))
_ACCOUNT = frozenset(("AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated"))
_NO_SUCH_METHOD = frozenset(("MethodNotImplemented", "XRPCNotSupported"))


class SessionOverError(UnauthorizedError):
    """The token is not accepted, or not any more. Nothing was done."""


class SwapError(ConnectorError):
    """Somebody else changed the record since it was read. Nothing was done."""


class LimitReachedError(UnavailableError):
    """Turned away for a limit. Nothing was done."""


class RefusedError(ConnectorError):
    """The request was understood and not carried out."""


def code_of(answer: Answer) -> str:
    """The name of the error in an answer, such as ``InvalidSwap``; empty where there is none."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    code = said.get("error") if isinstance(said, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def error_of(answer: Answer, page: str) -> ConnectorError:
    """The error that a refusing answer stands for."""
    code = code_of(answer)
    said = f"{answer.status} {code}".strip()
    if code in _NOT_THERE:
        return GoneError(f"Page {page}: it is not there ({said}).")
    if code == "InvalidSwap":
        return SwapError(f"Page {page}: the thread's gate was changed at the same moment ({said}).")
    if code in _ACCOUNT:
        return ForbiddenError(
            f"Page {page}: the account is suspended or deactivated ({said}); sign in to Bluesky and see to it."
        )
    if answer.status == 429:
        return LimitReachedError(f"Page {page}: a limit of the platform is reached ({said}).", wait_of(answer))
    if code in _SESSION_IS_OVER or answer.status == 401:
        return SessionOverError(
            f"Page {page}: the platform does not accept the session ({said}); run: ofrecord connect {page}"
        )
    if answer.status == 403:
        return ForbiddenError(f"Page {page}: the account may not do this ({said}); look at it in Bluesky.")
    if code in _NO_SUCH_METHOD or answer.status == 404:
        return UnsupportedError(f"Page {page}: there is no such service at this address ({said}); correct service.")
    if answer.status >= 500:
        return UnavailableError(f"Page {page}: the platform failed ({said}); it is tried again.", answer.retry_after)
    return RefusedError(f"Page {page}: the platform refused the request ({said}).")


def reset_of(answer: Answer) -> datetime | None:
    """When the limit's window ends, by the platform's clock (UTC); None where it does not say."""
    moment = answer.headers.get("RateLimit-Reset", "")
    return datetime.fromtimestamp(int(moment), UTC) if re.fullmatch(r"\d{1,11}", moment) else None


def wait_of(answer: Answer) -> float | None:
    """Seconds to wait, by the platform's clock alone, or None."""
    reset = reset_of(answer)
    if answer.retry_after is not None or reset is None or answer.date is None:
        return answer.retry_after
    return max(0.0, (reset - answer.date).total_seconds())
