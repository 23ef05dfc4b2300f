"""One comment: the focus view, its case history, the proof of an entry."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bot import review
from bot.records import CommentState
from bot.web.reading.case import case
from bot.web.reading.history import lines
from bot.web.site import person_of, site_of
from bot.web.views.guards import comment_or_404, said, viewed, viewer

_NEWEST = 500


@require_GET
@viewer
def focus(request: HttpRequest, ref: str) -> HttpResponse:
    """The main screen. Who may decide takes the comment by opening it, and lets go of what they held before."""
    state = comment_or_404(request, ref)
    _take(request, state)
    return show(request, state)


def show(request: HttpRequest, state: CommentState, status: int = 200, **more: Any) -> HttpResponse:
    """Render the focus view; `more` holds what went wrong with an answer, and the person's note."""
    found = case(site_of(request), state, person_of(request))
    viewed(request, "focus", found.count, state.ref)
    values = {"case": found, "panel": found.panel, "said": said(request), "here": "queue"}
    return render(request, "web/comment.html", values | more, status=status)


def _take(request: HttpRequest, state: CommentState) -> None:
    site, person = site_of(request), person_of(request)
    if not person.decides or site.records.open_flag(state.ref) is None:
        return
    try:
        review.open_flag(site.records, ref=state.ref, user=person.actor, now=site.clock())
    except review.HeldError:
        return
    let_go(request, keep=state.ref)


def let_go(request: HttpRequest, keep: str = "") -> None:
    """Release what this person holds, but for one comment: nobody works on two at a time."""
    site, person = site_of(request), person_of(request)
    mine = [claim for claim in site.records.claims() if claim.user == person.user.ref and claim.ref != keep]
    if mine:
        with site.records.writing() as writing:
            for claim in mine:
                writing.release(claim.ref, person.user.ref)


@require_GET
@viewer
def history(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything that the record holds about one comment, each entry with its proof."""
    comment_or_404(request, ref)
    site = site_of(request)
    entries = site.records.case(ref)
    shown = lines(entries[-_NEWEST:], site.times)
    viewed(request, "history", 1, ref)
    cut = f"The newest {_NEWEST} of {len(entries)} entries." if len(entries) > _NEWEST else ""
    return render(request, "web/history.html", {"lines": shown, "ref": ref, "cut": cut, "here": "queue"})


@require_GET
@viewer
def proof(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """The inclusion proof of one entry about a comment. It holds hashes only."""
    site = site_of(request)
    entry = site.records.entry(seq)
    if entry is None or entry.subject.ref != ref:
        raise Http404
    try:
        text, problem = site.records.proof_file(seq), ""
    except ValueError:
        text, problem = "", "No signed checkpoint covers this entry yet; the next one will."
    values = {"entry": entry, "ref": ref, "at": site.times.when(entry.ts), "text": text, "problem": problem}
    return render(request, "web/proof.html", values | {"here": "queue"})
