from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from connectors.base import BudgetSpentError, Result
from connectors.bluesky import Bluesky, capability
from models.comment import State
from tests.connectors.bluesky_account import UNHURRIED, Clock, asked, connector_of
from tests.connectors.means import Purse
from tests.simulators.bluesky import MOST_HIDDEN, BlueskyNetwork, running
from tests.simulators.loopback import (
    Fault,
    Reply,
    Request,
    broken,
    json_reply,
    lost_after_doing,
    meanwhile,
    redirecting,
    too_many,
    truncated,
    web_page,
)

ONLY_FOLLOWERS = [{"$type": "app.bsky.feed.threadgate#followerRule"}]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def network(clock: Clock) -> Iterator[BlueskyNetwork]:
    with running(BlueskyNetwork(clock=clock)) as started:
        yield started


@pytest.fixture
def connector(network: BlueskyNetwork, clock: Clock) -> Bluesky:
    return connector_of(network, clock)


@pytest.fixture
def post(network: BlueskyNetwork) -> str:
    return network.publish("Main Street is closed.")


def puts(network: BlueskyNetwork) -> list[dict[str, object]]:
    bodies = [each.body for each in network.wire.requests if each.path.endswith("putRecord")]
    return [json.loads(body) for body in bodies]


# --- the list in the gate ------------------------------------------------------------------------------------------


