"""Benchmarks of confusions, in the published layouts: objects in pairs (Rajalingham 2018), actions (Ilic 2022, Han 2024)."""

import av
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from harness import load_benchmark
from harness.assemblies import BehavioralAssembly, BrainIOStimulusSet
from harness.benchmarks.behaviour.actions import confusions
from harness.errors import BenchmarkError, MissingData, NotMeasurable
from harness_plugins.benchmarks.han2024.benchmark import Han2024, _performance
from harness_plugins.benchmarks.ilic2022.benchmark import FOLDERS, Ilic2022
from harness_plugins.benchmarks.ilic2022.choices import CLASSES, load

OBJECTS = ("apple", "bear", "camera", "dog")
PER = 12
LABELS = np.repeat(np.arange(4), PER)
HAN = ["ID", "BMP Condition", "Video Path", "Ground Truth", "Human Response"]


class Chooser:
    """A `BrainModel` that answers with given probabilities, by stimulus."""

    identifier = "chooser"

    def __init__(self, probabilities, choices, readout="fitted"):
        self.probabilities, self.choices, self.readout, self.fitted, self.looks = (
            probabilities,
            choices,
            readout,
            [],
            [],
        )

    def start_task(self, task, fitting_stimuli=None):
        assert task == "probabilities" and "image_label" in fitting_stimuli.table
        self.fitted.append(fitting_stimuli.ids)

    def look_at(self, stimuli, number_of_trials=1):
        self.looks.append(stimuli.ids)
        coordinates = {
            "stimulus_id": ("presentation", stimuli.ids),
            "shown": ("presentation", stimuli.ids),
            "choice": ("choice", list(self.choices)),
        }
        values = np.array([self.probabilities[name] for name in stimuli.ids])
        assembly = BehavioralAssembly(values, coords=coordinates, dims=["presentation", "choice"])
        assembly.attrs["readout"] = self.readout
        return assembly


def true_probabilities(labels, classes, seed=0, sharpness=1.0):
    """(stimuli, classes): what each stimulus looks like to everybody."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, sharpness, (len(labels), classes)) + random.normal(0, 1, (classes, classes))[labels]
    logits[np.arange(len(labels)), labels] += 1.5
    return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)


@pytest.fixture
def objectome(monkeypatch, tmp_path):
    """Rajalingham's public set, small: 4 objects, 12 images each, 60 trials for every image and distractor."""
    random = np.random.default_rng(1)
    true = true_probabilities(LABELS, 4)
    rows = [(i, d) for i in range(len(LABELS)) for d in range(4) if d != LABELS[i] for _ in range(60)]
    image, other = np.array(rows).T
    own = LABELS[image]
    chose_other = random.random(len(rows)) < true[image, other] / (true[image, other] + true[image, own])
    names = np.array(OBJECTS)
    ids = [f"image{at:02d}" for at in range(len(LABELS))]
    coords = {
        "stimulus_id": ("presentation", np.array(ids)[image]),
        "sample_obj": ("presentation", names[own]),
        "dist_obj": ("presentation", names[other]),
        "choice": ("presentation", names[np.where(chose_other, other, own)]),
        "truth": ("presentation", names[own]),
        "WorkerID": ("presentation", [f"w{at % 5}" for at in range(len(rows))]),
    }
    assembly = BehavioralAssembly(coords["choice"][1], coords=coords, dims=["presentation"])
    table = BrainIOStimulusSet({"stimulus_id": ids, "image_label": [f"code{label}" for label in LABELS]})
    table.stimulus_paths = {name: tmp_path / f"{name}.png" for name in ids}
    table.identifier = "objectome.public"
    for path in table.stimulus_paths.values():
        Image.fromarray(random.integers(0, 255, (4, 4, 3), dtype=np.uint8)).save(path)
    module = "harness_plugins.benchmarks.rajalingham2018.choices"
    monkeypatch.setattr(f"{module}.load_assembly", lambda name: assembly)
    monkeypatch.setattr(f"{module}.load_stimulus_set", lambda name: table)
    return load_benchmark("Rajalingham2018-i2n"), dict(zip(ids, true, strict=True))


