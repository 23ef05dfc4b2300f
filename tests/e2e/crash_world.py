"""A Department whose programs are killed again and again, at random moments, until the last restart."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import Loaded, load
from bot.demo_store import practice_page, prepare
from bot.records import Records
from connectors.practice.journal import Journal
from connectors.practice.page import Page
from tests.e2e.crash_people import Browser, Colleague, Crowd, NotedClock, People, SlowPlatform, first_posts
from tests.e2e.crash_rules import Story
from tests.e2e.wordpress import free_port

_PASSWORD = "correct horse battery staple"
_PATIENCE = 60.0


@dataclass
class Part:
    """A program that is killed and started again."""

    name: str
    command: list[str]
    signs: tuple[bytes, ...]
    """What it says when it begins to work, and after its first work; one of them is waited for."""
    longest: float
    """How long it works at most before it is killed, in seconds."""
    output: Path
    in_the_act: Callable[[], bool] = lambda: False
    """Whether it has announced an act and not yet told what came of it: the most delicate moment to die."""
    kills: int = 0
    _ends_at: float | None = None
    _life: float = 0.0
    _sign: bytes = b""
    _dies_in_the_act: bool = False
    _said_before: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def start(self, dice: random.Random) -> None:
        """Start it, and decide how long it lives: one in five dies during its start."""
        with self.output.open("ab") as output:
            self._said_before = output.tell()
            self._process = subprocess.Popen([sys.executable, "-m", *self.command], stdout=output, stderr=output)
        self._life, self._sign = dice.random() * self.longest, dice.choice(self.signs)
        self._ends_at = time.monotonic() + dice.random() if dice.random() < 0.2 else None
        self._dies_in_the_act = dice.random() < 0.6

    def is_due(self) -> bool:
        """Whether its life is over."""
        if self._ends_at is None and self.is_at_work():
            self._ends_at = time.monotonic() + self._life
        if self._dies_in_the_act and self.is_at_work() and self.in_the_act():
            return True
        return self._ends_at is not None and time.monotonic() >= self._ends_at

    def is_at_work(self) -> bool:
        """Whether it has said so since it was started."""
        return self._sign in self.output.read_bytes()[self._said_before :]

    def kill(self) -> None:
        """Kill it at once; it must not have ended by itself before."""
        assert self._process is not None
        assert self._process.poll() is None, f"{self.name} ended by itself: {self.output.read_text()[-2000:]}"
        self.clear_away()
        self.kills += 1

    def clear_away(self) -> None:
        """Leave nothing running, whatever happened."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """Ask it to end, and give its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)


