"""Hiding and restoring one comment through an interface of Google's, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors._google import Google
from connectors._google_errors import RefusedError, TurnedAwayError
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
from models.comment import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be done with a comment."""

    send: Callable[[], object]
    """Sends the change, in units that were counted already."""
    says: str
    """What is recorded of it."""
    already: tuple[State, ...]
    """How the comment stands where it is done already."""
    final: Mapping[State, str] = field(default_factory=dict)
    """How it stands where nobody can do it any more, and why."""


@dataclass(frozen=True, slots=True)
class Units:
    """What an act takes."""

    read: int
    change: int


def act(api: Google, units: Units, look: Callable[[], State], wanted: Wanted) -> Outcome:
    """Bring a comment into a state.

    Args:
        api: the units of the read and the change are counted here, before anything is sent.
        units: so many.
        look: reads the comment in a request that was counted already.
        wanted: what is to be done.

    Raises:
        BudgetSpentError: before anything was sent that changes the platform.
    """
    api.spend(units.change + units.read, act=True)
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
    if before in wanted.already:
        return Outcome(Result.ALREADY, f"it is {before.value}")
    if before in wanted.final:
        return Outcome(Result.UNSUPPORTED, wanted.final[before])
    return _send(api, units, look, wanted)


def _send(api: Google, units: Units, look: Callable[[], State], wanted: Wanted) -> Outcome:
    try:
        wanted.send()
    except (NotSentError, TurnedAwayError) as error:
        return Outcome(Result.RETRY, str(error), error.retry_after)
    except UnauthorizedError as error:
        return Outcome(Result.DENIED, str(error))
    except RefusedError as error:
        unsupported = error.reason == "operationNotSupported"
        return Outcome(Result.UNSUPPORTED if unsupported else Result.DENIED, str(error))
    except (ForbiddenError, GoneError) as error:
        return _confirmed(api, units, look, Outcome(Result.DENIED, str(error)))
    except ConnectorError as error:
        return _confirmed(api, units, look, Outcome(Result.UNKNOWN, str(error)))
    return Outcome(Result.DONE, wanted.says)


def _confirmed(api: Google, units: Units, look: Callable[[], State], otherwise: Outcome) -> Outcome:
    """What was refused may just be gone: YouTube says ``forbidden`` and ``processingFailure`` of that too."""
    try:
        api.spend(units.read, act=True)
        after = look()
    except ConnectorError:
        return otherwise
    return Outcome(Result.GONE, "the comment was deleted meanwhile") if after is State.GONE else otherwise
