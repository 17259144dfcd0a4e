"""The V4 benchmark on its recorded data, with subjects that need no network."""

import numpy as np
import pytest
import torch
from scipy.ndimage import sobel

from harness import FrameModel, Preprocessing, as_brain_model
from harness.assemblies import NeuroidAssembly
from harness.benchmarks.neural.encoding import look
from harness.errors import BenchmarkError, MissingData
from harness.metrics.regression.ridge import gram
from harness.testing.simulated_neurons import simulate_population
from harness_plugins.benchmarks import cowley2023 as plugin
from harness_plugins.benchmarks.cowley2023.benchmark import CowleyV4
from harness_plugins.benchmarks.cowley2023.sessions import session_with_repeats, session_without_repeats


class Edges:
    """Luminance and gradient energy in 8 x 8 pixel cells, in four orientations: an early visual front end."""

    identifier = "edges"

    def start_recording(self, recording_target, time_bins):
        assert recording_target == "V4" and list(time_bins) == [(50.0, 150.0)]

    def look_at(self, stimuli, number_of_trials=1):
        assert stimuli.visual_degrees == 11.2 and stimuli.duration == 100
        return self.assembly(stimuli, np.stack([self.features(timeline.at(0)) for _, timeline in stimuli]))

    def features(self, image):
        grey = image.mean(-1) / 255
        x, y = sobel(grey, 1), sobel(grey, 0)
        maps = np.abs([grey, x, y, x + y, x - y])
        return maps.reshape(5, 14, 8, 14, 8).mean((2, 4)).ravel()

    def assembly(self, stimuli, features):
        coords = {
            "stimulus_id": ("presentation", stimuli.ids),
            "repetition": ("presentation", np.zeros(len(stimuli), dtype=int)),
            "neuroid_id": ("neuroid", np.arange(features.shape[1])),
            "layer": ("neuroid", ["edges"] * features.shape[1]),
        }
        return NeuroidAssembly(features, coords=coords, dims=["presentation", "neuroid"])


class Shuffled(Edges):
    """The same features of other images."""

    def assembly(self, stimuli, features):
        return super().assembly(stimuli, np.random.default_rng(0).permutation(features))


class Pooled(Edges):
    """The energies of the whole image, five numbers: so few that a regression loses nothing to noise."""

    def features(self, image):
        return super().features(image).reshape(5, -1).mean(1)


class Blind(Edges):
    def features(self, image):
        return np.full(8, 0.1)


@pytest.fixture(scope="module")
def benchmark():
    return CowleyV4()


@pytest.fixture(scope="module")
def _loaded(benchmark, data_folder):
    """Data are loaded once; what needs the folder asks for `data`, too."""
    patch = pytest.MonkeyPatch()
    patch.setenv("HARNESS_DATA", str(data_folder))
    if not (data_folder / "cowley2023_v4").is_dir():
        pytest.skip("the recordings of Cowley et al. 2023 are not here; see the data set's instructions")
    yield benchmark.data, benchmark.data_without_repeats
    patch.undo()


def test_sessions_are_as_published(_loaded):
    with_repeats, without_repeats = _loaded
    assert with_repeats.responses.shape == (10, 640, 50) and without_repeats.responses.shape == (1, 1200, 89)
    assert set(np.isfinite(with_repeats.responses[..., 0]).sum(0)) == {6, 7, 8, 9, 10}
    assert with_repeats.stimuli.ids[:2] == ["image0001", "image0002"]
    for session in _loaded:
        assert session.stimuli.timeline("image0001").at(0).shape == (112, 112, 3)
        assert len(session.stimuli.frames()) == len(session.stimuli), "an image shown twice would leak between folds"


def test_mean_over_repeats_is_the_published_mean(_loaded, data_folder):
    published = np.load(data_folder / "cowley2023_v4" / "responses_repeat_averaged" / "responses_210325.npy")
    np.testing.assert_allclose(_loaded[0].mean, published.T, atol=1e-12)


def test_ceiling_is_the_root_of_the_reliability(benchmark, _loaded):
    assert np.median(benchmark.reliability) == pytest.approx(0.76, abs=0.01)
    assert benchmark.reliability.min() > 0.5 and benchmark.reliability.max() < 0.95
    assert float(benchmark.ceiling) == pytest.approx(np.sqrt(benchmark.reliability).mean())


@pytest.mark.slow
def test_edges_predict_v4_a_little(benchmark, _loaded):
    score = benchmark(Edges())
    details = score.attrs["details"]
    assert np.median(details["r"]) == pytest.approx(0.40, abs=0.03)
    assert details["without_repeats"]["median_r"] == pytest.approx(0.35, abs=0.03)
    assert float(score) == pytest.approx(np.sum(details["r"]) / np.sum(details["ceiling"]), abs=1e-4)
    assert float(score.attrs["raw"]) < float(score) < 0.6


@pytest.mark.slow
def test_images_in_another_order_score_nothing(benchmark, _loaded):
    score = benchmark(Shuffled())
    assert abs(float(score)) < 3 * score.attrs["error"]
    assert abs(score.attrs["details"]["without_repeats"]["median_r"]) < 0.03


@pytest.mark.slow
def test_neurons_made_of_the_model_and_as_noisy_score_one(benchmark, _loaded):
    data = benchmark.data
    features = Pooled().look_at(data.stimuli).values
    control = benchmark.with_responses(simulate_population(gram(features), data.responses))
    control.__dict__["data_without_repeats"] = data
    score = control(Pooled())
    assert float(score) == pytest.approx(1, abs=3 * score.attrs["error"])
    assert float(score.attrs["ceiling"]) == pytest.approx(float(benchmark.ceiling), abs=0.02)


@pytest.mark.slow
def test_neurons_made_of_a_networks_layer_score_one_for_that_network(benchmark, _loaded):
    torch.manual_seed(0)
    layers = torch.nn.Conv2d(3, 8, 7, stride=4), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()
    network = torch.nn.Sequential(*layers)
    candidate = as_brain_model(
        FrameModel("random", network, preprocessing=Preprocessing(size=64), regions={"V4": "3"}, visual_degrees=11.2)
    )
    data = benchmark.data
    control = benchmark.with_responses(simulate_population(gram(look(candidate, data)), data.responses, components=5))
    control.__dict__["data_without_repeats"] = data
    score = control(candidate)
    assert float(score) == pytest.approx(1, abs=3 * score.attrs["error"])


def test_a_blind_model_is_told_so(benchmark, _loaded):
    with pytest.raises(BenchmarkError, match="do not vary"):
        benchmark(Blind())


def test_without_data_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    for load in (session_with_repeats, session_without_repeats):
        with pytest.raises(MissingData, match="cowleygroup/V4_compact_models"):
            load()


def test_described_files_are_those_that_were_used(data):
    import hashlib

    (dataset,) = plugin.register_datasets()
    for name, sha256 in dataset.files.items():
        path = data / dataset.identifier / name
        if not path.is_file():
            pytest.skip("the recordings of Cowley et al. 2023 are not here; see the data set's instructions")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
