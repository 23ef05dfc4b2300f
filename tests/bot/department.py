"""A small Department for tests of what the bot does: its configuration, its log, and things that happen in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import Loaded
from bot.events import (
    ActionHidden,
    ActionIntent,
    ActionRequested,
    ActionRestored,
    Actor,
    CommentFlagged,
    CommentSeen,
    PageDescribed,
    ReviewDecided,
    Subject,
)
from bot.mail import Mailer, mailer
from bot.moments import timestamp
from bot.records import Entry, Records

BOT = Actor("bot", "daemon")
PERSON = Actor("human", "u_1", role="moderator")
ORIGIN = "pd.example.gov/moderation-log"
SECRET_TEXT = "you are all worthless 5551234"


class Clock:
    """A clock that tests set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now


def configuration(folder: Path, port: int = 25, **tables: object) -> Loaded:
    """A Department with two pages, mail to the server at `port`, and every role."""
    given: dict[str, object] = {
        "department": {
            "name": "Jackson PD",
            "timezone": "America/Denver",
            "policy_version": "2026-01",
            "origin": ORIGIN,
        },
        "store": {"dir": str(folder / "store")},
        "pages": {
            "blog": {"platform": "practice", "url": "https://blog.example.gov", "mode": "live"},
            "street-team": {"platform": "practice", "mode": "shadow"},
        },
        "mail": {
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": "bot@pd.example.gov",
            "reply_to": "clerk@pd.example.gov",
            "summary_to": ["chief@pd.example.gov", "clerk@town.example.gov"],
        },
        "alerts": {"to": ["oncall@pd.example.gov"]},
        "referrals": {"tip": {"role": "Detectives", "to": ["tips@pd.example.gov"]}},
        "web": {"url": "https://review.example.gov"},
        **tables,
    }
    return Loaded.model_validate({**given, "path": folder / "config.toml", "sha256": "0" * 64})


def log(folder: Path, clock: Callable[[], datetime]) -> Records:
    """The Department's log."""
    return Records.create(folder / "store", ORIGIN, clock)


def server(config: Loaded) -> Mailer:
    """The Department's mail server."""
    found = mailer(config)
    assert found is not None
    return found


def seen(records: Records, page: str = "blog", number: int = 1, text: str = SECRET_TEXT) -> str:
    """A visitor's comment is captured; gives its reference."""
    with records.writing() as writing:
        ref = writing.comment_ref(page, str(number))
        now = timestamp(datetime.now(UTC))
        writing.append(
            CommentSeen(
                actor=BOT,
                subject=Subject("comment", ref),
                page=page,
                platform="practice",
                version=1,
                state="visible",
                by_page=False,
                created=now,
                platform_id=str(number),
                text=text,
                digest="d" * 64,
                author_name="Mallory Visitor",
                author_id="m-1",
            )
        )
    return ref


def flagged(records: Records, ref: str, *categories: str, page: str = "blog", urgency: int = 1) -> Entry:
    """The comment awaits a moderator."""
    return records.append(
        CommentFlagged(
            actor=BOT,
            subject=Subject("comment", ref),
            page=page,
            version=1,
            verdict="queue",
            act="queue",
            urgency=urgency,
            categories=list(categories),
            reason=f"rule {categories[0] if categories else 'none'}",
        )
    )


def hidden(records: Records, ref: str, page: str = "blog", *, actor: Actor = BOT, corr: str | None = None) -> None:
    """The comment is hidden, by the bot or on a person's answer."""
    until = None if actor.kind == "human" else timestamp(records.newest(1)[0].ts + timedelta(hours=72))
    _acted(records, ref, page, "hide", actor, corr or f"op_hide_{ref}", "rule", until)


def restored(records: Records, ref: str, page: str = "blog", *, reason: str = "review") -> None:
    """The comment is visible again."""
    _acted(records, ref, page, "unhide", PERSON, f"op_unhide_{ref}", reason, None)


def _acted(
    records: Records, ref: str, page: str, action: str, actor: Actor, corr: str, reason: str, until: str | None
) -> None:
    subject, state = Subject("comment", ref), "visible" if action == "hide" else "hidden"
    requested = records.append(
        ActionRequested(
            actor=actor,
            subject=subject,
            corr=corr,
            page=page,
            action=action,
            reason=reason,
            precondition_seq=0,
            precondition_state=state,
            provisional_until=until,
        )
    )
    records.append(
        ActionIntent(
            actor=BOT,
            subject=subject,
            corr=corr,
            cause=(requested.seq,),
            page=page,
            action=action,
            attempt=1,
            idem=corr,
            precondition_seq=0,
            observed=state,
        )
    )
    outcome, observed = (ActionHidden, "hidden") if action == "hide" else (ActionRestored, "visible")
    records.append(
        outcome(actor=BOT, subject=subject, corr=corr, page=page, action=action, observed=observed, via="response")
    )


def answered(records: Records, ref: str, decision: str, page: str = "blog") -> Entry:
    """A moderator answers."""
    state = records.comment(ref)
    assert state is not None
    return records.append(
        ReviewDecided(
            actor=PERSON,
            subject=Subject("comment", ref),
            page=page,
            decision=decision,
            version=1,
            seen_seq=state.last_seq,
            ground="personal_attack" if decision == "hide" else None,
        )
    )


def described(records: Records, page: str, health: str, problem: str = "") -> Entry:
    """A page's health is recorded."""
    return records.append(
        PageDescribed(
            actor=BOT,
            subject=Subject("page", page),
            page=page,
            platform="practice",
            url="",
            mode="live",
            health=health,
            capabilities={},
            problem=problem or None,
        )
    )
