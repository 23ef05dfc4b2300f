"""The focus view shows everything that a decision needs, and is itself written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.events import CommentClassified, Subject
from models.comment import Author, Media, State
from tests.bot.web.conftest import BOT, Desk, text_of
from tests.fakes import START, comment


def focus(desk: Desk, ref: str, *who: str) -> str:
    return text_of(desk.client(*who).get(f"/comment/{ref}/"))


def test_the_evidence_is_marked_and_labelled(desk: Desk) -> None:
    page = focus(desk, desk.flagged("What filth is this?"))
    assert 'What <mark class="hit-obscenity">filth</mark><span class="hit-label label-obscenity">' in page
    assert "very sure (100 of 100), found by fake.word" in page
    assert "The policy says: hide it." in page


def test_the_post_and_the_thread_stand_beside_it(desk: Desk) -> None:
    later = START - timedelta(minutes=5)
    desk.watch(comment("1", "First!"), comment("2", "filth", parent_id="1"), comment("3", "Later on.", created=later))
    page = focus(desk, desk.ref("2"))
    assert "Road works on Main Street this week." in page
    assert page.index("First!") < page.index("<b>This comment</b>") < page.index("Later on.")


def test_the_ground_that_fits_is_suggested(desk: Desk) -> None:
    assert 'value="hide:personal_attack" data-key="3" data-suggested' in focus(desk, desk.flagged("a threat"))


def test_the_platforms_side_effects_stand_by_the_hide(desk: Desk) -> None:
    desk.describe()
    assert 'On this platform: <bdi dir="auto">Replies stay visible.</bdi>' in focus(desk, desk.flagged())


def test_a_hide_by_the_bot_asks_the_question_the_other_way_round(desk: Desk) -> None:
    page = focus(desk, desk.hidden_by_bot())
    assert "Should this stay hidden?" in page
    assert "Restored 19 Nov 10:00 unless a person confirms it." in page
    assert "Put it back up" in page


def test_an_edit_is_shown_as_a_difference(desk: Desk) -> None:
    ref = desk.flagged("plain filth")
    desk.connector.edit("1", "utter filth")
    desk.watch()
    page = focus(desk, ref)
    assert "<del>plain </del><ins>utter </ins>" in page
    assert "edited, version 2" in page


def test_criticism_is_protected_at_the_top(desk: Desk) -> None:
    ref = desk.flagged("filth")
    desk.records.append(_criticism(ref))
    assert "This criticises the Department. Policy does not allow hiding criticism." in focus(desk, ref)


def _criticism(ref: str) -> CommentClassified:
    found: dict[str, Any] = {
        "category": "criticism",
        "value_bp": 9000,
        "span": [0, 5],
        "why": "Speaks of the Department.",
        "rule": "criticism.v1",
        "target": "official",
    }
    return CommentClassified(
        actor=BOT,
        subject=Subject("comment", ref),
        page="page",
        version=1,
        verdict="queue",
        urgency=1,
        scores_bp={"criticism": 9000},
        rules_hit=["criticism"],
        rules_missed=[],
        caps=[],
        models={},
        policy="2010-08",
        rules_sha256="0" * 64,
        reasons=[found],
    )


def test_the_screen_is_written_down_once_with_how_many_comments_it_shows(desk: Desk) -> None:
    desk.watch(comment("1", "First!"), comment("2", "filth"), comment("3", "Later on."))
    focus(desk, desk.ref("2"), "ada", "auditor")
    viewed = desk.records.entries(types=["record.viewed"])
    assert [(entry.subject.ref, entry.pub) for entry in viewed] == [(desk.ref("2"), {"screen": "focus", "count": 3})]


def test_what_is_gone_cannot_be_decided(desk: Desk) -> None:
    ref = desk.flagged()
    desk.connector.remove("1")
    desk.watch()
    page = focus(desk, ref)
    assert "there is nothing left to decide" in page
    assert 'data-key="l"' not in page


def test_the_departments_own_comment_cannot_be_decided(desk: Desk) -> None:
    desk.watch(comment("1", "We are sorry.", by_page=True))
    assert "the Department&#x27;s own comment" in focus(desk, desk.ref("1"))


def test_a_hide_by_somebody_else_is_told_as_such(desk: Desk) -> None:
    ref = desk.flagged()
    desk.connector.set_state("1", State.HIDDEN)
    desk.watch()
    assert "Hidden, and nobody here did it." in focus(desk, ref)


def test_an_unknown_comment_is_not_found(desk: Desk) -> None:
    assert desk.client().get("/comment/c_0/").status_code == 404


def test_the_case_history_tells_every_entry_and_links_its_proof(desk: Desk) -> None:
    ref = desk.flagged()
    page = text_of(desk.client().get(f"/comment/{ref}/history/"))
    for entry in desk.records.case(ref)[:3]:
        assert f'href="/comment/{ref}/history/{entry.seq}/"' in page
    assert "Captured whole. On the platform: visible." in page


def test_a_proof_stands_under_the_newest_checkpoint(desk: Desk) -> None:
    ref = desk.flagged()
    seq = desk.records.case(ref)[0].seq
    address, client = f"/comment/{ref}/history/{seq}/", desk.client()
    assert "No signed checkpoint covers this entry yet" in text_of(client.get(address))
    desk.records.checkpoint()
    assert f"index {seq}\n" in text_of(client.get(address))


def test_a_proof_is_asked_for_under_its_own_comment(desk: Desk) -> None:
    ref = desk.flagged()
    other = desk.flagged("more filth", "2")
    seq = desk.records.case(other)[0].seq
    assert desk.client().get(f"/comment/{ref}/history/{seq}/").status_code == 404


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</bdi></p><h1>"])
def test_hostile_markup_is_text_everywhere(desk: Desk, hostile: str) -> None:
    desk.watch(comment("1", f"filth {hostile}", author=Author(hostile), permalink=f"javascript:{hostile}"))
    client, ref = desk.client(), desk.ref("1")
    for address in ("/", "/queue/", f"/comment/{ref}/", f"/comment/{ref}/history/"):
        assert hostile not in text_of(client.get(address))
        assert "javascript:" not in text_of(client.get(address))


def test_a_bidirectional_override_is_shown_and_not_obeyed(desk: Desk) -> None:
    desk.watch(comment("1", "filth \u202eevil", author=Author("\u202enam")))
    page = focus(desk, desk.ref("1"))
    assert "\u202e" not in page
    assert page.count('<span class="unseen-char" title="right-to-left override">⟦U+202E⟧</span>') >= 2


def test_attachments_are_linked_and_never_loaded(desk: Desk) -> None:
    pictures = (Media("m1", "image", "https://cdn.example.com/x.jpg"), Media("m2", "link", "javascript:alert(1)"))
    desk.watch(comment("1", "filth", media=pictures))
    page = focus(desk, desk.ref("1"))
    assert '<a href="https://cdn.example.com/x.jpg" rel="noopener noreferrer nofollow" target="_blank">' in page
    assert "<img" not in page
    assert "javascript:" not in page


def test_no_title_holds_comment_text(desk: Desk) -> None:
    page = focus(desk, desk.flagged("What filth is this?"))
    title = page[page.index("<title>") : page.index("</title>")]
    assert title == "<title>Flagged for strong language, page · OfRecord"
