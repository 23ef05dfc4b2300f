"""Posts and comments: what is known of them, and what was captured."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.records.moments import parse, to_ms
from bot.records.questions.entries import Entry, EntryQuestions
from bot.records.questions.reader import Row, adapted

COMMENT_STATE = (
    "c.ref,c.page,c.platform,c.post_ref,c.parent_ref,c.version,c.state,c.by_page,c.created,c.seen,c.backlog,"
    "c.capture_seq,c.last_seq,c.digest_mac,c.hidden_by,c.provisional_until,c.lapsed,c.decided_seq"
)
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class CommentState:
    """How a comment stands, by the log."""

    ref: str
    page: str
    platform: str
    post_ref: str | None
    parent_ref: str | None
    version: int
    state: str
    """As `models.comment.State`: what the platform last showed."""
    by_page: bool
    created: datetime
    """When it was posted."""
    seen: datetime
    """When it was first captured."""
    backlog: bool
    capture_seq: int
    """The entry that captured the newest version."""
    last_seq: int
    """The newest entry that changed what a moderator would decide on."""
    digest_mac: bytes | None = field(repr=False)
    hidden_by: str | None
    """bot, person or elsewhere; None when it is not hidden."""
    provisional_until: datetime | None
    """When a hide by the bot lapses; None when it does not."""
    lapsed: bool
    """A provisional hide of it has lapsed before."""
    decided_seq: int | None
    """The newest answer of a person that stands (leave up or hide)."""


@dataclass(frozen=True, slots=True)
class PostState:
    """What is known of a post."""

    ref: str
    page: str
    version: int
    capture_seq: int
    digest_mac: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Captured:
    """One captured version of a comment. What retention destroyed is None."""

    ref: str
    page: str
    platform: str
    version: int
    seq: int
    state: str
    by_page: bool
    created: datetime
    captured: datetime
    post_ref: str | None
    parent_ref: str | None
    platform_id: str | None
    author_name: str | None
    author_id: str | None
    permalink: str | None
    media: tuple[Mapping[str, str], ...]
    text: str | None = field(repr=False)
    raw: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CapturedPost:
    """The newest captured version of a post. What retention destroyed is None."""

    ref: str
    page: str
    platform: str
    version: int
    seq: int
    created: datetime | None
    platform_id: str | None
    permalink: str | None
    text: str | None = field(repr=False)


class CommentQuestions(EntryQuestions):
    """Questions about posts and comments."""

    def known(self, page: str, platform_ids: Collection[str]) -> dict[str, CommentState]:
        """The comments of a page that are in the log already, by platform id."""
        found = self._by_id(
            "comment", page, platform_ids, f"SELECT p.h,{COMMENT_STATE}", "comment_state c ON c.ref=l.subject"
        )
        return {platform_id: comment_state(row) for platform_id, row in found.items()}

    def known_posts(self, page: str, platform_ids: Collection[str]) -> dict[str, PostState]:
        """The posts of a page that are in the log already, by platform id."""
        columns = "SELECT p.h,c.ref,c.page,c.version,c.capture_seq,c.digest_mac"
        found = self._by_id("post", page, platform_ids, columns, "post_state c ON c.ref=l.subject")
        return {platform_id: PostState(*row) for platform_id, row in found.items()}

    def _by_id(self, kind: str, page: str, platform_ids: Collection[str], columns: str, joined: str) -> dict[str, Row]:
        macs = {self._key.of_id(kind, page, each): each for each in platform_ids}
        asked = f"{columns} FROM pidx p JOIN log l ON l.seq=p.seq JOIN {joined} WHERE p.h IN ({{}})"
        return {macs[row[0]]: row[1:] for row in self._rows_for(asked, list(macs))}

    def same_digest(self, state: CommentState | PostState, digest: str) -> bool:
        """Whether the newest captured version has this digest (hex)."""
        return state.digest_mac is not None and hmac.compare_digest(state.digest_mac, self._key.of_digest(digest))

    def comment(self, ref: str) -> CommentState | None:
        """How a comment stands, or None when there is none."""
        row = self._row(f"SELECT {COMMENT_STATE} FROM comment_state c WHERE c.ref=?", [ref])  # noqa: S608
        return None if row is None else comment_state(row)

    def captured(self, ref: str) -> Captured | None:
        """The newest captured version of a comment."""
        row = self._row("SELECT capture_seq FROM comment_state WHERE ref=?", [ref])
        entry = None if row is None else self.entry(row[0])
        return None if entry is None else _captured(entry)

    def versions(self, ref: str) -> list[Captured]:
        """Every captured version of a comment, oldest first."""
        seqs = self._rows("SELECT seq FROM log WHERE subject=? AND type IN('comment.seen','comment.edited')", [ref])
        return [_captured(each) for each in self.entries_of(seq for (seq,) in seqs)]

    def post(self, ref: str) -> CapturedPost | None:
        """The newest captured version of a post."""
        row = self._row("SELECT capture_seq FROM post_state WHERE ref=?", [ref])
        entry = None if row is None else self.entry(row[0])
        return None if entry is None else _captured_post(entry)

    def ancestors(self, ref: str) -> list[Captured]:
        """The comments between the post and this one, the nearest last."""
        found: list[Captured] = []
        seen = {ref}
        current = self.comment(ref)
        while current is not None and current.parent_ref not in seen and len(found) < _DEEPEST:
            if current.parent_ref is None or (parent := self.captured(current.parent_ref)) is None:
                break
            found.append(parent)
            seen.add(parent.ref)
            current = self.comment(parent.ref)
        return found[::-1]

    def thread(
        self, post_ref: str, limit: int = 200, upto: datetime | None = None
    ) -> list[tuple[CommentState, Captured]]:
        """The last `limit` comments under a post in posting order, of those posted until `upto` when it is given."""
        until = 2**62 if upto is None else to_ms(upto)
        rows = self._rows(
            f"SELECT {COMMENT_STATE} FROM comment_state c WHERE c.post_ref=? AND c.created<=? "  # noqa: S608
            "ORDER BY c.created DESC,c.capture_seq DESC LIMIT ?",
            [post_ref, until, limit],
        )
        states = [comment_state(row) for row in rows[::-1]]
        captures = {each.seq: _captured(each) for each in self.entries_of(each.capture_seq for each in states)}
        return [(each, captures[each.capture_seq]) for each in states if each.capture_seq in captures]

    def live_comments_since(self, page: str, posted_after: datetime) -> list[tuple[str, str, CommentState]]:
        """The comments of a page posted since a moment and not gone: reference, platform id, state.

        A comment whose platform id was destroyed is left out.
        """
        rows = self._rows(
            f"SELECT p.value,{COMMENT_STATE} FROM comment_state c JOIN payload p ON p.seq=c.capture_seq "  # noqa: S608
            "AND p.name='comment.platform_id' WHERE c.page=? AND c.created>=? AND c.state<>'gone' ORDER BY c.created",
            [page, to_ms(posted_after)],
        )
        return [(row[1], str(json.loads(row[0])), comment_state(row[1:])) for row in rows]


def comment_state(row: Row) -> CommentState:
    """Read one row of the columns `COMMENT_STATE`."""
    return CommentState(*adapted(row, moments=(8, 9, 15), truths=(7, 10, 16)))


def _captured(entry: Entry) -> Captured:
    pub, opened = entry.pub, entry.opened
    return Captured(
        ref=entry.subject.ref,
        page=pub["page"],
        platform=pub["platform"],
        version=pub["version"],
        seq=entry.seq,
        state=pub["state"],
        by_page=pub["by_page"],
        created=parse(pub["created"]),
        captured=entry.ts,
        post_ref=pub.get("post_ref"),
        parent_ref=pub.get("parent_ref"),
        platform_id=opened.get("comment.platform_id"),
        author_name=opened.get("author.name"),
        author_id=opened.get("author.platform_id"),
        permalink=opened.get("comment.permalink"),
        media=tuple(opened.get("comment.media", ())),
        text=opened.get("comment.text"),
        raw=opened.get("raw.api_json"),
    )


def _captured_post(entry: Entry) -> CapturedPost:
    pub, opened = entry.pub, entry.opened
    return CapturedPost(
        ref=entry.subject.ref,
        page=pub["page"],
        platform=pub["platform"],
        version=pub["version"],
        seq=entry.seq,
        created=None if pub.get("created") is None else parse(pub["created"]),
        platform_id=opened.get("post.platform_id"),
        permalink=opened.get("post.permalink"),
        text=opened.get("post.text"),
    )
