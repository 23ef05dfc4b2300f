"""Trying a text on the classifiers: nothing of it is kept; and how well they do here, as plots."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from bot.config import ConfigError
from bot.events import LOG, AccessTested
from bot.rules_in_force import current_policy
from bot.web.figures import FEWEST
from bot.web.scoring import LONGEST, TooManyError
from bot.web.site import person_of, site_of
from bot.web.views.guards import viewer


@require_http_methods(["GET", "HEAD", "POST"])
@viewer
def trying(request: HttpRequest) -> HttpResponse:
    """Show the form; for a text that was sent, also what became of it. That somebody tried one is written down."""
    text, post = _field(request, "text"), _field(request, "post")
    if request.method != "POST":
        return _page(request, text, post)
    if not text.strip():
        return _page(request, text, post, status=422, problem="Write a text to try.")
    if max(len(text.encode("utf-8", "replace")), len(post.encode("utf-8", "replace"))) > LONGEST:
        problem = "The text, or the post, is longer than 64 kB. Send a shorter one."
        return _page(request, "", "", status=413, problem=problem)
    try:
        site_of(request).scoring.require_turn(person_of(request).user.ref, site_of(request).clock())
    except TooManyError as error:
        return _page(request, text, post, status=429, problem=str(error))
    return _judged(request, text, post)


def _judged(request: HttpRequest, text: str, post: str) -> HttpResponse:
    from bot.judgement import InPlace
    from bot.web.reading.trial import trial
    from models.comment import safe_text

    site, person = site_of(request), person_of(request)
    try:
        policy = current_policy(site.config, site.records)
    except ConfigError as error:
        return _page(request, text, post, status=409, problem=str(error))
    site.records.append(AccessTested(actor=person.actor, subject=LOG))
    text, post = safe_text(text), safe_text(post)
    judged, book = site.scoring.judge(InPlace(text, post or None), policy)
    return _page(request, text, post, trial=trial(text, judged, book))


def _field(request: HttpRequest, name: str) -> str:
    # A form sends its lines with two characters at the end; platforms send one.
    return request.POST.get(name, "").replace("\r\n", "\n")


def _page(request: HttpRequest, text: str, post: str, status: int = 200, **more: Any) -> HttpResponse:
    from bot.web.reading.figures import labels

    site = site_of(request)
    try:
        found = labels(site.figures.labels(site.records))
    except ConfigError as error:
        found, more = [], {"problem": str(error), **more}
    values = {"text": text, "post": post, "labels": found, "fewest": FEWEST, "here": "try"}
    return render(request, "web/try.html", values | more, status=status)


@require_safe
@viewer
def plot(request: HttpRequest, label: str, kind: str, scheme: str) -> HttpResponse:
    """One plot as PNG. It shows no comment, so looking at it is not written down."""
    site = site_of(request)
    picture = site.figures.png(site.records, label, kind, scheme)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/png")
