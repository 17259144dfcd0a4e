"""CordsNet's five steps (Soo et al. 2024), in one run or one at a time, and direct training for comparison."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import torch
from torch import nn
from torch.nn import functional
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

from harness.errors import ModelError
from harness.models import Model
from harness.training import (
    Augmentation,
    Mixed,
    Moment,
    Objective,
    Phase,
    Recipe,
    Terms,
    TrainingSet,
    grouped,
    normalised,
    schedule,
)
from harness_plugins.models.cordsnet.checkpoint import without_gains
from harness_plugins.models.cordsnet.network import CordsNet
from harness_plugins.models.cordsnet.training import linear_objective, objective, sequence, slope_in_epoch
from harness_plugins.models.cordsnet.twin import (
    Folded,
    Twin,
    fold,
    imitation_errors,
    linear_beginning,
)

TWIN_RATES, WARM_UP = (1.0, 0.1, 0.01), 100  # of the beginning; batches
MIXED = ("fashionmnist", "cifar10", "cifar100")
"""Training sets whose images are mixed, as published."""
Shape = tuple[int, int, int, int, int]
"""Areas, channels of a frame, classes, channels of the first two areas, side of a frame."""


@dataclass(frozen=True)
class CordsNetSteps(Recipe):
    """Twin, imitation, linear, annealed, final. By default as published; what each field is stands in the registration."""

    twin_epochs: int = 300
    imitation_epochs: int = 100
    linear_epochs: int = 100
    annealed_epochs: int = 20
    final_epochs: int = 20
    direct: bool = False
    twin_batch: int = 256
    imitation_batch: int = 128
    linear_batch: int = 32
    batch_size: int = 8
    twin_rate: float = 0.1
    imitation_rate: float = 1e-4
    rate: float = 1e-5
    imitation_clip: float = 1e-3
    clip: float = 1e-4
    schedule: str = "constant"
    smooth: bool = False
    return_weight: float = 1e-3
    steps: int = 100
    blank: int = 100
    rotation: float = 5.0
    translation: float = 0.05
    scaling: tuple[float, float] = (0.95, 1.05)
    shear: float = 5.0
    flip: bool = False
    mix: bool | None = None

    def phases(self, model: Model, data: TrainingSet) -> Sequence[Phase]:
        """Five, or only the last one if `direct`. The rate of `annealed` is constant, so that weights follow the slope to its end.

        Raises:
            ModelError: if the model is no CordsNet, or has others than the data's number of classes.
        """
        network = model.network
        if not isinstance(network, CordsNet) or network.classes != len(data.classes):
            raise ModelError(
                f"this recipe is for a CordsNet with the {len(data.classes)} classes of '{data.identifier}'"
            )
        turned = Augmentation(self.rotation, self.translation, self.scaling, self.shear, self.flip)
        mixes = data.identifier in MIXED if self.mix is None else self.mix
        changed = Mixed(network.classes, turned) if mixes else turned
        shape = network.depth, network.channels_in, network.classes, network.channels[0], network.size
        shown = _Shown(model, data, self.steps, self.blank)

        def slow(name: str, epochs: int, batch: int, objective: Objective) -> Phase:
            return Phase(
                name,
                objective,
                lambda net: torch.optim.AdamW(grouped(net, self.rate, weight_decay=0.01)),
                epochs,
                batch,
                begin=partial(_recurrent, dt=network.dt, tau=network.tau, shape=shape, fresh=self.direct),
                schedule=partial(schedule, "constant" if name == "annealed" else self.schedule),
                augment=changed,
                clip=self.clip,
                monitor="" if name == "annealed" else "accuracy",
            )

        final = slow(
            "final", self.final_epochs, self.batch_size, Annealed(shown, lambda moment: 0.0, self.return_weight)
        )
        if self.direct:
            return [final]
        return [
            Phase(
                "twin",
                TwinLoss(shown),
                lambda net: torch.optim.SGD(grouped(net, self.twin_rate, weight_decay=1e-4), momentum=0.9),
                self.twin_epochs,
                self.twin_batch,
                begin=lambda _: Twin(*shape),
                schedule=_thirds,
                augment=changed,
            ),
            Phase(
                "imitation",
                ImitationLoss(shown),
                lambda net: torch.optim.AdamW(grouped(net, self.imitation_rate, weight_decay=0.01)),
                self.imitation_epochs,
                self.imitation_batch,
                begin=partial(Imitation.of, dt=network.dt, tau=network.tau),
                augment=turned,
                clip=self.imitation_clip,
                monitor="loss",
                higher=False,
            ),
            slow("linear", self.linear_epochs, self.linear_batch, Linear(shown)),
            slow("annealed", self.annealed_epochs, self.batch_size, Annealed(shown, self._slope, self.return_weight)),
            final,
        ]

    def _slope(self, moment: Moment) -> float:
        """Of f below 0: by epochs as published, or a little less with each update."""
        if not self.smooth:
            return slope_in_epoch(moment.epoch)
        return 0.95 * max(0.0, 1 - moment.update / moment.updates)

    def finish(self, model: Model, network: nn.Module) -> None:
        """In the form of weights that the model has."""
        state, own = network.state_dict(), model.network.state_dict()
        model.network.load_state_dict(state if state.keys() == own.keys() else without_gains(state))


class Imitation(nn.Module):
    """A linear recurrent network that imitates a folded twin, which is frozen."""

    def __init__(self, network: CordsNet, target: Folded):
        super().__init__()
        self.network, self.target = network, target.requires_grad_(False)

    @classmethod
    def of(cls, twin: nn.Module, dt: float, tau: float) -> "Imitation":
        """From a trained twin."""
        folded = fold(cast(Twin, twin).eval())
        return cls(linear_beginning(folded, dt, tau), folded)


def _recurrent(before: nn.Module, dt: float, tau: float, shape: Shape, fresh: bool) -> nn.Module:
    """The recurrent network of the phase before, all of whose weights are trained; a new one for direct training."""
    network = before.network if isinstance(before, Imitation) else before
    return (CordsNet(*shape, dt=dt, tau=tau) if fresh else network).requires_grad_(True)


@dataclass(frozen=True)
class _Shown:
    """A model and its data, and for how many steps an image and a blank are shown."""

    model: Model
    data: TrainingSet
    steps: int
    blank: int


class _OfImages(Objective):
    def __init__(self, shown: _Shown):
        self.shown = shown

    def _input(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, channels, y, x) in [0, 1] -> the network's input."""
        return normalised(frames, self.shown.model.preprocessing)


