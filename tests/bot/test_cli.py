"""The command line: what it prints, how it ends, and what it does not load."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot import __version__
from bot.cli import _exit_code, app
from bot.config import ConfigError, Loaded
from bot.exit_codes import Exit
from bot.moments import utc_now
from bot.records import BusyError, DiskFullError, Records
from bot.report import ReportError
from bot.summary_command import summarize
from bot.tenure import TakenError
from bot.weeks import Week
from tests.bot.town import ALERTED, page_of, page_table, town

HEAVY = ("django", "allauth", "models.toxicity", "models.default", "py3langid", "numpy", "requests", "sqlite_utils")


def call(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(app, words, input=text)


def program(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as another program does, through `main`."""
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, input=text, timeout=50)


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Let what a command set up for its own output end with it: the next test has another standard error."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def config(tmp_path: Path) -> Loaded:
    made = town(tmp_path, page_table("a"), ALERTED)
    page_of(made, "a", "Thank you.")
    return made


def test_importing_the_command_line_loads_neither_a_model_nor_a_web_framework() -> None:
    code = f"import sys, bot.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_printed() -> None:
    done = call("--version")
    assert (done.exit_code, done.stdout.strip()) == (0, f"ofrecord {__version__}")


def test_without_a_command_the_help_is_shown() -> None:
    assert "Usage: " in call().output
    assert "policy show" not in call("--help").stdout
    assert "Usage: " in call("policy", "--help").stdout


def test_check_ends_with_1_when_something_does_not_work(config: Loaded) -> None:
    assert call("check", "-c", str(config.path)).exit_code == Exit.OK
    (config.path.parent / "a" / "journal.jsonl").unlink()
    done = call("check", "--json", "-c", str(config.path))
    wrong = [each["where"] for each in json.loads(done.stdout)["findings"] if each["level"] == "error"]
    assert (done.exit_code, wrong) == (Exit.PROBLEM, ["page a"])


def test_once_prints_one_object_with_every_page(config: Loaded) -> None:
    done = call("once", "--json", "-c", str(config.path))
    (page,) = json.loads(done.stdout)["pages"]
    assert (done.exit_code, page["page"], page["health"], page["seen"]) == (Exit.OK, "a", "ok", 1)


def test_once_says_so_when_no_page_is_due(config: Loaded) -> None:
    call("once", "-c", str(config.path))
    assert call("once", "-c", str(config.path)).stdout == "No page is due: each is looked at once in its poll_every.\n"


def test_once_ends_with_1_when_a_page_failed(config: Loaded) -> None:
    (config.path.parent / "a" / "journal.jsonl").unlink()
    assert call("once", "--json", "-c", str(config.path)).exit_code == Exit.PROBLEM


def test_verify_ends_with_0_on_a_sound_log(config: Loaded) -> None:
    call("once", "-c", str(config.path))
    done = call("records", "verify", "--json", "-c", str(config.path))
    assert (done.exit_code, json.loads(done.stdout)["ok"]) == (Exit.OK, True)


def test_platforms_are_listed_as_json_and_in_words() -> None:
    listed = json.loads(call("platforms", "--json").stdout)["platforms"]
    assert {"practice", "wordpress"} <= {each["platform"] for each in listed}
    assert "practice (moderated): " in call("platforms").stdout


def test_the_policy_is_shown_as_json_and_in_words(config: Loaded) -> None:
    shown = json.loads(call("policy", "show", "--json", "-c", str(config.path)).stdout)
    assert shown["version"] == "2010-08"
    assert "criticism" in call("policy", "show", "-c", str(config.path)).stdout


def test_records_are_shown_and_tailed(config: Loaded) -> None:
    call("once", "-c", str(config.path))
    assert "system.stopped" in call("records", "tail", "-n", "1", "-c", str(config.path)).stdout
    assert "system.started" in call("records", "show", "0", "-c", str(config.path)).stdout
    assert "made anew" in call("records", "rebuild", "-c", str(config.path)).stdout


def test_classify_answers_a_line_for_a_line() -> None:
    done = program("classify", text='{"id": "a", "text": "Thank you."}\n{"id": "b", "text": "what the fuck"}\n')
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["id"], each["verdict"]) for each in answers] == [("a", "allow"), ("b", "hide")]
    assert (done.returncode, done.stderr) == (Exit.OK, "")


def test_a_bad_line_ends_classify_with_2_and_names_the_line() -> None:
    done = program("classify", text='{"id": 1, "text": "Thank you."}\nnonsense\n')
    assert (done.returncode, len(done.stdout.splitlines())) == (Exit.USAGE, 1)
    assert "line 2: not JSON" in done.stderr


def test_a_missing_configuration_ends_with_2_and_the_next_step(tmp_path: Path) -> None:
    done = program("check", "-c", str(tmp_path / "none.toml"))
    assert done.returncode == Exit.USAGE
    assert f"ofrecord: none.toml: there is no such file in {tmp_path}; copy config.example.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_for_a_configuration_is_named_in_plain_words(tmp_path: Path) -> None:
    done = program("check", "-c", str(tmp_path))
    assert done.returncode == Exit.USAGE
    assert f"ofrecord: {tmp_path.name}: cannot be read (Is a directory); name the file with -c" in done.stderr


def test_a_store_of_another_department_ends_with_4(config: Loaded) -> None:
    Records.create(config.store_dir, "sheriff.example.gov/log").close()
    done = program("once", "-c", str(config.path))
    assert done.returncode == Exit.STORE
    assert "sheriff.example.gov/log" in done.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError(Path("c.toml"), ["no"]), Exit.USAGE),
        (TakenError("another"), Exit.BUSY),
        (BusyError("locked"), Exit.BUSY),
        (DiskFullError("full"), Exit.STORE),
        (ZeroDivisionError(), None),
    ],
)
def test_every_foreseen_error_has_its_exit_code(error: Exception, code: Exit | None) -> None:
    assert _exit_code(error) == code


@pytest.mark.parametrize("words", [["summary", "--send", "--eml", "x"], ["records", "show"], ["nonsense"]])
def test_a_wrong_command_line_ends_with_2(words: list[str]) -> None:
    assert call(*words).exit_code == Exit.USAGE


def test_a_summary_file_that_cannot_be_written_is_a_clear_error(config: Loaded, tmp_path: Path) -> None:
    call("once", "-c", str(config.path))
    week = str(Week.of(utc_now(), config.department.zone))
    with pytest.raises(ReportError, match="cannot be written"):
        summarize(config, week, send=False, eml=tmp_path / "missing" / "summary.eml")


def test_a_day_that_is_none_is_answered_with_an_example() -> None:
    found = call("backfill", "practice", "--since", "yesterday")
    assert found.exit_code == 2
    assert "a day such as 2026-01-31" in " ".join(found.output.split())
    assert "%Y" not in found.output + call("backfill", "--help").output
