"""What holds for every answer: safe headers, nothing cached, and a clear page when the record cannot be used."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from bot.records import StoreError

Respond = Callable[[HttpRequest], HttpResponseBase]

_log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Comments are hostile: no inline script or style, nothing from elsewhere, no address given away."""


def safe_headers(respond: Respond) -> Respond:
    """Send the safe headers with every answer; what is not a static file is kept by no cache."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class RecordUnavailable:
    """Answers with a clear page when the record cannot be read or written; nothing was changed then."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass everything on."""
        return self._respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a failing store into a 503 that names the next step."""
        if not isinstance(error, StoreError):
            return None
        _log.error("The record cannot be used: %s", error)
        return render(request, "web/unavailable.html", {"problem": str(error)}, status=503)
