"""Microstimulation of MT: on opponent motion energy, and on columns that a current silences."""

from dataclasses import replace

import pytest

from harness import load_benchmark, load_model
from harness.errors import NotMeasurable
from harness_plugins.benchmarks.causal_mt.controls import columns_driven, columns_silenced


@pytest.mark.slow
def test_choices_go_where_the_stimulated_cells_prefer():
    benchmark = load_benchmark("Salzman1992.MT-microstimulation", units=4)
    score = benchmark(columns_driven(benchmark))
    details = score.attrs["details"]
    assert float(score) > 0.8 and min(details["shift"]) > 0
    assert details["controls"]["no current"] == 0 == details["controls"]["after the response"], "to the bit"
    assert details["slope_ratio"] == pytest.approx([1] * len(details["shift"]), abs=0.05), "a signal, and no noise"
    assert benchmark.figure(details) is not None
    assert float(benchmark(columns_silenced(benchmark))) < -0.8


def test_what_has_no_mt_is_not_measurable():
    with pytest.raises(NotMeasurable, match="MT"):
        load_benchmark("Salzman1992.MT-microstimulation", units=4)(load_model("v1_energy"))


@pytest.mark.slow
def test_what_sees_no_motion_has_no_columns_of_a_direction():
    still = load_model("v1_energy", size=32, visual_degrees=8.0, stride=4, spatial_frequencies=(1.0,))
    with pytest.raises(NotMeasurable, match="direction"):
        load_benchmark("Salzman1992.MT-microstimulation", units=4)(replace(still, regions={"MT": "complex"}))
