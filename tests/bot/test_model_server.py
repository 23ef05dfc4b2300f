"""Asking a Department's own model over real sockets: what fails, how fast, and what is never told."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.judgement import InPlace, judge
from bot.model_server import ModelServer
from bot.rulebook import rulebook
from models.policy import Cap, Verdict
from models.remote import Remote, Settings
from models.score import Category, Item, ScoringError
from tests.bot.test_config import loaded
from tests.simulators.loopback import (
    Reply,
    Request,
    Wire,
    broken,
    dragging,
    huge,
    json_reply,
    lost_after_doing,
    redirecting,
    serving,
    too_many,
    truncated,
    web_page,
)

TOKEN = "0123-token-of-the-model"


def model(request: Request) -> Reply:
    """A model that finds each comment with the word *filth* obscene."""
    comments = json.loads(request.body)["comments"]
    found = [[{"category": "obscenity", "value": 0.9}] if "filth" in each["text"] else [] for each in comments]
    return json_reply({"model": "own-1", "scores": found})


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def address(wire: Wire) -> Iterator[str]:
    with serving(lambda request: wire.carry(request, lambda: model(request))) as url:
        yield url


def remote(url: str, folder: Path, **more: Any) -> Remote:
    keys = {"url": url, "model": "own-1", "categories": ["obscenity"], "timeout_seconds": 0.4, **more}
    settings = Settings.model_validate(keys)
    return Remote(ModelServer(settings, folder).ask, settings.model, settings.categories, settings.at_once)


def failure(classifier: Remote) -> str:
    with pytest.raises(ScoringError) as error:
        classifier.score([Item("Some filth.")])
    return str(error.value)


def test_a_comment_is_scored_over_the_wire(address: str, wire: Wire, tmp_path: Path) -> None:
    (row,) = remote(f"{address}/v1/score?fast=1", tmp_path).score([Item("Some filth.")])
    assert [(each.category, each.value) for each in row] == [(Category.OBSCENITY, 0.9)]
    (request,) = wire.requests
    assert (request.method, request.path, request.params) == ("POST", "/v1/score", {"fast": "1"})
    assert request.headers["Content-Type"] == "application/json"
    assert "Authorization" not in request.headers


def test_the_token_goes_in_the_header(address: str, wire: Wire, tmp_path: Path) -> None:
    secret = tmp_path / "model.token"
    secret.write_text(f"{TOKEN}\n")
    secret.chmod(0o600)
    remote(address, tmp_path, secret_file="model.token").score([Item("Hello.")])
    assert wire.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_an_answer_that_holds_the_token_is_refused_and_not_told(tmp_path: Path) -> None:
    secret = tmp_path / "model.token"
    secret.write_text(TOKEN)
    secret.chmod(0o600)

    def parrot(request: Request) -> Reply:
        why = f"asked with {request.headers['Authorization']}"
        return json_reply({"model": "own-1", "scores": [[{"category": "obscenity", "value": 0.9, "why": why}]]})

    with serving(parrot) as address:
        told = failure(remote(address, tmp_path, secret_file="model.token"))
    assert "sends the token back" in told
    assert TOKEN not in told


@pytest.mark.parametrize("content", [f"{TOKEN}\nX: y", f"{TOKEN}\u00e9"])
def test_a_token_that_no_header_can_carry_is_not_told(address: str, wire: Wire, tmp_path: Path, content: str) -> None:
    secret = tmp_path / "model.token"
    secret.write_text(content)
    secret.chmod(0o600)
    told = failure(remote(address, tmp_path, secret_file="model.token"))
    assert "secret_file" in told
    assert TOKEN not in told
    assert wire.requests == []


def test_a_missing_token_names_its_file(address: str, tmp_path: Path) -> None:
    assert "model.token" in failure(remote(address, tmp_path, secret_file="model.token"))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (web_page(200), "not as documented"),
        (web_page(502), "status 502"),
        (broken(500), "status 500"),
        (too_many("3"), "status 429"),
        (truncated(), "broke off its answer"),
        (truncated(length_tells=False), "not as documented"),
        (lost_after_doing(), "does not answer as HTTP"),
        (redirecting("http://127.0.0.1:1/elsewhere"), "not followed"),
        (huge(5_000_000), "more than"),
        (lambda request, do: Reply(401), "refuses the token"),
    ],
)
def test_a_bad_answer_is_a_scoring_error_and_nothing_is_tried_twice(
    address: str, wire: Wire, tmp_path: Path, fault: Any, said: str
) -> None:
    wire.next(fault)
    assert said in failure(remote(address, tmp_path, timeout_seconds=10))
    assert len(wire.requests) == 1


def test_a_redirect_leads_the_token_nowhere(address: str, wire: Wire, tmp_path: Path) -> None:
    elsewhere = Wire()
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    secret.chmod(0o600)
    with serving(lambda request: elsewhere.carry(request, lambda: model(request))) as other:
        wire.next(redirecting(other))
        failure(remote(address, tmp_path, secret_file="token"))
    assert elsewhere.requests == []


def test_a_server_that_never_ends_its_answer_is_cut_in_time(address: str, wire: Wire, tmp_path: Path) -> None:
    done = Event()
    wire.next(dragging(lambda: done.wait(10)))
    begun = time.monotonic()
    assert "within 0.4 s" in failure(remote(address, tmp_path))
    assert time.monotonic() - begun < 3
    done.set()


@contextmanager
def dripping(pieces: Callable[[], Iterator[bytes]]) -> Iterator[str]:
    """A server that sends so and never falls silent for long."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                for piece in pieces():
                    try:
                        connection.sendall(piece)
                    except OSError:
                        return
                    time.sleep(0.05)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


