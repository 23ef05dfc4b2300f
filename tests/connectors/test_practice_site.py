"""What a visitor sees on the practice page's public site, and can do there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.practice.html import isolated
from connectors.practice.page import Draft, Page
from connectors.practice.site import LONGEST_TEXT, Flood, Site
from models.comment import Media, State
from tests.connectors.browsing import get, post

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HELLO = {"author": "Rosa", "text": "Hello there."}


@pytest.fixture
def page(tmp_path: Path) -> Page:
    page = Page.create(tmp_path, clock=lambda: NOON, synced=False)
    page.publish("The bridge is closed.")
    return page


@pytest.fixture
def site(page: Page) -> Site:
    return Site(page, flood=Flood(0))


def write(page: Page, text: str, parent: str | None = None, state: State = State.VISIBLE) -> str:
    return page.comment(Draft("p1", text, "Pat", parent=parent, state=state))


def test_a_visitor_sees_the_post_and_its_comments(page: Page, site: Site) -> None:
    write(page, "Which bridge?")
    seen = get(site, "/posts/p1")
    assert seen.status == 200
    assert "The bridge is closed." in seen.body
    assert "Which bridge?" in seen.body


@pytest.mark.parametrize("state", [State.HIDDEN, State.HELD, State.SPAM])
def test_a_visitor_does_not_see_what_is_not_shown(page: Page, site: Site, state: State) -> None:
    write(page, "words-not-shown", state=state)
    assert "words-not-shown" not in get(site, "/posts/p1").body
    assert "0 comments" in get(site, "/").body


def test_a_comment_appears_again_when_it_is_shown_again(page: Page, site: Site) -> None:
    comment_id = write(page, "back-again")
    page.move(comment_id, State.HIDDEN)
    assert "back-again" not in get(site, "/posts/p1").body
    page.move(comment_id, State.VISIBLE)
    assert "back-again" in get(site, "/posts/p1").body


def test_an_answer_to_a_hidden_comment_says_so_and_names_nobody(page: Page, site: Site) -> None:
    hidden = page.comment(Draft("p1", "obscene words", "Loud Larry"))
    write(page, "No need for that.", parent=hidden)
    page.move(hidden, State.HIDDEN)
    body = get(site, "/posts/p1").body
    assert "In reply to a comment that is not shown" in body
    assert "No need for that." in body
    assert "Larry" not in body


def test_ten_thousand_nested_answers_can_be_read(page: Page, site: Site) -> None:
    parent = write(page, "start")
    for number in range(300):
        parent = write(page, f"answer {number}", parent=parent)
    page.comments(Draft("p1", "side answer", "Pat", parent=parent) for _ in range(9_700))
    assert "Page 1 of 101" in get(site, "/posts/p1").body
    assert "side answer" in get(site, "/posts/p1?page=101").body


def test_markup_in_a_comment_stays_text(page: Page, site: Site) -> None:
    write(page, "<script>alert('x')</script><img src=x onerror=y>&amp;\"'")
    page.comment(Draft("p1", "x", "<b>Bold</b>"))
    body = get(site, "/posts/p1").body
    assert "<script" not in body
    assert "<img" not in body
    assert "<b>" not in body
    assert "&amp;amp;" in body


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_becomes_one_harmless_element(text: str) -> None:
    shown = isolated(text)
    inside = shown.removeprefix('<bdi dir="auto">').removesuffix("</bdi>")
    assert not set(inside) & set("<>\"'\x00\x1b")
    shown.encode()


def test_the_page_runs_no_script_and_loads_nothing_from_elsewhere(site: Site) -> None:
    headers = get(site, "/").headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    assert headers["x-content-type-options"] == "nosniff"


def test_every_page_carries_the_policys_notice(site: Site) -> None:
    for path in ("/", "/posts/p1", "/nowhere"):
        body = " ".join(get(site, path).body.split())
        assert "maintained by the Jackson Police Department" in body
        assert "opinions expressed by visitors to this page do not reflect the opinions of the Department" in body
        assert "reserves the right to remove obscenities, off-topic comments and personal attacks" in body
        assert "posted or submitted for posting is subject to public disclosure" in body


def test_a_visitor_posts_a_comment_and_is_led_to_it(page: Page, site: Site) -> None:
    seen = post(site, "/posts/p1", {**HELLO, "text": "Hello\r\nthere."})
    assert (seen.status, seen.headers["location"]) == (303, "/posts/p1?page=1#c2")
    assert (page.get("c2").author, page.get("c2").text) == ("Rosa", "Hello\nthere.")


def test_a_visitor_answers_a_comment(page: Page, site: Site) -> None:
    first = write(page, "Which bridge?")
    assert "Answer <bdi" in get(site, f"/posts/p1?reply={first}").body
    post(site, "/posts/p1", {**HELLO, "parent": first})
    assert page.get("c3").parent == first


def test_a_second_comment_at_once_is_refused_and_kept_in_the_form(page: Page) -> None:
    times = iter([100.0, 105.0, 116.0])
    site = Site(page, flood=Flood(15, monotonic=lambda: next(times)))
    assert post(site, "/posts/p1", HELLO).status == 303
    second = post(site, "/posts/p1", {**HELLO, "text": "And another thing."})
    assert (second.status, second.headers["retry-after"]) == (429, "11")
    assert "And another thing.</textarea>" in second.body
    assert post(site, "/posts/p1", HELLO).status == 303


def test_flood_control_is_by_address() -> None:
    flood = Flood(15, monotonic=lambda: 100.0)
    assert [flood.wait("10.0.0.1"), flood.wait("10.0.0.2"), flood.wait("10.0.0.1")] == [0, 0, 15]


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"author": "Rosa", "text": " \n"}, "Write something"),
        ({"author": "", "text": "Hello"}, "Give a name"),
        ({"author": "x" * 81, "text": "Hello"}, "Give a name"),
        ({"author": "Rosa", "text": "x" * (LONGEST_TEXT + 1)}, "too long"),
    ],
)
def test_a_form_that_is_not_right_says_what_is_wrong(
    page: Page, site: Site, form: dict[str, str], problem: str
) -> None:
    seen = post(site, "/posts/p1", form)
    assert seen.status == 400
    assert problem in seen.body
    assert page.visible_to_visitors() == []


def test_an_endless_form_is_not_read(page: Page, site: Site) -> None:
    assert post(site, "/posts/p1", {"author": "Rosa", "text": "x" * (4 * LONGEST_TEXT)}).status == 413


def test_another_site_cannot_write_through_a_visitors_browser(page: Page, site: Site) -> None:
    seen = post(site, "/posts/p1", HELLO, HTTP_ORIGIN="http://evil.example", HTTP_HOST="127.0.0.1:8000")
    assert seen.status == 403
    assert page.visible_to_visitors() == []


def test_what_is_submitted_can_be_held_first(page: Page) -> None:
    site = Site(page, flood=Flood(0), hold=True)
    seen = post(site, "/posts/p1", HELLO)
    assert page.get("c2").state is State.HELD
    assert "waits until the Department shows it" in get(site, seen.headers["location"].partition("#")[0]).body


def test_answering_a_comment_that_is_gone_is_told_plainly(page: Page, site: Site) -> None:
    first = write(page, "soon gone")
    page.remove(first)
    assert post(site, "/posts/p1", {**HELLO, "parent": first}).status == 404


def test_refreshing_is_off_until_it_is_asked_for_and_then_loses_no_typing(site: Site) -> None:
    assert 'http-equiv="refresh"' not in get(site, "/posts/p1").body
    refreshing = get(site, "/posts/p1?refresh=1").body
    assert 'http-equiv="refresh"' in refreshing
    assert "<form" not in refreshing


def test_the_departments_answers_and_attachments_are_named(page: Page, site: Site) -> None:
    page.comment(Draft("p1", "", "The Department", by_page=True, media=(Media("m", "image"),)))
    body = get(site, "/posts/p1").body
    assert '<span class="mark">the Department</span>' in body
    assert "(attached: image)" in body
    assert "(no text)" in body


@pytest.mark.parametrize("path", ["/nowhere", "/posts/p9", "/posts/c1", "/posts/", "/../etc/passwd"])
def test_what_is_not_there_is_404(site: Site, path: str) -> None:
    assert get(site, path).status == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(query=st.text(max_size=40))
def test_no_query_breaks_a_page(site: Site, query: str) -> None:
    assert get(site, "/posts/p1?page=" + query.replace("\ud800", "")).status == 200


def test_a_page_whose_folder_was_lost_is_not_available(page: Page, site: Site) -> None:
    page.folder.rename(page.folder.with_name("elsewhere"))
    assert get(site, "/").status == 503


def test_the_command_serves_on_loopback_and_stops_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "connectors.practice.site", str(tmp_path / "new"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with urllib.request.urlopen(address, timeout=10) as answer:
            body = answer.read().decode()
        os.kill(server.pid, signal.SIGTERM)
        assert server.wait(10) == 0
    assert address.startswith("http://127.0.0.1:")
    assert "has not posted anything yet" in body
