"""``python -m benchmarks.classifiers [--peers PYTHON] [--rows N] [--json FILE] [--card]``: classifiers side by side."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from benchmarks.child import ChildError
from benchmarks.classifiers.comparison import OURS, PEERS, Measured, compare
from benchmarks.classifiers.plot import draw
from benchmarks.classifiers.sets import clock, labelled
from benchmarks.classifiers.table import as_markdown, show
from benchmarks.machine import this_machine
from benchmarks.table import ReadmeError, put_into

_ROOT = Path(__file__).resolve().parents[2]
CARD = _ROOT / "models" / "training" / "MODEL_CARD.md"
PICTURE = _ROOT / "docs" / "images" / "classifiers.png"
_TIMED = 400


def main(given: Sequence[str] | None = None, console: Console | None = None) -> int:
    """Measure and print; gives 1 when a contender failed."""
    arguments = _arguments(given)
    machine = this_machine()
    try:
        measured = _measure(arguments, console or Console(stderr=True))
        show(measured, machine, console or Console())
        if arguments.json:
            content = {"machine": machine.as_json(), "contenders": [each.as_json() for each in measured]}
            arguments.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        if arguments.card:
            put_into(CARD, as_markdown(measured, machine))
            draw(measured, PICTURE)
    except (ChildError, ReadmeError) as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    return 0


def _measure(arguments: argparse.Namespace, console: Console) -> list[Measured]:
    material = os.environ.get("OFRECORD_MATERIAL")
    comments = labelled(Path(material) if material else None, arguments.rows)
    if not comments:
        console.print("Speed alone: labelled comments are found through OFRECORD_MATERIAL, which is not set.")
    found = []
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("asking", total=len(OURS) + (len(PEERS) if arguments.peers else 0))
        for each in compare(comments, clock(comments, arguments.timed), Path(sys.executable), arguments.peers):
            found.append(each)
            progress.update(bar, advance=1, description=each.name)
    return found


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classifiers", description=__doc__)
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help="a Python that has the peers' packages")
    parser.add_argument("--rows", type=int, default=600, help="labelled comments a kind of place (%(default)s)")
    parser.add_argument("--timed", type=int, default=_TIMED, help="comments to be timed (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--card", action="store_true", help="also put table and plot into the model card")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
