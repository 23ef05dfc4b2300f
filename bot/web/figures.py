"""How well the classifiers do on what was decided here, as figures and plots; anew whenever people decided more."""

from __future__ import annotations

import threading
from typing import Any

from bot.config import Loaded
from bot.records import Records
from bot.rules_in_force import current_policy

FEWEST = 20
"""Fewer decided comments than this make no figure."""


class OwnFigures:
    """The evaluation of one Department on its own decisions, by the scores that the log holds."""

    def __init__(self, config: Loaded) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._known: tuple[int, str] | None = None
        self._labels: dict[str, Any] = {}
        self._drawn: dict[tuple[str, str, str], bytes] = {}

    def labels(self, records: Records) -> dict[str, Any]:
        """The figures of each label that enough decided comments have, as `bot.evaluation.figures` gives them.

        Raises:
            ConfigError: when file and log both changed a threshold.
        """
        with self._lock:
            policy = current_policy(self._config, records)
            known = (records.newest_answer(), policy.digest)
            if known != self._known:
                self._labels, self._drawn, self._known = self._evaluated(records), {}, known
            return self._labels

    def png(self, records: Records, label: str, kind: str, scheme: str) -> bytes | None:
        """One plot, or None when there is no such."""
        from bot.plots import DARK, KINDS, LIGHT, png
        from bot.words import CATEGORIES, said_of

        figures = self.labels(records).get(label)
        if figures is None or kind not in KINDS or scheme not in ("light", "dark"):
            return None
        which = (label, kind, scheme)
        if which not in self._drawn:
            title = f"{said_of(label, CATEGORIES).capitalize()}: {kind.replace('-', ' and ')}"
            self._drawn[which] = png(kind, figures, title, DARK if scheme == "dark" else LIGHT)
        return self._drawn[which]

    def _evaluated(self, records: Records) -> dict[str, Any]:
        from bot.decided_examples import labels_of, scored_alike, scores_of
        from bot.evaluation import by_label
        from bot.judgement import Judgement
        from bot.labelled import Labelled
        from models.policy import Cap, decide

        policy = current_policy(self._config, records)
        pairs = []
        for each in scored_alike(records):
            scores, pub = scores_of(each), each.classified.pub if each.classified else {}
            decision = decide(scores, policy, [Cap(cap) for cap in pub.get("caps", ())])
            # The text is not needed: the log has its scores.
            pairs.append(
                (Labelled("", labels_of(each), page=each.page, flagged=each.flagged), Judgement(scores, decision))
            )
        found = by_label(pairs)
        # Where nobody ever said yes, there is nothing to find and nothing to draw.
        return {
            name: figures
            for name, figures in found.items()
            if figures["all"]["labelled"] >= FEWEST and figures["all"]["positive"]
        }
