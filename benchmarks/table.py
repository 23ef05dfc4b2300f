"""The table of figures: on the screen, in the README, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figure import Aim, Figure, shown
from benchmarks.machine import Machine

BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
_MET = {True: "met", False: "MISSED", None: ""}
_HEAD = ("figure", "measured", "aim", "", "how")


class ReadmeError(Exception):
    """The README has no place for the table. The message says what to put there."""


def show(figures: Sequence[Figure], machine: Machine, console: Console) -> None:
    """Print the table, and under it where it was measured."""
    table = Table(title="Benchmarks")
    for name in _HEAD:
        table.add_column(name, justify="right" if name in ("measured", "aim") else "left", overflow="fold")
    for figure in figures:
        table.add_row(*_cells(figure))
    console.print(table)
    console.print(machine.in_words(), highlight=False)


def as_json(figures: Sequence[Figure], machine: Machine) -> str:
    """The figures and the machine, for other programs."""
    content = {"machine": machine.as_json(), "figures": [figure.as_json() for figure in figures]}
    return json.dumps(content, indent=2) + "\n"


def as_markdown(figures: Sequence[Figure], machine: Machine) -> str:
    """The table as the README has it."""
    rows = [_HEAD, ("---", "---:", "---:", "---", "---"), *map(_cells, figures)]
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([*lines, "", f"Measured {machine.in_words()}.", ""])


def put_into(readme: Path, markdown: str) -> None:
    """Replace what stands between the two marks.

    Raises:
        ReadmeError: when the file or the marks are missing.
    """
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ReadmeError(f"{readme} has no lines {BEGIN} and {END}; put them where the table belongs.")
    readme.write_text(f"{before}{BEGIN}\n{markdown}{END}{after}", encoding="utf-8")


def _cells(figure: Figure) -> tuple[str, ...]:
    measured = "-" if figure.value is None else f"{shown(figure.value)} {figure.unit}"
    return figure.name, measured, _aim(figure.aim, figure.unit), _MET[figure.met], figure.detail


def _aim(aim: Aim | None, unit: str) -> str:
    if aim is None:
        return ""
    return f"{'at least' if aim.at_least else 'under'} {aim.limit:g} {unit}"
