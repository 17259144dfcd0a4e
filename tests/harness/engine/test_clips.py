"""Clip models: windows, and where their outputs lie in time."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import ClipModel, Recording, StimulusSet, Timeline, extract
from harness.errors import RecordingError
from harness.models import Tokens


@pytest.fixture
def step():
    """Black for 60 ms, then white for 100 ms: a change of 1 in the frame that begins at 60 ms."""
    black, white = np.zeros((16, 16)), np.ones((16, 16))
    return StimulusSet("step", pd.DataFrame({"stimulus_id": ["a"]}), [Timeline.of([(black, 60), (white, 100)])])


def test_outputs_lie_where_their_frames_were_shown(clip_model, step):
    bins = [(20.0 * k, 20.0 * (k + 1)) for k in range(8)]
    values = extract(clip_model, step, Recording("change", bins)).array()[0].mean(1)
    assert np.allclose(values, [0, 0, 0, 1, 1, 0, 0, 0])  # the second window begins at 80 ms and sees white appear


def test_a_layer_without_a_time_axis_answers_once_a_window(clip_model, step):
    values = extract(clip_model, step, Recording("mean", [(0, 40), (40, 80), (80, 160)])).array()[0].mean(1)
    assert np.allclose(values, [0.25, 0.25, 0.25])


def test_overlapping_windows_are_averaged(clip_model, step):
    clip_model.stride = 2
    values = extract(clip_model, step, Recording("change", [(60, 80), (80, 100)])).array()[0].mean(1)
    assert np.allclose(values, [1, 0.5])


def test_what_is_recorded_later_does_not_change_what_is_recorded_now(clip_model, step):
    clip_model.stride = 2
    short = extract(clip_model, step, Recording("change", [(60, 100)])).array()
    long = extract(clip_model, step, Recording("change", [(60, 100), (100, 300)])).array()
    assert np.array_equal(short, long[:, :1])


def test_a_window_longer_than_the_stimulus_sees_the_background(clip_model, images):
    short = StimulusSet.from_images("x", images[:1], 40.0, background=0.25)
    values = extract(clip_model, short, Recording("mean", [(0, 40)])).array()[0, 0]
    placed = clip_model.preprocessing.place(images[0], 1.0, (0.25, 0.25, 0.25))
    onset_and_offset = placed.mean((1, 2)) / 4 + (0.25 - placed).mean((1, 2)) / 4
    assert np.allclose(values, onset_and_offset, atol=1e-6)


BINS = ((0.0, 40.0), (60.0, 100.0), (80.0, 130.0), (100.0, 400.0), (300.0, 310.0))


@given(
    asked=st.lists(st.sampled_from(range(len(BINS))), min_size=1, unique=True),
    stride=st.integers(1, 4),
    duration=st.sampled_from([30.0, 100.0, 250.0]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_bin_does_not_depend_on_the_others_recorded(clip_model, asked, stride, duration):
    clip_model.stride = stride
    stimuli = StimulusSet.from_images("x", [np.linspace(0, 1, 256).reshape(16, 16)], duration, background=0.1)
    every = extract(clip_model, stimuli, Recording(["change", "mean"], BINS))
    some = extract(clip_model, stimuli, Recording(["change", "mean"], [BINS[number] for number in asked]))
    for layer in ("change", "mean"):
        assert np.allclose(some[layer].array(), every[layer].array()[:, asked], rtol=0, atol=1e-6)


def test_windows_that_touch_no_bin_are_not_computed(clip_model, images):
    told = []
    stimuli = StimulusSet.from_images("x", images[:1], 800.0)
    extract(clip_model, stimuli, Recording("change", [(700, 720)]), callbacks=[told.append])
    assert told[-1].frames == clip_model.window


def test_after_the_stimulus_the_background_is_seen(clip_model, images):
    stimuli = StimulusSet.from_images("x", [np.ones((16, 16))], 80.0, background=0.25)
    values = extract(clip_model, stimuli, Recording("change", [(80, 100), (100, 160)])).array()[0].mean(1)
    assert np.allclose(values, [0.25, 0.0])


def test_batches_do_not_matter_and_memory_may_run_out(clip_model, images, monkeypatch):
    stimuli = StimulusSet.from_images("x", images, 200.0)
    recording = Recording("change", [(0, 100), (50, 200)])
    reference = extract(clip_model, stimuli, recording).array()
    inner = type(clip_model.network).forward

    def hungry(self, x):
        if len(x) > 3:
            raise torch.OutOfMemoryError("out of memory")
        return inner(self, x)

    monkeypatch.setattr(type(clip_model.network), "forward", hungry)
    again = extract(clip_model, stimuli.select(range(39, -1, -1)), recording, batch_size=16).array()
    assert np.abs(again[::-1] - reference).max() <= 1e-5 * np.abs(reference).max()


@pytest.mark.parametrize("time_last", [False, True])
def test_tokens_lie_where_and_when_their_layout_says(clip_model, time_last):
    """The same map, unrolled to tokens after a class token, is recorded as the map itself."""

    class Unrolled(type(clip_model.network)):
        def __init__(self):
            super().__init__()
            self.tokens = torch.nn.Identity()

        def forward(self, x):
            places = x.permute(0, 3, 4, 2, 1) if time_last else x.permute(0, 2, 3, 4, 1)
            self.tokens(torch.cat([torch.full_like(x[:, None, :, 0, 0, 0], 7.0), places.flatten(1, 3)], 1))
            return super().forward(x)

    tokens = Tokens(4, 16, 16, leading=1, time_last=time_last)
    model = ClipModel(
        "unrolled",
        Unrolled(),
        layouts={"tokens": tokens, "mean": "CTHW"},
        frame_rate=50,
        window=4,
        preprocessing=clip_model.preprocessing,
    )
    black, image = np.zeros((16, 16)), np.linspace(0, 1, 256).reshape(16, 16)
    shown = StimulusSet("s", pd.DataFrame({"stimulus_id": ["a"]}), [Timeline.of([(black, 40), (image, 40)])])
    responses = extract(model, shown, Recording("tokens", [(0, 40), (40, 80)]))
    values, units = responses.array()[0], responses["tokens"].units
    assert values.shape == (2, 3 * 16 * 16)
    assert np.allclose(values[0], 0) and np.allclose(values[1], image[units.y, units.x], atol=1e-6)
    model.layouts = {"tokens": Tokens(4, 8, 8)}
    with pytest.raises(RecordingError, match=r"layout Tokens.* does not describe"):
        extract(model, shown, Recording("tokens", [(0, 40)]))


def test_time_before_onset_is_refused(clip_model, step):
    with pytest.raises(RecordingError, match="no responses before stimulus onset"):
        extract(clip_model, step, Recording("change", [(-20, 0)]))
