from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.records import (
    BusyError,
    DriverError,
    EntryError,
    KeyFileError,
    MissingError,
    NewerSchemaError,
    OriginError,
    ReadOnlyError,
    Records,
    RefusedError,
    SchemaError,
    StaleError,
    StoreError,
)
from bot.records.lock import FileLock
from bot.records.schema import require_plain_driver
from tests.bot.records.samples import ORIGIN, Clock, decided, fill, flagged, hidden, opened, requested, seen


def test_a_new_store_is_for_its_user_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        modes = {each.name: each.stat().st_mode & 0o777 for each in records.layout.folder.iterdir()}
        secrets = {each.stat().st_mode & 0o777 for each in records.layout.secrets.iterdir()}
    assert records.layout.folder.stat().st_mode & 0o777 == 0o700
    assert (modes["secrets"], modes["media"], modes["records.sqlite3"]) == (0o700, 0o700, 0o600)
    assert secrets == {0o600}


def test_what_is_appended_is_there_after_opening_anew(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        entry = records.append(seen("c_1", text="bidi \u202e NUL \x00 👮"))
    with Records.open(tmp_path / "store", ORIGIN) as records:
        assert records.entry(0) == entry
        assert entry.opened["comment.text"] == "bidi \u202e NUL \x00 👮"


def test_an_exception_undoes_the_whole_transaction(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        with pytest.raises(KeyError), records.writing() as writing:  # noqa: PT012
            writing.append(seen("c_1"))
            writing.set_cursor("front", "17")
            raise KeyError
        assert (records.size(), records.comment("c_1"), records.cursor("front")) == (0, None, None)
        assert records.append(seen("c_2")).seq == 0


def test_an_append_that_failed_spoils_its_transaction_even_when_caught(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records.append(seen("c_1"))
        with pytest.raises(RefusedError, match="none of it"), records.writing() as writing:  # noqa: PT012
            writing.append(requested("c_1", "op_1"))
            with pytest.raises(RefusedError):
                writing.append(requested("c_1", "op_1"))
        assert records.size() == 1


def test_an_answer_on_older_knowledge_is_refused_with_what_changed(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        looked_at = records.append(seen("c_1")).seq
        records.append(flagged("c_1"))
        with pytest.raises(StaleError) as stale:
            records.append(decided("c_1", "hide"), expected=looked_at)
        assert [each.type for each in stale.value.since] == ["comment.flagged"]
        assert records.append(decided("c_1", "hide"), expected=1).seq == 2


def test_an_outcome_without_its_request_is_no_event(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records, pytest.raises(EntryError, match="corr"):
        records.append(hidden("c_1", corr=None))  # type: ignore[arg-type]


def test_a_transaction_sees_what_it_has_written(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records, records.writing() as writing:
        ref = writing.comment_ref("front", "77")
        assert writing.comment_ref("front", "77") == ref
        writing.append(seen(ref, "77"))
        assert writing.known("front", ["77"])["77"].ref == ref
        assert writing.size() == 1


def test_a_known_comment_keeps_its_reference(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records.append(seen("c_1", "77"))
        with records.writing() as writing:
            assert writing.comment_ref("front", "77") == "c_1"
            assert writing.comment_ref("other", "77") != "c_1"
            assert writing.post_ref("front", "77") != "c_1"


def test_a_platform_id_stands_in_the_payload_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records.append(seen("c_1", "platform-id-77"))
        dump = [line for line in records._db.iterdump() if "platform-id-77" in line]
    assert [line.split('"')[1] for line in dump] == ["payload"]


def test_two_write_transactions_of_one_object_do_not_nest(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records, records.writing(), pytest.raises(StoreError, match="already"):
        records.append(seen("c_1"))


def test_a_lock_that_is_not_let_go_of_is_reported(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock", patience=0.0)
    with first.held(), pytest.raises(BusyError, match="fuser"), second.held():
        pass
    with second.held():
        pass


def test_threads_take_turns(tmp_path: Path) -> None:
    def work(name: str) -> None:
        with opened(tmp_path / "store") as records:
            for i in range(20):
                records.append(seen(f"c_{name}_{i}"))

    with opened(tmp_path / "store"):
        threads = [threading.Thread(target=work, args=[str(each)]) for each in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    with opened(tmp_path / "store") as records:
        assert [each.seq for each in records.entries()] == list(range(80))


def test_no_store_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"ofrecord once"):
        Records.open(tmp_path / "nothing", ORIGIN)


def test_another_departments_store_is_refused(tmp_path: Path) -> None:
    fill(tmp_path / "store", 1)
    with pytest.raises(OriginError, match="origin"):
        Records.open(tmp_path / "store", "other.example.gov/log")


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb", "é"])
def test_a_log_name_that_no_note_can_hold_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(OriginError):
        Records.create(tmp_path / "store", origin)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "records.sqlite3")
    db.execute("CREATE TABLE other(x)")
    db.close()
    with pytest.raises(SchemaError, match="not a store"):
        Records.open(tmp_path, ORIGIN)


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    fill(tmp_path / "store", 1)
    db = sqlite3.connect(tmp_path / "store" / "records.sqlite3")
    db.execute("INSERT INTO _sqlite_migrations VALUES(99,'ofrecord-records','from_the_future','2030')")
    db.execute("CREATE TABLE future(x)")
    db.commit()
    db.close()
    with pytest.raises(NewerSchemaError, match="from_the_future"):
        Records.open(tmp_path / "store", ORIGIN)


def test_another_sqlite_driver_is_refused() -> None:
    with pytest.raises(DriverError, match="pip uninstall"):
        require_plain_driver(pysqlite3_installed=True)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda key: key.unlink(), "missing"),
        (lambda key: key.chmod(0o644), "chmod 600"),
        (lambda key: key.write_text("00" * 32), "not the key"),
        (lambda key: key.write_text("nonsense"), "holds no key"),
    ],
)
def test_a_wrong_index_key_is_refused(tmp_path: Path, harm, words: str) -> None:  # type: ignore[no-untyped-def]
    fill(tmp_path / "store", 1)
    harm(tmp_path / "store" / "secrets" / "index.key")
    with pytest.raises(KeyFileError, match=words):
        Records.open(tmp_path / "store", ORIGIN)


def test_a_store_opened_for_reading_is_not_written(tmp_path: Path) -> None:
    fill(tmp_path / "store", 3)
    with Records.open(tmp_path / "store", None, readonly=True) as records:
        assert (records.size(), records.origin) == (3, ORIGIN)
        with pytest.raises(ReadOnlyError):
            records.append(seen("c_9"))


def test_the_injected_clock_gives_every_time(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path / "store", clock) as records:
        first = records.append(seen("c_1")).ts
        clock.forward(seconds=90)
        assert records.append(seen("c_2")).ts - first == timedelta(seconds=90)


def test_a_long_write_ahead_log_is_moved_into_the_database(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records._long_wal = 1
        records.append(seen("c_1"))
        assert records.layout.wal.stat().st_size == 0


def test_a_reader_does_not_stop_the_writer(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records, opened(tmp_path / "store") as reader:
        records.append(seen("c_1"))
        records._long_wal = 1
        with reader.reading():
            assert reader.size() == 1
            records.append(seen("c_2"))
            assert reader.size() == 1
        assert reader.size() == 2
