"""Flickr's own traps, one promise each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.base import (
    BudgetSpentError,
    ConnectorError,
    ForbiddenError,
    Result,
    UnauthorizedError,
    UnavailableError,
)
from connectors.flickr import Flickr, Settings, authorisation, capability, connect
from models.comment import Comment, State
from tests.connectors.means import MemorySecret, Purse, means
from tests.simulators.flickr import (
    Clock,
    FlickrSite,
    as_xml,
    empty_list,
    failing,
    in_a_call,
    running,
    spoiled,
)
from tests.simulators.loopback import (
    Fault,
    broken,
    json_reply,
    lost_after_doing,
    redirecting,
    too_many,
    truncated,
    web_page,
)

READING = {"auth.oauth.checkToken", "photos.recentlyUpdated", "photos.comments.getList", "people.getInfo"}
OWN = "12345678@N00"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Iterator[FlickrSite]:
    with running(FlickrSite(clock=clock)) as started:
        yield started


@pytest.fixture
def connector(site: FlickrSite) -> Flickr:
    return account(site)


@pytest.fixture
def photo(site: FlickrSite) -> str:
    return site.publish("Open house")


@pytest.fixture
def comment(site: FlickrSite, photo: str) -> str:
    return site.comment(photo, "Nice photo.")


def account(
    site: FlickrSite, purse: Purse | None = None, secret: MemorySecret | None = None, **settings: Any
) -> Flickr:
    keys = Settings(
        **{"user_id": OWN, "api": site.url, "site": site.url, "look_seconds": 0, "posts_minutes": 0, **settings}
    )
    given = means(secret or site.secret(), purse or Purse(pace=1e6))
    return connect("photos", keys, given, clock=site.clock)


def found(connector: Flickr, cursor: str | None = None) -> dict[str, Comment]:
    return {each.platform_id: each for each in connector.fetch(cursor).comments}


# --- nothing is ever deleted ------------------------------------------------------------------------------------------


def test_nothing_is_called_but_what_reads(site: FlickrSite, connector: Flickr, comment: str) -> None:
    connector.fetch(None)
    connector.backfill(site.clock() - timedelta(days=1), None)
    connector.state(comment)
    connector.hide(comment)
    connector.unhide(comment)
    connector.check()
    assert set(site.methods) == READING
    assert {each.method for each in site.wire.requests} == {"GET"}
    assert comment in site.comments


def test_a_hide_sends_nothing_and_says_that_a_person_has_to_decide(
    site: FlickrSite, connector: Flickr, comment: str
) -> None:
    outcome = connector.hide(comment)
    assert outcome.result is Result.UNSUPPORTED
    assert "deleting one is final" in outcome.detail
    assert site.wire.requests == []


def test_the_steps_warn_before_they_lead_to_what_cannot_be_undone() -> None:
    first, *others = capability.hide_steps
    assert "never comes back" in first
    assert any("stand in OfRecord" in step for step in others[: len(others) // 2])
    assert capability.restore_steps == ()


def test_no_more_than_reading_is_asked_for() -> None:
    assert authorisation.extra == {"perms": "read"}
    assert [scope.name for scope in authorisation.scopes] == ["read"]


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_photo_is_a_post_with_its_title_and_what_is_said_about_it(site: FlickrSite, connector: Flickr) -> None:
    photo = site.publish("Open house", description='Come <b>in</b> &amp; see <a href="https://pd.example.gov">us</a>')
    (post,) = connector.fetch(None).posts
    assert post.text == "Open house\n\nCome in & see us (https://pd.example.gov)"
    assert post.permalink == f"{site.url}/photos/jacksonpd/{photo}/"
    assert post.created == site.clock()
    assert json.loads(post.raw)["id"] == photo


def test_markup_comes_as_a_visitor_reads_it(site: FlickrSite, connector: Flickr, photo: str) -> None:
    kept = 'You f<b></b>ool &quot;sir&quot;, see <a href="http://a.example/x">here</a>'
    comment = site.comment(photo, "-", markup=kept)
    assert found(connector)[comment].text == 'You fool "sir", see here (http://a.example/x)'


def test_the_real_name_goes_before_the_screen_name(site: FlickrSite, connector: Flickr, photo: str) -> None:
    known = site.comment(photo, "One.", "rb_1970", realname="Rosa Blanchard", nsid="1@N01")
    bare = site.comment(photo, "Two.", "rb_1970", nsid="1@N01")
    both = found(connector)
    assert [both[each].author.name for each in (known, bare)] == ["Rosa Blanchard", "rb_1970"]
    assert both[known].author.platform_id == "1@N01"


def test_a_member_who_left_still_has_said_it(site: FlickrSite, connector: Flickr, photo: str) -> None:
    comment = site.comment(photo, "Bye.", "", nsid="", author_is_deleted=True)
    assert (found(connector)[comment].author.name, found(connector)[comment].text) == ("Flickr member", "Bye.")


def test_the_departments_own_comments_are_told_apart(site: FlickrSite, connector: Flickr, photo: str) -> None:
    own, other = site.comment(photo, "Thanks.", nsid=OWN), site.comment(photo, "Thanks.")
    both = found(connector)
    assert (both[own].by_page, both[other].by_page) == (True, False)


def test_a_comment_keeps_the_link_to_it(connector: Flickr, comment: str) -> None:
    assert found(connector)[comment].permalink.endswith(f"#comment{comment.rpartition('-')[2]}")


def test_a_photo_without_comments_is_no_error(connector: Flickr, photo: str) -> None:
    assert found(connector) == {}


def test_a_comment_below_an_old_photo_is_found_because_the_photo_has_changed(site: FlickrSite, clock: Clock) -> None:
    old = site.publish("2011", created=datetime(2011, 5, 1, tzinfo=UTC))
    for number in range(3):
        site.publish(f"New {number}")
    few = account(site, posts_watched=2)
    cursor = few.fetch(None).cursor
    clock.forward(minutes=5)
    late = site.comment(old, "I was there!")
    assert late in found(few, cursor)


@pytest.mark.parametrize("counts", [True, False])
def test_a_photo_that_changed_is_looked_at_before_its_turn(
    site: FlickrSite, clock: Clock, photo: str, comment: str, counts: bool
) -> None:
    site.counts = counts
    hurried = account(site, look_seconds=86_400)
    cursor = hurried.fetch(None).cursor
    clock.forward(minutes=5)
    site.edit(comment, "Nice photo!!")
    assert found(hurried, cursor)[comment].text == "Nice photo!!"


def test_a_photo_that_did_not_change_waits_for_its_turn(site: FlickrSite, clock: Clock, photo: str) -> None:
    hurried = account(site, look_seconds=86_400)
    cursor = hurried.fetch(None).cursor
    clock.forward(minutes=5)
    hurried.fetch(cursor)
    assert site.methods.count("photos.comments.getList") == 1


@pytest.mark.parametrize(("bumps", "counts"), [(False, True), (False, False)])
def test_where_flickr_does_not_tell_of_a_change_the_next_look_finds_it(
    site: FlickrSite, clock: Clock, photo: str, bumps: bool, counts: bool
) -> None:
    site.bumps, site.counts = bumps, counts
    patient = account(site, look_seconds=1800)
    cursor = patient.fetch(None).cursor
    clock.forward(minutes=31)
    fresh = site.comment(photo, "Untold.")
    assert fresh in found(patient, cursor)


def test_one_comment_less_is_a_change_too(site: FlickrSite, clock: Clock, photo: str, comment: str) -> None:
    hurried = account(site, look_seconds=86_400)
    cursor = hurried.fetch(None).cursor
    clock.forward(minutes=5)
    site.take_away(comment)
    assert hurried.fetch(cursor).gone == (comment,)


def test_the_newest_comment_comes_first(site: FlickrSite, clock: Clock, connector: Flickr, photo: str) -> None:
    ids = []
    for number in range(3):
        clock.forward(minutes=1)
        ids.append(site.comment(photo, f"{number}"))
    assert list(found(connector)) == ids[::-1]


def test_comments_that_came_at_one_second_are_all_read(site: FlickrSite, connector: Flickr, photo: str) -> None:
    ids = {site.comment(photo, f"{number}") for number in range(5)}
    assert set(found(connector)) == ids


def test_more_comments_than_a_batch_holds_come_all(site: FlickrSite, connector: Flickr, photo: str) -> None:
    ids = {site.comment(photo, f"{number}") for number in range(700)}
    other = site.comment(site.publish("Another"), "Hello.")
    batch = connector.fetch(None)
    seen = {each.platform_id for each in batch.comments}
    while batch.more:
        batch = connector.fetch(batch.cursor)
        seen |= {each.platform_id for each in batch.comments}
    assert seen == ids | {other}


def test_a_comment_that_appears_late_among_older_ones_is_found(
    site: FlickrSite, clock: Clock, connector: Flickr, photo: str, comment: str
) -> None:
    site.comment(photo, "Newer.")
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=5)
    late = site.comment(photo, "Older, and seen only now.", created=clock() - timedelta(hours=2))
    assert late in found(connector, cursor)


def test_what_is_listed_twice_comes_once(site: FlickrSite, connector: Flickr, photo: str, comment: str) -> None:
    site.doubled = True
    batch = connector.fetch(None)
    assert ([each.platform_id for each in batch.posts], [each.platform_id for each in batch.comments]) == (
        [photo],
        [comment],
    )


def test_ids_that_come_as_numbers_are_the_same_ids(
    site: FlickrSite, clock: Clock, connector: Flickr, photo: str, comment: str
) -> None:
    cursor = connector.fetch(None).cursor
    site.numbers_for_ids = True
    clock.forward(minutes=5)
    batch = connector.fetch(cursor)
    assert ([each.platform_id for each in batch.posts], batch.gone) == ([photo], ())
    assert [each.post_id for each in batch.comments] == [photo]


def test_an_edit_between_judging_and_acting_is_seen(site: FlickrSite, connector: Flickr, comment: str) -> None:
    before = found(connector)[comment].digest
    assert connector.state(comment).digest == before
    site.edit(comment, "Something else.")
    assert connector.state(comment).digest not in (before, None)


@pytest.mark.parametrize("texts", [True, False])
def test_photos_come_page_by_page_until_enough_are_watched(site: FlickrSite, clock: Clock, texts: bool) -> None:
    site.texts_for_numbers = texts
    for number in range(7):
        clock.forward(seconds=1)
        site.publish(f"Photo {number}")
    batch = account(site, posts_watched=3).fetch(None)
    assert [each.text for each in batch.posts] == ["Photo 6", "Photo 5", "Photo 4"]
    assert site.methods.count("photos.recentlyUpdated") == 1
    assert batch.gap == ""


def test_a_backfill_goes_through_all_photos(site: FlickrSite, clock: Clock) -> None:
    ids = []
    for number in range(5):
        clock.forward(seconds=1)
        ids.append(site.comment(site.publish(f"Photo {number}"), "Hello.", created=clock() - timedelta(days=number)))
    few, seen, cursor = account(site, posts_watched=1), set[str](), None
    more = True
    while more:
        batch = few.backfill(clock() - timedelta(days=3, hours=1), cursor)
        seen |= {each.platform_id for each in batch.comments}
        cursor, more = batch.cursor, batch.more
    assert seen == set(ids[:4])


# --- what is gone, and what only seems so -----------------------------------------------------------------------------


def test_a_list_that_is_empty_once_removes_nothing(
    site: FlickrSite, clock: Clock, connector: Flickr, comment: str
) -> None:
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=5)
    site.wire.next(lambda request, do: do())
    site.wire.next(empty_list())
    batch = connector.fetch(cursor)
    assert batch.gone == ()
    assert [each.platform_id for each in batch.comments] == [comment]


def test_a_photo_that_is_gone_takes_its_comments_along(
    site: FlickrSite, clock: Clock, connector: Flickr, comment: str
) -> None:
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=5)
    site.photos.clear()
    assert connector.fetch(cursor).gone == (comment,)
    assert connector.state(comment).state is State.GONE


def test_a_photo_that_this_token_may_not_see_is_not_gone(site: FlickrSite, connector: Flickr, comment: str) -> None:
    site.photos.clear()
    site.token_of = "99999999@N09"
    with pytest.raises(ForbiddenError, match="belongs to 99999999@N09, not to 12345678@N00"):
        connector.state(comment)


@pytest.mark.parametrize("odd", ["", "1", "a-b-c", "1-2", "1-2-3-4", "1-2/../3-4", "x" * 500, "１-２-３"])
def test_what_is_no_comments_id_is_not_asked_for(site: FlickrSite, connector: Flickr, odd: str) -> None:
    assert connector.state(odd).state is State.GONE
    assert site.wire.requests == []


def test_comments_of_another_photo_are_nonsense(site: FlickrSite, connector: Flickr, photo: str, comment: str) -> None:
    site.wire.next(lambda request, do: do())
    site.wire.next(lambda request, do: json_reply({"comments": {"photo_id": "1"}, "stat": "ok"}))
    with pytest.raises(UnavailableError, match="not what it documents"):
        connector.fetch(None)


# --- whose photos, and with what right --------------------------------------------------------------------------------


def test_nobody_elses_photos_are_read(site: FlickrSite, connector: Flickr, comment: str) -> None:
    site.token_of = "99999999@N09"
    with pytest.raises(ForbiddenError, match=r"photos.*not to 12345678@N00.*run: ofrecord connect photos"):
        connector.fetch(None)
    assert "photos.comments.getList" not in site.methods


def test_a_check_says_whose_the_token_is_even_without_a_photo(site: FlickrSite, connector: Flickr) -> None:
    site.token_of = "99999999@N09"
    with pytest.raises(ForbiddenError, match="belongs to 99999999@N09, not to 12345678@N00"):
        connector.check()


def test_what_is_no_account_is_not_repeated(site: FlickrSite, connector: Flickr) -> None:
    site.token_of = "\x1b[2J look here"
    with pytest.raises(ForbiddenError, match="belongs to somebody else"):
        connector.check()


@pytest.mark.parametrize("perms", ["write", "delete"])
def test_a_token_that_may_do_more_than_read_is_told(site: FlickrSite, connector: Flickr, perms: str) -> None:
    site.oauth.perms = perms
    (warning,) = connector.check().warnings
    assert f"may {perms}, which OfRecord never does" in warning
    assert "ofrecord connect photos" in warning


@pytest.mark.parametrize("code", [2, 99])
def test_a_refusal_for_want_of_a_right_stops_the_page(site: FlickrSite, connector: Flickr, code: int) -> None:
    site.wire.next(failing(code, "Permission denied"))
    with pytest.raises(ForbiddenError, match=rf"code {code}\); run: ofrecord connect photos"):
        connector.fetch(None)


def test_a_token_that_may_only_read_is_nothing_to_tell_of(connector: Flickr) -> None:
    assert connector.check().warnings == ()


def test_a_token_that_may_not_read_is_told_with_what_it_lacks(site: FlickrSite, connector: Flickr) -> None:
    site.oauth.perms = "none"
    with pytest.raises(ForbiddenError, match=r"lacks read \(to read photos"):
        connector.check()


def test_what_the_account_says_about_itself_is_read(connector: Flickr) -> None:
    about = connector.check().about
    assert about == "Jackson Police Department\nThe police of the Town. Our site (https://pd.example.gov)"


@pytest.mark.parametrize("by_code", [True, False])
def test_a_token_that_was_taken_back_stops_the_page(
    site: FlickrSite, connector: Flickr, comment: str, by_code: bool
) -> None:
    cursor = connector.fetch(None).cursor
    site.oauth.token, site.refuses_by_code = "72157720000000001-another", by_code
    with pytest.raises(UnauthorizedError, match="ofrecord connect photos"):
        connector.fetch(cursor)


def test_a_key_that_flickr_turned_off_is_told_with_where_to_look(site: FlickrSite, connector: Flickr) -> None:
    site.key_expired = True
    with pytest.raises(UnauthorizedError, match=r"code 100\); see at flickr.com/services/apps/by/me"):
        connector.check()


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "access_token", "token_secret"])
def test_a_part_that_is_missing_is_named_before_anything_is_sent(site: FlickrSite, missing: str) -> None:
    parts = {name: part for name, part in json.loads(site.secret()).items() if name != missing}
    with pytest.raises(UnauthorizedError, match=f"has no {missing}; run: ofrecord connect photos"):
        account(site, secret=MemorySecret(json.dumps(parts))).fetch(None)
    assert site.wire.requests == []


def test_no_address_holds_any_of_the_credential(site: FlickrSite, connector: Flickr, comment: str) -> None:
    connector.fetch(None)
    connector.check()
    asked = " ".join(f"{each.path} {each.params}" for each in site.wire.requests)
    assert [part for part in json.loads(site.secret()).values() if part in asked] == []


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("calls_before", [0, 1], ids=["photos", "comments"])
@pytest.mark.parametrize(
    "fault",
    [
        failing(105),
        failing(106),
        failing(201),
        failing(112),
        spoiled(),
        in_a_call(),
        as_xml(),
        web_page(),
        web_page(502),
        broken(503),
        too_many("30"),
        truncated(),
        truncated(length_tells=False),
        lost_after_doing(),
        redirecting("https://elsewhere.example"),
    ],
)
def test_a_bad_moment_is_tried_again_and_removes_nothing(
    site: FlickrSite, clock: Clock, connector: Flickr, comment: str, fault: Fault, calls_before: int
) -> None:
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=5)
    for _ in range(calls_before):
        site.wire.next(lambda request, do: do())
    site.wire.next(fault)
    with pytest.raises(UnavailableError, match="photos"):
        connector.fetch(cursor)
    batch = connector.fetch(cursor)
    assert (batch.gone, [each.platform_id for each in batch.comments]) == ((), [comment])


@pytest.mark.parametrize("minutes", [-4, 4])
def test_clocks_may_differ_a_little(site: FlickrSite, clock: Clock, comment: str, minutes: int) -> None:
    site.oauth.clock = lambda: clock() + timedelta(minutes=minutes)
    assert comment in found(account(site))


def test_a_clock_that_is_wrong_stops_no_page_and_is_told(site: FlickrSite, clock: Clock, comment: str) -> None:
    site.oauth.clock = lambda: clock() + timedelta(hours=1)
    with pytest.raises(UnavailableError, match="does not accept this machine's time; set its clock"):
        account(site).fetch(None)


def test_a_server_that_asks_to_wait_says_how_long(site: FlickrSite, connector: Flickr) -> None:
    site.wire.next(too_many("30"))
    with pytest.raises(UnavailableError, match="asks to wait") as caught:
        connector.fetch(None)
    assert caught.value.retry_after == 30.0


def test_what_flickr_says_about_a_refusal_is_not_repeated(site: FlickrSite, connector: Flickr) -> None:
    for code in (2, 96, 98, 99, 100, 105, 999):
        site.wire.next(failing(code, f"Bad token {site.oauth.token}"))
        with pytest.raises(ConnectorError) as caught:
            connector.fetch(None)
        assert site.oauth.token not in str(caught.value)
        assert str(code) in str(caught.value)


@pytest.mark.parametrize("code", [None, "", "9" * 5000, -1, 1.5, [1], "²"])
def test_a_refusal_without_a_sensible_code_is_tried_again(site: FlickrSite, connector: Flickr, code: Any) -> None:
    site.wire.next(failing(code))
    with pytest.raises(UnavailableError, match=r"code -1"):
        connector.fetch(None)


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"stat": "maybe"},
        {"stat": "ok"},
        {"stat": "ok", "photos": None},
        {"stat": "ok", "photos": {"pages": "many", "photo": []}},
        {"stat": "ok", "photos": {"pages": 1, "photo": {}}},
        {"stat": "ok", "photos": {"pages": 1, "photo": ["1"]}},
        {"stat": "ok", "photos": {"pages": 1, "photo": [{"title": "No id, no owner"}]}},
    ],
)
def test_json_that_flickr_does_not_document_is_nonsense_and_no_crash(
    site: FlickrSite, connector: Flickr, answer: Any
) -> None:
    site.wire.next(lambda request, do: json_reply(answer))
    with pytest.raises(UnavailableError, match="not what it documents"):
        connector.fetch(None)


def test_an_odd_time_does_not_lose_the_comment(site: FlickrSite, connector: Flickr, photo: str) -> None:
    comment = site.comment(photo, "When?", created=datetime(1, 1, 1, tzinfo=UTC))
    assert found(connector)[comment].created == datetime(1970, 1, 1, tzinfo=UTC)


# --- the budget -------------------------------------------------------------------------------------------------------


def test_every_call_is_counted(site: FlickrSite, comment: str) -> None:
    purse = Purse(pace=1e6)
    connector = account(site, purse)
    connector.fetch(None)
    connector.check()
    assert purse.spent["calls"] == len(site.wire.requests) > 0
    assert purse.acts["calls"] == 0


def test_looking_for_a_task_may_use_what_polling_leaves(site: FlickrSite, comment: str) -> None:
    purse = Purse(pace=1e6)
    account(site, purse).state(comment)
    assert purse.acts["calls"] == purse.spent["calls"] == 1


def test_a_budget_that_ends_between_photos_loses_nothing(site: FlickrSite, clock: Clock) -> None:
    ids = {site.comment(site.publish(f"Photo {number}"), "Hello.") for number in range(4)}
    purse = Purse({"calls": 3}, pace=1e6)
    connector = account(site, purse)
    first = connector.fetch(None)
    assert len(first.comments) == 2
    with pytest.raises(BudgetSpentError):
        connector.fetch(first.cursor)
    purse.most = {}
    assert {each.platform_id for each in first.comments} | set(found(connector, first.cursor)) >= ids


# --- the settings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["jacksonpd", "12345678", "12345678@N00/x", "12345678@N00\n", "", "１２@N00"])
def test_a_name_is_no_user_id(user: str) -> None:
    with pytest.raises(ValidationError):
        Settings(user_id=user)


@pytest.mark.parametrize(
    "address", ["http://api.flickr.com", "https://me@api.flickr.com", "https://a/b", "ftp://a", "api.flickr.com", ""]
)
def test_an_address_that_would_tell_the_credential_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(user_id=OWN, api=address)
