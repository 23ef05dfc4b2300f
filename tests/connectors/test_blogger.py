"""What Blogger does that would mislead a reader, or could not be undone, against a simulated blog."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors._http import Http
from connectors.base import (
    Batch,
    BudgetSpentError,
    ConnectorError,
    ForbiddenError,
    Observed,
    Result,
    UnavailableError,
    UnsupportedError,
)
from connectors.blogger import Blogger, Settings, capability, connect, limits
from connectors.blogger.api import Api
from connectors.blogger.place import Place
from connectors.blogger.rows import Known, Row, comment_of
from models.comment import State
from tests.connectors.means import MemorySecret, Purse, means
from tests.simulators.blogger import ADMINISTRATOR, BloggerSite, flood
from tests.simulators.google import refusing, running
from tests.simulators.loopback import json_reply, lost_after_doing, meanwhile, truncated, web_page

PAGE = "town"
UNHURRIED = 1e6
READONLY = "https://www.googleapis.com/auth/blogger.readonly"


@dataclass
class Blog:
    """A simulated blog, what its connector was given, and the time there and here."""

    site: BloggerSite
    now: datetime = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    secret: MemorySecret = field(default_factory=MemorySecret)
    budget: Purse = field(default_factory=lambda: Purse(pace=UNHURRIED))
    days: int = 30
    look_seconds: int = 0
    own: tuple[str, ...] = ()
    _opened: dict[tuple[object, ...], Blogger] = field(default_factory=dict)

    @property
    def page(self) -> Blogger:
        """The connector, opened anew when anything about it has changed: that takes a while."""
        key = (self.budget, self.days, self.look_seconds, self.own)
        if key not in self._opened:
            self._opened[key] = self._open()
        return self._opened[key]

    def _open(self) -> Blogger:
        settings = Settings(
            blog_id=self.site.blog,
            api=self.site.url,
            tokens=f"{self.site.url}/token",
            days_watched=self.days,
            look_seconds=self.look_seconds,
            own_profiles=self.own,
        )
        return connect(PAGE, settings, means(self.secret, self.budget), clock=lambda: self.now)

    @property
    def api(self) -> Api:
        """What the connector asks through."""
        addresses = (self.site.url, f"{self.site.url}/token")
        return Api(addresses, self.site.blog, means(self.secret, self.budget), Http(PAGE), lambda: self.now)

    def changes(self) -> list[str]:
        """What was sent to change the blog: the last part of each address."""
        every = self.site.wire.requests
        return [each.path.rpartition("/")[2] for each in every if each.method != "GET" and each.path != "/token"]

    def asked(self, ending: str) -> int:
        """How many requests went to an address with this ending."""
        return sum(each.path.endswith(ending) for each in self.site.wire.requests)

    def fetch(self, cursor: str | None = None) -> Batch:
        """A fetch a minute later."""
        self.now += timedelta(minutes=1)
        return self.page.fetch(cursor)


@pytest.fixture
def blog() -> Iterator[Blog]:
    with running(BloggerSite()) as site:
        made = Blog(site, secret=MemorySecret(site.secret()))
        site.clock = lambda: made.now
        yield made


def texts(batch: Batch) -> set[str]:
    return {each.text for each in batch.comments}


def states(batch: Batch) -> dict[str, State]:
    return {each.platform_id: each.state for each in batch.comments}


# --- what could not be undone -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["removeContent", "delete"])
def test_what_takes_a_comment_away_for_good_never_leaves(blog: Blog, name: str) -> None:
    which = {"blogId": blog.site.blog, "postId": "1234", "commentId": "5678"}
    with pytest.raises(UnsupportedError):
        blog.api.call(lambda blogger: getattr(blogger.comments(), name)(**which))
    assert blog.site.wire.requests == []


@pytest.mark.parametrize(
    ("method", "below"),
    [
        ("POST", "posts/1/comments/2/removecontent"),
        ("POST", "posts/1/comments/2/spam/../removecontent"),
        ("POST", "posts/1/comments/2%2Fremovecontent%3F/spam"),
        ("DELETE", "posts/1/comments/2"),
        ("DELETE", "posts/1/comments/2/spam"),
        ("DELETE", "posts/1"),
        ("POST", "posts"),
        ("PUT", "posts/1"),
        ("PATCH", "posts/1"),
        ("POST", "posts/1/revert"),
        ("POST", "posts/1/comments/2/spam?something=else"),
    ],
)
def test_the_wire_lets_nothing_else_out_that_changes_the_blog(blog: Blog, method: str, below: str) -> None:
    with pytest.raises(UnsupportedError):
        blog.api.wire.request(f"{blog.site.url}/v3/blogs/{blog.site.blog}/{below}", method)
    assert blog.site.wire.requests == []


@pytest.mark.parametrize("status", ["LIVE", "PENDING", "SPAM", "EMPTIED"])
def test_whatever_a_comment_is_a_hide_and_a_restore_send_spam_and_approve_only(blog: Blog, status: str) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.", status=status)
    blog.page.hide(comment)
    blog.page.unhide(comment)
    assert set(blog.changes()) <= {"spam", "approve"}


# --- reading ----------------------------------------------------------------------------------------------------------


def test_what_blogger_took_for_spam_is_captured_as_hidden(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Cheap watches.", status="SPAM")
    assert states(blog.fetch()) == {comment: State.HIDDEN}


def test_the_departments_own_comments_are_known_by_the_profiles_that_speak_for_it(blog: Blog) -> None:
    post = blog.site.publish("A post.", author="700000000001")
    blog.own = ("700000000002",)
    blog.site.comment(post, "administrator", author=(ADMINISTRATOR, "Jackson PD"))
    blog.site.comment(post, "author of the post", author=("700000000001", "Officer A."))
    blog.site.comment(post, "configured", author=("700000000002", "Clerk"))
    blog.site.comment(post, "visitor", author=("700000000003", "Jackson PD"))
    assert {each.text for each in blog.fetch().comments if not each.by_page} == {"visitor"}


def test_somebody_without_an_account_is_never_the_department(blog: Blog) -> None:
    post = blog.site.publish("A post.", author="")
    blog.site.comment(post, "Nobody knows who wrote this.", author=("", "Anonymous"))
    [comment] = blog.fetch().comments
    assert (comment.by_page, comment.author.platform_id, comment.author.name) == (False, None, "Anonymous")


def test_a_comment_is_read_as_a_visitor_reads_it_with_where_its_links_lead(blog: Blog) -> None:
    words = 'Read <a href="https://spam.example/x" rel="nofollow">this</a> &amp; <b>th</b>at&#39;s all.<br>Bye'
    comment = blog.site.comment(blog.site.publish("A post."), words)
    [listed] = blog.fetch().comments
    assert listed.text == "Read this (https://spam.example/x) & that's all.\nBye"
    assert blog.page.state(comment).digest == listed.digest


def test_a_comments_link_leads_to_it_below_its_post(blog: Blog) -> None:
    post = blog.site.publish("A post.")
    comment = blog.site.comment(post, "Here.")
    [listed] = blog.fetch().comments
    assert listed.permalink == f"https://jacksonpd.example/2026/11/{post}.html#c{comment.partition('.')[2]}"


def test_a_comment_whose_post_cannot_be_read_is_captured_without_a_link(blog: Blog) -> None:
    post = blog.site.publish("A page, which is no post.")
    blog.site.comment(post, "Here.")
    del blog.site.published[post]
    first = blog.fetch()
    assert [(each.text, each.permalink) for each in first.comments] == [("Here.", "")]
    blog.site.wire.requests.clear()
    blog.fetch(first.cursor)
    assert blog.asked(f"/posts/{post}") == 0


def test_a_post_is_asked_for_once(blog: Blog) -> None:
    post = blog.site.publish("A post.")
    blog.site.comment(post, "one")
    first = blog.fetch()
    assert [each.text for each in first.posts] == ["A post.\n\nWhat the post says."]
    blog.site.comment(post, "two")
    second = blog.fetch(first.cursor)
    assert second.posts == ()
    assert all(each.permalink for each in second.comments)
    assert blog.asked(f"/posts/{post}") == 1


def test_numbers_that_come_as_numbers_are_the_same_comments(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.numbers = True
    assert states(blog.fetch()) == {comment: State.VISIBLE}
    assert blog.page.hide(comment).result is Result.DONE


@pytest.mark.parametrize("old_first", [False, True])
def test_every_page_of_a_listing_is_read_in_whatever_order(blog: Blog, old_first: bool) -> None:
    blog.site.old_first, blog.site.empty_pages = old_first, True
    ids = flood(blog.site, blog.site.publish("A post."), 230)
    assert states(blog.fetch()).keys() == set(ids)


def test_a_comment_that_was_hidden_while_the_listings_were_read_is_hidden(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.before_listing["SPAM"] = lambda: setattr(blog.site.comments[comment], "status", "SPAM")
    assert states(blog.fetch()) == {comment: State.HIDDEN}


def test_a_comment_that_slipped_between_two_listings_is_read_by_its_number(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.", status="SPAM")
    first = blog.fetch()
    # Approved after those in sight were listed, and before those in the spam folder.
    blog.site.before_listing["SPAM"] = lambda: setattr(blog.site.comments[comment], "status", "LIVE")
    second = blog.fetch(first.cursor)
    assert (second.gone, states(second)) == ((), {comment: State.VISIBLE})


def test_a_comment_whose_words_were_removed_is_gone(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    first = blog.fetch()
    blog.site.empty(comment)
    second = blog.fetch(first.cursor)
    assert (second.gone, second.comments) == ((comment,), ())
    assert second.gone_by == {}
    assert blog.asked(f"/comments/{comment.partition('.')[2]}") == 0  # the listing has said so
    assert blog.page.state(comment) == Observed(State.GONE)
    assert blog.page.unhide(comment).result is Result.GONE
    assert blog.changes() == []


def test_a_comment_whose_words_were_removed_while_the_listings_were_read_is_gone(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.before_listing["EMPTIED"] = lambda: blog.site.empty(comment)
    first = blog.fetch()
    assert (first.comments, first.gone) == ((), (comment,))


def test_that_a_comment_was_deleted_is_told_once(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    first = blog.fetch()
    blog.site.remove(comment)
    second = blog.fetch(first.cursor)
    assert (second.gone, blog.fetch(second.cursor).gone) == ((comment,), ())


def test_with_a_post_that_was_deleted_its_comments_are_gone(blog: Blog) -> None:
    post = blog.site.publish("A post.")
    comment = blog.site.comment(post, "Here.")
    blog.site.remove(comment)
    del blog.site.published[post]
    assert blog.page.state(comment).state is State.GONE


@pytest.mark.parametrize("status", ["SPAM", "PENDING"])
def test_a_comment_out_of_sight_that_is_not_given_by_its_number_is_looked_for(blog: Blog, status: str) -> None:
    post = blog.site.publish("A post.")
    flood(blog.site, post, 120, status=status)
    comment = blog.site.comment(post, "Here.", status=status, created=blog.now - timedelta(days=300))
    blog.site.hidden_by_number = False
    assert blog.page.state(comment).state in (State.HIDDEN, State.HELD)
    assert blog.page.hide(comment).result is Result.ALREADY
    assert blog.page.unhide(comment).result is Result.DONE


def test_more_out_of_sight_than_can_be_looked_through_prove_nothing(blog: Blog) -> None:
    post = blog.site.publish("A post.")
    flood(blog.site, post, 6, status="SPAM")
    blog.site.page_size = 1
    with pytest.raises(UnavailableError, match="too many"):
        blog.page.state(f"{post}.987654")


def test_how_a_comment_stands_is_told_by_the_listings_where_it_does_not_say_so_itself(blog: Blog) -> None:
    post = blog.site.publish("A post.")
    seen, spam = blog.site.comment(post, "in sight"), blog.site.comment(post, "spam", status="SPAM")
    blog.site.tells_status = False
    assert states(blog.fetch()) == {seen: State.VISIBLE, spam: State.HIDDEN}
    assert (blog.page.state(seen).state, blog.page.state(spam).state) == (State.VISIBLE, State.HIDDEN)


def test_a_status_that_nobody_knows_is_not_taken_for_in_sight(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.", status="QUARANTINED")
    assert blog.page.state(comment).state is State.UNKNOWN


@pytest.mark.parametrize("author_only", [False, True], ids=["not there", "forbidden"])
def test_nothing_is_gone_on_the_word_of_somebody_who_is_no_administrator_any_more(
    blog: Blog, author_only: bool
) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.", status="SPAM")
    first = blog.fetch()
    blog.site.admin, blog.site.author_only = False, author_only
    with pytest.raises(ForbiddenError, match="administrator"):
        blog.page.state(comment)
    with pytest.raises(ForbiddenError, match="administrator"):
        blog.fetch(first.cursor)


def test_another_comment_than_was_asked_for_proves_nothing(blog: Blog) -> None:
    post = blog.site.publish("A post.")
    comment, other = blog.site.comment(post, "one"), blog.site.comment(post, "two")
    blog.site.wire.next(lambda request, do: json_reply(blog.site._resource(blog.site.comments[other])), "GET")
    with pytest.raises(UnavailableError):
        blog.page.state(comment)


@pytest.mark.parametrize("item", [{}, {"id": "x1", "post": {"id": "1"}}, {"id": "1", "post": None}, 7])
def test_a_listing_of_something_else_is_no_answer(blog: Blog, item: Any) -> None:
    blog.site.wire.next(lambda request, do: do(), "GET")  # who the administrator is
    blog.site.wire.next(lambda request, do: json_reply({"items": [item]}), "GET")
    with pytest.raises(UnavailableError, match="not what its interface says"):
        blog.fetch()


@pytest.mark.parametrize("said", [{}, {"id": "1"}, [], 7])
def test_something_else_than_the_post_is_no_answer(blog: Blog, said: Any) -> None:
    blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.wire.next(lambda request, do: do(), "GET", 5)  # the administrator, and four listings
    blog.site.wire.next(lambda request, do: json_reply(said), "GET")
    with pytest.raises(UnavailableError, match="not what its interface says"):
        blog.fetch()


def test_half_an_answer_ends_a_fetch_and_loses_nothing(blog: Blog) -> None:
    blog.site.comment(blog.site.publish("A post."), "Here.")
    first = blog.fetch()
    blog.site.wire.next(truncated(length_tells=False), "GET")
    with pytest.raises(UnavailableError):
        blog.fetch(first.cursor)
    assert texts(blog.fetch(first.cursor)) == {"Here."}


def test_a_listing_that_is_refused_from_the_beginning_is_an_error(blog: Blog) -> None:
    blog.site.wire.next(lambda request, do: do(), "GET")  # who the administrator is
    blog.site.wire.next(refusing(400, "invalidParameter"), "GET")
    with pytest.raises(ConnectorError, match="invalidParameter"):
        blog.fetch()


def test_a_listing_that_always_leads_to_the_same_place_ends(blog: Blog) -> None:
    first = blog.fetch()
    blog.site.wire.requests.clear()
    blog.site.wire.next(lambda request, do: json_reply({"nextPageToken": "same"}), "GET", 300)
    blog.fetch(first.cursor)
    assert len(blog.site.wire.requests) == 8  # each of the four kinds twice


def test_a_budget_that_is_used_up_stops_a_fetch(blog: Blog) -> None:
    first = blog.fetch()
    blog.budget = Purse({"requests": 0})
    with pytest.raises(BudgetSpentError):
        blog.fetch(first.cursor)


def test_who_the_administrator_is_is_proved_once(blog: Blog) -> None:
    blog.fetch(blog.fetch().cursor)
    assert blog.asked(f"/users/self/blogs/{blog.site.blog}") == 1


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", "{}", '{"seen": 7}'])
def test_a_cursor_that_cannot_be_read_begins_anew(blog: Blog, cursor: str) -> None:
    blog.site.comment(blog.site.publish("A post."), "Here.")
    assert texts(blog.fetch(cursor)) == {"Here."}


def test_a_cursor_remembers_the_comments_seen_last_and_the_posts_met_last() -> None:
    seen = {f"1.{number}": (0.0, float(number)) for number in range(5010)}
    posts = {str(number): Known("https://a.example", "7") for number in range(5010)}
    kept = Place.parse(str(Place(1.0, 4, "7", seen, posts)))
    assert kept.seen.keys() == {f"1.{number}" for number in range(10, 5010)}
    assert kept.posts.keys() == {str(number) for number in range(10, 5010)}


@pytest.mark.parametrize(
    ("more", "attribute", "value"),
    [
        ({"published": "2026-11-22T12:00:00"}, "created", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ({"published": "2026-11-22T05:00:00-07:00"}, "created", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ({"published": "yesterday"}, "created", datetime(1970, 1, 1, tzinfo=UTC)),
        ({"author": None}, "author.name", "Anonymous"),
        ({"author": {"id": "g123", "displayName": "G."}}, "author.platform_id", None),
        ({"inReplyTo": {"id": "1?view=READER"}}, "parent_id", None),
        ({"content": None}, "text", ""),
        ({}, "state", State.UNKNOWN),
    ],
)
def test_what_a_comment_leaves_out_or_writes_oddly_is_read_all_the_same(
    more: dict[str, object], attribute: str, value: object
) -> None:
    found: Any = comment_of(PAGE, Row.of(json.dumps({"id": "2", "post": {"id": "1"}, **more})), Known(), {""})
    for name in attribute.split("."):
        found = getattr(found, name)
    assert found == value
    if isinstance(value, datetime):
        assert found.utcoffset() == timedelta(0)


def test_the_address_of_a_blog_is_no_number_of_one() -> None:
    with pytest.raises(ValidationError, match="blog_id"):
        Settings(blog_id="jacksonpd.blogspot.com")


def test_a_place_that_was_lost_ends_the_walk_and_loses_nothing(blog: Blog) -> None:
    post = blog.site.publish("A post.")
    ids = flood(blog.site, post, 115)
    first = blog.fetch()
    blog.site.lazy_tokens = True
    blog.site.wire.next(meanwhile(lambda: blog.site.comment(post, "just now")), "GET")
    second = blog.fetch(first.cursor)
    assert second.gone == ()
    third = blog.fetch(second.cursor)
    assert states(third).keys() > set(ids)


def test_comments_that_are_not_listed_are_asked_for_a_few_at_a_time_each_in_its_turn(blog: Blog) -> None:
    ids = flood(blog.site, blog.site.publish("A post."), 30)
    first = blog.fetch()
    for each in ids:
        blog.site.remove(each)
    second = blog.fetch(first.cursor)
    third = blog.fetch(second.cursor)
    assert (len(second.gone), len(third.gone)) == (20, 10)
    assert {*second.gone, *third.gone} == set(ids)


def test_what_is_older_than_the_days_watched_is_neither_listed_nor_asked_for_nor_gone(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    first = blog.fetch()
    blog.now += timedelta(days=31)
    blog.site.wire.requests.clear()
    second = blog.fetch(first.cursor)
    assert (second.comments, second.gone) == ((), ())
    assert blog.asked(comment.partition(".")[2]) == 0
    assert Place.parse(second.cursor).seen == {}


def test_more_than_one_look_can_read_is_told(blog: Blog) -> None:
    flood(blog.site, blog.site.publish("A post."), 51)
    blog.site.page_size = 1
    assert "days_watched" in blog.fetch().gap


def test_older_comments_are_brought_month_by_month_the_newest_first(blog: Blog) -> None:
    flood(blog.site, blog.site.publish("A post."), 100, timedelta(days=1))
    since, cursor, months = blog.now - timedelta(days=80, hours=1), None, list[set[str]]()
    for _ in range(5):
        batch = blog.page.backfill(since, cursor)
        cursor = batch.cursor
        months.append(texts(batch))
        if not batch.more:
            break
    assert [len(each) for each in months] == [31, 31, 21]  # a day where two months meet comes twice
    assert len(set.union(*months)) == 81
    assert "comment 99" in months[0]


def test_a_comment_written_where_two_months_meet_is_brought_whatever_the_bounds_mean(blog: Blog) -> None:
    blog.site.exclusive = True
    blog.site.comment(blog.site.publish("A post."), "between", created=blog.now - timedelta(days=30))
    since = blog.now - timedelta(days=40)
    first = blog.page.backfill(since, None)
    assert "between" in texts(first) | texts(blog.page.backfill(since, first.cursor))


def test_a_backfill_of_what_is_still_to_come_asks_for_nothing(blog: Blog) -> None:
    batch = blog.page.backfill(blog.now + timedelta(days=1), None)
    assert (batch.comments, batch.more, blog.site.wire.requests) == ((), False, [])


def test_a_backfill_that_lost_its_place_is_tried_again(blog: Blog) -> None:
    post = blog.site.publish("A post.")
    flood(blog.site, post, 115)
    blog.site.lazy_tokens = True
    blog.site.wire.next(lambda request, do: do(), "GET")  # who the administrator is
    blog.site.wire.next(meanwhile(lambda: blog.site.comment(post, "just now")), "GET")
    with pytest.raises(UnavailableError):
        blog.page.backfill(blog.now - timedelta(days=1), None)


# --- hiding -----------------------------------------------------------------------------------------------------------


def test_that_a_hide_teaches_the_spam_filter_about_its_author_is_told() -> None:
    assert any("filter" in each and "author" in each for each in capability.side_effects)


def test_a_comment_that_waits_for_approval_is_out_of_sight_and_is_not_marked_as_spam(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.", status="PENDING")
    assert blog.page.hide(comment).result is Result.ALREADY
    assert blog.changes() == []
    assert blog.page.unhide(comment).result is Result.DONE
    assert blog.site.seen_by_visitors(comment)


def test_an_answer_that_shows_the_comment_as_it_was_proves_nothing(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.ineffective = True
    assert blog.page.hide(comment).result is Result.UNKNOWN


def test_a_hide_whose_answer_was_lost_is_unknown_and_sent_once(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.wire.next(lost_after_doing(), "POST")
    assert blog.page.hide(comment).result is Result.UNKNOWN
    assert blog.changes() == ["spam"]
    assert blog.page.state(comment).state is State.HIDDEN


def test_a_refusal_of_a_comment_that_is_there_is_a_refusal(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.refusals[comment] = (403, "forbidden")
    assert blog.page.hide(comment).result is Result.DENIED


def test_a_refusal_of_a_comment_that_was_deleted_meanwhile_is_gone(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.wire.next(meanwhile(lambda: blog.site.remove(comment)), "GET")
    assert blog.page.hide(comment).result is Result.GONE


def test_a_wall_before_blogger_is_no_word_of_bloggers(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.wire.next(web_page(404), "GET")
    with pytest.raises(UnavailableError):
        blog.page.state(comment)
    blog.site.wire.next(web_page(403), "POST")
    assert blog.page.hide(comment).result is Result.UNKNOWN


@pytest.mark.parametrize("odd", ["", "1", "1.", "1.2.3", "x.y", "../1.2", "1.2?view=READER", "١.٢"])
def test_what_is_no_id_of_a_comment_is_not_asked_for(blog: Blog, odd: str) -> None:
    assert blog.page.state(odd).state is State.GONE
    assert blog.page.hide(odd).result is Result.GONE
    assert blog.site.wire.requests == []
    assert blog.budget.acts["requests"] == 0


# --- requests ---------------------------------------------------------------------------------------------------------


def test_what_is_asked_is_counted_to_the_request(blog: Blog) -> None:
    post = blog.site.publish("A post.")
    ids = flood(blog.site, post, 120)
    first = blog.fetch()
    blog.site.remove(ids[0])
    blog.fetch(first.cursor)
    blog.page.hide(ids[1])
    blog.page.state(ids[1])
    blog.site.hidden_by_number = False
    blog.page.unhide(ids[1])
    assert blog.budget.spent["requests"] == sum(blog.site.spent.values())


def test_a_hide_and_what_proves_it_are_counted_as_an_act(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.page.state(comment)
    blog.page.hide(comment)
    blog.page.state(comment)
    assert blog.budget.acts["requests"] == blog.budget.spent["requests"] == 4


def test_five_hundred_hides_are_kept_from_reading() -> None:
    [limit] = limits
    assert limit.reserved >= 500 * 4
    assert (limit.window.kind, limit.window.zone) == ("daily", "America/Los_Angeles")


def test_without_requests_for_the_whole_hide_nothing_is_sent(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.budget = Purse({"requests": 1})
    with pytest.raises(BudgetSpentError):
        blog.page.hide(comment)
    assert blog.site.wire.requests == []


def test_a_days_requests_that_are_used_up_are_waited_for_until_midnight_pacific(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    blog.site.units = 1
    outcome = blog.page.hide(comment)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, 20 * 3600)
    assert blog.budget.learned == [("requests", None, 0, datetime(2026, 11, 23, 8, 0, tzinfo=UTC))]
    assert blog.site.seen_by_visitors(comment)


def test_a_rate_limit_in_googles_newer_form_is_waited_out(blog: Blog) -> None:
    comment = blog.site.comment(blog.site.publish("A post."), "Here.")
    error = {"error": {"code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED"}}
    blog.site.wire.next(lambda request, do: json_reply(error, {"Retry-After": "40"}, 429), "POST")
    outcome = blog.page.hide(comment)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, 40)


def test_a_blog_is_not_looked_at_more_often_than_the_requests_last(blog: Blog) -> None:
    blog.look_seconds, blog.budget = 30, Purse(pace=4 / 3600)
    blog.site.comment(blog.site.publish("A post."), "Here.")
    first = blog.fetch()
    blog.site.wire.requests.clear()
    assert blog.fetch(first.cursor).cursor == first.cursor
    assert blog.site.wire.requests == []
    blog.now += timedelta(hours=1)
    assert texts(blog.fetch(first.cursor)) == {"Here."}


def test_requests_that_end_in_the_middle_lose_nothing(blog: Blog) -> None:
    one, two = blog.site.publish("one"), blog.site.publish("two")
    blog.site.comment(one, "below one", created=blog.now - timedelta(hours=1))
    blog.site.comment(two, "below two")
    blog.budget = Purse({"requests": 6}, pace=UNHURRIED)  # the administrator, four listings, a post
    first = blog.fetch()
    assert texts(first) == {"below two"}
    blog.budget = Purse(pace=UNHURRIED)
    second = blog.fetch(first.cursor)
    assert texts(second) == {"below one", "below two"}
    assert [each.platform_id for each in second.posts] == [one]


# --- the authorisation ------------------------------------------------------------------------------------------------


def test_a_check_gives_what_the_blog_says_about_itself(blog: Blog) -> None:
    assert blog.page.check().about == "News of the police of the Town."


def test_what_is_no_text_is_not_what_the_blog_says_about_itself(blog: Blog) -> None:
    odd = {"blog": {"id": blog.site.blog, "description": 7}, "blog_user_info": {"hasAdminAccess": True}}
    blog.site.wire.next(lambda request, do: json_reply(odd), "GET")
    assert blog.page.check().about is None


def test_a_check_names_the_permission_that_is_missing(blog: Blog) -> None:
    blog.site.granted = READONLY
    with pytest.raises(ForbiddenError, match=r"a permission is missing .* ofrecord connect town"):
        blog.page.check()


def test_a_check_by_somebody_who_is_no_administrator_names_the_next_step(blog: Blog) -> None:
    blog.site.admin = False
    with pytest.raises(ForbiddenError, match=r"correct blog_id, make it one in the blog's settings, or run ofrecord"):
        blog.page.check()


def test_a_check_of_a_blog_that_is_not_there_names_the_next_step(blog: Blog) -> None:
    blog.site.wire.next(lambda request, do: do(), "POST")
    blog.site.wire.next(refusing(404, "notFound"), "GET")
    with pytest.raises(ForbiddenError, match="correct blog_id"):
        blog.page.check()


def test_a_check_with_another_blogs_answer_is_no_proof(blog: Blog) -> None:
    other = {"blog": {"id": "1"}, "blog_user_info": {"hasAdminAccess": True}}
    blog.site.wire.next(lambda request, do: json_reply(other), "GET")
    with pytest.raises(ForbiddenError, match="administrator"):
        blog.page.check()


def test_a_check_proves_that_what_visitors_do_not_see_is_listed(blog: Blog) -> None:
    blog.page.check()
    asked = [each.params["status"] for each in blog.site.wire.requests if "status" in each.params]
    assert asked == ["SPAM", "PENDING"]


def test_an_application_in_testing_is_warned_of(blog: Blog) -> None:
    blog.site.testing = True
    checked = blog.page.check()
    assert checked.expires_at == blog.now + timedelta(seconds=604_799)
    assert "In production" in checked.warnings[0]


def test_an_interface_that_was_not_turned_on_is_named(blog: Blog) -> None:
    blog.site.wire.next(refusing(403, "accessNotConfigured"))
    with pytest.raises(ForbiddenError, match="turn on the Blogger API v3"):
        blog.fetch()
