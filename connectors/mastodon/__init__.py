"""Mastodon: the answers below an account's posts, read through its server; whatever is done about them, people do.

An account cannot hide what others answer: that is up to the people who run a server, each on their own. Facts used
here stand in real traffic of a Mastodon 4 (*recorded*), or were read in Mastodon's source or in Mastodon.py 2.3.3.
What an operator needs to know stands in ``docs/how-to/connect-mastodon.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    Capability,
    Checked,
    Coverage,
    HideScope,
    Means,
    Observed,
    Outcome,
    Result,
)
from models.comment import State
from models.loopback import is_loopback

if TYPE_CHECKING:
    from connectors.mastodon.api import Api
    from connectors.mastodon.reader import Reader

capability = Capability(
    coverage=Coverage.WATCHED,
    can_hide=False,
    can_restore=False,
    hide_is_reversible=False,
    hide_scope=HideScope.CLIENT_DEPENDENT,
    can_remove=False,
    lists_hidden=False,
    lists_held=False,
    lists_spam=False,
    reports_edits=True,
    has_time_filter=False,
    side_effects=(
        "Whoever runs a server can delete an answer there, for good; copies on other servers stay as they are.",
        "OfRecord sees when an answer is deleted on the Department's own server, and nothing of what others do.",
        "Answers that never reached that server are not seen here.",
    ),
    hide_steps=(
        "Open the link, signed in to the server as the Department, and look whether the answer still stands there.",
        "Do not block or mute its author: visitors see the answer as before, and OfRecord sees less.",
        "If others run the server, choose the three dots below it, Report, It violates server rules, and the rule.",
        "If its author is on another server, also switch on Forward to that server; then Submit.",
        "If it breaks no rule of the server, report nothing, leave it up, and say so in the note.",
        "If the Town runs the server, ask one of its moderators, with the link; nobody can undo what follows.",
        "The moderator opens Preferences, Moderation, Accounts, the author, Posts; ticks this one alone; takes Delete.",
        "The moderator does not limit, freeze or suspend the author: that silences everything else that they say.",
        "Press Done by hand; where the answer was deleted, OfRecord sees it by itself.",
    ),
    restore_steps=(
        "If the answer was only reported, write to the server's moderators that the report is withdrawn.",
        "If it was deleted, nobody can bring it back, on appeal neither: write that into the note.",
    ),
    proved="Mastodon.py 2.3.3 against a simulator; shapes compared with recorded traffic of a Mastodon 4; not tried on"
    " a public server",
)
authorisation = Authorisation(
    way=Way.LOOPBACK,
    steps=(
        "Sign in to the server with the Department's account; open Preferences, Development, New application.",
        "Give the name OfRecord, and {redirect} as its only redirect URI.",
        "Take away every scope that is ticked; tick read:accounts, read:notifications and read:statuses alone.",
        "Save it, open it again, and copy the client key and the client secret.",
    ),
    asks=(
        Ask("client_id", "Client key", hidden=False, pattern=r"[A-Za-z0-9_-]{20,100}"),
        Ask("client_secret", "Client secret", pattern=r"[A-Za-z0-9_-]{20,100}"),
    ),
    scopes=(
        Scope("read:accounts", "make sure that it is the Department's account, and read what it says about itself"),
        Scope("read:notifications", "hear at once that somebody answered"),
        Scope("read:statuses", "read the posts and the answers below them"),
    ),
    authorise_url="{server}/oauth/authorize",
    token_url="{server}/oauth/token",  # noqa: S106 - an address
)
limits = (
    Limit(
        "requests",
        300,
        fixed(timedelta(minutes=5)),
        "Requests in five minutes; 300 is Mastodon's own number, and what the server says goes before it.",
        reserved=30,
    ),
)


class Settings(BaseModel):
    """The keys of a Mastodon page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: str = Field(description="Address of the server where the account is, such as https://mastodon.social.")
    account: str = Field(
        pattern=r"^@?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?(@[A-Za-z0-9.-]+)?$",
        description="The account's name there, such as JacksonPD.",
    )
    own_accounts: tuple[str, ...] = Field(
        default=(),
        description="Other accounts that speak for the Department, as the server shows them: chief, or"
        " fire@town.example.",
    )
    posts_watched: int = Field(
        default=200, ge=1, le=2000, description="So many posts are looked at by themselves, the newest ones."
    )
    list_minutes: int = Field(default=5, ge=0, le=1440, description="How often the account's posts are listed.")
    look_seconds: int = Field(
        default=120, ge=0, le=86_400, description="No thread is looked at more often, unless something came there."
    )

    @field_validator("account")
    @classmethod
    def _name_alone(cls, value: str) -> str:
        return value.removeprefix("@").partition("@")[0]

    @field_validator("server")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("give the server's address alone, such as https://mastodon.social")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("give the plain address, without a name, a password, ? or #")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("use https: the token would cross the network in the clear")
        return value.rstrip("/")


@dataclass(frozen=True, slots=True)
class Mastodon:
    """One account."""

    platform: ClassVar[str] = "mastodon"
    capability: ClassVar[Capability] = capability

    reader: Reader
    api: Api

    def fetch(self, cursor: str | None) -> Batch:
        """Bring the threads where something came, and those that are due."""
        return self.reader.fetch(cursor)

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring answers that came since a moment, below posts of any age."""
        from connectors.mastodon.backfill import backfill

        return backfill(self.reader, since, cursor)

    def state(self, platform_id: str) -> Observed:
        """Read one answer now: visible, or gone for everybody; unknown where the server keeps that to itself."""
        from connectors.mastodon.api import UnshownError
        from connectors.mastodon.rows import Page, an_id

        if not an_id(platform_id):
            return Observed(State.GONE)
        try:
            view = self.api.one(platform_id, act=True)
        except UnshownError:
            return Observed(State.UNKNOWN)
        if view is None:
            return Observed(State.GONE)
        if not view.public:
            return Observed(State.UNKNOWN)
        return Observed(State.VISIBLE, view.as_comment(Page(self.api.page, self.api.server), "").digest)

    def hide(self, platform_id: str) -> Outcome:  # noqa: ARG002 - every connector is asked the same
        """Leave it to a person."""
        return Outcome(
            Result.UNSUPPORTED, "on Mastodon only those who run a server take an answer away, each on theirs"
        )

    def unhide(self, platform_id: str) -> Outcome:  # noqa: ARG002 - every connector is asked the same
        """Leave it to a person."""
        return Outcome(Result.UNSUPPORTED, "on Mastodon nobody can bring back an answer that was deleted")

    def check(self) -> Checked:
        """Prove that the account's posts, their threads and its notifications can be read."""
        from connectors.mastodon.checking import check

        return check(self.api, authorisation.scopes)


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Mastodon:
    """Give the connector of a page. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a `Credential` with ``access_token``; the budget holds ``requests``.
        http: the connection; None for one with the usual limits.
        clock: the present moment (UTC).

    Raises:
        MissingLibraryError: when Mastodon.py is not installed.
    """
    with library("mastodon"):
        from connectors.mastodon.api import REQUESTS, Api
        from connectors.mastodon.reader import Habits, Reader
    api = Api(http or Http(page), settings.server, settings.account, means, clock)
    also_own = frozenset(name.removeprefix("@").casefold() for name in settings.own_accounts)
    habits = Habits(settings.posts_watched, settings.list_minutes * 60.0, float(settings.look_seconds), also_own)
    return Mastodon(Reader(api, habits, lambda: means.budget.pace(REQUESTS), clock), api)
