"""Plaids of two contrasts: published numbers, V1 models with and without normalisation."""

import numpy as np
import pytest

from harness import as_brain_model, load_model
from harness.errors import BenchmarkError, NotMeasurable
from harness_plugins.benchmarks.busse2009 import published
from harness_plugins.benchmarks.busse2009.benchmark import Busse2009, interactions

SMALL = {"size": 64, "visual_degrees": 4.0, "spatial_frequencies": (2.0,)}
LEVELS = np.array(published.CONTRASTS)


def normalised(n, sigma):
    """Carandini & Heeger's equation for the units of one component."""
    return LEVELS[:, None] ** n / (sigma**n + (LEVELS[:, None] ** 2 + LEVELS[None] ** 2) ** (n / 2))


def score_of(population):
    benchmark, plaid = Busse2009(), np.stack([population] * 3)
    from harness_plugins.benchmarks.busse2009.benchmark import _orders

    return benchmark._score(benchmark.summarise({"plaid": plaid}), _orders(plaid)) / float(benchmark.ceiling)


def test_published_responses_and_the_normalisation_model_score_near_one():
    assert score_of(published.population()) == pytest.approx(1, abs=1e-4)
    assert score_of(normalised(2, 0.03)) > 0.9  # as sensitive as the cat: half of the response below 6 %
    assert 0.4 < score_of(normalised(2, 0.2)) < 0.9  # at low contrast nothing is shared


def test_without_interaction_the_score_is_chance():
    alone = np.repeat(normalised(2, 0.06)[:, :1], 5, axis=1)
    assert score_of(alone) == 0
    assert score_of(LEVELS[:, None] + LEVELS[None]) < 0.02  # units that do not care which
    assert interactions(alone)["winner"].tolist() == [[1, 1]] * 3


def test_targets_are_those_of_the_specification():
    equal = np.asarray(Busse2009.targets["equal"].value)
    assert equal == pytest.approx([0.54, 0.57, 0.56, 0.45], abs=0.02)
    winner = np.asarray(Busse2009.targets["winner"].value)
    assert (winner[:, 0] < 0.1).all() and (winner[:, 1] > 0.9).all()


def test_negative_controls(tmp_path):
    benchmark = Busse2009(units=2)
    score = benchmark(as_brain_model(load_model("v1_energy", **SMALL)))
    details = score.attrs["details"]
    assert abs(float(score)) < 0.02 and details["species"] == "cat" and details["fitted_numbers"] == 0
    assert details["curves"]["0/50"][9] == pytest.approx(1, abs=1e-3)
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000
    with pytest.raises(NotMeasurable, match=r"does not fit .*\(4 degrees\)"):
        Busse2009(units=2, diameter=10)(as_brain_model(load_model("v1_energy", **SMALL)))
    with pytest.raises(NotMeasurable, match="respond more to a grating"):
        benchmark(as_brain_model(load_model("constant")))
    with pytest.raises(BenchmarkError, match="diameter"):
        Busse2009(diameter=0)


@pytest.mark.slow
def test_positive_control():
    """With the cat's sensitivity to contrast; with that of the macaque, equal low contrasts are not shared."""
    candidate = lambda **given: as_brain_model(load_model("v1_normalization", dt=4, size=64, visual_degrees=4, **given))
    score = Busse2009(units=2)(candidate(sigma=0.02))
    assert float(score) > 0.9 and all(order["held"] > 0.5 for order in score.attrs["details"]["orders"].values())
    assert 0.5 < float(Busse2009(units=2)(candidate())) < 0.8
