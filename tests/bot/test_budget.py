"""A budget is counted before each call, kept across restarts, capped by the configuration, and never exceeded."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.budget import Meter
from bot.config import ConfigError
from bot.platforms import meter
from bot.records import Records
from connectors._limits import Limit, daily, fixed, monthly, rolling
from connectors.base import BudgetSpentError
from tests.bot.town import page_table, town
from tests.fakes import FakeClock

READS = Limit("reads", 100, rolling(timedelta(hours=1)), "Requests.", reserved=10)
HIDES = Limit("hides", 50, fixed(timedelta(minutes=15)), "Hides.")
UNITS = Limit("units", 10_000, daily("America/Los_Angeles"), "Units.", reserved=500)
MONEY = Limit("money", 20_000_000, monthly(), "Dollars.", money=True)
LIMITS = (READS, HIDES, UNITS, MONEY)


@pytest.fixture
def budget(records: Records, clock: FakeClock) -> Meter:
    return Meter("page", LIMITS, now=clock, records=records)


def test_reading_leaves_what_is_reserved_for_acts(budget: Meter) -> None:
    budget.spend("reads", 90)
    assert budget.left("reads") == 0
    with pytest.raises(BudgetSpentError):
        budget.spend("reads")
    budget.spend("reads", 10, act=True)
    with pytest.raises(BudgetSpentError):
        budget.spend("reads", act=True)


def test_a_refusal_says_when_it_goes_on_and_what_to_raise(budget: Meter) -> None:
    budget.spend("units", 9_500)
    with pytest.raises(BudgetSpentError, match=r"9500 of 10000.*raise pages\.page\.budget\.units") as caught:
        budget.spend("units", 50)
    assert caught.value.retry_after == timedelta(hours=15).total_seconds()


def test_what_is_refused_is_not_counted(budget: Meter) -> None:
    budget.spend("hides", 49)
    with pytest.raises(BudgetSpentError):
        budget.spend("hides", 2)
    assert budget.left("hides") == 1


def test_nothing_to_spend_only_asks(budget: Meter) -> None:
    budget.spend("hides", 50)
    with pytest.raises(BudgetSpentError):
        budget.spend("hides", 0)


def test_units_come_back_with_the_next_window(budget: Meter, clock: FakeClock) -> None:
    budget.spend("hides", 50)
    clock.forward(minutes=15)
    assert budget.left("hides") == 50


def test_a_restart_forgets_nothing(budget: Meter, records: Records, clock: FakeClock) -> None:
    budget.spend("units", 400)
    assert Meter("page", LIMITS, now=clock, records=records).left("units") == 10_000 - 500 - 400


def test_pages_of_one_account_count_together(records: Records, clock: FakeClock) -> None:
    one, two = (Meter(name, LIMITS, account="key", now=clock, records=records) for name in ("one", "two"))
    one.spend("hides", 30)
    assert two.left("hides") == 20


def test_other_pages_count_apart(budget: Meter, records: Records, clock: FakeClock) -> None:
    budget.spend("hides", 30)
    assert Meter("other", LIMITS, now=clock, records=records).left("hides") == 50


def test_a_cap_of_the_configuration_holds_below_the_platforms(records: Records, clock: FakeClock) -> None:
    assert Meter("page", LIMITS, {"hides": 5}, now=clock, records=records).left("hides") == 5
    assert Meter("page", LIMITS, {"hides": 500}, now=clock, records=records).left("hides") == 50


def test_what_the_platform_says_corrects_the_count(budget: Meter) -> None:
    budget.spend("hides", 10)
    budget.learn("hides", limit=50, remaining=12)
    assert budget.left("hides") == 12
    budget.learn("hides", remaining=30)
    assert budget.left("hides") == 30


def test_a_rolling_count_is_only_corrected_upwards(budget: Meter) -> None:
    budget.spend("reads", 50)
    budget.learn("reads", remaining=80)
    assert budget.left("reads") == 40
    budget.learn("reads", remaining=20)
    assert budget.left("reads") == 10


def test_a_smaller_limit_of_the_platform_is_kept_to(budget: Meter) -> None:
    budget.learn("units", limit=1_000)
    assert budget.left("units") == 500


def test_a_percentage_is_a_limit_that_is_learned(records: Records, clock: FakeClock) -> None:
    usage = Limit("usage", 90, rolling(timedelta(hours=1)), "Percent of what the platform allows.")
    budget = Meter("page", (usage,), now=clock, records=records)
    budget.learn("usage", limit=100, remaining=15)
    budget.spend("usage", 0)
    budget.learn("usage", limit=100, remaining=4)
    with pytest.raises(BudgetSpentError):
        budget.spend("usage", 0)


def test_the_pace_uses_the_day_up_at_its_end(budget: Meter) -> None:
    assert budget.pace("units") == pytest.approx(9_500 / timedelta(hours=15).total_seconds())


def test_polls_are_stretched_over_what_is_left(budget: Meter) -> None:
    budget.spend("units", 95)
    assert budget.pause() == pytest.approx(95 / 9_405 * timedelta(hours=15).total_seconds())
    assert budget.pause() == 0.0


def test_acts_stretch_no_poll(budget: Meter) -> None:
    budget.spend("units", 50, act=True)
    assert budget.pause() == 0.0


def test_money_stretches_no_poll(budget: Meter) -> None:
    budget.spend("money", 700_000)
    assert budget.pause() == 0.0


def test_money_is_told_in_dollars(budget: Meter) -> None:
    budget.spend("money", 5_000)
    assert "0.01 of 20.00 dollars" in [use.words for use in budget.in_use()]


def test_the_description_changes_seldom(budget: Meter) -> None:
    first = budget.described()
    budget.spend("units", 999)
    assert budget.described() == first
    budget.spend("units", 1)
    assert budget.described()["units"] == {"most": 10_000, "used_tenths": 1}
    assert "used_tenths" not in budget.described()["hides"]


def test_without_a_store_nothing_is_refused() -> None:
    budget = Meter("page", LIMITS)
    budget.spend("hides", 1_000)
    assert budget.left("hides") == 50


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 40)), max_size=20))
def test_no_hour_ever_holds_more_than_is_allowed(tmp_path: Path, uses: list[tuple[int, int]]) -> None:
    clock = FakeClock()
    with Records.create(tmp_path / f"store{abs(hash(tuple(uses)))}", "pd.example.gov/log", clock) as records:
        budget, granted = Meter("page", (READS,), now=clock, records=records), []
        for wait, units in uses:
            clock.forward(seconds=wait)
            try:
                budget.spend("reads", units, act=True)
            except BudgetSpentError:
                continue
            granted.append((clock(), units))
        for moment, _ in granted:
            hour = [units for at, units in granted if moment - timedelta(hours=1) < at <= moment]
            assert sum(hour) <= 100


def test_a_cap_for_an_unknown_limit_is_refused(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("a") + "\n[pages.a.budget]\nreeds = 5\n")
    with pytest.raises(ConfigError, match=r"pages\.a\.budget\.reeds: unknown limit; known are none"):
        meter(config, "a")
