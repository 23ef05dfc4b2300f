"""``ofrecord models list`` and ``info``: what is in use, from which files, and whether they are the right ones."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.models_list import File, Model, card_of, every_model, info, lines, model_named
from models.default import CLASSIFIERS
from tests.bot.test_config import SMALLEST, loaded

REMOTE = '[classifiers.remote]\nurl = "http://127.0.0.1:1/"\nmodel = "own-1"\ncategories = ["spam"]\n'


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["models", *words])
    return result.exit_code, result.output


def model(**fields: Any) -> Model:
    return Model(
        **{
            "name": "m",
            "summary": "S.",
            "in_use": True,
            "version": "1",
            "categories": (),
            "files": (),
            "where": "",
            "problem": None,
            **fields,
        }
    )


def test_without_a_configuration_those_of_the_default_are_in_use() -> None:
    used = [each.name for each in every_model(None) if each.in_use]
    assert used == [each.name for each in CLASSIFIERS]


def test_every_other_classifier_is_listed_as_off() -> None:
    assert {"detoxify", "remote"} <= {each.name for each in every_model(None) if not each.in_use}


def test_every_shipped_classifier_says_what_it_scores_and_from_which_files() -> None:
    for each in every_model(None):
        if each.in_use:
            assert each.categories
            assert each.size > 0
            assert each.problem is None


def test_a_configuration_says_what_is_in_use(tmp_path: Path) -> None:
    found = {
        each.name: each for each in every_model(loaded(tmp_path, f"[classifiers.spam]\nenabled = false\n{REMOTE}"))
    }
    assert not found["spam"].in_use
    assert (found["remote"].version, found["remote"].categories) == ("1+own-1", ("spam",))
    assert found["remote"].where == "http://127.0.0.1:1/"


def test_one_that_cannot_be_loaded_says_why_in_the_list(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[classifiers.detoxify]\nfolder = "nowhere"\n')
    assert "nowhere" in (model_named("detoxify", config).problem or "")
    assert any("nowhere" in line for line in lines(every_model(config)))


def test_a_list_has_a_line_for_each() -> None:
    code, said = run("list")
    assert code == 0
    assert len(said.splitlines()) == len(every_model(None))


def test_the_sums_of_the_shipped_weights_are_compared() -> None:
    toxicity = model_named("toxicity", None)
    assert "good" in {each.sum for each in toxicity.files}
    assert "wrong" not in {each.sum for each in toxicity.files}


@pytest.mark.parametrize(("recorded", "found"), [(b"weights", "good"), (b"others", "wrong"), (None, "none")])
def test_a_file_is_compared_with_the_sum_beside_it(tmp_path: Path, recorded: bytes | None, found: str) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"weights")
    if recorded is not None:
        (tmp_path / "SHA256SUMS").write_text(f"{sha256(recorded).hexdigest()}  model.bin\n")
    assert File.at(path) == File(path, 7, sha256(b"weights").hexdigest(), found)  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    assert File.at(tmp_path / "model.bin").sum == "wrong"


def test_the_info_on_a_trained_model_holds_its_card() -> None:
    card = card_of(model_named("toxicity", None)) or ""
    assert "licence" in card
    assert card.rstrip() in "\n".join(info(model_named("toxicity", None)))


def test_a_list_of_rules_and_somebody_elses_model_have_no_card(tmp_path: Path) -> None:
    assert card_of(model_named("spam", None)) is None
    assert card_of(model(files=(File(tmp_path / "model.onnx", 1, "x", "good"),))) is None


def test_info_on_a_wrong_file_says_so(tmp_path: Path) -> None:
    said = "\n".join(info(model(files=(File(tmp_path / "model.bin", 1, "x", "wrong"),))))
    assert "NOT the one that was shipped" in said


def test_info_as_json_is_the_list_with_the_card() -> None:
    code, said = run("info", "toxicity", "--json")
    found = json.loads(said)
    assert code == 0
    assert {"name", "in_use", "version", "categories", "bytes", "where", "files", "problem", "card", "summary"} == set(
        found
    )
    (listed,) = [each for each in json.loads(run("list", "--json")[1])["models"] if each["name"] == "toxicity"]
    assert {**listed, "card": found["card"]} == found


def test_info_on_a_model_with_a_problem_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SMALLEST + '[classifiers.detoxify]\nfolder = "nowhere"\n')
    code, said = run("info", "detoxify", "-c", str(path))
    assert code == 1
    assert "nowhere" in said


def test_an_unknown_name_lists_the_known_ones() -> None:
    code, said = run("info", "magic")
    assert code == 2
    assert "wordlist" in said
