"""Size and length tuning: found where they are built in, and nowhere else."""

import json

import pytest

from harness import load_model
from harness.errors import NotMeasurable
from harness_plugins.benchmarks.size_tuning.cavanaugh2002 import SizeTuning
from harness_plugins.benchmarks.size_tuning.controls import longer_at_low_contrast
from harness_plugins.benchmarks.size_tuning.kapadia1999 import LengthTuning

BENCHMARKS = [SizeTuning(), LengthTuning()]


@pytest.fixture(scope="module")
def collator():
    return longer_at_low_contrast(None)


@pytest.fixture(scope="module")
def energy():
    return load_model("v1_energy", spatial_frequencies=(2.0,), size=128)


def test_normalisation_with_a_surround_has_the_published_size_tuning(bench, known_units):
    known_units(0, 5)
    model = load_model("v1_normalization", size=96, visual_degrees=6, dt=4)
    score = SizeTuning()(bench(model))
    details = score.attrs["details"]
    assert float(score) > 0.9 and all(order["held"] > 0.5 for order in details["orders"].values())
    assert details["measured"]["suppression"] == pytest.approx(0.41, abs=0.05)
    assert details["measured"]["summation_ratio"] == pytest.approx(2.2, abs=0.2)
    fits = details["ratio_of_gaussians"]
    assert fits["high"]["explained"] > 0.9 and fits["high"]["surround_gain"] > fits["low"]["surround_gain"]


def test_without_a_surround_nothing_is_suppressed(bench, known_units):
    known_units(0, 5)
    model = load_model("v1_normalization", size=96, visual_degrees=6, dt=5, k_tuned=0.0, k_untuned=0.0)
    details = SizeTuning()(bench(model)).attrs["details"]
    assert (
        details["measured"]["suppression"] == pytest.approx(0, abs=0.02)
        and abs(details["orders"]["suppressed"]["held"]) < 0.2
    )


def test_cells_that_sum_along_their_contour_and_normalise_have_the_published_length_tuning(
    bench, known_units, collator
):
    known_units(0, 6)
    score = LengthTuning()(bench(collator))
    details = score.attrs["details"]
    assert float(score) > 0.9 and all(order["held"] > 0.5 for order in details["orders"].values())
    assert details["measured"]["length_ratio"] == pytest.approx(4, abs=0.5)


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda each: each.identifier)
def test_filters_that_only_sum_are_at_chance(benchmark, bench, known_units, energy):
    known_units(0, 5, 8, summation=1.87)
    score = benchmark(bench(energy))
    assert float(score) == pytest.approx(benchmark.chance, abs=1e-3)
    assert all(abs(order["held"]) < 0.05 for order in score.attrs["details"]["orders"].values())
    lowest = score.attrs["details"]["lowest_contrast"]
    assert lowest == pytest.approx([0.5**4] * 3)  # the last of the series above a twentieth


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda each: each.identifier)
def test_a_constant_model_is_not_measurable(benchmark, bench):
    with pytest.raises(NotMeasurable, match="respond more to a grating"):
        benchmark(bench(load_model("constant")))


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda each: each.identifier)
def test_figures(benchmark, bench, known_units, collator, tmp_path):
    known_units(0, 6)
    details = benchmark(bench(collator)).attrs["details"]
    assert len(json.dumps(details)) < 200_000
    benchmark.figure(json.loads(json.dumps(details))).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000
