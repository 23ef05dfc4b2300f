"""A link in a letter leads to a page of the review application that there is."""

from __future__ import annotations

import re

from bot import letters
from bot.letters import Letter
from tests.bot.web.conftest import Desk, text_of


def every_letter(desk: Desk) -> list[Letter]:
    """One of each that has a link."""
    config = desk.site.config
    ref = desk.flagged("a threat")
    desk.client().post(f"/comment/{ref}/refer/", {"matter": "tip"})
    desk.describe(health="stopped", problem="The credential is refused.")
    (flagged,) = desk.records.entries(types=["comment.flagged"])
    described = desk.records.page_described("page")
    assert described is not None
    return [
        letters.urgent(config, [flagged], desk.records.comment(ref), desk.records.open_flag(ref)),
        letters.flood(config, [flagged]),
        letters.page_stopped(config, described),
        *(letters.referral(config, entry) for entry in desk.records.entries(types=["review.referred"])),
    ]


def test_every_link_of_every_letter_opens(desk: Desk) -> None:
    client = desk.client()
    for letter in every_letter(desk):
        (path,) = re.findall(r"http://127\.0\.0\.1:\d+(/\S*)", letter.text)
        assert client.get(path).status_code == 200, letter.kind


def test_the_letter_about_a_stopped_page_leads_to_the_board(desk: Desk) -> None:
    stopped = next(each for each in every_letter(desk) if each.kind == "page")
    path = re.findall(r"The board: http://[^/]+(/\S*)", stopped.text)[0]
    assert 'id="pages"' in text_of(desk.client().get(path))
