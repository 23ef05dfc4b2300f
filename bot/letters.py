"""The text of every alert: what happened, since when, where to look, what to do. No comment text, no visitor's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import Loaded
from bot.mail import one_line
from bot.records import CommentState, Entry, Flag
from bot.words import MATTERS, STATES, comment_url, counted, listed, moment, said_of, web_url

_LONGEST_PROBLEM = 300
_TO_DO = {
    "threat": "If anyone may be in danger, tell dispatch first; then open the comment.",
    "self_harm": "Somebody may be about to harm themselves: get help to them first; then open the comment.",
    "private_information": "Open the comment and decide whether the address or number may stay in public.",
}
_REFERRED = {
    "tip": "Read it in its place and pass it to whoever investigates.",
    "help_needed": "Somebody may need help now: read it, and get help to them first.",
    "complaint": "Read it in its place and take it in as a complaint.",
    "own_conduct": "Read it in its place and decide who looks into it.",
}
_FOOT = "This mail holds no comment text; the comment is in the review application, behind your log-in."


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to be: to whom, what it says, and the entries that called for it."""

    kind: str
    """urgent, referral, credential, media or page."""
    entries: tuple[Entry, ...]
    to: tuple[str, ...]
    subject: str
    text: str

    @property
    def about(self) -> tuple[int, ...]:
        """The sequence numbers of its entries."""
        return tuple(entry.seq for entry in self.entries)


def urgent(config: Loaded, entries: Sequence[Entry], state: CommentState | None, flag: Flag | None) -> Letter:
    """Everything urgent about one comment.

    Args:
        config: the configuration.
        entries: ``comment.flagged`` and ``action.unconfirmed`` entries about the comment, oldest first.
        state: how the comment stands now.
        flag: its open flag, or None when somebody has answered meanwhile.
    """
    first, ref = entries[0], entries[0].subject.ref
    categories = _categories(entries)
    failed = _restore_failed(entries)
    about = "a comment could not be made visible again" if failed else f"possible {listed(categories) or 'emergency'}"
    shown = said_of(state.state, STATES) if state else "not known"
    lines = [
        f"What:      {about}",
        f"Page:      {_page(config, first.pub['page'])}",
        f"Since:     {moment(first.ts, config.department.zone)}",
        f"Now:       {shown}, {'waiting for a person' if flag else 'answered by a person meanwhile'}",
        f"Open it:   {comment_url(config, ref)}",
        "",
        *_advice(categories, failed=failed),
    ]
    return _letter(config, "urgent", entries, config.alerts.to, f"Urgent: {about} on {first.pub['page']}", lines)


def _categories(entries: Sequence[Entry]) -> list[str]:
    named = [each for entry in entries for each in entry.pub.get("categories", ())]
    pressing = [each for each in named if each in _TO_DO]
    return list(dict.fromkeys(pressing or named))


def _restore_failed(entries: Sequence[Entry]) -> bool:
    return any(entry.type == "action.unconfirmed" or entry.corr is not None for entry in entries)


def _advice(categories: Sequence[str], *, failed: bool) -> list[str]:
    if failed:
        return ["Somebody's comment may be hidden without a ground. Open it, look at the page itself, and restore it."]
    return [_TO_DO[each] for each in categories if each in _TO_DO] or ["Open the comment and decide."]


def flood(config: Loaded, entries: Sequence[Entry]) -> Letter:
    """One letter in place of many: how many, of what, on which page."""
    per_kind = Counter((entry.pub["page"], _kind(entry)) for entry in entries)
    comments = len({entry.subject.ref for entry in entries})
    first = moment(min(entry.ts for entry in entries), config.department.zone)
    lines = [
        f"{counted(comments, 'comment')} became urgent at almost the same time, the first at {first}.",
        "",
        *(f"{count:5}  {kind}, on {_page(config, page)}" for (page, kind), count in sorted(per_kind.items())),
        "",
        f"Open the queue: {web_url(config)}",
        "",
        "If anyone may be in danger, tell dispatch first. The most urgent stand at the top of the queue.",
    ]
    subject = f"Urgent: {counted(comments, 'comment')} at once"
    return _letter(config, "urgent", entries, config.alerts.to, subject, lines)


