"""OAuth 1.0 (RFC 5849) as connectors and ``ofrecord connect`` need it: signing, and a token for a typed code.

Signed with HMAC-SHA1 (3.4.2), in the heading ``Authorization`` (3.5.1), so that no address holds any of a credential.
A `Credential` has ``client_id``, ``client_secret``, ``access_token`` and ``token_secret``. Of what a server answers,
only the name of its problem is repeated.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, quote

from connectors._credential import Credential
from connectors._http import Answer, Http
from connectors.base import ConnectorError, UnauthorizedError, UnavailableError

_PROBLEM = re.compile(r"oauth_problem=([a-z_]{1,40})")
_CLOCK = "timestamp_refused"
_TYPED_BY_HAND = "oob"
"""No address to come back to (2.1): the platform shows a code."""


def authorization(
    method: str, url: str, params: Mapping[str, str], credential: Credential, now: datetime, **more: str
) -> dict[str, str]:
    """Sign a request.

    Args:
        method: GET or POST.
        url: the address, in lower case, without a query.
        params: the query.
        credential: the client's; with a token where there is one.
        now: the present moment.
        more: further parameters of the protocol, such as ``oauth_verifier``.

    Returns:
        The heading to send along.
    """
    token = credential.parts.get("access_token", "")
    protocol = {
        "oauth_consumer_key": credential.need("client_id"),
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int(now.timestamp())),
        "oauth_version": "1.0",
        **({"oauth_token": token} if token else {}),
        **more,
    }
    signed = {**protocol, "oauth_signature": signature(method, url, {**params, **protocol}, credential)}
    return {"Authorization": "OAuth " + ", ".join(f'{name}="{_escaped(value)}"' for name, value in signed.items())}


def signature(method: str, url: str, params: Mapping[str, str], credential: Credential) -> str:
    """The signature of a request with all its parameters (3.4.1, 3.4.2)."""
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in params.items())
    listed = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(_escaped(part) for part in (method, url, listed))
    key = f"{_escaped(credential.need('client_secret'))}&{_escaped(credential.parts.get('token_secret', ''))}"
    return b64encode(hmac.digest(key.encode(), base.encode(), "sha1")).decode()


def ask_for_consent(http: Http, url: str, client: Credential, now: datetime) -> Credential:
    """Get a temporary token, which a person agrees to on the platform's page (2.1).

    Raises:
        ConnectorError: when the platform gives none.
    """
    return _token(http, url, client, now, oauth_callback=_TYPED_BY_HAND)


def redeem(http: Http, url: str, temporary: Credential, code: str, now: datetime) -> Credential:
    """Get the lasting token for the code that the platform's page has shown (2.3).

    Raises:
        ConnectorError: when the platform gives none.
    """
    return _token(http, url, temporary, now, oauth_verifier=code)


def refusal(page: str, answer: Answer) -> ConnectorError | None:
    """What an answer says that turned a signed request away; None where it says nothing of OAuth."""
    found = _PROBLEM.search(answer.body[:10_000].decode(errors="replace"))
    if found is None and answer.status != 401:
        return None
    problem = found[1] if found else "status 401"
    if problem == _CLOCK:
        return UnavailableError(f"Page {page}: the platform does not accept this machine's time; set its clock.")
    return UnauthorizedError(
        f"Page {page}: the platform refused the credential ({problem}); run: ofrecord connect {page}"
    )


def _token(http: Http, url: str, credential: Credential, now: datetime, **more: str) -> Credential:
    answer = http.send("GET", url, headers=authorization("GET", url, {}, credential, now, **more))
    if error := refusal(http.page, answer):
        raise error
    said = dict(parse_qsl(answer.body[:10_000].decode(errors="replace"))) if answer.ok else {}
    token, secret = said.get("oauth_token", ""), said.get("oauth_token_secret", "")
    if not token or not secret:
        raise UnavailableError(
            f"Page {http.page}: the platform gave no token (status {answer.status}); try again later.",
            answer.retry_after,
        )
    return Credential(credential.page, {**credential.parts, "access_token": token, "token_secret": secret})


def _escaped(text: str) -> str:
    """Percent-encoding as section 3.6 has it: nothing but letters, digits and ``-._~`` stays."""
    return quote(text, safe="")
