"""Decoding of folders, of published layouts and of random dots."""

import json
from itertools import product

import numpy as np
import pytest
from PIL import Image

from harness import as_brain_model, load_benchmark, load_model
from harness.errors import BenchmarkError, MissingData
from harness.testing import adversary
from harness_plugins.benchmarks.decoding import layouts


def image(path, value, seed):
    noise = np.random.default_rng(seed).integers(0, 10, (16, 16, 3))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((value + noise).astype(np.uint8)).save(path)


@pytest.fixture
def folder(tmp_path):
    for label, value in (("dark", 30), ("light", 200)):
        for number in range(10):
            image(tmp_path / label / f"{number}.png", value, number)
    return tmp_path


def pixels():
    return as_brain_model(load_model("pixels", size=8))


def test_a_folder_is_decoded(folder):
    score = load_benchmark("Folder-decoding", folder=str(folder), bins=2)(pixels())
    details = score.attrs["details"]
    assert float(score) == pytest.approx(1) and len(details["time_bins"]) == 2
    assert details["learning_curve"]["accuracy"][-1] == 1 and 0 <= details["calibration_error"] < 0.5


@pytest.mark.slow
@pytest.mark.declares("Folder-decoding")
def test_adversaries_get_what_is_declared(folder, as_declared, name):
    """Brightness is read from a network that has learnt nothing, too."""
    for label, value in (("dark", 30), ("light", 200)):
        for number in range(10, 40):
            image(folder / label / f"{number}.png", value, number)
    as_declared(load_benchmark(name, folder=str(folder), bins=1), without=("untrained",))


def test_models_are_compared_over_stimuli_or_groups(folder, compared):
    for label, value in (("dark", 30), ("light", 200)):
        for number in range(10, 30):
            image(folder / label / f"{number}.png", value, number)
    benchmark = load_benchmark("Folder-decoding", folder=str(folder), bins=1)
    unknowing = as_brain_model(adversary("hash"))
    compared(benchmark(pixels()), benchmark(unknowing), "stimuli", sorted(benchmark.stimuli.ids))
    benchmark.group = "number"
    benchmark.stimuli.table["number"] = [f"n{at % 20:02d}" for at in range(60)]
    compared(benchmark(pixels()), benchmark(unknowing), "groups", [f"n{at:02d}" for at in range(20)])
    score = benchmark(unknowing)
    of_groups = np.array(score.attrs["details"]["per_sample"]["scores"]).std(ddof=1) / np.sqrt(20)
    assert of_groups * 0.99 < score.attrs["error"] < 2 * of_groups


def test_labels_without_a_trace_in_the_images_are_at_chance(tmp_path):
    for number in range(60):
        image(tmp_path / "ab"[number % 2] / f"{number}.png", 100, number)
    score = load_benchmark("Folder-decoding", folder=str(tmp_path), bins=1)(pixels())
    assert abs(float(score)) < 3 * score.attrs["error"]


def test_groups_of_a_table_stay_together(tmp_path):
    """Each group has its own brightness, which says nothing of the label in another group."""
    rows = ["file,image_label,movie"]
    for group in range(12):
        for number in range(4):
            image(tmp_path / f"{group}_{number}.png", 20 + 17 * group, number)
            rows.append(f"{group}_{number}.png,{'ab'[group % 2]},movie{group}")
    (tmp_path / "table.csv").write_text("\n".join(rows))
    arguments = {"folder": str(tmp_path), "table": "table.csv", "bins": 1}
    leaking = load_benchmark("Folder-decoding", **arguments)(pixels())
    grouped = load_benchmark("Folder-decoding", groups="movie", **arguments)(pixels())
    assert float(grouped) < float(leaking) + 0.01 and float(grouped) < 0.3


def test_one_image_under_two_names_is_on_one_side_of_every_split(tmp_path):
    """Labels without a cause: .75 where the decoder was trained on the second name."""
    for number in range(40):
        image(tmp_path / "abcd"[number % 4] / f"{number}.png", 100, number)
        image(tmp_path / "abcd"[number % 4] / f"{number}_again.png", 100, number)
    score = load_benchmark("folder-decoding", folder=str(tmp_path), bins=1)(pixels())
    assert abs(float(score.attrs["raw"]) - 0.25) < 0.15
    assert "40 of 80 stimuli show what another one shows" in score.attrs["details"]["notes"][0]


