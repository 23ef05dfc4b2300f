"""A captured attachment: the page that shows it when somebody asks for it, and its bytes."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bot.records import media as files
from bot.records.questions.media import media_fact
from bot.web.reading.attachments import File, file_of
from bot.web.site import site_of
from bot.web.views.guards import comment_or_404, viewed, viewer

_SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For the bytes themselves: whatever is in them, it loads nothing and runs nothing."""


@require_GET
@viewer
def attachment(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """One attachment on a page of its own: nobody sees a stranger's picture without having asked for it."""
    return render(
        request, "web/attachment.html", {"file": _file_or_404(request, ref, seq), "ref": ref, "here": "queue"}
    )


@require_GET
@viewer
def content(request: HttpRequest, ref: str, seq: int) -> HttpResponseBase:
    """The bytes as they were captured. Each time they are given out is written down."""
    file = _file_or_404(request, ref, seq)
    found = files.opened(site_of(request).records.layout, file.sha256)
    if found is None:
        words = "It is missing, or is not what was captured. Whoever runs OfRecord has to run: ofrecord records verify"
        return render(request, "web/message.html", {"heading": "This file cannot be shown", "words": words}, status=500)
    viewed(request, "attachment", 1, ref)
    response = FileResponse(found, as_attachment=True, filename=file.name, content_type=file.type)
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response


def _file_or_404(request: HttpRequest, ref: str, seq: int) -> File:
    state = comment_or_404(request, ref)
    entry = site_of(request).records.entry(seq)
    if entry is None or entry.subject.ref != state.ref or entry.type != "media.captured":
        raise Http404
    file = file_of(media_fact(entry))
    if file is None:
        raise Http404
    return file
