"""Objects in noise: what is shown, what is kept together, and accuracy and confidence by the strength of the signal."""

import numpy as np
import pytest

from harness import load_benchmark
from harness.errors import BenchmarkError
from harness.testing import KnownResponses
from harness_plugins.benchmarks._controls.read_outs import knowing

SMALL = {"positions": 3, "ssnr": [0.1, 1.0], "mode": "static"}


@pytest.fixture(scope="module")
def benchmark():
    return load_benchmark("Noise-decoding", **SMALL)


def test_every_object_is_shown_at_every_place_in_every_strength(benchmark) -> None:
    table = benchmark.stimuli.table
    assert len(table) == 7 * 9 * 2 and set(table.groupby(["object", "ssnr"]).size()) == {9}
    groups = benchmark.groups
    assert all(len(set(groups[table["image"] == image])) == 1 for image in table["image"].unique())
    assert len(set(groups)) == 63
    assert {timeline.duration for timeline in benchmark.stimuli.timelines} == {200.0}


def test_noise_hides_the_image_where_the_signal_is_weak(benchmark) -> None:
    table = benchmark.stimuli.table
    shown = table.groupby("ssnr")["shown_ssnr"].mean()
    assert shown[1.0] == 1 and 0.07 < shown[0.1] < 0.2


def test_who_is_right_in_strong_signal_alone_is_so_by_strength(benchmark) -> None:
    table = benchmark.stimuli.table
    names = np.unique(table["object"])
    known = (table["object"].to_numpy()[:, None] == names) & (table["ssnr"].to_numpy() == 1)[:, None]
    candidate = KnownResponses(dict(zip(benchmark.stimuli.ids, known.astype(float), strict=True)), regions=("IT",))
    score = benchmark(candidate)
    details = score.attrs["details"]
    weak, strong = np.array(details["accuracy_by_ssnr"]).mean(1)
    assert strong == 1 and weak < 0.3
    assert np.array(details["confidence_by_ssnr"]).mean(1)[1] > np.array(details["confidence_by_ssnr"]).mean(1)[0]
    accuracy, confidence, by_strength = benchmark.figure(details).axes
    assert accuracy.lines[1].get_ydata() == pytest.approx(details["accuracy_by_ssnr"][1])
    assert len(confidence.lines) == 3 and by_strength.lines[0].get_ydata()[1] == 1


def test_who_knows_the_object_reaches_the_ceiling(benchmark) -> None:
    assert float(benchmark(knowing(benchmark))) > 0.95


def test_too_few_places_for_the_folds_are_refused() -> None:
    with pytest.raises(BenchmarkError, match="5 folds need 5 places of each object or more, not 4"):
        load_benchmark("Noise-decoding", positions=2)
