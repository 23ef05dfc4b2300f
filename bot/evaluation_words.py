"""An evaluation for people: every figure with its interval, and what the figures cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from typing import Any

from bot.parity_words import lines as parity_lines
from bot.words import counted

FROM_LOG = (
    "What this cannot tell: people decided only what the bot had flagged. So recall here is the share found of what "
    "was in the queue for any reason; what no rule flagged was seen by nobody, and its misses are not counted. "
    "Precision and wrong hides do not suffer from that."
)
SAMPLED = (
    "{count} of the texts had not been flagged when a person decided them. They are no random sample unless you drew "
    "them at random, so they do not mend that."
)
FROM_FILE = (
    "The figures hold for comments like those of the file. Where it was not drawn at random from what visitors write, "
    "they do not hold for your pages."
)
Found = Mapping[str, Any]


def caveats(evaluation: Found, *, from_log: bool) -> list[str]:
    """What must be said beside the figures."""
    if not from_log:
        return [FROM_FILE]
    unflagged = evaluation["never_flagged"]
    return [FROM_LOG, *([SAMPLED.format(count=unflagged)] if unflagged else [])]


def lines(evaluation: Found) -> Iterator[str]:
    """The evaluation as text, label by label; figures in brackets are 95 % intervals."""
    models = ", ".join(f"{name} {version}" for name, version in evaluation["models"].items())
    yield f"{counted(evaluation['texts'], 'text')}, policy {evaluation['policy']}, models: {models}"
    yield "In brackets: 95 % intervals."
    for name, figures in evaluation["labels"].items():
        yield ""
        yield from _label(name, figures)
    if "parity" in evaluation:
        yield ""
        yield "Parity, by twin sentences; more of it: ofrecord parity"
        yield from (f"  {line}" for line in islice(takewhile(bool, parity_lines(evaluation["parity"])), 1, None))
    yield ""
    yield from evaluation["caveats"]


def _label(name: str, figures: Found) -> Iterator[str]:
    yield f"{name.replace('_', ' ')}: {_counts(figures['all'])}"
    yield from (f"  {line}" for line in _measure(figures["all"]))
    for group in ("by_page", "by_language"):
        for each, found in figures[group].items():
            yield f"  {group.removeprefix('by_')} {each}: {_counts(found)}"
            yield from (f"    {line}" for line in _measure(found))


def _counts(found: Found) -> str:
    return f"{found['labelled']} labelled, {found['positive']} of them yes"


def _measure(found: Found) -> Iterator[str]:
    yield f"precision          {_share(found['precision'], 'flagged for it')}"
    yield f"recall             {_share(found['recall'], 'that are it')}"
    yield f"false flags        {_share(found['false_flags'], 'that are not it')}"
    yield f"wrong hides        {_share(found['wrong_hides'], 'hidden for it')}"
    for name, words in (("auc", "AUC"), ("calibration_error", "calibration error"), ("brier", "Brier score")):
        if found[name] is not None:
            yield f"{words:<18} {_estimate(found[name])}"


def _share(found: Found, of_what: str) -> str:
    if found["value"] is None:
        return f"not known: none {of_what}"
    return (
        f"{found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f}), {found['hits']} of {found['of']} {of_what}"
    )


def _estimate(found: Found) -> str:
    if found["low"] is None:
        return f"{found['value']:.3f} (no interval: too few, or none ranked wrongly)"
    return f"{found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f})"
