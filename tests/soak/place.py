"""One page of the soak: a platform's other side, what truly stood there, and the real job that works on it."""

from __future__ import annotations

import importlib
import inspect
import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from traceback import format_exception
from typing import Any, cast

import pytest

from bot.backoff import Backoff
from bot.config import Loaded
from bot.judgement import Rulebook
from bot.page_job import PageJob
from bot.page_run import PageRun, open_page
from bot.pipeline import Poll, Polled
from bot.platforms import secret_of
from bot.records import Records, Writing
from bot.startup import ACTOR
from connectors.base import Connector, Means
from models.comment import State
from tests.connectors.peers import Peer, RefusedError
from tests.simulators.graph import Clock
from tests.simulators.loopback import Wire
from tests.soak.doorman import Doorman
from tests.soak.ledger import Ledger
from tests.soak.texts import Text

_NOT_THERE = (RefusedError, NotImplementedError, pytest.skip.Exception)
_AT_MOST = 400
"""Polls at once; more of them never end."""


def possible(act: Callable[[], object]) -> bool:
    """Do something on a platform. Returns whether it was done: the platform may know no such thing, or refuse it."""
    try:
        act()
    except _NOT_THERE:
        return False
    except Exception as error:
        if not type(error).__module__.startswith("tests.simulators."):
            raise
        return False
    return True


@dataclass
class Counting:
    """The page's poll, and how often it came to an end."""

    poll: Poll
    ended: int = 0

    def __call__(self, records: Records, now: datetime) -> Polled:
        polled = self.poll(records, now)
        self.ended += not polled.more
        return polled


def simulator_of(peer: Peer) -> Any:
    """The simulated platform behind a peer, where there is one: what has a wire, or a clock of its own."""
    parts = list(vars(peer).values())
    return next((each for each in parts if isinstance(getattr(each, "wire", None), Wire)), None)


