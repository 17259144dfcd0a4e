"""Simulated worlds of benchmarks that compare models with recordings, see `_simulated_worlds`."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from _simulated_worlds import Random, Simulated, World, images, latents, neurons, seen

from harness.assemblies import Score
from harness.benchmarks import make_score
from harness.benchmarks.fmri.fits import fit_participants
from harness.benchmarks.fmri.participants import Participant, ceiling_influence
from harness.benchmarks.fmri.regions import Regions
from harness.benchmarks.neural import EncodingBenchmark, MovieBenchmark, MovieRecording, NeuralData, Piece, RdmBenchmark
from harness.benchmarks.neural.electrodes import TimeResolvedBenchmark
from harness.metrics.regression import gram
from harness.metrics.similarity import correlation_distances
from harness.metrics.statistics import correlation_ceiling, k_fold, signal_reliability
from harness.stimuli import StimulusSet, Timeline


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


FAMILIES: Mapping[str, World] = {
    "encoding (200 images, 40 neurons)": encoding,
    "electrodes per time (150 images, 16 electrodes)": electrodes,
    "movies (6 of 15 s, 12 electrodes)": movies,
    "matrices (50 images, 4 participants)": rdm,
    "matrices (50 images, 12 participants)": rdm_of_many,
    "fMRI (200 clips, 4 participants)": fmri,
}
