"""What the comments of the practice page's visitors really are, kept where no connector sees it.

The file ``truth.jsonl`` beside the journal has one line for each version of a comment that the generator wrote. It is
what a demonstration or a lesson compares the decisions with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TRUTH = "truth.jsonl"


@dataclass(frozen=True, slots=True)
class Truth:
    """What one text is."""

    kind: str
    """The case that it was written for, such as ``look-alike words``."""
    categories: frozenset[str] = frozenset()
    """The categories of the policy (values of `models.score.Category`) that it falls under; empty: let it stand."""
    may_hide: bool = False
    """Whether hiding it would be right. Borderline language may be hidden although no category is demanded."""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Known:
    """The truth about one version of one comment."""

    comment_id: str
    digest: str
    """`models.comment.Comment.digest` of the version."""
    truth: Truth


def write_truth(folder: Path, known: Iterable[Known]) -> None:
    """Add to the truth of the page in `folder`."""
    with (folder / TRUTH).open("a", encoding="ascii") as file:
        for each in known:
            content = {
                "id": each.comment_id,
                "digest": each.digest,
                "kind": each.truth.kind,
                "truth": sorted(each.truth.categories),
                "may_hide": each.truth.may_hide,
                "language": each.truth.language,
            }
            file.write(json.dumps(content) + "\n")


def read_truth(folder: Path) -> dict[tuple[str, str], Truth]:
    """Read the truth of the page in `folder`, by comment id and digest; empty where no visitor was generated."""
    path = folder / TRUTH
    if not path.exists():
        return {}
    truths = {}
    for line in path.read_text(encoding="ascii").splitlines():
        content = json.loads(line)
        truths[content["id"], content["digest"]] = Truth(
            content["kind"], frozenset(content["truth"]), content["may_hide"], content["language"]
        )
    return truths
