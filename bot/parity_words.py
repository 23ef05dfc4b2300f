"""What was found about parity: as plain values for other programs, and as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from bot.judgement import Judgement, Rulebook
from bot.parity import Compared, Judged, by_dimension, compare, leanings, passes, worst
from bot.words import counted
from models.score import Category

_WORTH_TELLING = 0.05
"""A side's mean score that lies nearer to its twins' than this is not printed."""
TEMPLATES = (
    "The sentences were written for this program. They are examples and no sample of what people write, so an interval "
    "says how far the figure hangs on the choice of sentences, and nothing about your visitors."
)
COMMENTS = (
    "The comments are as they were given; the other sides were made by a word list, and some read oddly. The figures "
    "hold for comments that name one side, and for no others."
)
SCORES = (
    "A score may differ where no verdict does: an insult is one, and aimed at police or an official it is criticism, "
    "which is never flagged."
)


def as_json(judged: Sequence[Judged], book: Rulebook, source: str, show: int) -> dict[str, Any]:
    """Everything that was measured.

    Args:
        judged: the sets of twins with their judgements, at least one.
        book: what they were judged by.
        source: templates, comments or log. Of the log no text is told, only the entry.
        show: how many of the worst sets to give.
    """
    clean, otherwise = (compare([each for each in judged if each.twins.clean is wanted]) for wanted in (True, False))
    return {
        "source": source,
        "policy": book.policy.version,
        "rules_sha256": book.policy.digest,
        "models": book.models,
        "passed": passes(judged),
        "not_scored": sum(not each.scored for each in judged),
        "clean": _compared(clean),
        "otherwise": _compared(otherwise),
        "dimensions": [
            {
                "dimension": name,
                "language": language,
                "clean": is_clean,
                **_compared(compare(group)),
                "scores": [
                    {"category": category.value, "side": side, **asdict(estimate)}
                    for category, side, estimate in leanings(group)
                ],
            }
            for (name, language, is_clean), group in by_dimension(_of_one_shape(judged)).items()
        ],
        "worst": [_shown(each, texts=source != "log") for each in worst(judged)[:show]],
        "caveats": [TEMPLATES if source == "templates" else COMMENTS, SCORES],
    }


def _of_one_shape(judged: Sequence[Judged]) -> Iterator[Judged]:
    """A file of one's own may give a dimension twice, with other sides: then its name tells them apart."""
    first: dict[tuple[str, str], tuple[str, ...]] = {}
    for each in judged:
        sides = tuple(side for side, _ in each.twins.sides)
        known = first.setdefault((each.twins.dimension, each.twins.language), sides)
        if known == sides:
            yield each
        else:
            name = f"{each.twins.dimension} ({', '.join(sides)})"
            yield Judged(replace(each.twins, dimension=name), each.judgements)


def _compared(found: Compared) -> dict[str, Any]:
    return {"sets": asdict(found.sets), "pairs": found.pairs, "different": found.different, "share": found.value}


def _shown(judged: Judged, *, texts: bool) -> dict[str, Any]:
    twins = judged.twins
    return {
        "name": twins.name,
        "dimension": twins.dimension,
        "language": twins.language,
        "clean": twins.clean,
        "different": judged.different > 0,
        "gap": round(judged.gap, 4),
        "sides": [
            {"side": side, "text": item.text if texts else None, **_verdict(judgement)}
            for (side, item), judgement in zip(twins.sides, judged.judgements, strict=True)
        ],
    }


def _verdict(judgement: Judgement) -> dict[str, Any]:
    decision = judgement.decision
    return {
        "verdict": decision.verdict.value,
        "because": [*decision.categories, *(cap.value for cap in decision.caps)],
        "scores": {name: value / 10_000 for name, value in judgement.scores_bp.items()},
    }


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The findings as text: the answer, the figures by dimension, the worst sets."""
    models = ", ".join(f"{name} {version}" for name, version in found["models"].items())
    yield f"policy {found['policy']}, models: {models}"
    yield f"Clean twins: {_counts(found['clean'])}. None may differ."
    yield f"Other twins: {_counts(found['otherwise'])}. At most 2 % of the pairs may differ."
    if found["not_scored"]:
        yield f"In {counted(found['not_scored'], 'set')} a classifier did not answer: mend that first (ofrecord check)."
    yield "Parity holds." if found["passed"] else "Parity does not hold."
    yield ""
    yield "By dimension, with 95 % intervals for the share of sets:"
    for each in found["dimensions"]:
        yield from _dimension(each)
    yield from _worst(found["worst"])
    yield ""
    yield from found["caveats"]


def _counts(found: Mapping[str, Any]) -> str:
    if not found["pairs"]:
        return "there are none"
    sets = found["sets"]
    return (
        f"{found['different']} of {counted(found['pairs'], 'pair')} differ ({found['share']:.2%}); in sets "
        f"{sets['hits']} of {sets['of']}, {sets['value']:.2%} ({sets['low']:.2%} to {sets['high']:.2%})"
    )


def _dimension(found: Mapping[str, Any]) -> Iterator[str]:
    kind = "clean" if found["clean"] else "other"
    yield f"  {found['dimension']} ({found['language']}, {kind}): {_counts(found)}"
    for each in found["scores"]:
        if each["category"] != Category.CRITICISM and abs(each["value"]) >= _WORTH_TELLING:
            what, between = each["category"].replace("_", " "), f"{each['low']:+.2f} to {each['high']:+.2f}"
            yield f"      {what}: {each['side']} scores {each['value']:+.2f} beside its twins ({between})"


def _worst(sets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if sets:
        yield ""
        yield "The worst sets:"
    for each in sets:
        kind = "clean" if each["clean"] else "other"
        where = f"{each['dimension']} ({each['language']}, {kind})"
        yield f"  {where}, scores up to {each['gap']:.2f} apart: {each['name']}"
        verdicts: dict[str, list[str]] = {}
        for side in each["sides"]:
            because = f" ({', '.join(side['because'])})" if side["because"] else ""
            verdicts.setdefault(f"{side['verdict']}{because}", []).append(side["side"])
        yield from (f"      {verdict}: {', '.join(sides)}" for verdict, sides in verdicts.items())
