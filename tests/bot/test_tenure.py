"""Being the one daemon of a store."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.records import LeaseLostError, Records
from bot.tenure import LEASE, TakenError, Tenure
from tests.fakes import START


@pytest.fixture
def store(records: Records) -> Path:
    return records.layout.folder


def test_only_one_has_it(records: Records, store: Path) -> None:
    with Tenure(records, store, START), pytest.raises(TakenError, match="stop it first"):
        Tenure(records, store, START)


def test_it_can_be_taken_again_once_given_up(records: Records, store: Path) -> None:
    Tenure(records, store, START).close()
    Tenure(records, store, START).close()


def test_the_token_rises_with_every_daemon(records: Records, store: Path) -> None:
    with Tenure(records, store, START) as first:
        pass
    with Tenure(records, store, START) as second:
        assert second.token > first.token


def test_the_one_who_has_it_may_write_an_intent(records: Records, store: Path) -> None:
    with Tenure(records, store, START) as tenure, records.writing() as writing:
        tenure.guard(writing)


def test_a_daemon_that_slept_through_its_successor_is_stopped_before_it_writes(records: Records, store: Path) -> None:
    with Tenure(records, store, START) as sleeper:
        pass
    with Tenure(records, store, START), pytest.raises(LeaseLostError, match=LEASE), records.writing() as writing:
        sleeper.guard(writing)
