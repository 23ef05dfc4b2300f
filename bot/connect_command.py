"""``ofrecord connect PAGE``: walks a person through getting a page's credential, and keeps it (mode 0600)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bot.config import Loaded
from bot.loopback import Loopback
from bot.moments import utc_now
from bot.platforms import authorisation_of, connect, page_named, secret_of
from bot.words import counted
from connectors._authorisation import Ask, Authorisation, Way
from connectors._credential import Credential
from connectors._http import Http
from connectors._oauth import Challenge, PendingError, ask
from connectors._oauth1 import ask_for_consent, redeem
from connectors.base import Checked, ForbiddenError, Secret, UnavailableError

_TRIES = 3
_SHOWN_CODE = Ask("code", "Code that the page shows", hidden=False, pattern=r"[A-Za-z0-9-]{3,100}")


class ConnectError(Exception):
    """The page was not connected. The message says what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever sits before the terminal."""

    tell: Callable[[str], None]
    ask: Callable[[str, bool], str]
    """Asks for a line; the second argument says whether it stays hidden."""
    browse: Callable[[str], object] = lambda _: None
    """Opens an address in their browser, where there is one."""


@dataclass(slots=True)
class _Candidate:
    """A credential that is tried before it is kept; a renewed one is kept at once, for the old one is worthless."""

    text: str
    kept: Secret
    renewed: bool = False

    def read(self) -> str:
        return self.text

    def save(self, secret: str) -> None:
        self.text, self.renewed = secret, True
        self.kept.save(secret)


@dataclass(frozen=True, slots=True)
class Connecting:
    """One page on its way to a credential."""

    config: Loaded
    page: str
    authorisation: Authorisation
    settings: Mapping[str, Any]
    person: Person
    now: Callable[[], datetime] = utc_now
    wait: Callable[[float], object] = time.sleep

    def run(self) -> Checked:
        """Get the credential, try it, and keep it.

        Raises:
            ConnectError: when it was not got.
            ConnectorError: when the platform does not accept it; nothing was kept then.
        """
        if self.config.pages[self.page].secret_file is None:
            raise ConnectError(
                f"pages.{self.page}.secret_file is not set, so there is nowhere to keep the credential; set it, for"
                f' example to "secrets/{self.page}".'
            )
        credential = self._credential()
        if self.authorisation.plain:
            text = next(iter(credential.parts.values()))
        else:
            self._require_scopes(credential)
            text = credential.text()
        return self._try_and_keep(text)

    def _credential(self) -> Credential:
        way = self.authorisation.way
        if way is Way.PASTE:
            return self._finished(self._pasted())
        if way is Way.DEVICE:
            return self._finished(self._by_device(self._pasted()))
        if way is Way.CODE:
            return self._finished(self._by_code(self._pasted()))
        with Loopback(self.authorisation.port) as browser:
            return self._finished(self._by_browser(browser, self._pasted(browser.address)))

    def _pasted(self, redirect: str = "") -> Credential:
        for number, step in enumerate(self.authorisation.steps, 1):
            self.person.tell(f"{number}. {step.replace('{redirect}', redirect)}")
        return Credential(self.page, {each.name: self._line(each) for each in self.authorisation.asks})

    def _line(self, asked: Ask) -> str:
        for _ in range(_TRIES):
            line = self.person.ask(asked.prompt, asked.hidden).strip()
            if re.fullmatch(asked.pattern, line):
                return line
            self.person.tell("That does not look right; copy it again, whole.")
        raise ConnectError(f"No {asked.prompt.lower()} that looks right was given; nothing was changed.")

    def _by_browser(self, browser: Loopback, credential: Credential) -> Credential:
        challenge = Challenge.new()
        query = {
            "response_type": "code",
            "client_id": credential.need("client_id"),
            "redirect_uri": browser.address,
            "scope": self._scope,
            "state": challenge.state,
            **({"code_challenge": challenge.challenge, "code_challenge_method": "S256"} if self._pkce else {}),
            **self.authorisation.extra,
        }
        address = f"{self._at(self.authorisation.authorise_url)}?{urlencode(query)}"
        self.person.tell(f"Open this address in a browser on this machine, and agree:\n{address}")
        self.person.browse(address)
        fields = {
            "grant_type": "authorization_code",
            "code": browser.code(challenge.state),
            "redirect_uri": browser.address,
            **({"code_verifier": challenge.verifier} if self._pkce else {}),
        }
        return self._redeemed(credential, fields)

    def _by_device(self, credential: Credential) -> Credential:
        said = self._ask(self.authorisation.device_url, {"scope": self._scope}, credential)
        try:
            code, device, minutes = said["user_code"], said["device_code"], float(said["expires_in"]) / 60
            address = said.get("verification_uri") or said["verification_url"]
        except (KeyError, TypeError, ValueError):
            raise ConnectError("The platform gave no code to type in; try again later.") from None
        self.person.tell(f"On any device, open {address} and type {code} (valid for {minutes:.0f} minutes).")
        pause, waited = float(said.get("interval", 5)), 0.0
        fields = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": str(device)}
        while waited < minutes * 60:
            self.wait(pause)
            waited += pause
            try:
                return self._redeemed(credential, fields)
            except PendingError as pending:
                pause += 5.0 if pending.slower else 0.0
        raise ConnectError("Nobody typed the code in time; start again.")

    def _by_code(self, credential: Credential) -> Credential:
        http = Http(self.page)
        temporary = ask_for_consent(http, self._at(self.authorisation.request_url), credential, self.now())
        query = {"oauth_token": temporary.need("access_token"), **self.authorisation.extra}
        address = f"{self._at(self.authorisation.authorise_url)}?{urlencode(query)}"
        self.person.tell(f"Open this address in any browser, signed in as the page's account, and agree:\n{address}")
        self.person.browse(address)
        code = self._line(_SHOWN_CODE)
        return redeem(http, self._at(self.authorisation.token_url), temporary, code, self.now())

    def _redeemed(self, credential: Credential, fields: Mapping[str, str]) -> Credential:
        return credential.renewed(self._ask(self.authorisation.token_url, fields, credential), self.now())

    def _ask(self, url: str, fields: Mapping[str, str], credential: Credential) -> dict[str, Any]:
        return ask(Http(self.page), self._at(url), fields, credential, basic=self.authorisation.basic)

    def _finished(self, credential: Credential) -> Credential:
        return self.authorisation.finish(credential) if self.authorisation.finish else credential

    @property
    def _scope(self) -> str:
        return self.authorisation.separator.join(scope.name for scope in self.authorisation.scopes)

    @property
    def _pkce(self) -> bool:
        return self.authorisation.pkce

    def _at(self, url: str) -> str:
        return url.format_map({name: str(value).rstrip("/") for name, value in self.settings.items()})

    def _require_scopes(self, credential: Credential) -> None:
        """Say exactly which permissions were not given."""
        said = credential.parts.get("scope")
        if self.authorisation.granted is not None:
            granted = set(self.authorisation.granted(credential))
        elif said is not None:
            granted = set(re.split(r"[\s,]+", said))
        else:
            return  # a platform that leaves `scope` out gave what was asked for (RFC 6749, 5.1)
        missing = [scope for scope in self.authorisation.scopes if scope.name not in granted]
        if missing:
            lines = "".join(f"\n  {scope.name}: to {scope.allows}" for scope in missing)
            raise ForbiddenError(
                f"Page {self.page}: {counted(len(missing), 'permission')} missing; nothing was kept:{lines}\n"
                f"Allow all of them, then run: ofrecord connect {self.page}"
            )

    def _try_and_keep(self, text: str) -> Checked:
        """Try the credential on the platform first: a wrong one must not take the place of one that works."""
        kept = secret_of(self.config, self.page)
        candidate = _Candidate(text, kept)
        try:
            checked = connect(self.config, self.page, secret=candidate).check()
        except UnavailableError as error:
            self.person.tell(f"The credential could not be tried ({error}); it is kept all the same.")
            checked = Checked()
        if not candidate.renewed:
            kept.save(text)
        return checked


def connect_page(config: Loaded, name: str, person: Person) -> str:
    """Connect a page, named by itself or by its platform where that has only one. Returns what to tell at the end.

    Raises:
        PageNameError: when there is no such page.
        ConnectError: when it was not connected.
        ConfigError: when its table is wrong.
        ConnectorError: when the platform does not accept the credential.
    """
    page = page_named(config, name)
    authorisation, settings = authorisation_of(config, page)
    if authorisation is None:
        return f"Page {page} needs no credential."
    checked = Connecting(config, page, authorisation, settings, person).run()
    ends = f" It ends on {checked.expires_at:%d %b %Y}." if checked.expires_at else ""
    return f"Page {page} is connected; its credential is in {config.pages[page].secret_file}.{ends}"
