"""The board, the list, the help page, and whether the application is well."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from bot.records import StoreError
from bot.web.reading.board import board as read_board
from bot.web.reading.queue import KINDS, Asked
from bot.web.reading.queue import queue as read_queue
from bot.web.site import person_of, site_of
from bot.web.views.guards import said, viewed, viewer


@require_GET
@viewer
def board(request: HttpRequest) -> HttpResponse:
    """The pages' lights and how much waits. It shows no comment, so looking at it is not written down."""
    site = site_of(request)
    shown = read_board(site.records, site.config, site.times)
    # The board asks for itself again every few seconds; that must not use up what the person has to be told.
    told = None if request.headers.get("HX-Request") else said(request)
    return render(request, "web/board.html", {"board": shown, "said": told, "here": "board"})


@require_GET
@viewer
def queue(request: HttpRequest) -> HttpResponse:
    """The list of what waits, with filters."""
    site = site_of(request)
    shown = read_queue(site.records, site.config, _asked(request), site.times)
    if shown.rows:
        viewed(request, "queue", len(shown.rows))
    return render(request, "web/queue.html", {"queue": shown, "said": said(request), "here": "queue"})


def _asked(request: HttpRequest) -> Asked:
    kind, page, start = (request.GET.get(name, "") for name in ("kind", "page", "start"))
    pages = site_of(request).config.pages
    return Asked(
        kind=kind if kind in KINDS else "",
        page=page if page in pages else "",
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 8 else 0,
    )


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Keys, grounds and marks; open to everybody who is signed in."""
    roles = ", ".join(sorted(role.value.replace("_", " ") for role in person_of(request).roles))
    return render(request, "web/help.html", {"roles": roles, "here": "help"})


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Switch single-key shortcuts on or off for this person."""
    user = person_of(request).user
    user.single_keys = request.POST.get("single_keys") == "on"
    user.save(update_fields=["single_keys"])
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "board"
    return redirect(back)


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the record can be read: 200 or 503. It tells nothing else to anybody."""
    try:
        site_of(request).records.size()
    except StoreError:
        return JsonResponse({"status": "failing"}, status=503)
    return JsonResponse({"status": "ok"})
