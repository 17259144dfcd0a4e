"""The timm family: names with tags, preprocessing, layers from feature information."""

import huggingface_hub
import pytest
import timm
import torch
from huggingface_hub import constants

from harness.errors import MissingWeights, ModelError, UnknownIdentifier
from harness.models import Weights
from harness_plugins.models.timm.network import load, names


def test_preprocessing_is_that_of_the_tag():
    with torch.device("meta"):
        plain, clip = (
            load(f"vit_base_patch16_224.{tag}", weights="random") for tag in ("augreg_in21k_ft_in1k", "dino")
        )
        large = load("vit_base_patch16_clip_quickgelu_224.openai", weights="random")
    assert plain.preprocessing.mean == (0.5, 0.5, 0.5) and plain.preprocessing.interpolation == "bicubic"
    assert clip.preprocessing.mean == (0.485, 0.456, 0.406) and clip.readout is None and clip.classes == ()
    assert large.preprocessing.mean == pytest.approx((0.4815, 0.4578, 0.4082), abs=1e-4)


def test_random_weights_are_timms_own_initialisation():
    model = load("resnet18", weights="random", seed=5)
    torch.manual_seed(5)
    theirs = timm.create_model("resnet18")
    assert all(torch.equal(v, model.network.state_dict()[k]) for k, v in theirs.state_dict().items())
    assert model.weights == Weights("random", seed=5) and model.classes[0] == "tench"
    assert model.regions == {"V1": "layer1", "V2": "layer2", "V4": "layer3", "IT": "layer4"}


def test_a_local_file_loads_and_changes_the_identity(tmp_path):
    trained = timm.create_model("resnet10t")
    torch.save(trained.state_dict(), tmp_path / "w.pth")
    model = load("resnet10t", weights=tmp_path / "w.pth")
    assert torch.equal(model.network.fc.weight, trained.fc.weight)
    assert model.digest() != load("resnet10t", weights="random").digest()


def test_channels_last_maps_are_known_by_their_shape():
    with torch.device("meta"):
        swin = load("swin_tiny_patch4_window7_224", weights="random")
        vit = load("vit_tiny_patch16_224", weights="random")
    assert swin.layouts["layers.0"] == "HWC" and vit.layouts == {}


def test_the_heads_of_a_distilled_network_are_no_single_readout():
    with torch.device("meta"):
        model = load("deit_tiny_distilled_patch16_224", weights="random")
    assert model.readout is None and model.classes == ()


def test_scores_of_classes_without_names_are_a_layer_but_no_readout():
    with torch.device("meta"):
        model = load("tiny_vit_5m_224.dist_in22k", weights="random")
    assert model.readout is None and model.classes == () and model.layers[-1] == "head.fc"


def test_unknown_names_and_tags_give_the_nearest():
    with pytest.raises(UnknownIdentifier, match=r"did you mean .*resnet50"):
        load("resnet50x", weights="random")
    with pytest.raises(UnknownIdentifier, match=r"no weights 'nothing' of resnet18; there are .*a1_in1k"):
        load("resnet18.nothing", weights="random")


def test_weights_that_do_not_exist_or_cannot_be_fetched_say_so(monkeypatch):
    without = next(name for name in timm.list_models("*resnet*") if not timm.list_pretrained(f"{name}.*"))
    with pytest.raises(MissingWeights, match="weights='random'"):
        load(without)

    def offline():
        raise OSError("no route to host")

    monkeypatch.setattr(huggingface_hub, "get_session", offline)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", "no such folder")
    with pytest.raises(MissingWeights, match=r"could not be downloaded .*no route to host.*weights='random'"):
        load("resnet18")


def test_input_that_is_not_square_is_refused():
    with torch.device("meta"), pytest.raises(ModelError, match="1024 x 768"):
        load("vit_base_patch16_sapiens2", weights="random")


def test_members_come_with_and_without_tags():
    assert {"resnet50", "resnet50.a1_in1k"} <= set(names())
