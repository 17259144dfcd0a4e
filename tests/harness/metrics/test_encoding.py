import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.encoding import cross_validated_ridge
from harness.metrics.ridge import gram

IDS = [f"s{i}" for i in range(200)]


def test_independent_data_are_not_predicted():
    random = np.random.default_rng(0)
    Y = random.standard_normal((200, 300))
    r = cross_validated_ridge(gram(random.standard_normal((200, 400))), Y, IDS).correlation
    assert abs(r.mean()) < 3 * r.std() / np.sqrt(300) + 0.005


def test_groups_keep_copies_of_a_stimulus_from_leaking():
    random = np.random.default_rng(0)
    X, Y = (
        np.repeat(random.standard_normal((50, 300)), 4, axis=0),
        np.repeat(random.standard_normal((50, 40)), 4, axis=0),
    )
    leaking = cross_validated_ridge(gram(X), Y, IDS).correlation.mean()
    grouped = cross_validated_ridge(gram(X), Y, IDS, groups=np.repeat(np.arange(50), 4)).correlation.mean()
    assert leaking > 0.5 and abs(grouped) < 0.1


def test_linear_targets_are_predicted_and_penalties_follow_the_noise():
    random = np.random.default_rng(0)
    X = random.standard_normal((200, 20))
    signal = X @ random.standard_normal((20, 2))
    noise = np.array([0.0, 8.0]) * random.standard_normal((200, 2))
    encoding = cross_validated_ridge(gram(X), signal + noise, IDS)
    assert encoding.correlation[0] > 0.999
    assert encoding.penalty[0] < encoding.penalty[1]
    assert 0.4 < encoding.at_edge <= 0.5, "the noiseless target takes the smallest penalty that is offered"


def test_a_silent_unit_has_no_correlation_and_missing_responses_are_refused():
    random = np.random.default_rng(0)
    X, Y = random.standard_normal((200, 20)), random.standard_normal((200, 3))
    Y[:, 1] = 4
    assert np.isnan(cross_validated_ridge(gram(X), Y, IDS).correlation).tolist() == [False, True, False]
    Y[3, 2] = np.nan
    with pytest.raises(BenchmarkError, match="missing"):
        cross_validated_ridge(gram(X), Y, IDS)


def test_features_that_vary_in_one_fold_only_are_refused():
    X = np.zeros((200, 1))
    X[0] = 1
    with pytest.raises(BenchmarkError, match="do not vary"):
        cross_validated_ridge(gram(X), np.random.default_rng(0).standard_normal((200, 3)), IDS)