def _kind(entry: Entry) -> str:
    if _restore_failed([entry]):
        return "could not be made visible again"
    return f"possible {listed(_categories([entry])) or 'emergency'}"


def referral(config: Loaded, entry: Entry) -> Letter:
    """A comment that a moderator passed on to a role."""
    pub = entry.pub
    matter = said_of(pub["matter"], MATTERS)
    target = next((each for name, each in config.referrals.items() if name == pub["matter"]), None)
    has_note = bool(entry.opened.get("review.note"))
    lines = [
        f"A moderator has referred a comment to you as {pub['role']}.",
        "",
        f"What:      {matter}",
        f"Page:      {_page(config, pub['page'])}",
        f"Since:     {moment(entry.ts, config.department.zone)}",
        f"Open it:   {comment_url(config, entry.subject.ref)}",
        *(["Note:      the moderator left one; it stands beside the comment"] if has_note else []),
        "",
        _REFERRED.get(pub["matter"], "Read it in its place."),
        "Whether the comment stays on the page is decided apart from this, by a moderator.",
    ]
    to = target.to if target else ()
    return _letter(config, "referral", [entry], to, f"Referred to {pub['role']}: {matter} on {pub['page']}", lines)


def page_stopped(config: Loaded, described: Entry) -> Letter:
    """A page that is no longer watched until a person does something."""
    name = described.pub["page"]
    problem = str(described.opened.get("page.problem") or "see the board for what went wrong")
    lines = [
        f"Page:      {_page(config, name)}",
        f"Since:     {moment(described.ts, config.department.zone)}",
        f"Problem:   {one_line(problem)[:_LONGEST_PROBLEM]}",
        f"The board: {web_url(config)}",
        "",
        "New comments there are not captured, and decisions are not carried out, until this is put right. Nothing",
        "that was captured is lost. `ofrecord check` says what works and what does not.",
    ]
    return _letter(config, "page", [described], config.alerts.to, f"Stopped: {name} is not being watched", lines)


def credential_ending(config: Loaded, entry: Entry) -> Letter:
    """A page whose credential ends soon: nothing has stopped yet."""
    name, zone = entry.pub["page"], config.department.zone
    ends = datetime.fromisoformat(entry.pub["expires_at"])
    lines = [
        f"Page:      {_page(config, name)}",
        f"Ends:      {moment(ends, zone)}",
        "",
        "From then on the platform refuses OfRecord: new comments there are not captured, and nothing is hidden or",
        f"restored. Renew it before, on the machine: ofrecord connect {name}",
    ]
    left = counted(entry.pub["days"], "day")
    subject = f"Credential of {name} ends within {left}"
    return _letter(config, "credential", [entry], config.alerts.to, subject, lines)


def attachments_wait(config: Loaded, entry: Entry) -> Letter:
    """There is no room for what visitors attach."""
    problem = str(entry.opened.get("problem.detail") or "see `ofrecord check`")
    lines = [
        f"Since:     {moment(entry.ts, config.department.zone)}",
        f"Problem:   {one_line(problem)[:_LONGEST_PROBLEM]}",
        "",
        "Comments are captured as ever. The pictures and videos that visitors attach to them wait until there is room;",
        "some of their addresses end within hours.",
    ]
    return _letter(config, "media", [entry], config.alerts.to, "No room for attachments: they are not captured", lines)


def _page(config: Loaded, name: str) -> str:
    page = config.pages.get(name)
    return f"{name} ({page.url})" if page and page.url else name


def _letter(
    config: Loaded, kind: str, entries: Sequence[Entry], to: Sequence[str], subject: str, lines: Sequence[str]
) -> Letter:
    text = "\n".join([*lines, "", _FOOT, f"{config.department.name}, OfRecord", ""])
    return Letter(kind, tuple(entries), tuple(to), f"{subject} ({config.department.name})", text)
