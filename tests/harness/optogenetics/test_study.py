"""The optogenetic experiment on circuits whose answers are known, and its null controls."""

from dataclasses import replace

import numpy as np
import pytest

from harness import Recording, StimulusSet, extract, load_model
from harness.errors import NotMeasurable
from harness.optogenetics import (
    Decoder,
    Design,
    Session,
    anisotropy,
    anisotropy_of_noise,
    held_out,
    influence_map,
    rescue,
    rotated_mean,
    run_optogenetics,
)
from harness.optogenetics.decoder import error_between
from harness.optogenetics.maps import rotated
from harness.perturbation import differentiate, perturbed
from harness.store import Store

SMALL = Design(
    frequencies=(1.0,),
    contrasts=(0.5, 1.0),
    orientations=6,
    phases=4,
    steps=8,
    diameter=1.5,
    factors=(1.5, 0.0),
    rescued=2,
    budgets=(1.0, 4.0),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def rings():
    """Rings of V1 that hear their surround, on 8 x 8 places of 4 x 4 degrees."""
    return load_model("ssn_v1", size=32, visual_degrees=4.0, stride=4, spatial_frequency=1.0, gain=20.0, dt=5.0)


def tuned(strength, seed=0):
    random = np.random.default_rng(seed)
    orientations, phases = np.tile(np.arange(12) * 15.0, 8), np.repeat(np.arange(8) * 45.0, 12)
    angle = np.deg2rad(2 * (orientations[:, None] - random.uniform(0, 180, 64)))
    responses = strength * np.cos(angle) + random.standard_normal((96, 64))
    return responses, orientations, phases


def test_untuned_responses_decode_nothing_however_well_they_are_fitted():
    responses, orientations, phases = tuned(0.0)
    found = held_out(responses, orientations, phases)
    assert found.explained < 0.05 and found.mean_error == pytest.approx(45, abs=6)
    strong = held_out(*tuned(1.0))
    assert strong.explained > 0.8 and strong.mean_error < 7
    fitted = Decoder.fitted(*tuned(1.0))
    assert np.abs(error_between(fitted.decoded(tuned(1.0)[0]), orientations)).mean() < strong.mean_error + 1


def test_the_orthogonal_orientation_is_the_largest_error():
    assert error_between([95.0], [5.0]) == pytest.approx([-90.0]) and error_between([179.0], [1.0]) == pytest.approx(
        [-2.0]
    )


def contour(angle, size=65, centre=(32.0, 32.0)):
    rows, columns = np.indices((size, size), dtype=float)
    up, right = centre[0] - rows, columns - centre[1]
    turn = np.deg2rad(angle)
    along, across = right * np.cos(turn) + up * np.sin(turn), up * np.cos(turn) - right * np.sin(turn)
    return np.exp(-(along**2) / 200 - across**2 / 20)


@pytest.mark.parametrize("centre", [(32.0, 32.0), (22.0, 26.0)])
def test_maps_are_turned_by_minus_their_orientation_about_the_site(centre):
    angles = [0, 30, 60, 90, 120, 150]
    maps = [contour(angle, centre=centre) for angle in angles]
    mean, count = rotated_mean(maps, angles, centre)
    known = np.isfinite(mean)
    assert np.corrcoef(mean[known], maps[0][known])[0, 1] > 0.999
    assert count.max() == 6 and np.isnan(rotated(maps[0], 45, centre)).any(), "what is not known is not 0"
    other, _ = rotated_mean(maps, [-angle for angle in angles], centre)
    assert np.corrcoef(other[known], maps[0][known])[0, 1] < 0.9


def test_anisotropy_of_a_line_is_beyond_that_of_noise_and_a_round_map_has_none():
    angles, centre = [0, 30, 60, 90, 120, 150], (32.0, 32.0)
    null = anisotropy_of_noise((65, 65), centre, angles, draws=60)
    assert anisotropy(contour(0), centre) > np.percentile(null, 95) > 0.2
    same = [contour(30)] * 6
    assert anisotropy(rotated_mean(same, angles, centre)[0], centre) < 0.02, "a network that is blind to orientation"


@pytest.fixture(scope="module")
def study(rings, kept, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    return run_optogenetics(rings, folder, SMALL, kept), folder


def test_all_steps_and_all_files(study):
    found, folder = study
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "parameter_sweep.png",
        "stimuli.png",
        "decoder.csv",
        "flow.png",
        "rescue.png",
        "rescue.csv",
        "summary.txt",
    }
    assert found.sweep.shape == (1, 2) and found.decoding.explained > 0.8
    assert found.shuffled.mean_error > 25, "labels in random order are decoded at chance"
    assert found.decoding.mean_error < 10
    assert set(found.refitted) == {1.5, 0.0}
    assert "chance 45" in (folder / "summary.txt").read_text()


def test_a_decoder_that_is_fitted_anew_tells_what_was_lost_from_what_only_moved(study):
    refitted = study[0].refitted
    assert refitted[1.5] < 10, "a larger drive moves responses and loses nothing"
    assert refitted[0.0] > 25, "without drive nothing is left to read"


def test_what_flows_is_what_was_done(study):
    found = study[0].flow
    excitation = found.traces["E"]
    assert found.factors == (1.0, 1.5, 0.0) and (excitation[1, -1] > excitation[0, -1]) and excitation[2, -1] == 0
    assert found.changes["I"].shape == (3, 8, 8)
    assert (found.changes["I"][2] < 0).any(), "less excitation reaches inhibition around the patch"


def test_a_rescue_helps_more_than_random_adjustments_of_the_same_size(study):
    for one in study[0].rescues:
        assert one.jacobian.any() and one.errors.min() < 1
        assert one.errors.min() < one.random_errors.min()


def test_a_factor_of_one_changes_nothing_and_computes_nothing(rings, kept):
    session = Session(rings, SMALL, kept)
    shown = {"a": session.patch(0, 1.0, 90.0, 1.0, 1.5)}
    intact = session.record(shown, every_step=True)
    same = session.record(shown, every_step=True, perturbations=[[session.drive(1.0)]])
    assert all(one.provenance["hits"] == one.provenance["rows"] for one in same)
    assert (same[1][session.excitatory].array() == intact[session.excitatory].array()).all()


def test_without_recurrence_there_is_no_rescue(kept):
    """Rings whose weights are 0 have a state, which no other place hears."""
    model = load_model("ssn_v1", size=32, visual_degrees=4.0, stride=4, spatial_frequency=1.0, reach=0.0, dt=5.0)
    model.network.weights.zero_()
    session = Session(model, SMALL, kept)
    orientations, phases = np.tile(SMALL.angles, 2), np.repeat([0.0, 180.0], 6)
    shown = {
        f"{i}": session.patch(a, 1.0, p, 1.0, 1.5) for i, (a, p) in enumerate(zip(orientations, phases, strict=True))
    }
    decoder = Decoder.fitted(session.record(shown)[session.excitatory].array()[:, -1], orientations, phases)
    found = rescue(session, decoder, 1.0, 1.0, 30.0)
    assert not found.jacobian.any() and (found.errors == 1).all() and (found.random_errors == 1).all()


def test_a_network_without_a_state_has_none_to_adjust_and_no_drive_beyond_its_receptive_field(kept):
    model = load_model("v1_energy", size=32, visual_degrees=4.0, stride=4, spatial_frequencies=(1.0,))
    session = Session(model, SMALL, kept)
    shown = {f"{a}/{p}": session.patch(a, 1.0, p, 1.0, 1.5) for p in (0.0, 90.0) for a in SMALL.angles}
    orientations, phases = np.tile(SMALL.angles, 2), np.repeat([0.0, 90.0], 6)
    decoder = Decoder.fitted(session.record(shown)[session.excitatory].array()[:, -1], orientations, phases)
    found = rescue(session, decoder, 1.0, 1.0, 30.0)
    assert found.jacobian.shape == (2, 0) and (found.errors == 1).all()
    by = differentiate(
        model, session.stimuli({"a": shown["0.0/90.0"]}), lambda seen: seen["complex"][-1][0, 4, 4], ["complex"], ["V1"]
    )
    elsewhere = np.ones((12, 8, 8), bool)
    elsewhere[0, 4, 4] = False
    assert by.by_point["V1"][0, 0, 4, 4] == 1 and (by.by_point["V1"][0][elsewhere] == 0).all()


def test_derivatives_of_the_rings_are_those_of_small_currents(rings, kept):
    from harness.perturbation import Perturbation

    session = Session(rings, SMALL, kept)
    stimuli = session.stimuli({"a": session.patch(30, 1.0, 90.0, 1.0, 1.5)})

    def read(seen):
        return seen["excitatory"][-1][2, 4, 4]

    found = differentiate(rings, stimuli, read, ["excitatory"], ["V1"], point="drive")
    current = 0.01
    values = []
    for sign in (1, -1):
        added = Perturbation("V1", "add", sign * current, point="drive")
        recording = Recording("excitatory", [(35, 40)])
        values.append(
            extract(perturbed(rings, added), stimuli, recording, store=kept).array().reshape(12, 8, 8)[2, 4, 4]
        )
    assert found.by_point["V1"].sum() == pytest.approx((values[0] - values[1]) / (2 * current), rel=1e-2)


@pytest.mark.slow
def test_what_rescues_a_decoder_of_shuffled_labels_has_no_direction(rings, kept):
    """The mean map of adjustments lies within what maps of noise give; that of true labels is stronger."""
    session = Session(rings, replace(SMALL, budgets=(1.0,)), kept)
    orientations, phases = np.tile(SMALL.angles, 4), np.repeat([0.0, 90.0, 180.0, 270.0], 6)
    shown = {f"{a:g}/{p:g}": session.patch(a, 1.0, p, 1.0, 1.5) for a, p in zip(orientations, phases, strict=True)}
    responses = session.record(shown)[session.excitatory].array()[:, -1]
    labels = np.random.default_rng(0).permutation(orientations)
    decoder = Decoder.fitted(responses, labels, phases)
    maps = [np.sum(list(rescue(session, decoder, 1.0, 1.0, float(angle)).maps.values()), 0) for angle in SMALL.angles]
    centre = float(session.place[0]), float(session.place[1])
    mean, _ = rotated_mean(maps, list(SMALL.angles), centre)
    null = anisotropy_of_noise(session.grid, centre, list(SMALL.angles), draws=200)
    assert anisotropy(mean, centre) < np.percentile(null, 95)


def test_what_responds_alike_is_not_measurable(kept):
    with pytest.raises(NotMeasurable):
        run_optogenetics(load_model("constant"), None, SMALL, kept)


def test_a_source_of_current_influences_others_and_its_own_change_is_left_out(rings, kept):
    session = Session(rings, SMALL, kept)
    shown = {f"{a}": session.patch(a, 1.0, 90.0, 0.5, 4.0) for a in SMALL.angles}
    stimuli = session.stimuli(shown)
    assert isinstance(stimuli, StimulusSet)
    effect = influence_map(rings, stimuli, "V1", (4, 4), dose=1.0, store=kept)
    assert effect.shape == (12, 8, 8) and np.isnan(effect[:, 4, 4]).all()
    near = effect[:, 4, 5]
    assert (near < 0).all(), "excitation reaches the inhibition of other places alone"
