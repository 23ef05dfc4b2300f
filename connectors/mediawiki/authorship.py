"""Who wrote which line of a talk page, and so what a comment is: the lines that a revision added.

The revisions are gone through one by one, and each line keeps the number of the revision that brought it. An edit by
the same author to lines of their own is another version of that comment; lines that were only moved stay whose they
were, and so do lines that a revert brings back. See ``docs/decisions/0048-a-comment-on-a-wiki.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from connectors.mediawiki.history import BACK, History, Revision
from connectors.mediawiki.wikitext import bare, depth, is_heading, summary_words

_REVERTS = frozenset(("mw-undo", "mw-rollback", "mw-manual-revert"))
"""Tags that MediaWiki gives to an edit that only brings an earlier state back."""

_LONG = 4000
"""More lines than this are compared only by what is the same: comparing them in order could take minutes."""

Line = tuple[str, int | None]
"""A line, and the comment that it belongs to; None for what was there before."""
Hunk = tuple[int, int, int, int]
"""Lines `a` to `b` of the old text became lines `c` to `d` of the new one."""


@dataclass(frozen=True, slots=True)
class Version:
    """A comment as it stood after one of its author's edits."""

    revision: Revision
    text: str
    """In wikitext."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with all that became of it."""

    first: Revision
    versions: tuple[Version, ...]
    """At least one; the newest last."""
    parent: int | None
    """The comment above it that is less indented, within the same section."""
    carriers: tuple[Revision, ...]
    """The revisions in which it can be read, those whose text is hidden included."""
    in_page: bool
    """It stands on the page now."""
    removed: Revision | None
    """The revision that took the last of it out of the page."""
    overwrote: bool
    """It changed lines that somebody else had written."""
    before: tuple[Line, ...] = field(repr=False)
    """The page when it was last on it."""
    now: tuple[Line, ...] = field(repr=False)
    """The page as it is."""

    @property
    def newest(self) -> Version:
        """The comment as its author left it."""
        return self.versions[-1]


class Authorship:
    """The lines of one talk page and their authors."""

    def __init__(self, history: History, own: str) -> None:
        """Take a history; what the account `own` did on it were acts of OfRecord, which bring nothing new."""
        self.history = history
        self._own = own
        self._texts = [None if each.text is None else each.text.split("\n") for each in history.revisions]
        self._hunks: dict[tuple[int, int], list[Hunk]] = {}

    def touched(self, index: int) -> set[int]:
        """The comments that a revision wrote, changed, took away or brought back."""
        replay = self._replay(index - BACK - 1)
        touched = next((step for at, step in replay if at == index), set[int]())
        alone = index not in replay.wrote and self._speaks(index)
        return touched | ({self.history.revisions[index].id} if alone else set())

    def remark(self, first: int) -> Remark | None:
        """A comment by the number of its first revision; None when that revision wrote nothing of its own."""
        index = self.history.index(first)
        if index is None:
            return None
        # With what stood above it, so that answers find it; without, if those 20 revisions claim it for themselves.
        return (
            self._follow(first, index, index - BACK - 1)
            or self._follow(first, index, index - 1)
            or (self._summary_alone(index) if self._speaks(index) else None)
        )

    def _speaks(self, index: int) -> bool:
        """Whether somebody else than OfRecord wrote words into the summary of a revision."""
        revision = self.history.revisions[index]
        return revision.user != self._own and bool(summary_words(revision.summary, ""))

    def _summary_alone(self, index: int) -> Remark:
        revision = self.history.revisions[index]
        lines = tuple((line, None) for line in self._texts[-1] or ())
        return Remark(
            first=revision,
            versions=(Version(revision, ""),),
            parent=None,
            carriers=(),
            in_page=False,
            removed=None,
            overwrote=False,
            before=lines,
            now=lines,
        )

    def _replay(self, start: int) -> _Replay:
        return _Replay(self, max(0, start))

    def _follow(self, first: int, index: int, start: int) -> Remark | None:
        revisions = self.history.revisions
        replay = self._replay(start)
        versions: list[Version] = []
        carriers: list[Revision] = []
        before: tuple[Line, ...] = ()
        parent, removed = None, None
        for at, touched in replay:
            own = "\n".join(text for text, owner in replay.lines if owner == first).strip("\n")
            if at == index:
                parent = _parent(replay.lines, first)
            if own.strip() and first in touched and revisions[at].user == revisions[index].user:
                versions.append(Version(revisions[at], own))
            if own.strip():
                carriers.append(revisions[at])
                before, removed = tuple(replay.lines), None
            elif carriers and removed is None:
                removed = revisions[at]
        if not versions:
            return None
        return Remark(
            first=revisions[index],
            versions=tuple(versions),
            parent=parent,
            carriers=tuple(carriers),
            in_page=removed is None,
            removed=removed,
            overwrote=first in replay.overwriting,
            before=before,
            now=tuple(replay.lines),
        )

    def text(self, index: int) -> list[str] | None:
        """The lines of a revision, or None where they cannot be read."""
        return self._texts[index]

    def hunks(self, old: int, new: int) -> list[Hunk]:
        """What changed between two readable revisions."""
        if (old, new) not in self._hunks:
            self._hunks[old, new] = changes(self._texts[old] or [], self._texts[new] or [])
        return self._hunks[old, new]

    def brings_back(self, revision: Revision) -> bool:
        """Whether a revision only restores what was there before, or is an act of OfRecord."""
        return bool(revision.tags & _REVERTS) or (bool(self._own) and revision.user == self._own)