def test_the_participants_who_made_the_trials_score_1(objectome):
    benchmark, true = objectome
    candidate = Chooser(true, OBJECTS)
    score = benchmark(candidate)
    assert abs(float(score) - 1) < 3 * score.attrs["error"] and score.attrs["error"] < 0.08
    assert 0.6 < float(score.attrs["ceiling"]) < 1
    details = score.attrs["details"]
    assert details["choices"] == list(OBJECTS) and details["trials"] == 60 * 3 * len(LABELS)
    assert len(candidate.looks) == 4 and sorted(name for look in candidate.looks for name in look) == sorted(true)
    assert all(not set(tested) & set(fitted) for tested, fitted in zip(candidate.looks, candidate.fitted, strict=True))


def test_confusions_that_depend_on_the_object_alone_are_at_chance_and_those_on_nothing_not_measurable(objectome):
    benchmark, true = objectome
    values = np.array(list(true.values()))
    by_object = np.array([values[label == LABELS].mean(0) for label in range(4)])[LABELS]
    assert float(benchmark(Chooser(dict(zip(true, by_object, strict=True)), OBJECTS))) == pytest.approx(0, abs=0.05)
    with pytest.raises(NotMeasurable, match="do not vary"):
        benchmark(Chooser(dict.fromkeys(true, np.full(4, 0.25)), OBJECTS))
    random = np.random.default_rng(2)
    rows = np.concatenate([random.permutation(np.flatnonzero(label == LABELS)) for label in range(4)])
    for probabilities in (values[rows], random.dirichlet(np.ones(4), len(LABELS))):
        score = benchmark(Chooser(dict(zip(true, probabilities, strict=True)), OBJECTS))
        assert abs(float(score) - benchmark.chance) < 3 * max(score.attrs["error"], 1 / np.sqrt(3 * len(LABELS)))


@pytest.mark.slow
@pytest.mark.declares("Rajalingham2018-*")
def test_adversaries_of_confusions_get_what_is_declared(objectome, as_declared, name):
    assert objectome[0].identifier == name
    as_declared(objectome[0])


def test_models_are_compared_over_images(objectome, compared):
    benchmark, true = objectome
    values = np.random.default_rng(3).permutation(list(true.values()))
    worse = benchmark(Chooser(dict(zip(true, values, strict=True)), OBJECTS))
    compared(benchmark(Chooser(true, OBJECTS)), worse, "stimuli", true)


