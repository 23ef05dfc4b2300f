"""What holds for the application as a whole: safe answers, its own secret, a record that fails."""

from __future__ import annotations

import re
import socket
import stat
from typing import Any

import pytest

from bot.config import ConfigError
from bot.web.app import make_app, serve
from tests.bot.web.conftest import Desk, text_of

SCREENS = ["/", "/queue/", "/help/", "/comment/{ref}/", "/comment/{ref}/history/"]


def every_screen(desk: Desk, *more: str) -> list[Any]:
    ref, client = desk.flagged(), desk.client()
    return [client.get(path.format(ref=ref)) for path in (*SCREENS, *more)]


def test_every_answer_has_the_safe_headers(desk: Desk) -> None:
    for answer in every_screen(desk, "/account/login/", "/nowhere/", "/healthz", "/static/web/app.css"):
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
        assert answer["Referrer-Policy"] == "same-origin"


def test_no_screen_needs_inline_script_or_style(desk: Desk) -> None:
    for page in map(text_of, every_screen(desk)):
        assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=", page)


def test_no_screen_is_kept_by_a_cache(desk: Desk) -> None:
    assert {answer["Cache-Control"] for answer in every_screen(desk)} == {"no-store"}


def test_every_screen_has_one_heading_and_a_way_past_the_top(desk: Desk) -> None:
    for page in map(text_of, every_screen(desk)):
        assert page.count("<h1") == 1
        assert '<a class="skip" href="#main">' in page


@pytest.mark.parametrize("path", ["/thresholds/x/", "/tasks/x/done/"])
def test_an_address_that_only_takes_answers_says_so_when_it_is_opened(desk: Desk, path: str) -> None:
    answer = desk.client().get(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "It only takes answers" in text_of(answer)


def test_the_web_is_well_while_the_record_can_be_read(desk: Desk) -> None:
    answer = desk.stranger().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_record_that_cannot_be_written_is_a_clear_page_and_no_answer(desk: Desk) -> None:
    ref, client = desk.flagged(), desk.client()
    seen = desk.state(ref).last_seq
    desk.make_readonly()
    answer = client.post(f"/comment/{ref}/decide/", {"decision": "leave_up", "seen_seq": seen})
    assert answer.status_code == 503
    assert "Nothing was changed." in text_of(answer)
    assert "review.decided" not in desk.types(ref)


def test_the_key_of_the_sessions_is_made_once_and_for_this_user_alone(desk: Desk) -> None:
    key = desk.site.config.store_dir / "secrets" / "web.key"
    before = key.read_text()
    make_app(desk.site.config, desk.clock)
    assert key.read_text() == before
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_accounts_lie_beside_the_record_for_this_user_alone(desk: Desk) -> None:
    from tests.bot.web.conftest import configuration

    config = configuration(desk.site.config.path.parent / "other")
    make_app(config)
    assert stat.S_IMODE((config.store_dir / "accounts.sqlite3").stat().st_mode) == 0o600


def test_cookies_are_for_https_unless_the_configuration_says_otherwise(desk: Desk) -> None:
    from bot.web.settings import for_department

    web = desk.site.config.web.model_copy(update={"secure": True, "url": "https://review.example.gov"})
    values = for_department(desk.site.config.model_copy(update={"web": web}), "key")
    assert values["SESSION_COOKIE_SECURE"]
    assert values["CSRF_COOKIE_SECURE"]
    assert "review.example.gov" in values["ALLOWED_HOSTS"]


def test_an_address_of_another_host_is_refused(desk: Desk) -> None:
    assert desk.stranger().get("/account/login/", headers={"host": "evil.example.org"}).status_code == 400


def test_an_address_that_is_taken_is_a_clear_error(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        web = desk.site.config.web.model_copy(update={"port": taken.getsockname()[1]})
        with pytest.raises(ConfigError, match=f"127.0.0.1:{web.port}"):
            serve(desk.site.config.model_copy(update={"web": web}), lambda _: None)
