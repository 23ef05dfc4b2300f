"""What people do by hand: the list, and "done by hand" with the name of whoever is signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bot.tasks import TaskError, done_by_hand
from bot.web.reading.tasks import tasks as read_tasks
from bot.web.site import person_of, site_of
from bot.web.views.guards import decider, said, say, viewer

_LONGEST_NOTE = 4000


@require_GET
@viewer
def tasks(request: HttpRequest) -> HttpResponse:
    """What has to be done by hand, and what was done and not verified yet. It shows no comment's text."""
    site = site_of(request)
    shown = read_tasks(site.records, site.times)
    return render(request, "web/tasks.html", {"tasks": shown, "said": said(request), "here": "tasks"})


@require_POST
@decider
def done(request: HttpRequest, corr: str) -> HttpResponse:
    """Take the word of whoever is signed in that a task is done."""
    note = request.POST.get("note", "").strip()[:_LONGEST_NOTE]
    try:
        task = done_by_hand(site_of(request).records, corr=corr, user=person_of(request).actor, note=note)
    except TaskError as error:
        say(request, str(error))
    else:
        seen = (
            "Noted." if task.action == "look" else "Noted. OfRecord looks for it on the platform, where it can be read."
        )
        say(request, seen)
    return redirect("tasks")