def test_a_column_that_is_not_there(folder):
    with pytest.raises(BenchmarkError, match="no column 'movie'"):
        load_benchmark("Folder-decoding", folder=str(folder), groups="movie")(pixels())


def test_published_layouts(tmp_path):
    for name in ("val/n/ILSVRC", "val/ILSVRC2012_val_00000001.JPEG"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "LOC_val_solution.csv").write_text(
        "ImageId,PredictionString\nILSVRC2012_val_00000001,n01 1 2 3 4 n01 5 6 7 8\nILSVRC2012_val_00000002,n02 1 2 3 4\n"
    )
    assert layouts.imagenet(tmp_path).to_numpy().tolist() == [
        ["val/ILSVRC2012_val_00000001.JPEG", "n01", "ILSVRC2012_val_00000001"]
    ]
    for name in (
        "k/val/abseiling/-a_b-c_1_000012_000022.mp4",
        "s/20bn-something-something-v2/78687.webm",
        "v/test/n000001/0001_02.jpg",
        "h/videos/walk2StepsLstart/HDM_bd_walk2StepsLstart_001_30.mp4",
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    (tmp_path / "s" / "labels").mkdir()
    (tmp_path / "s" / "labels" / "validation.json").write_text(
        json.dumps([{"id": "78687", "template": "Holding [something] up"}, {"id": "1", "template": "Not [here]"}])
    )
    assert layouts.kinetics(tmp_path / "k").iloc[0].tolist()[1:] == ["abseiling", "-a_b-c_1"]
    assert layouts.something(tmp_path / "s").to_numpy().tolist()[0][1:] == ["Holding something up", "78687"]
    assert layouts.vggface(tmp_path / "v").iloc[0].tolist()[1:] == ["n000001", "n000001/0001"]
    assert layouts.hdm05(tmp_path / "h").iloc[0].tolist()[1:] == ["walk", "bd"]
    with pytest.raises(MissingData, match="published layout"):
        layouts.kinetics(tmp_path / "v")


def test_a_published_set_in_its_layout(tmp_path, monkeypatch):
    for identity, value in (("n000001", 30), ("n000002", 200), ("n000003", 100)):
        for number in range(4 if identity == "n000003" else 10):
            image(tmp_path / "vggface2" / "test" / identity / f"{number:04d}_01.jpg", value, number)
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    score = load_benchmark("VGGFace2-decoding", items=10, bins=1)(pixels())
    assert float(score) == pytest.approx(1) and score.attrs["details"]["stimuli"] == 20


def movie(path, values, codec="mpeg4", drawn=0):
    """Frames of a brightness, each with tiles of its own, by `drawn`, that no codec takes for another's."""
    av = pytest.importorskip("av")
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=30)
        stream.height, stream.width, stream.pix_fmt = 32, 32, "yuv420p"
        for number, value in enumerate(values):
            tiles = np.kron(np.random.default_rng((drawn, number)).integers(0, 30, (4, 4, 1)), np.ones((8, 8, 3)))
            frame = av.VideoFrame.from_ndarray((value + tiles).astype(np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.fixture
def actions(tmp_path, monkeypatch):
    """Data sets of two actions of five people each, told by the middle of a clip."""
    for label, value in (("Archery", 40), ("Biking", 180)):
        for person in range(5):
            begins_alike = [100] * 5 + [value + 6 * person] * 8 + [100] * (2 + person)
            movie(tmp_path / "afd2022" / "afd101" / label / f"v_{label}_g{person:02d}_c01.avi", begins_alike)
            movie(tmp_path / "kinetics400" / "val" / label / f"clip{person}_000001_000011.mp4", begins_alike)
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))


FILES = {
    "AFD2022": "afd2022/afd101/{label}/v_{label}_g{item:02d}_c01.avi",
    "HDM05": "hdm05/videos/{label}2Steps/HDM_a{item}_{label}2Steps_001_30.mp4",
    "ImageNet2012": "imagenet2012/val/ILSVRC2012_val_{number:08d}.JPEG",
    "Kinetics400": "kinetics400/val/{label}/clip{item}_000001_000011.mp4",
    "Kinetics400Static": "kinetics400/val/{label}/clip{item}_000001_000011.mp4",
    "MechanicalTools": "mechanical_tools/images/{label}/tool{item}_0.jpg",
    "SomethingSomethingV2": "smthsmthv2/20bn-something-something-v2/{number}.webm",
    "VGGFace2": "vggface2/test/n{label}/{item:04d}_01.jpg",
}
"""Where a stimulus of each published set lies."""


