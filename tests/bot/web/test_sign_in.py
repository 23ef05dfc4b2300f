"""Signing in and out: guarded, throttled, and written down with an opaque reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from bot.web.accounts import add_user
from tests.bot.web.conftest import PASSWORD, Desk, text_of


@pytest.fixture(autouse=True)
def _forget_throttling(desk: Desk) -> Iterator[None]:
    from django.core.cache import cache

    yield
    cache.clear()


@pytest.fixture
def kim(desk: Desk) -> str:
    """Somebody with a password; gives their opaque reference."""
    return add_user(desk.site.config, "kim", PASSWORD, ["moderator"]).ref


def sign_in(client: Client, name: str = "kim", password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": name, "password": password})


def test_signing_in_leads_to_the_board_and_is_written_down(desk: Desk, kim: str) -> None:
    answer = sign_in(desk.stranger())
    assert (answer.status_code, answer["Location"]) == (302, "/")
    entry = desk.last("access.signed_in")
    assert (entry.subject.ref, entry.actor.id, entry.actor.role) == (kim, kim, "moderator")


def test_signing_out_is_written_down(desk: Desk, kim: str) -> None:
    client = desk.stranger()
    sign_in(client)
    client.post("/account/logout/")
    assert desk.last("access.signed_out").subject.ref == kim
    assert client.get("/")["Location"] == "/account/login/?next=/"


def test_a_failure_is_written_down_with_the_name_committed_only(desk: Desk, kim: str) -> None:
    answer = sign_in(desk.stranger(), password="wrong")
    entry = desk.last("access.refused")
    assert answer.status_code == 200
    assert (entry.pub, entry.opened) == ({}, {"access.login": "kim"})


def test_guessing_is_throttled(desk: Desk, kim: str) -> None:
    client = desk.stranger()
    answers = [text_of(sign_in(client, password=f"wrong {number}")) for number in range(7)]
    assert "Too many failed" in answers[-1]
    assert "Too many failed" in text_of(sign_in(client))


def test_nobody_is_in_without_a_trace(desk: Desk, kim: str) -> None:
    client = desk.stranger()
    desk.make_readonly()
    assert sign_in(client).status_code == 503
    assert client.get("/")["Location"] == "/account/login/?next=/"


def test_whoever_wants_to_leave_may_leave(desk: Desk, kim: str) -> None:
    client = desk.stranger()
    sign_in(client)
    desk.make_readonly()
    assert client.post("/account/logout/").status_code == 302
    assert client.get("/")["Location"] == "/account/login/?next=/"


@pytest.mark.parametrize(
    ("sent_to", "screen"),
    [
        ("/comment/c_1/decide/", "/comment/c_1/"),
        ("/comment/c_1/hold/", "/comment/c_1/"),
        ("/tasks/task_1/done/", "/tasks/"),
        ("/thresholds/spam/undo/", "/thresholds/"),
        ("/try/", "/try/"),
        ("/next/", "/"),
        ("/keys/", "/"),
    ],
)
def test_an_answer_after_the_sessions_end_leads_back_to_its_screen(desk: Desk, sent_to: str, screen: str) -> None:
    client = desk.stranger()
    answer = client.post(sent_to)
    assert answer["Location"] == f"/account/login/?next={screen}&untaken=1"
    assert "your answer was not taken" in text_of(client.get(answer["Location"]))


def test_nobody_signs_themselves_up(desk: Desk) -> None:
    assert desk.client().get("/account/signup/").status_code == 404


def test_a_closed_account_cannot_sign_in(desk: Desk, kim: str) -> None:
    from bot.web.models import User

    User.objects.filter(username="kim").update(is_active=False)
    client = desk.stranger()
    sign_in(client)
    assert client.get("/").status_code == 302
    assert desk.records.last("access.signed_in") is None


def test_a_sign_in_does_not_lead_away_from_the_application(desk: Desk, kim: str) -> None:
    credentials = {"login": "kim", "password": PASSWORD, "next": "https://evil.example.org/"}
    assert desk.stranger().post("/account/login/", credentials)["Location"] == "/"
