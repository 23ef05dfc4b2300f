"""What every platform connector offers, and how it says that something went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from models.comment import Comment, Post, State


@dataclass(frozen=True, slots=True)
class Capability:
    """What a platform lets a page owner do. Shown to moderators and stored with the page's description."""

    can_hide: bool
    can_restore: bool
    lists_hidden: bool
    """Hidden and held comments appear in its listing."""
    lists_spam: bool
    reports_edits: bool
    """An edit can be noticed, by a time stamp or by comparing content."""
    has_time_filter: bool
    hide_scope: str
    """``everywhere``, ``own_thread`` or ``client_dependent``."""
    side_effects: tuple[str, ...] = ()
    """What else a hide does or leaves undone, one plain sentence each."""
    proved: str = ""
    """How this was proved, for example ``real server WordPress 6.1 in make e2e``."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch brought. Duplicates and comments already known are allowed."""

    posts: tuple[Post, ...]
    comments: tuple[Comment, ...]
    cursor: str
    """Opaque; handed to the next fetch. Stored only after everything in this batch is in the log."""
    gone: tuple[str, ...] = ()
    """Platform ids of comments that the platform reports as removed."""
    gap: str = ""
    """What the platform could not show, in plain words; empty when it showed everything."""
    complete_since: datetime | None = None
    """When set: every comment posted since then that still exists is in this batch, so one that is missing is gone."""
    more: bool = False
    """True when another fetch at once would bring more."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One comment as it stands on the platform now. `digest` is None where it cannot be read (gone)."""

    state: State
    digest: str | None = None


class Result(StrEnum):
    """What became of a call that changes a comment."""

    DONE = "done"
    ALREADY = "already_in_state"
    GONE = "gone"
    DENIED = "denied"
    """Refused by the platform; it provably did not apply."""
    RETRY = "retry"
    """Turned away before it applied (a limit, a connection that never opened); may be tried again."""
    UNSUPPORTED = "unsupported"
    """The platform cannot do it: a task for a person."""
    UNKNOWN = "unknown"
    """No answer, or one that proves nothing: only reading the platform can tell."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a hide or an unhide."""

    result: Result
    detail: str = ""
    """The platform's answer in short, free of secrets."""
    retry_after: float | None = None
    """Seconds to wait, for `Result.RETRY`, where the platform says."""


class ConnectorError(Exception):
    """A platform could not be used. The message names the page and the next step, and holds no secret."""


class UnavailableError(ConnectorError):
    """The platform did not answer, or answered nonsense. It is tried again later."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """Keep `retry_after`, the seconds that the platform asked for, or None."""
        super().__init__(message)
        self.retry_after = retry_after


class UnauthorizedError(ConnectorError):
    """The credential is missing, wrong, expired or revoked. The page stops until a person renews it."""


class ForbiddenError(ConnectorError):
    """The credential is good but lacks a permission. The page stops until a person grants it."""


class GoneError(ConnectorError):
    """The page, post or comment no longer exists on the platform."""


class UnsupportedError(ConnectorError):
    """The platform has no such ability."""


class Connector(Protocol):
    """One page of one platform.

    A connector keeps no state between calls but its credential and its session. It never deletes a comment and never
    blocks, mutes or bans an author: there is no call for it.

    Each module ``connectors/<platform>.py`` also has a pydantic model ``Settings`` (the page table's own keys, unknown
    ones refused) and a function ``connect(page: str, settings: Settings, secret: Callable[[], str]) -> Connector``.
    `secret` reads the page's secret file when it is first called, and not before.
    """

    platform: ClassVar[str]
    capability: ClassVar[Capability]

    def fetch(self, cursor: str | None) -> Batch:
        """Bring what is new, changed or gone since `cursor` (None: from the beginning).

        Raises:
            ConnectorError: when the page could not be read.
        """
        ...

    def state(self, platform_id: str) -> Observed:
        """Read one comment as it stands now; `State.GONE` when the platform no longer has it.

        Raises:
            ConnectorError: when it could not be read.
        """
        ...

    def hide(self, platform_id: str) -> Outcome:
        """Hide one comment from visitors. Reversible; hiding a hidden one is `Result.ALREADY` or `DONE`."""
        ...

    def unhide(self, platform_id: str) -> Outcome:
        """Show one hidden comment again."""
        ...

    def check(self) -> None:
        """Prove that the page can be read and its comments hidden with this credential, changing nothing.

        Raises:
            ConnectorError: naming what is missing and the next step.
        """
        ...
