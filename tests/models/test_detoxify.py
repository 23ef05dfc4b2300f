from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.detoxify import Detoxify
from models.detoxify_folder import ABOUT, GRAPH, SUMS, TOKENIZER
from models.detoxify_labels import LABELS
from models.policy import DEFAULT_RULES, Policy, Verdict, decide
from models.score import Category, Item, Score, ScoringError, Target
from tests.models.tiny_detoxify import NEW_LABELS, OLD_LABELS, tiny_model

WORDS = {
    "idiot": {"insult": 0.9, "toxicity": 0.99},
    "moron": {"insult": 0.7},
    "filth": {"obscene": 1.0, "sexual_explicit": 0.6},
    "vermin": {"identity_attack": 0.95},
    "kill": {"threat": 0.97},
    "hm": {"obscene": 0.3},
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Detoxify:
    return Detoxify(tiny_model(tmp_path_factory.mktemp("models") / "tiny", WORDS))


def found(model: Detoxify, text: str, **place: object) -> dict[str, Score]:
    (scores,) = model.score([Item(text, **place)])  # type: ignore[arg-type]
    return {score.rule: score for score in scores}


def verdict(model: Detoxify, text: str) -> Verdict:
    return decide(model.score([Item(text)])[0], Policy("1", DEFAULT_RULES)).verdict


def test_a_label_becomes_a_finding_with_value_reason_and_evidence(model: Detoxify) -> None:
    text = "I read it twice. You are an idiot, Karl."
    score = found(model, text)["detoxify.insult"]
    assert (score.category, score.value, score.target) == (Category.PERSONAL_ATTACK, 0.9, Target.COMMENTER)
    assert score.span is not None
    assert text[slice(*score.span)] == "You are an idiot, Karl."
    assert score.why == "Detoxify finds insulting wording (it says 90%), aimed at another commenter."


def test_a_text_without_any_of_it_has_no_finding(model: Detoxify) -> None:
    assert found(model, "Thank you for the quick help.") == {}


def test_a_low_answer_is_reported_without_evidence(model: Detoxify) -> None:
    score = found(model, "hm, well")["detoxify.obscene"]
    assert (score.value, score.span) == (0.3, None)


@pytest.mark.parametrize(
    ("word", "rule", "category"),
    [
        ("filth", "detoxify.obscene", Category.OBSCENITY),
        ("filth", "detoxify.sexual_explicit", Category.OBSCENITY),
        ("idiot", "detoxify.toxicity", Category.PERSONAL_ATTACK),
        ("vermin", "detoxify.identity_attack", Category.PERSONAL_ATTACK),
        ("kill", "detoxify.threat", Category.THREAT),
    ],
)
def test_each_label_has_its_category(model: Detoxify, word: str, rule: str, category: Category) -> None:
    assert found(model, f"So {word} it is.")[rule].category is category


def test_the_labels_of_2020_have_their_present_names(tmp_path: Path) -> None:
    old = Detoxify(tiny_model(tmp_path, {"rot": {"toxic": 0.9, "identity_hate": 0.8}}, OLD_LABELS))
    assert found(old, "all rot").keys() == {"detoxify.toxicity", "detoxify.identity_attack"}


def test_labels_that_say_who_is_mentioned_are_not_used(tmp_path: Path) -> None:
    model = Detoxify(tiny_model(tmp_path, {"church": {"christian": 0.99}}, ("toxicity", "christian")))
    assert found(model, "The church choir sings on Sunday.") == {}


def test_nothing_reaches_the_value_at_which_a_rule_may_hide(model: Detoxify) -> None:
    hides = min(rule.at_least for rule in DEFAULT_RULES if rule.verdict is Verdict.HIDE and rule.name != "slur")
    assert found(model, "filth")["detoxify.obscene"].value == 0.96 < hides
    assert all(label.highest < hides and label.category is not Category.SLUR for label in LABELS.values())


def test_toxic_alone_names_no_ground_and_never_flags(tmp_path: Path) -> None:
    model = Detoxify(tiny_model(tmp_path, {"meh": {"toxicity": 1.0, "severe_toxicity": 1.0}}))
    assert found(model, "You are meh, Karl.")["detoxify.toxicity"].value == 0.75
    assert verdict(model, "You are meh, Karl.") is Verdict.ALLOW


@pytest.mark.parametrize(
    "text", ["The chief is an idiot.", "Idiot cops.", "What an idiot this officer is, and the whole council too."]
)
def test_an_attack_on_police_or_officials_is_reported_and_never_flagged(model: Detoxify, text: str) -> None:
    assert found(model, text)["detoxify.insult"].target is Target.OFFICIAL
    assert verdict(model, text) is Verdict.ALLOW


def test_criticism_of_an_official_does_not_cover_for_an_insult_of_a_commenter(model: Detoxify) -> None:
    text = "The chief is an idiot. And people like you are a moron, too."
    scores = model.score([Item(text)])[0]
    insults = [(each.target, each.value) for each in scores if each.rule == "detoxify.insult"]
    assert insults == [(Target.OFFICIAL, 0.9), (Target.COMMENTER, 0.7)]


def test_an_attack_on_what_people_are_is_aimed_at_a_group_where_nothing_else_is_said(model: Detoxify) -> None:
    assert found(model, "Vermin.")["detoxify.identity_attack"].target is Target.GROUP
    assert found(model, "The officers are vermin.")["detoxify.identity_attack"].target is Target.OFFICIAL


@pytest.mark.parametrize("before", [0, 300, 509, 510, 700, 3_000])
def test_one_word_anywhere_in_a_long_comment_is_found_with_its_place(model: Detoxify, before: int) -> None:
    text = "fine " * before + "Idiot! " + "well " * (3_000 - before)
    score = found(model, text)["detoxify.insult"]
    assert score.value == 0.9
    assert score.span is not None
    assert "Idiot" in text[slice(*score.span)]
    assert score.span[1] - score.span[0] < 700


def test_a_comment_that_is_too_long_to_be_read_whole_is_not_answered(model: Detoxify) -> None:
    with pytest.raises(ScoringError, match="reads at most"):
        model.score([Item("fine"), Item("fine " * 9_000)])
    with pytest.raises(ScoringError, match="reads at most"):
        model.score([Item("x" * 1_000_000)])


def test_a_comments_scores_do_not_depend_on_its_neighbours(model: Detoxify) -> None:
    items = [Item("You idiot."), Item("fine " * 900 + "filth"), Item("")]
    assert model.score(items) == [model.score([item])[0] for item in items]


def test_many_sentences_are_run_again_in_a_few_pieces_only(model: Detoxify) -> None:
    text = "Fine. " * 50 + "Idiot. " + "Fine. " * 49
    span = found(model, text)["detoxify.insult"].span
    assert span is not None
    assert "Idiot." in text[slice(*span)]
    assert text[slice(*span)].count(".") == 9  # 100 sentences in 12 pieces


def test_a_lone_surrogate_is_read_over(model: Detoxify) -> None:
    assert found(model, "\ud800 Idiot!")["detoxify.insult"].span == (0, 8)


def test_evidence_is_placed_in_code_points(model: Detoxify) -> None:
    text = "😀😀 né. Idiot!"
    assert found(model, text)["detoxify.insult"].span == (7, 13)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(st.characters() | st.sampled_from(" .!\n\x00\u202e😀"), max_size=200))
