from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.base import Result
from connectors.wordpress import Settings, WordPress, capability, connect
from models.comment import State
from tests.connectors.means import UnreadSecret, means
from tests.connectors.wordpress_site import Clock, Stopwatch, fetch_all, reader
from tests.simulators.loopback import (
    Fault,
    broken,
    dragging,
    json_reply,
    lost_after_doing,
    redirecting,
    too_many,
    truncated,
    web_page,
)
from tests.simulators.wordpress import WordPressSite, maintenance, running


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    with running(WordPressSite(clock=Clock())) as started:
        yield started


@pytest.fixture
def connector(site: WordPressSite) -> WordPress:
    return reader(site)


@pytest.fixture
def comment(site: WordPressSite) -> str:
    return str(site.comment(site.publish("News"), "Hello."))


def test_a_hidden_comment_is_on_hold(site: WordPressSite, connector: WordPress, comment: str) -> None:
    assert connector.hide(comment).result is Result.DONE
    assert site.comments[int(comment)].status == "hold"
    assert connector.state(comment).state is State.HELD


@pytest.mark.parametrize(("threads", "shown"), [(True, False), (False, True)])
def test_answers_to_a_hidden_comment_leave_a_threaded_page_and_are_still_listed(
    site: WordPressSite, connector: WordPress, comment: str, threads: bool, shown: bool
) -> None:
    site.threads = threads
    post = site.comments[int(comment)].post
    answer = site.comment(post, "An answer.", parent=int(comment))
    connector.hide(comment)
    assert (f'id="comment-{answer}"' in site.visit(post)) is shown
    assert connector.state(str(answer)).state is State.VISIBLE


def test_the_capability_warns_of_the_answers() -> None:
    warnings = " ".join(capability.side_effects)
    assert "Answers to a hidden comment leave the post's page with it" in warnings
    assert "stay public in the site's feeds" in warnings


@pytest.mark.parametrize("status", ["hold", "spam"])
def test_what_no_visitor_sees_is_left_as_it_is(
    site: WordPressSite, connector: WordPress, comment: str, status: str
) -> None:
    site.comments[int(comment)].status = status
    assert connector.hide(comment).result is Result.ALREADY
    assert site.comments[int(comment)].status == status


def test_nothing_is_brought_back_out_of_the_trash(site: WordPressSite, connector: WordPress, comment: str) -> None:
    site.comments[int(comment)].status = "trash"
    assert connector.unhide(comment).result is Result.GONE
    assert connector.hide(comment).result is Result.GONE
    assert site.wire.count("POST") == 0


def test_a_comment_that_goes_between_reading_and_acting_is_gone(
    site: WordPressSite, connector: WordPress, comment: str
) -> None:
    connector.check()
    site.wire.next(lambda request, do: json_reply({"code": "rest_already_trashed"}, status=410), "POST")
    assert connector.hide(comment).result is Result.GONE


@pytest.mark.parametrize(
    "fault",
    [lost_after_doing(), truncated(), truncated(length_tells=False)],
    ids=["lost", "truncated", "half"],
)
def test_an_answer_that_was_lost_is_unknown_and_reading_settles_it(
    site: WordPressSite, connector: WordPress, comment: str, fault: Fault
) -> None:
    site.wire.next(fault, "POST")
    assert connector.hide(comment).result is Result.UNKNOWN
    assert connector.state(comment).state is State.HELD
    assert site.wire.count("POST") == 1


def test_an_answer_that_drags_on_is_unknown(site: WordPressSite, comment: str) -> None:
    stopwatch = Stopwatch()
    site.wire.next(dragging(stopwatch.wait_too_long), "POST")
    assert reader(site, stopwatch=stopwatch).hide(comment).result is Result.UNKNOWN


@pytest.mark.parametrize("fault", [broken(), broken(503), web_page(), web_page(404), redirecting("https://x.example/")])
def test_an_answer_that_proves_nothing_is_unknown(
    site: WordPressSite, connector: WordPress, comment: str, fault: Fault
) -> None:
    site.wire.next(fault, "POST")
    assert connector.hide(comment).result is Result.UNKNOWN


def test_an_answer_with_another_status_than_asked_for_is_unknown(
    site: WordPressSite, connector: WordPress, comment: str
) -> None:
    site.wire.next(lambda request, do: json_reply({"id": int(comment), "status": "approved"}), "POST")
    assert connector.hide(comment).result is Result.UNKNOWN


@pytest.mark.parametrize(("fault", "seconds"), [(too_many("30"), 30), (too_many(), None), (maintenance(), 600)])
def test_what_was_turned_away_at_the_door_may_be_tried_again(
    site: WordPressSite, connector: WordPress, comment: str, fault: Fault, seconds: float | None
) -> None:
    site.wire.next(fault, "POST")
    outcome = connector.hide(comment)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, seconds)
    assert site.comments[int(comment)].status == "approved"


def test_what_cannot_be_read_is_not_changed_and_may_be_tried_again(
    site: WordPressSite, connector: WordPress, comment: str
) -> None:
    site.wire.next(too_many("30"), "GET")
    outcome = connector.hide(comment)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, 30)
    assert site.wire.count("POST") == 0


def test_a_revoked_password_is_a_denial(site: WordPressSite, connector: WordPress, comment: str) -> None:
    connector.check()
    site.password = "revoked"
    assert connector.hide(comment).result is Result.DENIED


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_change_is_a_denial(site: WordPressSite, connector: WordPress, comment: str, status: int) -> None:
    site.wire.next(lambda request, do: json_reply({"code": "rest_cannot_edit"}, status=status), "POST")
    outcome = connector.hide(comment)
    assert (outcome.result, outcome.detail) == (Result.DENIED, f"{status} rest_cannot_edit")


def test_an_answer_cannot_smuggle_text_into_the_log(site: WordPressSite, connector: WordPress, comment: str) -> None:
    site.wire.next(lambda request, do: json_reply({"code": "<b>\x1b[31m sp3cial"}, status=403), "POST")
    assert connector.hide(comment).detail == "403"


@pytest.mark.parametrize("platform_id", ["", "../users/1", "1?force=true", "٣", "-1", "x"])
def test_what_is_no_comment_number_reaches_no_site(site: WordPressSite, connector: WordPress, platform_id: str) -> None:
    assert connector.state(platform_id).state is State.GONE
    assert connector.hide(platform_id).result is Result.GONE
    assert site.wire.requests == []


def test_two_bots_that_hide_at_once_do_no_harm(site: WordPressSite, connector: WordPress, comment: str) -> None:
    assert {connector.hide(comment).result, reader(site).hide(comment).result} == {Result.DONE, Result.ALREADY}


def test_a_missing_secret_stops_before_anything_is_sent(site: WordPressSite) -> None:
    connector = connect("blog", Settings(url=site.url, user=site.user), means(UnreadSecret()))
    with pytest.raises(AssertionError, match="was read"):
        connector.check()
    assert site.wire.requests == []


def test_nothing_is_ever_deleted(site: WordPressSite, connector: WordPress, comment: str) -> None:
    connector.check()
    fetch_all(connector)
    for act in (connector.hide, connector.hide, connector.unhide, connector.unhide):
        act(comment)
    connector.state("999")
    assert {request.method for request in site.wire.requests} == {"GET", "POST"}
    changes = [request.body for request in site.wire.requests if request.method == "POST"]
    assert changes == [b'{"status": "hold"}', b'{"status": "approved"}']
