from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import (
    ConnectorError,
    ForbiddenError,
    UnauthorizedError,
    UnavailableError,
)
from connectors.wordpress import Settings, connect
from connectors.wordpress.cursor import Cursor
from models.comment import State
from tests.connectors.means import means
from tests.connectors.wordpress_site import NOW, Clock, Stopwatch, fetch_all, reader, texts
from tests.simulators.loopback import (
    Fault,
    Reply,
    broken,
    dragging,
    huge,
    json_reply,
    lost_after_doing,
    meanwhile,
    redirecting,
    too_many,
    truncated,
    web_page,
)
from tests.simulators.wordpress import WordPressSite, maintenance, running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Iterator[WordPressSite]:
    with running(WordPressSite(clock=clock)) as started:
        yield started


# --- what a comment is ---------------------------------------------------------------------------------------------


def test_the_stored_words_are_read_not_the_rendered_ones(site: WordPressSite) -> None:
    site.comment(site.publish("News"), "f&#117;ck <b>this</b> & that")
    assert texts(reader(site).fetch(None)) == ["fuck this & that"]


def test_times_are_utc_whatever_the_sites_zone(site: WordPressSite) -> None:
    site.comment(site.publish("News"), "What time is it?")
    assert reader(site).fetch(None).comments[0].created == NOW.replace(microsecond=0)


def test_nothing_about_the_visitor_is_fetched_that_the_page_does_not_show(site: WordPressSite) -> None:
    site.comment(site.publish("News"), "Hello.")
    raw = reader(site).fetch(None).comments[0].raw
    assert b"Pat Visitor" in raw
    assert b"mail.example" not in raw
    assert b"192.0.2.7" not in raw


def test_comments_under_pages_and_other_things_come_with_what_they_are_under(site: WordPressSite) -> None:
    for collection in ("posts", "pages", "events"):
        site.comment(site.publish(f"in {collection}", "Title &amp; all", collection), "Hello.")
    posts = reader(site).fetch(None).posts
    assert {post.text for post in posts} == {f"Title & all\n\nin {each}" for each in ("posts", "pages", "events")}


def test_a_comment_whose_post_cannot_be_read_is_captured_all_the_same(site: WordPressSite) -> None:
    site.comment(4711, "Under nothing.")
    batch = reader(site).fetch(None)
    assert (texts(batch), batch.posts) == (["Under nothing."], ())


@pytest.mark.parametrize(
    ("stored", "shown"), [("", "Anonymous"), ("Pat O&#039;Hara", "Pat O'Hara"), ("\u202eylliB", "\u202eylliB")]
)
def test_the_author_has_the_name_that_the_page_shows(site: WordPressSite, stored: str, shown: str) -> None:
    site.comment(site.publish("News"), "Hello.", stored)
    assert reader(site).fetch(None).comments[0].author.name == shown


@pytest.mark.parametrize(("author", "by_page"), [(2, True), (1, True), (7, False), (0, False)])
def test_who_may_write_posts_speaks_for_the_department(site: WordPressSite, author: int, by_page: bool) -> None:
    """Account 7 registered as a reader; 0 is a visitor who signs with any name."""
    site.comment(site.publish("News"), "Hello.", "Springfield Police", author=author)
    assert reader(site).fetch(None).comments[0].by_page is by_page


@pytest.mark.parametrize(
    ("status", "state"),
    [("hold", State.HELD), ("spam", State.SPAM), ("trash", State.GONE), ("a-plugins-own", State.UNKNOWN)],
)
def test_every_status_has_a_state(site: WordPressSite, status: str, state: State) -> None:
    comment = site.comment(site.publish("News"), "Hello.", status=status)
    assert reader(site).state(str(comment)).state is state


@pytest.mark.parametrize("status", ["hold", "spam", "trash"])
def test_what_visitors_submitted_is_captured_wherever_it_ended(site: WordPressSite, status: str) -> None:
    comment = site.comment(site.publish("News"), "Submitted.", status=status)
    batch = reader(site).fetch(None)
    assert texts(batch) == ["Submitted."]
    assert batch.gone == ((str(comment),) if status == "trash" else ())


