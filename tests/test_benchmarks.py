"""The benchmarks at a size at which they say nothing about speed, only that each of them works."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import end_to_end, growth, memory, peers, starting, verifying
from benchmarks.__main__ import BENCHMARKS, main, measure
from benchmarks.bench import Bench
from benchmarks.figure import Aim, Figure
from benchmarks.machine import Machine
from benchmarks.table import ReadmeError, as_json, as_markdown, put_into, show

MACHINE = Machine("A processor", 2, 24, "ext4", "Linux 6", "3.11.7", "3.40.1", "0.1.0", "2026-11-22", 0.0)
FIGURE = Figure("append", 1234.0, "entries/s", "5 rounds", Aim(1000, at_least=True))


def test_every_benchmark_gives_its_rows_with_positive_figures() -> None:
    with Bench(scale=1 / 2000, quiet=True) as bench:
        figures = {figure.name: figure for figure in measure((), bench)}
    rows = [end_to_end.NAME, memory.NAME, *starting.NAMES, *verifying.NAMES, *peers.APPENDING, *peers.JUDGING]
    assert figures.keys() > set(rows)
    assert [name for name in figures if name not in rows][-1] == growth.NAMES[1]
    assert all(figure.value is None or figure.value > 0 for figure in figures.values())
    assert [name for name, figure in figures.items() if figure.value is None] in ([], [peers.JUDGING[1]])


def test_the_table_names_the_machine_and_says_which_aims_are_missed() -> None:
    shown = io.StringIO()
    slow = Figure("help", 0.5, "s", "median of 10", Aim(0.3))
    show([FIGURE, slow], MACHINE, Console(file=shown, width=200))
    text = shown.getvalue()
    assert all(
        words in text for words in ("1,234 entries/s", "at least 1000", "met", "0.50 s", "MISSED", "SQLite 3.40.1")
    )


def test_a_figure_that_could_not_be_measured_says_why_and_misses_no_aim() -> None:
    skipped = Figure("peer", None, "comments/s", "skipped: not installed", Aim(1))
    assert skipped.met is None
    assert "| peer | - | under 1 comments/s |  | skipped: not installed |" in as_markdown([skipped], MACHINE)


def test_the_json_holds_figures_aims_and_machine() -> None:
    content = json.loads(as_json([FIGURE], MACHINE))
    assert content["machine"]["python"] == "3.11.7"
    assert content["figures"][0]["aim"] == {"limit": 1000, "at_least": True}
    assert content["figures"][0]["met"] is True


def test_the_readme_changes_between_the_marks_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("Before\n<!-- benchmarks -->\nold\n<!-- /benchmarks -->\nAfter\n")
    put_into(readme, "new\n")
    assert readme.read_text() == "Before\n<!-- benchmarks -->\nnew\n<!-- /benchmarks -->\nAfter\n"


def test_a_readme_without_the_marks_is_refused(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("Before\n")
    with pytest.raises(ReadmeError, match="benchmarks"):
        put_into(readme, "new\n")
    assert readme.read_text() == "Before\n"


def test_an_unknown_benchmark_is_refused_with_the_names_of_those_that_exist(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--quick", "speed"])
    told = capsys.readouterr().err
    assert all(name in told for name in BENCHMARKS)


def test_without_being_asked_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--quick", "judging"], Console(file=io.StringIO())) == 0
    assert list(tmp_path.iterdir()) == []
