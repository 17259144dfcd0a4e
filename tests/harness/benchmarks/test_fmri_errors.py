"""Errors of fMRI scores: what single samples do to the correlations and to the ceilings that these are divided by."""

import numpy as np
import pandas as pd
import pytest

from harness.benchmarks.fmri.fits import Fit
from harness.benchmarks.fmri.participants import Participant, ceiling_influence
from harness.benchmarks.fmri.regions import Regions
from harness.metrics.regression import within_folds
from harness.metrics.statistics import correlation_ceiling, signal_reliability

SAMPLES, VOXELS = 150, 20


@pytest.fixture
def recorded():
    """Repeats (4, samples, voxels), and predictions of the voxels."""
    random = np.random.default_rng(0)
    signal = random.standard_normal((SAMPLES, VOXELS))
    repeats = signal + 1.5 * random.standard_normal((4, SAMPLES, VOXELS))
    return repeats, signal + 0.3 * random.standard_normal((SAMPLES, VOXELS))


def fit_of(repeats, predicted):
    rows, fold = np.arange(repeats.shape[1]), np.zeros(repeats.shape[1])
    ceilings = correlation_ceiling(signal_reliability(repeats))
    voxels = pd.DataFrame({"region": ["V1"] * 8 + ["IT"] * 12, "hemisphere": ["left", "right"] * 10})
    participant = Participant(
        "p", repeats.mean(0), rows >= 0, voxels, ceilings, of_samples=ceiling_influence(repeats, ceilings)
    )
    x, y = within_folds(predicted, fold), within_folds(repeats.mean(0), fold)
    nothing = np.zeros((1, VOXELS))
    return Fit(participant, x, y, rows, nothing[0], ["layer"], nothing, ["V1", "IT"], nothing, nothing[0], 0 * x)


def test_the_influence_of_a_sample_is_what_the_score_loses_without_it(recorded):
    repeats, predicted = recorded
    regions = Regions(("V1", "IT"), ())
    score = lambda kept: regions.of_participants([fit_of(repeats[:, kept], predicted[kept])]).mean()
    everything = np.arange(SAMPLES)
    without = np.array([score(np.delete(everything, one)) for one in everything])
    influence, _ = regions.influences(fit_of(repeats, predicted))
    left_out = (SAMPLES - 1) / SAMPLES * (without.mean() - without)
    assert np.corrcoef(influence, left_out)[0, 1] > 0.99
    assert influence.std() == pytest.approx(left_out.std(), rel=0.1)