def test_pingbacks_are_read_and_a_shops_own_notes_are_not(site: WordPressSite) -> None:
    post = site.publish("News")
    site.comment(post, "A ping.", type="pingback")
    site.comment(post, "Order 12 shipped.", type="order_note")
    assert texts(reader(site).fetch(None)) == ["A ping."]


def test_comments_imported_without_a_date_come_all_as_old_ones(site: WordPressSite) -> None:
    nowhen = datetime(1, 1, 1, tzinfo=UTC)
    site.flood(site.publish("News"), 250, local=nowhen.replace(tzinfo=None), utc=nowhen)
    batch = reader(site).fetch(None)
    assert len(batch.comments) == 250
    assert {comment.created.year for comment in batch.comments} == {1970}


# --- nothing is skipped --------------------------------------------------------------------------------------------


def test_a_comment_that_leaves_the_list_moves_no_other_out_of_sight(site: WordPressSite) -> None:
    post = site.publish("News")
    ids = [site.comment(post, f"number {n}", utc=NOW - timedelta(minutes=300 - n)) for n in range(250)]
    spam = [lambda each=each: site.comments[each].__setattr__("status", "spam") for each in ids[:3]]
    connector = reader(site, rescan_days=1)
    connector.check()
    for act in spam:
        site.wire.next(meanwhile(act), "GET")
    found, _ = fetch_all(connector)
    assert found.keys() == {str(each) for each in ids}


def test_more_comments_in_one_second_than_a_page_holds_all_come(site: WordPressSite) -> None:
    ids = site.flood(site.publish("News"), 350)
    found, _ = fetch_all(reader(site))
    assert len(found) == len(ids)


def test_a_flood_within_the_overlap_does_not_stop_the_walk(site: WordPressSite, clock: Clock) -> None:
    post = site.publish("News")
    for n in range(900):
        site.comment(post, f"number {n}", utc=NOW - timedelta(seconds=3000 - n))
    first, cursor = fetch_all(reader(site))
    clock.forward(minutes=1)
    late = site.comment(post, "after the flood")
    second, _ = fetch_all(reader(site), cursor)
    assert len(first) == 900
    assert str(late) in second


def test_a_comment_dated_in_the_future_does_not_hide_what_comes_till_then(site: WordPressSite, clock: Clock) -> None:
    post = site.publish("News")
    future = site.comment(post, "from the future", utc=NOW + timedelta(days=900))
    found, cursor = fetch_all(reader(site))
    clock.forward(hours=5)
    late = site.comment(post, "from today")
    assert str(future) in found
    assert str(late) in fetch_all(reader(site, rescan_minutes=1440), cursor)[0]


def test_the_hour_that_comes_twice_in_autumn_is_read_twice(site: WordPressSite, clock: Clock) -> None:
    """2026-11-01 in Denver: 01:50 daylight time is followed, 20 minutes later, by 01:10 standard time."""
    site.zone = ZoneInfo("America/Denver")
    clock.now = datetime(2026, 11, 1, 7, 50, tzinfo=UTC)
    post = site.publish("News")
    site.comment(post, "before")
    _, cursor = fetch_all(reader(site))
    clock.forward(minutes=20)
    site.comment(post, "after")
    assert "after" in fetch_all(reader(site, rescan_minutes=1440), cursor)[0].values()


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_server_clock_that_is_off_loses_nothing(site: WordPressSite, clock: Clock, minutes: int) -> None:
    site.skew = timedelta(minutes=minutes)
    post = site.publish("News")
    site.comment(post, "one")
    _, cursor = fetch_all(reader(site))
    clock.forward(seconds=30)
    site.comment(post, "two")
    assert "two" in fetch_all(reader(site), cursor)[0].values()


def test_a_server_that_tells_no_time_is_read_and_the_gap_is_named(site: WordPressSite) -> None:
    site.tells_time = False
    site.comment(site.publish("News"), "Hello.")
    batch = reader(site).fetch(None)
    assert texts(batch) == ["Hello."]
    assert "edits" in batch.gap


