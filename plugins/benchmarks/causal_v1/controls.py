"""Circuits that have the mechanism of a causal experiment, or the opposite one: its controls."""

from typing import Any

import torch
from torch import nn

from harness import load_model
from harness.models import Connection, Heard, Model, Point, Preprocessing, RecurrentModel, Weights
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

DEGREES, SIZE, STRIDE, FREQUENCY, STEP = 8.0, 96, 3, 2.0, 10.0
NEAR, FAR = 0.2, 0.8
"""SD of both receptive fields of V2 in degrees."""
SATURATION, HOLE = 0.4, 0.37
"""Of V1; and the share of near feedback that is taken from what suppresses, so that suppression begins around the field."""


class FeedbackCircuit(nn.Module):
    """V1 whose gain and whose divisive pool are fed back from V2, and V2, which pools V1 over near and far places.

        r = A (1 + facilitation f_near) / (saturation + A + suppression [f_far - hole f_near]+)

    A is Gabor energy, and f what arrives of V2, Gaussians of the sum of A over channels. Layers `v1` and `v2`,
    with the channels near and far, a step after each other.

    Args:
        facilitation, suppression: of V1 by feedback; a negative suppression releases.
        elsewhere: whether feedback is heard by another area besides, V3.
    """

    near: torch.Tensor
    far: torch.Tensor

    def __init__(self, facilitation: float, suppression: float, elsewhere: bool):
        super().__init__()
        self.bank = GaborBank((FREQUENCY,), ORIENTATIONS, SIZE, DEGREES, STRIDE)
        self.facilitation, self.suppression, self.places = facilitation, suppression, SIZE // STRIDE
        self.register_buffer("near", self._gaussian(NEAR))
        self.register_buffer("far", self._gaussian(FAR))
        self.feedback, self.v1, self.v2 = nn.Identity(), nn.Identity(), nn.Identity()
        self.v3 = nn.Identity() if elsewhere else None

    def points(self) -> list[Point | Connection]:
        """V2, which V1 hears a step later, and that connection."""
        return [Point("v2", (Heard("v2"),)), Connection("v2", "v1", "feedback", "feedback", 1)]

    def init(self, batch_size: int, device: torch.device) -> torch.Tensor:
        """Silence of V2."""
        return torch.zeros(batch_size, 2, self.places, self.places, device=device)

    def step(self, frame: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, size), contrast about mid-grey, and V2 -> V2 after it."""
        energy = self.bank(frame).abs()
        near, far = self.feedback(state).split(1, 1)
        if self.v3 is not None:
            self.v3(far)
        gain = 1 + self.facilitation * near
        self.v1(energy * gain / (SATURATION + energy + self.suppression * (far - HOLE * near).relu()))
        pooled = energy.mean(1, keepdim=True) * len(ORIENTATIONS) / 3
        spread = [torch.einsum("yv,bcvu,xu->bcyx", kernel, pooled, kernel) for kernel in (self.near, self.far)]
        return self.v2(torch.cat(spread, 1))

    def _gaussian(self, sd: float) -> torch.Tensor:
        apart = (torch.arange(self.places)[:, None] - torch.arange(self.places)) * DEGREES / self.places
        kernel = torch.exp(-(apart**2) / (2 * sd**2))
        return kernel / kernel.sum(1).max()


def with_feedback(benchmark: Any) -> Model:
    """V1 that feedback facilitates in its field and suppresses from around it."""
    return feedback_circuit(0.44, 24.5)


def with_opposite_feedback(benchmark: Any) -> Model:
    """V1 that feedback from around its field releases."""
    return feedback_circuit(0.0, -0.3)


def feedback_circuit(facilitation: float, suppression: float, elsewhere: bool = False) -> Model:
    """The circuit as a model; with 0 and 0 nothing that is done to V2 is seen in V1, and only if it is heard elsewhere anywhere."""
    return RecurrentModel(
        "feedback_circuit",
        FeedbackCircuit(facilitation, suppression, elsewhere),
        dt=STEP,
        preprocessing=Preprocessing(SIZE, mean=(0.5,), std=(0.5,), channels=1),
        regions={"V1": "v1", "V2": "v2"},
        visual_degrees=DEGREES,
        weights=Weights("none"),
    )


def stabilised(benchmark: Any) -> Model:
    """Rings of V1 driven so strongly that inhibition stabilises them."""
    return load_model("ssn_v1", size=48, visual_degrees=4.0, stride=6, gain=20.0, reach=0.0, dt=5.0)


def not_stabilised(benchmark: Any) -> Model:
    """The same rings, driven weakly."""
    return load_model("ssn_v1", size=48, visual_degrees=4.0, stride=6, gain=1.5, reach=0.0, dt=5.0)
