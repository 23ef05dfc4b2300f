"""Facebook: the comments below the posts of a Page, through Meta's Graph API.

Facts used here are documented at developers.facebook.com or were read in facebook-sdk 3.1.0. No real Page has been
moderated with it yet. What an operator needs to know stands in ``docs/how-to/connect-facebook.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from connectors._authorisation import Ask, Authorisation, Way
from connectors._graph import Graph
from connectors._graph_errors import ParameterError
from connectors._graph_usage import limits
from connectors._graph_version import version_warnings
from connectors._http import Http
from connectors._meta import MetaPage, MetaSettings, said_in
from connectors.base import Capability, Checked, Coverage, HideScope, Means
from connectors.facebook.source import SCOPES, FacebookSource

__all__ = ["Facebook", "Settings", "authorisation", "capability", "connect", "limits"]

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
        "The comment's author and the author's friends still see it, and are not told.",
        "Answers stand below their comment, so they leave other visitors' sight with it.",
        "Notices that went out before stay as they are.",
    ),
    hide_steps=(
        "Open the comment's link, signed in as somebody who moderates the Page.",
        "Choose the three dots beside the comment, then Hide comment.",
    ),
    restore_steps=(
        "Open the comment's link, signed in as somebody who moderates the Page.",
        "Choose the three dots beside the comment, then Unhide.",
    ),
    proved="facebook-sdk 3.1.0 against a simulator written from Meta's documentation; shapes compared"
    " with recorded traffic; no real Page yet",
)
_NAMED = ", ".join(scope.name for scope in SCOPES)
authorisation = Authorisation(
    way=Way.PASTE,
    steps=(
        "In Meta Business settings, add the Page and an app of type Business to the Department's business portfolio.",
        "Under System users, add one such as OfRecord; give it the app, and the Page with the task Moderate.",
        f"Choose Generate token for it: this app, no expiry, and the permissions {_NAMED}.",
        "Copy the token now; the app's id and secret are in the app's dashboard, App settings, Basic.",
    ),
    asks=(
        Ask("app_id", "App ID", hidden=False, pattern=r"\d{5,30}"),
        Ask("app_secret", "App secret", pattern=r"[0-9a-fA-F]{16,64}"),
        Ask("access_token", "Access token", pattern=r"[A-Za-z0-9_|.-]{20,}"),
    ),
    scopes=SCOPES,
)
_ABOUT = ("about", "description", "general_info", "website", "phone")


class Settings(MetaSettings):
    """The keys of a Facebook Page."""

    page_id: str = Field(pattern=r"^\d{1,40}$", description="The Page's number, under About, Page transparency.")
    version: str = Field(default="v26.0", pattern=r"^v\d{1,3}\.\d$", description="Version of the Graph API.")
    api: str = Field(default="https://graph.facebook.com", description="Address of the Graph API.")


class Facebook(MetaPage):
    """One Page."""

    platform: ClassVar[str] = "facebook"
    capability: ClassVar[Capability] = capability

    def __init__(self, source: FacebookSource, settings: Settings, clock: Callable[[], datetime]) -> None:
        super().__init__(source, settings.habits(), clock)
        self._page = source
        self._settings = settings

    def check(self) -> Checked:
        """Prove that the Page can be read and its comments hidden, and learn when the token and the version end."""
        token = self._page.token()
        token.require(self._page.page, SCOPES)
        self._page.enter()
        posts, _ = self._page.posts(None)
        if posts:
            self._page.comments(posts[0].post.platform_id, None)
        about, answered = self._about()
        warnings = version_warnings(self._settings.version, answered, self._clock().date())
        return Checked(token.expires_at, tuple(warnings), about)

    def _about(self) -> tuple[str | None, str]:
        """What the Page says about itself, and which version of the API answered."""
        graph = self._page.graph
        try:
            found = graph.get(self._settings.page_id, {"fields": ",".join(_ABOUT)})
        except ParameterError:
            return None, ""  # a field that this version does not know any more
        return said_in(found.fields, _ABOUT), found.version


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Facebook:
    """Give the connector of a Page. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a `Credential` with ``access_token``, ``app_id`` and ``app_secret``.
        http: the connection; None for one with the usual limits.
        clock: the present moment.
    """
    graph = Graph(http or Http(page), settings.api, settings.version, means)
    return Facebook(FacebookSource(page, settings.page_id, graph), settings, clock)
