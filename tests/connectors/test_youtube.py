"""What YouTube does that would mislead a reader, or could not be undone, against a simulated channel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from pydantic import ValidationError

from connectors.base import (
    Batch,
    BudgetSpentError,
    ConnectorError,
    ForbiddenError,
    Result,
    UnauthorizedError,
    UnavailableError,
    UnsupportedError,
)
from connectors.youtube import Settings, capability, limits
from connectors.youtube.place import Place
from connectors.youtube.rows import Reader
from models.comment import State
from tests.connectors.means import MemorySecret, Purse
from tests.connectors.youtube_channel import PAGE, UNHURRIED, Channel, opened
from tests.simulators.google import refusing
from tests.simulators.loopback import json_reply, lost_after_doing, meanwhile, web_page
from tests.simulators.youtube import flood

HIDE_COSTS = 54
PROVED_HIDE_COSTS = 62
"""With what the daemon reads before and after."""


@pytest.fixture
def channel() -> Iterator[Channel]:
    with opened() as made:
        yield made


def busy_elsewhere(channel: Channel, video: str) -> None:
    """Long threads, newer than any other, which take up what is read in turn."""
    for number in range(4):
        flood(channel.site, video, 8, parent=channel.site.comment(video, f"busy {number}"))


def texts(batch: Batch) -> set[str]:
    return {each.text for each in batch.comments}


# --- what could not be undone -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["rejected", "likelySpam", "", "published,rejected"])
def test_no_status_that_cannot_be_undone_ever_leaves(channel: Channel, status: str) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    with pytest.raises(ConnectorError):
        channel.api.moderate(comment, cast("Any", status))
    assert channel.changes() == []


@pytest.mark.parametrize(
    ("method", "below"),
    [
        ("POST", "comments/setModerationStatus?id=Ugxx&moderationStatus=heldForReview&banAuthor=true"),
        ("POST", "comments/setModerationStatus?id=Ugxx&moderationStatus=heldForReview&moderationStatus=rejected"),
        ("POST", "comments/setModerationStatus?id=Ugxx"),
        ("POST", "comments/setModerationStatus?id=Ugxx,Ugyy&moderationStatus=heldForReview"),
        ("POST", "comments/setModerationStatus?id=Ugxx&id=Ugyy&moderationStatus=heldForReview"),
        ("POST", "comments/setModerationStatus?moderationStatus=heldForReview"),
        ("POST", "comments/setModerationStatus?id=Ugxx&moderationStatus=heldForReview&banAuthor="),
        ("POST", "comments/setModerationStatus/more?id=Ugxx&moderationStatus=heldForReview"),
        ("POST", "comments/another?id=Ugxx&moderationStatus=heldForReview"),
        ("POST", "comments/markAsSpam?id=Ugxx"),
        ("POST", "comments?part=snippet"),
        ("PUT", "comments?part=snippet"),
        ("DELETE", "comments?id=Ugxx"),
        ("DELETE", "comments/setModerationStatus?id=Ugxx&moderationStatus=heldForReview"),
        ("POST", "commentThreads?part=snippet"),
    ],
)
def test_the_wire_lets_nothing_else_out_that_changes_the_platform(channel: Channel, method: str, below: str) -> None:
    with pytest.raises(UnsupportedError):
        channel.api.wire.request(f"{channel.site.url}/youtube/v3/{below}", method)
    assert channel.site.wire.requests == []


@pytest.mark.parametrize("status", ["published", "heldForReview", "likelySpam", "rejected"])
def test_whatever_a_comment_is_a_hide_and_a_restore_send_held_and_published_only(channel: Channel, status: str) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.", status=status)
    channel.page.hide(comment)
    channel.page.unhide(comment)
    assert {each["moderationStatus"] for each in channel.changes()} <= {"heldForReview", "published"}


def test_a_rejected_comment_is_not_restored_and_the_reason_is_said(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.", status="rejected")
    outcome = channel.page.unhide(comment)
    assert outcome.result is Result.UNSUPPORTED
    assert "rejected" in outcome.detail
    assert channel.changes() == []


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_reply_below_an_old_thread_is_found_although_newer_threads_stand_above_it(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    busy_elsewhere(channel, video)
    long_ago = channel.now - timedelta(days=300)
    old = channel.site.comment(video, "old", created=long_ago)
    flood(channel.site, video, 8, parent=old)
    flood(channel.site, video, 150)
    first = channel.fetch()
    # Not among the few replies that come with their thread.
    newest = channel.site.comment(video, "the ninth", parent=old, created=long_ago)
    assert newest in {each.platform_id for each in channel.fetch(first.cursor).comments}


def test_a_reply_that_came_while_another_went_is_found_although_the_count_is_the_same(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    busy_elsewhere(channel, video)
    top = channel.site.comment(video, "top", created=channel.now - timedelta(days=1))
    replies = flood(channel.site, video, 8, parent=top)
    first = channel.fetch()
    channel.site.remove(replies[0])
    channel.site.comment(video, "instead", parent=top)
    channel.site.wire.requests.clear()
    second = channel.fetch(first.cursor)
    assert "instead" in texts(second)
    assert second.gone == (replies[0],)
    assert [each.params.get("parentId") for each in channel.site.wire.requests].count(top) == 1


def test_of_threads_where_nothing_came_only_some_are_read_again_in_their_turn(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    for number in range(5):
        flood(channel.site, video, 8, parent=channel.site.comment(video, f"top {number}"))
    first = channel.fetch()
    channel.site.wire.requests.clear()
    second = channel.fetch(first.cursor)
    asked = [{each.params["parentId"] for each in channel.site.wire.requests if "parentId" in each.params}]
    channel.site.wire.requests.clear()
    channel.fetch(second.cursor)
    asked.append({each.params["parentId"] for each in channel.site.wire.requests if "parentId" in each.params})
    assert [len(each) for each in asked] == [3, 3]
    assert len(asked[0] | asked[1]) == 5
    # What waits for its turn is not asked for by its id meanwhile.
    assert [
        each for each in channel.site.wire.requests if each.path.endswith("/comments") and "id" in each.params
    ] == []


def test_a_held_reply_below_a_thread_in_sight_is_held_and_its_thread_is_not(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    top = channel.site.comment(video, "top")
    reply = channel.site.comment(video, "reply", parent=top)
    first = channel.fetch()
    assert channel.page.hide(reply).result is Result.DONE
    assert channel.page.state(reply).state is State.HELD
    states = {each.platform_id: each.state for each in channel.fetch(first.cursor).comments}
    assert states == {top: State.VISIBLE, reply: State.HELD}


def test_a_held_comment_that_left_the_published_ones_is_held_and_not_gone(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    first = channel.fetch()
    channel.site.held_by_id = False
    channel.site.comments[comment].status = "heldForReview"
    second = channel.fetch(first.cursor)
    assert second.gone == ()
    assert [each.state for each in second.comments] == [State.HELD]


def test_a_held_comment_that_is_not_given_by_id_is_looked_for_among_the_held(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.", status="heldForReview")
    channel.site.held_by_id = False
    assert channel.page.state(comment).state is State.HELD
    assert channel.page.hide(comment).result is Result.ALREADY
    assert channel.page.unhide(comment).result is Result.DONE


def test_a_comment_that_somebody_rejected_is_hidden_and_not_gone(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    first = channel.fetch()
    channel.site.comments[comment].status = "rejected"
    second = channel.fetch(first.cursor)
    assert second.gone == ()
    assert [each.state for each in second.comments] == [State.HIDDEN]


def test_a_channel_is_read_and_moderated_although_youtube_does_not_list_what_was_rejected(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.lists_rejected = False
    first = channel.fetch()
    assert (texts(first), first.gone) == ({"Here."}, ())
    assert "rejected" in first.gap
    assert channel.page.hide(comment).result is Result.DONE
    assert channel.page.state(comment).state is State.HELD
    assert channel.page.unhide(comment).result is Result.DONE
    assert channel.fetch(first.cursor).gap == first.gap  # the same words are recorded once
    channel.site.remove(comment)
    assert channel.page.state(comment).state is State.GONE


@pytest.mark.parametrize(
    "item",
    [
        7,
        {},
        {"id": "Ugx", "snippet": None},
        {"id": "Ugx", "snippet": {}},
        {"id": "Ugx", "snippet": {"topLevelComment": {"id": 7, "snippet": {}}}},
        {"id": "Ugx", "snippet": {"topLevelComment": {"id": "Ugx"}}},
        {"id": "Ugx", "snippet": {"topLevelComment": {"id": "U", "snippet": {}}}, "replies": {"comments": [{}]}},
        {"id": "Ugx", "snippet": {"topLevelComment": {"id": "U", "snippet": {}}}, "replies": 7},
    ],
)
def test_a_listing_of_something_else_is_no_answer(channel: Channel, item: Any) -> None:
    channel.site.wire.next(lambda request, do: json_reply({"items": [item]}), "GET")
    with pytest.raises(UnavailableError, match="not what its interface says"):
        channel.fetch()


@pytest.mark.parametrize("status", ["published", "heldForReview", "likelySpam"])
def test_a_refusal_to_list_anything_else_is_an_error(channel: Channel, status: str) -> None:
    before = ["published", "heldForReview", "likelySpam"].index(status)
    channel.site.wire.next(lambda request, do: do(), "GET", before)
    channel.site.wire.next(refusing(400, "invalidValue"), "GET")
    with pytest.raises(ConnectorError, match="invalidValue"):
        channel.fetch()


@pytest.mark.parametrize("shy", [False, True], ids=["forbidden", "empty"])
def test_nothing_is_gone_on_the_word_of_another_channels_authorisation(channel: Channel, shy: bool) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    first = channel.fetch()
    channel.site.owner, channel.site.shy, channel.site.held_by_id = "UCsomebodyelseschannel01", shy, False
    channel.site.comments[comment].status = "heldForReview"
    with pytest.raises(ForbiddenError, match="choose"):
        channel.page.state(comment)
    with pytest.raises(ForbiddenError, match="choose"):
        channel.fetch(first.cursor)


def test_an_edit_far_down_a_long_thread_is_noticed_in_its_turn(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    replies = flood(channel.site, video, 120, parent=channel.site.comment(video, "top"))
    first = channel.fetch()
    channel.site.edit(replies[0], "quite another thing")
    seen: set[str] = set()
    cursor = first.cursor
    for _ in range(3):
        batch = channel.fetch(cursor)
        cursor, seen = batch.cursor, seen | texts(batch)
    assert "quite another thing" in seen


def test_known_comments_are_read_again_without_turning_the_request_into_another(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    flood(channel.site, video, 120, parent=channel.site.comment(video, "top"))
    cursor = channel.fetch().cursor
    channel.fetch(cursor)
    assert channel.changes() == []


def test_words_come_as_they_were_written_and_not_as_html(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), 'Tom & "Jerry" <3\nit\'s')
    listed = channel.fetch().comments[0]
    assert listed.text == 'Tom & "Jerry" <3\nit\'s'
    assert channel.page.state(comment).digest == listed.digest


def test_a_video_with_comments_turned_off_leaves_the_others_readable_and_is_told(channel: Channel) -> None:
    closed, open_one = channel.site.publish("closed"), channel.site.publish("open")
    flood(channel.site, closed, 8, parent=channel.site.comment(closed, "top"))
    channel.site.comment(open_one, "still read")
    channel.site.disabled.add(closed)
    batch = channel.fetch()
    assert "still read" in texts(batch)
    assert closed in batch.gap
    assert batch.gone == ()


def test_a_place_that_was_lost_ends_the_walk_and_loses_nothing(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    ids = flood(channel.site, video, 150)
    first = channel.fetch()
    channel.site.lazy_tokens = True
    channel.site.wire.next(meanwhile(lambda: channel.site.comment(video, "just now")), "GET")
    second = channel.fetch(first.cursor)
    assert second.gone == ()
    third = channel.fetch(second.cursor)
    assert "just now" in texts(third)
    assert set(ids) <= {each.platform_id for each in third.comments}


def test_threads_beyond_those_watched_are_told(channel: Channel) -> None:
    channel.threads = 100
    flood(channel.site, channel.site.publish("A post."), 120)
    assert "threads_watched" in channel.fetch().gap


def test_older_comments_are_brought_page_after_page(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    flood(channel.site, video, 250, timedelta(days=1))
    since, cursor, found = channel.now - timedelta(days=200, hours=1), None, set[str]()
    for _ in range(5):
        batch = channel.page.backfill(since, cursor)
        cursor, found = batch.cursor, found | texts(batch)
        if not batch.more:
            break
    assert len(found) == 201


def test_the_channels_own_comment_is_known_and_reads_as_everybody_sees_it(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    channel.site.comment(video, "Tom & co.", author=(channel.site.channel, "Jackson PD"))
    channel.site.comment(video, "visitor")
    assert {each.text: each.by_page for each in channel.fetch().comments} == {"Tom & co.": True, "visitor": False}
    as_its_author_is_given_it = resource(textOriginal="Tom & co.", textDisplay="Tom &amp; co.")
    assert Reader(PAGE, channel.site.channel).comment(as_its_author_is_given_it).text == "Tom &amp; co."


def test_a_video_is_asked_for_once_and_each_of_many(channel: Channel) -> None:
    videos = [channel.site.publish(f"post {number}") for number in range(31)]
    for each in videos:
        channel.site.comment(each, "Here.")
    first = channel.fetch()
    assert {each.platform_id for each in first.posts} == set(videos)
    channel.site.wire.requests.clear()
    assert channel.fetch(first.cursor).posts == ()
    assert [each for each in channel.site.wire.requests if each.path.endswith("/videos")] == []


def test_for_a_comment_that_stands_below_no_video_none_is_asked_for_and_its_link_leads_to_the_channel(
    channel: Channel,
) -> None:
    channel.site.comment("", "Below a community post.")
    [found] = channel.fetch().comments
    assert found.permalink == f"https://www.youtube.com/channel/{channel.site.channel}"
    assert [each for each in channel.site.wire.requests if each.path.endswith("/videos")] == []


@pytest.mark.parametrize(
    ("status", "state"), [("heldForReview", State.HELD), ("likelySpam", State.SPAM), ("rejected", State.HIDDEN)]
)
def test_how_a_comment_stands_is_told_by_its_listing_where_it_does_not_say_so_itself(
    channel: Channel, status: str, state: State
) -> None:
    channel.site.tells_status = False
    comment = channel.site.comment(channel.site.publish("A post."), "Here.", status=status)
    assert [each.state for each in channel.fetch().comments] == [state]
    assert channel.page.state(comment).state is state


def test_a_thread_that_is_deleted_while_it_is_read_does_not_end_the_look(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    top = channel.site.comment(video, "top")
    flood(channel.site, video, 8, parent=top)
    channel.site.comment(video, "another")
    channel.site.wire.next(meanwhile(lambda: channel.site.remove(top)), "GET")
    assert "another" in texts(channel.fetch())


@pytest.mark.parametrize("how", ["deleted", "closed"])
def test_a_thread_that_cannot_be_read_in_its_turn_does_not_end_the_look(channel: Channel, how: str) -> None:
    video = channel.site.publish("A post.")
    top = channel.site.comment(video, "top")
    flood(channel.site, video, 8, parent=top)
    first = channel.fetch()
    act = (lambda: channel.site.remove(top)) if how == "deleted" else (lambda: channel.site.disabled.add(video))
    for _ in range(3):
        channel.site.wire.next(lambda request, do: do(), "GET")
    channel.site.wire.next(meanwhile(act), "GET")
    assert "top" in texts(channel.fetch(first.cursor))


def test_a_thread_that_was_deleted_is_gone_with_its_replies_and_that_is_told_once(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    top = channel.site.comment(video, "top")
    ids = {top, *flood(channel.site, video, 8, parent=top)}
    first = channel.fetch()
    channel.site.remove(top)
    second = channel.fetch(first.cursor)
    assert set(second.gone) == ids
    assert channel.fetch(second.cursor).gone == ()


def test_comments_that_are_not_listed_take_turns_and_the_owner_is_proved_once(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    old = set(flood(channel.site, video, 200))
    cursor = channel.fetch().cursor
    channel.threads = 1
    flood(channel.site, video, 100, timedelta(0))
    asked: list[str] = []
    for _ in range(3):
        channel.site.wire.requests.clear()
        cursor = channel.fetch(cursor).cursor
        by_id = [each.params["id"] for each in channel.site.wire.requests if each.path.endswith("/comments")]
        assert len(by_id) <= 3
        asked += [each for some in by_id for each in some.split(",")]
    assert old == set(asked)
    for each in old:
        channel.site.remove(each)
    channel.site.wire.requests.clear()
    assert len(channel.fetch(cursor).gone) == 90
    assert [each.path for each in channel.site.wire.requests].count("/youtube/v3/channels") == 1


def test_a_comment_that_left_the_listing_is_asked_for_before_those_that_are_never_in_it(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    flood(channel.site, video, 200)
    cursor = channel.fetch().cursor
    channel.threads = 1
    newest = flood(channel.site, video, 100, timedelta(0))
    cursor = channel.fetch(cursor).cursor
    channel.site.remove(newest[0])
    assert channel.fetch(cursor).gone == (newest[0],)


def test_a_listing_that_always_leads_to_the_same_place_ends(channel: Channel) -> None:
    stuck = json_reply({"items": [], "nextPageToken": "same"})
    channel.site.wire.next(lambda request, do: stuck, "GET", 200)
    channel.fetch()
    assert len(channel.site.wire.requests) == 8  # each of the four kinds twice


def test_replies_that_always_lead_to_the_same_place_end(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    flood(channel.site, video, 8, parent=channel.site.comment(video, "top"))
    for _ in range(5):  # four listings, and the video
        channel.site.wire.next(lambda request, do: do(), "GET")
    channel.site.wire.next(lambda request, do: json_reply({"items": [], "nextPageToken": "same"}), "GET", 50)
    channel.fetch()
    assert sum("parentId" in each.params for each in channel.site.wire.requests) == 2


def test_a_backfill_that_always_leads_to_the_same_place_ends(channel: Channel) -> None:
    channel.site.wire.next(lambda request, do: json_reply({"items": [], "nextPageToken": "same"}), "GET", 2)
    first = channel.page.backfill(channel.now, None)
    assert [first.more, channel.page.backfill(channel.now, first.cursor).more] == [True, False]


def test_a_backfill_whose_place_was_lost_begins_anew(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    flood(channel.site, video, 150, timedelta(hours=1))
    channel.site.lazy_tokens = True
    since = channel.now - timedelta(days=30)
    first = channel.page.backfill(since, None)
    channel.site.comment(video, "just now")
    assert "just now" in texts(channel.page.backfill(since, first.cursor))


def test_a_backfill_that_is_refused_from_the_beginning_is_an_error(channel: Channel) -> None:
    channel.site.wire.next(refusing(400, "invalidValue"), "GET")
    with pytest.raises(ConnectorError, match="invalidValue"):
        channel.page.backfill(channel.now, None)


def test_a_place_among_the_rejected_that_was_lost_is_not_taken_for_a_listing_that_there_is_not(
    channel: Channel,
) -> None:
    flood(channel.site, channel.site.publish("A post."), 2, status="rejected")
    channel.site.page_size = 1
    for _ in range(4):
        channel.site.wire.next(lambda request, do: do(), "GET")
    channel.site.wire.next(refusing(400, "invalidPageToken"), "GET")
    assert channel.fetch().gap == ""


def test_more_held_comments_than_can_be_looked_through_prove_nothing(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    there, gone = channel.site.comment(video, "in sight?"), channel.site.comment(video, "gone?")
    flood(channel.site, video, 6, status="heldForReview")
    channel.site.page_size = 1
    assert channel.page.state(there).state is State.UNKNOWN
    channel.site.remove(gone)
    with pytest.raises(UnavailableError, match="too many comments are held"):
        channel.page.state(gone)


def test_a_held_comment_is_found_although_others_were_held_since(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    long_ago = channel.now - timedelta(days=9)
    comment = channel.site.comment(video, "Here.", status="heldForReview", created=long_ago)
    flood(channel.site, video, 4, status="heldForReview")
    channel.site.page_size = 1
    assert channel.page.state(comment).state is State.HELD


def test_a_comment_that_is_said_not_to_be_there_is_gone(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.remove(comment)
    channel.site.wire.next(refusing(404, "commentNotFound"), "GET")
    assert channel.page.state(comment).state is State.GONE


def test_another_comment_than_was_asked_for_proves_nothing(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    other = json_reply({"items": [{"id": "Ugother", "snippet": {}}]})
    channel.site.wire.next(lambda request, do: other, "GET")
    with pytest.raises(UnavailableError):
        channel.page.state(comment)


@pytest.mark.parametrize("odd", ["", "Ug", "Ugxyz1,Ugxyz2", "Ugxyz1.a.b", "../Ugxyz1", "Ugxyz1&part=id", "Ügxyz1"])
def test_what_is_no_id_of_a_comment_is_not_asked_for(channel: Channel, odd: str) -> None:
    assert channel.page.state(odd).state is State.GONE
    assert channel.page.hide(odd).result is Result.GONE
    assert channel.site.wire.requests == []


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"seen": 7}', '{"threads": {"a": 1}}'])
def test_a_cursor_that_cannot_be_read_begins_anew(channel: Channel, cursor: str) -> None:
    channel.site.comment(channel.site.publish("A post."), "Here.")
    assert texts(channel.fetch(cursor)) == {"Here."}


def test_a_cursor_remembers_the_comments_seen_last_and_their_threads_only() -> None:
    seen = {f"Ug{number}": float(number) for number in range(5010)}
    kept = Place.parse(str(Place(1.0, 1, seen, dict.fromkeys(seen, ("v", 1)))))
    assert kept.seen.keys() == kept.threads.keys() == {f"Ug{number}" for number in range(10, 5010)}


def resource(**snippet: object) -> str:
    """A comment as YouTube writes it."""
    return json.dumps({"id": "Ugxx", "snippet": snippet})


@pytest.mark.parametrize(
    ("snippet", "attribute", "value"),
    [
        ({"publishedAt": "2026-11-22T12:00:00"}, "created", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ({"publishedAt": "2026-11-22T14:00:00+02:00"}, "created", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ({"publishedAt": "yesterday"}, "created", datetime(1970, 1, 1, tzinfo=UTC)),
        ({"authorChannelId": "UCx"}, "author.platform_id", None),
        ({"authorDisplayName": None}, "author.name", "YouTube user"),
        ({"imageUrl": 7}, "media", ()),
        ({"imageUrl": ""}, "media", ()),
        ({"textDisplay": None}, "text", ""),
        ({}, "post_id", "v1"),
    ],
)
def test_what_a_comment_leaves_out_or_writes_oddly_is_read_all_the_same(
    snippet: dict[str, object], attribute: str, value: object
) -> None:
    found: Any = Reader(PAGE, "UCx").comment(resource(**snippet), State.VISIBLE, "v1")
    for name in attribute.split("."):
        found = getattr(found, name)
    assert found == value
    if isinstance(value, datetime):
        assert found.utcoffset() == timedelta(0)


def test_a_number_of_replies_that_is_none_is_none() -> None:
    top = json.loads(resource())
    thread = json.dumps({"id": "Ugxx", "snippet": {"topLevelComment": top, "totalReplyCount": None}})
    assert Reader(PAGE, "UCx").thread(thread, State.VISIBLE).count == 0


def test_a_handle_is_no_id_of_a_channel() -> None:
    with pytest.raises(ValidationError, match="channel_id"):
        Settings(channel_id="@JacksonPD")


def test_a_picture_is_part_of_the_comment_and_its_signature_is_not(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "See:", image="https://yt3.ggpht.com/pic=s1?a=1")
    before = channel.page.state(comment).digest
    channel.site.comments[comment].image = "https://yt3.ggpht.com/pic=s2?a=2"
    assert channel.page.state(comment).digest == before
    channel.site.comments[comment].image = "https://yt3.ggpht.com/other=s2?a=2"
    assert channel.page.state(comment).digest != before


# --- hiding -----------------------------------------------------------------------------------------------------------


def test_what_stands_below_a_hidden_comment_leaves_visitors_sight_and_the_capability_says_so(
    channel: Channel,
) -> None:
    video = channel.site.publish("A post.")
    top = channel.site.comment(video, "top")
    reply = channel.site.comment(video, "reply", parent=top)
    channel.page.hide(top)
    assert not channel.site.seen_by_visitors(reply)
    assert any("below" in each for each in capability.side_effects)
    channel.page.unhide(top)
    assert channel.site.seen_by_visitors(reply)


def test_one_comment_that_cannot_be_held_does_not_keep_another_in_sight(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    bad, good = channel.site.comment(video, "one"), channel.site.comment(video, "two")
    channel.site.refusals[bad] = (400, "operationNotSupported")
    assert channel.page.hide(bad).result is Result.UNSUPPORTED
    assert channel.page.hide(good).result is Result.DONE
    assert [each["id"] for each in channel.changes()] == [bad, good]


@pytest.mark.parametrize("status", ["heldForReview", "likelySpam", "rejected"])
def test_what_visitors_do_not_see_is_not_hidden_again(channel: Channel, status: str) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.", status=status)
    assert channel.page.hide(comment).result is Result.ALREADY
    assert channel.changes() == []


def test_forbidden_of_a_comment_that_is_there_is_a_refusal(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.refusals[comment] = (403, "forbidden")
    assert channel.page.hide(comment).result is Result.DENIED


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "forbidden"), (400, "processingFailure"), (404, "commentNotFound")]
)
def test_a_refusal_of_a_comment_that_was_deleted_meanwhile_is_gone(channel: Channel, status: int, reason: str) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.refusals[comment] = (status, reason)
    channel.site.wire.next(lambda request, do: do(), "GET", 3)
    channel.site.wire.next(meanwhile(lambda: channel.site.remove(comment)), "GET")
    assert channel.page.hide(comment).result is Result.GONE


def test_a_processing_failure_of_a_comment_that_is_there_proves_nothing(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.refusals[comment] = (400, "processingFailure")
    assert channel.page.hide(comment).result is Result.UNKNOWN


def test_a_hide_whose_answer_was_lost_is_unknown_and_sent_once(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.wire.next(lost_after_doing(), "POST")
    assert channel.page.hide(comment).result is Result.UNKNOWN
    assert len(channel.changes()) == 1
    assert channel.page.state(comment).state is State.HELD


def test_a_refusal_that_is_a_web_page_is_no_word_of_youtubes(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.wire.next(web_page(403), "POST")
    assert channel.page.hide(comment).result is Result.UNKNOWN
    channel.site.wire.next(web_page(403), "GET")
    with pytest.raises(UnavailableError):
        channel.page.state(comment)


# --- units ------------------------------------------------------------------------------------------------------------


def test_a_hide_is_counted_as_what_it_costs_and_as_an_act(channel: Channel) -> None:
    channel.page.hide(channel.site.comment(channel.site.publish("A post."), "Here."))
    assert channel.budget.acts["units"] == HIDE_COSTS
    assert sum(channel.site.spent.values()) == HIDE_COSTS


def test_a_hide_with_what_proves_it_costs_what_the_documentation_says(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.page.state(comment)
    channel.page.hide(comment)
    channel.page.state(comment)
    assert channel.budget.acts["units"] == PROVED_HIDE_COSTS
    assert sum(channel.site.spent.values()) <= PROVED_HIDE_COSTS
    assert str(PROVED_HIDE_COSTS) in limits[0].meaning


def test_what_a_fetch_costs_is_counted_to_the_unit(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    flood(channel.site, video, 120, parent=channel.site.comment(video, "top"))
    channel.fetch(channel.fetch().cursor)
    assert channel.budget.spent["units"] == sum(channel.site.spent.values())


def test_a_hundred_hides_are_kept_from_reading() -> None:
    [limit] = limits
    assert limit.reserved >= 100 * PROVED_HIDE_COSTS
    assert (limit.window.kind, limit.window.zone) == ("daily", "America/Los_Angeles")


def test_without_units_for_the_whole_hide_nothing_is_sent(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.budget = Purse({"units": HIDE_COSTS - 1})
    with pytest.raises(BudgetSpentError):
        channel.page.hide(comment)
    assert channel.site.wire.requests == []


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), datetime(2026, 7, 1, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 8, 0, tzinfo=UTC), datetime(2026, 11, 2, 8, 0, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "the day the clocks change"],
)
def test_units_that_are_used_up_are_waited_for_until_midnight_pacific(
    channel: Channel, now: datetime, midnight: datetime
) -> None:
    channel.now = now
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.units = 1
    outcome = channel.page.hide(comment)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, (midnight - now).total_seconds())
    assert channel.budget.learned == [("units", None, 0, midnight)]
    assert channel.site.seen_by_visitors(comment)
    channel.now = midnight
    channel.site.units = 10_000
    assert channel.page.hide(comment).result is Result.DONE


def test_a_rate_limit_is_waited_out_without_giving_up_the_day(channel: Channel) -> None:
    comment = channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.wire.next(refusing(403, "rateLimitExceeded"), "POST")
    assert channel.page.hide(comment).result is Result.RETRY
    assert channel.budget.learned == []


def test_a_channel_is_not_looked_at_more_often_than_the_units_last(channel: Channel) -> None:
    channel.look_seconds = 30
    channel.budget = Purse(pace=4 / 3600)
    channel.site.comment(channel.site.publish("A post."), "Here.")
    first = channel.fetch()
    channel.site.wire.requests.clear()
    assert channel.fetch(first.cursor).cursor == first.cursor
    assert channel.site.wire.requests == []
    channel.now += timedelta(hours=1)
    assert texts(channel.fetch(first.cursor)) == {"Here."}


def test_units_that_end_in_the_middle_lose_nothing(channel: Channel) -> None:
    video = channel.site.publish("A post.")
    flood(channel.site, video, 8, parent=channel.site.comment(video, "top"))
    channel.budget = Purse({"units": 3}, pace=UNHURRIED)
    first = channel.fetch()
    assert texts(first) == {"top"}
    channel.budget = Purse(pace=UNHURRIED)
    second = channel.fetch(first.cursor)
    assert "comment 0" in texts(second)
    assert [each.platform_id for each in second.posts] == [video]


# --- the authorisation ------------------------------------------------------------------------------------------------


def test_an_ended_access_token_is_renewed_and_saved(channel: Channel) -> None:
    channel.site.comment(channel.site.publish("A post."), "Here.")
    channel.site.end_access()
    channel.site.rotates = True
    assert texts(channel.fetch()) == {"Here."}
    channel.site.end_access()
    assert texts(channel.fetch()) == {"Here."}
    assert len(channel.secret.saved) == 2


class FullDisk(MemorySecret):
    """A secret that cannot be written."""

    def save(self, secret: str) -> None:
        raise UnauthorizedError(f"Page {PAGE}: the secret file cannot be written; make room.")


def test_a_new_token_is_not_used_before_it_is_saved(channel: Channel) -> None:
    channel.site.end_access()
    channel.secret = FullDisk(channel.site.secret())
    with pytest.raises(UnauthorizedError, match="make room"):
        channel.fetch()
    assert [each.path for each in channel.site.wire.requests][-1] == "/token"


def test_an_authorisation_that_ended_says_what_testing_does(channel: Channel) -> None:
    channel.site.revoke()
    with pytest.raises(UnauthorizedError, match=r"Testing ends after 7 days.*publish"):
        channel.fetch()


def test_an_application_in_testing_is_warned_of_with_the_day_it_ends(channel: Channel) -> None:
    channel.site.testing = True
    checked = channel.page.check()
    assert checked.expires_at == channel.now + timedelta(seconds=604_799)
    assert "In production" in checked.warnings[0]
    channel.site.testing = False
    assert channel.page.check().warnings == ()


def test_a_check_gives_what_the_channel_says_about_itself(channel: Channel) -> None:
    assert channel.page.check().about == "The police of the Town."


def test_a_check_proves_that_what_is_held_is_listed(channel: Channel) -> None:
    channel.page.check()
    assert "heldForReview" in [each.params.get("moderationStatus") for each in channel.site.wire.requests]


def test_what_is_no_text_is_not_what_the_channel_says_about_itself(channel: Channel) -> None:
    odd = {"id": channel.site.channel, "snippet": {"description": 7}}
    channel.site.wire.next(lambda request, do: json_reply({"items": [odd]}), "GET")
    assert channel.page.check().about is None


def test_a_check_with_another_channels_authorisation_says_which_to_choose(channel: Channel) -> None:
    channel.site.owner = "UCsomebodyelseschannel01"
    with pytest.raises(ForbiddenError, match=r"ofrecord connect channel and choose that channel"):
        channel.page.check()


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        ("accessNotConfigured", "turn on the YouTube Data API v3"),
        ("insufficientPermissions", "a permission is missing"),
        ("forbidden", "choose the account of the channel itself"),
    ],
)
def test_a_refusal_names_the_next_step(channel: Channel, reason: str, step: str) -> None:
    channel.site.wire.next(refusing(403, reason))
    with pytest.raises(ForbiddenError, match=step):
        channel.fetch()


def test_what_a_refusal_says_is_not_repeated(channel: Channel) -> None:
    channel.site.wire.next(refusing(403, "forbidden", f"bad token {channel.site.access_token}"))
    with pytest.raises(ForbiddenError) as caught:
        channel.fetch()
    assert channel.site.access_token not in f"{caught.value!r} {caught.value.__cause__!r}"
