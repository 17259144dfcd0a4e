"""Encoding benchmarks, driven by simulated models: nothing but `start_recording` and `look_at` may be used."""

import json

import numpy as np
import pytest

from harness import as_brain_model
from harness.assemblies import NeuroidAssembly
from harness.benchmarks.neural.encoding import EncodingBenchmark, NeuralData, look
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.regression.ridge import gram
from harness.stimuli.stimulus_set import StimulusSet
from harness.testing.simulated_neurons import simulate_population

N_STIMULI, N_FEATURES, N_NEURONS, N_REPEATS = 320, 600, 40, 6


class Candidate:
    """Answers with given features, in an order of its own."""

    identifier = "simulated"

    def __init__(self, features, order=None):
        self.features = features
        self.order = np.arange(len(features)) if order is None else order

    def visual_degrees(self):
        return 8

    def start_recording(self, recording_target, time_bins):
        self.recording = recording_target, time_bins

    def look_at(self, stimuli, number_of_trials=1):
        ids = np.array(stimuli.ids)[self.order]
        coords = {
            "stimulus_id": ("presentation", ids),
            "repetition": ("presentation", np.zeros(len(ids), dtype=int)),
            "neuroid_id": ("neuroid", np.arange(self.features.shape[1])),
            "region": ("neuroid", [self.recording[0]] * self.features.shape[1]),
            "time_bin_start": ("time_bin", [start for start, _ in self.recording[1]]),
            "time_bin_end": ("time_bin", [end for _, end in self.recording[1]]),
        }
        return NeuroidAssembly(
            self.features[self.order][..., None], coords=coords, dims=["presentation", "neuroid", "time_bin"]
        )


class Simulated(EncodingBenchmark):
    identifier = "Simulated.V4-ridge"
    version = 1

    def load(self):
        random = np.random.default_rng(3)
        images = {f"image{i}": random.random((2, 2)) for i in range(N_STIMULI)}
        stimuli = StimulusSet.from_images("simulated", images, duration=100)
        signal = random.standard_normal((N_STIMULI, N_NEURONS))
        noise = np.linspace(0.5, 2, N_NEURONS) * random.standard_normal((N_REPEATS, N_STIMULI, N_NEURONS))
        responses = signal + noise
        responses[4:, ::3] = np.nan
        return NeuralData(stimuli, responses, "V4", (50.0, 150.0))


@pytest.fixture(scope="module")
def features():
    random = np.random.default_rng(0)
    spectrum = np.arange(1, N_STIMULI + 1)[:, None] ** -1.5
    return random.standard_normal((N_STIMULI, N_STIMULI)) @ (spectrum * random.standard_normal((N_STIMULI, N_FEATURES)))


@pytest.fixture(scope="module")
def control(features):
    """Neurons that are made of the candidate's features, as noisy as the recorded ones."""
    benchmark = Simulated()
    return benchmark.with_responses(simulate_population(gram(features), benchmark.data.responses, components=3))


def test_a_population_made_of_the_model_scores_one(features, control):
    score = control(Candidate(features))
    assert float(score) == pytest.approx(1, abs=3 * score.attrs["error"])
    assert 0 < score.attrs["error"] < 0.03
    assert float(score.attrs["raw"]) == pytest.approx(float(score) * float(score.attrs["ceiling"]))
    assert 0.6 < float(score.attrs["ceiling"]) < 0.95, "the control must be noisy to test the ceiling"


def test_the_simulated_population_is_as_reliable_as_the_recorded_one(control):
    np.testing.assert_allclose(control.reliability, Simulated().reliability, atol=0.12)
    assert np.mean(control.reliability - Simulated().reliability) == pytest.approx(0, abs=0.02)


def test_shuffled_stimuli_score_nothing(features, control):
    score = control(Candidate(features[np.random.default_rng(1).permutation(N_STIMULI)]))
    assert abs(float(score)) < 3 * score.attrs["error"] + 0.02
    assert score.attrs["details"]["interval"][0] < float(score) < score.attrs["details"]["interval"][1]


def test_neurons_unrelated_to_the_model_score_nothing(features):
    score = Simulated()(Candidate(features))
    assert abs(float(score)) < 3 * score.attrs["error"]


def test_answers_are_matched_by_stimulus_not_by_position(features, control):
    order = np.random.default_rng(2).permutation(N_STIMULI)
    in_order, shuffled = Candidate(features), Candidate(features, order)
    np.testing.assert_array_equal(look(as_brain_model(shuffled), control.data), features)
    assert float(control(shuffled)) == pytest.approx(float(control(in_order)), abs=1e-9)
    assert shuffled.recording == ("V4", [(50.0, 150.0)])


def test_a_model_without_memory_may_answer_partly_to_the_blank(features, control):
    assert float(control(Candidate(0.5 * features + 0.3))) == pytest.approx(
        float(control(Candidate(features))), abs=1e-6
    )


def test_models_that_cannot_be_compared_are_told_so(features, control):
    with pytest.raises(NotMeasurable, match="do not vary"):
        control(Candidate(np.full((N_STIMULI, 7), 0.1, dtype=np.float32)))
    with pytest.raises(BenchmarkError, match="NaN"):
        control(Candidate(np.full((N_STIMULI, 7), np.nan)))
    with pytest.raises(BenchmarkError, match="are not the 320 it was shown"):
        control(Candidate(features, np.zeros(N_STIMULI, dtype=int)))


