from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors._http import Answer, Http, Limits, NonsenseError, NotSentError, error_for
from connectors.base import ForbiddenError, GoneError, UnauthorizedError, UnavailableError
from tests.simulators.loopback import (
    Fault,
    Wire,
    dragging,
    huge,
    json_reply,
    lost_after_doing,
    redirecting,
    serving,
    truncated,
    web_page,
)

SMALL = Limits(body=100_000)
SECRET = (b"bot", b"s3cret-word")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def address(wire: Wire) -> Iterator[str]:
    with serving(lambda request: wire.carry(request, lambda: json_reply([{"a": 1}]))) as url:
        yield url


def answer(status: int = 200, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


def test_an_answer_comes_whole(address: str) -> None:
    got = Http("blog", SMALL).send("GET", address, params={"q": "é&"})
    assert (got.ok, got.body) == (True, b'[{"a": 1}]')


def test_the_query_and_the_credential_arrive(wire: Wire, address: str) -> None:
    Http("blog", SMALL).send("GET", address, auth=SECRET, params={"q": "é&"})
    assert wire.requests[0].params == {"q": "é&"}
    assert wire.requests[0].basic_auth == ("bot", "s3cret-word")


def test_a_body_and_headings_go_out_as_they_are(wire: Wire, address: str) -> None:
    Http("blog", SMALL).send("POST", address, headers={"X-Made-By": "a library"}, body=b'{"n": null}')
    assert (wire.requests[0].body, wire.requests[0].headers["X-Made-By"]) == (b'{"n": null}', "a library")


def test_a_platform_is_told_what_program_asks(wire: Wire, address: str) -> None:
    Http("blog", SMALL).send("GET", address)
    assert wire.requests[0].headers["User-Agent"].startswith("OfRecord ")


@pytest.mark.parametrize("fault", [lost_after_doing(), truncated(), huge(200_000)])
def test_an_answer_that_is_not_whole_is_none(wire: Wire, address: str, fault: Fault) -> None:
    wire.next(fault)
    with pytest.raises(UnavailableError, match="Page blog") as caught:
        Http("blog", SMALL).send("GET", address, auth=SECRET)
    assert not isinstance(caught.value, NotSentError)


def test_a_server_that_drags_on_is_given_up(wire: Wire, address: str) -> None:
    seconds = [0.0]
    wire.next(dragging(lambda: seconds.append(1000.0)))
    with pytest.raises(UnavailableError, match="in time"):
        Http("blog", clock=lambda: seconds[-1]).send("GET", address)


def test_a_server_that_keeps_silent_is_given_up() -> None:
    limits = Limits(silence=0.1)
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(UnavailableError, match="in time"):
        Http("blog", limits).send("GET", f"http://127.0.0.1:{mute.getsockname()[1]}")


def test_what_was_never_sent_is_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotSentError, match=f"Page blog: no connection to 127.0.0.1:{port}"):
        Http("blog", SMALL).send("POST", f"http://127.0.0.1:{port}", auth=SECRET)


def test_no_error_holds_the_credential(wire: Wire, address: str) -> None:
    wire.next(lost_after_doing())
    with pytest.raises(UnavailableError) as caught:
        Http("blog", SMALL).send("GET", address, auth=SECRET)
    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_redirect_is_not_followed(wire: Wire, address: str) -> None:
    wire.next(redirecting(f"{address}/elsewhere"))
    assert Http("blog", SMALL).send("GET", address, auth=SECRET).status == 301
    assert len(wire.requests) == 1


@pytest.mark.parametrize("fault", [web_page(), truncated(length_tells=False)])
def test_what_is_no_json_is_nonsense(wire: Wire, address: str, fault: Fault) -> None:
    http = Http("blog", SMALL)
    wire.next(fault)
    got = http.send("GET", address)
    with pytest.raises(NonsenseError, match="Page blog"):
        http.objects(got)
    with pytest.raises(NonsenseError, match="Page blog"):
        http.json(got)


def test_json_nested_without_end_is_nonsense() -> None:
    with pytest.raises(NonsenseError):
        Http("blog", SMALL).json(replace(answer(), body=b"[" * 200_000))


def test_each_object_has_its_own_bytes() -> None:
    body = '\ufeff [ {"a":"é, ]"} ,\n{"b":[1]}]'.encode()
    objects = Http("blog", SMALL).objects(replace(answer(), body=body))
    assert objects == [({"a": "é, ]"}, '{"a":"é, ]"}'.encode()), ({"b": [1]}, b'{"b":[1]}')]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'[{"a":1}', b'x[{"a":1}]', b"\xff[]", b"null"])
def test_an_array_of_objects_is_all_that_is_taken(body: bytes) -> None:
    with pytest.raises(NonsenseError):
        Http("blog", SMALL).objects(replace(answer(), body=body))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("99999999999999999999", None),
    ],
)
def test_retry_after_is_read_by_the_servers_own_clock(value: str, seconds: float | None) -> None:
    assert answer(429, Date="Sun, 22 Nov 2026 12:00:00 GMT", Retry_After=value).retry_after == seconds


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, UnauthorizedError), (403, ForbiddenError), (404, GoneError), (410, GoneError), (429, UnavailableError)],
)
def test_a_refusing_status_is_a_fact(status: int, kind: type[Exception]) -> None:
    assert error_for(status) is kind


def test_an_unusable_date_is_none() -> None:
    assert answer(Date="yesterday").date is None
