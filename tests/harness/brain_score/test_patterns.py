"""Whatever Brain-Score's 289 benchmarks ask of a model, as recorded from its sources, without its package."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from typer.testing import CliRunner

from harness import ClipModel, Preprocessing, RecurrentModel, StimulusSet, as_brain_model, load_model, score_model
from harness.assemblies import BrainIOStimulusSet
from harness.brain_score import (
    Commitment,
    MissingPackage,
    from_brain_score,
    is_installed,
    link,
    register,
    to_brain_score,
)
from harness.cli.app import app
from harness.errors import ModelError
from harness.models import imagenet_synsets

ROWS = list(csv.DictReader((Path(__file__).parents[3] / "docs" / "brain-score-benchmarks.csv").open(newline="")))


class Task:
    """Brain-Score's enumeration of tasks: words."""

    passive, label, probabilities, odd_one_out = "passive", "label", "probabilities", "odd_one_out"


def one_bin(start: float, end: float) -> np.ndarray:
    """The time bin of an assembly without that dimension, as xarray gives it."""
    found = np.empty((), dtype=object)
    found[()] = (start, end)
    return found


def recorded(subject: Any, stimuli: BrainIOStimulusSet, *trials: int, **options: Any) -> None:
    for region in ("V1", "V2", "V4", "IT"):
        subject.start_recording(region, time_bins=[one_bin(70, 170)])
        found = subject.look_at(stimuli, *trials, **options)
        assert set(found.dims) == {"presentation", "neuroid"} and found.values.flags.writeable
        found.values[found.values < 0] = 0
        assert set(found["object_name"].values) == set(stimuli["object_name"])
    subject.start_recording("IT", time_bins=[(70, 90), (90, 110)])
    found = subject.look_at(stimuli, *trials, **options)
    assert found.sizes["time_bin"] == 2 and found["time_bin_start"].values.tolist() == [70, 90]


def named(subject: Any, stimuli: BrainIOStimulusSet, **options: Any) -> None:
    labels = ["kato2026_dog", "kato2026_bird"] if options else ["airplane", "bear", "sewing machine"]
    for asked in (labels, "imagenet"):
        if options and asked == "imagenet":
            continue
        subject.start_task(Task.label, asked, **options)
        found = subject.look_at(stimuli, number_of_trials=10)
        assert found.dims == ("choice", "presentation") and set(found.values[0]) <= set(
            imagenet_synsets() if asked == "imagenet" else labels
        )


def probable(subject: Any, stimuli: BrainIOStimulusSet, **options: Any) -> None:
    fitting = stimuli.copy()
    fitting["image_label"] = fitting["object_name"]
    fitting.identifier, fitting.stimulus_paths = "fitting", stimuli.stimulus_paths
    subject.start_task(Task.probabilities, fitting_stimuli=fitting, **options)
    found = subject.look_at(stimuli, number_of_trials=2)
    assert found.dims == ("presentation", "choice") and np.allclose(found.sum("choice"), 1)
    assert found.attrs["readout"] == "fitted", "as Brain-Score's, also where the model has classes"


def odd(subject: Any, stimuli: BrainIOStimulusSet) -> None:
    subject.start_task(Task.odd_one_out)
    found = subject.look_at(stimuli, 1)
    assert found.dims == ("choice", "presentation") and set(found.values[0]) <= set(stimuli["stimulus_id"])


def varied(subject: Any, stimuli: BrainIOStimulusSet) -> None:
    with pytest.raises(ModelError, match="microsaccades"):
        subject.start_task(Task.probabilities, fitting_stimuli=stimuli, number_of_trials=2, require_variance=True)
    subject.start_recording("IT", time_bins=[(70, 170)])
    with pytest.raises(ModelError, match="microsaccades"):
        subject.look_at(stimuli, number_of_trials=10, require_variance=True)


VARIED = "look_at(number_of_trials=n, require_variance=True) start_task(probabilities, number_of_trials=n, require_variance=True)"
PATTERNS: dict[str, Callable[[Any, BrainIOStimulusSet], None]] = {
    "look_at() start_recording()": lambda subject, stimuli: recorded(subject, stimuli, 20),
    "look_at(number_of_trials=n) start_recording()": lambda subject, stimuli: recorded(
        subject, stimuli, number_of_trials=50
    ),
    "look_at() look_at(number_of_trials=n) start_recording()": recorded,
    "look_at(number_of_trials=n) start_task(label)": named,
    "look_at(number_of_trials=n) start_task(label, aggregation='max')": lambda *both: named(*both, aggregation="max"),
    "look_at(number_of_trials=n) start_task(probabilities)": probable,
    "look_at(number_of_trials=n) start_task(probabilities, number_of_trials=n)": lambda *both: probable(
        *both, number_of_trials=1
    ),
    "look_at() start_task(odd_one_out)": odd,
    VARIED: varied,
}


