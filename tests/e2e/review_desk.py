"""A review application at work, for a browser: a page in memory, a varied stream of comments, three people."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

import waitress

from bot.actions import Performer
from bot.config import Loaded
from bot.events import LOG, Actor, PageDescribed, Subject, SystemHeartbeat
from bot.judgement import Rulebook
from bot.media_fetch import Fetched, Guard
from bot.media_job import MediaJob
from bot.moments import utc_now
from bot.pipeline import Poll
from bot.records import Records
from models.comment import Author, Comment, Media
from models.policy import DEFAULT_RULES, Approval, Policy, Verdict
from models.score import Category, Item, Score, Target
from tests.bot.media_files import PNG
from tests.fakes import FakeConnector

ORIGIN = "pd.example.gov/log"
PASSWORD = "correct horse battery"
BOT = Actor("bot", "daemon")
_POST = "Main Street is closed between 3rd and 5th from Monday. Please follow the signs; buses stop at the library."
_FOUND = {
    "damn filthy words": (Category.OBSCENITY, 0.99, None, "A listed word of the strong tier."),
    "you idiot": (Category.PERSONAL_ATTACK, 0.93, Target.COMMENTER, "Insults another commenter."),
    "I will find you": (Category.THREAT, 0.93, Target.COMMENTER, "Announces violence against a person."),
    "cheap sunglasses": (Category.SPAM, 0.9, None, "Advertises something."),
    "useless department": (Category.CRITICISM, 0.9, Target.OFFICIAL, "Speaks of the Department, harshly."),
}


class Finder:
    """Finds the phrases above."""

    name = "finder"
    version = "1"

    def score(self, items: list[Item]) -> list[list[Score]]:
        return [
            [
                Score(category, value, "finder.phrase", why, _span(item.text, phrase), target)
                for phrase, (category, value, target, why) in _FOUND.items()
                if phrase in item.text
            ]
            for item in items
        ]


def _span(text: str, phrase: str) -> tuple[int, int]:
    at = text.index(phrase)
    return at, at + len(phrase)


class Street(FakeConnector):
    """The same page with a longer post."""

    def fetch(self, cursor: str | None):  # type: ignore[no-untyped-def]
        batch = super().fetch(cursor)
        return replace(batch, posts=(replace(batch.posts[0], text=_POST, permalink="https://page.example.gov/p"),))


def _picture(url: str, into: IO[bytes], guard: Guard) -> Fetched:
    into.write(PNG)
    return Fetched(hashlib.sha256(PNG).hexdigest(), len(PNG), "image/png")


@dataclass
class Served:
    """A running review application."""

    url: str
    config: Loaded
    records: Records
    connector: FakeConnector
    book: Rulebook

    def poll(self) -> None:
        """The bot polls the page and performs what was asked for."""
        Poll("page", self.config.pages["page"], self.connector, self.book, BOT)(self.records, utc_now())
        performer = Performer("page", self.connector, BOT, utc_now)
        performer.perform(self.records)

    def attach(self, platform_id: str) -> int:
        """A visitor adds a picture, and it is captured; gives the entry that says so."""
        picture = Media("m1", "image", "https://cdn.example.com/a.png")
        self.connector.show(replace(self.connector.comments[platform_id], media=(picture,)))
        self.poll()
        MediaJob(self.config.media, BOT, utc_now, fetch=_picture).step(self.records)
        return self.records.case(self.ref(platform_id))[-1].seq

    def ref(self, platform_id: str) -> str:
        return self.records.known("page", [platform_id])[platform_id].ref

    def address(self, platform_id: str) -> str:
        return f"{self.url}comment/{self.ref(platform_id)}/"

    def types(self, platform_id: str) -> list[str]:
        return [entry.type for entry in self.records.case(self.ref(platform_id))]


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve a Department with a queue, on loopback, while the block runs."""
    config = _configuration(folder)
    # Django refuses to work in a thread in which the browser's driver runs its loop.
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        server = elsewhere.submit(_listen, config).result()
    threading.Thread(target=server.run, daemon=True).start()
    with Records.open(config.store_dir, ORIGIN) as records:
        desk = Served(f"http://127.0.0.1:{server.effective_port}/", config, records, Street(), _book())
        _fill(desk)
        yield desk
    server.close()


