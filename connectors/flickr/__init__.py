"""Flickr: the comments below an account's photos are read; taking one away is final there, so only people do.

Flickr has no way to hide a comment. What its interface offers instead deletes for good, and OfRecord never calls it:
the token that it is given may read and nothing else. Facts used here stand in Flickr's documentation of its interface;
what an operator needs to know in ``docs/how-to/connect-flickr.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import inf
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors._authorisation import Ask, Authorisation, Scope, Way
from connectors._http import Http
from connectors._limits import Limit, rolling
from connectors._watch import Watch
from connectors._watch.backfill import backfill
from connectors._watch.source import Habits
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
from connectors.flickr.api import CALLS, Api
from connectors.flickr.source import READ, USER_ID, FlickrSource
from models.comment import State
from models.loopback import is_loopback

__all__ = ["Flickr", "Settings", "authorisation", "capability", "connect", "limits"]

limits = (
    Limit(
        CALLS,
        3600,
        rolling(timedelta(hours=1)),
        "Calls to Flickr: it asks to stay below 3,600 an hour with one key, whoever uses it.",
        reserved=100,
    ),
)
capability = Capability(
    coverage=Coverage.WATCHED,
    can_hide=False,
    can_restore=False,
    hide_is_reversible=False,
    hide_scope=HideScope.EVERYWHERE,
    can_remove=True,
    lists_hidden=False,
    lists_held=False,
    lists_spam=False,
    reports_edits=True,
    has_time_filter=True,
    side_effects=(
        "Flickr cannot hide a comment; a person can only delete it, for everybody and for good.",
        "Comments on albums, in groups and as notes on a photo are not read.",
    ),
    hide_steps=(
        "Know before you begin: on Flickr nothing can be hidden, and what is deleted never comes back.",
        "Make sure that its words stand in OfRecord, and that the policy covers them; if in doubt, leave it up.",
        "Open the link, signed in to Flickr as the Department's account; find the comment by its author and words.",
        "Choose the trash can that shows beside that comment, and confirm; delete no other one.",
        "Neither block its author nor change who sees the photo or may comment on it.",
        'Press "done by hand"; the next look at the photo shows whether the comment is gone.',
    ),
    proved="a simulated Flickr written from its documentation; shapes compared with recorded traffic; no real account"
    " yet",
)
authorisation = Authorisation(
    way=Way.CODE,
    steps=(
        "Sign in to Flickr as the Department's account; Flickr gives keys to accounts that pay for Flickr Pro.",
        "At flickr.com/services/apps/create, apply for a non-commercial key.",
        "Describe its use as reading the comments below your own photos.",
        "Copy the key and its secret.",
    ),
    asks=(
        Ask("client_id", "Key", hidden=False, pattern=r"[0-9a-f]{32}"),
        Ask("client_secret", "Secret", pattern=r"[0-9a-f]{16}"),
    ),
    scopes=(Scope(READ, "read photos and the comments below them"),),
    request_url="{site}/services/oauth/request_token",
    authorise_url="{site}/services/oauth/authorize",
    token_url="{site}/services/oauth/access_token",  # noqa: S106 - an address
    extra={"perms": READ},
)


class Settings(BaseModel):
    """The keys of an account on Flickr."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_id: str = Field(
        pattern=f"^{USER_ID}$", description='The account\'s own id, such as "12345678@N00"; not its name.'
    )
    posts_watched: int = Field(
        default=500, ge=1, le=5000, description="So many photos are read for comments, those that changed last."
    )
    posts_minutes: int = Field(
        default=5, ge=0, le=1440, description="How often it is asked which photos changed; 0: at each poll."
    )
    look_seconds: int = Field(
        default=1800,
        ge=0,
        le=86_400,
        description="No photo is looked at more often, unless Flickr says that it has changed.",
    )
    api: str = Field(default="https://api.flickr.com", description="Address of the Flickr API.")
    site: str = Field(default="https://www.flickr.com", description="Address of Flickr's pages.")

    @field_validator("api", "site")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if not parts.hostname or parts.username or parts.query or parts.path.strip("/"):
            raise ValueError("give a plain address, such as https://api.flickr.com")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise ValueError("use https: what is read would cross the network in the clear")
        return value.rstrip("/").lower()

    def habits(self) -> Habits:
        """How the photos are read; each look reads all comments of a photo, so none is deeper than another."""
        every = float(self.look_seconds)
        return Habits(self.posts_watched, self.posts_minutes * 60.0, every, every)


class Flickr:
    """One account."""

    platform: ClassVar[str] = "flickr"
    capability: ClassVar[Capability] = capability

    def __init__(self, source: FlickrSource, everything: FlickrSource, watch: Watch) -> None:
        """Take two ways to the same photos: those that are watched, and all of them for the backfill."""
        self._source = source
        self._everything = everything
        self._watch = watch

    def fetch(self, cursor: str | None) -> Batch:
        """Look at the photos that changed or are due, until the budget says no."""
        return self._watch.fetch(cursor)

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring comments posted since a moment, below photos of any age."""
        return backfill(self._everything, since, cursor, flat=True)

    def state(self, platform_id: str) -> Observed:
        """Read one comment now: visible while it stands below its photo, gone when it does not."""
        comment = self._source.one(platform_id)
        return Observed(comment.state, comment.digest) if comment else Observed(State.GONE)

    def hide(self, platform_id: str) -> Outcome:  # noqa: ARG002 - every connector is asked the same
        """Leave it to a person."""
        return Outcome(Result.UNSUPPORTED, "Flickr cannot hide a comment, and deleting one is final")

    def unhide(self, platform_id: str) -> Outcome:  # noqa: ARG002 - every connector is asked the same
        """Say that nobody can."""
        return Outcome(Result.UNSUPPORTED, "what was deleted on Flickr does not come back")

    def check(self) -> Checked:
        """Prove that the account's photos and their comments can be read."""
        perms = self._source.perms()
        photos, _ = self._source.posts(None)
        if photos:
            self._source.comments(photos[0].post.platform_id, None)
        more = f"The token may {perms}, which OfRecord never does; give it less: ofrecord connect {self._source.page}"
        return Checked(warnings=() if perms == READ else (more,), about=self._source.about())


def connect(
    page: str,
    settings: Settings,
    means: Means,
    http: Http | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Flickr:
    """Give the connector of an account. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is a `Credential` with the key, its secret, and a token with its secret.
        http: the connection; None for one with the usual limits.
        clock: the present moment.
    """
    api = Api(http or Http(page), settings.api, means, clock)
    source = FlickrSource(api, settings.user_id, settings.site, most=settings.posts_watched)
    everything = FlickrSource(api, settings.user_id, settings.site, most=inf)
    watch = Watch(source, settings.habits(), lambda: means.budget.pace(CALLS), clock)
    return Flickr(source, everything, watch)
