"""Holding a comment for review and publishing it again, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from connectors._http import NotSentError
from connectors.base import (
    BudgetSpentError,
    ConnectorError,
    ForbiddenError,
    GoneError,
    Outcome,
    Result,
    UnauthorizedError,
    UnavailableError,
)
from connectors.youtube.api import CHANGE, READ, Api
from connectors.youtube.errors import RefusedError, TurnedAwayError
from models.comment import State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done."""

    status: Literal["heldForReview", "published"]
    states: tuple[State, ...]
    """Those in which it is done already."""


HIDE = Wanted("heldForReview", (State.HELD, State.HIDDEN, State.SPAM))
SHOW = Wanted("published", (State.VISIBLE,))
FINAL = "it was rejected, and YouTube never publishes a rejected comment again"


def act(api: Api, look: Callable[[], State], comment: str, wanted: Wanted) -> Outcome:
    """Bring a comment into a state.

    Args:
        api: the units of the read and the change are counted here, before anything is sent.
        look: reads the comment in a request that was counted already.
        comment: its id.
        wanted: what is to be done.

    Raises:
        BudgetSpentError: before anything was sent that changes the platform.
    """
    api.spend(CHANGE + READ, act=True)
    try:
        before = look()
    except BudgetSpentError:
        raise
    except UnavailableError as error:
        return Outcome(Result.RETRY, str(error), error.retry_after)
    except ConnectorError as error:
        return Outcome(Result.DENIED, str(error))
    if before is State.GONE:
        return Outcome(Result.GONE, "the comment was deleted")
    if before in wanted.states:
        return Outcome(Result.ALREADY, f"it is {before.value}")
    if before is State.HIDDEN:
        return Outcome(Result.UNSUPPORTED, FINAL)
    return _send(api, look, comment, wanted)


def _send(api: Api, look: Callable[[], State], comment: str, wanted: Wanted) -> Outcome:
    try:
        api.moderate(comment, wanted.status)
    except (NotSentError, TurnedAwayError) as error:
        return Outcome(Result.RETRY, str(error), error.retry_after)
    except UnauthorizedError as error:
        return Outcome(Result.DENIED, str(error))
    except RefusedError as error:
        return Outcome(Result.UNSUPPORTED if "operationNotSupported" in str(error) else Result.DENIED, str(error))
    except (ForbiddenError, GoneError) as error:
        return _confirmed(api, look, Outcome(Result.DENIED, str(error)))
    except ConnectorError as error:
        return _confirmed(api, look, Outcome(Result.UNKNOWN, str(error)))
    return Outcome(Result.DONE, wanted.status)


def _confirmed(api: Api, look: Callable[[], State], otherwise: Outcome) -> Outcome:
    """What was refused may just be gone: YouTube says ``forbidden`` and ``processingFailure`` of that too."""
    try:
        api.spend(READ, act=True)
        after = look()
    except ConnectorError:
        return otherwise
    return Outcome(Result.GONE, "the comment was deleted meanwhile") if after is State.GONE else otherwise
