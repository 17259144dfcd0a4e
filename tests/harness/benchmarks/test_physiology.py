"""Benchmarks of published effects, by one with known answers: linear cells halve their response with contrast."""

import json
from typing import ClassVar

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from harness.benchmarks.physiology.characterisation import patch
from harness.benchmarks.physiology.experiment import InSilicoBenchmark, Measured
from harness.errors import BenchmarkError, NotMeasurable, StimulusError
from harness.metrics.statistics.published_effects import Target
from harness.testing import adversary


class Linearity(InSilicoBenchmark):
    identifier, version = "linearity", 1
    targets: ClassVar = {"ratio": Target(0.5, 1.0, 0.02, "Anyone 2000", "quoted")}
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
    assert score.attrs["details"]["orders"]["weaker"]["held"] > 0.99 and score.attrs["details"]["size"]["ratio"] > 0.97
    assert score.attrs["details"]["degrees_of_freedom"] == 5
    assert float(Linearity(units=6)(saturated)) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("constant", "0 of 48 units of V1 respond more to a grating than to a blank screen"),
        ("clock", "0 of 48 units of V1 respond more to a grating than to a blank screen"),
        ("noise", "tuned to orientation, no more than of units that respond at random|needs two"),
        ("hash", "tuned to orientation, no more than of units that respond at random|needs two"),
    ],
)
def test_what_knows_nothing_is_not_measurable(candidate, name, reason):
    with pytest.raises(NotMeasurable, match=reason):
        Linearity()(candidate(adversary(name)))


def test_gain_does_not_matter(cells, candidate, displaced, linear):
    reference = Linearity(units=6)(linear)
    for gain in (1e-4, 1e4):
        score = Linearity(units=6)(candidate(cells(displaced, gain)))
        assert float(score) == pytest.approx(float(reference), abs=1e-3)


def test_a_unit_whose_stimuli_do_not_fit_is_left_out_and_more_than_half_are_not_measurable(linear):
    benchmark = Linearity(units=6)
    benchmark.refuse = (1, 4)
    score = benchmark(linear)
    details = score.attrs["details"]
    assert "nothing fits" in details["laboratory"]["failures"]["unit 4"] and details["undefined"] == {"ratio": 2}
    assert details["measured"]["ratio"] == pytest.approx(0.5, abs=0.01)
    benchmark.refuse = (0, 1, 2, 4)
    with pytest.raises(NotMeasurable, match=r"'ratio' is undefined in 4 of 6 units \(67 %, more than 50 %\)"):
        benchmark(linear)
    benchmark.conditional = frozenset({"ratio", "weaker"})  # of an effect that these units do not have
    details = benchmark(linear).attrs["details"]
    assert details["measured"]["ratio"] == pytest.approx((2 * 0.5 + 4 * 1.0) / 6, abs=0.01)
    benchmark.refuse = tuple(range(6))
    with pytest.raises(NotMeasurable, match="nothing fits"):
        benchmark(linear)


class TooLarge(Linearity):
    def measure(self, laboratory):
        laboratory.canvas.check_fits("a display for all units together", (0, 0), (100, 100))


def test_a_display_for_all_units_that_does_not_fit_is_not_measurable(linear):
    with pytest.raises(NotMeasurable, match="200 x 200 degrees, does not fit on an image of 4 degrees"):
        TooLarge(units=6)(linear)


def test_without_targets_the_score_is_that_of_orders_and_opposite_ones_cancel(linear):
    score = OrderOnly(units=6)(linear)
    assert float(score) == pytest.approx(0) and float(score.attrs["ceiling"]) == 1
    assert score.attrs["ceiling"].attrs["error"] is None
    json.dumps(score.attrs["details"])


def test_details_are_plain_and_complete(linear):
    details = Linearity(units=6)(linear).attrs["details"]
    assert len(json.dumps(details)) < 200_000
    assert details["targets"]["ratio"]["confidence"] == "quoted" and details["disabled"] == {"phase": "low confidence"}
    assert details["per_unit"]["ratio"] == pytest.approx([0.5] * 6, abs=0.01)


def test_the_ceiling_falls_with_the_published_error():
    class Blurred(Linearity):
        targets: ClassVar = {"ratio": Target(0.5, 1.0, 0.2, "Anyone 2000", "read from a figure")}

    assert 0.5 < float(Blurred().ceiling) < float(Linearity().ceiling) < 1
    assert Linearity().ceiling.attrs["error"] > 0


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=8))
def test_chance_is_what_no_effect_scores(values):
    benchmark = Linearity()
    none = {"ratio": np.where(np.abs(values) > 1, np.nan, 1.0)}  # NaN: no such property
    assert benchmark._score(benchmark.summarise(none), {"weaker": np.zeros(len(values))}) == benchmark.chance
    published = benchmark.summarise({"ratio": np.full(len(values), 0.5)})
    assert benchmark._score(published, {"weaker": np.full(len(values), 0.5)}) == pytest.approx(1, abs=1e-4)
    opposite = benchmark.summarise({"ratio": np.full(len(values), 1.5)})
    assert benchmark._score(opposite, {"weaker": np.full(len(values), -0.5)}) == pytest.approx(-1, abs=1e-4)


def test_an_unknown_or_assumed_error_makes_no_ceiling():
    for error, confidence in ((None, "quoted"), (0.2, "assumed")):

        class Unknown(Linearity):
            targets: ClassVar = {"ratio": Target(0.5, 1.0, error, "Anyone 2000", confidence)}

        assert float(Unknown().ceiling) == 1 and Unknown().ceiling.attrs["error"] is None


def test_what_cannot_be_is_refused(linear):
    with pytest.raises(BenchmarkError, match="two units"):
        Linearity(units=1)

    class WrongShape(Linearity):
        def measure(self, laboratory):
            return Measured({"ratio": np.ones((6, 2))}, {"weaker": np.ones(6)})

    with pytest.raises(BenchmarkError, match="shape"):
        WrongShape(units=6)(linear)
