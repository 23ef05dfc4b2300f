from __future__ import annotations

import shutil
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.records import InconsistentError, checkpoint, merkle
from bot.records.checkpoint import Ed25519Signer, NoteError, Tree
from tests.bot.records.samples import ORIGIN, fill, opened, seen

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TREE = Tree(ORIGIN, 3, bytes(range(32)))
KEY = checkpoint.verifier_key(ORIGIN, SIGNER.kind, SIGNER.public)


def note() -> str:
    return checkpoint.sign(TREE, [SIGNER], 1_800_000_000)


def test_a_signed_note_opens_with_its_key() -> None:
    assert checkpoint.open_note(note(), [KEY]) == TREE


def test_a_note_is_three_lines_and_a_signature_that_names_its_key() -> None:
    body, _, signature = note().partition("\n\n")
    assert body.split("\n") == [ORIGIN, "3", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]
    assert signature.startswith(f"— {ORIGIN} ")
    assert b64decode(signature.split()[2])[:4].hex() == KEY.split("+")[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [("\n3\n", "\n4\n"), ("AAEC", "AAED"), (ORIGIN, "other.example.gov/log"), ("— ", "- "), ("\n\n", "\n")],
)
def test_an_altered_note_is_refused(old: str, new: str) -> None:
    with pytest.raises(NoteError):
        checkpoint.open_note(note().replace(old, new), [KEY])


def test_a_note_by_another_key_is_refused() -> None:
    other = Ed25519Signer(Ed25519PrivateKey.generate())
    with pytest.raises(NoteError, match="not signed"):
        checkpoint.open_note(note(), [checkpoint.verifier_key(ORIGIN, other.kind, other.public)])


def test_a_number_in_another_form_is_refused() -> None:
    with pytest.raises(NoteError):
        checkpoint.read(note().replace("\n3\n", "\n03\n"))


def test_the_second_line_is_a_cosignature_that_outlives_ed25519(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records.append(seen("c_1"))
        signed, keys = records.checkpoint(), records.vkeys()
    assert [b64decode(each.split("+", 2)[2])[0] for each in keys] == [checkpoint.ED25519, checkpoint.ML_DSA_44]
    assert checkpoint.open_note(signed, keys[1:]).size == 1
    with pytest.raises(NoteError, match="wrong"):
        checkpoint.open_note(signed.replace("\n1\n", "\n2\n"), keys[1:])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_agrees_with_the_signature(tmp_path: Path) -> None:
    raw = b64decode(note().split()[-1])
    (tmp_path / "key").write_bytes(bytes.fromhex("302a300506032b6570032100") + SIGNER.public)
    (tmp_path / "sig").write_bytes(raw[4:])
    (tmp_path / "msg").write_text(TREE.body())
    command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -sigfile sig -in msg"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_checkpoints_of_a_growing_log_are_consistent(tmp_path: Path) -> None:
    fill(tmp_path / "store", 300)
    with opened(tmp_path / "store") as records:
        first = checkpoint.open_note(records.checkpoint(), records.vkeys())
        records.append(seen("c_new"))
        second = checkpoint.open_note(records.checkpoint(), records.vkeys())
        proof = records.consistency_proof(first.size, second.size)
    assert (first.size, second.size) == (300, 301)
    assert merkle.verify_consistency(300, 301, first.root, second.root, proof)


def test_an_unchanged_log_keeps_its_checkpoint(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records.append(seen("c_1"))
        assert records.checkpoint() == records.checkpoint() == records.latest_checkpoint()


def test_no_checkpoint_is_signed_over_a_rewritten_log(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as records:
        records.append(seen("c_1"))
        records.checkpoint()
        records.append(seen("c_2"))
        records._db.execute("DROP TRIGGER log_update")
        records._db.execute("UPDATE log SET leaf=zeroblob(32) WHERE seq=0")
        with pytest.raises(InconsistentError, match="first entries have changed"):
            records.checkpoint()


def test_a_proof_file_proves_one_entry_under_the_newest_checkpoint(tmp_path: Path) -> None:
    fill(tmp_path / "store", 600)
    with opened(tmp_path / "store") as records:
        records.checkpoint()
        head, _, signed = records.proof_file(257).partition("\n\n")
        tree = checkpoint.open_note(signed, records.vkeys())
        (leaf,) = records.leaves(257, 258)
    version, index, *hashes = head.split("\n")
    assert (version, index) == ("c2sp.org/tlog-proof@v1", "index 257")
    assert merkle.verify_inclusion(leaf, 257, 600, [b64decode(each) for each in hashes], tree.root)
