"""How many comments a second go the whole way, from the page into the committed log."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.bench import AT_ONCE, POST, Bench
from benchmarks.figure import Aim, Figure
from bot.judgement import InPlace, Rulebook, judge
from bot.moments import utc_now
from bot.pipeline import Poll
from bot.records import Records
from connectors.base import Batch, Connector

COMMENTS = 20_000
NAME = "comments, page to committed log"


def end_to_end(bench: Bench) -> list[Figure]:
    """Poll a live practice page until it has nothing more: fetch, look up, judge, append, commit.

    The default classifiers and the default policy with its hides approved; `synchronous=FULL`, a commit for every
    100 comments. Acting on what was flagged comes after and is not in it. One fetch is judged before, so that the
    classifiers are loaded. What judging and fetching take is measured alone, after. Aim: 500 comments a second.
    """
    count = bench.size(COMMENTS)
    site = bench.site("end-to-end", count)
    poll = site.poll(bench.book, AT_ONCE)
    _judge(poll.connector.fetch(None), bench.book)
    with site.open() as records:
        began = time.perf_counter()
        for _ in bench.track(polled(poll, records), "end to end", count):
            pass
        seconds = time.perf_counter() - began
        entries = records.size()
    judging, fetching = _apart(poll.connector, bench.book)
    parts = f"judging {judging / seconds:.0%} of the time, fetching {fetching / seconds:.0%}, recording the rest"
    detail = f"{count:,} comments, {entries:,} entries; {parts}"
    return [Figure(NAME, count / seconds, "comments/s", detail, Aim(500, at_least=True))]


def polled(poll: Poll, records: Records) -> Iterator[int]:
    """Poll a page until it has nothing more; gives after each fetch how many comments were seen so far."""
    seen, more = 0, True
    while more:
        brought = poll(records, utc_now())
        seen, more = seen + brought.seen, brought.more
        yield seen


def _apart(connector: Connector, book: Rulebook) -> tuple[float, float]:
    """The seconds that judging takes, and fetching, when each is done alone for the same comments."""
    judging, fetching = 0.0, 0.0
    cursor, more = None, True
    while more:
        began = time.perf_counter()
        batch = connector.fetch(cursor)
        fetched = time.perf_counter()
        _judge(batch, book)
        judging += time.perf_counter() - fetched
        fetching += fetched - began
        cursor, more = batch.cursor, batch.more
    return judging, fetching


def _judge(batch: Batch, book: Rulebook) -> None:
    judge([InPlace.of(each, POST, ()) for each in batch.comments], book)
