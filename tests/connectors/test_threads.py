"""Threads's own traps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.base import ForbiddenError, Result
from connectors.threads import Settings, Threads, capability, connect
from models.comment import Comment, State
from tests.connectors.means import MemorySecret, Purse, means
from tests.simulators.graph import Clock
from tests.simulators.loopback import broken, lost_after_doing
from tests.simulators.threads import ThreadsSite, running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Iterator[ThreadsSite]:
    with running(ThreadsSite(clock=clock)) as started:
        yield started


@pytest.fixture
def connector(site: ThreadsSite) -> Threads:
    return account(site)


@pytest.fixture
def post(site: ThreadsSite) -> str:
    return site.publish("The bridge is closed.")


@pytest.fixture
def reply(site: ThreadsSite, post: str) -> str:
    return site.comment(post, "Which bridge?")


def account(
    site: ThreadsSite, purse: Purse | None = None, secret: MemorySecret | None = None, **settings: Any
) -> Threads:
    keys = Settings(api=site.url, **{"look_seconds": 0, "posts_minutes": 0, **settings})
    given = means(secret or site.secret(), purse or Purse(pace=1e6))
    return connect("threads", keys, given, clock=site.clock)


def found(connector: Threads, cursor: str | None = None) -> dict[str, Comment]:
    return {each.platform_id: each for each in connector.fetch(cursor).comments}


def test_replies_of_any_depth_come_in_one_list_each_with_what_it_answers(
    site: ThreadsSite, connector: Threads, post: str, reply: str
) -> None:
    second = site.comment(post, "The one by the mill.", parent=reply)
    third = site.comment(post, "Thanks.", parent=second)
    both = found(connector)
    assert [both[each].parent_id for each in (reply, second, third)] == [None, reply, second]
    assert {each.post_id for each in both.values()} == {post}


def test_a_reply_to_another_reply_goes_to_a_person_and_nothing_is_hidden(
    site: ThreadsSite, connector: Threads, post: str, reply: str
) -> None:
    nested = site.comment(post, "Something vile.", parent=reply)
    outcome = connector.hide(nested)
    assert outcome.result is Result.UNSUPPORTED
    assert "hiding that one would hide what others wrote" in outcome.detail
    assert site.wire.count("POST") == 0
    assert site.seen_by_visitors(reply)
    assert any("above it" in step for step in capability.hide_steps)


def test_a_reply_that_does_not_say_what_it_answers_is_not_hidden_either(
    site: ThreadsSite, connector: Threads, reply: str
) -> None:
    site.comments[reply].more = {"root_post": None, "replied_to": None}
    assert connector.hide(reply).result is Result.UNSUPPORTED
    assert site.wire.count("POST") == 0


def test_hiding_takes_along_what_is_below_and_so_does_showing(
    site: ThreadsSite, connector: Threads, post: str, reply: str
) -> None:
    nested = site.comment(post, "The one by the mill.", parent=reply)
    assert connector.hide(reply).result is Result.DONE
    assert connector.state(nested).state is State.HIDDEN
    assert connector.unhide(reply).result is Result.DONE
    assert connector.state(nested).state is State.VISIBLE


def test_the_capability_warns_of_what_is_hidden_along() -> None:
    warnings = " ".join(capability.side_effects)
    assert "Every reply below a hidden one is hidden with it" in warnings
    assert "becomes a task for a person" in warnings


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("NOT_HUSHED", State.VISIBLE),
        ("UNHUSHED", State.VISIBLE),
        ("COVERED", State.VISIBLE),
        ("HIDDEN", State.HIDDEN),
        ("BLOCKED", State.HIDDEN),
        ("RESTRICTED", State.HIDDEN),
        ("SOMETHING_NEW", State.UNKNOWN),
    ],
)
def test_every_status_is_understood(
    site: ThreadsSite, connector: Threads, reply: str, status: str, state: State
) -> None:
    site.comments[reply].status = status
    assert found(connector)[reply].state is state


@pytest.mark.parametrize("status", ["pending", "ignored"])
def test_what_awaits_approval_is_captured(site: ThreadsSite, post: str, reply: str, status: str) -> None:
    site.approvals.add(post)
    waiting = site.comment(post, "May I?", approval=status, created=site.clock() - timedelta(days=2))
    both = found(account(site, approvals=True))
    assert (both[waiting].state, both[reply].state) == (State.HELD, State.VISIBLE)


def test_a_post_without_approvals_is_read_all_the_same(site: ThreadsSite, reply: str) -> None:
    assert set(found(account(site, approvals=True))) == {reply}


def test_what_awaits_approval_does_not_hide_what_is_new(site: ThreadsSite, clock: Clock, post: str) -> None:
    site.approvals.add(post)
    connector = account(site, approvals=True)
    site.flood(post, 120, apart=timedelta(minutes=1))
    site.comment(post, "May I?", approval="pending", created=clock.now - timedelta(days=2))
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=2)
    fresh = site.flood(post, 70)
    before = len(site.wire.requests)
    batch = connector.fetch(cursor)
    assert set(fresh) <= {each.platform_id for each in batch.comments}
    assert batch.gone == ()
    assert [each.path.rpartition("/")[2] for each in site.wire.requests[before:]] == [
        "threads",
        "conversation",
        "pending_replies",
        "conversation",
    ]


def test_what_awaits_approval_is_out_of_sight_already_and_approved_by_a_person(site: ThreadsSite, post: str) -> None:
    site.approvals.add(post)
    waiting = site.comment(post, "May I?", approval="pending")
    connector = account(site, approvals=True)
    assert connector.hide(waiting).result is Result.ALREADY
    assert connector.unhide(waiting).result is Result.UNSUPPORTED
    assert site.wire.count("POST") == 0


@pytest.mark.parametrize("listed", [True, False])
def test_a_hide_by_somebody_else_is_noticed_whether_hidden_ones_are_listed_or_not(
    site: ThreadsSite, clock: Clock, connector: Threads, reply: str, listed: bool
) -> None:
    site.lists_hidden = listed
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.hush(reply, "HIDDEN")
    batch = connector.fetch(cursor)
    assert batch.gone == ()
    assert [each.state for each in batch.comments] == [State.HIDDEN]


def test_the_departments_own_replies_are_told_apart(site: ThreadsSite, connector: Threads, post: str) -> None:
    own = site.comment(post, "By the mill.", site.username)
    assert found(connector)[own].by_page


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({"gif_url": "https://g.example/1"}, ["image"]),
        ({"media_type": "IMAGE", "media_url": "https://cdn.example/a?sig=1"}, ["image"]),
        ({"media_type": "VIDEO", "media_url": "https://cdn.example/v?sig=1"}, ["video"]),
        ({"media_type": "TEXT_POST"}, []),
    ],
)
def test_a_reply_without_words_has_what_is_attached(
    site: ThreadsSite, connector: Threads, post: str, more: dict[str, Any], kinds: list[str]
) -> None:
    wordless = site.comment(post, "x" if not kinds else "", more=more)
    before = found(connector)[wordless]
    assert [media.kind for media in before.media] == kinds
    site.comments[wordless].more = {each: value.replace("sig=1", "sig=2") for each, value in more.items()}
    assert found(connector)[wordless].digest == before.digest


def test_a_post_that_was_only_passed_on_is_not_watched(site: ThreadsSite, connector: Threads, post: str) -> None:
    site.publish("Somebody else's.", media_type="REPOST_FACADE")
    assert [each.platform_id for each in connector.fetch(None).posts] == [post]


def test_a_lost_answer_is_unknown_and_reading_settles_it(site: ThreadsSite, connector: Threads, reply: str) -> None:
    site.wire.next(lost_after_doing(), "POST")
    assert connector.hide(reply).result is Result.UNKNOWN
    assert connector.state(reply).state is State.HIDDEN


def test_a_missing_permission_is_named(site: ThreadsSite, connector: Threads, reply: str) -> None:
    site.scopes.discard("threads_manage_replies")
    with pytest.raises(ForbiddenError, match=r"threads_manage_replies \(to hide and restore replies\)"):
        connector.check()
    assert connector.hide(reply).result is Result.DENIED


def test_a_lost_permission_to_read_is_no_absence(site: ThreadsSite, connector: Threads, reply: str) -> None:
    site.scopes.discard("threads_read_replies")
    with pytest.raises(ForbiddenError, match="threads_read_replies"):
        connector.fetch(None)
    with pytest.raises(ForbiddenError, match="threads_read_replies"):
        connector.state(reply)


def in_file(site: ThreadsSite, ends: datetime) -> MemorySecret:
    return MemorySecret(site.secret(expires_at=ends.isoformat()))


def test_a_token_is_renewed_when_half_its_time_is_left_and_kept_before_it_is_used(
    site: ThreadsSite, clock: Clock, reply: str
) -> None:
    site.renewed_token = "THAAanother0123456789"
    secret = in_file(site, clock.now + timedelta(days=29))
    assert reply in found(account(site, secret=secret))
    kept = json.loads(secret.read())
    assert kept["access_token"] == site.renewed_token
    assert datetime.fromisoformat(kept["expires_at"]) == clock.now + timedelta(days=60)


@pytest.mark.parametrize("left", [31, 59])
def test_a_young_token_is_left_alone(site: ThreadsSite, clock: Clock, left: int) -> None:
    secret = in_file(site, clock.now + timedelta(days=left))
    account(site, secret=secret).fetch(None)
    assert secret.saved == []
    assert [each.path for each in site.wire.requests] == ["/v1.0/me/threads"]


def test_a_renewal_that_fails_stops_nothing(site: ThreadsSite, clock: Clock, reply: str) -> None:
    secret = in_file(site, clock.now + timedelta(days=20))
    site.wire.next(broken())
    assert reply in found(account(site, secret=secret))
    assert secret.saved == []


def test_a_check_renews_a_token_whose_end_only_the_platform_knows(site: ThreadsSite, clock: Clock) -> None:
    site.renewed_token, site.expires_at = "THAAanother0123456789", clock.now + timedelta(days=10)
    secret = MemorySecret(site.secret())
    assert account(site, secret=secret).check().expires_at == clock.now + timedelta(days=60)
    assert json.loads(secret.read())["access_token"] == site.renewed_token


def test_a_check_tells_when_the_token_ends(site: ThreadsSite, connector: Threads) -> None:
    site.expires_at = datetime(2027, 1, 15, tzinfo=UTC)
    assert connector.check().expires_at == site.expires_at


def test_what_the_account_says_about_itself_is_read(connector: Threads) -> None:
    assert connector.check().about == "Jackson PD\nOf the Town."


def test_every_call_is_counted(site: ThreadsSite, post: str, reply: str) -> None:
    site.renewed_token = "THAAanother0123456789"
    purse, secret = Purse(pace=1e6), in_file(site, site.clock() + timedelta(days=20))
    connector = account(site, purse, secret, approvals=True)
    connector.fetch(None)
    connector.hide(reply)
    assert purse.spent["calls"] == len(site.wire.requests)
