"""X (formerly Twitter): the replies below an account's own posts, through the paid X API.

Facts used here are documented at docs.x.com or were read in tweepy 4.17; shapes were compared with recorded answers.
No real account has been moderated with it yet. What an operator needs to know stands in ``docs/how-to/connect-x.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors._authorisation import Ask, Authorisation, Scope, Way
from connectors._http import Http
from connectors._limits import Limit, fixed, monthly
from connectors.base import (
    Batch,
    Capability,
    Checked,
    Coverage,
    ForbiddenError,
    HideScope,
    Means,
    Observed,
    Outcome,
    Result,
)
from connectors.x.acting import MOST_HIDDEN, change
from connectors.x.api import Api
from connectors.x.place import Place
from connectors.x.reading import Habits, Reading
from connectors.x.rows import Listed, comment_of, id_at
from connectors.x.source import Source
from models.comment import State
from models.loopback import is_loopback

capability = Capability(
    coverage=Coverage.MODERATED,
    can_hide=True,
    can_restore=True,
    hide_is_reversible=True,
    hide_scope=HideScope.CLIENT_DEPENDENT,
    can_remove=False,
    lists_hidden=False,
    lists_held=False,
    lists_spam=False,
    tells_hidden=False,
    reports_edits=True,
    has_time_filter=True,
    max_hidden_per_thread=MOST_HIDDEN,
    side_effects=(
        "A hidden reply stays one click away, behind View hidden replies, for everybody.",
        "It stays on its author's own page, in searches and in other programs.",
        "Its author is not told, but sees it when they look.",
        "X never says whether a reply is hidden: a hide or unhide by somebody else goes unnoticed.",
    ),
    hide_steps=(
        "Open the reply's link, signed in to X as the account.",
        "Choose the three dots beside the reply, then Hide reply.",
    ),
    restore_steps=(
        "Open the post that it answers, signed in to X as the account, and choose View hidden replies.",
        "Choose the three dots beside the reply, then Unhide reply.",
    ),
    proved="tweepy 4.17 against a simulator written from X's documentation; shapes compared with recorded"
    " traffic; no real account yet",
)
_QUARTER = fixed(timedelta(minutes=15))
limits = (
    Limit("hides", 50, _QUARTER, "Hides and restores: X takes 50 in 15 minutes."),
    Limit("mentions", 300, _QUARTER, "Looks at what names the account: X takes 300 in 15 minutes."),
    Limit("searches", 300, _QUARTER, "Searches of a conversation: X takes 300 in 15 minutes."),
    Limit("timeline", 300, _QUARTER, "Looks at the account's own posts, in 15 minutes."),
    Limit("lookups", 300, _QUARTER, "Looks at single replies, in 15 minutes.", reserved=100),
    Limit("account", 75, _QUARTER, "Looks at the account itself: X takes 75 in 15 minutes.", reserved=5),
    Limit(
        "money",
        1_000_000_000,
        monthly(),
        "What X charges in a month by its price list, at most; set a cap of your own.",
        reserved=5_000_000,
        money=True,
    ),
)
_SCOPES = (
    Scope("tweet.read", "read posts and replies"),
    Scope("users.read", "read who wrote them"),
    Scope("tweet.moderate.write", "hide and restore replies"),
    Scope("offline.access", "go on after two hours without asking you again"),
)
authorisation = Authorisation(
    way=Way.LOOPBACK,
    steps=(
        "Sign in to console.x.com and make an app; describe its use as moderating replies to your own posts only.",
        "Add credits to the developer account, and set a spending limit there.",
        "Open the app's User authentication settings; choose Read and write, and Web App, Automated App or Bot.",
        "Give {redirect} as the callback address.",
        "Copy the OAuth 2.0 client id and client secret; the secret is shown only once.",
        "Sign in to X in this machine's browser as the Department's account.",
    ),
    asks=(
        Ask("client_id", "OAuth 2.0 client ID", hidden=False, pattern=r"[A-Za-z0-9_-]{10,100}"),
        Ask("client_secret", "OAuth 2.0 client secret", pattern=r"[A-Za-z0-9_-]{20,200}"),
    ),
    scopes=_SCOPES,
    authorise_url="{consent}",
    token_url="{api}/2/oauth2/token",  # noqa: S106 - an address
    basic=True,
)


class Settings(BaseModel):
    """The keys of an account on X."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str = Field(pattern=r"^[A-Za-z0-9_]{1,15}$", description="The account's name, without the @.")
    posts_watched: int = Field(
        default=100, ge=1, le=3200, description="So many of the account's posts are watched, the newest."
    )
    look_minutes: int = Field(
        default=15, ge=0, le=1440, description="No conversation is searched more often; mentions come with every poll."
    )
    rescan_hours: int = Field(
        default=24, ge=0, le=720, description="How often known replies are read again, for edits and removals."
    )
    rescan_days: int = Field(default=7, ge=1, le=90, description="How far back they are read again.")
    api: str = Field(default="https://api.x.com", description="Address of the X API.")
    consent: str = Field(
        default="https://x.com/i/oauth2/authorize", description="Address of X's page that asks for consent."
    )

    @field_validator("api", "consent")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme == "https" and parts.hostname and not parts.username:
            return value.rstrip("/")
        if parts.scheme == "http" and is_loopback(parts.hostname or ""):
            return value.rstrip("/")
        raise ValueError("use https: the token would cross the network in the clear")

    def habits(self) -> Habits:
        """How the page is read."""
        back = timedelta(days=self.rescan_days)
        return Habits(self.posts_watched, self.look_minutes * 60.0, self.rescan_hours * 3600.0, back)


