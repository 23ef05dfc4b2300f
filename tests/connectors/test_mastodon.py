"""Mastodon's own traps in reading: what is public, what is gone, what leads to a thread."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.base import UnavailableError
from connectors.mastodon import Mastodon, reader
from models.comment import Media, State
from tests.connectors.mastodon_account import NOW, SELDOM, UNHURRIED, Clock, asked, connector_of, texts
from tests.connectors.means import Purse
from tests.simulators.loopback import Fault, Reply, Request, broken, json_reply, meanwhile, web_page
from tests.simulators.mastodon import MastodonServer, running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MastodonServer]:
    with running(MastodonServer(clock)) as server:
        yield server


@pytest.fixture
def connector(server: MastodonServer, clock: Clock) -> Mastodon:
    return connector_of(server, clock)


@pytest.fixture
def post(server: MastodonServer) -> str:
    return server.publish("Main Street is closed.")


# --- what an answer is ----------------------------------------------------------------------------------------------


def test_an_answer_comes_with_its_author_time_and_link(server: MastodonServer, connector: Mastodon, post: str) -> None:
    answer = server.reply(post, "Which part?", "Rosa Blanchard")
    (comment,) = connector.fetch(None).comments
    assert (comment.platform_id, comment.post_id, comment.parent_id) == (answer, post, None)
    assert (comment.author.name, comment.author.platform_id) == ("Rosa Blanchard", server.by(answer).id)
    assert comment.permalink == f"{server.url}/@rosa_blanchard@elsewhere.example/{answer}"
    assert comment.created == NOW


@pytest.mark.parametrize("visibility", ["direct", "private", "limited", "mutuals_only", None])
def test_what_is_not_for_everybody_is_never_captured(
    server: MastodonServer, connector: Mastodon, clock: Clock, post: str, visibility: str | None
) -> None:
    """A letter to the Department stands in the account's own view of the thread, and in its notifications."""
    server.reply(post, "My number is 307-555-0101.", visibility=visibility)
    server.reply(post, "For everybody.", visibility="unlisted")
    first = connector.fetch(None)
    clock.forward(minutes=1)
    assert texts(first) == texts(connector.fetch(first.cursor)) == {"For everybody."}


def test_a_letter_that_the_account_is_notified_of_is_not_even_asked_for(
    server: MastodonServer, clock: Clock, post: str
) -> None:
    connector = connector_of(server, clock, look_seconds=SELDOM, list_minutes=1440)
    cursor = connector.fetch(None).cursor
    server.reply(post, "In confidence.", visibility="direct")
    before = asked(server, "/context")
    connector.fetch(cursor)
    assert asked(server, "/context") == before


def test_reading_a_letter_by_itself_tells_nothing_of_it(server: MastodonServer, connector: Mastodon, post: str) -> None:
    letter = server.reply(post, "In confidence.", visibility="direct")
    observed = connector.state(letter)
    assert (observed.state, observed.digest) == (State.UNKNOWN, None)


def test_posts_for_followers_alone_are_not_read_and_nothing_below_them(
    server: MastodonServer, connector: Mastodon
) -> None:
    hidden = server.publish("To our followers.", visibility="private")
    server.reply(hidden, "A secret.", visibility="private")
    batch = connector.fetch(None)
    assert (batch.posts, batch.comments) == ((), ())


def test_a_boost_is_neither_a_post_nor_a_comment(server: MastodonServer, connector: Mastodon, post: str) -> None:
    other = server.reply(post, "Well said.")
    server.publish("", boosts=other)
    server.reply(post, "", "Fan", boosts=post)
    batch = connector.fetch(None)
    assert {each.platform_id for each in batch.posts} == {post}
    assert texts(batch) == {"Well said."}


