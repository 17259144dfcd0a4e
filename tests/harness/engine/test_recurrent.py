"""Recurrent models: the engine's loop against a loop written by hand, and shared beginnings."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import (
    Frame,
    MeanAbsolute,
    Preprocessing,
    Recording,
    RecurrentModel,
    SpatialMean,
    StimulusSet,
    Timeline,
    extract,
)
from harness.engine._prefix_tree import grow, steps_below
from harness.engine.plan import Row
from harness.errors import ModelError, RecordingError
from harness.store import Store


def by_hand(model, stimuli, bins):
    """Responses (stimuli, bins, units) by stepping each stimulus alone from the beginning."""
    network, lead = model.network, round(model.lead_in / model.dt)
    steps = lead + int(np.ceil(max(end for _, end in bins) / model.dt))
    blank = stimuli.background_frame().load()
    result = np.zeros((len(stimuli), len(bins), 4 * 16 * 16))
    with torch.inference_mode():
        for row, timeline in enumerate(stimuli.timelines):
            state = network.init(1, "cpu")
            for step in range(steps):
                start = (step - lead) * model.dt
                middle = start + model.dt / 2
                frame = timeline.at(middle) if 0 <= middle < timeline.duration else blank
                state_before = state["h"]
                placed = model.preprocessing.place(frame, model.span(stimuli.visual_degrees), stimuli.background)[None]
                state = network.step(placed, state)
                fired = ((state["h"] - 0.5 * state_before) / 0.5).flatten().numpy()
                for number, (begin, end) in enumerate(bins):
                    shared = max(0.0, min(end, start + model.dt) - max(begin, start))
                    result[row, number] += shared / (end - begin) * fired
    return result


def durations(images, shown=(20, 40, 80), tail=40):
    """Images at several exposures, followed by a mask: many common beginnings."""
    timelines = [Timeline.of([(images[i], ms), (images[9], tail)]) for i in range(6) for ms in shown]
    table = pd.DataFrame({"stimulus_id": [str(i) for i in range(len(timelines))]})
    return StimulusSet("durations", table, timelines, background=0.2)


BINS = [(0.0, 20.0), (15.0, 55.0), (90.0, 143.0)]


@pytest.mark.parametrize("batch_size", [1, 3, 64])
@pytest.mark.parametrize("lead_in", [0.0, 100.0])
def test_responses_equal_a_loop_by_hand(recurrent_model, images, batch_size, lead_in):
    recurrent_model.lead_in = lead_in
    stimuli = durations(images)
    bins = [*BINS, (-lead_in, 0.0)] if lead_in else BINS
    values = extract(recurrent_model, stimuli, Recording(time_bins=bins), batch_size=batch_size).array()
    expected = by_hand(recurrent_model, stimuli, bins)
    assert np.abs(values - expected).max() <= 1e-5 * np.abs(expected).max()


def test_a_mean_magnitude_is_taken_in_every_step_before_the_mean_over_a_bin(recurrent_model, images):
    stimuli = StimulusSet.from_images("x", images, 200.0)
    steps = Recording(time_bins=[(start, start + 10) for start in range(0, 200, 10)])
    expected = np.abs(extract(recurrent_model, stimuli, steps).array()).mean((1, 2))
    whole = extract(recurrent_model, stimuli, Recording(time_bins=[(0, 200)], reduction=MeanAbsolute())).array()
    assert whole.shape == (len(stimuli), 1, 1) and np.allclose(whole[:, 0, 0], expected, rtol=1e-5)


def test_a_blank_lead_in_runs_once(recurrent_model, images, count):
    recurrent_model.lead_in = 200.0
    stimuli = StimulusSet.from_images("x", images, 200.0)
    extract(recurrent_model, stimuli, Recording(time_bins=[(0, 200)], reduction=SpatialMean()))
    assert (
        count["steps"] == 1 + 3 + 20 + 40 * 20
    )  # one to learn the shapes, three to see that it remembers nothing by itself
    assert count["steps"] <= 0.55 * 40 * 40


def test_a_model_that_is_not_deterministic_shares_nothing(recurrent_model, images, count):
    recurrent_model.deterministic = False
    stimuli = durations(images)
    count["steps"] = 0
    values = extract(recurrent_model, stimuli, Recording(time_bins=[(0, 100)])).array()
    assert count["steps"] == 1 + 18 * 10
    assert np.allclose(values, by_hand(recurrent_model, stimuli, [(0, 100)]), atol=1e-6)


def test_equal_sequences_are_one_row(recurrent_model, images):
    stimuli = StimulusSet.from_images("x", {"a": images[0], "b": images[0], "c": images[1]}, 40.0)
    responses = extract(recurrent_model, stimuli, Recording(time_bins=[(0, 40)]))
    assert responses.provenance["rows"] == 2
    values = responses.array()
    assert np.array_equal(values[0], values[1]) and not np.array_equal(values[0], values[2])


def test_what_comes_after_the_last_bin_is_not_computed_and_not_part_of_the_key(recurrent_model, images, count):
    short, long = (StimulusSet.from_images("x", images, duration) for duration in (50.0, 5000.0))
    extract(recurrent_model, short, Recording(time_bins=[(0, 50)]))
    count["steps"] = 0
    assert extract(recurrent_model, long, Recording(time_bins=[(0, 50)])).provenance["hits"] == len(images)
    assert count["steps"] == 0


def test_frames_too_short_for_the_time_step_are_refused(recurrent_model, images):
    timeline = Timeline.of([(images[0], 40), (images[1], 4), (images[2], 40)])
    stimuli = StimulusSet("flash", pd.DataFrame({"stimulus_id": ["a"]}), [timeline])
    with pytest.raises(RecordingError, match="'a' shows a frame for 4 ms, which 'leaky' with its time step of 10 ms"):
        extract(recurrent_model, stimuli, Recording(time_bins=[(0, 80)]))


def test_bins_before_the_beginning_are_refused(recurrent_model, images):
    with pytest.raises(RecordingError, match="begins 0 ms before stimulus onset"):
        extract(recurrent_model, durations(images), Recording(time_bins=[(-10, 0)]))


def test_memory_running_out_goes_on_with_a_smaller_pool(recurrent_model, images, monkeypatch):
    stimuli = durations(images)
    inner = type(recurrent_model.network).step

    def hungry(self, frame, state):
        if len(frame) > 5:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return inner(self, frame, state)

    expected = by_hand(recurrent_model, stimuli, BINS)
    monkeypatch.setattr(type(recurrent_model.network), "step", hungry)
    values = extract(recurrent_model, stimuli, Recording(time_bins=BINS)).array()
    assert np.abs(values - expected).max() <= 1e-5 * np.abs(expected).max()


class Odd(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.area = torch.nn.Identity()

    def init(self, batch_size, device):
        return (0, torch.zeros(batch_size, 1))

    def step(self, frame, state):
        return (state[0] + 1, self.area(state[1]))


def test_a_state_that_is_no_tree_of_tensors_is_refused(images):
    model = RecurrentModel("odd", Odd(), dt=10, layers=["area"], preprocessing=Preprocessing(16))
    with pytest.raises(ModelError, match="`init` of 'odd' must give a tree of tensors"):
        extract(model, durations(images), Recording(time_bins=[(0, 100)]))


class Begins(torch.nn.Module):
    """Its state begins, and goes on, as two functions say."""

    def __init__(self, begin, go_on):
        super().__init__()
        self.area, self.begin, self.go_on = torch.nn.Identity(), begin, go_on

    def init(self, batch_size, device):
        return self.begin(batch_size)

    def step(self, frame, state):
        self.area(frame.mean((1, 2, 3))[:, None])
        return self.go_on(state)


def grown(state):
    state.append(torch.zeros(1, 1))
    return state


@pytest.mark.parametrize(
    ("begin", "go_on", "message"),
    [
        (lambda n: torch.arange(n).float()[:, None], lambda state: state, "other states in a batch than alone"),
        (lambda n: torch.randn(n, 1), lambda state: state, "declare the model not deterministic"),
        (lambda n: torch.full((n, 1), float(n)), lambda state: state, "other states in a batch than alone"),
        (lambda n: [], grown, "gives a state of another form than `init` does"),
        (lambda n: torch.zeros(n, 1), lambda state: (state,), "gives a state of another form than `init` does"),
    ],
)
def test_stimuli_begin_alike_and_states_keep_their_form(images, begin, go_on, message):
    model = RecurrentModel("begins", Begins(begin, go_on), dt=10, layers=["area"], preprocessing=Preprocessing(16))
    with pytest.raises(ModelError, match=message):
        extract(model, durations(images), Recording(time_bins=[(0, 100)]))


def _rows(sequences):
    frames = [Frame(np.full((1, 1), value / 10)) for value in range(4)]
    rows = []
    for number, sequence in enumerate(sequences):
        events = []
        for value in sequence:
            if events and events[-1][0] == frames[value]:
                events[-1] = (frames[value], events[-1][1] + 1)
            else:
                events.append((frames[value], 1))
        rows.append(Row(str(number), tuple(events)))
    return rows


def _paths(nodes, before=()):
    for node in nodes:
        path = (*before, *[node.frame.digest] * node.steps)
        if node.row:
            yield node.row, path
        yield from _paths(node.children.values(), path)


@given(st.sets(st.tuples(*[st.integers(0, 3)] * 6), min_size=1, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_tree_holds_every_sequence_once_and_shares_every_beginning(sequences):
    rows = _rows(sorted(sequences))
    roots = grow(rows)
    found = {row.digest: path for row, path in _paths(roots)}
    assert found == {row.digest: tuple(f.digest for f, n in row.events for _ in range(n)) for row in rows}
    assert steps_below(roots) == len({sequence[:length] for sequence in sequences for length in range(1, 7)})
    assert steps_below(grow(rows, share=False)) == 6 * len(rows)


def test_a_killed_order_of_work_does_not_matter(recurrent_model, images, tmp_path):
    stimuli = durations(images)
    recording = Recording(time_bins=BINS)
    extract(recurrent_model, stimuli.select(range(0, 18, 2)), recording, store=Store(tmp_path))
    mixed = extract(recurrent_model, stimuli, recording, store=Store(tmp_path))
    assert mixed.provenance["hits"] == 9
    expected = by_hand(recurrent_model, stimuli, BINS)
    assert np.abs(mixed.array() - expected).max() <= 1e-5 * np.abs(expected).max()


class Writing(torch.nn.Module):
    """Writes into its frame."""

    def __init__(self):
        super().__init__()
        self.area = torch.nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 3, 16, 16)

    def step(self, frame, state):
        frame -= 0.25
        return self.area(frame.clone())


def test_each_step_sees_its_frame_unharmed():
    model = RecurrentModel("writing", Writing(), dt=10, layers=["area"], preprocessing=Preprocessing(16))
    stimuli = StimulusSet.from_images("grey", [np.full((16, 16), 0.75), np.full((16, 16), 0.25)], 50.0)
    bins = [(start, start + 10) for start in range(0, 50, 10)]
    values = extract(model, stimuli, Recording(time_bins=bins)).array().mean(2)
    assert np.allclose(values, [[0.5] * 5, [0.0] * 5])
