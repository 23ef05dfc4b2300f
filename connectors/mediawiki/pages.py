"""Lists of a wiki's pages: its talk pages one by one, and what was on deleted ones."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from connectors.mediawiki.api import Api


def next_talk_page(api: Api, namespaces: Sequence[int], cursor: str | None) -> tuple[int, str]:
    """Give the next talk page.

    Args:
        api: the wiki.
        namespaces: the talk namespaces, in order.
        cursor: what this gave last; None at the beginning.

    Returns:
        Its id, 0 where a namespace has no more; and the cursor for the next one, empty after the last.
    """
    at, start = json.loads(cursor) if cursor else (0, "")
    onward = {"apcontinue": str(start)} if start else {}
    said = api.get(list="allpages", apnamespace=str(namespaces[at]), aplimit="1", **onward)
    with api.understanding():
        pages = said["query"].get("allpages", ())
        further = str(said.get("continue", {}).get("apcontinue", ""))
        page_id = int(pages[0]["pageid"]) if pages else 0
    if further:
        return page_id, json.dumps([at, further])
    return page_id, json.dumps([at + 1, ""]) if at + 1 < len(namespaces) else ""


def deleted_revisions(api: Api, titles: Collection[str]) -> Iterator[str]:
    """The numbers of the revisions that were on deleted pages: what was a comment among them is gone."""
    for title in sorted(titles):
        for page in _portions(api, title):
            with api.understanding():
                numbers = [str(int(row["revid"])) for row in page.get("deletedrevisions", ())]
            yield from numbers


def _portions(api: Api, title: str) -> Iterator[Mapping[str, Any]]:
    onward: dict[str, str] = {}
    while True:
        said = api.get(prop="deletedrevisions", titles=title, drvprop="ids", drvlimit="50", **onward)
        yield from said.get("query", {}).get("pages", ())
        if "drvcontinue" not in said.get("continue", {}):
            return
        onward = {name: str(value) for name, value in said["continue"].items()}
