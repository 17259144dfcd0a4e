import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import ttest_1samp

from harness.errors import BenchmarkError
from harness.metrics.statistics.correlation import pearson
from harness.metrics.statistics.hypothesis_tests import (
    compare_models,
    crossed_bootstrap,
    effective_samples,
    false_discovery,
    family_wise_p,
    hierarchical_bootstrap,
    holm,
    permutation_p,
    permuted_blocks,
    sign_flip_p,
)


def _smooth(seed, n=400):
    return lfilter([1], [1, -0.9], np.random.default_rng(seed).standard_normal(n))


def test_p_is_never_zero():
    null = np.arange(99.0)
    assert permutation_p(np.array(1000.0), null) == 0.01 and permutation_p(np.array(-1.0), null) == 1


def test_blocks_keep_false_alarms_at_their_level_and_single_samples_do_not():
    """Two independent smooth series: r of 400 samples is significant far too often if they are shuffled one by one."""
    alarms = {1: 0, 40: 0}
    for seed in range(40):
        x, y = _smooth(seed), _smooth(1000 + seed)
        for block in alarms:
            null = permuted_blocks(lambda shuffled, x=x: pearson(x, shuffled), y, block, draws=59, seed=seed)
            alarms[block] += permutation_p(pearson(x, y), null) <= 0.05
    assert alarms[1] > 8 and alarms[40] <= 6


def test_shuffled_samples_stay_in_their_run_and_all_come_back():
    y, runs = np.arange(60.0), np.repeat([0, 1], 30)
    (null,) = permuted_blocks(lambda shuffled: shuffled, y, 5, runs, draws=1)
    assert sorted(null[:30]) == list(range(30)) and sorted(null) == list(range(60)) and (null != y).any()
    with pytest.raises(BenchmarkError, match="shorter"):
        permuted_blocks(np.mean, y, 20)


def test_effective_samples_give_the_spread_of_a_correlation():
    r = [pearson(_smooth(seed, 300), _smooth(5000 + seed, 300)) for seed in range(300)]
    assert np.std(r) == pytest.approx(1 / np.sqrt(effective_samples(300, 0.9, 0.9)), rel=0.2)


def test_the_largest_null_value_holds_the_family():
    random = np.random.default_rng(0)
    alarms = [
        (family_wise_p(random.standard_normal(30), random.standard_normal((199, 30))) <= 0.05).any() for _ in range(200)
    ]
    assert np.mean(alarms) < 0.1


def test_corrections_by_hand_and_by_scipy():
    from scipy.stats import false_discovery_control

    p = np.array([0.01, np.nan, 0.04, 0.03])
    np.testing.assert_allclose(holm(p), [0.03, np.nan, 0.06, 0.06])
    np.testing.assert_allclose(false_discovery(p)[[0, 2, 3]], false_discovery_control(p[[0, 2, 3]]))
    assert (false_discovery(p, dependent=True)[[0, 2, 3]] >= false_discovery(p)[[0, 2, 3]]).all()


def test_both_levels_of_a_hierarchy_add_to_the_error():
    random = np.random.default_rng(0)
    samples = [mean + random.standard_normal(50) for mean in random.standard_normal(30)]
    mean = lambda arrays: float(np.mean([own.mean() for own in arrays]))
    result = hierarchical_bootstrap(mean, samples, draws=500)
    subjects = np.std([own.mean() for own in samples], ddof=1) / np.sqrt(30)
    assert result.error > subjects
    assert result.error == pytest.approx(np.sqrt(subjects**2 + 1 / 50 / 30), rel=0.15)


def test_subjects_and_stimuli_both_count_where_they_are_crossed():
    random = np.random.default_rng(0)
    values = random.standard_normal((20, 1)) + random.standard_normal((1, 40)) + 0.1 * random.standard_normal((20, 40))
    result = crossed_bootstrap(lambda sample: float(sample.mean()), values, draws=800)
    expected = np.sqrt(values.mean(1).var(ddof=1) / 20 + values.mean(0).var(ddof=1) / 40)
    assert result.error == pytest.approx(expected, rel=0.15)
    with pytest.raises(BenchmarkError, match="two stimuli"):
        crossed_bootstrap(lambda sample: float(sample.mean()), values[:, :1])


def test_sign_flips_are_exact_for_few_subjects_and_right_for_many():
    assert sign_flip_p(np.array([1.0, 2, 3, 4, 5])) == 1 / 16
    random = np.random.default_rng(0)
    p = [sign_flip_p(random.standard_normal(20), draws=400, seed=seed) for seed in range(300)]
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.035)


def test_equal_models_do_not_differ_and_a_better_one_does():
    random = np.random.default_rng(0)
    shared = random.standard_normal(60)
    scores = {name: shared + 0.1 * random.standard_normal(60) for name in ("a", "b", "c")}
    scores["best"] = scores["a"] + 0.2 + 0.1 * random.standard_normal(60)
    for correction in ("holm", "fdr"):
        comparison = compare_models(scores, correction, draws=300)
        assert comparison.better()[3].tolist() == [True, True, True, False]
        assert not comparison.better()[:3].any() and not comparison.better()[:, 3].any()
    assert comparison.low[3, 0] < 0.2 < comparison.high[3, 0] and comparison.low[0, 3] == -comparison.high[3, 0]
    upper = np.triu_indices(4, 1)
    assert (comparison.adjusted[upper] >= comparison.p[upper]).all() and np.isnan(np.diag(comparison.p)).all()


def test_models_on_other_units_are_refused():
    with pytest.raises(BenchmarkError, match="different numbers"):
        compare_models({"a": np.ones(5), "b": np.ones(4)})
    with pytest.raises(BenchmarkError, match="same units for all"):
        compare_models({"a": np.array([1, np.nan]), "b": np.ones(2)})
    with pytest.raises(BenchmarkError, match="two models"):
        compare_models({"a": np.ones(5)})


def test_a_comparison_is_that_of_each_pair():
    random = np.random.default_rng(0)
    scores = {name: random.standard_normal(8) for name in "abc"}
    comparison = compare_models(scores)
    assert comparison.p[0, 2] == sign_flip_p(scores["a"] - scores["c"])
    difference = scores["a"] - scores["c"]
    assert comparison.difference[0, 2] == pytest.approx(difference.mean())
    interval = ttest_1samp(difference, 0).confidence_interval()
    assert (comparison.low[0, 2], comparison.high[0, 2]) == pytest.approx((interval.low, interval.high))


def test_errors_are_right_for_few_subjects():
    """Drawing as many as there are would give 0.82 of the spread that means over five subjects have."""
    mean = lambda arrays: float(np.mean([own.mean() for own in arrays]))
    hierarchical, crossed, found = [], [], []
    for seed in range(100):
        random = np.random.default_rng(seed)
        values = random.standard_normal((5, 1)) + random.standard_normal((5, 20))
        hierarchical.append(hierarchical_bootstrap(mean, list(values), draws=100, seed=seed).error ** 2)
        crossed.append(crossed_bootstrap(lambda sample: float(sample.mean()), values, draws=100, seed=seed).error ** 2)
        found.append(values.mean())
    expected = 1 / 5 + 1 / 100
    assert np.mean(hierarchical) == pytest.approx(expected, rel=0.15)
    assert np.mean(crossed) == pytest.approx(expected, rel=0.15)
    assert np.var(found) == pytest.approx(expected, rel=0.3)
