"""Exports that are put into a folder: taken whole, read once, and nothing of them lost."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.base import Batch, ConnectorError, Result
from connectors.dropfolder import Dropfolder, Settings, connect
from connectors.dropfolder.rows import BadRow, ExportError, Row, read
from models.comment import State
from tests.connectors.means import means

HEAD = "id,text,author,created,post_id,post_text\n"
GOOD = "c1,Thank you.,Rosa Blanchard,2026-11-22T14:05:00-07:00,p1,The bridge is closed.\n"
DENVER = ZoneInfo("America/Denver")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "incoming").mkdir()
    return tmp_path


def drop(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / "incoming" / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def page(folder: Path, *, at: float = 2e9, **settings: object) -> Dropfolder:
    wanted = Settings.model_validate({"folder": str(folder), "settle_seconds": 5, **settings})
    return connect("archive", wanted, means(), clock=lambda: at)


def everything(connector: Dropfolder, cursor: str | None = None) -> list[Batch]:
    batches = []
    for _ in range(50):
        batch = connector.fetch(cursor)
        batches.append(batch)
        cursor = batch.cursor
        if not batch.more:
            return batches
    raise AssertionError("it does not come to an end")


def texts(batches: list[Batch]) -> list[str]:
    return [comment.text for batch in batches for comment in batch.comments]


def rows(content: str, name: str = "export.csv") -> list[Row | BadRow]:
    return list(read(content.encode(), name, "archive", DENVER))


def test_a_csv_row_becomes_a_comment_with_its_post() -> None:
    (row,) = rows(HEAD + GOOD)
    assert isinstance(row, Row)
    assert (row.comment.platform_id, row.comment.text, row.comment.author.name) == (
        "c1",
        "Thank you.",
        "Rosa Blanchard",
    )
    assert row.comment.created == datetime(2026, 11, 22, 21, 5, tzinfo=UTC)
    assert (row.post.platform_id, row.post.text) == ("p1", "The bridge is closed.")


def test_a_time_without_a_zone_is_the_departments() -> None:
    (row,) = rows("text,author,created\nHello.,Pat,2026-01-05 09:00\n")
    assert isinstance(row, Row)
    assert row.comment.created == datetime(2026, 1, 5, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_first_line(delimiter: str) -> None:
    (row,) = rows((HEAD + GOOD.replace(",", delimiter)).replace(",", delimiter))
    assert isinstance(row, Row)


def test_a_text_of_several_lines_and_quotes_stays_whole() -> None:
    (row,) = rows('text,author,created\n"One ""word"",\nthen more.",Pat,2026-01-05T09:00Z\n')
    assert isinstance(row, Row)
    assert row.comment.text == 'One "word",\nthen more.'


def test_a_bad_row_names_its_line_and_leaves_the_others() -> None:
    found = rows(HEAD + GOOD + "c2,No time.,Pat,yesterday,p1,\n" + GOOD.replace("c1", "c3"))
    assert [type(each) for each in found] == [Row, BadRow, Row]
    bad = found[1]
    assert isinstance(bad, BadRow)
    assert (bad.line, "yesterday" in bad.why) == (3, True)


def test_a_row_with_too_few_or_too_many_columns_is_not_guessed_at() -> None:
    assert [type(each) for each in rows(HEAD + "c1,Short\n" + GOOD.strip() + ",one too many\n")] == [BadRow, BadRow]


def test_a_line_that_is_no_json_is_set_aside_with_its_number() -> None:
    good = json.dumps({"text": "Hello.", "author": "Pat", "created": "2026-01-05T09:00Z"})
    found = rows(f"{good}\n{{broken\n[1]\n{good}\n", "export.jsonl")
    assert [each.line if isinstance(each, BadRow) else "row" for each in found] == ["row", 2, 3, "row"]


def test_a_file_without_the_needed_columns_says_which_are_missing() -> None:
    with pytest.raises(ExportError, match="author, created"):
        rows("text,date\nHello.,today\n")


def test_a_file_that_is_not_utf_8_says_where() -> None:
    with pytest.raises(ExportError, match="byte 5"):
        list(read(b"text,\xe9\n", "export.csv", "archive", DENVER))


def test_the_same_row_without_an_id_is_the_same_comment() -> None:
    content = "text,author,created\nHello.,Pat,2026-01-05T09:00Z\n"
    first, again = rows(content), rows(content + "Hello.,Pat,2026-01-05T09:00Z\n")
    ids = {row.comment.platform_id for row in [*first, *again] if isinstance(row, Row)}
    assert len(ids) == 1


@example(b'"', "export.csv")
@given(st.binary(max_size=300), st.sampled_from(["export.csv", "export.jsonl"]))
def test_no_bytes_are_more_than_a_bad_file(content: bytes, name: str) -> None:
    with suppress(ExportError):
        assert all(isinstance(each, Row | BadRow) for each in read(content, name, "archive", DENVER))


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_comes_through_json_lines_unchanged(text: str) -> None:
    (row,) = rows(json.dumps({"text": text, "author": "Pat", "created": "2026-01-05T09:00Z"}), "export.jsonl")
    assert isinstance(row, Row)
    assert row.comment.text == text


def test_a_file_is_brought_in_parts_and_then_kept_in_done(folder: Path) -> None:
    drop(folder, "a.csv", HEAD + "".join(GOOD.replace("c1", f"c{n}").replace("you", f"you {n}") for n in range(10)))
    assert len(texts(everything(page(folder, at_once=3)))) == 10
    assert [path.name.partition("-")[2] for path in (folder / "done").iterdir()] == ["a.csv"]
    assert list((folder / "incoming").iterdir()) == list((folder / "taken").iterdir()) == []


def test_a_file_that_is_still_written_is_left(folder: Path) -> None:
    path = drop(folder, "a.csv", HEAD + GOOD)
    assert texts(everything(page(folder, at=path.stat().st_mtime + 4))) == []
    assert texts(everything(page(folder, at=path.stat().st_mtime + 6))) == ["Thank you."]


def test_half_written_names_and_other_files_are_left(folder: Path) -> None:
    for name in (".a.csv", "a.csv.part", "notes.txt"):
        drop(folder, name, HEAD + GOOD)
    assert texts(everything(page(folder))) == []
    assert len(list((folder / "incoming").iterdir())) == 3


def test_what_was_not_logged_before_a_crash_comes_again(folder: Path) -> None:
    drop(folder, "a.csv", HEAD + GOOD)
    assert texts([page(folder).fetch(None)]) == ["Thank you."]
    # The daemon was killed here: the batch was not appended, and its cursor never stored.
    assert texts(everything(page(folder))) == ["Thank you."]


def test_a_file_stays_until_the_log_has_its_last_row(folder: Path) -> None:
    drop(folder, "a.csv", HEAD + GOOD)
    batch = page(folder).fetch(None)
    assert not (folder / "done").exists()
    page(folder).fetch(batch.cursor)
    assert len(list((folder / "done").iterdir())) == 1


def test_the_same_file_twice_is_read_twice_and_kept_once(folder: Path) -> None:
    for _ in range(2):
        drop(folder, "a.csv", HEAD + GOOD)
        everything(page(folder))
    assert len(list((folder / "done").iterdir())) == 1


def test_without_a_cursor_everything_comes_once_more(folder: Path) -> None:
    drop(folder, "a.csv", HEAD + GOOD)
    cursor = everything(page(folder))[-1].cursor
    assert texts(everything(page(folder), cursor)) == []
    assert texts(everything(page(folder))) == ["Thank you."]


def test_bad_rows_go_into_quarantine_and_are_told(folder: Path) -> None:
    drop(folder, "a.csv", HEAD + GOOD + "c2,No time.,Pat,yesterday,p1,\n")
    batches = everything(page(folder))
    assert "line 3" in batches[0].gap
    (kept,) = (folder / "quarantine").iterdir()
    (line,) = kept.read_text().splitlines()
    assert (json.loads(line)["line"], "No time." in json.loads(line)["row"]) == (3, True)


def test_a_file_of_another_kind_stops_nothing(folder: Path) -> None:
    drop(folder, "a.csv", b"\x89PNG\r\n")
    drop(folder, "b.csv", HEAD + GOOD)
    batches = everything(page(folder))
    assert texts(batches) == ["Thank you."]
    assert any("UTF-8" in path.read_text() for path in (folder / "quarantine").iterdir())


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    drop(folder, "a.csv", HEAD + GOOD + "x" * 1024 * 1024)
    batches = everything(page(folder, largest_mb=1))
    assert texts(batches) == []
    assert "could not be read" in batches[0].gap


def test_a_comment_that_the_export_calls_gone_is_gone(folder: Path) -> None:
    drop(folder, "a.csv", "id,text,author,created,state\nc1,Sorry.,Pat,2026-01-05T09:00Z,gone\n")
    batches = everything(page(folder))
    assert [each for batch in batches for each in batch.gone] == ["c1"]
    assert texts(batches) == []


def test_a_missing_folder_says_what_to_make(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match="make that folder"):
        page(tmp_path).check()


@pytest.mark.parametrize("cursor", ["", "nonsense", '["../x", 0]', '["a.csv", -1]', "[1]"])
def test_a_damaged_cursor_is_refused(folder: Path, cursor: str) -> None:
    with pytest.raises(ConnectorError, match="archive"):
        page(folder).fetch(cursor)


def test_nothing_is_ever_claimed_about_the_page_itself(folder: Path) -> None:
    assert page(folder).hide("c1").result is page(folder).unhide("c1").result is Result.UNSUPPORTED
    assert page(folder).state("c1").state is State.UNKNOWN
