"""Causal experiments on V1: on circuits with the mechanism, with the opposite one, and without any."""

import numpy as np
import pytest
import torch

from harness import load_benchmark, load_model
from harness.brain_model import as_brain_model, perturbable
from harness.errors import NotMeasurable, NotPerturbable
from harness.perturbation import Perturbation
from harness_plugins.benchmarks._causal import roc_area, taken
from harness_plugins.benchmarks.causal_v1.controls import feedback_circuit, not_stabilised, stabilised, with_feedback
from harness_plugins.benchmarks.causal_v1.feedback import _field, _nassi, _nurminen, _suppression
from harness_plugins.benchmarks.causal_v1.lateral_circuits import (
    circuit,
    lifted_grounds,
    like_excites_like,
    like_suppresses_like,
    multiplying,
    normalised,
    summing_and_dividing,
    suppressed_grounds,
)


def ratio_of_gaussians(sizes, centre=100.0, width=0.8, surround=2.0, reach=2.5):
    from scipy.special import erf

    return centre * erf(sizes / width) ** 2 / (1 + surround * erf(sizes / reach) ** 2)


SIZES = np.geomspace(0.25, 8, 25)
INTACT = ratio_of_gaussians(SIZES)[None]


@pytest.mark.parametrize(
    ("changed", "signs"),
    [
        ({"width": 0.96, "centre": 90, "surround": 1.6}, (1, 1, -1, 1)),
        ({"centre": 80}, (0, 1, -1, 0)),
        ({"surround": 1.4}, (1, -1, 1, 1)),
    ],
)
def test_signs_of_known_changes_of_a_ratio_of_gaussians(changed, signs):
    """A change of gain leaves field and suppression; less surround alone raises the response in the field."""
    perturbed = ratio_of_gaussians(SIZES, **changed)[None]
    orders = _nurminen(SIZES, INTACT, [perturbed] * 4)
    found = [
        float(orders[name][0])
        for name in ("field_grows", "centre_falls", "near_surround_released", "suppression_falls")
    ]
    assert [int(np.sign(round(value, 6))) for value in found] == list(signs)
    assert _field(SIZES, INTACT)[0] == pytest.approx(1.10, abs=0.05)
    silenced = _nassi(INTACT, ratio_of_gaussians(SIZES, surround=1.4)[None])
    assert silenced["suppression_falls"][0] > 0 and silenced["large_released"][0] > 0


@pytest.mark.parametrize(
    ("changed", "peak", "field", "suppression"),
    [
        ({}, 62.7, 1.10, 0.468),
        ({"reach": 2.0}, 55.2, 1.00, 0.397),
        ({"surround": 1.4}, 69.1, 1.15, 0.397),
        ({"centre": 80}, 50.1, 1.10, 0.468),
        ({"width": 0.96, "centre": 90, "surround": 1.6}, 54.9, 1.30, 0.369),
    ],
)
def test_peak_field_and_suppression_of_a_ratio_of_gaussians(changed, peak, field, suppression):
    curve = ratio_of_gaussians(SIZES, **changed)[None]
    largest = np.array([len(SIZES) - 1])
    found = [float(each[0]) for each in (curve.max(1), _field(SIZES, curve), _suppression(curve, largest))]
    assert found == pytest.approx([peak, field, suppression], rel=0.04)


def test_inhibition_falls_only_where_it_stabilises():
    benchmark = load_benchmark("Sanzeni2020.V1-paradoxical", units=6)
    score, opposite = benchmark(stabilised(benchmark)), benchmark(not_stabilised(benchmark))
    assert float(score) > 0.9 and float(opposite) < -0.9
    details = score.attrs["details"]
    assert details["controls"]["no current"] == 0 and details["controls"]["into excitatory cells"] > 0
    assert benchmark.figure(details) is not None


def test_without_feedback_or_inhibition_nothing_is_measurable():
    for name in ("Sanzeni2020.V1-paradoxical", "Nurminen2018.V1-feedback"):
        with pytest.raises(NotMeasurable):
            load_benchmark(name, units=4)(load_model("v1_energy"))


@pytest.mark.slow
def test_feedback_that_reaches_nothing_is_not_measurable():
    with pytest.raises(NotMeasurable, match="nothing reads it"):
        load_benchmark("Nurminen2018.V1-feedback", units=2)(feedback_circuit(0.0, 0.0))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Nurminen2018.V1-feedback", "Nassi2013.V1-cooling"])
def test_feedback_has_an_effect_where_v1_hears_it_and_none_to_the_bit_where_only_v3_does(name):
    benchmark = load_benchmark(name, units=2)
    assert float(benchmark(with_feedback(benchmark))) > 0.5
    score = benchmark(feedback_circuit(0.0, 0.0, elsewhere=True))
    details = score.attrs["details"]
    assert float(score) == 0 and all(order["mean"] == 0 for order in details["orders"].values())
    assert all(curves == details["curves"]["intact"] for curves in details["curves"].values())
    assert set(details["controls"]["factor 1"].values()) == {0}
    assert details["controls"]["V1 scaled by as much"] is None, "V1 hands nothing on"