def test_a_content_warning_a_poll_and_what_describes_a_picture_are_read(
    server: MastodonServer, connector: Mastodon, post: str
) -> None:
    picture = {"id": "7", "type": "image", "url": "https://files.example/7.png", "description": "a rude sign"}
    poll = {"id": "3", "options": [{"title": "Fire him", "votes_count": 2}, {"title": "Keep him"}]}
    server.reply(post, "Look.", spoiler_text="police, swearing", poll=poll, media_attachments=[picture])
    (comment,) = connector.fetch(None).comments
    assert comment.text == "police, swearing\n\nLook.\n\nFire him\n\nKeep him\n\na rude sign"
    assert comment.media == (Media("7", "image", "https://files.example/7.png"),)


def test_a_picture_without_words_is_a_comment(server: MastodonServer, connector: Mastodon, post: str) -> None:
    server.reply(post, "", media_attachments=[{"id": "7", "type": "gifv", "url": None, "description": None}])
    (comment,) = connector.fetch(None).comments
    assert (comment.text, comment.media) == ("", (Media("7", "video"),))


def test_a_card_that_the_server_adds_later_is_no_edit(server: MastodonServer, connector: Mastodon, post: str) -> None:
    answer = server.reply(post, "See https://shop.example.")
    before = connector.fetch(None).comments[0].digest
    server.statuses[answer].more["card"] = {"url": "https://shop.example", "title": "Cheap watches"}
    assert connector.fetch(None).comments[0].digest == before


def test_the_departments_own_answers_are_its_own_and_a_namesakes_are_not(
    server: MastodonServer, clock: Clock, post: str
) -> None:
    server.reply(post, "We will know more at noon.", acct=server.username)
    server.reply(post, "The Chief here.", acct="chief@town.example")
    server.reply(post, "Send money.", "Jackson Police", acct="JacksonPD@elsewhere.example")
    comments = connector_of(server, clock, own_accounts=["@Chief@town.example"]).fetch(None).comments
    speaks = {comment.text: comment.by_page for comment in comments}
    assert speaks == {"We will know more at noon.": True, "The Chief here.": True, "Send money.": False}


def test_an_answer_of_the_department_to_itself_is_no_post_of_its_own(
    server: MastodonServer, connector: Mastodon, post: str
) -> None:
    server.reply(post, "Until Friday.", acct=server.username)
    batch = connector.fetch(None)
    assert {each.platform_id for each in batch.posts} == {post}
    assert [(each.post_id, each.by_page) for each in batch.comments] == [(post, True)]


def test_one_odd_answer_does_not_hide_the_others(server: MastodonServer, connector: Mastodon, post: str) -> None:
    server.reply(post, "odd", account=None, content=None, created_at="yesterday", media_attachments=[None], poll=[])
    server.reply(post, "odder", id=None)
    server.reply(post, "Which part?")
    comments = connector.fetch(None).comments
    assert [(each.text, each.author.name) for each in comments] == [("", "unknown"), ("Which part?", "Pat Visitor")]


def test_an_id_that_is_written_as_a_number_is_the_same_id(
    server: MastodonServer, connector: Mastodon, post: str
) -> None:
    answer = server.reply(post, "Which part?", id=2**63 + 1)
    (comment,) = connector.fetch(None).comments
    assert comment.platform_id == str(2**63 + 1) != answer


def test_a_name_that_would_lead_elsewhere_gives_no_link(server: MastodonServer, connector: Mastodon, post: str) -> None:
    account = {"id": "9", "acct": "x/../../evil", "display_name": "X"}
    server.reply(post, "Hello.", account=account)
    assert connector.fetch(None).comments[0].permalink == ""


def test_it_says_that_what_never_reached_the_server_is_missing(connector: Mastodon) -> None:
    assert "never reached the Department's server" in connector.fetch(None).gap


# --- what is gone ---------------------------------------------------------------------------------------------------


def test_below_a_removed_answer_the_others_are_still_there(
    server: MastodonServer, connector: Mastodon, clock: Clock, post: str
) -> None:
    first = server.reply(post, "You liars.")
    second = server.reply(first, "Calm down.", "Rosa Blanchard")
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    server.remove(first)
    batch = connector.fetch(cursor)
    assert batch.gone == (first,)
    assert [each.platform_id for each in batch.comments] == [second]