@dataclass
class Place:
    """One page."""

    name: str
    peer: Peer
    clock: Clock
    dice: random.Random
    """How long the daemon waits after a failure."""
    ledger: Ledger = field(default_factory=Ledger)
    blind: int = 0
    """How many switches are on that let the platform show less than there is."""
    counts: Counter[str] = field(default_factory=Counter)
    """What happened here, for the table."""
    sightings: list[tuple[str, int, bool]] = field(default_factory=list)
    """What visitors saw from time to time: the comment, the size of the log by then, whether it was there."""
    unforeseen: list[str] = field(default_factory=list)
    """Errors that no connector should let through: the daemon survives them, the soak does not."""
    job: PageJob = field(init=False)
    counting: Counting = field(init=False)
    doorman: Doorman = field(init=False)

    def __post_init__(self) -> None:
        self.simulator = simulator_of(self.peer)
        self.host = getattr(self.peer, "host", None)
        self.wire: Wire | None = getattr(self.simulator, "wire", None)
        self.doorman = Doorman(self.clock)
        if self.wire is not None:
            self.wire.requests = self.doorman
        for each in (self.simulator, getattr(self.simulator, "oauth", None), getattr(self.peer, "_page", None)):
            for name in ("clock", "_clock"):
                if hasattr(each, name):
                    setattr(each, name, self.clock)
        self.peer.now = self.clock  # type: ignore[method-assign]

    def granted(self) -> str:
        """The credential as a person gets it by connecting the page anew, with the times of this clock."""
        known = getattr(self.simulator, "_refresh", None)
        if isinstance(known, set):
            known.add(self.simulator.refresh_token)  # the owner has agreed again
        made = getattr(self.simulator, "secret", None)
        return str(made()) if callable(made) else self.peer.secret

    # --- the daemon's side ----------------------------------------------------------------------------------------

    def start(self, config: Loaded, book: Rulebook, guard: Callable[[Writing], None]) -> None:
        """Begin to work on the page, or begin again as after a restart."""
        run = open_page(config, self.name, book, ACTOR, self.clock, guard)
        connector = self._connected(config, run)
        self.counting = Counting(replace(run.poll_once, connector=connector), self.polls)
        run = replace(
            run,
            connector=connector,
            poll_once=cast("Poll", self.counting),
            performer=replace(run.performer, connector=connector),
        )
        self.job = PageJob(run, Backoff(_random=self.dice), steady=lambda: self.clock().timestamp())

    @property
    def polls(self) -> int:
        """How many polls came to an end."""
        return self.counting.ended if hasattr(self, "counting") else 0

    def _connected(self, config: Loaded, run: PageRun) -> Connector:
        """The page's connector with this clock; `bot.platforms.connect` gives it the machine's."""
        module = importlib.import_module(f"connectors.{self.peer.connector.platform}")
        settings = module.Settings.model_validate(self.peer.settings)
        means = Means(secret_of(config, self.name), run.meter)
        clock = inspect.signature(module.connect).parameters.get("clock")
        # One that counts in seconds is held against the times of files, which the machine gives.
        given = {} if clock is None or "float" in str(clock.annotation) else {"clock": self.clock}
        return cast("Connector", module.connect(self.name, settings, means, **given))

    def step(self, records: Records) -> None:
        """Let the daemon do all that is due here, and note what a poll had the chance to see."""
        with self.aside():
            seen = self.ledger.seen_by(self.peer.visible)
        before, blind = self.polls, self.blind
        for _ in range(_AT_MOST):
            if not self._step(records):
                break
        else:
            raise AssertionError(f"{self.name}: {_AT_MOST} polls at once, and there is still more")
        if self.polls > before and not blind:
            with self.aside():
                self.ledger.polled([each for each in seen if not each[1].over and self.peer.visible(each[0].id)])

    def _step(self, records: Records) -> bool:
        try:
            return self.job.step(records)
        except Exception as error:  # noqa: BLE001 - as the daemon does
            self.unforeseen.append("".join(format_exception(error)[-3:]))
            self.job.unexpected(records)
            return False

    def aside(self) -> AbstractContextManager[None]:
        """Look at the page as a visitor: nothing goes wrong meanwhile, and nothing is counted."""
        return self.wire.aside() if self.wire is not None else nullcontext()

    # --- the other side -------------------------------------------------------------------------------------------

    def post(self, text: str) -> None:
        """Let the Department publish something."""
        with self.aside():
            self.ledger.posts.append(self.peer.post(text))

    def comment(self, post: str, text: Text, author: str, parent: str | None = None) -> None:
        """Let a visitor write."""
        with self.aside():
            comment_id = self.peer.comment(post, text.words, parent=parent, author=author)
            self.ledger.wrote(comment_id, post, parent, text, self.peer.stored(comment_id))
        self.counts["comments"] += 1

    def edit(self, comment_id: str, text: Text) -> None:
        """Let its author change a comment."""
        with self.aside():
            self.peer.edit(comment_id, text.words)
            self.ledger.edited(comment_id, text, self.peer.stored(comment_id))
        self.counts["edits"] += 1

    def remove(self, comment_id: str) -> None:
        """Let its author take a comment away."""
        with self.aside():
            self.peer.remove(comment_id)
        self.ledger.removed(comment_id)
        self.counts["removals"] += 1

    def move(self, comment_id: str, state: State) -> None:
        """Let somebody on the platform itself hide a comment or show it."""
        with self.aside():
            self.peer.set_state(comment_id, state)
        self.ledger.moved[comment_id] = self.ledger.moved.get(comment_id, 0) + 1
        self.counts["moved"] += 1

    def look_around(self, size: int, newest: int) -> None:
        """See the page as a visitor does: the newest comments."""
        with self.aside():
            for each in self.ledger.there[-newest:]:
                self.sightings.append((each.id, size, self.peer.visible(each.id)))
