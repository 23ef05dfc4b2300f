"""A page of the Department for practice, demonstration and tests, kept in a folder on this machine.

It has everything that a platform has (posts, visitors, replies, edits, held comments) and no credential. Its public
site is `connectors.practice.site`, its visitors are `connectors.practice.visitors`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

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
    UnavailableError,
)
from connectors.practice.entry import Entry
from connectors.practice.journal import JOURNAL, PageError
from connectors.practice.page import MissingError, Page
from models.comment import Author, Comment, Post, State

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
        "Replies to a hidden comment stay visible; above them the page says that a comment is not shown.",
        "Hiding a held comment takes it out of the page's own approval; restoring it then shows it to visitors.",
    ),
    proved="contract test on the page itself, in make test",
)


class Settings(BaseModel):
    """The keys of a practice page's table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path = Field(description="Folder that holds the practice page; relative to the configuration file.")
    url: str = Field(default="", description="Address of the page's public site, for links to comments.")
    at_once: int = Field(
        default=500, ge=1, le=10_000, description="How many changes of the page one fetch reads at most."
    )
    synced: bool = Field(default=True, description="Wait for the disk after each change; false only for measuring.")

    @field_validator("folder")
    @classmethod
    def _beside_the_configuration(cls, folder: Path, info: ValidationInfo) -> Path:
        base: Path | None = (info.context or {}).get("folder")
        return folder if base is None else base / folder.expanduser()


class Practice:
    """The connector of a practice page. Its cursor is a position in the page's journal."""

    platform: ClassVar[str] = "practice"
    capability: ClassVar[Capability] = capability

    def __init__(self, name: str, page: Page, *, url: str = "", at_once: int = 500) -> None:
        """Moderate `page`, which the configuration calls `name`."""
        self._name = name
        self._page = page
        self._url = url.rstrip("/")
        self._at_once = at_once

    def fetch(self, cursor: str | None) -> Batch:
        """Bring what was touched since `cursor`, as it stands now."""
        with self._telling():
            changes = self._page.changes(self._position(cursor), self._at_once)
        posts, comments, gone = [], [], []
        for entry in changes.entries:
            if entry.is_post:
                posts.append(self._post(entry))
            elif entry.state is State.GONE:
                gone.append(entry.id)
            else:
                comments.append(self._comment(entry))
        return Batch(tuple(posts), tuple(comments), str(changes.position), gone=tuple(gone), more=changes.more)

    def state(self, platform_id: str) -> Observed:
        """Read one comment as it stands now."""
        with self._telling():
            try:
                entry = self._page.get(platform_id)
            except MissingError:
                return Observed(State.GONE)
        return Observed(State.GONE) if entry.is_post else Observed(entry.state, self._comment(entry).digest)

    def hide(self, platform_id: str) -> Outcome:
        """Hide one comment from visitors."""
        return self._move(platform_id, State.HIDDEN)

    def unhide(self, platform_id: str) -> Outcome:
        """Show one hidden comment again."""
        return self._move(platform_id, State.VISIBLE)

    def check(self) -> Checked:
        """Prove that the page can be read and written, changing nothing."""
        if not self._page.folder.is_dir():
            hint = f"make it with: python -m connectors.practice.site {self._page.folder}"
            raise GoneError(f"Page {self._name}: the folder {self._page.folder} does not exist; {hint}")
        journal = self._page.folder / JOURNAL
        if journal.exists() and not os.access(journal, os.R_OK | os.W_OK):
            raise ForbiddenError(f"Page {self._name}: {journal} cannot be written; change its owner or mode.")
        with self._telling():
            self._page.changes(limit=1)
        return Checked()

    def _move(self, platform_id: str, state: State) -> Outcome:
        try:
            changed = self._page.move(platform_id, state)
        except MissingError as error:
            return Outcome(Result.GONE, str(error))
        except PageError as error:  # the lock or the disk refused; whether the line was synced is not known
            return Outcome(Result.UNKNOWN, str(error))
        return Outcome(Result.DONE if changed else Result.ALREADY)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except PageError as error:
            raise UnavailableError(f"Page {self._name}: {error}") from error

    def _position(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        if not (cursor.isascii() and cursor.isdigit()):
            raise PageError(f"{cursor[:40]!r} is no position in its journal; restore the store's cursor.")
        return int(cursor)

    def _post(self, entry: Entry) -> Post:
        return Post(self._name, entry.id, entry.text, entry.created, self._link(entry), entry.raw)

    def _comment(self, entry: Entry) -> Comment:
        return Comment(
            page=self._name,
            platform_id=entry.id,
            post_id=entry.post or "",
            author=Author(entry.author),
            text=entry.text,
            created=entry.created,
            parent_id=entry.parent,
            media=entry.media,
            state=entry.state,
            by_page=entry.by_page,
            permalink=self._link(entry),
            raw=entry.raw,
        )

    def _link(self, entry: Entry) -> str:
        if not self._url:
            return ""
        place = entry.id if entry.is_post else f"{entry.post}#{entry.id}"
        return f"{self._url}/posts/{place}"


def connect(page: str, settings: Settings, means: Means) -> Practice:  # noqa: ARG001
    """Open the practice page that the configuration calls `page`. It has neither a credential nor a limit."""
    return Practice(
        page,
        Page(settings.folder, synced=settings.synced),
        url=settings.url,
        at_once=settings.at_once,
    )