WITHOUT = np.zeros((12, 12))
"""No cell hears another."""


def test_a_neuron_lowers_those_that_are_tuned_alike_only_where_like_suppresses_like():
    benchmark = load_benchmark("Chettih2019.V1-influence", units=3)
    score, opposite = benchmark(like_suppresses_like(benchmark)), benchmark(like_excites_like(benchmark))
    assert float(score) > 0.8 and float(opposite) < -0.9
    details = score.attrs["details"]
    assert details["controls"]["no current"] == 0
    near, middle, far = details["by_distance"]
    assert near < middle < far < 0
    doses = np.array(details["dose_curve"])
    assert doses / doses[2] == pytest.approx(details["doses"], rel=1e-3), "the circuit is linear"
    assert benchmark.figure(details) is not None


def test_a_neuron_that_none_hears_influences_none_to_the_bit():
    score = load_benchmark("Chettih2019.V1-influence", units=3)(
        circuit(lambda energy, heard: energy + heard, WITHOUT, 0.7)
    )
    details = score.attrs["details"]
    assert float(score) == 0 and details["dose_curve"] == [0] * 4 and details["by_signal"] == [0] * 4
    static = load_benchmark("Chettih2019.V1-influence", units=3)(
        load_model("v1_energy", size=64, stride=4, visual_degrees=4.0)
    )
    assert float(static) == 0


@pytest.mark.slow
def test_the_ring_excites_its_like_and_so_fails():
    """E cells of Rubin et al.'s ring excite those tuned alike, which Chettih & Harvey did not find."""
    ring = load_model("ssn_v1", size=48, visual_degrees=4.0, stride=6, gain=20.0, reach=0.0, dt=5.0)
    score = load_benchmark("Chettih2019.V1-influence", units=3)(ring)
    assert score.attrs["details"]["orders"]["like_suppresses_like"]["mean"] < -0.03


@pytest.mark.parametrize(
    ("b", "s", "expected"),
    [(0.5, 0.2, (0.250, 0.200, 0.100, -0.031, -0.044, -0.017))],
)
def test_stimulation_and_contrast_normalised_together_in_closed_form(b, s, expected):
    contrasts = torch.tensor([0, 0.06, 0.12, 0.25, 0.5, 1])
    off, on = (normalised(contrasts, torch.tensor(stimulation), s, b) for stimulation in (0.0, 0.04))
    assert (on - off).numpy() == pytest.approx(expected, abs=6e-4)
    ratio = normalised(contrasts[1:], torch.tensor(0.04), s, 0.0) / off[1:]
    assert ratio.numpy() == pytest.approx([0.522, 0.576, 0.719, 0.879, 0.963], abs=6e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "published", "opposite"),
    [
        ("Sato2014.V1-stimulation", summing_and_dividing, multiplying),
        ("Self2012.V1-figure_ground", suppressed_grounds, lifted_grounds),
    ],
)
def test_mechanisms_and_their_opposites(name, published, opposite):
    benchmark = load_benchmark(name, units=2)
    score = benchmark(published(benchmark))
    assert float(score) > 0.5 and float(benchmark(opposite(benchmark))) < -0.5
    assert benchmark.figure(score.attrs["details"]) is not None
    assert not np.any(score.attrs["details"]["controls"].get("no current", 0))
    assert not np.any(score.attrs["details"]["controls"].get("factor 1", 0))


@pytest.mark.slow
def test_where_no_cell_hears_another_currents_add_and_recurrence_modulates_nothing():
    alone = circuit(lambda energy, heard: energy + heard, WITHOUT, 1.5)
    score = load_benchmark("Sato2014.V1-stimulation", units=2)(alone)
    assert float(score) == pytest.approx(0, abs=1e-4) and not np.any(score.attrs["details"]["distant"])
    assert score.attrs["details"]["huang2014"]["additive"] == 1
    score = load_benchmark("Self2012.V1-figure_ground", units=2)(alone)
    assert float(score) == pytest.approx(0, abs=1e-4)
    assert len(set(score.attrs["details"]["modulation"]["recurrent"])) == 1


@pytest.mark.parametrize("name", ["Self2012.V1-figure_ground", "Sato2014.V1-stimulation"])
def test_what_has_no_such_connection_or_takes_no_current_is_not_measurable(name):
    model = load_model("v1_energy") if name.startswith("Self") else load_model("pixels")
    with pytest.raises(NotMeasurable):
        load_benchmark(name, units=2)(model)


def test_of_connections_those_count_that_a_model_has():
    able = perturbable(as_brain_model(load_model("v1_energy")))
    emitted, missing = Perturbation("V1", "silence"), Perturbation("feedback->V1", "silence")
    assert taken(able, [missing, emitted]) == [emitted]
    with pytest.raises(NotPerturbable, match="feedback"):
        taken(able, [missing, Perturbation("lateral->V1", "silence")])


def test_the_area_under_a_roc_curve_is_the_share_of_pairs_in_their_order():
    assert roc_area(np.array([2.0, 1.0]), np.array([0.0, 1.0])) == (1 + 1 + 1 + 0.5) / 4
    assert roc_area(np.ones(3), np.ones(2)) == 0.5
