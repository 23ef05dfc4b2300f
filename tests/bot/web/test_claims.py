"""A comment that somebody works on is held for them, for ten minutes at a time."""

from __future__ import annotations

from tests.bot.web.conftest import Desk, text_of


def holder(desk: Desk, ref: str) -> str | None:
    claim = desk.records.claim_of(ref)
    return next((name for name, user in desk.people.items() if claim and user.ref == claim.user), None)


def test_opening_a_flagged_comment_takes_it(desk: Desk) -> None:
    ref = desk.flagged()
    page = text_of(desk.client().get(f"/comment/{ref}/"))
    assert holder(desk, ref) == "kim"
    assert "review.opened" in desk.types(ref)
    assert "Held for you until" in page


def test_an_auditor_takes_nothing(desk: Desk) -> None:
    ref = desk.flagged()
    desk.client("ada", "auditor").get(f"/comment/{ref}/")
    assert holder(desk, ref) is None


def test_others_see_who_holds_it_and_cannot_decide(desk: Desk) -> None:
    ref, kim, lee = desk.flagged(), desk.client(), desk.client("lee")
    kim.get(f"/comment/{ref}/")
    page = text_of(lee.get(f"/comment/{ref}/"))
    assert "Held by kim</b> until" in page
    assert 'name="decision"' not in page
    assert desk.decide(lee, ref, "leave_up").status_code == 409
    assert "review.decided" not in desk.types(ref)


def test_a_supervisor_takes_over(desk: Desk) -> None:
    ref, kim, sam = desk.flagged(), desk.client(), desk.client("sam", "supervisor")
    kim.get(f"/comment/{ref}/")
    sam.post(f"/comment/{ref}/take-over/")
    assert holder(desk, ref) == "sam"
    assert desk.decide(kim, ref, "leave_up").status_code == 409


def test_a_moderator_does_not_take_over(desk: Desk) -> None:
    ref, kim, lee = desk.flagged(), desk.client(), desk.client("lee")
    kim.get(f"/comment/{ref}/")
    assert lee.post(f"/comment/{ref}/take-over/").status_code == 403
    assert holder(desk, ref) == "kim"


def test_a_claim_runs_out(desk: Desk) -> None:
    ref, kim, lee = desk.flagged(), desk.client(), desk.client("lee")
    kim.get(f"/comment/{ref}/")
    desk.clock.forward(minutes=11)
    lee.get(f"/comment/{ref}/")
    assert holder(desk, ref) == "lee"


def test_a_claim_is_renewed_while_its_holder_is_at_work_and_logged_once(desk: Desk) -> None:
    ref, kim = desk.flagged(), desk.client()
    kim.get(f"/comment/{ref}/")
    desk.clock.forward(minutes=8)
    assert kim.post(f"/comment/{ref}/hold/").status_code == 204
    desk.clock.forward(minutes=8)
    assert holder(desk, ref) == "kim"
    assert desk.types(ref).count("review.opened") == 1


def test_a_lost_claim_is_not_renewed(desk: Desk) -> None:
    ref, kim, sam = desk.flagged(), desk.client(), desk.client("sam", "supervisor")
    kim.get(f"/comment/{ref}/")
    sam.post(f"/comment/{ref}/take-over/")
    assert kim.post(f"/comment/{ref}/hold/").status_code == 409


def test_nobody_holds_two_comments(desk: Desk) -> None:
    first, second, kim = desk.flagged(), desk.flagged("more filth", "2"), desk.client()
    kim.get(f"/comment/{first}/")
    kim.get(f"/comment/{second}/")
    assert (holder(desk, first), holder(desk, second)) == (None, "kim")


def test_what_another_holds_is_not_served(desk: Desk) -> None:
    first, second, kim, lee = desk.flagged(), desk.flagged("more filth", "2"), desk.client(), desk.client("lee")
    kim.get(f"/comment/{first}/")
    assert lee.post("/next/")["Location"] == f"/comment/{second}/"


def test_a_decided_comment_is_not_taken_by_looking(desk: Desk) -> None:
    ref, kim = desk.flagged(), desk.client()
    desk.decide(kim, ref, "leave_up")
    kim.get(f"/comment/{ref}/")
    assert holder(desk, ref) is None
