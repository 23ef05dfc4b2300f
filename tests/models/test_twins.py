from __future__ import annotations

from pathlib import Path

import pytest

from models.lexicon import Tier
from models.lexicon import load as words
from models.text import normalise
from models.twins import Twins, TwinsError, load, with_article, without_accents, written
from models.wordlist import matches

SMALL = """
[[dimensions]]
name = "office"
language = "en"
sides = ["officer", "mayor"]
slots.office = [["officer", "mayor"]]
[[dimensions]]
name = "stance"
language = "en"
sides = ["praise", "criticism"]
slots.quality = [["kind", "cruel"], ["honest", "corrupt"]]
"""


def twins(tmp_path: Path, templates: str, dimensions: str = SMALL) -> list[Twins]:
    path = tmp_path / "twins.toml"
    path.write_text(dimensions + templates)
    return list(written(load(path)))


def texts(found: list[Twins]) -> list[list[str]]:
    return [[item.text for _, item in each.sides] for each in found]


def template(*lines: str, language: str = "en") -> str:
    return "\n".join(["[[templates]]", f'language = "{language}"', *lines]) + "\n"


def test_a_sentence_is_written_for_every_side_and_every_row(tmp_path: Path) -> None:
    assert texts(twins(tmp_path, template('sentences = ["They are {quality}."]'))) == [
        ["They are kind.", "They are cruel."],
        ["They are honest.", "They are corrupt."],
    ]


def test_of_two_dimensions_one_is_varied_while_the_other_stands_still(tmp_path: Path) -> None:
    found = texts(twins(tmp_path, template('sentences = ["The {office} is {quality}."]')))
    assert ["The officer is corrupt.", "The mayor is corrupt."] in found
    assert ["The mayor is honest.", "The mayor is corrupt."] in found
    assert ["The officer is kind.", "The mayor is cruel."] not in found
    assert len(found) == 4 + 4


def test_a_template_is_varied_only_as_it_says(tmp_path: Path) -> None:
    found = twins(tmp_path, template('vary = ["office"]', 'sentences = ["The {office} is {quality}."]'))
    assert {each.dimension for each in found} == {"office"}


def test_the_article_follows_the_word(tmp_path: Path) -> None:
    assert texts(twins(tmp_path, template('sentences = ["I met a {office}."]'))) == [
        ["I met an officer.", "I met a mayor."]
    ]
    assert with_article("An", "mayor") == "A mayor"


def test_spanish_is_written_with_accents_and_without(tmp_path: Path) -> None:
    dimension = '[[dimensions]]\nname = "stance"\nlanguage = "es"\nsides = ["a", "b"]\nslots.x = [["útil", "pésimo"]]\n'
    found = texts(twins(tmp_path, template('sentences = ["El señor es {x}."]', language="es"), dimension))
    assert found == [["El señor es útil.", "El señor es pésimo."], ["El señor es util.", "El señor es pesimo."]]


def test_the_post_and_whether_it_is_clean_belong_to_the_template(tmp_path: Path) -> None:
    (first, *_) = twins(tmp_path, template("clean = false", 'post = "A post."', 'sentences = ["{quality}."]'))
    assert (first.clean, first.sides[0][1].post) == (False, "A post.")


@pytest.mark.parametrize(
    ("templates", "dimensions", "told"),
    [
        (template('sentences = ["{colour}"]'), SMALL, "slot colour"),
        ("", SMALL.replace('["kind", "cruel"]', '["kind"]'), "slot quality needs one phrase for each"),
        ("", SMALL.replace('["officer", "mayor"]', '["officer"]'), "office"),
        ("", SMALL + 'swap = ["colour"]\n', "swap names colour"),
        (template(), SMALL, "does not have the form"),
        ("no TOML", "", "cannot be read"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, templates: str, dimensions: str, told: str) -> None:
    with pytest.raises(TwinsError, match=told):
        twins(tmp_path, templates or template('sentences = ["{quality}"]'), dimensions)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TwinsError, match=r"nowhere\.toml: cannot be read \(No such file or directory\); give a file"):
        load(tmp_path / "nowhere.toml")


def test_only_accents_are_taken_away() -> None:
    assert without_accents("¿Qué año? ¡Pingüino, Ñandú!") == "¿Que año? ¡Pinguino, Ñandu!"


def test_the_shipped_twins_cover_every_dimension_in_both_languages() -> None:
    found = list(written(load()))
    wanted = {"stance", "office", "party", "cause", "gender", "race", "religion", "place"}
    assert {(each.dimension, each.language) for each in found} == {
        (name, code) for name in wanted for code in ("en", "es")
    }


def test_no_two_sides_of_shipped_twins_are_the_same_sentence() -> None:
    for each in written(load()):
        sentences = [item.text for _, item in each.sides]
        assert len(set(sentences)) == len(sentences) >= 2, each.name


def test_no_shipped_sentence_that_is_called_clean_has_a_strong_word_or_slur() -> None:
    texts = {item.text for each in written(load()) if each.clean for _, item in each.sides}
    found = {match.tier for text in texts for match in matches(normalise(text), words())}
    assert not found - {Tier.MILD}


def test_no_slot_stays_open_in_a_shipped_sentence() -> None:
    assert not [item.text for each in written(load()) for _, item in each.sides if "{" in item.text]
