"""Prediction of the next frame, as ConvLSTM (Shi et al. 2015) and PredRNN (Wang et al. 2017) are trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import torch
from torch import nn
from torch.nn import functional

from harness.errors import ModelError
from harness.models import Model
from harness.training import Moment, Objective, Phase, Recipe, Terms, TrainingSet, grouped, schedule, unrolled

LAYER = "prediction"


@dataclass(frozen=True)
class NextFrame(Recipe):
    """Each step sees a frame and is compared with the next one; what each field is stands in the registration."""

    epochs: int = 200
    batch_size: int = 8
    loss: Literal["entropy", "squared"] = "squared"
    rate: float = 1e-3
    schedule: str = "cosine"
    clip: float | None = 1.0
    judged_from: int = 2

    def phases(self, model: Model, data: TrainingSet) -> Sequence[Phase]:
        """One phase.

        Raises:
            ModelError: if the model predicts no frames, or the samples are no movies.
        """
        if LAYER not in dict(model.network.named_modules()) or data.train.frames.ndim != 5:
            raise ModelError(
                f"'{model.identifier}' on '{data.identifier}': it takes a model that predicts frames, and movies"
            )
        return [
            Phase(
                "prediction",
                PredictionLoss(model, self.loss, self.judged_from),
                lambda net: torch.optim.Adam(grouped(net, self.rate)),
                self.epochs,
                self.batch_size,
                schedule=partial(schedule, self.schedule),
                clip=self.clip,
                monitor="gain",
            )
        ]


class PredictionLoss(Objective):
    """The distance of what is predicted from what comes. The validation also tells the gain over the frame before: the share of
    its squared error that prediction takes away, 1 for perfect."""

    def __init__(self, model: Model, loss: str, judged_from: int):
        self.model, self.loss, self.judged_from = model, loss, judged_from

    def terms(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        predicted, coming = self._pairs(network, frames)
        if self.loss == "entropy":
            return {"loss": functional.binary_cross_entropy(predicted.clamp(1e-6, 1 - 1e-6), coming)}
        return {"loss": functional.mse_loss(predicted, coming)}

    def judge(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        predicted, coming = self._pairs(network, frames)
        error = functional.mse_loss(predicted, coming)
        still = functional.mse_loss(frames[:, self.judged_from - 1 : -1], coming)
        return {"loss": error, "gain": 1 - error / still}

    def _pairs(self, network: nn.Module, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Predictions and what came, from step `judged_from` on; a movie's motion shows in its second frame."""
        said = unrolled(self.model, network, frames[:, :-1], [LAYER]).recorded[LAYER]
        return torch.stack(said, 1)[:, self.judged_from - 1 :], frames[:, self.judged_from :]
