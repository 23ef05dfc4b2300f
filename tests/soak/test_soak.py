"""A short soak; `make soak` runs a long one with every platform that has another side."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.rules import RULES
from tests.soak.world import opened, platforms


@pytest.mark.parametrize("seed", [1])
def test_half_a_day_with_faults_breaks_no_rule(tmp_path: Path, seed: int) -> None:
    with opened(tmp_path, seed, ["practice", "wordpress", "facebook"]) as world:
        world.live(0.5)
        world.settle()
        story = world.story()
    assert [f"{rule.__name__}: {each}" for rule in RULES for each in rule(story)] == []
    assert {"comment.seen", "action.hidden", "review.decided"} <= {entry.type for entry in story.entries}


def test_every_platform_with_another_side_takes_part() -> None:
    assert {"practice", "wordpress", "facebook", "x", "youtube"} <= set(platforms())
