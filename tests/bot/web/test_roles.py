"""Who may see and who may act, for every address there is."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.bot.web.conftest import Desk

SCREENS = [
    "/",
    "/queue/",
    "/comment/{ref}/",
    "/comment/{ref}/history/",
    "/comment/{ref}/history/0/",
    "/comment/{ref}/media/0/",
    "/comment/{ref}/media/0/content/",
    "/tasks/",
    "/try/",
    "/try/obscenity/scores/light.png",
    "/thresholds/",
]
ACTS = [
    "/next/",
    "/comment/{ref}/decide/",
    "/comment/{ref}/refer/",
    "/comment/{ref}/undo/",
    "/comment/{ref}/hold/",
    "/comment/{ref}/take-over/",
    "/tasks/op_1/done/",
    "/thresholds/likely-obscene/",
    "/thresholds/likely-obscene/undo/",
]
PARTS = {
    "{ref}": "<slug:ref>",
    "/0/": "/<int:seq>/",
    "op_1": "<slug:corr>",
    "obscenity/scores/light": "<slug:label>/<slug:kind>/<slug:scheme>",
    "likely-obscene": "<slug:rule>",
}
OPEN_TO_ALL_STAFF = {"help/", "keys/"}


def _route(path: str) -> str:
    for part, pattern in PARTS.items():
        path = path.replace(part, pattern)
    return path.lstrip("/")


def test_every_address_is_named_here(desk: Desk) -> None:
    from bot.web.urls import urlpatterns

    known = {_route(path) for path in SCREENS + ACTS}
    routes = {str(each.pattern) for each in urlpatterns}
    assert {each for each in routes if not each.startswith("account/")} == known | OPEN_TO_ALL_STAFF | {"healthz"}


def test_a_stranger_is_sent_to_the_sign_in(desk: Desk) -> None:
    ref, stranger = desk.flagged(), desk.stranger()
    answers = [stranger.get(path.format(ref=ref)) for path in SCREENS]
    assert {answer["Location"].split("?")[0] for answer in answers} == {"/account/login/"}


def test_an_account_without_a_role_sees_nothing(desk: Desk) -> None:
    ref, client = desk.flagged(), desk.client("new", "no-such-role")
    assert [client.get(path.format(ref=ref)).status_code for path in SCREENS] == [403] * len(SCREENS)


@pytest.mark.parametrize("role", ["auditor", "records_clerk", "administrator"])
def test_who_may_only_look_sees_and_cannot_act(desk: Desk, role: str) -> None:
    ref, client = desk.flagged(), desk.client("ada", role)
    before = desk.types(ref)
    assert client.get(f"/comment/{ref}/").status_code == 200
    assert [client.post(path.format(ref=ref)).status_code for path in ACTS] == [403] * len(ACTS)
    assert desk.types(ref) == [*before, "record.viewed"]


def test_no_act_is_done_by_following_a_link(desk: Desk) -> None:
    ref, client = desk.flagged(), desk.client()
    assert [client.get(path.format(ref=ref)).status_code for path in ACTS] == [405] * len(ACTS)


def test_no_act_is_done_from_another_site(desk: Desk) -> None:
    ref, signed_in = desk.flagged(), desk.client()
    strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"}, **{"ofrecord.site": desk.site})  # type: ignore[arg-type]
    strict.cookies = signed_in.cookies
    answer = strict.post(f"/comment/{ref}/decide/", {"decision": "leave_up", "seen_seq": "1"})
    assert answer.status_code == 403
    assert "review.decided" not in desk.types(ref)
