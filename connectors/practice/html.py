"""The practice site's pages as HTML.

Everything that a visitor wrote is hostile: escaped, and isolated from the direction of the text around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape

from connectors.practice.entry import Entry
from connectors.practice.wall import Shown
from models.comment import safe_text

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
REFRESH_EVERY = 10
"""Seconds between two loads, for a visitor who asks for them."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{refresh}<title>{title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><p class="name"><a href="/">{department}</a></p>
<p>The Department's practice page. Nothing here is on the internet.</p>
<p>In an emergency call 911. Otherwise: 307-555-0100, or 150 Larkspur Avenue.</p></header>
<main id="content">
{body}
</main>
<footer>
<h2>About this page</h2>
<p>This page is maintained by the {department}.</p>
<p>The opinions expressed by visitors to this page do not reflect the opinions of the Department.</p>
<p>Comments posted here are monitored. The Department reserves the right to remove obscenities, off-topic comments and
personal attacks.</p>
<p>Any content posted or submitted for posting is subject to public disclosure.</p>
</footer>
</body>
</html>
"""
_FORM = """<form method="post" action="/posts/{post}" id="write">
<h2>{heading}</h2>
{problem}<input type="hidden" name="parent" value="{parent}">
<p><label for="author">Your name</label>
<input id="author" name="author" value="{author}" maxlength="80" required autocomplete="nickname"></p>
<p><label for="text">Your comment</label>
<textarea id="text" name="text" rows="5" required>{text}</textarea></p>
<p><button type="submit">Post the comment</button></p>
</form>
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What a visitor has typed into the form so far, and what is wrong with it."""

    author: str = ""
    text: str = ""
    parent: str = ""
    problem: str = ""


def isolated(text: str) -> str:
    """Give a visitor's text for HTML: controls made visible, escaped, in its own direction."""
    return f'<bdi dir="auto">{escape(_CONTROLS.sub(chr(0xFFFD), safe_text(text)))}</bdi>'


def whole_page(title: str, department: str, body: str, *, refreshing: bool = False) -> str:
    """Put a page's content between its head and the Department's notice."""
    refresh = f'<meta http-equiv="refresh" content="{REFRESH_EVERY}">\n' if refreshing else ""
    return _PAGE.format(title=escape(title), department=escape(department), body=body, refresh=refresh)


def front(posts: list[tuple[Entry, int]]) -> str:
    """List the posts, each with the way to its comments."""
    if not posts:
        return "<h1>Posts</h1>\n<p>The Department has not posted anything yet.</p>"
    return "<h1>Posts</h1>\n" + "\n".join(_front_post(post, count) for post, count in posts)


def thread(post: Entry, comments: list[Shown], page: int, pages: int, *, refreshing: bool) -> str:
    """Show a post with one page of its comments."""
    parts = [f"<h1>A post of {_day(post.created)}</h1>", f'<p class="post">{isolated(post.text)}</p>']
    parts.append("<h2>Comments</h2>")
    parts.append(_refresh_link(post.id, page, refreshing=refreshing))
    if comments:
        parts.append(f'<ol class="comments">{"".join(_comment(each, post.id) for each in comments)}</ol>')
    else:
        parts.append("<p>No comments yet.</p>")
    if pages > 1:
        parts.append(_pages(post.id, page, pages))
    return "\n".join(parts)


def form(post: Entry, written: Written, answered: str | None) -> str:
    """Show the form for a comment; `answered` names the author of the comment that it will answer."""
    heading = "Write a comment" if answered is None else f"Answer {isolated(answered)}"
    problem = f'<p role="alert" class="problem">{escape(written.problem)}</p>\n' if written.problem else ""
    return _FORM.format(
        post=post.id,
        heading=heading,
        problem=problem,
        parent=escape(written.parent),
        author=escape(_CONTROLS.sub("", safe_text(written.author))),
        text=escape(_CONTROLS.sub("", safe_text(written.text))),
    )


def message(heading: str, text: str) -> str:
    """Say one thing, and lead back to the posts."""
    return f'<h1>{escape(heading)}</h1>\n<p>{escape(text)}</p>\n<p><a href="/">All posts</a></p>'


def _front_post(post: Entry, count: int) -> str:
    label = "1 comment" if count == 1 else f"{count} comments"
    return (
        f'<article class="post">\n<p class="when">{_moment(post.created)}</p>\n<p>{isolated(post.text)}</p>\n'
        f'<p><a href="/posts/{post.id}">{label}<span class="away"> on the post of {_day(post.created)},'
        f" number {post.number}</span></a></p>\n</article>"
    )


def _comment(shown: Shown, post_id: str) -> str:
    entry = shown.entry
    kind = ' class="answer"' if entry.parent else ""
    mark = ' <span class="mark">the Department</span>' if entry.by_page else ""
    text = f'<p class="text">{isolated(entry.text)}</p>' if entry.text.strip() else "<p>(no text)</p>"
    attached = "".join(f"<p>(attached: {escape(item.kind)})</p>" for item in entry.media)
    return (
        f'<li id="{entry.id}"{kind}>\n<p class="who"><strong>{isolated(entry.author)}</strong>{mark}'
        f' <span class="when">{_moment(entry.created)}</span></p>\n{_above(shown)}{text}\n{attached}'
        f'<p><a href="/posts/{post_id}?reply={entry.id}#write">Reply<span class="away"> to comment '
        f"{entry.number}</span></a></p>\n</li>\n"
    )


def _above(shown: Shown) -> str:
    if shown.parent_missing:
        return '<p class="to">In reply to a comment that is not shown</p>\n'
    if shown.answers is None:
        return ""
    return f'<p class="to">In reply to {isolated(shown.answers)}</p>\n'


def _pages(post_id: str, page: int, pages: int) -> str:
    links = []
    if page > 1:
        links.append(f'<a rel="prev" href="/posts/{post_id}?page={page - 1}">Earlier comments</a>')
    links.append(f"<span>Page {page} of {pages}</span>")
    if page < pages:
        links.append(f'<a rel="next" href="/posts/{post_id}?page={page + 1}">Later comments</a>')
    return f'<nav aria-label="Pages of comments">{" ".join(links)}</nav>'


def _refresh_link(post_id: str, page: int, *, refreshing: bool) -> str:
    if refreshing:
        return f'<p><a href="/posts/{post_id}?page={page}">Stop refreshing, and write a comment</a></p>'
    address = f"/posts/{post_id}?page={page}&amp;refresh=1"
    return f'<p><a href="{address}">Refresh every {REFRESH_EVERY} seconds</a></p>'


def _moment(when: datetime) -> str:
    return f'<time datetime="{when.isoformat(timespec="seconds")}">{when:%B %-d, %Y, %H:%M} UTC</time>'


def _day(when: datetime) -> str:
    return f"{when:%B %-d, %Y}"