def test_an_author_who_blocks_the_department_has_taken_nothing_away(
    server: MastodonServer, connector: Mastodon, clock: Clock, post: str
) -> None:
    """For the account it is 404; everybody else still reads it."""
    answer = server.reply(post, "You liars.")
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    server.by(answer).blocking = True
    batch = connector.fetch(cursor)
    assert batch.gone == ()
    assert texts(batch) == {"You liars."}
    assert connector.state(answer).state is State.VISIBLE


@pytest.mark.parametrize("between", ["muted", "blocked", "limited"])
def test_an_answer_that_is_kept_out_of_the_thread_is_not_gone(
    server: MastodonServer, connector: Mastodon, clock: Clock, post: str, between: str
) -> None:
    answer = server.reply(post, "You liars.")
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    setattr(server.by(answer), between, True)
    batch = connector.fetch(cursor)
    assert (batch.gone, texts(batch)) == ((), {"You liars."})


def test_an_author_whom_the_server_suspends_is_gone_with_all_answers(
    server: MastodonServer, connector: Mastodon, clock: Clock, post: str
) -> None:
    answer = server.reply(post, "You liars.")
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    server.by(answer).suspended = True
    assert connector.fetch(cursor).gone == (answer,)


def test_where_strangers_are_told_nothing_an_absence_is_not_taken_for_a_removal(
    server: MastodonServer, connector: Mastodon, clock: Clock, post: str
) -> None:
    answer = server.reply(post, "You liars.")
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    server.by(answer).blocking, server.closed = True, True
    assert connector.fetch(cursor).gone == ()
    assert connector.state(answer).state is State.UNKNOWN


@pytest.mark.parametrize(
    "fault", [web_page(404), lambda request, do: json_reply({"ok": True}, status=404), broken(410)]
)
def test_a_404_that_is_not_mastodon_s_is_no_removal(
    server: MastodonServer, connector: Mastodon, post: str, fault: Fault
) -> None:
    answer = server.reply(post, "You liars.")
    server.wire.next(fault)
    with pytest.raises(UnavailableError, match="no Mastodon answers"):
        connector.state(answer)


