"""The comparison as a table: on the screen and in the model card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.classifiers.comparison import NOTES, Measured
from benchmarks.figure import shown
from benchmarks.machine import Machine

SPEED_PEER = "detoxify-architecture"


def rows(measured: Sequence[Measured]) -> Iterator[tuple[str, ...]]:
    """The head, then a row a figure, a column a contender."""
    yield ("figure", *(each.name for each in measured))
    yield ("comments a second, one by one", *(shown(each.single_per_second) for each in measured))
    yield ("comments a second, in a batch", *(shown(each.batch_per_second) for each in measured))
    peer = next((each for each in measured if each.name == SPEED_PEER), None)
    if peer:
        yield (
            "times Detoxify's architecture, one by one",
            *(_times(each.single_per_second, peer.single_per_second) for each in measured),
        )
        yield (
            "times Detoxify's architecture, in a batch",
            *(_times(each.batch_per_second, peer.batch_per_second) for each in measured),
        )
    yield ("seconds to load", *(shown(each.load_seconds) for each in measured))
    yield ("memory, MB", *(shown(each.memory_mb) for each in measured))
    asked = dict.fromkeys(key for each in measured for key in each.areas)
    for place, question in asked:
        yield (f"AUC, {question}: {place}", *(_area(each, place, question) for each in measured))
    if any(each.civic_flagged is not None for each in measured):
        yield ("clean civic remarks flagged", *(_share(each.civic_flagged) for each in measured))


def show(measured: Sequence[Measured], machine: Machine, console: Console) -> None:
    """Print the table, what to know of the contenders, and where it was measured."""
    head, *body = rows(measured)
    table = Table(title="Classifiers side by side")
    for at, name in enumerate(head):
        table.add_column(name, justify="right" if at else "left", overflow="fold")
    for row in body:
        table.add_row(*row)
    console.print(table)
    for note in notes(measured):
        console.print(note, highlight=False)
    console.print(machine.in_words(), highlight=False)


def as_markdown(measured: Sequence[Measured], machine: Machine) -> str:
    """The table as the model card has it."""
    head, *body = rows(measured)
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *body]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    listed = "\n".join(f"* {note}" for note in notes(measured))
    return f"{table}\n\n{listed}\n\nMeasured {machine.in_words()}.\n"


def notes(measured: Sequence[Measured]) -> list[str]:
    """What must be known to read the columns fairly."""
    return [f"{each.name}: {NOTES[each.name]}." for each in measured if each.name in NOTES]


def _times(value: float, peer: float) -> str:
    return f"{value / peer:.1f}"


def _area(measured: Measured, place: str, question: str) -> str:
    found = measured.areas.get((place, question))
    return f"{found.value:.3f} ± {found.within:.3f}" if found else "-"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
