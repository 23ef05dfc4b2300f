"""A person gets a page's credential: pasted, by a browser, or by a code; tried first, kept for nobody else."""

from __future__ import annotations

import dataclasses
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
import requests

from bot.config import Loaded
from bot.connect_command import ConnectError, Connecting, Person, connect_page
from bot.loopback import NoAnswerError
from bot.platforms import PageNameError
from connectors._authorisation import Ask, Authorisation, Scope, Way
from connectors._credential import Credential
from connectors.base import ForbiddenError, UnauthorizedError
from tests.bot.town import APPROVAL, page_of, page_table, town
from tests.fakes import START
from tests.simulators.oauth import AuthorisationServer, running
from tests.simulators.wordpress import WordPressSite
from tests.simulators.wordpress import running as blogging

SCOPES = (Scope("read", "read comments"), Scope("moderate", "hide and restore comments"))
CLIENT = (Ask("client_id", "Client id", hidden=False), Ask("client_secret", "Client secret"))
LOOPBACK = Authorisation(
    way=Way.LOOPBACK,
    steps=("Register {redirect} as the address to come back to.",),
    asks=CLIENT,
    scopes=SCOPES,
    authorise_url="{url}/authorise",
    token_url="{url}/token",
    port=0,
)
DEVICE = dataclasses.replace(LOOPBACK, way=Way.DEVICE, steps=(), device_url="{url}/device")


class Typist:
    """Somebody who types what was prepared, and keeps what was said."""

    def __init__(self, *lines: str, browse: Callable[[str], object] = lambda _: None) -> None:
        self.lines, self.told, self.hidden = list(lines), list[str](), list[bool]()
        self.person = Person(self.told.append, self._ask, browse)

    def _ask(self, prompt: str, hidden: bool) -> str:
        self.told.append(prompt)
        self.hidden.append(hidden)
        return self.lines.pop(0)


@pytest.fixture
def server() -> Iterator[AuthorisationServer]:
    with running(AuthorisationServer()) as started:
        yield started


@pytest.fixture
def config(tmp_path: Path) -> Loaded:
    """A page whose connector accepts whatever it is given."""
    loaded = town(tmp_path, page_table("a", 'secret_file = "secrets/a"'))
    page_of(loaded, "a")
    return loaded


def visit(address: str) -> None:
    """A browser that comes back a moment later, as browsers do."""
    Thread(target=requests.get, args=(address,), kwargs={"timeout": 10}, daemon=True).start()


def connecting(config: Loaded, authorisation: Authorisation, server: AuthorisationServer, typist: Typist) -> Connecting:
    return Connecting(config, "a", authorisation, {"url": server.url}, typist.person, lambda: START, lambda _: None)


def kept(config: Loaded) -> Credential:
    return Credential.parse("a", (config.path.parent / "secrets/a").read_text())


def test_a_browser_brings_the_token(config: Loaded, server: AuthorisationServer) -> None:
    typist = Typist("client-1", "client-secret-1", browse=lambda address: visit(server.consent(address)))
    connecting(config, LOOPBACK, server, typist).run()
    assert kept(config).need("access_token") in server.tokens
    assert kept(config).expires_at is not None


def test_the_file_is_for_nobody_else_and_lies_in_a_folder_for_nobody_else(
    config: Loaded, server: AuthorisationServer
) -> None:
    connecting(config, DEVICE, server, Typist("client-1", "client-secret-1")).run()
    path = config.path.parent / "secrets/a"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_redirect_to_register_is_told_before_anything_is_asked(config: Loaded, server: AuthorisationServer) -> None:
    typist = Typist("client-1", "client-secret-1", browse=lambda address: visit(server.consent(address)))
    connecting(config, LOOPBACK, server, typist).run()
    assert typist.told[0].startswith("1. Register http://127.0.0.1:")
    assert typist.hidden == [False, True]


def test_no_secret_is_told(config: Loaded, server: AuthorisationServer) -> None:
    typist = Typist("client-1", "client-secret-1", browse=lambda address: visit(server.consent(address)))
    connecting(config, LOOPBACK, server, typist).run()
    said = "".join(typist.told)
    assert [
        part for name, part in kept(config).parts.items() if "token" in name and len(part) > 8 and part in said
    ] == []
    assert "client-secret-1" not in said


def test_an_answer_to_another_question_is_refused(config: Loaded, server: AuthorisationServer) -> None:
    def forge(address: str) -> None:
        visit(server.consent(address).partition("&state=")[0] + "&state=forged")

    with pytest.raises(NoAnswerError, match="wrong state"):
        connecting(config, LOOPBACK, server, Typist("client-1", "client-secret-1", browse=forge)).run()
    assert not (config.path.parent / "secrets/a").exists()


def test_a_person_who_says_no_is_heard(config: Loaded, server: AuthorisationServer) -> None:
    def decline(address: str) -> None:
        back = server.consent(address)
        visit(f"{back.partition('?')[0]}?error=access_denied&state={back.rpartition('state=')[2]}")

    with pytest.raises(NoAnswerError, match="consent was not given"):
        connecting(config, LOOPBACK, server, Typist("client-1", "client-secret-1", browse=decline)).run()


