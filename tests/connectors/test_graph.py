"""The Graph API through facebook-sdk: what that library leaves open is closed."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors._graph import Graph
from connectors._graph_answer import onward_of
from connectors._graph_errors import LimitReachedError, ParameterError, Refusal
from connectors._graph_usage import Usage, limits, pace
from connectors._http import Http, Limits, NonsenseError, NotSentError
from connectors.base import (
    BudgetSpentError,
    ForbiddenError,
    GoneError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedError,
)
from tests.connectors.means import Purse, means
from tests.simulators.facebook import FacebookSite, running
from tests.simulators.graph import Clock, empty_outage, refusing, telling_the_token, untyped
from tests.simulators.loopback import Fault, broken, dragging, json_reply, lost_after_doing, truncated, web_page

_PLAIN: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just({}) | st.just([])
)


@pytest.fixture
def site() -> Iterator[FacebookSite]:
    with running(FacebookSite(clock=Clock())) as started:
        yield started


def graph(site: FacebookSite, purse: Purse | None = None, http: Http | None = None, version: str = "v26.0") -> Graph:
    return Graph(http or Http("fb"), site.url, version, means(site.secret(), purse))


def read(site: FacebookSite, purse: Purse | None = None) -> dict[str, Any]:
    return graph(site, purse).get(site.page_id, {"fields": "about"}).fields


def test_a_version_that_facebook_sdk_does_not_know_is_asked_for(site: FacebookSite) -> None:
    graph(site, version="v26.0").get("me", {})
    assert site.wire.requests[0].path == "/v26.0/me"


def test_the_proof_of_the_apps_secret_goes_with_every_call(site: FacebookSite) -> None:
    assert read(site)["about"] == "The police of the Town."
    assert "appsecret_proof" in site.wire.requests[0].params


def test_a_token_of_an_app_without_a_secret_needs_no_proof(site: FacebookSite) -> None:
    site.app_secret = ""
    read(site)
    assert "appsecret_proof" not in site.wire.requests[0].params


def test_an_outage_in_json_is_no_empty_list(site: FacebookSite) -> None:
    site.wire.next(empty_outage())
    with pytest.raises(UnavailableError, match="503"):
        graph(site).get(f"{site.page_id}/published_posts", {})


def test_an_answer_without_a_content_type_is_read_all_the_same(site: FacebookSite) -> None:
    site.wire.next(untyped())
    assert read(site)["id"] == site.page_id


@pytest.mark.parametrize("fault", [web_page(), web_page(500), truncated(length_tells=False)])
def test_what_is_no_json_is_an_error_of_ours(site: FacebookSite, fault: Fault) -> None:
    site.wire.next(fault)
    with pytest.raises(NonsenseError, match="Page fb"):
        read(site)


@pytest.mark.parametrize("answer", [[], "yes", None, True, 7])
def test_json_of_another_shape_is_an_error_of_ours(site: FacebookSite, answer: object) -> None:
    site.wire.next(lambda request, do: json_reply(answer))
    with pytest.raises(NonsenseError, match="Page fb"):
        read(site)


@pytest.mark.parametrize("data", [None, {}, [1], "no"])
def test_a_list_of_something_else_is_an_error_of_ours(site: FacebookSite, data: object) -> None:
    site.wire.next(lambda request, do: json_reply({"data": data}))
    found = graph(site).get("1_2/comments", {})
    with pytest.raises(NonsenseError, match="Page fb"):
        _ = found.rows


@pytest.mark.parametrize(
    "fault", [lost_after_doing(), truncated(), broken(), web_page(502)], ids=["lost", "truncated", "broken", "proxy"]
)
def test_no_failure_tells_the_token(site: FacebookSite, fault: Fault) -> None:
    site.wire.next(fault)
    with pytest.raises(UnavailableError) as caught:
        read(site)
    told = "".join(traceback.format_exception(caught.value))
    assert site.token not in told
    assert site.app_secret not in told


def test_a_refusal_that_holds_the_token_does_not_pass_it_on(site: FacebookSite) -> None:
    site.wire.next(telling_the_token(site.token))
    with pytest.raises(UnauthorizedError, match="ofrecord connect fb") as caught:
        read(site)
    assert site.token not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_drips_is_left(site: FacebookSite) -> None:
    seconds = [0.0]
    site.wire.next(dragging(lambda: seconds.__setitem__(0, 100.0)))
    with pytest.raises(UnavailableError, match="did not answer in time"):
        graph(site, http=Http("fb", Limits(), lambda: seconds[0])).get("me", {})


def test_a_connection_that_never_opened_is_told_apart(site: FacebookSite) -> None:
    nowhere = Graph(Http("fb"), "http://127.0.0.1:9", "v26.0", means(site.secret()))
    with pytest.raises(NotSentError):
        nowhere.post("1_2", {"is_hidden": "true"})


MEANINGS: list[tuple[tuple[int, int, int], type[Exception], str]] = [
    ((190, 463, 400), UnauthorizedError, "expired"),
    ((190, 460, 400), UnauthorizedError, "password was changed"),
    ((190, 458, 400), UnauthorizedError, "app was removed"),
    ((190, 459, 400), UnauthorizedError, "security check"),
    ((190, 464, 400), UnauthorizedError, "not confirmed"),
    ((190, 467, 400), UnauthorizedError, "not valid any more"),
    ((102, 0, 400), UnauthorizedError, "not accepted"),
    ((10, 0, 403), ForbiddenError, "permission"),
    ((200, 0, 403), ForbiddenError, "permission"),
    ((299, 0, 403), ForbiddenError, "permission"),
    ((3, 0, 400), ForbiddenError, "permission"),
    ((368, 0, 400), ForbiddenError, "blocked"),
    ((4, 0, 403), LimitReachedError, "limit"),
    ((17, 0, 400), LimitReachedError, "limit"),
    ((32, 0, 400), LimitReachedError, "limit"),
    ((341, 0, 400), LimitReachedError, "limit"),
    ((613, 0, 400), LimitReachedError, "limit"),
    ((80001, 0, 400), LimitReachedError, "limit"),
    ((80002, 0, 400), LimitReachedError, "limit"),
    ((0, 0, 429), LimitReachedError, "limit"),
    ((1, 0, 500), UnavailableError, "cannot answer now"),
    ((2, 0, 500), UnavailableError, "cannot answer now"),
    ((100, 33, 400), GoneError, "does not exist, or may not be seen"),
    ((24, 2207006, 400), GoneError, "does not exist, or may not be seen"),
    ((100, 0, 400), ParameterError, "check the page's ids"),
    ((2635, 0, 400), UnsupportedError, "raise version"),
]


@pytest.mark.parametrize(("codes", "kind", "words"), MEANINGS, ids=lambda each: str(each)[:20])
def test_every_refusal_says_what_it_means(
    site: FacebookSite, codes: tuple[int, int, int], kind: type[Exception], words: str
) -> None:
    site.wire.next(refusing(*codes))
    with pytest.raises(kind, match=words):
        read(site)


def test_an_error_within_a_success_is_an_error(site: FacebookSite) -> None:
    site.wire.next(refusing(190, 463, 200))
    with pytest.raises(UnauthorizedError):
        read(site)


def test_a_passing_error_is_tried_again_whatever_its_code(site: FacebookSite) -> None:
    site.wire.next(refusing(368, 0, 400, is_transient=True))
    with pytest.raises(UnavailableError):
        read(site)


@settings(max_examples=40)
@given(_PLAIN | st.fixed_dictionaries({"code": _PLAIN, "error_subcode": _PLAIN, "is_transient": _PLAIN}))
def test_an_error_of_any_shape_is_understood_as_far_as_it_goes(said: object) -> None:
    assert isinstance(Refusal.of(said, 400).error("fb", None), Exception)


def test_the_share_in_use_is_learned_from_every_answer_and_every_refusal(site: FacebookSite) -> None:
    site.usage, purse = 60, Purse()
    read(site, purse)
    site.usage, site.throttled = 88, (32, 0)
    with pytest.raises(LimitReachedError):
        read(site, purse)
    assert [each[:3] for each in purse.learned] == [("usage", None, 35), ("usage", None, 7)]


def test_a_limit_that_is_reached_says_when_it_goes_on(site: FacebookSite) -> None:
    site.usage, site.regain_minutes, site.throttled = 100, 17, (80001, 0)
    with pytest.raises(LimitReachedError) as caught:
        read(site)
    assert caught.value.retry_after == 17 * 60


def test_nothing_is_sent_when_the_share_in_use_leaves_nothing(site: FacebookSite) -> None:
    with pytest.raises(BudgetSpentError):
        read(site, Purse({"usage": 0}))
    assert site.wire.requests == []


def test_the_fuller_the_limit_the_slower_the_reading() -> None:
    assert pace(Purse(pace=2.0)) == 2.0
    half = limits[1].most - limits[1].reserved
    assert pace(Purse({"usage": half // 3}, pace=3.0)) == pytest.approx(1.0)
    assert pace(Purse({"usage": 0}, pace=3.0)) == 0.0


@pytest.mark.parametrize(
    ("headers", "percent", "regain"),
    [
        ({}, None, None),
        ({"X-App-Usage": '{"call_count":28,"total_time":25,"total_cputime":30}'}, 30, None),
        ({"X-App-Usage": '{"call_count":"28"}'}, None, None),
        ({"X-App-Usage": "nonsense"}, None, None),
        ({"X-App-Usage": "[1]"}, None, None),
        ({"X-App-Usage": '{"call_count":Infinity}'}, None, None),
        ({"X-Business-Use-Case-Usage": '{"7":[{"call_count":95,"total_time":1}],"8":[{"call_count":3}]}'}, 95, None),
        ({"X-Business-Use-Case-Usage": '{"7":[{"call_count":1,"estimated_time_to_regain_access":5}]}'}, 1, 300.0),
        ({"X-Business-Use-Case-Usage": '{"7":"no"}'}, None, None),
    ],
)
def test_the_headers_are_read_as_far_as_they_go(
    headers: dict[str, str], percent: int | None, regain: float | None
) -> None:
    assert Usage.of(headers) == Usage(percent, regain)


def test_the_end_of_a_list_is_where_no_next_is() -> None:
    cursors = {"before": "a", "after": "b"}
    assert onward_of("fb", {"cursors": cursors}) is None
    assert onward_of("fb", {"cursors": cursors, "next": "https://x.example/?after=b"}) == "after=b"
    assert onward_of("fb", None) is None


def test_a_list_without_cursors_goes_on_by_what_its_next_says_but_for_the_token() -> None:
    address = "https://x.example/v26.0/4/posts?access_token=secret&until=1624385168&__paging_token=enc_1&limit=5"
    assert onward_of("fb", {"next": address}) == "until=1624385168&__paging_token=enc_1"


def test_a_next_that_leads_nowhere_is_an_error_and_not_the_end() -> None:
    with pytest.raises(NonsenseError):
        onward_of("fb", {"next": "https://x.example/v26.0/4/posts?access_token=secret"})


def test_a_renewed_token_is_kept_before_it_is_used(site: FacebookSite) -> None:
    given = means(site.secret())
    connection = Graph(Http("fb"), site.url, "v26.0", given)
    renewed = connection.credential.renewed({"access_token": "EAAnew", "expires_in": 60}, site.clock())
    site.token = "EAAnew"
    connection.keep(renewed)
    connection.get("me", {})
    assert json.loads(given.secret.read())["access_token"] == "EAAnew"
    assert site.wire.requests[0].params["access_token"] == "EAAnew"


def test_the_clock_of_the_platform_does_not_matter(site: FacebookSite) -> None:
    site.skew = timedelta(minutes=5)
    assert read(site)["id"] == site.page_id
