"""Words for people, from ``data/people.toml``: officials, commenters, private persons, groups, parties."""

from __future__ import annotations

from models import rules


def speaks_of(kind: str, text: str) -> bool:
    """Whether normalised `text` has a word of the list `kind`, for example ``official``."""
    return rules.load("people").lists[kind].search(text) is not None
