"""torchvision's video classifiers: settings, layers in time, weights."""

import numpy as np
import pandas as pd
import pytest
import torch
from torchvision import models

from harness import Recording, StimulusSet, Timeline, extract, list_models, load_model, score_model
from harness.engine.capture import Capture
from harness.engine.reductions import SpatialMean
from harness.errors import ModelError
from harness.models import ClipModel, Tokens, Weights
from harness_plugins.models.torchvision_video import network
from harness_plugins.models.torchvision_video.layers import SETTINGS

NAMES = sorted(models.list_models(module=models.video))


def without_numbers(name: str) -> ClipModel:
    with torch.device("meta"):
        model = network.load(name, weights="random")
    model.network.to("meta")
    return model


def test_every_video_classifier_is_registered_under_its_own_name():
    assert set(NAMES) == set(SETTINGS) <= set(list_models())


@pytest.mark.parametrize("name", NAMES)
def test_layers_fire_once_and_lie_in_time_and_space(name):
    model = without_numbers(name)
    assert list(model.regions) == ["V1", "V2", "V4", "IT"]
    assert model.readout == model.layers[-1] and len(model.classes) == 400
    assert model.causal is False
    layers = list(dict.fromkeys([*model.layers, *model.regions.values()]))
    forms = {layer: {} for layer in layers}
    size = model.preprocessing.size
    with torch.no_grad(), Capture(model, layers, SpatialMean(), torch.float32, forms) as capture:
        clip = torch.zeros(1, 3, model.window, size, size, device="meta")
        capture.probe(lambda: model.network(clip), stop_early=False)
    grids = [forms[layer]["grid"] for layer in model.regions.values()]
    assert all(len(grid) == 2 and grid[0] == grid[1] for grid in grids)
    assert grids == sorted(grids, reverse=True), "regions run from fine to coarse"
    for layer in model.regions.values():
        rows, frames = capture.values[layer].shape[1], model.window
        assert 1 < rows <= frames and frames % rows == 0
    assert forms[model.readout]["channels"] == 400


def test_input_and_time_are_those_of_the_published_weights():
    model = network.load("r3d_18", weights="random")
    transforms = models.video.R3D_18_Weights.DEFAULT.transforms()
    assert (model.preprocessing.size, model.frame_rate, model.window, model.time_step) == (112, 25, 16, 40)
    assert model.preprocessing.mean == tuple(transforms.mean) and model.preprocessing.std == tuple(transforms.std)
    assert model.classes == models.video.R3D_18_Weights.DEFAULT.meta["categories"]
    own = network.load("r3d_18", weights="random", frame_rate=10, window=8, stride=4, size=64)
    assert (own.preprocessing.size, own.timing()) == (64, ("clip", 10, 8, 4))


def test_random_weights_are_torchvisions_own_initialisation():
    model = load_model("r3d_18", weights="random", seed=5)
    torch.manual_seed(5)
    theirs = models.video.r3d_18(weights=None)
    assert all(torch.equal(v, model.network.state_dict()[k]) for k, v in theirs.state_dict().items())
    assert model.weights == Weights("random", seed=5)


def test_a_file_is_loaded_strictly(tmp_path):
    theirs = models.video.mc3_18(weights=None)
    torch.save(theirs.state_dict(), tmp_path / "mc3.pth")
    model = network.load("mc3_18", weights=tmp_path / "mc3.pth")
    assert model.weights.kind == "file" and torch.equal(model.network.fc.weight, theirs.fc.weight)
    with pytest.raises(ModelError, match="does not fit the network"):
        network.load("r3d_18", weights=tmp_path / "mc3.pth")


def test_published_weights_are_read_without_unpickling_and_named(monkeypatch):
    asked, state = {}, models.video.mc3_18(weights=None).state_dict()

    def fetch(url, **options):
        asked.update(options)
        return state

    monkeypatch.setattr(models._api, "load_state_dict_from_url", fetch)
    model = network.load("mc3_18")
    assert asked["weights_only"] is True and asked["check_hash"] is True
    assert model.weights == Weights("pretrained", source="MC3_18_Weights.KINETICS400_V1")


def test_a_clip_for_which_there_is_no_output_is_refused():
    with pytest.raises(ModelError, match="'s3d' needs windows of 14 frames and 224 pixels or more, not 8 and 224"):
        network.load("s3d", weights="random", window=8)


@pytest.mark.slow
def test_one_is_scored():
    model = network.load("r3d_18", weights="random", size=32, window=8)
    assert np.isfinite(float(score_model(model, "Ringach2002-orientation_tuning")))


def test_a_change_on_the_screen_changes_what_the_network_says_then_and_before():
    """A stem of 3D convolutions over 3 frames: a flash at 200 ms is seen from 160 ms on, not earlier, and not after 280 ms."""
    model = network.load("r3d_18", weights="random", size=32)
    grey, white = np.full((32, 32), 0.5), np.ones((32, 32))
    timelines = [Timeline.still(grey, 400), Timeline.of([(grey, 200), (white, 40), (grey, 160)])]
    stimuli = StimulusSet("flash", pd.DataFrame({"stimulus_id": ["grey", "flash"]}), timelines)
    bins = [(40.0 * k, 40.0 * (k + 1)) for k in range(10)]
    quiet, flash = extract(model, stimuli, Recording("stem", bins)).array()
    differs = np.abs(flash - quiet).max(1) > 1e-6
    assert np.flatnonzero(differs).tolist() == [4, 5, 6]


def test_the_tokens_of_mvit_are_maps_after_a_class_token():
    model = without_numbers("mvit_v2_s")
    assert model.layouts["pos_encoding"] == model.layouts["blocks.0"] == Tokens(8, 56, 56, leading=1)
    assert model.layouts["blocks.14"] == model.layouts["norm"] == Tokens(8, 7, 7, leading=1)
    with pytest.raises(ModelError, match="needs windows of 16 frames and 224 pixels, not 16 and 64"):
        network.load("mvit_v2_s", weights="random", size=64)