def test_details_are_plain_and_draw_the_figure(features, control, tmp_path):
    details = json.loads(json.dumps(control(Candidate(features)).attrs["details"]))
    assert len(details["r"]) == len(details["ceiling"]) == N_NEURONS
    assert details["split_digest"] == control(Candidate(features[:, ::-1])).attrs["details"]["split_digest"]
    control.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 5000


def test_a_neuron_without_ceiling_is_left_out_of_both_sums_and_counted(features, control):
    responses = control.data.responses.copy()
    responses[..., 0] = np.where(
        np.isfinite(responses[..., 0]), np.random.default_rng(5).random(responses.shape[:2]), np.nan
    )
    alternating = control.with_responses(responses)
    alternating.__dict__["reliability"] = np.append(-0.1, control.reliability[1:])
    score, reference = alternating(Candidate(features)), control(Candidate(features))
    assert score.attrs["details"]["neurons_without_ceiling"] == 1 and score.attrs["details"]["ceiling"][0] is None
    assert float(score) == pytest.approx(float(reference), abs=0.01)


def test_many_neurons_without_a_ceiling_are_said(features, control):
    noise = np.random.default_rng(0).standard_normal(control.data.responses.shape)
    some = np.arange(noise.shape[2]) % 2 == 0
    half = control.with_responses(np.where(some, control.data.responses, noise))
    notes = half(Candidate(features)).attrs["details"]["notes"]
    assert any("have no positive reliability" in note for note in notes)
    reliable = control(Candidate(features)).attrs["details"]["notes"]
    assert not any("have no positive reliability" in note for note in reliable)


def test_responses_must_fit_the_stimuli(control):
    with pytest.raises(BenchmarkError, match="320 stimuli"):
        control.with_responses(np.zeros((2, 319, 5)))


class Twice(EncodingBenchmark):
    """40 images, each under two names; neurons that answer to each image at random, and alike under both names."""

    identifier = "Twice.V4-ridge"
    version = 1

    def load(self):
        random = np.random.default_rng(0)
        images = {f"image{i}": random.random((2, 2)) for i in range(40)}
        stimuli = StimulusSet.from_images("twice", images | {f"{name}-again": i for name, i in images.items()}, 100)
        signal = np.tile(random.standard_normal((40, 30)), (2, 1))
        responses = signal + 0.3 * random.standard_normal((4, 80, 30))
        return NeuralData(stimuli, responses, "V4", (50.0, 150.0))


def test_one_image_under_two_names_is_on_one_side_of_every_split():
    features = np.tile(np.random.default_rng(1).standard_normal((40, 200)), (2, 1))
    score = Twice()(Candidate(features))
    assert abs(float(score)) < 0.15  # .9 where the second name is trained on
    assert "stimuli of equal content stay on one side of every split" in score.attrs["details"]["notes"][0]


def test_a_neuron_with_one_spike_scores_nothing_and_the_others_count(features, control):
    responses = control.data.responses.copy()
    responses[:, :, 5] = 0
    responses[:, 17, 5] = 1
    score = control.with_responses(responses)(Candidate(features))
    assert score.attrs["details"]["r"][5] == 0
    assert float(score) > 0.8


def test_the_error_is_over_stimuli_and_neurons_and_larger_than_over_neurons_alone(features):
    """Models of noise: neurons share the images, so that what chance gives one of them it gives the others."""
    benchmark, random = Simulated(), np.random.default_rng(0)
    common = random.standard_normal((N_STIMULI, 2)) @ random.standard_normal((2, N_NEURONS))
    shared = benchmark.with_responses(common + 0.7 * benchmark.data.responses)
    scores, errors, of_neurons = [], [], []
    for _ in range(12):
        score = shared(Candidate(random.standard_normal((N_STIMULI, 30))))
        r = np.array(score.attrs["details"]["r"])
        scores.append(float(score))
        errors.append(score.attrs["error"])
        of_neurons.append(r.std(ddof=1) / np.sqrt(len(r)))
    spread = float(np.sqrt(np.mean(np.square(scores))))
    assert 0.6 < np.sqrt(np.mean(np.square(errors))) / spread < 1.7
    assert np.mean(of_neurons) < 0.6 * spread


def test_what_models_are_compared_by_holds_stimuli_and_neurons(features, control):
    details = json.loads(json.dumps(control(Candidate(features)).attrs["details"]))
    assert [one["of"] for one in details["per_sample"]["crossed"]] == [
        "blocks of 3 stimuli",
        "blocks of 3 training stimuli",
    ]
    assert len(json.dumps(details["per_sample"])) < 20_000
    assert details["degrees_of_freedom"] > 10


def test_what_a_perfect_model_reaches_falls_with_the_dimension_of_the_features():
    """Few dimensions are learnt from so many stimuli, many are not."""
    random = np.random.default_rng(0)
    few, many = (random.standard_normal((N_STIMULI, p)) for p in (5, 2000))
    reached = [Simulated()(Candidate(features)).attrs["details"]["attainable"] for features in (few, many)]
    assert reached[0] == pytest.approx(1, abs=0.03) and 0.1 < reached[1] < 0.7
