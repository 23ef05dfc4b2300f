"""The real WordPress as a peer of the contract test."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest

from connectors.wordpress import Settings, WordPress, connect
from models.comment import State
from tests.connectors.means import means
from tests.connectors.peer_wordpress import STATUSES
from tests.connectors.peers import RefusedError
from tests.e2e.wordpress import FormRefusedError, Site


def connector_of(site: Site, page: str = "blog") -> WordPress:
    """The connector, as the bot's account, with a rescan at every poll."""
    return connect(page, Settings(url=site.url, user=site.user, rescan_minutes=0), means(site.secret))


class RealPeer:
    """The shared site."""

    page = "blog"

    def __init__(self, site: Site) -> None:
        self._site = site
        self.secret = site.secret
        self.settings: dict[str, object] = {"url": site.url, "user": site.user, "rescan_minutes": 0}
        self.connector = connector_of(site)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        return str(self._site.publish("News", text))

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        try:
            return str(self._site.comment(int(post_id), text, author, parent=int(parent) if parent else None))
        except (FormRefusedError, UnicodeEncodeError) as error:
            raise RefusedError(str(error)) from error

    def edit(self, comment_id: str, text: str) -> None:
        self._site.edit(int(comment_id), text)

    def remove(self, comment_id: str) -> None:
        self._site.destroy(int(comment_id))

    def stored(self, comment_id: str) -> str:
        words = str(self._site.stored(int(comment_id))["content"]["raw"])
        return html.unescape(re.sub(r"</?b>", "", words))

    def visible(self, comment_id: str) -> bool:
        return self._site.visible(int(self._site.stored(int(comment_id))["post"]), int(comment_id))

    def set_state(self, comment_id: str, state: State) -> None:
        self._site.set_status(int(comment_id), STATUSES[state])

    def revoke(self) -> None:
        self._site.revoke_password()

    def cut_off(self) -> None:
        pytest.skip("the real site is shared; the simulated one is cut off instead")
