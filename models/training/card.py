"""Writes the model card from what was trained on and what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.training.data import NOT_TRAINED_ON, Row
from models.training.fit import DevFigures, Fitted

CARD = Path(__file__).with_name("MODEL_CARD.md")
_LICENCES = {
    "civil_spans": "Civil Comments, typed toxic spans (Pavlopoulos et al., ACL 2022; Borkan et al. 2019): CC0 1.0",
    "criticism": "Template sentences of clean criticism, written for this project",
    "davidson": "Davidson et al., ICWSM 2017: MIT. The obscenity label is a word list's, not a person's",
    "jigsaw": "Jigsaw Toxic Comment Classification Challenge 2018: CC0 labels over Wikipedia text, CC BY-SA 3.0",
    "polis": "Pol.is open data, The Computational Democracy Project: CC BY 4.0. Accepted comments, taken as clean",
    "ruddit": "Ruddit (Hada et al., ACL 2021): scores MIT, over Reddit text",
    "templates": "Sentences of models/training/templates.py, written for this project, each three times",
    "wiki": "Wikipedia talk pages in context (Pavlopoulos et al., ACL 2020): Apache-2.0, text CC BY-SA 3.0",
}
_TEXT = """\
# Model card: toxicity.bin

Two heads, `obscenity` and `attack`: logistic regression over words, word pairs and character n-grams (2 to 5, within
words) of normalised text, weighted by inverse document frequency, each block of features scaled to unit length.
{features:,} features, float16, {heads} heads, calibrated on the dev split (Platt). It runs in plain Python
(`models/regression.py`) and was made by `python -m models.training FOLDER` with fixed seeds.

## What it is for

It ranks comments under a Department's posts for a person. It decides nothing, and what it says of obscenity is capped
at 0.96, below the threshold from which a rule may hide: only the approved word list hides. Whom an attack is aimed at
is found by rules (`models/target.py`), not by the model; attacks on officials are criticism and are never flagged.

## Data

{rows:,} rows, {dev:,} of them dev, read from a folder that is not part of this repository; no text of it is kept here,
but the vocabulary holds words and parts of words that occur in at least three comments.

| source | rows | licence |
|---|---|---|
{sources}

Not trained on, because their licence is unclear or non-commercial: {excluded}.

## Figures on the dev split

| head | positive | negative | AUC | found at 0.8 | clean flagged at 0.8 |
|---|---|---|---|---|---|
{figures}

The calibration was fitted on the same rows, so these flatter it a little. The sources' own splits share authors and
topics with what was trained on; on other sites expect less.

## Limits

* English. Spanish and other words are known only as far as the word list goes; untested languages are queued at most.
* Many attacks are missed at 0.8, most of all those without an insulting word. That is intended: a wrong flag costs
  more here than a miss. On dev rows of the three sets not trained on, attack has an AUC of 0.85; at 0.8, 30 % are found
  and 1.4 % of the clean are flagged.
* Most obscenity labels come from word lists, so the head knows words better than meaning. Only Jigsaw and Civil
  Comments were labelled by people.
* Davidson's tweets over-represent African-American English, which models trained on them score too high (Sap et al.,
  ACL 2019). They are cut to 9,000 rows, and the words concerned are mild in the word list; measure before trusting it.
* Labels of *attack* include insults of public figures. The rules for the target undo that, imperfectly.
* The shares of obscenity and attack in this data are far above those on a Department's page; the probabilities are
  true of data mixed like the dev split.
"""


def write_card(rows: Sequence[Row], fitted: Fitted, path: Path) -> None:
    """Write the card; a source without a known licence is an error.

    Raises:
        KeyError: when rows come from a source whose licence is not named here.
    """
    features = len(fitted.vocabulary.characters) + len(fitted.vocabulary.words)
    text = _TEXT.format(
        features=features,
        heads=len(fitted.heads),
        rows=len(rows),
        dev=sum(row.dev for row in rows),
        sources="\n".join(_sources(rows)),
        excluded=", ".join(sorted(NOT_TRAINED_ON)),
        figures="\n".join(_figures(fitted.dev)),
    )
    path.write_text(text, encoding="utf-8")


def _sources(rows: Sequence[Row]) -> list[str]:
    counts = Counter(row.source.split("_")[0] if row.source not in _LICENCES else row.source for row in rows)
    return [f"| {source} | {count:,} | {_LICENCES[source]} |" for source, count in sorted(counts.items())]


def _figures(dev: Mapping[str, DevFigures]) -> list[str]:
    return [
        f"| {head} | {each.positive:,} | {each.negative:,} | {each.auc:.3f} | {each.found:.1%} | {each.false:.2%} |"
        for head, each in dev.items()
    ]
