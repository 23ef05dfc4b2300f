"""How long a person, or cron, waits for a command to begin."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.child import command, run
from benchmarks.figure import Aim, Figure, median, spread

NAMES = ("ofrecord --help", "ofrecord once, cold start to first poll")
_HELPS, _STARTS = 10, 5


def starting(bench: Bench) -> list[Figure]:
    """Start commands again and again, from the fork to the exit; median.

    `--help` says what there is. `once` on an empty page loads the classifiers, opens the store, polls and stops; for
    the first start it makes the store. Aim: help under 0.3 s.
    """
    helps = [run(command("--help")).seconds for _ in range(bench.size(_HELPS, 2))]
    site = bench.site("starting")
    words = command("once", "--json", "-c", str(site.config_file))
    starts = [run(words).seconds for _ in range(bench.size(_STARTS))]
    return [
        Figure(NAMES[0], median(helps), "s", f"median of {len(helps)}; {spread(helps)}", Aim(0.3)),
        Figure(NAMES[1], median(starts), "s", f"median of {len(starts)}; {spread(starts)}"),
    ]
