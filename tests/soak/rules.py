"""What must hold when everything has settled: the log beside what truly happened, page by page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.records import Entry
from connectors._limits import Limit
from tests.soak.charges import Charge, most_used
from tests.soak.ledger import Ledger, Written
from tests.soak.texts import OBSCENE

OUTCOMES = ("action.hidden", "action.restored", "action.refused", "action.unconfirmed", "action.superseded")
CAPTURES = ("comment.seen", "comment.edited")
_TWICE = 2


@dataclass(frozen=True)
class Told:
    """One page, as its own side tells of it."""

    name: str
    ledger: Ledger
    edits_show: bool = True
    """Whether the platform lets an edit be noticed."""
    hidden_show: bool = True
    """Whether how a comment stands can be told from the platform."""
    limits: tuple[Limit, ...] = ()
    caps: Mapping[str, int] = field(default_factory=dict)
    charges: Sequence[Charge] = ()
    sightings: Sequence[tuple[str, int, bool]] = ()
    """The comment, the size of the log by then, whether a visitor saw it."""
    visible: Mapping[str, bool] = field(default_factory=dict)
    """Whether visitors see each comment, at the end."""
    logged: Mapping[str, str] = field(default_factory=dict)
    """The state that the log leaves each comment in."""


@dataclass(frozen=True)
class Story:
    """Everything that is known at the end."""

    entries: tuple[Entry, ...]
    pages: tuple[Told, ...]
    problems: tuple[str, ...] = ()
    """What verifying the records found."""
    unforeseen: tuple[str, ...] = ()
    """Errors that went through to the daemon, and what did not come to its end."""

    def of(self, *types: str) -> list[Entry]:
        """The entries of some types, in order."""
        return [entry for entry in self.entries if entry.type in types]

    def captures(self, page: str) -> dict[str, list[Entry]]:
        """The captures of a page's comments, by platform id."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.of(*CAPTURES):
            if entry.pub["page"] == page:
                found[entry.opened["comment.platform_id"]].append(entry)
        return found

    @property
    def comment_of(self) -> dict[str, tuple[str, str]]:
        """The page and the platform id of each comment, by its reference."""
        captures = self.of(*CAPTURES)
        return {entry.subject.ref: (entry.pub["page"], entry.opened["comment.platform_id"]) for entry in captures}


def uncaptured(story: Story) -> Iterator[str]:
    """Every version that was visible for two whole polls is captured once; nothing twice, and nothing made up."""
    for page in story.pages:
        captures = story.captures(page.name)
        for written in page.ledger.comments.values():
            kept = Counter(entry.opened["comment.text"] for entry in captures.get(written.id, ()))
            for number, version in enumerate(written.versions):
                due = version.polls >= _TWICE and (number == 0 or page.edits_show)
                if due and not kept[version.text]:
                    yield f"{page.name}: {written.id} was not captured when it said {version.text!r}"
                if kept[version.text] > 1:
                    yield f"{page.name}: {written.id} is captured {kept[version.text]} times with {version.text!r}"
            for text in kept.keys() - {version.text for version in written.versions}:
                yield f"{page.name}: {written.id} never said {text!r}"
        for platform_id in captures.keys() - page.ledger.comments.keys():
            if not captures[platform_id][0].pub["by_page"]:
                yield f"{page.name}: nobody wrote {platform_id}"


def without_outcome(story: Story) -> Iterator[str]:
    """Every request has one outcome; one that the platform cannot do has become a task for a person."""
    outcomes = Counter(entry.corr for entry in story.of(*OUTCOMES))
    for entry in story.of("action.requested"):
        if outcomes[entry.corr] != 1:
            yield f"entry {entry.seq}: the request has {outcomes[entry.corr]} outcomes"
    tasks = {(entry.subject.ref, entry.pub["action"]) for entry in story.of("task.opened")}
    for entry in story.of("action.refused"):
        if entry.pub["problem"] == "unsupported" and (entry.subject.ref, entry.pub["action"]) not in tasks:
            yield f"entry {entry.seq}: nobody was asked to do it by hand"


