"""weights="random": every parameter of a static network is drawn anew from the seed."""

import pytest
import torch

from harness import load_model


@pytest.mark.parametrize(
    "identifier",
    ["torchvision/resnet18", "timm/vit_tiny_patch16_224", "timm/mobilenetv3_small_050", "timm/mixer_s32_224"],
)
def test_all_parameters_follow_the_seed(identifier):
    """Those that a network begins with one value in (norms, biases) do so with any seed; no other survives a change of it."""
    first, again, other = (
        dict(load_model(identifier, weights="random", seed=seed).network.named_parameters()) for seed in (0, 0, 1)
    )
    assert all(torch.equal(first[name], again[name]) and torch.isfinite(first[name]).all() for name in first)
    kept = [name for name in first if torch.equal(first[name], other[name])]
    assert len(kept) < len(first) and all(first[name].unique().numel() == 1 for name in kept)
