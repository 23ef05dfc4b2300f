"""Facebook's own traps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.base import (
    BudgetSpentError,
    ForbiddenError,
    Result,
    UnauthorizedError,
    UnavailableError,
)
from connectors.facebook import Facebook, Settings, capability, connect
from connectors.facebook.rows import comment_of
from models.comment import Comment, State
from tests.connectors.means import Purse, means
from tests.simulators.facebook import FacebookSite, running
from tests.simulators.graph import EXPIRED, PASSWORD_CHANGED, Clock, empty_outage, graph_error, refusing
from tests.simulators.loopback import Fault, Reply, Request, broken, lost_after_doing, meanwhile, truncated, web_page


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Iterator[FacebookSite]:
    with running(FacebookSite(clock=clock)) as started:
        yield started


@pytest.fixture
def connector(site: FacebookSite) -> Facebook:
    return page(site)


@pytest.fixture
def post(site: FacebookSite) -> str:
    return site.publish("The bridge is closed.")


@pytest.fixture
def comment(site: FacebookSite, post: str) -> str:
    return site.comment(post, "Which bridge?")


def page(site: FacebookSite, purse: Purse | None = None, secret: str = "", **settings: Any) -> Facebook:
    keys = Settings(page_id=site.page_id, api=site.url, **{"look_seconds": 0, "posts_minutes": 0, **settings})
    return connect("fb", keys, means(secret or site.secret(), purse or Purse(pace=1e6)), clock=site.clock)


def found(connector: Facebook, cursor: str | None = None) -> dict[str, Comment]:
    return {each.platform_id: each for each in connector.fetch(cursor).comments}


# --- reading ----------------------------------------------------------------------------------------------------------


def test_answers_come_with_the_other_comments(site: FacebookSite, connector: Facebook, post: str, comment: str) -> None:
    answer = site.comment(post, "The one by the mill.", parent=comment)
    assert found(connector)[answer].parent_id == comment


def test_an_outage_in_json_is_no_post_without_comments(site: FacebookSite, connector: Facebook, comment: str) -> None:
    found(connector)
    site.wire.next(empty_outage(), times=2)
    with pytest.raises(UnavailableError):
        connector.fetch(None)


def test_new_comments_are_found_among_many_because_the_order_is_asked_for(
    site: FacebookSite, clock: Clock, connector: Facebook, post: str
) -> None:
    site.flood(post, 250, apart=timedelta(minutes=1))
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    late = site.comment(post, "!")
    before = len(site.wire.requests)
    assert late in found(connector, cursor)
    assert len(site.wire.requests) - before == 2


def test_a_list_that_is_ranked_all_the_same_is_read_to_its_end(
    site: FacebookSite, clock: Clock, connector: Facebook, post: str
) -> None:
    site.ignores_order = True
    for number in range(250):
        site.comment(post, "x" * (number % 90 + 2), created=clock.now - timedelta(minutes=number))
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    late = site.comment(post, "!")
    assert late in found(connector, cursor)


@pytest.mark.parametrize("omitted", [range(40, 60), range(100), range(100, 200)])
def test_a_short_or_an_empty_page_is_not_the_end(
    site: FacebookSite, connector: Facebook, post: str, omitted: range
) -> None:
    ids = site.flood(post, 250)
    newest_first = sorted(ids, reverse=True)
    site.omitted = {newest_first[number] for number in omitted}
    assert set(found(connector)) == set(ids) - site.omitted


def test_pages_that_overlap_do_no_harm(site: FacebookSite, connector: Facebook, post: str) -> None:
    site.overlap = 30
    assert set(site.flood(post, 250)) == set(found(connector))


def test_the_departments_own_comments_are_told_apart(site: FacebookSite, connector: Facebook, post: str) -> None:
    own = site.comment(post, "By the mill.", author=(site.page_id, "Jackson Police"))
    assert found(connector)[own].by_page


def test_a_comment_whose_author_is_not_told_is_captured_as_a_visitors(
    site: FacebookSite, connector: Facebook, post: str
) -> None:
    unnamed = site.comment(post, "Who am I?", author=None)
    author = found(connector)[unnamed].author
    assert (author.name, author.platform_id) == ("Facebook user", None)
    assert not found(connector)[unnamed].by_page


STICKER = {"type": "sticker", "url": "https://x.example/s?hash=1", "media": {"image": {"src": "https://x.example/s"}}}
PHOTO = {
    "type": "photo",
    "target": {"id": "555", "url": "https://www.facebook.com/photo/555"},
    "media": {"image": {"src": "https://cdn.example/a.jpg?oh=1"}},
}


@pytest.mark.parametrize(
    ("attachment", "kind", "url"),
    [
        (STICKER, "sticker", "https://x.example/s"),
        (PHOTO, "image", "https://cdn.example/a.jpg?oh=1"),
        ({"type": "animated_image_share", "url": "https://g.example/1"}, "image", "https://g.example/1"),
        ({"type": "video_inline", "target": {"id": "7"}}, "video", ""),
        ({"type": "share", "url": "https://l.example/"}, "link", "https://l.example/"),
        ({"type": "something_new"}, "other", ""),
        ({"type": None, "media": "no", "target": []}, "other", ""),
    ],
)
def test_a_comment_without_words_has_its_attachment(
    site: FacebookSite, connector: Facebook, post: str, attachment: dict[str, Any], kind: str, url: str
) -> None:
    wordless = site.comment(post, "", attachment=attachment)
    (media,) = found(connector)[wordless].media
    assert (media.kind, media.url) == (kind, url)
    assert media.id


@pytest.mark.parametrize("kept", [STICKER, PHOTO])
def test_an_address_that_is_signed_anew_is_no_edit(
    site: FacebookSite, connector: Facebook, post: str, kept: dict[str, Any]
) -> None:
    wordless = site.comment(post, "", attachment=kept)
    before = found(connector)[wordless].digest
    src = f"{kept['media']['image']['src'].partition('?')[0]}?oh=another"
    site.comments[wordless].attachment = {**kept, "media": {"image": {"src": src}}}
    assert found(connector)[wordless].digest == before


def test_another_picture_is_an_edit(site: FacebookSite, connector: Facebook, post: str) -> None:
    wordless = site.comment(post, "", attachment=PHOTO)
    before = found(connector)[wordless].digest
    site.comments[wordless].attachment = {**PHOTO, "target": {"id": "556"}}
    assert found(connector)[wordless].digest != before


def test_a_post_without_words_has_the_platforms_own(site: FacebookSite, connector: Facebook, post: str) -> None:
    del site.posts[post]["message"]
    site.posts[post]["story"] = "The Department has a new cover picture."
    (told,) = connector.fetch(None).posts
    assert told.text == "The Department has a new cover picture."


def test_the_raw_bytes_are_those_that_came(site: FacebookSite, connector: Facebook, post: str) -> None:
    emoji = site.comment(post, "👩🏽‍🚒 was here")
    assert b"\\ud83d\\udc69" in found(connector)[emoji].raw


def test_comments_without_ids_name_the_permission(site: FacebookSite, connector: Facebook, comment: str) -> None:
    site.public_only = True
    with pytest.raises(ForbiddenError, match="pages_read_user_content"):
        connector.fetch(None)


def test_a_persons_token_is_exchanged_for_the_pages_own(site: FacebookSite, comment: str) -> None:
    site.person_token = "EAAGpersonpersonperson"
    connector = page(site, secret=site.secret(access_token=site.person_token))
    assert comment in found(connector)


def test_an_account_without_a_task_on_the_page_is_told_so(site: FacebookSite, comment: str) -> None:
    site.person_token, site.person_has_task = "EAAGpersonpersonperson", False
    with pytest.raises(ForbiddenError, match="task Moderate"):
        page(site, secret=site.secret(access_token=site.person_token)).fetch(None)


@pytest.mark.parametrize(("why", "words"), [(EXPIRED, "expired"), (PASSWORD_CHANGED, "password was changed")])
def test_a_token_that_ends_in_the_middle_stops_the_page(
    site: FacebookSite, connector: Facebook, post: str, why: tuple[int, int], words: str
) -> None:
    site.flood(post, 250)
    end = meanwhile(lambda: setattr(site, "refused", why))
    site.wire.next(meanwhile(lambda: None), times=3)
    site.wire.next(end)
    with pytest.raises(UnauthorizedError, match=words):
        connector.fetch(None)


def test_a_lost_permission_is_no_absence(site: FacebookSite, clock: Clock, connector: Facebook, comment: str) -> None:
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.scopes.discard("pages_read_user_content")
    with pytest.raises(ForbiddenError, match=r"pages_read_user_content \(to read what visitors write\)"):
        connector.fetch(cursor)
    with pytest.raises(ForbiddenError, match="pages_read_user_content"):
        connector.state(comment)


def test_a_token_that_died_is_no_absence_either(site: FacebookSite, connector: Facebook, comment: str) -> None:
    connector.fetch(None)
    site.wire.next(refusing(100, 33))
    site.wire.next(meanwhile(lambda: None))
    site.refused = (190, 460)
    with pytest.raises(UnauthorizedError):
        connector.state(comment)


def test_a_permission_for_another_page_is_none(site: FacebookSite, connector: Facebook, comment: str) -> None:
    site.token_scopes_for = "999"
    with pytest.raises(ForbiddenError, match="pages_manage_engagement"):
        connector.check()


def test_a_limit_that_is_reached_says_when_to_come_back(site: FacebookSite, connector: Facebook, comment: str) -> None:
    site.usage, site.regain_minutes, site.throttled = 100, 30, (80001, 0)
    with pytest.raises(UnavailableError) as caught:
        connector.fetch(None)
    assert caught.value.retry_after == 1800


def test_a_comment_that_a_filter_held_back_is_found_when_it_appears(
    site: FacebookSite, clock: Clock, connector: Facebook, post: str
) -> None:
    site.flood(post, 250, apart=timedelta(minutes=1))
    late = site.comment(
        post, "Late.", created=clock.now - timedelta(hours=3), listed_from=clock.now + timedelta(hours=1)
    )
    cursor = connector.fetch(None).cursor
    clock.forward(hours=7)
    assert late in found(connector, cursor)


def test_the_comments_of_a_deleted_post_are_gone(
    site: FacebookSite, clock: Clock, connector: Facebook, comment: str
) -> None:
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.remove_post(site.comments[comment].post)
    assert connector.fetch(cursor).gone == (comment,)


def test_a_backfill_brings_what_came_since(site: FacebookSite, clock: Clock, connector: Facebook, post: str) -> None:
    old = site.comment(post, "Old.", created=clock.now - timedelta(days=90))
    young = site.comment(post, "Young.", created=clock.now - timedelta(days=3))
    batch = connector.backfill(clock.now - timedelta(days=30), None)
    assert [each.platform_id for each in batch.comments] == [young]
    assert old not in {each.platform_id for each in batch.comments}
    assert [each.platform_id for each in batch.posts] == [post]
    assert not batch.more


# --- acting -----------------------------------------------------------------------------------------------------------


def test_what_facebook_does_not_let_the_page_hide_goes_to_a_person(
    site: FacebookSite, connector: Facebook, comment: str
) -> None:
    site.comments[comment].can_hide = False
    outcome = connector.hide(comment)
    assert outcome.result is Result.UNSUPPORTED
    assert "can_hide" in outcome.detail
    assert site.wire.count("POST") == 0
    assert capability.hide_steps


def test_the_words_true_and_false_are_sent_small(site: FacebookSite, connector: Facebook, comment: str) -> None:
    assert connector.hide(comment).result is Result.DONE
    assert connector.unhide(comment).result is Result.DONE
    sent = [each.body.decode() for each in site.wire.requests if each.method == "POST"]
    assert ["is_hidden=true" in sent[0], "is_hidden=false" in sent[1]] == [True, True]


def test_a_token_is_never_in_the_address_of_a_change(site: FacebookSite, connector: Facebook, comment: str) -> None:
    connector.hide(comment)
    (change,) = [each for each in site.wire.requests if each.method == "POST"]
    assert change.params == {}


@pytest.mark.parametrize("fault", [lost_after_doing(), truncated(), truncated(length_tells=False)])
def test_an_answer_that_was_lost_is_unknown_and_reading_settles_it(
    site: FacebookSite, connector: Facebook, comment: str, fault: Fault
) -> None:
    site.wire.next(fault, "POST")
    assert connector.hide(comment).result is Result.UNKNOWN
    assert connector.state(comment).state is State.HIDDEN
    assert site.wire.count("POST") == 1


@pytest.mark.parametrize(
    "fault",
    [broken(), broken(503), web_page(), web_page(502), empty_outage(), refusing(1, 0, 500), refusing(2, 0, 503)],
)
def test_an_answer_that_proves_nothing_is_unknown(
    site: FacebookSite, connector: Facebook, comment: str, fault: Fault
) -> None:
    site.wire.next(fault, "POST")
    assert connector.hide(comment).result is Result.UNKNOWN


@pytest.mark.parametrize("answer", [{"success": False}, {}, {"id": True}])
def test_only_a_success_that_is_said_is_one(
    site: FacebookSite, connector: Facebook, comment: str, answer: dict[str, bool]
) -> None:
    site.answers = answer
    assert connector.hide(comment).result is Result.UNKNOWN


@pytest.mark.parametrize("codes", [(32, 0, 400), (80001, 0, 400), (613, 0, 400), (4, 0, 403)])
def test_a_limit_turns_a_hide_away_before_it_is_done(
    site: FacebookSite, connector: Facebook, comment: str, codes: tuple[int, int, int]
) -> None:
    site.usage, site.regain_minutes = 99, 5
    site.wire.next(refusing(*codes), "POST")
    outcome = connector.hide(comment)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, 300.0)
    assert not site.comments[comment].hidden


@pytest.mark.parametrize("codes", [(200, 0, 403), (10, 0, 403), (368, 0, 400), (190, 460, 400)])
def test_a_refusal_is_denied(
    site: FacebookSite, connector: Facebook, comment: str, codes: tuple[int, int, int]
) -> None:
    site.wire.next(refusing(*codes), "POST")
    assert connector.hide(comment).result is Result.DENIED


def test_a_comment_that_goes_between_reading_and_hiding_is_settled_by_reading(
    site: FacebookSite, connector: Facebook, comment: str
) -> None:
    connector.fetch(None)
    site.wire.next(meanwhile(lambda: site.comments.pop(comment)), "GET")
    assert connector.hide(comment).result is Result.UNKNOWN
    assert connector.state(comment).state is State.GONE


def test_a_hide_is_no_absence_when_the_permission_to_read_is_lost(
    site: FacebookSite, connector: Facebook, comment: str
) -> None:
    connector.fetch(None)
    site.scopes.discard("pages_read_user_content")
    outcome = connector.hide(comment)
    assert outcome.result is Result.DENIED
    assert "pages_read_user_content" in outcome.detail


def test_two_hide_at_once_and_both_are_right(site: FacebookSite, connector: Facebook, comment: str) -> None:
    other = page(site)
    site.wire.next(meanwhile(lambda: setattr(site.comments[comment], "hidden", True)), "POST")
    assert connector.hide(comment).result is Result.DONE
    assert other.hide(comment).result is Result.ALREADY


def test_a_hide_is_counted_before_anything_is_sent_as_an_act(site: FacebookSite, comment: str) -> None:
    purse = Purse({"calls": 1})
    with pytest.raises(BudgetSpentError):
        page(site, purse).hide(comment)
    assert site.wire.requests == []
    purse = Purse()
    page(site, purse).hide(comment)
    assert purse.acts == purse.spent
    assert purse.spent["calls"] == len(site.wire.requests)


def test_every_call_of_a_fetch_is_counted(site: FacebookSite, post: str, comment: str) -> None:
    purse = Purse(pace=1e6)
    page(site, purse).fetch(None)
    assert purse.spent["calls"] == len(site.wire.requests)
    assert purse.acts["calls"] == 0


# --- checking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["pages_read_engagement", "pages_read_user_content", "pages_manage_engagement"])
def test_a_check_names_the_permission_that_is_missing(site: FacebookSite, connector: Facebook, scope: str) -> None:
    site.scopes.discard(scope)
    with pytest.raises(ForbiddenError, match=rf"{scope} \(to .*ofrecord connect fb"):
        connector.check()


def test_a_wrong_app_secret_is_told_from_a_dead_token(site: FacebookSite) -> None:
    wrong = page(site, secret=site.secret(app_secret="f" * 32))
    with pytest.raises(UnauthorizedError, match="app's id and secret"):
        wrong.check()


def test_the_end_of_the_token_is_the_nearer_of_its_two_ends(site: FacebookSite, connector: Facebook) -> None:
    assert connector.check().expires_at is None
    site.expires_at = datetime(2027, 1, 20, tzinfo=UTC)
    assert connector.check().expires_at == site.expires_at
    site.data_access_expires_at = datetime(2027, 1, 5, tzinfo=UTC)
    assert connector.check().expires_at == site.data_access_expires_at


def test_a_version_is_warned_about_ninety_days_before_it_is_closed(site: FacebookSite, clock: Clock) -> None:
    old = page(site, version="v21.0")
    clock.now = datetime(2026, 10, 22, tzinfo=UTC)
    assert old.check().warnings == ()
    clock.now = datetime(2026, 10, 24, tzinfo=UTC)
    (warning,) = old.check().warnings
    assert "v21.0" in warning
    assert "21 Jan 2027" in warning


def test_a_closed_version_that_another_one_answers_for_is_told(site: FacebookSite) -> None:
    site.served_version = "v22.0"
    (warning,) = page(site, version="v19.0").check().warnings
    assert "answers as v22.0, not v19.0" in warning


def test_what_the_page_says_about_itself_is_read(connector: Facebook) -> None:
    assert connector.check().about == "The police of the Town.\n555 0100"


def test_a_page_that_tells_nothing_of_itself_can_be_moderated_all_the_same(
    site: FacebookSite, connector: Facebook
) -> None:
    def no_such_field(request: Request, do: Callable[[], Reply]) -> Reply:
        return graph_error(100) if "about" in request.params.get("fields", "") else do()

    site.wire.next(no_such_field, times=10)
    assert connector.check().about is None


@pytest.mark.parametrize("key", [{"page_id": "jacksonpd"}, {"version": "26"}, {"api": "http://graph.facebook.com"}])
def test_a_key_of_another_form_is_refused(key: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Settings(**{"page_id": "1", **key})


def test_a_comment_without_a_time_is_no_reason_to_stop() -> None:
    comment = comment_of("fb", "1", "1_2", {"id": "2_3", "message": "Hi."}, "{}")
    assert comment.created == datetime(1970, 1, 1, tzinfo=UTC)
