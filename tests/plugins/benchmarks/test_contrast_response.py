"""Contrast gain and latency of units whose dynamics are known."""

import json

import numpy as np
import pytest

from harness import load_model
from harness.errors import NotMeasurable
from harness_plugins.benchmarks.contrast_response import published
from harness_plugins.benchmarks.contrast_response.controls import earlier
from harness_plugins.benchmarks.contrast_response.experiment import CONTRASTS
from harness_plugins.benchmarks.contrast_response.latency import ContrastLatency
from harness_plugins.benchmarks.contrast_response.naka_rushton import fit_naka_rushton, naka_rushton
from harness_plugins.benchmarks.contrast_response.response import ContrastResponse

FIELD = {"size": 96, "visual_degrees": 6}


@pytest.fixture(scope="module")
def normalization():
    return load_model("v1_normalization", **FIELD, dt=2)


@pytest.fixture(scope="module")
def energy():
    return load_model("v1_energy", spatial_frequencies=(2.0,), **FIELD)


def test_what_scores_nothing_is_a_response_proportional_to_contrast():
    fit = fit_naka_rushton(CONTRASTS, CONTRASTS[None])
    assert np.log10(fit["c50"][0]) == pytest.approx(published.NO_SATURATION, abs=1e-6)
    assert fit["n"][0] == pytest.approx(published.LINEAR_N, abs=1e-3)


def test_normalisation_has_the_published_gain(bench, known_units, normalization):
    known_units(0, 5)
    score = ContrastResponse()(bench(normalization))
    details = score.attrs["details"]
    assert 0.9 < float(score) < 1.15
    assert 10 ** details["measured"]["log10_c50"] == pytest.approx(
        0.21, abs=0.02
    )  # 0.165 for a larger patch, to which it was tuned
    assert details["measured"]["n"] == pytest.approx(2.5, abs=0.1)
    assert all(order["held"] > 0.5 for order in details["orders"].values()) and min(details["explained"]) > 0.99


@pytest.mark.parametrize("benchmark", [ContrastResponse, ContrastLatency])
def test_what_is_proportional_to_contrast_is_at_chance(benchmark, bench, known_units, energy):
    known_units(0, 5, 7)
    score = benchmark()(bench(energy))
    assert float(score) == pytest.approx(0, abs=5e-3)
    assert all(abs(order["held"]) < 0.01 for order in score.attrs["details"]["orders"].values())


@pytest.mark.parametrize("benchmark", [ContrastResponse, ContrastLatency])
def test_a_recurrent_network_without_biases_is_an_exact_null(benchmark, bench, known_units):
    """Grey is its zero, so all it computes is proportional to contrast, at every time."""
    grey = {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5)}
    model = load_model("dyrcnn_x2", size=16, dt=5, bias=False, visual_degrees=6, **grey)
    known_units(0, 1, 2, 3, summation=1.5)
    score = benchmark()(bench(model))
    assert float(score) == pytest.approx(0, abs=2e-3)


@pytest.mark.parametrize("benchmark", [ContrastResponse, ContrastLatency])
def test_a_constant_model_is_not_measurable(benchmark, bench):
    with pytest.raises(NotMeasurable, match="respond more to a grating"):
        benchmark()(bench(load_model("constant")))


def test_an_expansive_response_saturates_nowhere():
    squared = CONTRASTS[None] ** 2
    fit = fit_naka_rushton(CONTRASTS, squared)
    assert fit["c50"][0] == pytest.approx(1) and fit["n"][0] > 2.5
    saturating = fit_naka_rushton(CONTRASTS, naka_rushton(CONTRASTS, 1, 0.2, 2.9)[None])
    assert (saturating["c50"][0], saturating["n"][0]) == pytest.approx((0.2, 2.9), rel=1e-3)


def test_cells_of_the_paper_have_the_published_latencies(bench, known_units):
    """Delayed normalisation with the numbers that were fitted to a recorded cell, behind Gabor energy."""
    known_units(0, 5)
    between = ContrastLatency()(bench(earlier(None)))
    assert float(between) > 0.9 and between.attrs["details"]["measured"]["half_maximum_shift"] == pytest.approx(
        22, abs=3
    )
    model = load_model("dn/v1_energy", spatial_frequencies=(2.0,), **FIELD, dynamics="zhou2019_cell1", gain=1.0)
    measured = ContrastLatency()(bench(model)).attrs["details"]["measured"]
    assert measured["half_maximum_shift"] == pytest.approx(25, abs=4)
    assert measured["peak_shift"] == pytest.approx(46, abs=8)


def test_normalisation_shortens_half_maximum_as_published_and_the_peak_too_much(bench, known_units, normalization):
    known_units(0, 5)
    details = ContrastLatency()(bench(normalization)).attrs["details"]
    assert details["measured"]["half_maximum_shift"] == pytest.approx(24, abs=2)
    assert details["measured"]["peak_shift"] == pytest.approx(74, abs=5)
    assert all(order["held"] > 0.5 for order in details["orders"].values())


def test_targets_state_their_source():
    for benchmark in (ContrastResponse, ContrastLatency):
        assert all(target.source and target.confidence for target in benchmark.targets.values()) and benchmark.disabled


@pytest.mark.parametrize("benchmark", [ContrastResponse(), ContrastLatency()], ids=lambda each: each.identifier)
def test_figures(benchmark, bench, known_units, normalization, energy, tmp_path):
    known_units(0, 5)
    for number, model in enumerate((normalization, energy)):
        details = benchmark(bench(model)).attrs["details"]
        benchmark.figure(json.loads(json.dumps(details))).savefig(tmp_path / f"{number}.png")
        assert (tmp_path / f"{number}.png").stat().st_size > 4_000
        assert len(json.dumps(details)) < 200_000
