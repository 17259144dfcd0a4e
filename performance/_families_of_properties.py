"""Simulated worlds of benchmarks of what models are and can do, without recordings beside them, see `_simulated_worlds`."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from _simulated_worlds import Random, Simulated, World, images, latents, seen

from harness.assemblies import Score
from harness.benchmarks import InSilicoBenchmark, Measured, Target
from harness.benchmarks.dynamics import TemporalBenchmark
from harness.benchmarks.readout import DecodingBenchmark, RegressionBenchmark
from harness.metrics.statistics import Histogram
from harness.stimuli import StimulusSet


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


FAMILIES: Mapping[str, World] = {
    "decoding (120 images, 4 labels)": decoding,
    "regression (120 images, 2 targets)": regression,
    "in-silico (5 units)": in_silico,
    "in-silico (24 units)": in_silico_of_many,
    "distributions (60 units)": distributions,
    "temporal (4 exemplars)": temporal,
}
