"""Unique parts of predictors in many targets, over models."""

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.statistics import explained_uniquely


def scores(models=40, seed=0):
    """Three predictors, the first two of which go together; targets: the first and noise, noise alone, the first reversed."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((models, 3))
    x[:, 1] = 0.7 * x[:, 0] + 0.7 * x[:, 1]
    noise = random.standard_normal((models, 3))
    return x, np.stack([2 * x[:, 0] + noise[:, 0], noise[:, 1], -2 * x[:, 0] + 0.1 * noise[:, 2]], 1)


def test_the_predictor_that_made_a_target_has_a_unique_part_and_no_other():
    x, y = scores()
    found = explained_uniquely(x, y, permutations=199, bootstraps=200)
    assert found.explained[0] > 0.6 and found.unique[0, 0] > 0.15
    assert found.p[0, 0] == 1 / 200 and found.q[0, 0] == pytest.approx(3 / 200)
    middle = (found.low + found.high) / 2
    assert middle[0, 0] > 0.1 > max(middle[1:, 0])
    assert (found.p[1:, 0] > 0.05).all() and (found.p[:, 1] > 0.01).all()
    assert ((found.low <= found.high) & (found.p > 0) & (found.q >= found.p)).all()


def test_weights_are_not_negative_and_otherwise_those_of_least_squares():
    x, y = scores()
    found = explained_uniquely(x, y, permutations=19, bootstraps=20)
    assert (found.weights >= 0).all() and found.weights[0, 2] == 0
    assert found.explained[2] < 0.05, "scores that fall with a predictor are not explained by it"
    both = np.stack([y[:, 0], y[:, 0] + 3], 1)
    alone = explained_uniquely(x[:, :1], both, permutations=19, bootstraps=20)
    r = np.corrcoef(x[:, 0], y[:, 0])[0, 1]
    assert alone.weights[0] == pytest.approx(r)
    assert alone.explained == pytest.approx(1 - (1 - r**2) * 39 / 38)
    assert alone.unique[0] == pytest.approx(alone.explained)


def test_p_is_calibrated_where_nothing_is_there():
    random = np.random.default_rng(1)
    p = [
        explained_uniquely(*(random.standard_normal((15, k)) for k in (2, 5)), permutations=39, bootstraps=3, seed=i).p
        for i in range(40)
    ]
    assert 0.01 < (np.array(p) <= 0.1).mean() < 0.15


def test_a_target_that_all_models_have_alike_is_undefined():
    x, y = scores()
    y[:, 1] = 0.3
    found = explained_uniquely(x, y, permutations=19, bootstraps=20)
    assert np.isnan(found.p[:, 1]).all() and np.isnan(found.q[:, 1]).all() and np.isfinite(found.q[:, 0]).all()


def test_too_few_models_and_predictors_that_do_not_vary_are_refused():
    x, y = scores(5)
    with pytest.raises(BenchmarkError, match="3 predictors of 3 targets need 6 models that have them all, not 5"):
        explained_uniquely(x, y)
    x, y = scores()
    x[:, 1] = 1
    with pytest.raises(BenchmarkError, match="no predictor is the same for all models"):
        explained_uniquely(x, y)
