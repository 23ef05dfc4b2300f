"""The thresholds of the rules: everybody with a role may look, a supervisor may move one or take that back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from bot.config import ConfigError
from bot.records import Entry
from bot.threshold_changes import ThresholdError, accept, told, undo
from bot.web.reading.thresholds import rules
from bot.web.site import person_of, site_of
from bot.web.views.guards import said, say, viewer

_LONGEST_NOTE = 4000


@require_safe
@viewer
def thresholds(request: HttpRequest) -> HttpResponse:
    """Every rule whose threshold may be moved, with the table of the others. It shows no comment."""
    return _page(request)


@require_POST
@viewer
def move(request: HttpRequest, rule: str) -> HttpResponse:
    """Accept a threshold."""
    return _change(request, lambda **by: accept(rule=rule, at_least_bp=_number(request, "at_least_bp"), **by))


@require_POST
@viewer
def take_back(request: HttpRequest, rule: str) -> HttpResponse:
    """Put back the threshold that was in force before the newest change."""
    return _change(request, lambda **by: undo(rule=rule, **by))


def _change(request: HttpRequest, change: Callable[..., Entry]) -> HttpResponse:
    site, person = site_of(request), person_of(request)
    if not person.moves_thresholds:
        raise PermissionDenied
    note = request.POST.get("note", "").strip()[:_LONGEST_NOTE]
    try:
        entry = change(
            records=site.records, config=site.config, user=person.actor, seen=_number(request, "seen"), note=note
        )
    except (ThresholdError, ConfigError) as error:
        return _page(request, status=409, problem=str(error))
    say(request, told(entry))
    return redirect("thresholds")


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    site = site_of(request)
    try:
        found = rules(site.records, site.config, site.times)
    except ConfigError as error:
        found, status, more = [], 409, {"problem": str(error)}
    values = {"rules": found, "said": said(request), "here": "thresholds"}
    return render(request, "web/thresholds.html", values | more, status=status)


def _number(request: HttpRequest, name: str) -> int:
    try:
        return int(request.POST.get(name, ""))
    except ValueError:
        raise BadRequest from None
