from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.records import LeaseLostError
from tests.bot.records.samples import LATER, PAGE, START, Clock, hidden, intent, opened, requested, seen

TEN = timedelta(minutes=10)


def test_one_holder_has_a_lease_and_keeps_its_token(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records, records.writing() as writing:
        assert writing.take_lease("daemon", "a", START + TEN) == 1
        assert writing.take_lease("daemon", "b", START + TEN) is None
        assert writing.take_lease("daemon", "a", START + TEN) == 1
        assert writing.lease_holder("daemon") == "a"


def test_who_slept_through_the_end_of_a_lease_is_fenced_off(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path / "s", clock) as records:
        with records.writing() as writing:
            slept = writing.take_lease("daemon", "a", START + TEN)
        clock.forward(minutes=11)
        with records.writing() as writing:
            assert writing.take_lease("daemon", "b", clock.now + TEN) == 2
        assert slept == 1
        with pytest.raises(LeaseLostError), records.writing() as writing:  # noqa: PT012
            writing.require_lease("daemon", slept)
            writing.append(seen("c_1"))
        with records.writing() as writing:
            assert not writing.renew_lease("daemon", slept, clock.now + TEN)
        assert records.size() == 0


def test_a_lease_that_was_let_go_is_free_at_once(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records, records.writing() as writing:
        token = writing.take_lease("daemon", "a", START + TEN)
        assert token == 1
        assert writing.renew_lease("daemon", token, LATER)
        writing.release_lease("daemon", token)
        assert writing.take_lease("daemon", "b", START + TEN) == 2


def test_one_moderator_holds_a_comment_until_the_claim_ends(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path / "s", clock) as records, records.writing() as writing:
        assert writing.claim("c_1", "u_ann", START + TEN)
        assert not writing.claim("c_1", "u_bob", START + TEN)
        clock.forward(minutes=5)
        assert writing.claim("c_1", "u_ann", clock.now + TEN)
        claim = writing.claim_of("c_1")
        assert claim is not None
        assert (claim.since, claim.until) == (START, START + timedelta(minutes=15))
        clock.forward(minutes=11)
        assert writing.claims() == []
        assert writing.claim("c_1", "u_bob", clock.now + TEN)


def test_a_claim_is_let_go_by_its_holder(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records, records.writing() as writing:
        writing.claim("c_1", "u_ann", START + TEN)
        writing.release("c_1", "u_bob")
        assert writing.claim_of("c_1") is not None
        writing.release("c_1", "u_ann")
        assert writing.claim_of("c_1") is None


def test_an_outcome_ends_the_retries(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        records.append(requested("c_1", "op_1"))
        records.append(intent("c_1", "op_1"))
        with records.writing() as writing:
            writing.set_retry("op_1", 1, LATER)
            writing.append(hidden("c_1", "op_1"))
        action = records.action("op_1")
        assert action is not None
        assert (action.retry_attempt, action.outcome) == (None, "hidden")


def test_a_cursor_is_kept_and_can_be_forgotten(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        with records.writing() as writing:
            writing.set_cursor(PAGE, "1")
            writing.set_cursor(PAGE, "2")
        assert records.cursor(PAGE) == "2"
        with records.writing() as writing:
            writing.clear_cursor(PAGE)
        assert records.cursor(PAGE) is None
