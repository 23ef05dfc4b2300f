"""Hiding a comment on a wiki, and bringing it back: in the page's text, and in its history.

Two acts make a hide. The words are taken out of the page by an edit; then the text of each revision that carries them
is hidden. The order matters: what is hidden cannot be undone, and the page's present text cannot be hidden. Each act
can be done again after a failure between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from connectors._http import NotSentError
from connectors.base import (
    ConnectorError,
    ForbiddenError,
    GoneError,
    Outcome,
    Result,
    UnauthorizedError,
    UnsupportedError,
)
from connectors.mediawiki.api import TURNED_AWAY, Api
from connectors.mediawiki.authorship import Remark
from connectors.mediawiki.history import History, Revision
from connectors.mediawiki.layout import put_back, showable, without
from connectors.mediawiki.reading import Found
from connectors.mediawiki.wire import BusyError, RefusalError

_AT_ONCE = 50
_REASON = "Social media policy, comment of revision {}"
_FAILED_INSIDE = "internal_api_error"
_HELD_BY_OTHERS = ("undofailure", "nosuchrevid")
"""Lines beside it have changed since, or the revision is the first one of the page, or its text is hidden."""
_NOT_THERE = frozenset(("nosuchpage", "missingtitle", "nosuchpageid"))


def outcome_of(error: ConnectorError) -> Outcome:
    """What an error says about a call that changes the wiki."""
    if isinstance(error, RefusalError):
        return Outcome(_result_of(error.code), error.code)
    if isinstance(error, NotSentError | BusyError):
        return Outcome(Result.RETRY, str(error), error.retry_after)
    if isinstance(error, UnauthorizedError | ForbiddenError):
        return Outcome(Result.DENIED, str(error))
    if isinstance(error, GoneError):
        return Outcome(Result.GONE, str(error))
    if isinstance(error, UnsupportedError):
        return Outcome(Result.UNSUPPORTED, str(error))
    return Outcome(Result.UNKNOWN, str(error))


def _result_of(code: str) -> Result:
    if code in TURNED_AWAY:
        return Result.RETRY
    if code in _NOT_THERE:
        return Result.GONE
    return Result.UNKNOWN if code.startswith(_FAILED_INSIDE) else Result.DENIED


def take_out(api: Api, found: Found) -> None:
    """Take the comment's words out of the page, by undoing its edits where the wiki can, else by an edit of our own.

    Raises:
        ConnectorError: when it was not done, or it cannot be told.
    """
    history, remark = found.history, found.remark
    summary = f"Comment of revision {remark.first.id} taken down under the social media policy"
    try:
        if _can_be_undone(history, remark):
            newest, oldest = remark.newest.revision.id, remark.first.parent
            _edit(api, history, summary, undo=str(newest), undoafter=str(oldest))
            return
    except RefusalError as refusal:
        if refusal.code not in _HELD_BY_OTHERS:
            raise
    if remark.overwrote:
        raise UnsupportedError(
            "The comment changed lines of somebody else, and lines beside them have changed since: edit the page by"
            " hand, then hide the comment again."
        )
    now = history.revisions[-1].id
    _edit(api, history, summary, text=without(remark.now, remark.first.id), baserevid=str(now))


def bring_back(api: Api, found: Found) -> None:
    """Put the comment's words back into the page, where they stood."""
    history, remark = found.history, found.remark
    text = put_back(remark.before, remark.now, remark.first.id)
    summary = f"Comment of revision {remark.first.id} put back"
    _edit(api, history, summary, text=text, baserevid=str(history.revisions[-1].id))


def cover(api: Api, found: Found) -> Outcome:
    """Hide the text of every revision that carries the comment, and the summaries of its own ones."""
    return _each(found.remark, _open(found.remark), lambda ids, what: _set(api, found, ids, {"hide": what}))


def uncover(api: Api, found: Found) -> Outcome:
    """Show what `cover` hid, apart from revisions that would show something else that is hidden."""
    return _each(found.remark, _closed(found), lambda ids, what: _set(api, found, ids, {"show": what}))


def is_covered(remark: Remark) -> bool:
    """Whether nothing is left for `cover` to do."""
    return not _open(remark)


def can_be_uncovered(found: Found) -> bool:
    """Whether there is something for `uncover` to do."""
    return bool(_closed(found))


