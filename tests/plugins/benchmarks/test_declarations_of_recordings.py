"""Benchmarks of recordings that are not here give adversaries what they declare, on simulated electrodes."""

import numpy as np
import pandas as pd
import pytest

from harness import load_benchmark
from harness.data import Measurement, RecordedData, SubjectResponses
from harness.host import host
from harness.stimuli import StimulusSet
from harness.testing import check_adversaries

STIMULI, REPEATS, SITES = 120, 4, 8
REGIONS = ("V1", "V2", "V4", "IT")
BINS = tuple((float(start), float(start + 10)) for start in range(0, 250, 10))


@pytest.fixture
def recording() -> RecordedData:
    """Images of four grey quarters, and sites that are linear in them, with noise."""
    random = np.random.default_rng(0)
    tones = random.random((STIMULI, 4))
    images = {f"s{at}": np.kron(tones[at].reshape(2, 2), np.ones((16, 16))).astype(np.float32) for at in range(STIMULI)}
    stimuli = StimulusSet.from_images("simulated", images, duration=100, visual_degrees=8)
    sites = SITES * len(REGIONS)
    rates = np.repeat((tones @ random.standard_normal((4, sites)))[..., None], len(BINS), 2)
    noisy = np.concatenate([rates + 0.6 * random.standard_normal(rates.shape) for _ in range(REPEATS)])
    shown = pd.DataFrame(
        {"stimulus_id": np.tile(stimuli.ids, REPEATS), "repetition": np.repeat(range(REPEATS), STIMULI)}
    )
    units = pd.DataFrame({"neuroid_id": range(sites), "region": np.repeat(REGIONS, SITES)})
    of_one = SubjectResponses("m", noisy, shown, units)
    return RecordedData("simulated", (of_one,), BINS, Measurement("spikes", "spikes", "none"), stimuli)


@pytest.fixture
def in_place(recording, monkeypatch):
    """The simulated sites in place of any data."""
    for module in ("any_recording", "electrodes"):
        monkeypatch.setattr(f"harness.benchmarks.neural.{module}.recording", lambda name, **arguments: recording)


@pytest.mark.usefixtures("in_place")
@pytest.mark.parametrize("name", ["MajajHong2015.V4-ridge"])
def test_electrodes_are_predicted_by_their_own_responses_alone(as_declared, name):
    as_declared(load_benchmark(name), whole=False)


WHOLE = [f"MajajHong2015.{form}" for form in ("V4-ridge", "V4-pls", "temporal.V4-per-time", "temporal.V4-span-time")]
"""One of each kind."""


@pytest.mark.slow
@pytest.mark.usefixtures("in_place")
@pytest.mark.declares("MajajHong2015.*", "FreemanZiemba2013.*", "Papale2025.*-time")
def test_electrodes(as_declared, name):
    as_declared(load_benchmark(name), whole=name in WHOLE)


@pytest.mark.slow
@pytest.mark.declares("brainscore/[*]")
def test_any_recording_that_brain_score_stores(recording, monkeypatch, name):
    module = "harness_plugins.benchmarks.brainscore.benchmark"
    for function in ("load_assembly", "load_stimulus_set", "from_brainio"):
        monkeypatch.setattr(f"{module}.{function}", lambda *arguments: None)
    monkeypatch.setattr(f"{module}.from_assembly", lambda *arguments, **more: recording)
    spec = host().benchmarks.get(name)
    benchmark = load_benchmark("brainscore/MajajHong2015.public", region="IT")
    check_adversaries(benchmark, spec, only=spec.expects).assert_passed()
