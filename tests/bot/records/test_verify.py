from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from bot.records import Records, VerifyResult, verify
from bot.records.standalone import verify as standalone
from tests.bot.records.samples import ORIGIN, fill, opened, seen

SIZE = 700  # two whole tiles, one that is not; checkpoints at 200, 400 and 600


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("verify") / "store"
    fill(store, SIZE, checkpoint_every=200)
    return store


@pytest.fixture
def store(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "store"))


def change(store: Path, *statements: str) -> None:
    """Change the tables as somebody with a database tool would, putting the triggers back."""
    db = sqlite3.connect(store / "records.sqlite3", isolation_level=None)
    triggers = db.execute("SELECT name,sql FROM sqlite_master WHERE type='trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        db.execute(statement)
    for _, sql in triggers:
        db.execute(sql)
    db.close()


def alone(store: Path) -> standalone.Verification:
    """What the standalone verifier finds."""
    path = store / "records.sqlite3"
    run = standalone.Verification(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None))
    try:
        run.run(None)
    except (sqlite3.Error, TypeError, ValueError) as error:
        run.problems.append(str(error))
    run.db.close()
    return run


def agree(store: Path) -> VerifyResult:
    ours, theirs = verify(store), alone(store)
    assert (not theirs.problems, theirs.first_bad) == (ours.ok, ours.first_bad), (ours.problems, theirs.problems)
    return ours


def test_a_sound_store_verifies(store: Path) -> None:
    result = agree(store)
    with opened(store) as records:
        assert (result.ok, result.size, result.root) == (True, SIZE, records.root().hex())
    assert (result.checkpoints_checked, result.problems, result.notes) == (3, [], [])


def test_an_empty_store_verifies(tmp_path: Path) -> None:
    with opened(tmp_path / "store"):
        pass
    assert agree(tmp_path / "store").ok


def test_a_store_being_written_verifies(store: Path) -> None:
    with opened(store) as records:
        records.append(seen("c_new"))
        assert agree(store).size == SIZE + 1


TAMPERINGS = [
    ("UPDATE entry SET bytes=CAST(bytes||' ' AS BLOB) WHERE seq=333", 333),
    ("UPDATE log SET leaf=zeroblob(32) WHERE seq=258", 258),
    ("UPDATE log SET type='comment.gone' WHERE seq=12", 12),
    ("UPDATE log SET ts='2020-01-01T00:00:00.000Z' WHERE seq=12", 12),
    ("UPDATE log SET subject='c_other' WHERE seq=699", 699),
    ("UPDATE log SET corr='op_1' WHERE seq=0", 0),
    ("UPDATE log SET series='OTHER' WHERE seq=5", 5),
    ("DELETE FROM entry WHERE seq=44", 44),
    ("DELETE FROM log WHERE seq=99", 99),
    ("DELETE FROM log WHERE seq=699", 699),
    ("UPDATE log SET seq=5000 WHERE seq=600", 600),
    ("UPDATE payload SET value='\"another\"' WHERE seq=10 AND name='comment.text'", 10),
    ("UPDATE payload SET salt=zeroblob(32) WHERE seq=502", 502),
    ("UPDATE payload SET name='comment.other' WHERE seq=10 AND name='comment.text'", 10),
    ("DELETE FROM payload WHERE seq=128 AND name='comment.text'", 128),
    ("INSERT INTO payload VALUES(129,'comment.text',zeroblob(32),'\"planted\"')", 129),
    ("UPDATE tile SET hash=zeroblob(32) WHERE idx=1", 256),
    ("DELETE FROM tile WHERE idx=0", 0),
    ("UPDATE tree SET n=650", 650),
    ("UPDATE tree SET n=700,frontier=zeroblob(32*6)", 0),
    ("UPDATE tree SET frontier=x'00'", 0),
    ("UPDATE checkpoint SET note=replace(note,'600','601') WHERE n=600", None),
    ("UPDATE checkpoint SET n=650 WHERE n=600", None),
    ("UPDATE identity SET origin='other.example.gov/log'", None),
    ("UPDATE identity SET vkeys='nonsense'", None),
]


@pytest.mark.parametrize(("statement", "first_bad"), TAMPERINGS)
def test_tampering_is_found_and_the_first_bad_entry_named(store: Path, statement: str, first_bad: int | None) -> None:
    change(store, "PRAGMA foreign_keys=OFF", statement)
    result, theirs = verify(store), alone(store)
    assert (result.ok, result.first_bad) == (False, first_bad), result.problems
    assert theirs.problems
    assert theirs.first_bad == first_bad or "identity" in statement


@pytest.mark.parametrize("seq", [3, 299, 513, 699])
def test_an_entry_forged_with_its_leaf_is_found(store: Path, seq: int) -> None:
    db = sqlite3.connect(store / "records.sqlite3")
    forge(db, seq)
    result = agree(store)
    assert not result.ok
    assert result.first_bad is not None
    assert result.first_bad <= seq


