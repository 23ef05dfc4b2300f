"""The Department's account itself: whether it may do what is needed, and what it says about itself."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.base import Checked, ForbiddenError
from connectors.bluesky import gate, news, threads
from connectors.bluesky.api import Api
from connectors.bluesky.rows import Place
from connectors.bluesky.session import scope_of

_APP_PASSWORDS = ("com.atproto.appPass", "com.atproto.appPassPrivileged")
_MAIN_PASSWORD = "com.atproto.access"  # noqa: S105 - the name of a scope


@dataclass(frozen=True, slots=True)
class Account:
    """One account."""

    api: Api

    def check(self) -> Checked:
        """See `connectors.base.Connector.check`."""
        profile = self.api.query("app.bsky.actor.getProfile", {"actor": self._active()}).fields
        views, _ = news.posts(self.api, limit=1)
        if views:
            gate.read(self.api, views[0].place)
        pinned = profile.get("pinnedPost")
        about = [
            str(profile.get("description") or ""),
            self._text(pinned.get("uri") if isinstance(pinned, dict) else ""),
        ]
        return Checked(warnings=self._warnings(), about="\n\n".join(text for text in about if text))

    def _active(self) -> str:
        """The account's DID, once the server has confirmed that it is in use.

        Raises:
            ForbiddenError: when it is not, or the session is good for reading alone.
        """
        found = self.api.query("com.atproto.server.getSession", {}).fields
        if found.get("active") is False:
            raise ForbiddenError(
                f"Page {self.api.page}: the account is {found.get('status') or 'not active'}; sign in to Bluesky and"
                " see to it."
            )
        scope = scope_of(self.api.session)
        if scope and scope not in (*_APP_PASSWORDS, _MAIN_PASSWORD):
            raise ForbiddenError(
                f"Page {self.api.page}: this session may not list hidden replies; make an app password, then run:"
                f" ofrecord connect {self.api.page}"
            )
        return self.api.did

    def _warnings(self) -> tuple[str, ...]:
        scope = scope_of(self.api.session)
        renew = f"make another app password and run: ofrecord connect {self.api.page}"
        if scope == _MAIN_PASSWORD:
            return (f"The secret file holds the account's main password, which can do everything; {renew}",)
        if scope == _APP_PASSWORDS[1]:
            return (f"The app password may read direct messages, which OfRecord does not need; {renew}",)
        return ()

    def _text(self, uri: object) -> str:
        """The words of the pinned post."""
        place = Place.of(uri)
        node = threads.one(self.api, place) if place else None
        return node.view.words if node and node.view else ""
