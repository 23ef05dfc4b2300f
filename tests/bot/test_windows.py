"""Windows of limits: when they began, when they end, what they hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.records.questions.budget import Used
from bot.windows import present, reach
from connectors._limits import daily, fixed, monthly, rolling

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_day_ends_at_midnight_in_its_own_zone() -> None:
    day = present(daily("America/Los_Angeles"), NOW, [])
    assert (day.began, day.ends) == (datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC))


def test_a_day_of_25_hours_is_25_hours_long() -> None:
    day = present(daily("America/Los_Angeles"), datetime(2026, 11, 1, 20, tzinfo=UTC), [])
    assert day.ends - day.began == timedelta(hours=25)


def test_december_ends_with_the_year() -> None:
    month = present(monthly(), datetime(2026, 12, 31, 23, tzinfo=UTC), [])
    assert (month.began.month, month.ends) == (12, datetime(2027, 1, 1, tzinfo=UTC))


def test_what_was_used_yesterday_does_not_count_today() -> None:
    day = present(daily("UTC"), NOW, [])
    assert present(daily("UTC"), NOW, [Used(day.began - timedelta(days=1), 9), Used(day.began, 4)]).used == 4


def test_a_fixed_window_begins_with_the_first_use_and_anew_after_its_end() -> None:
    window = fixed(timedelta(minutes=15))
    rows = [Used(NOW, 3)]
    assert present(window, NOW + timedelta(minutes=14), rows).used == 3
    after = present(window, NOW + timedelta(minutes=15), rows)
    assert (after.used, after.began) == (0, NOW + timedelta(minutes=15))


def test_a_fixed_window_ends_when_the_platform_says() -> None:
    until = NOW + timedelta(minutes=10)
    assert present(fixed(timedelta(minutes=15)), NOW + timedelta(minutes=1), [Used(NOW, 3)], until).ends == until


@given(st.lists(st.integers(0, 7200), max_size=40), st.integers(0, 7200))
def test_a_rolling_window_never_forgets_a_use_that_still_counts(ages: list[int], later: int) -> None:
    window, uses = rolling(HOUR), []
    for age in sorted(ages, reverse=True):
        moment = NOW - timedelta(seconds=age)
        uses.append(Used(present(window, moment, []).began, 1))
    moment = NOW + timedelta(seconds=later)
    kept = [use for use in uses if use.began >= reach(window, moment)]
    truly = sum(moment - (NOW - timedelta(seconds=age)) < HOUR for age in ages)
    assert present(window, moment, kept).used >= truly


def test_a_rolling_window_is_empty_a_part_after_its_length() -> None:
    began = present(rolling(HOUR), NOW, []).began
    assert present(rolling(HOUR), NOW + HOUR + timedelta(minutes=1), [Used(began, 5)]).used == 0
