"""Changes that people made to rules; they lie over the configuration file."""

from __future__ import annotations

from bot.records.questions.entries import Entry, EntryQuestions


class RuleQuestions(EntryQuestions):
    """Questions about `rule.changed`."""

    def rule_changes(self) -> list[Entry]:
        """The newest change of each rule, oldest first; it is the one in force."""
        rows = self._rows("SELECT max(seq) FROM log INDEXED BY log_type WHERE type='rule.changed' GROUP BY subject")
        return self.entries_of(seq for (seq,) in rows)
