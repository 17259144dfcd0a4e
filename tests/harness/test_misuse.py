"""Every mistake at a public face is answered with one sentence, and nothing is accepted that cannot be meant.

Every callable of every face is called with valid arguments, and then with one of them replaced by something that it cannot be: a
wrong type, shape or size, nothing, what is not finite, a tensor, strange text. It must work, or raise a `HarnessError` of one line.
"""

import collections
import contextlib
import dataclasses
import importlib
import inspect
import io
import itertools
import math
import pickle
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
import torch

from harness.engine import AllUnits
from harness.errors import LONGEST, HarnessError
from harness.models import Heard, Point
from harness.optogenetics import Decoder, Design, Session
from harness.studies import Study
from harness.training import Objective

ROOT = Path(__file__).parents[2]
FACES = {
    ".".join(stub.parent.relative_to(ROOT).parts): stub for stub in sorted((ROOT / "harness").rglob("__init__.pyi"))
}
N, UNITS, TIMES = 12, 4, 6


BAD: dict[str, Any] = {
    "none": None,
    "object": object(),
    "text": "zz",
    "no text": "",
    "lines": "a\nb",
    "surrogate": "\ud800",
    "long text": "x" * 5000,
    "traversal": "../a",
    "null": "a\0b",
    "bytes": b"zz",
    "true": True,
    "zero": 0,
    "negative": -1,
    "fraction": 1.5,
    "nan": math.nan,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "huge": 10**30,
    "large": 1e300,
    "beyond floats": 10**400,
    "complex": 1j,
    "empty": [],
    "list": [50],
    "pair": (0, 1e-7),
    "text list": ["a", 3],
    "none list": [None],
    "mapping": {"a": 1},
    "set": {1},
    "class": int,
    "function": lambda *_, **__: None,
    "no array": np.zeros(0),
    "array": np.zeros((2, 2)),
    "deep array": np.zeros((2, 3, 1, 2)),
    "nan array": np.full(N, np.nan),
    "infinite array": np.full((N, UNITS), np.inf),
    "text array": np.array(["a", "b"]),
    "complex array": np.ones(N, complex),
    "object array": np.array([None, object()], dtype=object),
    "tensor": torch.zeros(N),
    "tensor with gradient": torch.zeros((N, UNITS), requires_grad=True),
    "table": pd.DataFrame({"a": [1]}),
    "huge size": 10**7,
}
FAST = (
    "none",
    "object",
    "text",
    "lines",
    "surrogate",
    "negative",
    "zero",
    "nan",
    "infinity",
    "huge",
    "list",
    "empty",
    "deep array",
    "text array",
    "tensor",
    "huge size",
)


class Net(torch.nn.Module):
    """A recurrent network of one layer, which is also a frame network."""

    def __init__(self) -> None:
        super().__init__()
        self.area1 = torch.nn.Conv2d(3, 2, 3, padding=1)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        return self.area1(frames)

    def init(self, batch_size: int, device: Any) -> torch.Tensor:
        return torch.zeros(batch_size, 2, 8, 8, device=device)

    def step(self, frame: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.area1(frame)) + 0.5 * state


@cache
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def noise(*shape: int) -> np.ndarray:
    return rng().random(shape)


