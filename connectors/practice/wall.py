"""What a visitor of the practice page sees: its posts and the comments that are shown, in threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from connectors.practice.entry import Entry
from connectors.practice.page import Page
from models.comment import State


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment that visitors see, in its place."""

    entry: Entry
    answers: str | None
    """The author of the comment that it answers; None when it answers the post, or a comment that is not shown."""
    parent_missing: bool
    """True when it answers a comment that visitors do not see."""


class Wall:
    """Follows a page's journal, reading each line once. It may be shared by threads."""

    def __init__(self, page: Page) -> None:
        """Start with an empty wall; `posts` and `thread` bring it up to date."""
        self._page = page
        self._lock = threading.Lock()
        self._position = 0
        self._entries: dict[str, Entry] = {}
        self._under: dict[str, list[str]] = {}

    def posts(self) -> list[tuple[Entry, int]]:
        """List the posts, newest first, each with how many comments visitors see under it."""
        with self._lock:
            self._follow()
            posts = [entry for entry in self._entries.values() if entry.is_post]
            return [(post, self._count(post.id)) for post in sorted(posts, key=lambda each: -each.number)]

    def post(self, post_id: str) -> Entry | None:
        """Give one post, or None when there is none of that id."""
        with self._lock:
            self._follow()
            entry = self._entries.get(post_id)
            return entry if entry is not None and entry.is_post else None

    def thread(self, post_id: str) -> list[Shown]:
        """List the comments under a post that visitors see, each followed by its answers, oldest first."""
        with self._lock:
            self._follow()
            comments = [self._entries[each] for each in self._under.get(post_id, ())]
        answers: dict[str | None, list[Entry]] = {}
        for comment in comments:
            answers.setdefault(comment.parent, []).append(comment)
        visible = {comment.id: comment for comment in comments if comment.state is State.VISIBLE}
        return [_shown(each, visible) for each in _in_order(answers) if each.id in visible]

    def _count(self, post_id: str) -> int:
        return sum(self._entries[each].state is State.VISIBLE for each in self._under.get(post_id, ()))

    def _follow(self) -> None:
        more = True
        while more:
            changes = self._page.changes(self._position)
            for entry in changes.entries:
                if entry.post is not None and entry.id not in self._entries:
                    self._under.setdefault(entry.post, []).append(entry.id)
                self._entries[entry.id] = entry
            self._position, more = changes.position, changes.more


def _in_order(answers: dict[str | None, list[Entry]]) -> list[Entry]:
    """Walk the threads without recursion: replies may be nested thousands deep."""
    ordered: list[Entry] = []
    waiting = list(reversed(answers.get(None, [])))
    while waiting:
        entry = waiting.pop()
        ordered.append(entry)
        waiting.extend(reversed(answers.get(entry.id, [])))
    return ordered


def _shown(entry: Entry, visible: dict[str, Entry]) -> Shown:
    parent = visible.get(entry.parent) if entry.parent else None
    return Shown(entry, parent.author if parent else None, entry.parent is not None and parent is None)
