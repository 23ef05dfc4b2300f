from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import lexicon
from models.lexicon import Tier
from models.score import Category, Item, Score, ScoringError
from models.wordlist import Wordlist

WORDLIST = Wordlist()


def found(text: str) -> list[Score]:
    return WORDLIST.score([Item(text)])[0]


def strongest(text: str) -> float:
    return max((score.value for score in found(text)), default=0.0)


@pytest.mark.parametrize(
    "text",
    [
        "This is fucking absurd",
        "what a load of bullshit",
        "#fuckthis",
        "Suck  my DICK",
        "hijo de puta",
        "shit!",
        "the asshole's car",
        "shit-show",
    ],
)
def test_a_strong_word_is_obscenity_with_certainty(text: str) -> None:
    score = found(text)[0]
    assert (score.category, score.value, score.rule) == (Category.OBSCENITY, 1.0, "wordlist.strong")


@pytest.mark.parametrize(
    "text",
    [
        "f*ck off",
        "sh1t",
        "f u c k",
        "motherf---ers",
        "phuck this",
        "a$$hole",
        "b*tch",
        "f(u)ck",
        "clusterf*ck",
        "clusterphuck",
        "fuuck",
        "d!ck head",
        "mother f*****",
        "f💩ck you",
        "b🐝tches",
        "copsucker",
        "suk my cok",
    ],
)
def test_a_disguised_strong_word_is_almost_certain(text: str) -> None:
    assert strongest(text) == 0.98


def test_a_spelling_that_may_be_a_name_is_only_likely() -> None:
    assert strongest("Wong Fuk Court") == 0.9


@pytest.mark.parametrize("text", ["pu$$y", "a c0ck", "p*ssy", "the d1cks", "kiss my a$$", "p u s s y", "you pr*ck"])
def test_a_mild_word_that_is_disguised_is_likely_meant(text: str) -> None:
    assert strongest(text) == 0.9


@pytest.mark.parametrize("text", ["the A55 road", "p r i c k l y pear", "h a n c o c k", "as-is", "pi-- off"])
def test_what_has_few_letters_of_a_mild_word_or_more_of_another_is_not_read_as_one(text: str) -> None:
    assert found(text) == []


def test_a_mild_word_in_its_innocent_sense_stays_mild_when_disguised() -> None:
    assert strongest("a blue t1ts nest") == 0.3


def test_the_span_is_the_word_as_written() -> None:
    text = "oh f.u.c.k that"
    assert text[slice(*(found(text)[0].span or ()))] == "f.u.c.k"


@pytest.mark.parametrize("text", ["damn it", "Dick's Sporting Goods", "what the hell", "this sucks", "WTF"])
def test_a_mild_word_alone_stays_far_below_every_threshold(text: str) -> None:
    assert strongest(text) <= 0.3


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe and Essex",
        "Mr. Cockburn",
        "Grand Teton",
        "cocktail hour",
        "please assess the analysis",
        "Matsushita",
        "shiitake",
        "Hancock Street",
        "a titmouse",
        "class assignment",
        "Penistone",
        "the snigger",
        "therapist",
        "retardant foam",
        "tráfico: cono naranja",
        "un año más",
        "disputa reputada computadora",
    ],
)
def test_innocent_words_and_names_match_nothing(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    ["spic and span", "a chink in the armor", "the bitch had a litter of puppies", "bundle of faggots for firewood"],
)
def test_a_word_in_its_innocent_sense_counts_as_mild(text: str) -> None:
    assert strongest(text) == 0.3


def test_a_slur_is_a_slur() -> None:
    score = found("you faggot")[0]
    assert (score.category, score.value) == (Category.SLUR, 1.0)


@pytest.mark.parametrize(
    "text",
    [
        'He called my son a "faggot" in class',
        'They spray painted "fuck" on the wall',
        "see https://news.example/shithole-story",
        "aGVsbG8gd29ybGQx+fuck+cyBpcyBhIGxvbmcgc3RyaW5nIG9m8ZGF0YSB0aGF0IHNheXMg9bm90aGluZw",
    ],
)
def test_a_word_that_is_quoted_or_in_a_link_is_only_queued(text: str) -> None:
    assert [(score.category, score.value) for score in found(text)] == [(Category.OBSCENITY, 0.85)]


def test_quotation_marks_alone_excuse_nothing() -> None:
    assert strongest('You are a "fucking" hero') == 1.0


def test_profanity_is_judged_blind_to_target_and_stance() -> None:
    assert strongest("Fuck the police") == strongest("Fuck the criminals") == strongest("Fuck yeah officers") == 1.0


def test_at_most_five_words_are_told() -> None:
    assert len(found("shit " * 500)) == 5


@given(st.text(st.characters()))
def test_any_text_is_scored_with_spans_inside_it(text: str) -> None:
    for score in found(text):
        assert score.span
        assert 0 <= score.span[0] < score.span[1] <= len(text)


NO_WORD_OF_THE_LIST = (
    "pig", "pigs", "acab", "bacon", "copper", "jerk", "defund", "abolish", "corrupt", "corruption", "fascist",
    "nazi", "gestapo", "racist", "racism", "thug", "tyrant", "liar", "coward", "killer", "murderer", "blm",
    "maga", "antifa", "liberal", "conservative", "democrat", "republican", "trump", "biden", "obama", "police",
    "cop", "cops", "chief", "sheriff", "mayor", "immigrant", "muslim", "christian", "jew", "black", "white",
    "gay", "lesbian", "trans", "queer", "woman", "man", "resign", "shame", "idiot",
)  # fmt: skip


@pytest.mark.parametrize("word", NO_WORD_OF_THE_LIST)
def test_no_stance_person_party_or_cause_is_on_the_list(word: str) -> None:
    words = lexicon.load()
    assert words.tier(word) is None
    assert word not in words.spellings
    assert not any(word in phrase for phrase in words.phrases)


def test_every_other_spelling_leads_to_a_listed_word_that_is_meant() -> None:
    words = lexicon.load()
    listed = set(words.meant) | {" ".join(phrase) for phrase in words.phrases}
    for plain in words.spellings.values():
        assert plain in listed or words.tier(plain) in (Tier.STRONG, Tier.SLUR), plain


def test_only_mild_words_need_a_disguise_to_be_meant() -> None:
    words = lexicon.load()
    assert {words.tier(word) for word in words.meant} == {Tier.MILD}


def test_a_word_that_a_department_removes_is_not_meant_in_disguise() -> None:
    assert "pussy" not in lexicon.changed(lexicon.load(), {}, ["pussy"]).meant


def test_the_other_spellings_that_may_be_something_else_are_listed() -> None:
    words = lexicon.load()
    assert words.doubtful <= set(words.spellings) | set(words.tiers)


def test_a_damaged_list_is_named(tmp_path: Path) -> None:
    damaged = tmp_path / "words.toml"
    damaged.write_text("[strong\n")
    with pytest.raises(ScoringError, match=r"words\.toml"):
        lexicon.load(damaged)


@pytest.mark.parametrize(
    "text", ["my tranny is slipping, need a mechanic", "coons in my trash again", "a Maine coon cat"]
)
def test_a_word_of_several_senses_is_no_slur_beside_words_of_another(text: str) -> None:
    assert strongest(text) == 0.3


def test_a_word_of_several_senses_is_only_likely() -> None:
    score = found("what a tranny")[0]
    assert (score.category, score.value) == (Category.OBSCENITY, 0.9)
