"""Finding classifiers by name, and reading each one's own keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.classifiers import in_use, load, names, settings_of
from bot.config import ConfigError
from bot.rulebook import rulebook
from models.default import CLASSIFIERS
from models.score import ScoringError
from tests.bot.test_config import loaded


def kinds(tmp_path: Path, tables: str) -> list[str]:
    return [each.name for each in in_use(loaded(tmp_path, tables), CLASSIFIERS)]


def refused(tmp_path: Path, tables: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        kinds(tmp_path, tables)
    return caught.value.problems


def test_a_module_with_a_class_of_its_name_is_a_classifier_and_no_other_is() -> None:
    assert {each.name for each in CLASSIFIERS} | {"detoxify"} <= set(names())
    assert not {"score", "policy", "default", "training", "settings"} & set(names())


def test_one_that_is_not_in_use_by_default_is_with_a_table(tmp_path: Path) -> None:
    assert "detoxify" not in kinds(tmp_path, "")
    assert "detoxify" in kinds(tmp_path, '[classifiers.detoxify]\nfolder = "weights"\n')


def test_one_that_is_switched_off_needs_no_keys(tmp_path: Path) -> None:
    assert "detoxify" not in kinds(tmp_path, "[classifiers.detoxify]\nenabled = false\n")


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, "[classifiers.detoxify]\n") == [
        "classifiers.detoxify.folder: is missing; see config.example.toml"
    ]


@pytest.mark.parametrize("enabled", ["true", "false"])
def test_an_unknown_key_names_the_nearest_also_where_it_is_switched_off(tmp_path: Path, enabled: str) -> None:
    found = refused(tmp_path, f'[classifiers.detoxify]\nenabled = {enabled}\nfolder = "a"\nfoldr = "x"\n')
    assert found == ['classifiers.detoxify.foldr: unknown key; did you mean "folder"?']


def test_a_classifier_without_keys_of_its_own_takes_none(tmp_path: Path) -> None:
    assert refused(tmp_path, "[classifiers.spam]\nfolder = 1\n") == [
        "classifiers.spam.folder: unknown key; known are enabled"
    ]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    assert len(refused(tmp_path, "[classifiers.magic]\n[classifiers.spam]\nx = 1\n[classifiers.detoxify]\n")) == 3


@pytest.mark.parametrize("name", ["score", "training", "default", "no such"])
def test_a_module_that_is_no_classifier_is_not_known(tmp_path: Path, name: str) -> None:
    assert f"classifiers.{name}: is not known" in refused(tmp_path, f'[classifiers."{name}"]\n')[0]


def test_a_folder_is_beside_the_configuration(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[classifiers.detoxify]\nfolder = "weights"\n')
    (settings,) = [each for kind, each in in_use(config, ()).items() if kind.name == "detoxify"]
    assert dict(settings) == {"folder": tmp_path / "weights"}


def test_the_settings_are_the_keyword_arguments_of_the_class(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[classifiers.detoxify]\nfolder = "nowhere"\n')
    ((kind, settings),) = in_use(config, ()).items()
    with pytest.raises(ScoringError, match="nowhere"):
        load(kind, settings, tmp_path)


def test_a_model_that_is_not_there_leaves_the_others_in_use(tmp_path: Path) -> None:
    book = rulebook(loaded(tmp_path, '[classifiers.detoxify]\nfolder = "nowhere"\n'))
    assert "nowhere" in book.unusable["detoxify"]
    assert [*book.models] == [each.name for each in CLASSIFIERS]


def test_every_key_of_every_classifier_is_described() -> None:
    keys = [(name, key, it) for name in names() for key, it in settings_of(name).model_fields.items()]
    assert [f"{name}.{key}" for name, key, it in keys if not it.description] == []
