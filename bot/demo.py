"""``ofrecord demo --once``: the whole way of every comment, headless, against the known truth of the practice stream.

Twelve days pass on a clock of its own, so that hides lapse and a practice moderator has time to answer. The counts show
that the wiring works; they say nothing about how accurate a classifier is.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.progress import track

from bot.actions import lapse
from bot.config import Loaded
from bot.demo_store import PAGE, practice_page, prepare
from bot.events import Actor
from bot.housekeeping import Housekeeping
from bot.mail import mailer
from bot.moments import utc_now
from bot.page_run import OK, PageRun
from bot.records import Flag, Records
from bot.records.verification import verify
from bot.review import HIDE, LEAVE_UP, decide, undo
from bot.rulebook import rulebook
from bot.startup import ACTOR, announce, open_store, ready_pages
from bot.tenure import Tenure
from connectors.practice.page import Page
from connectors.practice.truth import Truth, read_truth
from connectors.practice.visitors import Player, Step, Visitors
from models.policy import Ground

_ROUNDS = 20
_ROUND = timedelta(hours=15)
_BEGUN = timedelta(days=13)
"""Long enough ago that the log covers a part of the last full week, which the summary tells of."""
_ANSWERS = 0.25
_STEP = timedelta(seconds=40)
MODERATOR = Actor("human", "practice-moderator", role="moderator")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a headless demonstration did."""

    dir: str
    seen: int
    flagged: dict[str, int]
    """Flags by category; a flag of several categories counts in each, one of none as *other*."""
    hidden: int
    queued: int
    restored: int
    wrong_hides: int
    """Hides by the bot of texts that the stream's author says may not be hidden."""
    missed: int
    """Texts that fall under the policy and were not flagged."""
    verified: bool

    def as_json(self) -> dict[str, Any]:
        """The form of ``--json``."""
        return asdict(self)

    def in_words(self) -> str:
        """The form for people."""
        flagged = ", ".join(f"{name} {count}" for name, count in self.flagged.items()) or "none"
        return "\n".join(
            (
                f"{self.seen} comments seen; flagged: {flagged};",
                f"{self.hidden} hidden, {self.queued} still queued, {self.restored} restored.",
                f"Against the stream's known truth: {self.wrong_hides} wrong hides, {self.missed} missed",
                "(this shows that the wiring works, not how accurate a classifier is).",
                f"The log {'verifies' if self.verified else 'DOES NOT VERIFY'}. Look around:",
                f"  ofrecord records tail -c {self.dir}/config.toml",
            )
        )


class _Clock:
    def __init__(self, start: datetime) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, length: timedelta) -> None:
        self.moment += length


def headless(folder: Path | None, seed: int, *, quiet: bool = False) -> Counts:
    """Replay the visitors of a seed, work the page through twelve days, and count.

    Raises:
        DemoError: when the folder is not empty.
    """
    config, base = prepare(folder)
    clock = _Clock(utc_now() - _BEGUN)
    page = Page.create(practice_page(base), clock=clock, synced=False)
    player, steps = Player(page), list(Visitors(seed).steps())
    with open_store(config, clock) as records, Tenure(records, config.store_dir, clock()) as tenure:
        book = rulebook(config)
        announce(records, config, book, clock())
        (run,), _ = ready_pages(records, config, book, clock, tenure.guard)
        house = Housekeeping(config, mailer(config), ACTOR, clock)
        moderator = PracticeModerator(config, records, practice_page(base), random.Random(seed))  # noqa: S311
        for number in track(range(_ROUNDS), "Twelve days on the practice page", disable=quiet, transient=True):
            for step in _share(steps, number):
                player.perform(step)
                clock.forward(_STEP)
            _work(records, run, clock)
            moderator.answer_some()
            clock.forward(_ROUND)
        _work(records, run, clock)
        house.step(records)
        return _count(records, base)


def _share(steps: list[Step], number: int) -> list[Step]:
    size = -(-len(steps) // _ROUNDS)
    return steps[number * size : (number + 1) * size]


def _work(records: Records, run: PageRun, clock: _Clock) -> None:
    lapse(records, ACTOR, clock())
    run.work(records)
    run.describe(records, OK)


@dataclass(frozen=True, slots=True)
class PracticeModerator:
    """Answers a part of the queue by the stream's known truth, and undoes an answer now and then."""

    config: Loaded
    records: Records
    folder: Path
    dice: random.Random

    def answer_some(self) -> None:
        """Answer some of the open flags; the others wait, and hides among them lapse."""
        truths = read_truth(self.folder)
        for flag in self.records.open_flags(PAGE, limit=500):
            if self.dice.random() < _ANSWERS:
                self._answer(flag, truths)

    def _answer(self, flag: Flag, truths: dict[tuple[str, str], Truth]) -> None:
        state, truth = self.records.comment(flag.ref), _truth_of(self.records, flag.ref, truths)
        if state is None or truth is None:
            return
        ground = Ground.OBSCENITY if truth.may_hide else None
        decide(
            self.records,
            ref=flag.ref,
            user=MODERATOR,
            decision=HIDE if ground else LEAVE_UP,
            seen_seq=state.last_seq,
            policy=self.config.department.policy_version,
            ground=ground,
        )
        if self.dice.random() < 0.05:
            undo(self.records, ref=flag.ref, user=MODERATOR)


def _truth_of(records: Records, ref: str, truths: dict[tuple[str, str], Truth]) -> Truth | None:
    entry = records.last("comment.edited", ref) or records.last("comment.seen", ref)
    if entry is None:
        return None
    return truths.get((entry.opened["comment.platform_id"], entry.opened["comment.digest"]))


def _count(records: Records, base: Path) -> Counts:
    truths = read_truth(practice_page(base))
    entries = records.entries(limit=records.size())
    versions = {(entry.subject.ref, entry.pub["version"]): entry for entry in entries if entry.type in _CAPTURES}
    flags = [entry for entry in entries if entry.type == "comment.flagged"]
    flagged = {(entry.subject.ref, entry.pub["version"]) for entry in flags}
    known = {
        key: truths.get((entry.opened["comment.platform_id"], entry.opened["comment.digest"]))
        for key, entry in versions.items()
    }
    requests = {entry.corr: entry for entry in entries if entry.type == "action.requested"}
    capture = {entry.seq: key for key, entry in versions.items()}
    hides = [requests[entry.corr] for entry in entries if entry.type == "action.hidden"]
    bot_hides = [known[capture[entry.pub["precondition_seq"]]] for entry in hides if entry.pub["reason"] == "rule"]
    return Counts(
        dir=str(base),
        seen=sum(entry.type == "comment.seen" for entry in entries),
        flagged=dict(Counter(name for entry in flags for name in entry.pub["categories"] or ["other"])),
        hidden=len(hides),
        queued=records.flag_counts().open,
        restored=sum(entry.type == "action.restored" for entry in entries),
        wrong_hides=sum(truth is None or not truth.may_hide for truth in bot_hides),
        missed=sum(bool(truth and truth.categories) and key not in flagged for key, truth in known.items()),
        verified=verify(base / "store").ok,
    )


_CAPTURES = ("comment.seen", "comment.edited")
