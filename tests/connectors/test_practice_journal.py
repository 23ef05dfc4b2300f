"""The practice page's journal loses nothing that was acknowledged, whatever happened to its last line or its index."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.practice.entry import Entry, from_line, number_of, to_line
from connectors.practice.journal import INDEX, JOURNAL, PageError
from connectors.practice.page import Draft, Page
from models.comment import Media, State

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
any_text = st.text(st.characters(exclude_categories=()), max_size=60)
entries = st.builds(
    Entry,
    id=st.integers(1, 10**9).map("c{}".format),
    change=st.just("commented"),
    at=st.datetimes(timezones=st.just(UTC)),
    text=any_text,
    created=st.datetimes(timezones=st.just(UTC)),
    state=st.sampled_from(State),
    post=st.just("p1"),
    parent=st.none() | st.just("c2"),
    author=any_text,
    by_page=st.booleans(),
    media=st.lists(st.builds(Media, any_text, st.just("image"), any_text), max_size=2).map(tuple),
)


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page.create(tmp_path, clock=lambda: NOON, synced=False)


def texts(page: Page) -> list[str]:
    return [entry.text for entry in page.visible_to_visitors()]


def write(page: Page, *given: str) -> list[str]:
    return page.comments(Draft("p1", text, "Pat") for text in given)


@given(entries)
def test_a_line_gives_back_what_was_written(entry: Entry) -> None:
    line = to_line(entry)
    assert from_line(line) == entry
    assert b"\n" not in line


@given(any_text)
def test_only_an_id_has_a_number(text: str) -> None:
    assert number_of(text) == 0 or text in (f"c{text[1:]}", f"p{text[1:]}")


def test_a_torn_last_line_is_cut_off_and_the_rest_kept(page: Page) -> None:
    page.publish("A post.")
    write(page, "whole")
    with (page.folder / JOURNAL).open("ab") as file:
        file.write(b'{"id":"c3","change":"comm')
    assert texts(page) == ["whole"]
    assert write(page, "next") == ["c3"]
    assert texts(page) == ["whole", "next"]


def test_a_whole_line_that_the_index_missed_is_found(page: Page) -> None:
    page.publish("A post.")
    entry = Entry("c2", "commented", NOON, "written, not indexed", NOON, post="p1", author="Pat")
    with (page.folder / JOURNAL).open("ab") as file:
        file.write(to_line(entry) + b"\n")
    assert page.get("c2").text == "written, not indexed"


def test_a_lost_index_is_made_again(page: Page) -> None:
    page.publish("A post.")
    write(page, "one", "two")
    page.edit("c2", "one, edited")
    (page.folder / INDEX).unlink()
    assert page.get("c2").text == "one, edited"
    assert write(page, "three") == ["c4"]


def test_an_index_of_another_journal_is_not_believed(page: Page) -> None:
    page.publish("A post.")
    write(page, "one", "two", "three")
    first_two = (page.folder / JOURNAL).read_bytes().splitlines(keepends=True)[:2]
    (page.folder / JOURNAL).write_bytes(b"".join(first_two))
    assert texts(page) == ["one"]
    assert write(page, "again") == ["c3"]


def test_a_damaged_line_is_named_with_its_place(page: Page) -> None:
    page.publish("A post.")
    size = (page.folder / JOURNAL).stat().st_size
    with (page.folder / JOURNAL).open("ab") as file:
        file.write(b"\x00\x00\x00\n")
    with pytest.raises(PageError, match=rf"journal\.jsonl is damaged at byte {size}; put back a copy"):
        page.changes()


def test_a_cursor_of_a_longer_journal_is_refused(page: Page) -> None:
    page.publish("A post.")
    with pytest.raises(PageError, match="not the one that was read before"):
        page.changes(10_000)


def test_a_cursor_inside_a_line_is_refused(page: Page) -> None:
    page.publish("A post.")
    with pytest.raises(PageError, match="not the one that was read before"):
        page.changes(7)


def test_comments_that_cannot_all_be_written_are_not_written_at_all(page: Page) -> None:
    page.publish("A post.")
    with pytest.raises(PageError, match="c99"):
        page.comments([Draft("p1", "good", "Pat"), Draft("p1", "bad", "Pat", parent="c99")])
    assert texts(page) == []


def test_a_folder_without_a_page_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(PageError, match=r"make it with: python -m connectors\.practice\.site"):
        Page(tmp_path / "nowhere").changes()


def test_what_is_read_does_not_depend_on_what_lies_before(page: Page) -> None:
    page.publish("A post.")
    write(page, *map(str, range(100)))
    position = page.changes(limit=1000).position
    page.edit("c5", "edited")
    changes = page.changes(position)
    assert [(entry.id, entry.text) for entry in changes.entries] == [("c5", "edited")]


def test_threads_write_without_losing_each_others_comments(page: Page) -> None:
    page.publish("A post.")
    threads = [threading.Thread(target=write, args=(page, f"{n}a", f"{n}b")) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(texts(page)) == sorted(f"{n}{letter}" for n in range(20) for letter in "ab")


WRITER = """
import sys
from pathlib import Path
from connectors.practice.page import Draft, Page
page = Page(Path(sys.argv[1]))
for number in range(100_000):
    done = page.comment(Draft("p1", f"{sys.argv[2]}-{number} " + "x" * (number * 37 % 9000), "Pat"))
    sys.stdout.write(done + "\\n")
    sys.stdout.flush()
"""


def test_two_writers_killed_at_any_moment_lose_no_acknowledged_comment(page: Page) -> None:
    page.publish("A post.")
    acknowledged: set[str] = set()
    for turn in range(4):
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, page.folder, f"{turn}{n}"], stdout=subprocess.PIPE)
            for n in range(2)
        ]
        for writer in writers:
            acknowledged.add(_after(writer, 3 + 40 * turn))
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
            rest = writer.communicate()[0].decode().splitlines(keepends=True)
            acknowledged |= {line.strip() for line in rest if line.endswith("\n")}
    ids = [entry.id for entry in page.visible_to_visitors()]
    assert acknowledged <= set(ids)
    assert len(ids) == len(set(ids)) == (page.folder / JOURNAL).read_bytes().count(b"\n") - 1


def _after(writer: subprocess.Popen[bytes], number: int) -> str:
    """Wait until a writer has written so many comments; gives the last one's id."""
    assert writer.stdout is not None
    return [writer.stdout.readline() for _ in range(number)][-1].decode().strip()
