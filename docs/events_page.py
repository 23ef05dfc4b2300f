"""The reference page of the events, from the classes of `bot.events`."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import fields

from bot.events import Event, all_events
from docs.markdown import MADE, attributes, grid

_INTRODUCTION = """\
Every entry of the log is one of these. A field is *open* (it stands in the entry) or *committed*: the entry
holds only a salted commitment under the name given, and the value lies beside it, where retention can
destroy it without breaking a proof. Fields that are none are left out. Every event also has these:
"""
_ENVELOPE = {
    "actor": "Who did it: kind (bot, human, system or public), an opaque id, the role, the program's version.",
    "subject": "What it is about: kind (comment, post, page, summary, user or log) and a random reference.",
}
_EVERYWHERE = {
    "about": "The sequence number of the entry that called for it.",
    "account": "The account, as its page shows it.",
    "action": "hide or unhide.",
    "added": "How many accounts are new on it.",
    "approved_by": "Who approved the page.",
    "approved_on": "The day of the approval.",
    "approved_policy": "The version of the policy that was approved.",
    "attempt": "1 for the first, at most 3.",
    "attempts": "How often it was tried.",
    "author_id": "The author's id on the platform, where it tells one.",
    "author_name": "The author as the page shows them.",
    "by": "author or platform, where that is known.",
    "by_ms": "How far, in milliseconds; negative when it was set back.",
    "by_page": "Whether it is the Department's own comment, which is never flagged.",
    "capabilities": "What the platform lets the page owner do.",
    "caps": "Why the verdict was at most queue.",
    "categories": "The categories of the rules that flag.",
    "clause": "The clause of the written policy.",
    "count": "How many comments were on the screen.",
    "created": "When it was published, by the platform's clock (UTC, ISO 8601).",
    "detail": "What was said about it: by the platform, the mail server or the system.",
    "digest": "SHA-256 of the text and the sorted ids of the attachments.",
    "first_bad": "The sequence number of the first bad entry.",
    "ground": "obscenity, off_topic or personal_attack.",
    "idem": "Names the act: the same name is never carried out twice.",
    "known": "How many were on an earlier list.",
    "link": "Its address on the platform.",
    "login": "The name that was tried.",
    "media": "The attachments: id, kind and address of each.",
    "media_id": "The attachment's id on the platform.",
    "message": "The mail, byte for byte.",
    "message_id": "The mail's Message-ID.",
    "mode": "shadow, live or paused.",
    "models": "The version of each classifier in use.",
    "name": "The classifier's name.",
    "note": "The moderator's own words.",
    "observed": "The state that the platform showed.",
    "ok": "Whether it verified.",
    "page": "The page's name in the configuration.",
    "parent_ref": "The comment that it answers.",
    "permalink": "Its address on the platform.",
    "platform": "The connector's name.",
    "platform_id": "Its id on the platform.",
    "policy": "The version of the written policy.",
    "post_ref": "The post that it stands under.",
    "precondition_seq": "The capture that the request is based on.",
    "problem": "What is wrong, and the next step.",
    "python": "The version of Python.",
    "raw": "The platform's own bytes of this object.",
    "recipients": "How many addresses it goes to.",
    "refused": "How many lines could not be read.",
    "repeated": "How many stand on the list more than once.",
    "role": "The role that takes it over.",
    "roles": "All roles from now on.",
    "root": "The root of the tree, in hex.",
    "rule": "The rule that carries the verdict.",
    "rules": "The policy table, row by row.",
    "rules_hit": "The rules that matched.",
    "rules_missed": "The rules that were evaluated and did not match.",
    "rules_sha256": "SHA-256 of the policy version and its table.",
    "screen": "Which screen or command.",
    "sha256": "SHA-256 of the configuration file.",
    "since": "When it was found so (UTC, ISO 8601).",
    "size": "How many entries the log had.",
    "sqlite": "The version of SQLite.",
    "state": "visible, hidden, held, spam, gone or unknown.",
    "text": "The text as captured.",
    "to": "Where it went.",
    "until": "When the claim runs out (UTC, ISO 8601).",
    "urgency": "0 low, 1 normal, 2 urgent.",
    "url": "The page's address.",
    "verdict": "allow, queue or hide.",
    "version": "Which version of it, from 1; of a classifier, its own.",
    "was": "How the log knew it before.",
    "week": "Such as 2026-W47.",
    "what": "What it is, in a few words.",
}
"""Meanings of fields under which the class itself says nothing, because they mean the same everywhere."""


def page() -> str:
    """The whole page."""
    envelope = {**_ENVELOPE, **{name: attributes(Event)[name] for name in ("corr", "cause")}}
    parts = [
        f"{MADE}\n# Events\n",
        _INTRODUCTION,
        grid(("field", "meaning"), [(f"`{name}`", meaning) for name, meaning in envelope.items()]),
    ]
    for event in all_events():
        parts.append(f"## {event.type}\n\n{inspect.cleandoc(event.__doc__ or '')}\n")
        if rows := _rows(event):
            parts.append(grid(("field", "type", "kept", "meaning"), rows))
    return "\n".join(parts)


def _rows(event: type[Event]) -> list[Sequence[str]]:
    meanings = {**_EVERYWHERE, **attributes(event)}
    inherited = {each.name for each in fields(Event)}
    return [
        (
            f"`{each.name}`",
            str(each.type).removesuffix(" | None"),
            f"committed as `{each.metadata['committed']}`" if each.metadata else "open",
            meanings[each.name],
        )
        for each in fields(event)
        if each.name not in inherited
    ]
