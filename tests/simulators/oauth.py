"""An authorisation server: consent page, token endpoint, device codes, rotating refresh tokens.

As in RFC 6749 (4.1, 6: a refresh token may be replaced, and the old one revoked), RFC 7636 (4.6: the verifier is
compared with the challenge), RFC 8628 (3.5: authorization_pending, slow_down).
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from tests.simulators.loopback import Reply, Request, Wire, json_reply, serving

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class AuthorisationServer:
    """One client, one person who agrees to `grants` of what is asked."""

    client_id: str = "client-1"
    client_secret: str = "client-secret-1"
    grants: frozenset[str] = frozenset({"read", "moderate"})
    expires_in: int = 7200
    basic: bool = False
    rotates: bool = True
    """A refresh gives another refresh token, and the old one dies."""
    pending: list[str] = field(default_factory=list)
    """What the token endpoint says to a device before the person has agreed."""
    wire: Wire = field(default_factory=Wire)
    url: str = ""
    tokens: set[str] = field(default_factory=set)
    """Access tokens that are good."""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _refresh: dict[str, str] = field(default_factory=dict)

    def consent(self, address: str) -> str:
        """What a browser does with the consent page's address: the address that it is sent back to."""
        asked = dict(parse_qsl(address.partition("?")[2]))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client_id
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def know(self, refresh: str, scope: str) -> None:
        """Take a refresh token for one that was given out before."""
        self._refresh[refresh] = scope

    def forget(self) -> None:
        """Let every refresh token die."""
        self._refresh.clear()

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        routes = {"/token": self._token, "/device": self._device}
        return self.wire.carry(request, lambda: routes[request.path](request))

    def _token(self, request: Request) -> Reply:
        form = dict(parse_qsl(request.body.decode()))
        given = request.basic_auth if self.basic else (form.get("client_id"), form.get("client_secret"))
        if given != (self.client_id, self.client_secret):
            return json_reply({"error": "invalid_client"}, status=401)
        if form["grant_type"] == "authorization_code":
            return self._redeem(form)
        if form["grant_type"] == DEVICE_GRANT:
            return (
                json_reply({"error": self.pending.pop(0)}, status=400) if self.pending else self._grant("read moderate")
            )
        scope = self._refresh.get(form.get("refresh_token", ""))
        if scope is None:
            return json_reply({"error": "invalid_grant", "error_description": form["refresh_token"]}, status=400)
        if self.rotates:
            del self._refresh[form["refresh_token"]]
        return self._grant(scope)

    def _redeem(self, form: dict[str, str]) -> Reply:
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return json_reply({"error": "invalid_grant"}, status=400)
        challenge = asked.get("code_challenge")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if challenge and urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
            return json_reply({"error": "invalid_grant"}, status=400)
        return self._grant(asked["scope"])

    def _grant(self, asked: str) -> Reply:
        scope = " ".join(name for name in asked.split() if name in self.grants)
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.tokens.add(access)
        self._refresh[refresh] = scope
        kept = {"access_token": access, "refresh_token": refresh, "scope": scope, "expires_in": self.expires_in}
        return json_reply({"token_type": "bearer", **kept})

    def _device(self, _: Request) -> Reply:
        return json_reply(
            {
                "device_code": "device-1",
                "user_code": "WDJB-MJHT",
                "verification_uri": "https://example.com/device",
                "expires_in": 600,
                "interval": 5,
            }
        )


@contextmanager
def running(server: AuthorisationServer) -> Iterator[AuthorisationServer]:
    """Serve it on a loopback port."""
    with serving(server.answer) as url:
        server.url = url
        yield server
