"""From a page's fetched batch to events: capture, judge, flag, request."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from bot import tasks
from bot.capture import Recorder
from bot.config import Page
from bot.events import Actor, CommentGone, PageGap, Subject
from bot.judgement import InPlace, Judgement, Rulebook, judge
from bot.page_tasks import open_duties
from bot.records import CommentState, Records, Writing
from bot.rules_in_force import in_force
from connectors.base import Batch, Connector
from models.comment import Comment, State

_AT_ONCE = 100
"""Comments in one transaction: few enough that the review application never waits long for its turn."""
_ANCESTORS = 5
_MISSING_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll of a page brought."""

    seen: int = 0
    edited: int = 0
    flagged: int = 0
    requested: int = 0
    gone: int = 0
    unexplained: int = 0
    more: bool = False

    def __add__(self, other: Polled) -> Polled:
        """Add up the figures; there is more when either has more."""
        return Polled(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Poll:
    """One page with everything needed to poll it."""

    name: str
    page: Page
    connector: Connector
    rulebook: Rulebook
    actor: Actor

    def __call__(self, records: Records, now: datetime) -> Polled:
        """Fetch once and write down what came, the cursor last: a crash before that means fetching again, not losing.

        A threshold that a person moved in the log counts from the next poll on.

        Raises:
            ConnectorError: when the page cannot be read; nothing is written then.
            StoreError: when the log cannot be written; what was not written will be fetched again.
        """
        policy = in_force(self.rulebook.policy, records.rule_changes())
        return replace(self, rulebook=replace(self.rulebook, policy=policy)).poll(records, now)

    def poll(self, records: Records, now: datetime) -> Polled:
        """One poll by the rules as they stand in this rulebook; as calling it otherwise."""
        batch = self.connector.fetch(records.cursor(self.name))
        known = records.known(self.name, [comment.platform_id for comment in batch.comments])
        if not self.connector.capability.tells_hidden:
            batch = _as_logged(batch, known)
        fresh, seen_before = _sort_out(records, batch, known)
        judgements = self._judge(records, batch, [comment for comment in fresh if not comment.by_page])
        total = Polled()
        with records.writing() as writing:
            recorder = self._recorder(writing, now)
            for post in batch.posts:
                recorder.post(post)
        for chunk in _chunks(fresh, _AT_ONCE):
            with records.writing() as writing:
                total += _record(self._recorder(writing, now), chunk, judgements)
        missing = self._missing(records, batch)
        with records.writing() as writing:
            total += self._settle_states(self._recorder(writing, now), seen_before)
            total += self._gone(writing, {*batch.gone, *missing}, batch.gone_by)
            open_duties(writing, self.name, batch.duties, self.actor)
            note_gap(writing, self.name, batch.gap, self.actor)
            writing.set_cursor(self.name, batch.cursor)
        return total + Polled(more=batch.more)

    def _recorder(self, writing: Writing, now: datetime) -> Recorder:
        return Recorder(writing, self.name, self.page, self.rulebook, self.actor, now)

    def _judge(self, records: Records, batch: Batch, comments: Sequence[Comment]) -> dict[str, Judgement]:
        place = _Places(records, self.name, batch)
        judgements = judge([place.of(comment) for comment in comments], self.rulebook)
        return {comment.platform_id: found for comment, found in zip(comments, judgements, strict=True)}

    def _missing(self, records: Records, batch: Batch) -> list[str]:
        """Comments that a complete batch should hold and does not, each confirmed gone by reading it."""
        if batch.complete_since is None:
            return []
        fetched = {comment.platform_id for comment in batch.comments}
        expected = records.live_comments_since(self.name, batch.complete_since)
        absent = [platform_id for _, platform_id, _ in expected if platform_id not in fetched]
        return [each for each in absent[:_MISSING_AT_ONCE] if self.connector.state(each).state is State.GONE]

    def _settle_states(self, recorder: Recorder, comments: Sequence[Comment]) -> Polled:
        """Compare the platform's state of known comments with the log's."""
        known = recorder.writing.known(self.name, [comment.platform_id for comment in comments])
        unexplained = flagged = 0
        for comment in comments:
            before = known[comment.platform_id]
            if comment.state is State.GONE:
                continue  # told by `_gone`
            if not recorder.explained(before, comment.state):
                unexplained += recorder.unexplained(before, comment.state)
                flagged += before.state == State.GONE and recorder.came_back(before)
        return Polled(unexplained=unexplained, flagged=flagged)

    def _gone(self, writing: Writing, platform_ids: Collection[str], by: Mapping[str, str]) -> Polled:
        states = writing.known(self.name, list(platform_ids))
        left = {each: state for each, state in states.items() if state.state != State.GONE}
        for platform_id, state in left.items():
            subject, who = Subject("comment", state.ref), by.get(platform_id)
            writing.append(CommentGone(actor=self.actor, subject=subject, page=self.name, was=state.state, by=who))
            tasks.gone(writing, state.ref, self.actor)
        return Polled(gone=len(left))


def note_gap(writing: Writing, page: str, what: str, actor: Actor) -> None:
    """Record what the platform could not show, unless that was the last thing recorded about it."""
    known = writing.last("page.gap", page)
    if what and (known is None or known.opened.get("gap.what") != what):
        writing.append(PageGap(actor=actor, subject=Subject("page", page), page=page, what=what))


def _as_logged(batch: Batch, known: Mapping[str, CommentState]) -> Batch:
    """Give known comments the state that the log has: the platform does not say whether they are hidden."""

    def stands(comment: Comment) -> Comment:
        before = known.get(comment.platform_id)
        if before is None or before.state == State.GONE:
            return comment
        return replace(comment, state=State(before.state))

    return replace(batch, comments=tuple(map(stands, batch.comments)))


def _sort_out(records: Records, batch: Batch, known: dict[str, CommentState]) -> tuple[list[Comment], list[Comment]]:
    """Part the batch into new versions (answered comments before their answers) and what is known already."""
    newest = {comment.platform_id: comment for comment in batch.comments}
    fresh, seen_before = [], []
    for comment in newest.values():
        before = known.get(comment.platform_id)
        if before is not None and records.same_digest(before, comment.digest):
            seen_before.append(comment)
        else:
            fresh.append(comment)
    return sorted(fresh, key=lambda comment: (comment.created, comment.parent_id is not None)), seen_before


def _record(recorder: Recorder, comments: Sequence[Comment], judgements: dict[str, Judgement]) -> Polled:
    # Read inside the transaction: a person may have decided since the batch was fetched.
    known = recorder.writing.known(recorder.name, [comment.platform_id for comment in comments])
    total = Polled()
    for comment in comments:
        before = known.get(comment.platform_id)
        if before is not None and recorder.writing.same_digest(before, comment.digest):
            continue  # a backfill recorded it meanwhile
        flagged, requested = recorder.comment(comment, before, judgements.get(comment.platform_id))
        total += Polled(seen=before is None, edited=before is not None, flagged=flagged, requested=requested)
    return total


def _chunks(comments: Sequence[Comment], size: int) -> Iterator[Sequence[Comment]]:
    return (comments[start : start + size] for start in range(0, len(comments), size))


class _Places:
    """Finds what a comment answers: in the batch first, else in the log."""

    def __init__(self, records: Records, page: str, batch: Batch) -> None:
        self._records = records
        self._page = page
        self._comments = {comment.platform_id: comment for comment in batch.comments}
        self._posts = {post.platform_id: post.text for post in batch.posts}

    def of(self, comment: Comment) -> InPlace:
        return InPlace.of(comment, self._post(comment.post_id), self._ancestors(comment))

    def _post(self, platform_id: str) -> str | None:
        if platform_id not in self._posts:
            known = self._records.known_posts(self._page, [platform_id]).get(platform_id)
            captured = self._records.post(known.ref) if known else None
            if captured is None or captured.text is None:
                return None
            self._posts[platform_id] = captured.text
        return self._posts[platform_id]

    def _ancestors(self, comment: Comment) -> tuple[str, ...]:
        texts: list[str] = []
        parent = comment.parent_id
        while parent is not None and len(texts) < _ANCESTORS:
            found = self._comments.get(parent)
            if found is None:
                texts.extend(self._logged(parent, _ANCESTORS - len(texts)))
                break
            texts.append(found.text)
            parent = found.parent_id
        return tuple(reversed(texts))

    def _logged(self, parent: str, most: int) -> list[str]:
        known = self._records.known(self._page, [parent]).get(parent)
        if known is None:
            return []
        above = [known.ref, *(each.ref for each in reversed(self._records.ancestors(known.ref)))]
        captured = (self._records.captured(ref) for ref in above[:most])
        return [each.text for each in captured if each is not None and each.text is not None]
