"""Renewing tokens: saved before they are used, and never told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors._credential import Credential
from connectors._http import Http
from connectors._oauth import Challenge, renew
from connectors.base import UnauthorizedError, UnavailableError
from tests.connectors.means import MemorySecret
from tests.simulators.loopback import broken, lost_after_doing, web_page
from tests.simulators.oauth import DEVICE_GRANT, AuthorisationServer, running

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[AuthorisationServer]:
    with running(AuthorisationServer()) as started:
        yield started


@pytest.fixture
def credential(server: AuthorisationServer) -> Credential:
    from connectors._oauth import ask

    client = Credential("page", {"client_id": server.client_id, "client_secret": server.client_secret})
    said = ask(Http("page"), f"{server.url}/token", {"grant_type": DEVICE_GRANT}, client, basic=False)
    return client.renewed(said, NOW)


def renewed(server: AuthorisationServer, credential: Credential, secret: MemorySecret) -> Credential:
    return renew(Http("page"), f"{server.url}/token", credential, secret, NOW, basic=server.basic)


def test_a_renewed_token_is_saved_and_good(server: AuthorisationServer, credential: Credential) -> None:
    secret = MemorySecret()
    new = renewed(server, credential, secret)
    assert new.need("access_token") in server.tokens
    assert secret.saved == [new.text()]
    assert new.need("refresh_token") != credential.need("refresh_token")
    assert new.expires_at == NOW + timedelta(hours=2)


def test_what_is_left_out_of_the_answer_stays(server: AuthorisationServer, credential: Credential) -> None:
    assert renewed(server, credential, MemorySecret()).need("client_id") == server.client_id


def test_a_client_can_prove_itself_by_basic_authentication(server: AuthorisationServer, credential: Credential) -> None:
    server.basic = True
    renewed(server, credential, MemorySecret())
    assert server.client_secret.encode() not in server.wire.requests[-1].body


def test_a_dead_refresh_token_names_the_next_step_and_no_token(
    server: AuthorisationServer, credential: Credential
) -> None:
    renewed(server, credential, MemorySecret())
    with pytest.raises(UnauthorizedError, match=r"\(invalid_grant\); run: ofrecord connect page") as caught:
        renewed(server, credential, MemorySecret())
    assert credential.need("refresh_token") not in str(caught.value)


@pytest.mark.parametrize("fault", [web_page(502), web_page(200), broken(), lost_after_doing()])
def test_a_server_in_trouble_is_asked_again_later(
    server: AuthorisationServer, credential: Credential, fault: object
) -> None:
    server.wire.next(fault)  # type: ignore[arg-type]
    secret = MemorySecret()
    with pytest.raises(UnavailableError):
        renewed(server, credential, secret)
    assert secret.saved == []


def test_a_token_that_cannot_be_saved_is_not_used(server: AuthorisationServer, credential: Credential) -> None:
    class Full(MemorySecret):
        def save(self, secret: str) -> None:
            raise UnauthorizedError("the disk is full")

    with pytest.raises(UnauthorizedError, match="full"):
        renewed(server, credential, Full())


def test_a_challenge_is_new_each_time_and_the_digest_of_its_verifier() -> None:
    assert Challenge.new() != Challenge.new()
    # The example of RFC 7636, appendix B.
    known = Challenge("state", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert known.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize("text", ["", "hunter2", "[]", '{"access_token": 5}', "[" * 100_000])
def test_a_secret_file_that_is_no_credential_names_the_next_step(text: str) -> None:
    with pytest.raises(UnauthorizedError, match="run: ofrecord connect page") as caught:
        Credential.parse("page", text)
    assert "hunter2" not in str(caught.value)


def test_a_credential_does_not_show_its_parts() -> None:
    assert "hunter2" not in repr(Credential("page", {"access_token": "hunter2"}))


def test_a_missing_part_is_named() -> None:
    with pytest.raises(UnauthorizedError, match="has no refresh_token"):
        Credential("page", {}).need("refresh_token")


def test_a_credential_reads_what_it_wrote() -> None:
    credential = Credential("page", {"access_token": "t", "expires_at": "2026-11-22T12:00:00+00:00"})
    again = Credential.parse("page", credential.text())
    assert (again, again.expires_at) == (credential, NOW)
