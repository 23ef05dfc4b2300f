"""What a comment answers: the Department's post and the thread, with the comment in its place."""

from __future__ import annotations

from dataclasses import dataclass

from bot.records import Captured, CommentState, Records
from bot.web.reading.attachments import web_address
from bot.web.times import Clock, When
from bot.web.words import STATES
from bot.words import said_of

_THREAD = 200
_BEFORE, _AFTER = 4, 6


@dataclass(frozen=True, slots=True)
class ShownPost:
    """The Department's post."""

    text: str
    at: When | None
    link: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """One comment of the thread, in short."""

    author: str
    text: str
    at: When
    by_page: bool
    reply: bool
    here: bool
    """Whether it is the comment that is being looked at."""
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class Context:
    """The post and the neighbours of a comment."""

    post: ShownPost | None
    thread: list[Utterance]
    answered: str
    """The text that the comment answers: another comment's, else the post's."""
    cut: str
    """What is not shown, in words; empty when all is."""


def context(records: Records, state: CommentState, clock: Clock) -> Context:
    """Read the post and the comments around one comment."""
    post = records.post(state.post_ref) if state.post_ref else None
    shown_post = None
    if post:
        at = clock.when(post.created) if post.created else None
        shown_post = ShownPost(post.text or "", at, web_address(post.permalink))
    around, hidden_away = _around(records, state)
    cut = f"{hidden_away} more in this thread." if hidden_away else ""
    thread = [_utterance(each, said, state.ref, clock) for each, said in around]
    parents = [said.text or "" for each, said in around if each.ref == state.parent_ref]
    answered = parents[0] if parents else (shown_post.text if shown_post else "")
    return Context(shown_post, thread, answered, cut)


def _around(records: Records, state: CommentState) -> tuple[list[tuple[CommentState, Captured]], int]:
    """The comments next to one, what it answers included, and how many of the thread are left out."""
    thread = records.thread(state.post_ref, limit=_THREAD) if state.post_ref else []
    if thread and state.post_ref and all(each.ref != state.ref for each, _ in thread):
        thread = records.thread(state.post_ref, limit=_BEFORE + 1, upto=state.created)
    refs = [each.ref for each, _ in thread]
    if len(thread) < 2 or state.ref not in refs:
        return [], 0
    at = refs.index(state.ref)
    near = set(refs[max(0, at - _BEFORE) : at + _AFTER]) | {each.ref for each in records.ancestors(state.ref)}
    kept = [(each, said) for each, said in thread if each.ref in near]
    return kept, len(thread) - len(kept)


def _utterance(state: CommentState, said: Captured, ref: str, clock: Clock) -> Utterance:
    return Utterance(
        author=said.author_name or "",
        text=said.text or "",
        at=clock.when(said.created),
        by_page=state.by_page,
        reply=state.parent_ref is not None,
        here=state.ref == ref,
        state=state.state,
        state_words=said_of(state.state, STATES),
    )
