"""The REST API of one site: its address, who we are there, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from connectors._http import Answer, Http, NonsenseError, error_for
from connectors.base import (
    ConnectorError,
    ForbiddenError,
    GoneError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedError,
)

_ME = "/wp/v2/users/me"
_GONE = frozenset(("rest_comment_invalid_id", "rest_post_invalid_id", "rest_already_trashed"))
_RIGHTS = ("moderate_comments", "edit_others_posts", "edit_others_pages")
"""Reading a comment's own words and changing its status take the first (the comments controller, `update_item`),
reading what stands on a draft or a private post the others. The role editor has all three."""


class Api:
    """Requests to one site in the name of one account."""

    def __init__(self, url: str, user: str, secret: Callable[[], str], http: Http) -> None:
        """Connect to nothing yet; `secret` gives the application password when it is first needed."""
        self.page = http.page
        self._url = url
        self._user = user
        self._secret = secret
        self._http = http
        self._auth: tuple[bytes, bytes] | None = None
        self._pretty: bool | None = None
        self.now: datetime | None = None
        """The server's clock (UTC) at its last answer, or None when it does not say."""

    def get(self, route: str, **params: str) -> Answer:
        """Read something, unless told otherwise in the context *edit*, which an anonymous visitor is refused.

        Without it a site answers a wrong or revoked password with status 200 and what visitors see.

        Raises:
            ConnectorError: when it could not be read.
        """
        if self._pretty is None:
            self.identify()
        return self._good(self._send("GET", route, {"context": "edit", **params}, pretty=bool(self._pretty)))

    def post(self, route: str, fields: dict[str, str]) -> Answer:
        """Change something; gives the answer, whatever it is.

        Raises:
            UnavailableError: when no whole answer came.
        """
        return self._send("POST", route, {}, pretty=bool(self._pretty), fields=fields)

    def identify(self) -> dict[str, Any]:
        """Prove that the site takes us for the account, and give the account as the site describes it.

        A site without pretty permalinks has its API at ``/?rest_route=``; the first request finds out which.

        Raises:
            ConnectorError: when it does not, or cannot be asked.
        """
        if self._pretty is not None:
            return self._me(pretty=self._pretty)
        try:
            me = self._me(pretty=True)
        except (NonsenseError, UnsupportedError):
            me = self._me(pretty=False)
            self._pretty = False
        else:
            self._pretty = True
        return me

    def check_rights(self) -> None:
        """Prove that the account may read and hide every comment.

        Raises:
            ConnectorError: naming what is missing.
        """
        rights = self.identify().get("capabilities") or {}
        lacking = [right for right in _RIGHTS if not rights.get(right)]
        if lacking:
            raise ForbiddenError(
                f'Page {self.page}: the account "{self._user}" lacks {", ".join(lacking)}; give it the role Editor.'
            )

    def objects(self, answer: Answer) -> list[tuple[dict[str, Any], bytes]]:
        """Read a list, each object with its own bytes."""
        return self._http.objects(answer)

    def object(self, answer: Answer) -> dict[str, Any]:
        """Read a single object."""
        found = self._http.json(answer)
        if not isinstance(found, dict):
            raise UnavailableError(f"Page {self.page}: the site answered with something else than was asked for.")
        return found

    def code(self, answer: Answer) -> str:
        """WordPress's own word for a refusal, such as ``rest_comment_invalid_id``; empty when it gives none."""
        try:
            found = self._http.json(answer)
        except NonsenseError:
            return ""
        code = found.get("code", "") if isinstance(found, dict) else ""
        return code[:60] if isinstance(code, str) and code.replace("_", "").replace("-", "").isalnum() else ""

    def says_gone(self, answer: Answer) -> bool:
        """Whether WordPress itself says that the comment, or its post, does not exist any more."""
        return answer.status in (404, 410) and self.code(answer) in _GONE

    def _me(self, *, pretty: bool) -> dict[str, Any]:
        me = self.object(self._good(self._send("GET", _ME, {"context": "edit"}, pretty=pretty)))
        if not isinstance(me.get("id"), int) or me["id"] <= 0:
            raise self._not_recognised("no account")
        return me

    def _send(
        self, method: str, route: str, params: dict[str, str], *, pretty: bool, fields: dict[str, str] | None = None
    ) -> Answer:
        if self._auth is None:
            self._auth = (self._user.encode(), self._secret().strip().encode())
        address = f"{self._url}/wp-json{route}" if pretty else f"{self._url}/"
        query = params if pretty else {"rest_route": route, **params}
        answer = self._http.send(method, address, auth=self._auth, params=query, fields=fields)
        self.now = answer.date
        return answer

    def _good(self, answer: Answer) -> Answer:
        if answer.ok:
            return answer
        raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> ConnectorError:
        code = self.code(answer)
        said = f"{answer.status} {code}".strip()
        if 300 <= answer.status < 400:
            return NonsenseError(
                f"Page {self.page}: {self._url} leads to {_host(answer)}; set url to the site's own address."
            )
        if answer.status in (404, 410):
            return self._absence(answer, said)
        kind = error_for(answer.status)
        if kind is UnauthorizedError:
            return self._not_recognised(said)
        if kind is ForbiddenError:
            return ForbiddenError(
                f'Page {self.page}: the site refuses "{self._user}" ({said}); give the account the role Editor, and'
                " look whether a security plugin closes the REST API."
            )
        return UnavailableError(
            f"Page {self.page}: the site cannot answer now ({said}); it is tried again.", answer.retry_after
        )

    def _absence(self, answer: Answer, said: str) -> ConnectorError:
        if self.says_gone(answer):
            return GoneError(f"Page {self.page}: the site no longer has it ({said}).")
        if self.code(answer):
            return UnsupportedError(f"Page {self.page}: the site's REST API lacks this ({said}); look at its plugins.")
        return NonsenseError(
            f"Page {self.page}: no REST API at {self._url} ({said}); check url and the site's plugins."
        )

    def _not_recognised(self, said: str) -> UnauthorizedError:
        return UnauthorizedError(
            f'Page {self.page}: the site does not accept the application password of "{self._user}" ({said}). Make a'
            " new one under Users, Profile, Application Passwords, and write it to the page's secret_file. If it is"
            " right, the web server may not pass on the Authorization header."
        )


def _host(answer: Answer) -> str:
    address = urlsplit(answer.headers.get("Location", ""))
    return f"{address.scheme}://{address.hostname}"[:120] if address.hostname else "another address"
