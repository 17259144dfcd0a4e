"""Benchmarks of recorded data: what is taken of a recording, and the controls."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harness.assemblies import NeuroidAssembly
from harness.benchmarks.neural.any_recording import RecordedBenchmark, neural_data, why_not
from harness.data import Measurement, RecordedData, SubjectResponses
from harness.errors import BenchmarkError, DataError
from harness.stimuli.stimulus_set import StimulusSet

N_STIMULI, N_REPEATS = 120, 6
SPIKES = Measurement("spikes", "spikes/s", "none")


def features(seed=0):
    return np.random.default_rng(seed).standard_normal((N_STIMULI, 5))


class Candidate:
    """Answers with given features."""

    identifier = "simulated"

    def __init__(self, answers):
        self.answers = answers

    def start_recording(self, recording_target, time_bins):
        assert recording_target == "V4" and time_bins == [(0.0, 100.0)]

    def look_at(self, stimuli, number_of_trials=1):
        coords = {
            "stimulus_id": ("presentation", stimuli.ids),
            "repetition": ("presentation", [0] * len(stimuli)),
            "neuroid_id": ("neuroid", range(self.answers.shape[1])),
            "layer": ("neuroid", ["all"] * self.answers.shape[1]),
        }
        return NeuroidAssembly(self.answers, coords=coords, dims=["presentation", "neuroid"])


@pytest.fixture
def data():
    """Two monkeys whose V4 is linear in five features, in two time bins, with noise; m2 saw the stimuli in another order."""
    random = np.random.default_rng(1)
    images = {f"i{i:03d}": np.full((2, 2), i / N_STIMULI, dtype=np.float32) for i in range(N_STIMULI)}
    stimuli = StimulusSet.from_images("rec", images, duration=100, visual_degrees=8)
    subjects = []
    for name in ("m1", "m2"):
        order = np.concatenate([random.permutation(N_STIMULI) for _ in range(N_REPEATS)])
        signal = features()[order] @ random.standard_normal((5, 8))
        noisy = signal[..., None] + 2 * random.standard_normal((len(order), 8, 2))
        shown = pd.DataFrame(
            {"stimulus_id": np.array(stimuli.ids)[order], "repetition": np.repeat(range(N_REPEATS), N_STIMULI)}
        )
        units = pd.DataFrame({"neuroid_id": range(8), "region": ["V4"] * 6 + ["IT"] * 2})
        subjects.append(SubjectResponses(name, noisy, shown, units))
    return RecordedData("rec", tuple(subjects), ((0, 50), (50, 100)), SPIKES, stimuli)


@pytest.fixture
def benchmark(data, monkeypatch):
    monkeypatch.setattr("harness.benchmarks.neural.any_recording.recording", {"rec": data}.__getitem__)
    return RecordedBenchmark("rec", "V4")


def test_a_model_that_has_what_drives_the_neurons_scores_one(benchmark):
    score = benchmark(Candidate(features()))
    assert benchmark.identifier == "rec.V4-ridge" and benchmark.data.responses.shape == (6, 120, 12)
    assert float(score) == pytest.approx(1, abs=0.03)


def test_a_model_with_other_features_scores_nothing(benchmark):
    score = benchmark(Candidate(features(seed=9)))
    assert abs(float(score)) < 0.1


def test_the_figure_is_drawn_from_the_details(benchmark):
    assert benchmark.figure(benchmark(Candidate(features())).attrs["details"]).axes


def test_stimuli_without_two_repeats_in_every_neuron_are_left_out(data):
    first = data.subjects[0]
    rows = (first.presentations["stimulus_id"] == "i007") & (first.presentations["repetition"] > 0)
    first.responses[rows.to_numpy(), 3] = np.nan
    taken = neural_data(data, "V4")
    assert len(taken.stimuli) == N_STIMULI - 1 and "i007" not in taken.stimuli.ids
    assert len(neural_data(data, "IT").stimuli) == N_STIMULI
    assert neural_data(data, "V4", (50, 100)).time_bin == (50, 100)
    row = taken.stimuli.ids.index("i008")
    expected = first.responses[(first.presentations["stimulus_id"] == "i008").to_numpy(), 0].mean(-1)
    np.testing.assert_allclose(taken.responses[:, row, 0], expected, rtol=1e-5)


def test_it_says_why_there_is_no_benchmark(data):
    assert "its stimuli are not here" in why_not(replace(data, stimuli=None))
    assert "count from the beginning of a run" in why_not(
        replace(data, measurement=replace(SPIKES, alignment="run_start"))
    )
    assert "does not cover" in why_not(replace(data, time_bins=((0, 50), (60, 100))))
    few = data.select(stimuli=[f"i{i:03d}" for i in range(5)])
    with pytest.raises(BenchmarkError, match="gives no benchmark of V4: 5 of its stimuli"):
        neural_data(few, "V4")
    with pytest.raises(DataError, match="has no region 'MT'; it has IT, V4"):
        neural_data(data, "MT")
