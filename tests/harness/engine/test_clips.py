"""Clip models: windows, and where their outputs lie in time."""

import numpy as np
import pandas as pd
import pytest
import torch

from harness import Recording, StimulusSet, Timeline, extract
from harness.errors import RecordingError


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


def test_a_window_longer_than_the_stimulus_repeats_its_last_frame(clip_model, images):
    short = StimulusSet.from_images("x", images[:1], 40.0)
    values = extract(clip_model, short, Recording("mean", [(0, 40)])).array()[0, 0]
    placed = clip_model.preprocessing.place(images[0], 1.0, (0.5, 0.5, 0.5))
    assert np.allclose(values, placed.mean((1, 2)) / 4, atol=1e-6)


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


def test_time_before_onset_is_refused(clip_model, step):
    with pytest.raises(RecordingError, match="no responses before stimulus onset"):
        extract(clip_model, step, Recording("change", [(-20, 0)]))
