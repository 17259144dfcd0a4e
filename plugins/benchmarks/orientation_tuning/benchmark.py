"""Circular variance and bandwidth of a model's V1 units for gratings, compared with macaque V1 (Ringach, Shapley &
Hawken 2002).
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from harness import Benchmark, CentreUnits, StimulusSet, load_stimuli
from harness.assemblies import Score
from harness.benchmarks import ceiled_score, make_score, plain
from harness.brain_model import BrainModel
from harness.errors import NotMeasurable
from harness.metrics.statistics import Histogram, bootstrap, ks_similarity, sampled_similarity
from harness.metrics.tuning import (
    GratingTuning,
    circular_variance,
    driven,
    grating_tuning,
    orientation_bandwidth,
    preferred_orientation,
    repeats,
)
from harness_plugins.benchmarks.orientation_tuning import BIBTEX, published

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ORIENTATIONS = np.arange(0, 180, 15.0)
SPATIAL_FREQUENCIES = np.array([0.5, 1, 2, 4, 8])
PHASES = np.array([0, 90, 180, 270.0])
DURATION = 200.0
TIME_BINS = [(start, start + 25.0) for start in np.arange(0, DURATION, 25.0).tolist()]
BLANK = "blank"
LEAST_DRIVE = 0.01
UNTUNED = {"circular_variance": 1.0, "bandwidth": 180.0}


class OrientationTuning(Benchmark):
    """Distributions of orientation selectivity and bandwidth over a model's units, compared with macaque V1.

    The model sees static gratings of 12 orientations, 5 spatial frequencies and 4 phases for 200 ms, and a blank screen. Units
    are those at the centre of the map of V1, one per channel. What counts is the response above the blank, rectified. A unit's
    response to an orientation is the mean over phases (F0) or, if that is larger (F1 > F0, a simple cell), the first harmonic over
    phases; at the spatial frequency that drives the unit best. Four phases give the first harmonic of a half-wave rectified linear
    unit exactly, and in proportion to its mean rate, which is what the paper used. Units that no grating drives (less than a
    hundredth of the typical unit) are left out, as cells that did not respond were.

    Random numbers have a circular variance and a bandwidth, too, and as varied ones as cells. So tuning counts only where it
    repeats: neighbouring orientations give alike responses, beyond what the same responses in random orders do
    (`harness.metrics.tuning.repeats`). A unit without that is untuned: circular variance 1, bandwidth 180 degrees.

    The raw score is the mean, over circular variance and bandwidth, of 1 - D / D0: D is the Kolmogorov-Smirnov distance to the
    308 cells (as in Marques et al. 2021), D0 that of the null population, untuned units alone, which score 0, the chance level.
    The ceiling is what as many units drawn from the cells' own distribution reach against 308 others. The error is a bootstrap
    over units. Units that are all alike can reach about one half."""

    identifier = "Ringach2002-orientation_tuning"
    version = 2
    parent = "in-silico"
    chance = 0.0
    bibtex = BIBTEX
    region = "V1"
    targets = {"circular_variance": published.CIRCULAR_VARIANCE, "bandwidth": published.BANDWIDTH}  # noqa: RUF012

    @cached_property
    def stimuli(self) -> StimulusSet:
        """The gratings, and a last row with the blank screen."""
        crossing = {"orientation": ORIENTATIONS, "spatial_frequency": SPATIAL_FREQUENCIES, "phase": PHASES}
        gratings = load_stimuli("gratings", **crossing, contrast=1.0, duration=DURATION)
        blank = load_stimuli("gratings", contrast=0.0, duration=DURATION)
        table = pd.concat([gratings.table, blank.table.assign(stimulus_id=BLANK)], ignore_index=True)
        timelines = [*gratings.timelines, *blank.timelines]
        return gratings.replace(identifier=self.identifier, table=table, timelines=timelines)

    @cached_property
    def ceiling(self) -> Score:
        """The similarity of two samples of the paper's size."""
        return self.ceiling_of(published.CIRCULAR_VARIANCE.n)

    def ceiling_of(self, n_units: int) -> Score:
        """The mean similarity that `n_units` drawn from the published distributions reach, with its spread."""
        draws = np.mean(
            [
                _beyond_untuned(sampled_similarity(target, n_units, seed=seed), name)
                for seed, (name, target) in enumerate(self.targets.items())
            ],
            axis=0,
        )
        return make_score(draws.mean(), error=draws.std(ddof=1))

    def run(self, candidate: BrainModel) -> Score:
        responses = candidate.record(self.stimuli, self.region, TIME_BINS, CentreUnits())
        tuning = measure(responses)
        properties = np.stack([tuning[name] for name in self.targets], axis=1)
        return ceiled_score(
            self._similarity(properties),
            error=bootstrap(self._similarity, properties).error,
            ceiling=self.ceiling_of(len(properties)),
            details=self._details(tuning, responses.shape[2]),
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Circular variance and bandwidth of the units beside those of the cells, and the time course of selectivity."""
        from harness_plugins.benchmarks.orientation_tuning.figure import draw

        return draw(details)

    def _similarity(self, properties: np.ndarray) -> float:
        columns = zip(properties.T, self.targets.items(), strict=True)
        return float(
            np.mean([_beyond_untuned(ks_similarity(values, target), name) for values, (name, target) in columns])
        )

    def _details(self, tuning: dict[str, np.ndarray], recorded: int) -> dict[str, Any]:
        return {
            "similarity": {name: ks_similarity(tuning[name], target) for name, target in self.targets.items()},
            "median": {name: float(np.median(tuning[name])) for name in self.targets},
            "units": {
                "recorded": recorded,
                "kept": len(tuning["bandwidth"]),
                "tuned": int(tuning["tuned"].sum()),
                "simple": int(tuning["simple"].sum()),
            },
            "degrees_of_freedom": len(tuning["bandwidth"]) - 1,
            "without_tuning": {name: _of_untuned(name) for name in self.targets},
            "circular_variance": plain(tuning["circular_variance"]),
            "bandwidth": plain(tuning["bandwidth"]),
            "preferred_orientation": plain(tuning["preferred_orientation"]),
            "spatial_frequency": plain(tuning["spatial_frequency"]),
            "median_circular_variance_over_time": plain(tuning["over_time"]),
            "time_bins": [list(time_bin) for time_bin in TIME_BINS],
            "single_valued_population": 0.5,
            "published": {name: _histogram(target) for name, target in self.targets.items()},
            "published_figures": published.as_details(),
        }


def measure(responses: np.ndarray) -> dict[str, np.ndarray]:
    """Tuning of the units that gratings drive.

    Args:
        responses: (gratings and last the blank, time bins, units).

    Returns:
        circular_variance, bandwidth (degrees), preferred_orientation (degrees), spatial_frequency (cycles/degree), simple and tuned
        (whether the tuning repeats), each (kept units,); over_time, the median circular variance in each time bin, NaN where no
        unit responds.

    Raises:
        NotMeasurable: if fewer than two units respond to any grating.
    """
    over_bins = responses.mean(1)
    drive = driven(over_bins[:-1].T, over_bins[-1])
    kept = _responding(drive.max(1), np.ptp(over_bins, axis=0))
    tuning = _tuning(drive[kept])
    tuned = repeats(tuning.curves)
    variance = np.clip(circular_variance(tuning.curves, ORIENTATIONS), 0, 1)  # beyond by rounding only
    return {
        "circular_variance": np.where(tuned, variance, UNTUNED["circular_variance"]),
        "bandwidth": np.where(tuned, orientation_bandwidth(tuning.curves, ORIENTATIONS), UNTUNED["bandwidth"]),
        "tuned": tuned,
        "preferred_orientation": preferred_orientation(tuning.curves, ORIENTATIONS),
        "spatial_frequency": SPATIAL_FREQUENCIES[tuning.frequency],
        "simple": tuning.simple,
        "over_time": _over_time(responses[:, :, kept], tuning),
    }


def _of_untuned(name: str) -> float:
    """The similarity of units without orientation tuning to the cells."""
    return ks_similarity(np.array([UNTUNED[name]]), OrientationTuning.targets[name])


def _beyond_untuned(similarity: Any, name: str) -> Any:
    """1 - D / D0, from 1 - D."""
    return 1 - (1 - similarity) / (1 - _of_untuned(name))


def _responding(largest: np.ndarray, variation: np.ndarray) -> np.ndarray:
    """Mask of the units that gratings drive and vary."""
    responding = (largest > 0) & (variation > 0)
    if responding.sum() < 2:
        raise NotMeasurable(
            f"{responding.sum()} of {len(responding)} units of V1 respond more to any grating than to a blank screen; "
            "a distribution takes two"
        )
    return responding & (largest >= LEAST_DRIVE * np.median(largest[responding]))


def _tuning(drive: np.ndarray) -> GratingTuning:
    """Of responses (units, gratings)."""
    return grating_tuning(drive.reshape(len(drive), len(ORIENTATIONS), len(SPATIAL_FREQUENCIES), len(PHASES)), PHASES)


def _over_time(responses: np.ndarray, overall: GratingTuning) -> np.ndarray:
    """The median circular variance in each time bin, at each unit's spatial frequency and harmonic of the whole response."""
    medians = []
    units = np.arange(len(overall.simple))
    for values in responses.swapaxes(0, 1):
        amplitude = _tuning(driven(values[:-1].T, values[-1])).amplitude
        curves = amplitude[overall.simple.astype(int), units, :, overall.frequency]
        variances = circular_variance(curves[curves.sum(1) > 0], ORIENTATIONS)
        medians.append(np.median(variances) if len(variances) else np.nan)
    return np.array(medians)


def _histogram(target: Histogram) -> dict[str, list[float]]:
    return {"edges": list(target.edges), "counts": list(target.counts)}