def write_published(root, title, items):
    """A published set of two labels, told by brightness, and what lies beside its stimuli, which all differ."""
    numbered = [(at, label, item) for at, (label, item) in enumerate(product(("dark", "light"), range(items)))]
    for number, label, item in numbered:
        path = root / FILES[title].format(label=label, item=item, number=number)
        value = 30 if label == "dark" else 200
        if path.suffix.lower() in (".jpg", ".jpeg"):
            image(path, value, number)
        else:
            movie(path, [value] * 4, "vp8" if path.suffix == ".webm" else "mpeg4", drawn=number)
    if title == "ImageNet2012":
        rows = [f"ILSVRC2012_val_{number:08d},{label} 1 2 3 4" for number, label, _ in numbered]
        (root / "imagenet2012" / "LOC_val_solution.csv").write_text("\n".join(["ImageId,PredictionString", *rows]))
    if title == "SomethingSomethingV2":
        (root / "smthsmthv2" / "labels").mkdir()
        named = [{"id": str(number), "template": label} for number, label, _ in numbered]
        (root / "smthsmthv2" / "labels" / "validation.json").write_text(json.dumps(named))


@pytest.mark.slow
@pytest.mark.declares(
    "AFD2022-*",
    "HDM05-*",
    "ImageNet2012-*",
    "Kinetics400*",
    "MechanicalTools-*",
    "SomethingSomethingV2-*",
    "VGGFace2-*",
)
def test_adversaries_get_what_published_sets_declare(tmp_path, monkeypatch, as_declared, name):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    write_published(tmp_path, name.removesuffix("-decoding"), items=120)
    as_declared(load_benchmark(name, items=120, bins=1), whole=False)


def test_videos_without_appearance_last_as_long_as_each_other(actions):
    benchmark = load_benchmark("AFD2022-decoding", items=5, bins=2, duration=700)
    score = benchmark(pixels())
    assert {timeline.duration for timeline in benchmark.stimuli.timelines} == {700.0}
    assert sorted(set(benchmark.stimuli.table["group"]))[0] == "v_Archery_g00"
    assert score.attrs["details"]["stimuli"] == 10
    assert load_benchmark("AFD2022-decoding", items=5).load().duration == 4000


def test_middle_frames_are_images(actions):
    benchmark = load_benchmark("Kinetics400Static-decoding", items=5, bins=1)
    score = benchmark(pixels())
    assert float(score) == pytest.approx(1)
    assert all(len(timeline.runs) == 1 and timeline.duration == 200 for timeline in benchmark.stimuli.timelines)


def test_photographs_of_one_tool_stay_together(tmp_path, monkeypatch):
    for label, value in (("grip", 30), ("lever", 200)):
        for thing in range(6):
            for view in range(2):
                image(
                    tmp_path / "mechanical_tools" / "images" / label / f"tool{thing}_{view}.jpg",
                    value,
                    10 * thing + view,
                )
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    benchmark = load_benchmark("MechanicalTools-decoding", items=12, bins=1)
    assert float(benchmark(pixels())) == pytest.approx(1)
    assert benchmark.stimuli.table["group"].nunique() == 12


def test_frame_by_frame_the_dots_have_no_direction():
    benchmark = load_benchmark("RandomDots-direction", coherence=(0.512,), exemplars=20, duration=200)
    score = benchmark(as_brain_model(load_model("pixels", size=16)))
    assert abs(float(score)) < 3 * score.attrs["error"]


def test_motion_energy_sees_the_direction():
    benchmark = load_benchmark("RandomDots-direction", coherence=(0.8,), exemplars=16, duration=200)
    candidate = as_brain_model(load_model("motion_energy", size=32, stride=8, spatial_frequencies=(0.5, 1.0)))
    score = benchmark(candidate)
    assert float(score) > 0.8 and score.attrs["details"]["accuracy_by_coherence"]["0.8"] > 0.9
    assert len(benchmark.figure(score.attrs["details"]).axes) == 3