def test_the_table_holds_every_benchmark_and_each_pattern_is_known():
    assert len(ROWS) == len({row["identifier"] for row in ROWS}) == 289
    assert {row["asks"] for row in ROWS} == set(PATTERNS)
    assert {row["state"] for row in ROWS} == {"runs", "needs data", "cannot run"}
    assert all(row["why"] for row in ROWS if row["state"] == "cannot run")
    refused = [row for row in ROWS if PATTERNS[row["asks"]] is varied]
    assert len(refused) == 10 and {row["state"] for row in refused} == {"cannot run"}


@pytest.mark.parametrize("asks", PATTERNS)
def test_a_pattern_is_answered(asks, kit, tmp_path):
    PATTERNS[asks](to_brain_score(kit.native()), kit.images(tmp_path / "images", 12))


def test_passive_viewing_ends_a_task_and_goes_on_recording(kit, tmp_path):
    subject, stimuli = to_brain_score(kit.native()), kit.images(tmp_path / "images", 6)
    subject.start_recording("IT", time_bins=[(70, 170)])
    before = subject.look_at(stimuli)
    for task, labels in ((Task.label, ["dog", "cat"]), (Task.probabilities, ["dog", "cat"])):
        if task is Task.label:
            subject.start_task(task, labels)
            assert subject.look_at(stimuli).dims == ("choice", "presentation")
        subject.start_task(Task.passive)
        assert np.array_equal(subject.look_at(stimuli).values, before.values)


def test_layers_are_told(kit):
    subject = to_brain_score(kit.native())
    assert isinstance(subject, Commitment) and subject.layer_model.region_layer_map == kit.REGIONS
    assert subject.region_layer_map["IT"] == "it" and subject.identifier == "small" and subject.visual_degrees() == 8


class Leaky(nn.Module):
    """Moves half of the way to the frame in each step."""

    def __init__(self):
        super().__init__()
        self.area = nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 3, 16, 16, device=device)

    def step(self, frame, state):
        return self.area(0.5 * state + 0.5 * frame)


class Spread(nn.Module):
    """Every frame and the one after it."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.area = nn.Conv3d(3, 2, (3, 3, 3), padding=1)

    def forward(self, x):
        return self.area(x)


def dynamic(kind: str) -> Any:
    shared = {"preprocessing": Preprocessing(16), "regions": {"IT": "area"}}
    if kind == "dt 20":
        return RecurrentModel("leaky", Leaky(), dt=20, **shared)
    return ClipModel(kind, Spread(), frame_rate=float(kind.removesuffix(" fps")), window=16, **shared)


@pytest.mark.parametrize("kind", ["dt 20", "25 fps", "12.5 fps"])
def test_bins_off_the_grid_of_a_model_are_those_of_images_that_stay_on(kind, kit, tmp_path):
    images, bins = kit.images(tmp_path / "images", 6, 16, 16), [(70, 170), (70, 90), (33, 51)]
    subject = to_brain_score(dynamic(kind))
    subject.start_recording("IT", time_bins=bins)
    found = subject.look_at(images).transpose("presentation", "time_bin", "neuroid").values
    long = 1280 if kind != "dt 20" else 1000
    staying = StimulusSet.from_images("staying", list(images.stimulus_paths.values()), long)
    expected = as_brain_model(dynamic(kind)).record(staying, "IT", bins)
    if kind != "dt 20":  # what a window sees of the next one is beyond the end of a clip
        expected = expected[: len(found)]
    assert np.abs(found - expected).max() <= 1e-6 * expected.std()


def test_non_square_images_may_be_stretched(kit, tmp_path):
    images = kit.images(tmp_path / "images", 4, 64, 96)
    padded, stretched = (to_brain_score(kit.native(aspect=aspect)) for aspect in ("pad", "stretch"))
    answers = []
    for subject in (padded, stretched):
        subject.start_recording("IT", time_bins=[(70, 170)])
        answers.append(subject.look_at(images).values)
    assert not np.allclose(*answers)


@pytest.mark.skipif(is_installed(), reason="Brain-Score's package for vision is installed")
@pytest.mark.parametrize(
    "ask",
    [
        lambda: load_model("brainscore/alexnet"),
        lambda: score_model("pixels", "brainscore-benchmark/ImageNet-top1"),
        register,
        link,
    ],
    ids=["model", "benchmark", "register", "link"],
)
def test_what_needs_the_package_says_so_in_one_sentence(ask):
    with pytest.raises(MissingPackage, match=r"pip install 'vision-dynamics-harness\[brain-score\]'"):
        ask()


@pytest.mark.skipif(is_installed(), reason="Brain-Score's package for vision is installed")
@pytest.mark.parametrize(
    "words", [["score", "-m", "pixels", "-b", "ImageNet-top1"], ["link"], ["unlink"]], ids=lambda words: words[0]
)
def test_the_command_says_so_too(words):
    done = CliRunner().invoke(app, ["brain-score", *words])
    assert done.exit_code and "pip install 'vision-dynamics-harness[brain-score]'" in done.output


def test_only_models_of_brain_score_are_adapted(kit):
    subject = to_brain_score(kit.native())
    assert from_brain_score(subject) is subject.model
    with pytest.raises(ModelError, match="a model of Brain-Score's, not 'alexnet'"):
        from_brain_score("alexnet")
