"""Movies: lagged regression on simulated electrodes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harness.assemblies import NeuroidAssembly
from harness.benchmarks.neural.movie_samples import MovieRecording, MovieSamples, Piece
from harness.benchmarks.neural.movies import MovieBenchmark
from harness.data import Measurement
from harness.errors import BenchmarkError, ModelError
from harness.metrics.statistics.correlation import poisson_deviance_explained
from harness.stimuli.stimulus_set import StimulusSet
from harness.stimuli.timeline import Timeline

MOVIES, BINS, UNITS, SITES, REPEATS = 4, 300, 3, 6, 5
TIMES = [(20.0 * i, 20.0 * (i + 1)) for i in range(BINS)]


def time_course(seed=0):
    """(movies, units, bins)."""
    return np.random.default_rng(seed).standard_normal((MOVIES, UNITS, BINS)) + 3


class Candidate:
    identifier = "simulated"

    def __init__(self, answers, region="V1"):
        self.answers, self.region = answers, region

    def start_recording(self, recording_target, time_bins):
        if recording_target != self.region:
            raise ModelError("not mapped")
        self.bins = list(time_bins)

    def look_at(self, stimuli, number_of_trials=1):
        starts, ends = zip(*self.bins, strict=True)
        coords = {
            "stimulus_id": ("presentation", stimuli.ids),
            "repetition": ("presentation", [0] * len(stimuli)),
            "neuroid_id": ("neuroid", range(UNITS)),
            "layer": ("neuroid", ["all"] * UNITS),
            "time_bin_start": ("time_bin", list(starts)),
            "time_bin_end": ("time_bin", list(ends)),
        }
        return NeuroidAssembly(self.answers, coords=coords, dims=["presentation", "neuroid", "time_bin"])


class Simulated(MovieBenchmark):
    """Electrodes that answer 80 ms after the features, and to nothing else."""

    identifier, version, bibtex, delay, repeats, test = "simulated-films", 1, "@misc{none}", 4, REPEATS, None

    def load(self):
        random = np.random.default_rng(2)
        stimuli = StimulusSet(
            "movies",
            pd.DataFrame({"stimulus_id": [f"film{i}" for i in range(MOVIES)]}),
            [Timeline.still(np.full((2, 2), i / MOVIES, dtype=np.float32), 20.0 * BINS) for i in range(MOVIES)],
        )
        weights = random.standard_normal((UNITS, SITES))
        pieces = []
        for movie, features in enumerate(time_course()):
            drive = np.roll(features, self.delay, axis=1).T @ weights
            noisy = drive + 2 * random.standard_normal((self.repeats, BINS, SITES))
            test = None if self.test is None else movie == MOVIES - 1
            pieces.append(Piece(f"film{movie}", np.arange(BINS), f"film{movie}", test, noisy))
        return [MovieRecording("array", stimuli, TIMES, pieces)]


@pytest.fixture
def make():
    def made(**changes):
        return type("Simulated", (Simulated,), changes)()

    return made


def test_what_drives_electrodes_later_predicts_them(make):
    benchmark = make()
    score = benchmark(Candidate(time_course()))
    assert float(score) == pytest.approx(1, abs=0.03)
    assert 0.5 < float(benchmark.ceiling) < 0.99
    assert benchmark.figure(score.attrs["details"]).axes


def test_the_onset_of_a_movie_is_scored_apart_from_the_rest(make):
    """Here what follows the first 300 ms has nothing to do with the features, and the penalties are chosen by it."""
    changed = time_course()
    changed[:, :, 15:] = time_course(9)[:, :, 15:]
    parts = make()(Candidate(changed)).attrs["details"]["parts"]
    assert abs(parts["sustained"]) < 0.1
    both = make()(Candidate(time_course())).attrs["details"]
    assert both["parts"]["transient"] > 0.6 and both["parts"]["sustained"] > 0.6
    assert both["parts"]["sustained"] == pytest.approx(np.mean(both["r"]), abs=0.05)


def test_unrelated_features_predict_nothing(make):
    score = make()(Candidate(time_course(9)))
    assert abs(float(score)) < 0.06


def test_responses_before_their_cause_or_after_the_lags_are_not_predicted(make):
    for delay in (-3, 15):
        assert abs(float(make(delay=delay)(Candidate(time_course())))) < 0.08


def test_a_published_test_part_is_the_only_one_tested(make):
    benchmark = make(test=True, repeats=1)
    score = benchmark(Candidate(time_course()))
    assert float(benchmark.ceiling) == 1 and 0.3 < float(score) < 0.95
    assert score.attrs["details"]["split_digest"] != make()(Candidate(time_course())).attrs["details"]["split_digest"]


def test_the_ceiling_is_that_of_the_samples_that_are_scored(make):
    benchmark = make(test=True)
    noisier = make(test=True)
    (recording,) = noisier.recordings
    for piece in recording.pieces:
        if not piece.test:
            piece.responses[:] += 20 * np.random.default_rng(0).standard_normal(piece.responses.shape)
    np.testing.assert_array_equal(noisier.ceiling.attrs["raw"], benchmark.ceiling.attrs["raw"])


def test_a_model_without_the_region_is_told_so(make):
    with pytest.raises(BenchmarkError, match="recorded from in none of V1"):
        make()(Candidate(time_course(), "IT"))
    with pytest.raises(BenchmarkError, match="do not vary"):
        make()(Candidate(0 * time_course()))


class Spiking(Simulated):
    """The same as Poisson neurons, whose rate is log-linear in the features, or in the time since onset alone."""

    identifier, measured, alike = "spiking-films", Measurement("spikes", "spikes/20 ms", "none"), False

    def load(self):
        (recording,), random = super().load(), np.random.default_rng(4)
        weights = 0.5 * random.standard_normal((UNITS, SITES))
        driving = [time_course()[0]] * MOVIES if self.alike else time_course()
        pieces, self.expected = [], []
        for piece, drive in zip(recording.pieces, driving, strict=True):
            expected = np.exp(np.roll(drive - 3, self.delay, axis=1).T @ weights)
            self.expected.append(expected)
            pieces.append(replace(piece, responses=random.poisson(expected, (self.repeats, BINS, SITES)).astype(float)))
        return [replace(recording, pieces=pieces, measurement=self.measured)]


def spiking(**changes):
    return type("Spiking", (Spiking,), changes)()


def test_square_roots_of_counts_predict_positive_ones():
    benchmark = spiking(link="sqrt")
    linked, identity = (one(Candidate(time_course())).attrs["details"] for one in (benchmark, spiking()))
    responses = [piece.responses[:, 9:].mean(0) for piece in benchmark.recordings[0].pieces]
    pairs = zip(benchmark.expected, responses, strict=True)
    true = np.mean([poisson_deviance_explained(expected[9:], mean) for expected, mean in pairs])
    assert np.mean(linked["deviance_explained"]) > 0.85 * true
    assert np.mean(linked["r"]) > np.mean(identity["r"]) + 0.02
    np.testing.assert_allclose(linked["cc_norm"], np.divide(linked["r"], linked["ceiling"]), rtol=1e-4)
    assert identity["deviance_explained"] is None and "may be negative" in identity["deviance_note"]
    unrelated = benchmark(Candidate(time_course(9)))
    assert abs(float(unrelated)) < 0.06 and abs(np.mean(unrelated.attrs["details"]["deviance_explained"])) < 0.05


def test_a_link_is_for_spikes(make):
    with pytest.raises(BenchmarkError, match="does not say that its responses are spikes"):
        make(link="sqrt")(Candidate(time_course()))
    with pytest.raises(BenchmarkError, match="holds lfp in 'uV'"):
        spiking(link="sqrt", measured=Measurement("lfp", "uV", "none"))(Candidate(time_course()))


def test_what_needs_no_stimulus_is_told_from_what_does(make):
    free = make()(Candidate(time_course())).attrs["details"]["content_free"]
    assert free["from"] == "other movies at the same time" and abs(free["score"]) < 0.06 and len(free["r"]) == SITES
    alike = spiking(alike=True)(Candidate(time_course(9))).attrs["details"]["content_free"]
    assert alike["score"] > 0.8


def test_single_responses_have_no_normalised_correlation(make):
    assert make(test=True, repeats=1)(Candidate(time_course())).attrs["details"]["cc_norm"] == [None] * SITES


def test_models_are_compared_over_electrodes(make, compared):
    benchmark = make()
    compared(benchmark(Candidate(time_course())), benchmark(Candidate(time_course(9))), "electrodes", range(SITES))


def test_a_movie_under_a_second_name_is_not_trained_on_when_the_first_is_tested(make):
    (recording,) = make().recordings
    timelines = [recording.stimuli.timelines[row] for row in (0, 1, 2, 0)]
    again = replace(recording, stimuli=recording.stimuli.replace(timelines=timelines))
    assert MovieSamples.of(again, 10).trained(("film0", False)) == {("film1", False), ("film2", False)}
    assert MovieSamples.of(again, 10).trained(("film1", False)) == {(f"film{i}", False) for i in (0, 2, 3)}
    assert MovieSamples.of(recording, 10).trained(("film0", False)) == {(f"film{i}", False) for i in (1, 2, 3)}
