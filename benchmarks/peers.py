"""The same work done by simpler means, in the same run: what the proofs and the reasons cost."""

from __future__ import annotations

import importlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path

from benchmarks.bench import POST, Bench
from benchmarks.figure import Figure, median, spread
from benchmarks.long_log import LongLog
from bot.judgement import InPlace, judge
from bot.records import Entry, Records
from connectors.practice.visitors import Visitors

APPENDING = ("append: OfRecord", "append: a hash chain in sqlite3", "append: a plain table in sqlite3")
JUDGING = ("judge: OfRecord, all classifiers", "judge: alt-profanity-check")
_ROUNDS = 5
_ENTRIES = 4_000
_AT_ONCE = 100
"""Comments in one transaction, as in the pipeline."""
_TEXTS = 5_000
_PRAGMAS = "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"


def appending(bench: Bench) -> list[Figure]:
    """Append the entries of the same comments, in turn, to the record and to two logs of a few lines.

    Ours writes canonical JSON, salted commitments, the tree, the look-up index and the derived tables; the hash chain
    writes one JSON text with the hash over it and the hash before; the plain table the JSON text alone. All wait for
    the disk (WAL, `synchronous=FULL`) after every 100 comments. No comment is judged meanwhile.
    """
    log = LongLog.make(bench, "appending")
    chain, plain = _Chain(bench.folder / "chain.db"), _Plain(bench.folder / "plain.db")
    rates: dict[str, list[float]] = {name: [] for name in APPENDING}
    with log.site.open() as records, closing(chain.db), closing(plain.db):
        for _ in bench.track(range(_ROUNDS), "appending", _ROUNDS):
            first = records.size()
            rates[APPENDING[0]].append(_grown(bench, log, records))
            entries = _entries_from(records, first)
            for name, peer in ((APPENDING[1], chain), (APPENDING[2], plain)):
                rates[name].append(_rate(len(entries), partial(peer.append, entries)))
    return [
        Figure(name, median(each), "entries/s", f"{_ROUNDS} rounds; {spread(each)}") for name, each in rates.items()
    ]


def judging(bench: Bench) -> list[Figure]:
    """Judge the same comments with every default classifier and the policy, and with the one score of a peer.

    The peer is the package `alt-profanity-check`, where somebody has installed it; it finds profanity alone, and
    says neither where nor why.
    """
    texts = [draft.text for draft in islice(Visitors(3).ordinary("p1"), bench.size(_TEXTS, 50))]
    places = [InPlace(text, POST) for text in texts]
    with bench.saying("judging"):
        judge(places[: len(places) // 10], bench.book)
        ours = _rate(len(texts), partial(judge, places, bench.book))
    return [Figure(JUDGING[0], ours, "comments/s", f"{len(texts):,} comments"), _profanity_check(texts)]


def _profanity_check(texts: list[str]) -> Figure:
    try:
        peer = importlib.import_module("profanity_check")
    except ImportError:
        return Figure(JUDGING[1], None, "comments/s", "skipped: alt-profanity-check is not installed")
    peer.predict_prob(texts[:10])
    rate = _rate(len(texts), partial(peer.predict_prob, texts))
    return Figure(JUDGING[1], rate, "comments/s", f"{len(texts):,} comments, one score each")


def _rate(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def _grown(bench: Bench, log: LongLog, records: Records) -> float:
    first = records.size()
    began = time.perf_counter()
    for _ in log.grow(records, first + bench.size(_ENTRIES, 20), at_once=_AT_ONCE):
        pass
    return (records.size() - first) / (time.perf_counter() - began)


def _entries_from(records: Records, first: int) -> list[Entry]:
    return records.entries(after=first - 1, limit=records.size() - first)


class _Plain:
    """A table of JSON texts."""

    table = "CREATE TABLE log(seq INTEGER PRIMARY KEY, body TEXT NOT NULL)"
    insert = "INSERT INTO log(body) VALUES(?)"

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        for statement in (*_PRAGMAS, self.table):
            self.db.execute(statement)

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, those of a hundred comments (two each, more or less) at once."""
        rest: Iterator[Entry] = iter(entries)
        while some := list(islice(rest, 2 * _AT_ONCE)):
            self.db.execute("BEGIN IMMEDIATE")
            self.db.executemany(self.insert, self.rows(map(_text, some)))
            self.db.execute("COMMIT")

    def rows(self, texts: Iterable[str]) -> Iterator[tuple[object, ...]]:
        """What to insert for each text."""
        return ((text,) for text in texts)


class _Chain(_Plain):
    """A table of JSON texts, each with the hash over it and the hash before."""

    table = "CREATE TABLE log(seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash BLOB NOT NULL)"
    insert = "INSERT INTO log(body,hash) VALUES(?,?)"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.last = b""

    def rows(self, texts: Iterable[str]) -> Iterator[tuple[object, ...]]:
        """What to insert for each text."""
        for text in texts:
            self.last = sha256(self.last + text.encode()).digest()
            yield text, self.last


def _text(entry: Entry) -> str:
    content = {"id": entry.id, "ts": entry.ts.isoformat(), "type": entry.type, "subject": entry.subject.ref}
    return json.dumps({**content, "pub": entry.pub, "opened": entry.opened}, ensure_ascii=False)
