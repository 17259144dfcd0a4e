"""Contents of the training sets, and images that must not be in them."""

import numpy as np
import pytest
import torch
from PIL import Image

from harness import load_benchmark, load_model, load_stimuli
from harness.errors import ArgumentError, MissingData
from harness.host import load_training_set
from harness.models import Preprocessing
from harness.stimuli import Frame
from harness.training import as_bytes, normalised
from harness_plugins.models.hed.model import HED
from harness_plugins.training_sets.contours import boundaries, distilled

SETS = {
    "digits": {"size": 8, "channels": 1},
    "silhouettes": {"size": 24, "samples": 70, "clutter": 2, "occlusion": 0.4},
    "contours": {"size": 48, "samples": 10, "channels": 1},
    "moving_dots": {"size": 16, "samples": 20, "steps": 4},
    "moving_digits": {"size": 24, "samples": 10, "steps": 4},
}


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_the_same_again_and_its_parts_have_nothing_in_common(name):
    data = load_training_set(name, **SETS[name])
    again = load_training_set(name, **SETS[name])
    assert data.digest == again.digest and len(data.digest) == 64 and data.summary
    assert data.train.frames.dtype == np.uint8 and data.train.frames.shape[-1] == SETS[name]["size"]
    train, validation = ({frame.tobytes() for frame in part.frames} for part in (data.train, data.validation))
    assert not train & validation
    if data.classes:
        assert set(np.unique(data.train.targets)) == set(range(len(data.classes)))


def pixels(frames: np.ndarray) -> set[bytes]:
    return {frame.tobytes() for frame in frames}


def test_no_digit_of_the_benchmark_is_trained_on():
    data = load_training_set("digits", size=8, channels=1)
    shown = load_benchmark("Digits-decoding").load()
    of_benchmark = pixels(np.stack([as_bytes(shown.timeline(name).frames[0].load())[None] for name in shown.ids]))
    assert len(of_benchmark) > 490
    assert not of_benchmark & (pixels(data.train.frames) | pixels(data.validation.frames))
    assert len(data.train) + len(data.validation) == 1797 - 500


def test_no_silhouette_that_is_shown_is_trained_on():
    shown = load_stimuli("silhouettes", x=[-1.0, 0.0, 1.0], y=[-1.0, 0.0, 1.0], size=[3.0, 4.0, 6.0])
    placing = Preprocessing(24, channels=1)
    frames = [placing.place(shown.timeline(name).at(10), 1.0, (0.5,) * 3).numpy() for name in shown.ids]
    data = load_training_set("silhouettes", size=24, samples=700, contrast=[1.0, 1.0])
    theirs = np.stack(frames).reshape(len(frames), -1)
    ours = data.train.frames.reshape(len(data.train), -1) / 255
    nearest = np.abs(ours[:, None] - theirs[None]).mean(2).min()
    assert nearest > 0.005


def test_the_target_of_a_contour_lies_on_its_segments():
    data = load_training_set("contours", size=48, channels=1, samples=10, noise=0.0, distractors=0)
    for frame, target in zip(data.train.frames, data.train.targets, strict=True):
        on_segments = np.abs(frame.astype(int) - 128) > 30
        assert target.any() and on_segments[target > 0].mean() > 0.5


def test_dots_move_where_their_label_says():
    data = load_training_set("moving_dots", size=16, samples=8, steps=3, coherence=[1.0, 1.0])
    for movie, label in zip(data.train.frames, data.train.targets, strict=True):
        move = {"right": (0, 1), "up": (-1, 0), "left": (0, -1), "down": (1, 0)}[data.classes[label]]
        assert np.array_equal(np.roll(movie[0, 0], move, (0, 1)), movie[1, 0])


def test_a_folder_of_images(tmp_path):
    for name, tone in (("dark", 20), ("light", 220)):
        (tmp_path / name).mkdir()
        for number in range(4):
            Image.new("RGB", (20, 10), (tone + number,) * 3).save(tmp_path / name / f"{number}.png")
    data = load_training_set("image_folder", folder=str(tmp_path), size=8, channels=1, held_out=4)
    assert data.classes == ("dark", "light") and len(data.train) == 6 and len(data.validation) == 2
    assert data.train.frames[0, 0].max() == 21 and data.train.targets.tolist() == [0] * 3 + [1] * 3


def test_an_image_added_to_a_folder_is_trained_on(tmp_path):
    for name in ("dark", "light"):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.new("L", (8, 8), number).save(tmp_path / name / f"{number}.png")

    def found():
        return load_training_set("image_folder", folder=str(tmp_path), size=8, channels=1, held_out=3)

    before = found()
    Image.new("L", (8, 8), 9).save(tmp_path / "dark" / "1b.png")
    after = found()
    assert (len(before.validation), len(after.validation)) == (2, 3) and after.digest != before.digest
    assert found().digest == after.digest


