"""Simulated worlds of benchmarks with participants' choices and drawings, see `_simulated_worlds`."""

from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import numpy as np
from _simulated_worlds import Random, Simulated, World, images
from scipy.special import softmax

from harness.assemblies import Score
from harness.benchmarks import make_score
from harness.benchmarks.behaviour import CATEGORIES, ChoiceProbabilities
from harness.benchmarks.behaviour.confusion_matrices import ConfusionBenchmark, Confusions, chosen_among_all
from harness.metrics.behaviour import i2n
from harness.metrics.decoding import predictions, stratified_folds


class _Confusion(ConfusionBenchmark):
    identifier, version, measure, repetitions, signature = "simulated", 1, "i2n", 2, staticmethod(i2n)

    def __init__(self, data: Confusions):
        self.data = data

    def answered(self, candidate: Any) -> ChoiceProbabilities:
        return ChoiceProbabilities(candidate.responses, {})


def evidence(random: Random, objects: np.ndarray, kinds: int, hard: np.ndarray, strength: float) -> np.ndarray:
    """(stimuli, kinds), of what each stimulus shows, of what is particular to it, and of what is one's own."""
    own = random.standard_normal((len(objects), kinds))
    return 2.0 * np.eye(kinds)[objects] + np.sqrt(strength) * hard + np.sqrt(1 - strength) * own


def confusions(
    random: Random, models: int, strength: float, n: int = 120, kinds: int = 5, trials: int = 40
) -> list[Score]:
    objects = np.arange(n) % kinds
    hard = random.standard_normal((n, kinds))
    theirs = softmax(evidence(random, objects, kinds, hard, 1.0), axis=1)
    image = np.repeat(np.arange(n), trials)
    chosen = np.concatenate([random.choice(kinds, trials, p=row) for row in theirs])
    names = tuple(f"kind{k}" for k in range(kinds))
    data = Confusions(
        images(n, image_label=[names[k] for k in objects]),
        names,
        len(image),
        lambda some: chosen_among_all(image[some], chosen[some], objects, kinds),
        float((chosen == objects[image]).mean()),
    )
    benchmark = _Confusion(data)
    return [
        benchmark.run(Simulated(softmax(evidence(random, objects, kinds, hard, strength), axis=1)))
        for _ in range(models)
    ]


def observers(random: Random, n: int, kinds: int, count: int = 5) -> tuple[Any, np.ndarray, np.ndarray]:
    """Participants of model-vs-human's tables, the objects, and what is hard about each image."""
    from harness_plugins.benchmarks.geirhos2021.tables import Observers

    objects, hard = np.arange(n) % kinds, random.standard_normal((n, kinds))
    names = np.array([f"kind{k}" for k in range(kinds)])
    answers = np.array(
        [names[evidence(random, objects, kinds, hard, 0.6).argmax(1)] for _ in range(count)], dtype=object
    )
    stimuli = images(n, image_label=names[objects], condition=["all"] * n)
    return Observers(stimuli, answers, np.full((count, n), np.nan), tuple("abcde"[:count])), objects, hard


def consistency(random: Random, models: int, strength: float, n: int = 240, kinds: int = 4) -> list[Score]:
    from harness_plugins.benchmarks.geirhos2021.consistency import ErrorConsistency

    data, objects, hard = observers(random, n, kinds)
    benchmark = type("Simulated", (ErrorConsistency,), {"identifier": "simulated", "version": 1, "data": data})()
    return [
        benchmark.compared((evidence(random, objects, kinds, hard, strength).argmax(1) == objects).astype(float))
        for _ in range(models)
    ]


def fitted(random: Random, models: int, strength: float, n: int = 240, kinds: int = 4) -> list[Score]:
    """Error consistency of a read-out that is fitted, fold by fold, to the very stimuli."""
    from harness_plugins.benchmarks.geirhos2021.consistency import ErrorConsistency

    data, objects, hard = observers(random, n, kinds)
    benchmark = type("Simulated", (ErrorConsistency,), {"identifier": "simulated", "version": 1, "data": data})()
    folds, scores = stratified_folds(objects, 5), []
    for _ in range(models):
        states = evidence(random, objects, kinds, hard, strength) @ np.random.default_rng(0).standard_normal(
            (kinds, 30)
        )
        states += random.standard_normal((n, 30))
        scores.append(benchmark.compared((predictions(states, objects, folds) == objects).astype(float)))
    return scores


def choices(
    random: Random, models: int, strength: float, n: int = 300, kinds: int = 5, annotators: int = 30
) -> list[Score]:
    """Distributions of choices, image by image."""
    from harness_plugins.benchmarks.peterson2019.benchmark import Peterson2019
    from harness_plugins.benchmarks.peterson2019.human_labels import HumanLabels

    objects, hard = np.arange(n) % kinds, random.standard_normal((n, kinds))
    names = tuple(f"kind{k}" for k in range(kinds))
    counts = np.array(
        [random.multinomial(annotators, row) for row in softmax(evidence(random, objects, kinds, hard, 1.0), axis=1)]
    )
    benchmark = Peterson2019()
    labels = np.array(names)[objects]
    benchmark.data = HumanLabels(images(n, image_label=labels), counts, names)
    return [
        benchmark.compared(softmax(evidence(random, objects, kinds, hard, strength), axis=1), {}) for _ in range(models)
    ]


def masking(random: Random, models: int, strength: float, n: int = 60, participants: int = 12) -> list[Score]:
    """Accuracies in ten conditions, half of them with a mask: images and participants are samples."""
    from harness.benchmarks.behaviour import agreement_score
    from harness.metrics.behaviour import mask_agreement

    scored = np.arange(10) != 4
    truth = np.concatenate([np.linspace(0.4, 0.95, 5), np.linspace(0.3, 0.8, 5)])
    hard = 0.25 * random.standard_normal((n, 1))
    theirs = (
        truth + 0.06 * random.standard_normal((participants, 1)) + 0.06 * random.standard_normal((participants, 10))
    ).clip(0, 1)
    agree = lambda curve, participant: mask_agreement(curve, participant, scored)
    scores = []
    for _ in range(models):
        own = truth if strength else truth[::-1]
        right = (own + hard + 0.3 * random.standard_normal((n, 10))).clip(0, 1)
        scores.append(
            agreement_score(right, theirs, agree, make_score(0.9, error=None), [f"image{i}" for i in range(n)])
        )
    return scores


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


FAMILIES: Mapping[str, World] = {
    "confusions (120 images)": confusions,
    "error consistency (240 images, 5 participants)": consistency,
    "the same, read-out fitted": fitted,
    "choices (300 images)": choices,
    "masking (60 images, 12 participants)": masking,
    "shape bias (240 images, 10 participants)": shape_bias,
    "contours (20 images, 3 annotators)": contours,
    "manipulations and masks (40 images)": manipulations,
    "masked orientation (16 participants)": durations,
}
