"""Fakes that tests pass in: a page, a clock, a classifier. None of them reaches anything outside the test."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from bot.judgement import Rulebook
from connectors.base import (
    Batch,
    Capability,
    Checked,
    ConnectorError,
    Coverage,
    HideScope,
    Observed,
    Outcome,
    Result,
)
from models.comment import Author, Comment, Post, State
from models.policy import DEFAULT_RULES, Approval, Policy, Verdict
from models.score import Category, Item, Score, ScoringError

START = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, start: datetime = START) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **lengths: float) -> None:
        self.moment += timedelta(**lengths)


def comment(platform_id: str, text: str, **changes: object) -> Comment:
    """A visitor's comment on the post ``p``, an hour before the test begins."""
    plain = Comment(
        page="page",
        platform_id=platform_id,
        post_id="p",
        author=Author("Visitor"),
        text=text,
        created=START - timedelta(hours=1),
        raw=b'{"id":"%s"}' % platform_id.encode(),
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


class FakeConnector:
    """A page in memory. Set `fails` to have the next calls raise, `answers` to have acts answer something else."""

    platform: ClassVar[str] = "fake"
    capability: ClassVar[Capability] = Capability(
        coverage=Coverage.MODERATED,
        can_hide=True,
        can_restore=True,
        hide_is_reversible=True,
        hide_scope=HideScope.EVERYWHERE,
        can_remove=True,
        lists_hidden=True,
        lists_held=True,
        lists_spam=True,
        reports_edits=True,
        has_time_filter=False,
        side_effects=("Replies stay visible.",),
        proved="a fake",
    )

    def __init__(self) -> None:
        self.comments: dict[str, Comment] = {}
        self.removed: list[str] = []
        self.complete_since: datetime | None = None
        self.gap = ""
        self.more = 0
        """How many fetches to come leave something behind."""
        self.calls: list[tuple[str, str]] = []
        self.fails: list[ConnectorError] = []
        self.answers: list[Outcome] = []
        self.loses_the_answer = False
        """Whether acts take effect and the answer is lost all the same."""
        self.before_act: Callable[[], None] = lambda: None

    def show(self, *comments: Comment) -> None:
        self.comments.update({each.platform_id: each for each in comments})

    def edit(self, platform_id: str, text: str) -> None:
        self.show(dataclasses.replace(self.comments[platform_id], text=text))

    def set_state(self, platform_id: str, state: State) -> None:
        self.show(dataclasses.replace(self.comments[platform_id], state=state))

    def remove(self, platform_id: str) -> None:
        del self.comments[platform_id]
        self.removed.append(platform_id)

    def fetch(self, cursor: str | None) -> Batch:
        self._fail()
        self.more, more = max(0, self.more - 1), self.more > 0
        post = Post("page", "p", "Road works on Main Street this week.", START, raw=b"{}")
        return Batch(
            posts=(post,),
            comments=tuple(self.comments.values()),
            cursor=str(int(cursor or "0") + 1),
            gone=tuple(self.removed),
            gap=self.gap,
            complete_since=self.complete_since,
            more=more,
        )

    def state(self, platform_id: str) -> Observed:
        self._fail()
        found = self.comments.get(platform_id)
        return Observed(State.GONE) if found is None else Observed(found.state, found.digest)

    def hide(self, platform_id: str) -> Outcome:
        return self._act("hide", platform_id, State.HIDDEN)

    def unhide(self, platform_id: str) -> Outcome:
        return self._act("unhide", platform_id, State.VISIBLE)

    def check(self) -> Checked:
        self._fail()
        return Checked()

    def _fail(self) -> None:
        if self.fails:
            raise self.fails.pop(0)

    def _act(self, action: str, platform_id: str, state: State) -> Outcome:
        self.calls.append((action, platform_id))
        self.before_act()
        if self.answers:
            return self.answers.pop(0)
        self.set_state(platform_id, state)
        return Outcome(Result.UNKNOWN if self.loses_the_answer else Result.DONE)


class FakeClassifier:
    """Finds each of its words, with the category and the value given for it."""

    name = "fake"
    version = "1"

    def __init__(self, words: dict[str, tuple[Category, float]] | None = None, *, broken: bool = False) -> None:
        self.words = words or {"filth": (Category.OBSCENITY, 1.0), "threat": (Category.THREAT, 0.9)}
        self.broken = broken

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        if self.broken:
            raise ScoringError("The weights are damaged.")
        return [self._score(item.text) for item in items]

    def _score(self, text: str) -> list[Score]:
        return [
            Score(category, value, "fake.word", f"The word {word}.", (text.index(word), text.index(word) + len(word)))
            for word, (category, value) in self.words.items()
            if word in text
        ]


def rulebook(*, approved: bool = True, broken: bool = False) -> Rulebook:
    """The default policy with its hiding rules approved or not, judged by the fake classifier."""
    approval = Approval("City Attorney", date(2026, 11, 2)) if approved else None
    rules = tuple(
        dataclasses.replace(rule, approved=approval) if rule.verdict is Verdict.HIDE else rule for rule in DEFAULT_RULES
    )
    return Rulebook((FakeClassifier(broken=broken),), Policy("2010-08", rules), ("en",), "Public safety.")
