"""A store of an older version is upgraded when it is opened, and keeps what it held."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.events import LOG, Actor, SystemHeartbeat
from bot.records import NewerSchemaError, Records, schema, verify

ORIGIN = "pd.example.gov/log"
_SEEN_BEFORE = """INSERT INTO comment_state(ref,page,platform,version,state,by_page,created,seen,backlog,capture_seq,
  last_seq)
VALUES('c_1','page','fake',1,'visible',0,1000,1000,0,0,0)"""


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """The shipped tables are remembered: forget those of another version."""
    schema.shipped_schema.cache_clear()
    yield
    schema.shipped_schema.cache_clear()


def older(folder: Path, steps: int) -> Path:
    """A store as the version made it that knew only the first steps."""
    with pytest.MonkeyPatch.context() as then:
        then.setattr(schema, "STEPS", schema.STEPS[:steps])
        with Records.create(folder, ORIGIN) as records:
            records.append(SystemHeartbeat(actor=Actor("bot", "daemon"), subject=LOG))
    schema.shipped_schema.cache_clear()
    return folder


@pytest.mark.parametrize("steps", range(1, len(schema.STEPS)))
def test_a_store_of_each_older_version_opens_and_verifies(tmp_path: Path, steps: int) -> None:
    store = older(tmp_path / "store", steps)
    with Records.open(store, ORIGIN) as records:
        records.append(SystemHeartbeat(actor=Actor("bot", "daemon"), subject=LOG))
    assert (verify(store).ok, verify(store).size) == (True, 2)


def test_comments_of_an_older_version_did_not_come_by_a_backfill(tmp_path: Path) -> None:
    store = older(tmp_path / "store", 2)
    with sqlite3.connect(store / "records.sqlite3") as db:
        db.execute(_SEEN_BEFORE)
    with Records.open(store, ORIGIN) as records:
        assert records._rows("SELECT ref,backfilled FROM comment_state") == [("c_1", 0)]


def test_an_older_version_refuses_a_store_of_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Records.create(tmp_path / "store", ORIGIN).close()
    schema.shipped_schema.cache_clear()
    monkeypatch.setattr(schema, "STEPS", schema.STEPS[:2])
    with pytest.raises(NewerSchemaError, match="upgraded by a newer version"):
        Records.open(tmp_path / "store", ORIGIN)
