"""Dissimilarity matrices of several subjects: ceiling, error, agreement with known answers."""

import numpy as np
import pytest
from scipy.spatial.distance import squareform

from harness.errors import BenchmarkError
from harness.metrics.similarity import rdm_influence
from harness.metrics.similarity.rdm_comparison import (
    agreements,
    by_name,
    mean_rdm,
    rdm_ceiling,
    within_and_between,
)

PAIRS = 60 * 59 // 2


def subjects(count, noise, seed=0):
    random = np.random.default_rng(seed)
    truth = random.random(PAIRS)
    each = [squareform(truth + noise * random.standard_normal(PAIRS) + 5) for _ in range(count)]
    return squareform(truth), np.stack(each)


@pytest.mark.parametrize("count", [3, 16])
def test_the_common_matrix_reaches_the_ceiling_whatever_the_number_of_subjects(count):
    truth, rdms = subjects(count, 0.4)
    ceiling = rdm_ceiling(rdms)
    assert ceiling.lower < ceiling.value < ceiling.upper
    assert agreements(truth, rdms).mean() / ceiling.value == pytest.approx(1, abs=0.03)


def test_another_matrix_agrees_with_nobody():
    truth, rdms = subjects(4, 0.4)
    other, _ = subjects(2, 0.4, seed=1)
    each = agreements(other, rdms)
    found = rdm_influence(other, rdms, each).crossed()
    assert abs(each.mean()) < 3 * found.error < 0.3
    assert (
        agreements(truth, rdms).mean() - 3 * rdm_influence(truth, rdms, agreements(truth, rdms)).crossed().error > 0.4
    )


@pytest.mark.parametrize("participants", [3, 8])
def test_stated_errors_are_the_spread_over_stimuli_and_participants(participants):
    """Distances of independent noise: what is particular to a pair of stimuli, and to a participant, counts once."""
    scores, errors = [], []
    for seed in range(25):
        _, rdms = subjects(participants, 0.4, seed)
        other, _ = subjects(2, 0.4, seed + 1000)
        each = agreements(other, rdms)
        scores.append(each.mean())
        errors.append(rdm_influence(other, rdms, each, ceiled=False).crossed().error)
    assert 0.65 < np.sqrt(np.mean(np.square(errors))) / np.std(scores) < 1.5


def test_comparisons_have_names():
    truth, rdms = subjects(2, 0.1)
    for name in ("spearman", "kendall", "cosine"):
        assert agreements(truth, truth[None], by_name(name))[0] == pytest.approx(1)
    with pytest.raises(BenchmarkError, match="spearman, kendall, cosine, not by 'pearson'"):
        by_name("pearson")
    assert mean_rdm(rdms).shape == (60, 60) and mean_rdm(rdms).max() == 1


def test_subjects_without_anything_in_common_have_no_ceiling():
    rdms = np.stack([squareform(np.arange(6.0)), squareform(np.arange(6.0)[::-1])])
    with pytest.raises(BenchmarkError, match="do not agree"):
        rdm_ceiling(rdms)


def test_pairs_within_and_between():
    rdm = np.array([[0, 1, 3], [1, 0, 5], [3, 5, 0.0]])
    assert within_and_between(rdm, ["a", "a", "b"]) == (1, 4)
