"""Agreement of a model's accuracies with the participants', with errors over stimuli and participants jointly."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import ceiled_score, on_axes
from harness.checks import checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import Crossed, jackknife_blocks


@checked(BenchmarkError, pure=True)
def agreement_score(
    probabilities: np.ndarray,
    participants: np.ndarray,
    agreement: Callable[[np.ndarray, np.ndarray], float],
    ceiling: Score,
    names: Sequence[object] | np.ndarray,
    details: Mapping[str, Any] | None = None,
) -> Score:
    """Mean agreement of the model's mean accuracies with each participant's, divided by the ceiling.

    Args:
        probabilities: (images, conditions), of the right choice.
        participants: (participants, conditions), accuracies.
        agreement: of accuracies (conditions,) with a participant's.
        names: (images,).
    """

    def each(kept: np.ndarray) -> np.ndarray:
        curve = probabilities[kept].mean(0)
        return np.array([agreement(curve, participant) for participant in participants])

    everything = np.arange(len(probabilities))
    blocks = jackknife_blocks(len(probabilities))
    whole, without = each(everything), np.array([each(np.delete(everything, block)) for block in blocks])
    found, raw = Crossed.jackknife(whole, without, ("images", "participants")), float(whole.mean())
    first = [str(names[block[0]]) for block in blocks]
    compared = on_axes(
        found / float(ceiling), {"images": first, "participants": range(len(whole))}, raw / float(ceiling)
    )
    return ceiled_score(
        raw,
        error=found.error,
        ceiling=ceiling,
        details={**(details or {}), "degrees_of_freedom": round(found.degrees, 2), "per_sample": compared},
    )
