"""OAuth 2.0 as connectors and ``ofrecord connect`` need it: asking a token endpoint, renewing what it gave.

RFC 6749 (the framework), RFC 7636 (PKCE), RFC 8252 (native apps: a redirect to 127.0.0.1), RFC 8628 (devices). No
message holds a token or a secret: of what an endpoint answers, only the name of its error is repeated.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from connectors._credential import Credential
from connectors._http import Http
from connectors.base import Secret, UnauthorizedError, UnavailableError

_ERROR = re.compile(r"[a-z_]{1,40}")


class PendingError(UnauthorizedError):
    """The person has not agreed yet (RFC 8628, 3.5). `slower`: ask less often."""

    def __init__(self, message: str, *, slower: bool) -> None:
        """Keep whether to ask less often."""
        super().__init__(message)
        self.slower = slower


@dataclass(frozen=True, slots=True)
class Challenge:
    """What ties an answer to the question: a state, and a verifier with its challenge (RFC 7636, S256)."""

    state: str
    verifier: str

    @classmethod
    def new(cls) -> Self:
        """Make one that nobody can guess."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """The challenge of the verifier."""
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


def ask(http: Http, url: str, fields: Mapping[str, str], credential: Credential, *, basic: bool) -> dict[str, Any]:
    """Ask an endpoint of the authorisation server in the client's name.

    Args:
        http: the connection.
        url: the endpoint.
        fields: the form, without the client's own.
        credential: has ``client_id`` and, where there is one, ``client_secret``.
        basic: the client proves itself by basic authentication rather than in the form.

    Returns:
        The fields of the answer.

    Raises:
        PendingError: when a person has still to agree.
        UnauthorizedError: when the server refuses, with the name of its error.
        UnavailableError: when it does not answer, or answers nonsense.
    """
    client, secret = credential.need("client_id"), credential.parts.get("client_secret", "")
    auth = (client.encode(), secret.encode()) if basic and secret else None
    own = {"client_id": client, **({"client_secret": secret} if secret and auth is None else {})}
    answer = http.send("POST", url, auth=auth, form={**own, **fields})
    said = http.json(answer)
    if answer.ok and isinstance(said, dict) and not said.get("error"):
        return said
    error = said.get("error") if isinstance(said, dict) else None
    code = error if isinstance(error, str) and _ERROR.fullmatch(error) else f"status {answer.status}"
    if code in ("authorization_pending", "slow_down"):
        raise PendingError(f"Page {http.page}: nobody has agreed yet.", slower=code == "slow_down")
    if answer.status >= 500 or code == "temporarily_unavailable":
        raise UnavailableError(f"Page {http.page}: the authorisation server failed ({code}).", answer.retry_after)
    raise UnauthorizedError(
        f"Page {http.page}: the platform refused the authorisation ({code}); run: ofrecord connect {http.page}"
    )


def renew(http: Http, url: str, credential: Credential, secret: Secret, now: datetime, *, basic: bool) -> Credential:
    """Renew an access token, and save what came before it is used: the old refresh token may be worthless by now.

    Args:
        http: the connection.
        url: the token endpoint.
        credential: has a ``refresh_token``.
        secret: where it is kept.
        now: the present moment.
        basic: as for `ask`.

    Raises:
        UnauthorizedError: when the platform refuses, or the new credential cannot be saved.
        UnavailableError: when it does not answer.
    """
    fields = {"grant_type": "refresh_token", "refresh_token": credential.need("refresh_token")}
    renewed = credential.renewed(ask(http, url, fields, credential, basic=basic), now)
    renewed.need("access_token")
    secret.save(renewed.text())
    return renewed