def test_figure(objectome, tmp_path):
    benchmark, true = objectome
    benchmark.figure(benchmark(Chooser(true, OBJECTS)).attrs["details"]).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def movie(path, seed=0):
    """Four frames of noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 16
        for _ in range(4):
            frame = av.VideoFrame.from_ndarray(random.integers(0, 255, (16, 16, 3), dtype=np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def write_ilic(root, condition):
    """Three tested videos of each class, from which 40 participants' answers are drawn, and clips of tested and of other
    sources; what each video looks like to everybody."""
    names = [f"{label}/v_{label}_g{group:02d}_c01" for label in CLASSES for group in (1, 2, 3)]
    others = [f"{label}/v_{label}_g01_c02" for label in CLASSES] + [f"{label}/v_{label}_g07_c01" for label in CLASSES]
    for seed, name in enumerate(names + others):
        movie(root / FOLDERS[condition] / f"{name}.avi", seed)
    labels = np.repeat(np.arange(5), 3)
    true = true_probabilities(labels, 5, seed=3, sharpness=0.2)
    random = np.random.default_rng(4)
    (root / "responses").mkdir()
    for participant in range(40):
        answers = [random.choice(CLASSES, p=p) for p in true for _ in range(4)]
        table = pd.DataFrame(
            {
                "GroundTruth": np.repeat([name.split("/")[0] for name in names], 4),
                "Prediction": answers,
                "Correct": 0,
                "Fps": 25,
                "NumberOfFrames": 4,
                "Modality": condition,
                "UserID": f"u{participant}",
                "VideoPath": np.repeat([f"data/{condition}/{name}.avi" for name in names], 4),
            }
        )
        table.to_csv(root / "responses" / f"u{participant}.csv")
    return dict(zip(names, true, strict=True))


@pytest.fixture
def data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def ilic(data_folder):
    true = write_ilic(data_folder / "ilic2022", "ucf5")
    return load_benchmark("Ilic2022-ucf5"), true


def test_participants_who_confuse_actions_score_1_and_those_who_confuse_others_0(ilic):
    benchmark, true = ilic
    candidate = Chooser(true, CLASSES)
    score = benchmark(candidate)
    assert float(score) == pytest.approx(1, abs=3 * score.attrs["error"] + 0.05) and float(score) > 0.8
    details = score.attrs["details"]
    assert details["numbers"] == 10 and details["stimuli"] == 15 and details["trials"] == 40 * 60
    assert all("g07" in name for name in candidate.fitted[0]) and len(candidate.fitted[0]) == 5
    with pytest.raises(NotMeasurable, match="do not vary"):
        benchmark(Chooser(dict.fromkeys(true, np.full(5, 0.2)), CLASSES))
    null = [
        float(
            benchmark(
                Chooser(
                    dict(zip(true, true_probabilities(np.repeat(np.arange(5), 3), 5, seed, 0.2), strict=True)), CLASSES
                )
            )
        )
        for seed in range(100, 112)
    ]
    assert abs(np.mean(null)) < 3 * np.std(null) / np.sqrt(len(null)) + 0.05


@pytest.mark.slow
@pytest.mark.declares("Ilic2022-*")
def test_adversaries_of_actions_get_what_is_declared(data_folder, as_declared, name):
    write_ilic(data_folder / "ilic2022", name.removeprefix("Ilic2022-"))
    as_declared(load_benchmark(name), whole=name == "Ilic2022-ucf5")


def test_ilic_says_what_is_missing(ilic):
    with pytest.raises(BenchmarkError, match="there is no condition 'ucf101'; there are ucf5, afd5"):
        Ilic2022("ucf101")
    with pytest.raises(MissingData, match="none of the videos"):
        confusions(load(), {}, CLASSES)


def write_han(root, condition):
    """Six tested videos of each of ten actions, from which 40 participants' answers are drawn, and others to fit a read-out to."""
    kind = "J-6P" if condition.startswith("J-6P") else "RGB"
    codes = [f"A{number:03d}" for number in range(1, 11)]
    labels = np.repeat(np.arange(10), 6)
    true = true_probabilities(labels, 10, seed=5, sharpness=0.5)
    random, rows = np.random.default_rng(6), []
    for at, label in enumerate(labels):
        file = f"S001C001P{at % 6:03d}R001{codes[label]}_x.mp4"
        movie(root / "videos" / condition / file, at)
        movie(root / "fitting" / kind / f"S002C001P{at % 6:03d}R001{codes[label]}_x.mp4", 100 + at)
        answers = random.choice(10, 40, p=true[at])
        rows += [(p, condition, f"videos/{file}", f"action {label}", f"action {a}") for p, a in enumerate(answers)]
    pd.DataFrame(rows, columns=HAN).to_csv(root / "qualified_human_data.csv", index=False)


@pytest.mark.slow
@pytest.mark.declares("Han2024-*")
def test_adversaries_of_biological_motion_get_what_is_declared(data_folder, as_declared, name):
    write_han(data_folder / "han2024", name.removeprefix("Han2024-"))
    as_declared(load_benchmark(name), whole=name == "Han2024-RGB")


def test_han_keeps_performances_apart(data_folder):
    root = data_folder / "han2024"
    actions = {"A027": "jump up", "A031": "point", "A023": "wave"}
    rows = []
    for seed, (code, label) in enumerate(actions.items()):
        file = f"S001C001P003R001{code}_rgb.mp4"
        movie(root / "videos" / "RGB-S" / file, seed)
        movie(
            root / "fitting" / "RGB" / f"S001C002P003R001{code}_rgb.mp4", 10 + seed
        )  # the same seen by another camera
        movie(root / "fitting" / "RGB" / f"S002C001P005R001{code}_rgb.mp4", 20 + seed)
        rows += [
            (participant, "RGB-S", f"videos/{file}", label, answer)
            for participant in range(6)
            for answer in actions.values()
        ]
    pd.DataFrame(rows, columns=HAN).to_csv(root / "qualified_human_data.csv", index=False)
    benchmark = load_benchmark("Han2024-RGB-S")
    assert len(benchmark.data.stimuli) == 3 and benchmark.data.trials == 54
    assert benchmark.data.choices == ("jump up", "point", "wave")
    assert sorted(benchmark.fitting.table["image_label"]) == sorted(actions.values())
    assert all("S002" in name for name in benchmark.fitting.ids)
    assert _performance("S001C001P003R001A027_rgb.mp4") == _performance("x/S001C003P003R001A027_6P.mp4") != "x"
    with pytest.raises(BenchmarkError, match="there is no condition 'RGB-R'"):
        Han2024("RGB-R")
