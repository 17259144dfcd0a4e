"""Pixels: the frame itself."""

import numpy as np
import torch

from harness import load_model
from harness.models import Weights


def test_the_layer_is_the_frame():
    model = load_model("pixels", size=16)
    frame = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    seen = []
    model.module("pixels")[0].register_forward_hook(lambda m, i, o: seen.append(o))
    model.network(model.preprocessing.place(frame, 1.0, (0.5, 0.5, 0.5))[None])
    assert torch.equal(seen[0][0], torch.from_numpy(frame).permute(2, 0, 1).float() / 255)


def test_every_region_is_the_pixels_and_size_is_identity():
    model = load_model("pixels")
    assert set(model.regions) == {"V1", "V2", "V4", "IT"} and set(model.regions.values()) == {"pixels"}
    assert model.weights == Weights("none") and model.preprocessing.size == 64
    assert model.digest() == load_model("pixels").digest() != load_model("pixels", size=32).digest()
