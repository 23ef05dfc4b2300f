"""The API of one wiki: who we are there, and what its refusals mean.

It answers a refusal with status 200 and an error inside, and a session that has ended with what strangers see: each
call says who it means to be (``assert``), so that neither passes for an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from connectors._http import Http, NonsenseError
from connectors.base import ConnectorError, ForbiddenError, UnauthorizedError, UnavailableError
from connectors.mediawiki.wire import BusyError, RefusalError

_LAG = "5"
"""Seconds: a call is turned away while the copies of the wiki's database are further behind (``Manual:Maxlag``)."""
TURNED_AWAY = frozenset(("maxlag", "ratelimited", "readonly", "editconflict", "badtoken", "assertuserfailed"))
"""Refusals that say: not now."""
_FORBIDDEN = frozenset(("readapidenied", "permissiondenied", "blocked", "autoblocked"))
_ENDED = "assertuserfailed"


class Api:
    """Calls to one wiki, in the name of one account or of nobody."""

    def __init__(
        self,
        url: str,
        http: Http,
        *,
        user: str = "",
        secret: Callable[[], str] | None = None,
        spend: Callable[[], None] = lambda: None,
        agent: str = "",
    ) -> None:
        """Connect to nothing yet.

        Args:
            url: the address of ``api.php``.
            http: the connection.
            user: the name to log in by, such as ``OfRecord@moderation``; empty for none.
            secret: gives the bot password when it is first needed.
            spend: called before each call; raises when the budget does not allow it.
            agent: who calls, for a wiki that asks for an address to turn to.
        """
        self.page = http.page
        self.url = url
        self.user = user
        self._secret = secret
        self._http = http
        self._spend = spend
        self._agent = agent
        self._site: Any = None

    @property
    def account(self) -> str:
        """The account's name on the wiki: of the name of a bot password, the part before the @."""
        return self.user.partition("@")[0].replace("_", " ")

    def link(self, revision: int) -> str:
        """Where a person sees what a revision changed."""
        return f"{self.url.removesuffix('api.php')}index.php?diff={revision}"

    def get(self, action: str = "query", **params: str) -> dict[str, Any]:
        """Read something.

        Raises:
            ConnectorError: when it could not be read.
        """
        try:
            said = self._read(action, params)
        except RefusalError as refusal:
            raise self._unreadable(refusal) from None
        if action not in said:
            raise self._senseless()
        return said

    @contextmanager
    def understanding(self) -> Iterator[None]:
        """Read what an answer holds within a ``with`` of this.

        Raises:
            NonsenseError: when something that it must have is missing, or is of another kind.
        """
        try:
            yield
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            raise self._senseless() from None

    def post(self, action: str, **params: str) -> dict[str, Any]:
        """Change something. A token that has ended is renewed once: nothing was done then.

        Raises:
            RefusalError: when the API says that it was not done, and why.
            ConnectorError: when there was no good answer.
        """
        try:
            return self._once("POST", action, {**params, "token": self._token(renew=False)})
        except RefusalError as refusal:
            if refusal.code not in ("badtoken", _ENDED):
                raise
            if refusal.code == _ENDED:
                self._site = None
        return self._once("POST", action, {**params, "token": self._token(renew=True)})

    def _read(self, action: str, params: Mapping[str, str]) -> dict[str, Any]:
        try:
            return self._once("GET", action, params)
        except RefusalError as refusal:
            if refusal.code != _ENDED:
                raise
        self._site = None
        return self._once("GET", action, params)

    def _once(self, method: str, action: str, params: Mapping[str, str]) -> dict[str, Any]:
        asserted = {"assert": "user"} if self.user else {}
        fields = {**params, "formatversion": "2", "maxlag": _LAG, **asserted}
        return dict(self._told(lambda site: site.api(action, http_method=method, **fields)))

    def _token(self, *, renew: bool) -> str:
        return str(self._told(lambda site: site.get_token("csrf", force=renew)))

    def _told(self, call: Callable[[Any], Any]) -> Any:
        from connectors.mediawiki import client

        self._spend()
        if self._site is None:
            site = client.site(self.url, self._http, self._agent)
            if self.user and self._secret is not None:
                password = self._secret().strip()
                client.told(self.page, self.url, lambda: self._log_in(site, password))
            self._site = site
        return client.told(self.page, self.url, lambda: call(self._site))

    def _log_in(self, site: Any, password: str) -> None:
        """Log in, once. mwclient's own way sleeps when it is told to wait, and asks for ever where cookies get lost."""
        token = site.get_token("login", force=True)
        said = site.post("login", lgname=self.user, lgpassword=password, lgtoken=token)["login"]
        result = str(said["result"])
        if result == "Throttled":
            raise BusyError(f"Page {self.page}: the wiki takes no log-in now; it is tried again.", _seconds(said))
        if result in ("NeedToken", "WrongToken"):
            raise UnavailableError(f"Page {self.page}: the wiki forgot the session between two calls; see its cache.")
        if result != "Success":
            raise self._not_recognised(result if result.isalnum() else "refused")
        site.tokens.clear()

    def _senseless(self) -> NonsenseError:
        return NonsenseError(
            f"Page {self.page}: the wiki's answer lacks what was asked for; it is tried again. If it lasts, open"
            f" {self.url} in a browser."
        )

    def _unreadable(self, refusal: RefusalError) -> ConnectorError:
        code = refusal.code
        if code == _ENDED:
            return self._not_recognised("the session does not last")
        if code in _FORBIDDEN:
            return ForbiddenError(
                f'Page {self.page}: the wiki does not let "{self.user or "visitors"}" read it ({code}); grant the right'
                " to read, or lift the block."
            )
        if code in TURNED_AWAY:
            return BusyError(f"Page {self.page}: the wiki is busy ({code}); it is tried again.")
        return UnavailableError(f"Page {self.page}: the wiki cannot answer now ({code}); it is tried again.")

    def _not_recognised(self, said: str) -> UnauthorizedError:
        return UnauthorizedError(
            f'Page {self.page}: the wiki does not accept the bot password of "{self.user}" ({said}). Make a new one'
            f" under Special:BotPasswords and run: ofrecord connect {self.page}"
        )


def _seconds(said: Mapping[str, Any]) -> float | None:
    wait = said.get("wait")
    return float(wait) if isinstance(wait, int | float) else None
