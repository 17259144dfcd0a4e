"""Simulated worlds of benchmarks with participants' choices and drawings, as in `_families`."""

from unittest.mock import patch

import numpy as np
from _families import Random, World, images

from harness.assemblies import Score
from harness.benchmarks.behaviour import CATEGORIES


def shape_bias(
    random: Random, models: int, strength: float, n: int = 240, kinds: int = 6, participants: int = 10
) -> list[Score]:
    """Images of one category in the texture of another, of which each is named more or less easily."""
    from harness_plugins.benchmarks.geirhos2019.benchmark import ShapeBiasBenchmark
    from harness_plugins.benchmarks.geirhos2021.tables import Observers

    names, shapes = np.array(CATEGORIES[:kinds]), np.arange(n) % kinds
    surfaces = (shapes + random.integers(1, kinds, n)) % kinds
    hard = random.standard_normal((n, kinds))

    def answers(shape: float, texture: float, shared: float) -> np.ndarray:
        cues = shape * np.eye(kinds)[shapes] + texture * np.eye(kinds)[surfaces]
        own = random.standard_normal((n, kinds))
        return names[(cues + np.sqrt(shared) * hard + np.sqrt(1 - shared) * own).argmax(1)]

    tastes = 2.5 + 0.3 * random.standard_normal(participants)
    given = np.array([answers(taste, 0.5, 0.5) for taste in tastes], dtype=object)
    benchmark = ShapeBiasBenchmark()
    stimuli = images(n, image_label=names[shapes], condition=["all"] * n)
    benchmark.data = Observers(stimuli, given, np.full(given.shape, np.nan), tuple("abcdefghijkl"[:participants]))
    benchmark.textures = names[surfaces]
    return [benchmark.compared(answers(1.5 + strength, 1.5, strength), {}) for _ in range(models)]


def contours(random: Random, models: int, strength: float, n: int = 20, size: int = 40) -> list[Score]:
    """Lines in images, which each annotator draws in part, and models see in noise."""
    from harness_plugins.benchmarks.bsds500.benchmark import BSDS500Contours, agreement, noise_counts
    from harness_plugins.benchmarks.bsds500.images import of

    def lines(count: int) -> np.ndarray:
        at, flat = random.integers(2, size - 2, count), random.random(count) < 0.5
        drawn = np.zeros((count, size, size), dtype=bool)
        for line, place, horizontal in zip(drawn, at, flat, strict=True):
            line[(place, slice(None)) if horizontal else (slice(None), place)] = True
        return drawn

    worlds = [lines(random.integers(3, 9)) for _ in range(n)]
    annotators = [[np.any(w[random.random(len(w)) < 0.8], axis=0) | w[0] for _ in range(3)] for w in worlds]
    benchmark = BSDS500Contours(thresholds=4)
    benchmark.data = of({f"image{i}": np.full((size, size), i / n) for i in range(n)}, annotators, 100.0)
    benchmark.participants = agreement.__wrapped__(annotators)
    benchmark.noise = noise_counts.__wrapped__(annotators, 0)

    def seen(world: np.ndarray) -> np.ndarray:
        return np.clip(strength * world.any(0) + 0.3 * random.random((size, size)), 0, 1)

    return [benchmark.evaluate([seen(world) for world in worlds]) for _ in range(models)]


def manipulations(random: Random, models: int, strength: float, n: int = 40) -> list[Score]:
    """Accuracies in the conditions of Maniquet et al. (2025), of which participants' means and errors are known."""
    from harness_plugins.benchmarks.maniquet2025.benchmark import Maniquet2025
    from harness_plugins.benchmarks.maniquet2025.published import CONDITIONS, Published

    count = len(CONDITIONS)
    truth = np.stack([np.linspace(0.95, 0.5, count), np.linspace(0.85, 0.3, count)])
    errors = np.full((2, count), 0.02)

    class Simulated(Maniquet2025):
        image_names = np.array([f"image{i:02d}" for i in range(n)])

    benchmark = Simulated()
    benchmark.published = Published(truth + errors * random.standard_normal((2, count)), errors, {})
    hard = 0.15 * random.standard_normal((n, 1))
    own = truth.ravel() if strength else np.full(2 * count, truth.mean())
    noise = lambda: 0.2 * random.standard_normal((n, 2 * count))
    return [benchmark.compared((own + hard + noise()).clip(0, 1), {}) for _ in range(models)]


def durations(random: Random, models: int, strength: float, participants: int = 16) -> list[Score]:
    """Accuracies at five durations, of which participants have each their own threshold."""
    from harness_plugins.benchmarks.hellmann2023 import benchmark as module

    def curve(threshold: np.ndarray | float) -> np.ndarray:
        return 0.5 + 0.5 / (1 + np.exp(-3.0 * (np.log(module.SOAS) - np.log(threshold))))

    thresholds = np.exp(np.log(35.0) + 0.3 * random.standard_normal((participants, 1)))
    right = random.binomial(module.TRIALS, curve(thresholds)) / module.TRIALS
    with patch.object(module, "ACCURACY", right):
        benchmark = module.Hellmann2023()
        slower = 35.0 if strength else 90.0
        return [benchmark.compared(curve(slower), {}) for _ in range(models)]


FAMILIES: dict[str, World] = {
    "shape bias (240 images, 10 participants)": shape_bias,
    "contours (20 images, 3 annotators)": contours,
    "manipulations and masks (40 images)": manipulations,
    "masked orientation (16 participants)": durations,
}
