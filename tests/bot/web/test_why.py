from __future__ import annotations

from typing import Any

import pytest

from bot.web.reading.why import explained

PUB: dict[str, Any] = {"verdict": "queue", "policy": "2010-08", "models": {}, "rules_hit": [], "caps": []}


def test_the_small_print_tells_the_language_where_it_is_known() -> None:
    assert explained([], PUB | {"language": "es"}).small_print.endswith("Language, most likely: es.")
    assert "Language" not in explained([], PUB | {"language": None}).small_print
    assert "Language" not in explained([], PUB).small_print


def found(category: str, value_bp: int) -> dict[str, Any]:
    return {"category": category, "value_bp": value_bp, "why": "It says so.", "rule": f"{category}.v1"}


@pytest.mark.parametrize(
    ("verdict", "others", "promise"),
    [
        ("hide", [found("obscenity", 9900)], "That view is protected"),
        ("queue", [found("obscenity", 6000)], "That view is protected"),
        ("queue", [found("spam", 3000)], "That view is protected"),
        ("allow", [found("personal_attack", 9900)], "Policy does not allow hiding criticism."),
        ("queue", [], "Policy does not allow hiding criticism."),
    ],
)
def test_criticism_is_promised_to_stay_only_where_nothing_else_is_acted_on(
    verdict: str, others: list[dict[str, Any]], promise: str
) -> None:
    assert promise in explained([found("criticism", 9000), *others], PUB | {"verdict": verdict}).protection


def test_what_is_no_criticism_or_hardly_any_is_promised_nothing() -> None:
    assert explained([found("criticism", 4999), found("spam", 9900)], PUB).protection == ""
