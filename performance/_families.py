"""Simulated worlds with a known truth, one function a family of benchmarks: stimuli, units and participants are drawn anew, and
models that are equal in truth are scored on them by the benchmarks' own code.

Everywhere: `strength` is how much the models have in common with what is recorded, 0 for pure noise; what is given back are the
scores of `models` models on one world.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from harness.assemblies import Score
from harness.benchmarks import InSilicoBenchmark, Measured, Target, make_score
from harness.benchmarks.behaviour import ChoiceProbabilities
from harness.benchmarks.behaviour.confusion_matrices import ConfusionBenchmark, Confusions, chosen_among_all
from harness.benchmarks.dynamics import TemporalBenchmark
from harness.benchmarks.fmri.fits import fit_participants
from harness.benchmarks.fmri.participants import Participant, ceiling_influence
from harness.benchmarks.fmri.regions import Regions
from harness.benchmarks.neural import EncodingBenchmark, MovieBenchmark, MovieRecording, NeuralData, Piece, RdmBenchmark
from harness.benchmarks.neural.electrodes import TimeResolvedBenchmark
from harness.benchmarks.readout import DecodingBenchmark, RegressionBenchmark
from harness.metrics.behaviour import i2n
from harness.metrics.decoding import predictions, stratified_folds
from harness.metrics.regression import gram
from harness.metrics.similarity import correlation_distances
from harness.metrics.statistics import Histogram, correlation_ceiling, k_fold, signal_reliability
from harness.stimuli import StimulusSet, Timeline

Random = np.random.Generator
World = Callable[[Random, int, float], list[Score]]


@dataclass
class Simulated:
    """A model that answers with given arrays (stimuli, time, units), whatever it is shown."""

    responses: np.ndarray
    identifier: str = "simulated"
    layers: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

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


class _Encoding(EncodingBenchmark):
    identifier, version = "simulated", 1

    def __init__(self, data: NeuralData):
        self.data = data

    def load(self) -> NeuralData:
        return self.data


def encoding(random: Random, models: int, strength: float, n: int = 200, units: int = 40) -> list[Score]:
    world = latents(random, n)
    benchmark = _Encoding(NeuralData(images(n), neurons(random, world, units, 4), "V4", (0.0, 100.0)))
    return [benchmark.run(Simulated(seen(random, world, 100, strength)[:, None])) for _ in range(models)]


def electrodes(random: Random, models: int, strength: float, n: int = 150, units: int = 16) -> list[Score]:
    """Three time bins, correlated with one another."""
    common, stimuli = latents(random, n), images(n)
    worlds = [0.7 * common + 0.7 * latents(random, n) for _ in range(3)]
    benchmark = TimeResolvedBenchmark("simulated", "simulated", "V4", 0.0, 60.0, 20.0)
    bins = zip(worlds, benchmark.time_bins, strict=True)
    benchmark.data = [NeuralData(stimuli, neurons(random, w, units, 4), "V4", when) for w, when in bins]
    return [
        benchmark.run(Simulated(np.stack([seen(random, w, 60, strength) for w in worlds], axis=1)))
        for _ in range(models)
    ]


class _Movies(MovieBenchmark):
    identifier, version, units, span = "simulated", 1, 10, 150.0

    def __init__(self, recording: MovieRecording):
        self._recording = recording

    def load(self) -> Sequence[MovieRecording]:
        return [self._recording]


def smooth(random: Random, n: int, size: int, memory: float = 0.8) -> np.ndarray:
    """(n, size), first-order autoregressive series."""
    values = random.standard_normal((n, size))
    for at in range(1, n):
        values[at] = memory * values[at - 1] + np.sqrt(1 - memory**2) * values[at]
    return values


def movies(
    random: Random, models: int, strength: float, count: int = 6, bins: int = 300, units: int = 12
) -> list[Score]:
    """Movies of 15 s in bins of 50 ms; spikes that follow ten features within them."""
    when = [(50.0 * i, 50.0 * (i + 1)) for i in range(bins)]
    names = [f"movie{i}" for i in range(count)]
    timelines = [Timeline.still(np.full((2, 2), i / count, dtype=np.float32), 50.0 * bins) for i in range(count)]
    stimuli = StimulusSet("movies", pd.DataFrame({"stimulus_id": names}), timelines)
    world = np.stack([smooth(random, bins, 10) for _ in range(count)])
    weights = random.standard_normal((10, units))
    signal = world @ weights
    noise = random.uniform(1, 3, units) * signal.std()
    responses = signal[:, None] + noise * random.standard_normal((count, 5, bins, units))
    pieces = [Piece(name, np.arange(bins), name, None, responses[i]) for i, name in enumerate(names)]
    benchmark = _Movies(MovieRecording("array", stimuli, when, pieces))
    scores = []
    for _ in range(models):
        other = np.stack([smooth(random, bins, 10) for _ in range(count)])
        scores.append(benchmark.run(Simulated(np.sqrt(strength) * world + np.sqrt(1 - strength) * other)))
    return scores


class _Rdm(RdmBenchmark):
    identifier, version, time_bin = "simulated", 1, (0.0, 100.0)

    def __init__(self, stimuli: StimulusSet, rdms: np.ndarray):
        self.stimuli, self.rdms = stimuli, rdms

    def load(self) -> StimulusSet:
        return self.stimuli


def rdm(random: Random, models: int, strength: float, n: int = 50, participants: int = 4) -> list[Score]:
    world = latents(random, n)
    responses = [neurons(random, world, 60, 1)[0] for _ in range(participants)]
    benchmark = _Rdm(images(n), np.array([correlation_distances(values) for values in responses]))
    return [benchmark.run(Simulated(seen(random, world, 100, strength)[:, None])) for _ in range(models)]


def rdm_of_many(random: Random, models: int, strength: float) -> list[Score]:
    return rdm(random, models, strength, participants=12)


def fmri(random: Random, models: int, strength: float, n: int = 200, participants: int = 4) -> list[Score]:
    """Betas of clips in two regions of each participant."""
    world, folds = latents(random, n), k_fold(n, 5)
    inner = lambda train: k_fold(len(train), 4)
    recorded = []
    for number in range(participants):
        own = neurons(random, world, 30, 2)
        voxels = pd.DataFrame({"region": ["V1"] * 15 + ["IT"] * 15})

        ceilings = correlation_ceiling(signal_reliability(own))
        by_sample = ceiling_influence(own, ceilings)
        there = np.ones(n, dtype=bool)
        recorded.append(Participant(f"p{number}", own.mean(0), there, voxels, ceilings, of_samples=by_sample))
    regions, scores = Regions(("V1", "IT"), ()), []
    for _ in range(models):
        fits = fit_participants({"layer": gram(seen(random, world, 60, strength))}, recorded, folds, inner)
        each, found = regions.scores(fits, np.arange(n))
        assert found is not None
        samples = regions.samples(fits, found, np.arange(n), [str(i) for i in range(n)], "clips")
        scores.append(make_score(each.mean(), error=found.error, details={"per_sample": samples}))
    return scores


class _Decoding(DecodingBenchmark):
    identifier, version, time_bins = "simulated", 1, ((0.0, 100.0),)

    def __init__(self, stimuli: StimulusSet):
        self.stimuli = stimuli

    def load(self) -> StimulusSet:
        return self.stimuli

    def observe(self, candidate: Any) -> dict[str, np.ndarray]:
        return {"layer": candidate.responses}

    def _quality(self, *_: Any) -> dict[str, Any]:
        return {}


def labelled(random: Random, n: int, labels: int, strength: float, units: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """(n,) labels, and features (n, units) that carry them with some strength."""
    label = np.arange(n) % labels
    means = np.random.default_rng(0).standard_normal((labels, units))
    return label, strength * 0.5 * means[label] + random.standard_normal((n, units))


def decoding(random: Random, models: int, strength: float, n: int = 120, labels: int = 4) -> list[Score]:
    label = np.arange(n) % labels
    benchmark = _Decoding(images(n, image_label=[f"kind{one}" for one in label]))
    return [benchmark.run(Simulated(labelled(random, n, labels, strength)[1][:, None])) for _ in range(models)]


class _Regression(RegressionBenchmark):
    identifier, version, time_bins, targets = "simulated", 1, ((0.0, 100.0),), ("x", "y")

    def __init__(self, stimuli: StimulusSet):
        self.stimuli = stimuli

    def load(self) -> StimulusSet:
        return self.stimuli

    def observe(self, candidate: Any) -> dict[str, np.ndarray]:
        return {"layer": candidate.responses}


def regression(random: Random, models: int, strength: float, n: int = 120) -> list[Score]:
    world = latents(random, n, 10)
    benchmark = _Regression(images(n, x=world[:, 0], y=world[:, 1] + 0.5 * random.standard_normal(n)))
    return [benchmark.run(Simulated(seen(random, world, 40, strength)[:, None])) for _ in range(models)]


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


def softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values - values.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))


def confusions(
    random: Random, models: int, strength: float, n: int = 120, kinds: int = 5, trials: int = 40
) -> list[Score]:
    objects = np.arange(n) % kinds
    hard = random.standard_normal((n, kinds))
    theirs = softmax(evidence(random, objects, kinds, hard, 1.0))
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
    return [benchmark.run(Simulated(softmax(evidence(random, objects, kinds, hard, strength)))) for _ in range(models)]


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
        [random.multinomial(annotators, row) for row in softmax(evidence(random, objects, kinds, hard, 1.0))]
    )
    benchmark = Peterson2019()
    labels = np.array(names)[objects]
    benchmark.data = HumanLabels(images(n, image_label=labels), counts, names)
    return [benchmark.compared(softmax(evidence(random, objects, kinds, hard, strength)), {}) for _ in range(models)]


class _InSilico(InSilicoBenchmark):
    identifier, version, bibtex = "simulated", 1, ""
    targets: ClassVar[Mapping[str, Target]] = {"suppression": Target(0.5, 0.0, 0.05, "simulated", "quoted")}

    def measure(self, laboratory: Any) -> Measured:
        raise NotImplementedError


def in_silico(random: Random, models: int, strength: float, units: int = 5) -> list[Score]:
    """Units of each model's own, whose suppression scatters around that of the model."""
    benchmark = _InSilico()
    drawn = 0.15 + 0.2 * strength + 0.15 * random.standard_normal((models, units))
    return [benchmark.compared(Measured({"suppression": own})) for own in drawn]