class _Replay:
    """The page, revision by revision: iterating gives each index with the comments that were touched there."""

    def __init__(self, authorship: Authorship, start: int) -> None:
        self._page = authorship
        self._revisions = authorship.history.revisions
        self._first = start
        self._read: int | None = None
        self._unsure = False
        self._began: dict[int, int] = {}
        self._buried: defaultdict[str, list[int]] = defaultdict(list)
        self.lines: list[Line] = []
        self.overwriting: set[int] = set()
        """Comments that took the place of lines of somebody else."""
        self.wrote: set[int] = set()
        """Where in the history somebody brought lines of their own."""

    def __iter__(self) -> Iterator[tuple[int, set[int]]]:
        if self._first > 0 or self._revisions[0].parent != 0:
            self._take_as_given(self._first)
            self._first += 1
        for index in range(self._first, len(self._revisions)):
            yield index, self._step(index)

    def _take_as_given(self, index: int) -> None:
        text = self._page.text(index)
        self._unsure = text is None
        self._read = None if text is None else index
        self.lines = [(line, None) for line in text or ()]

    def _step(self, index: int) -> set[int]:
        after = self._page.text(index)
        if after is None:
            self._unsure = True
            return set()
        revision = self._revisions[index]
        hunks = changes([], after) if self._read is None else self._page.hunks(self._read, index)
        known = None if self._unsure or self._page.brings_back(revision) else revision
        self._read, self._unsure = index, False
        return self._apply(hunks, after, index, known)

    def _apply(self, hunks: Sequence[Hunk], after: list[str], index: int, writer: Revision | None) -> set[int]:
        """Carry out a change. Without a `writer`, new lines are only given back to whom they belonged to."""
        taken: defaultdict[str, list[int | None]] = defaultdict(list)
        for a, b, _, _ in hunks:
            for text, owner in self.lines[a:b]:
                if text.strip():
                    taken[bare(text)].append(owner)
        revision = self._revisions[index].id
        lines, at, touched = list[Line](), 0, set[int | None]()
        for a, b, c, d in hunks:
            lines += self.lines[at:a]
            target = self._target(self.lines[a:b], index, writer)
            if target == revision and d > c and any(text.strip() for text, _ in self.lines[a:b]):
                self.overwriting.add(revision)
            for text in after[c:d]:
                owner, moved = self._owner(text, target, taken, writer)
                lines.append((text, owner))
                touched |= set() if moved else {owner}
                if target is not None and not moved:
                    self.wrote.add(index)
            at = b
        self._bury(taken)
        touched |= {owner for owners in taken.values() for owner in owners}
        self.lines = lines + self.lines[at:]
        return {each for each in touched if each is not None}

    def _target(self, old: Sequence[Line], index: int, writer: Revision | None) -> int | None:
        """Whose comment new lines are that took the place of `old`: the writer's earlier one, or a new one."""
        if writer is None:
            return None
        for _, owner in old:
            if owner is not None and index - self._began[owner] <= BACK and self._wrote(owner) == writer.user != "":
                return owner
        self._began.setdefault(writer.id, index)
        return writer.id

    def _wrote(self, comment: int) -> str:
        return self._revisions[self._began[comment]].user

    def _owner(
        self, text: str, target: int | None, taken: dict[str, list[int | None]], writer: Revision | None
    ) -> tuple[int | None, bool]:
        """Whose a new line is, and whether it was merely moved."""
        if not text.strip():
            return target, True
        if taken.get(bare(text)):
            return taken[bare(text)].pop(0), True
        if writer is None:
            buried = self._buried.get(bare(text))
            return (buried.pop() if buried else None), False
        return target, False

    def _bury(self, taken: dict[str, list[int | None]]) -> None:
        for text, owners in taken.items():
            self._buried[text] += [owner for owner in owners if owner is not None]


def changes(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """What changed between two texts, by lines. What they have in common at both ends is left out first."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    if max(len(old), len(new)) - head - tail > _LONG:
        return [(head, len(old) - tail, head, len(new) - tail)]
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    return [(a + head, b + head, c + head, d + head) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _parent(lines: Sequence[Line], comment: int) -> int | None:
    """The comment that an indented one answers: the nearest above it that is less indented, in the same section."""
    at = next((number for number, (_, owner) in enumerate(lines) if owner == comment), 0)
    indent = depth(lines[at][0]) if lines else 0
    for text, owner in reversed(lines[:at]):
        if is_heading(text) or not indent:
            return None
        if text.strip() and owner != comment and depth(text) < indent:
            return owner
    return None
