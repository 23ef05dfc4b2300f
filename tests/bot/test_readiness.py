"""What must be in writing before a page is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.readiness import refusals
from tests.bot.town import ALERTED, page_table, town

OLD = 'approval = { by = "Chief Pat Nash", on = 2020-01-02, policy = "2009-01" }'
ONLY_MAIL = '[mail]\nfolder = "mail"\nsender = "bot@pd.example.gov"\n'
ONLY_ALERTS = '[alerts]\nto = ["duty@pd.example.gov"]\n'


def test_a_page_with_everything_in_writing_may_be_worked_on(tmp_path: Path) -> None:
    assert refusals(town(tmp_path, page_table("a", mode="live"), ALERTED), "a") == []


def test_a_shadow_page_needs_nobody_to_alert(tmp_path: Path) -> None:
    assert refusals(town(tmp_path, page_table("a")), "a") == []


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ([page_table("a", approval="")], "pages.a.approval is missing"),
        ([page_table("a", approval=OLD)], "pages.a.approval is for policy 2009-01, in force is 2010-08"),
        ([page_table("a", mode="live"), ONLY_MAIL], "alerts.to is empty"),
        ([page_table("a", mode="live"), ONLY_ALERTS], "[mail] is missing"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, tables: list[str], said: str) -> None:
    (problem,) = refusals(town(tmp_path, *tables), "a")
    assert problem.startswith(said)
