"""Finding connectors by name, and opening the one of a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.config import ConfigError
from bot.platforms import connect, names, platforms
from connectors._covered import COVERED
from connectors.base import UnauthorizedError
from tests.bot.town import page_of, page_table, town

BLOG = """
[pages.blog]
platform = "wordpress"
url = "http://127.0.0.1:1"
user = "bot"
"""


def test_a_module_is_a_platform_and_helpers_are_not() -> None:
    assert {"practice", "wordpress"} <= set(names())
    assert not [name for name in names() if name == "base" or name.startswith("_")]


def test_every_platform_tells_what_it_can_do_and_how_that_was_proved() -> None:
    for platform in platforms():
        told = json.loads(json.dumps(platform.as_json()))
        assert told["platform"] == platform.name
        assert told["summary"].endswith(".")
        assert {"can_hide", "can_restore", "hide_scope", "side_effects", "proved"} <= told.keys()
        assert told["proved"]


def test_a_covered_name_does_not_take_the_proof_of_what_covers_it_for_its_own() -> None:
    nextdoor = next(platform for platform in platforms() if platform.name == "nextdoor")
    assert nextdoor.as_json()["proved"].startswith("nothing of nextdoor itself took part; mailbox: real servers")


def test_a_page_opens_with_its_own_keys_relative_to_the_configuration(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("a"))
    page_of(config, "a", "Thank you.")
    assert len(connect(config, "a").fetch(None).comments) == 1


def test_the_pages_address_reaches_the_connector(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("a", 'url = "http://127.0.0.1:8000"'))
    page_of(config, "a", "Thank you.")
    (comment,) = connect(config, "a").fetch(None).comments
    assert comment.permalink.startswith("http://127.0.0.1:8000/")


def test_an_unknown_platform_lists_the_known_ones(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("a").replace('"practice"', '"usenet"'))
    with pytest.raises(ConfigError, match=r"pages\.a\.platform: usenet is not known; known are .*practice.*wordpress"):
        connect(config, "a")


def test_a_name_without_a_module_says_what_covers_it(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("a").replace('"practice"', '"myspace"'))
    with pytest.raises(ConfigError, match=r"MySpace offers no interface .* platform = checklist"):
        connect(config, "a")


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("a", 'foldr = "x"'))
    with pytest.raises(ConfigError, match=r'pages\.a\.foldr: unknown key; did you mean "folder"'):
        connect(config, "a")


def test_a_secret_is_not_read_before_it_is_needed(tmp_path: Path) -> None:
    config = town(tmp_path, BLOG + 'secret_file = "missing.password"\n')
    connector = connect(config, "blog")
    with pytest.raises(UnauthorizedError, match=r"Page blog: .*missing\.password"):
        connector.check()


def test_a_page_without_a_secret_file_names_the_key(tmp_path: Path) -> None:
    with pytest.raises(UnauthorizedError, match=r"set pages\.blog\.secret_file"):
        connect(town(tmp_path, BLOG), "blog").check()


def test_a_secret_that_others_can_read_is_refused_without_being_told(tmp_path: Path) -> None:
    secret = tmp_path / "blog.password"
    secret.write_text("hunter2 hunter2")
    secret.chmod(0o644)
    with pytest.raises(UnauthorizedError) as error:
        connect(town(tmp_path, BLOG + 'secret_file = "blog.password"\n'), "blog").check()
    assert "chmod" in str(error.value)
    assert "hunter2" not in str(error.value)


def test_a_name_has_a_module_of_its_own_or_is_covered_never_both() -> None:
    assert not {each.name for each in COVERED} & set(names())


def test_every_name_of_the_policy_without_an_interface_is_listed_with_what_covers_it() -> None:
    listed = {platform.name: platform.covered_by for platform in platforms()}
    assert all(listed[name] for name in ("myspace", "nixle", "digg", "nextdoor"))
