"""The JSON forms that other programs rely on have the keys that their reference page shows."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import models_evaluate
from bot.backfill import Step
from bot.backfill_command import Report
from bot.cli import app
from bot.parity_sources import catalogue
from bot.records import BackfillState
from models.twins import written

PAGE = (Path(__file__).parent.parent / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
FREE = ("flagged", "pub", "opened", "scores", "models")
"""Objects whose keys are data."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder that the demo left, and what it printed."""
    folder = tmp_path_factory.mktemp("json") / "demo"
    return folder, printed("demo", "--once", "--json", "--dir", str(folder))


def printed(*arguments: str, given: str | None = None) -> str:
    result = CliRunner().invoke(app, arguments, input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def section(heading: str) -> str:
    return PAGE.partition(f"## `{heading}`\n")[2].partition("\n## ")[0]


def example(heading: str) -> Any:
    found = re.search(r"```json\n(.*?)```", section(heading), flags=re.DOTALL)
    assert found, heading
    return json.loads(found[1])


def shape(value: Any) -> Any:
    """The keys of an object, all the way down; a list counts by its first item."""
    if isinstance(value, dict):
        return {key: None if key in FREE else shape(each) for key, each in value.items()}
    return shape(value[0]) if isinstance(value, list) and value and isinstance(value[0], dict) else None


@pytest.mark.parametrize(
    "command",
    [
        "once --json",
        "check --json",
        "policy show --json",
        "models propose-thresholds --json",
        "records verify --json",
        "records tail --json",
        "records show 3 --json",
    ],
)
def test_a_command_on_a_store_prints_the_documented_keys(command: str, demo: tuple[Path, str]) -> None:
    output = printed(*command.split(), "-c", str(demo[0] / "config.toml"))
    documented = example(f"ofrecord {command.replace(' 3', '')}")
    assert shape(json.loads(output.splitlines()[-1])) == shape(documented)


def test_evaluate_prints_the_documented_keys(demo: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    some = list(islice(written(catalogue(None)), 12))  # of thousands: the form is the same
    monkeypatch.setattr(models_evaluate, "written", lambda _catalogue: some)
    command = ["models", "evaluate", "--from-log", "--json", "-c", str(demo[0] / "config.toml")]
    found, documented = json.loads(printed(*command)), example("ofrecord models evaluate --json")
    assert found.keys() == documented.keys()
    figures, shown = found["labels"]["obscenity"], documented["labels"]["obscenity"]
    assert figures.keys() == shown.keys()
    assert [shape(figures[name]) for name in ("reliability", "histogram", "curve")] == [
        shape(shown[name]) for name in ("reliability", "histogram", "curve")
    ]
    assert shape(figures["all"]) == shape(figures["by_page"]["practice"]) == shape(shown["all"])


def test_the_demo_prints_the_documented_keys(demo: tuple[Path, str]) -> None:
    assert shape(json.loads(demo[1])) == shape(example("ofrecord demo --once --json"))


def test_a_backfill_prints_the_documented_keys() -> None:
    moment = datetime(2026, 1, 31, 7, tzinfo=UTC)
    report = Report("town-hall", moment, Step(), BackfillState(moment, None, 0, None))
    assert shape(report.as_json()) == shape(example("ofrecord backfill --json"))


def test_an_imported_block_list_prints_the_documented_keys(demo: tuple[Path, str]) -> None:
    names = demo[0] / "blocked.csv"
    names.write_text("name,link,since\nPat Visitor,,2019\nRosa Blanchard,javascript:,\n", encoding="utf-8")
    asked = ["blocks", "import", "practice", str(names), "--json", "-c", str(demo[0] / "config.toml")]
    result = CliRunner().invoke(app, asked, catch_exceptions=False)
    assert result.exit_code == 1
    assert shape(json.loads(result.stdout)) == shape(example("ofrecord blocks import --json"))


def test_platforms_prints_the_documented_keys() -> None:
    assert shape(json.loads(printed("platforms", "--json"))) == shape(example("ofrecord platforms --json"))


@pytest.mark.parametrize(("command", "documented"), [("list", "list"), ("info spam", "info")])
def test_models_prints_the_documented_keys(command: str, documented: str) -> None:
    output = json.loads(printed("models", *command.split(), "--json"))
    assert shape(output) == shape(example(f"ofrecord models {documented} --json"))


def test_classify_answers_the_documented_question_as_documented() -> None:
    question = re.search(r"```jsonl\n(.*?)```", section("ofrecord classify"), flags=re.DOTALL)
    assert question
    answer, documented = json.loads(printed("classify", given=question[1])), example("ofrecord classify")
    assert shape(answer) == shape(documented)
    assert (answer["id"], answer["verdict"], answer["reasons"][0]) == (1, "hide", documented["reasons"][0])
    assert answer["scores"].keys() >= documented["scores"].keys()


def test_parity_prints_the_documented_keys(tmp_path: Path) -> None:
    comments = tmp_path / "comments.jsonl"
    comments.write_text('{"id": 1, "text": "The mayor is here."}\n')
    documented = example("ofrecord parity --json")
    assert shape(json.loads(printed("parity", "--json", "--comments", str(comments)))) == shape(documented)
