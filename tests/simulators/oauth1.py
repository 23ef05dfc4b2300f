"""A server of OAuth 1.0 (RFC 5849), without an address to come back to: the page shows a code.

Each signature is computed anew by the package oauthlib, which no connector uses.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode

from oauthlib.oauth1.rfc5849 import signature  # type: ignore[import-untyped]

from tests.simulators.loopback import Reply, Request

_FORM = {"Content-Type": "text/plain; charset=utf-8"}
_TOLERANCE = timedelta(minutes=5)


@dataclass
class OAuth1Server:
    """One client, and whoever agrees."""

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    client_id: str = "0123456789abcdef0123456789abcdef"
    client_secret: str = "89abcdef01234567"
    token: str = "72157720000000000-0a1b2c3d4e5f6071"
    token_secret: str = "f0e1d2c3b4a59687"
    perms: str = "read"
    """What the lasting token may do."""
    user: dict[str, str] = field(default_factory=dict)
    """What else comes with the lasting token."""
    _temporary: dict[str, str] = field(default_factory=dict)
    """Temporary tokens with their secrets."""
    _codes: dict[str, str] = field(default_factory=dict)
    _nonces: set[str] = field(default_factory=set)

    def consent(self, address: str) -> str:
        """Agree on the page that an address leads to; gives the code that it shows."""
        asked = dict(parse_qsl(address.partition("?")[2]))
        assert asked["oauth_token"] in self._temporary
        self.perms = asked["perms"]
        code = "-".join(f"{secrets.randbelow(1000):03}" for _ in range(3))
        self._codes[asked["oauth_token"]] = code
        return code

    def problem(self, request: Request, host: str) -> str:
        """What is wrong with a signed request, by OAuth's name; empty when nothing is (3.2)."""
        given = self._protocol(request)
        if given.get("oauth_consumer_key") != self.client_id:
            return "consumer_key_unknown"
        if abs(int(given["oauth_timestamp"]) - self.clock().timestamp()) > _TOLERANCE.total_seconds():
            return "timestamp_refused"
        if given["oauth_nonce"] in self._nonces:
            return "nonce_used"
        self._nonces.add(given["oauth_nonce"])
        token = given.get("oauth_token", "")
        known = {"": "", self.token: self.token_secret, **self._temporary}
        if token not in known:
            return "token_rejected"
        return "" if given["oauth_signature"] == self._signed(request, host, known[token]) else "signature_invalid"

    def temporary(self, request: Request, host: str) -> Reply:
        """Give a temporary token (2.1)."""
        if problem := self.problem(request, host):
            return refused(problem)
        if self._protocol(request).get("oauth_callback") != "oob":
            return refused("parameter_absent")
        token, secret = f"7215772{secrets.randbelow(10**9)}-{secrets.token_hex(8)}", secrets.token_hex(8)
        self._temporary[token] = secret
        return _form({"oauth_callback_confirmed": "true", "oauth_token": token, "oauth_token_secret": secret})

    def lasting(self, request: Request, host: str) -> Reply:
        """Give the lasting token for a code (2.3)."""
        if problem := self.problem(request, host):
            return refused(problem)
        given = self._protocol(request)
        if given.get("oauth_verifier") != self._codes.pop(given["oauth_token"], None):
            return refused("verifier_invalid")
        return _form({"oauth_token": self.token, "oauth_token_secret": self.token_secret, **self.user})

    def _protocol(self, request: Request) -> dict[str, str]:
        heading = {"Authorization": request.headers.get("Authorization", "")}
        return dict(signature.collect_parameters(headers=heading, exclude_oauth_signature=False))

    def _signed(self, request: Request, host: str, token_secret: str) -> str:
        heading = {"Authorization": request.headers["Authorization"]}
        found = signature.collect_parameters(uri_query=urlencode(request.params, quote_via=quote), headers=heading)
        address = signature.base_string_uri(host + request.path)
        base = signature.signature_base_string(request.method, address, signature.normalize_parameters(found))
        key = f"{quote(self.client_secret, safe='')}&{quote(token_secret, safe='')}"
        return b64encode(hmac.digest(key.encode(), base.encode(), "sha1")).decode()


def refused(problem: str) -> Reply:
    """A refusal as Flickr words it: 401, and the name of the problem as a form (seen in reports of other programs)."""
    return Reply(401, f"oauth_problem={problem}".encode(), _FORM)


def _form(fields: dict[str, str]) -> Reply:
    return Reply(200, urlencode(fields).encode(), _FORM)
