"""Whether a comment costs more when the log is long."""

from __future__ import annotations

import shutil
import time
from functools import lru_cache

from benchmarks.bench import AT_ONCE, Bench, Site
from benchmarks.figure import Aim, Figure, median, shown, spread
from benchmarks.long_log import LongLog
from bot.config import load
from bot.moments import utc_now
from bot.pipeline import Poll
from bot.records import Records

SHORT, LONG = 10_000, 1_000_000
_ROUNDS = 7
NAMES = ("a comment at {} entries", "growth of a comment's cost")


def growth(bench: Bench) -> list[Figure]:
    """Poll the same comments, 500 at a time, into a short log and into the same log grown long, in turn.

    The cost is that of the whole poll (fetch, judge, record, commit) divided by its comments. The short log is a copy
    of the store, taken while it was grown, so both have the same beginning. Median of the rounds; the first of each
    is thrown away. Aim: the long log costs less than 1.2 times as much.
    """
    long, short_site = long_log(bench)
    at_once = bench.size(AT_ONCE, 2)
    costs: dict[str, list[float]] = {"short": [], "long": []}
    with short_site.open() as short_log, long.site.open() as grown_log:
        sizes = (short_log.size(), grown_log.size())
        for number in range(_ROUNDS + 1):
            turns = [("short", short_site, short_log), ("long", long.site, grown_log)]
            for which, site, records in turns if number % 2 else reversed(turns):
                cost = _cost(site.poll(bench.book, at_once), records)
                costs[which] += [cost] if number else []
    small, large = median(costs["short"]), median(costs["long"])
    rounds = f"median of {_ROUNDS} polls of {at_once} comments"
    return [
        Figure(NAMES[0].format(f"{sizes[0]:,}"), small, "ms", f"{rounds}; {spread(costs['short'])}"),
        Figure(NAMES[0].format(f"{sizes[1]:,}"), large, "ms", f"{rounds}; {spread(costs['long'])}"),
        Figure(NAMES[1], large / small, "times", f"{shown(large)} ms against {shown(small)} ms", Aim(1.2)),
    ]


@lru_cache(maxsize=1)
def long_log(bench: Bench) -> tuple[LongLog, Site]:
    """The log at its full length, and a copy of the same store taken when it was short. Made once a run."""
    long = LongLog.make(bench, "long", waiting=(_ROUNDS + 1) * bench.size(AT_ONCE, 2))
    short, full = bench.size(SHORT, 20), bench.size(LONG, 200)
    with long.site.open() as records:
        for _ in long.grow(records, short):
            pass
    folder = bench.folder / "short"
    shutil.copytree(long.site.folder, folder)
    with long.site.open() as records:
        for _ in bench.track(long.grow(records, full), "growing the log", full):
            pass
    return long, Site(folder, load(folder / "config.toml"), long.site.post)


def _cost(poll: Poll, records: Records) -> float:
    """Milliseconds for each comment of one poll."""
    began = time.perf_counter()
    polled = poll(records, utc_now())
    return (time.perf_counter() - began) * 1000 / polled.seen
