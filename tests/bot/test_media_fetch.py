"""One attachment through the guard, from real servers on this machine that set traps."""

from __future__ import annotations

import gzip
import hashlib
import io
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from bot.media_addresses import RefusedError
from bot.media_fetch import Fetched, Guard, NotNowError, fetch
from tests.bot.media_files import PNG
from tests.bot.postbox import certificate
from tests.simulators.loopback import (
    Reply,
    Request,
    Wire,
    broken,
    dragging,
    lost_after_doing,
    redirecting,
    serving,
    truncated,
)

FILE = Fetched(hashlib.sha256(PNG).hexdigest(), len(PNG), "image/png")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def address(wire: Wire) -> Iterator[str]:
    with serving(lambda request: wire.carry(request, lambda: Reply(200, PNG))) as url:
        yield url


def guarded(address: str) -> Guard:
    return Guard(own=frozenset({address}))


def fetched(url: str, guard: Guard) -> tuple[Fetched, bytes]:
    into = io.BytesIO()
    return fetch(url, into, guard), into.getvalue()


def reason(url: str, guard: Guard) -> str:
    with pytest.raises(RefusedError) as caught:
        fetched(url, guard)
    return caught.value.reason


@contextmanager
def saying(*answers: bytes, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that says exactly these bytes, one answer to each connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        for each in answers:
            connection, _ = listening.accept()
            try:
                speaking = tls.wrap_socket(connection, server_side=True) if tls else connection
                speaking.recv(65536)
                speaking.sendall(each)
                speaking.close()
            except OSError:
                connection.close()  # the reader hung up, as it should

    thread = Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(timeout=5)
    finally:
        listening.close()


def test_a_file_comes_whole_with_its_hash_size_and_type(address: str) -> None:
    assert fetched(f"{address}/a.png", guarded(address)) == (FILE, PNG)


def test_nothing_is_sent_along(wire: Wire, address: str) -> None:
    wire.next(lambda request, do: Reply(302, headers={"Location": "/b.png", "Set-Cookie": "who=me"}))
    fetched(f"{address}/a.png", guarded(address))
    for request in wire.requests:
        assert sorted(request.headers) == ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]
    assert wire.requests[1].headers["Accept-Encoding"] == "identity"


def test_a_server_on_this_machine_that_nobody_named_is_not_asked(wire: Wire, address: str) -> None:
    guard = Guard(dial=lambda where, patience: pytest.fail("it was connected to"))
    assert reason(address.replace("http:", "https:").rpartition(":")[0], guard) == "address"
    assert wire.requests == []


# --- redirects --------------------------------------------------------------------------------------------------------


def test_a_redirect_is_followed(wire: Wire, address: str) -> None:
    wire.next(redirecting("/elsewhere.png"))
    assert fetched(address, guarded(address))[1] == PNG
    assert wire.requests[1].path == "/elsewhere.png"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://169.254.169.254/latest/meta-data/", "scheme"),
        ("https://169.254.169.254/latest/meta-data/", "address"),
        ("https://127.0.0.1/", "address"),
        ("https://2130706433/", "address"),
        ("https://[::ffff:127.0.0.1]/", "address"),
        ("http://127.0.0.1:1/", "scheme"),
        ("file:///etc/passwd", "scheme"),
    ],
)
def test_every_hop_is_checked_like_the_first(wire: Wire, address: str, target: str, why: str) -> None:
    wire.next(redirecting(target))
    dialled: list[int] = []

    def dial(where: tuple[str, int], patience: float) -> socket.socket:
        dialled.append(where[1])
        return socket.create_connection(where, patience)

    assert reason(address, replace(guarded(address), dial=dial)) == why
    assert len(dialled) == 1


def test_redirects_without_end_are_given_up(wire: Wire, address: str) -> None:
    wire.next(redirecting(address), times=9)
    assert reason(address, guarded(address)) == "redirects"
    assert len(wire.requests) == 4


# --- names ------------------------------------------------------------------------------------------------------------


def test_a_name_is_looked_up_once_and_the_checked_address_is_connected_to() -> None:
    answers, dialled = [["93.184.216.34"], ["127.0.0.1"]], list[str]()

    def dial(where: tuple[str, int], patience: float) -> socket.socket:
        dialled.append(where[0])
        raise OSError

    guard = Guard(resolve=lambda host, port: answers.pop(0), dial=dial)
    with pytest.raises(NotNowError):
        fetched("https://rebinding.example.com/a.png", guard)
    assert (dialled, answers) == (["93.184.216.34"], [["127.0.0.1"]])


def test_a_name_that_turns_private_at_the_next_hop_is_refused_there(wire: Wire, address: str) -> None:
    wire.next(redirecting("https://rebinding.example.com/a.png"))
    guard = replace(guarded(address), resolve=lambda host, port: ["127.0.0.1"])
    assert reason(address, guard) == "address"
    assert len(wire.requests) == 1


