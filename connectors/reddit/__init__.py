"""Reddit: comments in a subreddit that the Department moderates, or on its profile (u_NAME), through praw.

Facts marked *recorded* stand in real traffic of moderators; *praw* was read in praw 8.0.3 and prawcore 4.0.0. What an
operator needs to know stands in ``docs/how-to/connect-reddit.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors._authorisation import Ask, Authorisation, Scope, Way
from connectors._http import Http
from connectors._library import library
from connectors._limits import Limit, fixed
from connectors.base import (
    Batch,
    BudgetSpentError,
    Capability,
    Checked,
    Coverage,
    HideScope,
    Means,
    Observed,
    Outcome,
)
from connectors.reddit.acting import HIDE, SHOW, Wanted, act
from connectors.reddit.checking import about, require_account, require_queue, require_scopes
from connectors.reddit.cursor import Cursor
from connectors.reddit.listing import AT_ONCE, LISTINGS, Row, listed, walk
from connectors.reddit.rows import Reader
from models.comment import Post, State
from models.loopback import is_loopback

if TYPE_CHECKING:
    from connectors.reddit.api import Api

_ID = re.compile(r"t1_[0-9a-z]{1,13}")
_INFO = "api/info/"

capability = Capability(
    coverage=Coverage.MODERATED,
    can_hide=True,
    can_restore=True,
    hide_is_reversible=True,
    hide_scope=HideScope.EVERYWHERE,
    can_remove=False,
    lists_hidden=True,
    lists_held=True,
    lists_spam=True,
    reports_edits=True,
    has_time_filter=False,
    side_effects=(
        "Answers to a hidden comment stay in view, below a line that says [removed].",
        "Its author still sees it, in the thread and on their own profile, as if nothing had happened.",
        "The removal stands in the subreddit's moderation log under the account that moderates.",
        "Restoring approves the comment: its reports are set aside, and the log names the approval.",
        "Notices that went out before, and copies that other sites keep of Reddit, stay as they are.",
    ),
    hide_steps=(
        "Sign in to Reddit with an account that moderates the subreddit, and open the comment.",
        "Choose Remove below it, without a message; never Spam, and never Ban.",
    ),
    restore_steps=(
        "Sign in to Reddit with an account that moderates the subreddit, and open the comment.",
        "Choose Approve below it.",
    ),
    proved="simulator with praw 8.0.3; shapes compared with recorded traffic; not tried on reddit.com itself",
)
authorisation = Authorisation(
    way=Way.LOOPBACK,
    steps=(
        "Ask Reddit for access to its interface and wait for the approval; without it no application can be made.",
        "Sign in to Reddit with the account that moderates, and open https://www.reddit.com/prefs/apps.",
        "Create an application of the kind web app, with {redirect} as its redirect uri.",
        "Copy the id below its name, and the secret.",
    ),
    asks=(
        Ask("client_id", "Id of the application", hidden=False, pattern=r"[A-Za-z0-9_-]{10,40}"),
        Ask("client_secret", "Secret of the application", pattern=r"[A-Za-z0-9_-]{10,60}"),
    ),
    scopes=(
        Scope("identity", "make sure that it is the account that moderates"),
        Scope("read", "read comments, also those removed, held and reported"),
        Scope("modposts", "hide and restore comments"),
    ),
    authorise_url="{site}/api/v1/authorize",
    token_url="{site}/api/v1/access_token",  # noqa: S106 - an address
    extra={"duration": "permanent"},
    basic=True,
    pkce=False,
)
limits = (
    Limit(
        "requests",
        1000,
        fixed(timedelta(minutes=10)),
        "Requests in ten minutes; Reddit allows an application 100 a minute, averaged over ten.",
        reserved=100,
    ),
)


class Settings(BaseModel):
    """The keys of a Reddit page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subreddit: str = Field(
        pattern=r"^(u_[A-Za-z0-9_-]{3,20}|[A-Za-z0-9][A-Za-z0-9_]{1,20})$",
        description="Name of the subreddit without r/; of a profile, u_ and the name of its account.",
    )
    account: str = Field(
        pattern=r"^[A-Za-z0-9_-]{3,20}$", description="Name of the account that moderates, without u/."
    )
    own_accounts: tuple[str, ...] = Field(
        default=(), description="Other accounts that speak for the Department, without u/."
    )
    site: str = Field(default="https://www.reddit.com", description="Address of Reddit.")
    api: str = Field(default="https://oauth.reddit.com", description="Address of Reddit's interface.")

    @field_validator("site", "api")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValueError("use https: the credential would cross the network in the clear")
        return value.rstrip("/")