def _listen(config: Loaded) -> Any:
    from bot.web.accounts import add_user
    from bot.web.app import make_app

    for name, role in (("kim", "moderator"), ("sam", "supervisor"), ("ada", "auditor")):
        add_user(config, name, PASSWORD, [role])
    return waitress.create_server(make_app(config), host="127.0.0.1", port=0, threads=4)


def _configuration(folder: Path) -> Loaded:
    people = {"to": ["duty@pd.example.gov"]}
    return Loaded.model_validate(
        {
            "path": folder / "config.toml",
            "sha256": "0" * 64,
            "department": {
                "name": "Jackson Police Department",
                "timezone": "America/Denver",
                "policy_version": "2010-08",
                "origin": ORIGIN,
            },
            "store": {"dir": str(folder / "store")},
            "pages": {
                "page": {"platform": "fake", "url": "https://page.example.gov/", "mode": "live"},
                "street-team": {"platform": "fake", "mode": "shadow"},
            },
            "referrals": {
                "tip": {"role": "Detectives", **people},
                "help_needed": {"role": "Duty sergeant", **people},
                "complaint": {"role": "Internal affairs", **people},
                "own_conduct": {"role": "Chief's office", **people},
            },
            "web": {"secure": False},
        }
    )


def _book() -> Rulebook:
    approval = Approval("City Attorney", date(2026, 11, 2))
    rules = tuple(replace(rule, approved=approval) if rule.verdict is Verdict.HIDE else rule for rule in DEFAULT_RULES)
    return Rulebook((Finder(),), Policy("2010-08", rules))  # type: ignore[arg-type]


def _comment(platform_id: str, author: str, text: str, hours: float, parent: str | None = None) -> Comment:
    return Comment(
        page="page",
        platform_id=platform_id,
        post_id="p",
        author=Author(author),
        text=text,
        created=utc_now() - timedelta(hours=hours),
        parent_id=parent,
        permalink=f"https://page.example.gov/p#{platform_id}",
        raw=b"{}",
    )


def _fill(desk: Served) -> None:
    desk.connector.show(
        _comment("thanks", "Rosa M.", "Thanks for the heads-up. Will the library lot stay open?", 9),
        _comment("obscene", "Anon42", "More damn filthy words about the road works, as always.", 8),
        _comment("attack", "DaveT", "Of course it will, you idiot. Read the post.\nIt says so.", 7, "thanks"),
        _comment("answer", "Rosa M.", "No need to be rude. I only asked.", 6.5, "attack"),
        _comment("threat", "nobody", "I will find you and then we will see who laughs.", 3, "thanks"),
        _comment(
            "critic",
            "Lee & <b>Co</b>",
            "What a useless department. You close a street and nobody thinks of us, you idiot. "
            "\u202eThis runs backwards\u202c and hi\u200bdes a space.",
            2,
        ),
        _comment("spam", "SunShop", "Buy cheap sunglasses! https://sun.example.com " * 3, 1),
    )
    desk.poll()
    said = "Anybody seen where the detour begins? I would have thought there would be cheap sunglasses on sale."
    desk.connector.show(_comment("edited", "Pat", said, 0.5))
    desk.poll()
    desk.connector.edit("edited", said.replace("there would be", "somebody had"))
    desk.connector.set_state("answer", type(desk.connector.comments["answer"].state)("hidden"))
    desk.poll()
    _describe(desk.records, "page", "live", "ok")
    _describe(desk.records, "street-team", "shadow", "failing", problem="The page did not answer.")
    desk.records.append(SystemHeartbeat(actor=BOT, subject=LOG))


def _describe(records: Records, page: str, mode: str, health: str, problem: str | None = None) -> None:
    records.append(
        PageDescribed(
            actor=BOT,
            subject=Subject("page", page),
            page=page,
            platform="fake",
            url="https://page.example.gov/",
            mode=mode,
            health=health,
            capabilities={"can_hide": True, "side_effects": ["Its author and their friends still see it."]},
            problem=problem,
        )
    )
