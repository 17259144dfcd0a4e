"""The seam between benchmarks and models: what satisfies the protocol, and that no benchmark reaches around it."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from harness import ClipModel, FrameModel, Preprocessing, RecurrentModel, StimulusSet, as_brain_model
from harness.assemblies import NeuroidAssembly
from harness.benchmarks import Benchmark, make_score
from harness.brain_model import BrainModel, EngineBrainModel, ForeignBrainModel, RegionalBrainModel
from harness.errors import BenchmarkError, ModelError
from harness.testing.simulated_observer import SimulatedObserver

MEMBERS = {name for name in vars(BrainModel) if not name.startswith("_")}
ROOT = Path(__file__).resolve().parents[3]
INSPECTION = ("hasattr", "getattr", "setattr", "isinstance", "vars", "type")
SOURCES = [
    path
    for folder in ("harness/benchmarks", "plugins/benchmarks", "examples")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.area = nn.Identity()

    def init(self, batch_size, device):
        return 0.0

    def step(self, frame, state):
        return self.area(frame)


class Foreign:
    """Brain-Score's part of the protocol, in float32: three units that follow the mean of each image, without torch."""

    identifier = "foreign"

    def __init__(self, order=slice(None), bins=None):
        self.order, self.bins, self.asked = order, bins, []

    def visual_degrees(self):
        return 10

    def start_recording(self, recording_target, time_bins):
        if recording_target == "V2":
            raise NotImplementedError("no V2")
        self.asked.append((recording_target, time_bins))

    def look_at(self, stimuli, number_of_trials=1):
        ids = np.array(stimuli.ids)[self.order]
        bins = self.bins or self.asked[-1][1]
        means = np.array([timeline.at(0).mean() for timeline in stimuli.timelines], dtype=np.float32)[self.order]
        values = means[:, None, None] * np.arange(1, 4)[:, None] + np.arange(len(bins))
        coords = {
            "stimulus_id": ("presentation", ids),
            "shown": ("presentation", [True] * len(ids)),
            "neuroid_id": ("neuroid", range(3)),
            "layer": ("neuroid", ["all"] * 3),
            "time_bin_start": ("time_bin", [start for start, _ in bins]),
            "time_bin_end": ("time_bin", [end for _, end in bins]),
        }
        return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


def engine(kind: str = "frame") -> EngineBrainModel:
    options = {"preprocessing": Preprocessing(4), "regions": {"V1": "area"}, "classes": ["a", "b"]}
    network = nn.Sequential()
    network.add_module("area", nn.Identity())
    made = {
        "frame": lambda: FrameModel("m", network, **options),
        "clip": lambda: ClipModel("m", network, frame_rate=10, window=4, layouts={"area": "CTHW"}, **options),
        "recurrent": lambda: RecurrentModel("m", Recurrent(), dt=10, **options),
    }
    return as_brain_model(made[kind]())


def greys(count: int = 4) -> StimulusSet:
    images = [np.full((4, 4, 3), level) for level in np.linspace(0.1, 0.9, count)]
    return StimulusSet.from_images("greys", images, 100)


EXAMPLES = {
    "engine": engine,
    "foreign": lambda: as_brain_model(Foreign()),
    "simulated observer": lambda: SimulatedObserver(["a", "b"], {}),
}


# what satisfies it


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_satisfied(name):
    candidate = EXAMPLES[name]()
    assert isinstance(candidate, BrainModel) and as_brain_model(candidate) is candidate
    assert isinstance(candidate.regions, tuple) and isinstance(candidate.layers, tuple)
    assert isinstance(candidate.classes, tuple) and candidate.shown == {}
    assert candidate.looks_ahead >= 0 and candidate.visual_degrees() > 0


@pytest.mark.parametrize("kind", [EngineBrainModel, ForeignBrainModel, RegionalBrainModel, SimulatedObserver])
@pytest.mark.parametrize("method", sorted(name for name in MEMBERS if inspect.isfunction(vars(BrainModel)[name])))
def test_methods_can_be_called_as_the_protocol_says(kind, method):
    wanted, given = (inspect.signature(getattr(one, method)).parameters.values() for one in (BrainModel, kind))
    wanted, given = list(wanted), list(given)
    assert [one.name for one in given[: len(wanted)]] == [one.name for one in wanted]
    assert all((a.default is a.empty) >= (b.default is b.empty) for a, b in zip(wanted, given, strict=False))
    assert all(one.default is not one.empty for one in given[len(wanted) :]), "what comes besides is optional"


def test_it_says_what_a_model_is():
    frame, clip, recurrent = engine(), engine("clip"), engine("recurrent")
    assert [one.time_step for one in (frame, clip, recurrent)] == [None, 100, 10]
    assert [one.looks_ahead for one in (frame, clip, recurrent)] == [0, 400, 0]
    assert frame.regions == ("V1",) and frame.layers == ("area",) and frame.layer_of("V1") == "area"
    assert frame.classes == ("a", "b") and frame.input_size == 4 and frame.contours is None
    assert frame.digest() == frame.model.digest()


