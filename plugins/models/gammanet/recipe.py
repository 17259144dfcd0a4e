"""GammaNet's training on contours (Linsley et al. 2020), validated by ODS, OIS and AP as on the Berkeley data set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from harness.errors import ArgumentError, ModelError
from harness.models import Model
from harness.training import (
    Augmentation,
    Moment,
    Objective,
    Phase,
    Recipe,
    Terms,
    TrainingSet,
    grouped,
    normalised,
    schedule,
    unrolled,
)
from harness_plugins.benchmarks.bsds500 import contours
from harness_plugins.benchmarks.bsds500.boundaries import ridges
from harness_plugins.benchmarks.bsds500.thresholds import evenly_spaced
from harness_plugins.models.gammanet import losses

LOSSES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "balanced": losses.balanced,
    "cross_entropy": losses.cross_entropy,
    "focal": losses.focal,
    "correlation": losses.correlation,
}
CONTOUR = 0.5  # of a label, from which a pixel is drawn
THRESHOLDS = 10


@dataclass(frozen=True)
class Contours(Recipe):
    """A loss on the last step's map. By default as published; what each field is stands in the registration."""

    epochs: int = 2000
    batch_size: int = 1
    steps: int = 8
    loss: str = "balanced"
    rate: float = 3e-4
    encoder_rate: float = 1e-5
    schedule: str = "exponential"
    decay: float = 0.997
    clip: float | None = 5.0
    matched: int = 20
    flip: bool = True
    vertical_flip: bool = True
    quarter_turns: bool = True
    jitter: float = 0.2
    patience: int | None = 30

    def phases(self, model: Model, data: TrainingSet) -> Sequence[Phase]:
        """One phase.

        Raises:
            ModelError: if the model declares no contours, or the targets are no maps.
            ArgumentError: for a loss that there is not.
        """
        if model.contours is None or data.train.targets is None or data.train.targets.ndim != 4:
            raise ModelError(
                f"'{model.identifier}' on '{data.identifier}': contours need a model with a map of them, and maps"
            )
        if self.loss not in LOSSES:
            raise ArgumentError(f"a loss of contours is {', '.join(LOSSES)}, not '{self.loss}'")
        turned = Augmentation(
            flip=self.flip,
            vertical_flip=self.vertical_flip,
            quarter_turns=self.quarter_turns,
            brightness=self.jitter,
            contrast=self.jitter,
        )
        epochs = -(-len(data.train) // self.batch_size)
        return [
            Phase(
                "contours",
                ContourLoss(model, LOSSES[self.loss], self.steps, self.matched),
                lambda net: torch.optim.Adam(self._groups(net)),
                self.epochs,
                self.batch_size,
                schedule=partial(self._schedule, epoch=epochs),
                augment=turned,
                clip=self.clip,
                monitor="ods",
                patience=self.patience,
            )
        ]

    def _groups(self, network: nn.Module) -> list[dict[str, Any]]:
        """The encoder with its own rate; without one, it needs no gradients."""
        encoder = tuple(f"block{number}_conv" for number in range(1, 6))
        for name, parameter in network.named_parameters():
            parameter.requires_grad_(self.encoder_rate > 0 or not name.startswith(encoder))
        return grouped(network, self.rate, dict.fromkeys(encoder, self.encoder_rate / self.rate))

    def _schedule(
        self, optimiser: torch.optim.Optimizer, updates: int, epoch: int
    ) -> torch.optim.lr_scheduler.LRScheduler:
        if self.schedule != "exponential":
            return schedule(self.schedule, optimiser, updates)
        return torch.optim.lr_scheduler.LambdaLR(optimiser, lambda update: self.decay ** (update // epoch))


class ContourLoss(Objective):
    """A loss of the last step's map; ODS, OIS and AP of the first images of the validation."""

    def __init__(
        self, model: Model, loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], steps: int, matched: int
    ):
        self.model, self.loss, self.steps, self.matched = model, loss, steps, matched
        self._maps: list[np.ndarray] = []
        self._drawn: list[np.ndarray] = []

    def terms(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        return {"loss": self.loss(self._logits(network, frames), targets)}

    def judge(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        logits = self._logits(network, frames)
        room = self.matched - len(self._maps)
        self._maps += list(torch.sigmoid(logits[:room, 0]).cpu().numpy()) if room > 0 else []
        self._drawn += list((targets[:room, 0] >= CONTOUR).cpu().numpy()) if room > 0 else []
        return {"loss": self.loss(logits, targets)}

    def verdict(self) -> Mapping[str, float]:
        """Thresholds evenly spaced over the greatest strength; pixels are matched one to one."""
        suppressed = [ridges(strength) for strength in self._maps]
        drawn, self._maps, self._drawn = self._drawn, [], []
        if not any(kept.any() for kept in suppressed):
            return {"ods": 0.0, "ois": 0.0, "ap": 0.0}
        cuts = evenly_spaced(suppressed, THRESHOLDS)
        counted = np.array(
            [contours.curve(kept, [mask], cuts, suppress=False) for kept, mask in zip(suppressed, drawn, strict=True)]
        )
        return {
            "ods": contours.ods(counted),
            "ois": contours.ois(counted),
            "ap": contours.average_precision(counted),
        }

    def _logits(self, network: nn.Module, frames: torch.Tensor) -> torch.Tensor:
        movie = normalised(frames, self.model.preprocessing)[:, None].expand(-1, self.steps, -1, -1, -1)
        layer = self.model.contours
        assert layer is not None
        return unrolled(self.model, network, movie, [layer]).recorded[layer][-1]