class TwinLoss(_OfImages):
    """Cross-entropy of the feedforward twin."""

    def terms(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        scores = network(self._input(frames))
        return {"loss": functional.cross_entropy(scores, targets), "accuracy": _accuracy(scores, targets)}


class ImitationLoss(_OfImages):
    """The distance from the twin, and ten times what is left of the series."""

    def terms(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        assert isinstance(network, Imitation)
        errors, remainders = imitation_errors(network.network, network.target, self._input(frames))
        error, remainder = errors.mean(), remainders.mean()
        return {"loss": error + 10 * remainder, "error": error, "remainder": remainder}


class Linear(_OfImages):
    """The sequence loss of the linear network, from rates of zero."""

    def terms(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        assert isinstance(network, CordsNet)
        network.slope = 1.0
        return {"loss": linear_objective(network, self._input(frames), targets, self.shown.steps)}

    def judge(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        assert isinstance(network, CordsNet)
        network.slope = 1.0
        begin = network.init(len(frames), frames.device)
        scores, _ = sequence(network, self._input(frames), begin, self.shown.steps)
        return {"accuracy": _accuracy(scores[-1], targets)}


class Annealed(_OfImages):
    """The sequence loss after a blank, and the return to rest in the blank after it."""

    def __init__(self, shown: _Shown, slope: Callable[[Moment], float], return_weight: float):
        super().__init__(shown)
        self.slope, self.return_weight = slope, return_weight

    def terms(self, network: nn.Module, frames: torch.Tensor, targets: torch.Tensor, moment: Moment) -> Terms:
        assert isinstance(network, CordsNet)
        network.slope = self.slope(moment)
        entropy, apart, scores = objective(network, self._input(frames), targets, self.shown.blank, self.shown.steps)
        return {
            "loss": entropy + self.return_weight * apart,
            "sequence_loss": entropy,
            "return_penalty": apart,
            "accuracy": _accuracy(scores[-1], targets),
            "slope": torch.tensor(network.slope),
        }


def _thirds(optimiser: Optimizer, updates: int) -> LambdaLR:
    """Each of three rates for a third of the training; it rises from a third of itself in its first 100 batches."""
    third = max(1, updates / len(TWIN_RATES))
    warm = min(WARM_UP, third / 3)

    def factor(update: int) -> float:
        number = min(int(update / third), len(TWIN_RATES) - 1)
        rise = min(1.0, (update - number * third) / warm) if warm >= 1 else 1.0
        return TWIN_RATES[number] * (1 + 2 * rise) / 3

    return LambdaLR(optimiser, factor)


def _accuracy(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Of mixed images, the class with the largest share counts."""
    right = labels.argmax(1) if labels.ndim == 2 else labels
    return (scores.argmax(1) == right).float().mean()