@dataclass
class World:
    """A store, a practice page, three programs and the people around them."""

    folder: Path
    seed: int
    dice: random.Random = field(init=False)
    config: Loaded = field(init=False)
    page: Page = field(init=False)
    clock: NotedClock = field(default_factory=NotedClock)
    kills: int = 0
    _reader: Records | None = None

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        port = free_port()
        config, base = prepare(self.folder, port=port)
        quick = 'poll_every = "0s"\nconfirm_within = "15s"\nat_once = 40'
        config.path.write_text(config.path.read_text().replace('poll_every = "2s"', quick))
        self.config = load(config.path)
        self.page = Page.create(practice_page(base), clock=self.clock)
        first_posts(self.page)
        path = str(self.config.path)
        self.daemon = self._part("daemon", "bot run -c", path, (b"daemon works", b'"activity"'), 1.5)
        self.daemon.in_the_act = self._in_the_act
        self.moderator = self._part("moderator", "tests.e2e.crash_moderator", path, (b"at work",), 1.5)
        self.web = self._part("web", "bot web -c", path, (b"listens on",), 4.0)
        self.browser = Browser(self.config.web.url, "kim", _PASSWORD, random.Random(self.seed))

    def _part(self, name: str, words: str, path: str, signs: tuple[bytes, ...], longest: float) -> Part:
        return Part(name, [*words.split(), path], signs, longest, self.folder / f"{name}.output")

    def live_through(self, kills: int) -> None:
        """Let everybody work while the programs are killed this often, one at a time or all at once."""
        self._make_account()
        people = self._people()
        parts = [self.daemon, self.moderator, self.web]
        for part in parts:
            part.start(self.dice)
        try:
            while self.kills < kills:
                self._kill_those_due(parts)
                assert not people.trouble, people.trouble
        finally:
            people.leave()
            for part in parts:
                part.clear_away()

    def _kill_those_due(self, parts: list[Part]) -> None:
        dying = [part for part in parts if part.is_due()]
        if dying and self.dice.random() < 0.1:
            dying = parts
        for part in dying:
            part.kill()
        for part in dying:
            part.start(self.dice)
        self.kills += len(dying)
        time.sleep(0.005)

    def _in_the_act(self) -> bool:
        if self._reader is None:
            self._reader = Records.open(self.config.store_dir, None, readonly=True)
        return any(action.open_intent for action in self._reader.pending_actions("practice"))

    def _people(self) -> People:
        people, dice = People(), self.dice
        people.start(Crowd(self.page, self.seed), lambda: dice.random() * 0.2)
        people.start(Colleague(self.page, random.Random(self.seed + 1)), lambda: dice.random() * 2.0)
        people.start(SlowPlatform(self.page, random.Random(self.seed + 2)), lambda: dice.random() * 0.05)
        people.start(self.browser, lambda: dice.random() * 0.6)
        return people

    def recover(self) -> None:
        """Start the daemon a last time, let it catch up, and stop it as an operator does."""
        self.daemon.start(self.dice)
        try:
            self._wait(self._caught_up)
            # However few kills a slow machine allows, every story tells of one that left.
            self.page.remove(next(entry.id for entry in self.page.visible_to_visitors() if entry.post is not None))
            self._wait(self._caught_up)
        finally:
            code = self.daemon.stop()
        assert code == 0, self.daemon.output.read_text()[-2000:]

    def _caught_up(self) -> bool:
        end = (self.page.folder / "journal.jsonl").stat().st_size
        with Records.open(self.config.store_dir, None, readonly=True) as records:
            at_end = records.cursor("practice") == str(end)
            return at_end and not records.pending_actions("practice") and not records.unsent_alerts()

    def _wait(self, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE
        while not ready():
            assert time.monotonic() < until, f"it does not catch up: {self.daemon.output.read_text()[-2000:]}"
            time.sleep(0.3)

    def story(self) -> Story:
        """What the page and the log tell."""
        with Journal(self.page.folder).open() as journal:
            lines = journal.lines(0, sys.maxsize).entries
        with Records.open(self.config.store_dir, None, readonly=True) as records:
            entries = records.entries(limit=records.size())
        return Story(lines, frozenset(self.clock.given), tuple(entries))

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product on this store."""
        return run_program("bot", *words, "-c", str(self.config.path))

    def letters(self) -> Counter[str]:
        """How often each letter went out, by its Message-ID."""
        found = Counter[str]()
        for path in (self.folder / "mail").glob("*.eml"):
            headers = path.read_text(errors="replace").partition("\n\n")[0].splitlines()
            found.update(each.partition(":")[2].strip() for each in headers if each.lower().startswith("message-id:"))
        return found

    def _make_account(self) -> None:
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(_PASSWORD)
        words = ["users", "add", "kim", "--role", "moderator", "--password-file", str(secret)]
        done = self.command(*words)
        assert done.returncode == 0, done.stderr

    def figures(self) -> str:
        """What happened, for whoever reads the test's output."""
        counts = {part.name: part.kills for part in (self.daemon, self.moderator, self.web)}
        types = Counter(entry.type for entry in self.story().entries)
        return json.dumps({"kills": counts, "answers in the browser": self.browser.answered, **dict(types)})


def run_program(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a module to its end."""
    return subprocess.run(
        [sys.executable, "-m", *command], check=False, capture_output=True, text=True, timeout=120, env=dict(os.environ)
    )
