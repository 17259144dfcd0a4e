"""Facilitation by collinear flankers: found where it is built in, and nowhere else."""

import json

import numpy as np
import pytest

from harness import load_model
from harness.errors import NotMeasurable
from harness_plugins.benchmarks.kapadia1995.benchmark import Kapadia1995

UNITS = 12


@pytest.fixture(scope="module")
def published(bench, association_field):
    return Kapadia1995(UNITS)(bench(association_field()))


def test_positive_control(published):
    details = published.attrs["details"]
    assert float(published) > 0.95 and float(published.attrs["raw"]) > 0.95
    assert details["measured"]["share_facilitated"] == pytest.approx(5 / 12, abs=1e-4)
    assert all(order["held"] > 0.5 for order in details["orders"].values())
    assert [unit for unit, lifted in enumerate(details["facilitated"]) if lifted] == [0, 2, 5, 7, 10]
    assert 0.05 < published.attrs["error"] < 0.4 and not details["laboratory"]["failures"]


@pytest.mark.slow
def test_a_population_without_interactions_is_at_chance(bench, association_field):
    score = Kapadia1995(UNITS)(bench(association_field(lifted=(), suppress=0.0)))
    assert abs(float(score)) < 0.005
    assert score.attrs["details"]["measured"]["share_facilitated"] == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
def test_facilitation_throughout_and_no_suppression_are_not_the_published_population(bench, association_field):
    score = Kapadia1995(UNITS)(bench(association_field(lifted=range(12), suppress=0.0)))
    orders = {name: order["held"] for name, order in score.attrs["details"]["orders"].items()}
    assert min(orders[name] for name in ("facilitated", "blocked", "restored")) > 0.8 and orders["suppressed"] < 0.05
    assert score.attrs["details"]["measured"]["share_facilitated"] == 1
    assert float(score.attrs["raw"]) < 0.4  # three orders of four, and a share that is twice too large


def test_filters_that_only_sum_are_at_chance(bench):
    model = load_model("v1_energy", spatial_frequencies=(2.0,), size=64)
    score = Kapadia1995(UNITS)(bench(model))
    assert float(score) == pytest.approx(Kapadia1995.chance, abs=0.01)
    assert all(abs(order["held"]) < 0.05 for order in score.attrs["details"]["orders"].values())


def test_a_constant_model_is_not_measurable(bench):
    with pytest.raises(NotMeasurable, match="0 of 100 units of V1 respond more to a grating"):
        Kapadia1995()(bench(load_model("constant")))


def test_bars_that_do_not_fit_are_not_measurable(bench):
    model = load_model("v1_energy", spatial_frequencies=(2.0,), size=64, visual_degrees=4)
    with pytest.raises(NotMeasurable, match=r"no unit does a flanker fit .* degrees long.* of 4 degrees"):
        Kapadia1995(4)(bench(model))


def test_facilitation_is_measured_over_distance_and_beyond_the_receptive_field(published):
    details = published.attrs["details"]
    over_distance = np.array(details["facilitation_over_distance"], dtype=float)
    assert over_distance.shape == (UNITS, len(details["gaps"]))
    near, middle = over_distance[details["facilitated"]][:, [0, 2]].T
    assert near.min() > 0.3 and middle.min() > 0.1
    assert max(details["relative_to_target"]["flanker"]) < 0.1
    assert np.abs(np.array(details["relative_to_target"]["orthogonal"]) - 1).max() < 0.05


def test_details_and_figure(published, tmp_path):
    details = published.attrs["details"]
    assert len(json.dumps(details)) < 200_000
    Kapadia1995().figure(json.loads(json.dumps(details))).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 5_000


def test_what_is_uncertain_is_written_down_and_not_scored():
    assert set(Kapadia1995.disabled) == {"fold_change", "human_threshold", "facilitation_over_distance"}
    target = Kapadia1995.targets["share_facilitated"]
    assert target.confidence == "quoted" and target.quotation and target.error is None
    assert float(Kapadia1995().ceiling) == 1 and Kapadia1995().ceiling.attrs["error"] is None


@pytest.mark.slow
def test_normalisation_has_no_facilitation(bench):
    score = Kapadia1995(4)(bench(load_model("v1_normalization", dt=2)))
    assert score.attrs["details"]["measured"]["share_facilitated"] == 0
