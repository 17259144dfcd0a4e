"""Decoding of objects over time from a model's units with neuron-like noise, compared with the same analysis of IT."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness import RandomUnits, StimulusSet, load_stimuli
from harness.assemblies import Score
from harness.benchmarks import Benchmark, Target, ceiled_score, make_score, plain
from harness.brain_model import BrainModel, record_first
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.statistics import agreement, pearson, repeated
from harness_plugins.benchmarks.zhang_desimone2011 import BIBTEX
from harness_plugins.benchmarks.zhang_desimone2011.neurons import OBJECTS, POSITIONS, STEP, TRIALS, Neurons, load
from harness_plugins.benchmarks.zhang_desimone2011.pattern_decoder import (
    TimeCourse,
    decoded_time_course,
    known_positions,
    mean_time_course,
    sliding,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIRST, LAST = -100.0, 500.0
WINDOW = 3  # bins of 10 ms
DURATION = 500.0
SIZE, SHIFT = 0.35, 0.3125
"""Of the field of view: the side of a drawing, and how far above and below the middle it is shown."""
RECORDED = 2048
SMALLER, LEAST_ALIKE = 0.97, 0.5
"""Size of the drawings that are shown besides, and the correlation with which responses must repeat."""
COUNT = 132
"""Neurons."""
NULLS = {"t10": 0.0, "t50": 0.0, "t95": 0.0, "late": 1.0, "position": 0.0, "half_width": DURATION / 2}
REGIONS = ("IT", "V4", "V2", "V1")
SOURCE = "Zhang et al. 2011, this decoding of the public rasters"
CENTRES = FIRST + WINDOW * STEP / 2 + STEP * np.arange(round((LAST - FIRST) / STEP) - WINDOW + 1)


@dataclass(frozen=True)
class Population:
    """A model's units as neurons, whose order is (conditions, units, bins) as in their recording.

    Attributes:
        drive: (conditions, units, bins), relative to each unit's mean after the onset; -1 is its lowest response.
        depth: of the modulation that a drive of 1 makes, from 0 to 1.
        rate: mean over conditions and time, in spikes per second.
        size: how many neurons are drawn.
    """

    drive: np.ndarray
    depth: float
    rate: float
    size: int

    @classmethod
    def of(cls, responses: np.ndarray, rate: float, size: int, onset: int) -> "Population":
        """From responses (conditions, bins, units) to stimuli that appear in bin `onset`; units that tell no conditions apart are
        left out.

        Raises:
            NotMeasurable: if none does.
        """
        responses = np.asarray(responses, dtype=float).swapaxes(1, 2)
        tells = np.ptp(responses, axis=0).max(1) > 1e-6 * np.abs(responses).max((0, 2))
        if not tells.any():
            raise NotMeasurable("the responses do not vary over objects and positions, so nothing can be decoded")
        responses = responses[:, tells]
        mean = responses[..., onset:].mean((0, 2))[:, None]
        lowest = responses.min((0, 2))[:, None]
        return cls((responses - mean) / np.maximum(mean - lowest, 1e-12), 1.0, rate, size)

    def spikes(self, random: np.random.Generator) -> np.ndarray:
        """Poisson spike counts (positions, objects, trials, neurons, bins) of so many units drawn at random, again and again the
        same ones only where there are fewer."""
        units = self.drive.shape[1]
        drawn = random.choice(units, self.size, replace=units < self.size)
        expected = self.rate * STEP / 1000 * (1 + self.depth * self.drive[:, drawn])
        counts = random.poisson(expected[:, None].clip(0), (len(expected), TRIALS, *expected.shape[1:]))
        return counts.reshape(len(POSITIONS), len(OBJECTS), *counts.shape[1:]).astype(np.float32)

    def peak(self, depth: float, draws: int) -> float:
        """Highest accuracy with another depth."""
        as_deep = replace(self, depth=depth)
        drawn = [sliding(as_deep.spikes(_chance(seed)), WINDOW) for seed in range(draws)]
        return float(np.mean([known_positions(counts) for counts in drawn], axis=0).max())

    def matched(self, wanted: float, draws: int, steps: int = 7) -> "Population":
        """With the depth at which the highest accuracy is `wanted`; the whole depth where it is not reached."""
        low, high = np.log(0.01), 0.0
        if self.peak(1.0, draws) > wanted:
            for _ in range(steps):
                middle = (low + high) / 2
                low, high = (low, middle) if self.peak(float(np.exp(middle)), draws) > wanted else (middle, high)
        return replace(self, depth=float(np.exp(high)))


class ZhangDesimone2011(Benchmark):
    """Decoding of seven objects over time: latency, duration, stability and position tolerance, compared with IT.

    132 neurons of macaque IT were recorded during objects at three positions (Zhang et al. 2011). Their images are not
    published; a model sees drawings of the same seven objects for 500 ms, at three places one above the other. The analysis is
    the same for both: 18 trials of each of the 21 conditions, counts in windows of 30 ms, correlation with the mean pattern of
    every object, six folds of trials, all positions together or, for `position`, trained at one and tested at another.

    A deterministic network would be perfect at its first informative step. So as many of its units as there are neurons are
    drawn, each fires Poisson spikes at the neurons' mean rate, and one number, the depth of modulation that is common to all
    units, is fitted so that the highest accuracy is that of the neurons. Times are those that the model declares.

    Random numbers can be decoded as well as anything. So the drawings are shown once more, a little smaller: where what a unit
    gives to objects and positions does not repeat (correlation over conditions, median over units, below a half), nothing is
    measurable.

    The raw score is the agreement (`harness.metrics.statistics.published_effects`) of six measures (see `TimeCourse.measures`) with
    those of IT. What
    a model without any dynamics and without tolerance of position gives, is 0: no latency, no decline, a code that never
    changes. A static network whose code is tolerant of position scores what that one measure of six is worth. The ceiling is
    the agreement that repetitions of the experiment with other neurons would reach; the error of a score comes from drawing
    units, trials and neurons.

    Args:
        draws: how many populations and sets of trials are drawn; neurons are resampled twice as often.
    """

    identifier = "ZhangDesimone2011.IT"
    version = 2
    parent = "neural"
    bibtex = BIBTEX

    def __init__(self, draws: int = 8):
        if draws < 2:
            raise BenchmarkError("the errors take two draws or more")
        self.draws = int(draws)

    @cached_property
    def neurons(self) -> Neurons:
        """The recordings."""
        return load()

    @cached_property
    def recorded(self) -> TimeCourse:
        """The time course of IT, mean over draws of trials."""
        return mean_time_course([self._recorded(seed) for seed in range(self.draws)])

    @cached_property
    def targets(self) -> dict[str, Target]:
        """Measures of IT; their error is that of other neurons, by a bootstrap over them."""
        values = self.recorded.measures()
        resampled = [self._recorded(seed, True).measures() for seed in range(2 * self.draws)]
        errors = {name: float(np.nanstd([each[name] for each in resampled], ddof=1)) for name in values}
        return {
            name: Target(values[name], NULLS[name], errors[name], SOURCE, "quoted", "the rasters", COUNT)
            for name in values
        }

    @cached_property
    def ceiling(self) -> Score:
        """Agreement of repetitions with other neurons."""
        values = repeated(self.targets)
        return make_score(values.mean(), error=values.std(ddof=1))

    def stimuli(self, candidate: BrainModel, size: float = 1.0) -> StimulusSet:
        """The drawings, in the order of conditions: positions from above, and at each the objects.

        Args:
            size: of the drawings, as a share of theirs.
        """
        degrees = float(candidate.visual_degrees())
        made = load_stimuli(
            "silhouettes",
            object=OBJECTS,
            y=[degrees * SHIFT, 0.0, -degrees * SHIFT],
            size=degrees * SIZE * size,
            onset=-FIRST,
            duration=DURATION,
            visual_degrees=degrees,
        )
        order = [o * len(POSITIONS) + p for p in range(len(POSITIONS)) for o in range(len(OBJECTS))]
        return made.select(order)

    def run(self, candidate: BrainModel) -> Score:
        region, responses = self._observe(candidate)
        onset = round(-FIRST / STEP)
        repeated_in = _require_repeatable(responses, self._observe(candidate, SMALLER)[1], onset)
        everything = Population.of(responses, self.neurons.rate, len(self.neurons.counts), onset)
        population = everything.matched(float(self.recorded.known.max()), max(2, self.draws // 2))
        time_courses = [self._time_course(population, seed) for seed in range(self.draws)]
        time_course = mean_time_course(time_courses)
        measures, undefined = _defined(time_course.measures())
        return ceiled_score(
            agreement(measures, self.targets),
            error=self._error(time_courses),
            ceiling=self.ceiling,
            details=self._details(time_course, population, region, measures, undefined) | {"repeats": repeated_in},
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Accuracy over time and generalisation over time, of the model and of IT, and the six measures."""
        from harness_plugins.benchmarks.zhang_desimone2011.figure import draw

        return draw(details)

    def _observe(self, candidate: BrainModel, size: float = 1.0) -> tuple[str, np.ndarray]:
        """Region and responses (conditions, bins, units)."""
        stimuli = self.stimuli(candidate, size)
        bins = [(float(start), float(start + STEP)) for start in np.arange(0, LAST - FIRST, STEP)]
        return record_first(candidate, stimuli, REGIONS, bins, RandomUnits(RECORDED))

    def _recorded(self, seed: int, resampled: bool = False) -> TimeCourse:
        random = np.random.default_rng([seed, resampled])
        count = len(self.neurons.counts)
        units = random.integers(0, count, count) if resampled else None
        return decoded_time_course(sliding(self.neurons.population(random, FIRST, units), WINDOW), CENTRES)

    @staticmethod
    def _time_course(population: Population, seed: int) -> TimeCourse:
        return decoded_time_course(sliding(population.spikes(_chance(seed)), WINDOW), CENTRES)

    def _error(self, time_courses: list[TimeCourse]) -> float:
        """Spread of the agreement over draws of the model's units and trials and over other neurons."""
        random = np.random.default_rng(0)
        values = []
        for time_course in time_courses:
            measures, _ = _defined(time_course.measures())
            for _ in range(20):
                other = {
                    name: replace(
                        target, value=np.asarray(target.value) + np.asarray(target.error) * random.standard_normal()
                    )
                    for name, target in self.targets.items()
                }
                values.append(agreement(measures, other))
        return float(np.std(values, ddof=1))

    def _details(
        self,
        time_course: TimeCourse,
        population: Population,
        region: str,
        measures: dict[str, float],
        undefined: list[str],
    ) -> dict[str, Any]:
        shift = float(np.mean([measures[t] - np.asarray(self.targets[t].value) for t in ("t10", "t50", "t95")]))
        moved = {name: value - shift if name.startswith("t") else value for name, value in measures.items()}
        wanted, reached = float(self.recorded.known.max()), float(time_course.known.max())
        failures = [f"{name} is undefined and counts as no effect" for name in undefined]
        if reached < wanted - 0.05:
            failures.append(
                f"accuracy reaches {reached:.3f} at the neurons' rate with the deepest modulation, IT {wanted:.3f}"
            )
        return {
            "measures": {name: round(value, 4) for name, value in measures.items()},
            "targets": {
                name: {"value": plain(t.value), "null": t.null, "error": plain(t.error)}
                for name, t in self.targets.items()
            },
            "distances": {name: round(t.distance(measures[name]), 4) for name, t in self.targets.items()},
            "with_one_offset": {"offset": round(shift, 3), "agreement": round(agreement(moved, self.targets), 5)},
            "model": _plain(time_course),
            "IT": _plain(self.recorded),
            "times": CENTRES.tolist(),
            "chance": time_course.chance,
            "region": region,
            "units": int(population.drive.shape[1]),
            "neurons": population.size,
            "noise": {"kind": "Poisson", "rate_hz": round(population.rate, 3), "depth": round(population.depth, 5)},
            "fitted_numbers": 1,
            "shown_until": DURATION,
            "geometry": f"drawings {SIZE:g} of the field of view, {SHIFT:g} of it apart",
            "draws": self.draws,
            "failures": failures,
        }


