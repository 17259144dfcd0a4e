"""Bars in line suppress the pooled drive and facilitate spikes, where that is built in; filters alone do neither."""

import json

import numpy as np
import pytest
import torch

from harness import as_brain_model, load_model
from harness.benchmarks.physiology.laboratory import Laboratory
from harness.errors import ModelError, NotMeasurable
from harness.testing import adversary
from harness_plugins.benchmarks.kinoshita2009.benchmark import Kinoshita2009
from harness_plugins.benchmarks.kinoshita2009.pooled import Middle, pooled_drive, pooled_layers

UNITS = 12


@pytest.fixture(scope="module")
def candidate(bench, association_field):
    return bench(association_field())


@pytest.fixture(scope="module")
def published(candidate):
    return Kinoshita2009(UNITS)(candidate)


@pytest.fixture(scope="module")
def energy(bench):
    return bench(load_model("v1_energy", spatial_frequencies=(2.0,), size=64))


@pytest.fixture(scope="module")
def of_energy(energy):
    return Kinoshita2009(UNITS)(energy)


def test_positive_control(published):
    details = published.attrs["details"]
    assert float(published) > 0.9 and float(published.attrs["ceiling"]) == 1
    assert [unit for unit, lifted in enumerate(details["facilitated"]) if lifted] == [0, 2, 5, 7, 10]
    assert details["pooled_layers"] == ["excitatory", "inhibitory"]
    over_turns = np.array(details["suppression_over_turns"], dtype=float)
    assert (over_turns[:, 0] > over_turns[:, 1]).all() and (over_turns[:, 1] > over_turns[:, 2]).all()


def test_signs_are_opposite(published):
    details = published.attrs["details"]
    lifted = np.array(details["facilitated"])
    assert np.array(details["interaction"])[lifted].min() > 0.1
    assert np.array(details["suppression_over_turns"], dtype=float)[:, 0].min() > 0.1


@pytest.mark.slow
def test_what_spikes_is_not_suppressed(candidate):
    score = Kinoshita2009(UNITS, layers=["excitatory"])(candidate)
    orders = {name: order["held"] for name, order in score.attrs["details"]["orders"].items()}
    assert orders["facilitated"] > 0.8 and max(orders[name] for name in ("suppressed", "collinear", "near")) < 0.1


def test_linear_filters_are_at_chance_although_their_magnitude_is_suppressed(of_energy):
    details = of_energy.attrs["details"]
    assert float(of_energy) == pytest.approx(Kinoshita2009.chance, abs=0.01)
    power = np.array(details["suppression_over_gaps"], dtype=float)
    assert np.nanmax(np.abs(power)) < 1e-4
    assert np.array(details["magnitude_over_gaps"], dtype=float)[:, 0].min() > 0.05  # interference
    assert np.abs(np.array(details["interaction"], dtype=float)).max() < 0.01


def test_a_constant_model_is_not_measurable(bench):
    with pytest.raises(NotMeasurable, match="respond more to a grating"):
        Kinoshita2009()(bench(load_model("constant")))


def test_details_and_figure(published, of_energy, tmp_path):
    for name, score in {"published": published, "energy": of_energy}.items():
        details = json.loads(json.dumps(score.attrs["details"]))
        assert len(json.dumps(details)) < 200_000
        Kinoshita2009().figure(details).savefig(tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000


def test_the_middle_of_a_map():
    maps = torch.zeros(1, 2, 8, 8)
    maps[:, :, 3:5, 3:5] = torch.tensor([1.0, -3.0]).view(1, 2, 1, 1)
    flat = maps.flatten(2)
    assert Middle(0.25)(flat, "layer", (8, 8)).tolist() == [[1.0] * 4 + [-3.0] * 4]
    assert Middle(1.0)(flat, "layer", (8, 8)).shape == (1, 128) and len(Middle(1.0).units(2, (8, 8), "layer")) == 128
    assert Middle()(torch.full((1, 4, 1), -2.0), "layer", ()).tolist() == [[-2.0] * 4]
    places = Middle(0.25).units(2, (8, 8), "layer")
    assert places.channel.tolist() == [0] * 4 + [1] * 4 and places.y.tolist() == [3, 3, 4, 4] * 2


def test_a_constant_in_all_responses_changes_nothing(candidate, published):
    shifted = adversary("shifted", candidate.model)
    score = Kinoshita2009(UNITS)(as_brain_model(shifted))
    assert score.attrs["details"]["pooled_layers"] == ["altered.excitatory", "altered.inhibitory"]
    assert float(score) == pytest.approx(float(published), abs=1e-3)


def test_what_is_pooled(candidate, energy):
    assert pooled_layers(Laboratory(candidate)) == ("excitatory", "inhibitory")
    assert pooled_layers(Laboratory(energy)) == ("complex",)


class Stranger:
    """Another `BrainModel`, which has neither layers nor reductions."""

    def __init__(self, candidate):
        self.start_recording, self.visual_degrees = candidate.start_recording, candidate.visual_degrees
        self.look_at = candidate.look_at


def test_of_another_brain_model_everything_is_pooled(energy):
    laboratory = Laboratory(as_brain_model(Stranger(energy)))
    shown = {"grating": laboratory.still(laboratory.canvas.grating(0, 2.0))}
    magnitude, power = pooled_drive(laboratory, shown, (0.0, 200.0), pooled_layers(laboratory))["grating"]
    assert magnitude > 0 and power > magnitude**2
    with pytest.raises(ModelError, match="known by its regions alone, so that complex cannot be recorded"):
        pooled_drive(laboratory, shown, (0.0, 200.0), ["complex"])


def test_only_orders_are_scored():
    assert not Kinoshita2009.targets and set(Kinoshita2009.disabled) == {"suppression", "facilitation"}
    assert float(Kinoshita2009().ceiling) == 1
