"""YouTube's interface through google-api-python-client, one of its own for each page.

The description of the interface comes with the library (``static_discovery``): nothing is fetched to open it. Answers
are read from their own bytes, because those are what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from google.api_core.client_options import ClientOptions
from googleapiclient.discovery import build  # type: ignore[import-untyped]
from googleapiclient.errors import Error  # type: ignore[import-untyped]

from connectors._http import Http
from connectors._json import items, members
from connectors.base import ForbiddenError, GoneError, Means
from connectors.youtube.errors import StaleTokenError
from connectors.youtube.wire import UNITS, Wire

T = TypeVar("T")
Status = Literal["published", "heldForReview", "likelySpam", "rejected"]
CHANGE = 50
"""Units that a change costs; a listing costs one."""
READ = 4
"""Units that reading one comment costs: it by its id, and what is held, taken for spam, and rejected."""
IDS = 30
"""Ids in one request: with more, the library's address grows over 2048 letters, and it turns a GET into a POST."""
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing: each resource as it is written."""

    items: tuple[str, ...]
    onward: str | None


class Api:
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
        self.page = http.page
        self.channel = channel
        self.budget = means.budget
        self.wire = Wire(http, addresses[1], means, clock)
        self._address = addresses[0]
        self._youtube: Any = None

    def spend(self, units: int = 1, *, act: bool = False) -> None:
        """Count units before they are used.

        Raises:
            BudgetSpentError: when the budget does not allow them.
        """
        self.budget.spend(UNITS, units, act=act)

    def threads(self, status: Status, onward: str | None, *, paid: bool = False, act: bool = False) -> Page:
        """One page of the threads of the channel, the newest first by when they began.

        https://developers.google.com/youtube/v3/docs/commentThreads/list
        """
        asked = {
            "part": "snippet,replies",
            "allThreadsRelatedToChannelId": self.channel,
            "order": "time",
            "moderationStatus": status,
            "textFormat": "plainText",
            "maxResults": _AT_ONCE,
        }
        return self._list("commentThreads", asked, onward, paid=paid, act=act)

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
            return self._list("comments", asked, paid=paid).items
        except GoneError:
            return ()

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
        self._call(lambda youtube: youtube.comments().setModerationStatus(id=comment, moderationStatus=status))

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
        said = self._call(lambda youtube: getattr(youtube, what)().list(**asked, **more))
        if not isinstance(said, dict) or "error" in said or not isinstance(said.get("items", []), list):
            raise self.wire.nonsense()
        listed = members(self.wire.text).get("items", "[]")
        following = said.get("nextPageToken")
        return Page(tuple(items(listed)), following if isinstance(following, str) and following else None)

    def _call(self, ask: Callable[[Any], Any]) -> Any:
        """Do it, once more with another access token when the one at hand has ended."""
        try:
            return self._tried(ask)
        except StaleTokenError:
            self.wire.renew()
        return self._tried(ask)

    def _tried(self, ask: Callable[[Any], Any]) -> Any:
        if self._youtube is None:
            self._youtube = self._opened()
        try:
            return ask(self._youtube).execute(num_retries=0)
        except (Error, TypeError, ValueError):
            # Their texts can hold what was sent.
            raise self.wire.nonsense() from None

    def _opened(self) -> Any:
        options = ClientOptions(api_endpoint=self._address)
        return build(
            "youtube", "v3", http=self.wire, static_discovery=True, cache_discovery=False, client_options=options
        )
