"""Whether a comment costs more when the log is long."""

from __future__ import annotations

import shutil
import time
from functools import lru_cache
from typing import NamedTuple

from benchmarks.bench import AT_ONCE, Bench, Site
from benchmarks.figure import Aim, Figure, median, shown, spread
from benchmarks.long_log import LongLog
from bot.config import load
from bot.moments import utc_now
from bot.pipeline import Poll
from bot.records import Records

SHORT, LONG = 10_000, 1_000_000
_ROUNDS = 15
NAMES = ("a comment at {} entries", "growth of a comment's cost")


def growth(bench: Bench) -> list[Figure]:
    """Poll the same comments, 500 at a time, into a short log and into the same log grown long, in turn.

    The cost is that of the whole poll (fetch, judge, record, commit) divided by its comments. The short log is a copy
    of the store, taken while it was grown, so both have the same beginning; both gain a thousand entries a round.
    Median of the rounds; the first of each is thrown away. Aim: the long log costs less than 1.2 times as much. The
    processor time alone is said beside it: other programs and a fitful disk move it less.
    """
    long, short_site = long_log(bench)
    at_once = bench.size(AT_ONCE, 2)
    costs: dict[str, list[_Cost]] = {"short": [], "long": []}
    with short_site.open() as short_log, long.site.open() as grown_log:
        sizes = (short_log.size(), grown_log.size())
        for number in range(_ROUNDS + 1):
            turns = [("short", short_site, short_log), ("long", long.site, grown_log)]
            for which, site, records in turns if number % 2 else reversed(turns):
                cost = _cost(site.poll(bench.book, at_once), records)
                costs[which] += [cost] if number else []
    return _figures(sizes, costs["short"], costs["long"], f"median of {_ROUNDS} polls of {at_once} comments")


def _figures(sizes: tuple[int, int], short: list[_Cost], long: list[_Cost], how: str) -> list[Figure]:
    rows = [
        Figure(NAMES[0].format(f"{size:,}"), median(waited), "ms", f"{how}; {spread(waited)}")
        for size, waited in zip(sizes, ([each.waited for each in costs] for costs in (short, long)), strict=True)
    ]
    grown = median([each.waited for each in long]) / median([each.waited for each in short])
    worked = median([each.worked for each in long]) / median([each.worked for each in short])
    return [*rows, Figure(NAMES[1], grown, "times", f"processor time alone: {shown(worked)} times", Aim(1.2))]


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


class _Cost(NamedTuple):
    """Milliseconds for each comment of one poll: from its beginning to its end, and those of the processor."""

    waited: float
    worked: float


def _cost(poll: Poll, records: Records) -> _Cost:
    began, busy = time.perf_counter(), time.process_time()
    seen = poll(records, utc_now()).seen
    return _Cost((time.perf_counter() - began) * 1000 / seen, (time.process_time() - busy) * 1000 / seen)
