"""Delayed normalisation: the numbers of the published programs, and as dynamics for a frame model."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from harness import (
    FrameModel,
    Preprocessing,
    RandomProjection,
    Recording,
    RecurrentModel,
    StimulusSet,
    Timeline,
    extract,
)
from harness.errors import HarnessError, ModelError
from harness.models.dynamics import PRESETS, DelayedNormalization, exponential, gamma, with_dynamics
from harness.store.store import Store


def trace(dynamics, time_course, dt=1.0):
    """Responses to a time course of contrast."""
    drive = torch.as_tensor(np.asarray(time_course), dtype=torch.float64)
    state, responses = dynamics.init(drive[:1]), []
    for value in drive:
        response, state = dynamics.step(value[None], state, dt)
        responses.append(float(response))
    return np.array(responses)


def pulses(*onsets_and_durations, total, contrast=1.0):
    time_course = np.zeros(total)
    for onset, duration in onsets_and_durations:
        time_course[onset : onset + duration] = contrast
    return time_course


def doubling(dynamics):
    """Summed response to 200 ms over twice that to 100 ms."""
    once, twice = (trace(dynamics, pulses((0, d), total=2000)).sum() for d in (100, 200))
    return twice / once / 2


def test_filters_have_unit_sum_and_their_shape():
    impulse = torch.zeros(600, dtype=torch.float64)
    impulse[0] = 1
    leak, rise = torch.zeros(1, dtype=torch.float64), (torch.zeros(1, dtype=torch.float64),) * 2
    leaked, risen = [], []
    for value in impulse:
        leak, rise = exponential(value[None], leak, 20, 1), gamma(value[None], rise, 30, 1)
        leaked.append(float(leak))
        risen.append(float(rise[1]))
    t = np.arange(600)
    for measured, kernel in ((leaked, np.exp(-t / 20)), (risen, t / 30 * np.exp(-t / 30))):
        assert measured == pytest.approx(kernel / kernel.sum(), abs=1e-7)
    assert np.argmax(risen) == 30


# time to peak and asymptote/peak of a step, response to 200 ms over twice that to 100 ms
@pytest.mark.parametrize(
    ("name", "peak", "asymptote", "doubled"),
    [
        ("zhou2019_schematic", 120, 0.22, 0.73),
        ("zhou2019", 92, 0.16, 0.69),
        ("zhou2019_cell1", 27, 0.05, 0.57),
        ("zhou2019_cell2", 17, 0.02, 0.54),
        ("zhou2019_cell3", 29, 0.00, 0.51),
        ("ecog_v1_v3", 93 - 35, 0.27, 0.68),
    ],
)
def test_presets_give_the_time_courses_they_are_known_for(name, peak, asymptote, doubled):
    step = trace(PRESETS[name], np.ones(2000))
    assert step.argmax() == pytest.approx(peak, abs=1)
    assert step[-1] / step.max() == pytest.approx(asymptote, abs=0.006)
    assert doubling(PRESETS[name]) == pytest.approx(doubled, abs=0.006)


def test_the_response_to_a_second_pulse_recovers():
    dynamics, recovery = PRESETS["zhou2019"], []
    once = trace(dynamics, pulses((0, 133), total=1200))
    for gap in (17, 33, 67, 133, 267, 533):
        second = trace(dynamics, pulses((0, 133), (133 + gap, 133), total=1200)) - once
        recovery.append(second[133 + gap :][:300].sum() / once[:300].sum())
    assert recovery == pytest.approx([0.29, 0.29, 0.31, 0.36, 0.56, 0.93], abs=0.006)


def test_higher_contrast_peaks_earlier_and_is_more_transient():
    responses = [
        trace(PRESETS["ecog_v1_v3"], pulses((0, 533), total=600, contrast=c)) for c in (0.0625, 0.125, 0.25, 0.5, 1)
    ]
    assert [r.argmax() + 35 for r in responses] == pytest.approx([167, 145, 124, 106, 92], abs=1)
    assert [r[500] / r.max() for r in responses] == pytest.approx([0.77, 0.64, 0.51, 0.39, 0.29], abs=0.011)
    peaks = np.array([r.max() for r in responses])
    assert (np.diff(peaks) > 0).all() and (np.diff(peaks) / np.diff([0.0625, 0.125, 0.25, 0.5, 1])).argmax() == 0


def test_a_large_semi_saturation_gives_no_adaptation():
    """With filters of unit sum and sigma 1, as one figure of the paper prints it, summation is more than linear."""
    assert doubling(DelayedNormalization(50, 0, 100, 2, 1.0)) == pytest.approx(1.32, abs=0.006)


def test_impossible_parameters_are_refused():
    with pytest.raises(ModelError, match="positive"):
        DelayedNormalization(0, 0, 100, 2, 0.1)


class Static(nn.Module):
    """Two layers, the second of which changes the first in place."""

    def __init__(self):
        super().__init__()
        self.conv, self.act = nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(inplace=True)

    def forward(self, frames):
        return self.act(self.conv(frames))


def static(**more):
    torch.manual_seed(0)
    preprocessing = Preprocessing(8, mean=(0.5,), std=(0.5,), channels=1)
    return FrameModel("static", Static(), preprocessing=preprocessing, regions={"V1": "conv", "V2": "act"}, **more)


def stimuli(background=0.5):
    random = np.random.default_rng(0)
    a, b = random.random((2, 8, 8)).astype(np.float32)
    timelines = [Timeline.still(a, 40), Timeline.of([(a, 20), (b, 40)]), Timeline.still(np.full((8, 8), 0.5), 60)]
    return StimulusSet("frames", pd.DataFrame({"stimulus_id": ["a", "ab", "grey"]}), timelines, background=background)


def test_each_unit_follows_the_equation():
    frame_model, shown = static(), stimuli()
    dynamics = DelayedNormalization(10, 0.2, 30, 1.5, 0.1, shift=10, scale=2)
    model = with_dynamics(frame_model, dynamics, dt=5)
    assert isinstance(model, RecurrentModel) and model.regions == {"V1": "responses.conv", "V2": "responses.act"}
    bins = [(t, t + 5.0) for t in np.arange(0, 100, 5.0)]
    got = extract(model, shown, Recording("responses.conv", bins)).array()
    static_bins = extract(frame_model, shown, Recording("conv", bins)).array()
    rest = static_bins[2:, :1]
    gain = model.network.latch.front.gain.values()[0].numpy().repeat(64, 2).reshape(1, 1, -1)
    drive = np.concatenate([np.zeros_like(static_bins[:, :2]), (static_bins - rest) * gain], 1)[:, : len(bins)]
    for stimulus in range(3):
        for unit in (0, 77, 150):
            expected = trace(dynamics, drive[stimulus, :, unit], dt=5)
            assert got[stimulus, :, unit] == pytest.approx(expected, abs=1e-4)
    assert np.abs(got[2]).max() < 1e-6


def test_the_network_runs_only_when_the_frame_changes():
    model = with_dynamics(static(), dt=1)
    seen = []

    def count(module, inputs):
        seen.append(len(inputs[0]))

    count.depends_on = ()  # it only watches
    model.network.latch.front.network.register_forward_pre_hook(count)
    extract(model, stimuli(), Recording("responses.act", [(0, 200)]))
    assert sum(seen) <= 8 + 3  # three to see that it remembers nothing by itself


def test_batches_and_shared_beginnings_change_nothing(tmp_path):
    model, recording = (
        with_dynamics(static(), dt=2),
        Recording(time_bins=[(0, 30), (30, 80)], reduction=RandomProjection(50)),
    )
    shared = extract(model, stimuli(), recording)["responses.act"].array()
    model.deterministic = False
    alone = extract(model, stimuli(), recording, store=Store(tmp_path), batch_size=1)["responses.act"].array()
    assert np.abs(shared - alone).max() <= 1e-5 * np.abs(shared).max()


def test_the_gain_puts_full_contrast_at_one():
    model = with_dynamics(static(), dt=5)
    assert all(0.1 < float(g) < 1000 for gain in model.network.latch.front.gain.values() for g in gain.flatten())
    assert with_dynamics(static(), dt=5, gain=3.0).digest() != model.digest()


def test_identity_is_that_of_the_static_model_and_of_the_dynamics():
    model = with_dynamics(static())
    assert model.digest() == with_dynamics(static()).digest()
    assert model.digest() != with_dynamics(static(), "zhou2019_cell1").digest()
    assert model.digest() != with_dynamics(static(source="other")).digest()


def test_the_static_layers_inside_have_no_response_over_time():
    model = with_dynamics(static(), dt=5)
    with pytest.raises(HarnessError, match=r"not used|first axis is not the stimuli"):
        extract(model, stimuli(), Recording("latch.front.network.conv", [(0, 60)]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dynamics": "zhou"}, "no preset 'zhou'"),
        ({"dt": 0}, "dt of with_dynamics must be"),
        ({"layers": ["conf"]}, "near it are conv"),
    ],
)
def test_faults_are_named(arguments, message):
    with pytest.raises(ModelError, match=message):
        with_dynamics(static(), **arguments)


def test_a_model_with_dynamics_gets_no_others():
    with pytest.raises(ModelError, match="of its own"):
        with_dynamics(with_dynamics(static()))
