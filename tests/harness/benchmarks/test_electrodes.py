"""Electrode recordings of images, in one window and over time: what is predicted of simulated electrodes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harness.assemblies import NeuroidAssembly
from harness.benchmarks.neural.electrodes import LATENCY, ElectrodeBenchmark, TimeResolvedBenchmark
from harness.benchmarks.neural.spikes import spikes_per_response
from harness.data import Measurement, RecordedData, SubjectResponses
from harness.errors import ArgumentError, BenchmarkError, StimulusError
from harness.metrics.statistics.correlation import poisson_deviance_explained
from harness.stimuli.stimulus_set import StimulusSet

STIMULI, REPEATS, SITES, FEATURES = 100, 6, 10, 5
BINS = ((70.0, 90.0), (90.0, 110.0), (110.0, 130.0))
GAINS = np.array([1.0, 2.0, 0.5])


def features(seed=0):
    """(stimuli, units, bins): patterns that change from bin to bin."""
    return np.random.default_rng(seed).standard_normal((STIMULI, FEATURES, len(BINS)))


class Candidate:
    identifier = "simulated"

    def __init__(self, answers):
        self.answers = answers

    def start_recording(self, recording_target, time_bins):
        assert recording_target == "V4"
        self.bins = [tuple(time_bin) for time_bin in time_bins]

    def look_at(self, stimuli, number_of_trials=1):
        values = self.answers if len(self.bins) > 1 else self.answers.mean(2, keepdims=True)
        starts, ends = zip(*self.bins, strict=True)
        coords = {
            "stimulus_id": ("presentation", stimuli.ids),
            "repetition": ("presentation", [0] * len(stimuli)),
            "neuroid_id": ("neuroid", range(values.shape[1])),
            "layer": ("neuroid", ["all"] * values.shape[1]),
            "time_bin_start": ("time_bin", list(starts)),
            "time_bin_end": ("time_bin", list(ends)),
        }
        return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


@pytest.fixture
def recording(monkeypatch):
    """Sites whose rates are linear in the features of the same bin, with one set of weights, and noise."""
    random = np.random.default_rng(1)
    images = {f"i{i:03d}": np.full((2, 2), i / STIMULI, dtype=np.float32) for i in range(STIMULI)}
    stimuli = StimulusSet.from_images("rec", images, duration=100, visual_degrees=8)
    rates = np.einsum("sfb,fn->snb", features(), random.standard_normal((FEATURES, SITES)))
    noisy = np.concatenate([rates + 1.5 * random.standard_normal(rates.shape) for _ in range(REPEATS)])
    shown = pd.DataFrame(
        {"stimulus_id": np.tile(stimuli.ids, REPEATS), "repetition": np.repeat(range(REPEATS), STIMULI)}
    )
    units = pd.DataFrame({"neuroid_id": range(SITES), "region": "V4"})
    data = RecordedData(
        "rec", (SubjectResponses("m", noisy, shown, units),), BINS, Measurement("spikes", "spikes", "none"), stimuli
    )
    for module in ("any_recording", "electrodes"):
        monkeypatch.setattr(f"harness.benchmarks.neural.{module}.recording", {"rec": data}.__getitem__)
    return data


def static(regression, **more):
    return ElectrodeBenchmark(f"x.V4-{regression}", "rec", "V4", (70, 130), regression, "@misc{x}", **more)


def over_time(form, **more):
    return TimeResolvedBenchmark(f"x.V4-{form}", "rec", "V4", 70, 130, 20, form, "@misc{x}", **more)


def still(seed=0):
    """Features that stay the same over all bins."""
    return np.repeat(features(seed)[:, :, :1], len(BINS), axis=2)


@pytest.fixture
def spiking(recording, monkeypatch):
    """Poisson neurons whose rate is log-linear in those features, as spikes/s; and the expected counts in bins of 20 ms."""
    random = np.random.default_rng(3)
    expected = np.exp(0.5 + 0.4 * np.einsum("sfb,fn->snb", still(), random.standard_normal((FEATURES, SITES))))
    rates = random.poisson(np.tile(expected, (REPEATS, 1, 1))) / 0.02
    one = replace(recording.subjects[0], responses=rates)
    data = replace(recording, subjects=(one,), measurement=Measurement("spikes", "spikes/s", "none"))
    for module in ("any_recording", "electrodes"):
        monkeypatch.setattr(f"harness.benchmarks.neural.{module}.recording", {"rec": data}.__getitem__)
    return data, expected


@pytest.mark.parametrize("link", ["sqrt", "poisson"])
def test_a_link_to_spike_counts_finds_their_expectation(spiking, link):
    true = poisson_deviance_explained(spiking[1].sum(2), static("ridge", link=link).data.mean).mean()
    score = static("ridge", link=link)(Candidate(still()))
    details = score.attrs["details"]
    assert np.mean(details["deviance_explained"]) > (0.97 if link == "poisson" else 0.85) * true
    identity = static("ridge")(Candidate(still()))
    assert float(score) > float(identity) + 0.05
    if link == "poisson":
        assert float(score) == pytest.approx(1, abs=0.03) and np.mean(details["cc_norm"]) == pytest.approx(1, abs=0.03)
    unrelated = static("ridge", link=link)(Candidate(still(9)))
    assert abs(float(unrelated)) < 0.12 and abs(np.mean(unrelated.attrs["details"]["deviance_explained"])) < 0.15
    assert identity.attrs["details"]["deviance_explained"] is None
    assert "may be negative" in identity.attrs["details"]["deviance_note"]


def test_counts_are_those_in_the_window(spiking):
    data, _ = spiking
    counts = data.subjects[0].responses.reshape(REPEATS, STIMULI, SITES, 3).sum(3).mean(0) * 0.02
    np.testing.assert_allclose(static("ridge", link="sqrt").data.mean, counts, rtol=1e-5)
    bins = over_time("per-time", link="sqrt").data
    np.testing.assert_allclose(sum(one.mean for one in bins), counts, rtol=1e-5)


@pytest.mark.parametrize("form", ["per-time", "span-time"])
def test_a_link_over_time(spiking, form):
    details = over_time(form, link="sqrt")(Candidate(still())).attrs["details"]
    true = [
        poisson_deviance_explained(spiking[1][..., at], one.mean)
        for at, one in enumerate(over_time(form, link="sqrt").data)
    ]
    assert np.shape(details["deviance_explained"]) == np.shape(details["cc_norm"]) == (3, SITES)
    assert np.mean(details["deviance_explained"]) > 0.8 * np.mean(true)
    assert over_time(form)(Candidate(still())).attrs["details"]["deviance_explained"] is None


def test_links_are_for_spikes_as_they_were_recorded(spiking, monkeypatch):
    data, _ = spiking
    for measurement in (
        Measurement("spikes", "normalised rate", "by the laboratory"),
        Measurement("spikes", "spikes/s", "z-scored"),
        Measurement("calcium", "spikes/s", "none"),
    ):
        other = replace(data, measurement=measurement)
        for module in ("any_recording", "electrodes"):
            monkeypatch.setattr(f"harness.benchmarks.neural.{module}.recording", {"rec": other}.__getitem__)
        for benchmark in (static("ridge", link="sqrt"), over_time("per-time", link="sqrt")):
            with pytest.raises(BenchmarkError, match="is for spikes as they were recorded, and 'rec' holds"):
                _ = benchmark.data
    with pytest.raises(BenchmarkError, match="have no sqrt link"):
        static("pls", link="sqrt")
    with pytest.raises(ArgumentError, match="identity or sqrt or poisson here, not 'log'"):
        static("ridge", link="log")
    with pytest.raises(ArgumentError, match="identity or sqrt here, not 'poisson'"):
        over_time("per-time", link="poisson")


@pytest.mark.parametrize(
    ("unit", "spikes"),
    [("spikes/s", 0.06), ("Hz", 0.06), ("spikes", 3), ("spikes/frame", 3), ("spikes/20 ms", 3), ("spikes/ms", 60)],
)
def test_every_unit_of_spikes_is_known(unit, spikes):
    assert spikes_per_response("x", Measurement("spikes", unit, "none"), 20, 60) == pytest.approx(spikes)


@pytest.mark.parametrize("regression", ["ridge", "pls"])
def test_a_window_is_predicted_by_what_drives_it_and_by_nothing_else(recording, regression):
    benchmark = static(regression)
    assert benchmark.identifier == f"x.V4-{regression}" and benchmark.bibtex == "@misc{x}"
    score = benchmark(Candidate(features()))
    assert float(score) == pytest.approx(1, abs=0.05)
    assert abs(float(benchmark(Candidate(features(9))))) < 0.12
    assert benchmark.figure(score.attrs["details"]).axes


def test_pls_with_as_many_components_as_features_is_least_squares(recording):
    ridge, pls = (static(regression)(Candidate(features())).attrs["details"]["r"] for regression in ("ridge", "pls"))
    np.testing.assert_allclose(ridge, pls, atol=0.02)


@pytest.mark.parametrize("form", ["per-time", "span-time"])
def test_bins_are_predicted_by_what_drives_them(recording, form, tmp_path):
    benchmark = over_time(form)
    score = benchmark(Candidate(features()))
    assert float(score) == pytest.approx(1, abs=0.05)
    assert abs(float(benchmark(Candidate(features(9))))) < 0.12
    details = score.attrs["details"]
    assert np.shape(details["r"]) == np.shape(details["ceiling"]) == (3, SITES)
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 5_000


def test_the_transient_and_what_follows_it_are_scored_apart(recording, monkeypatch):
    benchmark = over_time("per-time")
    assert benchmark(Candidate(features())).attrs["details"]["parts"]["sustained"] is None
    late = features()
    late[:, :, 2] = features(9)[:, :, 2]
    monkeypatch.setitem(LATENCY, "V4", 10.0)
    parts = benchmark(Candidate(late)).attrs["details"]["parts"]
    assert parts["until"] == 110 and parts["transient"] > 0.9 and abs(parts["sustained"]) < 0.2


def test_only_one_set_of_weights_asks_for_the_right_gain_over_time(recording):
    """Features whose sign turns over from bin to bin can be read in each bin, but not with one set of weights."""
    turned = Candidate(features() * np.array([1, -1, 1]))
    assert float(over_time("per-time")(turned)) == pytest.approx(1, abs=0.05)
    assert float(over_time("span-time")(turned)) < 0.7


def test_a_model_that_has_not_answered_yet_predicts_nothing(recording):
    late = features()
    late[:, :, 0] = 0
    for form in ("per-time", "span-time"):
        score = over_time(form)(Candidate(late))
        assert np.abs(np.array(score.attrs["details"]["r"][0], dtype=float)).max() < 0.2
        assert 0.5 < float(score) < 0.8


def test_bad_arguments_get_one_sentence(recording):
    with pytest.raises(BenchmarkError, match="ridge or pls, not 'cca'"):
        static("cca")
    with pytest.raises(BenchmarkError, match="per-time or span-time"):
        over_time("all-time")
    with pytest.raises(StimulusError, match="do not fit"):
        TimeResolvedBenchmark("x", "rec", "V4", 70, 80, 20)
    with pytest.raises(BenchmarkError, match="do not vary"):
        over_time("per-time")(Candidate(0 * features()))


def test_models_are_compared_over_electrodes(recording, compared):
    for benchmark, of in ((static("ridge"), "neurons"), (over_time("per-time"), "electrodes")):
        compared(benchmark(Candidate(features())), benchmark(Candidate(features(7))), of, range(SITES))
