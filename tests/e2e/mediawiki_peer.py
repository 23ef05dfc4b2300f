"""The real MediaWiki as a peer of the contract test."""

from __future__ import annotations

import html
import itertools
from datetime import UTC, datetime

import pytest

from connectors.mediawiki import MediaWiki, Settings, connect
from models.comment import State
from tests.connectors.means import means
from tests.connectors.peers import RefusedError
from tests.e2e.mediawiki import EditRefusedError, Wiki

_NUMBERS = itertools.count(1)


def connector_of(wiki: Wiki, page: str = "wiki") -> MediaWiki:
    """The connector, with the bot password."""
    return connect(page, Settings(url=wiki.api, user=wiki.user), means(wiki.secret))


class RealPeer:
    """The shared wiki."""

    page = "wiki"

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki
        self.secret = wiki.secret
        self.settings: dict[str, object] = {"url": wiki.api, "user": wiki.user}
        self.connector = connector_of(wiki)
        self._written: dict[str, tuple[str, str, str]] = {}

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        title = f"Notice {next(_NUMBERS)}"
        self._wiki.edit("Chief", title, text=text)
        return title

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        if not text.strip():
            raise RefusedError("an empty text is no edit")
        title = f"Talk:{post_id}"
        before = self._wiki.text(title)
        try:
            after = self._placed(before, text, parent)
            number = str(self._wiki.edit(author, title, text=after))
        except (EditRefusedError, UnicodeEncodeError) as error:
            raise RefusedError(str(error)) from error
        stored = self._wiki.text(title)
        self._written[number] = (title, author, stored[len(before) :].strip() if stored.startswith(before) else text)
        return number

    def edit(self, comment_id: str, text: str) -> None:
        title, author, written = self._written[comment_id]
        self._wiki.edit(author, title, text=self._wiki.text(title).replace(written, text))
        self._written[comment_id] = (title, author, text)

    def remove(self, comment_id: str) -> None:
        self._wiki.destroy(self._written[comment_id][0], int(comment_id))

    def stored(self, comment_id: str) -> str:
        return html.unescape(self._written[comment_id][2].replace("<b>", "").replace("</b>", ""))

    def visible(self, comment_id: str) -> bool:
        title, _, written = self._written[comment_id]
        return written in self._wiki.text(title) or self._wiki.words_of(int(comment_id)) is not None

    def set_state(self, comment_id: str, state: State) -> None:
        """Let another administrator do by hand what OfRecord does."""
        if state is not State.HIDDEN:
            pytest.skip("a wiki knows no such state")
        title, _, written = self._written[comment_id]
        self._wiki.edit("Chief", title, text=self._wiki.text(title).replace(written, ""))
        self._wiki.act("Chief", "revisiondelete", type="revision", target=title, ids=comment_id, hide="content|comment")

    def revoke(self) -> None:
        self._wiki.revoke_password()

    def cut_off(self) -> None:
        pytest.skip("the real wiki is shared; the simulated one is cut off instead")

    def _placed(self, before: str, text: str, parent: str | None) -> str:
        if parent is None:
            return f"{before}\n\n{text}" if before else text
        above = self._written[parent][2]
        return before.replace(above, f"{above}\n:{text}")
