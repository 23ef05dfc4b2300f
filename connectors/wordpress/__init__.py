"""WordPress: the comments of a blog, through its REST API and an application password.

Facts used here were tried on WordPress 6.1 or read in its source, where `class-wp-rest-comments-controller.php` is
*the comments controller*. What an operator needs to know stands in ``docs/how-to/connect-wordpress.md``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors._authorisation import Ask, Authorisation, Scope, Way
from connectors._http import Answer, Http, NotSentError
from connectors.base import (
    Batch,
    Capability,
    Checked,
    Coverage,
    ForbiddenError,
    GoneError,
    HideScope,
    Means,
    Observed,
    Outcome,
    Result,
    UnauthorizedError,
    UnavailableError,
)
from connectors.wordpress.api import Api
from connectors.wordpress.cursor import Cursor
from connectors.wordpress.listing import COMMENTS, FIELDS, STATUSES, Bounds, Walk, count, row_of, walk
from connectors.wordpress.rows import comment_of, departments_accounts, posts_of, state_of
from models.comment import State
from models.loopback import is_loopback

_AT_ONCE = 500
"""Comments in one batch of a backlog."""
_RESCAN_AT_MOST = 5000
"""Comments in one rescan, which must come in one piece: some 30 MB while they are recorded."""
_AHEAD = timedelta(minutes=75)
"""How far into the future each poll looks: an hour for the end of summer time, the rest for a clock that is off. A
comment dated later is left to the rescan: it would carry the cursor past all that comes till then."""
_OVERLAP = timedelta(hours=3)
"""How far each poll looks back: `_AHEAD`, and the hour by which the wall clock is set back, and some."""
_SHORTEST_RESCAN = timedelta(hours=1)

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
        "Answers to a hidden comment leave the post's page with it, and return with it, on a site that threads.",
        "Those answers stay public in the site's feeds and REST API, and on the page of a site that does not thread.",
        "WordPress lists the comment as pending, like one that awaits approval; staff can approve it there.",
        "A visitor's browser that remembers its owner may still show them their own hidden comment.",
        "Copies in feeds, page caches and notices that went out before stay as they are.",
    ),
    hide_steps=(
        "Sign in to WordPress as an editor and open the comment.",
        "Choose Unapprove below it.",
    ),
    restore_steps=(
        "Sign in to WordPress as an editor and open Comments, Pending.",
        "Choose Approve below the comment.",
    ),
    proved="real server WordPress 6.1 with MariaDB, in make e2e",
)
authorisation = Authorisation(
    way=Way.PASTE,
    steps=(
        "Sign in to WordPress with the account that is to moderate; its role is Editor.",
        "Open Users, Profile, Application Passwords; give the name OfRecord and choose Add New Application Password.",
        "Copy the password that is shown; it is shown only once.",
    ),
    asks=(Ask("password", "Application password", pattern=r"[A-Za-z0-9 ]{16,}"),),
    plain=True,
    scopes=(
        Scope("moderate_comments", "read, hide and restore comments"),
        Scope("edit_others_posts", "read comments on drafts and private posts"),
        Scope("edit_others_pages", "read comments on private pages"),
    ),
)


class Settings(BaseModel):
    """The keys of a WordPress page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Address of the blog's front page, with https.")
    user: str = Field(min_length=1, description="Name of the account that moderates; its role is Editor.")
    rescan_days: int = Field(
        default=30, ge=1, le=366, description="How far back edits, removals and changes made in WordPress are noticed."
    )
    rescan_minutes: int = Field(
        default=15, ge=0, le=1440, description="How often they are looked for; 0: at each poll."
    )

    @field_validator("url")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("give the whole address, such as https://blog.pd.example.gov")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("give the plain address, without a name, a password, ? or #")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("use https: the password would cross the network in the clear")
        return value.rstrip("/")

    @property
    def rescan(self) -> timedelta:
        """How far back a rescan goes."""
        return timedelta(days=self.rescan_days)

    @property
    def rescan_every(self) -> timedelta:
        """The time between two rescans."""
        return timedelta(minutes=self.rescan_minutes)


