"""Training objectives of CordsNet over time (Soo et al. 2024): a loss over the end of a sequence, and a return to rest
after it.

The stages: a linear network (slope 1) without a blank before or after; then the slope of f below 0 goes down in steps from 0.95 to
0; then the final network (slope 0). The last two begin with a blank whose last state is the rest, and end with a blank in which
rates are to return to it. The published runs used AdamW at 1e-5 with gradients clipped to a norm of 1e-4; see `recipe`.
"""

from collections.abc import Sequence

import torch
from torch.nn import functional

from harness_plugins.models.cordsnet.network import CordsNet, State, run

SCORED = 30  # last steps of a sequence whose class scores count
RETURNED = 10  # last steps of the blank after it in which rates are to be at rest


def slope_in_epoch(epoch: int) -> float:
    """Slope of f below 0 in an epoch of the second stage, from 0."""
    return max(0.0, 0.95 - 0.05 * epoch)


def sequence_loss(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean over steps of cross-entropy times a ramp, from 0.001 in the first step to 1 in the last, in equal ratios.

    Args:
        scores: (steps, batch, classes).
        labels: indices (batch,) or probabilities (batch, classes).
    """
    ramp = torch.logspace(-3, 0, len(scores), dtype=scores.dtype, device=scores.device)
    return (ramp * torch.stack([functional.cross_entropy(step, labels) for step in scores])).mean()


def return_penalty(states: Sequence[State], rest: State) -> torch.Tensor:
    """The mean square distance of rates from rest, over steps, areas, batch and units of each area."""
    apart = [(rates - own).square().mean() for state in states for rates, own in zip(state, rest, strict=True)]
    return torch.stack(apart).mean()


def sequence(network: CordsNet, frames: torch.Tensor, begin: State, steps: int = 100) -> tuple[torch.Tensor, State]:
    """Class scores of the last steps with a frame held on, (steps, batch, classes), and the state at the end."""
    scores, state = [], begin
    for step, state in enumerate(run(network, frames, begin, steps)):
        if step >= steps - SCORED:
            scores.append(network.read_out(state))
    return torch.stack(scores), state


def linear_objective(network: CordsNet, frames: torch.Tensor, labels: torch.Tensor, steps: int = 100) -> torch.Tensor:
    """The loss of a batch in the linear stage, from rates of zero."""
    scores, _ = sequence(network, frames, network.init(len(frames), frames.device), steps)
    return sequence_loss(scores, labels)


def objective(
    network: CordsNet, frames: torch.Tensor, labels: torch.Tensor, blank: int = 100, steps: int = 100
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The loss of a batch in the later stages, the return penalty, whose thousandth is to be added to it, and class scores of the
    last steps with the frames, (steps, batch, classes).

    Args:
        frames: (batch, channels, size, size); a blank is zeros.
        labels: indices (batch,) or probabilities (batch, classes).
        blank: steps of blank before the frames, without gradient, and after them.
        steps: with the frames.
    """
    nothing = torch.zeros_like(frames)
    with torch.no_grad():  # of one row: the blank is the same for all
        *_, alone = run(network, nothing[:1], network.init(1, frames.device), blank)
    rest = tuple(rates.expand(len(frames), *rates.shape[1:]) for rates in alone)
    scores, state = sequence(network, frames, rest, steps)
    last = [state for step, state in enumerate(run(network, nothing, state, blank)) if step >= blank - RETURNED]
    return sequence_loss(scores, labels), return_penalty(last, rest), scores
