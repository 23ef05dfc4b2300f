from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import events
from bot.records import CommentState, Flag, Records, RefusedError, verify
from bot.records.state import URGENT, Fact, changes
from bot.records.tables import DERIVED_TABLES
from models.policy import Urgency
from tests.bot.records.samples import (
    ANN,
    BOT,
    LATER,
    PAGE,
    START,
    about,
    decided,
    edited,
    flagged,
    gone,
    hidden,
    hide_by_bot,
    intent,
    opened,
    requested,
    restored,
    seen,
    superseded,
    unconfirmed,
)


def state_of(records: Records, ref: str = "c_1") -> CommentState:
    state = records.comment(ref)
    assert state is not None
    return state


def flag_of(records: Records, ref: str = "c_1") -> Flag:
    flag = records.open_flag(ref)
    assert flag is not None
    return flag


def test_urgent_means_what_the_policy_says() -> None:
    assert Urgency.URGENT == URGENT


def test_an_event_that_is_not_known_changes_nothing() -> None:
    assert list(changes(Fact(0, 0, "from.the_future", "bot", "b", "c_1", None, {}, None))) == []


def test_a_bots_hide_is_provisional(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        hide_by_bot(records, "c_1", "op_1", LATER)
        state = state_of(records)
    assert (state.state, state.hidden_by, state.provisional_until, state.last_seq) == ("hidden", "bot", LATER, 4)


def test_a_persons_hide_confirms_it_and_closes_the_flag(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        hide_by_bot(records, "c_1", "op_1", LATER)
        answer = records.append(decided("c_1", "hide", ground="obscenity"))
        state = state_of(records)
        assert (state.provisional_until, state.decided_seq, records.open_flag("c_1")) == (None, answer.seq, None)
        assert records.lapsed_hides(LATER) == []


def test_a_hide_confirmed_before_it_was_carried_out_does_not_lapse(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        records.append(requested("c_1", "op_1", provisional_until=LATER.isoformat()))
        records.append(decided("c_1", "hide"))
        records.append(hidden("c_1", "op_1"))
        assert state_of(records).provisional_until is None


def test_undoing_a_confirmation_makes_the_hide_provisional_again(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        hide_by_bot(records, "c_1", "op_1", LATER)
        answer = records.append(decided("c_1", "hide"))
        records.append(decided("c_1", "undo", undoes=answer.seq))
        state = state_of(records)
        assert (state.provisional_until, state.decided_seq) == (LATER, None)
        assert flag_of(records).closed_seq is None
        assert records.answer_to_undo("c_1") is None


def test_undo_takes_back_the_newest_answer_that_stands(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        records.append(flagged("c_1"))
        first = records.append(decided("c_1", "cannot_decide"))
        second = records.append(decided("c_1", "leave_up"))
        records.append(decided("c_1", "undo", undoes=second.seq))
        answer = records.answer_to_undo("c_1")
    assert answer is not None
    assert answer.seq == first.seq


def test_who_cannot_decide_leaves_the_flag_to_a_supervisor(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        records.append(flagged("c_1"))
        answer = records.append(decided("c_1", "cannot_decide"))
        assert flag_of(records).stuck
        records.append(decided("c_1", "undo", undoes=answer.seq))
        assert not flag_of(records).stuck


def test_undo_does_not_open_the_flag_of_a_comment_that_is_gone(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        records.append(flagged("c_1"))
        answer = records.append(decided("c_1", "leave_up"))
        records.append(gone("c_1"))
        records.append(decided("c_1", "undo", undoes=answer.seq))
        assert records.open_flag("c_1") is None


def test_what_is_gone_awaits_nobody(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        hide_by_bot(records, "c_1", "op_1", LATER)
        records.append(gone("c_1"))
        assert (state_of(records).state, records.open_flag("c_1"), records.lapsed_hides(LATER)) == ("gone", None, [])


def test_an_edit_keeps_the_place_and_the_urgency_in_the_queue(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        first = records.append(seen("c_1"))
        records.append(flagged("c_1", urgency=2))
        records.append(edited("c_1", version=2, text="Another text"))
        records.append(flagged("c_1", urgency=0, version=2))
        flag = flag_of(records)
        assert (flag.version, flag.urgency, flag.since, flag.seq) == (2, 2, first.ts, 3)
        assert records.flag_counts().open == 1


def test_a_lapse_restores_and_the_flag_stays(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        hide_by_bot(records, "c_1", "op_1", LATER)
        assert [each.ref for each in records.lapsed_hides(LATER)] == ["c_1"]
        records.append(requested("c_1", "op_2", "unhide", reason="lapse"))
        assert records.lapsed_hides(LATER) == []
        records.append(restored("c_1", "op_2"))
        assert (flag_of(records).lapsed, state_of(records).lapsed, state_of(records).hidden_by) == (True, True, None)


def test_nothing_lapses_before_its_time(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        hide_by_bot(records, "c_1", "op_1", LATER)
        assert records.lapsed_hides(START) == []


def test_a_restore_that_was_overtaken_is_asked_for_again_and_a_doubtful_one_is_not(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        hide_by_bot(records, "c_1", "op_1", LATER)
        records.append(requested("c_1", "op_2", "unhide", reason="lapse"))
        records.append(superseded("c_1", "op_2"))
        assert len(records.lapsed_hides(LATER)) == 1
        records.append(requested("c_1", "op_3", "unhide", reason="lapse"))
        records.append(unconfirmed("c_1", "op_3"))
        assert records.lapsed_hides(LATER) == []


def test_somebody_elses_hide_is_not_ours_to_undo_in_time(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        records.append(
            events.ActionUnexplained(actor=BOT, subject=about("c_1"), page=PAGE, was="visible", observed="hidden")
        )
        assert state_of(records).hidden_by == "elsewhere"
        records.append(requested("c_1", "op_1", provisional_until=LATER.isoformat()))
        records.append(hidden("c_1", "op_1", via="already"))
        assert (state_of(records).hidden_by, state_of(records).provisional_until) == ("elsewhere", None)


def test_a_persons_request_hides_as_a_person(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        records.append(requested("c_1", "op_1", actor=ANN, reason="review"))
        records.append(hidden("c_1", "op_1"))
        assert state_of(records).hidden_by == "person"


def test_what_was_hidden_when_first_seen_was_hidden_elsewhere(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1", state="hidden"))
        assert state_of(records).hidden_by == "elsewhere"


REFS = st.sampled_from(["c_1", "c_2"])
CORRS = st.sampled_from(["op_1", "op_2", "op_3"])
UNTIL = LATER.isoformat()
EVENTS = st.one_of(
    st.builds(seen, REFS, state=st.sampled_from(["visible", "hidden", "held"])),
    st.builds(edited, REFS, version=st.integers(2, 4), state=st.sampled_from(["visible", "hidden"])),
    st.builds(flagged, REFS, urgency=st.integers(0, 2)),
    st.builds(requested, REFS, CORRS, st.sampled_from(["hide", "unhide"]), provisional_until=st.just(UNTIL)),
    st.builds(requested, REFS, CORRS, st.just("unhide"), reason=st.just("lapse")),
    st.builds(requested, REFS, CORRS, actor=st.just(ANN)),
    st.builds(intent, REFS, CORRS),
    st.builds(hidden, REFS, CORRS),
    st.builds(restored, REFS, CORRS),
    st.builds(unconfirmed, REFS, CORRS),
    st.builds(superseded, REFS, CORRS),
    st.builds(gone, REFS),
    st.builds(decided, REFS, st.sampled_from(["leave_up", "hide", "cannot_decide"])),
    st.builds(decided, REFS, st.just("undo"), undoes=st.integers(0, 20)),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(EVENTS, min_size=1, max_size=25), st.integers(0, 2**63))
def test_rebuilding_gives_what_the_appends_have_made(shared: Path, happened: list[events.Event], name: int) -> None:
    with opened(shared / f"{name}-{len(happened)}") as records:
        for each in happened:
            try:
                records.append(each)
            except RefusedError:  # a second outcome, or a second request of one name
                continue
        before = everything(records)
        records.rebuild()
        assert everything(records) == before
        assert all(row[0] <= 1 for row in records._db.execute("SELECT sum(closed_seq IS NULL) FROM flag GROUP BY ref"))
    assert verify(records.layout.folder).problems == []


def everything(records: Records) -> list[list[tuple[object, ...]]]:
    return [records._db.execute(f"SELECT * FROM {each} ORDER BY 1").fetchall() for each in DERIVED_TABLES]
