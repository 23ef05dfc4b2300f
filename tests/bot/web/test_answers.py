"""What a moderator answers is in the log, asks the daemon for what follows, and can be taken back."""

from __future__ import annotations

import pytest

from tests.bot.web.conftest import Desk, text_of


def test_leaving_up_is_recorded_and_serves_the_next(desk: Desk) -> None:
    first, second, client = desk.flagged(), desk.flagged("more filth", "2"), desk.client()
    answer = desk.decide(client, first, "leave_up", note="Only a quotation.")
    entry = desk.last("review.decided")
    assert (answer.status_code, answer["Location"]) == (302, f"/comment/{second}/")
    assert (entry.subject.ref, entry.actor.id) == (first, desk.people["kim"].ref)
    assert (entry.pub["decision"], entry.opened) == ("leave_up", {"review.note": "Only a quotation."})
    assert desk.records.open_flag(first) is None


def test_hiding_names_the_ground_and_asks_the_daemon(desk: Desk) -> None:
    ref = desk.flagged("a threat")
    desk.decide(desk.client(), ref, "hide:personal_attack")
    asked = desk.last("action.requested")
    assert desk.last("review.decided").pub["ground"] == "personal_attack"
    assert (asked.pub["action"], asked.pub["clause"]) == ("hide", "5.04 A.3.d(1) personal attacks")


@pytest.mark.parametrize("decision", ["hide", "hide:", "hide:inappropriate", "delete", ""])
def test_an_answer_without_a_lawful_ground_is_refused_and_the_note_is_kept(desk: Desk, decision: str) -> None:
    ref = desk.flagged()
    answer = desk.decide(desk.client(), ref, decision, note="I thought so.")
    assert answer.status_code == 422
    assert "I thought so.</textarea>" in text_of(answer)
    assert "review.decided" not in desk.types(ref)


def test_what_cannot_be_decided_goes_to_a_supervisor(desk: Desk) -> None:
    ref, kim, sam = desk.flagged(), desk.client(), desk.client("sam", "supervisor")
    assert desk.decide(kim, ref, "cannot_decide")["Location"] == "/"
    assert kim.post("/next/")["Location"] == "/"
    assert sam.post("/next/")["Location"] == f"/comment/{ref}/"


def test_the_answer_is_told_with_an_undo(desk: Desk) -> None:
    ref, client = desk.flagged(), desk.client()
    desk.decide(client, ref, "hide:obscenity")
    page = text_of(client.get("/"))
    assert "Hidden as obscenities; the platform is being asked." in page
    assert f'action="/comment/{ref}/undo/"' in page
    assert "the platform is being asked" not in text_of(client.get("/"))


def test_undo_takes_the_answer_back_and_opens_the_flag_again(desk: Desk) -> None:
    ref, client = desk.flagged(), desk.client()
    desk.decide(client, ref, "leave_up")
    assert client.post(f"/comment/{ref}/undo/")["Location"] == f"/comment/{ref}/"
    assert desk.last("review.decided").pub["decision"] == "undo"
    assert desk.records.open_flag(ref) is not None


def test_undo_of_another_persons_answer_is_a_supervisors_right(desk: Desk) -> None:
    ref, kim = desk.flagged(), desk.client()
    desk.decide(kim, ref, "leave_up")
    assert desk.client("lee").post(f"/comment/{ref}/undo/").status_code == 409
    assert desk.client("sam", "supervisor").post(f"/comment/{ref}/undo/").status_code == 302


def test_undo_without_an_answer_says_so(desk: Desk) -> None:
    answer = desk.client().post(f"/comment/{desk.flagged()}/undo/")
    assert answer.status_code == 409
    assert "There is no answer to undo." in text_of(answer)


def test_a_referral_is_recorded_and_decides_nothing(desk: Desk) -> None:
    ref, client = desk.flagged(), desk.client()
    answer = client.post(f"/comment/{ref}/refer/", {"matter": "tip", "note": "Names a car."})
    entry = desk.last("review.referred")
    assert answer["Location"] == f"/comment/{ref}/"
    assert (entry.pub["matter"], entry.pub["role"], entry.opened["review.note"]) == (
        "tip",
        "Detectives",
        "Names a car.",
    )
    assert desk.records.open_flag(ref) is not None