def test_any_text_is_answered_with_spans_within_it(model: Detoxify, text: str) -> None:
    for score in model.score([Item(f"{text} idiot {text}")])[0]:
        assert score.span is None or 0 <= score.span[0] < score.span[1] <= 2 * len(text) + 7


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b", "\x00"])
def test_a_text_without_words_has_no_findings(model: Detoxify, text: str) -> None:
    assert found(model, text) == {}


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER, ABOUT])
def test_a_swapped_file_is_named_and_refused(tmp_path: Path, name: str) -> None:
    tiny_model(tmp_path, WORDS)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content + b" ")
    with pytest.raises(ScoringError, match=f"{name} is not the file that was recorded"):
        Detoxify(tmp_path)


def test_a_folder_that_was_not_converted_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ScoringError, match="Fetch and convert the model first"):
        Detoxify(tmp_path)


def test_a_damaged_graph_with_a_good_sum_is_refused(tmp_path: Path) -> None:
    from models.detoxify_folder import record

    tiny_model(tmp_path, WORDS)
    (tmp_path / GRAPH).write_bytes(b"no graph")
    record(tmp_path, GRAPH)
    with pytest.raises(ScoringError, match="cannot be loaded"):
        Detoxify(tmp_path)


def test_a_damaged_list_of_sums_is_told(tmp_path: Path) -> None:
    tiny_model(tmp_path, WORDS)
    (tmp_path / SUMS).write_text("nonsense\n")
    with pytest.raises(ScoringError, match="SHA256SUMS is damaged"):
        Detoxify(tmp_path)


def test_the_version_names_the_graph(model: Detoxify, tmp_path: Path) -> None:
    assert model.version != Detoxify(tiny_model(tmp_path, {})).version
    assert len(model.version) == len("1+12345678")


def test_every_label_of_the_releases_is_in_the_table() -> None:
    assert set(NEW_LABELS) == set(LABELS)
