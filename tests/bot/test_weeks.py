from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.weeks import Week, WeekError

DENVER = ZoneInfo("America/Denver")
ZONES = st.sampled_from(
    [ZoneInfo(each) for each in ("America/Denver", "America/Santiago", "Asia/Beirut", "Atlantic/Azores", "UTC")]
)
MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def test_a_week_runs_from_monday_midnight_of_the_department() -> None:
    week = Week.parse("2026-W47")
    assert week.monday == date(2026, 11, 16)
    assert week.start(DENVER) == datetime(2026, 11, 16, 7, tzinfo=UTC)
    assert week.end(DENVER) == datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.mark.parametrize(("written", "hours"), [("2026-W10", 167), ("2026-W44", 169), ("2026-W47", 168)])
def test_a_week_in_which_the_clocks_change_is_an_hour_shorter_or_longer(written: str, hours: int) -> None:
    week = Week.parse(written)
    assert week.end(DENVER) - week.start(DENVER) == timedelta(hours=hours)


@given(MOMENTS, ZONES)
def test_every_moment_lies_in_exactly_one_week(moment: datetime, zone: ZoneInfo) -> None:
    week = Week.of(moment, zone)
    assert week.start(zone) <= moment < week.end(zone)
    assert week.before.end(zone) == week.start(zone)
    assert week.before.after == week


@given(MOMENTS, ZONES)
def test_a_week_is_read_back_as_it_is_written(moment: datetime, zone: ZoneInfo) -> None:
    week = Week.of(moment, zone)
    assert Week.parse(str(week)) == week


def test_a_year_may_have_a_week_53_and_the_next_week_is_in_the_new_year() -> None:
    assert Week.parse("2026-W53").after == Week(2027, 1)


@pytest.mark.parametrize(
    "text", ["", "2026-47", "2026-W54", "2025-W53", "2026-W00", "0000-W01", "２０２６-W01", "2026-W47 "]
)
def test_what_is_no_week_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WeekError, match="give one such as 2026-W47"):
        Week.parse(text)


@pytest.mark.parametrize(
    ("written", "days", "dates"),
    [
        ("2026-W47", "16-22 Nov", "16-22 Nov 2026"),
        ("2026-W49", "30 Nov-6 Dec", "30 Nov-6 Dec 2026"),
        ("2026-W53", "28 Dec 2026-3 Jan 2027", "28 Dec 2026-3 Jan 2027"),
    ],
)
def test_the_days_are_written_short(written: str, days: str, dates: str) -> None:
    assert (Week.parse(written).days, Week.parse(written).dates) == (days, dates)
