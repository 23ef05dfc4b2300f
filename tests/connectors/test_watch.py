"""Reading a page post by post, against a source that is no platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from connectors._watch import Watch
from connectors._watch.backfill import backfill
from connectors._watch.position import Position
from connectors._watch.source import Habits, Listed, Published, Row
from connectors.base import (
    Batch,
    BudgetSpentError,
    ForbiddenError,
    GoneError,
    UnauthorizedError,
    UnavailableError,
)
from models.comment import Author, Comment, Post

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HABITS = Habits(posts=10, listing=120, shortest=60, whole=6 * 3600)


def comment(number: int, when: datetime, text: str = "Hello.", post: str = "p") -> Comment:
    return Comment("page", str(number), post, Author("Pat Visitor"), text, when)


@dataclass
class Shelf:
    """Posts with comments, newest first, three to a page."""

    page: str = "page"
    now: datetime = START
    kept: dict[str, list[Comment]] = field(default_factory=lambda: {"p": []})
    unlisted: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    """Posts that are listed before the newest one."""
    calls: list[str] = field(default_factory=list)
    most_calls: int = 10**6
    size: int = 3
    stale: bool = False
    """Places to go on from are refused."""
    denied: bool = False
    """What is not shown is forbidden, and not gone."""
    loops: bool = False
    ranked: bool = False

    def write(self, number: int, *, ago: timedelta = timedelta(0), text: str = "Hello.", post: str = "p") -> None:
        self.kept[post].append(comment(number, self.now - ago, text, post))

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    def posts(self, onward: str | None) -> tuple[tuple[Published, ...], str | None]:
        self._count("posts")
        start = int(onward or 0)
        names = [*self.changed, *(each for each in list(self.kept)[::-1] if each not in self.changed)]
        shown = names[start : start + self.size]
        created = {name: START - timedelta(days=1) + timedelta(minutes=n) for n, name in enumerate(self.kept)}
        posts = tuple(Published(Post("page", each, "A post.", created[each]), self.counts.get(each)) for each in shown)
        return posts, str(start + self.size) if start + self.size < len(names) else None

    def comments(self, post_id: str, onward: str | None) -> Listed:
        self._count(f"comments {post_id} {onward or ''}".strip())
        if post_id not in self.kept:
            raise GoneError("no such post")
        if onward and self.stale:
            raise ForbiddenError("no such place")
        listed = [each for each in self.kept[post_id] if each.platform_id not in self.unlisted]
        rows = sorted(listed, key=lambda each: each.text if self.ranked else each.created, reverse=not self.ranked)
        start = int(onward or 0)
        further = start + (0 if self.loops else self.size)
        more = str(further) if start + self.size < len(rows) else None
        shown = (Row(each, each.created.timestamp()) for each in rows[start : start + self.size])
        return Listed(tuple(shown), more)

    def read(self, platform_id: str, post_id: str) -> tuple[Comment, ...]:
        self._count(f"read {platform_id}")
        return tuple(each for each in self.kept[post_id] if each.platform_id == platform_id)

    def prove(self) -> None:
        self._count("prove")
        if self.denied:
            raise UnauthorizedError("a permission is missing")

    def _count(self, call: str) -> None:
        if len(self.calls) >= self.most_calls:
            raise BudgetSpentError("spent", 60.0)
        self.calls.append(call)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def watch(shelf: Shelf, habits: Habits = HABITS, pace: Callable[[], float] = lambda: 10.0) -> Watch:
    return Watch(shelf, habits, pace, lambda: shelf.now)


def ids(batch: Batch) -> list[int]:
    return [int(each.platform_id) for each in batch.comments]


def looked(shelf: Shelf, cursor: str | None, **later: float) -> tuple[Batch, list[str]]:
    """Fetch again after a while: the batch, and the calls that it took."""
    shelf.forward(**later)
    before = len(shelf.calls)
    batch = watch(shelf).fetch(cursor)
    return batch, shelf.calls[before:]


def filled(shelf: Shelf, count: int) -> str:
    """Comments a minute apart, the highest number newest, all of them read; gives the cursor."""
    for number in range(count):
        shelf.write(number, ago=timedelta(minutes=count - number))
    batch = watch(shelf).fetch(None)
    assert sorted(ids(batch)) == list(range(count))
    return batch.cursor


def test_the_first_look_reads_to_the_end(shelf: Shelf) -> None:
    filled(shelf, 40)
    assert len(shelf.calls) == 1 + 14


def test_a_later_look_reads_down_to_what_is_known_and_some_way_below(shelf: Shelf) -> None:
    cursor = filled(shelf, 40)
    shelf.forward(minutes=2)
    shelf.write(40)
    batch, calls = looked(shelf, cursor)
    assert 40 in ids(batch)
    assert [each for each in calls if each != "posts"] == [
        f"comments p {n}".replace(" 0", "") for n in (0, 3, 6, 9, 12)
    ]


def test_the_newest_known_comment_may_be_gone_and_nothing_is_lost(shelf: Shelf) -> None:
    cursor = filled(shelf, 40)
    shelf.forward(minutes=2)
    for number in range(40, 52):
        shelf.write(number, ago=timedelta(seconds=60 - number))
    del shelf.kept["p"][39]
    batch, _ = looked(shelf, cursor)
    assert set(range(40, 52)) <= set(ids(batch))
    assert batch.gone == ("39",)


def test_more_than_a_page_of_new_comments_is_read_whole(shelf: Shelf) -> None:
    cursor = filled(shelf, 3)
    shelf.forward(minutes=2)
    for number in range(3, 30):
        shelf.write(number)
    assert set(range(3, 30)) <= set(ids(looked(shelf, cursor)[0]))


def test_what_appears_late_in_the_middle_is_found_by_the_next_look_to_the_end(shelf: Shelf) -> None:
    cursor = filled(shelf, 40)
    shelf.write(99, ago=timedelta(minutes=30))
    batch, _ = looked(shelf, cursor, minutes=3)
    assert 99 not in ids(batch)
    batch, _ = looked(shelf, batch.cursor, hours=6)
    assert 99 in ids(batch)


def test_an_edit_far_down_is_found_by_the_next_look_to_the_end(shelf: Shelf) -> None:
    cursor = filled(shelf, 40)
    shelf.kept["p"][0] = comment(0, shelf.kept["p"][0].created, "Changed.")
    batch, _ = looked(shelf, cursor, hours=7)
    assert "Changed." in [each.text for each in batch.comments]


def test_a_list_that_is_in_no_order_is_read_to_its_end(shelf: Shelf) -> None:
    cursor = filled(shelf, 40)
    shelf.ranked = True
    shelf.forward(minutes=2)
    shelf.write(40, text="The lowest of all.")
    batch, _ = looked(shelf, cursor)
    assert 40 in ids(batch)
    assert batch.gone == ()


def test_what_is_missing_from_half_of_a_list_in_no_order_is_not_asked_for(shelf: Shelf) -> None:
    shelf.size, shelf.ranked = 100, True
    for number in range(600):
        shelf.write(number, ago=timedelta(minutes=number), text=f"{number * 7 % 600}")
    batch = watch(shelf).fetch(watch(shelf).fetch(None).cursor)
    _, calls = looked(shelf, batch.cursor, hours=7)
    assert calls == ["posts", "comments p", *(f"comments p {number}" for number in range(100, 500, 100))]


def test_a_comment_is_gone_when_it_is_neither_listed_nor_read(shelf: Shelf) -> None:
    cursor = filled(shelf, 4)
    del shelf.kept["p"][2]
    batch, calls = looked(shelf, cursor, minutes=2)
    assert batch.gone == ("2",)
    assert calls[-2:] == ["read 2", "prove"]


def test_a_comment_that_is_only_left_out_of_the_list_is_not_gone(shelf: Shelf) -> None:
    cursor = filled(shelf, 4)
    shelf.unlisted = {"2"}
    batch, _ = looked(shelf, cursor, minutes=2)
    assert batch.gone == ()
    assert 2 in ids(batch)


def test_a_comment_that_is_left_out_is_read_by_itself_once_an_hour(shelf: Shelf) -> None:
    cursor = filled(shelf, 4)
    shelf.unlisted = {"2"}
    batch, _ = looked(shelf, cursor, minutes=2)
    batch, calls = looked(shelf, batch.cursor, minutes=2)
    assert "read 2" not in calls
    _, calls = looked(shelf, batch.cursor, hours=1)
    assert "read 2" in calls


def test_what_may_not_be_seen_any_more_is_not_gone(shelf: Shelf) -> None:
    cursor = filled(shelf, 4)
    del shelf.kept["p"][2]
    shelf.denied = True
    with pytest.raises(UnauthorizedError):
        looked(shelf, cursor, minutes=2)


def test_a_post_that_is_gone_takes_its_comments_along(shelf: Shelf) -> None:
    shelf.kept["q"] = []
    cursor = filled(shelf, 4)
    del shelf.kept["p"]
    batch, calls = looked(shelf, cursor, minutes=2)
    assert set(batch.gone) == {"0", "1", "2", "3"}
    assert "prove" in calls
    assert "p" not in Position.parse(batch.cursor).posts


def test_a_post_that_may_not_be_seen_any_more_is_not_gone(shelf: Shelf) -> None:
    cursor = filled(shelf, 4)
    del shelf.kept["p"]
    shelf.denied = True
    with pytest.raises(UnauthorizedError):
        looked(shelf, cursor, minutes=2)


def test_a_budget_that_ends_before_anything_was_read_is_told(shelf: Shelf) -> None:
    shelf.most_calls = 0
    with pytest.raises(BudgetSpentError):
        watch(shelf).fetch(None)


@pytest.mark.parametrize("calls", range(1, 15))
def test_a_budget_that_ends_in_between_loses_nothing(shelf: Shelf, calls: int) -> None:
    for number in range(30):
        shelf.write(number, ago=timedelta(minutes=30 - number))
    shelf.most_calls = calls
    batch = watch(shelf, pace=lambda: 0.0 if len(shelf.calls) >= shelf.most_calls else 10.0).fetch(None)
    assert not batch.more
    found = set(ids(batch))
    shelf.most_calls = 10**6
    rest, _ = looked(shelf, batch.cursor, minutes=2)
    assert found | set(ids(rest)) == set(range(30))


def test_a_walk_that_was_broken_off_goes_on_where_it_was(shelf: Shelf) -> None:
    for number in range(30):
        shelf.write(number, ago=timedelta(minutes=30 - number))
    shelf.most_calls = 6
    batch = watch(shelf).fetch(None)
    shelf.most_calls = 10**6
    batch, calls = looked(shelf, batch.cursor, minutes=1)
    assert calls == [f"comments p {number}" for number in range(15, 30, 3)]
    _, calls = looked(shelf, batch.cursor, minutes=2)
    assert len(calls) == 1 + 4


def test_what_came_during_a_walk_that_was_broken_off_is_found_afterwards(shelf: Shelf) -> None:
    for number in range(30):
        shelf.write(number, ago=timedelta(minutes=30 - number))
    shelf.most_calls = 6
    batch = watch(shelf).fetch(None)
    shelf.most_calls = 10**6
    shelf.forward(seconds=10)
    shelf.write(30)
    batch, _ = looked(shelf, batch.cursor, minutes=1)
    assert 30 in ids(batch) + ids(looked(shelf, batch.cursor, minutes=2)[0])


def test_a_place_to_go_on_from_that_is_refused_means_beginning_anew(shelf: Shelf) -> None:
    for number in range(8):
        shelf.write(number, ago=timedelta(minutes=8 - number))
    shelf.most_calls = 2
    batch = watch(shelf).fetch(None)
    shelf.most_calls, shelf.stale, shelf.size = 10**6, True, 10
    rest, calls = looked(shelf, batch.cursor, minutes=1)
    assert set(ids(rest)) == set(range(8))
    assert calls[:2] == ["comments p 3", "comments p"]


def test_a_list_that_turns_in_a_circle_is_an_error_that_names_the_page(shelf: Shelf) -> None:
    for number in range(8):
        shelf.write(number)
    shelf.loops = True
    with pytest.raises(UnavailableError, match="Page page"):
        watch(shelf).fetch(None)


def test_a_large_backlog_comes_in_several_batches(shelf: Shelf) -> None:
    for number in range(1200):
        shelf.write(number, ago=timedelta(minutes=1200 - number))
    shelf.size = 100
    first = watch(shelf).fetch(None)
    assert first.more
    second, third = watch(shelf).fetch(first.cursor), None
    assert second.more
    third = watch(shelf).fetch(second.cursor)
    assert not third.more
    assert {*ids(first), *ids(second), *ids(third)} == set(range(1200))


def test_a_post_is_not_looked_at_again_before_its_time(shelf: Shelf) -> None:
    cursor = filled(shelf, 3)
    _, calls = looked(shelf, cursor, seconds=30)
    assert calls == []


def test_the_posts_are_listed_at_their_own_pace(shelf: Shelf) -> None:
    cursor = filled(shelf, 3)
    batch, calls = looked(shelf, cursor, seconds=90)
    assert "posts" not in calls
    _, calls = looked(shelf, batch.cursor, seconds=90)
    assert "posts" in calls


def test_a_new_post_is_looked_at_first(shelf: Shelf) -> None:
    cursor = filled(shelf, 3)
    shelf.kept["q"] = []
    _, calls = looked(shelf, cursor, minutes=3)
    assert calls[:2] == ["posts", "comments q"]


def test_a_post_that_the_platform_lists_first_is_read_however_old_it_is(shelf: Shelf) -> None:
    shelf.kept = {f"p{number}": [] for number in range(9)}
    habits = Habits(posts=6, listing=0, shortest=60, whole=3600)
    cursor = watch(shelf, habits).fetch(None).cursor
    shelf.changed = ["p0"]
    shelf.write(1, post="p0")
    assert ids(watch(shelf, habits).fetch(cursor)) == [1]


def test_posts_beyond_the_newest_ones_are_named_as_a_gap_and_not_read(shelf: Shelf) -> None:
    shelf.kept = {f"p{number}": [] for number in range(9)}
    batch = watch(shelf, Habits(posts=6, listing=120, shortest=60, whole=3600)).fetch(None)
    assert "newest 6 posts" in batch.gap
    assert sorted(Position.parse(batch.cursor).posts) == [f"p{number}" for number in range(3, 9)]


def test_another_count_of_comments_means_reading_to_the_end_at_once(shelf: Shelf) -> None:
    shelf.counts["p"] = 40
    cursor = filled(shelf, 40)
    shelf.write(99, ago=timedelta(minutes=35))
    shelf.counts["p"] = 41
    batch, _ = looked(shelf, cursor, minutes=3)
    assert 99 in ids(batch)


def test_the_same_count_does_not(shelf: Shelf) -> None:
    shelf.counts["p"] = 40
    cursor = filled(shelf, 40)
    _, calls = looked(shelf, cursor, minutes=3)
    assert len(calls) < 10


def test_a_cursor_that_cannot_be_read_begins_anew(shelf: Shelf) -> None:
    filled(shelf, 3)
    assert len(watch(shelf).fetch("nonsense").comments) == 3


def test_only_so_many_comments_of_a_post_are_remembered(shelf: Shelf) -> None:
    shelf.size = 1000
    cursor = filled(shelf, 400)
    known = Position.parse(cursor).posts["p"].known
    assert sorted(map(int, known)) == list(range(100, 400))


def everything(shelf: Shelf, since: datetime, *, flat: bool = True) -> list[int]:
    """Backfill to the end, in as many batches as it takes."""
    found: list[int] = []
    cursor = None
    for _ in range(100):
        try:
            batch = backfill(shelf, since, cursor, flat=flat)
        except BudgetSpentError:
            shelf.most_calls += 3
            continue
        found += ids(batch)
        cursor = batch.cursor
        if not batch.more:
            return found
    raise AssertionError("a hundred batches, and there is still more")


def test_a_backfill_brings_what_was_posted_since_below_posts_of_any_age(shelf: Shelf) -> None:
    shelf.kept = {f"p{number}": [] for number in range(12)}
    for number in range(12):
        shelf.write(number, ago=timedelta(days=number), post=f"p{number}")
    assert sorted(everything(shelf, START - timedelta(days=7))) == list(range(8))


def test_a_backfill_goes_on_after_its_budget_was_spent_and_brings_nothing_twice(shelf: Shelf) -> None:
    shelf.kept = {f"p{number}": [] for number in range(5)}
    for number in range(50):
        shelf.write(number, ago=timedelta(minutes=number), post=f"p{number % 5}")
    shelf.most_calls = 2
    assert sorted(everything(shelf, START - timedelta(days=7))) == list(range(50))


def test_a_backfill_stops_below_the_moment_where_the_list_is_in_order(shelf: Shelf) -> None:
    for number in range(60):
        shelf.write(number, ago=timedelta(days=number))
    assert len(everything(shelf, START - timedelta(days=4))) == 5
    assert len(shelf.calls) == 1 + 2
    assert len(everything(shelf, START - timedelta(days=4), flat=False)) == 5
    assert len(shelf.calls) == 1 + 2 + 1 + 20
