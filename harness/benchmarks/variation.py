"""Detection of models whose responses do not vary: not measurable by any benchmark."""

from collections.abc import Iterable

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError, NotMeasurable

ROUNDING = 1e-6
"""Of the largest response: what batches and float32 make of equal ones."""


@checked(BenchmarkError, pure=True)
def varies(responses: np.ndarray) -> bool:
    """Whether responses (stimuli, ...) differ between stimuli by more than rounding. NaN differs from everything: it is refused as
    such by what it is given to."""
    responses = np.asarray(responses)
    if len(responses) < 2 or not responses.size:
        return False
    return not np.ptp(responses, axis=0).max() <= ROUNDING * np.abs(responses).max()


@checked(BenchmarkError, pure=True)
def require_variation(sets: Iterable[np.ndarray]) -> None:
    """Hold that any of several sets of responses (stimuli, ...) differs between stimuli.

    Raises:
        NotMeasurable: if none does, because then nothing can be predicted, read or compared.
    """
    if not any(varies(responses) for responses in sets):
        raise NotMeasurable(
            "the responses do not vary over the stimuli, so nothing can be predicted from them or read from them"
        )
