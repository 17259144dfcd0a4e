import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.regression.ridge import (
    PENALTIES,
    cross_gram,
    fit_ridge,
    fit_ridge_cv,
    gram,
    held_out_loss,
    mean_variance,
    predictions_without,
    select_alpha,
    standardised,
)
from harness.metrics.statistics.correlation import pearson, r_squared
from harness.metrics.statistics.resampling import k_fold


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


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_torch_gives_what_numpy_gives(problem, precision):
    torch = pytest.importorskip("torch")
    X, Y, X_new, _ = problem
    penalties, splits = PENALTIES[6:], k_fold(90, 5)
    expected = fit_ridge_cv(gram(X), Y, splits, penalties).predict(cross_gram(X_new, X))
    X, X_new = torch.from_numpy(X), torch.from_numpy(X_new)
    predicted = fit_ridge_cv(gram(X, precision), Y, splits, penalties).predict(cross_gram(X_new, X, precision))
    assert predicted.dtype == getattr(torch, precision)
    np.testing.assert_allclose(predicted.numpy(), expected, atol=1e-8 if precision == "float64" else 1e-2)


def test_targets_are_streamed(problem, tmp_path, monkeypatch):
    import harness.metrics.regression.ridge as module

    X, Y, *_ = problem
    whole = fit_ridge_cv(gram(X), Y, k_fold(90, 5))
    np.save(tmp_path / "y.npy", Y)
    monkeypatch.setattr(module, "_CHUNK", 300)
    streamed = fit_ridge_cv(gram(X), np.load(tmp_path / "y.npy", mmap_mode="r"), k_fold(90, 5))
    np.testing.assert_allclose(streamed.alpha, whole.alpha, rtol=1e-12)
    np.testing.assert_allclose(streamed.dual, whole.dual, atol=1e-12)


def test_weights_are_those_of_the_features(problem):
    from sklearn.linear_model import Ridge

    X, Y, *_ = problem
    fit = fit_ridge(gram(X), Y, 3.0)
    chunks = list(fit.weights(X[:, i : i + 60] for i in range(0, 160, 60)))
    np.testing.assert_allclose(np.concatenate(chunks), Ridge(alpha=3.0).fit(X, Y).coef_.T, atol=1e-9)


def test_fewer_features_than_samples_are_no_special_case(problem):
    """The null space of the Gram matrix is left out of the choice of penalties, and that changes no loss."""
    from sklearn.linear_model import Ridge

    X, Y, *_ = problem
    X = X[:, :12]
    splits = k_fold(90, 3)
    loss = held_out_loss(gram(X), Y, splits, np.array([1e-6, 1.0]))
    expected = [
        sum(
            ((Ridge(alpha=alpha).fit(X[s.train], Y[s.train]).predict(X[s.test]) - Y[s.test]) ** 2).sum(0)
            for s in splits
        )
        for alpha in (1e-6, 1.0)
    ]
    np.testing.assert_allclose(loss, expected, rtol=1e-8)


def test_one_penalty_for_all_targets_explains_less():
    random = np.random.default_rng(0)
    X = random.standard_normal((300, 400))
    Y = X @ random.standard_normal((400, 40)) / 20 + np.linspace(0.1, 8, 40) * random.standard_normal((300, 40))
    K, train, test = gram(X), np.arange(200), np.arange(200, 300)
    K_train, K_test = K[:200, :200], K[200:, :200]
    splits, alphas = k_fold(200, 5), PENALTIES * mean_variance(K_train)
    loss = held_out_loss(K_train, Y[train], splits, alphas)
    shared = np.full(40, alphas[loss.sum(1).argmin()])
    r2 = [
        r_squared(fit_ridge(K_train, Y[train], alpha).predict(K_test), Y[test]).mean()
        for alpha in (shared, alphas[loss.argmin(0)])
    ]
    assert r2[1] > r2[0]


def test_features_are_scaled_by_training_samples_alone(problem):
    from sklearn.preprocessing import StandardScaler

    X = problem[0].copy()
    X[:60, 5] = 2
    train = np.arange(60)
    expected = StandardScaler().fit(X[train]).transform(X)
    expected[:, 5] = 0
    np.testing.assert_allclose(np.hstack(list(standardised(X, train))), expected, atol=1e-12)
    torch = pytest.importorskip("torch")
    np.testing.assert_allclose(gram(standardised(torch.from_numpy(X), train)), gram(expected), atol=1e-8)


def test_a_gpu_gives_what_the_processor_gives(problem):
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("no GPU here")
    X, Y, X_new, _ = problem
    on_gpu, new_on_gpu = torch.from_numpy(X).cuda(), torch.from_numpy(X_new).cuda()
    predicted = fit_ridge_cv(gram(on_gpu), Y, k_fold(90, 5)).predict(cross_gram(new_on_gpu, on_gpu))
    assert predicted.is_cuda
    expected = fit_ridge_cv(gram(X), Y, k_fold(90, 5)).predict(cross_gram(X_new, X))
    np.testing.assert_allclose(predicted.cpu().numpy(), expected, atol=1e-7)


def test_single_precision_explains_as_much():
    """Features whose variance falls over six orders of magnitude."""
    random = np.random.default_rng(0)
    X = random.standard_normal((400, 600)) * np.geomspace(1, 1e-3, 600)
    Y = X @ random.standard_normal((600, 20)) + np.geomspace(0.01, 5, 20) * random.standard_normal((400, 20))
    X, Y, X_new, Y_new = X[:300], Y[:300], X[300:], Y[300:]
    explained = [
        r_squared(fit_ridge_cv(gram(X, precision), Y, k_fold(300, 5)).predict(cross_gram(X_new, X, precision)), Y_new)
        for precision in ("float64", "float32")
    ]
    np.testing.assert_allclose(explained[1], explained[0], atol=1e-3)
    assert abs(np.mean(explained[1]) - np.mean(explained[0])) < 1e-4


def test_fits_without_parts_of_the_samples_take_no_fits_of_their_own(problem):
    X, Y = problem[:2]
    K, n, alpha = gram(X), len(X) - 10, np.resize([0.5, 30.0], Y.shape[1])
    left_out = np.random.default_rng(0).random((6, n)) < 0.2
    left_out[0] = False
    predicted = predictions_without(K[:n, :n], K[n:, :n], Y[:n], alpha, left_out)
    for part, without in zip(predicted, left_out, strict=True):
        rows = np.flatnonzero(~without)
        fit = fit_ridge(K[np.ix_(rows, rows)], Y[rows], alpha)
        np.testing.assert_allclose(part, fit.predict(K[n:, rows]), atol=1e-8 * np.abs(Y).max())
