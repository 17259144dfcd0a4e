"""Where the models of the project can be perturbed, and what they refuse."""

import numpy as np
import pytest
import torch

from harness import FrameModel, Preprocessing, Recording, RecurrentModel, StimulusSet, extract, load_model, load_stimuli
from harness.engine import CentreUnits, extract_each
from harness.errors import NotPerturbable
from harness.perturbation import Annulus, Disc, Perturbation, connections, emitted_points, perturbed
from harness.stimuli import Canvas


def noise_images(duration=100.0, degrees=8.0):
    images = np.random.default_rng(0).random((2, 32, 32)).astype(np.float32)
    return StimulusSet.from_images("noise", list(images), duration, degrees)


def difference(model, perturbation, layer, store, bins=None):
    """(stimuli, time, units): perturbed less control."""
    bins = bins or [(k * model.dt, (k + 1) * model.dt) for k in range(round(100 / model.dt))]
    both = [model, perturbed(model, perturbation)]
    control, changed = extract_each(both, noise_images(), Recording(layer, bins), store=store)
    return changed.array() - control.array()


class Watched(torch.nn.Module):
    """Two layers, the first of which is only looked at."""

    def __init__(self):
        super().__init__()
        self.watched, self.used = torch.nn.Identity(), torch.nn.Linear(3 * 64, 5)

    def forward(self, frames):
        self.watched(frames.mean((2, 3)))
        return self.used(frames.flatten(1))


def test_a_layer_that_is_only_observed_is_refused():
    model = FrameModel("net", Watched(), preprocessing=Preprocessing(8), layers=["watched", "used"])
    with pytest.raises(NotPerturbable, match="'watched' of 'net' hands over is only observed"):
        perturbed(model, "watched: silence")
    assert perturbed(model, "used: silence").interventions


def test_the_simple_cells_of_the_energy_model_are_only_observed():
    with pytest.raises(NotPerturbable, match="only observed"):
        perturbed(load_model("v1_energy", size=64, visual_degrees=4.0), "simple: silence")


def test_the_response_of_the_normalization_model_drives_nothing():
    model = load_model("v1_normalization", size=48, visual_degrees=3.0)
    with pytest.raises(NotPerturbable, match="declares no emitted point"):
        perturbed(model, "V1: silence")


class Undeclared(torch.nn.Module):
    """Leaky units whose module hands over what is kept."""

    def __init__(self, alpha=0.2):
        super().__init__()
        self.rates, self.alpha = torch.nn.Identity(), alpha

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 3, device=device)

    def step(self, frame, state):
        return self.rates((1 - self.alpha) * state + self.alpha * frame.mean((2, 3)))


def leaky(alpha):
    return RecurrentModel("net", Undeclared(alpha), dt=10, preprocessing=Preprocessing(8), regions={"V1": "rates"})


def test_a_network_that_declares_nothing_has_a_state_and_nothing_else():
    with pytest.raises(NotPerturbable, match="declares no emitted point for layer 'rates'"):
        perturbed(leaky(0.2), "V1: silence")


@pytest.mark.parametrize(
    ("factor", "alpha", "gain"),
    [(0.5, 0.2, 1 / 6), (1.2, 1.0, 1.2), (1.2, 0.5, 1.5), (1.2, 0.2, 6.0), (1.1, 0.1, 11.0), (1.05, 0.05, 21.0)],
)
def test_scaling_what_is_kept_has_another_gain_with_every_leak(store, factor, alpha, gain):
    """a f / (1 - f (1 - a)) for a factor f and a leak a, which scaling of what is emitted does not have."""
    stimuli, steps = noise_images(1000.0), 100
    recording = Recording("rates", [(990, 1000)])
    model, lesion = leaky(alpha), Perturbation("V1", "scale", factor, point="state")
    both = [model, perturbed(model, lesion)]
    control, changed = (one.array()[0, 0] for one in extract_each(both, stimuli, recording, store=store))
    settled = (1 - (factor * (1 - alpha)) ** steps) / (1 - (1 - alpha) ** steps)
    assert changed / control / settled == pytest.approx([gain] * 3, rel=1e-3)


def test_beyond_the_leak_what_is_kept_grows_without_bound_and_a_current_into_it_is_a_larger_drive(store):
    stimuli, recording = noise_images(2000.0), Recording("rates", [(990, 1000), (1990, 2000)])
    wild, current = (Perturbation("V1", *what, point="state") for what in (("scale", 1.2), ("add", 0.01)))
    model = leaky(0.1)
    models = [model, perturbed(model, wild), perturbed(model, current)]
    control, grown, driven = (one.array()[0] for one in extract_each(models, stimuli, recording, store=store))
    assert (grown[1] > 1000 * grown[0]).all(), "1.2 x 0.9 > 1"
    assert (driven - control)[1] == pytest.approx([0.01 / 0.1] * 3, rel=1e-3)


