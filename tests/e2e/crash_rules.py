"""What must hold after any number of kills: the log is compared with the page's own journal, line by line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bot.records import Entry
from connectors.practice.entry import Entry as Line
from models.comment import Author, Comment, State

OUTCOMES = ("action.hidden", "action.restored", "action.refused", "action.unconfirmed", "action.superseded")
CAPTURES = ("comment.seen", "comment.edited")
_SHOWN_AS = {"hide": State.HIDDEN, "unhide": State.VISIBLE}
_WANTED = ("leave_up", "hide")
_OVERTAKING = ("action.unexplained", "action.superseded", "action.unconfirmed", "comment.edited", "comment.gone")
_ROUNDING = timedelta(milliseconds=1)
"""The log's times are cut to milliseconds, the journal's are not."""


@dataclass(frozen=True)
class Story:
    """Everything that was written down, by the page and by the log."""

    lines: tuple[Line, ...]
    """The page's journal, oldest first."""
    foreign: frozenset[datetime]
    """The moments of those lines that visitors and colleagues wrote; all others are the daemon's."""
    entries: tuple[Entry, ...]

    @property
    def moves(self) -> list[Line]:
        """What the daemon did on the page."""
        return [line for line in self.lines if line.change == "moved" and line.at not in self.foreign]

    @property
    def unhidden_by_hand(self) -> list[Line]:
        """What a colleague showed again on the page itself."""
        return [line for line in self.lines if line.change == "moved" and line.at in self.foreign]

    @property
    def newest(self) -> dict[str, Line]:
        """Every post and comment of the page as it stands at the end."""
        return {line.id: line for line in self.lines}

    @property
    def comment_of(self) -> dict[str, str]:
        """The page's id of each comment, by its reference in the log."""
        return {entry.subject.ref: str(entry.opened["comment.platform_id"]) for entry in self.of(*CAPTURES)}

    def of(self, *types: str) -> list[Entry]:
        """The entries of some types, in order."""
        return [entry for entry in self.entries if entry.type in types]


@dataclass
class Intent:
    """An act that was announced, and when it was over."""

    entry: Entry
    request: Entry
    comment: str
    until: datetime | None

    def allows(self, move: Line) -> bool:
        """Whether the move may be what was announced."""
        wanted = _SHOWN_AS[self.entry.pub["action"]]
        begun = self.entry.ts <= move.at
        return (
            move.id == self.comment
            and move.state is wanted
            and begun
            and (self.until is None or move.at <= self.until + _ROUNDING)
        )


def intents(story: Story) -> list[Intent]:
    """Every announced act."""
    requests = {entry.corr: entry for entry in story.of("action.requested")}
    ended = {entry.corr: entry.ts for entry in story.of(*OUTCOMES)}
    comment = story.comment_of
    return [
        Intent(entry, requests[entry.corr], comment[entry.subject.ref], ended.get(entry.corr))
        for entry in story.of("action.intent")
    ]


def asked_for(story: Story) -> tuple[list[tuple[Line, Intent]], list[Line]]:
    """Pair each move of the daemon with the intent that announced it; also gives the moves that none announced."""
    waiting: dict[str, list[Intent]] = defaultdict(list)
    for intent in intents(story):
        waiting[intent.comment].append(intent)
    paired, unasked = [], []
    for move in story.moves:
        found = next((each for each in waiting[move.id] if each.allows(move)), None)
        if found is None:
            unasked.append(move)
        else:
            waiting[move.id].remove(found)
            paired.append((move, found))
    return paired, unasked


def acts_without_intent(story: Story) -> Iterator[str]:
    """No act on the platform without an intent that was on disk before it, and none twice for one intent."""
    for move in asked_for(story)[1]:
        yield f"{move.id} was made {move.state} at {move.at} without an intent"


def untidy_actions(story: Story) -> Iterator[str]:
    """One outcome for each request that had an intent, and at most one for any; nothing without a request."""
    requests = {entry.corr: entry.seq for entry in story.of("action.requested")}
    outcomes = Counter(entry.corr for entry in story.of(*OUTCOMES))
    yield from (f"{corr} has {count} outcomes" for corr, count in outcomes.items() if count > 1)
    for entry in story.of("action.intent", *OUTCOMES):
        if requests.get(entry.corr, entry.seq) >= entry.seq:
            yield f"entry {entry.seq} ({entry.type}) comes before its request"
        if entry.type == "action.intent" and not outcomes[entry.corr]:
            yield f"entry {entry.seq}: the intent is still open"


