"""YouTube: the comments below the videos of a channel, through google-api-python-client.

Facts used here are documented at developers.google.com or were read in google-api-python-client 2.202.0. No real
channel has been moderated with it yet. What an operator needs to know stands in ``docs/how-to/connect-youtube.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
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
    from connectors.youtube.moderator import Moderator

INTERFACE = "YouTube Data API v3"
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
    has_time_filter=False,
    side_effects=(
        "A hidden comment waits under Held for review in YouTube Studio.",
        "Answers below a hidden comment leave visitors' sight with it, and come back with it.",
        "YouTube itself may remove a comment that is held for too long; then nobody can bring it back.",
        "Its author is not told.",
    ),
    hide_steps=(
        "Open YouTube Studio as the channel, choose Comments, and find the comment by its text.",
        "Choose the three dots beside it, then hold it for review; never Remove, Report or Hide user from channel.",
    ),
    restore_steps=(
        "Open YouTube Studio as the channel, choose Comments, then Held for review.",
        "Find the comment by its text and approve it.",
    ),
    proved="google-api-python-client 2.202.0 against a simulator written from Google's documentation; shapes compared"
    " with recorded traffic; no real channel yet",
)
authorisation = google_authorisation(
    INTERFACE,
    "Sign in to Google in this browser as the owner of the channel, and choose the channel when asked.",
    Scope("https://www.googleapis.com/auth/youtube.force-ssl", "read comments, hide them and show them again"),
)
limits = (
    Limit(
        "units",
        10_000,
        daily(ZONE),
        "Units of the YouTube Data API in a day that ends at midnight, Pacific time: a listing takes 1, a hide with"
        " its proof 62.",
        reserved=6_200,
    ),
)


class Settings(BaseModel):
    """The keys of a YouTube channel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel_id: str = Field(
        pattern=r"^UC[A-Za-z0-9_-]{22}$", description="The channel's id: YouTube, Settings, Advanced settings."
    )
    threads_watched: int = Field(
        default=500,
        ge=1,
        le=5000,
        description="So many threads are looked at, the newest ones; 100 take a unit a look.",
    )
    look_seconds: int = Field(
        default=300,
        ge=0,
        le=86_400,
        description="The channel is not looked at more often; less often when the day's units would not last.",
    )
    api: Address = Field(default="https://youtube.googleapis.com", description=f"Address of the {INTERFACE}.")
    tokens: Address = Field(default=TOKENS, description=TOKENS_MEANING)


class YouTube:
    """One channel."""

    platform: ClassVar[str] = "youtube"
    capability: ClassVar[Capability] = capability

    def __init__(self, settings: Settings, moderator: Moderator) -> None:
        self._settings = settings
        self._moderator = moderator

    def fetch(self, cursor: str | None) -> Batch:
        """Look at the newest threads; before it is time for that, bring nothing."""
        return self._moderator.fetch(cursor, self._settings.threads_watched, self._settings.look_seconds)

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring published comments posted since a moment, below videos of any age."""
        return self._moderator.backfill(since, cursor)

    def state(self, platform_id: str) -> Observed:
        """Read one comment as the channel's owner sees it now."""
        return self._moderator.state(platform_id)

    def hide(self, platform_id: str) -> Outcome:
        """Hold the comment for review; never reject it, which cannot be undone."""
        return self._moderator.hide(platform_id)

    def unhide(self, platform_id: str) -> Outcome:
        """Publish a comment that is held."""
        return self._moderator.unhide(platform_id)

    def check(self) -> Checked:
        """Prove that the authorisation is the channel's own and may see what is held, changing nothing."""
        return self._moderator.check()


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> YouTube:
    """Give the connector of a channel. Nothing is sent, and no secret read, until it is used.

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
        from connectors.youtube.api import Api
        from connectors.youtube.moderator import Moderator
    addresses = (settings.api, settings.tokens)
    return YouTube(settings, Moderator(Api(addresses, settings.channel_id, means, http or Http(page), clock), clock))
