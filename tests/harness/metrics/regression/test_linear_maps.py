import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.regression.linear_maps import BestUnit, partial_least_squares
from harness.metrics.statistics.correlation import pearson


def test_partial_least_squares_finds_a_few_common_directions():
    random = np.random.default_rng(0)
    X = random.standard_normal((120, 5)) @ random.standard_normal((5, 300)) + 0.1 * random.standard_normal((120, 300))
    Y = X[:, :40] @ random.standard_normal((40, 6)) + 4
    predicted = partial_least_squares(5).fit(X[:80], Y[:80]).predict(X[80:])
    assert pearson(predicted, Y[80:]).min() > 0.95


def test_the_best_unit_is_found_and_a_silent_target_refused():
    random = np.random.default_rng(0)
    X = random.standard_normal((50, 8))
    X[:, 2] = 1
    Y = X[:, [5, 0]] + 0.1 * random.standard_normal((50, 2))
    assert BestUnit().fit(X, Y).features_.tolist() == [5, 0]
    with pytest.raises(BenchmarkError, match="does not vary"):
        BestUnit().fit(X, np.ones((50, 1)))