def _require_repeatable(responses: np.ndarray, again: np.ndarray, onset: int) -> float:
    """The correlation over conditions of a unit's mean responses (conditions, bins, units) to both sizes, median over units that
    vary.

    Raises:
        NotMeasurable: if it is below a half.
    """
    alike = pearson(*(np.asarray(each, dtype=float)[:, onset:].mean(1) for each in (responses, again)))
    median = float(np.median(alike[np.isfinite(alike)])) if np.isfinite(alike).any() else 0.0
    if median < LEAST_ALIKE:
        raise NotMeasurable(
            f"responses to objects do not repeat when the drawings are {100 * (1 - SMALLER):.0f} % smaller: they correlate by "
            f"{median:.2f} (less than {LEAST_ALIKE:g})"
        )
    return round(median, 4)


def _chance(seed: int) -> np.random.Generator:
    """Which units are drawn and when they fire: the same for every depth."""
    return np.random.default_rng([seed, 2])


def _defined(measures: dict[str, float]) -> tuple[dict[str, float], list[str]]:
    """Measures with the null in place of what is undefined, and the names of these."""
    undefined = [name for name, value in measures.items() if not np.isfinite(value)]
    return {name: NULLS[name] if name in undefined else value for name, value in measures.items()}, undefined


def _plain(time_course: TimeCourse) -> dict[str, Any]:
    return {
        "known": np.round(time_course.known, 4).tolist(),
        "other": np.round(time_course.other, 4).tolist(),
        "generalisation": np.round(time_course.generalisation, 3).tolist(),
        "peak": {"accuracy": round(float(time_course.known.max()), 4), "time": time_course.peak},
    }
