"""A look at the threads of a channel: what is listed, the replies that came, and what is not listed any more.

Threads are listed by when they began, so a reply below an old one changes nothing but its number of replies. What is
held leaves the listing of what is published; it stands in a listing of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from connectors._google import Page
from connectors._google_errors import RefusedError
from connectors.base import Batch, BudgetSpentError, GoneError
from connectors.youtube.api import IDS, Api, Status
from connectors.youtube.errors import DisabledError
from connectors.youtube.place import Place
from connectors.youtube.rows import STATES, Reader, Thread
from models.comment import Comment, Post, State

LISTED: tuple[Status, ...] = ("published", "heldForReview", "likelySpam", "rejected")
_AGAIN = 3
"""Threads whose replies are read again in a look although nothing came, and requests by id."""

_BEFORE = 0.001
"""What was asked for by its id counts as seen so many seconds before the look: that tells it from what was listed."""
_NOT_LISTED = (
    "YouTube does not list comments that people rejected in YouTube Studio; they show as gone, or as if in sight."
)


@dataclass
class Look:
    """One look, and what it has brought so far."""

    api: Api
    reader: Reader
    place: Place
    most: int
    """So many threads of each kind are listed."""
    comments: dict[str, Comment] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    threads: dict[str, tuple[str, int]] = field(default_factory=dict)
    relisted: set[str] = field(default_factory=set)
    there: set[str] = field(default_factory=set)
    """Comments that are there and not listed."""
    units: int = 0
    """What every look takes; replies and videos are read when something came."""

    def batch(self, now: float) -> Batch:
        """Look, until the budget says no.

        Raises:
            ConnectorError: when nothing could be read.
        """
        try:
            threads = [thread for status in LISTED for thread in self._threads(status)]
            self.videos()
            for thread in threads:
                self.below(thread)
            self._in_turn()
            self._again()
        except BudgetSpentError:
            if not self.comments:
                raise
        seen = {**self.place.seen, **dict.fromkeys(self.there, now - _BEFORE), **dict.fromkeys(self.comments, now)}
        kept = {each: when for each, when in seen.items() if each not in self.gone}
        videos = tuple(dict.fromkeys((*self.posts, *self.place.videos)))
        place = Place(now, self.units, kept, {**self.place.threads, **self.threads}, videos)
        gap = " ".join(dict.fromkeys(self.gaps))
        found = tuple(self.comments.values())
        return Batch(tuple(self.posts.values()), found, str(place), gone=tuple(self.gone), gap=gap)

    def _threads(self, status: Status) -> Iterator[Thread]:
        """The newest threads of one kind. A page that is not there any more ends it: the next look begins anew."""
        onward: str | None = None
        listed = 0
        while listed < self.most:
            self.units += 1
            try:
                page = self.api.threads(status, onward)
            except RefusedError:
                if onward is None:
                    raise
                return
            if page is None:
                self.gaps.append(_NOT_LISTED)
                return
            for text in page.items:
                thread = self.reader.thread(text, STATES[status])
                self.take(thread)
                yield thread
            listed += len(page.items)
            if page.onward is None or page.onward == onward:
                return
            onward = page.onward
        self.gaps.append(
            f"Only the newest {self.most} threads are read; raise threads_watched to notice replies in older ones."
        )

    def take(self, thread: Thread) -> None:
        """Take in a comment below a video."""
        top = thread.top
        _, count = self.place.threads.get(top.platform_id, ("", -1))
        self.comments[top.platform_id] = top
        self.threads[top.platform_id] = (top.post_id, count)

    def videos(self) -> None:
        """The posts that are not captured yet."""
        known = {*self.place.videos, self.api.channel}
        wanted = list(dict.fromkeys(each.post_id for each in self.comments.values() if each.post_id not in known))
        for start in range(0, len(wanted), IDS):
            found = map(self.reader.post, self.api.videos(wanted[start : start + IDS]))
            self.posts.update((post.platform_id, post) for post in found)

    def below(self, thread: Thread) -> None:
        """The replies: those listed with their thread where these are all; else, when there is news, all of them."""
        top = thread.top.platform_id
        inline = {each.platform_id: each for each in thread.replies}
        self.comments.update(inline)
        if len(inline) < thread.count:
            if self.threads[top][1] == thread.count and inline.keys() <= self.place.seen.keys():
                return
            try:
                self._replies(top, thread.top.post_id)
            except GoneError:
                return
            except DisabledError:
                self.gaps.append(f"Comments are turned off below video {thread.top.post_id}; its replies are not read.")
                return
        self.threads[top] = (thread.top.post_id, thread.count)
        self.relisted.add(top)

    def _replies(self, top: str, video: str) -> None:
        onward: str | None = None
        while True:
            page = self.api.replies(top, onward)
            replies = (self.reader.comment(each, State.VISIBLE, video) for each in page.items)
            self.comments.update((each.platform_id, each) for each in replies)
            if page.onward is None or page.onward == onward:
                return
            onward = page.onward

    def _in_turn(self) -> None:
        """Replies in threads where nothing came: an edit leaves no trace anywhere else."""
        unseen = (each for each in self.place.doubtful(self.comments, self.relisted) if "." in each)
        parents = dict.fromkeys(each.partition(".")[0] for each in unseen)
        for top in [each for each in parents if each in self.threads and each not in self.relisted][:_AGAIN]:
            self.units += 1
            with suppress(GoneError, DisabledError):
                self._replies(top, self.threads[top][0])
                self.relisted.add(top)

    def _again(self) -> None:
        """Known comments that are not listed, by their ids: that says whether they are there, and no more."""
        waiting = self.threads.keys() - self.relisted
        unlisted = self.place.doubtful(self.comments, self.relisted)
        doubtful = [each for each in unlisted if "." not in each or each.partition(".")[0] not in waiting]
        proved = False
        for start in range(0, min(len(doubtful), IDS * _AGAIN), IDS):
            asked = doubtful[start : start + IDS]
            self.units += 1
            there = {self.reader.comment(each).platform_id for each in self.api.comments(asked)}
            missing = [each for each in asked if each not in there]
            if missing and not proved:
                self.units += 1
                self.api.own_channel()
                proved = True
            self.gone.extend(missing)
            self.there.update(there)


def older(api: Api, reader: Reader, onward: str | None) -> tuple[Look, str | None]:
    """One page of published threads with all their replies, and what brings the next page."""
    look = Look(api, reader, Place(), 0)
    page = api.threads("published", onward) or Page((), None)
    threads = [reader.thread(each, State.VISIBLE) for each in page.items]
    for thread in threads:
        look.take(thread)
    look.videos()
    for thread in threads:
        look.below(thread)
    return look, page.onward if page.onward != onward else None
