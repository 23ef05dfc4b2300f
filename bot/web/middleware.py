"""What holds for every answer: safe headers, nothing cached, and a clear page when the record cannot be used."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from bot.records import StoreError
from bot.web.views.errors import not_opened

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


class SignInFirst(LoginRequiredMiddleware):
    """Lets only people in. An answer sent after the session's end leads back to the screen that it was given on."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        """Ask to sign in; what was sent is not taken, and the page says so."""
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        query = urlencode({"next": _screen_of(request.path), "untaken": 1}, safe="/")
        return redirect(f"{reverse('account_login')}?{query}")


def _screen_of(path: str) -> str:
    """The screen on which the form stands that is sent to this address: what takes answers cannot be opened."""
    first, *rest = path.strip("/").split("/")
    if first == "comment" and rest:
        return reverse("comment", args=[rest[0]])
    return reverse(first) if first in {"tasks", "thresholds", "try"} else reverse("board")


def not_to_be_opened(respond: Respond) -> Respond:
    """Answer in words where an address that only takes answers is opened by hand."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        page = not_opened(request)
        page["Allow"] = response["Allow"]
        return page

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
