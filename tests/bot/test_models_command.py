from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["models", *words])
    return result.exit_code, result.output + str(result.exception or "")


def test_an_unknown_model_lists_the_known_ones() -> None:
    code, said = run("fetch", "detoxify-huge")
    assert code == 2
    assert "detoxify-original-small" in said


def test_a_folder_without_the_files_names_the_first_that_is_missing(tmp_path: Path) -> None:
    _, said = run("fetch", "detoxify-original", "--from", str(tmp_path), "--to", str(tmp_path / "model"))
    assert f"{tmp_path}/config.json is not there. It is published as https://" in said


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed")
def test_a_conversion_without_torch_names_what_to_install(tmp_path: Path) -> None:
    _, said = run("convert", str(tmp_path))
    assert 'torch is not installed. Conversion, and only it, needs: pip install "ofrecord[detoxify]"' in said
