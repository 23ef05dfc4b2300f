"""A page that only a person can look at: OfRecord says when it is time, and keeps who looked.

For sites without an interface (MySpace, Digg, whatever emerges) and for pages whose comments are switched off. Each
look is a task with its steps; it is logged like any action, with the name of the person who did it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from connectors.base import (
    Batch,
    Capability,
    Checked,
    Coverage,
    Duty,
    HideScope,
    Means,
    Observed,
    Outcome,
    Result,
    UnavailableError,
)
from models.comment import State

capability = Capability(
    coverage=Coverage.CHECKLIST,
    can_hide=False,
    can_restore=False,
    hide_is_reversible=False,
    hide_scope=HideScope.EVERYWHERE,
    can_remove=False,
    lists_hidden=False,
    lists_held=False,
    lists_spam=False,
    reports_edits=False,
    has_time_filter=False,
    side_effects=("Comments on this page are not captured: what is not copied by hand is not on record.",),
    proved="contract and unit tests, in make test; no platform takes part",
)
_KEY = "look"
_STEPS = (
    "Open the page and read what is new since the last look.",
    "Keep a copy of every comment that the policy speaks of: a picture of the screen, saved with the case.",
    "Do on the site what the policy asks for; never take anything away that was not copied first.",
    'Press "done by hand" here; if something was done, say what in the note.',
)


class Settings(BaseModel):
    """The keys of such a page's table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(default="", description="Address of the page, for the link in the task.")
    every_hours: int = Field(default=24, ge=1, le=24 * 31, description="How often a person has to look at the page.")
    steps: tuple[str, ...] = Field(default=_STEPS, min_length=1, description="What to do, one plain sentence a step.")


class Checklist:
    """One such page. Its cursor is the moment from which the last look was asked for (ISO 8601, UTC)."""

    platform: ClassVar[str] = "checklist"
    capability: ClassVar[Capability] = capability

    def __init__(self, page: str, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._page = page
        self._settings = settings
        self._clock = clock

    def fetch(self, cursor: str | None) -> Batch:
        """Bring no comments, and a duty when the next look is due; at once when there was none yet."""
        now = self._clock().astimezone(UTC)
        if cursor is not None and now < self._asked(cursor) + timedelta(hours=self._settings.every_hours):
            return Batch((), (), cursor)
        return Batch((), (), now.isoformat(), duties=(Duty(_KEY, self._settings.steps, self._settings.url),))

    def state(self, platform_id: str) -> Observed:  # noqa: ARG002
        """Nothing is known of single comments."""
        return Observed(State.UNKNOWN)

    def hide(self, platform_id: str) -> Outcome:  # noqa: ARG002
        """A task for a person."""
        return Outcome(Result.UNSUPPORTED, "only a person can act on this page")

    def unhide(self, platform_id: str) -> Outcome:
        """A task for a person."""
        return self.hide(platform_id)

    def check(self) -> Checked:
        """There is nothing to prove: no platform takes part."""
        return Checked()

    def _asked(self, cursor: str) -> datetime:
        try:
            return datetime.fromisoformat(cursor).astimezone(UTC)
        except ValueError:
            hint = "restore the store's cursor."
            raise UnavailableError(f"Page {self._page}: {cursor[:40]!r} is no moment of a look; {hint}") from None


def connect(
    page: str,
    settings: Settings,
    means: Means,  # noqa: ARG001
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Checklist:
    """Watch over the looks at `page`. It has neither a credential nor a limit."""
    return Checklist(page, settings, clock)
