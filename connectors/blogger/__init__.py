"""Blogger: the comments of a blog on Google's Blogger (blogspot), through google-api-python-client.

Facts used here are documented at developers.google.com/blogger or were read in the description of the interface in
google-api-python-client 2.202.0. What an operator needs to know stands in ``docs/how-to/connect-blogger.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from connectors._authorisation import Scope
from connectors._google_account import TOKENS, TOKENS_MEANING, ZONE, Address
from connectors._google_account import authorisation as google_authorisation
from connectors._http import Http
from connectors._library import library
from connectors._limits import Limit, daily
from connectors.base import Batch, Capability, Checked, Coverage, HideScope, Means, Observed, Outcome

if TYPE_CHECKING:
    from connectors.blogger.moderator import Moderator

INTERFACE = "Blogger API v3"
SCOPE = "https://www.googleapis.com/auth/blogger"
capability = Capability(
    coverage=Coverage.MODERATED,
    can_hide=True,
    can_restore=True,
    hide_is_reversible=True,
    hide_scope=HideScope.EVERYWHERE,
    can_remove=True,
    lists_hidden=True,
    lists_held=True,
    lists_spam=True,
    reports_edits=True,
    has_time_filter=True,
    side_effects=(
        "Blogger cannot hold a comment: it is marked as spam, and waits in the blog's spam folder.",
        "Google's spam filter learns from it, and may take what the same author writes later for spam.",
        "What Google takes for spam by itself lies in the same folder; nothing says which of the two it was.",
        "A restore tells the filter that the comment was no spam; whether it forgets the rest, Google does not say.",
        "Its author is not told.",
    ),
    hide_steps=(
        "Open blogger.com as an administrator of the blog, choose Comments, and find the comment by its text.",
        "Choose Mark as spam; never Delete or Remove content, which cannot be undone.",
    ),
    restore_steps=(
        "Open blogger.com as an administrator of the blog, choose Comments, then Spam.",
        "Find the comment by its text and choose Not spam.",
    ),
    proved="google-api-python-client 2.202.0 against a simulator written from Google's documentation; no recorded"
    " traffic to compare it with; no real blog yet",
)
authorisation = google_authorisation(
    INTERFACE,
    "Sign in to Google in this browser as an administrator of the blog.",
    Scope(SCOPE, "read comments, mark them as spam and as no spam"),
)
limits = (
    Limit(
        "requests",
        10_000,
        daily(ZONE),
        "Requests to the Blogger API in a day that ends at midnight, Pacific time: a hide with its proof takes 4.",
        reserved=2_000,
    ),
)


class Settings(BaseModel):
    """The keys of a blog on Blogger."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    blog_id: str = Field(
        pattern=r"^[0-9]{4,25}$", description="The blog's number: in the address of its page on blogger.com."
    )
    own_profiles: tuple[str, ...] = Field(
        default=(),
        description="Numbers of further Blogger profiles that speak for the Department; who writes its posts does.",
    )
    days_watched: int = Field(
        default=30,
        ge=1,
        le=366,
        description="How far back new comments, removals and changes made on Blogger are noticed.",
    )
    look_seconds: int = Field(
        default=120,
        ge=0,
        le=86_400,
        description="The blog is not looked at more often; less often when the day's requests would not last.",
    )
    api: Address = Field(default="https://blogger.googleapis.com", description=f"Address of the {INTERFACE}.")
    tokens: Address = Field(default=TOKENS, description=TOKENS_MEANING)


class Blogger:
    """One blog."""

    platform: ClassVar[str] = "blogger"
    capability: ClassVar[Capability] = capability

    def __init__(self, settings: Settings, moderator: Moderator) -> None:
        self._settings = settings
        self._moderator = moderator

    def fetch(self, cursor: str | None) -> Batch:
        """Read the comments of the days that are watched; before it is time for that, bring nothing."""
        watched = timedelta(days=self._settings.days_watched)
        return self._moderator.fetch(cursor, watched, self._settings.look_seconds)

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring comments posted since a moment, a month at a time, the newest month first."""
        return self._moderator.backfill(since, cursor)

    def state(self, platform_id: str) -> Observed:
        """Read one comment as an administrator sees it now. Hidden and taken for spam are one thing on Blogger."""
        return self._moderator.state(platform_id)

    def hide(self, platform_id: str) -> Outcome:
        """Mark the comment as spam; never remove it, which cannot be undone."""
        return self._moderator.hide(platform_id)

    def unhide(self, platform_id: str) -> Outcome:
        """Approve the comment."""
        return self._moderator.unhide(platform_id)

    def check(self) -> Checked:
        """Prove that the authorisation is an administrator's and may hide, changing nothing."""
        return self._moderator.check()


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Blogger:
    """Give the connector of a blog. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a credential with ``client_id``, ``client_secret`` and ``refresh_token``.
        http: the connection; None for one with the usual limits.
        clock: the present moment (UTC).

    Raises:
        MissingLibraryError: when google-api-python-client is not installed.
    """
    with library("googleapiclient", "google", "httplib2"):
        from connectors.blogger.api import Api
        from connectors.blogger.moderator import Moderator
    api = Api((settings.api, settings.tokens), settings.blog_id, means, http or Http(page), clock)
    return Blogger(settings, Moderator(api, settings.own_profiles, clock))
