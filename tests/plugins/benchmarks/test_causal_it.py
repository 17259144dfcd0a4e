"""Causal experiments on IT: on circuits with the mechanism, and on what has none."""

import numpy as np
import pytest

from harness import load_benchmark, load_model
from harness.data import is_available
from harness.errors import NotMeasurable
from harness_plugins.benchmarks.causal_it.controls import completed_late, detecting_faces, disturbed_late, telling_faces
from harness_plugins.benchmarks.causal_it.faces import selectivity, sites, under_noise
from harness_plugins.benchmarks.causal_it.kar2021 import _solved

photographs_are_here = pytest.mark.skipif(
    not is_available("kriegeskorte2008_92objects"), reason="the photographs of kriegeskorte2008_92objects are not here"
)


def test_noise_keeps_a_share_of_the_pixels_and_has_a_seed():
    images = np.ones((2, 64, 64))
    shown = under_noise(images, [0, 1], [0.3, 1.0], 2, 100.0, 0)
    assert len(shown) == 8 and list(shown.table.columns) == ["stimulus_id", "image", "signal", "draw"]
    kept = np.array([(one.frames[0].load() == 1).mean() for one in shown.timelines])
    assert kept[shown.table["signal"] == 1.0].tolist() == [1.0] * 4
    assert kept[shown.table["signal"] == 0.3] == pytest.approx([0.3] * 4, abs=0.03)
    again, other = (under_noise(images, [0, 1], [0.3, 1.0], 2, 100.0, seed) for seed in (0, 1))
    assert again.digest == shown.digest != other.digest


def test_sites_hold_units_that_are_alike_and_cover_the_range():
    random = np.random.default_rng(0)
    face = np.arange(90) < 30
    preference = np.linspace(-1, 2, 200)
    responses = random.standard_normal((90, 200)) + face[:, None] * preference
    found = selectivity(responses, face)
    assert np.corrcoef(found, preference)[0, 1] > 0.9
    chosen = sites(found, 5)
    centres = [site.selectivity for site in chosen]
    assert np.diff(centres).min() > 0 and centres[0] < -0.7 and centres[-1] > 1.6
    assert all(len(site.units) == 10 and np.ptp(found[site.units]) < 1 for site in chosen)
    assert chosen[0].mask(200).sum() == 10
    with pytest.raises(NotMeasurable, match="do not differ"):
        sites(np.zeros(200), 5)


@photographs_are_here
@pytest.mark.slow
def test_a_current_into_face_cells_makes_faces_seen():
    benchmark = load_benchmark("Afraz2006.IT-microstimulation", units=9)
    score = benchmark(detecting_faces(benchmark))
    details = score.attrs["details"]
    assert float(score) > 0.8 and details["slope"] > 2
    assert details["controls"]["no current"] == 0 == details["controls"]["after the response"], "to the bit"
    doses = np.array(details["dose_curve"])
    assert doses / doses[2] == pytest.approx(details["doses"], rel=1e-3), "what is read out is linear in it"
    assert benchmark.figure(details) is not None


@photographs_are_here
@pytest.mark.slow
def test_suppressing_face_cells_costs_correct_answers():
    benchmark = load_benchmark("Afraz2015.IT-suppression", units=9)
    score = benchmark(telling_faces(benchmark))
    details = score.attrs["details"]
    assert float(score) > 0.7 and -4 < details["measured"]["face_sites"] < -1
    assert details["controls"]["factor 1"] == 0 == details["controls"]["after the response"], "to the bit"
    assert np.all(np.diff(details["dose_curve"]) < 0)
    assert benchmark.figure(details) is not None


@photographs_are_here
def test_models_without_it_or_that_know_nothing_of_faces_are_not_measurable():
    for name in ("Afraz2006.IT-microstimulation", "Afraz2015.IT-suppression"):
        benchmark = load_benchmark(name, units=9)
        with pytest.raises(NotMeasurable, match="IT"):
            benchmark(load_model("v1_energy"))
        with pytest.raises(NotMeasurable):
            benchmark(load_model("constant"))


def test_an_image_is_solved_where_evidence_stays():
    evidence = np.array([[1, 1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]]) * np.ones((4, 3))
    solved = _solved(evidence)
    assert solved[:3].tolist() == [80.0, 100.0, 120.0] and np.isnan(solved[3])


def test_feedback_that_tells_what_is_seen_is_missed_late_and_one_that_disturbs_is_not():
    benchmark = load_benchmark("Kar2021.IT-feedback", units=6)
    score, opposite = benchmark(completed_late(benchmark)), benchmark(disturbed_late(benchmark))
    assert float(score) > 0.5 and float(opposite) < -0.05
    details = score.attrs["details"]
    assert details["early_loss"] == 0 and details["silenced"] == ["feedback->IT"]
    assert details["controls"]["factor 1"] == 0 == details["controls"]["after the response"], "to the bit"
    accuracy = details["accuracy"]
    assert (
        accuracy["intact"][0] == accuracy["without feedback"][0]
        and accuracy["intact"][-1] > accuracy["without feedback"][-1]
    )
    assert opposite.attrs["details"]["kept"] > 0.5, "a read-out that is kept misses what only disturbed it"
    assert benchmark.figure(details) is not None


def test_a_network_without_feedback_is_not_measurable():
    with pytest.raises(NotMeasurable, match="declares no connection feedback"):
        load_benchmark("Kar2021.IT-feedback", units=6)(load_model("cornet_rt", size=32))
