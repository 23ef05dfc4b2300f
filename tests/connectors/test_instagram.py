"""Instagram's own traps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import ForbiddenError, Result
from connectors.instagram import Instagram, Settings, connect
from models.comment import Comment, State
from tests.connectors.means import Purse, means
from tests.simulators.graph import Clock
from tests.simulators.instagram import InstagramSite, running
from tests.simulators.loopback import lost_after_doing


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Iterator[InstagramSite]:
    with running(InstagramSite(clock=clock)) as started:
        yield started


@pytest.fixture
def connector(site: InstagramSite) -> Instagram:
    return account(site)


@pytest.fixture
def post(site: InstagramSite) -> str:
    return site.publish("The bridge is closed.")


@pytest.fixture
def comment(site: InstagramSite, post: str) -> str:
    return site.comment(post, "Which bridge?")


def account(site: InstagramSite, purse: Purse | None = None, **settings: Any) -> Instagram:
    keys = Settings(user_id=site.user_id, api=site.url, **{"look_seconds": 0, "posts_minutes": 0, **settings})
    return connect("insta", keys, means(site.secret(), purse or Purse(pace=1e6)), clock=site.clock)


def found(connector: Instagram, cursor: str | None = None) -> dict[str, Comment]:
    return {each.platform_id: each for each in connector.fetch(cursor).comments}


def test_more_than_fifty_comments_are_read_whole(site: InstagramSite, connector: Instagram, post: str) -> None:
    assert set(site.flood(post, 170)) == set(found(connector))


def test_more_than_fifty_new_ones_are_read_down_to_what_is_known(
    site: InstagramSite, clock: Clock, connector: Instagram, post: str
) -> None:
    site.flood(post, 200, apart=timedelta(minutes=1))
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=2)
    fresh = site.flood(post, 120)
    assert set(fresh) <= set(found(connector, cursor))


def test_new_ones_are_found_although_the_newest_known_one_is_gone(
    site: InstagramSite, clock: Clock, connector: Instagram, post: str
) -> None:
    known = site.flood(post, 120, apart=timedelta(minutes=1))
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=2)
    del site.comments[known[-1]]
    fresh = site.flood(post, 60)
    batch = connector.fetch(cursor)
    assert set(fresh) <= {each.platform_id for each in batch.comments}
    assert batch.gone == (known[-1],)


def test_two_in_the_same_second_are_two(site: InstagramSite, clock: Clock, connector: Instagram, post: str) -> None:
    site.comment(post, "First.")
    cursor = connector.fetch(None).cursor
    late = site.comment(post, "In the same second.")
    clock.forward(seconds=90)
    assert late in found(connector, cursor)


def test_answers_come_below_their_comment(site: InstagramSite, connector: Instagram, post: str, comment: str) -> None:
    answer = site.comment(post, "The one by the mill.", parent=comment)
    assert found(connector)[answer].parent_id == comment


def test_the_bytes_of_a_comment_hold_none_of_its_answers(
    site: InstagramSite, connector: Instagram, post: str, comment: str
) -> None:
    answer = site.comment(post, "The one by the mill.", parent=comment)
    both = found(connector)
    assert b"mill" not in both[comment].raw
    assert b"mill" in both[answer].raw
    assert b"Which bridge" not in both[answer].raw


def test_more_answers_than_come_with_a_comment_are_read_as_well(
    site: InstagramSite, connector: Instagram, post: str, comment: str
) -> None:
    site.replies_at_once = 50
    answers = site.flood(post, 170, parent=comment)
    assert set(answers) <= set(found(connector))


def test_a_new_answer_far_down_is_found_by_the_count_of_comments(
    site: InstagramSite, clock: Clock, connector: Instagram, post: str
) -> None:
    known = site.flood(post, 200, apart=timedelta(hours=1))
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=3)
    late = site.comment(post, "An answer to the oldest.", parent=known[0])
    assert late in found(connector, cursor)


def test_an_answer_far_down_that_is_still_there_is_no_missing_one(
    site: InstagramSite, clock: Clock, connector: Instagram, post: str
) -> None:
    known = site.flood(post, 120, apart=timedelta(hours=1))
    for each in (known[0], known[-1]):
        site.comment(post, "A young answer.", parent=each)
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=3)
    before = len(site.wire.requests)
    assert connector.fetch(cursor).gone == ()
    assert [each.path for each in site.wire.requests[before:] if "media" not in each.path] == [
        f"/v26.0/{post}/comments"
    ]


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("listed", [True, False])
def test_a_hide_by_somebody_else_is_noticed_whether_hidden_ones_are_listed_or_not(
    site: InstagramSite, clock: Clock, connector: Instagram, comment: str, listed: bool, counted: bool
) -> None:
    site.lists_hidden, site.counts_hidden = listed, counted
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.comments[comment].hidden = True
    batch = connector.fetch(cursor)
    assert batch.gone == ()
    assert [each.state for each in batch.comments] == [State.HIDDEN]


@pytest.mark.parametrize("listed", [True, False])
def test_a_comment_that_is_shown_again_is_noticed(
    site: InstagramSite, clock: Clock, connector: Instagram, comment: str, listed: bool
) -> None:
    site.lists_hidden = listed
    cursor = connector.fetch(None).cursor
    for hidden in (True, False):
        clock.forward(minutes=1)
        site.comments[comment].hidden = hidden
        batch = connector.fetch(cursor)
        cursor = batch.cursor
    assert [each.state for each in batch.comments] == [State.VISIBLE]


def test_an_answer_that_came_just_before_its_comment_was_hidden_is_found(
    site: InstagramSite, clock: Clock, connector: Instagram, post: str, comment: str
) -> None:
    site.lists_hidden = False
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    answer = site.comment(post, "The one by the mill.", parent=comment)
    site.comments[comment].hidden = True
    first = connector.fetch(cursor)
    assert {each.platform_id: each.parent_id for each in first.comments} == {comment: None, answer: comment}
    clock.forward(minutes=1)
    assert connector.fetch(first.cursor).gone == ()


def test_a_hidden_comment_that_is_removed_is_gone(
    site: InstagramSite, clock: Clock, connector: Instagram, comment: str
) -> None:
    site.lists_hidden = False
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.comments[comment].hidden = True
    cursor = connector.fetch(cursor).cursor
    clock.forward(hours=2)
    del site.comments[comment]
    assert connector.fetch(cursor).gone == (comment,)


def test_the_accounts_own_comment_is_not_hidden_and_not_said_to_be(
    site: InstagramSite, connector: Instagram, post: str
) -> None:
    own = site.comment(post, "By the mill.", "JacksonPD".lower())
    assert found(connector)[own].by_page
    outcome = connector.hide(own)
    assert outcome.result is Result.UNSUPPORTED
    assert "always shows" in outcome.detail
    assert site.wire.count("POST") == 0


def test_a_success_without_effect_shows_when_it_is_read_back(
    site: InstagramSite, connector: Instagram, post: str
) -> None:
    own = site.comment(post, "By the mill.", site.username)
    site.names = False
    connector.hide(own)
    assert connector.state(own).state is State.VISIBLE


def test_who_wrote_it_may_not_be_told(site: InstagramSite, connector: Instagram, comment: str) -> None:
    site.names = False
    author = found(connector)[comment].author
    assert (author.name, author.platform_id) == ("Instagram user", None)


def test_an_account_that_is_restricted_later_does_not_empty_the_record_unproved(
    site: InstagramSite, clock: Clock, connector: Instagram, comment: str
) -> None:
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.scopes.discard("instagram_manage_comments")
    with pytest.raises(ForbiddenError, match=r"instagram_manage_comments \(to read, hide and restore"):
        connector.fetch(cursor)


def test_a_lost_answer_is_unknown_and_reading_settles_it(
    site: InstagramSite, connector: Instagram, comment: str
) -> None:
    site.wire.next(lost_after_doing(), "POST")
    assert connector.hide(comment).result is Result.UNKNOWN
    assert connector.state(comment).state is State.HIDDEN


def test_true_and_false_are_sent_as_words(site: InstagramSite, connector: Instagram, comment: str) -> None:
    assert connector.hide(comment).result is Result.DONE
    assert connector.unhide(comment).result is Result.DONE
    assert not site.comments[comment].hidden


def test_a_post_without_a_caption_has_no_words(site: InstagramSite, connector: Instagram, post: str) -> None:
    del site.posts[post]["caption"]
    assert [each.text for each in connector.fetch(None).posts] == [""]


def test_a_backfill_reads_to_the_end_because_answers_stand_below_old_comments(
    site: InstagramSite, clock: Clock, connector: Instagram, post: str
) -> None:
    old = site.flood(post, 120, apart=timedelta(days=1))
    young = site.comment(post, "A young answer to the oldest.", parent=old[0])
    batch = connector.backfill(clock.now - timedelta(days=10), None)
    assert {each.platform_id for each in batch.comments} == {young, *old[-11:]}


def test_permissions_for_the_page_are_not_looked_for_on_the_account(connector: Instagram) -> None:
    assert connector.check().warnings == ()


def test_a_version_that_is_closed_soon_is_told(site: InstagramSite, clock: Clock) -> None:
    assert "v21.0" in account(site, version="v21.0").check().warnings[0]


def test_what_the_account_says_about_itself_is_read(connector: Instagram) -> None:
    assert connector.check().about == "Jackson PD\nOf the Town."


def test_every_call_is_counted(site: InstagramSite, post: str, comment: str) -> None:
    purse = Purse(pace=1e6)
    connector = account(site, purse)
    connector.fetch(None)
    connector.hide(comment)
    assert purse.spent["calls"] == len(site.wire.requests)