def test_the_certificate_has_to_be_for_the_name(tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path)
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PNG) + PNG
    with saying(ok, ok, tls=server) as address:
        port = int(address.rpartition(":")[2])
        guard = replace(guarded(address), tls=trusting)
        assert fetched(f"{address}/a.png", guard)[0] == FILE
        elsewhere = replace(
            guard,
            resolve=lambda host, port: ["93.184.216.34"],
            dial=lambda where, patience: socket.create_connection(("127.0.0.1", port), patience),
        )
        with pytest.raises(NotNowError):
            fetched("https://cdn.example.com/a.png", elsewhere)


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + PNG
    with saying(answer, tls=certificate(tmp_path)[0]) as address, pytest.raises(NotNowError):
        fetched(address, guarded(address))


# --- types and sizes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 9, b"<!doctype html><script>alert(1)</script>" * 9, b"MZ", b""],
)
def test_what_a_header_calls_a_picture_and_is_none_is_refused(content: bytes) -> None:
    with serving(lambda _: Reply(200, content, {"Content-Type": "image/png"})) as address:
        assert reason(address, guarded(address)) == "type"


def test_a_picture_that_a_header_calls_something_else_is_a_picture() -> None:
    with serving(lambda _: Reply(200, PNG, {"Content-Type": "text/html"})) as address:
        assert fetched(address, guarded(address))[0].type == "image/png"


def test_a_type_that_is_not_configured_is_refused(address: str) -> None:
    assert reason(address, replace(guarded(address), types=frozenset({"image/jpeg"}))) == "type"


def test_a_wrong_type_is_noticed_before_the_whole_of_it_came() -> None:
    into = io.BytesIO()
    with serving(lambda _: Reply(200, b"\0" * 1_000_000)) as address, pytest.raises(RefusedError):
        fetch(address, into, guarded(address))
    assert into.getvalue() == b""


def test_a_length_beyond_the_limit_is_refused_unread(address: str) -> None:
    into = io.BytesIO()
    with pytest.raises(RefusedError, match="size"):
        fetch(address, into, replace(guarded(address), largest=len(PNG) - 1))
    assert into.getvalue() == b""


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: none of your business\r\n\r\n"],
)
def test_more_bytes_than_the_limit_are_refused_whatever_the_length_says(head: bytes) -> None:
    with saying(head + PNG + b"\0" * 300_000) as address:
        assert reason(address, replace(guarded(address), largest=100_000)) == "size"


def test_a_chunked_answer_is_counted_too() -> None:
    chunk = b"10000\r\n" + (PNG + b"\0" * 65536)[:65536] + b"\r\n"
    with saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 4) as address:
        assert reason(address, replace(guarded(address), largest=100_000)) == "size"


def test_no_byte_beyond_the_promised_length_is_taken() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PNG) + PNG + b"more") as address:
        assert fetched(address, guarded(address)) == (FILE, PNG)


def test_a_packed_file_is_refused_and_not_unpacked() -> None:
    bomb = gzip.compress(PNG + b"\0" * 10_000_000)
    with serving(lambda _: Reply(200, bomb, {"Content-Encoding": "gzip"})) as address:
        assert reason(address, guarded(address)) == "encoded"
    with serving(lambda _: Reply(200, bomb)) as address:
        assert reason(address, guarded(address)) == "type"


# --- servers that fail ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [lost_after_doing(), truncated(), broken(503), broken(404)])
def test_a_failure_may_pass(wire: Wire, address: str, fault: object) -> None:
    wire.next(fault)  # type: ignore[arg-type]
    with pytest.raises(NotNowError):
        fetched(address, guarded(address))
    assert fetched(address, guarded(address))[1] == PNG


def test_a_failure_tells_the_servers_status(wire: Wire, address: str) -> None:
    wire.next(broken(404))
    with pytest.raises(NotNowError) as caught:
        fetched(address, guarded(address))
    assert caught.value.status == 404


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"\0\0\0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 302 F\r\nLocation: //[\r\n\r\n",
    ],
)
def test_an_answer_that_is_no_http_is_a_failure(nonsense: bytes) -> None:
    with saying(nonsense) as address, pytest.raises(NotNowError):
        fetched(address, guarded(address))


def test_a_server_that_drips_is_given_up_when_the_time_is_over(wire: Wire, address: str) -> None:
    seconds = [0.0]
    wire.next(dragging(lambda: seconds.append(31.0)))
    with pytest.raises(NotNowError):
        fetched(address, replace(guarded(address), clock=lambda: seconds[-1]))


def test_a_head_that_drips_is_given_up_too() -> None:
    ticks = iter(range(0, 1000, 5))
    with saying(b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000) as address, pytest.raises(NotNowError):
        fetched(address, replace(guarded(address), clock=lambda: float(next(ticks))))


def test_a_server_that_keeps_silent_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(NotNowError):
            fetched(address, replace(guarded(address), silence=0.1))


def test_no_error_holds_the_address(wire: Wire, address: str) -> None:
    wire.next(lost_after_doing())
    with pytest.raises(NotNowError) as caught:
        fetched(f"{address}/signed-s3cret", guarded(address))
    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_disk_that_takes_no_more_is_not_the_servers_fault(address: str) -> None:
    class Full(io.BytesIO):
        def write(self, *_: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fetch(address, Full(), guarded(address))


def test_the_request_is_what_was_meant(wire: Wire, address: str) -> None:
    fetched(f"{address}/a b\r\nX-Evil: 1?q=ä", guarded(address))
    asked: Request = wire.requests[0]
    assert (asked.path, asked.params) == ("/a%20bX-Evil:%201", {"q": "ä"})
