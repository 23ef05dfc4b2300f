"""What every platform connector offers and is given, and how it says that something went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from models.comment import Comment, Post, State


class Coverage(StrEnum):
    """How the pages of a platform are looked after."""

    MODERATED = "moderated"
    """Read, and comments hidden and restored, by OfRecord."""
    WATCHED = "watched"
    """Read by OfRecord; what has to be done is a task for a person."""
    INTAKE = "intake"
    """What comes in by mail or file is read; the page itself cannot be. What has to be done is a task."""
    CHECKLIST = "checklist"
    """A person looks at the page at fixed times, and says so."""


class HideScope(StrEnum):
    """Where a hide works."""

    EVERYWHERE = "everywhere"
    """For every visitor, apart from what the side effects say."""
    OWN_THREAD = "own_thread"
    """Below the Department's own post; elsewhere on the platform the comment stays."""
    CLIENT_DEPENDENT = "client_dependent"
    """Only in programs that respect it, or behind one more click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What a platform lets a page owner do. Shown to moderators, stored with the page's description and with each act.

    What OfRecord never does by itself may still be in here (`can_remove`): it is what a person could do by hand.
    """

    coverage: Coverage
    can_hide: bool
    """OfRecord can take a comment out of visitors' sight."""
    can_restore: bool
    """OfRecord can bring it back."""
    hide_is_reversible: bool
    """A hidden comment can be shown again, by whomever. False also where nothing can be hidden."""
    hide_scope: HideScope
    can_remove: bool
    """The page owner can delete a comment for good. OfRecord never does; a person may, by hand."""
    lists_hidden: bool
    """Hidden comments appear in its listing."""
    lists_held: bool
    """Comments that await the platform's own approval appear in its listing."""
    lists_spam: bool
    """What the platform took for spam appears in its listing."""
    reports_edits: bool
    """An edit can be noticed, by a time stamp or by comparing content."""
    has_time_filter: bool
    """The listing can be asked for what came since a moment."""
    needs_public_webhook: bool = False
    """It tells its news only to an address that it can reach from outside."""
    tells_hidden: bool = True
    """A comment that is read says whether it is hidden. Where not, reading it alone gives `State.UNKNOWN`, listing it
    `State.VISIBLE`; the log's own state stands, and the platform's answer to a hide is what proves it."""
    max_hidden_per_thread: int = 0
    """So many comments can be hidden below one post; 0 where no limit is known."""
    side_effects: tuple[str, ...] = ()
    """What else a hide does or leaves undone, one plain sentence each."""
    hide_steps: tuple[str, ...] = ()
    """What a person does, with the comment's link open, to take it out of sight by hand: one plain sentence a step."""
    restore_steps: tuple[str, ...] = ()
    """What a person does to bring it back by hand; empty where nobody can."""
    proved: str
    """How this was proved, for example ``real server WordPress 6.1 in make e2e``."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something about the page itself that a person has to do now, such as to look at it."""

    key: str
    """Names it within the page: while a duty of this key is open, no second one is made of it."""
    steps: tuple[str, ...]
    """What to do, one plain sentence a step."""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch brought. Duplicates and comments already known are allowed."""

    posts: tuple[Post, ...]
    comments: tuple[Comment, ...]
    cursor: str
    """Opaque; handed to the next fetch. Stored only after everything in this batch is in the log."""
    gone: tuple[str, ...] = ()
    """Platform ids of comments that the platform reports as removed."""
    gone_by: Mapping[str, str] = field(default_factory=dict)
    """Who removed one of `gone`, ``author`` or ``platform``, where the platform says so; never a guess."""
    gap: str = ""
    """What the platform could not show, in plain words; empty when it showed everything."""
    complete_since: datetime | None = None
    """When set: every comment posted since then that still exists is in this batch, so one that is missing is gone."""
    more: bool = False
    """True when another fetch at once would bring more."""
    duties: tuple[Duty, ...] = ()
    """What a person has to do now."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One comment as it stands on the platform now.

    `State.UNKNOWN` where the platform cannot be asked about a single comment (mail intake), or does not say whether it
    is hidden (`Capability.tells_hidden`). `digest` is None where its content cannot be read.
    """

    state: State
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found out besides that the page can be worked on."""

    expires_at: datetime | None = None
    """When the credential ends (UTC), where the platform or the secret file says; None where no end is known."""
    warnings: tuple[str, ...] = ()
    """What works today and will not for ever, one plain sentence each with the next step."""
    about: str | None = None
    """What the page says about itself (About, biography, pinned text); None where it cannot be read."""


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
    """The platform cannot do it, at all or to this comment: a task for a person. `Outcome.detail` says why."""
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


