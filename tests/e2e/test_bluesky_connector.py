"""The Bluesky connector and a real network: what a visitor without an account sees is what counts."""

from __future__ import annotations

import json
import re

import pytest

from connectors.base import Result
from connectors.bluesky import Bluesky, authorisation
from models.comment import Comment, State
from tests.connectors.means import MemorySecret
from tests.e2e.bluesky import Network
from tests.e2e.bluesky_peer import connector_of

ONLY_FOLLOWERS = [{"$type": "app.bsky.feed.threadgate#followerRule"}]
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def secret(bluesky: Network) -> MemorySecret:
    return MemorySecret(json.dumps({"app_password": bluesky.app_password("connector")}))


@pytest.fixture
def connector(bluesky: Network, secret: MemorySecret) -> Bluesky:
    return connector_of(bluesky, secret)


@pytest.fixture
def post(bluesky: Network) -> str:
    return bluesky.publish("Main Street is closed.")


def fetched(connector: Bluesky, uri: str) -> Comment:
    return {each.platform_id: each for each in connector.fetch(None).comments}[uri]


def test_a_hidden_reply_leaves_the_thread_for_visitors_and_a_restored_one_returns(
    bluesky: Network, connector: Bluesky, post: str
) -> None:
    bad = bluesky.reply(post, "A vile remark.")
    below = bluesky.reply(bad, "An answer to it.", bluesky.open_account("third"))
    fair = bluesky.reply(post, "A harsh but clean remark.")
    assert fetched(connector, bad).state is State.VISIBLE
    assert set(bluesky.shown(post)) == {bad, below, fair}

    assert connector.hide(bad).result is Result.DONE

    bluesky.wait(lambda: bluesky.shown(post) == [fair], "the reply is gone for visitors, with what is below it")
    assert "A vile remark." in bluesky.shown_by_v1(post), "other apps may go on showing it"
    assert connector.state(bad).state is fetched(connector, bad).state is State.HIDDEN
    assert connector.unhide(bad).result is Result.DONE
    bluesky.wait(lambda: set(bluesky.shown(post)) == {bad, below, fair}, "the reply is back for visitors")
    assert fetched(connector, bad).state is State.VISIBLE


def test_a_nested_reply_is_hidden_alone(bluesky: Network, connector: Bluesky, post: str) -> None:
    fair = bluesky.reply(post, "A fair point.")
    bad = bluesky.reply(fair, "A vile remark.")
    connector.hide(bad)
    bluesky.wait(lambda: bluesky.shown(post) == [fair], "the nested reply is gone for visitors")


def test_who_may_reply_stays_as_the_department_set_it(bluesky: Network, connector: Bluesky, post: str) -> None:
    bad = bluesky.reply(post, "A vile remark.")
    bluesky.set_gate(post, allow=ONLY_FOLLOWERS)
    connector.hide(bad)
    connector.unhide(bad)
    assert bluesky.gate(post)["allow"] == ONLY_FOLLOWERS


def test_a_gate_that_was_changed_meanwhile_is_read_again(bluesky: Network, connector: Bluesky, post: str) -> None:
    bad, worse = bluesky.reply(post, "A vile remark."), bluesky.reply(post, "A viler one.")
    other = connector_of(bluesky, MemorySecret(json.dumps({"app_password": bluesky.app_password("another bot")})))
    assert connector.hide(bad).result is Result.DONE
    assert other.hide(worse).result is Result.DONE
    assert bluesky.gate(post)["hiddenReplies"] == [bad, worse]


def test_the_server_refuses_a_record_of_another_version(bluesky: Network, connector: Bluesky, post: str) -> None:
    """What the connector relies on: null means that there is none yet."""
    from connectors.bluesky.refusals import SwapError

    connector.check()
    api = connector.moderator.api
    key = post.rpartition("/")[2]
    record = {"$type": "app.bsky.feed.threadgate", "post": post, "createdAt": "2026-11-22T12:00:00.000Z"}
    api.put("app.bsky.feed.threadgate", key, record, None)
    with pytest.raises(SwapError):
        api.put("app.bsky.feed.threadgate", key, {**record, "hiddenReplies": []}, None)


def test_the_server_takes_three_hundred_and_no_more(bluesky: Network, connector: Bluesky, post: str) -> None:
    from connectors.bluesky.refusals import RefusedError

    full = [f"at://{bluesky.department.did}/app.bsky.feed.post/{number}" for number in range(300)]
    bluesky.set_gate(post, hiddenReplies=full)
    bad = bluesky.reply(post, "A vile remark.")
    assert connector.hide(bad).result is Result.UNSUPPORTED
    api, record = connector.moderator.api, bluesky.gate(post)
    with pytest.raises(RefusedError):
        api.put("app.bsky.feed.threadgate", post.rpartition("/")[2], {**record, "hiddenReplies": [*full, bad]}, None)


def test_a_session_is_renewed_saved_and_outlives_the_program(
    bluesky: Network, connector: Bluesky, secret: MemorySecret
) -> None:
    connector.check()
    handle, did, access, refresh, server = json.loads(secret.read())["session"].split(":::")
    spoiled = ":::".join((handle, did, f"{access[:-4]}AAAA", refresh, server))
    secret.save(json.dumps({**json.loads(secret.read()), "session": spoiled}))
    connector_of(bluesky, secret).check()
    renewed = json.loads(secret.read())["session"].split(":::")
    # Made within one second, the new token is the old one letter for letter: what tells is that it is whole again.
    assert renewed[2] != f"{access[:-4]}AAAA"
    assert renewed[3] != refresh
    assert renewed[4].rstrip("/") == bluesky.url


def test_an_app_password_looks_as_ofrecord_connect_expects_and_a_main_password_does_not(bluesky: Network) -> None:
    (ask,) = authorisation.asks
    assert re.fullmatch(ask.pattern, bluesky.app_password("looked at"))
    assert not re.fullmatch(ask.pattern, "a main password of the tests")


def test_the_account_is_described_and_its_power_judged(bluesky: Network, connector: Bluesky) -> None:
    checked = connector.check()
    assert checked.about == "The account of Jackson Police."
    assert checked.warnings == ()
    powerful = connector_of(bluesky, MemorySecret(json.dumps({"app_password": "a main password of the tests"})))
    assert "main password" in " ".join(powerful.check().warnings)


def test_what_stood_below_a_removed_reply_is_still_there(bluesky: Network, connector: Bluesky, post: str) -> None:
    writer = bluesky.open_account("third")
    parent = bluesky.reply(post, "First.", writer)
    child = bluesky.reply(parent, "Second.")
    batch = connector.fetch(None)
    bluesky.remove(parent, writer)
    bluesky.wait(lambda: "Second." not in bluesky.shown_by_v1(post), "the thread without what was below")
    after = connector.fetch(batch.cursor)
    assert parent in after.gone
    assert child not in after.gone
    assert connector.state(child).state is State.VISIBLE


def test_replies_deeper_than_one_answer_holds_are_read(bluesky: Network, connector: Bluesky, post: str) -> None:
    above, writer = post, bluesky.open_account("third")
    for level in range(8):
        above = bluesky.reply(above, f"level {level}", writer)
    assert fetched(connector, above).text == "level 7"


def test_a_thread_of_somebody_else_is_refused(bluesky: Network, connector: Bluesky) -> None:
    theirs = bluesky.publish("My own thread.", bluesky.open_account("third"))
    assert connector.hide(bluesky.reply(theirs, "A vile remark.")).result is Result.UNSUPPORTED
