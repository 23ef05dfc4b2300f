"""``python -m benchmarks [--quick] [--json FILE] [--readme] [NAME…]``: measure, and print one table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.bench import Bench
from benchmarks.child import ChildError
from benchmarks.end_to_end import end_to_end
from benchmarks.figure import Figure
from benchmarks.growth import growth
from benchmarks.machine import this_machine
from benchmarks.memory import memory
from benchmarks.peers import appending, judging
from benchmarks.starting import starting
from benchmarks.table import ReadmeError, as_json, as_markdown, put_into, show
from benchmarks.verifying import verifying

BENCHMARKS: dict[str, Callable[[Bench], list[Figure]]] = {
    "end-to-end": end_to_end,
    "starting": starting,
    "memory": memory,
    "appending": appending,
    "judging": judging,
    "growth": growth,
    "verifying": verifying,
}
README = Path(__file__).resolve().parent.parent / "README.md"
_QUICK = 1 / 50


def measure(names: Sequence[str], bench: Bench) -> list[Figure]:
    """Measure what is named, everything when nothing is, in the fixed order."""
    wanted = set(names or BENCHMARKS)
    return [figure for name, each in BENCHMARKS.items() if name in wanted for figure in each(bench)]


def main(given: Sequence[str] | None = None, console: Console | None = None) -> int:
    """Measure and print; gives 1 when something could not be measured."""
    arguments = _arguments(given)
    machine = this_machine()
    try:
        with Bench(scale=_QUICK if arguments.quick else 1.0) as bench:
            figures = measure(arguments.names, bench)
        show(figures, machine, console or Console())
        if arguments.json:
            arguments.json.write_text(as_json(figures, machine), encoding="utf-8")
        if arguments.readme:
            put_into(README, as_markdown(figures, machine))
    except (ChildError, ReadmeError) as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    return 0


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure OfRecord on this machine. Everything lies in a temporary folder, on the disk of TMPDIR.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure (all): {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the sizes: whether it works, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--readme", action="store_true", help="also put the table into README.md")
    arguments = parser.parse_args(given)
    if unknown := sorted(set(arguments.names) - set(BENCHMARKS)):
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