class Reddit:
    """One subreddit or profile."""

    platform: ClassVar[str] = "reddit"
    capability: ClassVar[Capability] = capability

    def __init__(self, page: str, settings: Settings, api: Api) -> None:
        self._settings = settings
        self._api = api
        own = frozenset(name.casefold() for name in (settings.account, *settings.own_accounts))
        self._reader = Reader(page, settings.site, settings.subreddit, own)

    def fetch(self, cursor: str | None) -> Batch:
        """Read the newest of each listing, as deep as something new stands there, and some known comments again.

        Reddit's ``before`` is never used: with an anchor that was deleted it silently lists nothing. Comments also come
        late, in the middle of a listing.
        """
        position = Cursor.parse(cursor)
        known = frozenset(position.known)
        found: dict[str, Row] = {}
        posts: dict[str, Post] = {}
        gaps: list[str] = []
        try:
            for listing in LISTINGS:
                step = walk(self._api, f"r/{self._settings.subreddit}/{listing.path}", listing, position.has, found)
                fresh = (found[each] for each in step.ids if each not in known)
                posts.update(self._posts({row.post for row in fresh} - posts.keys()))
                # Only now: what a spent budget broke off is read again.
                position = position.knows(step.ids)
                if cursor is not None and step.gap:
                    gaps.append(step.gap)
            again, position = position.turned(found)
            found.update((row.id, row) for row in self._info(again))
        except BudgetSpentError:
            if not found:
                raise
        return self._batch(found, posts, position, " ".join(gaps))

    def state(self, platform_id: str) -> Observed:
        """Read one comment as a moderator sees it now."""
        self._api.spend(2, act=True)
        return self._state(platform_id)

    def hide(self, platform_id: str) -> Outcome:
        """Remove the comment, not as spam: that would train Reddit's filter."""
        return self._set(platform_id, HIDE)

    def unhide(self, platform_id: str) -> Outcome:
        """Approve the comment."""
        return self._set(platform_id, SHOW)

    def check(self) -> Checked:
        """Prove that the account moderates here and may remove comments, changing nothing."""
        require_scopes(self._api, [scope.name for scope in authorisation.scopes])
        require_account(self._api, self._settings.account)
        description = about(self._api, self._settings.subreddit, self._settings.account)
        require_queue(self._api, self._settings.subreddit)
        return Checked(about=description)

    def _set(self, platform_id: str, wanted: Wanted) -> Outcome:
        """Read, act, and read back: Reddit answers ``{}`` whatever the comment was before, and is now."""
        # Four at most: a comment that is not listed takes a second look at the subreddit.
        self._api.spend(4, act=True)
        return act(self._api, lambda: self._state(platform_id).state, platform_id, wanted)

    def _state(self, platform_id: str) -> Observed:
        if not _ID.fullmatch(platform_id):
            return Observed(State.GONE)
        rows = listed(self._api, _INFO, {"id": platform_id}, paid=True).rows
        row = next((each for each in rows if each.id == platform_id and self._reader.here(each)), None)
        if row is None:
            # Nothing is proved by an empty answer alone.
            self._api.prove(self._settings.subreddit, paid=True)
            return Observed(State.GONE)
        state = self._reader.state(row)
        return Observed(state, None if state is State.GONE else self._reader.comment(row).digest)

    def _info(self, names: Sequence[str]) -> tuple[Row, ...]:
        return listed(self._api, _INFO, {"id": ",".join(names)}).rows if names else ()

    def _posts(self, names: Collection[str]) -> dict[str, Post]:
        ordered = sorted(names)
        portions = (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
        return {row.id: self._reader.post(row) for some in portions for row in self._info(some)}

    def _batch(self, found: Mapping[str, Row], posts: Mapping[str, Post], position: Cursor, gap: str) -> Batch:
        rows = [row for row in sorted(found.values(), key=lambda row: row.number) if self._reader.here(row)]
        states = {row.id: self._reader.state(row) for row in rows}
        gone = tuple(each for each, state in states.items() if state is State.GONE)
        return Batch(
            posts=tuple(posts.values()),
            comments=tuple(self._reader.comment(row) for row in rows if states[row.id] is not State.GONE),
            cursor=str(position.forgets(gone)),
            gone=gone,
            gone_by={row.id: self._reader.gone_by(row) for row in rows if states[row.id] is State.GONE},
            gap=gap,
        )


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Reddit:
    """Give the connector of a page. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a credential with ``client_id``, ``client_secret`` and ``refresh_token``.
        http: the connection; None for one with the usual limits.
        clock: the present moment (UTC), to which Reddit's seconds until its window ends are added.

    Raises:
        MissingLibraryError: when praw is not installed.
    """
    with library("praw", "prawcore"):
        from connectors.reddit.api import Api
    return Reddit(page, settings, Api(settings.site, settings.api, settings.account, means, http or Http(page), clock))
