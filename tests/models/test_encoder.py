from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import encoder, shipped
from models.encoder import FILES, LABELS, Encoder
from models.score import ScoringError

LOADED = encoder.load()
assert LOADED
MODEL: Encoder = LOADED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*FILES, shipped.SUMS):
        shutil.copy(shipped.DATA / name, tmp_path / name)
    return tmp_path


def near(one: str, other: str) -> float:
    first, second = MODEL.meanings([one, other])
    return float(first @ second)


def test_texts_of_one_meaning_are_nearer_than_others() -> None:
    question = "when does the bridge open again"
    assert near(question, "the bridge will be closed until friday") > near(question, "my cat likes tuna") + 0.2


def test_a_meaning_is_a_vector_of_unit_length() -> None:
    rows = MODEL.meanings(["thank you", "", "\ud800 \0", "word " * 5_000])
    assert rows.shape == (4, 384)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1.0] * 4)


def test_no_texts_give_no_rows() -> None:
    assert MODEL.meanings([]).shape == (0, 384)


def test_a_text_means_the_same_alone_and_beside_others() -> None:
    texts = ["thank you", "the officers were kind to my son at the fair and i want them to know it", "what a mess"]
    together = MODEL.meanings(texts)
    assert [MODEL.meanings([text])[0].tolist() for text in texts] == together.tolist()


def test_a_text_is_judged_the_same_alone_and_beside_others() -> None:
    texts = ["thank you", "you are a clueless little man and everybody here knows it", "what a mess"]
    assert [MODEL.judge([text])[0].tolist() for text in texts] == MODEL.judge(texts).tolist()
    assert MODEL.judge(texts).shape == (3, 10)


def test_an_insult_is_judged_worse_than_thanks() -> None:
    attack = MODEL.judge(["you are a clueless little man", "thank you for the clear answer"])[:, LABELS.index("attack")]
    assert attack[0] > attack[1] + 2


def test_any_text_is_judged() -> None:
    assert np.isfinite(MODEL.judge(["", "\ud800 \0", "a" * 100_000, "\u202eword " * 20_000, "😀" * 5_000])).all()


def test_what_is_said_late_in_a_long_text_counts() -> None:
    long = "the road crew did careful work on the bridge last week and we are grateful. " * 12
    assert near(long, long + "my cat likes tuna and salmon. " * 12) < 0.95


@pytest.mark.parametrize("missing", ["onnxruntime", "tokenizers"])
def test_without_its_packages_there_is_no_encoder(missing: str) -> None:
    def importing(name: str) -> Any:
        if name == missing:
            raise ModuleNotFoundError(name)
        return import_module(name)

    assert encoder.load(importing=importing) is None


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_refused_by_name(folder: Path, name: str) -> None:
    with folder.joinpath(name).open("r+b") as file:
        file.seek(1_000)
        file.write(b"changed")
    with pytest.raises(ScoringError, match=rf"{name} is not the file that was shipped"):
        encoder.load(folder)


def test_a_swapped_file_is_refused_by_name(folder: Path) -> None:
    folder.joinpath("encoder.onnx").write_bytes(folder.joinpath("meaning.onnx").read_bytes())
    with pytest.raises(ScoringError, match=r"encoder\.onnx is not the file that was shipped"):
        encoder.load(folder)


@pytest.mark.parametrize("name", [*FILES, shipped.SUMS])
def test_a_missing_file_is_refused_by_name(folder: Path, name: str) -> None:
    folder.joinpath(name).unlink()
    with pytest.raises(ScoringError, match=rf"{name}"):
        encoder.load(folder)


def test_the_version_names_the_files() -> None:
    sums = shipped.sums_of(shipped.DATA)
    assert MODEL.version.startswith(sums["encoder.onnx"][:4])
