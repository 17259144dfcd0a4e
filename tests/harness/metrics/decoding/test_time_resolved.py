import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.decoding.classification import stratified_folds
from harness.metrics.decoding.time_resolved import (
    LagProfile,
    dynamic_gain,
    lag_profile,
    rise_latency,
    temporal_generalisation,
)
from harness.metrics.regression.operators import delay, over_runs
from harness.metrics.regression.ridge import gram
from harness.metrics.statistics.resampling import block_k_fold, inner_folds, k_fold

LABELS = np.tile([0, 1, 2], 30)


def _responses(stays: bool, seed=0):
    """Six bins of 12 units; from the third on a label adds a pattern, the same in all bins or another in each."""
    random = np.random.default_rng(seed)
    patterns = random.standard_normal((3, 12, 6))
    if stays:
        patterns = np.repeat(patterns[:, :, :1], 6, axis=2)
    patterns[:, :, :2] = 0
    return 1.5 * patterns[LABELS] + random.standard_normal((90, 12, 6))


def test_a_code_that_stays_generalises_and_one_that_moves_does_not():
    splits = stratified_folds(LABELS, 3)
    stays, moves = (temporal_generalisation(_responses(kind), LABELS, splits) for kind in (True, False))
    for found in (stays, moves):
        assert found.time_course[2:].min() > 0.8 and found.time_course[:2].max() < 0.55
    off = ~np.eye(4, dtype=bool)
    assert stays.accuracy[2:, 2:][off].min() > 0.75
    assert abs(moves.accuracy[2:, 2:][off].mean() - 1 / 3) < 0.15
    assert (stays.duration(1 / 3)[2:] > 0.55).all() and (moves.duration(1 / 3)[2:] < 0.4).all()


def test_noise_is_decoded_by_chance():
    random = np.random.default_rng(0)
    found = temporal_generalisation(random.standard_normal((90, 10, 4)), LABELS, stratified_folds(LABELS, 3))
    assert abs(found.accuracy.mean() - 1 / 3) < 0.06
    with pytest.raises(BenchmarkError, match="bins"):
        temporal_generalisation(random.standard_normal((90, 10)), LABELS, stratified_folds(LABELS, 3))


def test_latencies_of_a_rise_are_found_under_noise():
    times = np.arange(-95.0, 300, 10)
    random = np.random.default_rng(0)
    clean = 1 / 3 + 0.5 * np.clip((times - 80) / 40, 0, 1)
    time_courses = clean + 0.01 * random.standard_normal((40, len(times)))
    found = rise_latency(time_courses, times)
    np.testing.assert_allclose(np.median(found, 0), [84, 100], atol=4)
    assert found.std(0).max() < 6
    flat = rise_latency(1 / 3 + 0.01 * random.standard_normal((5, 100)), np.arange(-500.0, 500, 10), criterion=5)
    assert np.isnan(flat).all()
    with pytest.raises(BenchmarkError, match="baseline"):
        rise_latency(time_courses, times + 400)


def test_the_lag_of_a_response_is_found():
    random = np.random.default_rng(0)
    lengths = [150, 150]
    X = random.standard_normal((300, 6))
    Y = over_runs(lengths, lambda n: delay(n, 4)) @ X @ random.standard_normal((6, 5)) + random.standard_normal(
        (300, 5)
    )
    outer = block_k_fold(np.tile(np.arange(150.0), 2), 3, 8, runs=np.repeat([0, 1], 150))
    profile = lag_profile(gram(X), Y, lengths, range(-2, 9), outer, lambda train: k_fold(len(train), 3), step=1.5)
    np.testing.assert_allclose(profile.peak, 6, atol=0.4)
    assert profile.correlation[6].min() > 0.8 and np.abs(np.delete(profile.correlation, 6, 0)).mean() < 0.12
    assert (profile.width < 4).all()
    with pytest.raises(BenchmarkError, match="too short"):
        lag_profile(gram(X), Y, lengths, [0, 150], outer, lambda train: k_fold(len(train), 3))


def test_a_profile_without_a_peak_above_nothing_has_no_width():
    profile = LagProfile(np.arange(4.0), np.array([[-0.3, -0.2, -0.1, -0.2], [0.0, 0.4, 0.0, 0.0]]).T)
    assert np.isnan(profile.width[0]) and profile.width[1] == pytest.approx(1)


def test_dynamics_gain_where_responses_depend_on_them_only():
    random = np.random.default_rng(0)
    static, moving = random.standard_normal((2, 240, 8))
    weights = random.standard_normal((8, 4))
    Y = np.hstack([static @ weights, (static + moving) @ weights]) + random.standard_normal((240, 8))
    times = np.arange(240.0)
    outer = block_k_fold(times, 4, 2)
    found = dynamic_gain(
        gram(np.hstack([static, moving])), gram(static), Y, outer, lambda train: inner_folds(times[train], 2)
    )
    assert np.abs(found.gain[:4]).max() < 0.03 and found.gain[4:].min() > 0.25
