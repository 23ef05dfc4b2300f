"""Signing as OAuth 1.0 has it: by the standard's own example, and beside another implementation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from oauthlib.oauth1 import Client  # type: ignore[import-untyped]
from oauthlib.oauth1.rfc5849.signature import collect_parameters  # type: ignore[import-untyped]

from connectors._credential import Credential
from connectors._http import Answer, Http
from connectors._oauth1 import ask_for_consent, authorization, redeem, refusal, signature
from connectors.base import UnauthorizedError, UnavailableError
from tests.simulators.loopback import Reply, Request, Wire, serving
from tests.simulators.oauth1 import OAuth1Server

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PHOTOS = Credential(
    "photos",
    {
        "client_id": "dpf43f3p2l4k3l03",
        "client_secret": "kd94hf93k423kf44",
        "access_token": "nnch734d00sl2jdk",
        "token_secret": "pfkkdhi9sl3r4s00",
    },
)


class Site:
    """A platform with nothing but the two token endpoints."""

    def __init__(self) -> None:
        self.server = OAuth1Server(clock=lambda: NOW)
        self.wire = Wire()
        self.url = ""

    def answer(self, request: Request) -> Reply:
        do = {"/request": self.server.temporary, "/access": self.server.lasting}[request.path]
        return self.wire.carry(request, lambda: do(request, self.url))

    @property
    def client(self) -> Credential:
        return Credential("photos", {"client_id": self.server.client_id, "client_secret": self.server.client_secret})


@pytest.fixture
def site() -> Iterator[Site]:
    started = Site()
    with serving(started.answer) as started.url:
        yield started


def test_the_example_of_the_standard_is_signed_as_printed_there() -> None:
    """RFC 5849, 1.2: the request for the photograph."""
    params = {
        "file": "vacation.jpg",
        "size": "original",
        "oauth_consumer_key": "dpf43f3p2l4k3l03",
        "oauth_token": "nnch734d00sl2jdk",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "137131202",
        "oauth_nonce": "chapoH",
    }
    assert signature("GET", "http://photos.example.net/photos", params, PHOTOS) == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


@pytest.mark.parametrize("value", ["a b", "a+b", "100%", "~._-", '=&,"', "ü", "👮", "%20", "[1]*'()!"])
def test_odd_values_are_signed_as_another_implementation_does(value: str) -> None:
    params = {"client_secret": "kd94hf93k423kf44", "resource_owner_key": "nnch734d00sl2jdk"}
    other = Client("dpf43f3p2l4k3l03", **params, resource_owner_secret="pfkkdhi9sl3r4s00")
    _, headings, _ = other.sign(f"https://api.example.com/rest?odd={quote(value, safe='')}")
    given = dict(collect_parameters(headers=headings, exclude_oauth_signature=False))
    expected = given.pop("oauth_signature")
    assert signature("GET", "https://api.example.com/rest", {"odd": value, **given}, PHOTOS) == expected


def test_no_two_requests_are_alike() -> None:
    first, second = (authorization("GET", "https://api.example.com", {}, PHOTOS, NOW) for _ in range(2))
    assert first != second


def test_no_secret_is_sent() -> None:
    sent = authorization("GET", "https://api.example.com", {}, PHOTOS, NOW)["Authorization"]
    assert "kd94hf93k423kf44" not in sent
    assert "pfkkdhi9sl3r4s00" not in sent


def test_a_typed_code_brings_the_lasting_token_and_the_client_is_kept_with_it(site: Site) -> None:
    http = Http("photos")
    temporary = ask_for_consent(http, f"{site.url}/request", site.client, NOW)
    code = site.server.consent(f"https://example.com/authorize?oauth_token={temporary.need('access_token')}&perms=read")
    lasting = redeem(http, f"{site.url}/access", temporary, code, NOW)
    assert dict(lasting.parts) == {
        **site.client.parts,
        "access_token": site.server.token,
        "token_secret": site.server.token_secret,
    }


def test_a_wrong_code_is_refused_by_name(site: Site) -> None:
    temporary = ask_for_consent(Http("photos"), f"{site.url}/request", site.client, NOW)
    with pytest.raises(UnauthorizedError, match=r"photos.*\(verifier_invalid\); run: ofrecord connect photos"):
        redeem(Http("photos"), f"{site.url}/access", temporary, "000-000-000", NOW)


def test_a_wrong_secret_of_the_client_is_refused_without_repeating_it(site: Site) -> None:
    wrong = Credential("photos", {**site.client.parts, "client_secret": "0000000000000000"})
    with pytest.raises(UnauthorizedError, match="signature_invalid") as caught:
        ask_for_consent(Http("photos"), f"{site.url}/request", wrong, NOW)
    assert "0000000000000000" not in str(caught.value)


def test_a_clock_that_is_wrong_is_no_wrong_credential(site: Site) -> None:
    site.server.clock = lambda: datetime(2026, 11, 22, 13, tzinfo=UTC)
    with pytest.raises(UnavailableError, match="set its clock"):
        ask_for_consent(Http("photos"), f"{site.url}/request", site.client, NOW)


@pytest.mark.parametrize("body", [b"", b"<h1>429 Too Many Requests</h1>", b"oauth_token=&oauth_token_secret="])
def test_an_answer_without_a_token_is_none(site: Site, body: bytes) -> None:
    site.wire.next(lambda request, do: Reply(429 if b"429" in body else 200, body, {"Retry-After": "30"}))
    with pytest.raises(UnavailableError, match="gave no token") as caught:
        ask_for_consent(Http("photos"), f"{site.url}/request", site.client, NOW)
    assert caught.value.retry_after == 30.0


def test_only_the_name_of_a_problem_is_repeated() -> None:
    answer = Answer(401, {}, b"oauth_problem=token_rejected&oauth_token=nnch734d00sl2jdk")
    said = str(refusal("photos", answer))
    assert "token_rejected" in said
    assert "nnch734d00sl2jdk" not in said


def test_what_says_nothing_of_oauth_is_no_refusal() -> None:
    assert refusal("photos", Answer(500, {}, b"<error>BOOM!</error>")) is None
