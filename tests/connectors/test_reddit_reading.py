from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import BudgetSpentError, ForbiddenError, Result, UnavailableError
from connectors.reddit import Reddit, Settings
from connectors.reddit.cursor import Cursor, number
from models.comment import State
from tests.connectors.means import Purse
from tests.connectors.reddit_site import NOW, Clock, paths, reader, texts
from tests.simulators.loopback import Fault, broken, huge, json_reply, lost_after_doing, truncated, web_page
from tests.simulators.reddit import DELETED, RedditSite, base36, empty_success, running

HOUR = 3600.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Iterator[RedditSite]:
    with running(RedditSite(clock=clock)) as started:
        yield started


@pytest.fixture
def connector(site: RedditSite) -> Reddit:
    return reader(site)


@pytest.fixture
def post(site: RedditSite) -> str:
    return site.publish("The bridge is closed until Friday.", "Bridge closed")


def ago(hours: float) -> float:
    """A moment before now, as Reddit dates things."""
    return NOW.timestamp() - hours * HOUR


# --- what is new ------------------------------------------------------------------------------------------------------


def test_a_comment_comes_although_the_newest_known_one_was_deleted(
    site: RedditSite, connector: Reddit, post: str
) -> None:
    newest = site.comment(post, "First.")
    cursor = connector.fetch(None).cursor
    site.delete(newest)
    late = site.comment(post, "Second.")
    assert texts(connector.fetch(cursor)) == {late: "Second."}


def test_no_request_names_a_thing_to_list_before(site: RedditSite, connector: Reddit, post: str) -> None:
    site.comment(post, "Hello.")
    connector.fetch(connector.fetch(None).cursor)
    assert not [each for each in site.wire.requests if "before" in each.params]


def test_a_comment_that_comes_late_below_a_page_of_known_ones_is_found(
    site: RedditSite, connector: Reddit, post: str
) -> None:
    late = site.comment(post, "Delayed by Reddit.", late=True)
    site.flood(post, 150)
    cursor = connector.fetch(None).cursor
    site.things[late].late = False
    assert texts(connector.fetch(cursor))[late] == "Delayed by Reddit."


def test_a_flood_of_more_than_a_page_is_read_to_what_is_known(site: RedditSite, connector: Reddit, post: str) -> None:
    site.flood(post, 5, created=ago(3))
    cursor = connector.fetch(None).cursor
    ids = site.flood(post, 320)
    assert set(ids) <= texts(connector.fetch(cursor)).keys()


def test_nothing_new_costs_one_page_of_each_listing(site: RedditSite, connector: Reddit, post: str) -> None:
    site.flood(post, 250, created=ago(3))
    site.flood(post, 5)
    cursor = connector.fetch(None).cursor
    site.wire.requests.clear()
    connector.fetch(cursor)
    assert paths(site) == ["comments", "about/modqueue", "about/edited", "about/spam", "api/info"]


def test_a_place_in_the_listing_that_is_deleted_midway_does_not_end_the_walk(
    site: RedditSite, connector: Reddit, post: str
) -> None:
    ids = site.flood(post, 150)

    def lose_the_anchor(request: object, do: object) -> object:
        reply = do()  # type: ignore[operator]
        site.delete(ids[50])
        return reply

    site.wire.next(lose_the_anchor, "GET")  # type: ignore[arg-type]
    assert set(ids) - {ids[50]} <= texts(connector.fetch(None)).keys()


def test_a_listing_that_breaks_off_is_a_gap(site: RedditSite, connector: Reddit, post: str) -> None:
    site.comment(post, "Known.", created=ago(3))
    cursor = connector.fetch(None).cursor
    ids = site.flood(post, 150)

    def lose_all(request: object, do: object) -> object:
        reply = do()  # type: ignore[operator]
        for each in ids[:60]:
            site.delete(each)
        return reply

    site.wire.next(lose_all, "GET")  # type: ignore[arg-type]
    assert "broke off" in connector.fetch(cursor).gap