# foreign models


def test_a_foreign_model_is_known_by_its_regions():
    candidate = as_brain_model(Foreign())
    assert isinstance(candidate, ForeignBrainModel) and candidate.identifier == "foreign"
    assert candidate.regions == ("V1", "V2", "V4", "IT") and candidate.layers == () and candidate.time_step is None
    assert candidate.digest() is None and candidate.contours is None and candidate.input_size is None
    for asked in (lambda: candidate.layer_of("V1"), lambda: candidate.record_layers(greys(), ["conv1"], [(0, 100)])):
        with pytest.raises(ModelError, match="'foreign' is known by its regions alone, so that"):
            asked()
    with pytest.raises(ModelError, match="no method `start_task`"):
        candidate.start_task("passive")


def test_what_a_foreign_model_tells_is_passed_on():
    foreign = Foreign()
    foreign.regions, foreign.time_step, foreign.classes = ["V1"], 5.0, ["cat"]
    candidate = as_brain_model(foreign)
    assert (candidate.regions, candidate.time_step, candidate.classes) == (("V1",), 5.0, ("cat",))


def test_how_to_run_it_cannot_be_said_of_a_foreign_model():
    with pytest.raises(ModelError, match="models from load_model only"):
        as_brain_model(Foreign(), device="cpu")  # type: ignore[call-overload]


def test_recording_a_region_of_a_foreign_model():
    stimuli, bins = greys(), [(0.0, 50.0), (50.0, 100.0)]
    foreign = Foreign(order=[2, 0, 3, 1, 1])
    values = as_brain_model(foreign).record(stimuli, "V1", bins)
    expected = np.linspace(0.1, 0.9, 4)[:, None, None] * np.arange(1, 4) + np.arange(2)[:, None]
    np.testing.assert_allclose(values, expected, rtol=1e-6)
    assert foreign.asked == [("V1", bins)]
    candidate = as_brain_model(Foreign())
    candidate.record(stimuli, "V1", bins)
    assert candidate.shown == {stimuli.digest: "greys"}
    with pytest.raises(BenchmarkError, match="the model responded in 1 time bins where 2 were asked for"):
        as_brain_model(Foreign(bins=[(0, 100)])).record(stimuli, "V1", bins)
    with pytest.raises(BenchmarkError, match="the model responded to 2 stimuli that are not the 4"):
        as_brain_model(Foreign(order=[0, 1])).record(stimuli, "V1", bins)


def test_a_benchmark_takes_models_foreign_models_and_brain_models():
    class Brightness(Benchmark):
        identifier, version, parent = "brightness", 1, "task"

        def run(self, candidate: BrainModel):
            return make_score(candidate.record(greys(), "V1", [(0.0, 100.0)])[..., 0].mean(), error=0.1)

    candidate = engine()
    scores = [float(Brightness()(one)) for one in (candidate, candidate.model, Foreign(), as_brain_model(Foreign()))]
    np.testing.assert_allclose(scores, scores[0], rtol=1e-6)
    with pytest.raises(ModelError, match="takes a model"):
        Brightness()("alexnet")


# nothing reaches around it


def is_candidate(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == "candidate") or (
        isinstance(node, ast.Attribute) and node.attr == "candidate"
    )


def reached_around(source: str) -> Iterator[str]:
    """What code does to a candidate besides the protocol."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and is_candidate(node.value) and node.attr not in MEMBERS:
            yield f"line {node.lineno}: candidate.{node.attr}"
        if isinstance(node, ast.Call) and any(map(is_candidate, node.args)) and ast.unparse(node.func) in INSPECTION:
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__call__":
            for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                type_ = ast.unparse(argument.annotation).strip("'\"") if argument.annotation else "nothing"
                if argument.arg == "candidate" and type_ != "BrainModel":
                    yield f"line {node.lineno}: {node.name}(candidate: {type_})"


@pytest.mark.parametrize(
    "source",
    [
        "hasattr(candidate, 'record')",
        "getattr(candidate, 'model', None)",
        "layers = candidate.model.layers",
        "laboratory.candidate.model",
        "def run(self, candidate): ...",
        "def run(self, candidate: Any): ...",
    ],
)
def test_reaching_around_is_found(source):
    assert len(list(reached_around(source))) == 1


def test_the_protocol_itself_is_fine():
    assert not list(reached_around("def run(self, candidate: BrainModel): return candidate.record(s, 'V1', [])"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_benchmark_reaches_around_the_protocol(path):
    assert not list(reached_around(path.read_text()))