def forge(db: sqlite3.Connection, seq: int) -> None:
    from bot.records.merkle import leaf_hash

    triggers = db.execute("SELECT name,sql FROM sqlite_master WHERE type='trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    (content,) = db.execute("SELECT bytes FROM entry WHERE seq=?", (seq,)).fetchone()
    forged = content.replace(b'"front"', b'"other"')
    db.execute("UPDATE entry SET bytes=? WHERE seq=?", (forged, seq))
    db.execute("UPDATE log SET leaf=? WHERE seq=?", (leaf_hash(forged), seq))
    for _, sql in triggers:
        db.execute(sql)
    db.commit()
    db.close()


def test_a_log_rewritten_throughout_contradicts_its_checkpoint(store: Path, tmp_path: Path) -> None:
    fill(tmp_path / "forged", SIZE)
    note = sqlite3.connect(store / "records.sqlite3").execute("SELECT n,note FROM checkpoint WHERE n=400").fetchone()
    change(tmp_path / "forged", f"INSERT INTO checkpoint(n,kind,note) VALUES({note[0]},'signed','{note[1]}')")
    with opened(store) as records:
        keys = records.vkeys()
    result = verify(tmp_path / "forged", vkeys=keys)
    assert (result.ok, result.first_bad) == (False, 0)


def test_keys_from_elsewhere_unmask_a_store_signed_by_another(store: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "other") as other:
        keys = other.vkeys()
    assert "not signed with a key of this log" in verify(store, vkeys=keys).problems[0]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE flag SET urgency=2 WHERE seq=1", "flag does not follow"),
        ("DELETE FROM comment_state WHERE ref='c_0'", "comment_state does not follow"),
        ("INSERT INTO alert_due VALUES(3,'front','urgent')", "alert_due does not follow"),
    ],
)
def test_derived_tables_that_do_not_follow_are_found_and_made_anew(store: Path, statement: str, words: str) -> None:
    change(store, statement)
    result = verify(store)
    assert (result.ok, result.first_bad) == (False, None)
    assert words in result.problems[0]
    with opened(store) as records:
        assert records.rebuild() == SIZE
    assert verify(store).ok


@pytest.mark.parametrize("statement", ["DELETE FROM pidx WHERE seq=8", "UPDATE pidx SET h=zeroblob(32) WHERE seq=8"])
def test_a_broken_look_up_index_is_found(store: Path, statement: str) -> None:
    change(store, statement)
    assert verify(store).first_bad == 8


def test_a_disposed_value_is_no_loss_and_an_undeclared_one_is(store: Path) -> None:
    authority = "UPDATE log SET type='record.disposed' WHERE seq=1"
    change(store, "INSERT INTO disposal VALUES(10,'payload',1)", authority, "DELETE FROM payload WHERE seq=10")
    result = agree(store)
    assert result.first_bad == 1  # the authority itself was forged; the disposed entry stands
    assert not [each for each in result.problems if each.startswith("entry 10:") and "missing" in each]


def test_bits_flipped_anywhere_are_found_and_both_verifiers_agree(store: Path) -> None:
    path = store / "records.sqlite3"
    clean, chance = path.read_bytes(), random.Random(7)
    db = sqlite3.connect(path)
    contents = [bytes(row[0]) for row in db.execute("SELECT bytes FROM entry ORDER BY seq")]
    db.close()
    for _ in range(25):
        seq = chance.randrange(SIZE)
        place = clean.index(contents[seq]) + chance.randrange(len(contents[seq]))
        flipped = bytearray(clean)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        assert verify(store, full=False).first_bad == seq
    assert agree(store).first_bad == seq


def test_a_flipped_bit_is_never_taken_for_sound_content(store: Path) -> None:
    path = store / "records.sqlite3"
    clean, chance = path.read_bytes(), random.Random(11)
    for _ in range(12):
        flipped = bytearray(clean)
        flipped[chance.randrange(4096, len(clean))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        ours = verify(store)
        theirs = alone(store)
        if theirs.first_bad is not None:
            assert (ours.ok, ours.first_bad) == (False, theirs.first_bad), (ours.problems, theirs.problems)


def test_a_stranger_runs_the_standalone_verifier_as_a_program(store: Path) -> None:
    command = [sys.executable, "-I", standalone.__file__, str(store), "--json", "--vkey", str(store / "log.vkey")]
    sound = subprocess.run(command, capture_output=True, text=True, check=False)
    change(store, "UPDATE log SET leaf=zeroblob(32) WHERE seq=258")
    unsound = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (sound.returncode, json.loads(sound.stdout)["notes"]) == (0, [])
    assert (unsound.returncode, json.loads(unsound.stdout)["first_bad"]) == (1, 258)


def test_the_standalone_verifier_imports_nothing_of_this_project() -> None:
    source = Path(standalone.__file__).read_text()
    assert "import bot" not in source
    assert "from bot" not in source
    assert len(source.splitlines()) < 255


def test_verifying_reports_its_progress(store: Path) -> None:
    heard: list[tuple[int, int]] = []
    verify(store, lambda done, total: heard.append((done, total)), full=False)
    assert heard == [(256, SIZE), (512, SIZE), (SIZE, SIZE)]


def test_what_is_appended_meanwhile_is_no_false_alarm(store: Path) -> None:
    with opened(store) as records:

        def append(done: int, _: int) -> None:
            records.append(seen(f"c_meanwhile_{done}"))

        result = verify(store, append)
        assert (result.ok, result.size) == (True, SIZE)
        assert records.size() > SIZE


def test_verifying_needs_little_memory(store: Path) -> None:
    tracemalloc.start()
    verify(store)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


def test_a_store_without_its_secrets_verifies_but_for_the_index(store: Path) -> None:
    shutil.rmtree(store / "secrets")
    result = verify(store)
    assert result.ok
    assert "look-up index" in result.notes[0]


def test_a_reader_can_verify_while_it_is_open(store: Path) -> None:
    with Records.open(store, ORIGIN, readonly=True):
        assert verify(store, full=False).ok
