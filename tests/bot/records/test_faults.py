from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.records import (
    DamagedError,
    DiskFullError,
    MissingError,
    ReadOnlyError,
    Records,
    RolledBackError,
    StoreError,
    verify,
)
from bot.records.witness import Witness, read_witness
from tests.bot.records.samples import ORIGIN, fill, opened, seen

APPENDER = """
import sys, itertools
from pathlib import Path
from tests.bot.records.samples import opened, seen, flagged
name, many = sys.argv[2], int(sys.argv[3])
with opened(Path(sys.argv[1])) as records:
    for i in range(many) if many else itertools.count():
        with records.writing() as writing:
            writing.append(seen(f"c_{name}_{i}"))
            writing.append(flagged(f"c_{name}_{i}"))
        print(records.size(), flush=True)
"""


def start(store: Path, name: str, many: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", APPENDER, str(store), name, str(many)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_nothing_acknowledged_is_lost_when_a_writer_is_killed(tmp_path: Path) -> None:
    fill(tmp_path / "store", 2)
    for kill in range(5):
        writer = start(tmp_path / "store", f"k{kill}")
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(7 + 5 * kill)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        with opened(tmp_path / "store") as records:
            assert records.size() >= max(acknowledged)
    assert verify(tmp_path / "store").problems == []


def test_two_programs_append_at_once(tmp_path: Path) -> None:
    fill(tmp_path / "store", 2)
    writers = [start(tmp_path / "store", name, many=40) for name in ("a", "b")]
    assert [each.communicate()[0].count("\n") for each in writers] == [40, 40]
    result = verify(tmp_path / "store")
    assert (result.size, result.problems) == (162, [])


def test_opening_beside_a_busy_writer_raises_no_false_alarm(tmp_path: Path) -> None:
    fill(tmp_path / "store", 5)
    writer = start(tmp_path / "store", "busy")
    assert writer.stdout is not None
    writer.stdout.readline()
    try:
        for _ in range(200):
            Records.open(tmp_path / "store", ORIGIN, readonly=True).close()
    finally:
        writer.kill()
        writer.communicate()


def test_a_full_disk_records_nothing_of_the_step(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records.append(seen("c_1"))
        pages = records._db.execute("PRAGMA page_count").fetchone()[0]
        records._db.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(DiskFullError, match="Free some space"), records.writing() as writing:  # noqa: PT012
            for i in range(200):
                writing.append(seen(f"c_more_{i}", text="x" * 1000))
        assert (records.size(), records.known("front", ["id-c_more_0"])) == (1, {})
        records._db.execute("PRAGMA max_page_count=1073741823")
        assert records.append(seen("c_2")).seq == 1
    assert verify(tmp_path / "store").problems == []


def test_a_full_disk_at_the_lock_names_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReadOnlyError, match="owner"):
        Records.create(tmp_path / "file" / "store", ORIGIN)


def test_a_connection_that_may_only_read_says_so(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records._db.execute("PRAGMA query_only=ON")
        with pytest.raises(ReadOnlyError, match="read-write"):
            records.append(seen("c_1"))


@pytest.mark.parametrize("page", [1, 3])
def test_a_damaged_page_is_said_to_be_one(tmp_path: Path, page: int) -> None:
    fill(tmp_path / "store", 300)
    path = tmp_path / "store" / "records.sqlite3"
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))
    with pytest.raises(StoreError), Records.open(tmp_path / "store", ORIGIN) as records:  # noqa: PT012
        records.append(seen("c_x"))
        records.case("c_0")
    assert not verify(tmp_path / "store").ok


def test_a_damaged_tree_stops_the_writer(tmp_path: Path) -> None:
    fill(tmp_path / "store", 5)
    with opened(tmp_path / "store") as records:
        records._db.execute("DROP TRIGGER tree_update")
        records._db.execute("UPDATE tree SET frontier=x'00'")
        with pytest.raises(DamagedError, match="records verify"):
            records.append(seen("c_x"))


def copy_of(store: Path, name: str) -> Path:
    return Path(shutil.copytree(store, store.with_name(name)))


def test_an_older_copy_of_the_database_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "store"
    fill(store, 10)
    shutil.copy(store / "records.sqlite3", tmp_path / "older")
    fill_more(store, 3)
    shutil.copy(tmp_path / "older", store / "records.sqlite3")
    with pytest.raises(RolledBackError, match="13"):
        Records.open(store, ORIGIN)
    assert verify(store).first_bad == 10


def test_an_older_copy_that_grew_again_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "store"
    fill(store, 10)
    other = copy_of(store, "other")
    fill_more(store, 3)
    fill_more(other, 5)
    shutil.copy(other / "records.sqlite3", store / "records.sqlite3")
    with pytest.raises(RolledBackError):
        Records.open(store, ORIGIN)


def fill_more(store: Path, count: int) -> None:
    with opened(store) as records:
        for i in range(count):
            records.append(seen(f"c_more_{i}"))


def test_a_lost_write_ahead_log_is_noticed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    fill(store, 4)
    with opened(store) as records:
        records.append(seen("c_in_the_wal"))
        crashed = copy_of(store, "crashed")
    (crashed / "records.sqlite3-wal").unlink()
    with pytest.raises(RolledBackError, match="-wal"):
        Records.open(crashed, ORIGIN)


def test_a_database_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    store = tmp_path / "store"
    fill(store, 4)
    (store / "records.sqlite3").unlink()
    with pytest.raises(RolledBackError, match="held 4 entries"):
        Records.create(store, ORIGIN)
    with pytest.raises(MissingError):
        Records.open(store, ORIGIN)


@pytest.mark.parametrize("harm", [b"", b"x" * 256, b"99 00 00\n", b"\xff" * 100])
def test_a_torn_witness_raises_no_false_alarm(tmp_path: Path, harm: bytes) -> None:
    fill(tmp_path / "store", 4)
    (tmp_path / "store" / "size.witness").write_bytes(harm)
    with opened(tmp_path / "store") as records:
        assert records.append(seen("c_1")).seq == 4


def test_the_witness_keeps_its_older_line_when_the_newer_is_torn(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness", ORIGIN)
    witness.write(5, b"\x05" * 32)
    witness.write(6, b"\x06" * 32)
    witness.close()
    content = bytearray((tmp_path / "witness").read_bytes())
    content[130] ^= 1
    (tmp_path / "witness").write_bytes(content)
    known = read_witness(tmp_path / "witness", ORIGIN)
    assert known is not None
    assert (known.size, known.root) == (5, b"\x05" * 32)


def test_a_crash_while_the_store_is_made_is_made_good(tmp_path: Path) -> None:
    (tmp_path / "store" / "secrets").mkdir(parents=True)
    sqlite3.connect(tmp_path / "store" / "records.sqlite3").close()
    (tmp_path / "store" / "records.sqlite3").touch()
    with opened(tmp_path / "store") as records:
        assert records.append(seen("c_1")).seq == 0


def test_a_folder_where_a_file_should_be_is_a_clear_error_of_the_store(tmp_path: Path) -> None:
    Records.create(tmp_path / "store", "pd.example.gov/log").close()
    (tmp_path / "store" / "size.witness").unlink()
    (tmp_path / "store" / "size.witness").mkdir()
    with pytest.raises(StoreError, match=r"size\.witness"):
        Records.open(tmp_path / "store", "pd.example.gov/log")
