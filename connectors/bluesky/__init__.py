"""Bluesky: the replies below an account's posts, through the account's own server and an app password.

A reply is hidden by listing it in the thread's gate, a record in the Department's own repository; programs that
respect it leave the reply out. Facts used here were tried on a development network (@atproto/dev-env 0.3.215), or read
in the source of @atproto/pds 0.4.217 and @atproto/bsky 0.0.221. What an operator needs to know stands in
``docs/how-to/connect-bluesky.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors._authorisation import Ask, Authorisation, Scope, Way
from connectors._http import Http
from connectors._library import library
from connectors._limits import Limit, rolling
from connectors.base import (
    Batch,
    Capability,
    Checked,
    Coverage,
    HideScope,
    Means,
    Observed,
    Outcome,
)

if TYPE_CHECKING:
    from connectors.bluesky.account import Account
    from connectors.bluesky.moderator import Moderator
    from connectors.bluesky.reader import Reader

capability = Capability(
    coverage=Coverage.MODERATED,
    can_hide=True,
    can_restore=True,
    hide_is_reversible=True,
    hide_scope=HideScope.CLIENT_DEPENDENT,
    can_remove=False,
    lists_hidden=True,
    lists_held=False,
    lists_spam=False,
    reports_edits=True,
    has_time_filter=False,
    max_hidden_per_thread=300,
    side_effects=(
        "In Bluesky's own app the reply leaves the thread; whoever opens the hidden replies still sees it.",
        "Other apps may show it as before, and it stays on its author's own page.",
        "Replies to a hidden reply leave the thread with it, and return with it.",
        "Below a hidden reply the Department is no longer notified of what is written; OfRecord looks by itself.",
        "Visitors see a change after a second or two, at bad times after minutes.",
        "Which replies are hidden is public: everybody can read the list.",
    ),
    hide_steps=(
        "Sign in to Bluesky with the Department's account and open the reply in its thread.",
        "Choose Hide reply for everyone in its menu.",
        "Where the thread's list is full, show again one that need not stay hidden first.",
    ),
    restore_steps=(
        "Sign in to Bluesky with the Department's account and open the post that the thread began with.",
        "Open the hidden replies below it and choose Show reply for everyone in the reply's menu.",
    ),
    proved="real development network of Bluesky, in make e2e; not tried on bsky.social itself",
)
authorisation = Authorisation(
    way=Way.PASTE,
    steps=(
        "Sign in to Bluesky with the Department's account.",
        "Open Settings, Privacy and Security, App Passwords; choose Add App Password and give the name ofrecord.",
        "Leave the access to direct messages switched off, and copy the password; it is shown only once.",
    ),
    asks=(Ask("app_password", "App password", pattern="[a-z0-9]{4}(-[a-z0-9]{4}){3}"),),
    scopes=(Scope("com.atproto.appPass", "read the account's threads, and list hidden replies in their gates"),),
)
limits = (
    Limit(
        "requests",
        3000,
        rolling(timedelta(minutes=5)),
        "Requests in five minutes, counted by Bluesky for this machine's address.",
        reserved=100,
    ),
    Limit("writes", 5000, rolling(timedelta(hours=1)), "Points for changes in an hour; a hide or a restore takes two."),
    Limit(
        "writes_a_day",
        35_000,
        rolling(timedelta(days=1)),
        "Points for changes in a day; a hide or a restore takes two.",
    ),
    Limit(
        "sessions",
        100,
        rolling(timedelta(days=1)),
        "Sign-ins with the app password in a day. Rarely any is needed: a session lasts, and is renewed.",
        reserved=10,
    ),
)
_ACCOUNT = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]+|([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?")


class Settings(BaseModel):
    """The keys of a Bluesky page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str = Field(description="The account's handle, such as jacksonpd.bsky.social, or its DID.")
    service: str = Field(default="https://bsky.social", description="Where the account signs in.")
    posts_watched: int = Field(
        default=200, ge=1, le=2000, description="So many posts are looked at by themselves, the newest ones."
    )
    list_minutes: int = Field(default=5, ge=0, le=1440, description="How often the account's posts are listed.")
    look_seconds: int = Field(
        default=60, ge=0, le=86_400, description="No thread is looked at more often, unless something came there."
    )

    @field_validator("account")
    @classmethod
    def _an_account(cls, value: str) -> str:
        account = value.removeprefix("@")
        account = account if account.startswith("did:") else account.lower()
        if not _ACCOUNT.fullmatch(account):
            raise ValueError("give the whole handle, such as jacksonpd.bsky.social")
        return account

    @field_validator("service")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("give the server's address alone, such as https://bsky.social")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("give the plain address, without a name, a password, ? or #")
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("use https: the password would cross the network in the clear")
        return value.rstrip("/")


@dataclass(frozen=True, slots=True)
class Bluesky:
    """One account."""

    platform: ClassVar[str] = "bluesky"
    capability: ClassVar[Capability] = capability

    reader: Reader
    moderator: Moderator
    account: Account

    def fetch(self, cursor: str | None) -> Batch:
        """Bring the threads where something came, and those that are due, hidden replies and all."""
        return self.reader.fetch(cursor)

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring replies that came since a moment, below posts of any age."""
        from connectors.bluesky.backfill import backfill

        return backfill(self.reader, since, cursor)

    def state(self, platform_id: str) -> Observed:
        """Read one reply, and whether its thread's gate lists it."""
        return self.moderator.state(platform_id)

    def hide(self, platform_id: str) -> Outcome:
        """List the reply in its thread's gate."""
        return self.moderator.hide(platform_id)

    def unhide(self, platform_id: str) -> Outcome:
        """Take the reply out of the list."""
        return self.moderator.unhide(platform_id)

    def check(self) -> Checked:
        """Prove that the account's threads can be read and its gates written, changing nothing."""
        return self.account.check()


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Bluesky:
    """Give the connector of a page. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a `Credential` with ``app_password``; the session is kept in it too.
        http: the connection; None for one with the usual limits.
        clock: the present moment (UTC).
    """
    with library("atproto", "httpx", "httpcore"):
        from connectors.bluesky.account import Account
        from connectors.bluesky.api import REQUESTS, Api
        from connectors.bluesky.moderator import Moderator
        from connectors.bluesky.reader import Habits, Reader
    api = Api(http or Http(page), settings.service, settings.account, means, clock)
    habits = Habits(settings.posts_watched, settings.list_minutes * 60.0, float(settings.look_seconds))
    reader = Reader(api, habits, lambda: means.budget.pace(REQUESTS), clock)
    return Bluesky(reader, Moderator(api, clock), Account(api))
