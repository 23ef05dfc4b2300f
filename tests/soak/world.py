"""A Department with a page on every platform there is, one store, one clock, and everything that happens to it."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.config import Loaded
from bot.housekeeping import Housekeeping
from bot.judgement import Rulebook
from bot.mail import mailer
from bot.records import Records, verify
from bot.rulebook import rulebook
from bot.startup import ACTOR, announce
from bot.tenure import Tenure
from models.criticism import Criticism
from models.urgent import Urgent
from models.wordlist import Wordlist
from tests.connectors.peers import open_peer
from tests.simulators.graph import Clock
from tests.soak.charges import charges
from tests.soak.department import configured, write_secret
from tests.soak.faults import Trouble
from tests.soak.people import Desk, Visitors
from tests.soak.place import Place, possible
from tests.soak.rules import Story, Told
from tests.soak.texts import Pen

BEGAN = datetime(2026, 10, 30, 15, 0, tzinfo=UTC)
"""Two days before the clocks go back in Denver."""
CHEAP = (Wordlist, Urgent, Criticism)
"""Classifiers that need no time: this is not about how well comments are judged."""
_QUIET = 4
"""So many rounds, and polls of each page, in which nothing happens to any comment, end the settling."""


def platforms() -> list[str]:
    """Every platform that has another side."""
    folder = Path(__file__).parent.parent / "connectors"
    return sorted(path.stem.removeprefix("peer_") for path in folder.glob("peer_*.py"))


@dataclass
class World:
    """Everything and everybody."""

    seed: int
    config: Loaded
    book: Rulebook
    records: Records
    tenure: Tenure
    clock: Clock
    places: dict[str, Place]
    dice: random.Random = field(init=False)
    often: float = 1.0
    """How often things go wrong, beside what is usual here."""
    restarts: int = 0
    restless: list[str] = field(default_factory=list)
    """What did not come to its end."""

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        pen = Pen(random.Random(f"{self.seed} pen"))
        self.visitors = [Visitors(each, self._dice(each, "visitors"), pen) for each in self.places.values()]
        self.trouble = [
            Trouble(each.place, self._dice(each.place, "faults"), each.meddle, self.often) for each in self.visitors
        ]
        self.desk = Desk(random.Random(f"{self.seed} desk"), self.places)
        self._waits: dict[str, float] = {}
        self.start()

    def _dice(self, place: Place, what: str) -> random.Random:
        return random.Random(f"{self.seed} {place.name} {what}")

    def start(self) -> None:
        """Start the daemon, or start it again."""
        announce(self.records, self.config, self.book, self.clock())
        self.house = Housekeeping(self.config, mailer(self.config), ACTOR, self.clock, self._steady)
        for place in self.places.values():
            place.start(self.config, self.book, self.tenure.guard)

    def _steady(self) -> float:
        return self.clock().timestamp()

    def live(self, days: float, told: Callable[[float], object] = lambda _: None) -> None:
        """Let so many days pass."""
        until, looked = self.clock() + timedelta(days=days), self.clock()
        while self.clock() < until:
            self._pass()
            for visitors, trouble in zip(self.visitors, self.trouble, strict=True):
                visitors.come()
                if self.dice.random() < 0.01:
                    possible(visitors.hide_by_hand)
                trouble.brew()
            self.desk.work(self.records, self.clock())
            self._work()
            if self.dice.random() < 0.004:
                self.start()
                self.restarts += 1
            if self.clock() - looked > timedelta(days=1):
                looked = self.clock()
                self._look_around()
            told(days - (until - self.clock()) / timedelta(days=1))

    def _pass(self) -> None:
        """Half an hour, or a moment in which there is no poll."""
        self.clock.forward(minutes=self.dice.uniform(20, 40) if self.dice.random() < 0.7 else self.dice.uniform(0.5, 3))

    def _work(self) -> None:
        self.house.step(self.records)
        for place in self.places.values():
            place.step(self.records)
            self._mend(place)

    def _mend(self, place: Place) -> None:
        """Let a person renew the credential of a page that stopped, some hours later."""
        if not place.job.stopped:
            self._waits.pop(place.name, None)
        elif self.clock().timestamp() > self._waits.setdefault(place.name, self._steady() + 3 * 3600):
            write_secret(self.config.path.parent, place)
            place.start(self.config, self.book, self.tenure.guard)
            place.counts["mended"] += 1

    def _look_around(self, newest: int = 40) -> None:
        for place in self.places.values():
            place.look_around(self.records.size(), newest)

    def settle(self, most_days: float = 12) -> None:
        """Let nothing more happen, and everything that is under way come to its end."""
        for trouble in self.trouble:
            trouble.cease()
        for place in self.places.values():
            write_secret(self.config.path.parent, place)
        self.start()
        quiet, polls = 0, {name: place.polls for name, place in self.places.items()}
        until = self.clock() + timedelta(days=most_days)
        while quiet < _QUIET or self._under_way() or self._unread(polls):
            if self.clock() > until:
                self.restless = [*self._under_way(), *map(self._why_unread, self._unread(polls))]
                return
            for trouble in self.trouble:
                trouble.renew()
            before = self.records.size()
            self.clock.forward(hours=3)
            self._work()
            moved = any(entry.subject.kind == "comment" for entry in self.records.entries(after=before - 1))
            quiet = 0 if moved else quiet + 1

    def _unread(self, polls: dict[str, int]) -> list[str]:
        """The pages that were not polled often since."""
        return [name for name, place in self.places.items() if place.polls < polls[name] + _QUIET]

    def _why_unread(self, name: str) -> str:
        told = self.records.page_described(name)
        return f"{name} is not read any more: {told.opened.get('page.problem') if told else 'no word of it'}"

    def _under_way(self) -> list[str]:
        pending = [f"{each.ref}: {each.action}" for name in self.places for each in self.records.pending_actions(name)]
        lapsing = self.records.lapsed_hides(self.clock() + self.config.pages[next(iter(self.places))].confirm_within)
        return [*pending, *(each.ref for each in lapsing)]

    def story(self) -> Story:
        """What there is to tell at the end."""
        entries = tuple(self.records.entries(limit=self.records.size()))
        found = verify(self.config.store_dir)
        unforeseen = [f"still under way: {each}" for each in self.restless]
        unforeseen += [f"{place.name}: {each}" for place in self.places.values() for each in place.unforeseen]
        return Story(entries, tuple(map(self._told, self.places.values())), tuple(found.problems), tuple(unforeseen))

    def _told(self, place: Place) -> Told:
        self.records.size()
        ids = list(place.ledger.comments)
        with place.aside():
            visible = {each.id: place.peer.visible(each.id) for each in place.ledger.there}
        can, meter = place.job.run.connector.capability, place.job.run.meter
        return Told(
            place.name,
            place.ledger,
            edits_show=can.reports_edits,
            hidden_show=can.lists_hidden and can.tells_hidden,
            limits=tuple(meter.limits),
            caps=meter.caps,
            charges=charges(place.name, place.doorman.received, meter.limits),
            sightings=place.sightings,
            visible=visible,
            logged={each: state.state for each, state in self.records.known(place.name, ids).items()},
        )


@contextmanager
def opened(folder: Path, seed: int, names: Sequence[str] = (), often: float = 1.0) -> Iterator[World]:
    """Give a world with pages on these platforms; on every one there is when none are named."""
    clock = Clock(BEGAN)
    with ExitStack() as stack:
        stack.callback(structlog.configure, **structlog.get_config())
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        places = {}
        for name in names or platforms():
            base = folder / f"peer-{name}"
            base.mkdir(parents=True)
            places[name] = Place(
                name, stack.enter_context(open_peer(name, base)), clock, random.Random(f"{seed} {name} waits")
            )
            write_secret(folder, places[name])
        config = configured(folder, places.values())
        records = stack.enter_context(Records.create(config.store_dir, config.department.origin, clock))
        tenure = stack.enter_context(Tenure(records, config.store_dir, clock()))
        yield World(seed, config, rulebook(config, CHEAP), records, tenure, clock, places, often)
