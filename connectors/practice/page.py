"""The practice page: what its visitors, its authors, its platform and the Department can do on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from connectors.practice.entry import Entry
from connectors.practice.journal import Journal, OpenJournal, PageError
from models.comment import Media, State

_FROM_THE_START = 0


class MissingError(PageError):
    """The page has no such post or comment, or it was removed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment that is about to be written."""

    post_id: str
    text: str
    author: str
    parent: str | None = None
    media: tuple[Media, ...] = ()
    state: State = State.VISIBLE
    by_page: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What was touched since a position: each post or comment once, as it stands now."""

    entries: tuple[Entry, ...]
    position: int
    """Hand it to the next `Page.changes`."""
    more: bool


def utc_now() -> datetime:
    """Give the present time, in UTC."""
    return datetime.now(UTC)


class Page:
    """A practice page in a folder. Any number of processes and threads may use it at once."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime] = utc_now, synced: bool = True) -> None:
        """Use the page in `folder`; see `create`. `synced` False skips fsync, for measuring only."""
        self.folder = folder
        self._clock = clock
        self._journal = Journal(folder, synced=synced)

    @classmethod
    def create(cls, folder: Path, *, clock: Callable[[], datetime] = utc_now, synced: bool = True) -> Page:
        """Make an empty page in `folder`; a page that is already there is kept as it is."""
        page = cls(folder, clock=clock, synced=synced)
        page._journal.create()
        return page

    def publish(self, text: str) -> str:
        """Publish a post of the Department; gives its id."""
        now = self._clock()
        with self._journal.open() as journal:
            return journal.append(Entry(journal.next_id("p"), "published", now, text, now)).id

    def comment(self, draft: Draft) -> str:
        """Write a comment; gives its id.

        Raises:
            MissingError: when the post, or the comment under it that is answered, is not there.
        """
        return self.comments([draft])[0]

    def comments(self, drafts: Iterable[Draft]) -> list[str]:
        """Write several comments at once: all of them or, when one cannot be written, none."""
        now = self._clock()
        with self._journal.open() as journal:
            known: set[tuple[str, str | None]] = set()
            ids = []
            for draft in drafts:
                _see(journal, draft, known)
                ids.append(journal.append(_entry(journal.next_id("c"), draft, now)).id)
            return ids

    def reply(self, comment_id: str, text: str, *, author: str, by_page: bool = False) -> str:
        """Answer a comment; gives the new comment's id."""
        post = self.get(comment_id).post
        if post is None:
            raise MissingError(f"{comment_id} is a post; write a comment under it instead.")
        return self.comment(Draft(post, text, author, parent=comment_id, by_page=by_page))

    def edit(self, entry_id: str, text: str) -> None:
        """Change the text of a post or comment, as its author does; its state stays."""
        with self._journal.open() as journal:
            old = _present(journal, entry_id)
            journal.append(replace(old, change="edited", at=self._clock(), text=text))

    def remove(self, comment_id: str) -> None:
        """Take a comment away for good, as its author does. Nothing of what was written stays on the page."""
        with self._journal.open() as journal:
            old = _present(journal, comment_id)
            journal.append(replace(old, change="removed", at=self._clock(), text="", media=(), state=State.GONE))

    def move(self, comment_id: str, state: State) -> bool:
        """Make a comment visible, hidden, held or spam; False when it already was.

        Raises:
            MissingError: when there is no such comment any more.
            ValueError: for a state that a comment cannot be put into.
        """
        if state in (State.GONE, State.UNKNOWN):
            raise ValueError(f"a comment cannot be made {state}")
        with self._journal.open() as journal:
            old = _present(journal, comment_id)
            if old.is_post:
                raise MissingError(f"{comment_id} is a post, not a comment.")
            if old.state is state:
                return False
            journal.append(replace(old, change="moved", at=self._clock(), state=state))
            return True

    def get(self, entry_id: str) -> Entry:
        """Read a post or a comment as it stands now.

        Raises:
            MissingError: when it was removed or never was.
        """
        with self._journal.open() as journal:
            return _present(journal, entry_id)

    def changes(self, position: int = _FROM_THE_START, limit: int = 500) -> Changes:
        """Read what at most `limit` lines of the journal touched, from `position` on.

        What it costs depends on these lines alone, not on the journal's length.
        """
        with self._journal.open() as journal:
            lines = journal.lines(position, limit)
            touched = {entry.id: entry for entry in lines.entries}
            if lines.more:  # a later line, not read yet, may have changed what these say
                touched = {each: journal.newest(each) or entry for each, entry in touched.items()}
            return Changes(tuple(touched.values()), lines.position, lines.more)

    def visible_to_visitors(self) -> list[Entry]:
        """List every comment that a visitor sees, in the order in which they were written.

        It reads the whole journal; the public site follows it step by step instead (`connectors.practice.wall`).
        """
        entries: dict[str, Entry] = {}
        position, more = _FROM_THE_START, True
        while more:
            changes = self.changes(position)
            entries |= {entry.id: entry for entry in changes.entries}
            position, more = changes.position, changes.more
        return [entry for entry in entries.values() if not entry.is_post and entry.state is State.VISIBLE]


def _see(journal: OpenJournal, draft: Draft, known: set[tuple[str, str | None]]) -> None:
    """Make sure that what a draft answers is there, looking each up once."""
    if (draft.post_id, draft.parent) in known:
        return
    if not _present(journal, draft.post_id).is_post:
        raise MissingError(f"This page has no post {draft.post_id}.")
    if draft.parent is not None and _present(journal, draft.parent).post != draft.post_id:
        raise MissingError(f"{draft.parent} is no comment under {draft.post_id}.")
    known.add((draft.post_id, draft.parent))


def _present(journal: OpenJournal, entry_id: str) -> Entry:
    entry = journal.newest(entry_id)
    if entry is None or entry.state is State.GONE:
        raise MissingError(f"This page has no {entry_id} (any more).")
    return entry


def _entry(entry_id: str, draft: Draft, now: datetime) -> Entry:
    return Entry(
        id=entry_id,
        change="commented",
        at=now,
        text=draft.text,
        created=now,
        state=draft.state,
        post=draft.post_id,
        parent=draft.parent,
        author=draft.author,
        by_page=draft.by_page,
        media=draft.media,
    )