def over_budget(story: Story) -> Iterator[str]:
    """What reached the platform is within every limit, in every window."""
    for page in story.pages:
        for limit in page.limits:
            counted = [each for each in page.charges if each.kind == limit.kind]
            most = min(limit.most, page.caps.get(limit.kind, limit.most))
            if (used := most_used(limit.window, counted)) > most:
                yield f"{page.name}: {used} {limit.kind} reached the platform where {most} are allowed"


def without_intent(story: Story) -> Iterator[str]:
    """What is not seen any more was hidden by an act that was announced before, or by somebody else."""
    announced: dict[tuple[str, str], int] = {}
    comment = story.comment_of
    for entry in story.of("action.intent"):
        if entry.pub["action"] == "hide":
            announced.setdefault(comment[entry.subject.ref], entry.seq)
    for page in story.pages:
        for comment_id, size, seen in page.sightings:
            written = page.ledger.comments[comment_id]
            chain = [written, *page.ledger.above(written)]
            explained = any(
                each.removed or each.id in page.ledger.moved or announced.get((page.name, each.id), size) < size
                for each in chain
            )
            if not seen and not explained:
                yield f"{page.name}: {comment_id} was out of sight at entry {size}, and no intent says so"


def disowned(story: Story) -> Iterator[str]:
    """What changed is somebody else's doing only where somebody else did something, to it or to what it answers."""
    comment, acts = story.comment_of, story.of("action.intent")
    acted = {comment[entry.subject.ref] for entry in acts}
    pages = {page.name: page for page in story.pages}
    for entry in story.of("action.unexplained"):
        name, comment_id = comment[entry.subject.ref]
        ledger = pages[name].ledger
        written = ledger.comments.get(comment_id)
        if written is None or comment_id in ledger.moved:
            continue
        above = list(ledger.above(written))
        if not any(each.removed or each.id in ledger.moved or (name, each.id) in acted for each in above):
            yield f"entry {entry.seq}: nobody made {comment_id} {entry.pub['observed']} by hand"


def not_allowed(story: Story) -> Iterator[str]:
    """The bot hides by itself only what the policy lets it hide; all else a person has decided."""
    kinds = {
        (page.name, written.id, version.text): version.kind
        for page in story.pages
        for written in page.ledger.comments.values()
        for version in written.versions
    }
    captures = {entry.seq: entry for entry in story.of(*CAPTURES)}
    intents = {entry.corr for entry in story.of("action.intent")}
    hides = [entry for entry in story.of("action.requested") if entry.pub["action"] == "hide" and entry.corr in intents]
    for entry in hides:
        capture = captures[entry.pub["precondition_seq"]]
        said = (entry.pub["page"], capture.opened["comment.platform_id"], capture.opened["comment.text"])
        if entry.pub["reason"] == "rule" and kinds.get(said) != OBSCENE:
            yield f"entry {entry.seq}: the bot hides what is {kinds.get(said)}: {said[2]!r}"
        if entry.pub["reason"] != "rule" and entry.actor.kind != "human":
            yield f"entry {entry.seq}: a hide for {entry.pub['reason']} that no person asked for"


def unproved(story: Story) -> Iterator[str]:
    """The records are whole, and no error went through to the daemon."""
    yield from story.problems
    yield from story.unforeseen


def another_state(story: Story) -> Iterator[str]:
    """In the end the platform shows what the log says of each comment."""
    for page in story.pages:
        for written in page.ledger.comments.values():
            state, seen = page.logged.get(written.id), page.visible.get(written.id, False)
            if state is None:
                if seen:
                    yield f"{page.name}: {written.id} stands on the page and is not in the log"
            elif written.removed != (state == "gone"):
                yield f"{page.name}: {written.id} is {'gone' if written.removed else 'there'}; the log says {state}"
            elif page.hidden_show and seen != (state == "visible") and not _below_something(page, written):
                yield f"{page.name}: {written.id} is {'' if seen else 'not '}visible; the log says {state}"


def _below_something(page: Told, written: Written) -> bool:
    """Whether it answers what is not seen: some platforms hide the answers too."""
    return any(each.removed or not page.visible.get(each.id, True) for each in page.ledger.above(written))


Rule = Callable[[Story], Iterator[str]]
RULES: tuple[Rule, ...] = (
    uncaptured,
    without_outcome,
    over_budget,
    without_intent,
    disowned,
    not_allowed,
    unproved,
    another_state,
)