def test_from_a_thread_that_is_shown_in_part_nothing_follows(
    server: MastodonServer, connector: Mastodon, clock: Clock, post: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [server.reply(post, f"answer {number}") for number in range(3)]
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    server.remove(answers[0])
    monkeypatch.setattr(reader, "MOST_SHOWN", 2)
    assert connector.fetch(cursor).gone == ()


def test_an_answer_that_its_thread_does_not_show_is_asked_for_once_an_hour(
    server: MastodonServer, connector: Mastodon, clock: Clock, post: str
) -> None:
    answer = server.reply(post, "You liars.")
    cursor = connector.fetch(None).cursor
    server.by(answer).muted = True
    counts = []
    for minutes in (1, 1, 61):
        clock.forward(minutes=minutes)
        cursor = connector.fetch(cursor).cursor
        counts.append(sum(each.path.endswith(f"/statuses/{answer}") for each in server.wire.requests))
    assert counts == [1, 1, 2]


def test_a_post_that_is_deleted_takes_no_answer_with_it(
    server: MastodonServer, connector: Mastodon, clock: Clock, post: str
) -> None:
    """They stand on their authors' pages as before."""
    server.reply(post, "You liars.")
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    server.remove(post)
    batch = connector.fetch(cursor)
    assert (batch.gone, batch.comments) == ((), ())
    assert json.loads(batch.cursor)["threads"] == {}


# --- what leads to a thread -----------------------------------------------------------------------------------------


def test_a_mention_leads_to_its_thread_at_once(server: MastodonServer, clock: Clock, post: str) -> None:
    connector = connector_of(server, clock, look_seconds=SELDOM, list_minutes=1440)
    cursor = connector.fetch(None).cursor
    server.reply(post, "Which part?")
    assert texts(connector.fetch(cursor)) == {"Which part?"}


def test_a_mention_further_below_leads_to_its_thread_without_another_question(
    server: MastodonServer, clock: Clock, post: str
) -> None:
    connector = connector_of(server, clock, look_seconds=SELDOM, list_minutes=1440)
    first = server.reply(post, "Which part?")
    cursor = connector.fetch(None).cursor
    server.reply(first, "The bridge.", "Rosa Blanchard")
    before = asked(server, "/context")
    assert texts(connector.fetch(cursor)) == {"Which part?", "The bridge."}
    assert asked(server, "/context") == before + 1


def test_a_mention_that_is_deleted_before_it_is_followed_leads_nowhere(server: MastodonServer, clock: Clock) -> None:
    old = server.publish("Old news.")
    clock.forward(hours=1)
    server.publish("News.")
    connector = connector_of(server, clock, look_seconds=SELDOM, posts_watched=1)
    cursor = connector.fetch(None).cursor
    answer = server.reply(old, "Never mind.")
    server.wire.next(meanwhile(lambda: server.remove(answer)))
    assert connector.fetch(cursor).comments == ()


def test_a_mention_is_followed_once(server: MastodonServer, clock: Clock, post: str) -> None:
    connector = connector_of(server, clock, look_seconds=SELDOM, list_minutes=1440)
    cursor = connector.fetch(None).cursor
    server.reply(post, "Which part?")
    cursor = connector.fetch(cursor).cursor
    assert connector.fetch(cursor).comments == ()


def test_a_notification_that_comes_after_its_answer_was_read_leads_nowhere(
    server: MastodonServer, clock: Clock, post: str
) -> None:
    """The notifications of strangers can be held back until somebody accepts them."""
    connector = connector_of(server, clock, look_seconds=SELDOM)
    cursor = connector.fetch(None).cursor
    answer = server.reply(post, "Which part?", to=False)
    cursor = connector.fetch(cursor).cursor
    server.told["99"] = answer
    before = asked(server, "/context")
    connector.fetch(cursor)
    assert asked(server, "/context") == before


def test_another_number_of_answers_leads_to_a_thread(server: MastodonServer, clock: Clock, post: str) -> None:
    """Whoever takes the Department's name out of an answer gives no notice of it."""
    connector = connector_of(server, clock, look_seconds=SELDOM)
    cursor = connector.fetch(None).cursor
    server.reply(post, "Behind your back.", to=False)
    assert texts(connector.fetch(cursor)) == {"Behind your back."}


def test_an_answer_below_a_post_that_is_not_watched_any_more_comes_with_that_post(
    server: MastodonServer, clock: Clock
) -> None:
    old = server.publish("Old news.")
    clock.forward(hours=1)
    server.publish("News.")
    connector = connector_of(server, clock, look_seconds=SELDOM, posts_watched=1)
    cursor = connector.fetch(None).cursor
    server.reply(old, "I remember.")
    batch = connector.fetch(cursor)
    assert [(each.text, each.post_id) for each in batch.comments] == [("I remember.", old)]
    assert old in {each.platform_id for each in batch.posts}


def test_a_mention_in_somebody_elses_thread_is_left_alone(server: MastodonServer, connector: Mastodon) -> None:
    cursor = connector.fetch(None).cursor
    pat = server.account("pat@elsewhere.example", "Pat")
    theirs = server._write(pat.id, "What do you make of @JacksonPD?", None)
    server.reply(theirs, "Not much, @JacksonPD.", "Rosa Blanchard")
    assert connector.fetch(cursor).comments == ()


def test_many_mentions_at_once_are_all_followed(server: MastodonServer, clock: Clock) -> None:
    posts = [server.publish(f"post {number}") for number in range(3)]
    connector = connector_of(server, clock, look_seconds=SELDOM, list_minutes=1440)
    server.page_size = 2
    server.reply(posts[0], "the mark")
    cursor = connector.fetch(None).cursor
    for each in posts:
        server.reply(each, f"below {each}")
    assert texts(connector.fetch(cursor)) == {"the mark", *(f"below {each}" for each in posts)}


def test_all_posts_are_listed_page_after_page(server: MastodonServer, connector: Mastodon) -> None:
    posts = {server.publish(f"post {number}") for number in range(95)}
    assert {each.platform_id for each in connector.fetch(None).posts} == posts


def test_a_server_that_gives_the_same_page_again_is_not_asked_for_ever(
    server: MastodonServer, connector: Mastodon, post: str
) -> None:
    def unpaged(request: Request, do: object) -> Reply:
        return server._do(Request("GET", request.path, {**request.params, "max_id": str(2**70)}, request.headers))

    connector.fetch(None)
    server.wire.next(unpaged, times=50)
    connector.fetch(None)
    assert asked(server, "/statuses") < 20


# --- budget, limits and backfill ------------------------------------------------------------------------------------


def test_a_budget_that_ends_on_the_way_loses_nothing(server: MastodonServer, clock: Clock) -> None:
    posts = [server.publish(f"post {number}") for number in range(4)]
    for each in posts:
        server.reply(each, f"below {each}")
    purse = Purse({"requests": 6}, pace=UNHURRIED)
    connector = connector_of(server, clock, purse=purse, look_seconds=SELDOM, list_minutes=1440)
    first = connector.fetch(None)
    assert 0 < len(first.comments) < 4
    purse.most = {}
    second = connector.fetch(first.cursor)
    assert texts(first) | texts(second) == {f"below {each}" for each in posts}


def test_a_mention_is_not_lost_where_the_budget_ends(server: MastodonServer, clock: Clock, post: str) -> None:
    purse = Purse(pace=UNHURRIED)
    connector = connector_of(server, clock, purse=purse, look_seconds=SELDOM, list_minutes=1440)
    cursor = connector.fetch(None).cursor
    server.reply(post, "Which part?")
    purse.most = {"requests": purse.spent["requests"] + 1}
    broken_off = connector.fetch(cursor)
    purse.most = {}
    assert texts(connector.fetch(broken_off.cursor)) == {"Which part?"}


def test_a_mention_whose_thread_has_yet_to_be_found_is_not_lost_where_the_budget_ends(
    server: MastodonServer, clock: Clock
) -> None:
    old = server.publish("Old news.")
    clock.forward(hours=1)
    server.publish("News.")
    purse = Purse(pace=UNHURRIED)
    connector = connector_of(server, clock, purse=purse, look_seconds=SELDOM, list_minutes=1440, posts_watched=1)
    cursor = connector.fetch(None).cursor
    server.reply(old, "I remember.")
    purse.most = {"requests": purse.spent["requests"] + 1}
    broken_off = connector.fetch(cursor)
    purse.most = {}
    assert texts(connector.fetch(broken_off.cursor)) == {"I remember."}


def test_comments_from_before_are_brought_resumably(server: MastodonServer, clock: Clock) -> None:
    old = server.publish("Old news.")
    server.reply(old, "too old")
    clock.forward(days=2)
    since = clock.now
    answers = set()
    for number in range(45):
        clock.forward(minutes=1)
        server.reply(server.publish(f"post {number}"), f"answer {number}")
        answers.add(f"answer {number}")
    server.reply(old, "late", "Rosa Blanchard")
    purse = Purse({"requests": 30}, pace=UNHURRIED)
    connector = connector_of(server, clock, purse=purse)
    found: set[str] = set()
    cursor, more, batches = None, True, 0
    while more:
        batch = connector.backfill(since - timedelta(seconds=1), cursor)
        found, cursor, more, batches = found | texts(batch), batch.cursor, batch.more, batches + 1
        if purse.left("requests") < 2:
            purse.most = {}
    assert found == answers | {"late"}
    assert batches >= 4
