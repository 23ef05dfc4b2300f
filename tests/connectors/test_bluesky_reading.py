from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors._schedule import Thread
from connectors._threads import Position, Reading
from connectors.base import Batch, ConnectorError, UnavailableError
from connectors.bluesky import Bluesky
from connectors.bluesky.rows import View
from models.comment import Media, State
from tests.connectors.bluesky_account import NOW, UNHURRIED, Clock, asked, connector_of, texts
from tests.connectors.means import Purse
from tests.simulators.bluesky import BlueskyNetwork, running
from tests.simulators.loopback import Fault, broken, json_reply, meanwhile, too_many, truncated, web_page

IMAGE = {
    "$type": "app.bsky.embed.images",
    "images": [{"alt": "a rude sign", "image": {"$type": "blob", "ref": {"$link": "bafkreiimage"}}}],
}
CARD = {
    "$type": "app.bsky.embed.external",
    "external": {"uri": "https://shop.example/", "title": "Cheap watches", "description": "Buy now"},
}
VIDEO = {"$type": "app.bsky.embed.video", "video": {"ref": {"$link": "bafkreivideo"}}, "alt": "a loud car"}
QUOTED = {"uri": "at://did:plc:other/app.bsky.feed.post/3kquoted", "cid": "bafyreiquoted"}
QUOTE = {"$type": "app.bsky.embed.record", "record": QUOTED}

NAMES = st.sampled_from(
    ["author", "embed", "external", "facets", "features", "image", "images", "media", "parent", "record", "ref"]
) | st.sampled_from(["reply", "root", "text", "uri", "$link"])
RARELY = {"list_minutes": 600, "look_seconds": 86_400}


def fetched_later(connector: Bluesky, clock: Clock, cursor: str) -> Batch:
    """Fetch a minute later."""
    clock.forward(minutes=1)
    return connector.fetch(cursor)


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


# --- what a reply is -----------------------------------------------------------------------------------------------


