"""Objects decoded over time: the analysis of the neurons, and simulated subjects."""

import numpy as np
import pytest

from harness import as_brain_model
from harness.assemblies import NeuroidAssembly
from harness.errors import BenchmarkError, MissingData, ModelError, NotMeasurable
from harness_plugins.benchmarks.zhang_desimone2011.benchmark import CENTRES, NULLS, Population, ZhangDesimone2011
from harness_plugins.benchmarks.zhang_desimone2011.controls import like_it

BINS = 60


class Candidate:
    """Answers with given responses (conditions, units, bins)."""

    identifier = "simulated"

    def __init__(self, answers, region="IT"):
        self.answers, self.region = answers, region

    def visual_degrees(self):
        return 8

    def start_recording(self, recording_target, time_bins):
        if recording_target != self.region:
            raise ModelError("not mapped")
        assert len(time_bins) == BINS
        self.bins = time_bins

    def look_at(self, stimuli, number_of_trials=1):
        starts, ends = zip(*self.bins, strict=True)
        units = self.answers.shape[1]
        coords = {
            "stimulus_id": ("presentation", stimuli.ids),
            "repetition": ("presentation", [0] * len(stimuli)),
            "neuroid_id": ("neuroid", range(units)),
            "region": ("neuroid", ["IT"] * units),
            "time_bin_start": ("time_bin", list(starts)),
            "time_bin_end": ("time_bin", list(ends)),
        }
        return NeuroidAssembly(self.answers, coords=coords, dims=["presentation", "neuroid", "time_bin"])


def static(tolerant, seed=0, units=300):
    """Each condition has a pattern from the onset on, the same at all positions or another at each."""
    random = np.random.default_rng(seed)
    tuning = random.random((1 if tolerant else 3, 7, units)) * np.ones((3, 1, 1))
    return tuning.reshape(21, units, 1) * (np.arange(BINS) >= 10)


@pytest.fixture(scope="module")
def benchmark(data_folder):
    patch = pytest.MonkeyPatch()
    patch.setenv("HARNESS_DATA", str(data_folder))
    if not (data_folder / "zhang_desimone_it").is_dir():
        pytest.skip("the recordings of Zhang et al. 2011 are not here; see the data set's instructions")
    made = ZhangDesimone2011(draws=4)
    _ = made.neurons
    yield made
    patch.undo()


def test_stimuli_stand_in_the_order_of_conditions(benchmark):
    stimuli = benchmark.stimuli(as_brain_model(Candidate(static(True))))
    assert stimuli.table["object"].tolist() == stimuli.table["object"].tolist()[:7] * 3
    assert stimuli.table["y"].tolist() == [2.5] * 7 + [0.0] * 7 + [-2.5] * 7
    assert stimuli.duration == 600 and len(set(stimuli.table["object"])) == 7


@pytest.mark.slow
def test_neurons_are_decoded_as_in_the_published_rasters(benchmark):
    """Accuracy at twelve times, latencies and generalisation across positions, from an analysis that was made before."""
    times = [60, 80, 90, 100, 110, 120, 140, 150, 160, 180, 250, 300]
    known = [0.15, 0.17, 0.27, 0.38, 0.49, 0.59, 0.66, 0.685, 0.68, 0.66, 0.57, 0.54]
    time_course = benchmark.recorded
    np.testing.assert_allclose(np.interp(times, CENTRES, time_course.known), known, atol=0.035)
    assert np.interp(160, CENTRES, time_course.other) == pytest.approx(0.516, abs=0.03)
    measures = time_course.measures()
    assert measures["t10"] == pytest.approx(83, abs=3) and measures["t50"] == pytest.approx(103, abs=2)
    assert time_course.peak == pytest.approx(150, abs=10) and benchmark.neurons.rate == pytest.approx(11.3, abs=0.1)


@pytest.mark.slow
def test_a_model_with_the_dynamics_of_it_scores_one(benchmark):
    score = benchmark(like_it(benchmark))
    assert float(score) == pytest.approx(1, abs=0.12)
    assert not score.attrs["details"]["failures"]


@pytest.mark.slow
def test_a_static_model_comes_out_as_one(benchmark, tmp_path):
    tied = benchmark(Candidate(static(False)))
    assert float(tied) == pytest.approx(0, abs=0.15)
    tolerant = benchmark(Candidate(static(True), "V4"))
    details = tolerant.attrs["details"]
    assert float(tied) < float(tolerant) < 0.3 and details["region"] == "V4"
    assert abs(details["measures"]["t50"]) < 10 and details["measures"]["late"] > 0.9
    assert details["measures"]["half_width"] > 200 and details["measures"]["position"] > 0.7
    assert details["model"]["peak"]["accuracy"] == pytest.approx(details["IT"]["peak"]["accuracy"], abs=0.06)
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


@pytest.mark.slow
def test_a_model_that_tells_nothing_apart_scores_nothing(benchmark):
    random = np.random.default_rng(0)
    faint = np.ones((21, 50, BINS)) + np.arange(BINS) * 0.1
    with pytest.raises(NotMeasurable, match="do not repeat when the drawings are 3 % smaller"):
        benchmark(Candidate(faint))
    common = 1e4 * np.sin(np.arange(BINS)) + random.random((21, 50, BINS))
    score = benchmark(Candidate(common))
    assert float(score) == pytest.approx(0, abs=0.1) and score.attrs["details"]["failures"]


def test_what_gives_nothing_agrees_with_nothing(benchmark):
    assert set(NULLS) == {"t10", "t50", "t95", "late", "position", "half_width"}
    with pytest.raises(BenchmarkError, match="two draws"):
        ZhangDesimone2011(draws=1)
    with pytest.raises(BenchmarkError, match="recorded from in none of IT, V4"):
        benchmark._observe(as_brain_model(Candidate(static(True), "MT")))


def test_noise_has_the_neurons_rate_and_a_unit_its_own_modulation():
    responses = np.zeros((21, BINS, 2))
    responses[3, 10:, 0] = 5
    responses[:, 10:, 1] = 7  # tells nothing apart
    population = Population.of(responses, rate=11.0, size=2, onset=10)
    assert population.drive.shape == (21, 1, BINS) and population.drive.min() == -1
    counts = population.spikes(np.random.default_rng(0))
    assert counts.shape == (3, 7, 18, 2, BINS)
    assert counts[..., 10:].mean() * 100 == pytest.approx(11, rel=0.05)
    assert counts[..., 10:].sum() == counts[0, 3][..., 10:].sum()


def test_without_data_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    with pytest.raises(MissingData, match="NeuroDecodeR"):
        _ = ZhangDesimone2011().neurons
