import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.correlation import pearson
from harness.metrics.resampling import k_fold
from harness.metrics.ridge import PENALTIES, cross_gram, fit_ridge, fit_ridge_cv, gram, mean_variance, select_alpha


@pytest.fixture
def problem():
    """Forty features more than samples, offsets everywhere, targets from noiseless to pure noise."""
    random = np.random.default_rng(0)
    X = random.standard_normal((120, 160)) @ np.diag(np.logspace(0, -2, 160)) + 3
    weights = random.standard_normal((160, 8))
    noise = np.linspace(0, 5, 8)
    Y = X @ weights + noise * random.standard_normal((120, 8)) + 10
    return X[:90], Y[:90], X[90:], Y[90:]


@pytest.mark.parametrize("alpha", [1e-3, 1.0, 100.0])
def test_equals_scikit_learn_for_a_given_penalty(problem, alpha):
    from sklearn.linear_model import Ridge

    X, Y, X_new, _ = problem
    ours = fit_ridge(gram(X), Y, alpha).predict(cross_gram(X_new, X))
    np.testing.assert_allclose(ours, Ridge(alpha=alpha).fit(X, Y).predict(X_new), atol=1e-7)


def test_takes_a_penalty_for_every_target(problem):
    from sklearn.linear_model import Ridge

    X, Y, X_new, _ = problem
    alphas = np.logspace(-2, 3, 8)
    np.testing.assert_allclose(
        fit_ridge(gram(X), Y, alphas).predict(cross_gram(X_new, X)),
        Ridge(alpha=alphas).fit(X, Y).predict(X_new),
        atol=1e-7,
    )


def test_chooses_the_penalties_that_himalaya_chooses(problem):
    himalaya = pytest.importorskip("himalaya.kernel_ridge")
    from sklearn.model_selection import PredefinedSplit

    X, Y, X_new, _ = problem
    alphas = PENALTIES * mean_variance(gram(X))
    splits = k_fold(90, 5)
    fold = np.empty(90, dtype=int)
    for number, split in enumerate(splits):
        fold[split.test] = number
    oracle = himalaya.KernelRidgeCV(alphas=alphas, cv=PredefinedSplit(fold), fit_intercept=True).fit(X, Y)
    ours = select_alpha(gram(X), Y, splits, alphas)
    np.testing.assert_allclose(ours, oracle.best_alphas_, rtol=1e-6)
    assert len(set(ours)) > 2
    predicted = fit_ridge_cv(gram(X), Y, splits).predict(cross_gram(X_new, X))
    np.testing.assert_allclose(predicted, oracle.predict(X_new), atol=1e-5)


def test_reproduces_brain_scores_ridge(parity):
    arrays = np.load(parity / "brainscore_metrics" / "oracle_data.npz")
    X, Y, train, test = (arrays[name] for name in ("X", "Y", "train_idx", "test_idx"))
    train, test = train.astype(int), test.astype(int)
    K = gram(X)
    fit = fit_ridge(K[np.ix_(train, train)], Y[train], 1.0)
    r = pearson(fit.predict(K[np.ix_(test, train)]), Y[test])
    np.testing.assert_allclose(r, arrays["raw__ridge_split"], atol=1e-8)
    assert np.median(r) == pytest.approx(0.807357124, abs=1e-8)


def test_scale_and_offset_of_the_features_do_not_matter(problem):
    X, Y, X_new, _ = problem

    def predicted(X, X_new):
        return fit_ridge_cv(gram(X), Y, k_fold(90, 5)).predict(cross_gram(X_new, X))

    np.testing.assert_allclose(predicted(0.5 * X + 7, 0.5 * X_new + 7), predicted(X, X_new), atol=1e-7)


def test_chunks_memory_maps_and_arrays_give_one_gram_matrix(problem, tmp_path):
    X = problem[0]
    np.save(tmp_path / "x.npy", X.astype(np.float32))
    K = gram(X)
    np.testing.assert_allclose(gram(X[:, i : i + 50] for i in range(0, 160, 50)), K, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(gram(np.load(tmp_path / "x.npy", mmap_mode="r")), K, rtol=1e-5, atol=1e-4)
    centred = X - X.mean(0)
    np.testing.assert_allclose(K, centred @ centred.T, atol=1e-10)


def test_a_large_common_offset_costs_no_precision():
    X = np.random.default_rng(0).standard_normal((30, 40))
    np.testing.assert_allclose(gram(X + 1e7), gram(X), atol=1e-6)


def test_features_that_say_nothing_are_refused(problem):
    Y = problem[1]
    with pytest.raises(BenchmarkError, match="do not vary"):
        fit_ridge_cv(gram(np.full((90, 5), 0.1)), Y, k_fold(90, 5))
    with pytest.raises(BenchmarkError, match="NaN or infinite"):
        gram(np.full((90, 5), np.inf))
    with pytest.raises(BenchmarkError, match="no features"):
        gram(iter(()))
    with pytest.raises(BenchmarkError, match="positive"):
        fit_ridge(gram(problem[0]), Y, 0.0)
