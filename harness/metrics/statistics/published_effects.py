"""How far measured effects agree with published ones: 1 for the published effect, 0 for none, below 0 for the opposite.

Size. With m measured, v published, n what a model without the effect gives, and d = rms(m - v) / rms(v - n):

    agreement(d) = 1 - d                      for d <= 2
    agreement(d) = -1 - (d - 2) / (d - 1)     beyond

The published effect has d = 0 and scores 1; none has d = 1 and scores 0; the opposite one has d = 2 and scores -1, as does an
effect of three times the size. For one number, of which s = (m - n) / (v - n) is the signed size relative to the published one, it
is s from -1 to 1, so that it is odd about none and monotone up to what was published, and it falls as steeply beyond. Nothing is
clipped, since a clipped score tells an opposite effect from none as little as a threshold does; beyond the opposite effect the fall
slows down (the slope stays continuous, -2 is never reached), so that one ratio that explodes does not rule the mean over targets.

Sign. An order ("a parallel surround lowers the response") says nothing of a size. A unit (or image) whose difference, as a share
of a response, is x counts tanh(x / clear), and an order is the mean of that: 2 P - 1 over units, P the share in which the order
holds, with each unit counted as far as its difference is clear. It is odd, continuous and monotone: 0 where nothing differs or as
many units differ one way as the other, 1 where all differ clearly as published, -1 where all differ the other way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError

CLEAR = 0.1
"""Of a response: the difference at which an order counts tanh(1), three quarters."""

Confidence = Literal["quoted", "read from a figure", "assumed"]


@checked(BenchmarkError, pure=True)
@dataclass(frozen=True)
class Target:
    """A published effect; a number, or several that are one pattern.

    Attributes:
        value: what was measured.
        null: what a model without the effect gives; the same shape.
        error: standard error of the value by the publication's own account (a standard error, a binomial share of n, a stated
            range); the same shape or one number. None where it is not known: how well a figure can be read says nothing of
            other cells, and what is taken for want of an error makes no ceiling.
        source: the publication, and where in it.
        confidence: "quoted" if the publication's own words or data say so, "read from a figure", or "assumed" where it was obtained
            in another way (simulated from a fit, say). What is less certain is no target.
        quotation: what the publication says.
        n: how many cells, electrodes or observers that is of; None if it is not known.
    """

    value: float | Sequence[float] | np.ndarray
    null: float | Sequence[float] | np.ndarray
    error: float | Sequence[float] | np.ndarray | None
    source: str
    confidence: Confidence
    quotation: str = ""
    n: int | None = None

    def __post_init__(self) -> None:
        value, null = (np.asarray(given, dtype=float) for given in (self.value, self.null))
        error = np.asarray(0.0 if self.error is None else self.error, dtype=float)
        if null.shape != value.shape or error.shape not in ((), value.shape) or (error < 0).any():
            raise BenchmarkError(
                f"the null and the error of a target have the shape of its value, or are one number: {self.source}"
            )
        if not np.abs(value - null).max() > 0:
            raise BenchmarkError(f"a target's value differs from its null: {self.source}")
        if self.error is not None and not (error > 0).any():
            raise BenchmarkError(f"an error of 0 is not known: give None: {self.source}")

    @property
    def scale(self) -> float:
        """Root mean square distance of the null from the value."""
        return _rms(np.asarray(self.value, dtype=float) - np.asarray(self.null, dtype=float))

    @checked(BenchmarkError, pure=True)
    def distance(self, measured: np.ndarray | float) -> float:
        """rms(measured - value) / rms(null - value): 0 for the published effect, 1 for none, 2 for the opposite."""
        return _rms(np.asarray(measured, dtype=float) - np.asarray(self.value, dtype=float)) / self.scale

    @checked(BenchmarkError, pure=True)
    def size(self, measured: np.ndarray | Sequence[float] | float) -> float:
        """Signed size of an effect, as a share of the published one: 1 for that, 0 for none, -1 for the opposite.

        Of a pattern, the least squares fit of the published effect to the measured one.
        """
        effect = np.asarray(self.value, dtype=float) - np.asarray(self.null, dtype=float)
        found = np.asarray(measured, dtype=float) - np.asarray(self.null, dtype=float)
        return float(np.sum(found * effect) / np.sum(effect**2))


@checked(BenchmarkError, pure=True)
def agreement(measured: Mapping[str, np.ndarray | float], targets: Mapping[str, Target]) -> float:
    """Mean over targets of the agreement of what was measured with what was published; see the module. Without targets: 1."""
    each = [_agreement(target.distance(measured[name])) for name, target in targets.items()]
    return float(np.mean(each)) if each else 1.0


@checked(BenchmarkError, pure=True)
def order(differences: np.ndarray, clear: float = CLEAR) -> float:
    """How far a required order holds over units, from -1 to 1; see the module.

    Args:
        differences: (units,), what must be positive, as a share of a response; NaN where it is undefined, which is left out.
        clear: the size of a clear difference, smaller where the published one is.

    Returns:
        the mean of tanh(difference / clear); 0 if all are undefined.
    """
    differences = np.asarray(differences, dtype=float)
    known = differences[~np.isnan(differences)]
    return float(np.tanh(known / clear).mean()) if len(known) else 0.0


@checked(BenchmarkError, pure=True)
def known_errors(targets: Mapping[str, Target]) -> bool:
    """Whether each of the targets, of which there is at least one, was published with its error, so that they make a ceiling."""
    return bool(targets) and all(
        target.error is not None and target.confidence != "assumed" for target in targets.values()
    )


@checked(BenchmarkError, pure=True)
def repeated(targets: Mapping[str, Target], draws: Count = 2000, seed: Seed = 0) -> np.ndarray:
    """(draws,), the agreement that repetitions of the published experiments would reach: value plus normal error.

    Raises:
        BenchmarkError: where an error is not known, see `known_errors`.
    """
    if targets and not known_errors(targets):
        raise BenchmarkError("targets whose errors are not known have no ceiling")
    random = np.random.default_rng(seed)
    samples = [
        {
            name: np.asarray(target.value) + np.asarray(target.error) * random.standard_normal(np.shape(target.value))
            for name, target in targets.items()
        }
        for _ in range(draws)
    ]
    return np.array([agreement(sample, targets) for sample in samples])


def _agreement(distance: float) -> float:
    return 1 - distance if distance <= 2 else -1 - (distance - 2) / (distance - 1)


def _rms(difference: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(difference))))
