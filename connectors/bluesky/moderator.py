"""Reading and changing how one reply stands: whether the gate of its thread lists it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectors._http import NotSentError
from connectors.base import (
    BudgetSpentError,
    ConnectorError,
    ForbiddenError,
    GoneError,
    Observed,
    Outcome,
    Result,
    UnauthorizedError,
    UnavailableError,
    UnsupportedError,
)
from connectors.bluesky import gate, threads
from connectors.bluesky.api import Api
from connectors.bluesky.refusals import LimitReachedError, RefusedError, SwapError
from connectors.bluesky.rows import Place, View
from models.comment import State

_TRIES = 4
"""Attempts to change a gate that somebody else keeps changing."""
_FULL = (
    f"the thread's list already holds {gate.MOST} hidden replies, and Bluesky takes no more; show again one that need"
    " not stay hidden, or close the thread to replies"
)
_BLOCKED = "its author and the Department's account block each other, so it cannot be read; look at it signed out"


@dataclass(frozen=True, slots=True)
class Moderator:
    """Hides and restores the replies of one account."""

    api: Api
    clock: Callable[[], datetime]

    def state(self, platform_id: str) -> Observed:
        """Read one reply; see `connectors.base.Connector.state`."""
        place = Place.of(platform_id)
        node = threads.one(self.api, place) if place else None
        if node is None:
            return Observed(State.GONE)
        if node.view is None:
            return Observed(State.UNKNOWN)
        view, root = node.view, node.view.root
        hidden = gate.read(self.api, root).hidden if root and root.did == self.api.did else ()
        comment = view.as_comment(self.api.page, self.api.did, hidden)
        return Observed(comment.state, comment.digest)

    def hide(self, platform_id: str) -> Outcome:
        """Hide one reply; see `connectors.base.Connector.hide`."""
        return self._set(platform_id, hide=True)

    def unhide(self, platform_id: str) -> Outcome:
        """Show one reply again."""
        return self._set(platform_id, hide=False)

    def _set(self, platform_id: str, *, hide: bool) -> Outcome:
        place = Place.of(platform_id)
        try:
            node = threads.one(self.api, place, act=True) if place else None
            if node is None:
                return Outcome(Result.GONE, "Bluesky does not have it any more")
            root = self._thread(node.view)
            if isinstance(root, Outcome):
                return root
            for _ in range(_TRIES):
                outcome = self._once(root, platform_id, hide=hide)
                if outcome is not None:
                    return outcome
        except BudgetSpentError:
            raise
        except (UnauthorizedError, ForbiddenError) as error:
            return Outcome(Result.DENIED, str(error))
        except UnavailableError as error:
            return Outcome(Result.RETRY, str(error), error.retry_after)
        return Outcome(Result.RETRY, "somebody else kept changing the thread's gate")

    def _thread(self, view: View | None) -> Place | Outcome:
        """The post whose gate counts; or why there is none of the Department's."""
        if view is None:
            return Outcome(Result.UNSUPPORTED, _BLOCKED)
        if view.root is None:
            return Outcome(Result.UNSUPPORTED, "it begins a thread of its own and answers nothing")
        if view.root.did != self.api.did:
            return Outcome(Result.UNSUPPORTED, "its thread belongs to another account, and so does the gate")
        return view.root

    def _once(self, root: Place, uri: str, *, hide: bool) -> Outcome | None:
        """Read the gate and change it; None when somebody else changed it between the two."""
        found = gate.read(self.api, root, act=True)
        if (uri in found.hidden) is hide:
            return Outcome(
                Result.ALREADY, "the thread's gate lists it" if hide else "the thread's gate does not list it"
            )
        if hide and len(found.hidden) >= gate.MOST:
            return Outcome(Result.UNSUPPORTED, _FULL)
        hidden = (*found.hidden, uri) if hide else tuple(each for each in found.hidden if each != uri)
        self.api.pay_for_put()
        try:
            return Outcome(Result.DONE, f"gate {gate.write(self.api, found, hidden, self.clock())}")
        except SwapError:
            return None
        except (LimitReachedError, NotSentError) as error:
            return Outcome(Result.RETRY, str(error), error.retry_after)
        except (RefusedError, UnauthorizedError, ForbiddenError, UnsupportedError, GoneError) as error:
            return Outcome(Result.DENIED, str(error))
        except BudgetSpentError:
            raise
        except ConnectorError as error:
            return Outcome(Result.UNKNOWN, str(error))