def in_silico_of_many(random: Random, models: int, strength: float) -> list[Score]:
    return in_silico(random, models, strength, units=24)


def distributions(random: Random, models: int, strength: float, units: int = 60) -> list[Score]:
    """A property of units against the published histogram of it."""
    from harness_plugins.benchmarks.marques2020.benchmark import DistributionBenchmark

    benchmark = DistributionBenchmark("Ringach2002-circular_variance")
    benchmark.data = Histogram(tuple(np.linspace(0, 1, 11).tolist()), (2, 8, 20, 35, 50, 60, 60, 45, 20, 8))
    return [benchmark.compare(random.beta(2 + 2 * strength, 3, units)) for _ in range(models)]


class _Temporal(TemporalBenchmark):
    version, bibtex, parameter, until = 1, "", "contrast", 500.0
    targets: ClassVar[Mapping[str, Target]] = {"adaptation": Target(0.5, 0.0, 0.05, "simulated", "quoted")}

    def stimuli(self, screen: Any) -> StimulusSet:
        raise NotImplementedError

    def measure(self, time_courses: Any) -> Measured:
        raise NotImplementedError


def temporal(random: Random, models: int, strength: float, exemplars: int = 4) -> list[Score]:
    """Adaptation of a region to a few images, which all models are shown."""
    common = 0.05 * random.standard_normal(exemplars)
    drawn = 0.15 + 0.2 * strength + common + 0.05 * random.standard_normal((models, exemplars))
    return [_Temporal("simulated").compared(Measured({"adaptation": own}), exemplars) for own in drawn]


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


FAMILIES: Mapping[str, World] = {
    "encoding (200 images, 40 neurons)": encoding,
    "electrodes per time (150 images, 16 electrodes)": electrodes,
    "movies (6 of 15 s, 12 electrodes)": movies,
    "matrices (50 images, 4 participants)": rdm,
    "matrices (50 images, 12 participants)": rdm_of_many,
    "fMRI (200 clips, 4 participants)": fmri,
    "decoding (120 images, 4 labels)": decoding,
    "regression (120 images, 2 targets)": regression,
    "confusions (120 images)": confusions,
    "error consistency (240 images, 5 participants)": consistency,
    "the same, read-out fitted": fitted,
    "choices (300 images)": choices,
    "masking (60 images, 12 participants)": masking,
    "in-silico (5 units)": in_silico,
    "in-silico (24 units)": in_silico_of_many,
    "distributions (60 units)": distributions,
    "temporal (4 exemplars)": temporal,
}
