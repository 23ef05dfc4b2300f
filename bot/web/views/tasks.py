"""What people do by hand: the list, and "done by hand" with the name of whoever is signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bot.tasks import TaskError, done_by_hand
from bot.web.reading.blocks import blocks as read_blocks
from bot.web.reading.tasks import tasks as read_tasks
from bot.web.site import person_of, site_of
from bot.web.views.guards import decider, said, say, viewed, viewer

_LONGEST_NOTE = 4000
_NOTED = {
    "look": "Noted.",
    "unblock": "Noted: the block is dealt with.",
}


@require_GET
@viewer
def tasks(request: HttpRequest) -> HttpResponse:
    """What has to be done by hand, and what was done and not verified yet.

    It shows no comment's text; where it shows blocked accounts by their names, that is written down.
    """
    site = site_of(request)
    shown, blocks = read_tasks(site.records, site.times), read_blocks(site.records, site.times)
    if blocks.shown:
        viewed(request, "blocks", len(blocks.shown))
    values = {"tasks": shown, "blocks": blocks, "count": len(shown.waiting) + blocks.waiting}
    return render(request, "web/tasks.html", {**values, "said": said(request), "here": "tasks"})


@require_POST
@decider
def done(request: HttpRequest, corr: str) -> HttpResponse:
    """Take the word of whoever is signed in that a task is done."""
    note = request.POST.get("note", "").strip()[:_LONGEST_NOTE]
    outcome = request.POST.get("answer", "")
    try:
        task = done_by_hand(
            site_of(request).records, corr=corr, user=person_of(request).actor, note=note, outcome=outcome
        )
    except TaskError as error:
        say(request, str(error))
    else:
        say(request, _NOTED.get(task.action, "Noted. OfRecord looks for it on the platform, where it can be read."))
    return redirect("tasks")
