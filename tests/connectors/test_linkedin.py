"""LinkedIn's own traps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.base import BudgetSpentError, ForbiddenError, GoneError, Result, UnauthorizedError, UnavailableError
from connectors.linkedin import LinkedIn, Settings, capability, connect
from models.comment import Comment, State
from tests.connectors.means import MemorySecret, Purse, means
from tests.simulators.graph import Clock
from tests.simulators.linkedin import OWN, LinkedInSite, day_is_over, refusal, running, telling_the_token
from tests.simulators.loopback import broken, json_reply, meanwhile, too_many, truncated, web_page


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Iterator[LinkedInSite]:
    with running(LinkedInSite(clock=clock)) as started:
        yield started


@pytest.fixture
def connector(site: LinkedInSite) -> LinkedIn:
    return opened(site)


@pytest.fixture
def post(site: LinkedInSite) -> str:
    return site.publish("The bridge is closed.")


@pytest.fixture
def comment(site: LinkedInSite, post: str) -> str:
    return site.comment(post, "Which bridge?")


def opened(
    site: LinkedInSite, purse: Purse | None = None, secret: MemorySecret | None = None, **settings: Any
) -> LinkedIn:
    addresses = {"api": site.url, "tokens": f"{site.url}/oauth/v2/accessToken"}
    keys = Settings(**{"organization": "7412903", "look_seconds": 0, "posts_minutes": 0, **addresses, **settings})
    return connect("linkedin", keys, means(secret or site.secret(), purse or Purse(pace=1e6)), clock=site.clock)


def found(connector: LinkedIn, cursor: str | None = None) -> dict[str, Comment]:
    return {each.platform_id: each for each in connector.fetch(cursor).comments}


def asked(site: LinkedInSite, part: str) -> int:
    return sum(part in each.path for each in site.wire.requests)


# --- what is read ----------------------------------------------------------------------------------------------------


def test_answers_come_from_the_list_below_the_comment_that_they_answer(
    site: LinkedInSite, connector: LinkedIn, post: str, comment: str
) -> None:
    answer = site.comment(post, "The one by the mill.", parent=comment)
    both = found(connector)
    assert (both[comment].parent_id, both[answer].parent_id) == (None, comment)
    assert {each.post_id for each in both.values()} == {post}


def test_an_answer_that_does_not_name_what_it_answers_is_known_by_the_list_that_it_came_from(
    site: LinkedInSite, connector: LinkedIn, post: str, comment: str
) -> None:
    site.names_parent = False
    answer = site.comment(post, "The one by the mill.", parent=comment)
    assert found(connector)[answer].parent_id == comment


def test_no_answers_are_asked_for_where_linkedin_says_that_there_are_none(
    site: LinkedInSite, connector: LinkedIn, comment: str
) -> None:
    assert comment in found(connector)
    assert asked(site, "/comments") == 1


@pytest.mark.parametrize(("always", "seen"), [(True, True), (False, False)])
def test_where_linkedin_does_not_say_whether_there_are_answers_a_setting_asks_all_the_same(
    site: LinkedInSite, post: str, comment: str, always: bool, seen: bool
) -> None:
    site.tells_answers = False
    answer = site.comment(post, "The one by the mill.", parent=comment)
    assert (answer in found(opened(site, answers_always=always))) is seen


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(("names_next", "counts"), [(True, False), (False, True), (False, False)])
def test_every_comment_comes_in_whatever_order_and_however_the_end_is_told(
    site: LinkedInSite, connector: LinkedIn, post: str, newest_first: bool, names_next: bool, counts: bool
) -> None:
    site.newest_first, site.names_next, site.counts, site.most_at_once = newest_first, names_next, counts, 10
    start = site.clock()
    written = {site.comment(post, f"comment {n}", created=start - timedelta(days=n)) for n in range(25)}
    assert set(found(connector)) == written


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_new_comment_is_seen_in_whatever_order_they_come(
    site: LinkedInSite, clock: Clock, connector: LinkedIn, post: str, newest_first: bool
) -> None:
    site.newest_first, site.most_at_once = newest_first, 10
    for number in range(25):
        site.comment(post, f"comment {number}", created=clock.now - timedelta(days=30 - number))
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    assert site.comment(post, "late") in found(connector, cursor)


@pytest.mark.parametrize(("names_next", "counts"), [(True, False), (False, True)])
def test_a_page_that_leaves_something_out_is_not_taken_for_the_last(
    site: LinkedInSite, connector: LinkedIn, post: str, names_next: bool, counts: bool
) -> None:
    site.most_at_once, site.names_next, site.counts = 10, names_next, counts
    written = [site.comment(post, f"comment {n}", created=site.clock() - timedelta(days=n)) for n in range(15)]
    site.withheld = set(written[:3])
    assert set(found(connector)) == set(written[3:])


def test_what_a_list_leaves_out_and_can_be_read_by_itself_is_not_gone(
    site: LinkedInSite, clock: Clock, connector: LinkedIn, comment: str
) -> None:
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.withheld = {comment}
    batch = connector.fetch(cursor)
    assert batch.gone == ()
    assert [each.platform_id for each in batch.comments] == [comment]


def test_a_deleted_comment_is_gone_and_the_answers_below_it_too(
    site: LinkedInSite, clock: Clock, connector: LinkedIn, post: str, comment: str
) -> None:
    answer = site.comment(post, "The one by the mill.", parent=comment)
    other = site.comment(post, "Thanks.")
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.delete(comment)
    batch = connector.fetch(cursor)
    assert set(batch.gone) == {comment, answer}
    assert other in {each.platform_id for each in batch.comments}


def test_a_comment_that_vanishes_before_its_answers_are_read_stops_nothing(
    site: LinkedInSite, connector: LinkedIn, post: str, comment: str
) -> None:
    site.comment(post, "The one by the mill.", parent=comment)
    other = site.comment(post, "Thanks.")
    site.wire.next(meanwhile(lambda: None))  # the posts
    site.wire.next(meanwhile(lambda: site.delete(comment)))  # the comments
    assert other in found(connector)


def test_a_comment_that_comes_while_a_list_is_read_is_seen_at_the_latest_by_the_next_look(
    site: LinkedInSite, clock: Clock, connector: LinkedIn, post: str
) -> None:
    site.most_at_once = 10
    early = [site.comment(post, f"comment {n}", created=clock.now - timedelta(days=n + 1)) for n in range(15)]
    late: list[str] = []
    site.wire.next(meanwhile(lambda: None))
    site.wire.next(meanwhile(lambda: late.append(site.comment(post, "late"))))
    first = connector.fetch(None)
    clock.forward(minutes=1)
    both = {each.platform_id for each in first.comments} | set(found(connector, first.cursor))
    assert both == {*early, *late}


def test_an_edit_far_down_is_noticed_by_the_next_look(
    site: LinkedInSite, clock: Clock, connector: LinkedIn, post: str
) -> None:
    site.most_at_once = 10
    written = [site.comment(post, f"comment {n}", created=clock.now - timedelta(days=n)) for n in range(25)]
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.comments[written[-1]].text = "Something else."
    assert found(connector, cursor)[written[-1]].text == "Something else."


def test_an_edit_is_a_version_and_a_new_address_of_a_picture_is_none(
    site: LinkedInSite, clock: Clock, connector: LinkedIn, post: str
) -> None:
    picture = {"type": "IMAGE", "entity": {"digitalmediaAsset": "urn:li:digitalmediaAsset:C5"}, "url": "https://x/?e=1"}
    wordless = site.comment(post, "", more={"content": [picture]})
    before = found(connector)[wordless]
    assert [(each.kind, each.id) for each in before.media] == [("image", "urn:li:digitalmediaAsset:C5")]
    site.comments[wordless].more = {"content": [{**picture, "url": "https://x/?e=2"}]}
    assert found(connector)[wordless].digest == before.digest
    site.comments[wordless].text = "Look."
    assert found(connector)[wordless].digest != before.digest


def test_the_departments_own_comments_are_told_apart(site: LinkedInSite, connector: LinkedIn, post: str) -> None:
    own = site.comment(post, "By the mill.", actor=OWN)
    other = site.comment(post, "Buy here.", actor="urn:li:organization:99")
    both = found(connector)
    assert (both[own].by_page, both[other].by_page) == (True, False)


def test_drafts_are_not_watched_and_every_kind_of_post_is(site: LinkedInSite, connector: LinkedIn, post: str) -> None:
    site.publish("Not yet.", lifecycleState="DRAFT")
    other = site.publish("With a picture.", kind="ugcPost")
    assert {each.platform_id for each in connector.fetch(None).posts} == {post, other}


def test_a_posts_text_comes_without_linkedins_marks(site: LinkedInSite, connector: LinkedIn) -> None:
    site.publish(r"Ask @[Rosa \(PIO\)](urn:li:person:x) \| {hashtag|\#|JacksonHole} 1 \< 2")
    assert connector.fetch(None).posts[0].text == "Ask Rosa (PIO) | #JacksonHole 1 < 2"


def test_a_comments_link_brings_it_out_below_what_it_answers(
    site: LinkedInSite, connector: LinkedIn, post: str, comment: str
) -> None:
    answer = site.comment(post, "The one by the mill.", parent=comment)
    activity = site.activity(post)
    short, number = activity.removeprefix("urn:li:"), comment.rpartition(",")[2]
    link = found(connector)[answer].permalink.replace("%3A", ":").replace("%28", "(").replace("%29", ")")
    assert link.startswith(f"https://www.linkedin.com/feed/update/{activity}/?")
    assert f"commentUrn=urn:li:comment:({short}%2C{number}&replyUrn=" in link


def test_a_comment_without_author_or_time_comes_all_the_same(
    site: LinkedInSite, connector: LinkedIn, post: str
) -> None:
    odd = site.comment(post, "Who am I?", more={"actor": None, "created": None})
    comment = found(connector)[odd]
    assert (comment.author.name, comment.author.platform_id) == ("LinkedIn member", None)


def test_comments_older_than_the_watch_are_brought_by_a_backfill(
    site: LinkedInSite, clock: Clock, connector: LinkedIn, post: str
) -> None:
    old = site.comment(post, "Old.", created=clock.now - timedelta(days=40))
    answer = site.comment(post, "Newer.", parent=old, created=clock.now - timedelta(days=2))
    batch = connector.backfill(clock.now - timedelta(days=10), None)
    assert [each.platform_id for each in batch.comments] == [answer]
    assert not batch.more


# --- names -----------------------------------------------------------------------------------------------------------


def test_no_name_is_asked_for_unless_the_department_says_so(site: LinkedInSite, comment: str) -> None:
    author = found(opened(site))[comment].author
    assert author.name == "LinkedIn member"
    assert author.platform_id == "urn:li:person:sHq2W0-_k"
    assert asked(site, "people") == 0


def test_a_name_is_asked_for_once(site: LinkedInSite, post: str) -> None:
    for text in ("One.", "Two."):
        site.comment(post, text, "Rosa Blanchard")
    connector = opened(site, names=True)
    assert {each.author.name for each in found(connector).values()} == {"Rosa Blanchard"}
    connector.fetch(None)
    assert asked(site, "people") == 1


def test_a_name_that_linkedin_keeps_to_itself_loses_no_comment(site: LinkedInSite, comment: str) -> None:
    site.private = set(site.people)
    assert found(opened(site, names=True))[comment].author.name == "LinkedIn member"


def test_a_budget_that_ends_at_a_name_loses_no_comment(site: LinkedInSite, comment: str) -> None:
    purse = Purse({"calls": 2}, pace=1e6)
    assert found(opened(site, purse, names=True))[comment].author.name == "LinkedIn member"


# --- what a person does ----------------------------------------------------------------------------------------------


def test_nothing_is_ever_sent_for_a_hide(site: LinkedInSite, connector: LinkedIn, comment: str) -> None:
    assert connector.hide(comment).result is Result.UNSUPPORTED
    assert connector.unhide(comment).result is Result.UNSUPPORTED
    assert site.wire.requests == []
    assert "Do not block or restrict its author, and do not turn comments off for others." in capability.hide_steps


@pytest.mark.parametrize("alone", [True, False])
def test_an_answer_is_there_whether_it_can_be_read_by_itself_or_only_in_its_list(
    site: LinkedInSite, connector: LinkedIn, post: str, comment: str, alone: bool
) -> None:
    site.shows_answers_alone = alone
    answer = site.comment(post, "The one by the mill.", parent=comment)
    assert connector.state(answer).state is State.VISIBLE
    assert connector.state(answer).digest == found(connector)[answer].digest
    site.delete(answer)
    assert connector.state(answer).state is State.GONE


@pytest.mark.parametrize("status", [403, 404])
def test_a_lost_role_is_no_absence_however_linkedin_says_it(
    site: LinkedInSite, clock: Clock, connector: LinkedIn, comment: str, status: int
) -> None:
    cursor = connector.fetch(None).cursor
    clock.forward(minutes=1)
    site.roles.clear()
    site.refuses_with = status
    with pytest.raises(ForbiddenError, match="the Page"):
        connector.fetch(cursor)
    with pytest.raises(ForbiddenError, match="the Page"):
        connector.state(comment)


def test_a_wrong_number_of_the_page_is_named(site: LinkedInSite) -> None:
    site.roles["urn:li:organization:1"] = "ADMINISTRATOR"
    site.wire.next(lambda request, do: refusal(404, "NOT_FOUND"))
    with pytest.raises(GoneError, match=r"urn:li:organization:1; look at pages\.linkedin\.organization"):
        opened(site, organization="1").fetch(None)


# --- the check -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["ADMINISTRATOR", "CONTENT_ADMINISTRATOR"])
def test_a_check_proves_the_role_and_reads_what_the_page_says_of_itself(
    site: LinkedInSite, connector: LinkedIn, comment: str, role: str
) -> None:
    site.roles[OWN] = role
    assert connector.check().about == "Jackson PD\nOf the Town."


@pytest.mark.parametrize("roles", [{}, {"urn:li:organization:1": "ADMINISTRATOR"}, {OWN: "ANALYST"}])
def test_a_check_names_the_missing_role(site: LinkedInSite, connector: LinkedIn, roles: dict[str, str]) -> None:
    site.roles = roles
    with pytest.raises(ForbiddenError, match="make them a Super or Content admin of the Page"):
        connector.check()


@pytest.mark.parametrize("scope", ["r_organization_social", "rw_organization_admin"])
def test_a_missing_permission_is_named(site: LinkedInSite, connector: LinkedIn, comment: str, scope: str) -> None:
    site.scopes.discard(scope)
    with pytest.raises(ForbiddenError, match=scope):
        connector.check()


def test_a_role_far_down_the_list_is_found(site: LinkedInSite, connector: LinkedIn) -> None:
    site.most_at_once = 2
    site.roles = {f"urn:li:organization:{n}": "ADMINISTRATOR" for n in range(5)} | site.roles
    connector.check()


@pytest.mark.parametrize(
    ("today", "warned"),
    [(datetime(2027, 3, 2, tzinfo=UTC), False), (datetime(2027, 3, 3, tzinfo=UTC), True)],
)
def test_the_end_of_a_version_is_told_90_days_ahead(
    site: LinkedInSite, clock: Clock, today: datetime, warned: bool
) -> None:
    clock.now = today
    warnings = opened(site, version="202606").check().warnings
    assert [
        each.startswith("LinkedIn may close version 202606 of its interface from 01 Jun 2027 on") for each in warnings
    ] == ([True] if warned else [])


def test_a_version_that_is_closed_stops_the_page_and_names_the_setting(site: LinkedInSite) -> None:
    site.oldest_version = "202607"
    with pytest.raises(ForbiddenError, match=r"closed version 202606.*set pages\.linkedin\.version"):
        opened(site, version="202606").fetch(None)


@pytest.mark.parametrize("version", ["202613", "2026-06", "202600", "latest"])
def test_a_version_that_is_no_month_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="version"):
        Settings(organization="1", version=version)


# --- the token -------------------------------------------------------------------------------------------------------


def in_file(site: LinkedInSite, days: float) -> MemorySecret:
    return MemorySecret(site.secret(expires_at=(site.clock() + timedelta(days=days)).isoformat()))


def test_a_check_tells_when_the_token_ends(site: LinkedInSite) -> None:
    assert opened(site, secret=in_file(site, 45)).check().expires_at == site.clock() + timedelta(days=45)


def test_a_token_is_renewed_when_half_its_time_is_left_and_kept_before_it_is_used(
    site: LinkedInSite, comment: str
) -> None:
    site.refresh = "AQWrefresh0123456789"
    secret = in_file(site, 29)
    assert comment in found(opened(site, secret=secret))
    kept = json.loads(secret.read())
    assert (kept["access_token"], kept["refresh_token"]) == (site.renewed_token, site.refresh)
    assert datetime.fromisoformat(kept["expires_at"]) == site.clock() + timedelta(days=60)


@pytest.mark.parametrize(("refresh", "days"), [("AQWrefresh0123456789", 31), ("", 5)])
def test_a_young_token_or_one_that_cannot_be_renewed_is_left_alone(
    site: LinkedInSite, comment: str, refresh: str, days: int
) -> None:
    site.refresh = refresh
    secret = in_file(site, days)
    assert comment in found(opened(site, secret=secret))
    assert (secret.saved, asked(site, "oauth")) == ([], 0)


def test_a_renewal_that_fails_stops_nothing(site: LinkedInSite, comment: str) -> None:
    site.refresh = "AQWrefresh0123456789"
    secret = in_file(site, 20)
    site.wire.next(broken(), "POST")
    assert comment in found(opened(site, secret=secret))
    assert secret.saved == []


def test_a_token_that_is_refused_is_renewed_once_where_linkedin_granted_that(site: LinkedInSite, comment: str) -> None:
    site.refresh = "AQWrefresh0123456789"
    secret = in_file(site, 59)
    site.token = "AQXold"
    assert comment in found(opened(site, secret=secret))
    assert asked(site, "oauth") == 1


def test_a_token_that_another_process_renewed_is_taken_from_the_file(site: LinkedInSite, comment: str) -> None:
    newer = site.secret()
    secret = MemorySecret(site.secret(access_token="AQXold0123456789012345"))

    def renewed_elsewhere() -> None:
        secret.save(newer)

    site.wire.next(meanwhile(renewed_elsewhere))
    assert comment in found(opened(site, secret=secret))
    assert asked(site, "oauth") == 0


def test_a_refusal_that_holds_the_token_is_not_repeated(site: LinkedInSite, connector: LinkedIn) -> None:
    site.wire.next(telling_the_token(site.token))
    with pytest.raises(UnauthorizedError, match=r"401 INVALID_ACCESS_TOKEN.*ofrecord connect linkedin") as caught:
        connector.fetch(None)
    assert site.token not in repr(caught.value)


# --- limits and outages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hour", "wait"), [(3, 3600.0), (23, 1800.0)])
def test_the_days_limit_is_tried_again_every_hour_and_after_midnight(
    site: LinkedInSite, clock: Clock, connector: LinkedIn, hour: int, wait: float
) -> None:
    clock.now = datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
    site.wire.next(day_is_over())
    with pytest.raises(UnavailableError, match="limit for the day") as caught:
        connector.fetch(None)
    assert caught.value.retry_after == wait


def test_another_pause_is_as_long_as_linkedin_asks(site: LinkedInSite, connector: LinkedIn) -> None:
    site.wire.next(too_many("17"))
    with pytest.raises(UnavailableError, match="asks for a pause") as caught:
        connector.fetch(None)
    assert caught.value.retry_after == 17.0


@pytest.mark.parametrize("fault", [broken(), broken(503), web_page(), truncated(), truncated(length_tells=False)])
def test_an_outage_is_no_empty_page(site: LinkedInSite, connector: LinkedIn, comment: str, fault: Any) -> None:
    cursor = connector.fetch(None).cursor
    site.wire.next(fault, times=2)
    for _ in range(2):
        with pytest.raises(UnavailableError, match="linkedin"):
            connector.fetch(cursor)
    assert comment in found(connector)


def test_a_list_that_is_none_is_no_empty_page(site: LinkedInSite, connector: LinkedIn, post: str) -> None:
    site.wire.next(lambda request, do: json_reply({"elements": {}}))
    with pytest.raises(UnavailableError, match="list is none"):
        connector.fetch(None)


def test_a_budget_that_ends_amid_the_answers_goes_on_there(site: LinkedInSite, clock: Clock, post: str) -> None:
    tops = [site.comment(post, f"comment {n}") for n in range(3)]
    answers = {site.comment(post, f"answer to {each}", parent=each) for each in tops}
    purse = Purse({"calls": 3}, pace=1e6)
    connector = opened(site, purse)
    first = connector.fetch(None)
    assert len(answers & {each.platform_id for each in first.comments}) == 1
    purse.most["calls"] = 100
    clock.forward(minutes=1)
    rest = found(connector, first.cursor)
    assert answers <= {each.platform_id for each in first.comments} | set(rest)
    assert sum(each.path.count(tops[0].rpartition(",")[2]) for each in site.wire.requests) <= 1


def test_every_call_is_counted(site: LinkedInSite, post: str, comment: str) -> None:
    site.comment(post, "The one by the mill.", parent=comment)
    purse = Purse(pace=1e6)
    connector = opened(site, purse, names=True)
    connector.fetch(None)
    connector.check()
    connector.state(comment)
    assert purse.spent["calls"] == len(site.wire.requests)


def test_reading_for_a_task_may_use_what_polling_has_to_leave(site: LinkedInSite, comment: str) -> None:
    purse = Purse(pace=1e6)
    opened(site, purse).state(comment)
    assert purse.acts["calls"] == 1


def test_a_spent_budget_sends_nothing(site: LinkedInSite, comment: str) -> None:
    connector = opened(site, Purse({"calls": 0}))
    with pytest.raises(BudgetSpentError):
        connector.fetch(None)
    with pytest.raises(BudgetSpentError):
        connector.state(comment)
    assert site.wire.requests == []
