from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import encoder, shipped
from models.score import Category, Item, Score, ScoringError, Target
from models.toxicity import CEILING, Toxicity

MODEL = Toxicity()
NGRAMS_ALONE = Toxicity(load=lambda _: None)


def scored(text: str, **place: object) -> tuple[Score, Score]:
    obscenity, attack = MODEL.score([Item(text, **place)])[0]  # type: ignore[arg-type]
    return obscenity, attack


@pytest.mark.parametrize(
    "text", ["You are such a stupid idiot, Brenda.", "Only an ugly moron like you would write that."]
)
def test_an_insult_of_a_commenter_is_an_attack_on_them(text: str) -> None:
    _, attack = scored(text)
    assert attack.value >= 0.8
    assert attack.target is Target.COMMENTER


@pytest.mark.parametrize(
    "text",
    [
        "The chief lied to us and the whole council should resign in shame.",
        "Officers beat a handcuffed man and nobody was fired. Disgusting.",
        "Worst department in the state. You are a joke.",
        "Thank you for finding my grandmother!",
        "Is the bridge open again?",
        "He was charged with rape and murder, says the paper.",
        "Councilman Dick Harper answered my letter.",
        "The rooster next door crows all night, a real pain.",
    ],
)
def test_clean_comments_reach_no_threshold(text: str) -> None:
    obscenity, attack = scored(text)
    assert obscenity.value < 0.8
    assert attack.value < 0.8 or attack.target is Target.OFFICIAL


@pytest.mark.parametrize("text", ["Ass is just a donkey, people.", "The donkey is an ass, says the Bible."])
def test_a_listed_word_in_its_innocent_sense_is_no_attack(text: str) -> None:
    assert scored(text)[1].value < 0.8


def test_a_word_in_its_innocent_sense_excuses_no_other_insult() -> None:
    assert scored("Pond scum and soap scum, you are disgusting!")[1].value >= 0.8


def test_the_model_alone_never_reaches_the_hide_threshold() -> None:
    for model in (MODEL, NGRAMS_ALONE):
        for score in model.score([Item("fuck fucking shit you fucking cunt asshole bitch " * 3)])[0]:
            assert 0.9 < score.value <= CEILING < 0.97


@pytest.mark.parametrize("text", ["Eres un hijo de puta, pendejo de mierda.", "Vete a la verga, puto idiota."])
def test_the_model_alone_never_hides_spanish(text: str) -> None:
    assert all(score.value <= CEILING for model in (MODEL, NGRAMS_ALONE) for score in model.score([Item(text)])[0])


def test_the_evidence_is_the_words_that_weighed_most() -> None:
    text = "I read the whole report twice. You are a stupid idiot, Karl."
    _, attack = scored(text)
    assert attack.span
    assert "stupid idiot" in text[slice(*attack.span)]


def test_the_transformer_hears_an_insult_without_a_listed_word() -> None:
    text = "Karl, a houseplant knows more than you."
    _, attack = scored(text)
    _, alone = NGRAMS_ALONE.score([Item(text)])[0]
    assert attack.value >= 0.5 > alone.value
    assert attack.span
    assert attack.target is Target.COMMENTER


def test_one_insult_in_a_long_comment_is_not_diluted() -> None:
    clean = "The road crew did careful work on the bridge last week and we are grateful. " * 40
    _, attack = scored(clean + "But you are a stupid ugly idiot, Karl. " + clean)
    assert attack.value >= 0.8


def test_a_disguised_word_weighs_like_the_plain_one() -> None:
    assert scored("what a b*tch she is")[0].value == scored("what a bitch she is")[0].value


def test_a_text_without_words_has_no_score() -> None:
    assert MODEL.score([Item("😀 !!! ...")]) == [[]]


def test_a_comment_scores_the_same_alone_and_in_a_batch() -> None:
    items = [Item(text) for text in ("Thank you!", "You are an idiot, Karl.", "", "Is it open?")]
    assert MODEL.score(items) == [MODEL.score([item])[0] for item in items]
    assert MODEL.score(items) == Toxicity().score(items)


def test_a_million_combining_marks_are_answered() -> None:
    text = "You are an idiot, Karl" + "\u0301" * 1_000_000
    _, attack = scored(text)
    assert attack.span
    assert attack.value >= 0.5


def test_the_reasons_repeat_nothing_of_the_comment() -> None:
    for score in scored("You are a zzyzzx idiot, Karl."):
        assert "zzyzzx" not in score.why
        assert "idiot" not in score.why


@given(st.text(st.characters()) | st.text("you fucking idiot!*\u200b ", max_size=40))
def test_any_text_is_scored_with_spans_inside_it(text: str) -> None:
    for score in MODEL.score([Item(text)])[0]:
        assert score.category in {Category.OBSCENITY, Category.PERSONAL_ATTACK}
        if score.span:
            assert 0 <= score.span[0] < score.span[1] <= len(text)


def test_the_version_names_the_weights() -> None:
    assert MODEL.version == f"{NGRAMS_ALONE.version}.{encoder_version()}"
    assert NGRAMS_ALONE.version.startswith("2+")


def encoder_version() -> str:
    found = encoder.load()
    assert found
    return found.version


@pytest.mark.parametrize("name", ["toxicity.bin", "blend.json"])
def test_damaged_weights_are_refused_by_name(tmp_path: Path, name: str) -> None:
    for each in ("toxicity.bin", "blend.json", shipped.SUMS):
        shutil.copy(shipped.DATA / each, tmp_path)
    with tmp_path.joinpath(name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ScoringError, match=name):
        Toxicity(tmp_path, lambda _: None)
