"""DynVision's recipe (Gutzen & Lindsay 2025): cross-entropy in the steps in which something is asked, and the activity loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn

from harness.errors import ModelError
from harness.models import Model
from harness.training import (
    Augmentation,
    Moment,
    Objective,
    Phase,
    Recipe,
    Terms,
    TrainingSet,
    Unroll,
    activity,
    first_answer,
    grouped,
    masked_cross_entropy,
    normalised,
    scaled_rate,
    schedule,
    unrolled,
)
from harness_plugins.models.dyrcnn.bounds import Bounded

FACTORS = {"recurrence": 0.2, "feedback": 0.5}  # of the learning rate, by a part of a parameter's name
RATE = 2e-4  # for batches of 64


@dataclass(frozen=True)
class DynVision(Recipe):
    """Classification over time. By default as published but for its size; what each field is stands in the registration."""

    epochs: int = 300
    batch_size: int = 192
    accumulate: int = 4
    steps: int = 20
    pattern: str = "1"
    shuffle_pattern: bool = False
    reaction: float = 4.0
    judged: int | None = None
    idle: int = 0
    residual: int | None = None
    truncate: int = 0
    activity_weight: float = 0.0002
    signed_weight: float = 0.0
    signed_layers: Sequence[str] = ()
    rate: float | None = None
    schedule: str = "dynvision"
    factors: Mapping[str, float] | None = None
    weight_decay: float = 5e-4
    clip: float | None = None
    limit: float | None = None
    rotation: float = 10.0
    translation: float = 0.1
    flip: bool = True
    jitter: float = 0.2
    patience: int | None = None

    def phases(self, model: Model, data: TrainingSet) -> Sequence[Phase]:
        """One phase.

        Raises:
            ModelError: if the model has no read-out of the data's classes.
        """
        if model.readout is None or not data.classes:
            raise ModelError(f"'{model.identifier}' on '{data.identifier}' has no classes to be told apart")
        unroll = Unroll(
            self.steps,
            self.pattern,
            self.shuffle_pattern,
            self.reaction,
            self.judged,
            self.idle,
            self.residual,
            self.truncate,
        )
        rate = scaled_rate(RATE, self.batch_size * self.accumulate) if self.rate is None else self.rate
        groups = partial(grouped, rate=rate, factors=self.factors or FACTORS, weight_decay=self.weight_decay)
        weights = {"absolute": self.activity_weight, "signed": self.signed_weight}
        objective = Classification(model, data, unroll, weights, tuple(self.signed_layers))
        turned = Augmentation(
            self.rotation, self.translation, flip=self.flip, brightness=self.jitter, contrast=self.jitter, fill=0.5
        )
        changed = self.rotation or self.translation or self.flip or self.jitter
        return [
            Phase(
                "classification",
                objective,
                lambda network: torch.optim.Adam(groups(network)),
                self.epochs,
                self.batch_size,
                schedule=partial(schedule, self.schedule),
                augment=turned if changed and data.train.frames.ndim == 4 else None,  # motion has a direction
                clip=self.clip,
                accumulate=self.accumulate,
                constrain=None if self.limit is None else partial(Bounded, limit=self.limit, model=model),
                patience=self.patience,
            )
        ]


class Classification(Objective):
    """Cross-entropy over time plus the activity of layers, in two terms."""

    def __init__(
        self, model: Model, data: TrainingSet, unroll: Unroll, weights: Mapping[str, float], signed: tuple[str, ...]
    ):
        self.model, self.data, self.unroll, self.weights, self.signed = model, data, unroll, weights, signed
        self.rates = tuple(dict.fromkeys(layer for layer in model.layers if layer != model.readout))
        self.dt = model.time_step or 1.0
        self.residual = first_answer(model) if unroll.residual is None else unroll.residual

    def terms(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        return self._numbers(network, frames, targets)

    def _numbers(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor) -> dict[str, torch.Tensor]:
        movie, labels = self.data.presentation(frames, targets, self.unroll.steps)
        movie = normalised(movie, self.model.preprocessing)
        movie, labels = self.unroll.timed(movie, labels, self.dt, self.residual)
        said = unrolled(self.model, network, movie, (*self.rates, *self.signed), self.unroll.idle, self.unroll.truncate)
        assert said.scores is not None
        entropy = masked_cross_entropy(said.scores, labels)
        absolute = activity({layer: said.recorded[layer] for layer in self.rates})
        signed = activity({layer: said.recorded[layer] for layer in self.signed}, "signed")
        right = (said.scores.argmax(2) == labels)[labels >= 0].float()
        return {
            "loss": entropy + self.weights["absolute"] * absolute + self.weights["signed"] * signed,
            "cross_entropy": entropy,
            "activity": absolute,
            **({"signed_activity": signed} if self.signed else {}),
            "accuracy": right.mean() if len(right) else entropy.new_zeros(()),
        }
