from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.records import RefusedError, SchemaError
from tests.bot.records.samples import fill, hidden, opened, requested, seen

CHANGES = [
    "UPDATE log SET type='x' WHERE seq=0",
    "DELETE FROM log WHERE seq=0",
    "REPLACE INTO log SELECT * FROM log WHERE seq=0",
    "INSERT INTO log SELECT 99,leaf,type,ts,subject,corr,series FROM log WHERE seq=0",
    "UPDATE entry SET bytes=x'00'",
    "DELETE FROM entry",
    "REPLACE INTO entry SELECT * FROM entry WHERE seq=0",
    "UPDATE payload SET value='\"x\"'",
    "DELETE FROM payload",
    "REPLACE INTO payload SELECT * FROM payload",
    "UPDATE pidx SET seq=1",
    "DELETE FROM pidx",
    "UPDATE tile SET hash=zeroblob(32)",
    "DELETE FROM tile",
    "REPLACE INTO tile SELECT * FROM tile",
    "UPDATE tree SET n=1",
    "UPDATE tree SET n=400",
    "DELETE FROM tree",
    "REPLACE INTO tree VALUES(1,0,x'')",
    "UPDATE checkpoint SET note='x'",
    "DELETE FROM checkpoint",
    "REPLACE INTO checkpoint SELECT * FROM checkpoint",
    "UPDATE identity SET origin='x'",
    "DELETE FROM identity",
    "REPLACE INTO identity SELECT * FROM identity",
    "UPDATE hold SET placed_seq=1",
    "DELETE FROM hold",
    "REPLACE INTO hold SELECT * FROM hold",
    "UPDATE disposal SET by_seq=1",
    "DELETE FROM disposal",
    "REPLACE INTO disposal SELECT * FROM disposal",
    "INSERT INTO disposal VALUES(0,'payload',2)",
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guards") / "store"
    fill(folder, 300, checkpoint_every=300)
    with opened(folder) as records:
        records._db.execute("INSERT INTO hold VALUES('h_1',0,2,NULL)")
        records._db.execute("INSERT INTO disposal VALUES(4,'payload',5)")
    return folder


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("change", CHANGES)
def test_the_record_refuses_to_be_changed(store: Path, change: str, recursive: str) -> None:
    with opened(store) as records:
        records._db.execute(f"PRAGMA recursive_triggers={recursive}")
        with pytest.raises(sqlite3.IntegrityError):
            records._db.execute(change)


def test_a_destroyed_value_cannot_be_planted_anew(store: Path) -> None:
    with opened(store) as records, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        records._db.execute("INSERT INTO payload VALUES(4,'new.name',zeroblob(32),'1')")


def test_a_hold_can_be_released_once(tmp_path: Path) -> None:
    fill(tmp_path / "store", 4)
    with opened(tmp_path / "store") as records:
        records._db.execute("INSERT INTO hold VALUES('h_1',0,2,NULL)")
        records._db.execute("UPDATE hold SET released_seq=3")
        with pytest.raises(sqlite3.IntegrityError, match="only release"):
            records._db.execute("UPDATE hold SET released_seq=NULL")


def test_a_request_has_one_outcome(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records.append(seen("c_1"))
        records.append(requested("c_1", "op_1"))
        records.append(hidden("c_1", "op_1"))
        with pytest.raises(RefusedError):
            records.append(hidden("c_1", "op_1"))
        assert records.size() == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DROP TRIGGER log_update", "trigger log_update is missing"),
        ("DROP INDEX log_type", "index log_type is missing"),
        ("CREATE TRIGGER mine AFTER INSERT ON log BEGIN SELECT 1; END", "trigger mine is not part"),
        ("ALTER TABLE flag ADD COLUMN more TEXT", "table flag was changed"),
    ],
)
def test_a_store_whose_guards_were_tampered_with_is_refused(tmp_path: Path, change: str, words: str) -> None:
    fill(tmp_path / "store", 2)
    db = sqlite3.connect(tmp_path / "store" / "records.sqlite3")
    db.execute(change)
    db.close()
    with pytest.raises(SchemaError, match=words), opened(tmp_path / "store"):
        pass
