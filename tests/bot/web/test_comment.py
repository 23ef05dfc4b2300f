"""The focus view shows everything that a decision needs, and is itself written down."""

from __future__ import annotations

from tests.bot.web.conftest import Desk, text_of


def test_the_focus_view_shows_the_comment_with_its_evidence(desk: Desk) -> None:
    ref = desk.flagged("What filth is this?")
    page = text_of(desk.client().get(f"/comment/{ref}/"))
    assert '<mark class="hit-obscenity">filth</mark>' in page
