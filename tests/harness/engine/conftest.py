"""Small networks of every kind, and stimuli for them."""

import numpy as np
import pytest
import torch
from torch import nn

from harness import ClipModel, FrameModel, Preprocessing, RecurrentModel, StimulusSet

SIZE = 16


class Static(nn.Module):
    """Convolutions with an in-place ReLU after the norm, and one ReLU used twice."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.pool, self.head = nn.AdaptiveAvgPool2d(1), nn.Linear(8, 5)
        self.unused = nn.Identity()

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.conv2(x))
        return self.head(self.pool(x).flatten(1))


class Recurrent(nn.Module):
    """A leaky network with lateral input."""

    def __init__(self):
        super().__init__()
        self.feed, self.lateral = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.area = nn.ReLU(inplace=True)

    def init(self, batch_size, device):
        return {"h": torch.zeros(batch_size, 4, SIZE, SIZE, device=device)}

    def step(self, frame, state):
        return {"h": 0.5 * state["h"] + 0.5 * self.area(self.feed(frame) + 0.3 * self.lateral(state["h"]))}


class Video(nn.Module):
    """A causal difference of frames, and its mean."""

    def __init__(self):
        super().__init__()
        self.change, self.mean = nn.Identity(), nn.AdaptiveAvgPool3d(1)

    def forward(self, x):
        return self.mean(self.change(x - torch.cat([torch.zeros_like(x[:, :, :1]), x[:, :, :-1]], 2)))


@pytest.fixture
def count(frame_model, recurrent_model):
    """How many frames and steps the networks have computed, summed over batches; counted by a hook that declares
    that nothing depends on it, because what a network counts itself would be part of its identity."""
    computed = {"frames": 0, "steps": 0}

    def add(name):
        def count(module, inputs):
            computed[name] += len(inputs[0])

        count.depends_on = ()  # it only watches
        return count

    frame_model.network.conv1.register_forward_pre_hook(add("frames"))
    recurrent_model.network.feed.register_forward_pre_hook(add("steps"))
    return computed


@pytest.fixture
def frame_model():
    torch.manual_seed(0)
    return FrameModel("static", Static(), preprocessing=Preprocessing(SIZE), layers=["conv1", "head"])


@pytest.fixture
def recurrent_model():
    torch.manual_seed(0)
    return RecurrentModel("leaky", Recurrent(), dt=10, regions={"V1": "area"}, preprocessing=Preprocessing(SIZE))


@pytest.fixture
def clip_model():
    options = {"layers": ["change", "mean"], "frame_rate": 50, "window": 4, "layouts": {"mean": "CTHW"}}
    return ClipModel("video", Video(), preprocessing=Preprocessing(SIZE), **options)


@pytest.fixture
def images():
    return list(np.random.default_rng(0).integers(0, 256, (40, SIZE, SIZE, 3), dtype=np.uint8))


@pytest.fixture
def stimuli(images):
    return StimulusSet.from_images("noise", images, 100.0)
