"""Agreement of measured effects with published ones: 0 for no effect (or the wrong sign), 1 for the published
effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.errors import BenchmarkError


@dataclass(frozen=True)
class Target:
    """A published effect; a number, or several that are one pattern.

    Attributes:
        value: what was measured.
        null: the value without the effect; the same shape.
        error: standard error of the value, or the stated error of reading it off a figure; the same shape or one number.
        source: the publication, and where in it.
        confidence: "high" if seen in the publication itself, "medium" if digitised or from a secondary source. What is less
            certain is no target.
    """

    value: float | Sequence[float] | np.ndarray
    null: float | Sequence[float] | np.ndarray
    error: float | Sequence[float] | np.ndarray
    source: str
    confidence: Literal["high", "medium"]

    def __post_init__(self) -> None:
        value, null, error = (np.asarray(given, dtype=float) for given in (self.value, self.null, self.error))
        if null.shape != value.shape or error.shape not in ((), value.shape) or (error < 0).any():
            raise BenchmarkError(
                f"the null and the error of a target have the shape of its value, or are one number: {self.source}"
            )
        if not np.abs(value - null).max() > 0:
            raise BenchmarkError(f"a target's value differs from its null: {self.source}")

    @property
    def scale(self) -> float:
        """Root mean square distance of the null from the value."""
        return _rms(np.asarray(self.value, dtype=float) - np.asarray(self.null, dtype=float))

    def distance(self, measured: np.ndarray | float) -> float:
        """rms(measured - value) / rms(null - value): 0 for the published effect, 1 for none."""
        return _rms(np.asarray(measured, dtype=float) - np.asarray(self.value, dtype=float)) / self.scale


def agreement(measured: Mapping[str, np.ndarray | float], targets: Mapping[str, Target]) -> float:
    """1 - sqrt(mean over targets of min(distance, 1)^2).

    A model without any of the effects scores 0 exactly; size and sign count, since an effect of the wrong sign, or of twice the
    published size and more, is as far from the published one as none. Without targets nothing is missed: 1.
    """
    distances = [min(target.distance(measured[name]), 1.0) for name, target in targets.items()] or [0.0]
    return float(1 - np.sqrt(np.mean(np.square(distances))))


def repeated(targets: Mapping[str, Target], draws: int = 2000, seed: int = 0) -> np.ndarray:
    """(draws,), the agreement that repetitions of the published experiments would reach: value plus normal error."""
    random = np.random.default_rng(seed)
    samples = [
        {
            name: np.asarray(target.value) + np.asarray(target.error) * random.standard_normal(np.shape(target.value))
            for name, target in targets.items()
        }
        for _ in range(draws)
    ]
    return np.array([agreement(sample, targets) for sample in samples])


def holds(differences: np.ndarray, least: float = 0.01) -> bool:
    """Whether a required order holds over units: their mean difference is above `least` and two standard errors.

    Args:
        differences: (units,), what must be positive, as a share of a response; NaN counts as 0.
        least: below which a difference is rounding.
    """
    differences = np.nan_to_num(np.asarray(differences, dtype=float))
    error = differences.std(ddof=1) / np.sqrt(len(differences)) if len(differences) > 1 else 0.0
    return bool(differences.mean() > max(least, 2 * error))


def _rms(difference: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(difference))))
