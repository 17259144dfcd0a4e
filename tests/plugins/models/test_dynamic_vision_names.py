"""The names of Dynamic-Vision's models."""

import json

import pytest
import torch
from typer.testing import CliRunner

from harness import list_models, load_model
from harness.cli import app
from harness.errors import MissingWeights, ModelError
from harness.host.plugin_host import host
from harness_plugins.models.dynamic_vision.names import NAMES, said
from harness_plugins.models.torchvision.network import current_keys


def test_every_name_is_known_with_and_without_the_family():
    assert len(NAMES) == 90
    for name, entry in NAMES.items():
        assert name in host().models and f"dynamic_vision/{name}" in host().models
        assert entry.model in host().models, entry.model
        assert host().models.summary(f"dynamic_vision/{name}") == said(entry)
    assert len(list_models("dynamic_vision/*")) == 90
    assert host().models.get("pixels").identifier == "pixels", "a model of ours keeps its name"


def test_a_name_is_a_model_with_the_arguments_that_make_it_theirs():
    model = load_model("resnet18_ecoset_full", weights="random")
    assert model.identifier == "resnet18_ecoset_full" and model.network.fc.out_features == 565
    assert load_model("dynamic_vision/pixels").preprocessing.size == 256


def test_describe_says_what_a_name_stands_for():
    shown = CliRunner().invoke(app, ["describe", "VideoSwin-B"])
    assert shown.exit_code == 0 and "swin3d_b with frame_rate=12.5" in shown.output


def test_describe_has_the_tags_of_what_a_name_stands_for():
    alexnet = json.loads(CliRunner().invoke(app, ["describe", "alexnet", "--json"]).stdout)
    assert alexnet["family"] == "dynamic_vision/*" and alexnet["tags"] == list(
        host().models.get("torchvision/alexnet").tags
    )
    assert "imagenet" in alexnet["tags"] and "video" not in alexnet["tags"]


def test_weights_that_nothing_fetches_are_asked_for_and_never_replaced(tmp_path):
    with pytest.raises(MissingWeights, match=r"'SlowFast' are not fetched: get them from mmaction2.*weights=PATH"):
        load_model("SlowFast")
    with pytest.raises(ModelError, match="with 565 classes give a weight file"):
        load_model("resnet18_ecoset_full", weights="pretrained")
    theirs = load_model("resnet18_ecoset_full", weights="random", seed=4).network.state_dict()
    torch.save({"state": {"model": {f"module.{key}": value for key, value in theirs.items()}}}, tmp_path / "ep100.pt")
    ours = load_model("resnet18_ecoset_full", weights=tmp_path / "ep100.pt").network.state_dict()
    assert all(torch.equal(value, theirs[key]) for key, value in ours.items())


def test_parallel_parts_of_published_files_are_renamed():
    """As in the AlexNet of stylised images."""
    assert list(current_keys({"features.module.0.weight": torch.zeros(1)})) == ["features.0.weight"]


def _loaded(name: str) -> None:
    if NAMES[name].model in ("timesformer", "videomae", "vivit", "video_llava"):
        pytest.importorskip("transformers", reason="transformers is not installed (the extra `video`)")
    own = name.startswith("Random-") or name in ("pixels", "motion-energy")
    with torch.device("meta"):
        model = load_model(name, **({} if own else {"weights": "random"}))
    assert model.identifier == name and model.layers


@pytest.mark.parametrize(
    "name", ["hmax", "X3D", "I3D-R101-smthsmthv2", "MAE-ST-L", "AVID-Audioset", "MIM", "VideoChat2-7B"]
)
def test_a_name_loads_at_its_published_size(name):
    _loaded(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_name_loads_at_its_published_size(name):
    _loaded(name)
