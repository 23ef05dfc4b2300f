"""The session of an account: two tokens that the server gives for an app password, and new ones for the old ones.

They are kept in the secret file beside the password, because sessions are counted (300 a day and account; 100 seen),
and a new pair is saved before it is first used: the refresh token that brought it is worthless soon after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from atproto import DidDocument, Session, get_jwt_payload  # type: ignore[import-untyped]
from atproto.exceptions import AtProtocolError  # type: ignore[import-untyped]
from httpx import URL, InvalidURL

from connectors._credential import Credential
from connectors.base import Secret, UnauthorizedError
from connectors.bluesky.wire import safe

PASSWORD, SESSION = "app_password", "session"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the secret file holds."""

    page: str
    account: str
    """The handle or DID that the page is configured with."""
    secret: Secret

    @property
    def _credential(self) -> Credential:
        return Credential.parse(self.page, self.secret.read())

    @property
    def password(self) -> str:
        """The app password.

        Raises:
            UnauthorizedError: when there is none.
        """
        return self._credential.need(PASSWORD)

    @property
    def session(self) -> Session | None:
        """The session that was saved last; None where there is none, or another account's."""
        text = self._credential.parts.get(SESSION, "")
        try:
            session = Session.decode(text) if text else None
        except ValueError:
            return None
        return session if session and self.account in (session.did, session.handle.lower()) else None

    def keep(self, answer: Mapping[str, Any], endpoint: str) -> Session:
        """Save a new session and give it.

        Args:
            answer: what the server answered.
            endpoint: where it was asked; the account's own server may be another one, which the answer tells.

        Raises:
            UnauthorizedError: when the answer holds no session, or it cannot be saved.
        """
        try:
            handle, did = str(answer["handle"]), str(answer["did"])
            tokens = str(answer["accessJwt"]), str(answer["refreshJwt"])
        except KeyError:
            raise UnauthorizedError(f"Page {self.page}: the platform gave no session; correct service.") from None
        session = Session(handle, did, *tokens, _server(answer.get("didDoc")) or endpoint)
        credential = self._credential
        self.secret.save(Credential(self.page, {**credential.parts, SESSION: session.export()}).text())
        return session


def scope_of(session: Session) -> str:
    """What its token is for: ``com.atproto.appPass``, …; empty where it does not say."""
    try:
        return str(get_jwt_payload(session.access_jwt).scope or "")
    except (AtProtocolError, ValueError, AttributeError):
        return ""


def _server(document: object) -> str | None:
    """The account's own server, as its public document says."""
    try:
        server = DidDocument.from_dict(document).get_pds_endpoint() if isinstance(document, dict) else None
        return server if server and safe(URL(server)) else None
    except (AtProtocolError, ValueError, KeyError, TypeError, InvalidURL):
        return None
