from __future__ import annotations

from typing import Any

from bot.web.reading.why import explained

PUB: dict[str, Any] = {"verdict": "queue", "policy": "2010-08", "models": {}, "rules_hit": [], "caps": []}


def test_the_small_print_tells_the_language_where_it_is_known() -> None:
    assert explained([], PUB | {"language": "es"}).small_print.endswith("Language, most likely: es.")
    assert "Language" not in explained([], PUB | {"language": None}).small_print
    assert "Language" not in explained([], PUB).small_print
