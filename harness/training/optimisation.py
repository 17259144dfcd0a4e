"""Parameter groups, learning rates and schedules."""

import math
from collections.abc import Mapping
from typing import Any

from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, OneCycleLR

from harness.checks import Count, checked
from harness.errors import ArgumentError

SCHEDULES = ("constant", "cosine", "dynvision", "one_cycle")
REFERENCE_BATCH, LINEAR_UNTIL = 64, 128
DYNVISION_PERIOD = 500 / 300  # epochs of the half period over epochs of training


@checked(ArgumentError)
def grouped(
    network: nn.Module, rate: float, factors: Mapping[str, float] | None = None, weight_decay: float = 0.0
) -> list[dict[str, Any]]:
    """Parameter groups by a part of their names, the first match counts; time constants, whose logarithm is trained, do not decay.

    Args:
        factors: part of a name -> factor of the learning rate.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            factor = next((factor for part, factor in (factors or {}).items() if part in name), 1.0)
            decay = 0.0 if "log_tau" in name else weight_decay
            groups.setdefault((factor, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": rate * factor, "weight_decay": decay}
        for (factor, decay), parameters in groups.items()
    ]


@checked(ArgumentError)
def scaled_rate(base: float, batch: Count) -> float:
    """A learning rate for batches of 64 scaled to others: with their size up to 128, with its root beyond (DynVision)."""
    ratio = batch / REFERENCE_BATCH
    return base * (ratio if batch <= LINEAR_UNTIL else math.sqrt(ratio))


@checked(ArgumentError)
def schedule(name: str, optimiser: Optimizer, updates: Count) -> LRScheduler:
    """A schedule of the learning rate over a number of updates, stepped after each.

    Args:
        name: "constant"; "cosine", which ends at 0; "dynvision", as published, a cosine that ends at .345 of its beginning, as
            three fifths of it are covered; or "one_cycle".

    Raises:
        ArgumentError: for another name.
    """
    if name == "one_cycle":
        return OneCycleLR(optimiser, [group["lr"] for group in optimiser.param_groups], total_steps=updates + 1)
    if name not in SCHEDULES:
        raise ArgumentError(f"the schedule '{name}' is not known; there are {', '.join(SCHEDULES)}")
    period = updates * (DYNVISION_PERIOD if name == "dynvision" else 1.0)
    constant = name == "constant"
    return LambdaLR(
        optimiser, lambda update: 1.0 if constant else 0.5 * (1 + math.cos(math.pi * min(1, update / period)))
    )