def test_a_matter_without_a_configured_role_is_refused(desk: Desk) -> None:
    ref = desk.flagged()
    assert desk.client().post(f"/comment/{ref}/refer/", {"matter": "complaint"}).status_code == 422
    assert "review.referred" not in desk.types(ref)


def test_a_stale_answer_is_refused_and_tells_what_changed(desk: Desk) -> None:
    ref, client = desk.flagged(), desk.client()
    seen = desk.state(ref).last_seq
    desk.connector.edit("1", "worse filth")
    desk.watch()
    answer = client.post(
        f"/comment/{ref}/decide/", {"decision": "leave_up", "seen_seq": seen, "note": "Harmless <quote>."}
    )
    page = text_of(answer)
    assert answer.status_code == 409
    assert "The author edited it. Captured again as version 2." in page
    assert "Harmless &lt;quote&gt;.</textarea>" in page
    assert f'name="seen_seq" value="{desk.state(ref).last_seq}"' in page
    assert "review.decided" not in desk.types(ref)


def test_two_moderators_cannot_both_decide(desk: Desk) -> None:
    ref, kim, lee = desk.flagged(), desk.client(), desk.client("lee")
    seen = desk.state(ref).last_seq
    desk.decide(kim, ref, "leave_up")
    answer = lee.post(f"/comment/{ref}/decide/", {"decision": "hide:obscenity", "seen_seq": seen})
    assert answer.status_code == 409
    assert "kim (moderator)" in text_of(answer)
    assert desk.types(ref).count("review.decided") == 1


def test_a_garbled_form_changes_nothing(desk: Desk) -> None:
    ref = desk.flagged()
    answer = desk.client().post(f"/comment/{ref}/decide/", {"decision": "leave_up", "seen_seq": "x"})
    assert answer.status_code == 400
    assert "review.decided" not in desk.types(ref)


def test_skipping_goes_on_and_comes_back_at_the_end(desk: Desk) -> None:
    first, second, client = desk.flagged(), desk.flagged("more filth", "2"), desk.client()
    assert client.post("/next/", {"skip": first})["Location"] == f"/comment/{second}/"
    assert client.post("/next/", {"skip": second})["Location"] == "/"
    assert "Those that you skipped still wait." in text_of(client.get("/"))
    assert client.post("/next/")["Location"] == f"/comment/{first}/"


def test_single_letter_keys_can_be_switched_off(desk: Desk) -> None:
    client = desk.client()
    assert 'data-keys="on"' in text_of(client.get("/help/"))
    client.post("/keys/", {"single_keys": "off", "next": "/help/"})
    page = text_of(client.get("/help/"))
    assert 'data-keys="on"' not in page
    assert "Keys are off." in page


def test_switching_keys_does_not_lead_away(desk: Desk) -> None:
    answer = desk.client().post("/keys/", {"single_keys": "off", "next": "//evil.example.org/"})
    assert answer["Location"] == "/"


def test_an_undo_names_the_answer_that_it_takes_back(desk: Desk) -> None:
    ref, client = desk.flagged(), desk.client()
    desk.decide(client, ref, "leave_up")
    given = desk.last("review.decided").seq
    assert f'name="given" value="{given}"' in client.get("/").content.decode()
    assert client.post(f"/comment/{ref}/undo/", {"given": given}).status_code == 302
    assert client.post(f"/comment/{ref}/undo/", {"given": given}).status_code == 409


def test_an_undo_of_an_answer_that_another_one_followed_is_refused(desk: Desk) -> None:
    ref, kim, sam = desk.flagged(), desk.client(), desk.client("sam", "supervisor")
    desk.decide(kim, ref, "cannot_decide")
    seen = desk.last("review.decided").seq
    desk.decide(sam, ref, "leave_up")
    answer = sam.post(f"/comment/{ref}/undo/", {"given": seen})
    assert answer.status_code == 409
    assert "another one followed" in text_of(answer)
    assert desk.records.open_flag(ref) is None