@cache
def stimuli(count: int = 4) -> Any:
    from harness import StimulusSet

    images = {f"s{i}": np.random.default_rng(i).random((8, 8)) for i in range(count)}
    labels = ["a", "b"] * (count // 2)
    return StimulusSet.from_images("noise", images, 50, visual_degrees=4, label=labels, image_label=labels)


def preprocessing() -> Any:
    from harness import Preprocessing

    return Preprocessing(8)


def network() -> Net:
    torch.manual_seed(0)
    return Net()


def frame_model() -> Any:
    from harness import FrameModel

    return FrameModel("net", network(), preprocessing=preprocessing(), regions={"V1": "area1"})


def recurrent_model() -> Any:
    from harness import RecurrentModel

    return RecurrentModel("net", network(), preprocessing=preprocessing(), regions={"V1": "area1"}, dt=10)


def candidate() -> Any:
    from harness import as_brain_model

    return as_brain_model(recurrent_model())


def splits(n: int = N) -> Any:
    from harness.metrics.statistics import k_fold

    return k_fold(n, 3)


def inner(train: np.ndarray) -> Any:
    return splits(len(train))


def gram(n: int = N) -> np.ndarray:
    features = np.random.default_rng(1).standard_normal((n, 5))
    return features @ features.T


def probabilities(n: int = N, k: int = 3) -> np.ndarray:
    given = noise(n, k)
    return given / given.sum(1, keepdims=True)


def rdm(n: int = 6) -> np.ndarray:
    given = noise(n, n)
    given = given + given.T
    np.fill_diagonal(given, 0)
    return given


def score() -> Any:
    from harness.assemblies import Score

    made = Score(0.9)
    made.attrs["error"] = 0.1
    return made


def result(**fields: Any) -> Any:
    from harness.results import Result

    return Result(**({"model": "net", "benchmark": "B2026", "status": "scored", "score": 0.5, "error": 0.1} | fields))


def correlated(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.corrcoef(np.ravel(x), np.ravel(y))[0, 1])


GENERIC: dict[str, Callable[[], Any]] = {
    "model": frame_model,
    "stimuli": stimuli,
    "candidate": candidate,
    "benchmark": lambda: "Ringach2002-orientation_tuning",
    "identifier": lambda: "gratings",
    "of": lambda: "stimuli",
    "region": lambda: "V1",
    "network": network,
    "preprocessing": preprocessing,
    "x": lambda: noise(N),
    "y": lambda: noise(N),
    "Y": lambda: noise(N, UNITS),
    "K": gram,
    "ids": lambda: [f"s{i}" for i in range(N)],
    "outer": splits,
    "splits": splits,
    "inner": lambda: inner,
    "traces": lambda: noise(UNITS, TIMES),
    "times": lambda: np.arange(TIMES) * 10.0,
    "responses": lambda: noise(UNITS, TIMES),
    "diameters": lambda: np.linspace(0.5, 4, TIMES),
    "orientations": lambda: np.arange(TIMES) * 30.0,
    "phases": lambda: np.arange(TIMES) * 60.0,
    "probabilities": probabilities,
    "humans": probabilities,
    "participants": lambda: noise(5, N, 3),
    "labels": lambda: np.arange(N) % 3,
    "objects": lambda: np.arange(N) % 3,
    "conditions": lambda: np.arange(N) % 2,
    "counts": lambda: rng().integers(1, 9, (N, 3)),
    "names": lambda: [f"s{i}" for i in range(N)],
    "folds": lambda: 3,
    "groups": lambda: np.arange(N) % 4,
    "values": lambda: noise(N, UNITS),
    "statistic": lambda: lambda rows: float(np.mean(rows)),
    "n": lambda: N,
    "rdms": lambda: np.stack([rdm() for _ in range(4)]),
    "rdm": rdm,
    "score": lambda: 0.5,
    "ceiling": score,
    "details": lambda: {"x": 1},
    "features": lambda: noise(N, 5),
    "sets": lambda: [noise(N, 5)],
    "lengths": lambda: [6, 6],
    "runs": lambda: np.arange(N) // 6,
    "right": lambda: np.arange(N) % 3,
    "evidence": lambda: noise(N, 3),
    "correct": lambda: noise(N) > 0.5,
    "layers": lambda: ["area1"],
    "regions": lambda: {"V1": "area1"},
    "published": lambda: histogram(),
    "targets": lambda: {"a": target()},
    "prediction": lambda: noise(N, UNITS),
    "time_bins": lambda: [(0.0, 50.0)],
    "canvas": lambda: canvas(),
    "duration": lambda: 50.0,
    "frame_rate": lambda: 60.0,
    "split": lambda: splits()[0],
    "alphas": lambda: np.ones((3, UNITS)),
    "certainty": lambda: noise(N, TIMES),
    "drive": lambda: noise(UNITS, 2, TIMES, TIMES),
    "curves": lambda: noise(3, UNITS, TIMES),
    "M": lambda: noise(N, 3),
    "summary": lambda: "one line",
    "source": lambda: "somewhere",
}
"""Parameter -> a valid argument, wherever it is not said otherwise below."""


def canvas() -> Any:
    from harness import Canvas

    return Canvas(4, 32)


def histogram() -> Any:
    from harness.metrics.statistics import Histogram

    return Histogram((0.0, 0.5, 1.0), (3, 4))


def target() -> Any:
    from harness.metrics.statistics import Target

    return Target(1.0, 0.0, 0.1, "Author 2015", "quoted", "1.0", 10)


def moments() -> Any:
    from harness.metrics.regression import Moments

    return Moments.of(noise(N, 5), noise(N, UNITS))


def time_courses() -> Any:
    from harness.benchmarks.dynamics import TimeCourses

    table = pd.DataFrame(
        {"duration": [17.0, 33.0], "onset": 0.0, "offset": [20.0, 40.0], "second_onset": [20.0, math.inf]}
    )
    return TimeCourses(("V1",), noise(1, 2, 2, 60), np.arange(60) * 10.0, np.full((1, 1, 1), 0.1), table)


def recorded(shown: int = 4, units: int = 2) -> Any:
    from harness.data import Measurement, RecordedData

    return RecordedData(
        "Ours2026",
        (subject_responses(shown, units),),
        ((0.0, 50.0),),
        Measurement("spikes", "spikes", "none"),
        stimuli(shown),
    )


def subject_responses(shown: int = 4, units: int = 2) -> Any:
    """Each stimulus twice."""
    from harness.data import SubjectResponses

    rows = range(2 * shown)
    presentations = pd.DataFrame(
        {"stimulus_id": [f"s{i % shown}" for i in rows], "repetition": [i // shown for i in rows]}
    )
    neuroids = pd.DataFrame({"neuroid_id": [f"n{i}" for i in range(units)], "region": "V1"})
    return SubjectResponses("m1", noise(2 * shown, units, 1), presentations, neuroids)


def neural_data() -> Any:
    from harness.benchmarks.neural import NeuralData

    return NeuralData(stimuli(), noise(2, 4, 3), "V1", (0.0, 50.0))


def spec(kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "identifier": "thing2026" if kind != "BenchmarkSpec" else "Thing2026",
        "load": "math:sqrt",
        "summary": "one",
    } | fields


VALID: dict[str, Callable[[], Mapping[str, Any]]] = {
    "ask": lambda: {"data": confusions(), "splits": splits(8)},
    "confusions": lambda: {
        "choices": choices("xyz"),
        "files": {name: movie(name) for name in "xyz"},
        "classes": ["x", "y", "z"],
    },
    "first_of_each": lambda: {
        "candidates": [("a", Path("a.mp4"), "one"), ("b", Path("b.mp4"), "two")],
        "shown": {"three"},
        "most": 1,
    },
    "chosen_among_all": lambda: {
        "image": np.arange(N) % 4,
        "chosen": (np.arange(N) + 1) % 3,
        "objects": np.arange(4) % 3,
        "n": 3,
    },
    "videos": lambda: {"files": {"a": movie("a")}, "labels": ["a"]},
    "windows": lambda: {"details": {"over_windows": {"window": [10.0, 20.0], "score": [0.1, 0.2]}}},
    "describe": lambda: {
        "measures": {"V1": {"peak": noise(2, 3)}},
        "values": [1.0, 2.0, 3.0],
        "summary": "peak",
        "bars": [[(0.1, 0.2)] * 3] * 3,
    },
    "BrainCourses": lambda: {"courses": noise(4, 1, 6), "names": ["a", "b", "c", "d"]},
    "RecordedRdmOverTime": lambda: {"end": 101.0},
    "ResponseLatencyBenchmark": lambda: {"end": 101.0, "step": 20.0},
    "Responses": lambda: {"conditions": ("a", "b"), "values": noise(2, 1, 3), "blank": noise(1, 3)},
    "harness.engine.Responses": lambda: {
        "model": "net",
        "stimuli": "noise",
        "layers": {"area1": recorded_responses()},
    },
    "scorecard": lambda: {"details": {"targets": {}, "orders": {}}},
    "units_curve": lambda: {"x": np.arange(3.0), "curves": noise(2, 3)},
    "in_tissue": lambda: {
        "model": in_tissue_model(),
        "kind": "muscimol",
        "parameters": {"location": (0.0, 0.0), "amount_microliter": 1.0},
    },
    "contour_maps": lambda: {"candidate": contour_candidate(), "image": noise(8, 8)},
    "brain_courses": lambda: {"data": recorded(12, 4)},
    "from_brainio": lambda: {"stimulus_set": image_table()},
    "choices_from_assembly": lambda: {"assembly": choice_assembly(), "columns": {"truth": "shown"}},
    "citations": lambda: {"bibtex": "@article{a, title = {b}}"},
    "joined": lambda: {"labels": (["a", "b"], ["c", "c"])},
    "read_pickled_arrays": lambda: {"path": written("a.pkl", pickle.dumps(noise(3, 2)))},
    "read_out": lambda: {"sets": [noise(15, 5)], "targets": _targets(15)},
    "harness.metrics.dynamics.recovery": lambda: {
        "traces": noise(3, TIMES),
        "second_onsets": np.array([20.0, 30.0, math.inf]),
        "window": 20.0,
    },
    "held_out_loss": lambda: {"alphas": np.ones(3)},
    "refit": lambda: {"blocks": [moments(), moments()], "like": linear_fit()},
    "transform": lambda: {"operators": (OF_TYPE["csr_matrix"](),)},
    "as_model": lambda: {"network": torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3))},
    "score_model": lambda: {"model": frame_model(), "benchmark": _benchmark()},
    "draw_cross_model": lambda: {"analysis": cross_model()},
    "listed": lambda: {"compared": {"B2026": comparison()}},
    "first_answer": lambda: {"model": frame_model()},
    "memory_mapped": lambda: {
        "make": digits().written,
        "arguments": {"size": 8, "channels": 1, "held_out": 6, "samples": 40},
    },
    "harness.brain_model.to_assembly": lambda: {"responses": all_responses()},
    "from_brain_score": lambda: {"commitment": "alexnet"},
    "epochs_of": lambda: {"end": 100.0, "codes": [1]},
    "movie_data": lambda: {
        "subjects": (subject_responses(),),
        "bins": ((0.0, 50.0),),
        "measurement": recorded().measurement,
        "identifier": "Movie2026",
    },
    "read_table": lambda: {"path": written("table.csv", "a,b\n1,2\n")},
    "read_yaml": lambda: {"path": written("a.yaml", "a: 1\n")},
    "read_arrays": lambda: {"path": written("a.npy", _npy())},
    **{
        name: lambda: {"source": str(recording_folder()), "name": "Ours2026", "replace": True}
        for name in ("import_folder", "import_recording")
    },
    "harness.data.import_folder": lambda: {
        "source": str(recording_folder()),
        "name": "Ours2026",
        "replace": True,
        "why_not": lambda data: None,
    },
    **{
        name: lambda: {"identifier": imported_recording()}
        for name in ("check", "contents", "fetch", "load", "locate", "recording", "spec_of", "is_available")
    },
    "load_recipe": lambda: {"identifier": "cordsnet"},
    "load_training_set": lambda: {"identifier": "digits"},
    "select_benchmarks": lambda: {"wanted": "Digits-decoding"},
    "select_models": lambda: {"wanted": "pixels"},
    "decode": lambda: {
        "labels": np.arange(15) % 3,
        "sets": [noise(15, 5)],
        "features": noise(15, 5),
        "splits": splits(15),
    },
    "aligned": lambda: {"times": np.arange(TIMES) * 10.0 - 20},
    "summation_exponent": lambda: {
        "summed": noise(UNITS, 3) + np.arange(1, 4),
        "durations": np.array([10.0, 20.0, 40.0]),
    },
    "resampling": lambda: {"source": np.array([[0.0, 1.0], [1.0, 2.0]]), "target": np.array([[0.0, 2.0]])},
    "course_agreement": lambda: {
        "stimuli": 12,
        "sources": noise(2, 3, 66),
        "participants": noise(3, 66) + 0.1 * noise(4, 3, 66),
    },
    "rdm_ceiling": lambda: {"rdms": np.stack([rdm_of_all() + 0.01 * rdm() for _ in range(4)])},
    "rdm_course": lambda: {"responses": noise(TIMES, UNITS, 3)},
    "bootstrap": lambda: {"statistic": lambda *x: 0.5, "draws": 10, "samples": (noise(N),)},
    "explained_uniquely": lambda: {
        "predictors": noise(N, 2),
        "targets": noise(N, 2),
        "permutations": 5,
        "bootstraps": 5,
    },
    "like": lambda: {"values": noise(3), "reference": noise(3)},
    "label_positions": lambda: {"label": "dog"},
    "leading_eigenvectors": lambda: {"model": recurrent_model(), "state": torch.zeros(1, 2, 8, 8), "count": 1},
    **{name: lambda: {"model": recurrent_model()} for name in ("settled", "eigenvectors_figure", "unrolling_figure")},
    "arrivals": lambda: {"model": recurrent_model(), "steps": 3},
    "read_state": lambda: {"path": _weights()},
    "weights_figure": lambda: {"path": _weights()},
    "export": lambda: {"results": [result()], "path": Path("a.csv")},
    "read": lambda: {"path": written("result.json", result().model_dump_json())},
    "explain_scores": lambda: {"results": _results(), "explain": ["B2026"], "by": ["C2026"]},
    "benchmarks_here": lambda: {"wanted": "Digits-decoding"},
    "recall": lambda: {"model": "pixels", "benchmark": "Digits-decoding"},
    "Sound": lambda: {"samples": noise(100), "rate": 8000},
    "successive_bins": lambda: {"end": 101.0, "step": 20.0},
    "Training": lambda: {"model": "pixels"},
    "SimulatedParticipant": lambda: {
        "choices": ["a", "b"],
        "probabilities": lambda shown: probabilities(len(shown), 2),
    },
    "patterns_with": lambda: {"dissimilarity": rdm()},
    "altered": lambda: {"alteration": lambda form: torch.nn.Identity()},
    **{
        name: lambda: {"benchmark": _benchmark(), "spec": _spec()}
        for name in ("check_adversaries", "check_benchmark", "outcome")
    },
    "optimal_bars": lambda: {"laboratory": _laboratory()},
    "patch": lambda: {"laboratory": _laboratory(), "unit": unit()},
    "receptive_fields": lambda: {"laboratory": _laboratory(), "channels": np.arange(2)},
    "StimulusSet": lambda: {"identifier": "set", "table": stimuli().table, "timelines": list(stimuli().timelines)},
    "Timeline": lambda: {"frames": stimuli().timelines[0].frames, "runs": ((0, 50.0),)},
    "Frame": lambda: {"source": noise(4, 4)},
    "Recording": dict,
    "RandomUnits": lambda: {"size": 2},
    "FrameModel": lambda: {"identifier": "net"},
    "ClipModel": lambda: {"identifier": "net", "frame_rate": 30.0, "window": 4},
    "Model": lambda: {"identifier": "net"},
    "RecurrentModel": lambda: {"identifier": "net", "dt": 10.0},
    "Preprocessing": lambda: {"size": 8},
    "Weights": lambda: {"kind": "random"},
    "load_model": lambda: {"identifier": "pixels"},
    "load_benchmark": lambda: {"identifier": "Ringach2002-orientation_tuning"},
    "ModelSpec": lambda: spec("ModelSpec"),
    "StimuliSpec": lambda: spec("StimuliSpec"),
    "BenchmarkSpec": lambda: spec("BenchmarkSpec"),
    "DatasetSpec": lambda: {
        "identifier": "d2026",
        "summary": "one",
        "files": {"a": ""},
        "source": "s",
        "licence": "l",
        "instructions": "i",
    },
    "SuiteSpec": lambda: {"identifier": "mine-v1", "summary": "one", "benchmarks": ("Thing2026",)},
    "Result": lambda: {"model": "net", "benchmark": "B2026", "status": "scored", "score": 0.5},
    "Measurement": lambda: {"modality": "spikes", "unit": "spikes", "normalisation": "none"},
    "RecordedData": lambda: {
        "identifier": "Ours2026",
        "subjects": (subject_responses(),),
        "time_bins": ((0.0, 50.0),),
        "measurement": recorded().measurement,
    },
    "SubjectResponses": lambda: {
        "subject": "m1",
        "responses": noise(8, 2, 1),
        "presentations": subject_responses().presentations,
        "neuroids": subject_responses().neuroids,
    },
    "Choices": lambda: {
        "identifier": "c",
        "trials": pd.DataFrame(
            {"stimulus_id": ["a", "b"], "subject": ["s", "s"], "choice": ["x", "y"], "truth": ["x", "x"]}
        ),
    },
    "cross": lambda: {"parameters": {"a": [1, 2]}},
    "numbers": lambda: {"name": "contrast", "values": [0.1, 0.5]},
    "optional_numbers": lambda: {"name": "contrast", "values": [0.1, None]},
    "choices": lambda: {"name": "shape", "values": "a", "allowed": ("a", "b")},
    "names": lambda: {"conditions": [{"a": 1}, {"a": 2}], "fallback": "f"},
    "distinct": lambda: {"conditions": [{"a": 1}, {"a": 1}]},
    "build_stimulus_set": lambda: {
        "identifier": "b",
        "conditions": [{"a": 1}],
        "draw": lambda a: stimuli().timelines[0],
        "visual_degrees": 4.0,
    },
    "check_durations": lambda: {"name": "duration", "values": [10.0, None]},
    "overlap": lambda: {"starts": [0.0], "ends": [10.0], "bins": [(0.0, 5.0)]},
    "Bar": lambda: {"length": 1.0, "width": 0.5, "orientation": 0.0},
    "draw_bars": lambda: {"bars": []},
    "source_images": lambda: {"images": None, "spatial_frequency": 1.0},
    "without_shown": lambda: {"tested": stimuli(4).select([0])},
    "generator": lambda: {"seed": 1},
    "check_whole": lambda: {"content": b"", "path": Path("a")},
    "chosen": lambda: {"own": None, "own_regions": None},
    "ventral_stream": lambda: {"layers": ["a", "b", "c", "d"]},
    "with_dynamics": dict,
    "DelayedNormalization": lambda: {"tau1": 70.0, "weight": 0.1, "tau2": 100.0, "n": 2.0, "sigma": 0.1},
    "exponential": lambda: {"value": torch.zeros(2), "state": torch.zeros(2), "tau": 10.0, "dt": 5.0},
    "gamma": lambda: {"value": torch.zeros(2), "state": (torch.zeros(2), torch.zeros(2)), "tau": 10.0, "dt": 5.0},
    "Tokens": lambda: {"time": 1, "height": 2, "width": 2},
    "initialise": lambda: {"build": network},
    "load_state": lambda: {"state": network().state_dict(), "source": "here"},
    "seeded": lambda: {"seed": 0},
    "Histogram": lambda: {"edges": (0.0, 0.5, 1.0), "counts": (3, 4)},
    "Target": lambda: {"value": 1.0, "null": 0.0, "error": 0.1, "source": "A", "confidence": "quoted"},
    "Crossed": lambda: {"axes": {"stimuli": noise(N)}, "twice": np.zeros(0)},
    "difference_p": lambda: {"apart": 1.0, "error": 0.5, "degrees": 10.0},
    "ks_distance": lambda: {"shares": np.array([0.5, 0.5]), "other": np.array([0.2, 0.8])},
    "ks_similarity": lambda: {"values": noise(N)},
    "sampled_similarity": lambda: {"draws": 10},
    "holm": lambda: {"p": noise(3)},
    "permutation_p": lambda: {"observed": noise(UNITS), "null": noise(20, UNITS)},
    "permuted_blocks": lambda: {"statistic": lambda y: y.mean(0), "y": noise(N, UNITS), "block": 2, "draws": 5},
    "compare_models": lambda: {"scores": {"a": noise(N), "b": noise(N)}, "draws": 100},
    "agreement": lambda: {"measured": {"a": 1.0}},
    "order": lambda: {"differences": noise(3)},
    "known_errors": dict,
    "repeated": lambda: {"draws": 10},
    "roots": lambda: {"counts": noise(N)},
    "squared_roots": lambda: {"prediction": noise(N), "error": noise(N)},
    "within_groups": lambda: {"values": noise(N)},
    "correlation_ceiling": lambda: {"reliability": noise(UNITS)},
    "ratio_of_sums": lambda: {"r": noise(UNITS), "ceilings": noise(UNITS)},
    "spearman_brown": lambda: {"r": noise(UNITS)},
    "explainable_variance": lambda: {"responses": noise(3, N, UNITS)},
    "inter_subject_ceiling": lambda: {"responses": noise(3, N, UNITS)},
    "reliability_influence": lambda: {"responses": noise(3, N, UNITS)},
    "signal_reliability": lambda: {"responses": noise(3, N, UNITS)},
    "split_half_reliability": lambda: {"responses": noise(4, N, UNITS), "partitions": 3},
    "without_repeat_effects": lambda: {"responses": noise(3, N, UNITS)},
    "held_out_pearson": lambda: {"y": noise(N, UNITS)},
    "pearson": lambda: {"x": noise(N, UNITS), "y": noise(N, UNITS)},
    "r_squared": lambda: {"y": noise(N, UNITS)},
    "poisson_deviance_explained": lambda: {"rates": noise(N, UNITS), "counts": rng().integers(1, 9, (N, UNITS))},
    "Bootstrap": lambda: {"error": 0.1, "low": 0.0, "high": 1.0},
    "Jackknife": lambda: {"blocks": [np.arange(3)], "influence": noise(1)},
    "Split": lambda: {"train": np.arange(6), "test": np.arange(6, 12)},
    "block_k_fold": lambda: {"times": np.arange(N) * 1.0, "gap": 1.0},
    "inner_folds": lambda: {"times": np.arange(N) * 1.0, "gap": 1.0, "folds": 3},
    "interval": lambda: {"values": noise(N)},
    "purged": lambda: {"times": np.arange(N) * 1.0, "gap": 1.0},
    "eigh": lambda: {"K": gram()},
    "stacked": lambda: {"arrays": [noise(2)], "axis": 0},
    "take": lambda: {"rows": np.arange(2), "columns": np.arange(2)},
    "fit_units": lambda: {
        "function": lambda x, a: a * x,
        "x": np.arange(1.0, 7),
        "responses": noise(UNITS, 6),
        "bounds": {"a": (0.0, 2.0)},
        "starts": lambda x, r: [[1.0]],
        "amplitudes": ["a"],
    },
    "fit_ratio_of_gaussians": dict,
    "GratingTuning": lambda: {
        "curves": noise(2, 3),
        "frequency": noise(2),
        "orientation": noise(2),
        "simple": noise(2),
        "phase": noise(2),
        "amplitude": noise(2),
    },
    "orientation_contrast_index": lambda: {"orthogonal": noise(3), "parallel": noise(3), "centre": noise(3)},
    "suppression_index": lambda: {"centre": noise(3), "with_surround": noise(3)},
    "driven": lambda: {"blank": noise(UNITS)},
    "beyond_chance": lambda: {"passed": np.array([True, True, False])},
    "choice_reliability": lambda: {"statistic": correlated, "partitions": 3},
    "halves": lambda: {"random": np.random.default_rng(0)},
    "Noise": lambda: {"level": 0.1, "reached": 0.5, "wanted": 0.5, "found": True},
    "choice_probability": lambda: {"noise": 0.5},
    "closeness": lambda: {"target": noise(N), "error": noise(N)},
    "fit_noise": lambda: {"wanted": 0.5},
    "leave_one_out": lambda: {"agreement": correlated},
    "likelihood_position": lambda: {"p": noise(N), "right": np.full(N, 5), "trials": np.full(N, 10), "chance": 0.25},
    "mask_agreement": lambda: {"x": noise(TIMES), "y": noise(TIMES), "scored": np.arange(TIMES) > 0},
    "mask_cost": lambda: {"accuracy": noise(6)},
    "threshold": lambda: {"times": [10.0, 20.0, 40.0], "p": [0.5, 0.7, 0.9]},
    "ShapeBias": lambda: {"bias": 0.5, "cue_accuracy": 0.5, "shapes": ["a"], "by_shape": noise(1), "balanced": 0.5},
    "choice_rates": lambda: {
        "image": np.arange(N) % 4,
        "distractor": (np.arange(N) + 1) % 3,
        "chose_distractor": noise(N) > 0.5,
        "objects": np.arange(4) % 3,
        "n_objects": 3,
    },
    "choose_threshold": lambda: {
        "certainty": noise(N, TIMES),
        "times": np.arange(TIMES) * 10.0,
        "human": noise(N) * 50,
        "candidates": np.array([0.3, 0.6]),
    },
    "decision_times": lambda: {"certainty": noise(N, TIMES), "threshold": 0.5},
    "error_consistencies": lambda: {"others": noise(3, N) > 0.5},
    "response_time_agreement": lambda: {"model": noise(N), "human": noise(N)},
    "shape_bias": lambda: {
        "choices": np.array(["a", "b", "a"]),
        "shapes": np.array(["a", "a", "b"]),
        "textures": np.array(["b", "b", "a"]),
    },
    "calibration_error": lambda: {"confidence": noise(N)},
    "Targets": lambda: {"names": ("a",), "values": noise(N, 1), "owner": np.zeros(1, int)},
    "LayerResponses": lambda: {"locations": [], "index": np.zeros((0, 1), int), "time_bins": ((0.0, 50.0),)},
    "LagProfile": lambda: {"lags": np.arange(3), "correlation": noise(3)},
    "lag_profile": lambda: {"lags": [0, 1]},
    "rise_latency": lambda: {"time_course": noise(UNITS, TIMES), "times": np.arange(TIMES) * 10.0 - 20},
    "first_difference": lambda: {"others": noise(UNITS, TIMES)},
    "late_to_peak": lambda: {"at": 30.0},
    "offset_response": lambda: {"offset": 30.0},
    "recovery": lambda: {"traces": noise(UNITS, TIMES), "second_onsets": np.array([20.0, 30.0, 40.0])},
    "partition_variance": lambda: {"Ks": {"a": gram(), "b": gram()}, "draws": 3},
    "Encoding": lambda: {
        "correlation": noise(UNITS),
        "penalty": noise(UNITS),
        "at_edge": 0.0,
        "splits": "d",
        "influence": _influence(),
    },
    "Influence": lambda: {"tested": noise(N, UNITS), "trained": noise(N, UNITS)},
    "edge_notes": lambda: {"share": 0.5},
    "encode_layers": lambda: {"Ks": {"a": gram(), "b": gram()}, "regions": None},
    "perfect_responses": lambda: {"reliability": noise(UNITS)},
    "halves_of": lambda: {"inner": splits()},
    "partial_least_squares": lambda: {"components": 2},
    "Moments": lambda: {
        "n": N,
        "x": noise(5),
        "y": noise(UNITS),
        "xx": noise(5, 5),
        "xy": noise(5, UNITS),
        "yy": noise(UNITS),
    },
    "fit": lambda: {"blocks": [moments(), moments()]},
    "canonical_hrf": lambda: {"step": 1.0},
    "convolution": lambda: {"kernel": noise(3)},
    "delays": lambda: {"samples": [0, 1]},
    "detrending": lambda: {"step": 1.0},
    "over_runs": lambda: {"operator": lambda n: __import__("scipy.sparse").sparse.identity(n, format="csr")},
    "cross_gram": lambda: {"new": noise(N, 5), "train": noise(N, 5)},
    "gram": lambda: {"features": noise(N, 5)},
    "standardised": lambda: {"train": np.arange(6)},
    "predictions_without": lambda: {
        "K": gram(),
        "K_new": gram()[:4],
        "alpha": np.ones(UNITS),
        "left_out": np.eye(3, N, dtype=bool),
    },
    "cell_ratios": lambda: {"r": noise(UNITS), "ceilings": noise(UNITS), "cells": np.array([0, 0, 1, 1]), "n_cells": 2},
    "content_free": lambda: {"responses": noise(N, UNITS), "place": np.arange(N) % 6},
    "from_neighbours": lambda: {"responses": noise(N, UNITS)},
    "shuffled_sums": lambda: {"x": noise(N, UNITS), "y": noise(N, UNITS), "block": 2, "draws": 5},
    "within_folds": lambda: {"folds": np.arange(N) % 3},
    "by_name": lambda: {"name": "spearman"},
    "within_and_between": lambda: {"labels": ["a", "a", "a", "b", "b", "b"]},
    "agreements": lambda: {"model": rdm()},
    "rdm_influence": lambda: {"model": rdm(), "each": noise(4)},
    "per_sample": lambda: {"scores": noise(N)},
    "influences": lambda: {"found": _jackknife()},
    "on_axes": lambda: {"found": _crossed(), "names": {"stimuli": range(N)}},
    "Measured": lambda: {"properties": {"a": noise(3)}},
    "ceiled_score": lambda: {"raw": 0.5, "error": 0.1},
    "make_score": lambda: {"value": 0.5, "error": 0.1},
    "require_variation": lambda: {"sets": [noise(N, 4)]},
    "varies": lambda: {"responses": noise(N, 4)},
    "agreement_score": lambda: {"agreement": correlated, "probabilities": noise(N, 3), "participants": noise(5, 3)},
    "imagenet_members": lambda: {"classes": ["a"]},
    "ChoiceProbabilities": lambda: {"how": {}},
    "Confusions": lambda: {"choices": ("a", "b"), "trials": 3, "rates": lambda p: p, "accuracy": 0.5},
    "Evidence": lambda: {
        "time_course": noise(3),
        "total": noise(3),
        "right": noise(3),
        "long_accuracy": 0.5,
        "readable": True,
        "units": 3,
        "splits": "d",
    },
    "describe_noise": lambda: {"noise": _noise(), "fitted_to": "x"},
    "share": lambda: {"difference": noise(3), "reference": noise(3)},
    "condition_colours": lambda: {"count": 3},
    "Screen": lambda: {"step": 10.0, "visual_degrees": 4.0, "size_px": 32, "spatial_frequency": 2.0},
    "TimeCourses": lambda: {
        "regions": ("V1",),
        "traces": time_courses().traces,
        "times": time_courses().times,
        "floor": time_courses().floor,
        "table": time_courses().table,
    },
    "neural_data": lambda: {"data": recorded(12)},
    "why_not": lambda: {"data": recorded()},
    "NeuralData": lambda: {"responses": noise(2, 4, 3), "time_bin": (0.0, 50.0), "groups": None},
    "encode": lambda: {"data": neural_data(), "folds": 2},
    "checked_link": lambda: {"link": "identity"},
    "Piece": lambda: {"stimulus_id": "a", "bins": np.arange(3), "block": "b", "test": None, "responses": noise(3, 2)},
    "bar_place": lambda: {"unit": unit()},
    "Unit": lambda: unit().__dict__,
    "plain": lambda: {"values": noise(3)},
    "panels": lambda: {"count": 2},
    "against": lambda: {"summary": {"a": noise(3)}},
    "ceiling_of": lambda: {"with_orders": False},
    "equal_bins": lambda: {"bins": 2},
    "in_order": lambda: {"values": noise(3, 2), "presented": ["a", "b", "c"], "ids": ["c", "b", "a"]},
    "record_each": lambda: {"candidates": [candidate()]},
    "record_first": lambda: {"regions": ["V1"]},
    "record_regions": lambda: {"regions": ["V1"]},
    "as_brain_model": dict,
    "EngineBrainModel": lambda: {
        "response_window": None,
        "exposure": 100.0,
        "behavioural_layer": "area1",
        "readout_reduction": AllUnits(),
    },
    "RunOptions": dict,
    "Planned": lambda: {"model": "a", "benchmark": "b", "state": "run"},
    "number": lambda: {"value": 0.5},
    "spread": lambda: {"error": 0.1},
    "draw": lambda: {"result": result()},
    "file_name": lambda: {"result": result()},
    "write": lambda: {"result": result()},
    "tabulate": lambda: {"results": [result()]},
    "named": lambda: {"identifier": "a", "arguments": {"x": 1}},
    "BrokenResult": lambda: {"path": Path("a"), "reason": "b"},
    "WeightsEntry": lambda: {"kind": "random"},
    "PerSample": lambda: {"names": ["a", "b"], "scores": [0.1, 0.2]},
    "Provenance": dict,
    "adversary": lambda: {"name": "noise"},
    "Outcome": lambda: {"status": "scored"},
    "Finding": lambda: {"name": "a", "passed": True, "sentence": "b"},
    "reference_model": dict,
    "simulate_population": lambda: {"K": gram(), "recorded": noise(3, N, UNITS), "components": 2},
    "SimulatedObserver": lambda: {"choices": ("a", "b"), "accuracy": {"x": 0.5}},
    "check_stimuli": dict,
    "Units": lambda: {"channel": np.arange(2), "y": np.arange(2), "x": np.arange(2)},
    "Progress": lambda: {
        "model": "a",
        "stimuli": "b",
        "stimuli_total": 1,
        "stimuli_done": 0,
        "rows_total": 1,
        "rows_done": 0,
        "hits": 0,
        "frames": 0,
        "seconds": 0.1,
    },
    "Runaway": lambda: {"layer": "a", "factor": 2.0, "within": 10.0, "stimuli": 1},
    "resolve": lambda: {"target": "math:sqrt", "whose": "it"},
    "check_arguments": lambda: {
        "load": lambda a=1: a,
        "arguments": {"a": 1},
        "taken": 0,
        "what": "model 'a'",
        "name": "a",
    },
    "with_own_arguments": lambda: {"own": {}, "given": {"a": 1}, "what": "model 'a'"},
    "one_line": lambda: {"error": ValueError("x")},
    "either": lambda: {"names": ["a", "b"]},
    "Registry": lambda: {"kind": "model", "command": "models"},
    "known_or_own": lambda: {"word": "x-a"},
    "nearest": lambda: {"word": "static", "known": {"static"}},
    "Expectation": dict,
    "weights_digest": dict,
    "source_digest": lambda: {"without": None},
    "source_closure": lambda: {"without": None},
    "module_file": lambda: {"module": "math"},
    "checked": lambda: {"error": HarnessError},
    "identifier_fault": lambda: {"identifier": "a", "whose": "a model"},
    "shown": lambda: {"value": 1},
    "is_number": lambda: {"value": 1},
    "entry": lambda: {"identifier": "MajajHong2015.public"},
    "folder_of": lambda: {"spec": dataset()},
    "is_generated": lambda: {"spec": dataset()},
    "Imported": lambda: {
        "name": "Ours2026",
        "summary": "s",
        "modality": "spikes",
        "regions": ("V1",),
        "without_benchmark": {},
        "licence": "l",
        "citation": "c",
        "files": {},
    },
    "Report": lambda: {"identifier": "a", "of": "a", "findings": ()},
    "to_assembly": lambda: {"data": recorded()},
    "owned_name": dict,
    "KnownFiles": lambda: {"folder": Path("nothing")},
    "file_digest": lambda: {"path": Path(__file__)},
    "folder_digest": lambda: {"folder": Path(__file__).parent / "fixtures"},
    "Checked": dict,
    "Store": dict,
    "score_each": lambda: {"models": [], "benchmarks": []},
    "plan": lambda: {"models": [], "benchmarks": []},
    "baselines": lambda: {"models": []},
    "timeline": lambda: {"path": movie("a")},
    "TrainingSetSpec": lambda: spec("TrainingSetSpec"),
    "RecipeSpec": lambda: spec("RecipeSpec"),
    "Alterations": lambda: {"interventions": [], "device": torch.device("cpu")},
    "Capture": lambda: {"reduction": AllUnits(), "dtype": torch.float32, "forms": {"area1": {}}},
    "extract_each": lambda: {"models": [frame_model()]},
    "During": lambda: {"frame": stimuli().timelines[0].frames[0], "acting": ()},
    "Study": lambda: {"study": "mine", "models": ["pixels"], "benchmarks": ["Digits-decoding"]},
    **{name: lambda: {"study": study()} for name in ("plan_study", "run_study", "expand")},
    "read_study": lambda: {
        "path": written("mine.yaml", "study: mine\nmodels: [pixels]\nbenchmarks: [Digits-decoding]\n")
    },
    "find_run": lambda: {"name": begun_run()},
    "Run": lambda: {"folder": Path("nothing")},
    "grouped": lambda: {"rate": 0.1},
    "scaled_rate": lambda: {"base": 0.1, "batch": 32},
    "schedule": lambda: {"name": "cosine", "optimiser": torch.optim.SGD(network().parameters()), "updates": 10},
    "Masked": dict,
    "as_bytes": lambda: {"luminance": noise(3)},
    "save": lambda: {"path": Path("weights.safetensors"), "training": {}},
    "train_model": lambda: {"model": "nothing", "recipe": "nothing", "data": "nothing"},
    "drawn_splits": lambda: {"samples": 10, "seed": 0},
    "Rows": lambda: {"shape": (2, 1, 4, 4), "frames": np.zeros((2, 1, 4, 4), np.uint8)},
    "Samples": lambda: {"frames": np.zeros((2, 1, 4, 4), np.uint8), "targets": np.zeros(2, int)},
    "TrainingSet": lambda: {"identifier": "a", "train": samples(), "validation": samples()},
    "Phase": lambda: {"name": "a", "objective": Nothing(), "optimiser": torch.optim.SGD, "epochs": 1},
    "choice_probabilities": lambda: {"stimuli": stimuli(8), "choices": ["a", "b"], "splits": splits(8)},
    "changed": lambda: {"before": {"a": 1}, "after": {"a": 2}},
    "differences_p": lambda: {"means": [0.1, 0.2], "influences": [_crossed(), _crossed()]},
    "recruitment": lambda: {"distance": noise(3), "current": 20.0},
    "curves_figure": lambda: {"path": trained_weights()},
    **{name: lambda: {"path": trained_weights()} for name in ("answers_over_time", "confusion_figure")},
    "over_time_figure": lambda: {"paths": [trained_weights()], "over": {"noise": [0.1]}},
    "StimulusSet.select": lambda: {"rows": [0]},
    "StimulusSet.timeline": lambda: {"stimulus_id": "s0"},
    "Canvas.annulus": lambda: {"inner": 1.0, "outer": 2.0},
    "Canvas.compose": lambda: {"elements": [(np.zeros((32, 32)), 0.5)]},
    **{f"{kind}.module": lambda: {"layer": "area1"} for kind in ("FrameModel", "RecurrentModel")},
    "EngineBrainModel.start_recording": lambda: {"recording_target": "V1"},
    "EngineBrainModel.perturb": lambda: {
        "perturbation": "muscimol",
        "target": "V1",
        "perturbation_parameters": {"location": (0.0, 0.0), "amount_microliter": 1.0},
    },
    "EngineBrainModel.perturbed": lambda: {"perturbations": "V1: silence"},
    "EngineBrainModel.population": lambda: {"cells": "E"},
    "RecordedData.within": lambda: {"start": 0.0, "end": 50.0},
    "LayerResponses.values": lambda: {"stimuli": [0]},
    "TimeCourses.within": lambda: {"regions": ["V1"]},
    "Histogram.shares_of": lambda: {"values": noise(N)},
    "Disc": lambda: {"x": 0.0, "y": 0.0, "diameter": 1.0},
    "Annulus": lambda: {"x": 0.0, "y": 0.0, "inner": 1.0, "outer": 2.0},
    "Fraction": lambda: {"share": 0.5},
    "Perturbation": lambda: {"target": "V1", "operation": "silence"},
    "perturbed": lambda: {"perturbations": "V1: silence"},
    "parse": lambda: {"text": "V1: silence"},
    "degrees_of": lambda: {"grid": (4, 4), "visual_degrees": 4.0},
    "differentiate": lambda: {"of": total, "model": recurrent_model()},
    "Decoder": lambda: {"weights": noise(2, UNITS), "offset": noise(2)},
    "held_out": lambda: {
        "responses": noise(N, UNITS),
        "orientations": np.arange(N) % 4 * 45.0,
        "phases": np.arange(N) // 4 * 90.0,
    },
    "Session": lambda: {"design": Design()},
    "flow": lambda: {"session": session(), "frequency": 1.0, "contrast": 1.0},
    "influence_map": lambda: {"place": (0, 0)},
    "rotated_mean": lambda: {"maps": [noise(5, 5)] * 2, "orientations": [0.0, 90.0], "centre": (2.0, 2.0)},
    "anisotropy": lambda: {"image": noise(5, 5), "centre": (2.0, 2.0)},
    "anisotropy_of_noise": lambda: {"shape": (5, 5), "centre": (2.0, 2.0), "orientations": [0.0, 90.0], "draws": 2},
    "rescue": lambda: {
        "session": session(),
        "decoder": Decoder(noise(2, 2), noise(2)),
        "frequency": 1.0,
        "contrast": 1.0,
        "orientation": 0.0,
    },
    "run_optogenetics": lambda: {"design": design()},
}
"""Callable -> those of its arguments that it needs besides, or instead of, the generic ones."""


def written(name: str, content: str | bytes) -> Path:
    """A file in the folder of the test."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def all_responses() -> Any:
    from harness import Recording, extract

    return extract(frame_model(), stimuli(), Recording("area1"), device="cpu")


def assembly() -> Any:
    from harness.data import to_assembly

    return to_assembly(recorded())


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, noise(3, 2))
    return file.getvalue()


def _weights() -> Path:
    torch.save(network().state_dict(), "weights.pth")
    return Path("weights.pth")


def _results() -> list[Any]:
    return [
        result(model=f"m{i}", benchmark=name, score=float(noise(1)[0])) for i in range(8) for name in ("B2026", "C2026")
    ]


def _benchmark() -> Any:
    from harness import Benchmark
    from harness.benchmarks import make_score

    class Half(Benchmark):
        """What costs nothing."""

        identifier, version, parent = "Thing2026", 1, "task"

        def run(self, candidate: Any) -> Any:
            return make_score(0.5, error=0.1)

    return Half()


def _spec() -> Any:
    from harness.host import BenchmarkSpec

    return BenchmarkSpec(**spec("BenchmarkSpec"))


def _laboratory() -> Any:
    from harness.benchmarks.physiology import Laboratory

    return Laboratory(candidate(), "V1")


def rdm_of_all() -> np.ndarray:
    return np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0)))


def total(seen: Mapping[str, Any]) -> torch.Tensor:
    return sum((steps[-1].sum() for steps in seen.values()), torch.zeros(()))


def digits() -> Any:
    return importlib.import_module("harness_plugins.training_sets.digits.digits")


def samples() -> Any:
    from harness.training import Samples

    return Samples(np.zeros((2, 1, 4, 4), np.uint8), np.zeros(2, int))


def session() -> Any:
    return Session(frame_model(), Design(orientations=2, phases=1, rescued=1))


def dataset() -> Any:
    from harness.host import DatasetSpec

    return DatasetSpec(**VALID["DatasetSpec"]())


def unit() -> Any:
    from harness.benchmarks.physiology import Unit

    return Unit(0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, True, 1.0, 0.5)


def _targets(count: int = N) -> Any:
    from harness.metrics.decoding import Targets

    return Targets(("a",), noise(count, 1), np.zeros(1, int))


def _influence() -> Any:
    from harness.metrics.regression import Influence

    return Influence(noise(N, UNITS), noise(N, UNITS))


def _jackknife() -> Any:
    from harness.metrics.statistics import jackknife

    return jackknife(lambda rows: float(np.mean(rows)), N)


def _crossed() -> Any:
    from harness.metrics.statistics import Crossed

    return Crossed({"stimuli": noise(N)}, np.zeros(0))


def _noise() -> Any:
    from harness.metrics.behaviour import Noise

    return Noise(0.1, 0.5, 0.5, True)


def choices(shown: str) -> Any:
    """A participant who names what is shown."""
    from harness.data import Choices

    ids = list(shown)
    return Choices("c", pd.DataFrame({"stimulus_id": ids, "subject": "s", "choice": ids, "truth": ids}))


def choice_assembly() -> Any:
    """One choice per presentation."""
    from harness.assemblies import DataAssembly

    names = {"stimulus_id": ["a", "b"], "subject": ["s", "s"], "shown": ["x", "y"]}
    coordinates = {name: ("presentation", values) for name, values in names.items()}
    return DataAssembly(np.array(["x", "x"]), coords=coordinates, dims=["presentation"])


def confusions() -> Any:
    from harness.benchmarks.behaviour import Confusions

    return Confusions(stimuli(8), ("a", "b"), 3, lambda rows: np.full((8, 2), 0.5), 0.5)


def movie(name: str) -> Path:
    """Two frames of 50 ms."""
    from PIL import Image

    frames = [Image.fromarray(np.full((8, 8, 3), level, np.uint8)) for level in (0, 200)]
    frames[0].save(f"{name}.gif", save_all=True, append_images=frames[1:], duration=50)
    return Path(f"{name}.gif")


class InTissue(Net):
    """A network whose units have places in mm and are cells of a class."""

    def tissue(self, layer: str) -> np.ndarray:
        return np.zeros((2 * 8 * 8, 2))

    def points(self) -> tuple[Point, ...]:
        return (Point("area1", (Heard("area1"),), area="V1", cells="E"),)


def in_tissue_model() -> Any:
    from harness import RecurrentModel

    return RecurrentModel("net", InTissue(), preprocessing=preprocessing(), regions={"V1": "area1"}, dt=10)


def recording_candidate() -> Any:
    from harness import as_brain_model

    made = as_brain_model(in_tissue_model(), device="cpu")
    made.start_recording("V1", [(0, 50)])
    return made


def contour_candidate() -> Any:
    from harness import FrameModel, as_brain_model

    network = torch.nn.Sequential(torch.nn.Conv2d(3, 1, 1))
    return as_brain_model(
        FrameModel("net", network, preprocessing=preprocessing(), regions={"V1": "0"}, contours="0"), device="cpu"
    )


class ImageTable(pd.DataFrame):
    """As BrainIO has stimulus sets."""

    _metadata: ClassVar[list[str]] = ["stimulus_paths"]


def image_table() -> ImageTable:
    table = ImageTable({"stimulus_id": ["a"]})
    table.stimulus_paths = {"a": movie("a")}
    return table


def linear_fit() -> Any:
    from harness.metrics.regression import fit

    return fit([moments(), moments()])


def cross_model() -> Any:
    from harness.results import explain_scores

    return explain_scores(_results(), ["B2026"], ["C2026"], permutations=20)


def comparison() -> Any:
    from harness.results.leaderboard.differences import Comparison

    return Comparison(("a", "b"), np.full((2, 2), 0.01), ("by errors",), np.zeros((2, 2), int))


def recording_folder() -> Path:
    """A recording as laboratories have it."""
    from PIL import Image

    facts = "modality: spikes\nunit: spikes\nnormalisation: none\nalignment: stimulus_onset\ntime_bins: [[0, 50]]\n"
    facts += "visual_degrees: 4\nstimulus_duration_ms: 50\n"
    folder = written("folder/recording.yaml", facts).parent
    rows = [f"s{row % 12}" for row in range(24)]
    written("folder/presentations.csv", "\n".join(["stimulus_id", *rows]))
    written("folder/neuroids.csv", "neuroid_id,region\n" + "".join(f"n{unit},V1\n" for unit in range(UNITS)))
    np.save(folder / "responses.npy", noise(len(rows), UNITS))
    (folder / "stimuli").mkdir(exist_ok=True)
    for row in range(12):
        pixels = np.random.default_rng(row).integers(0, 256, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / "stimuli" / f"s{row}.png")
    return folder


def imported_recording() -> str:
    from harness.data import import_folder
    from harness.host import host

    import_folder(str(recording_folder()), "Ours2026", replace=True, why_not=lambda data: None)
    host.cache_clear()
    return "Ours2026"


def study() -> Study:
    return Study(study="mine", models=["pixels"], benchmarks=["Digits-decoding"])


def begun_run() -> str:
    from harness.studies import Run, expand

    return Run.begin(study(), expand(study())).identifier


class Nothing(Objective):
    """What is minimised already."""

    def terms(self, network: Any, frames: Any, targets: Any, moment: Any) -> dict[str, torch.Tensor]:
        return {"loss": torch.zeros(())}


def design() -> Design:
    return Design(region="V1", orientations=2, phases=1, rescued=1)


def trained_weights() -> Path:
    """As `harness train` leaves them, with the curve of one phase beside."""
    weights = ROOT / "plugins" / "models" / "zoo" / "weights" / "cordsnet_r2_digits-steps-0.safetensors"
    written("net.training/0-a/curve.csv", "epoch,train_loss,validation_loss\n0,1.0,1.0\n")
    return written("net.safetensors", weights.read_bytes())


def _axes() -> Any:
    from matplotlib.figure import Figure

    return Figure().add_subplot()


def _table() -> Any:
    from harness.results import tabulate

    return tabulate([result()])


OF_TYPE: dict[Any, Callable[[], Any]] = {
    float: lambda: 1.0,
    int: lambda: 1,
    str: lambda: "a",
    bytes: lambda: b"a",
    bool: lambda: True,
    object: lambda: 1,
    type: lambda: Net,
    dict: lambda: {"a": 1},
    list: lambda: ["a"],
    tuple: lambda: ("a",),
    set: lambda: {"a"},
    Path: lambda: Path(__file__),
    BaseException: lambda: ValueError("a"),
    np.ndarray: lambda: noise(N, UNITS),
    torch.Tensor: lambda: torch.zeros(N),
    torch.nn.Module: network,
    pd.DataFrame: lambda: pd.DataFrame({"a": [1]}),
    pd.Series: lambda: pd.Series(["1", "2"]),
    "Axes": _axes,
    "BrainModel": candidate,
    "DataAssembly": lambda: assembly(),
    "LayerResponses": lambda: recorded_responses(),
    "Frame": lambda: stimuli().timelines[0].frames[0],
    "Reduction": AllUnits,
    "Task": lambda: "passive",
    "RegionalBrainModel": candidate,
    "Model": frame_model,
    "RecurrentModel": recurrent_model,
    "StimulusSet": stimuli,
    "RecordedData": lambda: recorded(),
    "SubjectResponses": lambda: subject_responses(),
    "Measurement": lambda: recorded().measurement,
    "TimeCourses": lambda: time_courses(),
    "Unit": lambda: unit(),
    "Result": lambda: result(),
    "Score | Result": lambda: result(),
    "Table": _table,
    "Host": lambda: importlib.import_module("harness.host").host(),
    "csr_matrix": lambda: __import__("scipy.sparse").sparse.identity(N, format="csr"),
}
"""A type, or the name of one -> something of it."""


def of_type(hint: Any) -> Any:
    """Something that a type hint allows.

    Raises:
        LookupError: for a type of which nothing is known.
    """
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return of_type(inside[0])
    if origin is typing.Literal:
        return inside[0]
    if origin in (typing.Union, types.UnionType):
        return None if type(None) in inside else of_type(inside[0])
    if origin is tuple:
        return tuple(of_type(one) for one in inside if one is not ...)
    if origin in (list, set, frozenset, Sequence, Iterable):
        return (origin if isinstance(origin, type) and origin in (set, frozenset) else list)([of_type(inside[0])])
    if origin in (dict, Mapping):
        return {of_type(inside[0]): of_type(inside[1])}
    if origin is Callable:
        return lambda *_, **__: None
    if hint is Any or isinstance(hint, typing.TypeVar):
        return 1.0
    for known in (hint, getattr(hint, "__name__", None), getattr(hint, "__forward_arg__", None)):
        if isinstance(known, typing.Hashable) and known in OF_TYPE:
            return OF_TYPE[known]()
    name = getattr(hint, "__name__", None)
    if isinstance(hint, type) and (name in VALID or dataclasses.is_dataclass(hint)):
        return hint(**valid(hint, VALID.get(name, dict)()))
    raise LookupError(f"nothing of type {hint}")


def valid(target: Any, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments that a callable takes: its own, those of the same name everywhere, and something of its type for the others."""
    given = {}
    for name, parameter in inspect.signature(target).parameters.items():
        if name in extra:
            given[name] = extra[name]
        elif parameter.default is not parameter.empty or parameter.kind in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            continue
        else:
            given[name] = GENERIC[name]() if name in GENERIC else of_type(parameter.annotation)
    return given


def calls(face: str) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Name -> (callable, valid arguments), of everything that can be called from a face and was not defined for another one."""
    module, found = importlib.import_module(face), {}
    for name in module.__all__:
        target = getattr(module, name)
        try:
            inspect.signature(target)
        except (TypeError, ValueError):
            continue  # a constant, an alias of a type, an exception
        if (
            inspect.isabstract(target)
            or getattr(target, "_is_protocol", False)
            or (not inspect.isroutine(target) and not isinstance(target, type))
        ):
            continue
        if is_exempt(f"{face}.{name}"):
            continue
        extra = VALID.get(f"{face}.{name}") or VALID.get(name) or dict
        found[f"{face}.{name}"] = (target, valid(target, extra()))
    return found


AT_EACH_STEP = "computes at each step or batch, where checks would cost more than it"
EXEMPT = {
    "harness.checks": "checks the others",
    "harness.assemblies": "Brain-Score's own classes",
    "harness.hookimpl": "pluggy's",
    "harness.brain_model.Task": "an enumeration, which raises as all do",
    "harness.models.check_reach": "raises whatever the hub's client raises, as it says",
    "harness.models.Latch": "a torch module",
    "harness.models.GroupNorm": "torch's",
    **dict.fromkeys(("harness.models.channels_last", "harness.models.pointwise"), AT_EACH_STEP),
    **dict.fromkeys(
        ("harness.models.exponential", "harness.models.gamma", "harness.models.once_per_frame"), AT_EACH_STEP
    ),
    **dict.fromkeys(
        ("harness.engine.mixed", "harness.engine.normal", "harness.engine.marked"),
        AT_EACH_STEP,
    ),
    **dict.fromkeys(("harness.training.activity", "harness.training.masked_cross_entropy"), AT_EACH_STEP),
    **dict.fromkeys(("harness.training.unrolled", "harness.training.normalised"), AT_EACH_STEP),
    "harness.store": "holds what the engine wrote; files are tested beside it",
    "harness.identity.Undescribable": "an error",
    "harness.identity.digest": "raises TypeError for what has no content, as it says",
}
"""What is no face of the harness's own for mistakes, and why."""
NO_VALID_CALL = {
    "harness.train_model": "trains for minutes",
    "harness.training.train_model": "trains for minutes",
    "harness.optogenetics.run_optogenetics": "shows a model hundreds of gratings",
    **dict.fromkeys(
        ("harness.data.epochs_of", "harness.data.read_epochs"), "read files of MEG, which benchmarks' tests write"
    ),
    **dict.fromkeys(("harness.data.load_assembly", "harness.data.load_stimulus_set"), "download"),
    **dict.fromkeys(
        ("harness.brain_score.BlackBox", "harness.brain_score.from_brain_score"), "take a model of Brain-Score's"
    ),
}
"""What is called with mistakes alone, and why."""
HOLDS_RESULTS = (
    *("Bootstrap", "Jackknife", "Fit", "ShapeBias", "Noise", "GratingTuning", "Encoding", "Influence", "LagProfile"),
    *("Moments", "Decoding", "ReadOut", "Runaway", "Progress", "Outcome", "Expectation", "Planned", "BrokenResult"),
    *(
        "Imported",
        "Rescue",
        "Session",
        "Derivatives",
        "Finished",
        "Expansion",
        "Trained",
        "Moment",
        "Terms",
        "Unrolled",
    ),
    *("Samples", "Evidence", "Unit"),
)
"""Classes of what was computed, which nobody makes by hand."""
NEVER: dict[Any, tuple[str, ...]] = {
    float: ("none", "object", "text", "nan", "infinity", "complex", "list", "tensor", "true"),
    int: ("none", "object", "text", "nan", "fraction", "complex", "list", "tensor", "true"),
    str: ("none", "object", "zero", "nan", "list", "tensor", "bytes"),
    bool: ("none", "object", "text", "nan", "list", "tensor"),
}
"""Type of an argument -> what it can never be."""


def is_exempt(name: str) -> bool:
    """Whether a callable is left out."""
    return any(name == left_out or name.startswith(f"{left_out}.") for left_out in EXEMPT)


def answers(target: Any, arguments: Mapping[str, Any]) -> str:
    """What a call says: "" where it works, the sentence of its error, or what is wrong with the error."""
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        try:
            bound = inspect.BoundArguments(inspect.signature(target), collections.OrderedDict(arguments))
            target(*bound.args, **bound.kwargs)
        except HarnessError as error:
            text = str(error)
            whole = text.isprintable() and 10 < len(text) <= LONGEST
            return text if whole else f"WRONG: a message of {len(text)} characters: {text[:80]!r}"
        except Exception as error:
            return f"WRONG: {type(error).__name__}: {str(error)[:80]}"
    return ""


def _plain(hint: Any) -> Any:
    return hint if isinstance(hint, type) else None


def mistakes(called: Mapping[str, tuple[Any, dict[str, Any]]], labels: tuple[str, ...]) -> list[str]:
    """What is answered wrongly by some callables, with the valid arguments that there are for each."""
    wrong = []
    for name, (target, given) in called.items():
        parameters = inspect.signature(target).parameters.values()
        hints = {parameter.name: parameter.annotation for parameter in parameters}
        if (said := answers(target, given)) and name not in NO_VALID_CALL and "is not installed" not in said:
            wrong.append(f"{name} has no valid call here: {said}")
        every = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        for argument, label in itertools.product(every, labels):
            if label == "class" and typing.get_origin(hints[argument]) is Callable:
                continue  # a function of the caller's, whose errors are its own
            said = answers(target, {**given, argument: BAD[label]})
            if said.startswith("WRONG"):
                wrong.append(f"{name}({argument}={label}): {said}")
            elif label in ("bytes", "true") and hasattr(target, "__pydantic_validator__"):
                continue  # pydantic takes UTF-8 for text and True for 1
            elif not said and label in NEVER.get(_plain(hints[argument]), ()) and target.__name__ not in HOLDS_RESULTS:
                wrong.append(f"{name}({argument}={label}) is accepted")
    return wrong


def recorded_responses() -> Any:
    return all_responses()["area1"]


OBJECTS: tuple[Callable[[], Any], ...] = (
    *(
        stimuli,
        canvas,
        frame_model,
        recurrent_model,
        recording_candidate,
        recorded,
        subject_responses,
        recorded_responses,
    ),
    *(time_courses, histogram, target, neural_data, preprocessing, lambda: stimuli().timelines[0]),
)
"""What users hold in their hands, whose methods they call."""
AT_EACH_FRAME = ("place", "overlaps", "held", "taken")
"""Methods that are called for each frame or stimulus, where checks would cost more than they."""


def methods(thing: Any) -> dict[str, tuple[Any, dict[str, Any]]]:
    """As `calls`, of the methods of an object."""
    found = {}
    for name in dir(type(thing)):
        if name[0] == "_" or name in AT_EACH_FRAME or not inspect.ismethod(method := getattr(thing, name)):
            continue
        key = f"{type(thing).__name__}.{name}"
        found[key] = (method, valid(method, VALID.get(key, dict)()))
    return found


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, where nothing is fetched."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.mark.parametrize("face", FACES)
def test_a_mistake_is_one_sentence(face: str) -> None:
    assert mistakes(calls(face), FAST) == []


@pytest.mark.parametrize("make", OBJECTS)
def test_a_mistake_in_a_method_is_one_sentence(make: Callable[[], Any]) -> None:
    assert mistakes(methods(make()), tuple(BAD)) == []


@pytest.mark.slow
@pytest.mark.parametrize("face", FACES)
def test_any_mistake_is_one_sentence(face: str) -> None:
    assert mistakes(calls(face), tuple(BAD)) == []


def image_of(**fields: Any) -> Any:
    from harness import StimulusSet

    return StimulusSet.from_images("x", [np.zeros((8, 8))], 50, **fields)


def recording_of(*words: Any, **fields: Any) -> Any:
    from harness import Recording, extract

    return extract(frame_model(), stimuli(), Recording("area1", *words, **fields), device="cpu")


def preprocessing_of(**fields: Any) -> Any:
    from harness import Preprocessing

    return Preprocessing(8, **fields)


UNMEANT: dict[str, Callable[[], Any]] = {
    "numbers of eight bits": lambda: recording_of(storage="int8"),
    "more precision than is computed": lambda: recording_of(precision="float64"),
    "bins that are no pairs": lambda: recording_of([50]),
    "a bin that ends before it begins": lambda: recording_of([(50, 0)]),
    "a bin shorter than any step": lambda: recording_of([(0, 1e-7)]),
    "a bin without an end": lambda: recording_of([(0, math.inf)]),
    "infinite degrees": lambda: image_of(visual_degrees=math.inf),
    "a million degrees": lambda: image_of(visual_degrees=1e6),
    "degrees in words": lambda: image_of(visual_degrees="8"),
    "a mean that is no number": lambda: preprocessing_of(mean=(math.nan, 0, 0)),
    "an infinite deviation": lambda: preprocessing_of(std=(math.inf, 1, 1)),
    "no deviation": lambda: preprocessing_of(std=(0, 1, 1)),
    "one and a half trials": lambda: recording_candidate().look_at(stimuli(), number_of_trials=1.5),
    "a stimulus that is not there": lambda: stimuli().select([5]),
    "a device that is not there": lambda: candidate_on("zz"),
    "no units": lambda: units_of("RandomUnits", 0),
    "less than no units": lambda: units_of("RandomUnits", -1),
    "a projection to nothing": lambda: units_of("RandomProjection", 0),
    "no model": lambda: extracted_from(None),
    "bins without number": lambda: successive(1e-300),
    "a tensor as a frame": lambda: timeline_of(torch.zeros(4, 4)),
    "a tensor among images": lambda: images_of([torch.zeros(4, 4)]),
    "no image": lambda: images_of([None]),
    "a sound of words": lambda: sound_of(["a", "b"]),
}
"""What was once accepted, or answered by whatever a library raised."""


def units_of(reduction: str, count: int) -> Any:
    return getattr(importlib.import_module("harness.engine"), reduction)(count)


def extracted_from(model: Any) -> Any:
    from harness import Recording, extract

    return extract(model, stimuli(), Recording("area1"))


def successive(step: float) -> Any:
    from harness.stimuli import successive_bins

    return successive_bins(0, 1000, step)


def timeline_of(frame: Any) -> Any:
    from harness import Timeline

    return Timeline.still(frame, 50)


def images_of(images: Any) -> Any:
    from harness import StimulusSet

    return StimulusSet.from_images("x", images, 50)


def sound_of(samples: Any) -> Any:
    from harness.stimuli import Sound

    return Sound(np.array(samples), 8000)


def candidate_on(device: str) -> Any:
    from harness import as_brain_model

    return as_brain_model(frame_model(), device=device).record(stimuli(), "V1", [(0, 50)])


@pytest.mark.parametrize("what", UNMEANT)
def test_what_cannot_be_meant_is_refused(what: str) -> None:
    said = answers(UNMEANT[what], {})
    assert said and not said.startswith("WRONG"), said
