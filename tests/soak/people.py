"""The people of the soak: visitors, colleagues who work on the platform itself, and moderators."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.events import Actor
from bot.records import Records, StaleError
from bot.records import Task as ByHand
from bot.review import CANNOT_DECIDE, HIDE, LEAVE_UP, ReviewError, decide, open_flag, refer, undo
from bot.tasks import TaskError, done_by_hand
from models.comment import State
from models.policy import Ground
from tests.soak.place import Place, possible
from tests.soak.texts import Pen

MODERATORS = tuple(Actor("human", f"u_{name}", role="moderator") for name in ("kim", "lee"))
POLICY = "2010-08"
_NEWS = "Road works on Main Street, week {}."
_POSTS = 12
_WIKIS = ("mediawiki", "wikipedia")
"""They have no comments, only versions of a page: what is taken out of it takes its neighbours' versions along."""
_NAMES = ("Pat Visitor", "Rosa Blanchard", "Sam_Okafor", "J. Ortiz")


@dataclass
class Visitors:
    """Everybody who writes on one page."""

    place: Place
    dice: random.Random
    pen: Pen

    def come(self) -> None:
        """Do something, or nothing."""
        ledger, dice = self.place.ledger, self.dice
        if not ledger.posts or (dice.random() < 0.01 and len(ledger.posts) < _POSTS):
            self._try(lambda: self.place.post(_NEWS.format(len(ledger.posts) + 1)))
        if not ledger.posts:
            return
        if dice.random() < 0.25:
            for _ in range(dice.choice([1, 1, 1, 2, 3] if dice.random() < 0.97 else [20, 40])):
                self._try(self._write)
        if dice.random() < 0.06:
            self._try(self._edit)
        if dice.random() < 0.04 and self.place.name not in _WIKIS:
            self._try(self._remove)

    def meddle(self) -> None:
        """Edit or remove something at this very moment, or hide it as a colleague does."""
        others = [] if self.place.name in _WIKIS else [self._remove, self.hide_by_hand]
        self._try(self.dice.choice([self._edit, self._write, *others]))

    def _try(self, act: Callable[[], object]) -> None:
        self.place.counts["not possible"] += not possible(act)

    def _write(self) -> None:
        ledger, dice = self.place.ledger, self.dice
        post = dice.choice(ledger.posts[-4:])
        below = [each.id for each in ledger.there[-10:] if each.post == post and each.parent is None]
        parent = dice.choice(below) if below and dice.random() < 0.2 else None
        self.place.comment(post, self.pen.write(), dice.choice(_NAMES), parent)

    def _edit(self) -> None:
        # In a wiki, the change of what was written long ago counts as a comment of its own.
        there = self.place.ledger.there[-6 if self.place.name in _WIKIS else -25 :]
        if there:
            self.place.edit(self.dice.choice(there).id, self.pen.write())

    def _remove(self) -> None:
        there = [each for each in self.place.ledger.there[-25:] if not self.place.ledger.answered(each.id)]
        if there:
            self.place.remove(self.dice.choice(there).id)

    def hide_by_hand(self) -> None:
        """Let a colleague hide something on the platform itself, or show it again."""
        there = self.place.ledger.there[-25:]
        can_hide = self.place.peer.connector.capability.can_hide
        if there and can_hide and self.place.name not in _WIKIS:
            state = self.dice.choice([State.HIDDEN, State.HIDDEN, State.VISIBLE])
            self.place.move(self.dice.choice(there).id, state)


@dataclass
class Desk:
    """The moderators and what waits for them."""

    dice: random.Random
    places: dict[str, Place]
    answered: list[str] = field(default_factory=list)

    def work(self, records: Records, now: datetime) -> None:
        """Answer some of what waits; now and then take an answer back."""
        for _ in range(self.dice.choice([0, 1, 2, 4])):
            try:
                self._answer(records, now)
            except (StaleError, ReviewError):
                continue
        for task in records.waiting_tasks(limit=20):
            if self.dice.random() < 0.3:
                self._by_hand(records, task)

    def _answer(self, records: Records, now: datetime) -> None:
        dice, user = self.dice, self.dice.choice(MODERATORS)
        if self.answered and dice.random() < 0.15:
            undo(records, ref=dice.choice(self.answered[-50:]), user=user, anyone=dice.random() < 0.5)
            return
        flags = records.open_flags(limit=30)
        if not flags:
            return
        ref = dice.choice(flags).ref
        open_flag(records, ref=ref, user=user, now=now)
        state = records.comment(ref)
        assert state is not None
        if dice.random() < 0.05:
            refer(records, ref=ref, user=user, matter="tip", role="Detectives")
        decision = dice.choice([LEAVE_UP, LEAVE_UP, HIDE, CANNOT_DECIDE])
        ground = Ground.OBSCENITY if decision == HIDE else None
        seen = state.last_seq - (dice.random() < 0.1)  # an answer on older knowledge is refused
        decide(records, ref=ref, user=user, decision=decision, seen_seq=seen, policy=POLICY, ground=ground)
        self.answered.append(ref)

    def _by_hand(self, records: Records, task: ByHand) -> None:
        """Do it, or say so without doing it, or do it and forget to say so."""
        does, says = self.dice.choice([(True, True), (True, True), (False, True), (True, False)])
        captured = records.captured(task.ref)
        if does and captured is not None and captured.platform_id is not None:
            state = State.HIDDEN if task.action == "hide" else State.VISIBLE
            place, comment_id = self.places[task.page], captured.platform_id
            written = place.ledger.comments.get(comment_id)
            if written is not None and not written.removed and place.name not in _WIKIS:
                possible(lambda: place.move(comment_id, state))
        if says:
            try:
                done_by_hand(records, corr=task.corr, user=self.dice.choice(MODERATORS))
            except TaskError:
                return
