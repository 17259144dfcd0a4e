"""Contrast, duration, interval, Groen 2022 and Brands 2024 on simulated regions and on models whose answers are known."""

import numpy as np
import pytest

from harness import as_brain_model, load_benchmark, load_model
from harness.errors import BenchmarkError, NotMeasurable
from harness.models.dynamics import DelayedNormalization
from harness.testing import adversary
from harness_plugins.benchmarks._controls.regions import Normalised, power
from harness_plugins.benchmarks.brands2024 import published
from harness_plugins.benchmarks.brands2024.controls import AsPublished

REGIONS = ("V1", "V2", "V4", "IT")
SMALL = {"exemplars": 2}
ORDERED = [
    "Temporal.contrast",
    "Temporal.duration",
    "Temporal.interval",
    "Groen2022-contrast",
    "Groen2022-duration",
    "Groen2022-interval",
]
PUBLISHED = [*ORDERED[3:], "Brands2024-V1"]
"""Benchmarks whose adversaries the fast suite leaves out of the testing kit's checks."""


@pytest.mark.parametrize("identifier", ORDERED)
def test_positive_control(identifier):
    score = load_benchmark(identifier, **SMALL)(Normalised())
    details = score.attrs["details"]
    assert float(score) > 0.99 and float(score.attrs["ceiling"]) == 1
    assert all(order["held"] > 0.5 for order in details["orders"].values())
    assert set(details["regions"]) == ({"V1", "V4", "IT"} if identifier.startswith("Groen") else set(REGIONS))


@pytest.mark.parametrize("identifier", ORDERED)
def test_without_normalisation_it_is_at_chance_and_expansion_is_below(identifier):
    score = load_benchmark(identifier, **SMALL)(power(1.0))
    known = 2 / len(score.attrs["details"]["orders"]) if identifier == "Groen2022-duration" else 0
    assert float(score) == pytest.approx(0, abs=0.02 + known)
    expanding = load_benchmark(identifier, **SMALL)(power(2.0))
    assert float(expanding) < float(score) - 0.1


@pytest.mark.parametrize("identifier", [*ORDERED, "Brands2024-V1"])
def test_a_static_model_is_at_chance(identifier):
    score = load_benchmark(identifier, **SMALL)(as_brain_model(load_model("v1_energy")))
    assert float(score) == pytest.approx(0, abs=2e-3)
    assert score.attrs["details"]["orders"] or identifier.startswith("Brands")


@pytest.mark.parametrize("identifier", PUBLISHED)
def test_a_constant_model_is_not_measurable(identifier):
    with pytest.raises(NotMeasurable, match="V1 is driven by 0 % of the stimuli"):
        load_benchmark(identifier, **SMALL)(as_brain_model(load_model("constant")))


@pytest.mark.parametrize("identifier", PUBLISHED)
def test_what_follows_the_time_or_nothing_is_not_measurable(identifier):
    with pytest.raises(NotMeasurable, match="it follows the time and not the image"):
        load_benchmark(identifier, **SMALL)(as_brain_model(adversary("clock")))
    with pytest.raises(NotMeasurable, match=r"answers to other images at other times|is driven by"):
        load_benchmark(identifier, **SMALL)(as_brain_model(adversary("noise")))


def test_regions_are_those_asked_for_and_the_first_is_needed():
    score = load_benchmark("Temporal.interval", **SMALL, regions=["V2", "MT", "IT"])(Normalised())
    assert score.attrs["details"]["regions"] == ["V2", "IT"]
    with pytest.raises(NotMeasurable, match="needs a model with MT; this one maps V1"):
        load_benchmark("Temporal.interval", **SMALL, regions=["MT", "V1"])(as_brain_model(load_model("v1_energy")))
    with pytest.raises(BenchmarkError, match="needs at least one region"):
        load_benchmark("Temporal.interval", regions=[])


@pytest.mark.parametrize("turned", [lambda response: -response, lambda response: 10 - response])
def test_a_region_that_answers_with_less_is_turned_over(turned):
    class Turned(Normalised):
        def trace(self, contrast, region):
            return turned(super().trace(contrast, region))

    for identifier in ("Temporal.duration", "Temporal.contrast"):
        score, reference = (load_benchmark(identifier, **SMALL)(model()) for model in (Turned, Normalised))
        assert float(score) == pytest.approx(float(reference), abs=0.01)


def test_a_bias_free_dyrcnn_is_an_exact_null_for_contrast():
    model = load_model("dyrcnn_x2", size=32, dt=4, visual_degrees=4, bias=False, mean=[0.5] * 3, std=[0.25] * 3)
    score = load_benchmark("Temporal.contrast", contrasts=[0.25, 0.5, 1.0], duration=200, **SMALL)(
        as_brain_model(model)
    )
    assert float(score) == pytest.approx(0, abs=1e-4)
    measures = score.attrs["details"]["measures"]["V1"]
    assert np.ptp(measures["t50"]) < 1e-3 * measures["t50"][0]
    assert measures["time_to_peak"] == [None] * 3  # a plateau is no peak
    assert measures["peak"] == pytest.approx(np.array([0.25, 0.5, 1.0]) * measures["peak"][-1], rel=1e-3)


