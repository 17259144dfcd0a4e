"""Stated errors are those of simulated worlds: small numbers here, larger ones by performance/calibration.py."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

ROOT = Path(__file__).parents[2] / "performance"


@pytest.fixture(scope="module")
def calibration():
    sys.path.insert(0, str(ROOT))
    yield importlib.import_module("calibration")
    sys.path.remove(str(ROOT))


QUICK = {
    "fMRI (200 clips, 4 participants)": (6, 3),
    "movies (6 of 15 s, 12 electrodes)": (6, 3),
    "decoding (120 images, 4 labels)": (5, 3),
    "regression (120 images, 2 targets)": (8, 3),
    "masking (60 images, 12 participants)": (8, 3),
    "in-silico (5 units)": (8, 4),
    "temporal (4 exemplars)": (6, 4),
    "distributions (60 units)": (6, 4),
    "masked orientation (16 participants)": (20, 2),
    "manipulations and masks (40 images)": (6, 2),
}
LARGER = {
    "encoding (200 images, 40 neurons)": (10, 4),
    "electrodes per time (150 images, 16 electrodes)": (8, 3),
    "matrices (50 images, 4 participants)": (8, 4),
    "confusions (120 images)": (12, 4),
    "error consistency (240 images, 5 participants)": (12, 4),
    "the same, read-out fitted": (12, 4),
    "choices (300 images)": (12, 4),
    "shape bias (240 images, 10 participants)": (8, 3),
    "contours (20 images, 3 annotators)": (8, 2),
}


def most(worlds):
    """Of worlds of which 5 % have a false difference, the number with one that is exceeded once in a thousand times."""
    return int(binom.ppf(0.999, worlds, 0.05))


def check(calibration, family, worlds, models):
    """Within what so few worlds tell: the spread is known to 1 / sqrt(2 n) at best."""
    found = calibration.measure(family, 0.0, worlds, models)
    margin = 1 + 3 / np.sqrt(2 * worlds * models)
    assert 0.8 / margin < found.ratio < 1.25 * margin
    assert found.beyond <= 0.07 + 3 * np.sqrt(0.07 * 0.93 / (worlds * models))
    assert found.unknown == 0 and round(found.different * worlds) <= most(worlds)


@pytest.mark.parametrize("family", QUICK)
def test_errors_of_models_of_noise_are_their_spread(calibration, family):
    check(calibration, family, *QUICK[family])


def over_neurons_alone(result):
    """As if the stimuli were all there are."""
    sample = {name: result.details["per_sample"][name] for name in ("of", "names", "scores")}
    return result.model_copy(update={"details": {**result.details, "per_sample": sample}})


def test_models_of_noise_differ_over_neurons_alone_and_not_over_stimuli_and_neurons(calibration):
    """All neurons answer to the same stimuli, so that what is particular to these looks like a difference between models."""
    worlds, models, found = 8, 8, {"crossed": 0, "alone": 0}
    for seed in range(worlds):
        scores = calibration._families_of_recordings.encoding(
            np.random.default_rng(seed), models, 0.0, n=100, units=120
        )
        results = {str(number): calibration.result(score, str(number)) for number, score in enumerate(scores)}
        alone = {name: over_neurons_alone(result) for name, result in results.items()}
        found["crossed"] += bool(calibration.compare(results).different)
        found["alone"] += bool(calibration.compare(alone).different)
    assert found["crossed"] <= most(worlds) < found["alone"]


@pytest.mark.slow
@pytest.mark.parametrize("family", LARGER)
def test_errors_of_models_of_noise_are_their_spread_in_larger_simulations(calibration, family):
    check(calibration, family, *LARGER[family])


def test_every_family_is_simulated_here_and_in_the_table(calibration):
    left = {"matrices (50 images, 12 participants)", "in-silico (24 units)"}
    assert set(QUICK) | set(LARGER) | left == set(calibration.FAMILIES)


def test_a_row_says_how_far_stated_errors_are_from_true_ones(calibration):
    worlds = [
        calibration.World(np.array([value, -value]), np.array([0.5, 0.5]), np.array([np.inf, np.inf]), different)
        for value, different in ((1.2, True), (0.5, False))
    ]
    found = calibration.calibrate(worlds)
    assert found.spread == pytest.approx(1.061, abs=1e-3) and found.ratio == pytest.approx(0.5 / 1.061, abs=1e-3)
    assert found.beyond == 0.5 and found.different == 0.5 and found.row[-1] == "2 x 2"
