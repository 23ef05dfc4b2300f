"""What Reddit's interface shows a moderator, as posts and comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.base import ForbiddenError
from connectors.reddit.listing import Row
from models.comment import Author, Comment, Media, Post, State

_DELETED = "[deleted]"
_BY_REDDIT = "[ Removed by Reddit ]"
_AUTOMATON = "AutoModerator"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one page."""

    page: str
    site: str
    subreddit: str
    own: frozenset[str]
    """Names of the accounts that speak for the Department, casefolded."""

    def here(self, row: Row) -> bool:
        """Whether a comment stands in this subreddit: asked by name, Reddit shows any in the world."""
        return str(row.fields.get("subreddit", self.subreddit)).casefold() == self.subreddit.casefold()

    def state(self, row: Row) -> State:
        """How a comment stands.

        ``removed`` alone does not tell: what AutoModerator removed comes with ``removed: false`` and its name in
        ``banned_by`` (recorded). ``banned_by: true`` is Reddit's own filter.

        Raises:
            ForbiddenError: when this is what visitors see: of a removed comment it would say that it is there.
        """
        if self.gone_by(row):
            return State.GONE
        fields = row.fields
        if fields.get("can_mod_post") is False:
            raise ForbiddenError(
                f"Page {self.page}: Reddit shows only what visitors see; make the account a moderator of"
                f" {self.subreddit} again, then run: ofrecord check"
            )
        by = fields.get("banned_by")
        if fields.get("spam") or by is True:
            return State.SPAM
        if by == _AUTOMATON:
            return State.HELD
        return State.HIDDEN if by or fields.get("removed") else State.VISIBLE

    def gone_by(self, row: Row) -> str:
        """Who took the comment away for good, ``author`` or ``platform``; empty when it is there.

        A comment whose author left Reddit has no name either, and its words stay. A visitor can write these words, but
        not be nobody.
        """
        if _author(row.fields) != _DELETED:
            return ""
        return {_DELETED: "author", _BY_REDDIT: "platform"}.get(str(row.fields.get("body")).strip(), "")

    def comment(self, row: Row) -> Comment:
        """Read a comment."""
        fields = row.fields
        author, parent = _author(fields), str(fields.get("parent_id") or "")
        account = fields.get("author_fullname")
        return Comment(
            page=self.page,
            platform_id=row.id,
            post_id=row.post,
            author=Author(author, str(account) if account else None),
            text=str(fields.get("body") or ""),
            created=datetime.fromtimestamp(row.created, UTC),
            parent_id=parent if parent.startswith("t1_") else None,
            media=tuple(_media(fields)),
            state=self.state(row),
            by_page=author.casefold() in self.own or fields.get("distinguished") == "moderator",
            permalink=self._link(fields, f"{row.post[3:]}/_/{fields.get('id')}/"),
            raw=row.raw,
        )

    def post(self, row: Row) -> Post:
        """Read a post: its title, and its text where it has one."""
        written = [str(row.fields.get(name) or "") for name in ("title", "selftext")]
        return Post(
            page=self.page,
            platform_id=row.id,
            text="\n\n".join(text for text in written if text),
            created=datetime.fromtimestamp(row.created, UTC) if row.created else None,
            permalink=self._link(row.fields, f"{row.fields.get('id')}/"),
            raw=row.raw,
        )

    def _link(self, fields: Mapping[str, Any], below: str) -> str:
        """The address for people. Older answers leave it out (recorded)."""
        path = str(fields.get("permalink") or f"/r/{self.subreddit}/comments/{below}")
        return f"{self.site}{path}"


def _author(fields: Mapping[str, Any]) -> str:
    """The author's name; nobody's is ``[deleted]``, and sometimes nothing at all."""
    return str(fields.get("author") or _DELETED)


def _media(fields: Mapping[str, Any]) -> Iterator[Media]:
    """Pictures in a comment, named in the text by their ids."""
    attached = fields.get("media_metadata")
    for name, thing in attached.items() if isinstance(attached, dict) else ():
        shown = thing if isinstance(thing, dict) else {}
        kind = "video" if shown.get("e") == "RedditVideo" else "image"
        source = shown.get("s")
        url = (source.get("u") or source.get("gif") or "") if isinstance(source, dict) else ""
        yield Media(str(name), kind, str(url))
