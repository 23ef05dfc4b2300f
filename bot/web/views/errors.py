"""Pages for what went wrong, each with the next step."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _page(request: HttpRequest, status: int, heading: str, words: str) -> HttpResponse:
    return render(request, "web/message.html", {"heading": heading, "words": words}, status=status)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form did not come from a page of this session."""
    words = "The page was open for too long, or cookies are blocked. Go back, reload it, and send it again."
    return _page(request, 403, "This form is out of date", words)


def bad(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The request makes no sense."""
    return _page(request, 400, "That was not understood", "Go back, reload the page and try again.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The person's role does not allow it."""
    words = "Your role does not allow this. An administrator can give you another with `ofrecord users`."
    return _page(request, 403, "Not with your role", words)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """There is no such page."""
    return _page(request, 404, "There is no such page", "The address may be mistyped or out of date.")


def not_opened(request: HttpRequest) -> HttpResponse:
    """The address takes answers from a form, and shows nothing."""
    return _page(request, 405, "This address shows nothing", "It only takes answers; go to the screen of their form.")


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed inside; the log of the program says what."""
    words = "Nothing was decided. Go back and try again; if it stays, tell whoever runs OfRecord the time."
    return _page(request, 500, "Something failed here", words)
