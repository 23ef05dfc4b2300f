"""What a wiki's history holds, as posts and comments."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors.mediawiki.api import Api
from connectors.mediawiki.authorship import Remark, Version
from connectors.mediawiki.history import History
from connectors.mediawiki.wikitext import media, summary_words, tells, words
from models.comment import Author, Comment, Post, State

_AT_ONCE = 50
_NAMELESS = "(name hidden)"


def comment_of(api: Api, history: History, remark: Remark, state: State, own: Collection[str]) -> Comment:
    """A comment as its author left it; `own` are the accounts that speak for the Department."""
    first, newest = remark.first, remark.newest
    return Comment(
        page=api.page,
        platform_id=str(first.id),
        post_id=history.subject,
        author=Author(first.user or _NAMELESS, str(first.user_id) if first.user_id else None),
        text=text_of(newest),
        created=first.created,
        parent_id=str(remark.parent) if remark.parent else None,
        media=media(newest.text),
        state=state,
        by_page=first.user in own,
        permalink=api.link(newest.revision.id),
        raw=_raw(newest),
    )


def digest_of(remark: Remark) -> str:
    """The digest that the comment has."""
    newest = remark.newest
    author, text = Author(""), text_of(newest)
    return Comment("", "", "", author, text, remark.first.created, media=media(newest.text)).digest


def text_of(version: Version) -> str:
    """What a visitor reads of a comment: the lines, and what its author wrote into the summary of the edit."""
    summary = summary_words(version.revision.summary, version.text)
    return "\n\n".join(part for part in (words(version.text), summary) if part)


def readable_by_visitors(remark: Remark) -> bool:
    """Whether a visitor can read any of it: on the page, in the history, or in a summary."""
    return (
        remark.in_page
        or any(not each.text_hidden for each in remark.carriers)
        or any(tells(each.revision.summary, each.text) and not each.revision.summary_hidden for each in remark.versions)
    )


def _raw(version: Version) -> bytes:
    """The revision as listed, with the lines in place of the whole page, on which others' comments stand too."""
    return json.dumps({**version.revision.fields, "added": version.text}, ensure_ascii=False).encode(
        errors="surrogatepass"
    )


def speakers(api: Api, users: Iterable[str], groups: Collection[str]) -> frozenset[str]:
    """Those of the users who are in one of the groups, whose members speak for the Department."""
    found: set[str] = set()
    for some in _portions(sorted({user for user in users if user})):
        said = api.get(list="users", ususers="|".join(some), usprop="groups")
        with api.understanding():
            users_there = said["query"].get("users", ())
            found |= {str(user["name"]) for user in users_there if set(user.get("groups", ())) & set(groups)}
    return frozenset(found)


def posts_of(api: Api, titles: Iterable[str], *, lead: bool = False) -> Iterator[Post]:
    """The pages that are talked about, as far as they exist. They change all the time, so they have no date.

    Args:
        api: the wiki.
        titles: the pages.
        lead: give only what stands before the first heading.
    """
    section = {"rvsection": "0"} if lead else {}
    for some in _portions(sorted(set(titles))):
        said = api.get(
            prop="revisions|info",
            titles="|".join(some),
            rvprop="ids|timestamp|content",
            rvslots="main",
            inprop="url",
            **section,
        )
        with api.understanding():
            posts = [_post(api, page) for page in said["query"].get("pages", ())]
        yield from (post for post in posts if post is not None)


def _post(api: Api, page: Mapping[str, Any]) -> Post | None:
    """A page as a post; None where there is none, or it holds no text."""
    slots = [revision.get("slots", {}).get("main", {}) for revision in page.get("revisions", ())]
    content = next((slot["content"] for slot in slots if isinstance(slot.get("content"), str)), None)
    if content is None:
        return None
    return Post(
        page=api.page,
        platform_id=str(page["title"]),
        text=f"{page['title']}\n\n{words(content)}".strip(),
        permalink=_address(api, str(page.get("fullurl", ""))),
        raw=json.dumps(page, ensure_ascii=False).encode(errors="surrogatepass"),
    )


def _address(api: Api, said: str) -> str:
    """An address that the wiki gives, which may leave out the scheme."""
    return f"{urlsplit(api.url).scheme}:{said}" if said.startswith("//") else said


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))
