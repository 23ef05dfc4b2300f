"""How much memory the daemon needs."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

from benchmarks.bench import Bench, Site
from benchmarks.child import ChildError, command, resident_mib, started
from benchmarks.figure import Aim, Figure
from bot.demo_store import PAGE, practice_page
from bot.records import Records, StoreError
from connectors.practice.journal import JOURNAL

COMMENTS = 20_000
NAME = "memory of the daemon"
_LOOK_EVERY = 0.1
_PATIENCE = 600.0


def memory(bench: Bench) -> list[Figure]:
    """Start `ofrecord run` on a practice page full of comments, and look at its resident memory throughout.

    It polls, judges, records and acts until every comment is in the log and no request is open. Aim: under 300 MB.
    """
    count = bench.size(COMMENTS)
    site = bench.site("memory", count)
    with started(command("run", "-c", str(site.config_file))) as daemon:
        seen = [resident_mib(daemon) for _ in bench.track(_watched(daemon, site, count), "daemon at work", count)]
        after = resident_mib(daemon)
    detail = f"largest while it took in {count:,} comments and acted on them; {after:.0f} MB at the end"
    return [Figure(NAME, max([*seen, after]) * 2**20 / 1e6, "MB", detail, Aim(300))]


def _watched(daemon: subprocess.Popen[str], site: Site, count: int) -> Iterator[int]:
    """Wait until the daemon has worked everything off; gives how many comments it has seen so far."""
    deadline = time.monotonic() + _PATIENCE
    length = (practice_page(site.folder) / JOURNAL).stat().st_size
    read, idle = 0, False
    while not idle:
        time.sleep(_LOOK_EVERY)
        if daemon.poll() is not None or time.monotonic() > deadline:
            raise ChildError(f"the daemon did not work through {site.folder}")
        read, idle = _progress(site, length)
        yield count * read // length


def _progress(site: Site, length: int) -> tuple[int, bool]:
    """How much of the page's journal was read, and whether nothing of it is left to do."""
    try:
        with Records.open(site.config.store_dir, None, readonly=True) as records:
            read = int(records.cursor(PAGE) or 0)
            return min(read, length), read >= length and not records.pending_actions(PAGE, limit=1)
    except StoreError:  # it is only being made
        return 0, False
