"""Benchmarks over time, of imported recordings and of published ones that are not here, give adversaries what they declare, on
simulated animals."""

import numpy as np
import pandas as pd
import pytest

from harness import load_benchmark
from harness.benchmarks.neural import RecordedRdm, RecordedRdmOverTime, ResponseLatencyBenchmark
from harness.data import Measurement, RecordedData, SubjectResponses
from harness.host import BenchmarkSpec, host
from harness.stimuli import StimulusSet
from harness.testing import check_adversaries
from harness_plugins.benchmarks.imported import CONTROLS, FORMS

STIMULI, UNITS, REPEATS = 36, 16, 4
SHORT, LONG = (tuple((float(at), float(at + 20)) for at in range(*span, 20)) for span in ((0, 160), (-200, 1300)))


def simulated(bins, region) -> RecordedData:
    """Two animals that answer to an image of grey quarters after a latency of its own."""
    random = np.random.default_rng(0)
    tones = random.random((STIMULI, 4))
    images = {f"s{at}": np.kron(tones[at].reshape(2, 2), np.ones((8, 8))).astype(np.float32) for at in range(STIMULI)}
    stimuli = StimulusSet.from_images("simulated", images, duration=160, visual_degrees=8)
    shown = pd.DataFrame({"stimulus_id": stimuli.ids * REPEATS, "repetition": np.repeat(range(REPEATS), STIMULI)})
    units = pd.DataFrame({"neuroid_id": range(UNITS), "region": region})
    latency = 40 + random.permutation(STIMULI) * 50 / STIMULI
    rises = np.clip((np.array(bins).mean(1) - latency[:, None]) / 30, 0, 1)
    animals = []
    for name in ("m1", "m2"):
        code = (tones - 0.5) @ np.linalg.qr(random.standard_normal((UNITS, 4)))[0].T
        each = np.tile((code[:, None] * rises[..., None]).swapaxes(1, 2), (REPEATS, 1, 1))
        animals.append(SubjectResponses(name, each + random.normal(0, 0.03, each.shape), shown, units))
    return RecordedData("ours", tuple(animals), bins, Measurement("spikes", "spikes/s", "none"), stimuli)


@pytest.fixture
def recorded(monkeypatch):
    """Puts a recording in place of the data."""

    def put(data):
        for module in (
            "harness.benchmarks.neural.recorded_courses",
            "harness.benchmarks.neural.response_latency",
            "harness_plugins.benchmarks.cichy2014.benchmark",
        ):
            monkeypatch.setattr(f"{module}.recording", lambda name: data)

    return put


@pytest.mark.slow
@pytest.mark.parametrize("form", ["rdm", "latency", "rdm-over-time"])
def test_what_adversaries_get(form: str, recorded) -> None:
    recorded(simulated(SHORT, "V4"))
    load, summary, _, expects = FORMS[form]
    benchmark = {
        "rdm": lambda: RecordedRdm("Ours2026.V4-rdm", "ours", "V4", (100, 160)),
        "latency": lambda: ResponseLatencyBenchmark("Ours2026.temporal.V4-latency", "ours", "V4", 0, 160, 20),
        "rdm-over-time": lambda: RecordedRdmOverTime("Ours2026.temporal.V4-rdm", "ours", "V4", 0, 160, 20),
    }[form]()
    spec = BenchmarkSpec(
        benchmark.identifier, load=load, summary=summary, expects=expects, controls=CONTROLS[form], bibtex="@misc{ours}"
    )
    check_adversaries(benchmark, spec, only=spec.expects).assert_passed()


@pytest.mark.slow
@pytest.mark.declares("Papale2025.*-rdm", "Gifford2022.*", "Hebart2023.*", "Cichy2014.sample-rdm")
def test_what_published_recordings_declare(name: str, recorded, as_declared) -> None:
    recorded(simulated(LONG, host().benchmarks.get(name).arguments.get("region", "sensors")))
    as_declared(load_benchmark(name, step=100.0), whole=False)
