"""``ofrecord records``: reading and proving the log from the command line."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from bot.config import Loaded
from bot.once import once
from bot.records_command import NoEntryError, in_words, show_entry, tail_entries, verify_store
from tests.bot.town import log_of, page_of, page_table, town
from tests.fakes import rulebook

HOSTILE = "\x1b[31mred\u202etxet <b>"


@pytest.fixture
def config(tmp_path: Path) -> Loaded:
    """A Department whose page has one hostile comment, which was captured."""
    made = town(tmp_path, page_table("a"))
    page_of(made, "a", HOSTILE)
    once(made, book=rulebook())
    return made


def capture(config: Loaded) -> int:
    return log_of(config, "comment.seen")[0].seq


def damage(config: Loaded, seq: int) -> None:
    """Change a byte of an entry, past the triggers."""
    db = sqlite3.connect(config.store_dir / "records.sqlite3")
    db.execute("PRAGMA writable_schema=ON")
    db.execute("DELETE FROM sqlite_master WHERE type='trigger'")
    db.commit()
    db.close()
    db = sqlite3.connect(config.store_dir / "records.sqlite3")
    db.execute("UPDATE entry SET bytes=CAST(replace(bytes, 'comment.seen', 'comment.sean') AS BLOB) WHERE seq=?", [seq])
    db.commit()
    db.close()


def test_a_sound_log_verifies_and_that_is_itself_recorded(config: Loaded) -> None:
    size = len(log_of(config))
    result = verify_store(config, full=True, progress=False)
    assert (result.ok, result.size) == (True, size)
    assert in_words(result).startswith(f"The log verifies: {size} entries")
    assert log_of(config)[-1].pub == {"size": size, "ok": True}


def test_the_first_bad_entry_is_named_and_nothing_is_appended(config: Loaded) -> None:
    seq, size = capture(config), len(log_of(config))
    damage(config, seq)
    result = verify_store(config, full=True, progress=False)
    assert (result.ok, result.first_bad) == (False, seq)
    words = in_words(result)
    assert f"First bad entry: {seq}." in words
    assert "compare it with the newest backup" in words
    assert result.size == size


def test_an_entry_is_shown_with_its_values_and_harmless_for_a_terminal(config: Loaded) -> None:
    shown = show_entry(config, capture(config), as_json=False)
    assert "comment.text" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
    assert "U+202E" in shown


def test_an_entry_is_shown_whole_as_json(config: Loaded) -> None:
    shown = json.loads(show_entry(config, capture(config), as_json=True))
    assert shown["opened"]["comment.text"] == HOSTILE
    assert shown["withheld"] == []


def test_that_an_entry_was_looked_at_is_recorded(config: Loaded) -> None:
    seq = capture(config)
    show_entry(config, seq, as_json=True)
    viewed = log_of(config)[-1]
    assert (viewed.type, viewed.cause, viewed.actor.kind) == ("record.viewed", (seq,), "human")


def test_an_entry_that_is_not_there_says_how_many_there_are(config: Loaded) -> None:
    with pytest.raises(NoEntryError, match=r"There is no entry 999; the log has \d+ entries, from 0"):
        show_entry(config, 999, as_json=False)


def test_the_tail_has_the_newest_last_and_no_text(config: Loaded) -> None:
    lines = tail_entries(config, 3, as_json=False)
    size = len(log_of(config))
    assert [int(line.split()[0]) for line in lines] == [size - 3, size - 2, size - 1]
    assert "red" not in "".join(tail_entries(config, size, as_json=True))
