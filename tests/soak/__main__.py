"""``python -m tests.soak --seeds 1 2 3 --days 60``: the long soak, as `make soak` runs it; 1 when a rule is broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.soak.rules import OUTCOMES, RULES, Story
from tests.soak.world import World, opened, platforms

_SHOWN = 20
"""Broken rules told of one seed, at most; the rest is counted."""


@dataclass(frozen=True)
class Run:
    """What came of one seed."""

    seed: int
    broken: tuple[str, ...]
    minutes: float


def run(seed: int, days: float, names: Sequence[str], often: float, console: Console) -> Run:
    """Let one seed live, and hold what came of it against the rules."""
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as folder,
        opened(Path(folder), seed, names, often) as world,
        Progress(console=console, disable=not console.is_terminal) as progress,
    ):
        bar = progress.add_task(f"seed {seed}", total=days)
        world.live(days, lambda lived: progress.update(bar, completed=lived))
        world.settle()
        story = world.story()
        broken = tuple(f"{rule.__name__}: {each}" for rule in RULES for each in rule(story))
        minutes = (time.monotonic() - began) / 60
        console.print(table(world, story, f"seed {seed}, {days:g} days, {minutes:.1f} minutes"))
    return Run(seed, broken, minutes)


def table(world: World, story: Story, title: str) -> Table:
    """What happened on each page, in figures."""
    columns = ("page", "polls", "faults", "mended", "comments", "edits", "removals", "versions", "requests", "outcomes")
    made = Table(title=title, title_justify="left")
    made.add_column(columns[0])
    for name in columns[1:]:
        made.add_column(name, justify="right")
    types = ("comment.seen", "comment.edited", "action.requested", *OUTCOMES)
    figures = Counter((entry.pub["page"], entry.type) for entry in story.of(*types))
    for place in world.places.values():
        done = place.counts
        counted = (
            place.polls,
            *(done[each] for each in ("faults", "mended", "comments", "edits", "removals")),
            figures[place.name, "comment.seen"] + figures[place.name, "comment.edited"],
            figures[place.name, "action.requested"],
            sum(figures[place.name, each] for each in OUTCOMES),
        )
        made.add_row(place.name, *map(str, counted))
    return made


def main() -> int:
    """Run every seed."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--days", type=float, default=60.0, help="virtual days")
    parser.add_argument("--pages", nargs="*", default=[], choices=platforms(), help="only these platforms")
    parser.add_argument("--trouble", type=float, default=1.0, help="times as many faults as usual")
    chosen = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 110)
    runs = [run(seed, chosen.days, chosen.pages, chosen.trouble, console) for seed in chosen.seeds]
    for each in runs:
        verdict = f"{len(each.broken)} broken" if each.broken else "every rule holds"
        console.print(f"seed {each.seed}: {verdict}", highlight=False)
        for line in each.broken[:_SHOWN]:
            console.print(f"  {line}", highlight=False, markup=False)
    return int(any(each.broken for each in runs))


if __name__ == "__main__":
    sys.exit(main())
