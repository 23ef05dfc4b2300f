"""A list of blocked accounts becomes a worklist: nothing lost, nobody twice, answered by a named person's word."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.block_list import BlockList, BlockListError, Refused, read_list
from bot.blocks import Imported, import_blocks
from bot.cli import app
from bot.config import load
from bot.events import Actor
from bot.records import Records, Task, verify
from bot.tasks import TaskError, done_by_hand
from tests.bot.conftest import MODERATOR, ORIGIN
from tests.bot.town import log_of, page_table, town

CLERK = Actor("human", "uid-1", role="operator")
TABLE = b"""Name,Handle,URL,Reason
Pat Visitor,@pat,https://page.example.gov/pat,said that we lie
"Doe, John",,,
Rosa Blanchard,rosa,,
"""


def names(found: BlockList) -> list[str]:
    return [each.name for each in found.listed]


def imported(records: Records, data: bytes = TABLE, page: str = "page") -> Imported:
    return import_blocks(records, page, read_list(data), CLERK)


def waiting(records: Records) -> list[Task]:
    return records.waiting_blocks(100)


# --- the list --------------------------------------------------------------------------------------------------------


def test_a_table_is_read_by_its_heading_whatever_the_order() -> None:
    found = read_list(b"reason;profile url;display name\nrude;https://x.example/1;Pat\n")
    assert [(each.name, each.link, each.note) for each in found.listed] == [("Pat", "https://x.example/1", "rude")]


def test_the_usual_heading_of_a_reason_is_known_and_a_column_that_is_not_read_is_named(records: Records) -> None:
    found = read_list(b"User Name,Reason for block,Blocked \x1bon\nPat,called us liars,2019\n")
    assert [(each.account, each.note) for each in found.listed] == [("Pat", "called us liars")]
    done = import_blocks(records, "page", found, CLERK)
    assert "Not read, because the heading is not known: “Blocked ?on”." in done.in_words()
    assert done.as_json()["unread"] == ["Blocked ?on"]


def test_a_list_that_is_read_whole_names_no_column(records: Records) -> None:
    assert "Not read" not in imported(records).in_words()


def test_a_list_without_a_heading_is_one_name_a_line_with_its_commas() -> None:
    found = read_list("Doe, John\r\n\r\n  Rosa  Blanchard \rZoë\n".encode())
    assert [(each.line, each.name) for each in found.listed] == [(1, "Doe, John"), (3, "Rosa Blanchard"), (4, "Zoë")]


def test_a_heading_of_one_column_is_no_name_and_splits_no_name() -> None:
    assert names(read_list(b"\nName\nDoe, John\n")) == ["Doe, John"]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_spreadsheets_own_codings_are_read(coding: str) -> None:
    assert names(read_list("name,note\nZoë 👮,x\n".encode(coding))) == ["Zoë 👮"]


def test_a_list_in_another_coding_is_refused_whole_with_the_next_step() -> None:
    with pytest.raises(BlockListError, match="save it again as UTF-8"):
        read_list("name\nZoë\n".encode("cp1252"))


@pytest.mark.parametrize(
    ("again", "same"),
    [
        ("pat visitor", True),
        (" Pat   Visitor ", True),
        ("Pat Visitor\u0301", False),
        ("Pat Visito", False),
    ],
)
def test_a_name_that_is_repeated_counts_once(again: str, same: bool) -> None:
    found = read_list(f"Pat Visitor\n{again}\n".encode())
    assert (len(found.listed), found.repeated) == ((1, 1) if same else (2, 0))


def test_people_of_one_name_with_different_links_are_different_people() -> None:
    found = read_list(b"name,link\nPat,https://x.example/1\nPat,https://x.example/2\nPat,https://x.example/1/\n")
    assert [each.link for each in found.listed] == ["https://x.example/1", "https://x.example/2"]
    assert found.repeated == 1


def test_an_account_is_the_same_with_and_without_its_sign() -> None:
    assert read_list(b"account,note\n@Pat,\npat,\n").repeated == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",rude,", "it names nobody"),
        ("\u200b\u2060,rude,", "it names nobody"),
        ("Pat\x00,rude,", "its name holds a control sign"),
        ("Pat,\x1b[2Jrude,", "its note holds a control sign"),
        ("P" * 201 + ",,", "its name is longer than 200 signs"),
        ("Pat," + "r" * 2001 + ",", "its note is longer than 2,000 signs"),
        (
            "Pat,,javascript:alert(1)",
            "its link is no web address; give one that begins with https://, or leave it empty",
        ),
        ("Doe, John,rude,", "it has more cells than the heading; put a cell that holds a comma in quotes"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_taken(line: str, why: str) -> None:
    found = read_list(f"name,note,link\nRosa,,\n\n{line}\nZoë,,\n".encode())
    assert found.refused == (Refused(4, why),)
    assert names(found) == ["Rosa", "Zoë"]


def test_the_number_of_a_line_counts_the_lines_within_a_cell() -> None:
    found = read_list(b'name,note\nPat,"two\nlines"\n,x\n')
    assert found.listed[0].note == "two lines"
    assert found.refused == (Refused(4, "it names nobody"),)


def test_a_quotation_mark_that_is_not_closed_swallows_nothing() -> None:
    with pytest.raises(BlockListError, match=r"^line 3: the quotation marks do not fit together"):
        read_list(b'name,note\nPat,x\n"Rosa,y\nZoe,z\n')


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "names nobody"),
        (b"name,link\n", "names nobody"),
        (b"x" * 1_000_001, "larger than 1,000,000 bytes"),
        (b"".join(b"n%d\n" % number for number in range(2_001)), "more than 2,000 lines"),
    ],
)
def test_a_list_that_cannot_be_a_worklist_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BlockListError, match=message):
        read_list(data)


def test_what_a_stranger_called_themselves_stays_as_it_was() -> None:
    hostile = "\u202e<script>alert(1)</script> =cmd|' /C calc'!A0"
    assert names(read_list(hostile.encode())) == [hostile]


# --- the worklist ----------------------------------------------------------------------------------------------------


def test_each_account_becomes_one_task_with_steps_and_is_in_the_log(records: Records) -> None:
    found = imported(records)
    assert (found.added, found.known, found.repeated, found.waiting) == (3, 0, 0, 3)
    first = waiting(records)[0]
    opened = records.entry(first.opened_seq)
    assert opened is not None
    listed = records.entry(opened.cause[0])
    assert listed is not None
    assert (first.action, first.page, opened.subject.kind) == ("unblock", "page", "account")
    assert "A block is kept only with a written reason." in opened.pub["steps"][-1]
    assert listed.opened == {
        "account.platform_id": "link:https://page.example.gov/pat",
        "account.name": "Pat Visitor",
        "account.handle": "@pat",
        "account.link": "https://page.example.gov/pat",
        "account.note": "said that we lie",
    }


def test_the_whole_list_is_kept_with_what_was_not_taken(records: Records) -> None:
    data = TABLE + b",,,rude\n"
    found = imported(records, data)
    whole = records.last("blocks.imported")
    assert whole is not None
    assert (whole.opened["blocks.list"], whole.pub["refused"], whole.actor.id) == (data.decode(), 1, "uid-1")
    assert found.refused == (Refused(5, "it names nobody"),)


def test_no_name_stands_open_in_the_log(records: Records) -> None:
    imported(records)
    told = json.dumps([[each.pub, each.subject.ref] for each in records.entries(limit=100)])
    assert [word for word in ("Pat", "pat", "Doe", "rosa", "lie") if word in told] == []


def test_the_same_list_again_adds_nothing(records: Records) -> None:
    imported(records)
    before = records.size()
    again = imported(records)
    assert (again.added, again.known, again.waiting) == (0, 3, 3)
    assert records.size() == before


def test_a_longer_list_adds_what_is_new_and_what_was_answered_does_not_come_back(records: Records) -> None:
    imported(records)
    done_by_hand(records, corr=waiting(records)[0].corr, user=MODERATOR, outcome="unblocked")
    found = imported(records, TABLE + b"New Neighbour,,,\n")
    assert (found.added, found.known, found.waiting) == (1, 3, 3)


def test_the_same_account_on_another_page_is_another_task(records: Records) -> None:
    imported(records)
    assert imported(records, page="other").added == 3
    assert records.count_blocks("page") == {"waiting": 3}


def test_an_answer_closes_the_task_and_is_counted(records: Records) -> None:
    imported(records)
    first, second, _ = waiting(records)
    done_by_hand(records, corr=first.corr, user=MODERATOR, outcome="unblocked")
    done_by_hand(records, corr=second.corr, user=MODERATOR, note="A court order of 3 March.", outcome="kept")
    assert records.count_blocks() == {"waiting": 1, "unblocked": 1, "kept": 1}
    done = records.last("task.done")
    assert done is not None
    assert (done.pub["outcome"], done.actor.id) == ("kept", "u_1")
    assert done.opened["review.note"] == "A court order of 3 March."
    assert records.unverified_tasks() == []


def test_a_block_is_kept_only_with_a_reason(records: Records) -> None:
    imported(records)
    with pytest.raises(TaskError, match="why the block is kept"):
        done_by_hand(records, corr=waiting(records)[0].corr, user=MODERATOR, outcome="kept")
    assert records.count_blocks() == {"waiting": 3}


@pytest.mark.parametrize("outcome", ["", "done", "Kept"])
def test_a_block_is_answered_one_way_or_the_other(records: Records, outcome: str) -> None:
    imported(records)
    with pytest.raises(TaskError, match="say whether you unblocked the account or keep the block"):
        done_by_hand(records, corr=waiting(records)[0].corr, user=MODERATOR, note="x", outcome=outcome)
    assert records.count_blocks() == {"waiting": 3}


def test_a_task_is_answered_once(records: Records) -> None:
    imported(records)
    corr = waiting(records)[0].corr
    done_by_hand(records, corr=corr, user=MODERATOR, outcome="unblocked")
    with pytest.raises(TaskError, match="done already"):
        done_by_hand(records, corr=corr, user=MODERATOR, note="No.", outcome="kept")


def test_other_tasks_do_not_drown_in_the_list_and_the_count_has_all(records: Records) -> None:
    imported(records)
    assert records.waiting_tasks() == []
    assert records.count_waiting_tasks() == 3


def test_a_log_with_a_list_verifies_and_an_index_that_lacks_an_account_is_told(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with Records.create(store, ORIGIN) as records:
        imported(records)
    assert verify(store).problems == []
    with closing(sqlite3.connect(store / "records.sqlite3")) as db, db:
        db.executescript("DROP TRIGGER pidx_delete; DELETE FROM pidx")
    assert any("the look-up index lacks it" in each for each in verify(store).problems)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    town(tmp_path, page_table("a"))
    return tmp_path


def run(folder: Path, data: bytes, *more: str) -> tuple[int, str]:
    (folder / "list.csv").write_bytes(data)
    asked = ["blocks", "import", "a", str(folder / "list.csv"), "-c", str(folder / "config.toml"), *more]
    result = CliRunner().invoke(app, asked)
    return result.exit_code, result.output


def test_the_command_tells_what_it_did_and_that_nobody_was_blocked(folder: Path) -> None:
    code, told = run(folder, TABLE)
    assert code == 0
    assert "3 blocked accounts added to the tasks; 0 known before, 0 repeated in the list." in told
    assert "Waiting to be reviewed: 3. Nobody was blocked or unblocked." in told


def test_the_command_tells_each_bad_line_without_its_words_and_exits_with_1(folder: Path) -> None:
    code, told = run(folder, TABLE + b"\x1b[2JEvil,,,\n")
    assert code == 1
    assert "line 5: its name holds a control sign" in told
    assert "\x1b" not in told
    assert "Evil" not in told


@pytest.mark.parametrize(("data", "message"), [(None, "cannot be read"), (b"\xff", "list.csv: it is no UTF-8 text")])
def test_a_list_that_cannot_be_read_is_named_and_changes_nothing(
    folder: Path, data: bytes | None, message: str
) -> None:
    if data is not None:
        (folder / "list.csv").write_bytes(data)
    asked = ["blocks", "import", "a", str(folder / "list.csv"), "-c", str(folder / "config.toml")]
    with pytest.raises(BlockListError, match=message):
        CliRunner().invoke(app, asked, catch_exceptions=False)
    assert not (folder / "store").exists()


def test_the_command_says_who_ran_it(folder: Path) -> None:
    run(folder, TABLE)
    (entry,) = log_of(load(folder / "config.toml"), "blocks.imported")
    assert (entry.actor.kind, entry.actor.role, entry.subject.ref) == ("human", "operator", "a")
