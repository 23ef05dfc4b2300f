from __future__ import annotations

import json
from pathlib import Path

from models.default import default_classifiers, score_all
from models.policy import DEFAULT_RULES, Policy, Verdict, decide
from models.score import Item
from models.training.data import NOT_TRAINED_ON, read_rows
from models.training.templates import clean_sentences

POLICY = Policy("5.04", DEFAULT_RULES)


def raw(source: str, text: str, **labels: object) -> dict[str, object]:
    return {"source": source, "text": text, "obscene": "", "attack": "", "split": "train", **labels}


def written(folder: Path, *rows: dict[str, object]) -> Path:
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_sources_of_unclear_licence_are_not_trained_on(tmp_path: Path) -> None:
    folder = written(tmp_path, *(raw(source, "hello there") for source in (*sorted(NOT_TRAINED_ON), "davidson")))
    assert {row.source for row in read_rows(folder)} == {"davidson", "templates"}


def test_a_blank_label_is_no_label(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, raw("davidson", "hello there", attack=0)))
    assert rows[0].labels == {"obscenity": None, "attack": 0}


def test_the_dev_split_is_kept_apart(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, raw("davidson", "a word", split="dev"), raw("davidson", "more words")))
    assert sorted(row.dev for row in rows if row.source == "davidson") == [False, True]


def test_a_row_is_read_as_at_run_time(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, raw("davidson", "RT @ann: f*ck &amp; run https://x.example")))
    assert rows[0].words == ("fuck", "run")


def test_every_template_is_allowed_by_what_is_shipped() -> None:
    scored = score_all(default_classifiers(), [Item(sentence) for sentence in clean_sentences()])
    assert {decide(each.scores, POLICY).verdict for each in scored} == {Verdict.ALLOW}