def test_comments_that_the_account_may_not_read_are_a_gap(site: WordPressSite) -> None:
    secret, public = site.publish("Internal"), site.publish("News")
    site.unreadable_posts.add(secret)
    site.flood(secret, 150, status="hold", utc=NOW - timedelta(hours=1))
    site.comment(public, "Hello.")
    batch = reader(site).fetch(None)
    assert texts(batch) == ["Hello."]
    assert "may not edit" in batch.gap
    assert batch.complete_since is None


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 20_000), st.sampled_from(["approved", "hold", "spam", "trash"])),
        min_size=1,
        max_size=260,
    )
)
def test_every_comment_of_any_history_comes(history: list[tuple[int, str]]) -> None:
    with running(WordPressSite(clock=Clock())) as site:
        for back, status in history:
            site.comment(1, "x", utc=NOW - timedelta(seconds=back // 10), status=status)
        found, _ = fetch_all(reader(site))
        assert found.keys() == {str(each) for each in site.comments}


# --- the recent past is read again ---------------------------------------------------------------------------------


def test_an_edit_long_after_is_noticed_at_the_next_rescan(site: WordPressSite, clock: Clock) -> None:
    post = site.publish("News")
    old = site.comment(post, "harmless", utc=NOW - timedelta(days=20))
    site.comment(post, "newest")
    _, cursor = fetch_all(reader(site))
    site.edit(old, "harmful")
    clock.forward(minutes=5)
    assert str(old) not in fetch_all(reader(site), cursor)[0]
    clock.forward(minutes=10)
    assert fetch_all(reader(site), cursor)[0][str(old)] == "harmful"


def test_a_complete_rescan_says_since_when(site: WordPressSite) -> None:
    site.comment(site.publish("News"), "Hello.")
    assert reader(site, rescan_days=7).fetch(None).complete_since == NOW.replace(microsecond=0) - timedelta(days=7)


def test_a_rescan_of_too_much_reaches_less_far_back(site: WordPressSite) -> None:
    site.comment(site.publish("News"), "Hello.")
    connector = reader(site, rescan_days=8)
    many = Reply(200, b"[]", {"X-WP-Total": "9999", "Date": "Sun, 22 Nov 2026 12:00:30 GMT"})
    # users/me and three walks come first
    for fault in [lambda request, do: do()] * 4 + [lambda request, do: many]:
        site.wire.next(fault, "GET")
    assert connector.fetch(None).complete_since == NOW.replace(microsecond=0) - timedelta(days=4)


# --- who are we to the site ----------------------------------------------------------------------------------------


def test_a_revoked_password_is_never_an_empty_page(site: WordPressSite) -> None:
    """The site itself answers status 200 and what visitors see."""
    site.comment(site.publish("News"), "Hello.", status="hold")
    connector = reader(site)
    first = connector.fetch(None)
    site.password = "revoked"
    with pytest.raises(UnauthorizedError, match=r"Page blog.*secret_file"):
        connector.fetch(first.cursor)


def test_what_visitors_see_is_refused_even_with_status_200(site: WordPressSite) -> None:
    site.comment(site.publish("News"), "Hello.")
    connector = reader(site)
    connector.check()
    as_visitor = b'[{"id":1,"content":{"rendered":"Hello."},"type":"comment"}]'
    site.wire.next(lambda request, do: do(), "GET")
    site.wire.next(lambda request, do: Reply(200, as_visitor, {"X-WP-Total": "1"}), "GET")
    with pytest.raises(UnauthorizedError, match="what visitors see"):
        connector.fetch(None)


def test_gone_is_believed_only_of_a_site_that_knows_us(site: WordPressSite) -> None:
    connector = reader(site)
    connector.check()
    site.password = "revoked"
    site.wire.next(lambda request, do: json_reply({"code": "rest_comment_invalid_id"}, status=404), "GET")
    with pytest.raises(UnauthorizedError):
        connector.state("5")


def test_an_api_that_is_switched_off_does_not_make_comments_gone(site: WordPressSite) -> None:
    connector = reader(site)
    connector.check()
    site.wire.next(lambda request, do: json_reply({"code": "rest_no_route"}, status=404), "GET")
    with pytest.raises(ConnectorError, match="REST API"):
        connector.state("5")


def test_without_pretty_permalinks_the_api_is_found_all_the_same(site: WordPressSite) -> None:
    site.pretty = False
    comment = site.comment(site.publish("News"), "Hello.")
    connector = reader(site)
    assert texts(connector.fetch(None)) == ["Hello."]
    assert connector.hide(str(comment)).detail == "200"


def test_check_names_the_right_that_is_missing(site: WordPressSite) -> None:
    site.rights = ("moderate_comments", "edit_posts")
    with pytest.raises(ForbiddenError, match=r'Page blog: .*"moderator" lacks edit_others_posts.*Editor'):
        reader(site).check()


def test_an_account_that_may_not_moderate_is_forbidden(site: WordPressSite) -> None:
    site.rights = ("edit_posts",)
    with pytest.raises(ForbiddenError, match="Editor"):
        reader(site).fetch(None)


def test_the_password_may_keep_its_spaces_and_its_line_end(site: WordPressSite) -> None:
    settings = Settings(url=site.url, user=site.user)
    connect("blog", settings, means(site.password + "\n")).check()


# --- a site in trouble ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        web_page(),
        web_page(502),
        maintenance(),
        broken(),
        too_many(),
        truncated(),
        truncated(length_tells=False),
        huge(3_000_000),
        lost_after_doing(),
        redirecting("https://www.blog.example/wp-json/"),
    ],
)
@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_site_in_trouble_is_unavailable_and_read_whole_later(site: WordPressSite, fault: Fault, after: int) -> None:
    site.comment(site.publish("News"), "Hello.")
    connector = reader(site)
    connector.check()
    for _ in range(after):
        site.wire.next(lambda request, do: do())
    site.wire.next(fault)
    with pytest.raises(UnavailableError, match="Page blog"):
        connector.fetch(None)
    assert texts(connector.fetch(None)) == ["Hello."]