def test_a_stray_request_does_not_end_the_waiting(config: Loaded, server: AuthorisationServer) -> None:
    def browse(address: str) -> None:
        back = server.consent(address)
        visit(back.partition("?")[0] + "favicon.ico")
        visit(back)

    connecting(config, LOOPBACK, server, Typist("client-1", "client-secret-1", browse=browse)).run()
    assert kept(config).need("access_token") in server.tokens


def test_a_code_is_shown_and_waited_for(config: Loaded, server: AuthorisationServer) -> None:
    server.pending = ["authorization_pending", "slow_down", "authorization_pending"]
    typist, waits = Typist("client-1", "client-secret-1"), list[float]()
    dataclasses.replace(connecting(config, DEVICE, server, typist), wait=waits.append).run()
    assert any("https://example.com/device and type WDJB-MJHT" in line for line in typist.told)
    assert waits == [5.0, 5.0, 10.0, 10.0]


def test_a_code_that_nobody_types_runs_out(config: Loaded, server: AuthorisationServer) -> None:
    server.pending = ["authorization_pending"] * 500
    with pytest.raises(ConnectError, match="Nobody typed the code in time"):
        connecting(config, DEVICE, server, Typist("client-1", "client-secret-1")).run()


def test_missing_permissions_are_named_with_what_they_are_for_and_nothing_is_kept(
    config: Loaded, server: AuthorisationServer
) -> None:
    server.grants = frozenset({"read"})
    with pytest.raises(ForbiddenError, match=r"(?s)1 permission missing.*moderate: to hide and restore comments"):
        connecting(config, DEVICE, server, Typist("client-1", "client-secret-1")).run()
    assert not (config.path.parent / "secrets/a").exists()


def test_a_wrong_client_secret_is_the_platforms_to_refuse(config: Loaded, server: AuthorisationServer) -> None:
    with pytest.raises(UnauthorizedError, match="invalid_client"):
        connecting(config, DEVICE, server, Typist("client-1", "another")).run()


def test_a_page_without_a_place_for_the_credential_says_which_key_to_set(
    tmp_path: Path, server: AuthorisationServer
) -> None:
    config = town(tmp_path, page_table("a"))
    with pytest.raises(ConnectError, match=r"pages\.a\.secret_file is not set"):
        connecting(config, DEVICE, server, Typist()).run()


# --- WordPress: pasted ----------------------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    with blogging(WordPressSite()) as started:
        yield started


def blog(folder: Path, site: WordPressSite) -> Loaded:
    table = f'[pages.blog]\nplatform = "wordpress"\nurl = "{site.url}"\nuser = "{site.user}"\n{APPROVAL}\n'
    return town(folder, table + 'secret_file = "blog.password"\n')


def test_a_pasted_password_is_tried_and_kept(tmp_path: Path, site: WordPressSite) -> None:
    config, typist = blog(tmp_path, site), Typist(site.password)
    assert "Page blog is connected" in connect_page(config, "wordpress", typist.person)
    assert (tmp_path / "blog.password").read_text().strip() == site.password
    assert typist.hidden == [True]


def test_a_password_that_the_site_refuses_does_not_replace_the_one_that_works(
    tmp_path: Path, site: WordPressSite
) -> None:
    config = blog(tmp_path, site)
    connect_page(config, "blog", Typist(site.password).person)
    with pytest.raises(UnauthorizedError):
        connect_page(config, "blog", Typist("abcd efgh ijkl mnop qrst uvwx").person)
    assert (tmp_path / "blog.password").read_text().strip() == site.password


def test_an_account_that_lacks_a_permission_is_told_which(tmp_path: Path, site: WordPressSite) -> None:
    site.rights = tuple(right for right in site.rights if right != "edit_others_pages")
    with pytest.raises(ForbiddenError, match="edit_others_pages"):
        connect_page(blog(tmp_path, site), "blog", Typist(site.password).person)
    assert not (tmp_path / "blog.password").exists()


def test_a_password_is_kept_untried_while_the_site_is_away(tmp_path: Path, site: WordPressSite) -> None:
    config = blog(tmp_path, site)
    config = town(
        tmp_path,
        config.path.read_text().partition("[store]")[2].partition("\n\n")[2].replace(site.url, "http://127.0.0.1:1"),
    )
    typist = Typist(site.password)
    connect_page(config, "blog", typist.person)
    assert "could not be tried" in "".join(typist.told)
    assert (tmp_path / "blog.password").exists()


def test_what_cannot_be_a_password_is_asked_for_again(tmp_path: Path, site: WordPressSite) -> None:
    typist = Typist("short", site.password)
    connect_page(blog(tmp_path, site), "blog", typist.person)
    assert "copy it again" in "".join(typist.told)


def test_an_unknown_name_lists_the_pages(tmp_path: Path, site: WordPressSite) -> None:
    with pytest.raises(PageNameError, match=r"neither a page nor the platform of one .* pages are blog"):
        connect_page(blog(tmp_path, site), "facebook", Typist().person)


def test_a_page_without_a_credential_says_so(config: Loaded) -> None:
    assert connect_page(config, "a", Typist().person) == "Page a needs no credential."
