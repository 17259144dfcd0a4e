import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BenchmarkError
from harness.metrics.resampling import Split, bootstrap, group_k_fold, k_fold, split_digest


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
