"""``ofrecord policy show``: the table in force, in words, with where each value comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.config import Loaded
from bot.own_words import as_json as words_as_json
from bot.own_words import in_words, own_words
from bot.records import Entry
from bot.rules_in_force import basis_points, changes_on_disk, in_force, require_undisputed, shown
from models.policy import Policy, Rule


def rows(config: Loaded) -> Iterator[str]:
    """One line for the version, then one for each rule.

    Raises:
        ConfigError: when the file changes a threshold that a person has moved in the log.
        StoreError: when the store cannot be read.
    """
    policy, moved = _policy(config)
    yield f"policy {policy.version}, rules from {_origin(config)}"
    yield from (_in_words(rule, moved.get(rule.name)) for rule in policy.rules)
    yield from (f"  own word {line}" for line in in_words(config))
    if removed := own_words(config).remove:
        yield f"  not looked for, though shipped: {', '.join(removed)}"


def as_json(config: Loaded) -> dict[str, Any]:
    """The form of ``--json``; raises as `rows`."""
    policy, moved = _policy(config)
    origins = {name: f"entry {entry.seq}" for name, entry in moved.items()}
    rules = [{**row, "at_least_from": origins.get(str(row["name"]), _origin(config))} for row in policy.as_json()]
    return {"version": policy.version, "rules": rules, "words": words_as_json(config)}


def _origin(config: Loaded) -> str:
    return "the default table" if config.rules is None else config.path.name


def _policy(config: Loaded) -> tuple[Policy, dict[str, Entry]]:
    """The policy in force, and the changes that lie over the file, by rule."""
    changes = changes_on_disk(config)
    require_undisputed(config.policy, changes, config.path)
    policy = in_force(config.policy, changes)
    newest = {entry.pub["rule"]: entry for entry in changes}
    moved = {
        new.name: newest[new.name]
        for old, new in zip(config.policy.rules, policy.rules, strict=True)
        if basis_points(old) != basis_points(new)
    }
    return policy, moved


def _in_words(rule: Rule, moved: Entry | None) -> str:
    approved = f", approved by {rule.approved.by} on {rule.approved.on}" if rule.approved else ""
    effective = "" if rule.effective is rule.verdict else f" (at present: {rule.effective.value})"
    aimed = f" at {', '.join(sorted(rule.targets))}" if rule.targets is not None else ""
    clause = f" [{rule.clause}]" if rule.clause else ""
    changed = (
        f"; {shown(basis_points(rule))} is from entry {moved.seq}, over {shown(moved.pub['file_bp'])}" if moved else ""
    )
    threshold = shown(basis_points(rule))
    return (
        f"  {rule.name}: {rule.category.value}{aimed} from {threshold}: {rule.verdict.value}{effective}, "
        f"{rule.urgency.name.lower()}, {rule.life.value}{approved}{clause}{changed}"
    )