class BudgetSpentError(UnavailableError):
    """The budget allows no further call for now; `retry_after` says until when. The platform was not called."""


class UnauthorizedError(ConnectorError):
    """The credential is missing, wrong, expired or revoked. The page stops until a person renews it."""


class ForbiddenError(ConnectorError):
    """The credential is good but lacks a permission. The page stops until a person grants it."""


class GoneError(ConnectorError):
    """The page, post or comment no longer exists on the platform."""


class UnsupportedError(ConnectorError):
    """The platform has no such ability."""


class Secret(Protocol):
    """The page's credential, kept in a file that only OfRecord can read."""

    def read(self) -> str:
        """Give the secret as the file holds it, without the white space around it. Reads the file at each call.

        Raises:
            UnauthorizedError: when there is none, naming the next step.
        """
        ...

    def save(self, secret: str) -> None:
        """Replace it: whole, readable by no other account, and on disk when this returns.

        A platform that gives out a new token when an old one is used has made the old one worthless: save the new one
        before it is first used.

        Raises:
            UnauthorizedError: when it cannot be written: the page stops until a person has mended that.
        """
        ...


class Budget(Protocol):
    """What the page may still use of what its platform, or the Department, allows. Kept across restarts.

    A `kind` is the name of one of the module's `limits`; see `connectors._limits`.
    """

    def spend(self, kind: str, units: int = 1, *, act: bool = False) -> None:
        """Count a call before it is made; with 0 units, only make sure that something is left.

        Args:
            kind: which limit it counts against.
            units: how much of it.
            act: whether it serves a hide or a restore, which may use what `Limit.reserved` keeps for them.

        Raises:
            BudgetSpentError: when the budget does not allow it; nothing is counted then.
        """
        ...

    def left(self, kind: str) -> int:
        """How many units reading may still use in the present window."""
        ...

    def pace(self, kind: str) -> float:
        """Units a second that reading may use from now on without running out before the window ends."""
        ...

    def learn(
        self,
        kind: str,
        *,
        limit: int | None = None,
        remaining: int | None = None,
        reset: datetime | None = None,
    ) -> None:
        """Take over what the platform says about its limit, for example in the headers of an answer.

        Args:
            kind: which limit.
            limit: units in a window. A smaller configured cap stays in force.
            remaining: units left in the present window; what was counted here is corrected by it.
            reset: when the present window ends (UTC).
        """
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What a connector is given to work with, and all it is given."""

    secret: Secret
    budget: Budget


class Connector(Protocol):
    """One page of one platform.

    A connector keeps no state between calls but its credential and its session. It never deletes a comment and never
    blocks, mutes or bans an author: there is no call for it.

    Each module ``connectors/<platform>.py`` also has

    - a pydantic model ``Settings``: the page table's own keys, unknown ones refused;
    - a function ``connect(page: str, settings: Settings, means: Means) -> Connector``, which sends nothing and does not
      read the secret: that happens at the first call that needs it;
    - where it applies, ``limits: tuple[Limit, ...]`` (`connectors._limits`): what the platform allows;
    - where it has a credential, ``authorisation: Authorisation`` (`connectors._authorisation`): how a person gets it.
    """

    platform: ClassVar[str]
    capability: ClassVar[Capability]

    def fetch(self, cursor: str | None) -> Batch:
        """Bring what is new, changed or gone since `cursor` (None: from the beginning, or as far back as it goes).

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
        """Hide one comment from visitors. Reversible; hiding a hidden one is `Result.ALREADY` or `DONE`.

        Raises:
            BudgetSpentError: as it comes from `Budget.spend`, before anything was sent that changes the platform.
        """
        ...

    def unhide(self, platform_id: str) -> Outcome:
        """Show one hidden comment again; raises as `hide` does."""
        ...

    def check(self) -> Checked:
        """Prove that the page can be read and its comments hidden with this credential, changing nothing.

        Raises:
            ConnectorError: naming what is missing and the next step.
        """
        ...


class Backfilling(Protocol):
    """What a connector also offers where the platform lists older comments than `Connector.fetch` goes back to."""

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring comments posted since a moment, newest first; with the last batch's cursor, where it left off.

        Its cursors are its own. `Batch.more` is False with the last batch.

        Raises:
            ConnectorError: when the page could not be read.
        """
        ...
