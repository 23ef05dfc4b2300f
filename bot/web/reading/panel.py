"""What a person may answer about a comment, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.config import Config
from bot.records import Action, CommentState, Entry, Flag, Records
from bot.web.reading.people import names_of
from bot.web.site import Person
from bot.web.times import Clock, When
from bot.web.words import DECISIONS, GROUNDS, STATES
from bot.words import MATTERS, said_of
from models.comment import State
from models.policy import Ground

_GROUND_OF = {
    "obscenity": Ground.OBSCENITY,
    "slur": Ground.OBSCENITY,
    "personal_attack": Ground.PERSONAL_ATTACK,
    "threat": Ground.PERSONAL_ATTACK,
    "off_topic": Ground.OFF_TOPIC,
    "spam": Ground.OFF_TOPIC,
}
_OUT_OF_SIGHT = (State.HIDDEN, State.HELD)
_BY = {"bot": "Hidden by the bot.", "person": "Hidden by a moderator.", "elsewhere": "Hidden, and nobody here did it."}


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a strip: a ground of the policy, or a matter with the role that takes it over."""

    key: str
    label: str
    detail: str
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Another moderator is working on it."""

    name: str
    until: When


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that stands."""

    seq: int
    who: str
    words: str
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The decision panel of one comment for one person."""

    last_seq: int
    state: str
    state_words: str
    sentence: str
    under_way: str
    """What the daemon is about to do; empty when nothing."""
    restore: When | None
    question: str
    leave_up: str
    hide: str
    given: Given | None
    held: Held | None
    mine_until: When | None
    closed: str
    """Why nothing can be decided; empty when it can."""
    grounds: list[Choice]
    matters: list[Choice]
    side_effects: list[str]


def panel(
    records: Records, config: Config, state: CommentState, flag: Flag | None, person: Person, clock: Clock
) -> Panel:
    """Read how a comment stands and what this person may answer."""
    hidden = state.state in _OUT_OF_SIGHT
    held, mine_until = _claim(records, state.ref, person, clock)
    return Panel(
        last_seq=state.last_seq,
        state=state.state,
        state_words=said_of(state.state, STATES),
        sentence=_sentence(state),
        under_way=_under_way([each for each in records.actions_of(state.ref) if each.outcome is None]),
        restore=clock.when(state.provisional_until) if state.provisional_until else None,
        question="Should this stay hidden?" if hidden else "Should this stay up?",
        leave_up="Put it back up" if hidden else "Leave it up",
        hide="Keep it hidden" if hidden else "Hide it",
        given=None if flag else _given(records.answer_to_undo(state.ref), person),
        held=held,
        mine_until=mine_until,
        closed=_closed(state),
        grounds=_grounds(flag),
        matters=_matters(config),
        side_effects=_side_effects(records.page_described(state.page)),
    )


def _claim(records: Records, ref: str, person: Person, clock: Clock) -> tuple[Held | None, When | None]:
    claim = records.claim_of(ref)
    if claim is None:
        return None, None
    until = clock.when(claim.until)
    if claim.user == person.user.ref:
        return None, until
    return Held(names_of([claim.user]).get(claim.user, "another moderator"), until), None


def _sentence(state: CommentState) -> str:
    if state.state == State.HIDDEN or state.hidden_by:
        return _BY.get(state.hidden_by or "", "Hidden.")
    if state.state == State.VISIBLE:
        return "Visible to everybody."
    return f"{said_of(state.state, STATES)}."


def _under_way(pending: list[Action]) -> str:
    if not pending:
        return ""
    what = "Being hidden" if pending[-1].action == "hide" else "Being shown again"
    return f"{what} on the platform; the page says so here once it was read back."


def _given(answer: Entry | None, person: Person) -> Given | None:
    if answer is None:
        return None
    names = names_of([answer.actor.id])
    mine = answer.actor.id == person.user.ref
    words = said_of(answer.pub["decision"], DECISIONS)
    if ground := answer.pub.get("ground"):
        words = f"{words} ({said_of(ground, GROUNDS).lower()})"
    who = "You answered" if mine else f"{names.get(answer.actor.id, 'A moderator')} answered"
    return Given(answer.seq, who, words, may_undo=mine or person.takes_over)


def _closed(state: CommentState) -> str:
    if state.state == State.GONE:
        return "It is gone from the platform; there is nothing left to decide."
    return "This is the Department's own comment; it is not moderated here." if state.by_page else ""


def _grounds(flag: Flag | None) -> list[Choice]:
    found = [_GROUND_OF[each] for each in flag.categories if each in _GROUND_OF] if flag else []
    suggested = found[0] if found else Ground.OBSCENITY
    return [Choice(each.value, GROUNDS[each], _clause(each), each is suggested) for each in Ground]


def _clause(ground: Ground) -> str:
    return f"policy {' '.join(ground.clause.split()[:2])}"


def _matters(config: Config) -> list[Choice]:
    return [
        Choice(key, label[0].upper() + label[1:], config.referrals[key].role)
        for key, label in MATTERS.items()
        if key in config.referrals
    ]


def _side_effects(described: Entry | None) -> list[str]:
    can: dict[str, Any] = described.pub["capabilities"] if described else {}
    effects = list(can.get("side_effects") or [])
    if can and not can.get("can_hide", True):
        effects.insert(0, "It lets no program hide comments: a hide becomes a task that somebody does by hand.")
    elif can and not can.get("hide_is_reversible", True):
        effects.insert(0, "A hide cannot be undone.")
    if most := can.get("max_hidden_per_thread"):
        effects.append(f"At most {most} comments can be hidden below one post.")
    return effects
