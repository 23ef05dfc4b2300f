from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import events
from bot.records import Records
from tests.bot.records.samples import (
    ANN,
    BOT,
    LATER,
    PAGE,
    START,
    Clock,
    about,
    decided,
    edited,
    flagged,
    gone,
    hide_by_bot,
    intent,
    opened,
    post,
    requested,
    restored,
    seen,
    unconfirmed,
)


def test_known_comments_are_found_by_platform_id_in_one_question(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        with records.writing() as writing:
            for i in range(1200):
                writing.append(seen(f"c_{i}", f"{i}"))
        found = records.known(PAGE, [str(i) for i in range(1100, 1300)])
        assert {key: each.ref for key, each in found.items()} == {str(i): f"c_{i}" for i in range(1100, 1200)}
        assert records.known("other", ["1100"]) == {}


def test_a_digest_is_compared_without_being_stored(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1", "7", digest="ab" * 32))
        records.append(post("p_1", "8", digest="cd" * 32))
        comment, of_post = records.known(PAGE, ["7"])["7"], records.known_posts(PAGE, ["8"])["8"]
        assert (records.same_digest(comment, "ab" * 32), records.same_digest(comment, "cd" * 32)) == (True, False)
        assert records.same_digest(of_post, "cd" * 32)
        tables = "".join(map(str, records._db.execute("SELECT * FROM comment_state,post_state").fetchall()))
        assert "abab" not in tables


def test_the_newest_capture_and_every_version_are_kept(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1", text="First", permalink="https://example.gov/1", author_id="a9"))
        records.append(edited("c_1", version=2, text="Second", media=[{"id": "m", "kind": "image"}]))
        captured = records.captured("c_1")
        assert captured is not None
        assert (captured.text, captured.version, captured.media) == ("Second", 2, ({"id": "m", "kind": "image"},))
        assert [each.text for each in records.versions("c_1")] == ["First", "Second"]
        assert records.versions("c_1")[0].author_id == "a9"


def test_a_post_is_known_by_its_newest_version(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(post("p_1", "8", created="2026-11-01T00:00:00Z"))
        records.append(post("p_1", "8", text="Corrected", version=2))
        found = records.post("p_1")
        assert found is not None
        assert (found.text, found.version, found.platform_id) == ("Corrected", 2, "8")
        assert records.known_posts(PAGE, ["8"])["8"].version == 2


def test_ancestors_are_told_the_nearest_last_even_where_they_go_in_circles(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        records.append(seen("c_2", parent_ref="c_1"))
        records.append(seen("c_3", parent_ref="c_2"))
        records.append(seen("c_4", parent_ref="c_5"))
        records.append(seen("c_5", parent_ref="c_4"))
        assert [each.ref for each in records.ancestors("c_3")] == ["c_1", "c_2"]
        assert [each.ref for each in records.ancestors("c_4")] == ["c_5"]
        assert records.ancestors("c_none") == []


def test_a_thread_is_in_posting_order_and_bounded(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        for i in (3, 1, 2, 4):
            records.append(seen(f"c_{i}", created=(START + timedelta(minutes=i)).isoformat()))
        records.append(seen("c_elsewhere", post_ref="p_2"))
        assert [each.ref for each, _ in records.thread("p_1")] == ["c_1", "c_2", "c_3", "c_4"]
        upto = START + timedelta(minutes=3)
        assert [captured.ref for _, captured in records.thread("p_1", limit=2, upto=upto)] == ["c_2", "c_3"]


def test_live_comments_leave_out_the_old_and_the_gone(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_old", "1", created="2026-01-01T00:00:00Z"))
        records.append(seen("c_gone", "2"))
        records.append(seen("c_here", "3"))
        records.append(gone("c_gone"))
        live = records.live_comments_since(PAGE, START - timedelta(days=2))
        assert [(ref, platform_id) for ref, platform_id, _ in live] == [("c_here", "3")]


def test_the_queue_is_most_urgent_first_then_longest_waiting(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path / "s", clock) as records:
        for ref, urgency in (("c_1", 1), ("c_2", 0), ("c_3", 2), ("c_4", 1)):
            clock.forward(minutes=1)
            records.append(seen(ref))
            records.append(flagged(ref, urgency=urgency))
        assert [each.ref for each in records.open_flags()] == ["c_3", "c_1", "c_4", "c_2"]
        assert [each.ref for each in records.open_flags(PAGE, limit=2, offset=1)] == ["c_1", "c_4"]
        assert records.open_flags("other") == []
        counts = records.flag_counts()
        assert (counts.open, counts.urgent, counts.by_page, counts.oldest) == (
            4,
            1,
            {PAGE: 4},
            START + timedelta(minutes=1),
        )


def test_a_flag_that_another_holds_is_left_out(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path / "s", clock) as records:
        records.append(seen("c_1"))
        records.append(flagged("c_1"))
        with records.writing() as writing:
            assert writing.claim("c_1", "u_ann", START + timedelta(minutes=10))
        assert records.open_flags(exclude_claimed_by_others_than="u_bob") == []
        assert len(records.open_flags(exclude_claimed_by_others_than="u_ann")) == 1
        clock.forward(minutes=11)
        assert len(records.open_flags(exclude_claimed_by_others_than="u_bob")) == 1


def test_pending_actions_are_in_the_order_of_their_requests(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        for i in (2, 1, 3):
            records.append(seen(f"c_{i}"))
            records.append(requested(f"c_{i}", f"op_{i}"))
        records.append(intent("c_1", "op_1"))
        assert [each.corr for each in records.pending_actions(PAGE)] == ["op_2", "op_1", "op_3"]
        assert [each.open_intent for each in records.pending_actions(PAGE)] == [False, True, False]
        with records.writing() as writing:
            writing.set_retry("op_1", 1, LATER)
        action = records.action("op_1")
        assert action is not None
        assert (action.open_intent, action.not_before, action.attempt) == (False, LATER, 1)


def test_an_alert_is_due_until_it_was_raised(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        urgent = records.append(flagged("c_1", urgency=2))
        referred = records.append(
            events.ReviewReferred(actor=ANN, subject=about("c_1"), page=PAGE, matter="tip", role="detectives")
        )
        records.append(requested("c_1", "op_1", "unhide"))
        doubtful = records.append(unconfirmed("c_1", "op_1"))
        assert [each.seq for each in records.unsent_alerts()] == [urgent.seq, referred.seq, doubtful.seq]
        records.append(
            events.AlertRaised(
                actor=BOT, subject=about("c_1"), kind="urgent", about=urgent.seq, recipients=1, message_id="<1>"
            )
        )
        assert [each.seq for each in records.unsent_alerts()] == [referred.seq, doubtful.seq]


def test_entries_are_listed_by_type_and_place(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        for i in range(6):
            records.append(seen(f"c_{i}") if i % 2 else flagged(f"c_{i}"))
        assert [each.seq for each in records.entries(after=2, limit=2)] == [3, 4]
        assert [each.seq for each in records.entries(types=["comment.seen"], after=1)] == [3, 5]
        assert [each.seq for each in records.newest(2)] == [4, 5]
        assert [each.type for each in records.case("c_3")] == ["comment.seen"]
        last = records.last("comment.flagged")
        assert last is not None
        assert (last.seq, records.last("comment.flagged", "c_1"), records.entry(99)) == (4, None, None)


def test_what_was_destroyed_is_named_as_withheld(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as records:
        records.append(seen("c_1"))
        records._db.execute("DROP TRIGGER payload_delete")
        records._db.execute("DELETE FROM payload WHERE name='comment.text'")
        entry, captured = records.entry(0), records.captured("c_1")
        assert entry is not None
        assert captured is not None
        assert (entry.withheld, captured.text, captured.author_name) == (("comment.text",), None, "A. Visitor")


def test_a_page_has_a_mode_and_a_cursor(tmp_path: Path) -> None:
    page = events.Subject("page", PAGE)
    with opened(tmp_path / "s") as records:
        assert (records.mode_of(PAGE), records.cursor(PAGE)) == (None, None)
        records.append(events.PageModeChanged(actor=BOT, subject=page, page=PAGE, mode="shadow"))
        records.append(events.PageModeChanged(actor=BOT, subject=page, page=PAGE, mode="live", was="shadow"))
        with records.writing() as writing:
            writing.set_cursor(PAGE, "17")
        mode = records.mode_of(PAGE)
        assert mode is not None
        assert (mode.pub["mode"], records.cursor(PAGE), records.pages()) == ("live", "17", [PAGE])


def week(records: Records, clock: Clock) -> None:
    hide_by_bot(records, "c_1", "op_1", LATER)
    records.append(decided("c_1", "leave_up"))
    records.append(requested("c_1", "op_2", "unhide", actor=ANN, reason="review"))
    records.append(restored("c_1", "op_2"))
    clock.forward(days=1)
    records.append(seen("c_2"))
    records.append(flagged("c_2", categories=["threat", "obscenity"]))
    records.append(seen("c_by_page", by_page=True))


def test_the_figures_of_a_week_are_counted_by_page_and_category(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path / "s", clock) as records:
        week(records, clock)
        figures = records.week_figures(START, START + timedelta(days=7))
        page = figures.pages[PAGE]
        assert (page.seen, page.flagged, page.hidden, page.restored, page.reviewed) == (2, 2, 1, 1, 1)
        assert page.flagged_by_category == {"obscenity": 2, "threat": 1}
        assert (page.hidden_by_bot, page.hidden_by_category) == (1, {"obscenity": 1})
        assert (figures.open, figures.oldest_open) == (1, START + timedelta(days=1))
        assert records.week_figures(START - timedelta(days=7), START).pages[PAGE].seen == 0


def test_a_weeks_summary_is_claimed_and_sent_once(tmp_path: Path) -> None:
    subject = events.Subject("summary", "2026-W47")
    with opened(tmp_path / "s") as records:
        assert records.summary_state("2026-W47").claimed is None
        records.append(
            events.SummaryClaimed(
                actor=BOT, subject=subject, week="2026-W47", recipients=2, message_id="<1>", message="…"
            )
        )
        state = records.summary_state("2026-W47")
        assert state.claimed is not None
        assert (state.claimed.opened["summary.eml"], state.sent) == ("…", None)
        assert records.summary_state("2026-W48").claimed is None


SCANS = """known known_posts comment captured versions thread live_comments_since open_flags open_flag answer_to_undo
unsent_alerts pending_actions action actions_of lapsed_hides case since entries last mode_of claim_of cursor size"""
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "known": (PAGE, ["1"]),
    "known_posts": (PAGE, ["1"]),
    "live_comments_since": (PAGE, START),
    "open_flags": (PAGE,),
    "unsent_alerts": (),
    "pending_actions": (PAGE,),
    "lapsed_hides": (LATER,),
    "since": ("c_1", 0),
    "entries": (0, 10, ["comment.seen"]),
    "last": ("comment.seen", "c_1"),
    "size": (),
}


@pytest.mark.parametrize("question", SCANS.split())
def test_no_question_of_the_daily_work_reads_a_whole_table(tmp_path: Path, question: str) -> None:
    asked: list[str] = []
    with opened(tmp_path / "s") as records:
        hide_by_bot(records, "c_1", "op_1", LATER)
        records._db.set_trace_callback(asked.append)
        getattr(records, question)(*ARGUMENTS.get(question, ("c_1",)))
        records._db.set_trace_callback(None)
        assert asked
        for sql in asked:
            plan = [str(row[3]) for row in records._db.execute(f"EXPLAIN QUERY PLAN {sql}")]
            assert not [each for each in plan if whole(each)], (sql, plan)


def whole(step: str) -> bool:
    small = ("tree", "alert_due", "CONSTANT")  # one row; only what is still to be done
    return step.startswith("SCAN") and not any(each in step for each in small) and "USING INDEX flag_open" not in step
