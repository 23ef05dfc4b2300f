from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.table import put_into
from models.default import default_classifiers, score_all
from models.policy import DEFAULT_RULES, Policy, Verdict, decide
from models.score import Category, Item
from models.training.card import CARD, write_card
from models.training.data import AT_MOST, NO_LABEL, NOT_TRAINED_ON, Example, drawn, read_examples
from models.training.insults import attack_sentences, clean_counterparts
from models.training.relevance_card import FIGURES as RELEVANCE_FIGURES
from models.training.templates import clean_sentences

POLICY = Policy("5.04", DEFAULT_RULES)
WRITTEN = {"templates", "insults", "addressed", "swearing", "reported", "told"}


def teacher(texts: Sequence[str]) -> np.ndarray:
    return np.full((len(texts), 5), 0.25)


def raw(source: str, text: str, **labels: object) -> dict[str, object]:
    blank = dict.fromkeys(("toxic", "obscene", "attack", "threat", "identity"), "")
    return {"source": source, "text": text, **blank, "split": "train", **labels}


def read(folder: Path, *rows: dict[str, object]) -> list[Example]:
    """The examples of some rows, without the sentences that are written for training."""
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [each for each in read_examples(folder, teacher) if each.source not in WRITTEN]


def new_card(path: Path) -> None:
    write_card([], json.loads(CARD.with_name("figures.json").read_text()), RELEVANCE_FIGURES, path)


def test_sources_of_unclear_licence_are_not_trained_on(tmp_path: Path) -> None:
    rows = (raw(source, "hello there") for source in (*sorted(NOT_TRAINED_ON), "davidson"))
    assert {each.source for each in read(tmp_path, *rows)} == {"davidson"}


def test_a_blank_label_is_no_label(tmp_path: Path) -> None:
    (example,) = read(tmp_path, raw("davidson", "hello there", attack=0, obscene=1))
    assert example.labels == (NO_LABEL, 1.0, 0.0, NO_LABEL, NO_LABEL, 0.25, 0.25, 0.25, 0.25, 0.25)


def test_the_teacher_is_not_asked_about_criticism(tmp_path: Path) -> None:
    (example,) = read(tmp_path, raw("polis_x", "The council wastes our money.", attack=0))
    assert example.labels[5:] == (0.0,) * 5


def test_the_dev_split_is_kept_apart(tmp_path: Path) -> None:
    rows = read(tmp_path, raw("davidson", "a word", split="dev"), raw("davidson", "more words"))
    assert sorted(each.dev for each in rows) == [False, True]


def test_a_comment_is_read_as_at_run_time(tmp_path: Path) -> None:
    (example,) = read(tmp_path, raw("davidson", "RT @ann: f*ck &amp; run https://x.example"))
    assert example.words == ["fuck", "run"]


def test_a_large_source_is_cut_anew_for_each_pass() -> None:
    many = [Example("davidson", str(at), str(at), ()) for at in range(AT_MOST["davidson"] + 500)]
    first, again, second = drawn(many, 1), drawn(many, 1), drawn(many, 2)
    assert len(first) == len(second) == AT_MOST["davidson"]
    assert first == again != second


def test_every_template_is_allowed_by_what_is_shipped() -> None:
    scored = score_all(default_classifiers(), [Item(sentence) for sentence in clean_sentences()])
    assert {decide(each.scores, POLICY).verdict for each in scored} == {Verdict.ALLOW}


def test_speaking_to_somebody_is_no_attack() -> None:
    scored = score_all(default_classifiers(), [Item(sentence) for sentence in clean_counterparts()])
    allowed = [decide(each.scores, POLICY).verdict is Verdict.ALLOW for each in scored]
    assert sum(allowed) >= 0.99 * len(allowed)


def test_no_insult_of_the_templates_is_an_obscenity() -> None:
    scored = score_all(default_classifiers(), [Item(sentence) for sentence in list(attack_sentences())[::10]])
    assert not [each for one in scored for each in one.scores if each.category is Category.SLUR]


def test_a_new_card_keeps_the_comparison_with_other_classifiers(tmp_path: Path) -> None:
    card = tmp_path / "CARD.md"
    new_card(card)
    put_into(card, "| measured |\n")
    new_card(card)
    assert card.read_text().count("<!-- benchmarks -->\n| measured |\n<!-- /benchmarks -->") == 1


def test_the_card_is_the_one_that_the_figures_give(tmp_path: Path) -> None:
    """Nothing in the shipped card is written by hand, but for the counts of comments and the comparison."""
    card = tmp_path / "CARD.md"
    card.write_text(CARD.read_text())
    new_card(card)
    made, shipped = card.read_text(), CARD.read_text()
    assert made.partition("## Figures on the dev split")[2] == shipped.partition("## Figures on the dev split")[2]
