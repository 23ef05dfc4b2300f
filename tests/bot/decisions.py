"""Comments that people have decided, many at once."""

from __future__ import annotations

from typing import Any

from bot.events import CommentClassified, CommentFlagged, CommentSeen, ReviewDecided, Subject
from bot.records import Writing
from tests.bot.department import BOT, PERSON

LONG = "the words of comment number {} about the works on Main Street"


def decided_in(
    writing: Writing,
    number: int,
    decision: str,
    *,
    value_bp: int = 8_500,
    category: str = "obscenity",
    urgency: int = 1,
    page: str = "blog",
    models: str = "1",
    ground: str = "personal_attack",
) -> str:
    """A comment is captured, scored, flagged and decided, in one transaction; gives its reference."""
    ref = writing.comment_ref(page, str(number))
    about: dict[str, Any] = {"actor": BOT, "subject": Subject("comment", ref), "page": page, "version": 1}
    reason = {"category": category, "value_bp": value_bp, "span": [4, 9], "why": "A word.", "rule": "fake.word"}
    writing.append(
        CommentSeen(
            **about,
            platform="practice",
            state="visible",
            by_page=False,
            created="2026-11-16T12:00:00.000Z",
            platform_id=str(number),
            text=LONG.format(number),
        )
    )
    writing.append(
        CommentClassified(
            **about,
            verdict="queue",
            urgency=urgency,
            scores_bp={category: value_bp},
            rules_hit=["likely-obscene"],
            rules_missed=[],
            caps=[],
            models={"fake": models},
            policy="2026-01",
            rules_sha256="0" * 64,
            reasons=[{**reason, "target": None}],
        )
    )
    flag = CommentFlagged(**about, verdict="queue", act="queue", urgency=urgency, categories=[category], reason="rule")
    seen_seq = writing.append(flag).seq
    given = ground if decision == "hide" else None
    writing.append(ReviewDecided(**about | {"actor": PERSON}, decision=decision, seen_seq=seen_seq, ground=given))
    return ref
