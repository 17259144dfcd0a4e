"""Values by which models are compared: their mean, their spread, and how often equal models are told apart."""

import numpy as np
import pytest

from harness.benchmarks import jackknifed, per_sample
from harness.benchmarks.per_sample_scores import MOST
from harness.errors import BenchmarkError
from harness.metrics.statistics.hypothesis_tests import compare_models
from harness_plugins.benchmarks.geirhos2021.consistency import with_participants

RANDOM = np.random.default_rng(0)


def test_many_units_are_taken_together_without_a_change_of_the_mean():
    values = RANDOM.random(1203)
    found = per_sample("neurons", range(1203), values)
    assert found["of"] == "blocks of 3 neurons" and len(found["names"]) == len(set(found["names"])) == 401 <= MOST
    assert np.mean(found["scores"]) == pytest.approx(values.mean(), abs=1e-6)
    assert per_sample("participants", ["a", "b"], [1 / 3, 2]) == {
        "of": "participants",
        "names": ["a", "b"],
        "scores": [0.333333, 2.0],
    }


@pytest.mark.parametrize(
    ("names", "scores", "said"),
    [
        ("ab", [1.0], "one finite value for each"),
        ("ab", [1.0, np.nan], "each a finite number"),
        ("aa", [1.0, 2.0], "different"),
    ],
)
def test_values_that_cannot_be_compared_are_refused(names, scores, said):
    with pytest.raises(BenchmarkError, match=said):
        per_sample("neurons", names, scores)


def test_pseudo_values_of_a_mean_are_its_values_and_of_a_correlation_have_its_error():
    values = RANDOM.random(20)
    own = jackknifed("images", range(20), lambda kept: values[kept].mean(), values.mean())
    assert own["scores"] == pytest.approx(values, abs=1e-5)
    x, y = RANDOM.standard_normal((2, 1000))
    y = 0.6 * x + 0.8 * y
    r = lambda kept: float(np.corrcoef(x[kept], y[kept])[0, 1])
    found = jackknifed("images", range(1000), r, r(np.arange(1000)), strata=x > 0)
    assert found["of"] == "blocks of 5 images" and len(found["scores"]) == 200
    assert np.std(found["scores"], ddof=1) / np.sqrt(200) == pytest.approx((1 - 0.6**2) / np.sqrt(1000), rel=0.15)


def observers(seed, effect, images=100):
    """Five participants, and two models of one accuracy that share errors with one another, one of them more with
    participants if there is an effect; as error consistency of each image and the z of what it would be by errors alone."""
    random = np.random.default_rng(seed)
    hard, common = random.standard_normal((2, images))
    participants = (hard + random.standard_normal((5, images)) > -0.7).astype(float)
    found, errors = {}, []
    for name, shared in (("a", 0.7), ("b", 0.7 + effect)):
        correct = (shared * hard + 1.5 * common + 0.3 * random.standard_normal(images) > -0.4).astype(float)
        kappa = lambda kept, c=correct: with_participants(c[kept], participants[:, kept], np.zeros(len(kept)))
        score = kappa(np.arange(images))
        found[name] = np.array(jackknifed("images", range(images), kappa, score)["scores"])
        errors.append(found[name].std(ddof=1) / np.sqrt(images))
    return compare_models(found, draws=500).p[0, 1], abs(found["a"].mean() - found["b"].mean()) / np.hypot(*errors)


@pytest.mark.slow
def test_equal_error_consistency_is_told_apart_at_its_level_and_a_greater_one_more_often_than_by_errors():
    p, z = np.array([observers(seed, 0.0) for seed in range(120)]).T
    assert 0.01 < (p < 0.05).mean() < 0.1
    p, z = np.array([observers(seed, 0.4) for seed in range(50)]).T
    assert (p < 0.05).mean() > (z > 1.96).mean() + 0.1
