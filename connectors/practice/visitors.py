"""Visitors for the practice page: ``python -m connectors.practice.visitors FOLDER --seed 1 --pace 2``.

They replay a varied stream of comments (the files in ``texts/``): most are fair, many are harsh, some are what the
policy speaks of. Names, streets, times and the order change with the seed; the same seed gives the same stream.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, count, islice
from pathlib import Path

from connectors.practice import Practice
from connectors.practice.page import Draft, Page
from connectors.practice.scenes import Line, Scene, fill, script
from connectors.practice.truth import Known, Truth, write_truth
from models.comment import Media, State

_BETWEEN = 0.03
"""The longest pause between two steps of a scene, as a share of the whole stream."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens on the page. Labels stand for the ids that the page will give."""

    do: str
    """publish, write, edit, remove or move."""
    label: str
    text: str = ""
    author: str = ""
    post: str = ""
    """The label of the post that a comment is under."""
    parent: str | None = None
    media: tuple[Media, ...] = ()
    state: State = State.VISIBLE
    by_page: bool = False
    truth: Truth | None = None
    """What the text is; None where nothing is written by a visitor."""


@dataclass(frozen=True, slots=True)
class Visitors:
    """The visitors of one seed."""

    seed: int

    def steps(self) -> Iterator[Step]:
        """Play everything once, in an order that depends on the seed."""
        # Not for secrets: the same seed must give the same lesson.
        dice = random.Random(self.seed)  # noqa: S311
        timed: list[tuple[float, int, str, Step]] = []
        for number, scene in enumerate(script().scenes):
            at = dice.random()
            for step in _played(scene, f"{self.seed}.{number}", self._post(scene.post), dice):
                timed.append((at, len(timed), scene.post, step))
                at += dice.random() * (_BETWEEN if scene.flood == 1 else _BETWEEN / 100)
        published: set[str] = set()
        for _, _, post, step in sorted(timed, key=lambda each: each[:2]):
            if post not in published:
                published.add(post)
                yield Step("publish", self._post(post), fill(script().posts[post], dice))
            yield step

    def endless(self) -> Iterator[Step]:
        """Play everything again and again, each time with the next seed."""
        return chain.from_iterable(Visitors(seed).steps() for seed in count(self.seed))

    def ordinary(self, post_id: str) -> Iterator[Draft]:
        """Write ordinary comments under one post without end, for measuring: one in fifty is against the policy."""
        dice = random.Random(self.seed)  # noqa: S311
        lines = [line for scene in script().scenes if scene.flood == 1 for line in scene.lines[:1] if _plain(line)]
        fair = [line.text for line in lines if line.truth and not line.truth.categories]
        against = [line.text for line in lines if line.truth and line.truth.categories]
        while True:
            pair = (dice.choice(against if dice.random() < 0.02 else fair), dice.choice(fair))
            text = fill(" ".join(pair[: dice.choice((1, 2))]), dice)
            yield Draft(post_id, text, fill("{first} {last}", dice))

    def _post(self, key: str) -> str:
        return f"{self.seed}.{key}"


def _plain(line: Line) -> bool:
    return bool(line.text) and "{long}" not in line.text and line.state is State.VISIBLE and not line.by_page


def _played(scene: Scene, label: str, post: str, dice: random.Random) -> Iterator[Step]:
    people = {name: fill("{first} {last}", dice) for name in ("a", "b")}
    for turn in range(1, scene.flood + 1):
        mark = f"{label}.{turn}"
        for line in scene.lines:
            yield _step(line, mark, post, {**people, "count": str(turn)}, dice)


def _step(line: Line, mark: str, post: str, known: dict[str, str], dice: random.Random) -> Step:
    return Step(
        line.do,
        f"{mark}.{line.name}",
        fill(line.text, dice, known),
        fill(line.by, dice, known),
        post,
        parent=f"{mark}.{line.to}" if line.to else None,
        media=tuple(Media(f"{mark}.{line.name}.{n}", kind) for n, kind in enumerate(line.media)),
        state=line.state,
        by_page=line.by_page,
        truth=None if line.by_page else line.truth,
    )


