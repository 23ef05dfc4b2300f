"""Decided comments as examples: what an answer says about a comment, and how it was scored."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.labelled import Labelled
from bot.records import Questions
from bot.records.questions import Decided
from models.language import untested
from models.policy import Ground, Urgency
from models.score import Category, Score, Target

NEWEST = 5_000
"""So many decided comments count for thresholds and plots: enough, and not those of years ago."""
OTHER = "other"
"""The language of a text that is in none of the Department's."""


def labels_of(decided: Decided) -> dict[str, bool]:
    """What an answer says of each ground of the policy.

    Leaving a comment up says that it is on none of the three. Hiding it names one; of the other two it says nothing,
    since a person gives one ground where two would do. Of what was urgent it says nothing about a personal attack: a
    threat may be left up as evidence, and be hidden as an attack.
    """
    if decided.decision == "leave_up":
        labels = {ground.value: False for ground in Ground}
    else:
        labels = {decided.ground: True} if decided.ground else {}
    if was_urgent(decided):
        labels.pop(Ground.PERSONAL_ATTACK, None)
    return labels


def was_urgent(decided: Decided) -> bool:
    """Whether a person was told at once: a threat, self-harm, private information."""
    return decided.classified is not None and decided.classified.pub["urgency"] == Urgency.URGENT


def language_of(text: str, languages: Collection[str]) -> str:
    """The first of the Department's languages that the text may be in, else `OTHER`."""
    return next((code for code in languages if not untested(text, (code,))), OTHER)


def may_leave(decided: Decided) -> bool:
    """Whether its text may be used at all: it is not held, and not destroyed."""
    return not decided.held and decided.text is not None


def labelled(decided: Decided, languages: Collection[str]) -> Labelled:
    """A decided comment as it is evaluated."""
    text = decided.text or ""
    return Labelled(text, labels_of(decided), decided.post, decided.page, language_of(text, languages), decided.flagged)


def from_log(records: Questions, languages: Collection[str], page: str | None = None) -> list[Labelled]:
    """Every decided comment whose text may be used."""
    return [labelled(each, languages) for each in records.decided(page) if may_leave(each)]


def scored_alike(records: Questions) -> Iterator[Decided]:
    """The newest decided comments, as far as the classifiers that score now scored them: others' scores differ.

    What is held counts here, as nothing of it leaves; what was destroyed does not.
    """
    newest = records.last("comment.classified")
    for each in records.decided(newest=NEWEST):
        scored = each.classified
        if newest and scored and each.reasons is not None and scored.pub["models"] == newest.pub["models"]:
            yield each


def scores_of(decided: Decided) -> tuple[Score, ...]:
    """The findings as the log holds them."""
    return tuple(
        Score(
            category=Category(each["category"]),
            value=each["value_bp"] / 10_000,
            rule=each["rule"],
            why=each["why"],
            span=(each["span"][0], each["span"][1]) if each.get("span") else None,
            target=Target(each["target"]) if each.get("target") else None,
        )
        for each in decided.reasons or ()
    )
