"""Brain-Score's `perturb` on a network whose units lie in tissue."""

import numpy as np
import pytest
import torch

from harness import FrameModel, Preprocessing, StimulusSet, as_brain_model, load_model
from harness.brain_model import recruitment
from harness.errors import BenchmarkError, NotPerturbable
from harness.store import Store

SIDE = 10


class Sheet(torch.nn.Module):
    """A hundred units, 1 mm apart on a square, that respond with 1 to everything."""

    def __init__(self):
        super().__init__()
        self.units = torch.nn.Identity()

    def forward(self, frames):
        return self.units(frames.new_ones(len(frames), SIDE**2))

    def tissue(self, layer):
        return np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).reshape(-1, 2).astype(float)


@pytest.fixture
def candidate(tmp_path):
    model = FrameModel("sheet", Sheet(), preprocessing=Preprocessing(4), regions={"IT": "units"})
    return as_brain_model(model, store=Store(tmp_path))


def record(candidate):
    stimuli = StimulusSet.from_images("grey", [np.full((4, 4), 0.5, np.float32)], 200.0, 8.0)
    return candidate.record(stimuli, "IT", [(0, 100), (100, 200)])[0]


def test_muscimol_silences_what_is_near_until_it_is_cleared(candidate):
    candidate.perturb("muscimol", "IT", {"location": (4, 5), "amount_microliter": 1})
    distance = np.hypot(*(Sheet().tissue("units") - (4, 5)).T)
    assert record(candidate)[0] == pytest.approx(np.clip(distance - 1, 0, 1))
    candidate.perturb(None)
    assert (record(candidate) == 1).all()


def test_stimulation_acts_in_its_time_and_falls_with_distance(candidate):
    assert recruitment([0.172, 0.585], 50.0) == pytest.approx([0.5, 0.1])
    parameters = {
        "location": (4, 5),
        "current_pulse_mA": 100,
        "stimulation_onset_ms": 100,
        "stimulation_duration_ms": 50,
    }
    candidate.perturb("microstimulation", "IT", parameters | {"strength": 2.0})
    early, late = record(candidate)
    assert (early == 1).all() and late[54] == pytest.approx(2.0), "two more for half of the bin"
    assert (late[[0, 9, 90]] == 1).all()


def test_light_deletes_part_of_what_is_emitted(candidate):
    candidate.perturb("optogenetic_suppression", "IT", {"location": (4, 5)})
    values = record(candidate)[0]
    assert values[54] == pytest.approx(0.73) and (values != 1).sum() == 1


def test_without_tissue_or_a_location_it_is_refused(candidate):
    with pytest.raises(BenchmarkError, match="needs a location"):
        candidate.perturb("muscimol", "IT", {})
    with pytest.raises(BenchmarkError, match="there is no perturbation 'cooling'"):
        candidate.perturb("cooling", "IT", {})
    with pytest.raises(NotPerturbable, match="in tissue"):
        as_brain_model(load_model("random", size=8, units=3)).perturb("muscimol", "IT", {"location": (0, 0)})
