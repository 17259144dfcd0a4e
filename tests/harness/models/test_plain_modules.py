"""Plain torch modules as models, and models in files."""

import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from harness import FrameModel, Recording, RecurrentModel, as_brain_model, as_model, extract, load_model, load_stimuli
from harness.errors import ArgumentError, MissingData, ModelError, PluginError
from harness.models import IMAGENET_MEAN

FILE = """
import torch

def load(widths: int = 4):
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(3, widths, 3), torch.nn.ReLU(), torch.nn.Conv2d(widths, 6, 3), torch.nn.Flatten(), torch.nn.LazyLinear(5)
    )

def nothing():
    return "no model"
"""


class Small(nn.Module):
    """Runs with 32 pixels only."""

    def __init__(self, channels: int = 3):
        super().__init__()
        self.first, self.second = nn.Conv2d(channels, 4, 5), nn.Conv2d(4, 6, 5)
        self.head = nn.Linear(6 * 24 * 24, 10)

    def forward(self, x):
        return self.head(self.second(self.first(x).relu()).relu().flatten(1))


class Steps(nn.Module):
    def __init__(self):
        super().__init__()
        self.drive, self.area = nn.Conv2d(3, 4, 3, padding=1), nn.ReLU()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 4, 224, 224, device=device)

    def step(self, frame, state):
        return self.area(state + self.drive(frame))


def test_a_single_layer_is_recorded_as_what_it_is() -> None:
    layer = nn.Conv2d(3, 4, 5)
    model = as_model(layer)
    assert model.identifier == "Conv2d" and model.layers == ("0",)
    stimuli = load_stimuli("silhouettes", size_px=32, duration=20)
    seen = extract(model, stimuli, Recording(["0"], [(0, 20)]))["0"].array()
    assert seen.shape == (7, 1, 4 * 220 * 220) and seen.std() > 0


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_assumed_of_a_module_is_tried_and_said(channels, caplog) -> None:
    with caplog.at_level(logging.WARNING):
        model = as_model(Small(channels))
    assert isinstance(model, FrameModel) and model.identifier == "Small"
    assert (model.preprocessing.size, model.preprocessing.channels) == (32, channels)
    assert model.regions == {"V4": "first", "IT": "second"} and model.layers == ("first", "second")
    assert len(caplog.messages) == 1
    assert f"assumed an input of {channels} x 32 x 32 with ImageNet's mean" in caplog.text
    assert "no memory, and V4 = first, IT = second; make a FrameModel to say otherwise" in caplog.text


def test_a_module_with_steps_is_recurrent() -> None:
    model = as_model(Steps(), "steps")
    assert isinstance(model, RecurrentModel) and model.dt == 10 and model.identifier == "steps"
    assert model.preprocessing.mean == IMAGENET_MEAN


def test_a_module_that_runs_with_no_input_is_refused_with_its_own_reason() -> None:
    with pytest.raises(ModelError, match="'Linear' runs with no square input of 224"):
        as_model(nn.Linear(7, 3))


def test_a_module_is_a_candidate_by_itself(stripes) -> None:
    network = Small()
    candidate = as_brain_model(network)
    values = candidate.record(stripes, "IT", [(0, 50)])
    assert values.shape == (len(stripes), 1, 6 * 24 * 24) and network.training is False


@pytest.fixture
def stripes():
    from harness import StimulusSet

    images = {f"s{i}": np.tile(np.arange(32) // (i + 1) % 2, (32, 1)).astype(np.float32) for i in range(3)}
    return StimulusSet.from_images("stripes", images, duration=50, visual_degrees=8)


def test_a_function_in_a_file_is_a_model(tmp_path: Path, stripes) -> None:
    (tmp_path / "a_net_of_mine.py").write_text(FILE)
    word = f"{tmp_path}/a_net_of_mine.py:load"
    model = load_model(word, widths=3)
    assert model.arguments == {"widths": 3} and model.network[0].out_channels == 3
    assert model.digest() == load_model(word, widths=3).digest() != load_model(word).digest()
    other = load_model(word, regions={"V1": "1"})
    assert other.regions["V1"] == "1" and other.regions["IT"] == model.regions["IT"]
    with pytest.raises(ArgumentError, match="has no argument 'depth'; it takes widths"):
        load_model(word, depth=3)
    with pytest.raises(PluginError, match="returned str, not a model or a torch module"):
        load_model(f"{tmp_path}/a_net_of_mine.py:nothing")
    with pytest.raises(PluginError, match="has no function 'none'"):
        load_model(f"{tmp_path}/a_net_of_mine.py:none")
    with pytest.raises(MissingData, match=r"name a model as FILE\.py:FUNCTION"):
        load_model(f"{tmp_path}/absent.py:load")
    (tmp_path / "json.py").write_text(FILE)
    with pytest.raises(ArgumentError, match="has the name of another module, 'json'; rename the file"):
        load_model(f"{tmp_path}/json.py:load")


def test_any_model_takes_a_precision_and_regions(stripes) -> None:
    exact, rounded = load_model("pixels"), load_model("pixels", precision="bfloat16", regions={"MT": "pixels"})
    assert rounded.precision == "bfloat16" and rounded.arguments == {
        "precision": "bfloat16",
        "regions": {"MT": "pixels"},
    }
    assert rounded.regions == {**exact.regions, "MT": "pixels"} and rounded.digest() != exact.digest()
    network = Small()
    model = FrameModel("small", network, preprocessing=as_model(network).preprocessing, layers=["second"])
    rough = FrameModel("small", network, preprocessing=model.preprocessing, layers=["second"], precision="bfloat16")
    a, b = (np.array(extract(one, stripes)["second"].array()) for one in (model, rough))
    assert 1e-4 < np.abs(a - b).max() / np.abs(a).max() < 0.1
