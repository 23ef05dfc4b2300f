"""What the contenders are asked: labelled comments by kind of place, where there are any, and texts for the clock."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from connectors.practice.visitors import Visitors

_PLACES = {
    "encyclopedia talk": ("jigsaw", "wiki_cat"),
    "news comments": ("civil_spans",),
    "tweets": ("davidson",),
    "insults, never trained on": ("impermium",),
    "tweets, never trained on": ("olid",),
    "Facebook, never trained on": ("trac_fb",),
    "civic remarks": ("polis",),
}
"""Kind of place -> beginnings of source names in ``train.jsonl``."""
_WHOLE = ("impermium", "olid", "trac_fb")
"""Nothing of these was trained on, so all their rows may be asked; of the others the dev split alone."""
CIVIC = "civic remarks"
_SEED = 5


@dataclass(frozen=True, slots=True)
class Comment:
    """A labelled comment; a label is 0, 1 or None."""

    place: str
    text: str
    obscenity: int | None
    attack: int | None


def labelled(material: Path | None, most: int) -> list[Comment]:
    """At most `most` comments of each kind of place; none where there is no outside material."""
    if material is None:
        return []
    found: dict[str, list[Comment]] = {}
    for row in _rows(material / "data" / "train.jsonl"):
        source = str(row["source"])
        place = next((name for name, beginnings in _PLACES.items() if source.startswith(beginnings)), None)
        if place and (row["split"] == "dev" or source in _WHOLE):
            comment = Comment(place, str(row["text"]), _label(row["obscene"]), _label(row["attack"]))
            found.setdefault(place, []).append(comment)
    chance = random.Random(_SEED)
    return [each for place in _PLACES for each in _some(found.get(place, []), most, chance)]


def clock(comments: Sequence[Comment], count: int) -> list[str]:
    """The texts to be timed: a mixture of the labelled ones, else what visitors of the practice page write."""
    if not comments:
        return [draft.text for draft in islice(Visitors(3).ordinary("p1"), count)]
    chance = random.Random(_SEED)
    return [each.text for each in chance.choices(comments, k=count)]


def _rows(path: Path) -> Iterator[Mapping[str, object]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _label(value: object) -> int | None:
    return int(value) if isinstance(value, int) else None


def _some(comments: list[Comment], most: int, chance: random.Random) -> list[Comment]:
    return chance.sample(comments, most) if len(comments) > most else comments
