"""The digits benchmark on simulated subjects."""

import numpy as np
import pytest

from harness.assemblies import NeuroidAssembly
from harness.errors import BenchmarkError, ModelError
from harness_plugins.benchmarks.digits_decoding.benchmark import DigitsDecoding


class Observer:
    """A `BrainModel` with IT only, which answers with `respond(labels)`: (stimuli, units), from `onset` on."""

    identifier = "observer"

    def __init__(self, respond, onset=40, regions=("IT",)):
        self.respond, self.onset, self.regions = respond, onset, regions

    def visual_degrees(self):
        return 8

    def start_recording(self, recording_target, time_bins):
        if recording_target not in self.regions:
            raise ModelError(f"no {recording_target}")
        self.time_bins = time_bins

    def look_at(self, stimuli, number_of_trials=1):
        values = self.respond(stimuli.table["image_label"].to_numpy().astype(int))
        on = np.array([start >= self.onset for start, _ in self.time_bins])
        starts, ends = zip(*self.time_bins, strict=True)
        coordinates = {
            "stimulus_id": ("presentation", stimuli.ids),
            "image_label": ("presentation", stimuli.table["image_label"].to_list()),
            "neuroid_id": ("neuroid", np.arange(values.shape[1])),
            "region": ("neuroid", ["IT"] * values.shape[1]),
            "time_bin_start": ("time_bin", list(starts)),
            "time_bin_end": ("time_bin", list(ends)),
        }
        dims = ["presentation", "neuroid", "time_bin"]
        return NeuroidAssembly(values[:, :, None] * on, coords=coordinates, dims=dims)


@pytest.fixture(scope="module")
def benchmark():
    return DigitsDecoding()


def test_stimuli_are_balanced_and_black_surrounds_them(benchmark):
    stimuli = benchmark.stimuli
    assert set(stimuli.table["image_label"].value_counts()) == {50} and len(stimuli.table["image_label"].unique()) == 10
    assert stimuli.background == (0, 0, 0) and stimuli.duration == 100


def test_positive_control(benchmark):
    score = benchmark(Observer(lambda digits: np.eye(10)[digits]))
    assert float(score) == pytest.approx(1) and (score.attrs["error"] or 0) < 0.01
    details = score.attrs["details"]
    assert {choice["layer"] for choice in details["chosen"]} == {"IT"}
    assert all(choice["time_bin"][0] >= 40 for choice in details["chosen"])
    assert details["accuracy"][0][0] == pytest.approx(0.1)  # before the response begins


def test_negative_control(benchmark):
    noise = np.random.default_rng(0).standard_normal((500, 30))
    score = benchmark(Observer(lambda digits: noise))
    assert abs(float(score)) < 2.5 * score.attrs["error"] and score.attrs["error"] < 0.03


def test_a_mediocre_observer_lies_between(benchmark):
    noise = np.random.default_rng(0).standard_normal((500, 10))
    score = benchmark(Observer(lambda digits: np.eye(10)[digits] + noise / 2))
    assert 0.3 < float(score) < 0.9
    assert float(score) == pytest.approx((float(score.attrs["raw"]) - 0.1) / 0.9)


def test_a_model_without_regions_is_an_error(benchmark):
    with pytest.raises(BenchmarkError, match="V1"):
        benchmark(Observer(lambda digits: digits, regions=()))


def test_figure(benchmark, tmp_path):
    details = benchmark(Observer(lambda digits: np.eye(10)[digits])).attrs["details"]
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_our_models_are_read_at_their_layers(benchmark):
    torch = pytest.importorskip("torch")
    from harness import FrameModel, Preprocessing, as_brain_model

    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 5, 4), torch.nn.ReLU(), torch.nn.AvgPool2d(2))
    model = FrameModel("small", network, preprocessing=Preprocessing(size=32), layers=["0", "1", "2"])
    score = benchmark(as_brain_model(model))
    details = score.attrs["details"]
    assert details["layers"] == ["0", "1", "2"] and 0.5 < float(score) <= 1
    assert details["accuracy"][0][0] == details["accuracy"][0][4] > 0.5  # no memory: the same while the image is on ...
    assert details["accuracy"][0][5] == pytest.approx(0.1)  # ... and nothing afterwards
