"""The configuration: what is accepted, and what a person is told when it is not."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot import classifiers
from bot.classifiers import in_use
from bot.config import ConfigError, Loaded, Mail, Page, load
from bot.media_types import EXTENSIONS
from bot.platforms import connect, names
from models.default import CLASSIFIERS
from models.policy import DEFAULT_RULES, Verdict

EXAMPLE = Path("config.example.toml")
SMALLEST = """
[department]
name = "Jackson PD"
timezone = "America/Denver"
policy_version = "2010-08"
origin = "pd.example.gov/log"
[store]
dir = "store"
"""


def loaded(tmp_path: Path, more: str = "", base: str = SMALLEST) -> Loaded:
    path = tmp_path / "config.toml"
    path.write_text(base + more)
    return load(path)


def problems(tmp_path: Path, more: str = "", base: str = SMALLEST) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, more, base)
    return caught.value.problems


def test_the_smallest_configuration_is_accepted(tmp_path: Path) -> None:
    assert loaded(tmp_path).policy.rules == DEFAULT_RULES


def test_an_unknown_key_names_its_path_and_the_nearest_known_key(tmp_path: Path) -> None:
    assert problems(tmp_path, "[web]\nprot = 1\n") == ['web.prot: unknown key; did you mean "port"?']


def test_an_unknown_key_that_resembles_nothing_lists_the_known_ones(tmp_path: Path) -> None:
    assert problems(tmp_path, "[alerts]\nxyzzy = 1\n") == ["alerts.xyzzy: unknown key; known are to"]


def test_a_missing_key_points_to_the_example(tmp_path: Path) -> None:
    found = problems(tmp_path, base=SMALLEST.replace('policy_version = "2010-08"\n', ""))
    assert found == ["department.policy_version: is missing; see config.example.toml"]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "[web]\nprot = 1\nport = 70000\n")) == 2


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"copy config\.example\.toml"):
        load(tmp_path / "nowhere.toml")


def test_a_file_that_is_not_toml_says_where(tmp_path: Path) -> None:
    assert "(at line 1, column 5)" in problems(tmp_path, base="a = \nb = 1\n")[0]


def test_every_type_of_attachment_that_is_known_may_be_captured(tmp_path: Path) -> None:
    assert set(loaded(tmp_path).media.types) == set(EXTENSIONS)


@pytest.mark.parametrize("server", ["wiki.pd.example.gov", "https://u:p@wiki.pd.example.gov", "https://a/b", "ftp://a"])
def test_a_server_of_ones_own_is_named_by_its_address_alone(tmp_path: Path, server: str) -> None:
    (problem,) = problems(tmp_path, f'[media]\nown_servers = ["{server}"]\n')
    assert 'give one such as "https://wiki.example.gov"' in problem


@pytest.mark.parametrize(("text", "length"), [("90s", 90), ("15m", 900), ("72h", 259_200), ("7d", 604_800)])
def test_lengths_of_time_carry_their_unit(tmp_path: Path, text: str, length: int) -> None:
    page = f'[pages.a]\nplatform = "practice"\nfolder = "x"\nact_within = "{text}"\n'
    assert loaded(tmp_path, page).pages["a"].act_within == timedelta(seconds=length)


def test_a_length_without_a_unit_is_refused_with_examples(tmp_path: Path) -> None:
    assert '"72h"' in problems(tmp_path, '[pages.a]\nplatform = "practice"\nact_within = 7\n')[0]


def test_a_new_page_is_in_shadow(tmp_path: Path) -> None:
    assert loaded(tmp_path, '[pages.a]\nplatform = "practice"\nfolder = "x"\n').pages["a"].mode == "shadow"


def test_a_time_zone_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "America/Denver" in problems(tmp_path, base=SMALLEST.replace("America/Denver", "Mars/Base"))[0]


RULE = '[[rules]]\nname = "r"\ncategory = "{}"\nat_least = 0.5\nverdict = "{}"\nclause = "5.04"\n'


@pytest.mark.parametrize("category", ["off_topic", "personal_attack", "threat", "spam"])
def test_only_obscenity_and_slurs_may_be_hidden_by_a_rule(tmp_path: Path, category: str) -> None:
    assert "may not hide" in problems(tmp_path, RULE.format(category, "hide"))[0]


def test_no_rule_can_set_aside_anything_but_personal_attacks_and_off_topic(tmp_path: Path) -> None:
    waiver = RULE.format("criticism", "allow") + 'waives = "threat"\n'
    assert '"personal_attack" or "off_topic" only' in problems(tmp_path, waiver)[0]


def test_criticism_cannot_be_flagged_by_any_configuration(tmp_path: Path) -> None:
    assert "protected" in problems(tmp_path, RULE.format("criticism", "queue"))[0]


def test_a_rule_that_hides_without_an_approval_only_queues(tmp_path: Path) -> None:
    assert loaded(tmp_path, RULE.format("obscenity", "hide")).policy.rules[0].effective is Verdict.QUEUE


def test_two_rules_may_not_share_a_name(tmp_path: Path) -> None:
    assert "twice" in problems(tmp_path, RULE.format("obscenity", "queue") * 2)[0]


def test_a_page_name_is_plain(tmp_path: Path) -> None:
    assert "lower-case" in problems(tmp_path, '[pages."My Page"]\nplatform = "practice"\n')[0]


def test_an_unknown_platform_lists_the_known_ones(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[pages.a]\nplatform = "usenet"\n')
    with pytest.raises(ConfigError, match=r"known are .*practice, .*wordpress"):
        connect(config, "a")


def test_a_key_that_the_platform_does_not_know_is_refused_with_the_nearest(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[pages.a]\nplatform = "practice"\nfolder = "x"\nmoed = "live"\n')
    with pytest.raises(ConfigError, match=r'pages\.a\.moed: unknown key; did you mean "mode"'):
        connect(config, "a")


def test_the_example_is_accepted_and_hides_nothing() -> None:
    config = load(EXAMPLE)
    assert {page.mode for page in config.pages.values()} == {"shadow"}
    assert all(rule.effective is not Verdict.HIDE for rule in config.policy.rules)


def test_the_example_holds_the_default_policy() -> None:
    assert load(EXAMPLE).policy.rules == DEFAULT_RULES


def test_the_example_has_a_table_for_every_platform_and_opens_it() -> None:
    config = load(EXAMPLE)
    assert sorted(page.platform for page in config.pages.values()) == names()
    assert all(connect(config, name).platform == page.platform for name, page in config.pages.items())


def test_the_example_has_a_table_for_every_classifier() -> None:
    assert sorted(load(EXAMPLE).classifiers) == classifiers.names()


def test_the_example_shows_every_key_of_every_classifier() -> None:
    for name, table in load(EXAMPLE).classifiers.items():
        assert set(table.options) == set(classifiers.settings_of(name).model_fields)


def test_the_example_has_those_in_use_that_are_without_it(tmp_path: Path) -> None:
    assert list(in_use(load(EXAMPLE), CLASSIFIERS)) == list(in_use(loaded(tmp_path), CLASSIFIERS)) == [*CLASSIFIERS]


@pytest.mark.parametrize(("table", "schema"), [("department", None), ("store", None), ("web", None), ("mail", Mail)])
def test_the_example_shows_every_key(table: str, schema: type[BaseModel] | None) -> None:
    schema = schema or getattr(load(EXAMPLE), table).__class__
    # The folder for trying out stands in a comment: it excludes the host.
    assert set(tomllib.loads(EXAMPLE.read_text())[table]) == set(schema.model_fields) - {"folder"}


def test_mail_goes_to_a_server_or_into_a_folder_and_not_both(tmp_path: Path) -> None:
    mail = '[mail]\nsender = "a@b.example"\nhost = "h"\nfolder = "mail"\n'
    assert "one of the two" in problems(tmp_path, mail)[0]


def test_the_example_shows_every_key_of_a_page() -> None:
    pages = tomllib.loads(EXAMPLE.read_text())["pages"].values()
    assert set(Page.model_fields) <= {key for page in pages for key in page}
