"""Losses over time: cross-entropy of the steps in which something is asked, and the two terms of the activity loss."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import torch
from torch.nn import functional

from harness.training.presentations import NOTHING


def masked_cross_entropy(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean cross-entropy over the steps of all rows that have a label; 0 if none has.

    Args:
        scores: (batch, steps, classes).
        labels: (batch, steps), -1 where nothing is asked.
    """
    asked = int((labels != NOTHING).sum())
    total = functional.cross_entropy(scores.flatten(0, 1), labels.flatten(), ignore_index=NOTHING, reduction="sum")
    return total / max(1, asked)


def activity(
    recorded: Mapping[str, Sequence[torch.Tensor]], kind: Literal["absolute", "signed"] = "absolute", order: float = 1.0
) -> torch.Tensor:
    """The mean activity of layers over their steps, which training may keep low (the energy loss of Gutzen & Lindsay 2025).

    With activation a of the n units of a layer in a step, "absolute" is |a|_p / n^(1/p) and "signed" |mean(a)|. Each layer is
    averaged over the steps in which it answered, so that one that is silent at first counts as much as any other.

    Args:
        recorded: layer -> its activation in each step, (batch, ...).
        kind: "absolute" for rates; "signed" for what drives them.
        order: p.

    Returns:
        The mean over layers and rows; 0 if there is no layer.
    """
    each = [
        torch.stack([_magnitude(step.flatten(1), kind, order) for step in steps]).mean() for steps in _filled(recorded)
    ]
    return torch.stack(each).mean() if each else torch.zeros(())


def _filled(recorded: Mapping[str, Sequence[torch.Tensor]]) -> Iterable[Sequence[torch.Tensor]]:
    return [steps for steps in recorded.values() if steps]


def _magnitude(units: torch.Tensor, kind: str, order: float) -> torch.Tensor:
    """(batch, units) -> (batch,)."""
    if kind == "signed":
        return units.mean(1).abs()
    if order == 1:
        return units.abs().mean(1)
    return torch.linalg.vector_norm(units, order, dim=1) / units.shape[1] ** (1 / order)
