"""X: what goes wrong there, one promise each. Each test fails when its guard is taken out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from bot.budget import Meter
from connectors._http import Http, Limits
from connectors.base import Batch, BudgetSpentError, ForbiddenError, Result, UnauthorizedError, UnavailableError
from connectors.x import Settings, X, connect, limits
from connectors.x.refusal import TurnedAwayError
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.peer_x import XPeer
from tests.simulators.loopback import (
    Fault,
    Reply,
    Request,
    broken,
    json_reply,
    lost_after_doing,
    meanwhile,
    truncated,
    web_page,
)
from tests.simulators.x import XSite, errors_alone, form_of, limit_reached, not_found, problem

NOW = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    """This machine's clock, and X's where it is not skewed."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


Open = Callable[..., XPeer]


@pytest.fixture
def open_page(clock: Clock) -> Iterator[Open]:
    """Opens an account; switches of the site by name, settings in `settings`."""
    with ExitStack() as running:

        def opened(http: Http | None = None, settings: dict[str, object] | None = None, **switches: object) -> XPeer:
            return XPeer(running, XSite(clock=clock, **switches), http, **(settings or {}))  # type: ignore[arg-type]

        yield opened


@pytest.fixture
def page(open_page: Open) -> XPeer:
    return open_page()


def spending(page: XPeer, **most: int) -> tuple[X, Purse]:
    """The connector of the same page with a budget of its own."""
    purse = Purse(most, pace=1e6)
    return connect(
        "bird", Settings.model_validate(page.settings), means(page.kept, purse), None, page.site.clock
    ), purse


def ids(batch: Batch) -> set[str]:
    return {each.platform_id for each in batch.comments}


def asked(page: XPeer, path: str) -> list[dict[str, str]]:
    """What was asked of one address."""
    return [dict(each.params) for each in page.faults.requests if each.path == path]


def puts(page: XPeer) -> int:
    return page.faults.count("PUT")


# --- answers ----------------------------------------------------------------------------------------------------------


