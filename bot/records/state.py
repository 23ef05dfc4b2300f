"""What follows from an event for the derived tables: a pure function from a fact to row changes.

The same function serves the append, inside its own transaction, and the rebuild, which reads the log from its
beginning. So it may use nothing that the log, its payload and the index key do not hold, and no clock. It is total:
an event that it does not know changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.events import type_names
from bot.records.moments import parse_ms

Change = tuple[str, tuple[Any, ...]]
"""One SQL statement with its values."""

URGENT = 2
"""The urgency (see `models.policy.Urgency`) that tells a person at once."""


@dataclass(frozen=True, slots=True)
class Fact:
    """As much of an entry as derived state may depend on."""

    seq: int
    ms: int
    """When it was written, in milliseconds since 1970."""
    type: str
    actor_kind: str
    actor_id: str
    ref: str
    corr: str | None
    pub: Mapping[str, Any]
    digest_mac: bytes | None
    """The content's digest under the index key; None when the event has none or its payload was destroyed."""


Rule = Callable[[Fact], Iterator[Change]]
_rules: dict[str, Rule] = {}


def changes(fact: Fact) -> Iterator[Change]:
    """The row changes that an event brings about, in order."""
    rule = _rules.get(fact.type)
    if rule is not None:
        yield from rule(fact)
    known = type_names.get(fact.type)
    if known is not None and known.changes:
        yield "UPDATE comment_state SET last_seq=? WHERE ref=?", (fact.seq, fact.ref)


