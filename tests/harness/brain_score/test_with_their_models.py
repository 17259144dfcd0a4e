"""Brain-Score's models on our benchmarks: unwrapped, or as a black box; by identifier; ours in its registries."""

import re
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

pytest.importorskip("brainscore_vision", reason="Brain-Score's package for vision is not installed")
import brainscore_vision
from brainscore_vision.model_helpers.activations.pytorch import PytorchWrapper, load_preprocess_images
from brainscore_vision.model_helpers.activations.temporal.model.pytorch import PytorchWrapper as ClipWrapper
from brainscore_vision.model_helpers.brain_transformation import ModelCommitment

from harness import (
    ClipModel,
    FrameModel,
    Preprocessing,
    SpatialMean,
    as_brain_model,
    list_models,
    load_model,
    load_stimuli,
    score_model,
)
from harness.brain_score import BlackBox, benchmark_ids, from_brain_score, link, model_ids, register, score, unlink
from harness.brain_score.screen import on_screen
from harness.errors import HarnessError, MissingRegion, ModelError

ORIENTATIONS = "Ringach2002-orientation_tuning"


def commitment(kit: ModuleType, seed: int = 0, kind: type = ModelCommitment, **options: Any) -> Any:
    """The small network as Brain-Score's."""
    wrapper = PytorchWrapper(kit.Net(seed).eval(), partial(load_preprocess_images, image_size=kit.SIZE), "small")
    return kind("small", wrapper, ["v1", "v4", "it"], "it", dict(kit.REGIONS), **options)


class Extended(ModelCommitment):
    """A commitment with a method of its own, so that it is a black box."""

    def look_at(self, *args, **kwargs):
        return super().look_at(*args, **kwargs)


@pytest.fixture
def gratings() -> Any:
    return load_stimuli("gratings", orientation=[0, 45, 90], contrast=[0.5, 1.0], duration=100, visual_degrees=8)


def test_an_unwrapped_model_answers_as_the_network(kit, gratings):
    unwrapped = from_brain_score(commitment(kit))
    assert isinstance(unwrapped, FrameModel) and unwrapped.layers == ("v1", "v4", "it") and unwrapped.readout == "fc"
    bins = [(0, 50), (50, 150)]
    own, theirs = (as_brain_model(one) for one in (kit.native(), unwrapped))
    for region in kit.REGIONS:
        expected = own.record(gratings, region, bins)
        assert np.abs(theirs.record(gratings, region, bins) - expected).max() <= 0.02 * np.abs(expected).max(), "8 bits"
    earlier = replace(unwrapped, preprocessing=replace(unwrapped.preprocessing, screen=1))
    assert unwrapped.digest() not in (None, from_brain_score(commitment(kit, 1)).digest(), earlier.digest())


def test_scores_of_one_name_and_other_weights_differ(kit):
    native, first, second = (
        float(score_model(one, ORIENTATIONS)) for one in (kit.native(), commitment(kit), commitment(kit, 1))
    )
    assert first == pytest.approx(native, abs=1e-3) and first != second


PAGE = (Path(__file__).parents[3] / "docs" / "brain-score.md").read_text()
STATED = re.findall(r"^\| `(\S+)` \| (\.\d+) \| (\.\d+) \| (\.\d+) \|$", PAGE, re.M)
LOCAL = {"Digits-decoding", "Simulated-fmri", ORIENTATIONS}


@pytest.mark.parametrize("row", STATED, ids=lambda row: row[0])
def test_scores_of_a_network_are_its_own_also_unwrapped_and_as_a_black_box(row, kit, request):
    identifier, *numbers = row
    if identifier not in LOCAL:
        request.getfixturevalue("data")
    found = [float(score_model(one, identifier)) for one in (kit.native(), commitment(kit), BlackBox(commitment(kit)))]
    assert found == pytest.approx([float(number) for number in numbers], abs=1e-5), "as the page says"
    assert found[1] == pytest.approx(found[0], abs=1e-3)


def test_the_page_states_a_row_for_each_benchmark_that_was_compared():
    assert {row[0] for row in STATED} > LOCAL and len(STATED) == 6