def test_more_than_a_listing_holds_is_a_gap(site: RedditSite, connector: Reddit, post: str) -> None:
    site.cap = 1000
    site.comment(post, "Known.", created=ago(30))
    cursor = connector.fetch(None).cursor
    site.flood(post, 1100, created=ago(2))
    batch = connector.fetch(cursor)
    assert "More than 1000 new comments" in batch.gap
    assert connector.fetch(batch.cursor).gap == ""


def test_the_first_fetch_of_a_full_listing_is_no_gap(site: RedditSite, connector: Reddit, post: str) -> None:
    site.flood(post, 1100)
    batch = connector.fetch(None)
    assert (len(batch.comments), batch.gap) == (1000, "")


def test_a_spent_budget_keeps_what_was_read_and_reads_the_rest_again(site: RedditSite, post: str) -> None:
    ids = set(site.flood(post, 250))
    batch = reader(site, budget=Purse({"requests": 2})).fetch(None)
    assert 0 < len(batch.comments) < 250
    assert ids <= texts(reader(site).fetch(batch.cursor)).keys()


def test_posts_come_with_what_is_new_although_the_budget_ended_before_them(site: RedditSite, post: str) -> None:
    site.comment(post, "Which bridge?")
    batch = reader(site, budget=Purse({"requests": 1})).fetch(None)
    assert [each.text for each in reader(site).fetch(batch.cursor).posts] == [
        "Bridge closed\n\nThe bridge is closed until Friday."
    ]


# --- what is held, edited, removed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "spam", "state"),
    [
        ("another_mod", False, State.HIDDEN),
        ("another_mod", True, State.SPAM),
        ("AutoModerator", False, State.HELD),
        (True, False, State.SPAM),
    ],
)
def test_what_is_out_of_sight_before_the_first_look_is_captured_whole(
    site: RedditSite, connector: Reddit, post: str, by: str | bool, spam: bool, state: State
) -> None:
    comment = site.comment(post, "Nobody saw this.")
    site.moderate(comment, by, spam=spam)
    captured = connector.fetch(None).comments[0]
    assert (captured.platform_id, captured.text, captured.state) == (comment, "Nobody saw this.", state)


def test_what_automoderator_removed_is_not_visible_although_removed_says_false(
    site: RedditSite, connector: Reddit, post: str
) -> None:
    comment = site.comment(post, "A word that AutoModerator knows.")
    site.moderate(comment, "AutoModerator")
    assert site.things[comment].removed is False
    assert connector.state(comment).state is State.HELD


def test_who_removed_it_tells_where_nothing_else_does(site: RedditSite, connector: Reddit, post: str) -> None:
    comment = site.comment(post, "Older answers have no field named removed.")
    site.moderate(comment, "another_mod")
    site.things[comment].removed = False
    assert connector.state(comment).state is State.HIDDEN


def test_an_edit_of_a_comment_far_down_is_found(site: RedditSite, connector: Reddit, post: str) -> None:
    old = site.comment(post, "Before.", created=ago(9))
    site.flood(post, 250, created=ago(5))
    site.flood(post, 50, created=ago(1))
    cursor = connector.fetch(None).cursor
    site.edit(old, "After.")
    assert texts(connector.fetch(cursor))[old] == "After."


@pytest.mark.parametrize("null", [True, False])
def test_a_deleted_comment_is_gone_by_its_author(site: RedditSite, connector: Reddit, post: str, null: bool) -> None:
    site.null_author = null
    comment = site.comment(post, "Sorry I said that.")
    cursor = connector.fetch(None).cursor
    site.delete(comment)
    batch = connector.fetch(cursor)
    assert (batch.gone, batch.gone_by, batch.comments) == ((comment,), {comment: "author"}, ())


@pytest.mark.parametrize("null", [True, False])
def test_a_comment_whose_author_left_reddit_stays(site: RedditSite, connector: Reddit, post: str, null: bool) -> None:
    site.null_author = null
    site.comment(post, "Still here.", DELETED)
    batch = connector.fetch(None)
    assert [(each.author.name, each.author.platform_id, each.text) for each in batch.comments] == [
        ("[deleted]", None, "Still here.")
    ]


