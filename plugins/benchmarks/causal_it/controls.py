"""IT with cells that prefer faces, and IT that an area above completes late: controls."""

from typing import Any

import numpy as np
import torch
from torch import nn

from harness.models import (
    SCREEN,
    Connection,
    FrameModel,
    Heard,
    Model,
    Point,
    Preprocessing,
    RecurrentModel,
    Weights,
)
from harness_plugins.benchmarks.causal_it.faces import DEGREES, PIXELS
from harness_plugins.stimuli.silhouettes.drawings import DRAWINGS, modulation

UNITS, SIDE = 300, 32
STEP, LATE = 10.0, 120.0
"""ms of a step, and until feedback arrives."""


class FaceArea(nn.Module):
    """IT of linear-threshold units whose preference for faces varies; they tell faces apart the better, the more they prefer them.

    Args:
        weights: (units, pixels).
        bias: (units,).
    """

    weights: torch.Tensor
    bias: torch.Tensor

    def __init__(self, weights: np.ndarray, bias: np.ndarray):
        super().__init__()
        self.register_buffer("weights", torch.from_numpy(weights).float())
        self.register_buffer("bias", torch.from_numpy(bias).float())
        self.it, self.decision = nn.Identity(), nn.Linear(len(weights), 2)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, 1, PIXELS, PIXELS) -> (batch, 2)."""
        return self.decision(self.it((frames.flatten(1) @ self.weights.T + self.bias).relu()))


def detecting_faces(benchmark: Any) -> Model:
    """IT whose cells differ in how they prefer faces, and in little else."""
    return _face_area(benchmark, 0.1, 1.0)


def telling_faces(benchmark: Any) -> Model:
    """IT whose face-selective cells also tell faces of humans from others."""
    return _face_area(benchmark, 0.8, 1.5)


def _face_area(benchmark: Any, of_identity: float, of_others: float) -> Model:
    """The circuit for the photographs of a benchmark.

    Args:
        of_identity, of_others: how much cells hear the difference between faces, and random patterns.
    """
    random = np.random.default_rng(0)
    objects = benchmark.objects
    pixels = objects.images.reshape(len(objects.images), -1) - 0.5
    of = lambda rows: pixels[rows].mean(0)
    faces = _direction(of(objects.face) - of(~objects.face))
    humans = _direction(of(objects.face & objects.human) - of(objects.face & ~objects.human))
    preference = random.normal(0.4, 0.6, UNITS)
    others = random.standard_normal((UNITS, pixels.shape[1])) / np.sqrt(pixels.shape[1])
    identity = np.maximum(preference, 0.1) * random.choice([-1, 1], UNITS)
    weights = preference[:, None] * faces + of_identity * identity[:, None] * humans + of_others * others
    driven = pixels @ weights.T
    torch.manual_seed(0)
    return FrameModel(
        "face_area",
        FaceArea(weights, 2 * driven.std(0) - driven.mean(0)),
        preprocessing=Preprocessing(PIXELS, mean=(0.5,), std=(1.0,), channels=1),
        regions={"IT": "it"},
        layers=("it",),
        visual_degrees=DEGREES,
        weights=Weights("none"),
    )


def _direction(difference: np.ndarray) -> np.ndarray:
    return np.asarray(difference / np.linalg.norm(difference))


class CompletedLate(nn.Module):
    """IT of random features, and an area above that knows the drawings and tells IT late which one it sees.

        IT = [F x + g S f]+,   f = softmax(2 max_places T x), some steps before

    with random features F, templates T of all objects at nine places, and random patterns S of what is told.

    Args:
        gain: g.
        templates: (objects, places, pixels).
    """

    features: torch.Tensor
    templates: torch.Tensor
    sent: torch.Tensor

    def __init__(self, gain: float, templates: np.ndarray):
        super().__init__()
        random = np.random.default_rng(0)
        objects, _, pixels = templates.shape
        features, sent = (
            random.standard_normal((UNITS, pixels)) / np.sqrt(pixels),
            random.standard_normal((objects, UNITS)),
        )
        self.gain, self.objects, self.lag = gain, objects, round(LATE / STEP)
        self.register_buffer("features", torch.from_numpy(features).float())
        self.register_buffer("sent", torch.from_numpy(sent).float())
        self.register_buffer(
            "templates", torch.from_numpy(templates / np.linalg.norm(templates, axis=2, keepdims=True)).float()
        )
        self.it, self.above, self.feedback, self.arriving = (nn.Identity() for _ in range(4))

    def points(self) -> list[Point | Connection]:
        """The area above, and its feedback to IT."""
        return [
            Point("above", (Heard("feedback", self.lag),)),
            Connection("above", "it", "feedback", "feedback", self.lag),
            Connection(SCREEN, "it", "arriving", "feedforward"),
        ]

    def init(self, batch_size: int, device: torch.device) -> list[torch.Tensor]:
        """Nothing was sent."""
        return [torch.zeros(batch_size, self.objects, device=device)] * self.lag

    def step(self, frame: torch.Tensor, state: list[torch.Tensor]) -> list[torch.Tensor]:
        """(batch, 1, size, size), contrast about mid-grey, and what was sent in the steps before."""
        seen = frame.flatten(1)
        fed_back = self.feedback(state[0]) @ self.sent
        self.it((self.arriving(seen @ self.features.T) + self.gain * fed_back).relu())
        matches = torch.einsum("bp,ctp->bct", seen, self.templates).amax(2)
        return [*state[1:], self.above((2 * matches).softmax(1))]


def _templates() -> np.ndarray:
    """(objects, places, SIDE^2), drawings of five eighths of the frame at nine places."""
    side = round(SIDE * 5 / 8)
    before, shifts = (SIDE - side) // 2, [(down, right) for down in (-4, 0, 4) for right in (-4, 0, 4)]
    found = []
    for name in DRAWINGS:
        whole = np.zeros((SIDE, SIDE))
        whole[before : before + side, before : before + side] = modulation(name, side)
        found.append([np.roll(whole, shift, (0, 1)).ravel() for shift in shifts])
    return np.array(found)


def _late(templates: np.ndarray, gain: float) -> Model:
    return RecurrentModel(
        "late_feedback",
        CompletedLate(gain, templates),
        dt=STEP,
        preprocessing=Preprocessing(SIDE, mean=(0.5,), std=(0.5,), channels=1),
        regions={"IT": "it"},
        visual_degrees=8.0,
        weights=Weights("none"),
    )


def completed_late(benchmark: Any) -> Model:
    """IT that feedback tells late which object it is."""
    return _late(_templates(), 1.0)


def disturbed_late(benchmark: Any) -> Model:
    """IT that feedback only disturbs: the area above knows random patterns in place of the drawings."""
    return _late(np.random.default_rng(1).standard_normal(_templates().shape), 3.0)
