"""Threads: the replies to the posts of an account, through the Threads API.

Facts used here are documented at developers.facebook.com. No real account has been moderated with it yet. What an
operator needs to know stands in ``docs/how-to/connect-threads.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from connectors._authorisation import Ask, Authorisation, Way
from connectors._graph import Graph
from connectors._graph_usage import limits
from connectors._http import Http
from connectors._meta import MetaPage, MetaSettings, said_in
from connectors.base import Capability, Checked, Coverage, HideScope, Means
from connectors.threads.source import SCOPES, ThreadsSource

__all__ = ["Settings", "Threads", "authorisation", "capability", "connect", "limits"]

capability = Capability(
    coverage=Coverage.MODERATED,
    can_hide=True,
    can_restore=True,
    hide_is_reversible=True,
    hide_scope=HideScope.EVERYWHERE,
    can_remove=False,
    lists_hidden=True,
    lists_held=True,
    lists_spam=False,
    reports_edits=True,
    has_time_filter=False,
    side_effects=(
        "Every reply below a hidden one is hidden with it, and shown again with it.",
        "Those show as hidden by nobody here: nobody asked for them by themselves.",
        "Only a reply to the post itself can be hidden; one to another reply becomes a task for a person.",
        "The reply's author still sees it, also where they were answered.",
    ),
    hide_steps=(
        "Open the reply's link in Threads, signed in to the Department's account.",
        "Choose the three dots beside it, then Hide for everyone, where Threads offers it.",
        "Where it does not, look at the reply above it: hide that one only if the policy covers it and all below it.",
        "If nothing can be hidden, leave it up, and say so in the note.",
    ),
    restore_steps=(
        "Open the reply's link in Threads, signed in to the Department's account.",
        "Choose the three dots beside it, or beside the reply above it that was hidden, then Unhide.",
    ),
    proved="facebook-sdk 3.1.0 against a simulator written from Meta's documentation; no recorded traffic to compare it"
    " with; no real account yet",
)
_NAMED = ", ".join(scope.name for scope in SCOPES)
authorisation = Authorisation(
    way=Way.PASTE,
    steps=(
        "At developers.facebook.com, make an app with the use case Access the Threads API.",
        f"In that use case, add the permissions {_NAMED}.",
        "Under App roles, add the Department's account as a Threads tester.",
        "In Threads, accept that under Settings, Account, Website permissions, Invites.",
        "In the use case's settings, under User Token Generator, choose Generate Access Token for the account.",
    ),
    asks=(Ask("access_token", "Access token", pattern=r"[A-Za-z0-9_|.-]{20,}"),),
    scopes=SCOPES,
)


class Settings(MetaSettings):
    """The keys of a Threads account."""

    approvals: bool = Field(
        default=False, description="The Department approves replies first: also read those that await it."
    )
    version: str = Field(default="v1.0", pattern=r"^v\d{1,3}\.\d$", description="Version of the Threads API.")
    api: str = Field(default="https://graph.threads.net", description="Address of the Threads API.")


class Threads(MetaPage):
    """One account."""

    platform: ClassVar[str] = "threads"
    capability: ClassVar[Capability] = capability

    def __init__(self, source: ThreadsSource, settings: Settings, clock: Callable[[], datetime]) -> None:
        super().__init__(source, settings.habits(), clock)
        self._account = source

    def check(self) -> Checked:
        """Prove that replies can be read and hidden; renew the token when it is time, and learn when it ends."""
        account = self._account
        token = account.token()
        token.require(account.page, SCOPES)
        posts, _ = account.posts(None)
        if posts:
            account.comments(posts[0].post.platform_id, None)
        account.renew(token.expires_at)
        ends = account.graph.credential.expires_at or token.expires_at
        said = account.graph.get("me", {"fields": "id,username,name,threads_biography"}).fields
        about = said_in(said, ("name", "threads_biography"))
        return Checked(ends, about=about)


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Threads:
    """Give the connector of an account. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a `Credential` with ``access_token``; the token is renewed in it.
        http: the connection; None for one with the usual limits.
        clock: the present moment.
    """
    graph = Graph(http or Http(page), settings.api, settings.version, means)
    return Threads(ThreadsSource(page, graph, clock, approvals=settings.approvals), settings, clock)
