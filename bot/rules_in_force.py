"""The rules in force: those of the configuration file, with what a supervisor decided in the log laid over them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.config import ConfigError, Loaded
from bot.events import Subject
from bot.records import Entry, MissingError, Questions, Records
from models.policy import Policy, Rule, Verdict


def subject_of(rule: str) -> Subject:
    """How the log names a rule; no page can have that name."""
    return Subject("rule", f"rule:{rule}")


def in_force(policy: Policy, changes: Sequence[Entry]) -> Policy:
    """Lay the newest change of each rule (`Questions.rule_changes`) over the file's table."""
    moved = {entry.pub["rule"]: entry for entry in changes if _differs_from_the_file(entry)}
    if not moved:
        return policy
    return dataclasses.replace(policy, rules=tuple(_moved(rule, moved.get(rule.name)) for rule in policy.rules))


def require_undisputed(policy: Policy, changes: Sequence[Entry], path: Path) -> None:
    """Refuse a file that changes a threshold which a person has moved in the log.

    Args:
        policy: the file's table.
        changes: as `in_force`.
        path: the configuration file.

    Raises:
        ConfigError: naming the rule, the entry and the next step.
    """
    if problems := list(disputes(policy, changes)):
        raise ConfigError(path, problems)


def disputes(policy: Policy, changes: Sequence[Entry]) -> Iterator[str]:
    """One line for each threshold that file and log both want to have changed."""
    in_file = {rule.name: basis_points(rule) for rule in policy.rules}
    for entry in changes:
        name, known = entry.pub["rule"], entry.pub["file_bp"]
        if not _differs_from_the_file(entry) or in_file.get(name) == known:
            continue
        now = "no longer has the rule" if name not in in_file else f"says {shown(in_file[name])}"
        yield (
            f"rules.{name}.at_least: entry {entry.seq} (rule.changed) set it to {shown(entry.pub['at_least_bp'])} over "
            f"the file's {shown(known)}, and the file now {now}. Put {shown(known)} back into the file, undo the "
            "change under Thresholds in the review application, then change the file"
        )


def current_policy(config: Loaded, records: Questions) -> Policy:
    """The policy in force.

    Raises:
        ConfigError: when file and log both changed a threshold.
    """
    changes = records.rule_changes()
    require_undisputed(config.policy, changes, config.path)
    return in_force(config.policy, changes)


def changes_on_disk(config: Loaded) -> list[Entry]:
    """The changes that the store holds; none where there is no store yet.

    Raises:
        StoreError: when it cannot be read.
    """
    try:
        with Records.open(config.store_dir, config.department.origin, readonly=True) as records:
            return records.rule_changes()
    except MissingError:
        return []


def basis_points(rule: Rule) -> int:
    """A rule's threshold as the log holds it, 0 to 10000."""
    return round(rule.at_least * 10_000)


def shown(threshold_bp: int) -> str:
    """A threshold as people read it: ``0.97``, or ``0.975`` where the third digit counts."""
    return f"{threshold_bp / 10_000:.4f}".rstrip("0").ljust(4, "0")


def _differs_from_the_file(entry: Entry) -> bool:
    return bool(entry.pub["at_least_bp"] != entry.pub["file_bp"])


def _moved(rule: Rule, entry: Entry | None) -> Rule:
    if entry is None:
        return rule
    at_least = entry.pub["at_least_bp"] / 10_000
    # The file holds what an attorney approved: no entry of the log lets a rule hide more than that.
    return dataclasses.replace(
        rule, at_least=max(at_least, rule.at_least) if rule.verdict is Verdict.HIDE else at_least
    )
