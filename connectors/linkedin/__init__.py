"""LinkedIn: the comments below the posts of a Page, through the Community Management API; whatever is done, people do.

LinkedIn has no way to hide a comment. Facts used here are documented at learn.microsoft.com/linkedin. No real Page has
been read with it yet. What an operator needs to know stands in ``docs/how-to/connect-linkedin.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors._authorisation import Ask, Authorisation, Way
from connectors._http import Http
from connectors._limits import Limit, daily
from connectors._watch import Watch
from connectors._watch.backfill import backfill
from connectors._watch.source import Habits
from connectors.base import Batch, Capability, Checked, Coverage, HideScope, Means, Observed, Outcome, Result
from connectors.linkedin.api import LIMIT, Api
from connectors.linkedin.source import SCOPES, LinkedInSource
from connectors.linkedin.version import version_warnings
from models.comment import State
from models.loopback import is_loopback

limits = (
    Limit(
        LIMIT,
        5_000,
        daily("UTC"),
        "Calls to LinkedIn in a day that ends at midnight UTC; each app's own limit stands under Analytics in the"
        " Developer Portal, and this number is OfRecord's own.",
        reserved=200,
    ),
)
capability = Capability(
    coverage=Coverage.WATCHED,
    can_hide=False,
    can_restore=False,
    hide_is_reversible=False,
    hide_scope=HideScope.EVERYWHERE,
    can_remove=False,
    lists_hidden=False,
    lists_held=False,
    lists_spam=False,
    reports_edits=True,
    has_time_filter=False,
    side_effects=(
        "What is deleted on LinkedIn is gone for good there, with every answer below it; what was captured stays here.",
        "Whether LinkedIn lets a Page delete what somebody else wrote is not certain; it can always be reported.",
    ),
    hide_steps=(
        "Open the link, signed in to LinkedIn as an admin of the Department's Page, and find the comment by its text.",
        "Look at the answers below it: they go with it, so the policy must cover them as well.",
        "Choose the three dots beside it, then Delete, where LinkedIn offers that to the Page.",
        "Where it does not, choose Report comment, and the reason that fits what the policy speaks of.",
        "Do not block or restrict its author, and do not turn comments off for others.",
        "If it stays up, say so in the note.",
    ),
    proved="simulator written from LinkedIn's documentation; no recorded traffic to compare it with, no real Page yet",
)
authorisation = Authorisation(
    way=Way.LOOPBACK,
    steps=(
        "At linkedin.com/developers make an app, and have a Super admin of the Page verify that it is the Page's.",
        "Under Products, request the Community Management API; LinkedIn looks at the request before it grants it.",
        "Under Auth, add {redirect} to the authorised redirect URLs, and copy the client ID and the client secret.",
        "Sign in to LinkedIn in this browser as a person who is a Super or Content admin of the Page.",
    ),
    asks=(
        Ask("client_id", "Client ID", hidden=False, pattern=r"[A-Za-z0-9]{10,40}"),
        Ask("client_secret", "Client secret", pattern=r"[A-Za-z0-9._=+/-]{10,100}"),
    ),
    scopes=SCOPES,
    authorise_url="https://www.linkedin.com/oauth/v2/authorization",
    token_url="{tokens}",  # noqa: S106 - an address
    pkce=False,
)


class Settings(BaseModel):
    """The keys of a Page on LinkedIn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organization: str = Field(
        pattern=r"^\d{1,20}$", description="The Page's number: it stands in the address of its admin view."
    )
    version: str = Field(
        default="202606",
        pattern=r"^20\d\d(0[1-9]|1[0-2])$",
        description="Version of LinkedIn's interface, year and month; each is open for about a year.",
    )
    posts_watched: int = Field(
        default=50, ge=1, le=1000, description="So many posts are read for comments, the newest ones."
    )
    posts_minutes: int = Field(
        default=15, ge=0, le=1440, description="How often it is looked whether there is a new post; 0: at each poll."
    )
    look_seconds: int = Field(default=300, ge=0, le=86_400, description="No post is looked at more often than this.")
    names: bool = Field(
        default=False,
        description="Ask for the name of each author, a call each; LinkedIn does not tell it to every app.",
    )
    answers_always: bool = Field(
        default=False,
        description="Ask for answers below every comment, also where LinkedIn does not say that there are any.",
    )
    api: str = Field(default="https://api.linkedin.com", description="Address of LinkedIn's interface.")
    tokens: str = Field(
        default="https://www.linkedin.com/oauth/v2/accessToken", description="Where access tokens come from."
    )

    @field_validator("api", "tokens")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValueError("use https: the credential would cross the network in the clear")
        return value.rstrip("/")


class LinkedIn:
    """One Page."""

    platform: ClassVar[str] = "linkedin"
    capability: ClassVar[Capability] = capability

    def __init__(self, settings: Settings, api: Api) -> None:
        self._version = settings.version
        self._api = api
        self._source = LinkedInSource(
            api, settings.organization, names=settings.names, answers_always=settings.answers_always
        )
        # In which order comments come is not documented: each look reads a post to its end, and nothing follows from
        # what stands where.
        habits = Habits(settings.posts_watched, settings.posts_minutes * 60, settings.look_seconds, 0, flat=False)
        self._watch = Watch(self._source, habits, lambda: api.budget.pace(LIMIT), api.clock)

    def fetch(self, cursor: str | None) -> Batch:
        """Look at the posts that are due, until the budget says no."""
        return self._watch.fetch(cursor)

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring comments posted since a moment, below posts of any age."""
        return backfill(self._source, since, cursor, flat=False)

    def state(self, platform_id: str) -> Observed:
        """Read one comment now: visible while LinkedIn shows it, gone when it is neither shown nor listed."""
        comment = self._source.look(platform_id)
        return Observed(State.GONE) if comment is None else Observed(State.VISIBLE, comment.digest)

    def hide(self, platform_id: str) -> Outcome:  # noqa: ARG002 - every connector is asked the same
        """Leave it to a person."""
        return Outcome(Result.UNSUPPORTED, "LinkedIn lets nobody hide a comment")

    def unhide(self, platform_id: str) -> Outcome:  # noqa: ARG002 - every connector is asked the same
        """Say that nobody can."""
        return Outcome(Result.UNSUPPORTED, "what was deleted on LinkedIn cannot be brought back")

    def check(self) -> Checked:
        """Prove that the Page's comments can be read, and learn when the token and the version end."""
        self._api.renew()
        self._source.prove()
        posts, _ = self._source.posts(None)
        if posts:
            self._source.comments(posts[0].post.platform_id, None)
        warnings = tuple(version_warnings(self._version, self._api.clock().date()))
        return Checked(self._api.credential.expires_at, warnings, self._source.about())


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> LinkedIn:
    """Give the connector of a Page. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a `Credential` with ``access_token``; with ``refresh_token`` too, it is renewed in it.
        http: the connection; None for one with the usual limits.
        clock: the present moment.
    """
    addresses = (settings.api, settings.tokens)
    return LinkedIn(settings, Api(http or Http(page), addresses, settings.version, means, clock))
