"""The words of the record as a moderator would say them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.records import Entry
from bot.web.times import Clock
from bot.words import MATTERS, listed, said_of

GROUNDS = {"obscenity": "Obscenities", "off_topic": "Off-topic comments", "personal_attack": "Personal attacks"}
STATES = {
    "visible": "Visible",
    "hidden": "Hidden",
    "held": "Held by the platform",
    "spam": "In the platform's spam folder",
    "gone": "Gone from the platform",
    "unknown": "Not known",
}
TARGETS = {
    "commenter": "aimed at another commenter",
    "private_person": "aimed at a private person",
    "group": "aimed at a group of people",
    "official": "aimed at police or an official",
    "nobody": "aimed at nobody",
    "unknown": "target unclear",
}
MODES = {
    "shadow": "Shadow",
    "live": "Live",
    "paused": "Paused",
}
HEALTH = {"ok": "Working", "failing": "Failing, tried again by itself", "stopped": "Stopped, needs a person"}
VERDICTS = {"allow": "leave it up", "queue": "ask a person", "hide": "hide it"}
BY_HAND = {
    "hide": "take it out of sight",
    "unhide": "bring it back",
    "look": "look at the page",
    "unblock": "review a blocked account",
}
DECISIONS = {"leave_up": "leave it up", "hide": "hide it", "cannot_decide": "cannot decide"}
_REASONS = {
    "rule": "under a rule of the policy",
    "review": "after a moderator's decision",
    "undo": "because an answer was taken back",
    "lapse": "because nobody confirmed the hide in time",
}
_OVERTAKEN = {
    "edited": "the author edited it meanwhile",
    "not_allowed": "the page or the rule may not hide by itself any more",
    "state_changed": "somebody changed it on the platform meanwhile",
    "gone": "it is gone from the platform",
    "decided": "a person decided meanwhile",
    "withdrawn": "the request was taken back",
}
_PROBLEMS = {
    "denied": "the platform denied it",
    "unsupported": "the platform cannot do it",
    "exhausted": "three attempts failed",
}

NOT_CAPTURED = {
    "scheme": "its address is not an https address",
    "credential": "a name or a password stands in its address",
    "port": "its address names an unusual port",
    "address": "its address does not lead to a public server",
    "redirects": "its server sends one on and on",
    "type": "it is no picture or video of a kind that is captured",
    "size": "it is too large",
    "encoded": "its server sent it packed",
    "unavailable": "its server did not give it out, however often it was asked",
    "destroyed": "the comment was destroyed before",
}

_FIXED = {
    "action.hidden": "Hidden. The platform was read back and shows it hidden.",
    "action.restored": "Visible again. The platform was read back and shows it.",
    "record.viewed": "Looked at it.",
}
_TIMES = ("until", "provisional_until")

Pub = Mapping[str, Any]


def who(entry: Entry, names: Mapping[str, str]) -> str:
    """Who did it: the bot, or a person by the name of their account."""
    if entry.actor.kind == "bot":
        return "The bot"
    if entry.actor.kind == "human":
        role = (entry.actor.role or "").replace("_", " ")
        name = names.get(entry.actor.id, entry.actor.id)
        return f"{name} ({role})" if role else name
    return "OfRecord" if entry.actor.kind == "system" else "Somebody outside"


def in_words(entry: Entry, clock: Clock) -> str:
    """What an entry says, in one or two plain sentences without comment text."""
    tell = _TELL.get(entry.type)
    if tell is None:
        return _FIXED.get(entry.type, f"{entry.type.replace('.', ' ').replace('_', ' ').capitalize()}.")
    times = {name: clock.read(entry.pub[name]).words for name in _TIMES if entry.pub.get(name)}
    return tell({**entry.pub, **times})


def _seen(pub: Pub) -> str:
    late = " It was posted before the page went live." if pub.get("backlog") else ""
    if pub.get("via") == "backfill":
        late = " Somebody had older comments recorded; it was not judged."
    return f"Captured whole. On the platform: {said_of(pub['state'], STATES).lower()}.{late}"


def _edited(pub: Pub) -> str:
    return f"The author edited it. Captured again as version {pub['version']}."


def _gone(pub: Pub) -> str:
    by = {"author": " The author removed it.", "platform": " The platform removed it."}.get(pub.get("by", ""), "")
    return f"Gone from the platform.{by}"


def _classified(pub: Pub) -> str:
    hit = f" Rules that hit: {', '.join(pub['rules_hit'])}." if pub.get("rules_hit") else " No rule hit."
    caps = f" At most a question to a person, because: {', '.join(pub['caps'])}." if pub.get("caps") else ""
    return f"Scored. The policy says: {said_of(pub['verdict'], VERDICTS)}.{hit}{caps}"


def _flagged(pub: Pub) -> str:
    for_what = f" for {listed(pub['categories'])}" if pub.get("categories") else ""
    urgent = " Urgent." if pub.get("urgency") == 2 else ""
    return f"Flagged{for_what}: {pub['reason']}.{urgent}"


def _requested(pub: Pub) -> str:
    what = "Asked to hide it" if pub["action"] == "hide" else "Asked to show it again"
    clause = f" Policy {pub['clause']}." if pub.get("clause") else ""
    until = pub.get("provisional_until")
    lapse = f" Restored {until} unless a person confirms." if until else ""
    return f"{what} {said_of(pub['reason'], _REASONS)}.{clause}{lapse}"


def _intent(pub: Pub) -> str:
    return f"About to {_act(pub)} on the platform (attempt {pub['attempt']})."


def _refused(pub: Pub) -> str:
    return f"Could not {_act(pub)}: {said_of(pub['problem'], _PROBLEMS)}. Nothing changed."


def _unconfirmed(pub: Pub) -> str:
    return f"Nobody can tell whether the attempt to {_act(pub)} took effect. A person has to look at the platform."


def _superseded(pub: Pub) -> str:
    return f"Did not {_act(pub)}: {said_of(pub['why'], _OVERTAKEN)}."


def _unexplained(pub: Pub) -> str:
    was, now = said_of(pub["was"], STATES).lower(), said_of(pub["observed"], STATES).lower()
    return f"The platform shows it {now}; it was {was}. Nobody here did that."


def _task_opened(pub: Pub) -> str:
    return f"To be done by hand: {_by_hand(pub)}. The steps are under Tasks."


def _task_done(pub: Pub) -> str:
    return f"Done by hand: {_by_hand(pub)}. The platform has not shown it yet."


def _task_verified(pub: Pub) -> str:
    return f"Verified: the platform was read and shows it {said_of(pub['observed'], STATES).lower()}."


def _task_dropped(pub: Pub) -> str:
    why = {"decided": "a person decided otherwise", "edited": "the author edited it", "gone": "it is gone"}
    return f"Need not be done by hand any more: {said_of(pub['why'], why)}."


def _by_hand(pub: Pub) -> str:
    return said_of(pub["action"], BY_HAND)


def _opened(pub: Pub) -> str:
    return f"Took it to work on, until {pub['until']}."


def _decided(pub: Pub) -> str:
    if pub["decision"] == "undo":
        return f"Took back the answer of entry {pub.get('undoes', '?')}."
    if pub["decision"] == "hide":
        ground = said_of(pub.get("ground", ""), GROUNDS).lower()
        return f"Decided: hide it. Ground: {ground} (policy {pub.get('clause', '')})."
    if pub["decision"] == "cannot_decide":
        return "Could not decide; a supervisor is asked."
    return "Decided: leave it up."


def _referred(pub: Pub) -> str:
    return f"Referred to {pub['role']}: {said_of(pub['matter'], MATTERS)}."


def _alerted(pub: Pub) -> str:
    people = "1 person" if pub["recipients"] == 1 else f"{pub['recipients']} people"
    return f"Told {people} by e-mail ({pub['kind']})."


def _attachment(pub: Pub) -> str:
    return f"Captured what is attached ({pub['kind']})."


def _no_attachment(pub: Pub) -> str:
    return f"Could not capture what is attached: {said_of(pub['reason'], NOT_CAPTURED)}."


def _act(pub: Pub) -> str:
    return "hide it" if pub["action"] == "hide" else "show it again"


_TELL: dict[str, Callable[[Pub], str]] = {
    "comment.seen": _seen,
    "comment.edited": _edited,
    "comment.gone": _gone,
    "comment.classified": _classified,
    "comment.flagged": _flagged,
    "media.captured": _attachment,
    "media.refused": _no_attachment,
    "action.requested": _requested,
    "action.intent": _intent,
    "action.refused": _refused,
    "action.unconfirmed": _unconfirmed,
    "action.superseded": _superseded,
    "action.unexplained": _unexplained,
    "task.opened": _task_opened,
    "task.done": _task_done,
    "task.verified": _task_verified,
    "task.dropped": _task_dropped,
    "review.opened": _opened,
    "review.decided": _decided,
    "review.referred": _referred,
    "alert.raised": _alerted,
}
