import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.statistics.ceilings import (
    correlation_ceiling,
    explainable_variance,
    inter_subject_ceiling,
    normalised_correlation,
    normalised_r_squared,
    ratio_of_sums,
    signal_power,
    signal_reliability,
    spearman_brown,
    split_half_reliability,
    without_repeat_effects,
)
from harness.metrics.statistics.correlation import pearson


def _noisy(stimuli, repeats, units, noise, seed=0):
    random = np.random.default_rng(seed)
    signal = random.standard_normal((stimuli, units))
    return signal, signal + noise * random.standard_normal((repeats, stimuli, units))


def test_a_perfect_model_reaches_the_square_root_of_the_reliability():
    signal, responses = _noisy(stimuli=600, repeats=6, units=300, noise=2.0)
    r = pearson(signal, responses.mean(0))
    reliability = split_half_reliability(responses)
    assert np.median(r / correlation_ceiling(reliability)) == pytest.approx(1.0, abs=0.005)
    assert np.median(r / reliability) > 1.1, "the reliability itself is not the ceiling of a correlation"


@pytest.mark.parametrize("repeats", [2, 5, 8])
def test_reliability_is_signal_over_total_variance_of_the_mean(repeats):
    _, responses = _noisy(stimuli=2000, repeats=repeats, units=30, noise=1.5)
    expected = 1 / (1 + 1.5**2 / repeats)
    assert split_half_reliability(responses).mean() == pytest.approx(expected, abs=0.01)


def test_missing_repeats_are_padded_with_nan():
    signal, responses = _noisy(stimuli=1500, repeats=10, units=20, noise=2.0)
    shared, own = responses.copy(), responses.copy()
    random = np.random.default_rng(1)
    for stimulus in range(1500):
        shared[6 + random.integers(0, 5) :, stimulus] = np.nan
        own[random.permutation(10)[:2], stimulus, stimulus % 20] = np.nan
    reliability = split_half_reliability(shared)
    r = pearson(signal, np.nanmean(shared, axis=0))
    assert np.median(r / np.sqrt(reliability)) == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(split_half_reliability(own), split_half_reliability(responses), atol=0.02)


def test_noise_alone_is_not_clipped_and_has_no_ceiling():
    responses = np.random.default_rng(0).standard_normal((6, 400, 200))
    reliability = split_half_reliability(responses, partitions=20)
    assert reliability.mean() == pytest.approx(0, abs=0.03) and (reliability < 0).any()
    assert np.isnan(correlation_ceiling(reliability)[reliability <= 0]).all()


def test_without_noise_the_ceiling_is_one_and_a_silent_unit_has_none():
    responses = np.repeat(np.random.default_rng(0).standard_normal((1, 50, 2)), 4, axis=0)
    responses[..., 1] = 0
    assert split_half_reliability(responses)[0] == pytest.approx(1)
    assert np.isnan(split_half_reliability(responses)[1])


def test_one_repeat_is_refused():
    with pytest.raises(BenchmarkError, match="two repeats"):
        split_half_reliability(np.ones((1, 10, 3)))
    responses = np.ones((2, 10, 3))
    responses[1, 4] = np.nan
    with pytest.raises(BenchmarkError, match="two repeats"):
        split_half_reliability(responses)


def test_agrees_with_brain_scores_internal_consistency(parity):
    arrays = np.load(parity / "brainscore_metrics" / "oracle_data.npz")
    ours, theirs = split_half_reliability(arrays["Yrep"]), arrays["raw__internal_consistency"].mean(0)
    assert np.median(ours) == pytest.approx(0.816384595, abs=0.005)
    np.testing.assert_allclose(ours, theirs, atol=0.03)


def test_spearman_brown():
    assert spearman_brown(np.array(0.5)) == pytest.approx(2 / 3)


@pytest.fixture(scope="module")
def recording():
    """A perfect model of 1000 units of all reliabilities, 6 repeats of 600 samples."""
    random = np.random.default_rng(0)
    signal = random.standard_normal((600, 1000))
    noise = random.uniform(0.5, 3, 1000)
    return signal, signal + noise * random.standard_normal((6, 600, 1000)), noise


