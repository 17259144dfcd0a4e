"""Benchmarks over time of any recording: a brain of known latencies and representations."""

import numpy as np
import pandas as pd
import pytest

from harness.benchmarks.neural import RecordedRdm, RecordedRdmOverTime, ResponseLatencyBenchmark, brain_courses
from harness.benchmarks.neural.own_recordings import forms, time_grid
from harness.data import Measurement, RecordedData, SubjectResponses
from harness.errors import BenchmarkError, NotMeasurable
from harness.stimuli import StimulusSet
from harness.testing import KnownResponses

STIMULI, UNITS, REPEATS = 30, 24, 6
BINS = tuple((float(start), float(start + 20)) for start in range(-40, 200, 20))


def signal(seed: int) -> np.ndarray:
    """(stimuli, bins, units): first one code, then another, after a latency of each stimulus's own."""
    random = np.random.default_rng(seed)
    early, late = np.random.default_rng(0).standard_normal((2, STIMULI, UNITS))
    turned = [code @ np.linalg.qr(random.standard_normal((UNITS, UNITS)))[0] for code in (early, late)]
    latency = 60 + np.arange(STIMULI)
    centres = np.array(BINS).mean(1)
    first = np.clip((centres - latency[:, None]) / 20, 0, 1)
    second = np.clip((centres - 40 - latency[:, None]) / 20, 0, 1)
    return turned[0][:, None] * (first - 0.7 * second)[..., None] + turned[1][:, None] * second[..., None]


@pytest.fixture
def data() -> RecordedData:
    """Three animals with the same two codes in neurons of their own, and noise."""
    random = np.random.default_rng(5)
    images = {f"i{i:02d}": np.full((2, 2), i / STIMULI, dtype=np.float32) for i in range(STIMULI)}
    stimuli = StimulusSet.from_images("rec", images, duration=200, visual_degrees=8)
    shown = pd.DataFrame({"stimulus_id": stimuli.ids * REPEATS, "repetition": np.repeat(range(REPEATS), STIMULI)})
    units = pd.DataFrame({"neuroid_id": range(UNITS), "region": "IT"})
    subjects = []
    for animal in range(3):
        each = np.tile(signal(animal + 1).swapaxes(1, 2), (REPEATS, 1, 1))
        noisy = each + random.normal(0, 0.25, each.shape)
        subjects.append(SubjectResponses(f"m{animal}", noisy, shown, units))
    return RecordedData("rec", tuple(subjects), BINS, Measurement("spikes", "spikes/s", "none"), stimuli)


@pytest.fixture(autouse=True)
def loaded(data, monkeypatch):
    for module in ("recorded_courses", "response_latency", "any_recording"):
        monkeypatch.setattr(f"harness.benchmarks.neural.{module}.recording", lambda name: data)


def model(values: np.ndarray, data: RecordedData) -> KnownResponses:
    """Answers in the bins after the onset."""
    return KnownResponses(dict(zip(data.stimuli.ids, values, strict=True)), ("IT",))


def over_time(**more) -> RecordedRdmOverTime:
    return RecordedRdmOverTime("Rec.temporal.IT-rdm", "rec", "IT", -40, 200, 20, **more)


def test_the_course_of_the_codes_scores_near_one_and_time_gains_over_still_layers(data) -> None:
    benchmark = over_time()
    score = benchmark(model(signal(9)[:, 2:], data))
    assert float(score) == pytest.approx(1, abs=0.12) and 0 < score.attrs["error"] < 0.15
    details = score.attrs["details"]
    assert details["gain"] > 0.1 and details["gain_over_best_static_layer"] == pytest.approx(details["gain"])
    assert details["participants"] == 3 and len(details["matrix"]) == len(BINS)
    late, early = details["matrix"][-1], details["matrix"][7]
    assert np.argmax(late) >= 9 and 4 <= np.argmax(early) <= 8
    latencies = details["latencies"]["IT"]
    assert 60 <= latencies["brain_onset"] <= 110 and 60 <= latencies["model_onset"] <= 130
    from matplotlib.figure import Figure

    assert isinstance(benchmark.figure(details), Figure)


def test_what_does_not_change_gains_nothing_and_what_is_late_is_not_shifted(data) -> None:
    still = np.repeat(signal(9)[:, -1:], len(BINS) - 2, axis=1)
    details = over_time()(model(still, data)).attrs["details"]
    assert abs(details["gain"]) < 0.02
    delayed = np.concatenate([np.zeros((STIMULI, 4, UNITS)), signal(9)[:, 2:-4]], axis=1)
    assert float(over_time()(model(delayed, data))) < 0.8


def test_noise_scores_zero_and_what_tells_nothing_apart_is_not_measurable(data) -> None:
    random = np.random.default_rng(3).standard_normal((STIMULI, len(BINS) - 2, UNITS))
    assert float(over_time()(model(random, data))) == pytest.approx(0, abs=0.15)
    with pytest.raises(NotMeasurable):
        over_time()(model(np.ones((STIMULI, len(BINS) - 2, UNITS)), data))


def test_one_animal_is_compared_by_halves_of_its_repeats(data) -> None:
    alone = data.select(subjects=["m0"])
    courses = brain_courses(alone, "IT", [(60.0, 200.0)])
    assert courses.halves and courses.courses.shape == (2, 1, STIMULI * (STIMULI - 1) // 2)
    with pytest.raises(BenchmarkError, match="has no subject with 3 neuroids or more in IT"):
        few = data["m0"].select(neuroids=slice(0, 2))
        brain_courses(RecordedData("rec", (few,), BINS, data.measurement, data.stimuli), "IT", [(0.0, 200.0)])


def test_static_dissimilarities_have_a_ceiling_over_animals(data) -> None:
    benchmark = RecordedRdm("Rec.IT-rdm", "rec", "IT", (160, 200))
    same = KnownResponses(dict(zip(data.stimuli.ids, signal(9)[:, 10:].mean(1), strict=True)), ("IT",))
    score = benchmark(same)
    assert float(score) == pytest.approx(1, abs=0.15) and float(score.attrs["ceiling"]) > 0.5


def test_latencies_are_compared_over_stimuli(data) -> None:
    benchmark = ResponseLatencyBenchmark("Rec.temporal.IT-latency", "rec", "IT", 0, 200, 20)
    assert 0.4 < float(benchmark.ceiling) < 1
    assert float(benchmark(model(signal(9)[:, 2:], data))) > 0.6
    with pytest.raises(NotMeasurable, match="answers to all stimuli equally late"):
        benchmark(model(np.repeat(signal(9)[:, -1:], len(BINS) - 2, axis=1), data))


def test_every_form_that_the_data_allow_is_offered(data) -> None:
    found = forms(data, ("IT",))
    assert set(found) == {
        *(f"rec.IT.m{i}-ridge" for i in range(3)),
        "rec.IT-rdm",
        *(f"rec.temporal.IT-{form}" for form in ("per-time", "span-time", "rdm", "latency")),
    }
    assert found["rec.temporal.IT-per-time"] == {"form": "per-time", "region": "IT", "start": 0, "end": 200, "step": 20}


def test_bins_are_joined_until_there_are_few_and_uneven_ones_give_none() -> None:
    fine = tuple((float(t), float(t + 5)) for t in range(-100, 300, 5))
    assert time_grid(fine) == (0, 300, 15)
    assert time_grid(((0.0, 50.0), (50.0, 150.0))) is None and time_grid(((50.0, 150.0),)) is None