def test_a_hide_lists_the_reply_in_the_gate_of_its_thread(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    reply = network.reply(post, "Bad.")
    assert connector.hide(reply).result is Result.DONE
    assert network.gate(post) == {
        "$type": "app.bsky.feed.threadgate",
        "post": post,
        "createdAt": "2026-11-22T12:00:30.000Z",
        "hiddenReplies": [reply],
    }


def test_who_may_reply_stays_as_it_was_and_so_does_what_is_not_known(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    reply = network.reply(post, "Bad.")
    network.set_gate(post, allow=ONLY_FOLLOWERS, somethingNew={"of": ["2027"]})
    before = network.gate(post)
    connector.hide(reply)
    assert network.gate(post) == {**before, "hiddenReplies": [reply]}
    connector.unhide(reply)
    assert network.gate(post) == {**before, "hiddenReplies": []}


def test_a_gate_that_lets_nobody_reply_stays_closed(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    reply = network.reply(post, "Bad.")
    network.set_gate(post, allow=[])
    connector.hide(reply)
    assert network.gate(post)["allow"] == []


def test_what_others_hid_stays_hidden(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    first, second = network.reply(post, "Bad."), network.reply(post, "Worse.")
    network.set_gate(post, hiddenReplies=[first])
    connector.hide(second)
    connector.unhide(second)
    assert network.gate(post)["hiddenReplies"] == [first]


@pytest.mark.parametrize("gate_before", [False, True])
def test_a_change_at_the_same_moment_is_not_overwritten(
    network: BlueskyNetwork, connector: Bluesky, post: str, gate_before: bool
) -> None:
    ours, theirs = network.reply(post, "Bad."), network.reply(post, "Worse.")
    if gate_before:
        network.set_gate(post, allow=ONLY_FOLLOWERS)
    connector.check()
    _after_reading_the_gate(network, lambda: network.set_gate(post, hiddenReplies=[theirs]))
    assert connector.hide(ours).result is Result.DONE
    assert network.gate(post)["hiddenReplies"] == [theirs, ours]
    assert len(puts(network)) == 2


def _after_reading_the_gate(network: BlueskyNetwork, act: Callable[[], object]) -> None:
    """Let something happen once, between the next reading of a gate and what follows."""
    left = [act]

    def once(request: Request, do: Callable[[], Reply]) -> Reply:
        reply = do()
        if "threadgate" in request.params.get("collection", "") and left:
            left.pop()()
        return reply

    network.wire.next(once, "GET", times=2)


def test_a_gate_that_never_keeps_still_is_left_for_later(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    reply = network.reply(post, "Bad.")
    connector.check()
    network.wire.next(lambda request, do: json_reply({"error": "InvalidSwap"}, status=400), "POST", times=50)
    assert connector.hide(reply).result is Result.RETRY
    assert len(puts(network)) < 10


def test_a_full_list_is_a_task_with_the_reason(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    hidden = [f"at://did:plc:gone/app.bsky.feed.post/{number}" for number in range(MOST_HIDDEN)]
    network.set_gate(post, hiddenReplies=hidden)
    outcome = connector.hide(network.reply(post, "One too many."))
    assert outcome.result is Result.UNSUPPORTED
    assert "300 hidden replies" in outcome.detail
    assert puts(network) == []
    assert capability.hide_steps
    assert capability.max_hidden_per_thread == MOST_HIDDEN


def test_room_is_made_by_showing_one_again(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    first = network.reply(post, "Bad.")
    others = [f"at://did:plc:gone/app.bsky.feed.post/{number}" for number in range(MOST_HIDDEN - 1)]
    network.set_gate(post, hiddenReplies=[first, *others])
    assert connector.unhide(first).result is Result.DONE
    assert connector.hide(network.reply(post, "Worse.")).result is Result.DONE


def test_a_nested_reply_is_hidden_by_the_gate_of_the_post(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    fair = network.reply(post, "A fair point.")
    nested = network.reply(fair, "Bad.")
    assert connector.hide(nested).result is Result.DONE
    assert network.gate(post)["hiddenReplies"] == [nested]
    assert network.see(fair)


def test_replies_to_a_hidden_reply_go_with_it(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    bad = network.reply(post, "Bad.")
    below = network.reply(bad, "Quite right.")
    connector.hide(bad)
    assert not network.see(below)
    assert "Replies to a hidden reply leave the thread with it" in " ".join(capability.side_effects)
    connector.unhide(bad)
    assert network.see(below)


# --- what cannot be hidden -----------------------------------------------------------------------------------------


def test_a_thread_of_somebody_else_is_not_the_departments_to_moderate(
    network: BlueskyNetwork, connector: Bluesky
) -> None:
    other = network.publish("My own thread.", network.account("citizen.example.net", "Citizen"))
    outcome = connector.hide(network.reply(other, "Bad."))
    assert (outcome.result, puts(network)) == (Result.UNSUPPORTED, [])


def test_a_post_that_answers_nothing_is_not_hidden(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    assert connector.hide(post).result is Result.UNSUPPORTED
    assert puts(network) == []


def test_a_reply_across_a_block_is_a_task_not_gone(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    reply = network.reply(post, "Bad, and now you are blocked.")
    network.blocking.add(reply.split("/")[2])
    assert connector.state(reply).state is State.UNKNOWN
    outcome = connector.hide(reply)
    assert outcome.result is Result.UNSUPPORTED
    assert "signed out" in outcome.detail


@pytest.mark.parametrize("platform_id", ["", "at://", "../x", "at://did:plc:a/app.bsky.feed.threadgate/3k", "3l0001"])
def test_what_is_no_address_of_a_post_reaches_no_server(
    network: BlueskyNetwork, connector: Bluesky, platform_id: str
) -> None:
    assert connector.state(platform_id).state is State.GONE
    assert connector.hide(platform_id).result is Result.GONE
    assert network.wire.requests == []


# --- what goes wrong on the way ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [lost_after_doing(), truncated(), truncated(length_tells=False), web_page(200)])
def test_an_answer_that_was_lost_is_unknown_and_reading_settles_it(
    network: BlueskyNetwork, connector: Bluesky, post: str, fault: Fault
) -> None:
    reply = network.reply(post, "Bad.")
    connector.check()
    network.wire.next(fault, "POST")
    assert connector.hide(reply).result is Result.UNKNOWN
    assert asked(network, "putRecord") == 1
    settled = connector.state(reply).state
    assert settled is (State.HIDDEN if network.gate(post).get("hiddenReplies") else State.VISIBLE)


@pytest.mark.parametrize("fault", [broken(), broken(502), web_page(503), redirecting("https://x.example/")])
def test_an_answer_that_proves_nothing_is_unknown(
    network: BlueskyNetwork, connector: Bluesky, post: str, fault: Fault
) -> None:
    reply = network.reply(post, "Bad.")
    connector.check()
    network.wire.next(fault, "POST")
    assert connector.hide(reply).result is Result.UNKNOWN


def test_a_limit_turns_away_before_anything_is_done(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    reply = network.reply(post, "Bad.")
    connector.check()
    network.wire.next(too_many("30"), "POST")
    outcome = connector.hide(reply)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, 30)


@pytest.mark.parametrize(("status", "code"), [(403, "Forbidden"), (400, "InvalidRequest"), (401, "AccountTakedown")])
def test_a_refused_change_is_a_denial(
    network: BlueskyNetwork, connector: Bluesky, post: str, status: int, code: str
) -> None:
    reply = network.reply(post, "Bad.")
    connector.check()
    network.wire.next(lambda request, do: json_reply({"error": code}, status=status), "POST")
    outcome = connector.hide(reply)
    assert (outcome.result, code in outcome.detail) == (Result.DENIED, True)


def test_what_cannot_be_read_is_not_changed_and_may_be_tried_again(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    reply = network.reply(post, "Bad.")
    connector.check()
    network.wire.next(broken(502), "GET")
    assert connector.hide(reply).result is Result.RETRY
    assert puts(network) == []


def test_a_session_that_ends_in_the_middle_of_a_hide_is_renewed_and_the_hide_done_once(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    reply = network.reply(post, "Bad.")
    connector.check()
    network.wire.next(meanwhile(network.expire), "GET", times=2)
    assert connector.hide(reply).result is Result.DONE
    assert network.gate(post)["hiddenReplies"] == [reply]
    assert network.counts_new_sessions == 1


def test_a_reply_edited_between_reading_and_hiding_has_another_digest(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    reply = network.reply(post, "Bad.")
    (before,) = connector.fetch(None).comments
    network.edit(reply, "Sorry.")
    assert connector.state(reply).digest not in (None, before.digest)


def test_the_gate_itself_counts_not_what_the_index_says_of_it_yet(
    network: BlueskyNetwork, connector: Bluesky, clock: Clock, post: str
) -> None:
    """Right after a hide the index still shows the reply, and its own copy of the gate without it."""
    reply = network.reply(post, "Bad.")
    connector.fetch(None)
    network.lag = timedelta(minutes=2)
    assert connector.hide(reply).result is Result.DONE
    assert network.see(reply), "the index has not learned of it"
    assert connector.state(reply).state is State.HIDDEN
    assert {each.state for each in connector.fetch(None).comments} == {State.HIDDEN}
    assert connector.hide(reply).result is Result.ALREADY
    clock.forward(minutes=3)
    assert not network.see(reply)


def test_hidden_replies_are_read_though_version_two_would_leave_them_out(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    reply = network.reply(post, "Bad.")
    connector.hide(reply)
    assert not network.see(reply)
    assert [each.state for each in connector.fetch(None).comments] == [State.HIDDEN]


# --- the budget ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["writes", "writes_a_day", "requests"])
def test_a_spent_budget_hides_nothing_and_sends_no_change(
    network: BlueskyNetwork, clock: Clock, post: str, kind: str
) -> None:
    reply = network.reply(post, "Bad.")
    purse = Purse(pace=UNHURRIED)
    connector = connector_of(network, clock, purse=purse)
    connector.check()
    purse.most[kind] = purse.spent[kind]
    with pytest.raises(BudgetSpentError):
        connector.hide(reply)
    assert puts(network) == []
    assert (purse.spent["writes"], purse.spent["writes_a_day"]) == (0, 0), "what was not sent is not counted"


def test_a_hide_takes_two_points_and_may_use_what_is_kept_for_it(
    network: BlueskyNetwork, clock: Clock, post: str
) -> None:
    purse = Purse(pace=UNHURRIED)
    connector_of(network, clock, purse=purse).hide(network.reply(post, "Bad."))
    assert (purse.spent["writes"], purse.spent["writes_a_day"]) == (2, 2)
    assert purse.acts == purse.spent


def test_nothing_is_ever_deleted(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    reply = network.reply(post, "Bad.")
    connector.check()
    for act in (connector.hide, connector.hide, connector.unhide, connector.unhide):
        act(reply)
    posted = {request.path.rpartition("/")[2] for request in network.wire.requests if request.method == "POST"}
    assert posted == {"com.atproto.server.createSession", "com.atproto.repo.putRecord"}
    assert {each["collection"] for each in puts(network)} == {"app.bsky.feed.threadgate"}
    assert network.gate(post)["hiddenReplies"] == []