@pytest.mark.parametrize("operation", [("silence", None), ("clamp", 0.3)])
def test_holding_what_is_kept_takes_the_memory_away(store, operation):
    model, stimuli = leaky(0.2), noise_images(400.0)
    recording = Recording("rates", [(k, k + 10) for k in range(0, 400, 10)])
    held = perturbed(model, Perturbation("V1", *operation, point="state", window=(200, 300)))
    control, changed = (one.array()[0] for one in extract_each([model, held], stimuli, recording, store=store))
    value = operation[1] or 0.0
    assert (changed[:20] == control[:20]).all() and changed[20:30] == pytest.approx(np.full((10, 3), value))
    assert changed[30] == pytest.approx(0.8 * value + 0.2 * control[-1] / (1 - 0.8**40), rel=1e-4), (
        "it begins from there"
    )


def test_a_frame_model_is_silenced_in_a_window(store):
    model = load_model("random", size=8, units=5)
    stimuli = noise_images()
    silenced = perturbed(model, "V1: silence from 20 to 60")
    found = extract(silenced, stimuli, Recording("responses", [(0, 40), (20, 60), (60, 100)]), store=store).array()
    control = extract(model, stimuli, Recording("responses", [(60, 100)]), store=store).array()
    assert found[:, 0] == pytest.approx(0.5 * control[:, 0], rel=1e-5)
    assert (found[:, 1] == 0).all() and (found[:, 2] == control[:, 0]).all()


def test_places_are_degrees_upwards(store):
    model = load_model("v1_energy", size=64, visual_degrees=4.0, stride=4, spatial_frequencies=(2.0,))
    stimuli = noise_images(degrees=4.0)
    up = perturbed(model, Perturbation("V1", "silence", where=Disc(1, 1, 0.8)))
    recording = Recording("complex", [(0, 100)])
    _, changed = extract_each([model, up], stimuli, recording, store=store)
    maps = (changed.array() == 0).reshape(2, 12, 16, 16)
    assert (maps == maps[:1, :1]).all()
    rows, columns = np.nonzero(maps[0, 0])
    y, x = -((rows + 0.5) / 16 - 0.5) * 4, ((columns + 0.5) / 16 - 0.5) * 4
    assert (np.hypot(x - 1, y - 1) <= 0.4).all() and len(x) == 12
    nearly = perturbed(model, Perturbation("V1", "silence", where=Disc(1.001, 1, 0.8)))
    assert (
        nearly.digest() != up.digest()
        and (extract(nearly, stimuli, recording, store=store).array() == changed.array()).all()
    ), "another disc with the same units"
    ring = perturbed(model, Perturbation("V1", "silence", where=Annulus(0, 0, 2, 10)))
    kept = (extract(ring, stimuli, recording, store=store).array() != 0).reshape(2, 12, 16, 16)[0, 0]
    assert kept.sum() == (np.hypot(*np.meshgrid(*[((np.arange(16) + 0.5) / 16 - 0.5) * 4] * 2)) <= 1).sum()
    with pytest.raises(NotPerturbable, match="no unit of layer 'complex'"):
        perturbed(model, Perturbation("V1", "silence", where=Disc(9, 9, 0.1)))


@pytest.mark.slow
def test_a_silent_surround_is_a_model_without_one(store):
    options = {"size": 96, "visual_degrees": 6.0}
    stimuli = load_stimuli(
        "gratings", orientation=[0], contrast=[1.0], spatial_frequency=[2.0], duration=120, visual_degrees=6.0
    )
    recording = Recording("response", [(k, k + 1) for k in range(120)])
    model = load_model("v1_normalization", **options)
    silenced = perturbed(model, "surround: silence")
    control, cut = (one.array() for one in extract_each([model, silenced], stimuli, recording, store=store))
    without = extract(
        load_model("v1_normalization", k_untuned=0, k_tuned=0, **options), stimuli, recording, store=store
    )
    assert np.abs(cut - without.array()).max() <= 1e-6 * np.abs(cut).max()
    assert cut[0, -1].max() > 1.5 * control[0, -1].max()
    first = np.flatnonzero((control > 1e-4).any((0, 2)))[0]
    parted = np.flatnonzero((control != cut).any((0, 2)))[0]
    assert parted >= first, "the surround acts after the response has begun"