def _wait(seconds: float) -> bool:
    return threading.Event().wait(seconds)


@dataclass(slots=True)
class Player:
    """Carries steps out on a page, and writes down what the comments really are."""

    page: Page
    ids: dict[str, str] = field(default_factory=dict)
    """The page's id for each label so far."""

    def perform(self, step: Step) -> str:
        """Carry out one step; gives the id of the post or comment."""
        if step.do == "publish":
            self.ids[step.label] = self.page.publish(step.text)
        elif step.do == "write":
            self.ids[step.label] = self.page.comment(self._draft(step))
        elif step.do == "edit":
            self.page.edit(self.ids[step.label], step.text)
        elif step.do == "remove":
            self.page.remove(self.ids[step.label])
        else:
            self.page.move(self.ids[step.label], step.state)
        done = self.ids[step.label]
        if step.truth is not None:
            digest = Practice("practice", self.page).state(done).digest or ""
            write_truth(self.page.folder, [Known(done, digest, step.truth)])
        return done

    def _draft(self, step: Step) -> Draft:
        return Draft(
            self.ids[step.post],
            step.text,
            step.author,
            parent=self.ids[step.parent] if step.parent else None,
            media=step.media,
            state=step.state,
            by_page=step.by_page,
        )


def replay(
    page: Page,
    steps: Iterable[Step],
    pace: float = 0.0,
    *,
    wait: Callable[[float], bool] = _wait,
    tell: Callable[[Step, str], None] | None = None,
) -> int:
    """Carry out steps on a page, with `pace` seconds between two; gives how many.

    `wait` pauses, and says True when it is time to stop; `tell` hears of each step and the id that it was about.
    """
    player = Player(page)
    done = 0
    for step in steps:
        done_to = player.perform(step)
        done += 1
        if tell is not None:
            tell(step, done_to)
        if pace and wait(pace):
            break
    return done


def fill_page(page: Page, comments: Iterable[Draft]) -> int:
    """Write many comments, some hundreds at once; gives how many. For measuring."""
    rest, written = iter(comments), 0
    while some := list(islice(rest, _AT_ONCE)):
        written += len(page.comments(some))
    return written


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m connectors.practice.visitors", description="Let visitors write on a practice page."
    )
    parser.add_argument("folder", type=Path, help="folder of the practice page; made when it is missing")
    parser.add_argument("--seed", type=int, default=1, help="which visitors (1); the same seed, the same comments")
    parser.add_argument("--pace", type=float, default=2.0, help="seconds between two steps (2)")
    parser.add_argument("--count", type=int, help="stop after so many steps; without it, go on until stopped")
    parser.add_argument("--bulk", type=int, help="write so many ordinary comments at once, and nothing else")
    return parser.parse_args(given)


def _until(steps: Iterable[Step], stopped: threading.Event) -> Iterator[Step]:
    """Give steps until `stopped` is set, so that a stream without pauses can be stopped too."""
    for step in steps:
        if stopped.is_set():
            return
        yield step


def main(given: Sequence[str] | None = None) -> int:
    """Let visitors write until the count is reached, or SIGINT or SIGTERM comes."""
    arguments = _arguments(given)
    page = Page.create(arguments.folder)
    visitors = Visitors(arguments.seed)
    if arguments.bulk is not None:
        post = page.publish(script().posts["budget"].replace("{street}", "Ferry Street"))
        written = fill_page(page, islice(visitors.ordinary(post), arguments.bulk))
        sys.stdout.write(f"{written} comments written under {post}.\n")
        return 0
    stopped = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    steps = _until(islice(visitors.endless(), arguments.count), stopped)
    done = replay(page, steps, arguments.pace, wait=stopped.wait, tell=_tell)
    sys.stdout.write(f"{done} steps; the visitors have gone home.\n")
    return 0


_WORDS = {
    "publish": "the Department publishes",
    "write": "comments",
    "edit": "the author edits",
    "remove": "the author removes",
    "move": "the page's own filter moves",
}


def _tell(step: Step, entry_id: str) -> None:
    who = f"{step.author} " if step.do == "write" else ""
    sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S}  {who}{_WORDS[step.do]} {entry_id}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