def _open(remark: Remark) -> list[Revision]:
    """The revisions that still show something of a comment."""
    own = [each.revision for each in remark.versions if not each.revision.summary_hidden]
    shown = [each for each in remark.carriers if not each.text_hidden]
    return list({each.id: each for each in (*own, *shown)}.values())


def _closed(found: Found) -> list[Revision]:
    """The revisions of a comment that are hidden and may be shown."""
    remark = found.remark
    safe = {each.id for each in showable(remark.carriers, found.history.revisions, _lines(remark))}
    carrying = {each.id for each in remark.carriers}
    own = [each.revision for each in remark.versions if each.revision.id in safe or each.revision.id not in carrying]
    hidden = [each for each in own if each.summary_hidden]
    hidden += [each for each in remark.carriers if each.text_hidden and each.id in safe]
    return list({each.id: each for each in hidden}.values())


def _lines(remark: Remark) -> set[str]:
    """Every line of the comment, of all its versions."""
    kept = {text for text, owner in remark.before if owner == remark.first.id}
    return kept.union(*(each.text.split("\n") for each in remark.versions))


def _can_be_undone(history: History, remark: Remark) -> bool:
    """Whether undoing its edits undoes nothing else: they follow each other."""
    ids = [each.revision.id for each in remark.versions]
    first, last = history.index(ids[0]), history.index(ids[-1])
    if first is None or last is None or remark.first.parent == 0:
        return False
    return {each.id for each in history.revisions[first : last + 1]} == set(ids)


def _edit(api: Api, history: History, summary: str, **how: str) -> None:
    said = api.post("edit", pageid=str(history.page_id), summary=summary, bot="1", nocreate="1", **how)
    if said.get("edit", {}).get("result") != "Success":
        # A filter or a test against programs stands in the way: said with status 200, and nothing was changed.
        code = said.get("edit", {}).get("code", "captcha" if "captcha" in said.get("edit", {}) else "refused")
        raise RefusalError(api.page, str(code)[:60])


def _each(remark: Remark, revisions: Sequence[Revision], call: Callable[[list[int], str], Outcome]) -> Outcome:
    """Set of the comment's own revisions text and summary, of the others the text alone."""
    own, carrying = {each.revision.id for each in remark.versions}, {each.id for each in remark.carriers}
    groups: dict[str, list[int]] = {}
    for each in revisions:
        parts = (("content", each.id in carrying), ("comment", each.id in own))
        groups.setdefault("|".join(name for name, part in parts if part), []).append(each.id)
    outcome = Outcome(Result.DONE)
    for what, ids in groups.items():
        for start in range(0, len(ids), _AT_ONCE):
            outcome = call(ids[start : start + _AT_ONCE], what)
            if outcome.result is not Result.DONE:
                return outcome
    return outcome


def _set(api: Api, found: Found, ids: list[int], what: dict[str, str]) -> Outcome:
    """Hide or show revisions. Success is told for the whole while single ones failed: each one's own word counts."""
    said = api.post(
        "revisiondelete",
        type="revision",
        target=found.history.title,
        ids="|".join(map(str, ids)),
        reason=_REASON.format(found.remark.first.id),
        **what,
    )
    items = said.get("revisiondelete", {}).get("items", ())
    codes = sorted({str(error.get("code")) for item in items for error in item.get("errors", ())})
    if len(items) == len(ids) and not codes and all(item.get("status") == "Success" for item in items):
        return Outcome(Result.DONE, f"{len(ids)} revisions")
    return Outcome(_worst(codes), ", ".join(codes)[:120] or "not every revision was answered for")


def _worst(codes: Iterable[Any]) -> Result:
    """What errors of single revisions come to. All of these leave that revision as it was, and may be tried again."""
    kinds = {
        "revdelete-hide-current": Result.RETRY,
        "revdelete-concurrent-change": Result.RETRY,
        "revdelete-modify-missing": Result.GONE,
        "revdelete-modify-no-access": Result.DENIED,
        "revdelete-show-no-access": Result.DENIED,
    }
    results = [kinds.get(str(code), Result.UNKNOWN) for code in codes] or [Result.UNKNOWN]
    return next(each for each in (Result.UNKNOWN, Result.DENIED, Result.RETRY, Result.GONE) if each in results)
