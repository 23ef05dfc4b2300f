"""What the connectors of Meta's platforms share: the settings, and reading before acting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors._graph import Graph
from connectors._graph_answer import Found
from connectors._graph_errors import LimitReachedError
from connectors._graph_usage import pace
from connectors._http import NotSentError
from connectors._watch import Watch
from connectors._watch.backfill import backfill
from connectors._watch.source import Habits, Source
from connectors.base import (
    Batch,
    BudgetSpentError,
    Capability,
    ConnectorError,
    GoneError,
    Observed,
    Outcome,
    Result,
    UnavailableError,
)
from models.comment import Comment, State
from models.loopback import is_loopback

_ID = re.compile(r"\d{1,40}(_\d{1,40})?")
_OUT_OF_SIGHT = (State.HIDDEN, State.HELD)
_READ_AND_CHANGE = 2


class MetaSettings(BaseModel):
    """The keys that pages of all of Meta's platforms have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    posts_watched: int = Field(
        default=100, ge=1, le=1000, description="So many posts are read for comments, the newest ones."
    )
    posts_minutes: int = Field(
        default=2, ge=0, le=1440, description="How often it is looked whether there is a new post; 0: at each poll."
    )
    look_seconds: int = Field(
        default=60, ge=0, le=86_400, description="No post is looked at more often than this, however busy it is."
    )
    rescan_hours: int = Field(
        default=6,
        ge=0,
        le=168,
        description="How often all comments of a post are read again, for edits and removals far down; 0: each time.",
    )

    def habits(self, *, flat: bool = True) -> Habits:
        """How the page is read; `flat` as there."""
        return Habits(self.posts_watched, self.posts_minutes * 60, self.look_seconds, self.rescan_hours * 3600, flat)

    @field_validator("api", check_fields=False)
    @classmethod
    def _safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query:
            raise ValueError("give the address of the platform's API, such as https://graph.facebook.com")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("use https: the token would cross the network in the clear")
        return value.rstrip("/")


def said_in(fields: Mapping[str, Any], names: Iterable[str]) -> str:
    """What a page says about itself: those of some fields that are filled in, one a line."""
    return "\n".join(str(fields[name]) for name in names if fields.get(name))


@dataclass(frozen=True, slots=True)
class Seen:
    """A comment as it stands now."""

    comment: Comment
    cannot_hide: str = ""
    """Why the platform does not let the page hide it; empty when it does."""
    cannot_show: str = ""
    """Why it does not let the page show it; empty when it does."""


class MetaSource(Source, Protocol):
    """A page of one of Meta's platforms."""

    graph: Graph

    def look(self, platform_id: str, *, paid: bool) -> Seen | None:
        """Read one comment for a hide or a restore, in a call that was counted already or not."""
        ...

    def prove(self, *, act: bool = False) -> None:
        """As `Source.prove`; `act` when it serves a hide or a restore."""
        ...

    def change(self, platform_id: str, *, hidden: bool) -> Found:
        """Hide a comment, or show it again; the call was counted before. Raises as `Graph.post`."""
        ...


class MetaPage:
    """One page. What is particular about its platform is in its source."""

    platform: ClassVar[str]
    capability: ClassVar[Capability]

    def __init__(self, source: MetaSource, habits: Habits, clock: Callable[[], datetime]) -> None:
        self._source = source
        self._watch = Watch(source, habits, lambda: pace(source.graph.budget), clock)
        self._clock = clock

    def fetch(self, cursor: str | None) -> Batch:
        """Look at the posts that are due, until the budget says no."""
        return self._watch.fetch(cursor)

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring comments posted since a moment, below posts of any age."""
        return backfill(self._source, since, cursor, flat=self._watch.habits.flat)

    def state(self, platform_id: str) -> Observed:
        """Read one comment now."""
        seen = self._seen(platform_id, paid=False)
        return Observed(seen.comment.state, seen.comment.digest) if seen else Observed(State.GONE)

    def hide(self, platform_id: str) -> Outcome:
        """Hide a comment that the platform lets the page hide."""
        return self._set(platform_id, hidden=True)

    def unhide(self, platform_id: str) -> Outcome:
        """Show a hidden comment again."""
        return self._set(platform_id, hidden=False)

    def _seen(self, platform_id: str, *, paid: bool) -> Seen | None:
        """Read one comment; None only when it is certain that it is gone.

        The platform has one answer for what is gone and for what this token may not see.
        """
        if not _ID.fullmatch(platform_id):
            return None
        seen = self._source.look(platform_id, paid=paid)
        if seen is None:
            self._source.prove(act=True)
        return seen

    def _set(self, platform_id: str, *, hidden: bool) -> Outcome:
        self._source.graph.spend(_READ_AND_CHANGE, act=True)
        try:
            seen = self._seen(platform_id, paid=True)
        except BudgetSpentError:
            raise
        except UnavailableError as error:
            return Outcome(Result.RETRY, str(error), error.retry_after)
        except ConnectorError as error:
            return Outcome(Result.DENIED, str(error))
        if seen is None:
            return Outcome(Result.GONE, "the platform no longer has it")
        if (seen.comment.state in _OUT_OF_SIGHT) is hidden:
            return Outcome(Result.ALREADY, f"it is {seen.comment.state.value}")
        if cannot := seen.cannot_hide if hidden else seen.cannot_show:
            return Outcome(Result.UNSUPPORTED, cannot)
        return _outcome(lambda: self._source.change(platform_id, hidden=hidden))


def _outcome(change: Callable[[], Found]) -> Outcome:
    """What became of a call that changes a comment."""
    try:
        found = change()
    except (NotSentError, LimitReachedError) as error:
        return Outcome(Result.RETRY, str(error), error.retry_after)
    except (UnavailableError, GoneError) as error:
        # It was there a moment ago: whether it is gone, or may not be changed, only reading can tell.
        return Outcome(Result.UNKNOWN, str(error))
    except ConnectorError as error:
        return Outcome(Result.DENIED, str(error))
    if found.fields.get("success") is True:
        return Outcome(Result.DONE, "success")
    return Outcome(Result.UNKNOWN, "the platform did not say that it succeeded")


def moment(value: object) -> datetime:
    """A time as the platform writes it (UTC); the year 1970 where it writes none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
