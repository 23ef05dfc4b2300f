"""The tables, indexes and triggers of the store, as SQL.

Three kinds of tables lie in one file. The *record* is append-only, and its triggers say so a second time. What is
*derived* from the log changes in the append's own transaction, holds no text, and can be made anew. *Working* state
(cursors, claims, leases, retries) is outside the log.
"""

from __future__ import annotations

_OUTCOMES = "'action.hidden','action.restored','action.refused','action.unconfirmed','action.superseded'"

RECORD = (
    """CREATE TABLE identity(
  id INTEGER PRIMARY KEY CHECK(id=1), origin TEXT NOT NULL, vkeys TEXT NOT NULL,
  index_check BLOB NOT NULL CHECK(length(index_check)=32)) STRICT""",
    """CREATE TABLE log(
  seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL CHECK(length(leaf)=32), type TEXT NOT NULL, ts TEXT NOT NULL,
  subject TEXT NOT NULL, corr TEXT, series TEXT NOT NULL) STRICT""",
    "CREATE INDEX log_subject ON log(subject,type)",
    "CREATE INDEX log_type ON log(type)",
    "CREATE INDEX log_corr ON log(corr) WHERE corr IS NOT NULL",
    f"CREATE UNIQUE INDEX log_outcome ON log(corr) WHERE corr IS NOT NULL AND type IN({_OUTCOMES})",
    "CREATE TABLE entry(seq INTEGER PRIMARY KEY REFERENCES log(seq), bytes BLOB NOT NULL) STRICT",
    """CREATE TABLE payload(
  seq INTEGER NOT NULL REFERENCES log(seq), name TEXT NOT NULL, salt BLOB NOT NULL CHECK(length(salt)=32),
  value TEXT NOT NULL, PRIMARY KEY(seq,name)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE pidx(
  h BLOB NOT NULL CHECK(length(h)=32), seq INTEGER NOT NULL REFERENCES log(seq), PRIMARY KEY(h,seq))
  STRICT, WITHOUT ROWID""",
    "CREATE INDEX pidx_seq ON pidx(seq)",
    """CREATE TABLE tile(
  level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL CHECK(length(hash)=32), PRIMARY KEY(level,idx))
  STRICT, WITHOUT ROWID""",
    "CREATE TABLE tree(id INTEGER PRIMARY KEY CHECK(id=1), n INTEGER NOT NULL, frontier BLOB NOT NULL) STRICT",
    """CREATE TABLE checkpoint(
  n INTEGER NOT NULL, kind TEXT NOT NULL, note TEXT NOT NULL, tsr BLOB, PRIMARY KEY(n,kind)) STRICT""",
    """CREATE TABLE hold(
  ref TEXT NOT NULL, seq INTEGER NOT NULL REFERENCES log(seq), placed_seq INTEGER NOT NULL REFERENCES log(seq),
  released_seq INTEGER REFERENCES log(seq), PRIMARY KEY(ref,seq)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX hold_seq ON hold(seq) WHERE released_seq IS NULL",
    """CREATE TABLE disposal(
  seq INTEGER NOT NULL REFERENCES log(seq), level TEXT NOT NULL CHECK(level IN('payload','entry')),
  by_seq INTEGER NOT NULL REFERENCES log(seq), PRIMARY KEY(seq,level)) STRICT, WITHOUT ROWID""",
)


def _refuse(name: str, occasion: str, message: str, when: str = "") -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {occasion}{condition} BEGIN SELECT raise(ABORT,'{message}'); END"


_HELD = "EXISTS(SELECT 1 FROM hold WHERE seq=OLD.seq AND released_seq IS NULL)"
_DISPOSED = (
    "EXISTS(SELECT 1 FROM disposal d JOIN log l ON l.seq=d.by_seq "
    "AND l.type IN('record.disposed','record.purged') WHERE d.seq=OLD.seq)"
)
_PURGED = (
    "EXISTS(SELECT 1 FROM disposal d JOIN log l ON l.seq=d.by_seq "
    "AND l.type='record.purged' WHERE d.seq=OLD.seq AND d.level='entry')"
)
_RELEASE_ONLY = (
    "OLD.released_seq IS NOT NULL OR NEW.released_seq IS NULL "
    "OR (NEW.ref,NEW.seq,NEW.placed_seq)<>(OLD.ref,OLD.seq,OLD.placed_seq)"
)

TRIGGERS = (
    _refuse("identity_insert", "INSERT ON identity", "identity: fixed", "EXISTS(SELECT 1 FROM identity)"),
    _refuse("identity_update", "UPDATE ON identity", "identity: fixed"),
    _refuse("identity_delete", "DELETE ON identity", "identity: fixed"),
    _refuse(
        "log_insert",
        "INSERT ON log",
        "log: seq must be next",
        "NEW.seq<>(SELECT coalesce(max(seq)+1,0) FROM log)",
    ),
    _refuse("log_update", "UPDATE ON log", "log: append-only"),
    _refuse("log_delete", "DELETE ON log", "log: append-only"),
    _refuse(
        "entry_insert",
        "INSERT ON entry",
        "entry: append-only",
        "EXISTS(SELECT 1 FROM entry WHERE seq=NEW.seq) OR EXISTS(SELECT 1 FROM disposal WHERE seq=NEW.seq)",
    ),
    _refuse("entry_update", "UPDATE ON entry", "entry: append-only"),
    _refuse("entry_delete", "DELETE ON entry", "entry: not authorised or held", f"NOT {_PURGED} OR {_HELD}"),
    _refuse(
        "payload_insert",
        "INSERT ON payload",
        "payload: append-only",
        "EXISTS(SELECT 1 FROM payload WHERE seq=NEW.seq AND name=NEW.name) "
        "OR EXISTS(SELECT 1 FROM disposal WHERE seq=NEW.seq)",
    ),
    _refuse("payload_update", "UPDATE ON payload", "payload: append-only"),
    _refuse("payload_delete", "DELETE ON payload", "payload: not authorised or held", f"NOT {_DISPOSED} OR {_HELD}"),
    _refuse("pidx_update", "UPDATE ON pidx", "pidx: append-only"),
    _refuse("pidx_delete", "DELETE ON pidx", "pidx: not authorised or held", f"NOT {_DISPOSED} OR {_HELD}"),
    _refuse(
        "tile_insert",
        "INSERT ON tile",
        "tile: append-only",
        "EXISTS(SELECT 1 FROM tile WHERE level=NEW.level AND idx=NEW.idx)",
    ),
    _refuse("tile_update", "UPDATE ON tile", "tile: append-only"),
    _refuse("tile_delete", "DELETE ON tile", "tile: append-only"),
    _refuse("tree_insert", "INSERT ON tree", "tree: only grows", "EXISTS(SELECT 1 FROM tree)"),
    _refuse(
        "tree_update",
        "UPDATE ON tree",
        "tree: only grows",
        "NEW.n<=OLD.n OR NEW.n<>(SELECT coalesce(max(seq)+1,0) FROM log)",
    ),
    _refuse("tree_delete", "DELETE ON tree", "tree: only grows"),
    _refuse(
        "checkpoint_insert",
        "INSERT ON checkpoint",
        "checkpoint: append-only",
        "EXISTS(SELECT 1 FROM checkpoint WHERE n=NEW.n AND kind=NEW.kind)",
    ),
    _refuse(
        "checkpoint_update",
        "UPDATE ON checkpoint",
        "checkpoint: append-only",
        "OLD.tsr IS NOT NULL OR (NEW.n,NEW.kind,NEW.note)<>(OLD.n,OLD.kind,OLD.note)",
    ),
    _refuse("checkpoint_delete", "DELETE ON checkpoint", "checkpoint: append-only"),
    _refuse(
        "hold_insert",
        "INSERT ON hold",
        "hold: append-only",
        "EXISTS(SELECT 1 FROM hold WHERE ref=NEW.ref AND seq=NEW.seq)",
    ),
    _refuse("hold_update", "UPDATE ON hold", "hold: only release is allowed", _RELEASE_ONLY),
    _refuse("hold_delete", "DELETE ON hold", "hold: append-only"),
    _refuse(
        "disposal_insert",
        "INSERT ON disposal",
        "disposal: append-only or held",
        "EXISTS(SELECT 1 FROM disposal WHERE seq=NEW.seq AND level=NEW.level) "
        "OR EXISTS(SELECT 1 FROM hold WHERE seq=NEW.seq AND released_seq IS NULL)",
    ),
    _refuse("disposal_update", "UPDATE ON disposal", "disposal: append-only"),
    _refuse("disposal_delete", "DELETE ON disposal", "disposal: append-only"),
)

DERIVED = (
    """CREATE TABLE post_state(
  ref TEXT PRIMARY KEY, page TEXT NOT NULL, platform TEXT NOT NULL, version INTEGER NOT NULL, created INTEGER,
  capture_seq INTEGER NOT NULL, digest_mac BLOB) STRICT, WITHOUT ROWID""",
    """CREATE TABLE comment_state(
  ref TEXT PRIMARY KEY, page TEXT NOT NULL, platform TEXT NOT NULL, post_ref TEXT, parent_ref TEXT,
  version INTEGER NOT NULL, state TEXT NOT NULL, by_page INTEGER NOT NULL, created INTEGER NOT NULL,
  seen INTEGER NOT NULL, backlog INTEGER NOT NULL, capture_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
  digest_mac BLOB, hidden_by TEXT, provisional_until INTEGER, lapsed INTEGER NOT NULL DEFAULT 0,
  decided_seq INTEGER) STRICT, WITHOUT ROWID""",
    "CREATE INDEX comment_of_page ON comment_state(page,created)",
    "CREATE INDEX comment_of_post ON comment_state(post_ref,created)",
    "CREATE INDEX comment_seen ON comment_state(seen)",
    "CREATE INDEX comment_provisional ON comment_state(provisional_until) WHERE provisional_until IS NOT NULL",
    """CREATE TABLE flag(
  seq INTEGER PRIMARY KEY, ref TEXT NOT NULL, page TEXT NOT NULL, version INTEGER NOT NULL, verdict TEXT NOT NULL,
  act TEXT NOT NULL, urgency INTEGER NOT NULL, categories TEXT NOT NULL, rule TEXT, clause TEXT, reason TEXT NOT NULL,
  raised INTEGER NOT NULL, since INTEGER NOT NULL, stuck INTEGER NOT NULL DEFAULT 0, lapsed INTEGER NOT NULL DEFAULT 0,
  closed_seq INTEGER, closed_by TEXT) STRICT""",
    "CREATE UNIQUE INDEX flag_open_of ON flag(ref) WHERE closed_seq IS NULL",
    "CREATE INDEX flag_open ON flag(urgency DESC,since,seq) WHERE closed_seq IS NULL",
    "CREATE INDEX flag_open_on_page ON flag(page,urgency DESC,since,seq) WHERE closed_seq IS NULL",
    "CREATE INDEX flag_of ON flag(ref)",
    "CREATE INDEX flag_raised ON flag(raised)",
    """CREATE TABLE action(
  corr TEXT PRIMARY KEY, ref TEXT NOT NULL, page TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL,
  by TEXT NOT NULL, requested_seq INTEGER NOT NULL, requested INTEGER NOT NULL, precondition_seq INTEGER NOT NULL,
  precondition_state TEXT NOT NULL, rule TEXT, clause TEXT, provisional_until INTEGER,
  attempt INTEGER NOT NULL DEFAULT 0, intent_seq INTEGER, outcome TEXT, outcome_seq INTEGER, settled INTEGER)
  STRICT, WITHOUT ROWID""",
    "CREATE INDEX action_pending ON action(page,requested_seq) WHERE outcome IS NULL",
    "CREATE INDEX action_of ON action(ref,requested_seq)",
    "CREATE INDEX action_settled ON action(settled) WHERE settled IS NOT NULL",
    """CREATE TABLE review(
  seq INTEGER PRIMARY KEY, ref TEXT NOT NULL, page TEXT NOT NULL, user TEXT NOT NULL, decision TEXT NOT NULL,
  version INTEGER NOT NULL, ground TEXT, decided INTEGER NOT NULL, closed_flag INTEGER, was_provisional INTEGER,
  was_decided INTEGER, undone_seq INTEGER) STRICT""",
    "CREATE INDEX review_of ON review(ref)",
    "CREATE INDEX review_decided ON review(decided)",
    """CREATE TABLE unexplained(
  seq INTEGER PRIMARY KEY, ref TEXT NOT NULL, page TEXT NOT NULL, was TEXT NOT NULL, observed TEXT NOT NULL,
  noticed INTEGER NOT NULL) STRICT""",
    "CREATE INDEX unexplained_noticed ON unexplained(noticed)",
    "CREATE TABLE alert_due(seq INTEGER PRIMARY KEY, page TEXT NOT NULL, kind TEXT NOT NULL) STRICT",
)

TASK = (
    """CREATE TABLE task(
  corr TEXT PRIMARY KEY, ref TEXT NOT NULL, page TEXT NOT NULL, action TEXT NOT NULL, key TEXT NOT NULL,
  opened_seq INTEGER NOT NULL, opened INTEGER NOT NULL, done_seq INTEGER, done INTEGER, done_by TEXT,
  closed_seq INTEGER, closed INTEGER, closed_by TEXT) STRICT, WITHOUT ROWID""",
    "CREATE INDEX task_of ON task(ref)",
    "CREATE INDEX task_open ON task(page) WHERE closed_seq IS NULL",
)

BACKFILLED = ("ALTER TABLE comment_state ADD COLUMN backfilled INTEGER NOT NULL DEFAULT 0",)
MEDIA = (
    """CREATE TABLE attachment(
  seq INTEGER NOT NULL, at INTEGER NOT NULL, ref TEXT NOT NULL, page TEXT NOT NULL, outcome TEXT,
  PRIMARY KEY(seq,at)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX attachment_due ON attachment(seq,at) WHERE outcome IS NULL",
)
ALL_DERIVED = (*DERIVED, *TASK, *BACKFILLED, *MEDIA)
DERIVED_TABLES = (
    "post_state",
    "comment_state",
    "flag",
    "action",
    "review",
    "unexplained",
    "alert_due",
    "task",
    "attachment",
)
"""In the order in which they are compared and made anew."""

WORKING = (
    "CREATE TABLE cursor(page TEXT PRIMARY KEY, cursor TEXT NOT NULL, stored INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE claim(
  ref TEXT PRIMARY KEY, user TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE lease(
  name TEXT PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL, until INTEGER NOT NULL)
  STRICT, WITHOUT ROWID""",
    """CREATE TABLE retry(
  corr TEXT PRIMARY KEY, attempt INTEGER NOT NULL, not_before INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
)

BUDGET = (
    """CREATE TABLE budget(
  account TEXT NOT NULL, kind TEXT NOT NULL, began INTEGER NOT NULL, units INTEGER NOT NULL,
  PRIMARY KEY(account,kind,began)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE allowance(
  account TEXT NOT NULL, kind TEXT NOT NULL, most INTEGER, until INTEGER, PRIMARY KEY(account,kind))
  STRICT, WITHOUT ROWID""",
)

CHECKED = ("CREATE TABLE checked(page TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",)

BACKFILL = (
    """CREATE TABLE backfill(
  page TEXT PRIMARY KEY, since INTEGER NOT NULL, cursor TEXT, recorded INTEGER NOT NULL, finished INTEGER)
  STRICT, WITHOUT ROWID""",
)

MEDIA_RETRY = (
    """CREATE TABLE media_retry(
  seq INTEGER NOT NULL, at INTEGER NOT NULL, attempt INTEGER NOT NULL, not_before INTEGER NOT NULL,
  PRIMARY KEY(seq,at)) STRICT, WITHOUT ROWID""",
)
