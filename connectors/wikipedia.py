"""Wikipedia: talk pages that concern the Department, read as any visitor reads them; whatever is done, people do.

Nobody but Wikipedia's own administrators can hide anything there, and whoever is written about is asked not to edit.
What counts as a comment is told in ``docs/decisions/0048-a-comment-on-a-wiki.md``, what an operator needs in
``docs/how-to/connect-wikipedia.md``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors._http import Http
from connectors._limits import Limit, rolling
from connectors.base import (
    Batch,
    BudgetSpentError,
    Capability,
    Checked,
    Coverage,
    HideScope,
    Means,
    Observed,
    Outcome,
    Result,
    UnsupportedError,
)
from connectors.mediawiki.address import api_address
from connectors.mediawiki.api import Api
from connectors.mediawiki.authorship import Remark
from connectors.mediawiki.comments import digest_of, posts_of
from connectors.mediawiki.history import MOST, History
from connectors.mediawiki.reading import Found, Reader
from models.comment import Post, State

_AT_ONCE = 50
_FIRST = 100
"""So many revisions of a talk page are read when it is first looked at; older ones are the backfill's."""

limits = (
    Limit(
        "reads",
        500,
        rolling(timedelta(hours=1)),
        "Calls to Wikipedia; it names no number for careful readers, so this one is OfRecord's own.",
        reserved=50,
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
    has_time_filter=True,
    side_effects=(
        "What is taken off a talk page stays readable in its history, unless an administrator of Wikipedia hides it.",
        "Old threads are moved to archive pages by programs; here they count as gone.",
    ),
    hide_steps=(
        "Open the link, and look whether the words still stand on the talk page.",
        "Change nothing in an article about the Department: Wikipedia asks whoever has an interest not to.",
        "Somebody's address or number: write to Wikipedia:Oversight, with the link and without the words.",
        "A threat of harm: tell the watch commander, then write to emergency@wikimedia.org.",
        "Anything else: sign in with the Department's own account, whose user page says whom it speaks for.",
        "Then ask on the talk page, or at Wikipedia:Administrators' noticeboard, with the link and the reason.",
        "Wait for the answer of an editor who has no interest in it; do not argue, and do not remove it yourself.",
    ),
    restore_steps=(
        "Open the page's history, and find who took the words away, and why.",
        "Ask that editor on the talk page to put them back, with the link; do not put them back yourself.",
    ),
    proved="simulated MediaWiki in make test; the same reading against a real MediaWiki 1.39 in make e2e",
)


class Settings(BaseModel):
    """The keys of a Wikipedia page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pages: tuple[str, ...] = Field(
        min_length=1,
        max_length=_AT_ONCE,
        description='Titles of the talk pages to watch, such as "Talk:Jackson, Wyoming".',
    )
    own_users: tuple[str, ...] = Field(default=(), description="Accounts that speak for the Department.")
    contact: str = Field(
        pattern=r"[\x21-\x7e]{3,100}",
        description="Mail or web address to turn to; sent with each call, as Wikimedia's User-Agent policy asks.",
    )
    url: str = Field(
        default="https://en.wikipedia.org/w/api.php", description="Address of api.php, which names the language."
    )

    _safe_address = field_validator("url")(api_address)

    @field_validator("pages")
    @classmethod
    def _plain_titles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any("|" in each or "#" in each or not each.strip() for each in value):
            raise ValueError("give each talk page's title as it stands above the page")
        return value


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The newest revision that was read of each talk page, by its id there."""

    read: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None) -> _Cursor:
        """Read what `__str__` wrote. What cannot be read starts from the beginning: that repeats, and loses nothing."""
        try:
            return cls({int(page): int(revision) for page, revision in json.loads(text or "{}").items()})
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        """Give the cursor as JSON."""
        return json.dumps({str(page): revision for page, revision in sorted(self.read.items())})


@dataclass(frozen=True, slots=True)
class _Talk:
    """A talk page as it stands now."""

    page_id: int
    title: str
    newest: int
    namespace: int