def test_a_reply_comes_with_its_author_time_and_link(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    reply = network.reply(post, "Which part?", "Rosa Blanchard")
    (comment,) = connector.fetch(None).comments
    did = reply.split("/")[2]
    assert (comment.platform_id, comment.post_id, comment.parent_id) == (reply, post, None)
    assert (comment.author.name, comment.author.platform_id) == ("Rosa Blanchard", did)
    assert comment.permalink == f"https://bsky.app/profile/{did}/post/{reply.split('/')[-1]}"
    assert comment.created == NOW


def test_the_time_is_bluesky_s_not_the_one_that_its_author_gave(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    """Whoever dates a reply back by years would else put it out of the bot's reach."""
    network.reply(post, "Bad.", createdAt="2019-01-01T00:00:00.000Z")
    assert connector.fetch(None).comments[0].created == NOW


def test_somebody_without_a_name_is_shown_by_their_handle(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    reply = network.reply(post, "Hello.")
    network.people[reply.split("/")[2]].name = " "
    assert connector.fetch(None).comments[0].author.name == "pat-visitor.example.net"


def test_the_departments_own_replies_are_its_own_and_a_namesakes_are_not(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    network.reply(post, "We will know more at noon.", did=network.did)
    network.reply(post, "Send money.", "Jackson Police")
    speaks = {comment.text: comment.by_page for comment in connector.fetch(None).comments}
    assert speaks == {"We will know more at noon.": True, "Send money.": False}


@pytest.mark.parametrize(
    ("embed", "words", "media"),
    [
        (IMAGE, "Look.\n\na rude sign", (Media("bafkreiimage", "image"),)),
        (VIDEO, "Look.\n\na loud car", (Media("bafkreivideo", "video"),)),
        (
            CARD,
            "Look.\n\nCheap watches\n\nBuy now",
            (Media("https://shop.example/", "link", "https://shop.example/"),),
        ),
        (QUOTE, "Look.", (Media(QUOTED["uri"], "other", "https://bsky.app/profile/did:plc:other/post/3kquoted"),)),
        (
            {"$type": "app.bsky.embed.recordWithMedia", "media": IMAGE, "record": QUOTE},
            "Look.\n\na rude sign",
            (
                Media("bafkreiimage", "image"),
                Media(QUOTED["uri"], "other", "https://bsky.app/profile/did:plc:other/post/3kquoted"),
            ),
        ),
        ({"$type": "app.bsky.embed.of.2030", "thing": 1}, "Look.", ()),
    ],
)
def test_what_is_attached_comes_along_with_the_words_on_it(
    network: BlueskyNetwork,
    connector: Bluesky,
    post: str,
    embed: dict[str, object],
    words: str,
    media: tuple[Media, ...],
) -> None:
    network.reply(post, "Look.", embed=embed)
    (comment,) = connector.fetch(None).comments
    assert (comment.text, comment.media) == (words, media)


def test_a_link_leads_where_it_leads_whatever_it_is_called(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "https://bad.example/"}
    network.reply(post, "jacksonpd.gov", facets=[{"index": {"byteStart": 0, "byteEnd": 13}, "features": [feature]}])
    assert connector.fetch(None).comments[0].media == (Media("https://bad.example/", "link", "https://bad.example/"),)


def test_one_odd_record_does_not_cost_the_thread(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    """The library's own models refuse a whole thread for such a record."""
    network.reply(post, "Fine.")
    odd = network.reply(post, "Odd.", embed={"$type": "app.bsky.embed.images", "images": "none"}, facets=7, langs=3)
    network.repo[odd].value["createdAt"] = {"no": "date"}
    assert texts(connector.fetch(None)) == {"Fine.", "Odd."}


@settings(deadline=None, max_examples=30)
@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner))
)
def test_no_shape_of_a_record_breaks_the_reading_of_it(record: object) -> None:
    view = View.of({"uri": "at://did:plc:a/app.bsky.feed.post/3k", "record": record, "embed": record}, "{}")
    assert view is not None
    view.as_comment("bluesky", "did:plc:b", ())


# --- the tree ------------------------------------------------------------------------------------------------------


def test_replies_come_however_deep_they_are(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    """Six levels are given unless more is asked for."""
    above = post
    for level in range(95):
        above = network.reply(above, f"level {level}")
    assert texts(connector.fetch(None)) == {f"level {level}" for level in range(95)}
    assert asked(network, "getPostThread") == 3


def test_an_index_that_gives_fewer_levels_is_asked_again(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    network.deepest = 3
    for branch in "ab":
        above = post
        for level in range(8):
            above = network.reply(above, f"{branch} {level}")
    batch = connector.fetch(None)
    assert (len(batch.comments), batch.gap) == (16, "")


def test_a_thread_without_end_costs_a_bounded_number_of_calls_and_is_told(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    network.deepest = 1
    above = post
    for level in range(40):
        above = network.reply(above, f"level {level}")
    batch = connector.fetch(None)
    assert "goes on below" in batch.gap
    assert asked(network, "getPostThread") == 20


def test_what_stands_below_a_removed_reply_is_not_gone_with_it(
    network: BlueskyNetwork, connector: Bluesky, clock: Clock, post: str
) -> None:
    parent = network.reply(post, "First.")
    child = network.reply(parent, "Second.")
    first = connector.fetch(None)
    network.remove(parent)
    second = fetched_later(connector, clock, first.cursor)
    assert second.gone == (parent,)
    assert {each.platform_id for each in second.comments} == {child}
    assert connector.state(child).state is State.VISIBLE


def test_what_no_thread_shows_is_asked_for_again_but_rarely(
    network: BlueskyNetwork, connector: Bluesky, clock: Clock, post: str
) -> None:
    parent = network.reply(post, "First.")
    child = network.reply(parent, "Second.")
    cursor = connector.fetch(None).cursor
    network.remove(parent)
    for _ in range(3):
        clock.forward(minutes=5)
        cursor = connector.fetch(cursor).cursor
    assert asked(network, "getPostThread") == 4 + 2, "four looks, and each of the two by itself"
    network.remove(child)
    clock.forward(minutes=61)
    assert connector.fetch(cursor).gone == (child,)


def test_a_reply_across_a_block_is_a_gap_and_never_gone(
    network: BlueskyNetwork, connector: Bluesky, clock: Clock, post: str
) -> None:
    reply = network.reply(post, "Bad, and now you are blocked.")
    cursor = connector.fetch(None).cursor
    network.blocking.add(reply.split("/")[2])
    batch = fetched_later(connector, clock, cursor)
    assert (batch.gone, batch.comments) == ((), ())
    assert "block each other" in batch.gap
    assert asked(network, "getPostThread") == 2, "it is there, and asking for it by itself tells no more"


def test_a_removed_post_takes_its_thread_from_the_page_and_ends_nothing_else(
    network: BlueskyNetwork, connector: Bluesky, clock: Clock, post: str
) -> None:
    network.reply(post, "Hello.")
    other = network.publish("Another post.")
    network.reply(other, "Hello there.")
    cursor = connector.fetch(None).cursor
    network.remove(post)
    batch = fetched_later(connector, clock, cursor)
    assert (batch.gone, texts(batch)) == ((), {"Hello there."})
    assert post.rpartition("/")[2] not in batch.cursor


def test_a_post_that_the_index_has_lost_for_a_while_is_not_forgotten(
    network: BlueskyNetwork, clock: Clock, post: str
) -> None:
    connector = connector_of(network, clock, settings={"list_minutes": 600})
    reply = network.reply(post, "Hello.")
    cursor = connector.fetch(None).cursor
    known = network.indexed.pop(post)
    batch = fetched_later(connector, clock, cursor)
    assert (batch.gone, batch.comments) == ((), ())
    network.indexed[post] = known
    network.remove(reply)
    assert fetched_later(connector, clock, batch.cursor).gone == (reply,)


@pytest.mark.parametrize(
    "thread", [None, {}, {"$type": "app.bsky.feed.defs#notFoundPost"}, {"$type": "app.bsky.feed.defs#threadViewPost"}]
)
def test_an_answer_without_a_thread_is_an_error_not_an_empty_one(
    network: BlueskyNetwork, connector: Bluesky, post: str, thread: object
) -> None:
    network.reply(post, "Hello.")
    connector.check()
    network.wire.next(lambda request, do: do(), "GET", times=2)
    network.wire.next(lambda request, do: json_reply({"thread": thread}), "GET")
    with pytest.raises(UnavailableError):
        connector.fetch(None)


# --- where to look -------------------------------------------------------------------------------------------------


def test_a_notification_leads_to_the_thread_at_once(network: BlueskyNetwork, clock: Clock, post: str) -> None:
    connector = connector_of(network, clock, settings=RARELY)
    cursor = connector.fetch(None).cursor
    network.reply(post, "Hello.")
    assert texts(fetched_later(connector, clock, cursor)) == {"Hello."}


def test_a_notification_leads_to_a_post_that_is_too_old_to_be_watched(
    network: BlueskyNetwork, clock: Clock, post: str
) -> None:
    clock.forward(days=30)
    for number in range(3):
        network.publish(f"post {number}")
    connector = connector_of(network, clock, settings={"posts_watched": 2, **RARELY})
    cursor = connector.fetch(None).cursor
    assert post.rpartition("/")[2] not in cursor
    network.reply(post, "Still on my mind.")
    assert texts(fetched_later(connector, clock, cursor)) == {"Still on my mind."}


def test_nothing_new_costs_one_request(network: BlueskyNetwork, clock: Clock, post: str) -> None:
    connector = connector_of(network, clock, settings=RARELY)
    network.reply(post, "Hello.")
    cursor = connector.fetch(None).cursor
    network.wire.requests.clear()
    batch = fetched_later(connector, clock, cursor)
    assert len(network.wire.requests) == 1
    assert (batch.comments, batch.more) == ((), False)


def test_a_reply_that_the_index_takes_in_late_is_heard_of(network: BlueskyNetwork, clock: Clock, post: str) -> None:
    """By then it stands below what came after it, on another page of the notifications."""
    connector = connector_of(network, clock, settings=RARELY)
    other = network.publish("Another post.")
    network.lag = timedelta(minutes=4)
    network.reply(post, "Late.")
    network.lag = timedelta(0)
    for number in range(120):
        clock.forward(seconds=1)
        network.reply(other, f"at once {number}")
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=3)
    assert "Late." in texts(connector.fetch(cursor))


def test_more_notifications_than_a_page_holds_are_all_heard(network: BlueskyNetwork, clock: Clock, post: str) -> None:
    connector = connector_of(network, clock, settings=RARELY)
    other = network.publish("Another post.")
    network.reply(other, "old")
    cursor = connector.fetch(None).cursor
    clock.forward(seconds=1)
    network.reply(post, "the first of many")
    for number in range(150):
        network.reply(other, f"flood {number}")
    assert "the first of many" in texts(fetched_later(connector, clock, cursor))


def test_a_count_that_changed_leads_to_what_nobody_was_notified_of(
    network: BlueskyNetwork, clock: Clock, post: str
) -> None:
    connector = connector_of(network, clock, settings={"look_seconds": 86_400})
    cursor = connector.fetch(None).cursor
    network.wire.next(lambda request, do: json_reply({"notifications": []}), "GET")
    network.reply(post, "From somebody whose notifications are switched off.")
    assert len(fetched_later(connector, clock, cursor).comments) == 1


def test_what_is_too_deep_to_be_notified_of_is_found_by_looking(
    network: BlueskyNetwork, clock: Clock, post: str
) -> None:
    above = post
    for level in range(6):
        above = network.reply(above, f"level {level}")
    connector = connector_of(network, clock)
    cursor = connector.fetch(None).cursor
    network.reply(above, "deep down")
    assert "deep down" in texts(fetched_later(connector, clock, cursor))


def test_a_reply_below_a_hidden_one_is_found_though_nobody_is_notified(
    network: BlueskyNetwork, connector: Bluesky, clock: Clock, post: str
) -> None:
    bad = network.reply(post, "Bad.")
    cursor = connector.fetch(None).cursor
    connector.hide(bad)
    network.reply(bad, "Worse.")
    assert "Worse." in texts(fetched_later(connector, clock, cursor))


def test_replies_in_threads_of_others_are_not_watched(network: BlueskyNetwork, connector: Bluesky) -> None:
    """Neither mentions nor quotations are: it is the Department's own page that is looked after."""
    theirs = network.publish("My own thread.", network.account("citizen.example.net", "Citizen"))
    ours = network.reply(theirs, "We are looking into it.", did=network.did)
    network.reply(ours, "Good.")
    batch = connector.fetch(None)
    assert (batch.comments, batch.posts) == ((), ())
    assert asked(network, "getPostThread") == 0


def test_the_departments_own_posts_are_captured_without_any_reply(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    (captured,) = connector.fetch(None).posts
    assert (captured.platform_id, captured.text) == (post, "Main Street is closed.")
    assert json.loads(captured.raw)["uri"] == post


def test_more_posts_than_a_page_holds_are_listed_as_far_as_is_set(network: BlueskyNetwork, clock: Clock) -> None:
    for number in range(130):
        network.publish(f"post {number}")
    enough_to_list = Purse({"requests": 4})
    batch = connector_of(network, clock, purse=enough_to_list, settings={"posts_watched": 120}).fetch(None)
    assert len(batch.posts) == 120


def test_a_backlog_comes_in_pieces(network: BlueskyNetwork, connector: Bluesky) -> None:
    for number in range(3):
        thread = network.publish(f"post {number}")
        for each in range(300):
            network.reply(thread, f"{number}.{each}")
    batches = [connector.fetch(None)]
    while batches[-1].more and len(batches) < 5:
        batches.append(connector.fetch(batches[-1].cursor))
    assert max(len(batch.comments) for batch in batches) == 600
    assert len(set().union(*map(texts, batches))) == 900
    assert not batches[-1].more, "a flood in one thread must not be read again and again"


def test_a_budget_that_ends_loses_nothing(network: BlueskyNetwork, clock: Clock) -> None:
    for number in range(5):
        network.reply(network.publish(f"post {number}"), f"reply {number}")
    connector = connector_of(network, clock, purse=Purse({"requests": 8}, pace=UNHURRIED))
    first = connector.fetch(None)
    assert 0 < len(first.comments) < 5
    second = connector_of(network, clock, settings=RARELY).fetch(first.cursor)
    assert len(texts(first) | texts(second)) == 5


@pytest.mark.parametrize("fault", [broken(502), too_many("7"), web_page(), truncated(), truncated(length_tells=False)])
def test_an_outage_is_an_error_and_afterwards_nothing_is_missing(
    network: BlueskyNetwork, connector: Bluesky, post: str, fault: Fault
) -> None:
    network.reply(post, "Hello.")
    cursor = connector.fetch(None).cursor
    network.reply(post, "Anybody?")
    network.wire.next(fault, "GET")
    with pytest.raises(ConnectorError, match="bluesky"):
        connector.fetch(cursor)
    assert texts(connector.fetch(cursor)) == {"Hello.", "Anybody?"}


def test_a_reply_that_goes_while_its_thread_is_read_does_no_harm(
    network: BlueskyNetwork, connector: Bluesky, post: str
) -> None:
    network.deepest = 1
    first = network.reply(post, "First.")
    network.reply(first, "Second.")
    connector.check()
    network.wire.next(lambda request, do: do(), "GET", times=2)
    network.wire.next(meanwhile(lambda: network.remove(first)), "GET")
    assert texts(connector.fetch(None)) == {"First."}


# --- older replies -------------------------------------------------------------------------------------------------


def backfilled(connector: Bluesky, since: datetime) -> list[str]:
    found: list[str] = []
    cursor = None
    for _ in range(20):
        batch = connector.backfill(since, cursor)
        found += [comment.text for comment in batch.comments]
        cursor = batch.cursor
        if not batch.more:
            return found
    raise AssertionError("twenty batches, and there is still more")


def test_a_backfill_goes_to_the_first_post_and_keeps_to_its_moment(
    network: BlueskyNetwork, connector: Bluesky, clock: Clock
) -> None:
    old = network.publish("An old post.")
    network.reply(old, "too old")
    clock.forward(days=10)
    network.reply(old, "below an old post")
    for number in range(45):
        network.reply(network.publish(f"post {number}"), f"reply {number}")
    found = backfilled(connector, NOW + timedelta(days=5))
    assert sorted(found) == sorted(["below an old post", *(f"reply {number}" for number in range(45))])


def test_a_backfill_goes_on_where_the_budget_ended(network: BlueskyNetwork, clock: Clock) -> None:
    for number in range(6):
        network.reply(network.publish(f"post {number}"), f"reply {number}")
    poor = connector_of(network, clock, purse=Purse({"requests": 6}))
    first = poor.backfill(NOW - timedelta(days=1), None)
    rest = connector_of(network, clock).backfill(NOW - timedelta(days=1), first.cursor)
    assert (first.more, rest.more) == (True, False)
    assert len(texts(first)) + len(texts(rest)) == 6


# --- the cursor ----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_cursor_that_cannot_be_read_starts_from_the_beginning(text: str) -> None:
    assert isinstance(Position.parse(text), Position)


@settings(deadline=None)
@given(st.sampled_from(['{"threads":', "[]", "null", '{"threads":{"a":[1]}}', '{"threads":3}', '{"wanted":5}']))
def test_half_a_cursor_is_none(text: str) -> None:
    assert Position.parse(text).threads == {}


def test_a_cursor_comes_back_as_it_was() -> None:
    thread = Thread(1_795_000_000.0, 1_795_000_060.0, 2.0, 60.0, 2)
    position = Position(
        1.0, "2026-11-22T12:00:00.000Z", ("0f1e",), ("3kb",), {"3ka": Reading(thread, 4, {"at://x": 5.0})}
    )
    assert Position.parse(str(position)) == position


def test_a_cursor_remembers_no_more_than_it_needs() -> None:
    known = {f"at://did:plc:a/app.bsky.feed.post/{number}": 0.0 for number in range(1000)}
    assert len(str(Position(threads={"3k": Reading(Thread(0.0), 1000, known)}))) < 20_000


def test_the_times_are_utc(network: BlueskyNetwork, connector: Bluesky, post: str) -> None:
    network.reply(post, "Hello.")
    assert connector.fetch(None).comments[0].created.tzinfo is UTC