def headers_without_end() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(60):
        yield b"X-%d: y\r\n" % number


def body_without_end() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    for _ in range(60):
        yield b" "


@pytest.mark.parametrize("pieces", [headers_without_end, body_without_end])
def test_a_server_that_drips_is_cut_in_time(tmp_path: Path, pieces: Callable[[], Iterator[bytes]]) -> None:
    with dripping(pieces) as url:
        begun = time.monotonic()
        assert "within 0.4 s" in failure(remote(url, tmp_path))
        assert time.monotonic() - begun < 2


def test_a_server_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with serving(lambda request: Reply(200)) as url:
        pass
    assert "cannot be reached" in failure(remote(url, tmp_path))


def test_a_certificate_that_nobody_vouches_for_is_no_connection(address: str, tmp_path: Path) -> None:
    told = failure(remote(address.replace("http:", "https:"), tmp_path, timeout_seconds=2))
    assert "127.0.0.1" in told


def test_after_so_many_failures_it_is_left_alone_and_that_is_said_once(
    address: str, wire: Wire, tmp_path: Path
) -> None:
    wire.next(broken(), times=9)
    classifier = remote(address, tmp_path, failures=3, pause_seconds=60)
    with capture_logs() as logs:
        told = [failure(classifier) for _ in range(6)]
    assert len(wire.requests) == 3
    assert "left alone" in told[-1]
    assert [each["log_level"] for each in logs] == ["error"]


def test_answers_that_are_nonsense_count_as_failures(address: str, wire: Wire, tmp_path: Path) -> None:
    wire.next(web_page(200), times=9)
    classifier = remote(address, tmp_path, failures=2)
    assert ["left alone" in failure(classifier) for _ in range(4)] == [False, False, True, True]


def test_after_the_pause_it_is_asked_again(address: str, wire: Wire, tmp_path: Path) -> None:
    wire.next(broken(), times=2)
    classifier = remote(address, tmp_path, failures=2, pause_seconds=0.05)
    failure(classifier)
    failure(classifier)
    time.sleep(0.1)
    with capture_logs() as logs:
        assert classifier.score([Item("Some filth.")])[0]
    assert [each["event"] for each in logs] == ["the own model answers again"]


def test_one_comment_that_cannot_be_scored_does_not_stop_the_others(address: str, wire: Wire, tmp_path: Path) -> None:
    wire.next(broken(), times=2)
    tables = f"""
[classifiers.remote]
url = "{address}"
model = "own-1"
categories = ["obscenity"]
"""
    found = judge([InPlace("Some filth."), InPlace("Thank you.")], rulebook(loaded(tmp_path, tables)))
    assert [Cap.SCORING_FAILED in each.decision.caps for each in found] == [True, False]
    assert [each.decision.verdict for each in found] == [Verdict.QUEUE, Verdict.ALLOW]


def test_a_model_that_is_away_queues_and_the_other_classifiers_still_count(tmp_path: Path) -> None:
    tables = '[classifiers.remote]\nurl = "http://127.0.0.1:1"\nmodel = "own-1"\ncategories = ["obscenity"]\n'
    (found,) = judge([InPlace("This is fucking bullshit.")], rulebook(loaded(tmp_path, tables)))
    assert found.decision.verdict is Verdict.QUEUE
    assert found.decision.caps == (Cap.SCORING_FAILED,)
    assert any(each.rule == "wordlist.strong" for each in found.scores)
