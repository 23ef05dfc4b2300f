"""What changed on a wiki since the last look, from its list of recent changes, and how far that list was read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from connectors.mediawiki.api import Api
from connectors.mediawiki.history import moment

_OVERLAP = timedelta(minutes=2)
"""How far each look goes back: a change can be entered a little later than its time stamp says."""
_AT_ONCE = 50
_PROPS = "ids|title|timestamp|loginfo"


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the recent changes have been read."""

    newest: datetime | None = None
    """The time of the newest change that was read (UTC)."""
    seen: frozenset[int] = frozenset()
    """The numbers of the changes that were read within the overlap."""
    onward: str = ""
    """Where the list goes on that was broken off."""

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote. What cannot be read starts from the beginning: that repeats, and loses nothing."""
        try:
            stored = json.loads(text or "{}")
            newest = stored.get("newest")
            return cls(
                datetime.fromisoformat(newest) if newest else None,
                frozenset(map(int, stored.get("seen", ()))),
                str(stored.get("onward", "")),
            )
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        """Give the cursor as JSON."""
        newest = self.newest.isoformat() if self.newest else None
        return json.dumps({"newest": newest, "seen": sorted(self.seen), "onward": self.onward})

    def moved(self, rows: Iterable[Mapping[str, Any]], onward: str) -> Cursor:
        """Move on past the rows that were listed."""
        dated = {int(row["rcid"]): moment(row["timestamp"]) for row in rows}
        newest = max([*dated.values(), *([self.newest] if self.newest else [])], default=None)
        recent = {number for number, when in dated.items() if newest and when >= newest - _OVERLAP}
        # What was seen before and is not listed now stays: a list that is broken off shows the rest later.
        return Cursor(newest, frozenset(recent | (self.seen if onward or self.onward else set())), onward)


@dataclass(slots=True)
class Changes:
    """What a look at the list brought."""

    revisions: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By the talk page's id: revisions that are new, or were hidden or shown."""
    restored: set[int] = field(default_factory=set)
    """Talk pages that were brought back as a whole."""
    deleted: set[str] = field(default_factory=set)
    """Titles of talk pages that were deleted."""
    subjects: set[str] = field(default_factory=set)
    """Titles of the Department's pages that were written."""
    oldest: datetime | None = None
    """The time of the oldest change that was listed."""


def look(api: Api, namespaces: Iterable[int], cursor: Cursor) -> tuple[Changes, Cursor]:
    """Read on in the list of recent changes.

    Args:
        api: the wiki.
        namespaces: the talk namespaces; the pages talked about are in the ones just below.
        cursor: where it goes on.

    Raises:
        ConnectorError: when it could not be read.
    """
    since = {"rcstart": (cursor.newest - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")} if cursor.newest else {}
    onward = {"rccontinue": cursor.onward} if cursor.onward else {}
    said = api.get(
        list="recentchanges",
        rcnamespace="|".join(str(each) for talk in namespaces for each in (talk - 1, talk)),
        rctype="edit|new|log",
        rcdir="newer",
        rcprop=_PROPS,
        rclimit=str(_AT_ONCE),
        **since,
        **onward,
    )
    with api.understanding():
        rows = said["query"].get("recentchanges", ())
        found = Changes(oldest=min((moment(row["timestamp"]) for row in rows), default=None))
        for row in rows:
            if int(row["rcid"]) not in cursor.seen:
                _sort_in(found, row)
        return found, cursor.moved(rows, str(said.get("continue", {}).get("rccontinue", "")))


def _sort_in(found: Changes, row: Mapping[str, Any]) -> None:
    page, talk = int(row.get("pageid", 0)), int(row.get("ns", 0)) % 2 == 1
    if row.get("type") != "log":
        if talk:
            found.revisions[page].add(int(row["revid"]))
        else:
            found.subjects.add(str(row["title"]))
    elif talk and row.get("logtype") == "delete":
        params = row.get("logparams") or {}
        if row.get("logaction") == "revision" and params.get("type") == "revision":
            found.revisions[page].update(int(each) for each in params.get("ids", ()))
        elif row.get("logaction") == "restore":
            found.restored.add(page)
        elif row.get("logaction") == "delete":
            found.deleted.add(str(row["title"]))
