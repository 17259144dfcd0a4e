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
OVER_TIME = ("temporal.V4-per-time", "temporal.V4-span-time")
BINS = tuple((float(start), float(start + 20)) for start in range(70, 170, 20))


@pytest.fixture
def recording(monkeypatch):
    """Images of four grey quarters, and sites that are linear in them, with noise, in place of the data."""
    random = np.random.default_rng(0)
    tones = random.random((STIMULI, 4))
    images = {f"s{at}": np.kron(tones[at].reshape(2, 2), np.ones((16, 16))).astype(np.float32) for at in range(STIMULI)}
    stimuli = StimulusSet.from_images("simulated", images, duration=100, visual_degrees=8)
    rates = np.repeat((tones @ random.standard_normal((4, SITES)))[..., None], len(BINS), 2)
    noisy = np.concatenate([rates + 0.3 * random.standard_normal(rates.shape) for _ in range(REPEATS)])
    shown = pd.DataFrame(
        {"stimulus_id": np.tile(stimuli.ids, REPEATS), "repetition": np.repeat(range(REPEATS), STIMULI)}
    )

    def load(name, **arguments):
        units = pd.DataFrame({"neuroid_id": range(SITES), "region": ["V4"] * SITES})
        of_one = SubjectResponses("m", noisy, shown, units)
        return RecordedData(name, (of_one,), BINS, Measurement("spikes", "spikes", "none"), stimuli)

    for module in ("any_recording", "electrodes"):
        monkeypatch.setattr(f"harness.benchmarks.neural.{module}.recording", load)


@pytest.mark.usefixtures("recording")
@pytest.mark.parametrize(
    "kind", ["V4-ridge", *(pytest.param(k, marks=pytest.mark.slow) for k in ("V4-pls", *OVER_TIME))]
)
def test_electrodes(kind):
    spec = host().benchmarks.get(f"MajajHong2015.{kind}")
    check_adversaries(load_benchmark(spec.identifier), spec, only=spec.expects).assert_passed()
