"""Reddit's interface through praw, one of its own for each page: praw is not made for two threads.

praw composes and authorises the requests. What it leaves open is settled here and in `connectors.reddit.wire`: its
configuration comes from any ``praw.ini`` in the working directory; it sends again when Reddit asks for a pause; it
stumbles over an author that is null. Answers are therefore read from their own bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from configparser import ConfigParser
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Literal, TypeVar

from praw import Reddit
from praw.config import Config
from praw.exceptions import PRAWException, RedditAPIException
from prawcore.exceptions import PrawcoreException

from connectors._http import Http
from connectors.base import ForbiddenError, Means
from connectors.reddit.errors import RefusedError, StaleTokenError, TurnedAwayError
from connectors.reddit.wire import LIMIT, Wire, WireRequestor

T = TypeVar("T")


class Api:
    """Requests to Reddit on behalf of one page."""

    def __init__(
        self, site: str, api: str, account: str, means: Means, http: Http, clock: Callable[[], datetime]
    ) -> None:
        """Connect to nothing yet, and read no secret.

        Args:
            site: where tokens come from.
            api: where everything else is asked.
            account: who asks.
            means: the credential and the budget.
            http: the connection.
            clock: the present moment (UTC).
        """
        self.page = http.page
        self._addresses = {"reddit_url": site, "oauth_url": api}
        self._budget = means.budget
        self._wire = Wire(http, f"python:ofrecord:{version('ofrecord')} (by /u/{account})", means, clock)
        self._praw: Reddit | None = None

    def spend(self, requests: int = 1, *, act: bool = False) -> None:
        """Count requests before they are made.

        Raises:
            BudgetSpentError: when the budget does not allow them.
        """
        self._budget.spend(LIMIT, requests, act=act)

    def get(self, path: str, params: Mapping[str, str] | None = None, *, paid: bool = False) -> str:
        """Read something: the JSON as Reddit wrote it.

        Args:
            path: below the interface's address.
            params: the query.
            paid: whether the request was counted already.

        Raises:
            ConnectorError: when it could not be read.
        """
        if not paid:
            self.spend()
        self._call(lambda praw: praw.request(method="GET", path=path, params=dict(params or {})))
        return self._wire.text

    def object(self, path: str, params: Mapping[str, str] | None = None, *, paid: bool = False) -> dict[str, Any]:
        """Read one object.

        Raises:
            ConnectorError: when it could not be read.
        """
        found = json.loads(self.get(path, params, paid=paid) or "null")
        if not isinstance(found, dict):
            raise self._wire.nonsense()
        return found

    def prove(self, subreddit: str, *, paid: bool = False) -> dict[str, Any]:
        """Make sure that the account moderates the subreddit; gives what Reddit says about it.

        Raises:
            ForbiddenError: when it does not.
            ConnectorError: when it could not be read.
        """
        data = self.object(f"r/{subreddit}/about/", paid=paid).get("data")
        if not isinstance(data, dict):
            raise self._wire.nonsense()
        if data.get("user_is_moderator") is not True:
            raise ForbiddenError(
                f"Page {self.page}: the account is no moderator of {subreddit}; make it one with the permission Manage"
                " Posts & Comments, then run: ofrecord check"
            )
        return data

    def moderate(self, name: str, verb: Literal["remove", "approve"]) -> None:
        """Remove a comment (not as spam), or approve it. The request was counted already.

        Raises:
            NotSentError: when it was not sent.
            TurnedAwayError: when Reddit did not look at it.
            ForbiddenError: when the account may not.
            RefusedError: when Reddit said no.
            UnavailableError: when nothing is known.
        """

        def do(praw: Reddit) -> None:
            moderation = praw.comment(name.removeprefix("t1_")).mod
            moderation.remove(spam=False) if verb == "remove" else moderation.approve()

        self._call(do)

    def scopes(self) -> set[str]:
        """The permissions of the authorisation.

        Raises:
            ConnectorError: when it is not good.
        """
        return self._call(lambda praw: praw.auth.scopes())

    def _call(self, do: Callable[[Reddit], T]) -> T:
        """Do it, once more with another access token when the one at hand has ended."""
        try:
            return self._tried(do)
        except StaleTokenError:
            self._praw = None
        return self._tried(do)

    def _tried(self, do: Callable[[Reddit], T]) -> T:
        if self._praw is None:
            self._praw = self._opened()
        try:
            return do(self._praw)
        except RedditAPIException as error:
            kinds = sorted({item.error_type for item in error.items})
            kind = TurnedAwayError if kinds == ["RATELIMIT"] else RefusedError
            raise kind(f"Page {self.page}: Reddit refused it ({', '.join(kinds)[:80]}).") from None
        except (PRAWException, PrawcoreException):
            raise self._wire.nonsense() from None

    def _opened(self) -> Reddit:
        _read_no_ini()
        credential = self._wire.credential()
        return Reddit(
            "DEFAULT",
            requestor_class=WireRequestor,
            requestor_kwargs={"wire": self._wire},
            client_id=credential.need("client_id"),
            client_secret=credential.parts.get("client_secret") or None,
            refresh_token=credential.need("refresh_token"),
            user_agent=self._wire.agent,
            username=None,
            password=None,
            redirect_uri=None,
            ratelimit_seconds=-1,  # praw would sleep so long, and send again
            check_for_updates=False,
            check_for_async=False,
            **self._addresses,
        )


def _read_no_ini() -> None:
    """Let praw read its own file of defaults, and no ``praw.ini`` in the working directory or a home."""
    own = ConfigParser(interpolation=None)
    own.read_string(files("praw").joinpath("praw.ini").read_text())
    Config.CONFIG = own
