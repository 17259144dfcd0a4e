"""Numbers read from images and clips: of folders, and of published sets in their layouts."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from harness import as_brain_model, load_benchmark, load_model
from harness.assemblies import BrainIOStimulusSet
from harness.errors import BenchmarkError, DataError, MissingData
from harness.testing import adversary
from harness_plugins.benchmarks.selfmotion.clips import LABELS

SIDE = 16


def scene(values, random):
    """(16, 16, 3) uint8; each value of 0 to 1 is the brightness of its own quarter."""
    corners = [(0, 0), (0, 8), (8, 0), (8, 8)]
    image = random.integers(0, 6, (SIDE, SIDE, 3)).astype(float)
    for value, (top, left) in zip(values, corners, strict=False):
        image[top : top + 8, left : left + 8] += 20 + 200 * value
    return image.astype(np.uint8)


def angles(values):
    """Turns of 0 to 1, as the cosine and the sine that a scene shows."""
    return (1 + np.cos(2 * np.pi * values)) / 2, (1 + np.sin(2 * np.pi * values)) / 2


@pytest.fixture
def folder(tmp_path):
    random = np.random.default_rng(0)
    size, turn = random.random(80), random.random(80)
    cosine, sine = angles(turn)
    for i in range(80):
        Image.fromarray(scene((size[i], cosine[i], sine[i]), random)).save(tmp_path / f"{i}.png")
    table = {"file": [f"{i}.png" for i in range(80)], "size": 3 * size - 1, "turn": 360 * turn}
    table |= {"shuffled": random.permutation(size), "source": np.arange(80) // 4, "kind": "thing", "same": 1.0}
    pd.DataFrame(table).to_csv(tmp_path / "numbers.csv", index=False)
    return tmp_path


def pixels():
    return as_brain_model(load_model("pixels", size=8))


def regression(folder, **arguments):
    return load_benchmark("Folder-regression", folder=str(folder), table="numbers.csv", **{"bins": 2, **arguments})


def test_what_is_linear_in_the_pixels_is_read(folder):
    benchmark = regression(folder, targets=["size", "turn"], circular=["turn"], groups="source")
    score = benchmark(pixels())
    details = score.attrs["details"]
    assert float(score) > 0.99 and score.attrs["error"] < 0.01 and float(score.attrs["ceiling"]) == 1
    assert [one["target"] for one in details["by_target"]] == ["size", "turn"] and details["groups"] == 20
    assert np.shape(details["correlation"]) == (len(details["layers"]), 2, 2)
    assert len(json.dumps(details)) < 200_000
    assert len(benchmark.figure(details).axes) == 4


def test_shuffled_numbers_are_at_zero(folder):
    score = regression(folder, targets="shuffled")(pixels())
    assert abs(float(score)) < 3 * score.attrs["error"]


def test_models_are_compared_over_groups_or_stimuli(folder, compared):
    unknowing = as_brain_model(adversary("hash"))
    for groups, of, names in (("source", "groups", range(20)), (None, "blocks of 4 stimuli", None)):
        benchmark = regression(folder, targets=["size"], groups=groups, bins=1)
        better, worse = benchmark(pixels()), benchmark(unknowing)
        compared(better, worse, of, names)
        values = better.attrs["details"]["per_sample"]["scores"]
        assert better.attrs["error"] == pytest.approx(np.std(values, ddof=1) / np.sqrt(20), rel=1e-3, abs=1e-7)


def test_an_angle_that_is_taken_for_a_number_is_read_less_well(folder):
    raw = regression(folder, targets="turn", bins=1)(pixels())
    angle = regression(folder, targets="turn", circular="turn", bins=1)(pixels())
    assert float(raw) < 0.95 < float(angle)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"targets": "speed"}, "no column 'speed'"),
        ({"targets": "kind"}, "not made of numbers"),
        ({"targets": "same"}, "the same for all"),
        ({"targets": "size", "circular": "turn"}, "not among the targets"),
        ({"targets": []}, "nothing to read out"),
        ({"targets": "size", "bins": 0}, "a whole number from 1"),
    ],
)
def test_what_cannot_be_read(folder, arguments, message):
    with pytest.raises(BenchmarkError, match=message):
        regression(folder, **arguments)(pixels())


def airsim(root, environments=("block", "city"), clips=40, dtype=np.uint8, labels=LABELS):
    """Clips of 10 frames whose brightness says their speed, and three quarters of them the heading yaw and the pitch."""
    import h5py

    random = np.random.default_rng(1)
    for environment in environments:
        path = root / "selfmotion" / "environments" / environment / "batch0" / "output.h5"
        path.parent.mkdir(parents=True)
        truth = np.zeros(clips, dtype=[(name, "<f4") for name in labels])
        for name in labels:
            truth[name] = random.uniform(-np.pi, np.pi, clips)
        truth["speed"] = random.uniform(0, 3, clips)
        cosine, sine = angles(truth["heading_yaw"] / (2 * np.pi))
        frames = [
            [scene((speed / 3, c, s), random)[..., :1] for _ in range(10)]
            for speed, c, s in zip(truth["speed"], cosine, sine, strict=True)
        ]
        with h5py.File(path, "w") as file:
            file["labels"] = truth
            file["short_videos"] = np.array(frames).transpose(0, 1, 4, 2, 3).astype(dtype)


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    return tmp_path


def test_selfmotion_in_its_layout(root):
    airsim(root)
    benchmark = load_benchmark("Mineault2021-selfmotion", clips=30, bins=1)
    score = benchmark(pixels())
    table = benchmark.stimuli.table
    assert len(table) == 60 and table["environment"].value_counts().to_dict() == {"block": 30, "city": 30}
    assert table["heading_yaw"].abs().max() > 90 and benchmark.stimuli.timelines[0].duration == 1000
    by_target = {one["target"]: one for one in score.attrs["details"]["by_target"]}
    assert by_target["speed"]["r"] > 0.98 and by_target["heading_yaw"]["r"] > 0.98
    assert all(abs(by_target[name]["r"]) < 3 * by_target[name]["error"] for name in ("yaw", "pitch", "rotation_yaw"))
    assert score.attrs["details"]["targets"] == list(LABELS)


@pytest.mark.slow
@pytest.mark.declares("Folder-regression")
def test_adversaries_get_what_a_table_declares(folder, as_declared, name):
    benchmark = regression(folder, targets=["size", "turn"], circular=["turn"], bins=1)
    assert benchmark.identifier == name
    as_declared(benchmark)


@pytest.mark.slow
@pytest.mark.declares("Mineault2021-*")
def test_adversaries_get_what_motion_of_oneself_declares(root, as_declared, name):
    airsim(root)
    as_declared(load_benchmark(name, clips=30, bins=1))


@pytest.mark.slow
@pytest.mark.declares("McMahon2023-social")
def test_adversaries_get_what_social_ratings_declare(root, as_declared, name):
    mcmahon(root)
    as_declared(load_benchmark(name, bins=2), whole=False)


@pytest.mark.slow
@pytest.mark.declares("MajajHong2015-pose")
def test_adversaries_get_what_poses_declare(posed, as_declared, name):
    as_declared(load_benchmark(name, images=80, bins=1), whole=False)


def test_selfmotion_in_unseen_environments(root):
    airsim(root, ("block", "city", "forest"), clips=16)
    benchmark = load_benchmark("Mineault2021-selfmotion", bins=1, folds=3, groups="environment")
    benchmark.inner_folds = 2
    details = benchmark(pixels()).attrs["details"]
    assert details["groups"] == 3 and {one["target"]: one["r"] for one in details["by_target"]}["speed"] > 0.95


def test_selfmotion_in_another_layout(root):
    with pytest.raises(MissingData, match=r"is not here.*Put the environments into"):
        load_benchmark("Mineault2021-selfmotion").stimuli  # noqa: B018
    airsim(root, ("block",), clips=4, dtype=np.float32)
    with pytest.raises(DataError, match="it must hold 4 clips of 8 bits"):
        load_benchmark("Mineault2021-selfmotion").stimuli  # noqa: B018


def clip(path, grey):
    av = pytest.importorskip("av", reason="av is in the extra video")
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=2)
        stream.width = stream.height = SIDE
        for _ in range(6):
            frame = np.full((SIDE, SIDE, 3), grey, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


def mcmahon(root, clips=60):
    """Clips of 3 s whose brightness says how much they communicate."""
    random = np.random.default_rng(2)
    folder = root / "mcmahon2023"
    names = [f"{i}.mp4" for i in range(clips)]
    ratings = pd.DataFrame(
        {"video_name": names, "joint action": random.random(clips), "communication": random.random(clips)}
    )
    for split, part in (("train", names[: clips - 10]), ("test", names[clips - 10 :])):
        folder.mkdir(exist_ok=True)
        (folder / f"{split}.csv").write_text("video_name\n" + "\n".join(part) + "\n")
    for name, rating in zip(names, ratings["communication"], strict=True):
        clip(folder / "dyad_videos_3000ms" / name, 30 + 190 * rating)
    ratings.to_csv(folder / "annotations.csv", index=False)
    return folder


def test_social_ratings_of_clips(root):
    folder = mcmahon(root)
    benchmark = load_benchmark("McMahon2023-social", bins=2)
    by_target = {one["target"]: one for one in benchmark(pixels()).attrs["details"]["by_target"]}
    assert by_target["communication"]["r"] > 0.97
    assert abs(by_target["joint action"]["r"]) < 3 * by_target["joint action"]["error"]
    assert benchmark.time_bins[-1][1] == pytest.approx(3000)
    (folder / "annotations.csv").unlink()
    with pytest.raises(MissingData, match=r"lacks annotations\.csv"):
        load_benchmark("McMahon2023-social").stimuli  # noqa: B018


@pytest.fixture
def posed(monkeypatch, tmp_path):
    """Images whose quarters say the height of the object and one of its rotations, in Brain-Score's layout."""
    random = np.random.default_rng(3)
    numbers = {name: random.uniform(-1, 1, 90) for name in ("ty", "tz", "s", "id")}
    numbers |= {name: random.uniform(-180, 180, 90) for name in ("rxy", "rxz", "ryz")}
    cosine, sine = angles(numbers["rxy"] / 360)
    table = BrainIOStimulusSet({"stimulus_id": [f"{i:040d}" for i in range(90)], **numbers})
    table.stimulus_paths = {name: tmp_path / f"{name}.png" for name in table["stimulus_id"]}
    for i, path in enumerate(table.stimulus_paths.values()):
        Image.fromarray(scene(((1 + numbers["ty"][i]) / 2, cosine[i], sine[i]), random)).save(path)
    monkeypatch.setattr("harness_plugins.benchmarks.majajhong2015.recording.load_stimulus_set", lambda _: table)


def test_majajhong_pose_in_its_columns(posed):
    benchmark = load_benchmark("MajajHong2015-pose", images=80, bins=1)
    by_target = {one["target"]: one for one in benchmark(pixels()).attrs["details"]["by_target"]}
    assert len(benchmark.stimuli) == 80 and benchmark.stimuli.visual_degrees == 8
    assert by_target["ty"]["r"] > 0.98 and by_target["rxy"]["r"] > 0.98
    assert all(abs(by_target[name]["r"]) < 3 / np.sqrt(80) for name in ("s", "tz", "rxz", "ryz"))