@pytest.mark.slow
def test_the_surround_of_the_normalization_model_in_numbers(store):
    """By how much patches of 1 to 12 degrees are suppressed, and when: 36 ms, 5 after the response begins."""
    canvas, sizes = Canvas(12.0, 384), (1.0, 2.0, 4.0, 12.0)
    middle = (0.125, -0.125)
    grating = canvas.grating(0.0, 2.0, 90.0, middle)
    images = [canvas.image(grating * (canvas.disc(size, middle) if size < 12 else 1.0)) for size in sizes]
    stimuli = StimulusSet.from_images("patches", images, 250.0, 12.0)
    bins = [(k, k + 1) for k in (*range(25, 50), 249)]
    model = load_model("v1_normalization")
    both = extract_each(
        [model, perturbed(model, "surround: silence")], stimuli, Recording("response", bins, CentreUnits()), store=store
    )
    control, cut = (one.array()[:, :, 0] for one in both)
    assert control[:, -1] == pytest.approx([1.01912, 0.66605, 0.57150, 0.55117], rel=0.02)
    assert cut[:, -1] == pytest.approx([1.25568, 1.24044, 1.23943, 1.23932], rel=0.02)
    assert cut[:, -1] / control[:, -1] == pytest.approx([1.232, 1.862, 2.169, 2.249], rel=0.02)
    assert (cut[:, -1] / control[:, -1] < [1.255, 1.926, 2.270, 2.370]).all(), (
        "(1 + S)^2.3, since a cell pools channels"
    )
    times = np.arange(25, 50)
    assert times[np.argmax(control[-1, :-1] > 1e-4)] == 31
    assert times[np.argmax(np.abs(control - cut)[-1, :-1] > 1e-4)] == 36 and (control == cut)[:, :6].all()


def test_areas_of_cornet_and_their_connections(store):
    model = load_model("cornet_rt", size=32)
    silenced = difference(model, "V2: silence from 30", "V4.output", store)
    assert (silenced[:, :4] == 0).all() and (silenced[:, 4] != 0).any(), "the area above hears it a step later"
    assert (difference(model, "V2: silence from 30", "V1.output", store) == 0).all(), "nothing goes down"
    assert (difference(model, "V1->V2: silence", "V2.output", store) != 0).any()
    assert (difference(model, "lateral->V4: silence", "IT.output", store) != 0).any()
    with pytest.raises(NotPerturbable, match="declares no connection V2->V1; it has IT->IT, V1->V1, V1->V2"):
        perturbed(model, "V2->V1: silence")


@pytest.mark.slow
def test_rates_of_cordsnet_are_scaled_as_they_are_heard_and_not_as_they_are_kept(store):
    """A hook on the stored rates would act with a gain of 6 for a factor of 1.2, and without bound for 1.25."""
    model = load_model("cordsnet_r2", size=32)
    strong = difference(model, "areas.0: scale 1.2 from 10", "areas.0", store)
    control = extract(model, noise_images(), Recording("areas.0", [(98, 100)]), store=store).array()[:, 0]
    assert 0 < np.abs(strong[:, -1]).mean() / np.abs(control).mean() < 0.5
    assert (strong[:, :5] == 0).all() and (
        difference(model, "areas.0: scale 1.2 from 10", "areas.1", store)[:, :6] == 0
    ).all()
    assert (difference(model, "areas.1: silence", "out_fc", store) != 0).any()
    stored = perturbed(model, "areas.0: scale 1.2 from 10 at state")
    found = extract(stored, noise_images(), Recording("areas.0", [(98, 100)]), store=store).array()[:, 0]
    assert np.abs(found).mean() > 2 * np.abs(control).mean()


def test_regions_of_one_layer_are_not_connected():
    """What the lateral connection of the layer does is no feedback."""
    model = load_model("cordsnet_r2", size=32, channels=16, weights="random")
    with pytest.raises(NotPerturbable, match=r"V2 and V1 are one layer of 'cordsnet_r2', 'areas.0'"):
        perturbed(model, "V2->V1: silence")
    assert perturbed(model, "lateral->V1: silence").interventions and perturbed(model, "V1->V1: silence").interventions
    assert perturbed(model, "screen->V1: scale 0.5").interventions


