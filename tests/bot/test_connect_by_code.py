"""``ofrecord connect`` where the platform's page shows a code (OAuth 1.0)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import Loaded
from bot.connect_command import ConnectError, Connecting
from connectors._authorisation import Ask, Authorisation, Scope, Way
from connectors._credential import Credential
from connectors.base import UnauthorizedError
from tests.bot.test_connect_command import Typist
from tests.bot.town import page_of, page_table, town
from tests.fakes import START
from tests.simulators.loopback import Reply, Request, serving
from tests.simulators.oauth1 import OAuth1Server

CODE = Authorisation(
    way=Way.CODE,
    steps=("Make a key.",),
    asks=(Ask("client_id", "Key", hidden=False), Ask("client_secret", "Secret")),
    scopes=(Scope("read", "read comments"),),
    request_url="{site}/request",
    authorise_url="{site}/authorize",
    token_url="{site}/access",
    extra={"perms": "read"},
)


class Desk:
    """A platform, and somebody who agrees on its page and types the code."""

    def __init__(self, config: Loaded) -> None:
        self.server, self.url, self.config = OAuth1Server(clock=lambda: START), "", config
        self.typed: list[str] = []

    def answer(self, request: Request) -> Reply:
        return {"/request": self.server.temporary, "/access": self.server.lasting}[request.path](request, self.url)

    def connect(self, *codes: str, secret: str = "") -> Typist:
        typist = Typist(self.server.client_id, secret or self.server.client_secret, *codes, browse=self.agree)
        self.lines = typist.lines
        settings: dict[str, Any] = {"site": self.url}
        Connecting(self.config, "a", CODE, settings, typist.person, lambda: START, lambda _: None).run()
        return typist

    def agree(self, address: str) -> None:
        code = self.server.consent(address)
        if not self.lines:
            self.lines.append(code)

    @property
    def kept(self) -> Path:
        return self.config.path.parent / "secrets/a"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A page whose connector accepts whatever it is given."""
    loaded = town(tmp_path, page_table("a", 'secret_file = "secrets/a"'))
    page_of(loaded, "a")
    started = Desk(loaded)
    with serving(started.answer) as started.url:
        yield started


def test_the_code_of_the_page_brings_the_token(desk: Desk) -> None:
    desk.connect()
    kept = Credential.parse("a", desk.kept.read_text())
    assert (kept.need("access_token"), kept.need("token_secret")) == (desk.server.token, desk.server.token_secret)
    assert kept.need("client_secret") == desk.server.client_secret


def test_no_more_is_asked_for_than_the_extra_says(desk: Desk) -> None:
    desk.connect()
    assert desk.server.perms == "read"


def test_the_code_is_shown_while_it_is_typed_and_the_secret_is_not(desk: Desk) -> None:
    assert desk.connect().hidden == [False, True, False]


def test_no_secret_is_told_on_the_way(desk: Desk) -> None:
    said = "".join(desk.connect().told)
    assert desk.server.client_secret not in said
    assert desk.server.token_secret not in said
    assert desk.server.token not in said


def test_a_wrong_code_keeps_nothing(desk: Desk) -> None:
    with pytest.raises(UnauthorizedError, match="verifier_invalid"):
        desk.connect("999-999-9999")
    assert not desk.kept.exists()


def test_a_wrong_secret_is_the_platforms_to_refuse(desk: Desk) -> None:
    with pytest.raises(UnauthorizedError, match="signature_invalid"):
        desk.connect(secret="0000000000000000")


def test_what_cannot_be_a_code_is_not_sent(desk: Desk) -> None:
    with pytest.raises(ConnectError, match="No code that the page shows that looks right"):
        desk.connect("?", "-", "a b")