@pytest.mark.parametrize("text", ["[deleted]", "[removed]", "[ Removed by Reddit ]"])
def test_a_visitor_who_writes_what_reddit_writes_is_not_gone(
    site: RedditSite, connector: Reddit, post: str, text: str
) -> None:
    comment = site.comment(post, text)
    assert texts(connector.fetch(None)) == {comment: text}


def test_what_reddit_itself_took_away_is_gone_by_the_platform(site: RedditSite, connector: Reddit, post: str) -> None:
    comment = site.comment(post, "Against Reddit's rules.")
    cursor = connector.fetch(None).cursor
    site.things[comment].author, site.things[comment].text = DELETED, "[ Removed by Reddit ]"
    assert connector.fetch(cursor).gone_by == {comment: "platform"}


def test_an_empty_answer_makes_nothing_gone(site: RedditSite, connector: Reddit, post: str) -> None:
    site.flood(post, 3)
    cursor = connector.fetch(None).cursor
    site.wire.next(
        lambda request, do: json_reply({"kind": "Listing", "data": {"children": [], "after": None}}), times=5
    )
    batch = connector.fetch(cursor)
    assert (batch.gone, batch.complete_since) == ((), None)
    assert batch.cursor == cursor


def test_every_known_comment_is_read_again_in_turn(site: RedditSite, connector: Reddit, post: str) -> None:
    old = site.flood(post, 250, created=ago(9))
    site.flood(post, 120, created=ago(1))
    cursor = connector.fetch(None).cursor
    site.delete(old[0])
    gone: set[str] = set()
    for _ in range(4):
        batch = connector.fetch(cursor)
        cursor = batch.cursor
        gone |= set(batch.gone)
    assert gone == {old[0]}


def test_a_comment_elsewhere_on_reddit_is_not_on_this_page(site: RedditSite, connector: Reddit, post: str) -> None:
    comment = site.comment(post, "In another subreddit.", elsewhere=True)
    assert connector.state(comment).state is State.GONE
    assert connector.hide(comment).result is Result.GONE


# --- lost rights ------------------------------------------------------------------------------------------------------


def test_lost_rights_stop_the_page(site: RedditSite, connector: Reddit, post: str) -> None:
    site.comment(post, "Hello.")
    cursor = connector.fetch(None).cursor
    site.moderator = False
    with pytest.raises(ForbiddenError, match="Manage Posts"):
        connector.fetch(cursor)


def test_the_view_of_a_visitor_is_not_taken_for_the_truth(site: RedditSite, connector: Reddit, post: str) -> None:
    comment = site.comment(post, "Hidden, and a visitor would not be told so.")
    connector.hide(comment)
    site.moderator = False
    with pytest.raises(ForbiddenError, match="only what visitors see"):
        connector.state(comment)


def test_a_comment_that_is_not_listed_is_gone_only_for_a_moderator(
    site: RedditSite, connector: Reddit, post: str
) -> None:
    comment = site.comment(post, "Here.")
    site.info_hides, site.moderator = True, False
    with pytest.raises(ForbiddenError, match="no moderator"):
        connector.state(comment)


# --- whose it is ------------------------------------------------------------------------------------------------------


def test_the_departments_own_comments_are_its_own(site: RedditSite, post: str) -> None:
    site.comment(post, "From the page.", site.account.upper())
    site.comment(post, "As a moderator.", "Officer_K", distinguished="moderator")
    site.comment(post, "From a visitor.")
    batch = reader(site).fetch(None)
    assert {each.text: each.by_page for each in batch.comments} == {
        "From the page.": True,
        "As a moderator.": True,
        "From a visitor.": False,
    }


def test_pictures_are_attached_by_their_ids(site: RedditSite, connector: Reddit, post: str) -> None:
    shown = {"status": "valid", "e": "Image", "m": "image/png", "s": {"u": "https://i.example.org/a.png"}}
    site.comment(post, "![img](abc123)", media={"abc123": shown})
    media = connector.fetch(None).comments[0].media
    assert [(each.id, each.kind, each.url) for each in media] == [("abc123", "image", "https://i.example.org/a.png")]


