"""What truly stood on a page, written down by the world itself and by nothing that is tested."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.soak.texts import Text


@dataclass
class Version:
    """What a comment said for a while."""

    text: str
    """As the platform keeps it."""
    kind: str
    polls: int = 0
    """How many whole polls found it on the page, visible, from their beginning to their end."""
    over: bool = False
    """Another version followed, or the comment was removed."""


@dataclass
class Written:
    """A comment."""

    id: str
    post: str
    parent: str | None
    versions: list[Version]
    removed: bool = False

    @property
    def newest(self) -> Version:
        """What it says now, or said last."""
        return self.versions[-1]


@dataclass
class Ledger:
    """Every comment of one page, by its platform id."""

    posts: list[str] = field(default_factory=list)
    comments: dict[str, Written] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    """How often somebody on the platform itself hid or showed a comment."""
    _watched: list[tuple[Written, Version]] = field(default_factory=list)

    @property
    def there(self) -> list[Written]:
        """The comments that stand on the page."""
        return [each for each in self.comments.values() if not each.removed]

    def wrote(self, comment_id: str, post: str, parent: str | None, text: Text, stored: str) -> None:
        """A comment was written."""
        written = Written(comment_id, post, parent, [Version(stored, text.kind)])
        self.comments[comment_id] = written
        self._watched.append((written, written.newest))

    def edited(self, comment_id: str, text: Text, stored: str) -> None:
        """Its author changed it."""
        written = self.comments[comment_id]
        written.newest.over = True
        written.versions.append(Version(stored, text.kind))
        self._watched.append((written, written.newest))

    def removed(self, comment_id: str) -> None:
        """Its author took it away."""
        written = self.comments[comment_id]
        written.removed = written.newest.over = True

    def answered(self, comment_id: str) -> bool:
        """Whether an answer to it stands on the page."""
        return any(each.parent == comment_id for each in self.there)

    def above(self, written: Written) -> Iterator[Written]:
        """What a comment answers, one after the other."""
        while written.parent is not None and written.parent in self.comments:
            written = self.comments[written.parent]
            yield written

    def seen_by(self, visible: Callable[[str], bool]) -> list[tuple[Written, Version]]:
        """The versions that a visitor sees now and that were not on the page for two polls yet."""
        self._watched = [each for each in self._watched if not each[1].over and each[1].polls < 2]
        return [each for each in self._watched if visible(each[0].id)]

    def polled(self, seen: list[tuple[Written, Version]]) -> None:
        """A poll came to its end that began when these were seen."""
        for _, version in seen:
            version.polls += not version.over
