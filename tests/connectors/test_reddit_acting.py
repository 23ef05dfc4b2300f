from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from connectors.base import BudgetSpentError, Result
from connectors.reddit import Reddit, capability
from models.comment import State
from tests.connectors.means import Purse
from tests.connectors.reddit_site import Clock, paths, reader
from tests.simulators.loopback import (
    Fault,
    broken,
    json_reply,
    lost_after_doing,
    meanwhile,
    redirecting,
    truncated,
    web_page,
)
from tests.simulators.reddit import RedditSite, empty_success, rate_limited, refused_inside, running


@pytest.fixture
def site() -> Iterator[RedditSite]:
    with running(RedditSite(clock=Clock())) as started:
        yield started


@pytest.fixture
def connector(site: RedditSite) -> Reddit:
    return reader(site)


@pytest.fixture
def comment(site: RedditSite) -> str:
    return site.comment(site.publish("News"), "Hello.")


def test_a_hide_is_a_removal_and_never_as_spam(site: RedditSite, connector: Reddit, comment: str) -> None:
    assert connector.hide(comment).result is Result.DONE
    sent = [parse_qs(each.body.decode()) for each in site.wire.requests if each.path == "/api/remove/"]
    assert [(each["id"], each["spam"]) for each in sent] == [([comment], ["False"])]
    assert connector.state(comment).state is State.HIDDEN


def test_a_hide_is_one_changing_call_between_two_reads(site: RedditSite, connector: Reddit, comment: str) -> None:
    connector.hide(comment)
    assert paths(site) == ["api/info", "api/remove", "api/info"]


def test_success_is_believed_only_when_the_comment_is_out_of_sight(
    site: RedditSite, connector: Reddit, comment: str
) -> None:
    site.wire.next(lambda request, do: do(), "POST")  # the token
    site.wire.next(lambda request, do: json_reply({}), "POST")
    assert connector.hide(comment).result is Result.UNKNOWN
    assert connector.state(comment).state is State.VISIBLE


@pytest.mark.parametrize("by", ["AutoModerator", "another_mod", True])
def test_what_somebody_else_removed_is_left_as_it_is(
    site: RedditSite, connector: Reddit, comment: str, by: str | bool
) -> None:
    site.moderate(comment, by)
    assert connector.hide(comment).result is Result.ALREADY
    assert site.things[comment].banned_by == by
    assert "api/remove" not in paths(site)


def test_what_is_in_sight_is_not_approved_again(site: RedditSite, connector: Reddit, comment: str) -> None:
    assert connector.unhide(comment).result is Result.ALREADY
    assert site.things[comment].approved_by is None


@pytest.mark.parametrize("by", ["AutoModerator", "another_mod", True])
def test_a_person_can_restore_what_anybody_removed(
    site: RedditSite, connector: Reddit, comment: str, by: str | bool
) -> None:
    site.moderate(comment, by)
    assert connector.unhide(comment).result is Result.DONE
    assert connector.state(comment).state is State.VISIBLE


def test_a_comment_that_was_deleted_is_not_touched(site: RedditSite, connector: Reddit, comment: str) -> None:
    site.delete(comment)
    assert connector.hide(comment).result is Result.GONE
    assert "api/remove" not in paths(site)


def test_a_comment_that_is_deleted_meanwhile_is_gone(site: RedditSite, connector: Reddit, comment: str) -> None:
    connector.state(comment)
    site.wire.next(meanwhile(lambda: site.delete(comment)), "POST")
    assert connector.hide(comment).result is Result.GONE


def test_an_edit_between_judging_and_hiding_shows_in_the_digest(
    site: RedditSite, connector: Reddit, comment: str
) -> None:
    before = connector.state(comment).digest
    site.edit(comment, "Something else.")
    assert connector.state(comment).digest != before


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        (lost_after_doing(), Result.UNKNOWN),
        (truncated(), Result.UNKNOWN),
        (truncated(length_tells=False), Result.UNKNOWN),
        (web_page(), Result.UNKNOWN),
        (web_page(403), Result.UNKNOWN),
        (broken(500), Result.UNKNOWN),
        (broken(503), Result.UNKNOWN),
        (broken(520), Result.UNKNOWN),
        (broken(404), Result.UNKNOWN),
        (redirecting("https://www.reddit.com/login/"), Result.UNKNOWN),
        (rate_limited(), Result.RETRY),
        (refused_inside("RATELIMIT"), Result.RETRY),
        (refused_inside("THREAD_LOCKED"), Result.DENIED),
        (lambda request, do: json_reply({"message": "Forbidden", "error": 403}, status=403), Result.DENIED),
    ],
)
def test_what_became_of_it_is_never_more_than_what_is_known(
    site: RedditSite, connector: Reddit, comment: str, fault: Fault, result: Result
) -> None:
    connector.state(comment)
    site.wire.next(fault, "POST")
    assert connector.hide(comment).result is result
    assert paths(site).count("api/remove") == 1


def test_an_empty_success_is_read_back(site: RedditSite, connector: Reddit, comment: str) -> None:
    connector.state(comment)
    site.wire.next(empty_success(), "POST")
    assert connector.hide(comment).result is Result.UNKNOWN


def test_a_hide_whose_answer_was_lost_is_found_done(site: RedditSite, connector: Reddit, comment: str) -> None:
    connector.state(comment)
    site.wire.next(lost_after_doing(), "POST")
    connector.hide(comment)
    assert connector.hide(comment).result is Result.ALREADY


@pytest.mark.parametrize(("said", "wait"), [("17", 17.0), ("Sun, 22 Nov 2026 12:00:00 GMT", None), (None, None)])
def test_a_limit_is_waited_for_outside(
    site: RedditSite, connector: Reddit, comment: str, said: str | None, wait: float | None
) -> None:
    connector.state(comment)
    site.wire.next(rate_limited(said), "POST")
    outcome = connector.hide(comment)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, wait)


def test_a_read_that_fails_first_changes_nothing(site: RedditSite, connector: Reddit, comment: str) -> None:
    connector.state(comment)
    site.wire.next(broken(502), "GET")
    assert connector.hide(comment).result is Result.RETRY
    assert site.things[comment].banned_by is None


def test_a_read_back_that_fails_is_unknown(site: RedditSite, connector: Reddit, comment: str) -> None:
    connector.state(comment)
    site.wire.next(lambda request, do: do(), "GET")
    site.wire.next(broken(502), "GET")
    assert connector.hide(comment).result is Result.UNKNOWN


def test_lost_rights_are_denied(site: RedditSite, connector: Reddit, comment: str) -> None:
    site.moderator = False
    assert connector.hide(comment).result is Result.DENIED


def test_a_hide_that_the_budget_does_not_allow_sends_nothing(site: RedditSite, comment: str) -> None:
    with pytest.raises(BudgetSpentError):
        reader(site, budget=Purse({"requests": 3})).hide(comment)
    assert site.wire.requests == []


def test_a_hide_uses_what_is_kept_for_it(site: RedditSite, comment: str) -> None:
    purse = Purse()
    reader(site, budget=purse).hide(comment)
    assert purse.acts["requests"] == purse.spent["requests"] == 4


def test_the_capability_warns_of_the_answers_and_the_author() -> None:
    said = " ".join(capability.side_effects)
    assert "Answers" in said
    assert "author still sees" in said