class Wikipedia:
    """Some talk pages of one Wikipedia."""

    platform: ClassVar[str] = "wikipedia"
    capability: ClassVar[Capability] = capability

    def __init__(self, settings: Settings, polling: Api, acting: Api) -> None:
        """Take two ways to the wiki: what is read for an act may use what polling has to leave."""
        self._settings = settings
        self._polling = polling
        self._reader = Reader(polling, _state_of, own_users=settings.own_users)
        self._for_acts = Reader(acting, _state_of, own_users=settings.own_users)

    def fetch(self, cursor: str | None) -> Batch:
        """Bring what changed on the talk pages; one that has no new revision costs no call of its own."""
        read = dict(_Cursor.parse(cursor).read)
        changed = [each for each in self._talks() if each.newest and read.get(each.page_id) != each.newest]
        histories: list[tuple[History, list[Found]]] = []
        gap = ""
        for number, talk in enumerate(changed):
            known = read.get(talk.page_id, 0)
            try:
                history, found = self._reader.newer(talk.page_id, known, _FIRST if not known else MOST)
            except BudgetSpentError:
                if number == 0:
                    raise
                break
            if history is None:
                continue
            gap = gap or (_missed(talk) if known and history.revisions[0].id > known else "")
            histories.append((history, found))
            read[talk.page_id] = history.revisions[-1].id
        return self._batch(histories, cursor=str(_Cursor(read)), gap=gap, more=len(histories) < len(changed))

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Bring what was written since a moment and still stands there, one talk page a step."""
        talks = [each for each in self._talks() if each.newest]
        at = int(cursor or 0)
        found = self._reader.since(talks[at].page_id, since) if at < len(talks) else []
        histories = [(found[0].history, found)] if found else []
        return self._batch(histories, cursor=str(at + 1), more=at + 1 < len(talks))

    def state(self, platform_id: str) -> Observed:
        """Read one comment now: visible while it stands on the talk page, gone when it does not."""
        try:
            found = self._for_acts.one(platform_id)
        except UnsupportedError:
            return Observed(State.UNKNOWN)
        if found is None or _state_of(found.remark) is State.GONE:
            return Observed(State.GONE)
        return Observed(State.VISIBLE, digest_of(found.remark))

    def hide(self, platform_id: str) -> Outcome:  # noqa: ARG002 - every connector is asked the same
        """Leave it to a person."""
        return Outcome(Result.UNSUPPORTED, "on Wikipedia only its own editors take anything away")

    def unhide(self, platform_id: str) -> Outcome:  # noqa: ARG002 - every connector is asked the same
        """Leave it to a person."""
        return Outcome(Result.UNSUPPORTED, "on Wikipedia only its own editors put anything back")

    def check(self) -> Checked:
        """Prove that the talk pages can be read.

        Raises:
            ConnectorError: when one of them is no talk page, or Wikipedia does not answer.
        """
        talks = self._talks()
        for each in talks:
            if each.namespace % 2 == 0:
                raise UnsupportedError(
                    f'Page {self._polling.page}: "{each.title}" is no talk page; write the title of its talk page.'
                )
        missing = [each.title for each in talks if not each.newest]
        return Checked(
            warnings=tuple(f'There is no page "{each}" yet; see whether its title is right.' for each in missing)
        )

    def _talks(self) -> list[_Talk]:
        said = self._polling.get(prop="info", titles="|".join(self._settings.pages))
        with self._polling.understanding():
            return [_talk(page) for page in said["query"].get("pages", ()) if not page.get("invalid")]

    def _batch(
        self, histories: list[tuple[History, list[Found]]], *, cursor: str, gap: str = "", more: bool = False
    ) -> Batch:
        found = [each for _, listed in histories for each in listed]
        standing = [each for each in found if _state_of(each.remark) is State.VISIBLE]
        gone = {str(each.remark.first.id): _by(each.remark) for each in found if each not in standing}
        for history, _ in histories:
            gone |= {str(each.id): "platform" for each in history.revisions if each.text_hidden and each.text is None}
        return Batch(
            posts=self._posts({history.subject for history, _ in histories}),
            comments=self._reader.comments(standing),
            cursor=cursor,
            gone=tuple(gone),
            gone_by={each: by for each, by in gone.items() if by},
            gap=gap,
            more=more,
        )

    def _posts(self, titles: Collection[str]) -> tuple[Post, ...]:
        """What the talk pages are about. Where the budget ends here, the comments come without it, not never."""
        try:
            return tuple(posts_of(self._polling, titles, lead=True))
        except BudgetSpentError:
            return ()


def _state_of(remark: Remark) -> State:
    """What stands on the page; its history is out of the Department's reach."""
    return State.VISIBLE if remark.in_page else State.GONE


def _by(remark: Remark) -> str:
    """The history says who took it away; empty where it was neither its author nor an administrator."""
    taken = remark.removed
    return "author" if taken is not None and taken.user == remark.first.user != "" else ""


def _missed(talk: _Talk) -> str:
    return f'"{talk.title}" changed more often than could be read at once; run: ofrecord backfill'


def _talk(page: Mapping[str, Any]) -> _Talk:
    newest = 0 if page.get("missing") else int(page.get("lastrevid", 0))
    return _Talk(int(page.get("pageid", 0)), str(page["title"]), newest, int(page.get("ns", 0)))


def connect(page: str, settings: Settings, means: Means, http: Http | None = None) -> Wikipedia:
    """Give the connector of a page. Nothing is sent until it is used; there is no secret.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the budget holds ``reads``.
        http: the connection; None for one with the usual limits.
    """
    line, agent = http or Http(page), f"OfRecord ({settings.contact})"
    polling = Api(settings.url, line, agent=agent, spend=lambda: means.budget.spend("reads"))
    acting = Api(settings.url, line, agent=agent, spend=lambda: means.budget.spend("reads", act=True))
    return Wikipedia(settings, polling, acting)