def lost_comments(story: Story) -> Iterator[str]:
    """Every comment that stands on the page is in the log in its newest version, each version once."""
    written = {(line.id, digest(line)) for line in story.lines if line.post is not None}
    kept: dict[str, list[str]] = defaultdict(list)
    for entry in story.of(*CAPTURES):
        kept[entry.opened["comment.platform_id"]].append(entry.opened["comment.digest"])
    for comment_id, line in story.newest.items():
        if line.post is not None and line.state is not State.GONE and kept[comment_id][-1:] != [digest(line)]:
            yield f"{comment_id} as it stands on the page is not in the log"
    for comment_id, digests in kept.items():
        yield from (f"{comment_id} never said that" for each in digests if (comment_id, each) not in written)
        if any(first == second for first, second in pairwise(digests)):
            yield f"{comment_id} has the same version twice"


def unnoticed_ends(story: Story) -> Iterator[str]:
    """A captured comment that its author removed is marked as gone, once."""
    comment = story.comment_of
    gone = Counter(comment[entry.subject.ref] for entry in story.of("comment.gone"))
    for comment_id in set(comment.values()):
        expected = int(story.newest[comment_id].state is State.GONE)
        if gone[comment_id] != expected:
            yield f"{comment_id} is marked as gone {gone[comment_id]} times instead of {expected}"


def overridden_on_the_page(story: Story) -> Iterator[str]:
    """What a colleague showed again on the page is never hidden by the bot of its own accord."""
    shown: dict[str, datetime] = {}
    for line in story.unhidden_by_hand:
        shown.setdefault(line.id, line.at)
    for move, intent in asked_for(story)[0]:
        by_bot = intent.request.actor.kind != "human"
        if by_bot and move.state is State.HIDDEN and move.id in shown and shown[move.id] < move.at:
            yield f"{move.id} was shown by a person at {shown[move.id]} and hidden by the bot at {move.at}"


def overridden_answers(story: Story) -> Iterator[str]:
    """What a moderator has decided, and not undone, is never changed by the bot of its own accord."""
    decided: dict[str, dict[int, str]] = defaultdict(dict)
    asked_by_bot = {entry.corr for entry in story.of("action.requested") if entry.actor.kind != "human"}
    for entry in story.of("review.decided", "action.intent"):
        answers = decided[entry.subject.ref]
        if entry.type == "action.intent":
            if entry.corr in asked_by_bot and set(answers.values()) & {"leave_up", "hide"}:
                yield f"entry {entry.seq}: the bot acts against the answer {max(answers)}"
        elif entry.pub["decision"] == "undo":
            answers.pop(entry.pub["undoes"], None)
        else:
            answers[entry.seq] = entry.pub["decision"]


def forgotten_answers(story: Story) -> Iterator[str]:
    """The page shows what the newest answer says, unless something that the log tells of came after it."""
    answers: dict[str, dict[int, str]] = defaultdict(dict)
    for entry in story.entries:
        if entry.type in _OVERTAKING and entry.pub.get("via") != "withdrawn":
            answers.pop(entry.subject.ref, None)
        elif entry.type == "review.decided" and entry.pub["decision"] == "undo":
            answers[entry.subject.ref].clear()
        elif entry.type == "review.decided" and entry.pub["decision"] in _WANTED:
            answers[entry.subject.ref][entry.seq] = entry.pub["decision"]
    comment = story.comment_of
    for ref, given in answers.items():
        shown = story.newest[comment[ref]].state
        # What the platform's own filter keeps as spam stays there, whatever the answer.
        if given and shown is not State.SPAM and (shown is State.VISIBLE) != (given[max(given)] == "leave_up"):
            yield f"{comment[ref]} is {shown}, though entry {max(given)} says {given[max(given)]}"


def told_twice(story: Story) -> Iterator[str]:
    """Every urgent flag and every referral is told of, and recorded as told, exactly once."""
    told = Counter(entry.pub["about"] for entry in story.of("alert.raised"))
    yield from (f"entry {seq} is recorded as told {count} times" for seq, count in told.items() if count > 1)
    urgent = [entry for entry in story.of("comment.flagged") if entry.pub["urgency"] >= 2]
    yield from (f"nobody was told of entry {entry.seq}" for entry in urgent if not told[entry.seq])
    sent = Counter(entry.pub["week"] for entry in story.of("summary.sent"))
    yield from (f"the summary of {week} is recorded as sent {count} times" for week, count in sent.items() if count > 1)


def digest(line: Line) -> str:
    """The digest of what the author had written by then."""
    return Comment("", line.id, line.post or "", Author(""), line.text, line.created, media=line.media).digest


Rule = Callable[[Story], Iterator[str]]
RULES: tuple[Rule, ...] = (
    acts_without_intent,
    untidy_actions,
    lost_comments,
    unnoticed_ends,
    overridden_on_the_page,
    overridden_answers,
    forgotten_answers,
    told_twice,
)
