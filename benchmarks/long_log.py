"""A store whose log is long: what a Department has after years, written in minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, islice

from benchmarks.bench import AT_ONCE, POST, Bench, Site
from bot.capture import Recorder
from bot.demo_store import PAGE
from bot.judgement import InPlace, Judgement, Rulebook, judge
from bot.moments import utc_now
from bot.records import Records
from bot.startup import ACTOR
from models.comment import Comment

_PATTERNS = 1_000
"""Comments that are judged; the long log repeats them, each time as new comments."""
_AT_ONCE = 2_000
"""Comments in one transaction: so the wait for the disk at each commit is shared by four thousand entries."""
_AGO = timedelta(days=30)
"""Too long ago for the bot to act on, as in a backlog; so no request stays open."""


@dataclass(frozen=True, slots=True)
class LongLog:
    """A site whose log can be made longer, with entries like those of the pipeline through its own `Recorder`."""

    site: Site
    book: Rulebook
    patterns: Sequence[tuple[Comment, Judgement]]

    @classmethod
    def make(cls, bench: Bench, name: str, waiting: int = 0) -> LongLog:
        """Make a site with an empty store and so many comments that wait on its page to be polled.

        What was on the page before them is what the log's entries will be about.
        """
        patterns = bench.size(_PATTERNS, 20)
        site = bench.site(name, patterns)
        connector = site.poll(bench.book, AT_ONCE).connector
        comments: list[Comment] = []
        cursor: str | None = None
        while len(comments) < patterns:
            batch = connector.fetch(cursor)
            comments += batch.comments
            cursor = batch.cursor
        with site.open() as records, records.writing() as writing:
            writing.set_cursor(PAGE, cursor or "0")
        site.visit(waiting, seed=2)
        found = judge([InPlace.of(each, POST, ()) for each in comments], bench.book)
        return cls(site, bench.book, list(zip(comments, found, strict=True)))

    def grow(self, records: Records, entries: int, at_once: int = _AT_ONCE) -> Iterator[int]:
        """Append until the log has so many entries, `at_once` comments a transaction; gives its length after each."""
        drawn = self._new_comments(records.size())
        while (size := records.size()) < entries:
            with records.writing() as writing:
                recorder = Recorder(writing, PAGE, self.site.config.pages[PAGE], self.book, ACTOR, utc_now())
                for comment, judgement in islice(drawn, min(at_once, (entries - size + 1) // 2)):
                    recorder.comment(comment, None, judgement)
            yield records.size()

    def _new_comments(self, first: int) -> Iterator[tuple[Comment, Judgement]]:
        """The patterns again and again, each time as another comment."""
        for number in count(first):
            comment, judgement = self.patterns[number % len(self.patterns)]
            yield replace(comment, platform_id=f"b{number}", created=comment.created - _AGO), judgement
