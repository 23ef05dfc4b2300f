"""The people around a page while its programs are being killed: visitors, a colleague, a moderator's browser."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from connectors.practice.journal import Journal
from connectors.practice.page import Changes, Draft, MissingError, Page
from connectors.practice.visitors import Player, Visitors
from models.comment import State

_RUDE = "Then read it again: fuck your {} excuses."


@dataclass
class NotedClock:
    """A clock that remembers every moment it gave: what carries one was not written by the daemon."""

    given: set[datetime] = field(default_factory=set)

    def __call__(self) -> datetime:
        moment = datetime.now(UTC)
        self.given.add(moment)
        return moment


@dataclass
class People:
    """Threads that go on until told to stop. What stops one of them is kept in `trouble`."""

    stop: threading.Event = field(default_factory=threading.Event)
    trouble: list[BaseException] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, act: Callable[[], None], pause: Callable[[], float]) -> None:
        """Let somebody do something again and again."""
        thread = threading.Thread(target=self._go_on, args=(act, pause))
        self._threads.append(thread)
        thread.start()

    def _go_on(self, act: Callable[[], None], pause: Callable[[], float]) -> None:
        try:
            while not self.stop.wait(pause()):
                act()
        except BaseException as error:
            self.trouble.append(error)
            raise

    def leave(self) -> None:
        """Send everybody home."""
        self.stop.set()
        for thread in self._threads:
            thread.join()


@dataclass
class Crowd:
    """Visitors who write, edit and remove, without end."""

    page: Page
    seed: int

    def __post_init__(self) -> None:
        self._player, self._steps = Player(self.page), Visitors(self.seed).endless()

    def __call__(self) -> None:
        self._player.perform(next(self._steps))


@dataclass
class Colleague:
    """Shows hidden comments again on the page itself; some of their authors then edit them into something worse."""

    page: Page
    dice: random.Random
    _position: int = 0
    _hidden: set[str] = field(default_factory=set)

    def __call__(self) -> None:
        changes: Changes = self.page.changes(self._position)
        self._position = changes.position
        for entry in changes.entries:
            (self._hidden.add if entry.state is State.HIDDEN else self._hidden.discard)(entry.id)
        for comment_id in self.dice.sample(sorted(self._hidden), min(2, len(self._hidden))):
            self._show(comment_id)

    def _show(self, comment_id: str) -> None:
        try:
            if self.page.move(comment_id, State.VISIBLE) and self.dice.random() < 0.4:
                self.page.edit(comment_id, _RUDE.format(self.dice.randrange(1000)))
        except MissingError:
            return  # its author was faster


@dataclass
class SlowPlatform:
    """Keeps the page's lock for a moment, so that the daemon's calls take as long as those of a real platform."""

    page: Page
    dice: random.Random

    def __call__(self) -> None:
        with Journal(self.page.folder).open():
            threading.Event().wait(self.dice.random() * 0.03)


@dataclass
class Browser:
    """A moderator who answers through the review application, over HTTP."""

    url: str
    name: str
    password: str
    dice: random.Random
    answered: int = 0
    _session: requests.Session = field(default_factory=requests.Session)

    def __call__(self) -> None:
        try:
            self._answer()
        except requests.RequestException:
            return  # killed at this moment; the next try comes soon

    def _answer(self) -> None:
        page = self._get("/")
        if 'name="login"' in page:
            page = self._post("/account/login/?next=/", page, login=self.name, password=self.password)
        page = self._post("/next/", page)
        address = re.search(r'action="(/comment/\w+/decide/)"', page)
        seen = re.search(r'name="seen_seq" value="(\d+)"', page)
        if address is None or seen is None:
            return
        decision = self.dice.choice(["leave_up", "hide:obscenity"])
        self._post(address[1], page, decision=decision, seen_seq=seen[1])
        self.answered += 1

    def _get(self, path: str) -> str:
        return self._session.get(self.url + path, timeout=30).text

    def _post(self, path: str, page: str, **form: str) -> str:
        """Send a form of `page`, which holds the token against forged ones."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        answer = self._session.post(
            self.url + path,
            data={**form, "csrfmiddlewaretoken": token[1] if token else ""},
            headers={"Referer": self.url + path},
            timeout=30,
        )
        assert answer.status_code in (200, 409), f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.text


def first_posts(page: Page) -> None:
    """Something to see before anybody comes."""
    post = page.publish("The bridge is closed until Friday.")
    page.comments([Draft(post, f"Thank you, number {number}.", "Pat") for number in range(5)])
