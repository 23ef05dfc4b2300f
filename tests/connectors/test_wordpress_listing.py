from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from connectors._http import Http
from connectors.base import UnavailableError
from connectors.wordpress.api import Api
from connectors.wordpress.listing import Bounds, walk
from tests.connectors.wordpress_site import NOW, Clock
from tests.simulators.loopback import Reply, Request, meanwhile
from tests.simulators.wordpress import WordPressSite, running


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    with running(WordPressSite(clock=Clock())) as started:
        yield started


@pytest.fixture
def api(site: WordPressSite) -> Api:
    api = Api(site.url, site.user, lambda: site.password, Http("blog"))
    api.identify()
    return api


def undisturbed(request: Request, do: Callable[[], Reply]) -> Reply:
    return do()


def mark_as_spam(site: WordPressSite, ids: list[int]) -> Callable[[], None]:
    def mark() -> None:
        for each in ids:
            site.comments[each].status = "spam"

    return mark


def test_comments_that_leave_the_list_move_no_other_out_of_sight(site: WordPressSite, api: Api) -> None:
    ids = [site.comment(1, "x", utc=NOW - timedelta(minutes=300 - n)) for n in range(250)]
    site.wire.next(meanwhile(mark_as_spam(site, ids[:30])))
    assert walk(api, "all", Bounds()).rows.keys() >= set(ids[30:])


@pytest.mark.parametrize("before", [1, 2, 3])
def test_comments_that_leave_a_crowded_second_move_no_other_out_of_sight(
    site: WordPressSite, api: Api, before: int
) -> None:
    ids = site.flood(1, 350)
    for _ in range(before):
        site.wire.next(undisturbed)
    site.wire.next(meanwhile(mark_as_spam(site, ids[:10])))
    assert walk(api, "all", Bounds()).rows.keys() >= set(ids[10:])


def test_a_crowded_second_that_never_stands_still_is_read_later(site: WordPressSite, api: Api) -> None:
    ids = site.flood(1, 350)
    site.wire.next(undisturbed, times=2)
    for start in range(0, 100, 10):
        site.wire.next(meanwhile(mark_as_spam(site, ids[start : start + 10])))
    with pytest.raises(UnavailableError, match="Page blog: the comments kept changing"):
        walk(api, "all", Bounds())


def test_a_page_that_is_short_for_want_of_rights_is_not_the_last(site: WordPressSite, api: Api) -> None:
    site.unreadable_posts.add(7)
    for minute in range(200):
        site.comment(7 if minute % 2 else 1, "x", status="hold", utc=NOW - timedelta(minutes=minute))
    found = walk(api, "all", Bounds())
    assert (len(found.rows), found.withheld, found.finished) == (100, True, True)


def test_pages_of_which_nothing_may_be_read_are_passed_over(site: WordPressSite, api: Api) -> None:
    site.unreadable_posts.add(7)
    site.flood(7, 250, status="hold", utc=NOW - timedelta(hours=1))
    last = site.comment(1, "x")
    assert walk(api, "all", Bounds()).rows.keys() == {last}


def test_a_walk_that_has_enough_says_that_it_is_not_finished(site: WordPressSite, api: Api) -> None:
    for minute in range(300):
        site.comment(1, "x", utc=NOW - timedelta(minutes=minute))
    found = walk(api, "all", Bounds(enough=100))
    assert (found.finished, len(site.wire.requests)) == (False, 2)


def test_bounds_include_their_first_second_and_not_their_last(site: WordPressSite, api: Api) -> None:
    ids = [site.comment(1, "x", utc=NOW + timedelta(seconds=n)) for n in range(5)]
    start = NOW.replace(microsecond=0)
    found = walk(api, "all", Bounds(start + timedelta(seconds=1), start + timedelta(seconds=3)))
    assert found.rows.keys() == set(ids[1:3])


def test_a_site_that_hides_the_total_is_read_to_the_end(site: WordPressSite, api: Api) -> None:
    ids = [site.comment(1, "x", utc=NOW - timedelta(minutes=n)) for n in range(200)]
    site.wire.next(without_total, times=9)
    assert walk(api, "all", Bounds()).rows.keys() == set(ids)


def without_total(request: Request, do: Callable[[], Reply]) -> Reply:
    reply = do()
    return Reply(reply.status, reply.body, {name: each for name, each in reply.headers.items() if name != "X-WP-Total"})


def test_a_site_that_ignores_the_time_asked_for_ends_in_an_error_not_in_a_loop(site: WordPressSite, api: Api) -> None:
    for minute in range(150):
        site.comment(1, "x", utc=NOW - timedelta(minutes=minute))
    first: list[Reply] = []

    def always_the_first(request: Request, do: Callable[[], Reply]) -> Reply:
        first.append(do())
        return first[0]

    site.wire.next(always_the_first, times=50)
    with pytest.raises(UnavailableError, match=r"kept changing|ignores the time"):
        walk(api, "all", Bounds())
