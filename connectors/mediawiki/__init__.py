"""MediaWiki: what visitors write on the talk pages of the Department's own wiki, through its API and a bot password.

Facts used here were tried on MediaWiki 1.39. What counts as a comment is told in
``docs/decisions/0048-a-comment-on-a-wiki.md``, what an operator needs in ``docs/how-to/connect-mediawiki.md``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors._authorisation import Ask, Authorisation, Scope, Way
from connectors._http import Http
from connectors.base import (
    Batch,
    Capability,
    Checked,
    ConnectorError,
    Coverage,
    ForbiddenError,
    HideScope,
    Means,
    Observed,
    Outcome,
    Result,
    UnavailableError,
    UnsupportedError,
)
from connectors.mediawiki import hiding
from connectors.mediawiki.address import api_address
from connectors.mediawiki.api import Api
from connectors.mediawiki.authorship import Remark
from connectors.mediawiki.changes import Cursor, look
from connectors.mediawiki.comments import digest_of, posts_of, readable_by_visitors
from connectors.mediawiki.pages import deleted_revisions, next_talk_page
from connectors.mediawiki.reading import Found, Reader
from connectors.mediawiki.wire import BusyError
from models.comment import State

_EVER = datetime.min.replace(tzinfo=UTC)
_LONG_AGO = timedelta(days=30)
_RIGHTS = ("read", "edit", "deleterevision", "deletedtext", "deletedhistory")
"""Taking words out of a page, hiding revisions, and reading what is hidden (``Manual:User rights``)."""

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
    has_time_filter=True,
    side_effects=(
        "A hide is an edit and an entry in the deletion log; both are public, and neither holds the words.",
        "Earlier states of the page that show the words are hidden whole, and with them what others changed meanwhile.",
        "The author's name or IP address stays in the history.",
        "What was taken out of the page by somebody else, and stays readable in its history, counts as visible.",
        "Copies in search engines, feeds and notices that went out before stay as they are.",
    ),
    hide_steps=(
        "Open the link, signed in as an administrator, and take the words out of the page by editing it.",
        "Open the page's history and mark every revision from the comment's to the one before your edit.",
        "Choose Change visibility of selected revisions, hide revision text and edit summary, and save.",
    ),
    restore_steps=(
        "Open the page's history, signed in as an administrator, and mark the revisions that were hidden with it.",
        "Choose Change visibility of selected revisions, show revision text and edit summary, and save.",
        "Put the words back into the page by editing it.",
    ),
    proved="real server MediaWiki 1.39 with SQLite, in make e2e",
)
authorisation = Authorisation(
    way=Way.PASTE,
    steps=(
        "Sign in to the wiki with the account that is to moderate; it is an administrator (group sysop).",
        "Open Special:BotPasswords, give the bot name moderation and choose Create.",
        "Tick high-volume access, edit existing pages, delete pages, revisions and log entries, view deleted pages.",
        "Choose Create.",
        "Copy the 32 characters that are shown; they are shown only once.",
    ),
    asks=(Ask("password", "Bot password", pattern=r"[0-9a-v]{32}"),),
    plain=True,
    scopes=(
        Scope("editpage", "take a comment out of a page, and put it back"),
        Scope("delete", "hide and show revisions; the group needs the right deleterevision as well"),
        Scope("viewdeleted", "read what is hidden"),
        Scope("highvolume", "read longer histories at once"),
    ),
)


class Settings(BaseModel):
    """The keys of a MediaWiki page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Address of the wiki's api.php, with https; Special:Version shows it.")
    user: str = Field(
        pattern=r"[^@|#<>\[\]{}]+@[^@]+", description="Name of the bot password, such as OfRecord@moderation."
    )
    namespaces: tuple[int, ...] = Field(
        default=(1, 3, 5, 7, 9, 11, 13, 15), min_length=1, description="Numbers of the talk namespaces that are read."
    )
    own_groups: tuple[str, ...] = Field(
        default=("sysop",), description="Groups of accounts that speak for the Department."
    )
    about: str = Field(default="Project:About", description="Title of the page that says what the wiki is.")

    _safe_address = field_validator("url")(api_address)

    @field_validator("namespaces")
    @classmethod
    def _talk(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(each < 1 or each % 2 == 0 for each in value):
            raise ValueError("talk namespaces have odd numbers, such as 1 for Talk and 3 for User talk")
        return value


class MediaWiki:
    """One wiki."""

    platform: ClassVar[str] = "mediawiki"
    capability: ClassVar[Capability] = capability

    def __init__(self, settings: Settings, api: Api) -> None:
        self._settings = settings
        self._api = api
        self._reader = Reader(api, _state_of, own_groups=settings.own_groups)

    def fetch(self, cursor: str | None) -> Batch:
        """Bring what the list of recent changes tells: revisions, what was hidden or shown, pages that were deleted."""
        position = Cursor.parse(cursor)
        changes, onward = look(self._api, self._settings.namespaces, position)
        found = [
            each
            for page_id, revisions in sorted(changes.revisions.items())
            for each in self._reader.touched(page_id, revisions)
        ]
        found += [each for page_id in sorted(changes.restored) for each in self._reader.since(page_id, _EVER)]
        late = position.newest and changes.oldest and changes.oldest - position.newest > _LONG_AGO
        return Batch(
            posts=tuple(posts_of(self._api, {*changes.subjects, *(each.history.subject for each in found)})),
            comments=self._reader.comments(found),
            cursor=str(onward),
            gone=tuple(deleted_revisions(self._api, changes.deleted)),
            gap="The wiki's list of changes may not reach back to the last look; run: ofrecord backfill"
            if late
            else "",
            more=bool(onward.onward),
        )

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring what was written since a moment, one talk page a step."""
        page_id, onward = next_talk_page(self._api, self._settings.namespaces, cursor)
        found = self._reader.since(page_id, since) if page_id else []
        return Batch(
            posts=tuple(posts_of(self._api, {each.history.subject for each in found})),
            comments=self._reader.comments(found),
            cursor=onward,
            more=bool(onward),
        )

    def state(self, platform_id: str) -> Observed:
        """Read one comment now: visible as long as a visitor can read it, on the page or in its history."""
        try:
            found = self._reader.one(platform_id)
        except UnsupportedError:
            return Observed(State.UNKNOWN)
        if found is None:
            return Observed(State.GONE)
        return Observed(_state_of(found.remark), digest_of(found.remark))

    def hide(self, platform_id: str) -> Outcome:
        """Take the comment out of the page, then hide every revision that carries it."""
        try:
            return self._hide(platform_id)
        except ConnectorError as error:
            return hiding.outcome_of(error)

    def unhide(self, platform_id: str) -> Outcome:
        """Put the comment back into the page, if OfRecord took it out, then show its revisions."""
        try:
            return self._unhide(platform_id)
        except ConnectorError as error:
            return hiding.outcome_of(error)

    def check(self) -> Checked:
        """Prove that the account may read the wiki, edit its pages and hide revisions, changing nothing."""
        said = self._api.get(meta="siteinfo|userinfo", siprop="general", uiprop="rights")["query"]
        account, who = said.get("userinfo", {}), f'Page {self._api.page}: the account "{self._api.account}"'
        if "blockedby" in account:
            raise ForbiddenError(f"{who} is blocked; lift the block.")
        lacking = [right for right in _RIGHTS if right not in account.get("rights", ())]
        if lacking:
            raise ForbiddenError(f"{who} lacks {', '.join(lacking)}. {_remedy(lacking)}")
        look(self._api, self._settings.namespaces, Cursor())
        shut = bool(said.get("general", {}).get("readonly"))
        about = [post.text for post in posts_of(self._api, [self._settings.about])]
        return Checked(
            warnings=("The wiki takes no changes now, so nothing can be hidden; see $wgReadOnly.",) if shut else (),
            about=about[0] if about else "",
        )

    def _hide(self, platform_id: str) -> Outcome:
        found = self._before_acting(platform_id)
        if found is not None and found.remark.in_page:
            hiding.take_out(self._api, found)
            found = self._before_acting(platform_id)
            if found is not None and found.remark.in_page:
                return Outcome(Result.RETRY, "the page was edited meanwhile")
        elif found is not None and hiding.is_covered(found.remark):
            return Outcome(Result.ALREADY, "no revision shows it")
        if found is None:
            return Outcome(Result.GONE, "the revision, or its page, is deleted")
        return hiding.cover(self._api, found)

    def _unhide(self, platform_id: str) -> Outcome:
        found = self._before_acting(platform_id)
        if found is not None and self._taken_out_here(found):
            hiding.bring_back(self._api, found)
            found = self._before_acting(platform_id)
        elif found is not None and not hiding.can_be_uncovered(found):
            if readable_by_visitors(found.remark):
                return Outcome(Result.ALREADY, "visitors can read it")
            return Outcome(Result.UNSUPPORTED, "its revisions hold other words that are hidden")
        if found is None:
            return Outcome(Result.GONE, "the revision, or its page, is deleted")
        return hiding.uncover(self._api, found)

    def _before_acting(self, platform_id: str) -> Found | None:
        """Read the comment. While it cannot be read nothing is done, and each act may be begun again."""
        try:
            return self._reader.one(platform_id)
        except UnavailableError as error:
            raise BusyError(str(error), error.retry_after) from None

    def _taken_out_here(self, found: Found) -> bool:
        """Whether it was OfRecord that took the comment out of the page; what its author removed stays out."""
        removed = found.remark.removed
        return removed is not None and removed.user == self._api.account


def _state_of(remark: Remark) -> State:
    return State.VISIBLE if readable_by_visitors(remark) else State.HIDDEN


def _remedy(lacking: Collection[str]) -> str:
    if "deleterevision" in lacking:
        return (
            "In LocalSettings.php write $wgGroupPermissions['sysop']['deleterevision'] = true; and tick the grant to"
            " delete pages, revisions and log entries under Special:BotPasswords."
        )
    return "Make the account an administrator, and tick the grants that the guide names under Special:BotPasswords."


def connect(page: str, settings: Settings, means: Means, http: Http | None = None) -> MediaWiki:
    """Give the connector of a page. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is the bot password. The Department's own wiki has no limit to keep to.
        http: the connection; None for one with the usual limits.
    """
    return MediaWiki(settings, Api(settings.url, http or Http(page), user=settings.user, secret=means.secret.read))
