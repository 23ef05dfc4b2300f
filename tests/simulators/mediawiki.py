"""A MediaWiki as its visitors, its staff and its API know it, on a loopback port, with the behaviours that hurt.

Each behaviour names where it was learned: *run* means seen on a real MediaWiki 1.39.17 (which ``make e2e`` asks again),
*source* read in mwclient 0.11, *manual* documented on www.mediawiki.org. The API itself is in `mediawiki_api`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher

from tests.simulators.loopback import JSON, Fault, Reply, Request, Wire, json_reply, serving

TALK = {"Talk": 1, "User talk": 3, "Project talk": 5}
SUBJECT = {"Talk": "", "User talk": "User:", "Project talk": "Project:"}
_STAFF = frozenset(("Chief",))


class EditRefusedError(Exception):
    """The wiki takes no such edit."""


@dataclass
class Stored:
    """A revision in the database: the whole page, as it was."""

    id: int
    parent: int
    title: str
    user: str
    user_id: int
    when: datetime
    summary: str
    text: str
    tags: tuple[str, ...] = ()
    hidden: set[str] = field(default_factory=set)
    """Of content, comment and user."""


@dataclass
class Page:
    """A page with its revisions, the oldest first."""

    id: int
    title: str
    revisions: list[Stored] = field(default_factory=list)

    @property
    def namespace(self) -> int:
        """1 for Talk, 0 for what is talked about."""
        return namespace(self.title)


@dataclass
class Change:
    """A row of the recent changes."""

    id: int
    title: str
    page: int
    when: datetime
    revision: int = 0
    action: str = ""
    """Of the deletion log: revision, delete, restore; empty for an edit."""
    params: dict[str, object] = field(default_factory=dict)


def namespace(title: str) -> int:
    """The number of a title's namespace."""
    prefix = title.partition(":")[0]
    if prefix in TALK:
        return TALK[prefix]
    return next((TALK[talk] - 1 for talk, subject in SUBJECT.items() if subject and title.startswith(subject)), 0)


def subject_of(title: str) -> str:
    """The page that a talk page is about."""
    prefix, _, rest = title.partition(":")
    return f"{SUBJECT[prefix]}{rest}" if prefix in TALK else title


