"""The duties besides the pages: each in its own time, none of them stopped by another."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.events import Actor
from bot.housekeeping import Housekeeping
from bot.mail import mailer
from bot.records import EntryError, Records
from tests.bot.conftest import BOT, Work
from tests.bot.town import ALERTED, page_table, town
from tests.fakes import FakeClock, comment


class Steady:
    """Seconds that pass together with the clock, unless the clock is set."""

    def __init__(self, clock: FakeClock) -> None:
        self.seconds = 1000.0
        self._clock = clock

    def __call__(self) -> float:
        return self.seconds

    def forward(self, seconds: float) -> None:
        self.seconds += seconds
        self._clock.forward(seconds=seconds)


@pytest.fixture
def steady(clock: FakeClock) -> Steady:
    return Steady(clock)


@pytest.fixture
def house(tmp_path: Path, clock: FakeClock, steady: Steady) -> Housekeeping:
    config = town(tmp_path, page_table("page", mode="live"), ALERTED)
    return Housekeeping(config, mailer(config), BOT, clock, steady=steady)


def types(records: Records) -> list[str]:
    return [entry.type for entry in records.entries()]


def letters(folder: Path) -> int:
    return len(list((folder / "mail").glob("*.eml")))


def test_a_heartbeat_is_logged_every_ten_minutes(house: Housekeeping, records: Records, steady: Steady) -> None:
    for _ in range(21):
        house.step(records)
        steady.forward(60)
    assert types(records) == ["system.heartbeat"] * 3


def test_a_clock_that_keeps_time_is_not_worth_an_entry(house: Housekeeping, records: Records, steady: Steady) -> None:
    house.step(records)
    steady.forward(500)
    house.step(records)
    assert "system.clock_step" not in types(records)


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_clock_that_is_set_is_recorded(
    house: Housekeeping, records: Records, clock: FakeClock, steady: Steady, seconds: int
) -> None:
    house.step(records)
    steady.forward(1)
    clock.forward(seconds=seconds)
    house.step(records)
    steady.forward(1)
    house.step(records)
    steps = records.entries(types=["system.clock_step"])
    assert [entry.pub["by_ms"] for entry in steps] == [seconds * 1000]


def test_a_hide_that_nobody_confirmed_is_asked_to_be_restored(house: Housekeeping, work: Work, steady: Steady) -> None:
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    work.perform()
    steady.forward(72 * 3600)
    house.step(work.records)
    assert work.last("1", "action.requested").pub["reason"] == "lapse"


def test_an_urgent_flag_is_told_of_once(house: Housekeeping, work: Work, steady: Steady, tmp_path: Path) -> None:
    work.connector.show(comment("1", "A threat maybe."))
    work.poll()
    for _ in range(3):
        house.step(work.records)
        steady.forward(5)
    assert letters(tmp_path) == 1
    assert types(work.records).count("alert.raised") == 1


def test_a_mail_folder_that_fails_delays_the_letter_and_nothing_else(
    house: Housekeeping, work: Work, steady: Steady, tmp_path: Path
) -> None:
    (tmp_path / "mail").write_text("in the way")
    work.connector.show(comment("1", "A threat maybe."))
    work.poll()
    house.step(work.records)
    assert {"system.degraded", "system.heartbeat"} <= set(types(work.records))
    (tmp_path / "mail").unlink()
    steady.forward(3600)
    house.step(work.records)
    assert letters(tmp_path) == 1


def test_without_mail_the_other_duties_go_on(tmp_path: Path, records: Records, clock: FakeClock) -> None:
    Housekeeping(town(tmp_path), None, BOT, clock).step(records)
    assert types(records) == ["system.heartbeat"]


def test_a_duty_that_fails_as_nobody_foresaw_rests_and_the_others_go_on(
    house: Housekeeping, work: Work, steady: Steady, tmp_path: Path
) -> None:
    house.step(work.records)
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    work.perform()
    steady.forward(73 * 3600)
    work.connector.show(comment("2", "A threat maybe."))
    work.poll()
    house.actor = Actor("bot", "\ud800")  # in whose name nothing can be written
    with pytest.raises(EntryError):
        house.step(work.records)
    house.unexpected(work.records)
    house.actor = BOT
    house.step(work.records)
    assert letters(tmp_path) == 1
    assert work.types("1")[-1] == "action.hidden"
