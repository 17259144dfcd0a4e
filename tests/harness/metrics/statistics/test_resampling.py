import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from harness.errors import BenchmarkError
from harness.metrics.regression.operators import canonical_hrf
from harness.metrics.regression.ridge import fit_ridge, gram, mean_variance
from harness.metrics.statistics._arrays import take
from harness.metrics.statistics.correlation import pearson
from harness.metrics.statistics.resampling import (
    Split,
    block_k_fold,
    bootstrap,
    group_k_fold,
    inner_folds,
    k_fold,
    leave_one_group_out,
    purged,
    split_digest,
)


@given(st.lists(st.integers(0, 8), min_size=10, max_size=60), st.integers(2, 4), st.integers(0, 5))
def test_every_sample_is_tested_once_and_no_group_is_split(groups, folds, seed):
    if len(set(groups)) < folds:
        with pytest.raises(BenchmarkError, match="folds"):
            group_k_fold(groups, folds, seed)
        return
    splits = group_k_fold(groups, folds, seed)
    assert sorted(np.concatenate([split.test for split in splits])) == list(range(len(groups)))
    for split in splits:
        assert len(split.train) + len(split.test) == len(groups) and len(split.test)
        assert not {groups[i] for i in split.train} & {groups[i] for i in split.test}


def test_folds_are_even_seeded_and_named():
    sizes = [len(split.test) for split in k_fold(23, 5)]
    assert max(sizes) - min(sizes) <= 1
    ids = [f"s{i}" for i in range(23)]
    assert split_digest(k_fold(23, 5, seed=1), ids) == split_digest(k_fold(23, 5, seed=1)[::-1], ids)
    assert split_digest(k_fold(23, 5, seed=1), ids) != split_digest(k_fold(23, 5, seed=2), ids)
    assert split_digest(k_fold(23, 5), ids) != split_digest(k_fold(23, 5), ids[::-1])


def test_a_leaking_split_cannot_be_made():
    with pytest.raises(BenchmarkError, match="both sides"):
        Split(np.array([0, 1, 2]), np.array([2, 3]))


def test_bootstrap_error_of_a_mean_is_its_standard_error():
    sample = np.random.default_rng(0).standard_normal(400)
    result = bootstrap(np.mean, sample, draws=4000)
    assert result.error == pytest.approx(sample.std() / 20, rel=0.05)
    assert result.high - result.low == pytest.approx(2 * 1.96 * result.error, rel=0.1)


def test_bootstrap_keeps_arrays_together():
    sample = np.random.default_rng(0).standard_normal(50)
    assert bootstrap(lambda a, b: float(np.abs(a + b).sum()), sample, -sample).error == 0
    with pytest.raises(BenchmarkError, match="length"):
        bootstrap(np.mean, np.ones(1))


def test_one_group_is_left_out_at_a_time():
    splits = leave_one_group_out(["b", "a", "b", "c"])
    assert [split.test.tolist() for split in splits] == [[1], [0, 2], [3]]
    with pytest.raises(BenchmarkError, match="two groups"):
        leave_one_group_out(["a", "a"])


def test_blocks_keep_their_distance_within_a_run_and_test_every_sample_once():
    runs = np.repeat([0, 1], [300, 200])
    times = np.concatenate([np.arange(300.0), np.arange(200.0)])
    for splits in (block_k_fold(times, 4, 16, 60, runs), block_k_fold(times, 4, 16, runs=runs)):
        assert sorted(np.concatenate([split.test for split in splits])) == list(range(500))
        for split in splits:
            for run in (0, 1):
                train, test = (times[side[runs[side] == run]] for side in (split.train, split.test))
                assert np.abs(train[:, None] - test).min(initial=99) >= 16
            assert len(split.train) > 100
    with pytest.raises(BenchmarkError, match="no training sample"):
        block_k_fold(np.arange(20.0), 2, 30)


def test_penalties_are_chosen_over_runs_where_there_are_enough():
    times, runs = np.tile(np.arange(40.0), 3), np.repeat([0, 1, 2], 40)
    assert len(inner_folds(times, 5, runs)) == 3
    assert len(inner_folds(times[:80], 5, runs[:80])) == 5


SECONDS = 1200


def spurious_correlation(make_splits, draws=6, alpha=300.0):
    """Mean r of predictions of autocorrelated noise from smooth features that have nothing to do with it (1 s samples)."""
    kernel = canonical_hrf(1.0)
    found = []
    for draw in range(draws):
        random = np.random.default_rng(draw)
        X = lfilter(kernel, 1, random.standard_normal((SECONDS, 300)), axis=0)
        Y = lfilter([1], [1, -0.85], random.standard_normal((SECONDS, 100)), axis=0)
        K = gram(X)
        for split in make_splits(draw):
            fit = fit_ridge(take(K, split.train, split.train), Y[split.train], alpha * mean_variance(K) / 300)
            found.append(pearson(fit.predict(take(K, split.test, split.train)), Y[split.test]).mean())
    return np.mean(found)


@pytest.mark.slow
def test_independent_but_autocorrelated_data_score_zero_under_every_splitter():
    times, runs = np.arange(float(SECONDS)), np.repeat(np.arange(6), SECONDS // 6)
    chunks = np.arange(SECONDS) // 15
    assert spurious_correlation(lambda seed: k_fold(SECONDS, 5, seed), 2) > 0.5
    assert spurious_correlation(lambda seed: group_k_fold(chunks, 5, seed), 2) > 0.1, "chunks without a gap leak"
    for splitter in (
        lambda seed: block_k_fold(times, 5, 16, 60, seed=seed),
        lambda seed: block_k_fold(times, 5, 16),
        lambda seed: [purged(split, times, 16) for split in group_k_fold(chunks // 2, 5, seed)],
        lambda seed: [purged(split, times, 16) for split in leave_one_group_out(runs)],
    ):
        assert abs(spurious_correlation(splitter)) < 0.03