def test_a_site_that_drags_on_is_unavailable(site: WordPressSite) -> None:
    stopwatch = Stopwatch()
    site.wire.next(dragging(stopwatch.wait_too_long))
    with pytest.raises(UnavailableError, match=r"Page blog: .* in time"):
        reader(site, stopwatch=stopwatch).fetch(None)


@pytest.mark.parametrize(("fault", "seconds"), [(maintenance(), 600), (too_many("7"), 7), (too_many(), None)])
def test_the_time_to_wait_is_handed_on(site: WordPressSite, fault: Fault, seconds: float | None) -> None:
    site.wire.next(fault)
    with pytest.raises(UnavailableError) as caught:
        reader(site).fetch(None)
    assert caught.value.retry_after == seconds


def test_a_burst_of_errors_passes(site: WordPressSite) -> None:
    site.comment(site.publish("News"), "Hello.")
    connector = reader(site)
    site.wire.next(broken(503), times=4)
    for _ in range(4):
        with pytest.raises(UnavailableError):
            connector.fetch(None)
    assert texts(connector.fetch(None)) == ["Hello."]


def test_a_redirect_gets_no_password_and_names_the_target(site: WordPressSite) -> None:
    site.wire.next(redirecting("https://www.blog.example/wp-json/"), times=2)
    with pytest.raises(UnavailableError, match=r"leads to https://www\.blog\.example; set url"):
        reader(site).fetch(None)


# --- settings and cursor -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["http://blog.example", "blog.example", "https://me:pw@blog.example", "https://b.example/?p=1", "ftp://b.example"],
)
def test_an_address_that_would_leak_or_mislead_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        Settings(url=url, user="moderator")


@pytest.mark.parametrize(
    "url", ["https://blog.example/news/", "http://127.0.0.1:8080", "http://[::1]", "http://localhost"]
)
def test_a_good_address_is_taken(url: str) -> None:
    assert Settings(url=url, user="moderator").url == url.rstrip("/")


@pytest.mark.parametrize("text", ["", "x", "[]", '{"marks": 1}', '{"marks": {"all": "soon"}}', '{"scanned": 5}'])
def test_a_cursor_that_cannot_be_read_starts_from_the_beginning(text: str) -> None:
    assert Cursor.parse(text) == Cursor()


def test_a_cursor_survives_being_written_down() -> None:
    cursor = Cursor().moved("all", NOW.replace(tzinfo=None)).rescanned(NOW)
    assert Cursor.parse(str(cursor)) == cursor


def test_a_rescan_is_due_when_the_clock_was_set_back() -> None:
    cursor = Cursor().rescanned(NOW)
    assert cursor.due(NOW - timedelta(hours=1), timedelta(minutes=15))
    assert not cursor.due(NOW + timedelta(minutes=14), timedelta(minutes=15))
