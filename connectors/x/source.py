"""What is asked of X for one page, and what each answer costs.

Prices: docs.x.com/x-api/getting-started/pricing, read in 2026. What is read is paid for by the piece, so it is counted
when it has come; before that, no more is asked for than the budget can bear.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from connectors._http import Answer
from connectors.base import BudgetSpentError, ForbiddenError, UnavailableError
from connectors.x.api import Api
from connectors.x.refusal import said
from connectors.x.rows import FIELDS, Listed, Row, listed

OWN, POST, USER, MEDIA, MANAGE = 1_000, 5_000, 10_000, 5_000, 5_000
"""Micro-dollars: a post of ours or that mentions us, any other post, a user, a picture, a hide. X says that it charges
for each thing in an answer; whether for those that come along with a post is not said: they are counted."""
_MOST = 100
_NAMED = {
    "expansions": ["author_id", "attachments.media_keys"],
    "user_fields": ["name", "username"],
    "media_fields": ["type", "url", "preview_image_url"],
}


class Source:
    """One account on X, its posts and their replies."""

    def __init__(self, api: Api, username: str) -> None:
        self.page = api.page
        self.api = api
        self._username = username
        self._me = ""

    def me(self, *, act: bool = False) -> str:
        """The account's number; proves that the token is this account's."""
        if not self._me:
            self.account(act=act)
        return self._me

    def account(self, *, act: bool = False) -> dict[str, Any]:
        """The account as X describes it.

        Raises:
            ForbiddenError: when the token is another account's.
        """
        self.api.budget.spend("account", 1, act=act)
        self.api.budget.spend("money", USER, act=act)
        answer = self.api.get("account", _me, paid=True)
        found = said(answer).get("data")
        if not isinstance(found, dict) or not str(found.get("id", "")).isdigit():
            raise UnavailableError(f"Page {self.page}: X did not say whose token it is; it is tried again.")
        if str(found.get("username", "")).lower() != self._username.lower():
            raise ForbiddenError(
                f"Page {self.page}: the token is not that of @{self._username}; sign in to X as @{self._username}, then"
                f" run: ofrecord connect {self.page}"
            )
        self._me = str(found["id"])
        return found

    def own(self, since: str, below: str) -> Listed:
        """One page of what the account wrote, newest first: posts and replies."""
        me = self.me()

        def call(client: Any, most: int) -> object:
            between = {"since_id": since or None, "until_id": below or None, "exclude": ["retweets"]}
            return client.get_users_tweets(me, max_results=most, tweet_fields=FIELDS, **between, **_NAMED)

        return self._list("timeline", OWN, 5, call)

    def mentions(self, since: str, below: str) -> Listed:
        """One page of what names the account, newest first: most replies do."""
        me = self.me()

        def call(client: Any, most: int) -> object:
            between = {"since_id": since or None, "until_id": below or None}
            return client.get_users_mentions(me, max_results=most, tweet_fields=FIELDS, **between, **_NAMED)

        return self._list("mentions", OWN, 5, call)

    def conversation(self, post_id: str, since: str, below: str) -> Listed:
        """One page of a conversation, newest first: also replies that do not name the account."""

        def call(client: Any, most: int) -> object:
            between = {"since_id": since, "until_id": below or None}
            asked = {"max_results": most, "tweet_fields": FIELDS, **between, **_NAMED}
            return client.search_recent_tweets(f"conversation_id:{post_id}", **asked)

        return self._list("searches", POST, 10, call)

    def lookup(self, ids: Sequence[str], *, named: bool) -> Listed:
        """Up to 100 posts by their ids; `named`: with their authors' names and their pictures."""
        more = _NAMED if named else {}
        self._afford(POST, len(ids), named=named)
        answer = self.api.get("lookups", lambda client: client.get_tweets(list(ids), tweet_fields=FIELDS, **more))
        return self._counted(answer, POST)

    def newest(self, platform_id: str, *, act: bool = False) -> Row | None:
        """The newest version of a post; None when it is gone. Costs up to two lookups.

        An id brings the version that it names; the version tells the ids of all others.
        """
        self.api.budget.spend("lookups", 2, act=act)
        self.api.budget.spend("money", 2 * POST, act=act)
        row = self._one(platform_id)
        return row if row is None or row.newest == row.id else self._one(row.newest)

    def _one(self, platform_id: str) -> Row | None:
        answer = self.api.get(
            "lookups", lambda client: client.get_tweets([platform_id], tweet_fields=FIELDS), paid=True
        )
        found = listed(self.page, answer)
        return found.rows[0] if found.rows else None

    def _list(self, kind: str, price: int, least: int, call: Callable[[Any, int], object]) -> Listed:
        most = self._afford(price, least, named=True)
        return self._counted(self.api.get(kind, lambda client: call(client, most)), price)

    def _afford(self, price: int, least: int, *, named: bool) -> int:
        """How many posts may be asked for, whatever comes along with them.

        Raises:
            BudgetSpentError: when it is not even `least`.
        """
        each = price + (USER + MEDIA if named else 0)
        found = self.api.budget.left("money") // each
        if found < least:
            self.api.budget.spend("money", least * each)  # says until when, and counts nothing
        return max(least, min(_MOST, found))

    def _counted(self, answer: Answer, price: int) -> Listed:
        """Count what came. Two processes may have paid from one budget: then what is left of it is used up."""
        found = listed(self.page, answer)
        cost = len(found.rows) * price + len(found.users) * USER + len(found.media) * MEDIA
        budget = self.api.budget
        try:
            if cost:
                budget.spend("money", cost)
        except BudgetSpentError:
            if left := budget.left("money"):
                budget.spend("money", left)
        return found


def _me(client: Any) -> object:
    return client.get_me(user_auth=False, user_fields=["description", "username"])
