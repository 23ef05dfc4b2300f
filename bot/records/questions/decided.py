"""What people decided, each answer with the text, the scores and the versions that it was about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from bot.records.moments import from_ms
from bot.records.questions.comments import CommentQuestions
from bot.records.questions.entries import Entry
from bot.records.questions.reader import Row

_AT_ONCE = 400
_ANSWERS = """SELECT r.seq,r.ref,r.page,r.decision,r.version,r.ground,r.decided,r.closed_flag FROM review r
WHERE r.undone_seq IS NULL AND r.decision IN('leave_up','hide') AND (? IS NULL OR r.page=?)
  AND NOT EXISTS(SELECT 1 FROM review n WHERE n.ref=r.ref AND n.version=r.version AND n.seq>r.seq
    AND n.undone_seq IS NULL AND n.decision IN('leave_up','hide'))
  AND EXISTS(SELECT 1 FROM comment_state c WHERE c.ref=r.ref AND NOT c.by_page)
ORDER BY r.seq DESC LIMIT ?"""
_ABOUT = (
    """SELECT seq FROM log WHERE type IN('comment.seen','comment.edited','comment.classified') AND subject IN ({})"""
)
_HELD = "SELECT seq FROM hold WHERE released_seq IS NULL AND seq IN ({})"


@dataclass(frozen=True, slots=True)
class Decided:
    """The newest answer that stands about one version of a visitor's comment."""

    seq: int
    ref: str
    page: str
    version: int
    decision: str
    """leave_up or hide."""
    ground: str | None
    decided: datetime
    flagged: bool
    """Whether it waited in the queue; False when a person came upon it."""
    held: bool
    """Whether an order of a court or an attorney lies on any part of it."""
    classified: Entry | None
    """The scoring of that version."""
    text: str | None = field(repr=False)
    """None where it was destroyed."""
    post: str | None = field(repr=False)
    """The post's text; None where it is unknown, held or destroyed."""

    @property
    def reasons(self) -> Sequence[Mapping[str, Any]] | None:
        """Every finding of that scoring, as `comment.classified` holds it; None where they were destroyed."""
        return self.classified.opened.get("explain.reasons") if self.classified else None


class DecidedQuestions(CommentQuestions):
    """Questions about answers as examples to learn from."""

    def decided(self, page: str | None = None, newest: int = -1) -> Iterator[Decided]:
        """Every version of a comment that people decided, by its newest answer that stands, oldest first.

        Args:
            page: only of this page.
            newest: only so many, of the newest; -1 for all.
        """
        answers = iter(self._rows(_ANSWERS, [page, page, newest])[::-1])
        posts: dict[str, str | None] = {}
        while portion := list(islice(answers, _AT_ONCE)):
            yield from self._decided(portion, posts)

    def newest_answer(self) -> int:
        """The entry of the newest answer, an undo included; -1 without any. It moves whenever `decided` may."""
        row = self._row("SELECT coalesce(max(seq),-1) FROM review")
        return -1 if row is None else int(row[0])

    def _decided(self, answers: list[Row], posts: dict[str, str | None]) -> Iterator[Decided]:
        about = self.entries_of(seq for (seq,) in self._rows_for(_ABOUT, sorted({row[1] for row in answers})))
        held = self._held([entry.seq for entry in about] + [row[0] for row in answers])
        by_version: dict[tuple[str, int], list[Entry]] = {}
        for entry in about:
            by_version.setdefault((entry.subject.ref, entry.pub["version"]), []).append(entry)
        for seq, ref, on_page, decision, version, ground, ms, closed_flag in answers:
            entries = by_version.get((ref, version), [])
            capture = next((each for each in entries if each.type != "comment.classified"), None)
            yield Decided(
                seq=seq,
                ref=ref,
                page=on_page,
                version=version,
                decision=decision,
                ground=ground,
                decided=from_ms(ms),
                flagged=closed_flag is not None,
                held=not held.isdisjoint([seq, *(each.seq for each in entries)]),
                classified=next((each for each in reversed(entries) if each.type == "comment.classified"), None),
                text=capture.opened.get("comment.text") if capture else None,
                post=self._post_text(capture.pub.get("post_ref") if capture else None, posts),
            )

    def _held(self, seqs: Sequence[int]) -> set[int]:
        return {seq for (seq,) in self._rows_for(_HELD, seqs)}

    def _post_text(self, ref: str | None, known: dict[str, str | None]) -> str | None:
        if ref is None:
            return None
        if ref not in known:
            post = self.post(ref)
            known[ref] = None if post is None or self._held([post.seq]) else post.text
        return known[ref]
