"""Time courses of regions: the screen follows the model, and responses are on onset and above the blank."""

import numpy as np
import pytest
import torch

from harness import Preprocessing, RecurrentModel, as_brain_model, load_model
from harness.benchmarks.dynamics.time_courses import Screen, mapped_regions, record_time_courses
from harness.errors import BenchmarkError
from harness.stimuli.parameters import cross
from harness.stimuli.pulses import Pulses


class Leaky(torch.nn.Module):
    """Two leaky maps with a bias, the second 20 ms late."""

    def __init__(self):
        super().__init__()
        self.early, self.late = torch.nn.Identity(), torch.nn.Identity()

    def init(self, batch_size, device):
        rest = torch.zeros(batch_size, 1, 16, 16, device=device)
        return [rest, rest, rest]

    def step(self, frame, state):
        first = 0.5 * state[0] + 0.5 * frame
        self.early(first + 0.3)
        self.late(-2 * state[2])
        return [first, state[0], state[1]]


def leaky(dt=10.0, **arguments):
    preprocessing = Preprocessing(16, mean=(0.5,), std=(0.5,), channels=1)
    regions = {"V1": "early", "IT": "late"}
    return RecurrentModel(
        "leaky", Leaky(), dt=dt, regions=regions, preprocessing=preprocessing, visual_degrees=4, **arguments
    )


def flashes(screen, durations=(50.0, 100.0)):
    shown = Pulses(
        exemplars=2,
        spatial_frequency=screen.spatial_frequency,
        visual_degrees=screen.visual_degrees,
        size_px=screen.size_px,
        lead_in=screen.lead_in,
    )
    conditions = cross({"image": shown.names, "contrast": [1.0], "duration": list(durations)})
    return shown.stimuli(
        "flashes",
        conditions,
        lambda image, contrast, duration: shown.timeline([(shown.frame(image, contrast), duration)]),
    )


def test_the_screen_follows_the_model():
    screen = Screen.of(as_brain_model(leaky(dt=15.0)))
    assert (screen.step, screen.lead_in, screen.visual_degrees, screen.size_px) == (15.0, 105.0, 4.0, 112)
    assert screen.spatial_frequency == 1.0  # a quarter of 4 pixels per degree
    assert [screen.ms(duration) for duration in (1, 17, 25, 133)] == [15, 15, 30, 135]
    assert Screen.of(as_brain_model(leaky(dt=0.5))).step == 2.0
    static = Screen.of(as_brain_model(load_model("v1_energy")))
    assert static.step == 1.0 and static.spatial_frequency == 2.0 and static.ms(17) == 17


def test_time_courses_are_on_onset_and_above_the_blank():
    candidate = as_brain_model(leaky())
    screen = Screen.of(candidate)
    time_courses = record_time_courses(candidate, flashes(screen), mapped_regions(candidate), screen.step, until=300)
    assert time_courses.regions == ("V1", "IT") and time_courses.traces.shape == (2, 2, 2, 40)
    assert (
        time_courses.times[0] == -95
        and time_courses.step == 10
        and time_courses.table["duration"].tolist() == [50, 100]
    )
    before = time_courses.times < 0
    assert np.abs(time_courses.traces[..., before]).max() < 1e-6  # neither bias nor its beginning is a response
    first, late = time_courses.of("V1")[0, 1], time_courses.of("IT")[0, 1]
    assert (
        late[time_courses.times > 25].max() > 0
        and late[(time_courses.times > 0) & (time_courses.times < 20)].max() < 1e-6
    )
    assert first[time_courses.times < 100].argmax() > first[before].size
    assert (time_courses.floor_of("IT") > 0).all()
    picked = time_courses.at([1])
    assert np.array_equal(picked.of("V1")[:, 0], time_courses.of("V1")[:, 1]) and len(picked.table) == 1


def test_a_model_without_regions_is_refused():
    model = leaky()
    model.regions = {}
    with pytest.raises(BenchmarkError, match="regions"):
        mapped_regions(as_brain_model(model))
