"""Facilitation by collinear flankers: found where it is built in, and nowhere else."""

import json

import numpy as np
import pytest

from harness import load_model
from harness_plugins.benchmarks.kapadia1995.benchmark import Kapadia1995

UNITS = 12


@pytest.fixture(scope="module")
def published(bench, association_field):
    return Kapadia1995(UNITS)(bench(association_field()))


def test_positive_control(published):
    details = published.attrs["details"]
    assert float(published) > 0.95 and float(published.attrs["raw"]) > 0.95
    assert details["measured"]["share_facilitated"] == pytest.approx(5 / 12, abs=1e-4)
    assert all(order["holds"] for order in details["orders"].values())
    assert [unit for unit, lifted in enumerate(details["facilitated"]) if lifted] == [0, 2, 5, 7, 10]
    assert 0.05 < published.attrs["error"] < 0.4 and not details["laboratory"]["failures"]


@pytest.mark.slow
def test_a_population_without_interactions_is_at_chance(bench, association_field):
    score = Kapadia1995(UNITS)(bench(association_field(lifted=(), suppress=0.0)))
    assert float(score) == 0 and score.attrs["details"]["measured"]["share_facilitated"] == 0


@pytest.mark.slow
def test_facilitation_throughout_and_no_suppression_are_not_the_published_population(bench, association_field):
    score = Kapadia1995(UNITS)(bench(association_field(lifted=range(12), suppress=0.0)))
    orders = {name: order["holds"] for name, order in score.attrs["details"]["orders"].items()}
    assert orders == {"facilitated": True, "blocked": True, "suppressed": False, "restored": True}
    assert score.attrs["details"]["measured"]["share_facilitated"] == 1
    assert float(score.attrs["raw"]) == pytest.approx(0.375)  # three orders of four, and nothing for the share


def test_filters_that_only_sum_are_at_chance(bench):
    model = load_model("v1_energy", spatial_frequencies=(2.0,), size=64)
    score = Kapadia1995(UNITS)(bench(model))
    assert float(score) == Kapadia1995.chance == 0
    assert not any(order["holds"] for order in score.attrs["details"]["orders"].values())


def test_a_constant_model_is_at_chance(bench):
    score = Kapadia1995()(bench(load_model("constant")))
    assert float(score) == 0 and "tuned" in score.attrs["details"]["laboratory"]["failures"]["units"]


def test_units_whose_flankers_do_not_fit_are_failures(bench):
    model = load_model("v1_energy", spatial_frequencies=(2.0,), size=64, visual_degrees=4)
    score = Kapadia1995(4)(bench(model))
    details = score.attrs["details"]
    assert float(score) == 0 and not details["studied"]
    assert (
        "no flanker fits" in details["laboratory"]["failures"][f"unit {details['laboratory']['units'][0]['channel']}"]
    )


def test_facilitation_is_measured_over_distance_and_beyond_the_receptive_field(published):
    details = published.attrs["details"]
    over_distance = np.array(details["facilitation_over_distance"], dtype=float)
    assert over_distance.shape == (UNITS, len(details["gaps"]))
    near, middle = over_distance[details["facilitated"]][:, [0, 2]].T
    assert near.min() > 0.3 and middle.min() > 0.1
    assert max(details["relative_to_target"]["flanker"]) < 0.1
    assert np.abs(np.array(details["relative_to_target"]["orthogonal"]) - 1).max() < 0.05


def test_details_and_figure(published, bench, tmp_path):
    details = published.attrs["details"]
    assert len(json.dumps(details)) < 200_000
    constant = Kapadia1995()(bench(load_model("constant"))).attrs["details"]
    for name, drawn in {"published": details, "constant": constant}.items():
        Kapadia1995().figure(json.loads(json.dumps(drawn))).savefig(tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 5_000


def test_what_is_uncertain_is_written_down_and_not_scored():
    assert set(Kapadia1995.disabled) == {"fold_change", "human_threshold", "facilitation_over_distance"}
    assert Kapadia1995.targets["share_facilitated"].confidence == "medium"
    assert 0.85 < float(Kapadia1995().ceiling) < 1


@pytest.mark.slow
def test_normalisation_has_no_facilitation(bench):
    score = Kapadia1995(4)(bench(load_model("v1_normalization", dt=2)))
    assert score.attrs["details"]["measured"]["share_facilitated"] == 0
