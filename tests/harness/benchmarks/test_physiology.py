"""Benchmarks of published effects, by one with known answers: linear cells halve their response with contrast."""

import json
from typing import ClassVar

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from harness import load_model
from harness.benchmarks.physiology.characterisation import patch
from harness.benchmarks.physiology.experiment import InSilicoBenchmark, Measured
from harness.errors import BenchmarkError, StimulusError
from harness.metrics.statistics.published_effects import Target


class Linearity(InSilicoBenchmark):
    identifier, version = "linearity", 1
    targets: ClassVar = {"ratio": Target(0.5, 1.0, 0.02, "Anyone 2000", "high")}
    orders: ClassVar = {"weaker": "half the contrast drives a cell less"}
    disabled: ClassVar = {"phase": "low confidence"}
    refuse: tuple[int, ...] = ()

    def measure(self, laboratory):
        def make(unit):
            if unit.channel in self.refuse:
                raise StimulusError(f"nothing fits unit {unit.channel}")
            shown = {"full": 1.0, "half": 0.5}
            return {name: laboratory.still(patch(laboratory, unit, 1.0, contrast)) for name, contrast in shown.items()}

        rates = laboratory.each(make, [(0, 200)]).rates()
        return Measured({"ratio": rates["half"] / rates["full"]}, {"weaker": 1 - rates["half"] / rates["full"]})


class OrderOnly(Linearity):
    identifier = "order-only"
    targets: ClassVar = {}
    orders: ClassVar = {"weaker": Linearity.orders["weaker"], "stronger": "it does not"}

    def measure(self, laboratory):
        ratio = super().measure(laboratory).properties["ratio"]
        return Measured({}, {"weaker": 1 - ratio, "stronger": ratio - 1}, {"curve": [1, 2]})


@pytest.fixture(scope="module")
def linear(cells, candidate, displaced):
    return candidate(cells(displaced))


@pytest.fixture(scope="module")
def saturated(cells, candidate, displaced):
    """The same cells with responses that barely depend on contrast."""
    model = cells(displaced)
    model.network.response = Saturation()
    return candidate(model)


class Saturation(torch.nn.Module):
    def forward(self, response):
        return response.clamp_min(0) ** 0.01 * (response > 0.03)


def test_controls(linear, saturated):
    score = Linearity(units=6)(linear)
    assert float(score.attrs["raw"]) == pytest.approx(1, abs=0.02)
    assert float(score) == pytest.approx(float(score.attrs["raw"]) / float(score.attrs["ceiling"]))
    assert score.attrs["details"]["orders"]["weaker"]["holds"]
    assert float(Linearity(units=6)(saturated)) == pytest.approx(0, abs=0.05)


def test_a_constant_model_scores_0_and_the_reason_is_given(candidate):
    score = Linearity()(candidate(load_model("constant")))
    details = score.attrs["details"]
    assert float(score) == 0 and not details["studied"]
    assert "two are needed" in details["laboratory"]["failures"]["score"]
    assert details["measured"] == {"ratio": 1.0} and not details["orders"]["weaker"]["holds"]


def test_gain_does_not_matter(cells, candidate, displaced, linear):
    reference = Linearity(units=6)(linear)
    for gain in (1e-4, 1e4):
        score = Linearity(units=6)(candidate(cells(displaced, gain)))
        assert float(score) == pytest.approx(float(reference), abs=1e-3)


def test_a_unit_whose_stimuli_do_not_fit_counts_as_without_the_effect(linear):
    benchmark = Linearity(units=6)
    benchmark.refuse = (1, 4)
    score = benchmark(linear)
    details = score.attrs["details"]
    assert "nothing fits" in details["laboratory"]["failures"]["unit 4"] and details["undefined"] == {"ratio": 2}
    assert details["measured"]["ratio"] == pytest.approx((4 * 0.5 + 2 * 1.0) / 6, abs=0.01)
    assert float(score) < 0.9 and score.attrs["error"] > 0.02


def test_if_no_stimulus_fits_there_is_no_effect(linear):
    benchmark = Linearity(units=6)
    benchmark.refuse = tuple(range(6))
    score = benchmark(linear)
    assert float(score) == 0 and "nothing fits" in score.attrs["details"]["laboratory"]["failures"]["score"]


class TooLarge(Linearity):
    def measure(self, laboratory):
        laboratory.canvas.check_fits("a display for all units together", (0, 0), (100, 100))


def test_a_display_for_all_units_that_does_not_fit_shows_no_effect(linear):
    score = TooLarge(units=6)(linear)
    assert float(score) == 0 and not score.attrs["details"]["studied"]
    assert "does not fit on an image" in score.attrs["details"]["laboratory"]["failures"]["score"]


def test_without_targets_the_score_is_the_share_of_orders(linear, candidate):
    score = OrderOnly(units=6)(linear)
    assert float(score) == 0.5 and float(score.attrs["ceiling"]) == 1
    assert float(OrderOnly()(candidate(load_model("constant")))) == 0
    json.dumps(score.attrs["details"])


def test_details_are_plain_and_complete(linear):
    details = Linearity(units=6)(linear).attrs["details"]
    assert len(json.dumps(details)) < 200_000
    assert details["targets"]["ratio"]["confidence"] == "high" and details["disabled"] == {"phase": "low confidence"}
    assert details["per_unit"]["ratio"] == pytest.approx([0.5] * 6, abs=0.01)


def test_the_ceiling_falls_with_the_published_error():
    class Blurred(Linearity):
        targets: ClassVar = {"ratio": Target(0.5, 1.0, 0.2, "Anyone 2000", "medium")}

    assert 0.5 < float(Blurred().ceiling) < float(Linearity().ceiling) < 1
    assert Linearity().ceiling.attrs["error"] > 0


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=8))
def test_chance_is_what_no_effect_scores(values):
    benchmark = Linearity()
    none = {"ratio": np.where(np.abs(values) > 1, np.nan, 1.0)}  # NaN: no such property
    assert benchmark._score(benchmark.summarise(none), {"weaker": np.zeros(len(values))}) == benchmark.chance
    published = benchmark.summarise({"ratio": np.full(len(values), 0.5)})
    assert benchmark._score(published, {"weaker": np.full(len(values), 0.5)}) == pytest.approx(1)


def test_what_cannot_be_is_refused(linear):
    with pytest.raises(BenchmarkError, match="two units"):
        Linearity(units=1)

    class WrongShape(Linearity):
        def measure(self, laboratory):
            return Measured({"ratio": np.ones((6, 2))}, {"weaker": np.ones(6)})

    with pytest.raises(BenchmarkError, match="shape"):
        WrongShape(units=6)(linear)