def test_a_perfect_model_scores_one(recording):
    signal, responses, _ = recording
    mean = responses.mean(0)
    r = pearson(signal, mean)
    assert np.median(normalised_correlation(signal, responses)) == pytest.approx(1, abs=0.003)
    split_half = split_half_reliability(responses, partitions=20)
    assert np.median(r / correlation_ceiling(split_half)) == pytest.approx(1, abs=0.003)
    assert np.median(normalised_r_squared(r, split_half)) == pytest.approx(1, abs=0.006)
    assert ratio_of_sums(r, correlation_ceiling(signal_reliability(responses))) == pytest.approx(1, abs=0.003)
    assert np.median(r / split_half) > 1.05, "divided by the reliability itself it would score too high"


def test_signal_power_is_recovered_with_and_without_missing_repeats(recording):
    _, responses, noise = recording
    random = np.random.default_rng(1)
    missing = np.where(random.random((6, 600, 1)) < 0.3, np.nan, responses)
    missing[:2] = responses[:2]
    for given in (responses, missing):
        power, rest = signal_power(given)
        assert power.mean() == pytest.approx(1, abs=0.01)
        np.testing.assert_allclose(rest, noise**2, rtol=0.2)
    np.testing.assert_allclose(explainable_variance(responses), 1 / (1 + noise**2), atol=0.12)
    np.testing.assert_allclose(signal_reliability(responses), split_half_reliability(responses, 30), atol=0.1)


def test_signal_power_by_hand():
    responses = np.array([[[1.0], [2], [6]], [[3.0], [2], [4]]])
    power, noise = signal_power(responses)
    mean, each = np.var([2, 2, 5], ddof=1), [np.var([1, 2, 6], ddof=1), np.var([3, 2, 4], ddof=1)]
    assert power == pytest.approx([(4 * mean - sum(each)) / 2]) and noise == pytest.approx([np.mean(each) - power[0]])


def test_the_region_is_ruled_by_no_single_noisy_unit():
    random = np.random.default_rng(0)
    ceilings = random.uniform(0.02, 0.9, 4000)
    r = 0.5 * ceilings + 0.05 * random.standard_normal(4000)
    assert ratio_of_sums(r, ceilings) == pytest.approx(0.5, abs=0.01)
    assert ratio_of_sums(np.array([0.3, np.nan]), np.array([0.6, 0.9])) == 0.5
    with pytest.raises(BenchmarkError, match="no unit"):
        ratio_of_sums(np.array([np.nan]), np.array([1.0]))


def test_what_subjects_share_lies_between_the_bounds():
    random = np.random.default_rng(0)
    shared = random.standard_normal((300, 40))
    subjects = shared + random.standard_normal((5, 300, 40))
    lower, upper = inter_subject_ceiling(subjects)
    attainable = np.mean([pearson(shared, own) for own in subjects])
    assert lower.shape == (5, 40) and lower.mean() < attainable < upper.mean()
    with pytest.raises(BenchmarkError, match="two subjects"):
        inter_subject_ceiling(subjects[:1])


def test_one_repeat_has_no_signal_power():
    with pytest.raises(BenchmarkError, match="inter-subject"):
        signal_power(np.zeros((1, 20, 3)))


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("drift", [0.25, 0.5, 1, 2])
def test_a_baseline_that_drifts_over_repeats_gives_a_perfect_model_no_more_than_one(drift, missing):
    signal, responses = _noisy(stimuli=400, repeats=8, units=60, noise=1.5)
    responses += drift * np.arange(8)[:, None, None]
    if missing:
        for stimulus, order in enumerate(np.random.default_rng(1).permuted(np.tile(np.arange(8), (400, 1)), axis=1)):
            responses[order[: stimulus % 5], stimulus] = np.nan
    r = pearson(signal, np.nanmean(responses, axis=0))
    for reliability in (split_half_reliability(responses, partitions=30), signal_reliability(responses)):
        assert ratio_of_sums(r, correlation_ceiling(reliability)) == pytest.approx(1, abs=0.015)


def test_effects_of_repeats_are_found_where_some_are_missing():
    random = np.random.default_rng(0)
    effect, stimuli = random.standard_normal((6, 1, 3)), random.standard_normal((50, 3))
    responses = stimuli + effect
    responses[random.integers(0, 6, 30), random.permutation(50)[:30]] = np.nan
    left = without_repeat_effects(responses)
    assert np.nanmax(np.nanstd(left, axis=0)) < 1e-9
    assert np.nanmean(left) == pytest.approx(np.nanmean(responses), abs=1e-12)
