"""A review desk: one Department with a page in memory, its log, its people, and Django's test client for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from bot.actions import Performer
from bot.config import Loaded
from bot.events import Actor, PageDescribed, Subject
from bot.pipeline import Poll
from bot.records import CommentState, Entry, Records
from bot.web.app import configure, make_site
from bot.web.settings import AUTHENTICATION_BACKENDS, SESSION_COOKIE_NAME, accounts_file
from models.comment import Comment
from tests.bot.decisions import decided_in
from tests.fakes import FakeClock, FakeConnector, comment, rulebook

if TYPE_CHECKING:
    from bot.web.models import User
    from bot.web.site import Site

ORIGIN = "pd.example.gov/log"
BOT = Actor("bot", "daemon")
PASSWORD = "correct horse battery"


def configuration(folder: Path) -> Loaded:
    """A live page, a shadow page, and a role for tips."""
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
                "quiet": {"platform": "fake", "mode": "shadow"},
            },
            "referrals": {"tip": {"role": "Detectives", "to": ["tips@pd.example.gov"]}},
            "web": {"secure": False},
        }
    )


@dataclass
class Desk:
    """What a test of the review application works with."""

    site: Site
    records: Records
    connector: FakeConnector
    clock: FakeClock
    people: dict[str, User] = field(default_factory=dict)

    def watch(self, *comments: Comment) -> None:
        """Visitors comment, and the bot polls the page."""
        self.connector.show(*comments)
        page = self.site.config.pages["page"]
        Poll("page", page, self.connector, rulebook(), BOT)(self.records, self.clock())

    def flagged(self, text: str = "What filth is this?", platform_id: str = "1") -> str:
        """A visitor writes something that is flagged; gives the comment's reference."""
        self.watch(comment(platform_id, text))
        return self.ref(platform_id)

    def hidden_by_bot(self, platform_id: str = "1") -> str:
        """The bot has hidden a comment, and no person has confirmed it; gives its reference."""
        self.watch(comment(platform_id, "What filth is this?"))
        Performer("page", self.connector, BOT, self.clock).perform(self.records)
        return self.ref(platform_id)

    def ref(self, platform_id: str) -> str:
        return self.records.known("page", [platform_id])[platform_id].ref

    def state(self, ref: str) -> CommentState:
        state = self.records.comment(ref)
        assert state is not None
        return state

    def types(self, ref: str) -> list[str]:
        return [entry.type for entry in self.records.case(ref)]

    def last(self, kind: str) -> Entry:
        entry = self.records.last(kind)
        assert entry is not None, kind
        return entry

    def user(self, name: str, *roles: str) -> User:
        """An account; made once, without a password, because hashing one is slow on purpose."""
        from django.contrib.auth.models import Group

        from bot.web.models import User

        if name not in self.people:
            user = User.objects.create(username=name)
            user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
            self.people[name] = user
        return self.people[name]

    def client(self, name: str = "kim", *roles: str) -> Client:
        """A browser in which somebody is signed in: a moderator unless roles are given."""
        from django.contrib.sessions.backends.db import SessionStore

        user = self.user(name, *(roles or ("moderator",)))
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        client = self.stranger()
        client.cookies[SESSION_COOKIE_NAME] = session.session_key or ""
        return client

    def stranger(self) -> Client:
        """A browser in which nobody is signed in."""
        return Client(headers={"host": "127.0.0.1"}, **{"ofrecord.site": self.site})  # type: ignore[arg-type]

    def decide(self, client: Client, ref: str, decision: str, **more: Any) -> Any:
        """Post an answer that is based on what stands now."""
        return client.post(
            f"/comment/{ref}/decide/", {"decision": decision, "seen_seq": self.state(ref).last_seq, **more}
        )

    def decided(self, count: int, wrong: int = 0) -> None:
        """So many flags of the rule likely-obscene were decided: the first `wrong` left up, the others hidden."""
        with self.records.writing() as writing:
            for number in range(count):
                left_up = number < wrong
                decision, value = ("leave_up", 8_200) if left_up else ("hide", 9_500)
                decided_in(writing, 1_000 + number, decision, value_bp=value, page="page", ground="obscenity")

    def make_readonly(self) -> None:
        """From now on the application can read the record and not write it."""
        self.site.close()
        self.site.open_records = lambda: Records.open(self.site.config.store_dir, None, self.clock, readonly=True)

    def describe(self, page: str = "page", *, health: str = "ok", mode: str = "live", **more: Any) -> None:
        """The daemon describes a page."""
        self.records.append(
            PageDescribed(
                actor=BOT,
                subject=Subject("page", page),
                page=page,
                platform="fake",
                url="https://page.example.gov/",
                mode=mode,
                health=health,
                capabilities={"can_hide": True, "side_effects": ["Replies stay visible."]},
                **more,
            )
        )


@pytest.fixture(scope="session")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of accounts, migrated once."""
    config = configuration(tmp_path_factory.mktemp("accounts"))
    configure(config)
    return accounts_file(config)


@pytest.fixture
def desk(tmp_path: Path, accounts: Path) -> Iterator[Desk]:
    config, clock = configuration(tmp_path), FakeClock()
    (tmp_path / "store").mkdir(mode=0o700)
    shutil.copy(accounts, accounts_file(config))
    site = make_site(config, clock)
    with Records.open(config.store_dir, ORIGIN, clock) as records:
        yield Desk(site, records, FakeConnector(), clock)
    site.close()


class Answered(Protocol):
    """As much of a response as `text_of` reads."""

    content: bytes


def text_of(response: Answered) -> str:
    """The body of a response."""
    return response.content.decode()