@pytest.mark.slow
def test_rates_of_dyrcnn_are_heard_after_their_delays(store):
    options = {"size": 32, "feedback": "additive", "t_fb": 10.0, "t_rc": 6.0, "dt": 2.0}
    model = load_model("dyrcnn_x4", **options)
    onset = difference(model, "V1: silence from 40", "V1.output", store)
    assert (onset[:, :20] == 0).all() and (onset[:, 20] != 0).any()
    later = difference(model, "IT: silence from 40", "V1.output", store)
    assert (later[:, :20] == 0).all(), "feedback reaches no area before its delay"
    names = {path.direction for path in connections(model)}
    assert names == {"feedforward", "lateral", "feedback"}
    released = difference(model, "V4: silence from 40 to 50", "V4.output", store)
    assert np.abs(released[:, 25]).max() < np.abs(released[:, 24]).max(), "what is kept has gone on"


def test_the_first_step_in_which_an_area_hears_of_another_is_that_of_its_delay(store):
    """What is silenced from 40 ms on is missed 4 ms later in the area above, 6 in its own, 10 below, and 14 two areas above."""
    model = load_model(
        "dyrcnn_x4", size=16, widths=[4, 4, 4, 4], dt=2.0, t_ff=4.0, t_rc=6.0, t_fb=10.0, t_sk=14.0, feedback="additive"
    )
    missed = {
        ("V1: silence from 40 to 42", "V1"): 40,
        ("V1: silence from 40", "V2"): 44,
        ("V1: silence from 40", "V4"): 48,
        ("V4: silence from 40", "V1"): 50,
        ("IT: silence from 40", "V2"): 50,
        ("lateral->V4: silence from 40", "V4"): 46,
        ("V1->V4: silence from 40", "V4"): 54,
    }
    texts = list(dict.fromkeys(text for text, _ in missed))
    recording = Recording([f"{area}.output" for area in ("V1", "V2", "V4")], [(k, k + 2) for k in range(0, 60, 2)])
    models = [model, *(perturbed(model, text) for text in texts)]
    control, *changed = extract_each(models, noise_images(60.0).select([0]), recording, store=store)
    for (text, area), expected in missed.items():
        layer = f"{area}.output"
        apart = (control[layer].array() != changed[texts.index(text)][layer].array()).any((0, 2))
        assert 2 * int(np.argmax(apart)) == expected and apart.any(), (text, area)


@pytest.mark.slow
def test_feedback_of_gammanet_is_cut_alone(store):
    model = load_model("gammanet_v2", size=32)
    control = extract(model, noise_images(), Recording(["fgru_1.excitatory", "fgru_2.excitatory"]), store=store)
    one = difference(model, "V2->V1: silence from 50", "fgru_1.excitatory", store)
    assert (one[:, :3] == 0).all() and (one[:, 3] != 0).any(), "the level keeps what had arrived"
    first = difference(model, "V2->V1: silence from 50", "fgru_2.excitatory", store)
    assert (first[:, :3] == 0).all(), "and hands it up in the next step"
    assert np.isfinite(control["fgru_1.excitatory"].array()).all()
    with pytest.raises(NotPerturbable, match="no cells of class I"):
        perturbed(model, "V1: silence class I")
    dale = load_model("gammanet_v2", size=32, dale=True)
    assert perturbed(dale, "V1: add 0.1 class I at drive").interventions


def test_hidden_states_of_predictors_go_on_in_memory(store):
    model = load_model("convlstm", size=32, patch=4, channels=[4, 4])
    layers = [point.layer for point in emitted_points(model)]
    assert layers == ["cells.0.hidden", "cells.1.hidden"] and not connections(model)
    assert (difference(model, "cells.0.hidden: silence", "cells.1.hidden", store) != 0).any()


def test_dynamics_of_static_models_are_driven(store):
    model = load_model("dn/random", size=8, units=4, dt=10.0)
    half = difference(model, "V1: scale 0.5 at drive", "responses.responses", store)
    assert (half < 0).any() and np.isfinite(half).all()
    with pytest.raises(NotPerturbable, match="declares no emitted point"):
        perturbed(model, "V1: silence")


def test_a_model_by_name_is_perturbed_by_an_argument(store):
    model = load_model("convlstm", size=32, perturb="V2: scale 0.5 from 20; IT: silence units 0,1,2")
    assert model.identifier == "convlstm" and len(model.interventions) == 2
    assert model.arguments["perturb"] == "V2: scale 0.5 from 20; IT: silence units 0,1,2"
    assert model.intact.digest() == load_model("convlstm", size=32).digest() != model.digest()
    assert "perturb" not in model.intact.arguments
