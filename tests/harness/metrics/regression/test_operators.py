import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.regression.operators import (
    canonical_hrf,
    centring,
    convolution,
    delay,
    delays,
    detrending,
    over_runs,
    resampling,
    settled,
    transform,
)
from harness.metrics.regression.ridge import gram

RUNS = [30, 50]


@pytest.fixture
def X():
    return np.random.default_rng(0).standard_normal((80, 300))


def test_one_gram_matrix_stands_for_the_features_of_every_variant(X):
    """Delayed copies, a haemodynamic response, coarser bins and no drifts: as from the features themselves."""
    centred = X - X.mean(0)
    K = gram(X)
    prepared = over_runs(RUNS, lambda n: detrending(n, 1.5) @ convolution(n, canonical_hrf(1.5)))
    np.testing.assert_allclose(transform(K, prepared), (prepared @ centred) @ (prepared @ centred).T, atol=1e-9)
    lagged = np.zeros((80, 0))
    for lag in (1, 2, 4):
        shifted = np.zeros_like(centred)
        shifted[lag:30], shifted[30 + lag :] = centred[: 30 - lag], centred[30 : 80 - lag]
        lagged = np.hstack([lagged, shifted])
    np.testing.assert_allclose(transform(K, *delays(RUNS, (1, 2, 4))), lagged @ lagged.T, atol=1e-9)


def test_a_torch_matrix_gives_the_same(X):
    torch = pytest.importorskip("torch")
    operators = delays(RUNS, (0, 3))
    given = transform(torch.from_numpy(gram(X)), *operators)
    assert isinstance(given, torch.Tensor)
    np.testing.assert_allclose(given.numpy(), transform(gram(X), *operators), atol=1e-9)


def test_resampling_weighs_by_overlap():
    source = np.array([[0, 10], [10, 20], [20, 30]])
    A = resampling(source, np.array([[0, 20], [5, 20], [12, 14]])).toarray()
    np.testing.assert_allclose(A, [[0.5, 0.5, 0], [1 / 3, 2 / 3, 0], [0, 1, 0]])
    with pytest.raises(BenchmarkError, match="end at 30"):
        resampling(source, np.array([[20, 31]]))


def test_the_haemodynamic_response_is_that_of_spm_and_not_a_bin_late():
    from scipy.stats import gamma

    for step in (0.5, 1.0, 2.0):
        kernel = canonical_hrf(step)
        t = np.linspace(0, 32, 3201)
        truth = gamma.pdf(t, 6) - 0.167 * gamma.pdf(t, 16)
        centre = (t * truth).sum() / truth.sum()
        assert kernel.sum() == pytest.approx(1)
        assert (np.arange(len(kernel)) * step * kernel).sum() == pytest.approx(centre, abs=0.06)
        assert np.argmax(kernel) * step == pytest.approx(5, abs=step / 2 + 1e-6)


def test_delays_fill_with_zeros_and_go_both_ways():
    x = np.arange(1.0, 5)
    assert (delay(4, 1) @ x).tolist() == [0, 1, 2, 3] and (delay(4, -2) @ x).tolist() == [3, 4, 0, 0]
    assert (convolution(4, np.array([0, 1, 0.5])) @ x).tolist() == [0, 1, 2.5, 4]


def test_detrending_removes_slow_cosines_and_keeps_fast_ones():
    time = np.arange(256.0)
    slow, fast = (np.cos(2 * np.pi * (time + 0.5) * frequency) for frequency in (1 / 256, 1 / 16))
    A = detrending(256, 1.0)
    assert np.abs(A @ (slow + 3)).max() < 1e-9
    np.testing.assert_allclose(A @ fast, fast, atol=1e-9)
    assert abs((centring(5) @ np.arange(5.0)).sum()) < 1e-12


def test_rows_reached_by_zero_fill_are_known():
    assert settled([3, 2], 1).tolist() == [False, True, True, False, True]


def test_an_operator_of_another_length_is_refused(X):
    with pytest.raises(BenchmarkError, match="30 samples cannot act on 80"):
        transform(gram(X), centring(30))
    with pytest.raises(BenchmarkError, match="at least one"):
        transform(gram(X))
