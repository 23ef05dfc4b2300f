"""How long it takes to prove a long log whole, and how much memory."""

from __future__ import annotations

import json

from benchmarks.bench import Bench
from benchmarks.child import command, run
from benchmarks.figure import Aim, Figure
from benchmarks.growth import long_log

NAMES = ("verify, structure", "verify, everything", "memory of verify", "an entry on the disk")


def verifying(bench: Bench) -> list[Figure]:
    """Run `ofrecord records verify` on the long log: first its structure alone, then everything.

    The structure is every entry against its leaf, the tree and the signed checkpoints; everything adds each
    commitment, the derived tables against a rebuild, and SQLite's own check. The seconds are the command's own.
    Aim: structure under 10 s. An entry's size on the disk is that of the database, with its indexes and derived
    tables, divided by the entries. Aim: under 2 kB.
    """
    long, _ = long_log(bench)
    with long.site.open() as records:
        records.checkpoint()
    words = command("records", "verify", "--json", "-c", str(long.site.config_file))
    with bench.saying("verifying the structure"):
        structure = run([*words, "--structure"], watched=True)
    with bench.saying("verifying everything"):
        full = run(words, watched=True)
    size = sum(each.stat().st_size for each in long.site.config.store_dir.glob("records.sqlite3*"))
    entries = f"{json.loads(full.out)['size']:,} entries"
    peak = max(structure.peak_mib, full.peak_mib)
    return [
        Figure(NAMES[0], float(json.loads(structure.out)["seconds"]), "s", entries, Aim(10)),
        Figure(NAMES[1], float(json.loads(full.out)["seconds"]), "s", entries),
        Figure(NAMES[3], size / json.loads(full.out)["size"], "bytes", f"{size / 1e6:,.0f} MB in all", Aim(2000)),
        Figure(NAMES[2], peak, "MiB", f"peak; structure alone {structure.peak_mib:.0f} MiB"),
    ]
