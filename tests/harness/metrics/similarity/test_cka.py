import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.regression.ridge import gram
from harness.metrics.similarity.cka import debiased_cka, linear_cka


def _draw(n, p, seed=0):
    return np.random.default_rng(seed).standard_normal((n, p))


def test_rotation_scale_and_offset_do_not_matter():
    X = _draw(40, 10)
    rotation = np.linalg.qr(_draw(10, 10, 1))[0]
    for measure in (linear_cka, debiased_cka):
        assert measure(X @ X.T, 3 * gram(X @ rotation + 2)) == pytest.approx(1)


def test_is_the_cosine_of_covariances_in_feature_space():
    X, Y = _draw(30, 6), _draw(30, 4, 1)
    X, Y = X - X.mean(0), Y - Y.mean(0)
    expected = np.linalg.norm(X.T @ Y) ** 2 / (np.linalg.norm(X.T @ X) * np.linalg.norm(Y.T @ Y))
    assert linear_cka(gram(X), gram(Y)) == pytest.approx(expected)


def test_independent_responses_score_zero_without_bias():
    pairs = [(gram(_draw(30, 500, seed)), gram(_draw(30, 500, 1000 + seed))) for seed in range(30)]
    assert np.mean([linear_cka(K, L) for K, L in pairs]) > 0.9
    assert abs(np.mean([debiased_cka(K, L) for K, L in pairs])) < 0.02


def test_torch_gives_the_same():
    torch = pytest.importorskip("torch")
    K, L = gram(_draw(20, 5)), gram(_draw(20, 5, 1))
    for measure in (linear_cka, debiased_cka):
        assert measure(torch.from_numpy(K), torch.from_numpy(L)) == pytest.approx(measure(K, L))


def test_silent_responses_are_refused():
    with pytest.raises(BenchmarkError, match="do not vary"):
        linear_cka(np.zeros((5, 5)), np.eye(5))
    with pytest.raises(BenchmarkError, match="four samples"):
        debiased_cka(np.eye(3), np.eye(3))
