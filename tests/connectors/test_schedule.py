"""Looking at posts where comments come, within the budget."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._schedule import Thread, due, intervals

HOUR, DAY = 3600.0, 86_400.0
THREADS = st.lists(
    st.builds(
        lambda came, over, cost: Thread(0.0, 0.0, came, over, cost),
        st.floats(0, 1000),
        st.floats(0, 10 * DAY),
        st.integers(1, 20),
    ),
    min_size=1,
    max_size=12,
)


def waiting(threads: list[Thread], every: list[float]) -> float:
    return sum(thread.rate * each / 2 for thread, each in zip(threads, every, strict=True))


def price(threads: list[Thread], every: list[float]) -> float:
    return sum(thread.cost / each for thread, each in zip(threads, every, strict=True))


@given(THREADS, st.floats(1e-4, 10))
def test_the_budget_is_never_exceeded(threads: list[Thread], pace: float) -> None:
    assert price(threads, intervals(threads, pace, shortest=10, longest=DAY)) <= pace * (1 + 1e-9)


@given(THREADS, st.floats(1e-4, 10))
def test_comments_never_wait_longer_than_with_equal_intervals_at_the_same_price(
    threads: list[Thread], pace: float
) -> None:
    every = intervals(threads, pace, shortest=1e-6, longest=1e9)
    equal = sum(thread.cost for thread in threads) / pace
    assert waiting(threads, every) <= waiting(threads, [equal] * len(threads)) * (1 + 1e-6)


@given(THREADS, st.floats(1e-3, 10), st.integers(0, 11), st.integers(0, 11), st.floats(0.01, 0.2))
def test_no_exchange_between_two_posts_shortens_the_waiting(
    threads: list[Thread], pace: float, giver: int, taker: int, share: float
) -> None:
    giver, taker = giver % len(threads), taker % len(threads)
    every = intervals(threads, pace, shortest=1e-6, longest=1e9)
    moved = list(every)
    spare = threads[giver].cost / every[giver] * share
    if giver == taker:
        return
    moved[giver] = threads[giver].cost / (threads[giver].cost / every[giver] - spare)
    moved[taker] = threads[taker].cost / (threads[taker].cost / every[taker] + spare)
    assert waiting(threads, every) <= waiting(threads, moved) * (1 + 1e-9)


@given(THREADS, st.floats(1e-4, 10))
def test_a_busier_post_is_never_looked_at_less_often(threads: list[Thread], pace: float) -> None:
    every = intervals(threads, pace, shortest=10, longest=DAY)
    ranked = sorted(zip((thread.rate / thread.cost for thread in threads), every, strict=True))
    assert all(quieter[1] >= busier[1] - 1e-9 for quieter, busier in pairwise(ranked))


def test_two_posts_follow_the_square_root() -> None:
    busy, quiet = Thread(0, 0, came=399, over=HOUR - 600), Thread(0, 0, came=3, over=HOUR - 600)
    often, rarely = intervals([busy, quiet], 1.0, shortest=0.001, longest=DAY)
    assert isclose(rarely / often, 10.0)
    assert isclose(1 / often + 1 / rarely, 1.0)


def test_plenty_looks_as_often_as_it_may() -> None:
    assert intervals([Thread(0.0), Thread(0.0)], 1e9, shortest=60, longest=DAY) == [60, 60]


def test_too_little_stretches_the_longest_interval_rather_than_the_budget() -> None:
    assert intervals([Thread(0.0), Thread(0.0)], 1 / DAY, shortest=60, longest=DAY) == [2 * DAY, 2 * DAY]


def test_no_budget_looks_at_nothing_but_what_was_never_seen() -> None:
    assert intervals([Thread(0.0)], 0.0, shortest=60, longest=DAY) == [inf]
    assert due({"new": Thread(0.0), "old": Thread(0.0, 0.0)}, 1e9, pace=0.0) == ["new"]


def test_what_is_new_comes_first_then_what_is_most_overdue() -> None:
    threads = {
        "quiet": Thread(0, looked=9 * DAY, came=0, over=9 * HOUR),
        "busy": Thread(0, looked=9 * DAY, came=500, over=9 * HOUR),
        "new": Thread(9 * DAY),
        "newest": Thread(9.1 * DAY),
    }
    assert due(threads, 9.2 * DAY, pace=0.01) == ["newest", "new", "busy", "quiet"]


def test_what_was_looked_at_a_moment_ago_is_not_due() -> None:
    assert due({"a": Thread(0, looked=100.0, came=50, over=HOUR)}, 130.0, pace=1e9) == []


def test_a_post_that_falls_silent_is_looked_at_ever_more_rarely() -> None:
    thread = Thread(0.0).looked_at(HOUR, 60)
    rates = [thread.rate]
    for hour in range(2, 60):
        thread = thread.looked_at(hour * HOUR, 0)
        rates.append(thread.rate)
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < rates[0] / 100


@given(
    st.builds(
        Thread,
        st.integers(0, 10**10).map(float),
        st.none() | st.floats(0, 1e10),
        st.floats(0, 1e6),
        st.floats(0, 1e7),
        st.integers(1, 99),
    )
)
def test_a_row_keeps_what_matters(thread: Thread) -> None:
    again = Thread.of_row(thread.as_row())
    assert (again.created, again.looked, again.cost) == (thread.created, thread.looked, thread.cost)
    assert isclose(again.rate, thread.rate, rel_tol=1e-2)


Chooser = Callable[[dict[str, Thread], float], list[str]]


def mean_wait(choose: Chooser, seed: int, *, units: float) -> float:
    """Ten posts for a day, the first much busier than the last, looked at `units` times an hour in all."""
    chance = random.Random(seed)
    rates = {f"post {n}": 40 / HOUR / 2.2**n for n in range(10)}
    waiting: dict[str, list[float]] = {name: [] for name in rates}
    threads = {name: Thread(0.0) for name in rates}
    waited, spare = [], 0.0
    for step in range(24 * 60):
        now = step * 60.0
        spare += units / 60
        for name, rate in rates.items():
            waiting[name] += [now - chance.uniform(0, 60) for _ in range(int(chance.random() < rate * 60))]
        for name in choose(threads, now):
            if spare < 1:
                break
            spare -= 1
            waited += [now - moment for moment in waiting[name]]
            threads[name] = threads[name].looked_at(now, len(waiting[name]))
            waiting[name] = []
    waited += [now - moment for left in waiting.values() for moment in left]
    return sum(waited) / len(waited)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_a_simulation_comments_wait_less_than_with_equal_intervals_at_the_same_price(seed: int) -> None:
    units = 30.0

    def equal(threads: dict[str, Thread], now: float) -> list[str]:
        every = len(threads) / (units / HOUR)
        old = sorted(threads, key=lambda name: threads[name].looked or 0.0)
        return [name for name in old if now - (threads[name].looked or 0.0) >= every]

    def adapted(threads: dict[str, Thread], now: float) -> list[str]:
        return due(threads, now, pace=units / HOUR, longest=DAY)

    assert mean_wait(adapted, seed, units=units) < 0.75 * mean_wait(equal, seed, units=units)
