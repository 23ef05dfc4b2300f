"""Who may use a view, and what every view does alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from bot.events import LOG, RecordViewed, Subject
from bot.records import CommentState
from bot.web.site import person_of, site_of

View = Callable[..., HttpResponseBase]


def viewer(view: View) -> View:
    """Only for people who have a role: captured comments are not for everybody with an account."""
    return _only(view, lambda request: bool(person_of(request).roles))


def decider(view: View) -> View:
    """Only for people whose role lets them answer."""
    return _only(view, lambda request: person_of(request).decides)


def _only(view: View, allowed: Callable[[HttpRequest], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not allowed(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def comment_or_404(request: HttpRequest, ref: str) -> CommentState:
    """How a comment stands.

    Raises:
        Http404: when there is none.
    """
    state = site_of(request).records.comment(ref)
    if state is None:
        raise Http404
    return state


def viewed(request: HttpRequest, screen: str, count: int, ref: str | None = None) -> None:
    """Write down that a person looked at captured comments: one event for the whole screen."""
    subject = Subject("comment", ref) if ref else LOG
    event = RecordViewed(actor=person_of(request).actor, subject=subject, screen=screen, count=count)
    site_of(request).records.append(event)


def say(request: HttpRequest, words: str, ref: str = "", *, undo: int | None = None) -> None:
    """Keep what became of an answer for the next screen: no comment text, and no name of a person.

    `undo` is the entry of the answer that can be taken back.
    """
    request.session["said"] = {"words": words, "ref": ref, "undo": undo}


def said(request: HttpRequest) -> dict[str, Any] | None:
    """What became of the last answer; it is told once."""
    told: dict[str, Any] | None = request.session.pop("said", None)
    return told