def normal(text: str) -> str:
    """Text as it is stored (run): normalised (NFC), without control characters, without white space at the end.

    Raises:
        EditRefusedError: for what no form can send.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise EditRefusedError("no such character") from error
    kept = "".join("\ufffd" if ord(each) < 32 and each not in "\t\n\r" else each for each in text)
    return unicodedata.normalize("NFC", kept.replace("\r\n", "\n")).rstrip()


def api_error(code: str) -> Fault:
    """An error with status 200 (run): nothing was done."""
    return lambda request, do: refusal(code)


def lagging(seconds: str | None = "5") -> Fault:
    """The copies of the database are behind (manual, ``Maxlag_parameter``): status 200, an error, two headings.

    mwclient takes the heading for a reason to sleep, and fails on a missing ``Retry-After`` (source, ``client.py``).
    """
    headers = {"X-Database-Lag": "7", **({"Retry-After": seconds} if seconds else {})}
    return lambda request, do: json_reply({"error": {"code": "maxlag", "info": "Waiting for a host"}}, headers)


def refusal(code: str) -> Reply:
    """An error as the API gives it (run)."""
    return json_reply({"error": {"code": code, "info": code}}, {"MediaWiki-API-Error": code, **JSON})


@dataclass
class Wiki:
    """The wiki, its switches, and what was asked of it."""

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    user: str = "OfRecord"
    bot_password: str = "0123456789abcdefghijklmnopqrstuv"
    """Of ``OfRecord@moderation``: 32 characters of 0-9 and a-v (run)."""
    rights: tuple[str, ...] = ("read", "edit", "deleterevision", "deletedtext", "deletedhistory")
    read_only: bool = False
    filtered: str = ""
    """An edit whose text holds this is refused with status 200 (manual, ``Extension:AbuseFilter``)."""
    blocked: bool = False
    forgets_sessions: bool = False
    """Cookies get lost between two calls: each log-in token is another one's (source, ``client.py``)."""
    log_in_answer: dict[str, object] | None = None
    """What a log-in is answered with instead, such as ``Throttled``."""
    pages: dict[str, Page] = field(default_factory=dict)
    archive: dict[str, list[Stored]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    wire: Wire = field(default_factory=Wire)
    url: str = ""
    sessions: dict[str, str] = field(default_factory=dict)
    salt: int = 0
    _last: int = 0

    @property
    def api(self) -> str:
        """The address of ``api.php``."""
        return f"{self.url}/w/api.php"

    # --- what people do -------------------------------------------------------------------------------------------

    def edit(self, user: str, title: str, text: str, summary: str = "", tags: tuple[str, ...] = ()) -> int:
        """Write a page anew, as the edit form does; gives the number of the revision.

        Raises:
            EditRefusedError: when nothing changes, or a character cannot be stored.
        """
        page = self.pages.get(title)
        stored = normal(text)
        if page is not None and page.revisions[-1].text == stored:
            raise EditRefusedError("nothing changed")
        if page is None:
            page = self.pages[title] = Page(self._next(), title)
            # The wiki fills in the summary, and so tells the words a second time (run).
            summary = summary or f'Created page with "{" ".join(stored.split())[:100]}"'
        parent = page.revisions[-1].id if page.revisions else 0
        number = self._next()
        user_id = 0 if user[:1].isdigit() else sum(user.encode())
        page.revisions.append(Stored(number, parent, title, user, user_id, self._now(), normal(summary), stored, tags))
        self._change(title, revision=number)
        return number

    def say(self, user: str, title: str, words: str, summary: str = "") -> int:
        """Write below what stands on a talk page."""
        before = self.text(title)
        return self.edit(user, title, f"{before}\n\n{words}" if before else words, summary)

    def replace(self, user: str, title: str, old: str, new: str, summary: str = "") -> int:
        """Change words on a page."""
        return self.edit(user, title, self.text(title).replace(old, new), summary)

    def revert(self, user: str, title: str, tag: str = "mw-undo") -> int:
        """Take back the last edit of a page."""
        return self.edit(user, title, self.pages[title].revisions[-2].text, "Undid it", (tag,))

    def set_hidden(self, numbers: list[int], parts: set[str], *, hidden: bool = True) -> None:
        """Let an administrator hide or show parts of revisions, with an entry in the log."""
        found = [each for page in self.pages.values() for each in page.revisions if each.id in numbers]
        for each in found:
            each.hidden = each.hidden | parts if hidden else each.hidden - parts
        self._change(found[0].title, "revision", type="revision", ids=numbers)

    def delete(self, title: str) -> None:
        """Let an administrator delete a page. Its edits leave the recent changes (run)."""
        page = self.pages.pop(title)
        self.archive.setdefault(title, []).extend(page.revisions)
        gone = {each.id for each in page.revisions}
        self.changes = [each for each in self.changes if each.revision not in gone]
        self._change(title, "delete", page_id=page.id)

    def restore(self, title: str, but: int = 0) -> None:
        """Let an administrator bring a page back, all of it but one revision."""
        back = [each for each in self.archive[title] if each.id != but]
        self.archive[title] = [each for each in self.archive[title] if each.id == but]
        if back:
            page = self.pages[title] = Page(self._next(), title, back)
            self._change(title, "restore", page_id=page.id)

    # --- what visitors see ----------------------------------------------------------------------------------------

    def text(self, title: str) -> str:
        """A page as it is; empty when there is none."""
        return self.pages[title].revisions[-1].text if title in self.pages else ""

    def seen(self, title: str) -> str:
        """Everything that a visitor can read of a page: itself, its history with the summaries, each revision."""
        shown = [self.text(title)]
        for each in self.pages[title].revisions if title in self.pages else ():
            shown += ["" if "comment" in each.hidden else each.summary, "" if "content" in each.hidden else each.text]
        return "\n".join(shown)

    def revision(self, number: int) -> Stored | None:
        """A revision by its number."""
        return next((each for page in self.pages.values() for each in page.revisions if each.id == number), None)

    # --- what the API does ----------------------------------------------------------------------------------------

    def undo(self, page: Page, last: Stored, after: Stored) -> str:
        """The page without what changed from `after` to `last`, as a merge by lines (run: ``undofailure``).

        Raises:
            EditRefusedError: when lines beside it have changed since.
        """
        base, theirs = last.text.split("\n"), after.text.split("\n")
        mine = page.revisions[-1].text.split("\n")
        blocks = SequenceMatcher(None, base, mine, autojunk=False).get_matching_blocks()
        result, shift = list(mine), 0
        for tag, a, b, c, d in SequenceMatcher(None, base, theirs, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            low, high = max(0, a - 1), min(len(base), b + 1)
            block = next((each for each in blocks if each.a <= low and high <= each.a + each.size), None)
            at_end = b == len(base) and block is not None and block.b + block.size != len(mine)
            if block is None or at_end:
                raise EditRefusedError("undofailure")
            at = block.b + a - block.a + shift
            result[at : at + b - a] = theirs[c:d]
            shift += (d - c) - (b - a)
        return "\n".join(result)

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        from tests.simulators.mediawiki_api import answer

        return self.wire.carry(request, lambda: answer(self, request))

    def _change(self, title: str, action: str = "", *, revision: int = 0, page_id: int = 0, **params: object) -> None:
        page = self.pages[title].id if title in self.pages else page_id
        self.changes.append(Change(self._next(), title, page, self._now(), revision, action, params))

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _now(self) -> datetime:
        return self.clock().replace(microsecond=0)


@contextmanager
def running(wiki: Wiki) -> Iterator[Wiki]:
    """Let a wiki answer on a free loopback port."""
    with serving(wiki.answer) as wiki.url:
        yield wiki


class Clock:
    """The time on the wiki's server."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass, in the units of `timedelta`."""
        self.now += timedelta(**by)