def test_success_with_errors_and_without_data_is_no_hide(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.faults.next(errors_alone(), "PUT", times=2)
    assert page.connector.hide(reply).result is Result.UNKNOWN
    assert page.visible(reply)


def test_a_hide_of_what_went_meanwhile_is_gone(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.faults.next(meanwhile(lambda: page.remove(reply)), "GET")
    assert page.connector.hide(reply).result is Result.GONE


def test_an_answer_that_it_is_still_visible_is_no_hide(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.faults.next(lambda request, do: json_reply({"data": {"hidden": False}}), "PUT")
    assert page.connector.hide(reply).result is Result.DENIED


def test_a_list_with_errors_alone_is_not_an_empty_list(page: XPeer) -> None:
    page.post("A post.")
    page.connector.check()
    page.faults.next(errors_alone(), "GET")
    with pytest.raises(UnavailableError, match="bird"):
        page.connector.fetch(None)


def test_an_error_about_another_post_in_a_list_does_no_harm(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.connector.check()

    def beside(request: Request, do: Callable[[], Reply]) -> Reply:
        return json_reply({**json.loads(do().body), "errors": [not_found("20")]})

    page.faults.next(beside, "GET", times=2)
    assert reply in ids(page.connector.fetch(None))


@pytest.mark.parametrize("fault", [web_page(), truncated(length_tells=False), web_page(502)])
def test_what_is_not_xs_json_is_an_outage(page: XPeer, fault: Fault) -> None:
    page.post("A post.")
    page.connector.check()
    page.faults.next(fault, "GET")
    with pytest.raises(UnavailableError, match="bird"):
        page.connector.fetch(None)


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_429_without_the_end_of_its_window_is_asked_once_and_tried_later(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.faults.next(limit_reached(), "PUT", times=50)
    outcome = page.connector.hide(reply)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, None)
    assert puts(page) == 1


def test_a_429_whose_end_is_no_number_is_tried_later(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.faults.next(limit_reached(**{"x-rate-limit-reset": "soon"}), "PUT")
    assert page.connector.hide(reply).result is Result.RETRY


def test_the_fifty_first_hide_of_a_window_waits_for_its_end(page: XPeer, clock: Clock) -> None:
    post = page.post("A post.")
    replies = [page.comment(post, f"reply {n}") for n in range(2)]
    page.connector.hide(replies[0])
    clock.forward(minutes=5)
    page.site._windows["hidden"] = (page.site._windows["hidden"][0], 50)
    outcome = page.connector.hide(replies[1])
    assert outcome.result is Result.RETRY
    assert outcome.retry_after == pytest.approx(600, abs=2)
    clock.forward(seconds=outcome.retry_after or 0)
    assert page.connector.hide(replies[1]).result is Result.DONE


@pytest.mark.parametrize("minutes", [-5, 5])
def test_the_end_of_a_window_goes_by_xs_clock(open_page: Open, clock: Clock, minutes: int) -> None:
    page = open_page(skew=timedelta(minutes=minutes))
    reply = page.comment(page.post("A post."), "A reply.")
    page.connector.hide(reply)
    ends = [reset for kind, _, _, reset in page.purse.learned if kind == "hides"][-1]
    assert ends is not None
    assert abs(ends - (clock.now + timedelta(minutes=15))) < timedelta(seconds=2)


def test_what_the_headings_say_is_taken_over(page: XPeer) -> None:
    page.connector.hide(page.comment(page.post("A post."), "A reply."))
    assert [row[:3] for row in page.purse.learned if row[0] == "hides"] == [("hides", 50, 49)]


def test_a_hide_and_its_reads_may_use_what_is_reserved(page: XPeer) -> None:
    connector, purse = spending(page)
    connector.hide(page.comment(page.post("A post."), "A reply."))
    assert purse.acts["hides"] == purse.spent["hides"] == 1
    assert purse.acts["lookups"] == purse.spent["lookups"] > 0
    assert purse.acts["money"] == purse.spent["money"] > 0


def test_a_spent_budget_of_hides_sends_nothing(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    connector, _ = spending(page, hides=0)
    with pytest.raises(BudgetSpentError):
        connector.hide(reply)
    assert page.faults.requests == []


# --- money ------------------------------------------------------------------------------------------------------------


def test_what_is_counted_is_never_less_than_what_x_charges(page: XPeer) -> None:
    post = page.post("A post.")
    replies = [page.comment(post, f"reply {n}", author=f"Visitor {n}") for n in range(12)]
    page.site.comment(post, "No name.", names=False)
    connector, purse = spending(page)
    connector.check()
    cursor = connector.fetch(None).cursor
    connector.fetch(cursor)
    connector.hide(replies[0])
    assert 0 < page.site.billed <= purse.spent["money"]


def test_no_page_is_asked_for_that_could_cost_more_than_is_left(page: XPeer) -> None:
    post = page.post("A post.")
    for n in range(90):
        page.comment(post, f"reply {n}", author=f"Visitor {n}")
    connector, purse = spending(page, money=500_000)
    batch = connector.fetch(None)
    assert batch.comments
    assert page.site.billed <= 500_000
    assert max(int(each["max_results"]) for each in asked(page, "/2/users/783214/mentions")) < 40
    assert purse.spent["money"] <= 500_000


def test_a_sum_that_is_used_up_stops_reading_before_anything_is_sent(page: XPeer) -> None:
    page.comment(page.post("A post."), "A reply.")
    connector, _ = spending(page, money=9_999)
    with pytest.raises(BudgetSpentError):
        connector.fetch(None)
    assert page.faults.requests == []


def test_a_walk_that_the_sum_ends_goes_on_where_it_stopped(page: XPeer) -> None:
    post = page.post("A post.")
    everything = {page.comment(post, f"reply {n}", author=f"Visitor {n}") for n in range(40)}
    connector, purse = spending(page, money=400_000)
    first = connector.fetch(None)
    assert ids(first) < everything
    purse.most["money"] = 10**9
    second = connector.fetch(first.cursor)
    below = asked(page, "/2/users/783214/mentions")[-1]["until_id"]
    assert ids(first) | ids(second) == everything
    assert int(below) <= min(map(int, ids(first)))


def test_replies_are_read_again_only_as_often_as_the_sum_bears(open_page: Open, clock: Clock) -> None:
    page = open_page(settings={"rescan_hours": 24})
    post = page.post("A post.")
    replies = [page.comment(post, f"reply {n}") for n in range(20)]
    connector, purse = spending(page)
    purse._pace = 1.0  # micro-dollars a second: 20 replies at 5000 take 55 hours at half of it
    cursor = connector.fetch(None).cursor
    page.remove(replies[0])
    clock.forward(hours=50)
    batch = connector.fetch(cursor)
    assert batch.gone == ()
    clock.forward(hours=8)
    assert connector.fetch(batch.cursor).gone == (replies[0],)


def test_a_busy_conversation_is_searched_less_often_when_money_is_short(page: XPeer, clock: Clock) -> None:
    post = page.post("A post.")
    for n in range(20):
        page.comment(post, f"reply {n}")
    connector, purse = spending(page)
    cursor = connector.fetch(None).cursor
    purse._pace = 1.0
    clock.forward(hours=2)
    connector.fetch(cursor)
    assert len(asked(page, "/2/tweets/search/recent")) == 1


def test_the_cap_of_the_configuration_counts_in_dollars() -> None:
    money = next(limit for limit in limits if limit.kind == "money")
    assert money.money
    assert money.window.kind == "monthly"
    assert Meter("x", limits, {"money": 50_000_000})


@pytest.mark.parametrize(("status", "kind"), [(402, "credits"), (403, "credits"), (403, "usage-capped")])
def test_credits_that_are_used_up_stop_nothing_for_good_and_are_named(page: XPeer, status: int, kind: str) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    refusal = problem(status, kind, "CreditsDepleted")
    page.connector.check()
    page.faults.next(lambda request, do: refusal, "GET")
    with pytest.raises(TurnedAwayError, match="add credits") as caught:
        page.connector.fetch(None)
    assert caught.value.retry_after == 3600
    page.faults.next(lambda request, do: refusal, "PUT")
    assert page.connector.hide(reply).result is Result.RETRY


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_a_new_token_is_saved_before_it_is_first_used(page: XPeer) -> None:
    page.post("A post.")
    page.site.expire()
    used: list[bool] = []

    def noted(request: Request, do: Callable[[], Reply]) -> Reply:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        used.append(any(token in each for each in page.kept.saved))
        return do()

    page.faults.next(lambda request, do: do(), "GET")  # the one that is refused
    page.faults.next(noted, "GET")
    page.connector.fetch(None)
    assert used == [True]


def test_a_refresh_token_works_once_and_the_next_one_is_kept(page: XPeer) -> None:
    page.connector.check()
    for _ in range(3):
        page.site.expire()
        page.connector.check()
    used = [form_of(each)["refresh_token"] for each in page.faults.requests if each.path == "/2/oauth2/token"]
    assert len(set(used)) == 3


def test_a_token_about_to_end_is_renewed_before_it_is_refused(page: XPeer, clock: Clock) -> None:
    clock.forward(hours=1, minutes=59)
    page.connector.check()
    assert page.faults.requests[0].path == "/2/oauth2/token"


def test_tokens_that_another_process_renewed_are_used(page: XPeer) -> None:
    """Both see the old token refused; the other one's renewal has killed the refresh token that this one has."""
    page.connector.check()
    other = connect("bird", Settings.model_validate(page.settings), means(page.kept, Purse()), None, page.site.clock)
    page.site.expire()
    page.faults.next(meanwhile(other.check), "GET")
    assert page.connector.check().about


def test_a_renewal_that_came_second_takes_the_tokens_of_the_first(page: XPeer) -> None:
    page.connector.check()
    other = connect("bird", Settings.model_validate(page.settings), means(page.kept, Purse()), None, page.site.clock)
    page.site.expire()

    def overtaken(request: Request, do: Callable[[], Reply]) -> Reply:
        other.check()
        return do()

    page.faults.next(overtaken, "POST")
    assert page.connector.check().about
    assert len(page.kept.saved) == 1


def test_a_check_asks_once_whose_token_it_is(page: XPeer) -> None:
    page.connector.check()
    assert len(asked(page, "/2/users/me")) == 1


def test_a_renewal_that_is_refused_stops_the_page_and_names_the_command(page: XPeer) -> None:
    page.revoke()
    with pytest.raises(UnauthorizedError, match="ofrecord connect bird"):
        page.connector.fetch(None)


def test_a_renewal_without_an_answer_leaves_a_hide_to_be_tried_again(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.connector.state(reply)
    page.faults.next(meanwhile(page.site.expire), "GET")
    page.faults.next(broken(503), "POST")
    assert page.connector.hide(reply).result is Result.RETRY


def test_a_hide_whose_token_ended_meanwhile_is_made_with_the_next_one(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.faults.next(meanwhile(page.site.expire), "GET")
    assert page.connector.hide(reply).result is Result.DONE


def test_the_token_of_another_account_is_refused_by_name(open_page: Open) -> None:
    page = open_page(settings={"username": "SomebodyElse"})
    with pytest.raises(ForbiddenError, match="@SomebodyElse"):
        page.connector.check()


def test_a_missing_permission_is_named_with_what_it_is_for(page: XPeer) -> None:
    parts = json.loads(page.secret)
    page.kept.save(json.dumps({**parts, "scope": "tweet.read users.read offline.access"}))
    with pytest.raises(ForbiddenError, match=r"tweet\.moderate\.write \(to hide and restore replies\)"):
        page.connector.check()


def test_without_a_refresh_token_the_end_is_told(page: XPeer, clock: Clock) -> None:
    parts = {name: part for name, part in json.loads(page.secret).items() if name != "refresh_token"}
    page.kept.save(json.dumps(parts))
    assert page.connector.check().expires_at == clock.now + timedelta(hours=2)


def test_what_the_account_says_about_itself_is_told(page: XPeer) -> None:
    assert page.connector.check().about == page.site.about


# --- the wire ---------------------------------------------------------------------------------------------------------


def test_an_answer_that_never_comes_ends(open_page: Open) -> None:
    page = open_page(Http("bird", Limits(connect=0.5, silence=0.2, whole=0.5)))
    over = Event()
    page.faults.next(meanwhile(lambda: over.wait(5)), "GET")
    with pytest.raises(UnavailableError, match="in time"):
        page.connector.fetch(None)
    over.set()


def test_a_hide_whose_answer_is_lost_is_asked_again_and_told(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.faults.next(lost_after_doing(), "PUT")
    assert page.connector.hide(reply).result is Result.DONE
    assert puts(page) == 2
    assert not page.visible(reply)


def test_a_hide_without_any_answer_is_unknown(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.faults.next(lost_after_doing(), "PUT", times=2)
    assert page.connector.hide(reply).result is Result.UNKNOWN


def test_a_refusal_after_a_lost_answer_proves_nothing(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.faults.next(lost_after_doing(), "PUT")
    page.faults.next(limit_reached(), "PUT")
    assert page.connector.hide(reply).result is Result.UNKNOWN


# --- what can be hidden -----------------------------------------------------------------------------------------------


def test_a_reply_in_somebody_elses_conversation_is_denied_with_the_reason(page: XPeer) -> None:
    begun = page.site.mention("Look at this, @JacksonPD.")
    reply = page.site.comment(begun, "A reply there.", "Rosa Blanchard")
    outcome = page.connector.hide(reply)
    assert outcome.result is Result.DENIED
    assert "begun by somebody else" in outcome.detail


def test_a_full_conversation_makes_it_a_task_with_the_reason(open_page: Open) -> None:
    page = open_page(most_hidden=1)
    post = page.post("A post.")
    first, second = (page.comment(post, f"reply {n}") for n in range(2))
    assert page.connector.hide(first).result is Result.DONE
    outcome = page.connector.hide(second)
    assert outcome.result is Result.UNSUPPORTED
    assert "725" in outcome.detail
    assert page.connector.unhide(first).result is Result.DONE


def test_what_a_person_has_shown_again_is_a_task(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.site.posts[reply].stubborn = True
    assert page.connector.hide(reply).result is Result.UNSUPPORTED


def test_nobody_is_told_that_it_is_hidden_but_the_answer(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    page.set_state(reply, State.HIDDEN)
    assert page.connector.state(reply).state is State.UNKNOWN


# --- versions ---------------------------------------------------------------------------------------------------------


def test_an_edit_is_a_version_of_the_same_comment(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "Before.")
    first = page.connector.fetch(None)
    new = page.site.edit(reply, "After.")
    (found,) = page.connector.fetch(first.cursor).comments
    assert (found.platform_id, found.text) == (reply, "After.")
    assert found.permalink.endswith(new)
    assert found.author.name == "Pat Visitor"


def test_what_is_hidden_is_the_newest_version(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "Before.")
    new = page.site.edit(reply, "After.")
    page.connector.hide(reply)
    assert page.faults.requests[-1].path == f"/2/tweets/{new}/hidden"


def test_the_digest_now_is_that_of_the_newest_version(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "Before.")
    page.site.edit(reply, "After.")
    (found,) = page.connector.fetch(None).comments
    assert page.connector.state(reply).digest == found.digest


def test_an_edited_post_of_the_department_stays_one_post(page: XPeer) -> None:
    post = page.post("Before.")
    cursor = page.connector.fetch(None).cursor
    page.site.edit(post, "After.")
    page.comment(post, "A reply.")
    batch = page.connector.fetch(cursor)
    assert [(each.platform_id, each.text) for each in batch.posts] == [(post, "After.")]
    assert [each.post_id for each in batch.comments] == [post]


def test_a_long_reply_comes_whole(page: XPeer) -> None:
    long = "A long story. " * 60 + "The end."
    reply = page.comment(page.post("A post."), long)
    (found,) = page.connector.fetch(None).comments
    assert (found.platform_id, found.text) == (reply, long)


def test_pictures_and_links_come_as_media(page: XPeer) -> None:
    post = page.post("A post.")
    picture = {"media_key": "3_1", "type": "photo", "url": "https://pbs.example/1.jpg"}
    link = {"url": "https://t.co/a", "expanded_url": "https://shop.example/"}
    reply = page.site.comment(post, "See https://t.co/a", media=[picture], links=[link])
    (found,) = page.connector.fetch(None).comments
    assert [(each.id, each.kind, each.url) for each in found.media] == [
        ("3_1", "image", "https://pbs.example/1.jpg"),
        ("https://t.co/a", "link", "https://shop.example/"),
    ]
    assert page.connector.state(reply).digest == found.digest


# --- what is read -----------------------------------------------------------------------------------------------------


def test_new_mentions_are_asked_for_by_the_last_one_seen(page: XPeer, clock: Clock) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    cursor = page.connector.fetch(None).cursor
    clock.forward(minutes=30)
    page.connector.fetch(cursor)
    assert asked(page, "/2/users/783214/mentions")[-1]["since_id"] == reply


def test_a_reply_that_turns_up_late_and_below_others_is_found(open_page: Open, clock: Clock) -> None:
    page = open_page(settings={"look_minutes": 60})
    post = page.post("A post.")
    cursor = page.connector.fetch(None).cursor
    clock.forward(minutes=5)
    hidden_yet = page.comment(post, "Indexed late.")
    page.site.posts[hidden_yet].names = False  # not in the list yet
    clock.forward(seconds=10)
    page.comment(post, "Indexed at once.")
    clock.forward(seconds=5)
    cursor = page.connector.fetch(cursor).cursor
    page.site.posts[hidden_yet].names = True
    clock.forward(seconds=15)
    assert hidden_yet in ids(page.connector.fetch(cursor))


def test_a_search_overlaps_the_last_one_by_the_lag(open_page: Open, clock: Clock) -> None:
    page = open_page(lag=timedelta(seconds=30))
    post = page.post("A post.")
    clock.forward(minutes=5)
    cursor = page.connector.fetch(None).cursor
    reply = page.site.comment(post, "Without the name.", names=False)
    clock.forward(seconds=10)
    cursor = page.connector.fetch(cursor).cursor
    clock.forward(seconds=30)
    assert reply in ids(page.connector.fetch(cursor))


def test_a_reply_without_the_accounts_name_is_found_by_the_search(page: XPeer) -> None:
    reply = page.site.comment(page.post("A post."), "No name in it.", names=False)
    assert reply in ids(page.connector.fetch(None))


def test_a_search_never_reaches_back_beyond_seven_days(page: XPeer, clock: Clock) -> None:
    post = page.post("A post.")
    cursor = page.connector.fetch(None).cursor
    clock.forward(days=9)
    reply = page.site.comment(post, "Late.", names=False)
    clock.forward(minutes=1)
    batch = page.connector.fetch(cursor)
    assert reply in ids(batch)
    assert "seven days" in batch.gap


def test_more_mentions_than_x_lists_are_a_gap(page: XPeer) -> None:
    post = page.post("A post.")
    for n in range(805):
        page.comment(post, f"reply {n}")
    assert "800" in page.connector.fetch(None).gap


def test_what_is_said_elsewhere_is_not_captured(page: XPeer) -> None:
    page.post("A post.")
    page.site.comment(page.site.mention("Not below their post, @JacksonPD."), "Nor this.", "Rosa Blanchard")
    assert page.connector.fetch(None).comments == ()


def test_a_conversation_of_somebody_else_is_looked_up_once(page: XPeer) -> None:
    page.post("A post.")
    begun = page.site.mention("Elsewhere, @JacksonPD.")
    cursor = page.connector.fetch(None).cursor
    page.site.comment(begun, "Once more, @JacksonPD.")
    page.connector.fetch(cursor)
    assert [each["ids"] for each in asked(page, "/2/tweets")] == [begun]


def test_a_reply_below_a_post_that_is_not_watched_any_more_is_captured(open_page: Open) -> None:
    page = open_page(settings={"posts_watched": 1})
    old = page.post("The old post.")
    page.post("The new post.")
    cursor = page.connector.fetch(None).cursor
    reply = page.comment(old, "Still here.")
    batch = page.connector.fetch(cursor)
    assert [(each.platform_id, each.post_id) for each in batch.comments] == [(reply, old)]
    assert old in {each.platform_id for each in batch.posts}


def test_the_departments_own_replies_are_captured_as_its_own(page: XPeer) -> None:
    post = page.post("A post.")
    page.site.comment(post, "We answer.", "Jackson Police Department")
    (found,) = page.connector.fetch(None).comments
    assert found.by_page


def test_known_replies_are_read_again_only_when_it_is_time(open_page: Open, clock: Clock) -> None:
    page = open_page(settings={"rescan_hours": 24})
    reply = page.comment(page.post("A post."), "A reply.")
    cursor = page.connector.fetch(None).cursor
    page.remove(reply)
    clock.forward(hours=23)
    batch = page.connector.fetch(cursor)
    assert batch.gone == ()
    clock.forward(hours=2)
    assert page.connector.fetch(batch.cursor).gone == (reply,)


def test_an_outage_makes_nobody_gone(page: XPeer) -> None:
    page.comment(page.post("A post."), "A reply.")
    cursor = page.connector.fetch(None).cursor
    page.faults.next(lambda request, do: do(), "GET", times=2)
    page.faults.next(errors_alone(), "GET")
    with pytest.raises(UnavailableError):
        page.connector.fetch(cursor)


def test_older_mentions_come_by_backfill_the_newest_first(open_page: Open, clock: Clock) -> None:
    page = open_page(page_size=5)
    post = page.site.publish("An old post.", made=NOW - 40 * DAY)
    replies = [page.site.comment(post, f"reply {n}", made=NOW - (30 - n) * DAY) for n in range(12)]
    found: list[str] = []
    cursor: str | None = None
    for _ in range(5):
        batch = page.connector.backfill(NOW - 25 * DAY, cursor)
        found += [each.platform_id for each in batch.comments]
        cursor = batch.cursor
        if not batch.more:
            break
    assert found == replies[:4:-1]


def test_a_cursor_that_cannot_be_read_begins_anew(page: XPeer) -> None:
    reply = page.comment(page.post("A post."), "A reply.")
    assert reply in ids(page.connector.fetch('{"threads": 7}'))
