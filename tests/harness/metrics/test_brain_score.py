"""Agreement with what Brain-Score's metrics gave on stored inputs."""

import json

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.behaviour.signatures import choice_rates, i1, i2n, pairwise
from harness.metrics.behaviour.single_choices import error_consistencies, error_consistency_among
from harness.metrics.brain_score import (
    ALPHAS,
    aggregate,
    ceiled,
    error_consistency,
    explained_variance,
    internal_consistency,
    predictivity,
    rdm_similarities,
    rdm_similarity,
    regression,
    shuffle_splits,
    signature_agreement,
)
from harness.metrics.regression.ridge import gram
from harness.metrics.similarity.cka import debiased_cka
from harness.metrics.statistics.resampling import Split

EXACT = {"atol": 1e-6, "rtol": 0}


@pytest.fixture(scope="module")
def arrays(parity):
    return dict(np.load(parity / "brainscore_metrics" / "oracle_data.npz"))


@pytest.fixture(scope="module")
def values(parity):
    return json.loads((parity / "brainscore_metrics" / "oracle_data.json").read_text())


@pytest.mark.parametrize(
    "name, stored", [("ridge", "ridge_cv"), ("pls", "pls_cv"), ("neuron_to_neuron", "neuron_to_neuron_cv")]
)
def test_cross_validated_predictivity(arrays, values, name, stored):
    raw = predictivity(arrays["X"], arrays["Y"], name, shuffle_splits(arrays["obj"]))
    np.testing.assert_allclose(raw, arrays[f"raw__{stored}"], **EXACT)
    score = aggregate(raw)
    np.testing.assert_allclose((score.value, score.error), (values[stored]["value"], values[stored]["error"]), **EXACT)


def test_predictivity_in_reverse(arrays):
    raw = predictivity(arrays["Y"], arrays["X"], "pls", shuffle_splits(arrays["obj"]))
    np.testing.assert_allclose(raw, arrays["raw__reverse_pls_cv"], **EXACT)


def test_ordinary_least_squares_up_to_the_version_of_scikit_learn(arrays, values):
    """Features outnumber samples, where versions of scikit-learn differ in the rank that they see."""
    raw = predictivity(arrays["X"], arrays["Y"], "linear", shuffle_splits(arrays["obj"]))
    np.testing.assert_allclose(raw, arrays["raw__linear_predictivity_cv"], atol=2e-3)
    assert aggregate(raw).value == pytest.approx(values["linear_predictivity_cv"]["value"], abs=2e-4)


@pytest.mark.parametrize("name", ["ridge", "pls", "ridgecv"])
def test_predictivity_on_a_fixed_split(arrays, values, name):
    split = Split(arrays["train_idx"], arrays["test_idx"])
    (raw,) = predictivity(arrays["X"], arrays["Y"], name, [split])
    np.testing.assert_allclose(raw, arrays[f"raw__{name}_split"], **EXACT)
    assert np.median(raw) == pytest.approx(values[f"{name}_split"]["value"], abs=1e-6)
    assert len(ALPHAS) == 99


@pytest.mark.parametrize("name", ["ridge", "pls"])
def test_weights_shared_over_time(arrays, values, name):
    raw = predictivity(arrays["Xt"], arrays["Yt"], name, shuffle_splits(arrays["obj"]))
    np.testing.assert_allclose(raw, arrays[f"raw__spantime_{name}"], **EXACT)
    np.testing.assert_allclose(np.median(raw, 2).mean(0), values[f"spantime_{name}"]["value"], **EXACT)


def test_ceiling_and_the_two_normalisations(arrays, values):
    raw = internal_consistency(arrays["Yrep"])
    np.testing.assert_allclose(raw, arrays["raw__internal_consistency"], **EXACT)
    ceiling, r = aggregate(raw).value, values["ridge_cv"]["value"]
    assert ceiling == pytest.approx(values["internal_consistency"]["value"], abs=1e-6)
    stored = [entry["value"] for name, entry in values.items() if "(ridge_cv, ceiling)" in name]
    np.testing.assert_allclose([explained_variance(r, ceiling), ceiled(r, ceiling)], stored, **EXACT)


def test_similarity_of_representations(arrays, values):
    X, Y = arrays["X"], arrays["Y"]
    assert rdm_similarity(X, Y) == pytest.approx(values["rdm_full_spearman"]["value"], abs=1e-6)
    np.testing.assert_allclose(rdm_similarities(X, Y, arrays["obj"]), arrays["raw__rdm_cv"], **EXACT)
    assert debiased_cka(gram(X), gram(Y)) == pytest.approx(values["cka"]["value"], abs=1e-6)
    splits = shuffle_splits(arrays["obj"], 0.1, 0.9)
    cka = [debiased_cka(gram(X[split.test]), gram(Y[split.test])) for split in splits]
    np.testing.assert_allclose(cka, arrays["raw__cka_cv"], **EXACT)


@pytest.mark.parametrize("signature", [i1, i2n])
def test_behavioural_signatures(arrays, signature):
    images, categories = list(arrays["i2n_sid"]), list(arrays["cats"])
    objects = np.array([categories.index(name) for name in arrays["i2n_truth"]])
    stimulus, truth, _, distractor, choice = arrays["i2n_trials"].T
    rows = np.array([images.index(name) for name in stimulus])
    other = np.array([categories.index(name) for name in distractor])
    rates = lambda part: choice_rates(rows[part], other[part], (choice != truth)[part], objects, len(categories))
    model = pairwise(arrays["probs"], objects)
    agreements, ceilings = signature_agreement(signature, model, rates, len(rows), objects)
    name = signature.__name__
    np.testing.assert_allclose(agreements, arrays[f"raw__{name}"], **EXACT)
    np.testing.assert_allclose(ceilings, arrays[f"raw__{name}.ceiling"], **EXACT)


def test_error_consistency(arrays, values):
    truth = arrays["i2n_truth"]
    humans = arrays["human"].reshape(3, 60) == truth
    model = arrays["model_labels"] == truth
    conditions = np.arange(60) % 2
    raw = error_consistencies(model, humans, conditions)
    np.testing.assert_allclose(raw, arrays["raw__error_consistency"], **EXACT)
    assert error_consistency(model, humans, conditions) == pytest.approx(values["error_consistency"]["value"], abs=1e-6)
    among = error_consistency_among(humans, conditions)
    np.testing.assert_allclose(among, arrays["raw__error_consistency.ceiling"], **EXACT)


def test_an_unknown_regression_is_refused():
    with pytest.raises(BenchmarkError, match="neuron_to_neuron"):
        regression("lasso")