@pytest.mark.slow
def test_v1_normalization_shows_every_effect():
    candidate = as_brain_model(load_model("v1_normalization", dt=2))
    for identifier in ("Temporal.contrast", "Temporal.duration", "Temporal.interval"):
        assert float(load_benchmark(identifier, exemplars=3)(candidate)) > 0.9


def test_brands_scores_what_was_measured_at_one():
    score = load_benchmark("Brands2024-V1", **SMALL)(AsPublished(published.V1_V3))
    details = score.attrs["details"]
    assert float(score) > 0.95, details["distance"]
    assert details["measured"]["recovery"] == pytest.approx(published.V1_V3.recovery, abs=0.01)
    assert details["measured"]["summed"] == pytest.approx(published.V1_V3.summed, abs=0.01)
    assert details["summation_exponent"] == pytest.approx(0.37, abs=0.01)


@pytest.mark.parametrize("area", ["V1", "VOTC", "LOTC"])
def test_the_presets_come_near_and_have_what_the_refit_gave(area):
    score = load_benchmark(f"Brands2024-{area}", **SMALL)(Normalised())
    assert 0.7 < float(score) < 0.9
    measured = score.attrs["details"]["measured"]
    expected = {"V1": (93, 0.27), "VOTC": (137, 0.35), "LOTC": (170, 0.39)}[area]
    assert measured["time_to_peak"] == pytest.approx(expected[0], abs=10)
    assert measured["late_to_peak"] == pytest.approx(expected[1], abs=0.08)
    failing = np.array(measured["recovery"]) - getattr(published, {"V1": "V1_V3"}.get(area, area)).recovery
    assert (
        failing[2] < -0.1 and failing[5] > 0
    )  # too little at 67 ms, too much at 533: the published failure of the model


def test_one_offset_is_reported_beside_the_score():
    late = {region: DelayedNormalization(39, 0.35, 158, 1.0, 0.05, 95) for region in REGIONS}
    details = load_benchmark("Brands2024-V1", **SMALL)(Normalised(late)).attrs["details"]
    plain = load_benchmark("Brands2024-V1", **SMALL)(Normalised())
    assert details["with_one_offset"]["ms"] == pytest.approx(105 - 93 - 60, abs=1)
    assert details["with_one_offset"]["score"] == pytest.approx(
        plain.attrs["details"]["with_one_offset"]["score"], abs=0.01
    )


def test_regions_that_an_area_stands_for():
    model = load_model("dn/v1_energy", dynamics="ecog_v1_v3")
    with pytest.raises(BenchmarkError, match="V4 or IT"):
        load_benchmark("Brands2024-VOTC", **SMALL)(as_brain_model(model))


def test_a_time_step_that_is_too_coarse_is_not_measurable():
    model = load_model("dyrcnn_x2", size=16, dt=40, tau=100, t_rc=40)
    for identifier in ("Temporal.duration", "Groen2022-interval", "Brands2024-V1"):
        with pytest.raises(NotMeasurable, match="time step of 40 ms"):
            load_benchmark(identifier, **SMALL)(as_brain_model(model))
    durations = [40, 80, 120, 280, 520]
    score = load_benchmark("Temporal.duration", durations=durations, **SMALL)(as_brain_model(model))
    assert score.attrs["details"]["values"] == durations


def test_own_images_and_conditions():
    checks = {
        name: np.kron(np.indices((4, 4)).sum(0) % 2, np.ones((8, 8))) * scale
        for name, scale in [("a", 1.0), ("b", 0.9)]
    }
    benchmark = load_benchmark("Temporal.contrast", contrasts=[0.2, 1.0], duration=250, images=checks)
    details = benchmark(Normalised()).attrs["details"]
    assert details["images"] == 2 and details["values"] == [0.2, 1.0] and details["times"][-1] > 500
    for arguments in ({"exemplars": 1}, {"contrasts": [1.0]}, {"duration": 50}):
        with pytest.raises(BenchmarkError):
            load_benchmark("Temporal.contrast", **arguments)
    with pytest.raises(BenchmarkError):
        load_benchmark("Temporal.duration", durations=[17])
    with pytest.raises(BenchmarkError):
        load_benchmark("Temporal.interval", intervals=[17])


@pytest.mark.parametrize("identifier", ["Temporal.interval", "Groen2022-duration", "Brands2024-V1"])
def test_figure(identifier, tmp_path):
    benchmark = load_benchmark(identifier, **SMALL)
    details = benchmark(Normalised()).attrs["details"]
    benchmark.figure(details).savefig(tmp_path / "figure.png", dpi=80)
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def test_published_values_state_source_and_confidence():
    for area in (published.V1_V3, published.VOTC, published.LOTC):
        for target in area.targets.values():
            assert target.source and target.confidence == "read from a figure" and target.n == 4
        x = np.log(published.TIMES)
        slope = np.polyfit(x, np.log(area.summed), 1)[0]
        assert slope == pytest.approx(0.38, abs=0.02)  # as printed beside the traces: .37, .37, .39