def test_the_link_leads_to_reddit(site: RedditSite, connector: Reddit, post: str) -> None:
    comment = site.comment(post, "Hello.")
    link = f"{site.url}/r/JacksonPD/comments/{post[3:]}/_/{comment[3:]}/"
    assert connector.fetch(None).comments[0].permalink == link


# --- bad answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        web_page(),
        web_page(403),
        truncated(length_tells=False),
        truncated(),
        lost_after_doing(),
        empty_success(),
        huge(5_000_000),
        lambda request, do: json_reply({"json": {"errors": []}}),
        lambda request, do: json_reply({"kind": "Listing", "data": {"children": [{"kind": "t1", "data": {}}]}}),
        lambda request, do: json_reply([1]),
    ],
)
def test_an_answer_that_is_no_list_is_tried_again_and_nothing_is_lost(
    site: RedditSite, connector: Reddit, post: str, fault: Fault
) -> None:
    site.comment(post, "Hello.")
    connector.fetch(None)
    site.wire.next(fault, "GET")
    with pytest.raises(UnavailableError, match="forum"):
        connector.fetch(None)
    assert list(texts(connector.fetch(None)).values()) == ["Hello."]


def test_a_burst_of_failures_is_sent_once_each_and_not_slept_through(
    site: RedditSite, connector: Reddit, post: str
) -> None:
    site.comment(post, "Hello.")
    connector.fetch(None)
    site.wire.requests.clear()
    site.wire.next(broken(503), "GET", times=3)
    for _ in range(3):
        with pytest.raises(UnavailableError, match="503"):
            connector.fetch(None)
    assert paths(site) == ["comments"] * 3


def test_a_spent_budget_reads_nothing(site: RedditSite) -> None:
    with pytest.raises(BudgetSpentError):
        reader(site, budget=Purse({"requests": 0})).fetch(None)
    assert site.wire.requests == []


# --- settings and cursor ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["r/JacksonPD", "u/JacksonPD", "a b", "", "all+news"])
def test_the_name_of_a_subreddit_is_the_name_alone(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings(subreddit=name, account="JacksonPD")


def test_a_profile_is_a_subreddit() -> None:
    assert Settings(subreddit="u_JacksonPD", account="JacksonPD").subreddit == "u_JacksonPD"


def test_the_credential_crosses_no_network_in_the_clear() -> None:
    with pytest.raises(ValidationError, match="https"):
        Settings(subreddit="JacksonPD", account="JacksonPD", api="http://oauth.reddit.com")


@given(st.text())
def test_a_damaged_cursor_begins_again(text: str) -> None:
    cursor = Cursor.parse(text)
    assert Cursor.parse(str(cursor)) == cursor


@given(st.sets(st.integers(1, 10**9), max_size=400), st.integers(1, 5))
def test_turns_reach_every_known_comment(numbers: set[int], rounds: int) -> None:
    cursor = Cursor().knows(f"t1_{base36(each)}" for each in numbers)
    reached: set[str] = set()
    for _ in range(-(-len(numbers) // 100) + rounds):
        chosen, cursor = cursor.turned(())
        assert len(chosen) == len(set(chosen)) <= 100
        reached |= set(chosen)
    assert reached == set(cursor.known)


def test_too_many_are_forgotten_from_the_oldest_on_and_count_as_known() -> None:
    cursor = Cursor().knows(f"t1_{base36(each)}" for each in range(100, 2200))
    assert len(cursor.known) == 2000
    assert cursor.has(f"t1_{base36(100)}")
    assert not cursor.has(f"t1_{base36(3000)}")
    assert number(cursor.known[0]) == 2199


def test_the_simulated_clock_is_not_needed_to_read(
    site: RedditSite, connector: Reddit, post: str, clock: Clock
) -> None:
    site.comment(post, "Posted when Reddit's clock was ahead.")
    clock.now -= timedelta(minutes=5)
    assert len(connector.fetch(None).comments) == 1
