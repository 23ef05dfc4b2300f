"""Hiding a reply and showing it again. X's answer to the call is all that ever says whether one is hidden."""

from __future__ import annotations

from typing import Any

from connectors._http import Answer, NotSentError
from connectors.base import BudgetSpentError, ConnectorError, Outcome, Result, UnavailableError
from connectors.x.refusal import NOT_FOUND, TurnedAwayError, error_of, in_short, kind_of, said
from connectors.x.rows import Row
from connectors.x.source import MANAGE, POST, Source

MOST_HIDDEN = 725
_TOLD = (Result.DONE, Result.GONE)


def change(source: Source, platform_id: str, *, hidden: bool) -> Outcome:
    """Hide a reply, or show it again.

    A call without an answer is made once more: hiding what is hidden is a success (docs.x.com, hide-replies), so the
    second answer tells what the first one would have.

    Raises:
        BudgetSpentError: before anything was sent that changes X.
    """
    source.api.budget.spend("hides", 1, act=True)
    source.api.budget.spend("money", MANAGE, act=True)
    try:
        row = source.newest(platform_id, act=True)
    except BudgetSpentError:
        raise
    except UnavailableError as error:
        return Outcome(Result.RETRY, str(error), error.retry_after)
    except ConnectorError as error:
        return Outcome(Result.DENIED, str(error))
    if row is None:
        return Outcome(Result.GONE, "X does not have it any more")
    outcome = _once(source, row, hidden=hidden)
    return _again(source, row, outcome, hidden=hidden) if outcome.result is Result.UNKNOWN else outcome


def _again(source: Source, row: Row, first: Outcome, *, hidden: bool) -> Outcome:
    try:
        source.api.budget.spend("hides", 1, act=True)
        source.api.budget.spend("money", MANAGE, act=True)
    except BudgetSpentError:
        return first
    second = _once(source, row, hidden=hidden)
    return second if second.result in _TOLD else first


def _once(source: Source, row: Row, *, hidden: bool) -> Outcome:
    def call(client: Any) -> object:
        act = client.hide_reply if hidden else client.unhide_reply
        # Its default is OAuth 1: it would sign with keys that are not there.
        return act(row.newest, user_auth=False)

    try:
        answer = source.api.send("hides", call)
    except (NotSentError, TurnedAwayError) as error:
        return Outcome(Result.RETRY, str(error), error.retry_after)
    except UnavailableError as error:
        return Outcome(Result.UNKNOWN, str(error))
    except ConnectorError as error:
        return Outcome(Result.DENIED, str(error))
    return _told(answer, hidden=hidden) if answer.ok else _refused(source, row, answer)


def _told(answer: Answer, *, hidden: bool) -> Outcome:
    """What an answer of success says. One with errors and without data is none."""
    fields = said(answer)
    data, errors = fields.get("data"), fields.get("errors")
    state = data.get("hidden") if isinstance(data, dict) else None
    if state is hidden:
        return Outcome(Result.DONE, f"{answer.status} hidden: {str(hidden).lower()}")
    if state is (not hidden):
        return Outcome(Result.DENIED, f"X answered that it is {'still visible' if hidden else 'still hidden'}")
    kinds = [kind_of(each) for each in errors] if isinstance(errors, list) else []
    if NOT_FOUND in kinds:
        return Outcome(Result.GONE, f"{answer.status} {NOT_FOUND}")
    return Outcome(Result.UNKNOWN, f"{answer.status} without an answer to the question {' '.join(kinds)}".strip())


def _refused(source: Source, row: Row, answer: Answer) -> Outcome:
    error = error_of(source.page, answer)
    if isinstance(error, TurnedAwayError):
        return Outcome(Result.RETRY, str(error), error.retry_after)
    if answer.status == 404:
        return Outcome(Result.GONE, in_short(answer))
    if answer.status == 403:
        return _forbidden(source, row, in_short(answer))
    return Outcome(Result.DENIED if 400 <= answer.status < 500 else Result.UNKNOWN, in_short(answer))


def _forbidden(source: Source, row: Row, short: str) -> Outcome:
    """Why X refused: it has one answer for a conversation of somebody else's and for whatever it does not let hide."""
    try:
        source.api.budget.spend("money", POST, act=True)
        root = source.newest(row.conversation, act=True)
        own = root is not None and root.author == source.me(act=True)
    except ConnectorError:
        return Outcome(Result.DENIED, f"X refuses it ({short}), and why could not be read")
    if not own:
        return Outcome(
            Result.DENIED,
            f"X refuses it ({short}): the conversation was begun by somebody else, and only they can hide",
        )
    return Outcome(
        Result.UNSUPPORTED,
        f"X does not let a program hide or show this reply ({short}): at most {MOST_HIDDEN} can be hidden in a"
        " conversation, and not what a person has shown again by hand",
    )
