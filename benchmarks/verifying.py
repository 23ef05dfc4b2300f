"""How long it takes to prove a long log whole, and how much memory."""

from __future__ import annotations

import json

from benchmarks.bench import Bench
from benchmarks.child import command, run
from benchmarks.figure import Aim, Figure
from benchmarks.growth import long_log

NAMES = ("verify, structure", "verify, everything", "memory of verify")


def verifying(bench: Bench) -> list[Figure]:
    """Run `ofrecord records verify` on the long log: first its structure alone, then everything.

    The structure is every entry against its leaf, the tree and the signed checkpoints; everything adds each
    commitment, the derived tables against a rebuild, and SQLite's own check. The seconds are the command's own; the
    file is in the system's cache, as it is after the structure was read once. Aim: structure under 10 s.
    """
    long, _ = long_log(bench)
    with long.site.open() as records:
        records.checkpoint()
    words = command("records", "verify", "--json", "-c", str(long.site.config_file))
    with bench.saying("verifying the structure"):
        structure = run([*words, "--structure"], watched=True)
    with bench.saying("verifying everything"):
        full = run(words, watched=True)
    entries = f"{json.loads(full.out)['size']:,} entries"
    peak = max(structure.peak_mib, full.peak_mib)
    return [
        Figure(NAMES[0], float(json.loads(structure.out)["seconds"]), "s", entries, Aim(10)),
        Figure(NAMES[1], float(json.loads(full.out)["seconds"]), "s", entries),
        Figure(NAMES[2], peak, "MiB", f"peak; structure alone {structure.peak_mib:.0f} MiB"),
    ]
