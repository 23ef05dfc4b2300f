"""The main job on a real WordPress, with the real programs and a moderator in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.config import Loaded, load
from bot.demo_store import practice_page, prepare
from bot.records import Entry, Records
from connectors.practice.page import Draft
from connectors.practice.page import Page as PracticePage
from tests.e2e.browser import chromium, screenshot
from tests.e2e.programs import Program, run, running, wait_until
from tests.e2e.wordpress import Site, free_port

OBSCENE = "This is fucking bullshit and you know it."
CRITICISM = "You are useless. The Chief should resign today; this Department has failed our town for years."
PASSWORD = "correct horse battery staple"
_BLOG = """
[pages.blog]
platform = "wordpress"
url = "{url}"
user = "{user}"
secret_file = "{secret}"
mode = "live"
approval = {{ by = "Chief Pat Nash", on = 2026-11-02, policy = "2010-08" }}
poll_every = "0s"
"""
_LOOKED_AT = ("record.viewed", "review.opened")
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def config(tmp_path: Path, wordpress: Site) -> Loaded:
    """A Department with a blog on the real site, live, its hiding rules approved, and a practice page beside it."""
    made, base = prepare(tmp_path / "department", port=free_port())
    PracticePage.create(practice_page(base))
    blog = _BLOG.format(url=wordpress.url, user=wordpress.user, secret=wordpress.password_file)
    made.path.write_text(made.path.read_text() + blog)
    return load(made.path)


@pytest.fixture
def daemon(config: Loaded, tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "daemon.output", "run", "-c", str(config.path)) as program:
        program.wait_for("daemon works")
        yield program


@pytest.fixture
def moderator(config: Loaded, tmp_path: Path) -> Iterator[Page]:
    """A moderator who has signed in, in a browser."""
    secret = tmp_path / "password"
    secret.touch(mode=0o600)
    secret.write_text(PASSWORD)
    added = run("users", "add", "kim", "--role", "moderator", "--password-file", str(secret), "-c", str(config.path))
    assert added.returncode == 0, added.stderr
    with running(tmp_path / "web.output", "web", "-c", str(config.path)) as web, chromium() as browser:
        web.wait_for("listens on")
        yield _signed_in(browser, config.web.url)


def _signed_in(browser: Browser, url: str) -> Page:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(url)
    tab.get_by_label("Name").fill("kim")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    return tab


def case_of(config: Loaded, comment_id: int) -> list[Entry]:
    """What the log says about a comment of the blog."""
    with Records.open(config.store_dir, None, readonly=True) as records:
        known = records.known("blog", [str(comment_id)])
        return records.case(known[str(comment_id)].ref) if known else []


def test_check_says_that_the_blog_can_be_moderated(config: Loaded) -> None:
    told = run("check", "--json", "-c", str(config.path))
    findings = {each["where"]: each for each in json.loads(told.stdout)["findings"]}
    assert findings["page blog"] == {
        "level": "ok",
        "where": "page blog",
        "message": "live; can be read and moderated",
    }
    assert told.returncode == 0


def test_an_obscene_comment_goes_criticism_stays_and_a_moderator_brings_one_back(
    config: Loaded, daemon: Program, moderator: Page, wordpress: Site
) -> None:
    post = wordpress.publish("Bridge closed", "The Mill Creek bridge is closed to all traffic until Friday.")
    criticism = wordpress.comment(post, CRITICISM, "Robin Resident")
    obscene = wordpress.comment(post, OBSCENE, "Pat Visitor")
    wait_until(lambda: not wordpress.visible(post, obscene), "the obscene comment is gone from the public page")
    wait_until(lambda: bool(case_of(config, criticism)), "the criticism is captured")
    assert wordpress.visible(post, criticism)
    _look(moderator, f"{wordpress.url}/?p={post}", "live-1-hidden-on-the-public-page")

    _restore(moderator, config)

    wait_until(lambda: wordpress.visible(post, obscene), "the comment is back on the public page")
    _look(moderator, f"{wordpress.url}/?p={post}", "live-4-restored-on-the-public-page")
    assert wordpress.visible(post, criticism)
    wait_until(lambda: case_of(config, obscene)[-1].type == "action.restored", "the outcome is recorded")
    _look_at_the_case(moderator, config, obscene)
    assert daemon.stop() == 0
    _proved(config, obscene, criticism)


def _restore(tab: Page, config: Loaded) -> None:
    """Find the comment in the queue and leave it up, with the keyboard alone."""
    tab.goto(f"{config.web.url}/queue/")
    screenshot(tab, "live-2-queue")
    tab.locator("a[href*='/comment/']").first.click()
    expect(tab.locator("main")).to_contain_text("and you know it.")
    screenshot(tab, "live-3-focus")
    tab.keyboard.press("l")
    expect(tab.get_by_role("status")).to_contain_text("Left up; it is being shown again.")


def _look_at_the_case(tab: Page, config: Loaded, comment_id: int) -> None:
    ref = case_of(config, comment_id)[0].subject.ref
    _look(tab, f"{config.web.url}/comment/{ref}/history/", "live-5-case-history")
    expect(tab.get_by_role("heading", level=1)).to_be_visible()


def _look(tab: Page, url: str, name: str) -> None:
    tab.goto(url)
    screenshot(tab, name)


def _proved(config: Loaded, obscene: int, criticism: int) -> None:
    told = run("records", "verify", "--json", "-c", str(config.path))
    assert (told.returncode, json.loads(told.stdout)["ok"]) == (0, True)
    case = [entry for entry in case_of(config, obscene) if entry.type not in _LOOKED_AT]
    assert [entry.type for entry in case] == [
        "comment.seen",
        "comment.classified",
        "comment.flagged",
        "action.requested",
        "action.intent",
        "action.hidden",
        "review.decided",
        "action.requested",
        "action.intent",
        "action.restored",
    ]
    assert case[0].opened["comment.text"] == OBSCENE
    assert case[3].pub["clause"] == "5.04 A.3.d(1) obscenities"
    assert (case[6].actor.kind, case[6].actor.role) == ("human", "moderator")
    assert case[7].cause == (case[6].seq,)
    assert [entry.type for entry in case_of(config, criticism)][:2] == ["comment.seen", "comment.classified"]
    assert not [entry for entry in case_of(config, criticism) if entry.type.startswith("action.")]


def test_a_revoked_password_stops_the_blog_with_a_clear_message_and_the_other_page_goes_on(
    config: Loaded, daemon: Program, wordpress: Site
) -> None:
    wait_until(lambda: _health(config, "blog") == "ok", "the blog is read")
    wordpress.revoke_password()
    try:
        daemon.wait_for("page stopped; mend it, then restart")
        assert _health(config, "blog") == "stopped"
        assert "Page blog" in _problem(config, "blog")
        page = PracticePage(practice_page(config.path.parent))
        page.comment(Draft(page.publish("Office hours change."), "Thank you!", "Pat"))
        wait_until(lambda: _seen(config, "practice") == 1, "the practice page's comment is captured")
        wait_until(lambda: bool(list((config.path.parent / "mail").glob("*.eml"))), "somebody is told by mail")
    finally:
        wordpress.renew_password()


def test_a_renewed_password_and_a_restart_bring_the_blog_back_without_a_loss(
    config: Loaded, wordpress: Site, tmp_path: Path
) -> None:
    assert run("once", "-c", str(config.path)).returncode == 0
    wordpress.revoke_password()
    try:
        post = wordpress.publish("Office hours", "The office closes at noon on Friday.")
        comment_id = wordpress.comment(post, "Thank you for telling us.")
        refused = run("once", "-c", str(config.path))
        assert (refused.returncode, case_of(config, comment_id)) == (1, [])
        assert "blog" in refused.stdout
    finally:
        wordpress.renew_password()
    with running(tmp_path / "again.output", "run", "-c", str(config.path)):
        wait_until(lambda: bool(case_of(config, comment_id)), "the comment is captured after all")


def _health(config: Loaded, page: str) -> str:
    with Records.open(config.store_dir, None, readonly=True) as records:
        described = records.page_described(page)
        return str(described.pub["health"]) if described else ""


def _problem(config: Loaded, page: str) -> str:
    with Records.open(config.store_dir, None, readonly=True) as records:
        described = records.page_described(page)
        return str(described.opened["page.problem"]) if described else ""


def _seen(config: Loaded, page: str) -> int:
    with Records.open(config.store_dir, None, readonly=True) as records:
        return sum(entry.pub["page"] == page for entry in records.entries(types=["comment.seen"]))
