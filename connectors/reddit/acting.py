"""Removing and approving a comment, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from connectors._http import NotSentError
from connectors.base import ConnectorError, ForbiddenError, Outcome, Result, UnauthorizedError, UnavailableError
from connectors.reddit.errors import RefusedError, TurnedAwayError
from models.comment import State

if TYPE_CHECKING:
    from connectors.reddit.api import Api


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done."""

    verb: Literal["remove", "approve"]
    states: tuple[State, ...]
    """Those in which it is done already."""


HIDE = Wanted("remove", (State.HIDDEN, State.HELD, State.SPAM))
SHOW = Wanted("approve", (State.VISIBLE,))


def act(api: Api, look: Callable[[], State], name: str, wanted: Wanted) -> Outcome:
    """Bring a comment into a state.

    Args:
        api: the requests were counted already.
        look: reads the comment.
        name: its fullname.
        wanted: what is to be done.
    """
    try:
        before = look()
    except UnavailableError as error:
        return Outcome(Result.RETRY, str(error), error.retry_after)
    except ConnectorError as error:
        return Outcome(Result.DENIED, str(error))
    if before is State.GONE:
        return Outcome(Result.GONE, "the comment was deleted")
    if before in wanted.states:
        return Outcome(Result.ALREADY, f"it is {before.value}")
    return _send(api, name, wanted) or _read_back(look, wanted)


def _send(api: Api, name: str, wanted: Wanted) -> Outcome | None:
    """Send it; None when Reddit took it, which proves nothing."""
    try:
        api.moderate(name, wanted.verb)
    except (NotSentError, TurnedAwayError) as error:
        return Outcome(Result.RETRY, str(error), error.retry_after)
    except (UnauthorizedError, ForbiddenError, RefusedError) as error:
        return Outcome(Result.DENIED, str(error))
    except ConnectorError as error:
        return Outcome(Result.UNKNOWN, str(error))
    return None


def _read_back(look: Callable[[], State], wanted: Wanted) -> Outcome:
    try:
        after = look()
    except ConnectorError as error:
        return Outcome(Result.UNKNOWN, str(error))
    if after is State.GONE:
        return Outcome(Result.GONE, "the comment was deleted meanwhile")
    done = after in wanted.states
    return Outcome(Result.DONE if done else Result.UNKNOWN, f"Reddit took it; the comment is {after.value}")