def test_a_folder_of_videos(tmp_path):
    for name in ("left", "right"):
        for video in range(2):
            folder = tmp_path / name / f"video{video}"
            folder.mkdir(parents=True)
            for frame in range(3):
                Image.new("L", (8, 8), 50 * frame).save(folder / f"{frame}.png")
    data = load_training_set(
        "video_folder", folder=str(tmp_path), size=8, channels=1, steps=3, frame_rate=10, held_out=2
    )
    assert data.classes == ("left", "right") and data.train.frames.shape == (2, 3, 1, 8, 8)
    assert data.train.frames[0, :, 0, 0, 0].tolist() == [0, 50, 100]


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(MissingData, match="one for each class"):
        load_training_set("image_folder", folder=str(tmp_path))


def test_an_image_without_boundaries_is_not_one_without_contours(tmp_path):
    (tmp_path / "images").mkdir()
    for name in "ab":
        Image.new("RGB", (20, 20)).save(tmp_path / "images" / f"{name}.jpg")
    with pytest.raises(MissingData, match=r"'a.jpg' in .* has no boundaries"):
        load_training_set("boundaries", folder=str(tmp_path), size=16)


@pytest.mark.parametrize("part", ["train", "test"])
def test_no_image_of_the_benchmark_of_contours_is_trained_on(tmp_path, monkeypatch, part):
    """Those of the published test part, and whatever else is the same file as one of the benchmark's."""
    for folder in (
        tmp_path / "own" / "images" / part,
        tmp_path / "own" / "groundTruth" / part,
        tmp_path / "subset" / "images",
    ):
        folder.mkdir(parents=True)
    for name in "ab":
        Image.new("RGB", (20, 20), f"#{name}{name}0000").save(tmp_path / "own" / "images" / part / f"{name}.jpg")
        (tmp_path / "own" / "groundTruth" / part / f"{name}.mat").touch()
    if part == "train":
        (tmp_path / "subset" / "images" / "renamed.jpg").write_bytes(
            (tmp_path / "own" / "images" / part / "b.jpg").read_bytes()
        )
    monkeypatch.setattr(boundaries, "is_available", lambda name: True)
    monkeypatch.setattr(boundaries, "locate", lambda name: tmp_path / "subset")
    with pytest.raises(ArgumentError, match="BSDS500-contours shows images of"):
        load_training_set("boundaries", folder=str(tmp_path / "own"), part=part, size=16)


def test_what_cannot_be_fetched_is_one_sentence(tmp_path, monkeypatch):
    from torchvision import datasets

    def unreachable(*_args, **_options):
        raise OSError("no network")

    monkeypatch.setattr(datasets, "MNIST", unreachable)
    with pytest.raises(MissingData, match="MNIST is neither in"):
        load_training_set("mnist", folder=str(tmp_path))


def test_what_hed_finds_in_photographs_is_a_training_set(tmp_path, monkeypatch):
    weights, rng = tmp_path / "hed.pth", np.random.default_rng(0)
    torch.save(HED().state_dict(), weights)
    files = [tmp_path / f"{name}.png" for name in ("astronaut", "coffee")]
    for file in files:
        Image.fromarray(rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)).save(file)
    monkeypatch.setattr(distilled, "photographs", lambda: files)
    data = load_training_set("hed_contours", size=32, crops=3, weights=str(weights))
    assert data.train.frames.shape == data.validation.frames.shape == (3, 3, 32, 32) and "HED" in data.summary
    pixels = Frame(files[1]).load().transpose(2, 0, 1)
    hed = load_model("hed", weights=str(weights))
    with torch.no_grad():
        whole = torch.sigmoid(hed.network(normalised(torch.tensor(pixels)[None] / 255, hed.preprocessing)))[0, 0]
    for frame, contours in zip(data.validation.frames, data.validation.targets, strict=True):
        [(top, left)] = [
            (y, x) for y in range(9) for x in range(19) if (pixels[:, y : y + 32, x : x + 32] == frame).all()
        ]
        assert np.abs(contours[0] / 255 - whole[top : top + 32, left : left + 32].numpy()).max() < 0.5 / 255 + 1e-6


def test_photographs_that_are_not_there_are_one_sentence(tmp_path, monkeypatch):
    torch.save(HED().state_dict(), tmp_path / "hed.pth")
    monkeypatch.setattr(distilled, "find_spec", lambda package: None)
    with pytest.raises(MissingData, match="pip install scikit-image"):
        load_training_set("hed_contours", size=32, weights=str(tmp_path / "hed.pth"))