def _on(*types: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        for each in types:
            _rules[each] = rule
        return rule

    return register


_POST = """INSERT INTO post_state VALUES(?,?,?,?,?,?,?) ON CONFLICT(ref) DO UPDATE SET version=excluded.version,
  created=coalesce(excluded.created,created),capture_seq=excluded.capture_seq,digest_mac=excluded.digest_mac"""


@_on("post.seen")
def _post_seen(fact: Fact) -> Iterator[Change]:
    pub = fact.pub
    yield (
        _POST,
        (
            fact.ref,
            pub["page"],
            pub["platform"],
            pub["version"],
            parse_ms(pub.get("created")),
            fact.seq,
            fact.digest_mac,
        ),
    )


_CAPTURE = """INSERT INTO comment_state(ref,page,platform,post_ref,parent_ref,version,state,by_page,created,
  seen,backlog,capture_seq,last_seq,digest_mac,backfilled,hidden_by)
VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,iif(?='hidden','elsewhere',NULL))
ON CONFLICT(ref) DO UPDATE SET post_ref=coalesce(excluded.post_ref,post_ref),
  parent_ref=coalesce(excluded.parent_ref,parent_ref),version=excluded.version,state=excluded.state,
  backlog=excluded.backlog,capture_seq=excluded.capture_seq,digest_mac=excluded.digest_mac,
  hidden_by=iif(excluded.state='hidden',coalesce(hidden_by,'elsewhere'),iif(excluded.state=state,hidden_by,NULL)),
  provisional_until=iif(excluded.state='hidden',provisional_until,NULL)"""


@_on("comment.seen", "comment.edited")
def _captured(fact: Fact) -> Iterator[Change]:
    pub = fact.pub
    yield (
        _CAPTURE,
        (
            fact.ref,
            pub["page"],
            pub["platform"],
            pub.get("post_ref"),
            pub.get("parent_ref"),
            pub["version"],
            pub["state"],
            int(pub["by_page"]),
            parse_ms(pub["created"]),
            fact.ms,
            int(pub["backlog"]),
            fact.seq,
            fact.seq,
            fact.digest_mac,
            int(pub.get("via") == "backfill"),
            pub["state"],
        ),
    )
    for at in pub.get("attachments", ()):
        yield "INSERT INTO attachment VALUES(?,?,?,?,NULL)", (fact.seq, at, fact.ref, pub["page"])


@_on("media.captured", "media.refused")
def _fetched(fact: Fact) -> Iterator[Change]:
    outcome, pub = fact.type.removeprefix("media."), fact.pub
    yield (
        "UPDATE attachment SET outcome=? WHERE seq=? AND at=? AND outcome IS NULL",
        (outcome, pub["capture_seq"], pub["at"]),
    )


@_on("comment.gone")
def _gone(fact: Fact) -> Iterator[Change]:
    yield (
        "UPDATE comment_state SET state='gone',hidden_by=NULL,provisional_until=NULL WHERE ref=?",
        (fact.ref,),
    )
    yield _close_flag(fact, "gone")


def _close_flag(fact: Fact, why: str) -> Change:
    return (
        "UPDATE flag SET closed_seq=?,closed_by=? WHERE ref=? AND closed_seq IS NULL",
        (fact.seq, why, fact.ref),
    )


_FLAG = """INSERT INTO flag(seq,ref,page,version,verdict,act,urgency,categories,rule,clause,reason,raised,since,lapsed)
SELECT ?,?,?,?,?,?,max(?,coalesce(max(urgency),0)),?,?,?,?,?,coalesce(min(since),?),coalesce(max(lapsed),0)
FROM flag WHERE ref=? AND closed_seq=?"""


@_on("comment.flagged")
def _flagged(fact: Fact) -> Iterator[Change]:
    """A newer flag takes over the place in the queue, and the urgency, of the open one."""
    pub = fact.pub
    yield _close_flag(fact, "newer")
    shown = (pub["verdict"], pub["act"], pub["urgency"], json.dumps(pub["categories"]))
    why = (pub.get("rule"), pub.get("clause"), pub["reason"], fact.ms, fact.ms)
    yield (_FLAG, (fact.seq, fact.ref, pub["page"], pub["version"], *shown, *why, fact.ref, fact.seq))
    if pub["urgency"] >= URGENT:
        yield _alert_due(fact, "urgent")


def _alert_due(fact: Fact, kind: str) -> Change:
    return "INSERT INTO alert_due VALUES(?,?,?)", (fact.seq, fact.pub["page"], kind)


@_on("review.referred")
def _referred(fact: Fact) -> Iterator[Change]:
    yield _alert_due(fact, "referral")


@_on("page.credential_ending")
def _credential_ending(fact: Fact) -> Iterator[Change]:
    yield _alert_due(fact, "credential")


@_on("system.degraded")
def _degraded(fact: Fact) -> Iterator[Change]:
    if fact.pub["what"] == "media":
        yield "INSERT INTO alert_due VALUES(?,'','media')", (fact.seq,)


@_on("alert.raised")
def _alerted(fact: Fact) -> Iterator[Change]:
    yield "DELETE FROM alert_due WHERE seq=?", (fact.pub["about"],)


_REQUEST = """INSERT INTO action(corr,ref,page,action,reason,by,requested_seq,requested,precondition_seq,
  precondition_state,rule,clause,provisional_until) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"""


@_on("action.requested")
def _requested(fact: Fact) -> Iterator[Change]:
    pub = fact.pub
    yield (
        _REQUEST,
        (
            fact.corr,
            fact.ref,
            pub["page"],
            pub["action"],
            pub["reason"],
            "person" if fact.actor_kind == "human" else "bot",
            fact.seq,
            fact.ms,
            pub["precondition_seq"],
            pub["precondition_state"],
            pub.get("rule"),
            pub.get("clause"),
            parse_ms(pub.get("provisional_until")),
        ),
    )


@_on("action.intent")
def _intended(fact: Fact) -> Iterator[Change]:
    yield (
        "UPDATE action SET attempt=?,intent_seq=? WHERE corr=?",
        (fact.pub["attempt"], fact.seq, fact.corr),
    )


def _settle(fact: Fact) -> Change:
    return (
        "UPDATE action SET outcome=?,outcome_seq=?,settled=? WHERE corr=? AND outcome IS NULL",
        (fact.type.removeprefix("action."), fact.seq, fact.ms, fact.corr),
    )


_HIDDEN = """UPDATE comment_state SET state=?,
  hidden_by=iif(state='hidden',coalesce(hidden_by,a.by),a.by),
  provisional_until=iif(state='hidden',comment_state.provisional_until,iif(EXISTS(SELECT 1 FROM review r
    WHERE r.ref=a.ref AND r.undone_seq IS NULL AND r.decision IN('hide','leave_up') AND r.seq>a.requested_seq),
    NULL,a.provisional_until))
FROM action a WHERE a.corr=? AND comment_state.ref=?"""


@_on("action.hidden")
def _hidden(fact: Fact) -> Iterator[Change]:
    """A comment that was hidden already keeps whose hide it is, and until when."""
    yield _settle(fact)
    yield _HIDDEN, (fact.pub["observed"], fact.corr, fact.ref)


_RESTORED = """UPDATE comment_state SET state=?,hidden_by=NULL,provisional_until=NULL,
  lapsed=max(lapsed,EXISTS(SELECT 1 FROM action WHERE corr=? AND reason='lapse')) WHERE ref=?"""
_LAPSED = """UPDATE flag SET lapsed=1 WHERE ref=? AND closed_seq IS NULL
  AND EXISTS(SELECT 1 FROM action WHERE corr=? AND reason='lapse')"""


@_on("action.restored")
def _restored(fact: Fact) -> Iterator[Change]:
    yield _settle(fact)
    yield _RESTORED, (fact.pub["observed"], fact.corr, fact.ref)
    yield _LAPSED, (fact.ref, fact.corr)


@_on("action.refused", "action.superseded")
def _not_done(fact: Fact) -> Iterator[Change]:
    yield _settle(fact)


@_on("action.unconfirmed")
def _unconfirmed(fact: Fact) -> Iterator[Change]:
    yield _settle(fact)
    if fact.pub["action"] == "unhide":
        yield _alert_due(fact, "unconfirmed")


@_on("task.opened")
def _task_opened(fact: Fact) -> Iterator[Change]:
    pub = fact.pub
    yield (
        "INSERT INTO task(corr,ref,page,action,key,opened_seq,opened) VALUES(?,?,?,?,?,?,?)",
        (fact.corr, fact.ref, pub["page"], pub["action"], pub.get("key", ""), fact.seq, fact.ms),
    )


@_on("task.done")
def _task_done(fact: Fact) -> Iterator[Change]:
    yield (
        "UPDATE task SET done_seq=?,done=?,done_by=? WHERE corr=? AND closed_seq IS NULL",
        (fact.seq, fact.ms, fact.actor_id, fact.corr),
    )
    if fact.pub["action"] in ("look", "unblock"):  # nothing can verify it but the person's word
        yield _close_task(fact, fact.pub.get("outcome", "done"))


@_on("task.dropped")
def _task_dropped(fact: Fact) -> Iterator[Change]:
    yield _close_task(fact, "dropped")


_BY_HAND = """UPDATE comment_state SET state=?,hidden_by=iif(? IN('hidden','held','spam'),'person',NULL),
  provisional_until=NULL WHERE ref=? AND state<>'gone'"""


@_on("task.verified")
def _task_verified(fact: Fact) -> Iterator[Change]:
    yield _close_task(fact, "verified")
    yield _BY_HAND, (fact.pub["observed"], fact.pub["observed"], fact.ref)


def _close_task(fact: Fact, how: str) -> Change:
    return (
        "UPDATE task SET closed_seq=?,closed=?,closed_by=? WHERE corr=? AND closed_seq IS NULL",
        (fact.seq, fact.ms, how, fact.corr),
    )


_FOUND = "UPDATE comment_state SET state=?,hidden_by=?,provisional_until=NULL WHERE ref=?"
_OUT_OF_SIGHT = ("hidden", "held", "spam")


@_on("action.unexplained")
def _unexplained(fact: Fact) -> Iterator[Change]:
    was, observed = fact.pub["was"], fact.pub["observed"]
    yield (
        "INSERT INTO unexplained VALUES(?,?,?,?,?,?)",
        (fact.seq, fact.ref, fact.pub["page"], was, observed, fact.ms),
    )
    # Some platforms have no other word for what was hidden than *held*.
    hidden = observed == "hidden" or (was == "visible" and observed in _OUT_OF_SIGHT)
    yield _FOUND, (observed, "elsewhere" if hidden else None, fact.ref)


_DECIDED = """INSERT INTO review(seq,ref,page,user,decision,version,ground,decided,closed_flag,was_provisional,
  was_decided) VALUES(?,?,?,?,?,?,?,?,(SELECT seq FROM flag WHERE ref=? AND closed_seq IS NULL),
  coalesce((SELECT provisional_until FROM comment_state WHERE ref=?),
    (SELECT max(provisional_until) FROM action WHERE ref=? AND outcome IS NULL AND action='hide')),
  (SELECT decided_seq FROM comment_state WHERE ref=?))"""


@_on("review.decided")
def _decided(fact: Fact) -> Iterator[Change]:
    pub = fact.pub
    kept = (pub["page"], fact.actor_id, pub["decision"], pub["version"], pub.get("ground"), fact.ms)
    yield _DECIDED, (fact.seq, fact.ref, *kept, *[fact.ref] * 4)
    if pub["decision"] == "undo":
        yield from _undone(fact, pub.get("undoes"))
    elif pub["decision"] == "cannot_decide":
        yield "UPDATE flag SET stuck=1 WHERE ref=? AND closed_seq IS NULL", (fact.ref,)
    else:
        yield _close_flag(fact, pub["decision"])
        yield (
            "UPDATE comment_state SET provisional_until=NULL,decided_seq=? WHERE ref=?",
            (fact.seq, fact.ref),
        )


_TAKEN_BACK = "UPDATE review SET undone_seq=? WHERE seq=? AND undone_seq IS NULL"
_AS_BEFORE = """UPDATE comment_state SET decided_seq=r.was_decided,
  provisional_until=iif(state='hidden',r.was_provisional,NULL)
FROM review r WHERE r.seq=? AND r.undone_seq=? AND r.decision<>'cannot_decide' AND comment_state.ref=r.ref"""
_OPEN_AGAIN = """UPDATE flag SET closed_seq=NULL,closed_by=NULL WHERE ref=? AND closed_seq=?
  AND NOT EXISTS(SELECT 1 FROM flag f WHERE f.ref=flag.ref AND f.closed_seq IS NULL)
  AND NOT EXISTS(SELECT 1 FROM comment_state c WHERE c.ref=flag.ref AND c.state='gone')"""
_NOT_STUCK = """UPDATE flag SET stuck=0 WHERE ref=? AND closed_seq IS NULL
  AND EXISTS(SELECT 1 FROM review WHERE seq=? AND decision='cannot_decide')"""


def _undone(fact: Fact, undoes: int | None) -> Iterator[Change]:
    """Put back what the answer had changed here; the comment itself is put back by a request."""
    yield _TAKEN_BACK, (fact.seq, undoes)
    yield _AS_BEFORE, (undoes, fact.seq)
    yield _OPEN_AGAIN, (fact.ref, undoes)
    yield _NOT_STUCK, (fact.ref, undoes)
