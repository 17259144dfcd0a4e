"""Contours: simulated subjects on generated images, and the data where they are at hand."""

import numpy as np
import pytest
import torch
from scipy.io import savemat
from scipy.ndimage import gaussian_filter
from torch import nn

from harness import as_brain_model, load_benchmark
from harness.errors import BenchmarkError, MissingData, ModelError, NotMeasurable
from harness.models import FrameModel, Preprocessing, RecurrentModel
from harness.stimuli import part_of_square
from harness_plugins.benchmarks.bsds500 import contours
from harness_plugins.benchmarks.bsds500.benchmark import BSDS500Contours
from harness_plugins.benchmarks.bsds500.boundaries import thin
from harness_plugins.benchmarks.bsds500.images import boundaries, load, of
from harness_plugins.benchmarks.bsds500.readout import read
from harness_plugins.benchmarks.bsds500.thresholds import by_share, evenly_spaced

SHAPE = (120, 180)


def disc(random):
    """An image of a disc, with its outline as two annotators draw it, half a pixel inside and outside."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    centre, radius = random.uniform((55, 55), (65, 125)), random.uniform(25, 40)
    distance = np.hypot(y - centre[0], x - centre[1]) - radius
    return np.where(distance < 0, 0.9, 0.2), [thin(np.abs(distance - error) < 1) for error in (-0.5, 0.5)]


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(0)
    drawn = {f"disc{number}": disc(random) for number in range(6)}
    return of({name: image for name, (image, _) in drawn.items()}, [masks for _, masks in drawn.values()], 200.0)


@pytest.fixture
def benchmark(images):
    return BSDS500Contours(thresholds=5).with_data(images)


class Edges(nn.Module):
    """The size of the luminance gradient, before the logistic function; and maps from which a linear read-out can make it."""

    def __init__(self):
        super().__init__()
        self.features, self.contours = nn.Identity(), nn.Identity()

    def forward(self, frames):
        dy, dx = (torch.gradient(frames[:, 0], dim=axis)[0] for axis in (1, 2))
        size = torch.hypot(dy, dx)[:, None]
        self.features(torch.cat([size, frames], 1))
        return self.contours(20 * size - 4)


def edges(**more):
    return FrameModel("edges", Edges(), preprocessing=Preprocessing(180), layers=("features",), **more)


class Onset(nn.Module):
    """A uniform map until 80 ms, then the edges."""

    def __init__(self):
        super().__init__()
        self.edges, self.map = Edges(), nn.Identity()

    def init(self, batch_size, device):
        return (torch.zeros(batch_size, 1, device=device),)

    def step(self, frame, state):
        late = (state[0] >= 2).float()[:, :, None, None]
        noise = torch.rand(frame.shape[2:], generator=torch.Generator().manual_seed(0))
        self.map(late * self.edges(frame) + (1 - late) * noise)
        return (state[0] + 1,)


def test_positive_control(benchmark):
    score = benchmark(as_brain_model(edges(contours="contours")))
    assert float(score) == pytest.approx(1, abs=0.1) and score.attrs["error"] < 0.1
    details = score.attrs["details"]
    assert details["answer"] == "declared contours" and details["ods"] > 0.9 and details["subset"]
    assert len(benchmark.figure(details).axes) == 1


def test_models_are_compared_over_images(benchmark, images, compared):
    found = benchmark.evaluate([gaussian_filter(masks[0].astype(float), 1) for masks in images.annotators])
    random = np.random.default_rng(0)
    noise = benchmark.evaluate([random.random(SHAPE) for _ in images.annotators])
    compared(found, noise, "images", images.stimuli.ids)


def test_an_annotators_own_map_reaches_participants(benchmark, images):
    """Against the others, as participants are: exactly F of participants."""
    first = [masks[0].astype(float) for masks in images.annotators]
    others = [masks[1:] for masks in images.annotators]
    counted = np.array([[contours.counts(m > 0, rest)] for m, rest in zip(first, others, strict=True)])
    assert contours.ods(counted) == pytest.approx(float(benchmark.ceiling), abs=0.02)


def test_negative_control(benchmark):
    random = np.random.default_rng(1)
    score = benchmark.evaluate([random.random(SHAPE) for _ in range(6)])
    assert abs(float(score)) < 3 * score.attrs["error"] + 0.05
    assert 0 < score.attrs["details"]["noise"] < 0.5


def test_a_constant_map_finds_nothing(benchmark):
    for cut_at in (evenly_spaced, by_share):
        with pytest.raises(BenchmarkError, match="constant"):
            benchmark.evaluate([np.zeros(SHAPE)] * 6, cut_at=cut_at)


def test_a_network_without_contours_is_read(benchmark):
    score = benchmark(as_brain_model(edges()))
    details = score.attrs["details"]
    assert float(score) > 0.7 and details["answer"] == "fitted read-out"
    assert {choice["layer"] for choice in details["chosen"]} == {"features"} and len(details["split_digest"]) == 64


def test_a_read_out_of_noise_is_at_chance_at_most(images):
    random = np.random.default_rng(0)
    maps = random.normal(size=(6, 4, 30, 30))
    readout = read([maps], images.annotators)
    score = BSDS500Contours(thresholds=5).with_data(images).evaluate(readout.maps)
    assert float(score) < 3 * score.attrs["error"] + 0.05


def test_a_faint_read_out_scores_as_its_map(images, benchmark):
    """Ridge regression predicts little more than the mean where features tell little; what varies is still what is scored."""
    drawn = np.array([gaussian_filter(np.mean(masks, 0), 1.5) for masks in images.annotators])
    drawn /= drawn.max()
    faint = drawn + np.random.default_rng(2).normal(scale=0.5, size=drawn.shape)
    field = np.pad(faint, ((0, 0), (30, 30), (0, 0)), mode="symmetric")[:, None]
    readout = read([field], images.annotators)
    read_out = benchmark.evaluate(readout.maps, cut_at=by_share)
    itself = benchmark.evaluate(list(np.clip(faint, 0, None)))
    assert float(read_out.attrs["raw"]) == pytest.approx(float(itself.attrs["raw"]), abs=0.05)
    low, high = np.quantile(readout.maps, (0.02, 0.98))
    assert 0 < low < 0.2 and 0.8 < high < 1


def test_thresholds_by_share_do_not_depend_on_units_or_on_a_few_great_values():
    strengths = [np.random.default_rng(0).random((40, 50)) for _ in range(2)]
    cuts = by_share(strengths, 5)
    assert (np.diff(cuts) > 0).all()
    kept = [(strengths[0] >= cut).mean() for cut in cuts]
    assert kept == pytest.approx(np.geomspace(1, 0.02, 5), abs=0.01)
    assert by_share([100 * strength for strength in strengths], 5) == pytest.approx(100 * cuts)
    strengths[1][0, 0] = 1e4
    assert by_share(strengths, 5) == pytest.approx(cuts, abs=0.01)
    assert (evenly_spaced(strengths, 5)[1:] > 1).all()


def test_training_images_are_never_test_images(images):
    """Wrong boundaries of one image change the read-out of all others, not its own."""
    maps = np.random.default_rng(0).normal(size=(6, 3, 30, 30))
    wrong = [list(masks) for masks in images.annotators]
    wrong[4] = [~mask for mask in wrong[4]]
    before, after = read([maps], images.annotators), read([maps], wrong)
    assert np.array_equal(before.maps[4], after.maps[4])
    test = next(split.test for split in before.splits if 4 in split.test)
    others = [image for image in range(6) if image not in test]
    assert not any(np.array_equal(before.maps[image], after.maps[image]) for image in others)


@pytest.mark.slow
def test_contours_unfold_in_time(benchmark):
    model = RecurrentModel("onset", Onset(), dt=40.0, preprocessing=Preprocessing(180), layers=("map",), contours="map")
    score = benchmark(as_brain_model(model))
    time_course = score.attrs["details"]["time_course"]
    assert time_course["ods"][0] < 0.6 < 0.85 < time_course["ods"][-1] and len(time_course["time_bins"]) == 5
    assert len(benchmark.figure(score.attrs["details"]).axes) == 2


def test_what_is_no_map_is_refused(benchmark):
    flat = FrameModel("flat", nn.Sequential(nn.Flatten()), preprocessing=Preprocessing(8), layers=("0",))
    with pytest.raises(NotMeasurable, match="no layer"):
        benchmark(as_brain_model(flat))
    point = FrameModel("point", nn.Sequential(nn.AdaptiveAvgPool2d(1)), preprocessing=Preprocessing(8), layers=("0",))
    with pytest.raises(NotMeasurable, match="no layer"):
        benchmark(as_brain_model(point))
    with pytest.raises(ModelError, match="not a single map"):
        benchmark(as_brain_model(edges(contours="features")))


def test_a_image_stands_among_its_mirror_images(images):
    frame = images.stimuli.timelines[0].frames[0].load()
    assert frame.shape == (180, 180)
    image = part_of_square(frame, SHAPE)
    assert np.allclose(image, frame[30:150]) and np.array_equal(frame[29], frame[30])


def test_the_published_layout(tmp_path):
    from PIL import Image

    for part in ("images", "groundTruth"):
        (tmp_path / part / "test").mkdir(parents=True)
    (tmp_path / "images" / "test" / "Thumbs.db").touch()
    for name, annotators in (("1", 2), ("2", 3)):
        Image.fromarray(np.zeros((6, 9, 3), np.uint8)).save(tmp_path / "images" / "test" / f"{name}.jpg")
        cells = np.empty((1, annotators), dtype=object)
        for number in range(annotators):
            masks = np.zeros((6, 9), np.uint8)
            masks[number] = 1
            cells[0, number] = {"Segmentation": masks.astype(np.uint16) + 1, "Boundaries": masks}
        savemat(tmp_path / "groundTruth" / "test" / f"{name}.mat", {"groundTruth": cells})
    images = load(None, 100.0, tmp_path)
    assert images.stimuli.ids == ["1", "2"] and [len(masks) for masks in images.annotators] == [2, 3]
    assert boundaries(tmp_path / "groundTruth" / "test" / "2.mat")[2][2].all()
    with pytest.raises(MissingData, match="groundTruth"):
        load(None, 100.0, tmp_path / "images")


@pytest.mark.slow
def test_pidinet_finds_what_participants_find(data):
    if not (data / "bsds500_subset").is_dir():
        pytest.skip("HARNESS_DATA has no bsds500_subset")
    from harness import load_model

    score = load_benchmark("BSDS500-contours", images=4, thresholds=5)(as_brain_model(load_model("pidinet_tiny")))
    assert 0.7 < float(score.attrs["raw"]) < 0.9 and 0.75 < float(score.attrs["ceiling"]) < 0.95
