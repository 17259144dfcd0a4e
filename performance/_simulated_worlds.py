"""Simulated worlds with a known truth: stimuli, units and participants are drawn anew, and models that are equal in truth are
scored on them by the benchmarks' own code. The families of benchmarks lie in `_families_of_*`, one function each.

Everywhere: `strength` is how much the models have in common with what is recorded, 0 for pure noise; what is given back are the
scores of `models` models on one world.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.assemblies import Score
from harness.stimuli import StimulusSet

Random = np.random.Generator
World = Callable[[Random, int, float], list[Score]]


@dataclass
class Simulated:
    """A model that answers with given arrays (stimuli, time, units), whatever it is shown."""

    responses: np.ndarray
    identifier: str = "simulated"
    layers: tuple[str, ...] = ()

    def record(self, stimuli: Any, where: str, time_bins: Any, reduction: Any = None) -> np.ndarray:
        return self.responses


def images(n: int, **columns: Any) -> StimulusSet:
    """n tiny images that all differ."""
    values = np.arange(n) / max(n, 2)
    made = StimulusSet.from_images(
        "simulated", {f"image{i:04d}": np.full((2, 2), v) for i, v in enumerate(values)}, 100
    )
    return made.replace(table=made.table.assign(**columns)) if columns else made


def latents(random: Random, n: int, size: int = 40) -> np.ndarray:
    """(n, size), of decreasing variance: what the world is made of."""
    return random.standard_normal((n, size)) * np.arange(1, size + 1) ** -0.7


def seen(random: Random, world: np.ndarray, units: int, strength: float) -> np.ndarray:
    """(n, units), mixtures of latents and, for the rest of the variance, of others of the same kind; mixed alike in all worlds, so
    that models are equal in truth."""
    mixing = np.random.default_rng(0).standard_normal((2, world.shape[1], units))
    return np.sqrt(strength) * world @ mixing[0] + np.sqrt(1 - strength) * latents(random, *world.shape) @ mixing[1]


def neurons(random: Random, world: np.ndarray, units: int, repeats: int) -> np.ndarray:
    """(repeats, n, units), linear in the latents, of different reliability."""
    signal = world @ random.standard_normal((world.shape[1], units))
    noise = random.uniform(0.5, 2, units) * signal.std(0)
    return signal + noise * random.standard_normal((repeats, len(world), units))
