"""One write transaction: appending events, with everything that follows from them."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.events import (
    ActionIntent,
    ActionOutcome,
    ActionRequested,
    BlockListed,
    Capture,
    Event,
    MediaOutcome,
    PostSeen,
    TaskEvent,
)
from bot.records import entry as entries
from bot.records.entry import EntryError, Written
from bot.records.errors import DamagedError, RefusedError, explained
from bot.records.keys import IndexKey
from bot.records.merkle import Frontier, leaf_hash
from bot.records.moments import parse, to_ms
from bot.records.questions import Entry
from bot.records.questions.proofs import TILE_LEVELS
from bot.records.state import Fact, changes
from bot.records.work import WorkingState

UNSCHEDULED = "UNSCHEDULED"
"""The retention series of every entry until retention is configured."""


class StaleError(Exception):
    """Somebody did something about the comment since the caller looked. Nothing was written."""

    def __init__(self, ref: str, expected: int, since: list[Entry]) -> None:
        """`since` are the entries about `ref` after the one that was expected to be the newest."""
        super().__init__(f"{ref} has changed since entry {expected}; look at it again before deciding.")
        self.ref = ref
        self.expected = expected
        self.since = since


class Writing(WorkingState):
    """A write transaction that holds the store's lock. Made by `Records.writing`; of no use afterwards."""

    def __init__(
        self, db: sqlite3.Connection, file: Path, key: IndexKey, clock: Callable[[], datetime], origin: str
    ) -> None:
        self._db, self._file, self._key, self._clock = db, file, key, clock
        self._origin = origin
        self._new_refs: dict[bytes, str] = {}
        # New references of one transaction begin alike: they then lie side by side in every index, and an append costs
        # the same however long the log is. It tells nothing that their sequence numbers do not tell.
        self._common = secrets.token_hex(3)
        self._failed = False
        self._frontier = self._load_frontier()
        self._size_before = self._frontier.size

    def _load_frontier(self) -> Frontier:
        """Read the tree's edge anew: another program may have appended, and an error leaves nothing to rely on."""
        row = self._row("SELECT n,frontier FROM tree")
        try:
            return Frontier.load(*row) if row else Frontier.load(-1, b"")
        except ValueError as error:
            raise DamagedError(f"The tree of {self._file} is damaged. Run `ofrecord records verify`.") from error

    def size(self) -> int:
        """How many entries the log has, those of this transaction included."""
        return self._frontier.size

    def append(self, event: Event, expected: int | None = None) -> Entry:
        """Append an event, and change the derived tables as it demands.

        Args:
            event: what happened.
            expected: the `last_seq` of the comment that the caller had seen, or None when that does not matter.

        Raises:
            StaleError: when something about the comment changed after `expected`.
            EntryError: when the event holds what an entry cannot hold.
            RefusedError: when the request has an outcome already.
            StoreError: when the store cannot be written.
        """
        _require_corr(event)
        if expected is not None:
            self._require_fresh(event.subject.ref, expected)
        written = entries.write(
            event, seq=self._frontier.size, origin=self._origin, now=self._clock(), series=UNSCHEDULED
        )
        try:
            self._store(event, written)
            self._derive(event, written)
        except sqlite3.Error as error:
            self._failed = True
            raise explained(error, self._file) from error
        return _entry(event, written)

    def _require_fresh(self, ref: str, expected: int) -> None:
        state = self.comment(ref)
        if state is None or state.last_seq != expected:
            raise StaleError(ref, expected, self.since(ref, expected))

    def _store(self, event: Event, written: Written) -> None:
        execute, seq = self._db.execute, written.seq
        leaf = leaf_hash(written.content)
        execute(
            "INSERT INTO log VALUES(?,?,?,?,?,?,?)",
            (seq, leaf, event.type, written.ts, event.subject.ref, event.corr, UNSCHEDULED),
        )
        execute("INSERT INTO entry VALUES(?,?)", (seq, written.content))
        self._db.executemany(
            "INSERT INTO payload VALUES(?,?,?,?)",
            [(seq, each.name, each.salt, each.value_json) for each in written.payload],
        )
        for level, completed in self._frontier.append(leaf):
            if level in TILE_LEVELS:
                execute("INSERT INTO tile VALUES(?,?,?)", (level, seq >> level, completed))
        if isinstance(event, Capture | PostSeen | BlockListed) and event.platform_id is not None:
            execute(
                "INSERT INTO pidx VALUES(?,?)",
                (self._key.of_id(event.subject.kind, event.page, event.platform_id), seq),
            )
        if isinstance(event, ActionOutcome):
            execute("DELETE FROM retry WHERE corr=?", (event.corr,))
        if isinstance(event, MediaOutcome):
            execute("DELETE FROM media_retry WHERE seq=? AND at=?", (event.capture_seq, event.at))

    def _derive(self, event: Event, written: Written) -> None:
        digest = event.digest if isinstance(event, Capture | PostSeen) else None
        fact = Fact(
            seq=written.seq,
            ms=to_ms(parse(written.ts)),
            type=event.type,
            actor_kind=event.actor.kind,
            actor_id=event.actor.id,
            ref=event.subject.ref,
            corr=event.corr,
            pub=written.public,
            digest_mac=None if digest is None else self._key.of_digest(digest),
        )
        for sql, values in changes(fact):
            self._db.execute(sql, values)

    def comment_ref(self, page: str, platform_id: str) -> str:
        """The reference of a comment: the known one, or a new random one that stays the same in this transaction."""
        return self._ref("comment", "c", page, platform_id)

    def post_ref(self, page: str, platform_id: str) -> str:
        """The reference of a post: the known one, or a new random one that stays the same in this transaction."""
        return self._ref("post", "p", page, platform_id)

    def account_ref(self, page: str, identity: str) -> str:
        """The reference of a blocked account: the known one, or a new random one that stays the same."""
        return self._ref("account", "a", page, identity)

    def _ref(self, kind: str, letter: str, page: str, platform_id: str) -> str:
        mac = self._key.of_id(kind, page, platform_id)
        if mac not in self._new_refs:
            row = self._row("SELECT l.subject FROM pidx p JOIN log l ON l.seq=p.seq WHERE p.h=? LIMIT 1", [mac])
            self._new_refs[mac] = row[0] if row else f"{letter}_{self._common}{secrets.token_hex(5)}"
        return self._new_refs[mac]

    def finish(self) -> tuple[int, bytes] | None:
        """Store the tree's edge, before the commit. Gives the new size and root, or None when nothing was appended.

        Raises:
            RefusedError: when an append failed and its error was swallowed: the rest would be half a story.
        """
        if self._failed:
            raise RefusedError("An append of this transaction failed, so none of it is kept.")
        if self._frontier.size == self._size_before:
            return None
        self._db.execute("UPDATE tree SET n=?,frontier=?", (self._frontier.size, self._frontier.dump()))
        return self._frontier.size, self._frontier.root()


def _require_corr(event: Event) -> None:
    if event.corr is None and isinstance(event, ActionRequested | ActionIntent | ActionOutcome | TaskEvent):
        raise EntryError(f"{event.type} needs the corr that ties a request to its outcome.")


def _entry(event: Event, written: Written) -> Entry:
    return Entry(
        seq=written.seq,
        id=written.id,
        ts=parse(written.ts),
        type=event.type,
        actor=event.actor,
        subject=event.subject,
        pub=written.public,
        corr=event.corr,
        cause=event.cause,
        opened=written.private,
    )
