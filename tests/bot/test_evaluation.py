"""What the figures mean: precision, recall, calibration, each with an interval, over all and by group."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calibration import brier, calibration_error, histogram, reliability, resampled
from bot.discrimination import auc, precision_and_recall
from bot.evaluation import Example, evaluate, measure
from bot.evaluation_words import FROM_FILE, caveats, lines
from bot.intervals import share
from bot.labelled import Labelled
from tests.fakes import rulebook

SCORED = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=2, max_size=60)


def arrays(pairs: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([value for value, _ in pairs], float), np.array([true for _, true in pairs], bool)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1)],
)
def test_a_share_has_wilson_s_interval(hits: int, of: int, low: float, high: float) -> None:
    found = share(hits, of)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_a_share_of_nothing_is_not_known() -> None:
    assert (share(0, 0).value, share(0, 0).low) == (None, None)


@given(st.integers(1, 3000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_in_its_interval(counts: tuple[int, int]) -> None:
    found = share(*counts)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(SCORED)
def test_the_area_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[float, bool]]) -> None:
    yes, no = ([value for value, true in pairs if true is kind] for kind in (True, False))
    found = auc(*arrays(pairs))
    if not yes or not no:
        assert found is None
        return
    right = sum((a > b) + (a == b) / 2 for a, b in itertools.product(yes, no))
    assert found is not None
    assert found.value == pytest.approx(right / (len(yes) * len(no)))


def test_the_area_has_delong_s_interval() -> None:
    found = auc(*arrays([(0.8, True), (0.4, True), (0.6, True), (0.5, False), (0.3, False)]))
    assert found is not None
    assert found.value == pytest.approx(5 / 6)
    # By hand: placements 1, 1/2, 1 and 2/3, 1; their variances over 3 and over 2 add up to 1/18.
    assert found.low == pytest.approx(5 / 6 - 1.959964 * math.sqrt(1 / 18))
    assert found.high == 1.0


def test_an_area_without_a_pair_in_the_wrong_order_has_no_interval() -> None:
    found = auc(*arrays([(0.9, True), (0.8, True), (0.1, False), (0.2, False)]))
    assert found is not None
    assert (found.value, found.low, found.high) == (1.0, None, None)


def test_precision_and_recall_flag_equal_scores_together() -> None:
    points = precision_and_recall(*arrays([(0.9, True), (0.5, True), (0.5, False), (0.1, False)]))
    assert [(each.at_least, each.precision, each.recall) for each in points] == [
        (0.9, 1.0, 0.5),
        (0.5, pytest.approx(2 / 3), 1.0),
        (0.1, 0.5, 1.0),
    ]


def test_the_curve_of_many_texts_keeps_its_ends() -> None:
    values, truths = np.linspace(0, 1, 5000), np.linspace(0, 1, 5000) > 0.5
    points = precision_and_recall(values, truths)
    assert (len(points), points[0].at_least, points[-1].at_least) == (200, 1.0, 0.0)


def test_reliability_counts_each_text_in_its_tenth() -> None:
    bins = reliability(*arrays([(0.0, False), (0.05, True), (0.95, True), (1.0, True)]))
    assert [each.count for each in bins] == [2, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (bins[0].share, bins[1].share, bins[9].mean) == (0.5, None, 0.975)


def test_the_calibration_error_is_the_weighted_distance_of_score_and_share() -> None:
    values, truths = arrays([(0.2, False), (0.2, True), (0.9, True), (0.9, True)])
    assert calibration_error(values, truths) == pytest.approx(0.5 * 0.3 + 0.5 * 0.1)
    assert brier(values, truths) == pytest.approx((0.04 + 0.64 + 0.01 + 0.01) / 4)


def test_the_bootstrap_gives_the_same_interval_each_time_and_holds_the_mean() -> None:
    values, truths = arrays([(i / 100, i % 3 == 0) for i in range(100)])
    found = resampled(brier, values, truths)
    assert found == resampled(brier, values, truths)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_the_histogram_counts_both_kinds() -> None:
    found = histogram(*arrays([(0.0, False), (0.5, True), (1.0, True)]))
    assert (found.yes[10], found.yes[19], found.no[0], sum(found.yes), len(found.edges)) == (1, 1, 1, 2, 21)


def test_wrong_hides_and_false_flags_are_told_apart() -> None:
    examples = [
        Example(0.99, true=True, flagged=True, hidden=True, page="", language=""),
        Example(0.98, true=False, flagged=True, hidden=True, page="", language=""),
        Example(0.85, true=False, flagged=True, hidden=False, page="", language=""),
        Example(0.20, true=True, flagged=False, hidden=False, page="", language=""),
        Example(0.10, true=False, flagged=False, hidden=False, page="", language=""),
    ]
    found = measure(examples)
    assert [(each.hits, each.of) for each in (found.precision, found.recall, found.false_flags, found.wrong_hides)] == [
        (1, 3),
        (1, 2),
        (2, 3),
        (1, 2),
    ]


def test_few_texts_get_counts_and_no_calibration() -> None:
    found = measure([Example(0.9, true=True, flagged=True, hidden=False, page="", language="")] * 9)
    assert (found.labelled, found.brier, found.calibration_error) == (9, None, None)


ROWS = [
    Labelled("This is filth.", {"obscenity": True}, page="blog", language="en"),
    Labelled("All fine here.", {"obscenity": False, "threat": False}, page="blog", language="en"),
    Labelled("A threat, and filth.", {"obscenity": False, "threat": True}, page="street", language="es"),
]


def test_an_evaluation_judges_by_the_policy_and_groups_by_page_and_language() -> None:
    found = evaluate(ROWS, rulebook())
    obscenity, threat = found["labels"]["obscenity"], found["labels"]["threat"]
    assert (
        obscenity["all"]["labelled"],
        obscenity["all"]["precision"]["hits"],
        obscenity["all"]["precision"]["of"],
    ) == (3, 1, 2)
    assert obscenity["by_page"].keys() == {"blog", "street"}
    assert obscenity["by_language"]["es"]["wrong_hides"]["hits"] == 1
    assert (threat["all"]["labelled"], threat["all"]["recall"]["hits"]) == (2, 1)


def test_an_evaluation_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    evaluate(ROWS * 30, rulebook(), lambda done, total: told.append((done, total)))
    assert told == [(64, 90), (90, 90)]


def test_figures_from_the_log_say_that_only_flagged_comments_were_decided() -> None:
    said = " ".join(caveats({"never_flagged": 2}, from_log=True))
    assert "people decided only what the bot had flagged" in said
    assert "2 of the texts had not been flagged" in said
    assert caveats({"never_flagged": 0}, from_log=False) == [FROM_FILE]


def test_in_words_every_share_has_its_interval_and_its_counts() -> None:
    text = "\n".join(lines({**evaluate(ROWS, rulebook()), "caveats": ["Mind this."]}))
    assert "precision          0.500 (0.095 to 0.905), 1 of 2 flagged for it" in text
    assert "page street: 1 labelled, 0 of them yes" in text
    assert "recall             not known: none that are it" in text
    assert text.endswith("Mind this.")
