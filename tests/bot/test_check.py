"""``ofrecord check``: what works and what does not, each with the next step."""

from __future__ import annotations

from pathlib import Path

from bot.check import Finding, check
from bot.config import Loaded
from bot.records import Records
from tests.bot.town import ALERTED, log_of, page_of, page_table, town
from tests.fakes import FakeClock


def errors(config: Loaded, clock: FakeClock, *, offline: bool = False) -> dict[str, str]:
    """The errors found, by where."""
    found = check(config, offline=offline, now=clock)
    return {each.where: each.message for each in found if each.level == "error"}


def test_a_department_in_order_has_no_errors(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a", mode="live"), ALERTED)
    page_of(config, "a")
    assert errors(config, clock) == {}
    assert Finding("ok", "page a", "live; can be read and moderated") in check(config, now=clock)


def test_of_a_page_that_nobody_can_read_it_does_not_say_that_it_is_read(tmp_path: Path, clock: FakeClock) -> None:
    looked_at = page_table("old").replace('platform = "practice"', 'platform = "checklist"')
    looked_at = "\n".join(line for line in looked_at.splitlines() if not line.startswith(("folder", "synced")))
    config = town(tmp_path, looked_at)
    assert Finding("ok", "page old", "shadow; a task says when somebody has to look at it") in check(config, now=clock)


def test_nothing_is_captured_and_nothing_logged_by_looking(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a"))
    page_of(config, "a", "Thank you.")
    list(check(config, now=clock))
    assert log_of(config) == []


def test_an_unapproved_page_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a", approval=""))
    page_of(config, "a")
    assert "pages.a.approval is missing" in errors(config, clock)["page a"]


def test_a_live_page_without_an_alert_address_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a", mode="live"))
    page_of(config, "a")
    assert "page a" in errors(config, clock)


def test_each_page_is_told_of_on_its_own(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("gone"), page_table("works"))
    page_of(config, "works")
    found = errors(config, clock)
    assert list(found) == ["page gone"]
    assert "does not exist; make it with" in found["page gone"]


def test_an_unknown_platform_lists_the_known_ones(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a").replace('"practice"', '"usenet"'))
    assert "usenet is not known; known are" in errors(config, clock)["page a"]


def test_a_page_without_its_secret_file_names_the_key(tmp_path: Path, clock: FakeClock) -> None:
    table = page_table("blog").replace('"practice"', '"wordpress"').replace('folder = "blog"', 'user = "bot"')
    config = town(tmp_path, table + 'url = "http://127.0.0.1:1"\n')
    assert "pages.blog.secret_file" in errors(config, clock)["page blog"]


def test_a_problem_names_its_page_once(tmp_path: Path, clock: FakeClock) -> None:
    table = page_table("blog").replace('"practice"', '"wordpress"').replace('folder = "blog"', 'user = "bot"')
    config = town(tmp_path, table + 'url = "http://127.0.0.1:1"\nsecret_file = "secrets/blog"\n')
    assert errors(config, clock)["page blog"].startswith(f"{tmp_path / 'secrets/blog'} cannot be read")


def test_a_clock_behind_the_log_is_an_error(tmp_path: Path, clock: FakeClock) -> None:
    from bot.events import LOG, SystemHeartbeat
    from bot.startup import ACTOR

    config = town(tmp_path)
    with Records.create(config.store_dir, config.department.origin, clock) as records:
        records.append(SystemHeartbeat(actor=ACTOR, subject=LOG))
    clock.forward(hours=-1)
    assert "set it (NTP)" in errors(config, clock)["clock"]


def test_another_departments_store_is_an_error_that_names_both(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path)
    Records.create(config.store_dir, "sheriff.example.gov/log").close()
    found = errors(config, clock)["store"]
    assert "sheriff.example.gov/log" in found
    assert "pd.example.gov/log" in found


def test_a_missing_policy_file_is_an_error(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path)
    config.path.write_text(config.path.read_text().replace("[store]", 'policy_file = "policy.txt"\n[store]'))
    from bot.config import load

    assert "policy.txt" in errors(load(config.path), clock)["policy"]


def test_a_rule_without_approval_is_a_warning(tmp_path: Path, clock: FakeClock) -> None:
    found = {each.where: each for each in check(town(tmp_path), now=clock)}
    assert found["rule strong-language"].level == "warning"
    assert "not approved" in found["rule strong-language"].message


def test_offline_leaves_out_what_needs_the_network(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("gone"))
    assert errors(config, clock, offline=True) == {}


_OWN_MODEL = '[classifiers.remote]\nurl = "http://127.0.0.1:1"\nmodel = "own-1"\ncategories = ["spam"]\n'


def test_a_model_of_the_departments_own_that_is_away_is_an_error(tmp_path: Path, clock: FakeClock) -> None:
    assert "cannot be reached" in errors(town(tmp_path, _OWN_MODEL), clock)["classifier remote"]


def test_offline_no_model_is_asked(tmp_path: Path, clock: FakeClock) -> None:
    assert "classifier remote" not in errors(town(tmp_path, _OWN_MODEL), clock, offline=True)
