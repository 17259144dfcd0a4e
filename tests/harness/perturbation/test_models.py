"""Where the models of the project can be perturbed, and what they refuse."""

import numpy as np
import pytest
import torch

from harness import FrameModel, Preprocessing, Recording, RecurrentModel, StimulusSet, extract, load_model, load_stimuli
from harness.engine import extract_each
from harness.errors import NotPerturbable
from harness.perturbation import Annulus, Disc, Perturbation, connections, emitted_points, perturbed


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
    def __init__(self):
        super().__init__()
        self.rates = torch.nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 3, device=device)

    def step(self, frame, state):
        return self.rates(0.8 * state + frame.mean((2, 3)))


def test_a_network_that_declares_nothing_has_a_state_and_nothing_else(store):
    model = RecurrentModel("net", Undeclared(), dt=10, preprocessing=Preprocessing(8), regions={"V1": "rates"})
    with pytest.raises(NotPerturbable, match="declares no emitted point for layer 'rates'"):
        perturbed(model, "V1: silence")
    lesion = Perturbation("V1", "scale", 0.5, point="state")
    values = extract(perturbed(model, lesion), noise_images(), Recording("rates", [(90, 100)]), store=store).array()
    control = extract(model, noise_images(), Recording("rates", [(90, 100)]), store=store).array()
    gain = 0.5 * 0.2 / (1 - 0.5 * 0.8)
    assert values[0, 0] / control[0, 0] * (1 - 0.8**10) == pytest.approx([gain] * 3, rel=1e-3)


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
