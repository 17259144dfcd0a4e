"""One network of every family: its default layers and regions exist, fire once, and give one row per stimulus."""

from collections import Counter
from contextlib import nullcontext

import pytest
import torch

from harness.engine.reductions import canonical
from harness.models import FrameModel
from harness_plugins.models.timm.network import load as load_timm
from harness_plugins.models.torchvision.network import load as load_torchvision
from harness_plugins.models.torchvision.network import names as torchvision_names

TORCHVISION = [
    *(
        "alexnet",
        "convnext_tiny",
        "densenet121",
        "efficientnet_b0",
        "efficientnet_v2_s",
        "googlenet",
        "inception_v3",
        "maxvit_t",
    ),
    *(
        "mnasnet0_5",
        "mobilenet_v2",
        "mobilenet_v3_large",
        "mobilenet_v3_small",
        "regnet_x_400mf",
        "resnet18",
        "resnext50_32x4d",
    ),
    *("shufflenet_v2_x0_5", "squeezenet1_0", "squeezenet1_1", "swin_t", "swin_v2_t", "vgg11", "vgg11_bn", "vit_b_32"),
    "wide_resnet50_2",
]
TIMM = [
    *(
        "resnet18",
        "convnext_atto",
        "vit_tiny_patch16_224",
        "swin_tiny_patch4_window7_224",
        "efficientnet_b0",
        "regnety_002",
    ),
    *(
        "deit_tiny_patch16_224",
        "mambaout_femto",
        "mvitv2_tiny",
        "hiera_tiny_224",
        "mixer_s32_224",
        "vgg11",
        "levit_128s",
    ),
]


def without_numbers(load, name: str) -> FrameModel:
    """The model on the meta device; a RegNet cannot be built there."""
    with nullcontext() if name.startswith("regnet_") else torch.device("meta"):
        model = load(name, weights="random")
    model.network.to("meta")
    return model


def outputs_of(model: FrameModel, batch: int = 2) -> dict[str, list[torch.Tensor]]:
    fired: dict[str, list[torch.Tensor]] = {}

    def remember(layer: str):
        def hook(module, inputs, output):
            fired.setdefault(layer, []).append(output if isinstance(output, torch.Tensor) else output[0])

        return hook

    for layer in {*model.layers, *model.regions.values(), model.readout} - {None}:
        model.module(layer)[0].register_forward_hook(remember(layer))
    size = model.preprocessing.size
    with torch.no_grad():
        model.network(torch.zeros(batch, 3, size, size, device="meta"))
    return fired


def check(model: FrameModel) -> None:
    fired = outputs_of(model)
    assert Counter({layer: len(values) for layer, values in fired.items()}) == Counter(
        {*model.layers, *model.regions.values()}
    )
    grids = []
    for layer in model.regions.values():
        values, grid = canonical(fired[layer][0], model.layouts.get(layer), layer)
        assert values.shape[0] == 2
        assert len(grid) < 2 or grid[0] == grid[1], f"{layer}: {grid} is no map of a square input"
        grids.append(values.shape[2])
    assert grids == sorted(grids, reverse=True), "regions run from fine to coarse"
    assert [layer for layer in model.layers if layer in model.regions.values()] == list(
        dict.fromkeys(model.regions.values())
    )
    if model.readout:
        scores, _ = canonical(fired[model.readout][0], model.layouts.get(model.readout), model.readout)
        assert scores.flatten(1).shape[1] == len(model.classes) == 1000


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvision_families(name):
    model = without_numbers(load_torchvision, name)
    assert list(model.regions) == ["V1", "V2", "V4", "IT"]
    assert model.readout == model.layers[-1]
    check(model)


@pytest.mark.parametrize("name", TIMM)
def test_timm_families(name):
    model = without_numbers(load_timm, name)
    assert {"V2", "V4", "IT"} <= model.regions.keys()
    check(model)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*torchvision_names()} - {*TORCHVISION}))
def test_every_other_torchvision_classifier(name):
    if name.startswith("regnet_") and name[-4:] in ("28gf", "32gf", "16gf"):
        pytest.skip("needs gigabytes to be built, and has the layers of its smaller kin")
    check(without_numbers(load_torchvision, name))
