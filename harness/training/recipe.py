"""A recipe: phases, each with what it minimises, how, and when it ends."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from harness.checks import Count, checked
from harness.errors import ModelError
from harness.models import Model
from harness.training.training_set import TrainingSet

Change = Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
"""Augmentation: frames and targets of a batch -> the same, changed; see `Augmentation` and `Mixed`."""
Terms = Mapping[str, torch.Tensor]
"""Numbers of a batch by name; "loss" is what is minimised, the others are logged."""


@dataclass(frozen=True)
class Moment:
    """Where in a phase a batch is.

    Attributes:
        epoch: from 0.
        update: of the parameters, from 0, counted through all epochs.
        updates: in the whole phase.
        training: whether it is trained or validated.
    """

    epoch: int
    update: int
    updates: int
    training: bool


class Objective(ABC):
    """The objective of a phase: its loss, and the numbers by which it is judged."""

    @abstractmethod
    def terms(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        """The loss of a batch.

        Args:
            network: that is trained.
            frames: (batch, channels, y, x), or movies (batch, steps, channels, y, x), in [0, 1].
            targets: labels (batch,), shares of classes (batch, classes) where images are mixed, or maps (batch, 1, y, x) in [0, 1].
            moment: where in the phase.
        """

    def judge(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        """Numbers of a batch of the validation; means over all batches are logged. The terms of the loss, unless overridden."""
        return self.terms(network, frames, targets, moment)

    def verdict(self) -> Mapping[str, float]:
        """Numbers that only the whole validation tells, asked for after its last batch."""
        return {}


@checked(ModelError)
@dataclass(frozen=True)
class Phase:
    """One phase of a training.

    Attributes:
        name: short, without spaces.
        objective: what is minimised.
        optimiser: made from the network that is trained.
        epochs: at most.
        batch_size: samples in a batch.
        begin: makes the network of this phase from that of the phase before (of the model, in the first).
        schedule: made from the optimiser and the number of updates, stepped after each.
        augment: of the samples that are trained on.
        clip: largest norm of the gradient; None for no clipping.
        accumulate: batches for each update.
        constrain: made from the network; called after each update. A module, whose buffers are part of checkpoints.
        monitor: the number of the validation by which the best weights are kept; "" keeps the last ones.
        higher: whether more of it is better.
        patience: epochs without a better one after which the phase ends; None for never.
    """

    name: str
    objective: Objective
    optimiser: Callable[[nn.Module], Optimizer]
    epochs: Count
    batch_size: Count = 32
    begin: Callable[[nn.Module], nn.Module] = lambda network: network
    schedule: Callable[[Optimizer, int], LRScheduler] | None = None
    augment: Change | None = None
    clip: float | None = None
    accumulate: Count = 1
    constrain: Callable[[nn.Module], nn.Module] | None = None
    monitor: str = "accuracy"
    higher: bool = True
    patience: int | None = None


class Recipe(ABC):
    """A way to train models. Recipes are dataclasses whose fields are the options that a user may set."""

    @abstractmethod
    def phases(self, model: Model, data: TrainingSet) -> Sequence[Phase]:
        """The phases for a model and a training set.

        Raises:
            ModelError: if the model cannot be trained so.
        """

    def finish(self, model: Model, network: nn.Module) -> None:
        """Hand the network of the last phase over to the model, whose weights are written then."""
        if network is not model.network:
            model.network.load_state_dict(network.state_dict())
