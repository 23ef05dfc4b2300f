"""Instagram: the comments below the posts of a professional account, through Meta's Graph API.

It is reached through the Facebook Page that the account is linked to (Facebook Login for Business). Facts used here are
documented at developers.facebook.com. No real account has been moderated with it yet. What an operator needs to know
stands in ``docs/how-to/connect-instagram.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from connectors._authorisation import Ask, Authorisation, Way
from connectors._graph import Graph
from connectors._graph_usage import limits
from connectors._graph_version import version_warnings
from connectors._http import Http
from connectors._meta import MetaPage, MetaSettings, said_in
from connectors.base import Capability, Checked, Coverage, HideScope, Means
from connectors.instagram.source import SCOPES, InstagramSource

__all__ = ["Instagram", "Settings", "authorisation", "capability", "connect", "limits"]

capability = Capability(
    coverage=Coverage.MODERATED,
    can_hide=True,
    can_restore=True,
    hide_is_reversible=True,
    hide_scope=HideScope.EVERYWHERE,
    can_remove=True,
    lists_hidden=True,
    lists_held=False,
    lists_spam=False,
    reports_edits=True,
    has_time_filter=False,
    side_effects=(
        "The comment's author still sees it, and is not told.",
        "Answers stand below their comment, so they leave visitors' sight with it.",
        "Nobody can answer a comment while it is hidden.",
    ),
    hide_steps=(
        "Open the post in the Instagram app, signed in to the Department's account.",
        "Hold the comment, and choose Hide comment.",
    ),
    restore_steps=(
        "Open the post in the Instagram app, signed in to the Department's account.",
        "Below the comments, choose View hidden comments; hold the comment, and choose Unhide.",
    ),
    proved="facebook-sdk 3.1.0 against a simulator written from Meta's documentation; shapes compared"
    " with recorded traffic; no real account yet",
)
_NAMED = ", ".join(scope.name for scope in SCOPES)
authorisation = Authorisation(
    way=Way.PASTE,
    steps=(
        "Make the Instagram account a professional one, and link it to the Department's Facebook Page.",
        "In Meta Business settings, give a system user the app, the Page and the Instagram account, with full control.",
        f"Choose Generate token for it: this app, no expiry, and the permissions {_NAMED}.",
        "Give it ads_read too: Meta asks for it where the role on the Page was given in Business settings.",
        "Copy the token now; the app's id and secret are in the app's dashboard, App settings, Basic.",
    ),
    asks=(
        Ask("app_id", "App ID", hidden=False, pattern=r"\d{5,30}"),
        Ask("app_secret", "App secret", pattern=r"[0-9a-fA-F]{16,64}"),
        Ask("access_token", "Access token", pattern=r"[A-Za-z0-9_|.-]{20,}"),
    ),
    scopes=SCOPES,
)
_ABOUT = ("name", "biography", "website")


class Settings(MetaSettings):
    """The keys of an Instagram account."""

    user_id: str = Field(
        pattern=r"^\d{1,40}$",
        description="The account's number for the API (17841…), in Business settings under Instagram accounts.",
    )
    version: str = Field(default="v26.0", pattern=r"^v\d{1,3}\.\d$", description="Version of the Graph API.")
    api: str = Field(default="https://graph.facebook.com", description="Address of the Graph API.")


class Instagram(MetaPage):
    """One account."""

    platform: ClassVar[str] = "instagram"
    capability: ClassVar[Capability] = capability

    def __init__(self, source: InstagramSource, settings: Settings, clock: Callable[[], datetime]) -> None:
        super().__init__(source, settings.habits(flat=False), clock)
        self._account = source
        self._settings = settings

    def check(self) -> Checked:
        """Prove that the account can be read and its comments hidden, and learn when the token ends."""
        token = self._account.token()
        token.require(self._account.page, SCOPES)
        posts, _ = self._account.posts(None)
        if posts:
            self._account.comments(posts[0].post.platform_id, None)
        found = self._account.account(",".join(("username", *_ABOUT)))
        warnings = version_warnings(self._settings.version, found.version, self._clock().date())
        about = said_in(found.fields, _ABOUT)
        return Checked(token.expires_at, tuple(warnings), about)


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Instagram:
    """Give the connector of an account. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a `Credential` with ``access_token``, ``app_id`` and ``app_secret``.
        http: the connection; None for one with the usual limits.
        clock: the present moment.
    """
    graph = Graph(http or Http(page), settings.api, settings.version, means)
    return Instagram(InstagramSource(page, settings.user_id, graph), settings, clock)
