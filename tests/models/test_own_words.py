"""A Department's own words on the word list: what they find, and what is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from models.own_words import OwnWords
from models.score import Category, Item, Score
from models.wordlist import Wordlist

SIGNED = {"by": "City Attorney B. Example", "on": "2026-11-02"}


def own(*add: dict[str, object], remove: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> OwnWords:
    return OwnWords.model_validate({"add": add, "remove": remove}, context={"names": names})


def refusal(*add: dict[str, object], remove: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> str:
    with pytest.raises(ValidationError) as caught:
        own(*add, remove=remove, names=names)
    (problem,) = caught.value.errors()
    return str(problem["msg"])


def found(words: OwnWords, text: str) -> list[Score]:
    return Wordlist(**dict(words)).score([Item(text)])[0]


def values(words: OwnWords, text: str) -> list[tuple[Category, float]]:
    return [(score.category, score.value) for score in found(words, text)]


JAGOFF = own({"word": "Jagoff", "tier": "strong"})


def test_an_own_word_is_found_as_a_listed_one_is() -> None:
    assert values(JAGOFF, "What a jagoff!") == [(Category.OBSCENITY, 1.0)]
    assert values(own(), "What a jagoff!") == []


def test_its_disguises_are_read_and_the_span_is_the_word_as_written() -> None:
    text = "that j4g0ff again"
    (score,) = found(JAGOFF, text)
    assert (score.value, text[slice(*(score.span or ()))]) == (0.98, "j4g0ff")


def test_an_own_phrase_is_found_as_a_whole() -> None:
    words = own({"word": "kick rocks", "tier": "strong"})
    assert values(words, "Go KICK  rocks") == [(Category.OBSCENITY, 1.0)]
    assert values(words, "Kids kick the rocks") == []


def test_an_own_word_keeps_its_tier() -> None:
    assert values(own({"word": "jagoff", "tier": "mild"}), "jagoff") == [(Category.OBSCENITY, 0.3)]
    assert values(own({"word": "jagoff", "tier": "slur"}), "jagoff") == [(Category.SLUR, 1.0)]


def test_the_shipped_words_stay() -> None:
    assert values(JAGOFF, "bullshit") == [(Category.OBSCENITY, 1.0)]


def test_a_removed_word_is_not_looked_for_nor_are_its_other_spellings() -> None:
    words = own(remove=("bitch",))
    assert values(words, "a bitch") == values(words, "a biatch") == values(words, "a b1tch") == []
    assert values(words, "bitches") == [(Category.OBSCENITY, 1.0)]


def test_another_list_is_another_version() -> None:
    versions = [Wordlist(**dict(words)).version for words in (own(), JAGOFF, own(remove=("bitch",)))]
    assert len(set(versions)) == 3


def test_a_word_that_names_a_viewpoint_is_refused_with_the_reason_and_what_to_record() -> None:
    told = refusal({"word": "P1gs", "tier": "mild"})
    assert '"p1gs" names a stance on police or government ("pigs")' in told
    assert "approved = { by =" in told


def test_a_word_that_names_somebody_of_the_configuration_is_refused() -> None:
    assert "names a person" in refusal({"word": "Vega", "tier": "strong"}, names=("vega",))


def test_a_sign_off_lets_it_in() -> None:
    words = own({"word": "pigs", "tier": "mild", "approved": SIGNED})
    assert words.add[0].approved is not None
    assert values(words, "pigs") == [(Category.OBSCENITY, 0.3)]


def test_an_empty_sign_off_is_none() -> None:
    assert "at least 1 character" in refusal({"word": "pigs", "tier": "mild", "approved": {**SIGNED, "by": ""}})


@pytest.mark.parametrize("word", ["", "x", "b4dw0rd", "what?!", "abcdefghij" * 5])
def test_what_is_no_plain_word_is_refused(word: str) -> None:
    assert "write it plainly" in refusal({"word": word, "tier": "strong"})


def test_removing_what_is_not_listed_names_the_nearest() -> None:
    assert 'did you mean "bitch"?' in refusal(remove=("bitchh",))
