"""YouTube's interface: what is asked of it, and what each request costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from connectors._google import Google, Page
from connectors._google_errors import RefusedError
from connectors._http import Http
from connectors._json import members
from connectors.base import ForbiddenError, GoneError, Means
from connectors.youtube.wire import YOUTUBE

Status = Literal["published", "heldForReview", "likelySpam", "rejected"]
CHANGE = 50
"""Units that a change costs; a listing costs one."""
READ = 4
"""Units that reading one comment costs: it by its id, and what is held, taken for spam, and rejected."""
IDS = 30
"""Ids in one request: with more, the library's address grows over 2048 letters, and it turns a GET into a POST."""
_AT_ONCE = 100


class Api(Google):
    """Requests to YouTube on behalf of one channel."""

    def __init__(
        self,
        addresses: tuple[str, str],
        channel: str,
        means: Means,
        http: Http,
        clock: Callable[[], datetime],
    ) -> None:
        """Connect to nothing yet, and read no secret.

        Args:
            addresses: of the interface, and of the token endpoint.
            channel: the channel's id.
            means: the credential and the budget.
            http: the connection.
            clock: the present moment (UTC).
        """
        super().__init__(YOUTUBE, addresses, means, http, clock)
        self.channel = channel

    def threads(self, status: Status, onward: str | None, *, paid: bool = False, act: bool = False) -> Page | None:
        """One page of the threads of the channel, the newest first by when they began.

        https://developers.google.com/youtube/v3/docs/commentThreads/list names three statuses; the description of the
        interface has a fourth, ``rejected``.

        Returns:
            The page; None where YouTube does not list what was rejected.
        """
        asked = {
            "part": "snippet,replies",
            "allThreadsRelatedToChannelId": self.channel,
            "order": "time",
            "moderationStatus": status,
            "textFormat": "plainText",
            "maxResults": _AT_ONCE,
        }
        try:
            return self._list("commentThreads", asked, onward, paid=paid, act=act)
        except RefusedError:
            if status != "rejected" or onward is not None:
                raise
            return None

    def replies(self, parent: str, onward: str | None) -> Page:
        """One page of the replies below a comment.

        https://developers.google.com/youtube/v3/docs/comments/list
        """
        asked = {"part": "snippet", "parentId": parent, "textFormat": "plainText", "maxResults": _AT_ONCE}
        return self._list("comments", asked, onward)

    def comments(self, ids: Sequence[str], *, paid: bool = False) -> tuple[str, ...]:
        """Comments by id; those that are gone are left out. Only listings say how a comment stands, and not this."""
        asked = {"part": "snippet", "id": ",".join(ids), "textFormat": "plainText"}
        try:
            found = self._list("comments", asked, paid=paid).items
        except GoneError:
            return ()
        if {str(json.loads(each)["id"]) for each in found} - set(ids):
            raise self.wire.nonsense()
        return found

    def videos(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Videos by id."""
        return self._list("videos", {"part": "snippet", "id": ",".join(ids)}).items

    def own_channel(self, *, act: bool = False) -> str:
        """The channel of the authorisation, proved to be this page's.

        An answer that lists nothing proves nothing unless it is the owner who asked.

        Raises:
            ForbiddenError: when it is another one.
        """
        found = self._list("channels", {"part": "snippet", "mine": True}, act=act).items
        for each in found:
            if members(each).get("id") == f'"{self.channel}"':
                return each
        raise ForbiddenError(
            f"Page {self.page}: the authorisation is not the channel {self.channel}'s; run ofrecord connect"
            f" {self.page} and choose that channel"
        )

    def moderate(self, comment: str, status: Literal["published", "heldForReview"]) -> None:
        """Hold a comment for review, or publish it: one at a time, because a request for several fails as a whole.

        The units were counted already. https://developers.google.com/youtube/v3/docs/comments/setModerationStatus

        Raises:
            ConnectorError: what kind, says what became of it.
        """
        self.call(lambda youtube: youtube.comments().setModerationStatus(id=comment, moderationStatus=status))

    def _list(
        self,
        what: str,
        asked: Mapping[str, Any],
        onward: str | None = None,
        *,
        paid: bool = False,
        act: bool = False,
    ) -> Page:
        if not paid:
            self.spend(act=act)
        more = {"pageToken": onward} if onward else {}
        page = self.listed(lambda youtube: getattr(youtube, what)().list(**asked, **more))
        if not all(_whole(json.loads(each), thread=what == "commentThreads") for each in page.items):
            raise self.wire.nonsense()
        return page


def _whole(resource: Any, *, thread: bool) -> bool:
    """Whether a resource has what every one has; a thread, also its comments."""
    try:
        below = (
            [resource["snippet"]["topLevelComment"], *resource.get("replies", {}).get("comments", ())] if thread else []
        )
        return all(isinstance(each["id"], str) and isinstance(each["snippet"], dict) for each in (resource, *below))
    except (KeyError, TypeError, AttributeError):
        return False