class X:
    """One account."""

    platform: ClassVar[str] = "x"
    capability: ClassVar[Capability] = capability

    def __init__(self, source: Source, habits: Habits) -> None:
        self._source = source
        self._habits = habits

    def fetch(self, cursor: str | None) -> Batch:
        """Bring what is new below the account's posts, and what became of what is known."""
        return Reading(self._source, self._habits, Place.parse(cursor)).fetch()

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring replies since a moment that name the account; X lists the newest 800 mentions."""
        return Reading(self._source, self._habits, Place()).backfill(since, cursor)

    def state(self, platform_id: str) -> Observed:
        """Read one reply now. Whether it is hidden X does not say: `State.UNKNOWN`, with what it says."""
        row = self._source.newest(platform_id, act=True) if _is_id(platform_id) else None
        if row is None:
            return Observed(State.GONE)
        nothing = Listed((), {}, {}, frozenset(), onward=False)
        return Observed(State.UNKNOWN, comment_of(self._source.page, row, row.conversation, nothing, "").digest)

    def hide(self, platform_id: str) -> Outcome:
        """Hide a reply."""
        return self._set(platform_id, hidden=True)

    def unhide(self, platform_id: str) -> Outcome:
        """Show a hidden reply again."""
        return self._set(platform_id, hidden=False)

    def check(self) -> Checked:
        """Prove that the account can be read, and that its token was given the right to hide."""
        page, credential = self._source.page, self._source.api.credential
        scopes = credential.parts.get("scope")
        lacking = [each for each in _SCOPES if scopes is not None and each.name not in scopes.split()]
        if lacking:
            named = ", ".join(f"{each.name} (to {each.allows})" for each in lacking)
            raise ForbiddenError(f"Page {page}: the token lacks {named}; run: ofrecord connect {page}")
        about = self._source.account().get("description")
        self._source.mentions(id_at(self._source.api.now - timedelta(hours=1)), "")
        warnings = () if scopes else ("The token does not say whether it may hide; a first hide will show.",)
        ends = None if credential.parts.get("refresh_token") else credential.expires_at
        return Checked(ends, warnings, about if isinstance(about, str) else None)

    def _set(self, platform_id: str, *, hidden: bool) -> Outcome:
        if not _is_id(platform_id):
            return Outcome(Result.GONE, "X has no such id")
        return change(self._source, platform_id, hidden=hidden)


def _is_id(platform_id: str) -> bool:
    return platform_id.isascii() and platform_id.isdigit() and len(platform_id) < 20


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> X:
    """Give the connector of a page. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a `Credential` with OAuth's tokens and the client's id and secret.
        http: the connection; None for one with the usual limits.
        clock: the present moment.
    """
    return X(Source(Api(http or Http(page), settings.api, means, clock), settings.username), settings.habits())