class WordPress:
    """One blog."""

    platform: ClassVar[str] = "wordpress"
    capability: ClassVar[Capability] = capability

    def __init__(self, page: str, settings: Settings, api: Api) -> None:
        self._page = page
        self._settings = settings
        self._api = api

    def fetch(self, cursor: str | None) -> Batch:
        """Bring what came since `cursor`, and from time to time all of the recent past again.

        An edit leaves no time stamp in WordPress, and neither does an approval: only reading again shows them.
        """
        self._api.identify()
        position = Cursor.parse(cursor)
        found = Walk()
        until = self._api.now and self._api.now + _AHEAD
        for status in STATUSES:
            mark = position.mark(status)
            step = walk(self._api, status, Bounds(mark and mark - _OVERLAP, until, known=mark, enough=_AT_ONCE))
            found.rows.update(step.rows)
            position = position.moved(status, max((row.local for row in step.rows.values()), default=None))
            if not step.finished:
                return self._batch(found, position, more=True)
        return self._rescanned(found, position)

    def state(self, platform_id: str) -> Observed:
        """Read one comment now. One in the trash counts as gone, and so does one whose post is there.

        WordPress has one status for what was hidden and what waits for approval: both are `State.HELD`.
        """
        if not platform_id.isascii() or not platform_id.isdigit():
            return Observed(State.GONE)
        try:
            answer = self._api.get(f"{COMMENTS}/{platform_id}", _fields=FIELDS)
        except GoneError:
            # Only somebody whom the site knows is told the truth about what does not exist.
            self._api.identify()
            return Observed(State.GONE)
        row = row_of(self._api, self._api.object(answer), answer.body)
        state = state_of(row)
        return Observed(state, None if state is State.GONE else comment_of(self._page, row, frozenset()).digest)

    def hide(self, platform_id: str) -> Outcome:
        """Set the comment on hold."""
        return self._set(platform_id, "hold", already=(State.HELD, State.SPAM))

    def unhide(self, platform_id: str) -> Outcome:
        """Approve the comment."""
        return self._set(platform_id, "approved", already=(State.VISIBLE,))

    def check(self) -> Checked:
        """Prove that the account may read and hide every comment, changing nothing."""
        self._api.check_rights()
        for status in STATUSES:
            self._api.objects(self._api.get(COMMENTS, status=status, per_page="1"))
        return Checked()

    def _rescanned(self, found: Walk, position: Cursor) -> Batch:
        now = self._api.now
        if now is None:
            return self._batch(
                found, position, gap="The site does not tell the time, so edits and removals go unnoticed."
            )
        if not position.due(now, self._settings.rescan_every):
            return self._batch(found, position)
        since = self._rescan_start(now)
        for status in STATUSES:
            step = walk(self._api, status, Bounds(since - _OVERLAP, enough=2 * _RESCAN_AT_MOST))
            found.rows.update(step.rows)
            found.withheld |= step.withheld
            found.finished &= step.finished
        if found.withheld:
            gap = "Some comments stand under posts that the account may not edit; they were not read."
            return self._batch(found, position.rescanned(now), gap=gap)
        return self._batch(found, position.rescanned(now), complete_since=since if found.finished else None)

    def _rescan_start(self, now: datetime) -> datetime:
        """The start of the longest recent time, halved as often as needed, whose comments come in one piece."""
        window = self._settings.rescan
        while window > _SHORTEST_RESCAN:
            start = now - window
            if sum(count(self._api, status, start - _OVERLAP) for status in STATUSES) <= _RESCAN_AT_MOST:
                break
            window /= 2
        return now - window

    def _batch(
        self,
        found: Walk,
        position: Cursor,
        *,
        gap: str = "",
        complete_since: datetime | None = None,
        more: bool = False,
    ) -> Batch:
        rows = [found.rows[number] for number in sorted(found.rows)]
        own = departments_accounts(self._api, rows)
        return Batch(
            posts=posts_of(self._api, self._page, rows),
            comments=tuple(comment_of(self._page, row, own) for row in rows),
            cursor=str(position),
            gone=tuple(str(row.id) for row in rows if state_of(row) is State.GONE),
            gap=gap,
            complete_since=complete_since,
            more=more,
        )

    def _set(self, platform_id: str, status: str, already: tuple[State, ...]) -> Outcome:
        """Read first: setting a status would bring a comment back out of the trash."""
        try:
            before = self.state(platform_id).state
        except UnavailableError as error:
            return Outcome(Result.RETRY, str(error), error.retry_after)
        except (UnauthorizedError, ForbiddenError) as error:
            return Outcome(Result.DENIED, str(error))
        if before is State.GONE:
            return Outcome(Result.GONE, "the comment, or its post, is in the trash or deleted")
        if before in already:
            return Outcome(Result.ALREADY, f"it is {before.value}")
        try:
            answer = self._api.post(f"{COMMENTS}/{platform_id}", {"status": status})
        except NotSentError as error:
            return Outcome(Result.RETRY, str(error))
        except UnavailableError as error:
            return Outcome(Result.UNKNOWN, str(error))
        return self._outcome(answer, platform_id, status)

    def _outcome(self, answer: Answer, platform_id: str, status: str) -> Outcome:
        code = self._api.code(answer)
        said = f"{answer.status} {code}".strip()
        if answer.ok:
            return Outcome(self._confirmed(answer, platform_id, status), said)
        if answer.status in (401, 403):
            return Outcome(Result.DENIED, said)
        if self._api.says_gone(answer):
            return Outcome(Result.GONE, said)
        if answer.status == 429 or (answer.status == 503 and answer.retry_after is not None):
            # Turned away at the door: a limit before WordPress, or its maintenance page, which comes before all else.
            return Outcome(Result.RETRY, said, answer.retry_after)
        return Outcome(Result.UNKNOWN, said)

    def _confirmed(self, answer: Answer, platform_id: str, status: str) -> Result:
        try:
            fields = self._api.object(answer)
        except UnavailableError:
            return Result.UNKNOWN
        return Result.DONE if (str(fields.get("id")), fields.get("status")) == (platform_id, status) else Result.UNKNOWN


def connect(page: str, settings: Settings, means: Means, http: Http | None = None) -> WordPress:
    """Give the connector of a page. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is the application password; the spaces that WordPress shows it with may stay. WordPress
            has no limit to keep to.
        http: the connection; None for one with the usual limits.
    """
    return WordPress(page, settings, Api(settings.url, settings.user, means.secret.read, http or Http(page)))
