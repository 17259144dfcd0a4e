"""The torchvision family: weights, preprocessing, layers by name."""

import numpy as np
import pytest
import torch
from torchvision import models

from harness import list_models, load_model
from harness.errors import MissingWeights, ModelError, UnknownIdentifier
from harness.models import Weights
from harness_plugins.models.torchvision.layers import anatomy
from harness_plugins.models.torchvision.network import load, names


def test_the_family_is_registered_and_has_every_classifier():
    assert "torchvision/*" in list_models()
    assert set(names()) == set(models.list_models(module=models)) and len(names()) >= 80


def test_preprocessing_is_that_of_the_published_weights():
    published = models.EfficientNet_B1_Weights.DEFAULT.transforms()
    preprocessing = load("efficientnet_b1", weights="random").preprocessing
    assert preprocessing.size == published.crop_size[0] == 240
    assert (preprocessing.mean, preprocessing.std) == (tuple(published.mean), tuple(published.std))
    assert preprocessing.interpolation == "bilinear"
    older = models.EfficientNet_B1_Weights.IMAGENET1K_V1.transforms()
    assert older.interpolation.value == "bicubic"


def test_an_image_of_the_right_size_is_prepared_as_torchvision_does():
    image = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    theirs = models.ResNet18_Weights.DEFAULT.transforms(resize_size=224)(torch.from_numpy(image).permute(2, 0, 1))
    ours = load("resnet18", weights="random").preprocessing.place(image, 1.0, (0.5, 0.5, 0.5))
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_random_weights_are_torchvisions_own_initialisation():
    model = load("resnet18", weights="random", seed=5)
    torch.manual_seed(5)
    theirs = models.resnet18(weights=None)
    assert all(torch.equal(v, model.network.state_dict()[k]) for k, v in theirs.state_dict().items())
    assert model.weights == Weights("random", seed=5)
    assert model.classes[0] == "tench" and len(model.classes) == 1000


def test_a_published_file_loads_with_its_old_keys_and_auxiliary_heads(tmp_path):
    densenet = models.densenet121(weights=None)
    old = {k.replace(".norm1.", ".norm.1.").replace(".conv2.", ".conv.2."): v for k, v in densenet.state_dict().items()}
    assert old.keys() != densenet.state_dict().keys()
    torch.save(old, tmp_path / "densenet.pth")
    loaded = load("densenet121", weights=tmp_path / "densenet.pth")
    assert torch.equal(loaded.network.features.conv0.weight, densenet.features.conv0.weight)
    googlenet = models.googlenet(weights=None, aux_logits=True, init_weights=False)
    torch.save(googlenet.state_dict(), tmp_path / "googlenet.pth")
    model = load("googlenet", weights=str(tmp_path / "googlenet.pth"))
    assert model.weights.kind == "file" and model.network.transform_input
    assert torch.equal(model.network.fc.weight, googlenet.fc.weight)


def test_a_file_of_another_network_is_refused(tmp_path):
    torch.save(models.squeezenet1_0(weights=None).state_dict(), tmp_path / "w.pth")
    with pytest.raises(ModelError, match=r"w\.pth' does not fit"):
        load("squeezenet1_1", weights=tmp_path / "w.pth")


def test_weights_that_cannot_be_fetched_say_what_to_do(monkeypatch):
    def offline(*_, **__):
        raise OSError("<urlopen error [Errno -2] Name or service not known>")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    monkeypatch.setattr(models._api, "load_state_dict_from_url", offline)
    for weights in ("pretrained", "IMAGENET1K_V1"):
        with pytest.raises(MissingWeights, match=r"could not be downloaded .*weights='random'"):
            load("resnet18", weights=weights)


def test_published_weights_are_read_without_unpickling_and_named(monkeypatch):
    asked = {}
    state = models.resnet18(weights=None).state_dict()

    def fetch(url, **options):
        asked.update(options, url=url)
        return state

    monkeypatch.setattr(models._api, "load_state_dict_from_url", fetch)
    model = load("resnet18", weights="pretrained")
    assert asked["weights_only"] is True and asked["check_hash"] is True
    assert model.weights == Weights("pretrained", source="ResNet18_Weights.IMAGENET1K_V1")
    assert torch.equal(model.network.fc.weight, state["fc.weight"])


def test_layers_and_regions_can_be_replaced_and_any_submodule_is_a_layer():
    model = load_model(
        "torchvision/resnet18", weights="random", layers=["layer1.0.conv1"], regions={"V1": "layer1.0.conv1"}
    )
    assert model.layers == ("layer1.0.conv1",)
    assert model.layer_of("V1") == "layer1.0.conv1" and model.layer_of("IT") == "layer4"
    with pytest.raises(ModelError, match=r"has no layer 'layer5'; near it are .*layer[1-4]"):
        load("resnet18", weights="random", layers="layer5")


def test_an_unknown_name_is_refused():
    with pytest.raises(UnknownIdentifier):
        load("resnet19", weights="random")


def test_a_family_that_is_not_known_gets_its_stages():
    with torch.device("meta"):
        parts = anatomy("brand_new_net", models.resnet18(weights=None))
    assert parts.regions["IT"] in ("layer4", "fc") and parts.readout == "fc"