@pytest.mark.parametrize(("size", "span"), [(175, 7 / 8), (65, 0.5), (64, 64 / 51), (64, 0.5)])
def test_a_frame_is_centred_on_their_screen(size, span):
    frame = np.tile(np.arange(size, dtype=np.uint8)[:, None, None], (1, size, 3))
    screen = on_screen(frame, span, (1.0, 1.0, 1.0))
    rows = screen[:, screen.shape[1] // 2, 0].astype(int)
    assert (rows[: len(rows) // 2] == 255).sum() == (rows[len(rows) // 2 :] == 255).sum()
    assert len(rows) in (round(size / span), 2 * round(size / span))
    if span > 1:  # the middle is what is left
        assert rows[0] + rows[-1] == size - 1


def test_a_black_box_answers_as_its_network(kit, gratings):
    box = from_brain_score(commitment(kit, kind=Extended))
    assert isinstance(box, BlackBox) and "look_at" in box.reason and set(box.regions) == set(kit.REGIONS)
    unwrapped, bins = as_brain_model(from_brain_score(commitment(kit))), [(0, 50), (50, 150)]
    for reduction in (None, SpatialMean()):
        expected = unwrapped.record(gratings, "V1", bins, reduction)
        assert box.record(gratings, "V1", bins, reduction) == pytest.approx(expected, abs=1e-5)
    with pytest.raises(MissingRegion, match="no layer to region MT"):
        box.record(gratings, "MT", bins)
    box.start_task("probabilities", load_labels(gratings))
    assert box.look_at(gratings).sizes["choice"] == 3


def load_labels(gratings: Any) -> Any:
    """Gratings, labelled by their orientation."""
    gratings.table["image_label"] = gratings.table["orientation"].astype(str)
    return gratings


def test_black_boxes_of_one_name_are_told_apart(kit, gratings):
    boxes = [from_brain_score(commitment(kit, seed, Extended)) for seed in (0, 1)]
    first, second = (box.record(gratings, "IT", [(0, 100)]) for box in boxes)
    assert np.abs(first - second).max() > 0.01


class Moving(nn.Module):
    """Two layers over space and time."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.early = nn.Conv3d(3, 4, (3, 5, 5), stride=(1, 4, 4), padding=(1, 2, 2))
        self.late = nn.Conv3d(4, 6, 3, stride=2, padding=1)

    def forward(self, x):
        return self.late(torch.relu(self.early(x)))


def clips(video: Any) -> torch.Tensor:
    frames = torch.from_numpy(np.array(video.to_numpy())).float() / 255
    frames = nn.functional.interpolate(frames.permute(0, 3, 1, 2), size=(32, 32), mode="bilinear")
    return frames.permute(1, 0, 2, 3)


def smooth_clips(video: Any) -> torch.Tensor:
    """Resized as the harness does, from 8 bits."""
    frames = torch.from_numpy(np.array(video.to_numpy())).float().permute(0, 3, 1, 2) / 255
    frames = nn.functional.interpolate(frames, size=(32, 32), mode="bilinear", antialias=True)
    return frames.permute(1, 0, 2, 3)


@pytest.mark.parametrize("identifier", ["Digits-decoding", ORIENTATIONS, "Kriegeskorte2008.monkeyIT-rdm"])
def test_scores_of_a_clip_model_are_its_own_also_unwrapped(identifier, request):
    if identifier not in LOCAL:
        request.getfixturevalue("data")
    layers, regions = {"early": "CTHW", "late": "CTHW"}, {"V1": "early", "IT": "late"}
    options = {"fps": 25, "num_frames": 16, "img_duration": 640.0, "dtype": np.float32}
    wrapper = ClipWrapper("moving", Moving(), smooth_clips, layer_activation_format=layers, **options)
    theirs = ModelCommitment("moving", wrapper, list(layers), region_layer_map=regions)
    shared = {"preprocessing": Preprocessing(32), "frame_rate": 25.0, "window": 16, "visual_degrees": 8.0}
    native = ClipModel("moving", Moving(), layers=list(layers), regions=regions, **shared)
    assert float(score_model(theirs, identifier)) == pytest.approx(float(score_model(native, identifier)), abs=1e-3)


@pytest.mark.parametrize(("rate", "bins"), [(25, [(70, 170)]), (12.5, [(70, 170), (0, 500)])])
def test_clip_models_agree_off_their_grid(kit, tmp_path, rate, bins):
    layers = {"early": "CTHW", "late": "CTHW"}
    frames = int(rate * 0.64)
    wrapper = ClipWrapper(
        "moving",
        Moving(),
        clips,
        fps=rate,
        num_frames=frames,
        img_duration=640.0,
        layer_activation_format=layers,
        dtype=np.float32,
    )
    theirs = ModelCommitment("moving", wrapper, ["early", "late"], region_layer_map={"V1": "early", "IT": "late"})
    ours = from_brain_score(theirs)
    assert isinstance(ours, ClipModel) and ours.frame_rate == rate and ours.window == frames
    stimuli = kit.images(tmp_path / "images", 6)
    for region in ("V1", "IT"):
        values = []
        for candidate in (theirs, as_brain_model(ours)):
            candidate.start_recording(region, time_bins=bins)
            found = candidate.look_at(stimuli)
            found = found.expand_dims("time_bin") if "time_bin" not in found.dims else found
            values.append(found.transpose("presentation", "time_bin", "neuroid").values)
        assert np.abs(values[0] - values[1]).max() <= 1e-6 * values[0].std()


def test_all_identifiers_are_found_without_an_import():
    assert len(model_ids()) == 741 and len(benchmark_ids()) == 289
    assert "brainscore/alexnet" in list_models("brainscore/alex*")


PLUGIN = """
from brainscore_vision import model_registry
from .network import commitment
model_registry['mine'] = lambda: commitment('mine')
model_registry["other"] = lambda: commitment('other')
"""
NETWORK = """
from functools import partial
import torch
from brainscore_vision.model_helpers.activations.pytorch import PytorchWrapper, load_preprocess_images
from brainscore_vision.model_helpers.brain_transformation import ModelCommitment

def commitment(name):
    torch.manual_seed(len(name))
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 5, 4), torch.nn.ReLU())
    wrapper = PytorchWrapper(network, partial(load_preprocess_images, image_size=32), name)
    return ModelCommitment(name, wrapper, ['1'], region_layer_map={'V1': '1'})
"""


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A laboratory's own folder of plugins in Brain-Score's form."""
    folder = tmp_path / "ours" / "mynet"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(PLUGIN)
    (folder / "network.py").write_text(NETWORK)
    monkeypatch.setenv("HARNESS_BRAINSCORE", str(folder.parent))
    yield folder
    for name in ("mine", "other"):
        brainscore_vision.model_registry.pop(name, None)


def test_models_of_an_outside_folder_are_loaded_and_scored(outside):
    assert {"brainscore/mine", "brainscore/other"} <= set(list_models("brainscore/*"))
    model = load_model("brainscore/mine")
    assert isinstance(model, FrameModel) and model.regions == {"V1": "1"}
    assert load_model("brainscore/mine", regions={"IT": "0"}).regions == {"V1": "1", "IT": "0"}
    with pytest.raises(ModelError, match="no layer '7'"):
        load_model("brainscore/mine", regions={"IT": "7"})
    first, second = (float(score_model(f"brainscore/{name}", ORIENTATIONS)) for name in ("mine", "other"))
    assert np.isfinite([first, second]).all() and first != second
    with pytest.raises(HarnessError, match="no model 'mien'; did you mean mine"):
        load_model("brainscore/mien")


def test_a_package_that_a_plugin_lacks_is_named_and_not_installed(outside):
    (outside / "network.py").write_text("import a_package_of_nobody")
    with pytest.raises(ModelError, match="needs the package 'a_package_of_nobody'"):
        load_model("brainscore/mine")


def test_their_alexnet_is_unwrapped(monkeypatch):
    import torchvision

    made = torchvision.models.alexnet
    monkeypatch.setattr(torchvision.models, "alexnet", lambda *args, **options: made())
    model = load_model("brainscore/alexnet")
    assert isinstance(model, FrameModel) and set(model.regions) == {"V1", "V2", "V4", "IT"}
    assert model.preprocessing.size == 224 and model.readout == "classifier.6"


OURS = "Kriegeskorte2008.monkeyIT-rdm"


def test_ours_stand_in_their_registries(data):
    register()
    register()
    assert "harness--pixels" in brainscore_vision.model_registry
    assert f"harness--{OURS}" in brainscore_vision.benchmark_registry
    theirs = brainscore_vision._run_score("harness--pixels", f"harness--{OURS}")
    assert float(theirs) == float(score_model("pixels", OURS)) == float(score("pixels", OURS))
    assert "pixels" in theirs.attrs["comment"]
    brainscore_vision.import_plugin("brainscore_vision", "models", "harness--timm--resnet18")
    assert "harness--timm--resnet18" in brainscore_vision.model_registry, "a member of a family, when it is asked for"


def test_their_command_line_knows_ours_while_they_are_linked(data):
    command = [sys.executable, "-W", "ignore", "-m", "brainscore_vision", "score"]
    command += ["--model_identifier=harness--pixels", f"--benchmark_identifier=harness--{OURS}"]
    files = link(["timm/resnet18"])
    try:
        assert "model_registry['harness--timm--resnet18']" in files[0].read_text()
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert f"array({float(score_model('pixels', OURS)):.8f})" in done.stdout
    finally:
        assert len(unlink()) == 2
    assert unlink() == []
