"""``ofrecord policy show``: the table in force, in words."""

from __future__ import annotations

from collections.abc import Iterator

from bot.config import Loaded
from models.policy import Rule


def rows(config: Loaded) -> Iterator[str]:
    """One line for the version, then one for each rule."""
    origin = "the default table" if config.rules is None else config.path.name
    yield f"policy {config.policy.version}, rules from {origin}"
    yield from (_in_words(rule) for rule in config.policy.rules)


def _in_words(rule: Rule) -> str:
    approved = f", approved by {rule.approved.by} on {rule.approved.on}" if rule.approved else ""
    effective = "" if rule.effective is rule.verdict else f" (at present: {rule.effective.value})"
    aimed = f" at {', '.join(sorted(rule.targets))}" if rule.targets is not None else ""
    clause = f" [{rule.clause}]" if rule.clause else ""
    return (
        f"  {rule.name}: {rule.category.value}{aimed} from {rule.at_least:.2f}: {rule.verdict.value}{effective}, "
        f"{rule.urgency.name.lower()}, {rule.life.value}{approved}{clause}"
    )
