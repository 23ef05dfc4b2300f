"""What a mail becomes: a comment, and the post that it stands under."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.mailbox.letter import Letter
from connectors.mailbox.proof import doubt
from connectors.mailbox.senders import told_by
from connectors.mailbox.told import under
from models.comment import Author, Comment, Post, State

_NOT_TOLD = "(the mail does not say under what)"


@dataclass(frozen=True, slots=True)
class House:
    """What the Department says of its own mail."""

    page: str
    server: str
    """The name under which its mail server writes who sent a mail; empty when there is none."""
    own: tuple[str, ...]
    """Addresses, or whole domains, that speak for it."""
    senders: Mapping[str, Sequence[str]]
    """Further domains of the named senders."""


def comment_of(letter: Letter, arrived: datetime, house: House) -> tuple[Comment, Post]:
    """Read a mail as a comment.

    A sender who is not proved is captured like any other; the name says so, the links in the mail are left out, and the
    state is unknown, so that no rule asks for anything by itself: a person looks.
    """
    why_not = doubt(letter.results, house.server, letter.domain)
    told, sites = told_by(letter, house.senders)
    own = not why_not and (letter.address in house.own or under(letter.domain, house.own))
    text = told.post or _NOT_TOLD
    post = Post(house.page, _made("post", text), text)
    comment = Comment(
        page=house.page,
        platform_id=f"{letter.message_id or 'without-id'}/{letter.digest[:16]}",
        post_id=post.platform_id,
        author=Author(f"{told.author} (not proved: {why_not})" if why_not else told.author, told.author_id),
        text=told.text,
        created=min(letter.date or arrived, arrived),
        media=letter.media,
        state=State.UNKNOWN if why_not else State.VISIBLE,
        by_page=own,
        permalink=told.link if sites and not why_not else "",
        raw=letter.raw,
    )
    return comment, post


def _made(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
