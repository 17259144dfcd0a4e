import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.regression.encoding import cross_validated_ridge, edge_notes, encode_layers, held_out_predictions
from harness.metrics.regression.ridge import gram
from harness.metrics.statistics.correlation import pearson
from harness.metrics.statistics.resampling import k_fold

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
    assert edge_notes(0.05) == [] and "45 % of the penalties lie at an end" in edge_notes(0.45)[0]


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


def _folds(train):
    return k_fold(len(train), 4, seed=1)


def test_the_layer_is_chosen_without_a_look_at_the_test_samples():
    """On noise the best of 12 layers on the test samples seems to explain something; the layer that was chosen does not."""
    best, chosen = [], []
    for seed in range(20):
        random = np.random.default_rng(seed)
        Ks = {f"layer{i}": gram(random.standard_normal((60, 20))) for i in range(12)}
        encoding = encode_layers(Ks, random.standard_normal((60, 1)), k_fold(60, 3, seed), _folds)
        best.append(encoding.correlation.max())
        chosen.append(encoding.selected[0])
    assert np.mean(best) > 0.15
    assert abs(np.mean(chosen)) < 3 * np.std(chosen) / np.sqrt(20) + 0.02


def test_each_region_gets_the_layer_that_explains_it():
    random = np.random.default_rng(0)
    early, late = random.standard_normal((2, 120, 30))
    weights = random.standard_normal((30, 4))
    Y = np.hstack([early @ weights, late @ weights]) + random.standard_normal((120, 8))
    regions = np.repeat(["V1", "IT"], 4)
    encoding = encode_layers({"early": gram(early), "late": gram(late)}, Y, k_fold(120, 4), _folds, regions)
    assert encoding.regions == ["IT", "V1"] and (encoding.chosen == [1, 0]).all()
    np.testing.assert_allclose(encoding.selected, np.hstack([encoding.correlation[0, :4], encoding.correlation[1, 4:]]))
    assert (
        encoding.selected.min() > 0.8 and encoding.r_squared[0, :4].min() > 0.6 > 0.1 > encoding.r_squared[1, :4].max()
    )


def test_predictions_are_the_same_from_torch():
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(0)
    X, Y = random.standard_normal((60, 90)), random.standard_normal((60, 3))
    outer = k_fold(60, 3)
    for ours, theirs in zip(
        held_out_predictions(gram(X), Y, outer, _folds).folds,
        held_out_predictions(gram(torch.from_numpy(X)), Y, outer, _folds).folds,
        strict=True,
    ):
        np.testing.assert_allclose(theirs, ours, atol=1e-9)


def test_predictions_of_the_chosen_layers_are_given_back():
    random = np.random.default_rng(5)
    features = {name: random.standard_normal((90, 4)) for name in "ab"}
    weights = random.standard_normal((4, 3))
    Y = np.concatenate([features["a"] @ weights, features["b"] @ weights], axis=1)
    Y += 0.3 * random.standard_normal(Y.shape)
    outer = k_fold(90, 3)
    found = encode_layers(
        {name: gram(X) for name, X in features.items()}, Y, outer, lambda train: k_fold(len(train), 3), list("pppqqq")
    )
    assert (found.chosen == [0, 1]).all()
    assert found.at_edge.shape == (6,) and ((found.at_edge >= 0) & (found.at_edge <= 1)).all()
    r = [pearson(predicted, Y[split.test]) for predicted, split in zip(found.predicted, outer, strict=True)]
    np.testing.assert_allclose(np.mean(r, axis=0), found.selected)
