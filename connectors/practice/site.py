"""The practice page's public site, on this machine only: ``python -m connectors.practice.site FOLDER``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from connectors.practice import html
from connectors.practice.entry import Entry
from connectors.practice.journal import PageError
from connectors.practice.page import Draft, MissingError, Page
from connectors.practice.wall import Shown, Wall
from models.comment import State

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LONGEST_TEXT = 65_536
"""Bytes of a comment in UTF-8; blogs have a like limit."""
_LONGEST_FORM = 4 * LONGEST_TEXT
"""Bytes of a posted form: its encoding can take three bytes for one."""
_LONGEST_NAME = 80
_A_PAGE = 100
_STYLE = Path(__file__).with_name("style.css")
_HEADERS = [
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answers to one request."""

    status: str
    body: str
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "text/html; charset=utf-8"


class Flood:
    """Lets one address write once in so many seconds, as blogs do."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Let an address write again after `seconds`; 0 lets everybody write at any time."""
        self._seconds = seconds
        self._monotonic = monotonic
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Give the seconds that an address must still wait; 0 lets it write now, and counts this writing."""
        now = self._monotonic()
        with self._lock:
            self._last = {each: at for each, at in self._last.items() if at + self._seconds > now}
            if address in self._last:
                return self._last[address] + self._seconds - now
            self._last[address] = now
            return 0.0


class Site:
    """The public site of a practice page, as a WSGI application."""

    def __init__(
        self, page: Page, *, department: str = "Jackson Police Department", flood: Flood, hold: bool = False
    ) -> None:
        """Show `page`. With `hold`, what visitors write is held until the page's owner shows it."""
        self._page = page
        self._wall = Wall(page)
        self._department = department
        self._flood = flood
        self._first_state = State.HELD if hold else State.VISIBLE

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            answer = self._answer(environ)
        except MissingError as error:
            answer = self._message("404 Not Found", "Not found", str(error))
        except PageError as error:
            answer = self._message("503 Service Unavailable", "Not available", str(error))
        body = answer.body.encode()
        length = ("Content-Length", str(len(body)))
        start_response(answer.status, [("Content-Type", answer.kind), length, *_HEADERS, *answer.headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD", "POST"):
            return self._message("405 Method Not Allowed", "Not possible", "This page can be read and written on.")
        if path.startswith("/posts/"):
            post = self._wall.post(path.removeprefix("/posts/"))
            if post is not None:
                return self._write(post, environ) if method == "POST" else self._thread(post, environ)
        elif path == "/":
            return self._html("200 OK", self._department, html.front(self._wall.posts()))
        elif path == "/style.css":
            return Answer("200 OK", _STYLE.read_text(encoding="utf-8"), kind="text/css; charset=utf-8")
        return self._message("404 Not Found", "Not found", "There is no such page here.")

    def _thread(self, post: Entry, environ: WSGIEnvironment) -> Answer:
        asked = parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=10)
        number = _number(asked.get("page", ["1"])[0])
        written = html.Written(parent=asked.get("reply", [""])[0])
        if "waiting" in asked:
            written = html.Written(problem="Thank you. Your comment waits until the Department shows it.")
        return self._show(post, written, page=number, refreshing="refresh" in asked)

    def _show(
        self,
        post: Entry,
        written: html.Written,
        *,
        status: str = "200 OK",
        page: int = 1,
        refreshing: bool = False,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        shown = self._wall.thread(post.id)
        pages = max(1, -(-len(shown) // _A_PAGE))
        page = min(max(page, 1), pages)
        some = shown[(page - 1) * _A_PAGE : page * _A_PAGE]
        body = html.thread(post, some, page, pages, refreshing=refreshing)
        if not refreshing:  # a page that loads itself anew would lose what somebody is typing
            body += "\n" + html.form(post, written, _author(shown, written.parent))
        title = f"Comments on post {post.number} - {self._department}"
        return self._html(status, title, body, headers=headers, refreshing=refreshing)

    def _write(self, post: Entry, environ: WSGIEnvironment) -> Answer:
        if not _same_origin(environ):
            return self._message("403 Forbidden", "Not possible", "Write comments on this page itself.")
        form = _form(environ)
        if form is None:
            return self._message("413 Content Too Large", "Too long", "The comment is too long.")
        written = _checked(form)
        if written.problem:
            return self._show(post, written, status="400 Bad Request")
        wait = self._flood.wait(environ.get("REMOTE_ADDR", ""))
        if wait > 0:
            return self._too_fast(post, written, wait)
        draft = Draft(post.id, written.text, written.author, parent=written.parent or None, state=self._first_state)
        return self._see_other(post, self._page.comment(draft))

    def _too_fast(self, post: Entry, written: html.Written, wait: float) -> Answer:
        seconds = str(int(wait) + 1)
        problem = f"You are posting comments too quickly. Try again in {seconds} seconds."
        told = html.Written(written.author, written.text, written.parent, problem)
        return self._show(post, told, status="429 Too Many Requests", headers=(("Retry-After", seconds),))

    def _see_other(self, post: Entry, comment_id: str) -> Answer:
        place = next((at for at, each in enumerate(self._wall.thread(post.id)) if each.entry.id == comment_id), None)
        where = "?waiting=1#write" if place is None else f"?page={place // _A_PAGE + 1}#{comment_id}"
        return Answer("303 See Other", "", (("Location", f"/posts/{post.id}{where}"),))

    def _message(self, status: str, heading: str, text: str) -> Answer:
        return self._html(status, f"{heading} - {self._department}", html.message(heading, text))

    def _html(
        self,
        status: str,
        title: str,
        body: str,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        refreshing: bool = False,
    ) -> Answer:
        return Answer(status, html.whole_page(title, self._department, body, refreshing=refreshing), headers)


def _author(shown: Sequence[Shown], comment_id: str) -> str | None:
    return next((each.entry.author for each in shown if each.entry.id == comment_id), None)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _same_origin(environ: WSGIEnvironment) -> bool:
    """Whether the form was on this site: another site must not write here through a visitor's browser."""
    origin = environ.get("HTTP_ORIGIN")
    return origin is None or urlsplit(origin).netloc == environ.get("HTTP_HOST")


def _form(environ: WSGIEnvironment) -> dict[str, list[str]] | None:
    length = _number(environ.get("CONTENT_LENGTH") or "0")
    if length > _LONGEST_FORM:
        return None
    content = environ["wsgi.input"].read(length).decode("ascii", "replace")
    try:
        return parse_qs(content, keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}


def _checked(form: dict[str, list[str]]) -> html.Written:
    author = form.get("author", [""])[0].strip()
    text = form.get("text", [""])[0].replace("\r\n", "\n")
    parent = form.get("parent", [""])[0]
    problem = ""
    if not text.strip():
        problem = "Write something before you post it."
    elif not author or len(author) > _LONGEST_NAME:
        problem = f"Give a name of 1 to {_LONGEST_NAME} letters."
    elif len(text.encode("utf-8", "surrogatepass")) > LONGEST_TEXT:
        problem = "The comment is too long."
    return html.Written(author, text, parent, problem)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m connectors.practice.site",
        description="Serve the public site of a practice page on this machine (127.0.0.1 only).",
    )
    parser.add_argument("folder", type=Path, help="folder of the practice page; made when it is missing")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0, the default, takes a free one")
    parser.add_argument("--department", default="Jackson Police Department", help="name shown at the top")
    parser.add_argument(
        "--flood-seconds", type=float, default=15.0, help="time between two comments of one address (15; 0: none)"
    )
    parser.add_argument("--hold", action="store_true", help="hold what visitors write until the owner shows it")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Serve the site until it is stopped by SIGINT or SIGTERM; print its address first."""
    from waitress.server import create_server

    arguments = _arguments(given)
    page = Page.create(arguments.folder)
    site = Site(
        page,
        department=arguments.department,
        flood=Flood(arguments.flood_seconds),
        hold=arguments.hold,
    )
    try:
        server = create_server(site, host="127.0.0.1", port=arguments.port, ident=None, threads=4)
    except OSError as error:
        sys.stderr.write(f"Port {arguments.port} cannot be used: {error.strerror}. Choose another --port.\n")
        return 1
    signal.signal(signal.SIGTERM, _stop)
    sys.stdout.write(f"http://127.0.0.1:{server.effective_port}/\n")
    sys.stdout.flush()
    server.run()
    server.close()
    return 0


def _stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
